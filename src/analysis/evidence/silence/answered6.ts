import { lowerBound } from '../../../codec/search';
import { OPTIONS6 } from '../../../codec/dhcpv6/options';
import { tableInUse } from '../../../codec/option';
import {
  ADVERTISE,
  INFORMATION_REQUEST,
  REBIND,
  RENEW,
  REPLY,
  REQUEST6,
  SOLICIT,
  messageType6,
} from '../../../codec/dhcpv6/message';
import type { Packet } from '../../conversations/packet';
import type { Client6, Exchange6, Note6 } from '../../conversations/v6model';
import { apart, type Difference } from './apart';
import { Side, type Measure } from './side';
import type { Comparing } from './answered';
import { fieldsApart } from './fields';
import { KINDS6, MARKS6, NOT_COMPARED6 } from './properties6';
import { turnOf, type Turn } from '../turn';
import type { World } from '../world';
import { push } from '../../../codec/append';

/** The answered DHCPv6 messages of each link, to compare the unanswered ones with. */

const MEASURE: Measure<Packet> = {
  protocol: 6,
  marks: MARKS6,
  kinds: KINDS6,
  leastLength: 0,
  // What fits into the least MTU of IPv6, and into that of Ethernet (RFC 8200 §5), less the headers of IPv6 and UDP.
  limits: [1452, 1232],
  notCompared: NOT_COMPARED6,
  of: ({ frame, cut, payloadLength, dhcpv6 }) => ({
    frame,
    whole: cut === 0,
    length: payloadLength,
    secs: 0,
    hops: 0,
    half: () => 0,
    codes: dhcpv6!.codes(),
  }),
};

/** The exchanges of clients that got an answer, by link; also one that goes by unseen, where a REQUEST takes it. */
function answeredByLink({ conversations6 }: World): ReadonlyMap<string, readonly Exchange6[]> {
  const all = new Map<string, Exchange6[]>();
  for (const exchange of conversations6.exchanges)
    if (exchange.client.answers > 0 || exchange.has(REQUEST6))
      for (const link of new Set(exchange.notes.map((note) => note.link))) push(all, link, exchange);
  return all;
}

/** The side of the answered messages, by type and link. */
const sidesOf = (): Map<string, Side<Packet>> => new Map();

/** The answered messages of one type on a link; undefined if there are none. */
export function answeredSide6(type: number, link: string, world: World): Side<Packet> | undefined {
  const sides = world.once(sidesOf);
  const key = `${type} ${link}`;
  let side = sides.get(key);
  if (!side) {
    sides.set(key, (side = new Side(MEASURE, tableInUse(OPTIONS6, world.facts.options))));
    for (const exchange of world.once(answeredByLink).get(link) ?? []) {
      const note = answeredIn(exchange, type);
      if (note?.link === link) side.add(world.packets.get(note.index), exchange.client, note.index);
    }
  }
  return side.messages > 0 ? side : undefined;
}

/** What shows that a SOLICIT was answered. */
const TAKEN: ReadonlySet<number> = new Set([ADVERTISE, REQUEST6]);

/** The last message of a type before an answer to it. */
function answeredIn({ notes }: Exchange6, type: number): Note6 | undefined {
  let asked: Note6 | undefined;
  for (const note of notes) {
    if (note.type === type) asked = note;
    else if (asked && (note.type === REPLY || (type === SOLICIT && TAKEN.has(note.type)))) return asked;
  }
  return undefined;
}

/** Messages of one type that a client sent on one link without getting an answer. */
export interface Unanswered6 {
  readonly client: Client6;
  readonly type: number;
  readonly sent: readonly Note6[];
}

/** How many later exchanges of a client are searched. */
const MOST_LATER = 50;

/** The frames of the REBINDs by which a client goes on when its RENEWs get no answer, if it is served by them. */
export function reboundIn({ client: { exchanges }, type, sent }: Unanswered6): number[] {
  if (type !== RENEW) return [];
  const later = lowerBound(exchanges.length, (i) => exchanges[i]!.notes[0]!.time <= sent[0]!.time);
  return exchanges
    .slice(later, later + MOST_LATER)
    .filter(({ outcome }) => outcome === 'bound' || outcome === 'renewed')
    .flatMap((one) => one.of(REBIND).map(({ frame }) => frame));
}

/** What distinguishes unanswered messages from the answered ones of the same type on that link. */
export function apartOn6(
  asked: readonly Unanswered6[],
  world: World,
  { propertiesOnly = false }: Comparing = {},
): Difference | undefined {
  const [first] = asked;
  const answered = first && answeredSide6(first.type, first.sent[0]!.link, world);
  if (!answered) return undefined;
  const unanswered = new Side(MEASURE, tableInUse(OPTIONS6, world.facts.options));
  for (const { client, sent } of asked)
    for (const { index } of sent) unanswered.add(world.packets.get(index), client, index);
  return apart(
    { name: messageType6(first.type), unanswered, answered },
    undefined,
    propertiesOnly ? undefined : (sides) => fieldsApart(sides, world),
  );
}

/** The link of a message, and the relay that hands it on. */
const placeOf = ({ link, index, fromServer }: Note6, world: World): string => {
  const { source, destination, dhcpv6 } = world.packets.get(index);
  return `${link} ${dhcpv6?.isRelay ? ((fromServer ? destination : source) ?? '') : ''}`;
};

/** An answer, or a question in vain. */
export interface Dated {
  readonly time: number;
  readonly frame: number;
  readonly client: Client6;
}
const dated = ({ time, frame }: Note6, client: Client6): Dated => ({ time, frame, client });

/** Who is told settings is not given addresses. */
const keyOf = (settings: boolean): string => (settings ? 'settings ' : '');

/** The answers of each place, those that tell settings only apart. */
function answersAt(world: World): ReadonlyMap<string, readonly Dated[]> {
  const all = new Map<string, Dated[]>();
  for (const exchange of world.conversations6.exchanges) {
    const asked = keyOf(exchange.has(INFORMATION_REQUEST));
    for (const note of exchange.notes)
      if (note.isAnswer && note.timed) push(all, asked + placeOf(note, world), dated(note, exchange.client));
  }
  return all;
}

/** Where all that ask in vain on a link, or behind a relay, do so after the last answer there: when it ends, and who they are. */
export function turnsAt(
  asking: readonly Unanswered6[],
  world: World,
): readonly (readonly [Turn<Dated>, readonly Unanswered6[]])[] {
  const places = new Map<string, Unanswered6[]>();
  for (const one of asking) push(places, keyOf(one.type === INFORMATION_REQUEST) + placeOf(one.sent[0]!, world), one);
  return [...places].flatMap(([place, some]) => {
    const sent = some.flatMap(({ client, sent }) => sent.map((note) => dated(note, client)));
    const turn = turnOf(world.once(answersAt).get(place) ?? [], sent, ({ client }) => client);
    return turn && some.length > 1 ? [[turn, some] as const] : [];
  });
}
