import { parsePrefix, prefixAt, lastOf, type Address } from '../address';
import type { ConfigDocument } from '../model';
import { newPool, newReservation, newSubnet } from '../scopes';
import type { Located, SourceFile } from '../source';
import { Builder, durationOf, plainLines, wordsOf, type Word } from './builder';

interface Entry {
  readonly key: string;
  readonly values: readonly Word[];
  readonly span: Word['span'];
}

/** Reads a systemd .network file: its DHCP server, if it has one. */
export function parseNetworkd(file: SourceFile): ConfigDocument {
  const builder = new Builder('networkd', file);
  const sections: { readonly name: string; readonly entries: Entry[]; readonly span: Word['span'] }[] = [];
  for (const line of plainLines(file)) {
    const text = line.text.trim();
    if (text === '' || /^[#;]/.test(text)) continue;
    const from = line.start + line.text.indexOf(text);
    const span = file.span(from, from + text.length);
    const section = /^\[(.*)\]$/.exec(text);
    if (section) {
      sections.push({ name: section[1]!, entries: [], span });
      builder.statements.push({ keyword: text, span, head: span, children: [] });
      continue;
    }
    const equals = text.indexOf('=');
    if (equals === -1 || sections.length === 0) {
      builder.say({
        id: 'syntax',
        severity: 'warning',
        span,
        title: 'No setting',
        explanation: 'A line is a section “[Name]” or a setting “Key=value”; systemd passes over this one.',
      });
      continue;
    }
    sections
      .at(-1)!
      .entries.push({ key: text.slice(0, equals).trim(), values: wordsOf(file, from + equals + 1, span.end), span });
  }
  const all = (name: string): Entry[] => sections.filter((one) => one.name === name).flatMap(({ entries }) => entries);
  const network = all('Network');
  const yes = network.some(
    ({ key, values }) => key === 'DHCPServer' && /^(yes|true|on|1)$/i.test(values[0]?.text ?? ''),
  );
  if (!yes) return builder.document();
  const server = all('DHCPServer');
  const own =
    server.find(({ key }) => key === 'ServerAddress') ??
    network.find(({ key }) => key === 'Address') ??
    all('Address').find(({ key }) => key === 'Address');
  const head =
    sections.find(({ name }) => name === 'DHCPServer')?.span ?? sections.find(({ name }) => name === 'Network')!.span;
  const subnet = newSubnet(head, builder.global, 4);
  builder.subnets.push(subnet);
  const parsed = own?.values[0] && parsePrefix(own.values[0].text);
  if (own?.values[0]?.text.includes('/') && !parsed)
    builder.wrong(own.values[0], 'an address with the length of its prefix');
  const offset = server.find(({ key }) => key === 'PoolOffset');
  const size = server.find(({ key }) => key === 'PoolSize');
  const number = (entry: Entry | undefined): number | undefined =>
    /^\d+$/.test(entry?.values[0]?.text ?? '') ? Number(entry!.values[0]!.text) : undefined;
  // The address 0.0.0.0 makes networkd take any network of this size that is free (systemd.network(5)).
  if (own && parsed?.address.family === 4 && parsed.address.value !== 0n) {
    const prefix = (subnet.prefix = prefixAt(parsed.address, parsed.length));
    subnet.ownAddresses.push({ value: parsed.address, span: own.values[0]!.span });
    const first = prefix.network + BigInt(number(offset) || 1);
    const count = number(size) ?? 0;
    const last = count === 0 ? lastOf(prefix) - 1n : first + BigInt(count) - 1n;
    const pool = newPool((offset ?? size)?.span ?? head, subnet, { family: 4, first, last });
    // A pool that is longer than its subnet would not fit wherever it begins.
    if (size && BigInt(count) > lastOf(prefix) - prefix.network) pool.lastSpan = size.span;
    subnet.pools.push(pool);
  }
  const addresses = (values: readonly Word[]): Word[] => values.filter(({ text }) => !text.startsWith('_'));
  for (const { key, values, span } of server) {
    const code = { Router: 3, DNS: 6, NTP: 42 }[key];
    if (code !== undefined) builder.option(subnet, code, key, span, addresses(values));
    if ((key === 'DefaultLeaseTimeSec' || key === 'MaxLeaseTimeSec') && values[0])
      builder.setting(
        subnet,
        key.startsWith('Max') ? 'max-lease-time' : 'lease-time',
        { text: values[0].text, span },
        durationOf(values[0].text),
      );
    if (key === 'BootServerAddress' && values[0])
      builder.setting(subnet, 'next-server', { text: values[0].text, span });
    if (key === 'BootFilename' && values[0]) builder.setting(subnet, 'boot-file', { text: values[0].text, span });
  }
  for (const { name, entries, span } of sections) {
    if (name !== 'DHCPServerStaticLease') continue;
    const host = newReservation(span, builder.global);
    for (const { key, values } of entries) {
      const address: Located<Address> | undefined = key === 'Address' ? builder.ipv4(values[0]) : undefined;
      if (address) host.addresses.push(address);
      if (key === 'MACAddress' && values[0])
        host.identifiers.push({ type: 'hw-address', value: values[0].text.toLowerCase(), span: values[0].span });
    }
    host.subnet = subnet;
    (subnet.reservations as unknown[]).push(host);
    builder.reservations.push(host);
  }
  return builder.document();
}
