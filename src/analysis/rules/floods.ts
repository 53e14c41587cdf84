import { cause, ranked, type Draft } from '../collector';
import { OPTION, type Client } from '../conversations/model';
import { lastAt } from '../evidence/arp';
import { offersInFlood, replyFloods, requestFloods, type Sent } from '../evidence/floods';
import { systemOfClient } from '../evidence/systems';
import { typesOf } from '../words/floods';
import type { World } from '../evidence/world';
import { push } from '../../codec/append';
import { count, ip, list, quote, span } from '../words/words';
import { linkText } from '../words/links';
import type { WorldRule } from './rule';
import { stepFor } from '../words/steps';

/** Too many messages: a client that floods, a server that does, and a client that keeps coming back as a different client. */

/** How many frames of a flood are named. */
export const MOST_FRAMES = 1000;

/** One client sends many requests in a short time. */
export const messageFlood: WorldRule = function* (world) {
  for (const { client, sent: flood, storm, looping } of requestFloods(world)) {
    const [first] = flood;
    const lasts = flood[flood.length - 1]!.time - first!.time;
    yield {
      id: 'message-flood',
      severity: 'warning',
      subject: client.label,
      frames: flood.slice(0, MOST_FRAMES).map(({ frame }) => frame),
      detail: () => ({
        title: `${client.label} sends ${count(flood.length, 'request')} within ${span(lasts)}`,
        explanation: `From frame ${first!.frame} on the client sends ${count(flood.length, 'request')} (${typesOf(flood)}) within ${span(lasts)}. A client waits longer and longer before it asks again, 4 s at first. ${untakenText(offersInFlood(client, world).length)}Such a flood can keep the server from answering others.`,
        causes: ranked(
          cause(
            looping ? 'possible' : 'likely',
            storm && !looping
              ? 'A program sends one and the same message again and again: the DHCP program is in a loop, or a test tool plays it back'
              : 'The client’s DHCP program is in a loop: it starts over at once, or does not wait between its requests',
            typesOf(flood),
          ),
          // What a loop brings back is the same message.
          (looping || (!storm && first!.xid === flood[flood.length - 1]!.xid)) &&
            cause(
              looping ? 'likely' : 'possible',
              'A loop in the switched network brings the client’s broadcasts back again and again',
              looping ? 'the same message is seen again and again' : 'all have one xid',
            ),
          cause('possible', 'A load test, or an attack on the server'),
        ),
        steps: [
          ...(looping ? [LOOP_STEP] : []),
          findPort(client.mac || client.exchanges[0]?.opening.ethSource),
          stepFor(
            'switch',
            'ios',
            'Cisco IOS',
            '`ip dhcp snooping limit rate 15` on client ports keeps one client from flooding.',
          ),
        ],
        reference: 'RFC 2131 §4.1',
      }),
    };
  }
};

const untakenText = (offers: number): string =>
  offers === 0 ? '' : `It is sent ${count(offers, 'OFFER')} meanwhile, and takes none. `;

/** The step to find the device that floods. Where nothing shows its link-layer address, the switch shows its port by the load. */
export const findPort = (mac: string | undefined): string =>
  `Find the port${mac === undefined ? ' that the messages come from, by its load' : `: \`show mac address-table address ${mac}\``}, and take the device off the network until it is fixed.`;

/** A client is sent replies without end, though it asks far less often. */
export const replyFlood: WorldRule = function* (world) {
  for (const { client, sent: flood, looping } of replyFloods(world)) {
    const server = client.exchanges.find((exchange) => exchange.server !== undefined)?.server;
    yield answerFlood({ name: client.label, server, flood, looping, reference: 'RFC 2131 §4.1' });
  }
};

/** What is known of replies without end. */
interface Answers {
  /** The client that is sent them. */
  readonly name: string;
  readonly server: string | undefined;
  readonly flood: readonly Sent[];
  /** Whether they look like a loop of the switched network. */
  readonly looping: boolean;
  readonly reference: string;
}

/** The finding about replies without end. */
export function answerFlood({ name, server, flood, looping, reference }: Answers): Draft {
  const [first] = flood as readonly [Sent, ...Sent[]];
  const lasts = span(flood[flood.length - 1]!.time - first.time);
  const who = server === undefined ? 'A server' : `Server ${server}`;
  return {
    id: 'message-flood',
    severity: 'warning',
    subject: server ?? name,
    frames: flood.slice(0, MOST_FRAMES).map(({ frame }) => frame),
    detail: () => ({
      title: `${who} sends ${name} ${typesOf(flood)} within ${lasts}`,
      explanation: `From frame ${first.frame} on ${name} is sent ${typesOf(flood)} within ${lasts}, far more than it asked for: a server sends one reply to each request.`,
      causes: ranked(
        cause(
          looping ? 'possible' : 'likely',
          'The program of the server, or a relay on the way, is in a loop and sends its reply again and again',
        ),
        cause(
          looping ? 'likely' : 'possible',
          'A loop in the switched network brings the replies back again and again',
          looping && 'the same message is seen again and again',
        ),
        cause('possible', 'A test tool plays replies back, or somebody forges them'),
      ),
      steps: [
        `Capture on ${server === undefined ? 'the server' : `server ${server}`}: if it sends each of these replies itself, restart or update its DHCP program.`,
        LOOP_STEP,
      ],
      reference,
    }),
  };
}

const LOOP_STEP = stepFor(
  'switch',
  'ios',
  'Cisco IOS',
  '`show spanning-tree detail | include ieee|occurr|from` shows whether there is a loop in the network.',
);

/** From this many hardware addresses one after another on, they belong to one device. */
const CHURN = 10;
/** How many clients with the same name are looked at. */
const MOST_ALIKE = 2000;
/** At most this share of them may be present at the same time as others; more would mean many similar devices that come and stay. */
const BESIDE = 0.25;

/**
 * Locally administered hardware addresses (IEEE 802) that appear one after another, identical except for the address, each with its own
 * lease.
 */
export const addressChurn: WorldRule = function* (world) {
  const byHostname = new Map<string, Client[]>();
  const byClass = new Map<string, Client[]>();
  for (const client of world.clients) {
    if (client.answers === 0 || !isLocal(client.mac) || world.invented.has(client)) continue;
    const { hostname, vendorClass } = client;
    const key = hostname ?? vendorClass;
    if (key === undefined) continue;
    const alike = hostname === undefined ? byClass : byHostname;
    const all = alike.get(key);
    if (!all) alike.set(key, [client]);
    else if (all.length < MOST_ALIKE) all.push(client);
  }
  for (const clients of [...byHostname.values(), ...byClass.values()]) {
    if (clients.length < CHURN) continue;
    const { hostname, vendorClass } = clients[0]!;
    const name = hostname === undefined ? `vendor class ${quote(vendorClass!)}` : `host name ${quote(hostname)}`;
    for (const [place, stays] of staysOf(clients, world)) {
      const chain = oneAfterAnother(stays);
      if (!chain) continue;
      const addresses = new Set(chain.map(({ address }) => address));
      const [first] = chain;
      const last = chain[chain.length - 1]!;
      const system = systemOfClient(clients[0]!);
      const phone = system !== undefined && PHONE.test(system);
      yield {
        id: 'address-churn',
        severity: 'warning',
        subject: `${name} on ${linkText(place.slice(0, place.indexOf(' ')))}`,
        frames: chain.map(({ frame }) => frame),
        detail: () => ({
          title: `${chain.length} hardware addresses with ${name} come one after another, and take ${count(addresses.size, 'lease')}`,
          explanation: `Within ${span(last.from - first!.from)} ${chain.length} locally administered hardware addresses (${list(
            chain.map(({ mac }) => mac),
            3,
          )}) get leases (${list([...addresses].map(ip), 3)}). All have ${name} and ask for the same options, and each is heard no more once the next has begun. None gives its address back, so the pool fills with leases that nobody uses.`,
          causes: ranked(
            cause(
              'likely',
              'One device changes its hardware address each time it connects (private or random MAC addresses)',
              `${name}, one parameter list`,
            ),
            cause(
              phone ? 'unlikely' : 'likely',
              'Virtual machines or containers are made anew again and again, each with a random hardware address',
              phone && `it runs ${system}, by what it sends`,
            ),
            cause('possible', 'Many devices of one kind that came and left'),
          ),
          steps: [
            'Shorten the lease time for this network, so that leases which nobody uses end soon.',
            'On the device: private addresses that stay the same for a network (Android: “Randomized MAC” of the network set to “Device MAC”; iOS: “Private Wi-Fi Address: Fixed”; Windows: “Random hardware addresses: Off”).',
            'Virtual machines: give them fixed hardware addresses, or let them release their lease at the end: `SendRelease=yes` (systemd-networkd), `dhclient -r`.',
          ],
          reference: 'RFC 2131 §3.3, §4.4.6; IEEE 802-2014 §8.2.1',
        }),
      };
    }
  }
};

/** Systems of phones and tablets, which change their hardware addresses by themselves. */
const PHONE = /^(Android|Apple iOS)/;

/** Bit 2 of the first octet marks an address as locally administered (IEEE 802-2014 §8.2.2); bit 1 marks a group address. */
const isLocal = (mac: string): boolean => mac.length === 17 && '26ae'.includes(mac[1]!);

/** One client, from its arrival until it was last heard. */
interface Stay {
  readonly mac: string;
  readonly address: number;
  readonly frame: number;
  readonly from: number;
  readonly to: number;
}

/** By link and parameter list: the stays of clients that got a lease and did not give it back, in order of arrival. */
function staysOf(clients: readonly Client[], world: World): Map<string, Stay[]> {
  const by = new Map<string, Stay[]>();
  for (const client of clients) {
    const [exchange] = client.exchanges;
    const asked = exchange!.messages.find((message) => message.fromClient && message.dhcp.has(OPTION.parameters));
    const last = client.exchanges[client.exchanges.length - 1]!;
    if (!asked?.timed || exchange!.address === undefined) continue;
    if (exchange!.outcome !== 'bound' || client.exchanges.some(({ outcome }) => outcome === 'released')) continue;
    const address = exchange!.address;
    const heard = lastAt(world.neighbours.arpAbout(address).by(client.mac), Infinity);
    const place = `${asked.link} ${asked.dhcp.option(OPTION.parameters)!.hex()}`;
    push(by, place, {
      mac: client.mac,
      address,
      frame: asked.frame,
      from: exchange!.start,
      to: Math.max(last.end, heard?.time ?? 0),
    });
  }
  for (const stays of by.values()) stays.sort((a, b) => a.from - b.from);
  return by;
}

/** The stays that ended before the next began, if there are enough of them and few overlap. */
function oneAfterAnother(stays: readonly Stay[]): Stay[] | undefined {
  const chain = stays.filter(({ to }, i) => i + 1 >= stays.length || to <= stays[i + 1]!.from);
  if (chain.length < CHURN || stays.length - chain.length > BESIDE * stays.length) return undefined;
  return new Set(chain.map(({ address }) => address)).size >= CHURN ? chain : undefined;
}
