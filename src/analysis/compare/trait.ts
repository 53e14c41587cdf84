import { push } from '../../codec/append';
import { optionName } from '../../codec/dhcpv4/options';
import { OPTIONS6 } from '../../codec/dhcpv6/options';
import { optionName6 } from '../../codec/dhcpv6/tlv';
import { cause } from '../draft';
import type { Packets } from '../conversations/packet';
import { turnOf, type Turn } from '../evidence/turn';
import * as advice from '../words/advice';
import { stepFor } from '../words/steps';
import { UNKNOWN_ADDRESS, count, frames, ip, list, momentText, portText } from '../words/words';
import { besideText, passedAs } from './lost';
import type { Point } from './point';
import type { Event } from './points';
import { letPass, type Reason } from './way';

/** What the messages that were lost have in common, and none of those that passed has. */

/** So many clients with an option lose their messages, and so many without it do not, before it is taken for the reason. */
const LEAST_LOSING = 2;
const LEAST_PASSING = 3;
/** Lost messages that are looked at. */
const MOST_LOST = 64;

/** The reason that what was lost shows beside what passed, all of one name; undefined if it shows none. `relay`: the one between the points; `arp`: a broadcast that gets through; `ofRelay`: what is so of one relay’s messages alone. */
export function traitOf(
  lost: readonly Event[],
  passed: readonly Event[],
  packets: Packets,
  relay: string | undefined,
  arp: string | undefined,
  ofRelay: Reason | undefined,
): Reason | undefined {
  if (passed.length === 0 || new Set(lost.map(({ name }) => name)).size > 1) return ofRelay;
  const some = lost.slice(0, MOST_LOST);
  const { name, fromClient } = lost[0]!;
  const beside = `what passes goes by unicast (frame ${passed[0]!.frames[0]!})`;
  const inFrames = frames(some.map((event) => event.frames[0]!));
  if (
    !fromClient &&
    arp === undefined &&
    some.every(({ broadcast }) => broadcast) &&
    passed.every(({ unicast }) => unicast)
  )
    return {
      cause: cause(
        'likely',
        'Broadcasts do not get through between the two points: storm control, a broadcast filter, or client isolation stops them',
        `each lost ${name} goes by broadcast (${inFrames}); ${beside}`,
      ),
      steps: [advice.BROADCASTS],
    };
  const asked = (event: Event): boolean => packets.get(event.index).dhcp?.broadcast === true;
  if (!fromClient && some.every(asked) && !passed.some(asked))
    return {
      cause: cause(
        'likely',
        `${relay === undefined ? 'Something on the way' : `Relay ${relay}, or a switch behind it,`} does not hand on what the clients ask to get by broadcast`,
        `each lost ${name} has the broadcast flag (${inFrames}), and none that passes has it`,
      ),
      steps: [advice.BROADCASTS],
    };
  if (ofRelay) return ofRelay;
  const clients = (events: readonly Event[]): number => new Set(events.map(({ client }) => client)).size;
  if (clients(some) < LEAST_LOSING || clients(passed) < LEAST_PASSING) return sizeTrait(some, passed, packets);
  const codes = (event: Event): readonly number[] => packets.get(event.index).dhcp?.codes() ?? [];
  const passing = new Set(passed.flatMap(codes));
  const sets = some.map((event) => new Set(codes(event)));
  const code = [...sets[0]!].find((one) => !passing.has(one) && sets.every((own) => own.has(one)));
  if (code === undefined) return sizeTrait(some, passed, packets);
  const title = `option ${code} (${optionName(code)})`;
  return {
    cause: cause(
      'likely',
      `Something on the way drops messages with ${title}`,
      `it is in each lost ${name} (${inFrames}), and in none of the ${passed.length} that pass`,
    ),
    steps: [`On the firewalls and switches between the two points, look for DHCP inspection that drops ${title}.`],
  };
}

/** Nothing that one relay sends, or is sent, gets from point to point, and what another one does passes; `passed` tells of a relay’s messages. */
export function relayTrait(
  lost: readonly Event[],
  passed: (relay: string | undefined) => Event | undefined,
): Reason | undefined {
  const [first] = lost as [Event];
  const [relay] = first.relays;
  const other = passed(undefined);
  if (relay === undefined || isSix(first) || !other || passed(relay) || !lost.every(({ relays }) => relays.has(relay)))
    return undefined;
  const own = ip(Number(relay));
  const { fromClient, name } = first;
  // What one client alone sends in vain may be kept back for its own sake.
  const many = new Set(lost.map(({ client }) => client)).size >= LEAST_LOSING;
  if (fromClient ? !many : lost.some(({ destination }) => destination !== own)) return undefined;
  const what = new Set(lost.map((event) => event.name)).size === 1 ? name : 'message';
  const inFrames = frames(lost.slice(0, MOST_LOST).map((event) => event.frames[0]!));
  const of = [...other.relays].map((one) => ip(Number(one)))[0]!;
  return {
    cause: cause(
      'likely',
      `Nothing ${fromClient ? 'of' : 'to'} relay ${own} gets from one point to the other: a route, an access list or a firewall`,
      fromClient
        ? `each lost ${what} has giaddr ${own} (${inFrames}), and none that passes has (frame ${other.frames[0]!} has ${of})`
        : `each lost ${what} goes to ${own} (${inFrames}), and none that passes does (frame ${other.frames[0]!} goes to ${other.destination ?? UNKNOWN_ADDRESS})`,
    ),
    steps: [
      `On the routers and firewalls between the two points, look at the route ${fromClient ? 'from' : 'to'} ${own}, and for rules about it.`,
    ],
  };
}

/** The plural of a message's name. */
export const pluralOf = (name: string): string =>
  name === 'reply of unknown type'
    ? 'replies of unknown type'
    : name.replace(/^request of/, 'requests of').replace(/(?<!type)$/, 's');

const pluralsOf = (events: readonly Event[]): string => list([...new Set(events.map(({ name }) => pluralOf(name)))]);
const isSix = ({ kind }: Event): boolean => kind.startsWith('v6');

/** How many options are named. */
const MOST_OPTIONS = 3;

/**
 * Messages of one type are lost, and others pass the same way: the contents decide. Undefined if a type is among both. `whose`: the client
 * that it is so of alone, for those of the others pass (`alike`).
 */
export function typeTrait(
  lost: readonly Event[],
  passed: readonly Event[],
  packets: Packets,
  seen: string,
  whose: string,
  alike: readonly Event[],
): Reason | undefined {
  const names = new Set(lost.map(({ name }) => name));
  const [one] = passed;
  if (!one || passed.some(({ name, cut }) => cut || names.has(name)) || lost.some(({ cut }) => cut)) return undefined;
  const [other] = alike;
  const of = other ? ` ${one.fromClient ? 'of' : 'to'} ${whose}` : '';
  const [what, others] = [pluralsOf(lost) + of, pluralsOf(passed)];
  const six = isSix(one);
  const to = one.broadcast ? `by ${six ? 'multicast' : 'broadcast'}` : `to ${one.destination ?? UNKNOWN_ADDRESS}`;
  const ports = `from ${portText(one.sourcePort)} to ${portText(one.destinationPort)}`;
  return {
    cause: cause(
      'likely',
      `Something on the way drops ${what} and lets ${others} pass: DHCP inspection${other ? ' or an access list' : ', an access list, or a limit of rate'}`,
      `the ${one.name} in frame ${one.frames[0]!} of ${seen} passed the same way, ${to} ${ports}`,
      other && `the ${other.name} in ${besideText(passedAs(other), other, seen)}`,
      ...apartFrom(lost, [...passed, ...alike], packets),
    ),
    steps: [
      `On the switches and firewalls between the two points, look for what drops ${what} and lets ${others} pass.`,
      ...(six
        ? []
        : [
            stepFor(
              'switch',
              'ios',
              'Cisco IOS',
              '`show ip dhcp snooping statistics detail` shows what DHCP snooping dropped, and why.',
            ),
          ]),
    ],
  };
}

/** What the lost messages have in common, and none of those that passed has: options, length. */
export const apartFrom = (lost: readonly Event[], passed: readonly Event[], packets: Packets): (string | false)[] =>
  passed.length === 0
    ? []
    : [optionsApart(lost.slice(0, MOST_LOST), passed, packets), sizesApart(lost.slice(0, MOST_LOST), passed, packets)];

/** The options that each lost message has, and none that passed. */
function optionsApart(lost: readonly Event[], passed: readonly Event[], packets: Packets): string | false {
  const codes = ({ index }: Event): readonly number[] => {
    const { dhcp, dhcpv6 } = packets.get(index);
    return (dhcp ?? dhcpv6)?.codes() ?? [];
  };
  const passing = new Set(passed.flatMap(codes));
  const sets = lost.map((event) => new Set(codes(event)));
  const own = [...sets[0]!].filter((code) => !passing.has(code) && sets.every((set) => set.has(code)));
  if (own.length === 0) return false;
  const nameOf = (code: number): string => (isSix(lost[0]!) ? optionName6(OPTIONS6, code) : optionName(code));
  const told = own.slice(0, MOST_OPTIONS).map((code) => `option ${code} (${nameOf(code)})`);
  return `each of the lost ${pluralsOf(lost)} has ${list(told)}, and none of the ${pluralsOf(passed)} that pass has`;
}

/** Octets of UDP payload, the least and the most. */
function sizesOf(events: readonly Event[], packets: Packets): readonly [least: number, most: number] {
  const all = events.map(({ index }) => packets.get(index).payloadLength).sort((a, b) => a - b);
  return [all[0]!, all[all.length - 1]!];
}

const rangeText = ([least, most]: readonly [number, number]): string =>
  least === most ? `${least} octets` : `${least} to ${most} octets`;

/** The lengths, where those of the lost messages lie apart from those that passed. */
function sizesApart(lost: readonly Event[], passed: readonly Event[], packets: Packets): string | false {
  const [gone, came] = [sizesOf(lost, packets), sizesOf(passed, packets)];
  if (gone[0] <= came[1] && came[0] <= gone[1]) return false;
  return `what is lost has ${rangeText(gone)} of DHCP, what passes has ${rangeText(came)}`;
}

/** By so much the shortest lost message must be longer than all of one name that passed, of which there must be so many. */
const LONGER = 1.25;
const LEAST_SHORTER = 3;

/** Only long messages are lost; `got`: those of the others that the other point lacks, and that came to their clients. */
export function sizeTrait(
  all: readonly Event[],
  passed: readonly Event[],
  packets: Packets,
  got: ReadonlyMap<Event, string> = new Map(),
): Reason | undefined {
  // Fewer of the one are enough where there are more of the other.
  if (passed.length < (all.length < LEAST_SHORTER ? LEAST_SHORTER : LEAST_LOSING)) return undefined;
  const lost = all.slice(0, MOST_LOST);
  const [least, most] = [sizesOf(lost, packets)[0], sizesOf(passed, packets)[1]];
  if (least < LONGER * most) return undefined;
  const { source, destination, unicast } = lost[0]!;
  const names = new Set(lost.map(({ name }) => name));
  const name = names.size === 1 ? lost[0]!.name : 'message';
  const others = passed.some((event) => got.has(event))
    ? `came to their clients (${frames(passed.map((event) => event.frames[0]!))})`
    : 'pass';
  return {
    cause: cause(
      'likely',
      `Something on the way drops long messages: a tunnel with a small MTU, a filter of fragments, or a limit of length`,
      `each lost ${name} has ${least} octets or more of DHCP (${frames(lost.map((event) => event.frames[0]!))}), and the ${passed.length} that ${others} have ${most} at most`,
    ),
    // Nobody has an address yet that is only offered, and a link-local one needs an interface.
    steps:
      !unicast || names.has('OFFER') || destination!.startsWith('fe80')
        ? [
            `On the switches, tunnels and firewalls between the two points, look for an MTU, a limit of length or a filter of fragments that stops ${least} octets of UDP payload.`,
          ]
        : [
            stepFor(
              'system',
              'linux',
              `Linux, on ${source ?? 'the sender'}`,
              `\`ping -M do -s ${least} ${destination!}\` shows whether datagrams of this length pass, \`ping -M do -s ${most} ${destination!}\` whether shorter ones do.`,
            ),
          ],
  };
}

/** A way that breaks in the middle: all that goes one way, or all of one name, passes up to a point in time, and nothing after it. */

/** What passed before, and the last of it and the first that was lost. */
export interface Turned extends Turn<Event> {
  readonly passed: readonly Event[];
  readonly lost: readonly Event[];
  /** The name of the messages, if others pass on. */
  readonly name: string | undefined;
  /** It is so of all that goes to the port, by broadcast and by unicast. */
  readonly whole: boolean;
  /** For grouping. */
  readonly key: string;
}

/** The way of a message between two points: its direction, its link, and who talks to whom where relays and servers do. */
const lineOf = ({ kind, fromClient, broadcast, unicast, relays, link, destination }: Event): string =>
  [
    kind.startsWith('v6'),
    fromClient,
    broadcast,
    unicast,
    relays.size > 0,
    link,
    (fromClient ? !broadcast : relays.size > 0) ? destination : '',
  ].join();

/** The same to a port on a link, by broadcast and by unicast. */
const portOf = (event: Event): string =>
  event.relays.size > 0
    ? lineOf(event)
    : `port ${event.destinationPort} ${isSix(event)} ${event.fromClient} ${event.link}`;

/** Where ways break; gives the one that messages of one client are lost on. */
export function turnsOf(
  passed: readonly Event[],
  lost: readonly Event[],
): (events: readonly Event[]) => Turned | undefined {
  const keysOf = (event: Event): [string, string, string] => [
    portOf(event),
    lineOf(event),
    `${lineOf(event)} ${event.name}`,
  ];
  const came = new Map<string, Event[]>();
  const gone = new Map<string, Event[]>();
  for (const event of lost) for (const key of new Set(keysOf(event))) push(gone, key, event);
  for (const event of passed) for (const key of new Set(keysOf(event))) if (gone.has(key)) push(came, key, event);
  const turns = new Map<string, Turned>();
  for (const [key, events] of gone) {
    const before = came.get(key) ?? [];
    const turn = turnOf(before, events, ({ client }) => client);
    const name = keysOf(events[0]!).indexOf(key) < 2 ? undefined : events[0]!.name;
    if (turn) turns.set(key, { ...turn, passed: before, lost: events, name, whole: key === portOf(events[0]!), key });
  }
  const shared = (events: readonly Event[], at: 0 | 1 | 2): Turned | undefined => {
    const [key, ...others] = new Set(events.map((event) => keysOf(event)[at]));
    return others.length === 0 ? turns.get(key!) : undefined;
  };
  return (events) => shared(events, 0) ?? shared(events, 1) ?? shared(events, 2);
}

const clientsIn = (events: readonly Event[]): number => new Set(events.map(({ client }) => client)).size;

/** What a break says of why messages are lost, and where to look; `arp`: what shows that other frames get through since. */
export function turnReason(
  { last, first, passed, lost, name }: Turned,
  { name: seen, clock = 'UTC' }: Point,
  arp: string | undefined,
): Reason {
  const { source, destination, broadcast, relays, destinationPort } = first;
  const time = (event: Event): string => momentText(Math.round(event.time), 'undated');
  const ends =
    broadcast || relays.size === 0 || source === undefined || destination === undefined
      ? 'between the two points'
      : `from ${source} to ${destination}`;
  return {
    cause: cause(
      'likely',
      arp === undefined
        ? `Something changed on the way ${ends} after frame ${last.frames[0]!} of ${seen}, and ${name === undefined ? 'nothing gets through since: a cable, a port, a route, or a rule of a firewall' : `no ${name} gets through since: DHCP inspection, a filter, or a limit of rate`}`
        : `Between frames ${last.frames[0]!} and ${first.frames[0]!} of ${seen}, something began to stop what goes to ${portText(destinationPort, 'UDP ')}: a firewall or access list that was switched on, DHCP inspection, or a limit of rate`,
      `up to frame ${last.frames[0]!} of ${seen}, ${count(passed.length, name ?? 'message', pluralOf(name ?? 'message'))} of ${count(clientsIn(passed), 'client')} passed; from frame ${first.frames[0]!} on, none of ${lost.length} does`,
      arp,
    ),
    steps: [
      ...(arp === undefined ? [] : [letPass(first)]),
      `In the logs of the switches, routers and firewalls on the way, look at what happened between ${time(last)} and ${time(first)}${clock === 'UTC' ? ' UTC' : ''}, by the clock of ${seen}.`,
    ],
  };
}
