import { push } from '../../../codec/append';
import { ADVERTISE, REPLY, SOLICIT, messageType6 } from '../../../codec/dhcpv6/message';
import { nameAndDuid, nameOfDuid } from '../../../codec/names/duids';
import * as advice from '../../words/advice';
import { POOLS6, poolOf6, type Pool6 } from '../../words/advice6';
import type { Step } from '../../words/steps';
import { cause, ranked } from '../../collector';
import type { WorldRule } from '../rule';
import type { Client6, Exchange6, Note6 } from '../../conversations/v6model';
import { CONTAINER_NAMES, type Status6 } from '../../../codec/dhcpv6/answer';
import { STATUS_CODES } from '../../../codec/dhcpv6/values/identity';
import { AWAIT } from '../../evidence/silence/hidden6';
import { UNKNOWN_ADDRESS, count, frames, list, quote } from '../../words/words';
import { changeCause, changeSteps, duidChanges, lostBy } from './duids';
import { attacks6, invented6 } from '../../evidence/attacks6';
import { withFinding } from '../../draft';
import { MOST_COMPARED } from '../../explained';
import type { Cause } from '../../finding';
import type { World } from '../../evidence/world';

/** DHCPv6: status codes by which a server refuses (RFC 9915 §21.13). */

/** Status codes NoAddrsAvail and NoPrefixAvail. */
const EMPTY: ReadonlySet<number> = new Set([2, 6]);

/** A message that gives a client something. */
type Given = Pick<Note6, 'frame' | 'type'> & { readonly client: Client6 };

/** Whom a server refuses for want of addresses or prefixes, and where it has some. */
interface Emptiness {
  /** By status code: the clients, and the relays (`''` for none) through which they ask. */
  readonly refused: Map<number, { readonly clients: Set<string>; readonly relays: Set<string> }>;
  /** By relay: a frame in which it gives something. */
  readonly given: Map<string, number>;
  /** By pool and relay: the same for what is in that pool. */
  readonly from: Map<string, number>;
  /** By pool and relay: the frames in which it gives somebody what he had not. */
  readonly anew: Map<string, Given[]>;
}

/** The last REPLY before a frame in which a server gives another client something of a pool anew. */
export function lastGiven(
  server: string,
  of: Given,
  where: { readonly pool: Pool6; readonly relay: string },
  world: World,
): number | undefined {
  let last: number | undefined;
  for (const { client, type, frame } of world.once(emptiness).get(server)?.anew.get(`${where.pool} ${where.relay}`) ??
    [])
    if (type === REPLY && client !== of.client && frame < of.frame) last = Math.max(last ?? 0, frame);
  return last;
}

/** By server: whom it refuses, and where. */
function emptiness(world: World): ReadonlyMap<string, Emptiness> {
  const { conversations6, packets } = world;
  const invented = world.once(invented6);
  const found = new Map<string, Emptiness>();
  for (const exchange of conversations6.exchanges) {
    const { client, notes } = exchange;
    const asks = exchange.has(SOLICIT);
    for (const { answer, server, relayed, index, frame, type } of notes) {
      if (!answer || server === undefined) continue;
      let one = found.get(server);
      if (!one) found.set(server, (one = { refused: new Map(), given: new Map(), from: new Map(), anew: new Map() }));
      const relay = relayed ? (packets.get(index).destination ?? '') : '';
      if (answer.address !== undefined && !one.given.has(relay)) one.given.set(relay, frame);
      for (const address of answer.address === undefined ? [] : [answer.address, ...answer.others]) {
        const codes = packets.get(index).dhcpv6!.associations.map((association) => association.code);
        const pool = address.includes('/') ? 'prefixes' : codes.includes(3) ? 'addresses' : 'temporary';
        if (!one.from.has(`${pool} ${relay}`)) one.from.set(`${pool} ${relay}`, frame);
        // What is renewed is no new one.
        if (asks && !invented.has(client)) push(one.anew, `${pool} ${relay}`, { frame, type, client });
      }
      for (const { code } of answer.refusals) {
        if (!EMPTY.has(code) || invented.has(client)) continue;
        let by = one.refused.get(code);
        if (!by) one.refused.set(code, (by = { clients: new Set(), relays: new Set() }));
        by.clients.add(client.name);
        by.relays.add(relay);
      }
    }
  }
  return found;
}

/** The relay behind which a server refuses everybody, while it gives something elsewhere. */
function emptyRelay({ refused, given }: Emptiness, code: number): string | undefined {
  const [relay, ...more] = refused.get(code)?.relays ?? [];
  if (relay === undefined || relay === '' || more.length > 0 || given.has(relay)) return undefined;
  const [other] = given;
  return (
    other &&
    `all that are refused are behind relay ${relay}; ${other[0] === '' ? 'a client without relay' : `behind relay ${other[0]} a client`} gets what it asks for (frame ${other[1]})`
  );
}

/** Another server that gives the client what this one refused. */
function another({ notes }: Exchange6, refusal: Note6): string | undefined {
  const other = notes.find(({ answer, server }) => answer?.address !== undefined && server !== refusal.server);
  return (
    other &&
    `server ${other.server === undefined ? UNKNOWN_ADDRESS : nameOfDuid(other.server)} gives ${other.answer!.address!} (frame ${other.frame})`
  );
}

/** The pool that a refusal is about: that of the association that it stands in; one about the message as a whole says what the others do. */
const refusedPool = (bad: readonly Status6[]): Pool6 => poolOf6(bad.find(({ within }) => within.length > 0)?.within[0]);

/** The steps for a status code: about the pools if they lack something, otherwise about the lease or the client. */
function statusSteps(code: number, pool: Pool6, exchange: Exchange6, note: Note6, world: World): Step[] {
  switch (code) {
    case 3: {
      const told = new Set(
        world
          .once(lostBy)
          .get(note.server ?? '')
          ?.unbound.map(({ client }) => client),
      ).size;
      return [
        told > 1
          ? `See on ${nameOfDuid(note.server ?? '')} whether its file of leases was emptied, or restored from a backup: it knows no such lease of ${told} clients. Each of them asks again by itself.`
          : 'Nothing needs to be done for this client: it asks again. Where many are told so, see that the server keeps its file of leases.',
      ];
    }
    case 4:
      return [
        'Nothing needs to be done where the client has moved. Otherwise the server lacks the subnet of the client’s link.',
        ...advice.settings(POOLS6.addresses),
      ];
    case 5:
      return multicastSteps(exchange, note, world);
    default:
      return EMPTY.has(code)
        ? advice.settings(POOLS6[pool])
        : ['Look into the server’s log at the time of this answer.'];
  }
}

/** How many later exchanges of a client are looked at. */
const MOST_LATER = 50;

/** What a client sends to a server after a message, by unicast (`false`) or by multicast: the first such frame. */
function sentAfter({ client, position }: Exchange6, note: Note6, multicast: boolean, world: World): Note6 | undefined {
  return client.exchanges
    .slice(position, position + MOST_LATER)
    .flatMap(({ notes }) => notes)
    .find(
      (one) =>
        one.frame > note.frame &&
        AWAIT.has(one.type) &&
        !one.relayed &&
        world.packets.get(one.index).destination?.startsWith('ff') === multicast,
    );
}

/** What to do about UseMulticast: nothing where the client obeys. */
function multicastSteps(exchange: Exchange6, note: Note6, world: World): Step[] {
  const obeys = sentAfter(exchange, note, true, world);
  if (obeys) return [`Nothing needs to be done: the client asks again by multicast (frame ${obeys.frame}).`];
  const again = sentAfter(exchange, note, false, world);
  const { client } = exchange;
  if (!again) return [`See whether ${client.name} asks again by multicast, as it must: this capture does not show it.`];
  return [
    `Restart the DHCPv6 client on ${client.name}: it must ask by multicast now, and goes on by unicast (frame ${again.frame}), as if option 12 (Server Unicast) still allowed that.`,
    ...advice.settings({
      dhcpd: `\`option dhcp6.unicast ${world.packets.get(again.index).destination!};\` lets clients ask by unicast again`,
      kea: 'the address behind the name of the interface in `"interfaces"` lets clients ask by unicast again',
    }),
  ];
}

/** Where a server may keep something from one client. */
const keptSteps = (client: Client6, { server }: Note6): Step[] => [
  `On ${nameOfDuid(server ?? '')}, look for what is set for DUID ${client.label}.`,
  ...advice.settings({
    dhcpd: 'a `host` of this client needs `fixed-prefix6` or `fixed-address6`; look at `deny` and `allow` in `pool6`',
    kea: 'look at `"reservations"` of this client, and at the client class of `"pools"` and `"pd-pools"`',
  }),
];

/** The clients that are refused alike, or the one. */
const clientsOf = (one: string, all: ReadonlySet<string> | undefined): string =>
  all && all.size > 1 ? `${count(all.size, 'client')} (${list([...all], 3)})` : one;

/** The frames in which others are given something anew while a client is refused the same: nothing is used up then. */
function givenMeanwhile(given: readonly Given[], client: Client6, note: Note6, refusal: number): readonly number[] {
  const last = client.exchanges
    .slice(-MOST_LATER)
    .flatMap(({ notes }) => notes)
    .findLast(({ server, answer }) => server === note.server && answer?.refusals.some(({ code }) => code === refusal));
  return given.flatMap((one) =>
    one.client !== client && one.frame > note.frame && one.frame < (last?.frame ?? 0) ? [one.frame] : [],
  );
}

/** The attack on the pool that begins before a refusal on its link, as its cause. */
function starvedBy({ link, frame }: Note6, world: World): Cause | undefined {
  const attack = attacks6(world).find((one) => one.link === link && one.asked[0]!.frame < frame);
  return (
    attack &&
    withFinding(
      'v6-starvation',
      attack.asked.slice(0, MOST_COMPARED).map((one) => one.frame),
      cause(
        'likely',
        'A starvation attack on this link empties the pool',
        `${attack.asked.length} DUIDs ask from frame ${attack.asked[0]!.frame} on`,
      ),
    )
  );
}

/** A status code other than Success, at any level of the message. */
export const v6Status: WorldRule = function* (world) {
  const invented = world.once(invented6);
  for (const exchange of world.conversations6.exchanges) {
    if (invented.has(exchange.client)) continue;
    for (const note of exchange.notes) {
      const empty = (): Emptiness | undefined => world.once(emptiness).get(note.server ?? '');
      const bad = note.answer?.refusals ?? [];
      const [first] = bad;
      if (!first) continue;
      const pool = refusedPool(bad);
      const name = (status: Status6): string => STATUS_CODES[status.code] ?? `status ${status.code}`;
      yield {
        id: 'v6-status',
        severity: 'warning',
        // An empty pool is about the server; a status of a lease or a link is about the client.
        subject: (EMPTY.has(first.code) ? note.server : undefined) ?? exchange.client.label,
        common:
          note.server === undefined || EMPTY.has(first.code)
            ? undefined
            : {
                subject: `server ${nameOfDuid(note.server)}`,
                trait: `all told ${name(first)} by server ${nameOfDuid(note.server)}`,
                reason: name(first),
                least: 2,
              },
        frames: note.frames,
        detail: () => {
          const relay = note.relayed ? (world.packets.get(note.index).destination ?? '') : '';
          const change = world.once(duidChanges).find(({ after }) => after.server === note.server);
          const starved = EMPTY.has(first.code) ? starvedBy(note, world) : undefined;
          const meanwhile = givenMeanwhile(
            empty()?.anew.get(`${pool} ${relay}`) ?? [],
            exchange.client,
            note,
            first.code,
          );
          const given = (of: Pool6): number | undefined => empty()?.from.get(`${of} ${relay}`);
          const prefix = given('prefixes');
          const temporary =
            first.code === 2 && pool === 'temporary' && given('temporary') === undefined
              ? given('addresses')
              : undefined;
          return {
            title: `${clientsOf(exchange.client.name, empty()?.refused.get(first.code)?.clients)}: ${note.server === undefined ? 'the server' : `server ${nameOfDuid(note.server)}`} says ${list([...new Set(bad.map(name))])}`,
            explanation: `The ${messageType6(note.type)} in frame ${note.frame} from ${note.server === undefined ? 'a server without DUID' : `server ${nameAndDuid(note.server)}`} has ${list(bad.map((status) => `${name(status)}${status.within.length > 0 ? ` in ${status.within.map((code) => CONTAINER_NAMES[code] ?? code).join(' in ')}` : ''}${status.text === '' ? '' : ` (${quote(status.text)})`}`))}${note.type === ADVERTISE && note.answer?.address !== undefined ? `, and offers ${note.answer.address}` : ''}.`,
            causes: ranked(
              starved,
              meanwhile.length > 0 &&
                cause(
                  'likely',
                  `The server keeps ${pool === 'prefixes' ? 'prefixes' : 'addresses'} from this client: a limit for each client, a class, or a reservation without one`,
                  `others are given some while it is refused (${frames(meanwhile)})`,
                ),
              temporary !== undefined &&
                cause(
                  'likely',
                  'The server has no pool of temporary addresses: who asks for IA_TA gets none, and who asks for IA_NA gets an address',
                  `IA_TA in frame ${note.frame}`,
                  `IA_NA with an address in frame ${temporary}`,
                ),
              first.code === 2 &&
                !starved &&
                meanwhile.length === 0 &&
                cause(
                  temporary === undefined ? 'likely' : 'possible',
                  pool === 'temporary'
                    ? 'The pool of temporary addresses for this link is used up, or there is none'
                    : 'The pool of addresses for this link is used up, or there is none',
                  another(exchange, note),
                  empty() && emptyRelay(empty()!, first.code),
                ),
              first.code === 6 &&
                !starved &&
                meanwhile.length === 0 &&
                cause(
                  'likely',
                  `The pool of prefixes is used up${prefix === undefined ? ', or none is configured, and the client (a router) asks for one' : ''}`,
                  empty() && emptyRelay(empty()!, first.code),
                  prefix !== undefined && `the server gives a prefix in frame ${prefix}`,
                ),
              first.code === 3 &&
                change &&
                changeCause(
                  change,
                  'The server was set up anew: it has another DUID than before, and has lost its leases',
                ),
              first.code === 3 &&
                !change &&
                cause(
                  'likely',
                  'The server does not know the lease that the client wants to keep: its database was lost, or another server gave it',
                ),
              first.code === 4 &&
                cause('likely', 'The client moved to another link, and its addresses do not belong here'),
              first.code === 5 && cause('likely', 'The client sent by unicast, which the server does not allow'),
              (first.code === 1 || first.code > 6) &&
                cause(
                  'likely',
                  'The server could not do what it was asked',
                  first.text !== '' && `it says ${quote(first.text)}`,
                ),
            ),
            steps: starved
              ? ['Stop the attack first: see the finding v6-starvation.']
              : meanwhile.length > 0
                ? keptSteps(exchange.client, note)
                : first.code === 3 && change
                  ? changeSteps(true)
                  : statusSteps(first.code, pool, exchange, note, world),
            reference: 'RFC 9915 §21.13',
          };
        },
      };
    }
  }
};
