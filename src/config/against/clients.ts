import { push } from '../../codec/append';
import { OPTION } from '../../analysis/conversations/names';
import type { ConfigDocument, Identifier, Reservation } from '../model';
import { reserved } from './book';
import type { Client } from './policy';
import { addressInDuid } from '../../codec/names/duids';
import { hexOfText, hostName, type Asked, type Heard6 } from './request';

/** How many reservations by pattern are tried per request. */
const MOST_PATTERNS = 1000;

/** Finds the reservations of a client by its identifiers. */
export class Clients {
  private readonly byKey = new Map<string, Reservation[]>();
  private readonly patterns: { readonly pattern: RegExp; readonly reservation: Reservation }[] = [];
  private readonly byAddress = new Map<bigint, Reservation[]>();
  /** Some reservations use identifiers that a request does not show. */
  private unsure = false;

  constructor(private readonly document: ConfigDocument) {
    for (const reservation of document.reservations) this.add(reservation);
  }

  private add(reservation: Reservation): void {
    const { identifiers, hostname } = reservation;
    for (const { value } of reserved(reservation)) push(this.byAddress, value, reservation);
    for (const identifier of identifiers) {
      const key = this.keyOf(identifier);
      if (key !== undefined) push(this.byKey, key, reservation);
      else if (
        identifier.type === 'other' &&
        /^[\da-f*:]+$/i.test(identifier.value) &&
        this.patterns.length < MOST_PATTERNS
      )
        this.patterns.push({
          pattern: new RegExp(`^${identifier.value.replaceAll('*', '[\\da-f]{2}')}$`, 'i'),
          reservation,
        });
      else this.unsure = true;
    }
    // Without another identifier, dnsmasq matches a reservation by the host name that the client sends.
    if (identifiers.length === 0 && hostname && this.document.kind === 'dnsmasq')
      push(this.byKey, `name ${hostname.value.toLowerCase()}`, reservation);
  }

  private keyOf({ type, value }: Identifier): string | undefined {
    if (type === 'hw-address') return `mac ${value.toLowerCase()}`;
    if (type === 'circuit-id') return `circuit ${hexOf(value)}`;
    if ((type === 'client-id' || type === 'duid') && value !== '*') return `id ${this.clientId(value)}`;
    return undefined;
  }

  /** The model keeps dhcpd's client identifiers as decimal numbers, but those of dnsmasq and Kea as written. */
  private clientId(value: string): string {
    if (this.document.kind !== 'dhcpd') return hexOf(value.trim());
    return /^\d+(:\d+)+$/.test(value)
      ? value
          .split(':')
          .map((n) => Number(n).toString(16).padStart(2, '0'))
          .join('')
      : hexOfText(value);
  }

  /** Reservations for an address, or for a prefix that begins with it. */
  holders(address: bigint): readonly Reservation[] {
    return this.byAddress.get(address) ?? [];
  }

  /** The sender of a request, with its reservations. */
  clientOf(request: Asked): Client {
    const { mac, family } = request;
    const duid = family === 6 ? (request as Heard6).duid : undefined;
    const id = duid ?? request.option(OPTION.clientId);
    const circuit = request.agent(1);
    const keys = [
      `mac ${mac}`,
      ...(duid === undefined ? [] : [`mac ${addressInDuid(duid) ?? ''}`]),
      ...(id ? [`id ${id}`] : []),
      ...(circuit ? [`circuit ${circuit}`] : []),
      ...(this.document.kind === 'dnsmasq' && family === 4 ? [`name ${hostName(request) ?? ''}`] : []),
    ];
    const found = new Set(keys.flatMap((key) => this.byKey.get(key) ?? []));
    for (const { pattern, reservation } of this.patterns) if (pattern.test(mac)) found.add(reservation);
    const known = found.size > 0 ? true : this.unsure ? undefined : false;
    return { request, reservations: [...found], known };
  }
}

/** Hex digits of `01:aa:bb`, or of a text. */
const hexOf = (value: string): string =>
  /^[\da-f]{1,2}(:[\da-f]{1,2})+$/i.test(value)
    ? value
        .toLowerCase()
        .split(':')
        .map((octet) => octet.padStart(2, '0'))
        .join('')
    : hexOfText(value);
