import { parseIpv4 } from '../../../codec/bytes';
import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import { OPTION, REQUEST, type Message } from '../../conversations/model';
import { cannotBeHost } from '../../conversations/masks';
import type { ArpSeen } from '../../evidence/arp';
import { usualRouter } from '../../evidence/routersGiven';
import { serverSubject } from '../../evidence/subjects';
import type { World } from '../../evidence/world';
import type { Lease } from '../../conversations/lease';
import { count, frames, ip, list, times, where } from '../../words/words';
import type { ExchangeRule, WorldRule } from '../rule';
import { leasing, maskOf, outOfReach, routesOf, subnetText, type Route } from './subnet';

/** Routers and DNS servers that clients are given. */

/** A router or DNS server that a reply names, and why it cannot be one. */
interface Odd {
  readonly address: number;
  readonly why: string;
  readonly option: string;
}

/** A router or DNS server that no host can be, or that is the client itself. */
export const unusableRouter: ExchangeRule = function* (exchange, world) {
  for (const message of leasing(exchange)) {
    const { routers, dns } = oddHosts(message, world);
    const odd = [...routers, ...dns];
    const [first] = odd;
    if (!first) continue;
    const what = routers.length > 0 ? 'router' : 'DNS server';
    const { yiaddr } = message.dhcp;
    const ownAway = yiaddr !== 0 && first.address === yiaddr && ip(yiaddr) === serverSubject(message);
    const subnet = advice.subnetOfReply(message);
    const proofs = !ownAway && first.address === yiaddr ? proofsOfHost(message, exchange.client.mac, world) : [];
    const pooled = ownAway || proofs.length > 0;
    const usual = pooled || routers.length === 0 ? undefined : usualRouter(message, world);
    yield {
      id: 'unusable-router',
      severity: routers.length > 0 ? 'error' : 'warning',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: ownAway
          ? `Server ${serverSubject(message)} gives away its own address to ${exchange.client.label}`
          : `Server ${serverSubject(message)} gives ${exchange.client.label} the ${what} ${ip(first.address)}, ${first.why}`,
        explanation:
          `The ${where(message)} gives ${ip(message.dhcp.yiaddr)} with mask ${maskText(message)}. ${list(odd.map(({ address, why, option }) => `${ip(address)} in ${option} is ${why}`))}. ` +
          [
            routers.length > 0 && 'The client has no router by it, so nothing beyond its own subnet can be reached.',
            dns.length > 0 &&
              `Nobody answers the client’s questions ${routers.length > 0 ? 'to such a DNS server' : 'there'}, so it waits for each name, or finds none.`,
          ]
            .filter((one) => one !== false)
            .join(' '),
        causes: ranked(
          ownAway &&
            cause(
              'likely',
              'The pool holds the server’s own address',
              `yiaddr and the server’s own address are both ${ip(yiaddr)}`,
            ),
          usual &&
            cause(
              'likely',
              `The settings of this client are wrong, not those of its subnet: a reservation, or a class, has the ${what} ${ip(first.address)}`,
              `${count(usual.clients, 'other client')} of this subnet ${usual.clients === 1 ? 'is' : 'are'} given ${ip(usual.router)} by the same server (frame ${usual.lease.frame})`,
            ),
          cause(
            pooled ? 'unlikely' : usual ? 'possible' : 'likely',
            `The option for the ${what} is mistyped, or was left behind when the subnet changed`,
            `${first.option} is ${ip(first.address)}`,
          ),
          !ownAway &&
            first.address === yiaddr &&
            cause(
              pooled ? 'likely' : 'possible',
              `The pool holds the ${what}’s address, so that it is given to a client`,
              ...proofs,
            ),
          first.address === 0 && cause('possible', 'The server fills in an address that it does not have itself'),
        ),
        steps: pooled
          ? [
              ...(ownAway ? [] : [`Take ${ip(yiaddr)} out of the pool: it is the ${what}’s own address.`]),
              ...advice.poolSetting(subnet),
            ]
          : [
              ...(usual
                ? advice.reservedRouter(ip(yiaddr), message.dhcp.chaddr, ip(usual.router))
                : routers.length > 0
                  ? advice.routerSetting(subnet)
                  : []),
              ...(dns.length > 0 ? advice.dnsSetting(subnet) : []),
            ],
        reference: 'RFC 2132 §3.5, §3.8; RFC 1122 §3.2.1.3; RFC 3442',
      }),
    };
  }
};

/** A reply's routes whose gateway the client cannot reach, without those by a router of option 3, which `router-outside-subnet` reports. */
function strayRoutes(message: Message): { readonly mask: number; readonly routes: readonly Route[] } | undefined {
  const mask = maskOf(message);
  if (mask === undefined || mask === 0xffffffff || message.dhcp.yiaddr === 0) return undefined;
  const all = routesOf(message);
  const stray = new Set(
    outOfReach(
      message,
      all.map(({ gateway }) => gateway),
      mask,
      all,
    ),
  );
  for (const router of message.dhcp.ips(OPTION.router)) stray.delete(router);
  const routes = all.filter(({ gateway }) => stray.has(gateway));
  return routes.length > 0 ? { mask, routes } : undefined;
}

/** How many routes are named. */
const MOST_ROUTES = 8;

/** The gateway of a classless route is outside the client's subnet, and no on-link route reaches it: the route leads nowhere. */
export const strayGateway: ExchangeRule = function* (exchange) {
  for (const message of leasing(exchange)) {
    const found = strayRoutes(message);
    if (!found) continue;
    const { mask, routes } = found;
    const all = routes.some(({ prefix }) => prefix === 0);
    yield {
      id: 'unusable-router',
      severity: all ? 'error' : 'warning',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => {
        const subnet = subnetText(message.dhcp.yiaddr, mask);
        const named = list(
          routes.map(({ destination, prefix, gateway }) => `${ip(destination)}/${prefix} by ${ip(gateway)}`),
          MOST_ROUTES,
        );
        const first = ip(routes[0]!.gateway);
        return {
          title: `Server ${serverSubject(message)}: the gateway ${first} of a route is outside the client’s subnet ${subnet}`,
          explanation:
            `The ${where(message)} gives ${exchange.client.label} the address ${ip(message.dhcp.yiaddr)} with mask ${ip(mask)}, and in option 121/249 the ${routes.length === 1 ? 'route' : 'routes'} ${named}. ` +
            `A gateway must be in ${subnet}, or on the client’s link by another route (gateway 0.0.0.0), and it is neither. ` +
            (all
              ? 'The client has no default route by it, so nothing beyond its own subnet can be reached.'
              : 'The client cannot use such a route.'),
          causes: ranked(
            cause(
              'likely',
              'The gateway is mistyped, or is that of another subnet: the option is set for the whole server, or was copied',
              `gateway ${first}, subnet ${subnet}`,
            ),
            cause(
              'possible',
              'The gateway is on the client’s link, and the route that says so is missing',
              `${first}/32 by 0.0.0.0`,
            ),
          ),
          steps: [
            `Give the route a gateway in ${subnet}, or add ${first}/32 by 0.0.0.0 if the gateway is on the clients’ link.`,
          ],
          reference: 'RFC 3442; RFC 1122 §3.3.1',
        };
      },
    };
  }
};

const maskText = ({ dhcp }: Message): string => {
  const mask = dhcp.ip(OPTION.mask);
  return mask === undefined ? 'not sent' : ip(mask);
};

function oddHosts(message: Message, world: World): { readonly routers: Odd[]; readonly dns: Odd[] } {
  const { dhcp } = message;
  const mask = dhcp.ip(OPTION.mask);
  const of = (addresses: readonly number[], option: string): Odd[] =>
    addresses.flatMap((address) => {
      const why = cannotBeHost(address, dhcp.yiaddr, mask);
      return why === undefined ? [] : [{ address, why, option }];
    });
  // RFC 3442: gateway 0.0.0.0 means that the destinations are on the link.
  const gateways = routesOf(message).flatMap(({ prefix, gateway }) => (prefix === 0 && gateway !== 0 ? [gateway] : []));
  return {
    routers: [...of(dhcp.ips(OPTION.router), 'option 3'), ...of(gateways, 'option 121/249')],
    // A DNS server for other clients may get its own address from DHCP like any client.
    dns: of(dhcp.ips(OPTION.dns), 'option 6').filter(
      ({ address }) => address !== dhcp.yiaddr || !serves(address, world),
    ),
  };
}

/** What shows that another host has the address that a reply gives to a client as its own and as its router. */
function proofsOfHost({ dhcp, link }: Message, mac: string, world: World): string[] {
  const other = otherWithRouter(dhcp.yiaddr, world);
  const claim = world.neighbours.arpAbout(dhcp.yiaddr).claims.find((arp) => arp.link === link && arp.senderMac !== mac);
  return [
    ...(other
      ? [`${other.client.label} with ${ip(other.address)} is given the same router in frame ${other.frame}`]
      : []),
    ...(claim ? [`${claim.senderMac} says by ARP in frame ${claim.frame} that it has ${ip(dhcp.yiaddr)}`] : []),
  ];
}

/** By router that clients are given: two leases of different addresses at most. */
function leasesWithRouter({ survey }: World): ReadonlyMap<number, readonly Lease[]> {
  const found = new Map<number, Lease[]>();
  for (const lease of survey.leases)
    for (const router of lease.routers) {
      const known = found.get(router);
      if (!known) found.set(router, [lease]);
      else if (known.length < 2 && known[0]!.address !== lease.address) known.push(lease);
    }
  return found;
}

/** A lease of another address whose client is given this address as its router. */
export const otherWithRouter = (router: number, world: World): Lease | undefined =>
  world
    .once(leasesWithRouter)
    .get(router)
    ?.find(({ address }) => address !== router);

/** By DNS server: addresses of clients that are given it, two at most. */
function clientsOfDns({ survey }: World): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>();
  for (const lease of survey.leases) for (const server of lease.dns) addOneOfTwo(found, server, lease.address);
  return found;
}

function addOneOfTwo<K>(map: Map<K, Set<number>>, key: K, address: number): void {
  const addresses = map.get(key);
  if (!addresses) map.set(key, new Set([address]));
  else if (addresses.size < 2) addresses.add(address);
}

/** Whether other clients are given this DNS server, too. */
const serves = (dns: number, world: World): boolean =>
  [...(world.once(clientsOfDns).get(dns) ?? [])].some((address) => address !== dns);

/**
 * From this many ARP requests in a row on, each within this many seconds of the one before, it is no coincidence: a host that got an answer
 * does not ask again at once.
 */
const IN_VAIN = 3;
const AGAIN = 5;
/** On how many links one client is looked at. */
const MOST_LINKS = 4;

/** A client repeatedly asks by ARP for the router that it was given, and nobody answers. */
export const routerSilent: WorldRule = function* (world) {
  for (const { lease, router, asked, othersAnswer } of world.once(silentRouters)) {
    if (!othersAnswer || isRenewal(lease, router, asked)) continue;
    yield {
      id: 'router-silent',
      severity: 'warning',
      subject: ip(router),
      frames: [...asked.map(({ frame }) => frame), lease.frame],
      detail: () => ({
        title: `${lease.client.label} asks for its router ${ip(router)} by ARP, and nobody answers`,
        explanation:
          `The ACK in frame ${lease.frame} gives ${lease.client.label} the address ${ip(lease.address)} and the router ${ip(router)}. The client asks by ARP for it ${times(asked.length)} (${frames(asked.map(({ frame }) => frame))}), and this capture shows no answer, though it shows replies of others on the same link. ` +
          'Without an answer nothing beyond the client’s own subnet can be reached.',
        causes: ranked(
          cause(
            world.survey.servers.has(ip(router)) ? 'unlikely' : 'likely',
            'No router has this address: the option is wrong, or the router is down',
            world.survey.servers.has(ip(router))
              ? `a DHCP server speaks as ${ip(router)} in this capture`
              : `${count(asked.length, 'question')}, no answer`,
          ),
          cause('possible', 'The router is in another VLAN than the client'),
          cause('possible', 'The switch isolates the client’s port, or filters ARP (dynamic ARP inspection)'),
        ),
        steps: [
          `On a host of the link: \`arping -I INTERFACE ${ip(router)}\`.`,
          advice.stepFor(
            'relay',
            'ios',
            'Cisco IOS, on the router',
            `\`show ip interface brief\` shows whether its interface in this VLAN is up and has ${ip(router)}.`,
          ),
          advice.stepFor(
            'relay',
            'linux',
            'Linux, on the router',
            `\`ip -4 addr\` shows whether its interface in this VLAN is up and has ${ip(router)}.`,
          ),
          ...advice.routerSetting(advice.subnetOf(lease.address, lease.mask)),
        ],
        reference: 'RFC 1122 §2.3.2, §3.3.1; RFC 826',
      }),
    };
  }
};

/**
 * Whether the client asks for the server that leased its address, which is its router too, because it renews: `renewal-unanswered` reports
 * that.
 */
function isRenewal(lease: Lease, router: number, asked: readonly ArpSeen[]): boolean {
  if (router !== lease.server) return false;
  const [from, to] = [asked[0]!.time, asked[asked.length - 1]!.time];
  const due = lease.time + (lease.t1 ?? (lease.seconds ?? Infinity) / 2);
  const renews = lease.client.exchanges.some(
    (one) => one.holds(REQUEST) && one.replies === 0 && one.start <= to + AGAIN && one.end >= from - AGAIN,
  );
  return renews || from >= due - 1;
}

/** A router that a client was given and asks for by ARP again and again, without an answer in the capture. */
interface SilentRouter {
  readonly lease: Lease;
  readonly router: number;
  readonly asked: readonly ArpSeen[];
  /** Whether ARP replies of others are seen on that link: an answer of the router would be seen as well. */
  readonly othersAnswer: boolean;
}

function silentRouters(world: World): SilentRouter[] {
  const found: SilentRouter[] = [];
  if (world.neighbours.arpSeen.size === 0) return found;
  const looked = new Map<string, Set<string>>();
  for (const lease of world.survey.leases) {
    for (const router of lease.routers) {
      const key = `${lease.mac} ${router}`;
      const links = looked.get(key) ?? new Set<string>();
      if (links.has(lease.link) || links.size >= MOST_LINKS) continue;
      looked.set(key, links.add(lease.link));
      if (router === 0 || router === lease.address || !world.neighbours.arpSeen.has(router)) continue;
      const asked = askedInVain(router, lease, world);
      if (asked.length >= IN_VAIN)
        found.push({ lease, router, asked, othersAnswer: othersAnswer(lease.link, router, world) });
    }
  }
  return found;
}

/** What the verdict says of such a router where nothing shows that its answer would be seen. */
export const unseenRouters = (world: World): string[] =>
  world
    .once(silentRouters)
    .filter((one) => !one.othersAnswer)
    .map(
      ({ lease, router, asked }) =>
        `${lease.client.label} asks ${times(asked.length)} by ARP for its router ${ip(router)}, and this capture shows no answer`,
    );

/** The first run of unanswered ARP requests for a router after it was given to a client. */
function askedInVain(router: number, { mac, link, time }: Lease, world: World): ArpSeen[] {
  const about = world.neighbours.arpAbout(router);
  let run: ArpSeen[] = [];
  for (const arp of about.by(mac)) {
    if (arp.operation !== 1 || arp.targetIp !== router || arp.senderIp === router || arp.senderIp === 0) continue;
    if (arp.link !== link || arp.time < time || time === 0) continue;
    const since = run.length === 0 ? Infinity : arp.time - run[run.length - 1]!.time;
    // A copy does not count as asking again.
    if (since <= world.limits.copyWindow) continue;
    if (since > AGAIN) {
      if (run.length >= IN_VAIN) break;
      run = [];
    }
    run.push(arp);
  }
  if (run.length < IN_VAIN) return [];
  const answer = about.lastClaim(run[0]!.time, run[run.length - 1]!.time + AGAIN);
  return answer ? [] : run;
}

/** By link: addresses that are seen to answer ARP or ping, be it a host that DHCP has nothing to do with; two at most. */
function answeringOn({ neighbours, facts }: World): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  for (const [address, all] of neighbours.arpSeen)
    for (const { operation, senderIp, link } of all)
      if (operation === 2 && senderIp === address) addOneOfTwo(found, link, address);
  for (const { answers, link, address } of facts.neighbours?.() ?? [])
    if (answers && address !== undefined) addOneOfTwo(found, link, parseIpv4(address) ?? 0);
  return found;
}

/** Whether another host is seen to answer on a link: then an answer of the router would be seen as well. */
const othersAnswer = (link: string, router: number, world: World): boolean =>
  [...(world.once(answeringOn).get(link) ?? [])].some((address) => address !== router);
