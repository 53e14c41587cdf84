import * as advice from '../../words/advice';
import { lastAt, type ArpSeen } from '../../evidence/arp';
import { cause, ranked, type Draft } from '../../collector';
import { withFinding } from '../../draft';
import type { Cause } from '../../finding';
import type { Step } from '../../words/steps';
import { givenUp, overlapping } from '../../evidence/givenTwice';
import { overstayed, type Tenure } from '../../evidence/tenure';
import { DECLINE, DISCOVER, REQUEST, type Client } from '../../conversations/model';
import type { WorldRule } from '../rule';
import { findHost } from '../../words/hosts';
import { vlanOfLink } from '../../words/links';
import { count, ip, leaseTime, list, span } from '../../words/words';
import { systemOfClient, systemOfHolder } from '../../evidence/systems';
import type { World } from '../../evidence/world';
import { otherWithRouter } from '../subnets/routers';
import { push } from '../../../codec/append';
import type { Lease } from '../../conversations/lease';

/** Conflicts: two hosts use one address. */

/** ARP shows another host with an address that was ACKed, or two clients hold an ACK for the same address at the same time. */
export const duplicateAddress: WorldRule = function* (world) {
  const once = new Set<number>();
  const contested = new Set<number>(world.neighbours.arpSeen.keys());
  for (const { address } of world.survey.leases) (once.has(address) ? contested : once).add(address);
  const byAddress = new Map<number, Lease[]>();
  for (const lease of world.survey.leases) if (contested.has(lease.address)) push(byAddress, lease.address, lease);
  for (const [address, leases] of byAddress) {
    yield* twoClients(address, leases, world);
    yield* heldByAnother(address, leases, world);
  }
};

function* twoClients(address: number, leases: readonly Lease[], world: World): Generator<Draft> {
  const pairs = overlapping(leases, world);
  const clients = new Set(pairs.flat().map(({ client }) => client)).size;
  for (const [before, after] of pairs.slice(0, 1)) {
    const others = pairs.slice(1).map((pair) => pair[1].frame);
    const two = before.server !== undefined && after.server !== undefined && before.server !== after.server;
    yield {
      id: 'duplicate-address',
      severity: 'error',
      subject: ip(address),
      frames: [after.frame, before.frame, ...others],
      detail: () => ({
        title: `${ip(address)} is leased to ${clients === 2 ? 'two' : clients} clients at one time`,
        explanation: `${before.client.label} got ${ip(address)} in frame ${before.frame} for ${leaseTime(before.seconds === Infinity ? 0xffffffff : before.seconds!)}; ${after.time < before.time ? 'later in the file, after the clock was set back,' : `${span(after.time - before.time)} later`} ${after.client.label} got the same address in frame ${after.frame}, and the first lease had neither ended nor been given back here.${others.length > 0 ? ` The same is seen ${count(others.length, 'more time')}.` : ''}`,
        causes: ranked(
          cause(
            before.server !== after.server ? 'likely' : 'unlikely',
            'Two servers give out the same range without knowing of each other',
            two && `servers ${ip(before.server)} and ${ip(after.server)}`,
            before.server !== undefined && before.server === after.server && `${ip(before.server)} gives it to both`,
          ),
          cause(
            before.server === after.server ? 'likely' : 'possible',
            'The server lost its lease database, or the RELEASE was not seen from here',
          ),
          before.client.hostname !== undefined &&
            before.client.hostname === after.client.hostname &&
            cause(
              'possible',
              'Both clients send the same reservation’s identity (a copied virtual machine)',
              'both send the same host name',
            ),
        ),
        steps: [
          ...(two
            ? advice.partRanges([before, after].flatMap(({ server }) => (server === undefined ? [] : ip(server))))
            : []),
          ...advice.leaseLookUp(ip(address)),
          ...advice.askAnew(before.client.label, systemOfClient(before.client)),
        ],
        reference: 'RFC 2131 §2.2, §4.3.1',
      }),
    };
  }
}

const PROXY_STEP = advice.stepFor(
  'system',
  'linux',
  'Linux, on the router',
  '`sysctl net.ipv4.conf.all.proxy_arp` shows whether it answers for others; Cisco IOS: `no ip proxy-arp`, `no ip local-proxy-arp`.',
);

function* heldByAnother(address: number, leases: readonly Lease[], world: World): Generator<Draft> {
  const holders = new Set(leases.map((lease) => lease.mac));
  // A probe has no sender address; a claim has one.
  for (const arp of world.neighbours.arpAbout(address).claims) {
    // A router may speak for an address to other hosts (proxy ARP), but not to the one that has it.
    const router = world.survey.routerMacs.has(arp.senderMac);
    const lease = lastAt(leases, arp.time);
    if (!lease || (router && !answers(arp, lease, world)) || lease.link !== arp.link) continue;
    // One that had the address before may not be using it any longer.
    const former = holders.has(arp.senderMac) ? overstayed(address, arp.senderMac, arp, world) : undefined;
    if (holders.has(arp.senderMac) && !(former && former.since < lease.time && lease.mac !== arp.senderMac)) continue;
    if (
      arp.time === 0 ||
      lease.seconds === undefined ||
      arp.time > lease.time + lease.seconds ||
      arp.time >= givenUp(lease, world) ||
      hasMoved(lease, arp, world) ||
      lease.mac.length !== 17 ||
      !lease.onLink
    )
      continue;
    // A client that declines has noticed this itself; `decline` reports it.
    if (declined(lease) || sendersFor(lease).includes(arp.senderMac)) continue;
    yield {
      id: 'duplicate-address',
      severity: 'error',
      subject: ip(address),
      frames: [arp.frame, lease.frame],
      detail: () => ({
        title: `${ip(address)} is leased to ${lease.client.label}, and ${arp.senderMac} uses it`,
        explanation: `${lease.client.label} got ${ip(address)} by the ACK in frame ${lease.frame}. In frame ${arp.frame}, ${arp.senderMac} says by ARP that the address is its own${router ? ': it is a router, and answers the client itself, which must take that for a conflict' : ''}.${former ? ` ${FORMER[former.ending](former)}` : ''}`,
        causes: ranked(
          ...(former
            ? formerCauses(arp, former)
            : (routerCauses(arp, lease, world) ?? otherCauses(arp, lease, router, world))),
        ),
        steps: stepsOf(arp, lease, { former: former !== undefined, router }, world),
        reference: 'RFC 5227 §2.4, RFC 2131 §2.2',
      }),
    };
  }
}

function stepsOf(
  { senderMac, link }: ArpSeen,
  lease: Lease,
  { former, router }: { readonly former: boolean; readonly router: boolean },
  world: World,
): Step[] {
  const address = ip(lease.address);
  const pool = advice.poolSetting(advice.subnetOf(lease.address, lease.mask, [lease.server, ...lease.routers]));
  if (!former && isRouters(lease, world))
    return [`Take ${address} out of the pool: it is the router’s own address.`, ...pool];
  return [
    findHost(senderMac, 'the host'),
    `See who has the address: \`arping -D -I INTERFACE ${address}\` on a host of this link.`,
    ...(router ? [PROXY_STEP] : []),
    ...(former ? advice.askAnew(senderMac, systemOfHolder(senderMac, lease.address, world)) : pool),
    advice.stepFor(
      'switch',
      'ios',
      'Cisco IOS',
      `\`ip arp inspection vlan ${vlanOfLink(link) ?? 'VLAN'}\` drops ARP that no lease covers.`,
    ),
  ];
}

/** How a host came to an address that is another's now. */
const FORMER: Readonly<Record<Tenure['ending'], (former: Tenure) => string>> = {
  released: ({ frame }) => `It had the address before, and gave it back by RELEASE in frame ${frame}.`,
  refused: ({ frame }) => `The server refused it this address by NAK in frame ${frame}.`,
  declined: ({ frame }) => `It declined this address in frame ${frame}.`,
  expired: ({ frame }) => `It had the address before, by the ACK in frame ${frame}, and that lease has ended.`,
};

const formerCauses = ({ senderMac, frame }: ArpSeen, former: Tenure): Cause[] => [
  withFinding(
    'used-without-lease',
    [former.frame, frame],
    cause(
      'likely',
      `${senderMac} goes on with an address that it may no longer use`,
      `ARP from ${senderMac} in frame ${frame}`,
      'see the finding used-without-lease',
    ),
  ),
];

/** Whether a lease is of the address that clients are given as their router. */
const isRouters = ({ address, routers }: Lease, world: World): boolean =>
  routers.includes(address) || otherWithRouter(address, world) !== undefined;

/** The causes where the address is the router's own. */
function routerCauses({ senderMac, frame }: ArpSeen, lease: Lease, world: World): Cause[] | undefined {
  if (!isRouters(lease, world)) return undefined;
  const named = lease.routers.includes(lease.address);
  const told = named ? lease : otherWithRouter(lease.address, world)!;
  const pooled = cause(
    'likely',
    'The pool holds the router’s address, so that it is given to a client',
    `option 3 in frame ${told.frame} names ${ip(lease.address)} as the router`,
    `${senderMac} says in frame ${frame} that it has it`,
  );
  return [
    named ? withFinding('unusable-router', [lease.frame], pooled) : pooled,
    cause('possible', 'Another host has the router’s address, or forges its ARP'),
  ];
}

const otherCauses = ({ senderMac, frame }: ArpSeen, lease: Lease, router: boolean, world: World): (Cause | false)[] => [
  router &&
    cause(
      'likely',
      'The router answers ARP for addresses of this link that are not its own (proxy ARP)',
      `ARP from ${senderMac} to ${lease.mac} in frame ${frame}`,
    ),
  cause(
    router ? 'possible' : 'likely',
    'Another host uses this address by its own fixed setting, though it lies in the pool’s range',
    `ARP from ${senderMac} in frame ${frame}`,
  ),
  cause(
    'possible',
    'Another DHCP server gave it out',
    world.survey.servers.size > 1 && `${list([...world.survey.servers.keys()])} speak in this capture`,
  ),
  cause('possible', 'The client has several interfaces with different link-layer addresses, or ARP is forged'),
];

/** Whether an ARP reply tells the holder of a lease that the address is another's. */
const answers = ({ operation, index }: ArpSeen, { mac }: Lease, { packets }: World): boolean =>
  operation === 2 && packets.get(index).arp?.targetMac === mac;

/**
 * Whether a client, known by its identifier, has moved to another hardware address (a laptop that changes from cable to Wi-Fi): it asked
 * from there, and is no longer heard under the old address, as a machine with a clone would be.
 */
function hasMoved({ client, mac, address }: Lease, { senderMac, time }: ArpSeen, world: World): boolean {
  if (!askedFrom(client, world).has(senderMac)) return false;
  return (world.neighbours.arpAbout(address).heldBy.get(mac)?.last ?? -Infinity) <= time;
}

const askedFroms = (): Map<Client, ReadonlySet<string>> => new Map();

/** The hardware addresses that a client asked from. */
function askedFrom(client: Client, world: World): ReadonlySet<string> {
  const known = world.once(askedFroms);
  let macs = known.get(client);
  if (!macs) {
    const messages = client.exchanges.slice(0, MOST_EXCHANGES).flatMap((exchange) => exchange.messages);
    macs = new Set(messages.filter(({ fromClient }) => fromClient).map(({ dhcp }) => dhcp.chaddr));
    known.set(client, macs);
  }
  return macs;
}

/** Link-layer addresses under which a repeater or bridge sends messages of a lease’s holder; it speaks ARP for the holder as well. */
function sendersFor({ client, mac }: Lease): readonly string[] {
  const messages = client.exchanges.slice(0, MOST_EXCHANGES).flatMap((exchange) => exchange.messages);
  const asking = messages.filter(
    ({ type, fromClient, dhcp }) =>
      fromClient &&
      (type === DISCOVER || type === REQUEST) &&
      dhcp.chaddr === mac &&
      dhcp.giaddr === 0 &&
      dhcp.hops === 0,
  );
  return [...new Set(asking.flatMap(({ packet }) => packet.ethSource ?? []))];
}

/** How many of a client's exchanges are searched for its hardware addresses. */
const MOST_EXCHANGES = 50;

function declined(lease: Lease): boolean {
  if (lease.exchange.holds(DECLINE)) return true;
  return lease.exchange.next?.holds(DECLINE) ?? false;
}
