import { rarpHosts } from '../evidence/rarp';
import type { World } from '../evidence/world';
import { count, list } from './words';

/** The protocols by which a host asks for its address, with their names. */
const ASKING: Readonly<Record<string, string>> = { dhcp: 'DHCP', bootp: 'BOOTP', dhcpv6: 'DHCPv6', rarp: 'RARP' };

/** Number of messages of each protocol by which a host asks for its address, by name. */
export function spoken({ observed }: World): Map<string, number> {
  return new Map(
    [...observed.protocols].flatMap(([protocol, n]) => (protocol in ASKING ? [[ASKING[protocol]!, n] as const] : [])),
  );
}

/** Protocols that everybody calls by their abbreviations. */
const SHORT: Readonly<Record<string, string>> = {
  'User Datagram Protocol': 'UDP',
  'Transmission Control Protocol': 'TCP',
};

/** Names of what a capture holds, each with its number of frames, the most frequent first. */
export function heldBy({ facts, observed }: World): [name: string, frames: number][] {
  const held = new Map<string, number>();
  for (const [name, n] of facts.contents ?? []) held.set(SHORT[name] ?? name, n);
  for (const [protocol, n] of observed.protocols) {
    // The walk has a name for these.
    if (protocol === 'other') continue;
    const name = protocol === 'icmpv6' ? 'ICMPv6' : protocol.toUpperCase();
    held.set(name, (held.get(name) ?? 0) + n);
  }
  return [...held].sort((a, b) => b[1] - a[1]);
}

/** Whether a text gives nothing but options. */
export const optionsAlone = ({ facts: { contents, frames } }: World): boolean =>
  frames > 0 && frames === ['DHCP options', 'DHCPv6 options'].reduce((sum, name) => sum + (contents.get(name) ?? 0), 0);

/** Protocols of which single frames are kept, because they may bear on a client or server of a capture with DHCP. */
const KEPT = 'ARP, ICMP or TFTP';

/** The hosts that a capture without DHCP shows by what else they say. */
function hostsText({ facts }: World): string {
  const hosts = facts.neighbours?.() ?? [];
  const names = [...new Set(hosts.map(({ address, mac }) => address ?? mac))];
  if (names.length === 0) return '';
  return ` ARP, pings and router advertisements show ${count(names.length, 'host')}: ${list(names, 5)}.`;
}

/** What router advertisements say of DHCPv6 (RFC 4861 §4.2), and the first frame that says so. */
export function advertised({ neighbours }: World): { readonly frame: number; readonly text: string }[] {
  const told = new Map<string, number>();
  for (const { frame, managed, other } of neighbours.advertisements) {
    const text = managed
      ? 'hosts get their addresses by DHCPv6 (flag M is set)'
      : other
        ? 'hosts get no addresses by DHCPv6, but other settings, such as DNS servers (flag M is not set, flag O is)'
        : NO_DHCPV6;
    if (!told.has(text)) told.set(text, frame);
  }
  return [...told].map(([text, frame]) => ({ frame, text }));
}
/** What an advertisement without flags says. */
export const NO_DHCPV6 = 'hosts need no DHCPv6 here (flags M and O are not set)';

/** What a capture without DHCP holds, in a few sentences. */
export function contentsText(world: World): string {
  const { frames, unfiltered = 0 } = world.facts;
  if (frames === 0 && unfiltered > 0)
    return unfiltered === 1
      ? 'The filter does not pass the only frame.'
      : `The filter passes none of ${count(unfiltered, 'frame')}.`;
  if (frames === 0) return 'The file holds no frames.';
  if (optionsAlone(world))
    return 'The text holds DHCP options without a message: who sent them, and to whom, is not told.';
  const held = heldBy(world);
  const most = held.map(([name, n]) => `${name} (${n})`);
  const rest = frames - held.reduce((sum, [, n]) => sum + n, 0);
  if (rest > 0 && unfiltered === 0) most.push(`${KEPT} (${rest})`);
  const none =
    frames === 1
      ? 'The only frame is none of DHCP, BOOTP, DHCPv6 and RARP.'
      : `None of ${frames} frames is DHCP, BOOTP, DHCPv6 or RARP.`;
  if (most.length === 0) return none;
  const routers = advertised(world).map(
    ({ frame, text }) => ` By the router advertisement in frame ${frame}, ${text}.`,
  );
  return `${none} The capture holds ${list(most, 8)}.${hostsText(world)}${routers.join('')}`;
}

/** What the verdict knows of texts. */
interface OfText {
  readonly pasted?: 'plain' | 'named' | undefined;
  readonly unread: boolean;
}

/** Why little is concluded from a text, as clauses. */
export function textLimits(stories: readonly OfText[]): string[] {
  if (stories.some(({ pasted }) => pasted === 'named'))
    return ['names stand for addresses in the text, so little is concluded from it: print it again with `tcpdump -n`'];
  return stories.some(({ unread }) => unread)
    ? ['octets are missing from the text, and nothing is concluded from the messages that lack them']
    : [];
}

/** That messages are cut, as a clause. */
export const cutLimit = (stories: readonly OfText[]): string =>
  stories.some(({ pasted }) => pasted)
    ? 'messages are cut in the text, so there may be more that it does not show'
    : 'messages are cut by the snapshot length, so there may be more that this capture does not show';

/** Whether a capture holds requests and replies. */
export const holdsBothWays = ({ exchanges }: World): boolean =>
  exchanges.some(({ replies }) => replies > 0) && exchanges.some(({ replies, count }) => replies < count);

/** What a capture shows if no client asks by DHCP in it. */
export function withoutClients(world: World): string {
  const hosts = rarpHosts(world);
  if (hosts.length === 1) return `One host, ${hosts[0]!}, asks by RARP for its address.`;
  if (hosts.length > 1) return `${hosts.length} hosts ask by RARP for their addresses (${list(hosts, 3)}).`;
  const told = spoken(world);
  if (told.size === 0) return contentsText(world);
  const messages = [...told].map(([protocol, n]) => count(n, `${protocol} message`));
  return `The capture holds ${list(messages)}, and does not show who asks.`;
}
