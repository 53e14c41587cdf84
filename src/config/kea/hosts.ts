import { addressText, contains, parseAddress, parsePrefix, prefixAt, prefixText, type Address } from '../address';
import type { Identifier, Reservation, Scope, Subnet } from '../model';
import { newReservation } from '../scopes';
import type { Located } from '../source';
import { releases } from './issues';
import type { JsonMap } from './reader';

import { KeaOptionReader } from './optionData';

const IDENTIFIERS4 = ['hw-address', 'duid', 'circuit-id', 'client-id', 'flex-id'];
const IDENTIFIERS6 = ['hw-address', 'duid', 'flex-id'];

export class KeaHosts extends KeaOptionReader {
  protected reservation(map: JsonMap, parent: Scope, subnet: Subnet | undefined): void {
    const { family } = this;
    const scope = this.scope('reservation', map, parent);
    const host = { ...newReservation(map.span, parent), settings: scope.settings, guards: this.guardsOf(map) };
    const names = family === 4 ? IDENTIFIERS4 : IDENTIFIERS6;
    const given = names.flatMap((key) => {
      const text = map.text(key);
      return text ? [{ key, text }] : [];
    });
    host.head = given[0]?.text.span ?? map.span;
    if (subnet) host.subnet = subnet;
    const hostname = map.text('hostname');
    if (hostname && hostname.value !== '') host.hostname = hostname;
    if (given.length === 0)
      this.wrong(
        'missing-parameter',
        map.span,
        'Reservation for nobody',
        `A reservation names its client by one of ${names.join(', ')}.`,
      );
    if (given.length > 1)
      this.wrong(
        'duplicate-key',
        given[1]!.text.span,
        'Two identifiers',
        `“${given[0]!.key}” and “${given[1]!.key}” cannot both name the client.`,
      );
    for (const { key, text } of given) this.identifier(key, text, host.identifiers);
    for (const { value, span } of family === 4 ? this.one(map, 'ip-address') : map.texts('ip-addresses')) {
      const address = parseAddress(value);
      if (value === '' && family === 4) continue;
      if (address?.family !== family)
        this.wrong('wrong-type', span, 'Not an address', `“${value.slice(0, 60)}” is no IPv${family} address.`);
      else this.reservedAddress({ value: address, span }, host, subnet);
    }
    for (const text of map.texts('prefixes')) {
      const prefix = parsePrefix(text.value);
      if (prefix?.address.family === 6)
        host.prefixes.push({ value: prefixAt(prefix.address, prefix.length), span: text.span });
      else this.wrong('wrong-type', text.span, 'Not a prefix', `“${text.value.slice(0, 60)}” is no IPv6 prefix.`);
    }
    this.optionsOf(map, host);
    const something = [
      'ip-address',
      'ip-addresses',
      'prefixes',
      'hostname',
      'next-server',
      'server-hostname',
      'boot-file-name',
      'client-classes',
    ];
    const isSet = (key: string): boolean => map.get(key) !== undefined && map.text(key)?.value !== '';
    if (given.length > 0 && !something.some(isSet) && map.maps('option-data').length === 0)
      this.wrong(
        'missing-parameter',
        map.span,
        'Reservation of nothing',
        'A reservation gives its client something: an address, a name, options or classes.',
        releases(0, 2.6),
      );
    this.reservations.push(host);
    subnet?.reservations?.push(host);
  }

  protected one(map: JsonMap, key: string): Located<string>[] {
    const text = map.text(key);
    return text ? [text] : [];
  }

  protected reservedAddress(
    address: Located<Address>,
    host: { addresses: Located<Address>[] },
    subnet: Subnet | undefined,
  ): void {
    host.addresses.push(address);
    if (!subnet?.prefix || contains(subnet.prefix, address.value)) return;
    this.wrong(
      'reservation-outside-subnet',
      address.span,
      `${addressText(this.family, address.value.value)} is outside of ${prefixText(subnet.prefix)}`,
      'A reservation in a subnet must be for an address of this subnet.',
    );
  }

  protected identifier(key: string, { value, span }: Located<string>, into: Identifier[]): void {
    const quoted = /^'(.*)'$/.exec(value);
    const octets = value.includes(':') ? value.split(':') : undefined;
    const good = octets
      ? octets.every((octet) => /^[\da-f]{1,2}$/i.test(octet))
      : /^(0x)?[\da-f]*$/i.test(value) || (quoted !== null && key !== 'hw-address');
    if (value === '' || !good) {
      this.wrong(
        'wrong-type',
        span,
        value === '' ? 'Empty identifier' : 'Damaged identifier',
        `“${key}” is written as octets: “1a:2b:3c:4d:5e:6f”${key === 'hw-address' ? '' : ', or as a text in single quotation marks'}.`,
      );
      return;
    }
    const plain = (octets ?? (quoted ? [value] : (value.replace(/^0x/i, '').match(/../g) ?? [value]))).map((octet) =>
      octet.length === 1 ? `0${octet}` : octet,
    );
    into.push({ type: key as Identifier['type'], value: plain.join(':').toLowerCase(), span });
  }

  readonly reservations: Reservation[] = [];
}
