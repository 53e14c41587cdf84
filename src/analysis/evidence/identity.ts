import {
  ACK,
  DECLINE,
  DISCOVER,
  INFORM,
  OPTION,
  RELEASE,
  REQUEST,
  isBroadcast,
  isProxy,
  requestState,
  type Client,
  type Exchange,
  type Message,
} from '../conversations/model';
import { push } from '../../codec/append';
import { ipv4ToText } from '../../codec/bytes';
import type { World } from './world';
import type { Ping } from './neighbours';

/** Client identity: whether a client changes its identifier within a lease, and whether two machines share one identifier. */

/** The hardware addresses that ask under several identifiers: by the first of their clients, all of them. */
export function sharedCards(clients: readonly Client[]): ReadonlyMap<Client, readonly Client[]> {
  const firsts: Client[] = [];
  const cards = new Map<Client, Client[]>();
  for (const client of clients) {
    if (client.macNumber === 0) continue;
    const first = (firsts[client.macNumber] ??= client);
    if (first === client) continue;
    const known = cards.get(first);
    if (known) known.push(client);
    else cards.set(first, [first, client]);
  }
  return cards;
}

/** A message with another client identifier, or none, that continues what the client began under the first. */
export interface IdentityChange {
  readonly exchange: Exchange;
  readonly message: Message;
  /** The client's last message under its previous identifier. */
  readonly before: Message;
}

/** By exchange: where a client changed its identifier within a transaction or a lease. */
export const identityChanges = (world: World): ReadonlyMap<Exchange, IdentityChange> => world.once(allChanges);
function allChanges({ observed }: World): ReadonlyMap<Exchange, IdentityChange> {
  const found = new Map<Exchange, IdentityChange>();
  for (const client of observed.conversations.renamed) findChanges(client, found);
  return found;
}

/** The address that a client was given, and the message that asked for it. */
interface Given {
  readonly address: number;
  readonly asked: Message;
}

function findChanges(client: Client, found: Map<Exchange, IdentityChange>): void {
  let given: Given | undefined;
  for (const exchange of client.exchanges) {
    let first: Message | undefined;
    let asked: Message | undefined;
    for (const message of exchange.messages) {
      if (message.fromClient) {
        const before = ofLease(exchange, message, given) ? given!.asked : first;
        if (before && differs(before, message) && !found.has(exchange))
          found.set(exchange, { exchange, message, before });
        if (message.type !== INFORM) first ??= message;
        asked = message;
      } else if (message.type === ACK && message.dhcp.yiaddr !== 0 && !isProxy(message) && asked)
        given = { address: message.dhcp.yiaddr, asked };
    }
    exchange.forget();
  }
}

/** Whether a client's message continues the lease that it was given. A remembered lease counts if the server does not confirm it. */
function ofLease(exchange: Exchange, { type, dhcp, packet }: Message, given: Given | undefined): boolean {
  if (!given) return false;
  if (type === DECLINE) return dhcp.ip(OPTION.requested) === given.address;
  if (type === RELEASE) return dhcp.ciaddr === given.address;
  if (type !== REQUEST) return false;
  if (dhcp.ciaddr !== 0) return dhcp.ciaddr === given.address && packet.destinationPort === 67;
  return !dhcp.has(OPTION.server) && dhcp.ip(OPTION.requested) === given.address && !exchange.holds(ACK);
}

/** Whether two messages of one client have different identifiers. A message that was cut does not tell. */
const differs = (one: Message, other: Message): boolean =>
  one.dhcp.clientNumber !== other.dhcp.clientNumber && one.packet.cut === 0 && other.packet.cut === 0;

/** By hardware address: the clients that ask from it, each with an identifier of its own. */
const byHardware = ({ clients }: World): ReadonlyMap<string, readonly Client[]> => {
  const all = new Map<string, Client[]>();
  for (const client of clients) if (client.mac !== '') push(all, client.mac, client);
  return all;
};

/** The exchanges with a lease that one hardware address had under another client identifier than this client's. */
const leasesAsAnother = (client: Client, world: World): Exchange[] =>
  (world.once(byHardware).get(client.mac) ?? [])
    .slice(0, MOST_ADDRESSES)
    .flatMap((one) => (one === client ? [] : one.exchanges.slice(-MOST_EXCHANGES)))
    .filter((one) => one.holds(ACK) && one.leaseAnswers > 0);

/** The last lease that one hardware address got under another client identifier than this client's, before a point in time. */
export const leaseAsAnother = (client: Client, before: number, world: World): Exchange | undefined =>
  leasesAsAnother(client, world)
    .filter((one) => one.start < before)
    .at(-1);

/** The first lease that one hardware address got under another client identifier than this client's, after a point in time. */
export const leaseAsAnotherAfter = (client: Client, after: number, world: World): Exchange | undefined =>
  leasesAsAnother(client, world).find((one) => one.start >= after);

/** What shows two machines: the frame by which one appeared, and one that shows the other after that. */
export interface Turn {
  readonly second: SignOfLife;
  readonly again: SignOfLife;
}

/** One identifier that several machines use: their hardware addresses are heard alternately. */
export interface Clones extends Turn {
  /** Name of the client shown to the reader. */
  readonly label: string;
  /** The machine that was there first, the one that came later, and any further. */
  readonly macs: readonly string[];
  /** What shows each further machine. */
  readonly others: readonly Turn[];
  /** The most telling frame comes first. */
  readonly frames: readonly number[];
  /** Addresses that all of them were given. */
  readonly addresses: readonly string[];
  readonly protocol: 4 | 6;
  /** The identifier as hex digits; in DHCPv6, the DUID. */
  readonly identifier: string;
}

/** A frame that shows a hardware address in use. */
export interface SignOfLife {
  readonly mac: string;
  readonly frame: number;
  readonly time: number;
  /** What the frame is: a DHCP message that starts an exchange, one that continues it, or ARP or ICMP. */
  readonly kind: 'begins' | 'goes on' | 'uses';
}

/** How long a machine may be heard under both of its hardware addresses while it changes from one to the other, in seconds. */
const CHANGEOVER = 5;
/** If two hardware addresses alternately start exchanges within this many seconds, they are two machines, not one that is moved. */
const IN_TURN = 600;
/** From this many changes back and forth on, it is no changeover, however short the time between them. */
const MOST_RETURNS = 3;
/** How many addresses, and signs of life, of one client are looked at; how many clients with one address, and exchanges of each. */
const MOST_ADDRESSES = 32;
export const MOST_SIGNS = 5000;
const MOST_EXCHANGES = 50;

/**
 * Whether two hardware addresses are heard alternately: the first one continues although the other has started. A machine that changes its
 * network card, or goes from cable to Wi-Fi, is no longer heard under the old address; if it goes back, it starts anew. `signs` must be in
 * time order. `bonded`: they may be two cards of one machine that change by themselves.
 */
function inTurn(signs: readonly SignOfLife[], bonded = true): Turn | undefined {
  const first = new Map<string, SignOfLife>();
  /** How the machine that came last appeared, and its latest start. */
  let arrived: SignOfLife | undefined;
  let owner: SignOfLife | undefined;
  let turned: Turn | undefined;
  let last = '';
  let returns = 0;
  let beside = 0;
  /** Whether the run of signs of one machine has counted: a run may begin during the changeover and go on after it. */
  let counted = false;
  for (const sign of signs) {
    const { mac, kind, time } = sign;
    const known = first.get(mac);
    const changed = last !== mac && known !== undefined;
    if (last !== mac) counted = false;
    last = mac;
    if (!known) first.set(mac, sign);
    if (changed) returns++;
    if (!owner || !known) {
      owner = arrived = sign;
    } else if (owner.mac === mac) {
      if (kind === 'begins') owner = sign;
    } else {
      turned ??= { second: arrived!, again: sign };
      if (kind === 'begins') {
        if (time - known.time <= IN_TURN) return turned;
        // It went back, so what came before was a changeover.
        owner = arrived = sign;
        turned = undefined;
        returns = 0;
      } else if (!counted && time - owner.time >= CHANGEOVER) {
        counted = true;
        // Bonded cards change by themselves: the one that takes over does not start anew.
        if (++beside >= (owner.kind === 'begins' || !bonded ? 1 : 2)) return { second: arrived!, again: sign };
      }
    }
    if (turned && returns >= MOST_RETURNS) return turned;
  }
  return undefined;
}

/** How many frames of such machines are named. */
const MOST_FRAMES = 200;

type Found = Pick<Clones, 'macs' | 'second' | 'again' | 'others' | 'frames'>;

/** What tells machines with one identifier apart; undefined if there is only one machine. */
export function machinesOf(heard: readonly SignOfLife[]): Found | undefined {
  const signs = [...heard].sort((a, b) => a.time - b.time || a.frame - b.frame);
  const turn = inTurn(signs);
  if (!turn) return undefined;
  const { second, again } = turn;
  const pair = [again.mac, second.mac];
  const macs = [...pair];
  const others: Turn[] = [];
  const inOrder = [...new Set(signs.map((sign) => sign.mac))].slice(0, MOST_ADDRESSES);
  for (const mac of inOrder) {
    if (pair.includes(mac)) continue;
    const beside = (one: string): Turn | undefined =>
      inTurn(
        signs.filter((sign) => sign.mac === one || sign.mac === mac),
        false,
      );
    const shown = beside(pair[0]!) ?? beside(pair[1]!);
    if (!shown) continue;
    macs.push(mac);
    others.push(shown);
  }
  macs.sort((a, b) => inOrder.indexOf(a) - inOrder.indexOf(b));
  const turns = [turn, ...others].flatMap((one) => [one.again.frame, one.second.frame]);
  const ofAll = signs.filter(({ mac }) => macs.includes(mac)).map(({ frame }) => frame);
  return { macs, second, again, others, frames: [...new Set([...turns, ...ofAll.slice(0, MOST_FRAMES)])] };
}

/** By client: identifiers that several machines use. */
export const clonesOf = (world: World): ReadonlyMap<Client, Clones> => world.once(allClones);
function allClones(world: World): ReadonlyMap<Client, Clones> {
  const found = new Map<Client, Clones>();
  for (const client of world.observed.conversations.withOtherMacs) {
    if (world.invented.has(client)) continue;
    const clones = clonesAs(client, world);
    if (clones) found.set(client, clones);
  }
  return found;
}

/** What is heard of a client in one place. */
interface Place {
  readonly link: string;
  readonly signs: SignOfLife[];
  readonly macs: Set<string>;
  /** The addresses that each hardware address was given. */
  readonly given: Map<string, Set<number>>;
  /** Hardware addresses that gave their lease back. */
  readonly left: Set<string>;
  identifier: string;
}

/** Two hardware addresses that ask for themselves under one identifier, one so soon after the other that both may be up. */
export interface Succession {
  readonly label: string;
  readonly identifier: string;
  /** The last message of the one, and the first of the other. */
  readonly last: SignOfLife;
  readonly next: SignOfLife;
  /** The address that both were given. */
  readonly address: string;
}

/** How soon a second hardware address must ask, in seconds: nobody changes a card or a cable within that time. */
const AT_ONCE = 30;

/** Identifiers that two hardware addresses use one right after the other, where nothing shows whether the first is still up. */
export const successionsOf = (world: World): readonly Succession[] => world.once(allSuccessions);
const allSuccessions = (world: World): readonly Succession[] =>
  [...world.observed.conversations.withOtherMacs]
    .filter((client) => !world.invented.has(client) && !clonesOf(world).has(client))
    .flatMap((client) => successionOf(client) ?? []);

function successionOf(client: Client): Succession | undefined {
  // Firmware tries one network card after the other, with one identifier for the machine.
  if (client.exchanges.some(({ vendorClass }) => vendorClass?.startsWith('PXEClient'))) return undefined;
  for (const { signs, given, left, identifier } of placesOf(client)) {
    for (const [i, next] of signs.entries()) {
      const last = signs[i - 1];
      if (!last || last.mac === next.mac || next.kind !== 'begins' || next.time - last.time > AT_ONCE) continue;
      if (left.has(last.mac)) continue;
      const address = [...(given.get(last.mac) ?? [])].find((one) => given.get(next.mac)?.has(one));
      if (address !== undefined) return { label: client.label, identifier, last, next, address: ipv4ToText(address) };
    }
  }
  return undefined;
}

function clonesAs(client: Client, world: World): Clones | undefined {
  for (const { link, signs, macs, given, identifier } of placesOf(client)) {
    if (macs.size < 2) continue;
    const addresses = new Set([...given.values()].flatMap((all) => [...all]));
    for (const address of [...addresses].slice(0, MOST_ADDRESSES)) addUse(signs, macs, link, address, world);
    const found = machinesOf(signs);
    if (!found) continue;
    const shared = givenToAll(found.macs, given);
    return { ...found, label: client.label, protocol: 4, identifier, addresses: shared.map(ipv4ToText) };
  }
  return undefined;
}

/** What each of these hardware addresses was given. */
export const givenToAll = <T>(macs: readonly string[], given: ReadonlyMap<string, ReadonlySet<T>>): T[] =>
  [...(given.get(macs[0]!) ?? [])].filter((address) => macs.every((mac) => given.get(mac)?.has(address)));

const newPlace = (link: string): Place => ({
  link,
  signs: [],
  macs: new Set(),
  given: new Map(),
  left: new Set(),
  identifier: '',
});

/** What is heard of a client on each link, or behind each relay. */
function placesOf(client: Client): Iterable<Place> {
  const places = new Map<string, Place>();
  /** Where each address was given: a renewal that comes through a router is from there. */
  const placed = new Map<number, string>();
  let looked = 0;
  for (const exchange of client.exchanges) {
    if (looked > MOST_SIGNS) break;
    // Where the client's own broadcast is seen, replies that name a relay belong to its link, on which hosts speak of the address.
    const asked = exchange.messages.find(
      ({ fromClient, dhcp, packet }) => fromClient && dhcp.giaddr === 0 && isBroadcast(packet),
    );
    for (const message of exchange.messages) {
      const { dhcp, link, type } = message;
      if (!message.timed || dhcp.chaddr === '' || looked++ > MOST_SIGNS) continue;
      const held = message.fromClient ? dhcp.ciaddr : dhcp.yiaddr;
      const key = dhcp.giaddr === 0 ? (placed.get(held) ?? link) : (asked?.link ?? `giaddr ${dhcp.giaddr}`);
      if (!message.fromClient && type === ACK && !placed.has(held)) placed.set(held, key);
      let place = places.get(key);
      if (!place) places.set(key, (place = newPlace(link)));
      // A client that gives its address back is about to leave.
      if (type === RELEASE) place.left.add(dhcp.chaddr);
      else if (message.fromClient) {
        place.identifier ||= dhcp.option(OPTION.clientId)?.hex() ?? '';
        place.macs.add(dhcp.chaddr);
        place.signs.push({ mac: dhcp.chaddr, frame: message.frame, time: message.time, kind: kindOf(message) });
      } else if (type === ACK && dhcp.yiaddr !== 0 && !isProxy(message)) {
        const given = place.given.get(dhcp.chaddr);
        if (given) given.add(dhcp.yiaddr);
        else place.given.set(dhcp.chaddr, new Set([dhcp.yiaddr]));
      }
    }
    exchange.forget();
  }
  return places.values();
}

function kindOf(message: Message): SignOfLife['kind'] {
  if (message.type === DISCOVER) return 'begins';
  return message.type === REQUEST && ['selecting', 'init-reboot'].includes(requestState(message))
    ? 'begins'
    : 'goes on';
}

/** Adds the ARP and ICMP frames in which these hardware addresses use an address that the client was given. */
function addUse(signs: SignOfLife[], macs: ReadonlySet<string>, link: string, address: number, world: World): void {
  const about = world.neighbours.arpAbout(address);
  for (const mac of macs) {
    for (const arp of about.by(mac)) {
      if (signs.length >= 2 * MOST_SIGNS) return;
      if (arp.senderIp === address && arp.link === link && arp.time > 0)
        signs.push({ mac, frame: arp.frame, time: arp.time, kind: 'uses' });
    }
  }
  addPings(signs, macs, link, world.neighbours.pingsFrom(address));
}

/** Adds the ICMP frames that these hardware addresses send from an address. */
export function addPings(signs: SignOfLife[], macs: ReadonlySet<string>, on: string, pings: readonly Ping[]): void {
  for (const { mac, frame, time, link } of pings) {
    if (signs.length >= 2 * MOST_SIGNS) return;
    if (link === on && macs.has(mac)) signs.push({ mac, frame, time, kind: 'uses' });
  }
}
