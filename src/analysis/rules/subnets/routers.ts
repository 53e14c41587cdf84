import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import { OPTION, type Message } from '../../conversations/model';
import { cannotBeHost } from '../../conversations/masks';
import { usualDns, usualRouter } from '../../evidence/routersGiven';
import { serverSubject } from '../../evidence/subjects';
import type { World } from '../../evidence/world';
import type { Lease } from '../../conversations/lease';
import { ip, ips, list, where } from '../../words/words';
import type { ExchangeRule } from '../rule';
import { fewOf, ofFewCause } from './ofFew';
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
    const kind = routers.length > 0 ? 'router' : 'dns';
    const others = pooled ? undefined : (kind === 'router' ? usualRouter : usualDns)(message, world);
    const usual = others && others.clients >= others.alike.length ? others : undefined;
    const few = usual ? fewOf(message, exchange.client, usual) : [];
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
          usual && ofFewCause(`the ${what} ${ip(first.address)}`, usual, ips(usual.values), few, 'this client'),
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
                ? advice.reserved(kind, few, usual.values.map(ip))
                : routers.length > 0
                  ? advice.routerSetting(subnet)
                  : []),
              ...(dns.length > 0 && !(usual && kind === 'dns') ? advice.dnsSetting(subnet) : []),
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

export function addOneOfTwo<K>(map: Map<K, Set<number>>, key: K, address: number): void {
  const addresses = map.get(key);
  if (!addresses) map.set(key, new Set([address]));
  else if (addresses.size < 2) addresses.add(address);
}

/** Whether other clients are given this DNS server, too. */
const serves = (dns: number, world: World): boolean =>
  [...(world.once(clientsOfDns).get(dns) ?? [])].some((address) => address !== dns);
