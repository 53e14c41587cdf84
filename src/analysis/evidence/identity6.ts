import { CONFIRM, RELEASE6, REPLY, REQUEST6, SOLICIT } from '../../codec/dhcpv6/message';
import type { Client6, Note6 } from '../conversations/v6model';
import { addPings, givenToAll, machinesOf, MOST_SIGNS, type Clones, type SignOfLife } from './identity';
import type { World } from './world';

/** Client identity in DHCPv6: DUIDs that several machines use. */

/** By client: DUIDs with one IAID that several machines use. */
export const clonesOf6 = (world: World): ReadonlyMap<Client6, Clones> => world.once(allClones6);
function allClones6(world: World): ReadonlyMap<Client6, Clones> {
  const all = new Map<Client6, Clones>();
  const { withOtherMacs, withOtherPeers } = world.conversations6;
  for (const client of new Set([...withOtherMacs, ...withOtherPeers])) {
    for (const { link, signs, macs, sources, given } of associationsOf(client, world)) {
      if (macs.size < 2) continue;
      const own = new Set([...sources, ...[...given.values()].flatMap((all) => [...all])]);
      // What a machine sends from its link-local address says nothing of the identifier until it has sent that.
      const since = new Map([...signs].reverse().map(({ mac, time }) => [mac, time]));
      const isLeased = (address: string): boolean => [...given.values()].some((all) => all.has(address));
      for (const address of own) {
        const pings = world.neighbours.pings.get(address) ?? [];
        const from = isLeased(address) ? pings : pings.filter(({ mac, time }) => time >= (since.get(mac) ?? Infinity));
        addPings(signs, macs, link, from);
      }
      const found = machinesOf(signs);
      if (!found) continue;
      const addresses = givenToAll(found.macs, given);
      all.set(client, { ...found, label: client.label, protocol: 6, identifier: client.label, addresses });
      break;
    }
  }
  return all;
}

/** One DUID that link-layer addresses on several links use in turn: one machine with several cards, or several machines. */
export interface Spread extends Clones {
  /** The link of each of the first two link-layer addresses, and the IAIDs that it sends. */
  readonly ends: readonly { readonly mac: string; readonly link: string; readonly iaids: ReadonlySet<number> }[];
}

/** By client: DUIDs that are in use on several links at once. */
export const spreadOf6 = (world: World): readonly Spread[] => world.once(allSpread6);
function allSpread6(world: World): readonly Spread[] {
  return [...world.conversations6.withOtherMacs].flatMap((client) => {
    const all = clonesOf6(world).has(client) ? [] : [...associationsOf(client, world)];
    const found = all.length > 1 && machinesOf(all.flatMap(({ signs }) => signs));
    if (!found) return [];
    const ends = [found.again, found.second].map(({ mac }) => {
      const own = all.filter(({ macs }) => macs.has(mac));
      return { mac, link: own[0]!.link, iaids: new Set(own.map(({ iaid }) => iaid)) };
    });
    if (ends[0]!.link === ends[1]!.link) return [];
    return [{ ...found, label: client.label, protocol: 6, identifier: client.label, addresses: [], ends } as const];
  });
}

interface Association {
  readonly link: string;
  readonly iaid: number;
  readonly signs: SignOfLife[];
  readonly macs: Set<string>;
  readonly sources: Set<string>;
  /** The addresses that each link-layer address was given. */
  readonly given: Map<string, Set<string>>;
}

/** What is heard of a DHCPv6 client, by link and IAID. */
function associationsOf(client: Client6, world: World): Iterable<Association> {
  const all = new Map<string, Association>();
  let looked = 0;
  for (const { notes } of client.exchanges) {
    /** Who asked last in this exchange, and is given what a REPLY gives. */
    let asking: Set<string> | undefined;
    for (const note of notes) {
      if (note.type === REPLY) for (const address of addressesIn(note)) asking?.add(address);
      const { dhcpv6, source } = world.packets.get(note.index);
      const iaid = dhcpv6?.associations[0]?.iaid;
      // Behind a relay, the machines are known by the addresses that it tells.
      const mac = note.sender ?? note.peer;
      if (!note.timed || iaid === undefined || mac === undefined || source === undefined) continue;
      if (note.type === RELEASE6 || looked++ > MOST_SIGNS) continue;
      const key = `${note.peer === undefined ? note.link : `behind ${dhcpv6?.linkAddress ?? '?'}`} ${iaid}`;
      let one = all.get(key);
      if (!one)
        all.set(
          key,
          (one = { link: note.link, iaid, signs: [], macs: new Set(), sources: new Set(), given: new Map() }),
        );
      one.macs.add(mac);
      one.sources.add(source);
      const kind = note.type === SOLICIT || note.type === CONFIRM || note.type === REQUEST6 ? 'begins' : 'goes on';
      one.signs.push({ mac, frame: note.frame, time: note.time, kind });
      asking = one.given.get(mac) ?? new Set();
      one.given.set(mac, asking);
    }
  }
  return all.values();
}

/** The addresses and prefixes that an answer gives. */
const addressesIn = ({ answer }: Note6): string[] =>
  answer?.address === undefined ? [] : [answer.address, ...answer.others];

/** The frame of a REPLY that gave an address to a link-layer address before a point in time. */
export function givenBefore(address: string, mac: string, before: number, world: World): number | undefined {
  for (const { notes } of world.conversations6.exchanges) {
    let asks: string | undefined;
    for (const note of notes) {
      asks = note.sender ?? asks;
      if (note.time >= before) break;
      if (note.type === REPLY && asks === mac && addressesIn(note).includes(address)) return note.frame;
    }
  }
  return undefined;
}

/** How many link-layer addresses of one DUID are named. */
const MOST_NAMED = 16;

/** The link-layer addresses from which messages with one DUID came, where no relay is in between. */
export const sendersOf = (client: Client6): string[] =>
  [...new Set(client.exchanges.flatMap(({ notes }) => notes.flatMap(({ sender }) => sender ?? [])))].slice(
    0,
    MOST_NAMED,
  );
