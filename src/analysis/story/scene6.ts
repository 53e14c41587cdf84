import type { Dhcpv6 } from '../../ledger/packet';
import { nameOfDuid } from '../../codec/names/duids';
import type { Frames } from './frames';
import { REPLY, messageType6 } from '../../codec/dhcpv6/message';
import type { Exchange6, Note6 } from '../conversations/v6model';
import type { Packet } from '../conversations/packet';
import type { World } from '../evidence/world';
import { frames, leaseTime, list } from '../words/words';
import { between, follows, later, ordinal, percent } from './sentences';
import { UNTOLD } from './ways';

/** One frame of a DHCPv6 exchange, with what is needed to explain it. */
export interface Scene6 {
  readonly exchange: Exchange6;
  readonly note: Note6;
  readonly packet: Packet;
  readonly dhcpv6: Dhcpv6;
  readonly before: readonly Note6[];
  readonly after: readonly Note6[];
  /** For finding the other frames that show it. */
  readonly all: Frames;
}

/** The exchange of each frame with a DHCPv6 message from or to a client. */
export function exchangesByFrame(world: World): ReadonlyMap<number, Exchange6> {
  const byFrame = new Map<number, Exchange6>();
  for (const exchange of world.conversations6.exchanges)
    for (const note of exchange.notes) for (const frame of note.frames) byFrame.set(frame, exchange);
  return byFrame;
}

/** The scene of a frame; undefined for messages that belong to no exchange. */
export function sceneOf6(world: World, all: Frames, packet: Packet, dhcpv6: Dhcpv6): Scene6 | undefined {
  const exchange = world.once(exchangesByFrame).get(packet.frame);
  if (!exchange) return undefined;
  const { notes } = exchange;
  const at = notes.findIndex((note) => note.frames.includes(packet.frame));
  const note = notes[at];
  return note && { exchange, note, packet, dhcpv6, before: notes.slice(0, at), after: notes.slice(at + 1), all };
}

/** The name of a DUID, to follow `client` or `server`. */
export const named6 = (duid: string): string => nameOfDuid(duid).replace(/^DUID/, 'with DUID');

/** The client in words: `client 02:00:00:00:00:0c`. */
export function client6({ dhcpv6, exchange }: Scene6): string {
  const { clientDuid } = dhcpv6;
  if (clientDuid !== undefined) return `client ${named6(clientDuid)}`;
  const { label } = exchange.client;
  return label.startsWith('a client') ? label : `client ${label}`;
}

/** The server in words: `server 02:00:00:00:00:01`. */
export const server6 = (duid: string | undefined): string =>
  duid === undefined ? 'a server that does not name itself' : `server ${named6(duid)}`;

/** A message in words: `the REQUEST in frame 3`. */
export const the6 = ({ type, frame }: Note6): string => `the ${messageType6(type)} in frame ${frame}`;

const ASKED: Readonly<Record<number, string>> = {
  3: 'an address (IA_NA)',
  4: 'a temporary address (IA_TA)',
  25: 'a prefix for the networks behind it (IA_PD)',
};

/** What a message's identity associations ask for: `an address (IA_NA)`. */
export function wanted({ dhcpv6 }: Scene6): string | undefined {
  const codes = [...new Set(dhcpv6.associations.map(({ code }) => code))];
  const words = codes.map((code) => ASKED[code]).filter((one) => one !== undefined);
  return words.length === 0 ? undefined : list(words);
}

/** How many copies of a message are looked at. */
const MOST_COPIES = 16;

/** Where else the capture shows the message: on the other side of a relay, or as a copy. */
function elsewhere6({ note, packet, dhcpv6, all }: Scene6): string {
  const others = note.frames.filter((frame) => frame !== packet.frame);
  if (others.length === 0) return '';
  const beyond = others.slice(0, MOST_COPIES).filter((frame) => all.find(frame)?.dhcpv6?.isRelay !== dhcpv6.isRelay);
  const shown = beyond.length > 0 ? beyond : others;
  const how =
    beyond.length === 0
      ? 'the same message (a copy)'
      : dhcpv6.isRelay
        ? 'it on the side of the client'
        : 'it on the other side of the relay';
  return `; ${frames(shown)} ${shown.length === 1 ? 'shows' : 'show'} ${how}`;
}

/** How a message travels: to everybody on the link, to one host, or inside a relay's message. */
export function way6(scene: Scene6, multicast: string, unicast: string): string {
  const { packet, dhcpv6 } = scene;
  const seen = elsewhere6(scene);
  const to = packet.destination;
  if (dhcpv6.isRelay) return wrapped(scene, seen);
  if (to === undefined) return `${UNTOLD}${seen}`;
  if (to.startsWith('ff')) return `It goes by multicast to ${to}, ${multicast}${seen}`;
  return `It goes by unicast to ${to}, ${unicast}${seen}`;
}

/** How a message inside RELAY-FORW or RELAY-REPL travels (RFC 9915 §19). */
function wrapped({ dhcpv6, note, packet }: Scene6, seen: string): string {
  const peer = dhcpv6.peerAddress;
  const { source: from, destination: to } = packet;
  return note.fromServer
    ? `It travels to ${to === undefined ? 'a relay' : `relay ${to}`} inside a RELAY-REPL, from which the relay takes it out${peer === undefined ? '' : ` and sends it on to ${peer}`}${seen}`
    : `${from === undefined ? 'A relay' : `Relay ${from}`} heard it${peer === undefined ? '' : ` from ${peer}`} and hands it on${to === undefined ? '' : ` to ${to}`} inside a RELAY-FORW${seen}`;
}

/** Says that a client sends the same message again; undefined if it does not. */
export function repeated6({ note, before }: Scene6): string | undefined {
  const same = before.filter(({ type }) => type === note.type);
  const [first] = same;
  if (!first) return undefined;
  const since = later(first, note);
  const answer = before.findLast((other) => other.fromServer);
  const place =
    since === '' ? `; the first is in frame ${first.frame}` : `, ${since}than the first in frame ${first.frame}`;
  return `It is the ${ordinal(same.length + 1)} ${messageType6(note.type)} of this exchange${place}, ${answer ? `although ${the6(answer)} came before it` : 'and this capture shows no answer to those before'}`;
}

/** What follows a client's message, or should. */
export function answered6({ note, after }: Scene6, types: readonly number[], should: string): string {
  const answer = after.find(({ type }) => types.includes(type));
  const again = after.find(({ type }) => type === note.type);
  if (again && (!answer || after.indexOf(again) < after.indexOf(answer)))
    return `This capture shows no answer before the client asks again ${later(note, again)}in frame ${again.frame}`;
  if (!answer) return `${should}; this capture shows no answer`;
  return follows(`the ${messageType6(answer.type)}`, answer, note);
}

/** How many exchanges of a client are searched for the REPLY that gave it its address. */
const MOST_EXCHANGES = 16;

/** The REPLY that last gave a client its address or prefix. */
export function grantOf6({ exchange, before }: Scene6): Note6 | undefined {
  const gives = ({ type, answer }: Note6): boolean => type === REPLY && answer?.times !== undefined;
  let found = before.findLast(gives);
  const { exchanges } = exchange.client;
  const oldest = Math.max(0, exchange.position - MOST_EXCHANGES);
  for (let at = exchange.position - 1; !found && at >= oldest; at--) found = exchanges[at]!.notes.findLast(gives);
  return found;
}

const FOREVER = 0xffffffff;

/** How far a lease has run: `That is at 50 % of the 3600 s for which 2001:db8::42 was given by the REPLY in frame 4`. */
export function howFar6(scene: Scene6): string {
  const grant = grantOf6(scene);
  const given = grant?.answer;
  if (!grant || !given?.times) return 'When its lease began, this capture does not show';
  const { valid } = given.times;
  const what = given.address ?? 'it';
  const gone = between(grant, scene.note);
  if (valid === FOREVER) return `The REPLY in frame ${grant.frame} gave ${what} for ever`;
  return gone === undefined
    ? `The REPLY in frame ${grant.frame} gave ${what} for ${leaseTime(valid)}`
    : `That is at ${percent(gone / valid)} of the ${leaseTime(valid)} for which the REPLY in frame ${grant.frame} gave ${what}`;
}
