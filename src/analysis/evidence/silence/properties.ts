import { ipv4ToText, printable } from '../../../codec/bytes';
import type { View } from '../../../codec/view';
import { OPTION, type Message } from '../../conversations/model';

/**
 * Properties that may distinguish unanswered messages from answered ones. Values that are individual to each client are left out: xid,
 * address, host name, client identifier.
 */

/** What a property is about; `words/difference.ts` has the words for it. */
export type About =
  | 'relay6'
  | 'interface id'
  | 'duid'
  | 'associations'
  | 'ciaddr'
  | 'chaddr'
  | 'source'
  | 'sender'
  | 'destination'
  | 'hardware'
  | 'frame'
  | 'identifier'
  | 'sender6'
  | 'destination6'
  | 'rapid commit'
  | 'broken'
  | 'option 82'
  | 'relay'
  | 'circuit'
  | 'remote id'
  | 'circuit part'
  | 'remote id part'
  | 'interface part'
  | 'option'
  | 'maker'
  | 'tag'
  | 'renewal source'
  | 'relay source'
  | 'first option'
  | 'checksum'
  | 'identifier kind'
  | 'name flags'
  | 'host name'
  | 'selected server'
  | 'offering server'
  | 'offered option'
  | 'sending address'
  | 'sending device'
  | 'next server'
  | 'file'
  | 'flags'
  | 'source port'
  | 'name begins'
  | 'begins'
  | 'made up'
  | 'iaid'
  | 'network'
  | 'wanted'
  | 'broadcast';

/** Parts of the id of a place: what it begins or ends with. */
export const ID_PARTS: ReadonlySet<About> = new Set<About>(['circuit part', 'remote id part', 'interface part']);
/** Properties that are a part of another one. */
export const PARTS: ReadonlySet<About> = new Set<About>([...ID_PARTS, 'begins']);

/** A property of a message. */
export interface Property<M = never> {
  readonly about: About;
  /** The option code, if the property is an option. */
  readonly code: number | undefined;
  /** The finding that explains it, if there is one. */
  readonly finding?: string;
  /** Its value, safe to show, equal for messages that are alike in this property; undefined if the message has none. */
  readonly of: (message: M) => string | undefined;
}

/** A property that sorts clients into kinds. */
export interface Kind<M = never> extends Property<M> {
  /** How many clients of a kind each side needs before it is more than chance. */
  readonly least: number;
  /** Whether a single client counts as a kind; not if each client has its own value. */
  readonly alone: boolean;
}

/** Octets beyond which a message may be lost: a frame of Ethernet, what every host must take (RFC 2131 §2), what BOOTP has (RFC 951 §3). */
export const LIMITS = [1472, 548, 300] as const;

/** What makes a message broken, the most serious first. */
export const BROKEN = ['malformed-message', 'bad-option-length', 'missing-end-option', 'bad-option-value'] as const;

/** The description of one kind of damage in a message; undefined if it has none. */
export const faultOf = ({ packet }: Message, id: (typeof BROKEN)[number]): string | undefined =>
  packet.problems.find((one) => one.id === id)?.text;

/** The damage that all of these messages have: its kind, and how the first of them has it. */
export function commonFault([first, ...rest]: readonly Message[]):
  { readonly id: (typeof BROKEN)[number]; readonly text: string } | undefined {
  for (const id of first ? BROKEN : []) {
    const text = faultOf(first!, id);
    if (text !== undefined && rest.every((one) => faultOf(one, id) !== undefined)) return { id, text };
  }
  return undefined;
}

/** The description of a kind of damage, to follow a colon. */
export const faultText = (text: string): string => text.replace(/^O(?=ption )/, 'o').replace(/\.$/, '');

export const mark = <M>(
  about: About,
  code: number | undefined,
  of: Property<M>['of'],
  finding?: string,
): Property<M> => (finding === undefined ? { about, code, of } : { about, code, of, finding });

/** htype and hlen of an Ethernet or 802.11 frame’s client (RFC 2131 §2). */
const ETHERNET = { htype: 1, hlen: 6 } as const;
/** htype and hlen, if they are not those of Ethernet. */
const hardwareOf = ({ dhcp: { htype, hlen } }: Message): string | undefined =>
  htype === ETHERNET.htype && hlen === ETHERNET.hlen ? undefined : `htype ${htype} and hlen ${hlen}`;

/** The frame’s source address, if it is not the client’s and no relay explains that. */
const sourceOf = ({ dhcp, packet }: Message): string | undefined =>
  dhcp.giaddr === 0 && dhcp.hops === 0 && dhcp.hlen === ETHERNET.hlen && packet.ethSource !== dhcp.chaddr
    ? packet.ethSource
    : undefined;

/** The one device that a frame goes to, though its datagram is a broadcast (RFC 1122 §2.3.2 wants a link-layer broadcast). */
const frameTo = ({ packet: { destination, ethDestination } }: Message): string | undefined =>
  destination === '255.255.255.255' && ethDestination !== undefined && !isGroup(ethDestination)
    ? ethDestination
    : undefined;
const isGroup = (address: string): boolean => (parseInt(address, 16) & 1) === 1;

/** A client identifier of fewer than its two octets (RFC 2132 §9.14). */
const shortIdentifier = ({ dhcp }: Message): string | undefined => {
  const length = dhcp.option(OPTION.clientId)?.length;
  return length === undefined || length > 1 ? undefined : length === 0 ? 'an empty' : 'a one-octet';
};

/** A client without an address sends from 0.0.0.0 to 255.255.255.255 (RFC 2131 §4.1): the address it uses instead, if no relay handled it. */
const otherWay =
  (field: 'source' | 'destination', due: string) =>
  ({ dhcp, packet }: Message): string | undefined =>
    dhcp.giaddr === 0 && dhcp.hops === 0 && packet[field] !== due ? packet[field] : undefined;

/** The source of a datagram that a client with an address sends, if it is not that address (RFC 2131 §4.3.2). */
const renewalSource = ({ dhcp, packet }: Message): string | undefined =>
  dhcp.ciaddr === 0 || dhcp.giaddr !== 0 || packet.source === '0.0.0.0' || packet.source === ipv4ToText(dhcp.ciaddr)
    ? undefined
    : packet.source;

/** Properties whose presence is known to prevent answers, the surest first. */
export const MARKS: readonly Property<Message>[] = [
  mark<Message>(
    'ciaddr',
    undefined,
    ({ dhcp }) => (dhcp.ciaddr === 0 ? undefined : ipv4ToText(dhcp.ciaddr)),
    'forbidden-field',
  ),
  mark<Message>('chaddr', undefined, ({ dhcp }) => (/[1-9a-f]/.test(dhcp.chaddr) ? undefined : dhcp.chaddr || 'empty')),
  mark<Message>('hardware', undefined, hardwareOf),
  mark<Message>('identifier', OPTION.clientId, shortIdentifier),
  mark<Message>('source', undefined, sourceOf, 'chaddr-mismatch'),
  mark<Message>('frame', undefined, frameTo),
  mark<Message>(
    'flags',
    undefined,
    ({ dhcp }) => ((dhcp.flags & 0x7fff) === 0 ? undefined : `0x${dhcp.flags.toString(16).padStart(4, '0')}`),
    'reserved-flags',
  ),
  mark<Message>('tag', undefined, ({ packet }) => (packet.vlans === '0' ? '' : undefined)),
  mark<Message>('renewal source', undefined, renewalSource),
  mark<Message>('sender', undefined, otherWay('source', '0.0.0.0')),
  mark<Message>('destination', undefined, otherWay('destination', '255.255.255.255')),
  mark<Message>('rapid commit', OPTION.rapidCommit, ({ dhcp }) => (dhcp.has(OPTION.rapidCommit) ? '' : undefined)),
  ...BROKEN.map((id) => mark<Message>('broken', undefined, (message) => faultOf(message, id), id)),
  mark<Message>(
    'option 82',
    OPTION.relayAgent,
    ({ dhcp }) => (dhcp.giaddr === 0 && dhcp.has(OPTION.relayAgent) ? '' : undefined),
    'option82-from-client',
  ),
];

/** How many octets of a value are shown. */
const SHOWN = 64;

/** Octets as text; undefined if there are none, or they are not all ASCII. */
function textOf(view: View): string | undefined {
  const octets = view.octets();
  if (octets.length === 0 || octets.some((octet) => octet < 0x20 || octet > 0x7e)) return undefined;
  return printable(String.fromCharCode(...octets.subarray(0, 255)));
}

/** Octets as text if they are all ASCII, else as hex digits. */
export function shown(view: View): string {
  const text = textOf(view);
  return text === undefined ? `0x${view.hex()}` : `“${text}”`;
}

/** The value of an option for comparison; long values are cut well beyond the length that is shown. */
export const valueShown = (view: View | undefined): string | undefined =>
  view && shown(view.length > 4 * SHOWN ? view.sub(0, 4 * SHOWN) : view);
export const optionOf =
  (code: number) =>
  ({ dhcp }: Message): string | undefined =>
    valueShown(dhcp.option(code));

/** A sub-option of option 82. */
const agentIn =
  (code: number) =>
  ({ dhcp }: Message): View | undefined => {
    const view = dhcp.option(OPTION.relayAgent);
    for (let at = 0; view && at + 2 <= view.length; at += 2 + view.u8(at + 1)) {
      const length = view.u8(at + 1);
      if (at + 2 + length > view.length) return undefined;
      if (view.u8(at) === code) return view.sub(at + 2, length);
    }
    return undefined;
  };
const agentOf = (code: number) => {
  const viewOf = agentIn(code);
  return (message: Message): string | undefined => {
    const view = viewOf(message);
    return view && shown(view);
  };
};

export const kind = <M>(
  about: About,
  code: number | undefined,
  least: number,
  alone: boolean,
  of: Property<M>['of'],
): Kind<M> => ({ about, code, least, alone, of });
const optionKind = (code: number, least: number, alone: boolean): Kind<Message> =>
  kind('option', code, least, alone, optionOf(code));

/** The bits of locally administered and group addresses, which no manufacturer assigned (IEEE 802). */
const MADE_UP = 0x03;
const LOCAL = 0x02;
/** The part of a hardware address that identifies its manufacturer; undefined if none assigned it. */
export const makerOf = (address: string): string | undefined =>
  (parseInt(address, 16) & MADE_UP) === 0 && address.length >= 8 ? address.slice(0, 8) : undefined;

/** How many numbers at the end of an id are left out, one after another, to see what it begins with. */
const LEVELS = [1, 2, 3];
/** How many clients each side needs before a part of their ids is more than chance. */
const LEAST_OF_PART = 3;
const isDigit = (character: string | undefined): boolean => character !== undefined && /\d/.test(character);

/** Where the last number of a text begins, or the one before, and so on (`level` 1, 2 …); -1 if it has not so many. */
function numberAt(text: string, level: number): number {
  let at = text.length;
  for (let i = 0; i < level; i++) {
    while (at > 0 && !isDigit(text[at - 1])) at--;
    if (at === 0) return -1;
    while (isDigit(text[at - 1])) at--;
  }
  return at;
}

/**
 * What an id in text begins and ends with. Access devices name a port by chassis, slot, port and VLAN, as in `OLT2 eth 0/3/7:100`: clients
 * that share no port may share all but its number (`OLT2 eth 0/3/`), or the VLAN (`:100`).
 */
export function idParts<M>(about: About, code: number, viewOf: (message: M) => View | undefined): Kind<M>[] {
  const partOf =
    (level: number, cut: (text: string, at: number) => string) =>
    (message: M): string | undefined => {
      const view = viewOf(message);
      const text = view && view.length <= SHOWN && textOf(view);
      const at = text ? numberAt(text, level) : -1;
      return text && at > 0 ? cut(text, at) : undefined;
    };
  return [
    ...LEVELS.map((level) => partOf(level, (text, at) => `begins with “${text.slice(0, at)}”`)),
    partOf(1, (text, at) => `ends with “${text.slice(at - 1)}”`),
  ].map((of) => kind(about, code, LEAST_OF_PART, false, of));
}

const HOST_NAME = 12;
const FQDN = 81;

/** The source of a relayed datagram, if it is not giaddr. */
const relaySource = ({ dhcp, packet }: Message): string | undefined =>
  dhcp.giaddr === 0 || packet.source === ipv4ToText(dhcp.giaddr) ? undefined : packet.source;

/** The server that a message names (option 54). */
export function serverIn({ dhcp }: Message): string | undefined {
  const server = dhcp.ip(OPTION.server);
  return server === undefined ? undefined : ipv4ToText(server);
}

/** What a client identifier is made of: its first octet (RFC 2132 §9.14, RFC 4361 §6.1). */
function identifierKind({ dhcp }: Message): string | undefined {
  const view = dhcp.option(OPTION.clientId);
  return view && view.length > 1 ? String(view.u8(0)) : undefined;
}

/** The flags of option 81 (RFC 4702 §2.1). */
function nameFlags({ dhcp }: Message): string | undefined {
  const view = dhcp.option(FQDN);
  return view && view.length > 0 ? `0x${view.u8(0).toString(16).padStart(2, '0')}` : undefined;
}

/** Whether a host name has characters that host names do not have (RFC 952, RFC 1123 §2.1). */
const oddName = ({ dhcp }: Message): string | undefined =>
  /[^a-z0-9.-]/i.test(dhcp.text(HOST_NAME) ?? '') ? '' : undefined;

/** The letters that a host name begins with, before digits and signs. */
const nameStart = ({ dhcp }: Message): string | undefined =>
  /^[a-z]{2,15}(?![a-z])/i.exec(dhcp.text(HOST_NAME) ?? '')?.[0].toLowerCase();

/** What a text begins with, before its version, number or address; undefined if that is all of it. */
const startOf = (text: string | undefined): string | undefined =>
  /^([a-z][a-z :_+-]*[a-z])[ :._+-]*\d/i.exec(text?.slice(0, SHOWN) ?? '')?.[1];

/** What a client identifier begins with that holds a text (type 0, RFC 2132 §9.14). */
const identifierStart = (message: Message): string | undefined =>
  identifierKind(message) === '0' ? startOf(message.dhcp.text(OPTION.clientId)?.slice(1)) : undefined;

/** The boot file that a reply names in its header. */
export const fileNamed = ({ dhcp }: Message): string | undefined =>
  dhcp.file === '' ? undefined : `“${printable(dhcp.file.slice(0, SHOWN))}”`;

/** The first three octets of an address: near enough to say which network it is from, whatever the mask. */
const networkOf = (address: number | undefined): string | undefined =>
  address === undefined || address === 0 ? undefined : ipv4ToText(address).replace(/\d+$/, '*');

/** Kinds, the most telling first. */
export const KINDS: readonly Kind<Message>[] = [
  kind('relay', undefined, 2, true, ({ dhcp }) => (dhcp.giaddr === 0 ? undefined : ipv4ToText(dhcp.giaddr))),
  kind('circuit', OPTION.relayAgent, 2, false, agentOf(1)),
  kind('remote id', OPTION.relayAgent, 2, false, agentOf(2)),
  ...idParts('circuit part', OPTION.relayAgent, agentIn(1)),
  ...idParts('remote id part', OPTION.relayAgent, agentIn(2)),
  kind('relay source', undefined, 2, true, relaySource),
  kind('selected server', OPTION.server, 2, true, serverIn),
  kind('network', undefined, 2, true, ({ dhcp }) => networkOf(dhcp.ciaddr)),
  optionKind(OPTION.vendorClass, 2, true),
  kind('begins', OPTION.vendorClass, 2, true, ({ dhcp }) => startOf(dhcp.text(OPTION.vendorClass))),
  optionKind(77, 2, true),
  optionKind(93, 2, true),
  kind('maker', undefined, 3, false, ({ dhcp }) => makerOf(dhcp.chaddr)),
  kind('made up', undefined, 3, false, ({ dhcp }) =>
    (parseInt(dhcp.chaddr, 16) & MADE_UP) === LOCAL && dhcp.hlen === ETHERNET.hlen ? '' : undefined,
  ),
  kind('source port', undefined, 2, true, ({ packet }) => packet.sourcePort?.toString()),
  kind('broadcast', undefined, 3, false, ({ dhcp }) => (dhcp.broadcast ? 'set' : 'not set')),
  kind('checksum', undefined, 3, false, ({ packet }) => (packet.noChecksum === true ? '' : undefined)),
  kind('begins', OPTION.clientId, 3, false, identifierStart),
  kind('identifier kind', OPTION.clientId, 3, false, identifierKind),
  kind('name flags', FQDN, 3, false, nameFlags),
  kind('host name', HOST_NAME, 3, false, oddName),
  kind('name begins', HOST_NAME, 3, false, nameStart),
  kind('first option', undefined, 3, false, ({ dhcp }) => dhcp.codes()[0]?.toString()),
  kind('wanted', OPTION.requested, 3, false, ({ dhcp }) => networkOf(dhcp.ip(OPTION.requested))),
  ...[OPTION.maxSize, OPTION.lease, OPTION.subnetSelection, 124, 125, OPTION.parameters].map((code) =>
    optionKind(code, 3, false),
  ),
];

/** Options whose presence says nothing or is compared above. */
export const NOT_COMPARED: ReadonlySet<number> = new Set([0, 53, OPTION.rapidCommit, 255]);
