import { hostMask, parseAddress, prefixAt, type Prefix } from '../../address';
import type { ConfigDocument, Reservation, Scope, Subnet } from '../../model';
import { newPool, newScope, type Open } from '../../scopes';
import { givenBy, isReply, type Asked } from '../request';

/** dnsmasq joins the part behind this length to the prefix of an interface. */
const LENGTH = 64;
const HOST = hostMask(6, LENGTH);
/** How many prefixes and addresses of a capture are looked at. */
const MOST_PREFIXES = 64;
const MOST_ADDRESSES = 1000;

/**
 * The configuration with the prefixes that the capture shows. A range with `constructor:` and a host with `[::33]` name only the part of an
 * address behind the prefix. A range whose prefix no reply shows has a pool, but no prefix.
 */
export function constructed(document: ConfigDocument, messages: readonly Asked[]): ConfigDocument {
  if (!document.subnets.some((subnet) => subnet.constructed) && !document.reservations.some(isPartial)) return document;
  const seen = new Map<bigint, Prefix>();
  const add = (prefix: Prefix): void => {
    if (seen.size < MOST_PREFIXES) seen.set(prefix.network, prefix);
  };
  const parts: bigint[] = [];
  for (const message of messages)
    if (isReply(message) && !message.packet.dhcpv6?.isRelay)
      for (const { text, value } of givenBy(message))
        if (parseAddress(text)) {
          add(prefixAt(value, LENGTH));
          if (parts.length < MOST_ADDRESSES) parts.push(value.value);
        }
  const links = new Map<string, Scope>();
  const subnets = document.subnets.flatMap((subnet): Subnet[] => {
    const { constructed: from, head, parent } = subnet;
    if (!from) return [subnet];
    const { name, range } = from;
    const own = [...seen.values()].filter(({ network }) =>
      parts.some((value) => value - network <= HOST && value >= network && isWithin(value & HOST, range)),
    );
    let link = links.get(name.value);
    if (!link) links.set(name.value, (link = newScope('shared-network', head, parent, name.value)));
    const made = own.length > 0 ? own : [undefined];
    return made.map((prefix) => {
      const one: Open<Subnet> = { ...subnet, pools: [] };
      delete one.passive;
      if (prefix) one.prefix = prefix;
      // A name with a star stands for several interfaces.
      if (!name.value.includes('*')) one.sharedNetwork = link;
      const base = prefix?.network ?? 0n;
      if (range) one.pools.push(newPool(head, one, { family: 6, first: base | range.first, last: base | range.last }));
      return one;
    });
  });
  for (const { prefix } of subnets) if (prefix?.family === 6 && prefix.length === LENGTH) add(prefix);
  const reservations = document.reservations.map((host) =>
    isPartial(host) ? { ...host, addresses: whole(host, [...seen.values()]) } : host,
  );
  return { ...document, subnets, reservations };
}

const isWithin = (part: bigint, range: { readonly first: bigint; readonly last: bigint } | undefined): boolean =>
  range !== undefined && part >= range.first && part <= range.last;

const isPartial = ({ addresses }: Reservation): boolean =>
  addresses.some(({ value }) => value.family === 6 && value.value <= HOST);

/** The addresses of a host in each prefix. */
const whole = ({ addresses }: Reservation, prefixes: readonly Prefix[]): Reservation['addresses'] =>
  addresses.flatMap((one) =>
    one.value.family === 6 && one.value.value <= HOST && prefixes.length > 0
      ? prefixes.map(({ network }) => ({ ...one, value: { ...one.value, value: network | one.value.value } }))
      : [one],
  );
