import { optionName } from '../../../codec/dhcpv4/options';
import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import {
  ACK,
  INFORM,
  OFFER,
  OPTION,
  isProxy,
  messageName,
  serverOf,
  type Exchange,
  type Message,
} from '../../conversations/model';
import { cannotBeHost, isContiguous, maskOfPrefix, network, prefixOf, sameSubnet } from '../../conversations/masks';
import type { ExchangeRule } from '../rule';
import { isOfFew, leaseOfRouter, usualRouter } from '../../evidence/routersGiven';
import { fewOf, ofFewCause } from './ofFew';
import { serverSubject } from '../../evidence/subjects';
import { count, ip, ips, onlyIn, sendsApart, where, type Sends } from '../../words/words';

export { isContiguous, maskOfPrefix, network, prefixOf, sameSubnet } from '../../conversations/masks';

/** Whether the address, mask and router that a server gives fit together. */

/** A route of option 121 or 249 (RFC 3442): destination, prefix length and gateway. */
export interface Route {
  readonly destination: number;
  readonly prefix: number;
  readonly gateway: number;
}

/** The routes of one option, or of both if no code is given. A damaged route ends the list. */
export function routesOf(message: Message, code?: number): Route[] {
  // What does not have the form of routes to its end would be read as routes that nobody meant.
  if (code === undefined)
    return [OPTION.routes, OPTION.microsoftRoutes].flatMap((one) =>
      isWhole(message, one) ? routesOf(message, one) : [],
    );
  const view = message.dhcp.option(code);
  const routes: Route[] = [];
  if (!view) return routes;
  for (let at = 0; at < view.length;) {
    const prefix = view.u8(at);
    const octets = Math.ceil(prefix / 8);
    if (prefix > 32 || at + 1 + octets + 4 > view.length) break;
    let destination = 0;
    for (let i = 0; i < 4; i++) destination = destination * 256 + (i < octets ? view.u8(at + 1 + i) : 0);
    routes.push({ destination, prefix, gateway: view.u32(at + 1 + octets) });
    at += 5 + octets;
  }
  return routes;
}

/** Whether an option of routes could be read to its end. */
export function isWhole(message: Message, code: number): boolean {
  const octets = routesOf(message, code).reduce((sum, { prefix }) => sum + 5 + Math.ceil(prefix / 8), 0);
  return octets === message.dhcp.option(code)?.length;
}

/** Whether routes lead everywhere: a default route, or its two halves 0.0.0.0/1 and 128.0.0.0/1. */
export const leadsOut = (routes: readonly Route[]): boolean =>
  routes.some(({ prefix }) => prefix === 0) ||
  [0, 1].every((half) => routes.some(({ prefix, destination }) => prefix === 1 && destination >>> 31 === half));

/** Options of a reply that are about the message or its client, and those whose values stand in the text about two servers. */
const OF_MESSAGE: ReadonlySet<number> = new Set([0, 50, 52, 53, 54, 55, 61, 81, 82, 255]);
const NETWORK: ReadonlySet<number> = new Set([OPTION.mask, OPTION.router, OPTION.dns]);

/**
 * What two servers’ replies of one type have in different options, as sentences that each begin with a space: the router, what only one
 * sends, and other values.
 */
export function optionsText(says: readonly { readonly server: string; readonly message: Message }[]): string {
  const [a, b, ...more] = says as readonly [(typeof says)[0], (typeof says)[0], ...typeof says];
  if (more.length > 0 || a.message.type !== b.message.type) return '';
  const sends = ({ server, message: { dhcp } }: typeof a): Sends => ({
    server,
    values: new Map(
      dhcp.codes().flatMap((code): [number, string][] => {
        const value = OF_MESSAGE.has(code) ? '' : (dhcp.option(code)?.hex() ?? '');
        return value === '' ? [] : [[code, value]];
      }),
    ),
  });
  const only = (one: typeof a, other: typeof a): number[] => onlyIn(sends(one), sends(other));
  const lacks = [
    [a, b],
    [b, a],
  ].find(([one, other]) => only(one!, other!).includes(OPTION.router) && leadsOut(routesOf(other!.message)));
  const route = lacks && only(lacks[1]!, lacks[0]!).find((code) => leadsOut(routesOf(lacks[1]!.message, code)));
  return (
    (lacks && route !== undefined
      ? ` ${lacks[0]!.server} gives the router by option ${OPTION.router}, ${lacks[1]!.server} by a default route in option ${route} alone, and a client that does not read that gets no router from it.`
      : '') + sendsApart(sends(a), sends(b), optionName, NETWORK)
  );
}

/** A subnet in the form `10.0.0.0/24`. */
export function subnetText(address: number, mask: number): string {
  return `${ip(network(address, mask))}/${prefixOf(mask)}`;
}

/** OFFERs and ACKs that lease an address, without ACKs to an INFORM and replies of proxyDHCP. */
export function* leasing(exchange: Exchange): Generator<Message> {
  for (const message of exchange.messages) {
    if (message.type !== OFFER && message.type !== ACK) continue;
    if (exchange.holds(INFORM) || isProxy(message)) continue;
    yield message;
  }
}

/** The mask of a reply, if it is valid; undefined as well if yiaddr cannot belong to a host (`unusable-address`). */
export function maskOf({ dhcp }: Message): number | undefined {
  const mask = dhcp.ip(OPTION.mask);
  if (mask === undefined || !isContiguous(mask)) return undefined;
  return dhcp.yiaddr !== 0 && cannotBeHost(dhcp.yiaddr, 0, undefined) !== undefined ? undefined : mask;
}

/** Routers that are neither in the client's own subnet nor on its link by a route; without those that no host can be. */
export function outOfReach(
  { dhcp: { yiaddr } }: Message,
  routers: readonly number[],
  mask: number,
  routes: readonly Route[],
): number[] {
  // RFC 3442: a route with gateway 0.0.0.0 means that its destinations are on the link.
  const onLink = routes.filter(({ gateway }) => gateway === 0);
  const reaches = (router: number): boolean =>
    sameSubnet(router, yiaddr, mask) ||
    onLink.some(({ destination, prefix }) => sameSubnet(destination, router, maskOfPrefix(prefix)));
  return routers.filter((router) => !reaches(router) && !cannotBeHost(router, yiaddr, mask));
}

/** A router (option 3) is not in the client's own subnet, and no on-link route reaches it: the client cannot leave its link. */
export const routerOutsideSubnet: ExchangeRule = function* (exchange, world) {
  for (const message of leasing(exchange)) {
    const { dhcp } = message;
    const mask = maskOf(message);
    if (mask === undefined || mask === 0xffffffff || dhcp.yiaddr === 0) continue;
    const outside = outOfReach(message, dhcp.ips(OPTION.router), mask, routesOf(message));
    if (outside.length === 0) continue;
    const all = dhcp.ips(OPTION.router);
    const other = otherwise(exchange, message, all);
    yield {
      id: 'router-outside-subnet',
      severity: 'error',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => {
        const subnet = subnetText(dhcp.yiaddr, mask);
        const wider = widerMask(dhcp.yiaddr, outside[0]!);
        const server = dhcp.ip(OPTION.server);
        const due = dueMask(message, mask, outside);
        const tooNarrow = due !== undefined;
        const usual = usualRouter(message, world);
        const elsewhere = leaseOfRouter(outside[0]!, world);
        const odd = usual !== undefined && isOfFew(usual) && !other;
        const few = odd ? fewOf(message, exchange.client, usual) : [];
        const own =
          usual?.values[0] ?? (message.relayed && sameSubnet(dhcp.giaddr, dhcp.yiaddr, mask) ? dhcp.giaddr : undefined);
        // The relay's own address is in the subnet that the client is in: if the router is there as well, the address is the odd one out.
        const ofOtherPool =
          message.relayed && sameSubnet(dhcp.giaddr, outside[0]!, mask) && !sameSubnet(dhcp.giaddr, dhcp.yiaddr, mask);
        return {
          title: `Server ${serverSubject(message)}: router ${ips(outside)}${other ? ` of the ${nameOf(message)}` : ''} is outside the client’s subnet ${subnet}`,
          explanation:
            `The ${where(message)} gives ${exchange.client.label} the address ${ip(dhcp.yiaddr)} with mask ${ip(mask)} (option 1), so its subnet is ${subnet}. ` +
            `The router in option 3 (${ips(outside)}) is not in it, and no on-link route (option 121/249) reaches it. By these settings the router is not on the client’s link, so most systems reach nothing beyond their own subnet; some ask for it by ARP all the same.${other ? otherwiseText(message, other) : ''}`,
          causes: ranked(
            other &&
              cause(
                'likely',
                'The server makes its OFFER and its ACK from different settings: a class or scope that fits only one of the two requests, or a setting that was changed between them',
                `option 3 is ${ips(all)} in frame ${message.frame}, and ${ips(other.dhcp.ips(OPTION.router))} in frame ${other.frame}`,
              ),
            ofOtherPool &&
              cause(
                'likely',
                'The address is from the pool of another scope',
                `relay ${ip(dhcp.giaddr)} (giaddr) and router ${ip(outside[0]!)} are in one subnet, and ${ip(dhcp.yiaddr)} is not`,
              ),
            odd && ofFewCause(`the router ${ip(outside[0]!)}`, usual, ips(usual.values), few),
            cause(
              tooNarrow || ofOtherPool || other || odd ? 'possible' : 'likely',
              'The router option was copied from another scope, or mistyped',
              `option 3 is ${ips(all)}, the subnet ${subnet}`,
              elsewhere &&
                `${ip(outside[0]!)} is the router of ${elsewhere.client.label} in ${subnetText(elsewhere.address, elsewhere.mask!)} (frame ${elsewhere.frame})`,
              usual &&
                !odd &&
                `${count(usual.clients, 'other client')} of ${subnet} ${usual.clients === 1 ? 'is' : 'are'} given ${ips(usual.values)} (frame ${usual.lease.frame})`,
            ),
            cause(
              tooNarrow ? 'likely' : prefixOf(mask) > 24 || wider >= 16 ? 'possible' : 'unlikely',
              'The subnet mask is too narrow',
              tooNarrow && `the server’s own address ${ip(server!)} is outside it as well`,
              `a mask of /${wider} would hold both ${ip(dhcp.yiaddr)} and ${ip(outside[0]!)}`,
            ),
            !usual &&
              cause(
                'possible',
                'The option is set for the whole server and no scope overrides it',
                message.relayed && `the reply is for the network behind relay ${ip(dhcp.giaddr)}`,
              ),
            server !== undefined &&
              sameSubnet(server, outside[0]!, mask) &&
              cause(
                'possible',
                'The client got an address of the wrong pool (shared network)',
                `server ${ip(server)} and the router are in one subnet, the client is in another`,
              ),
          ),
          steps: odd
            ? advice.reserved('router', few, usual.values.map(ip))
            : [
                ofOtherPool
                  ? `Find out why ${serverSubject(message)} serves relay ${ip(dhcp.giaddr)} from a pool of ${subnet}: look at its pools, and at shared networks.`
                  : tooNarrow
                    ? dueText(message, due, outside[0]!)
                    : own === undefined
                      ? `Give a router of ${subnet} to this scope, or correct the mask.`
                      : `Set the router of ${subnet} to ${ip(own)}, ${usual ? 'which others of this subnet are given' : 'the relay’s own address there, if that is the router'}.`,
                ...(tooNarrow
                  ? advice.maskSetting(advice.subnetOfReply(message, due)!)
                  : routerSteps(
                      message,
                      mask,
                      own,
                      prefixOf(mask) > 24 || wider >= 16 ? maskOfPrefix(wider) : undefined,
                    )),
              ],
          reference: 'RFC 2132 §3.3, §3.5; RFC 1122 §3.3.1',
        };
      },
    };
  }
};

/**
 * The mask that is due where the one sent is too narrow: the server is on the client’s link, so has an address there, and both it and the
 * router are left out.
 */
export function dueMask(message: Message, mask: number, outside: readonly number[]): number | undefined {
  const { dhcp, relayed } = message;
  const server = dhcp.ip(OPTION.server);
  if (outside.length === 0 || server === undefined || relayed || prefixOf(mask) <= 24) return undefined;
  const wider = widerMask(dhcp.yiaddr, outside[0]!);
  const due = maskOfPrefix(wider);
  return wider >= 24 && !sameSubnet(server, dhcp.yiaddr, mask) && sameSubnet(server, dhcp.yiaddr, due)
    ? due
    : undefined;
}

export const dueText = ({ dhcp }: Message, due: number, router: number): string =>
  `Set the mask of this scope to ${ip(due)}: its subnet ${subnetText(dhcp.yiaddr, due)} holds ${ip(dhcp.yiaddr)}, the router ${ip(router)} and the server ${ip(dhcp.ip(OPTION.server)!)}.`;

/** The other reply of the same server to this client, OFFER or ACK, if it names other routers. */
function otherwise(exchange: Exchange, message: Message, routers: readonly number[]): Message | undefined {
  const mine = message.dhcp.ip(OPTION.server);
  return [...leasing(exchange)].find(
    ({ type, dhcp }) =>
      type !== message.type && dhcp.ip(OPTION.server) === mine && ips(dhcp.ips(OPTION.router)) !== ips(routers),
  );
}

const nameOf = ({ type }: Message): string => messageName(type, false);

/** Which of the two replies is right, and which of them counts. */
function otherwiseText(message: Message, other: Message): string {
  const { dhcp } = other;
  const mask = maskOf(other);
  const routers = dhcp.ips(OPTION.router);
  const wrong = mask === undefined ? [] : outOfReach(other, routers, mask, routesOf(other));
  const said =
    routers.length === 0
      ? 'names no router'
      : wrong.length > 0
        ? `gives ${ips(routers)}, which is not in it either`
        : `gives ${ips(routers)}, which the client can reach`;
  return ` The ${where(other)} of the same server ${said}; the client goes by the ACK${message.type === ACK ? ', and so by the wrong one' : ''}.`;
}

/** Settings for the router of a reply’s subnet, and for the mask that would hold both. */
function routerSteps(
  message: Message,
  mask: number,
  own: number | undefined,
  wider: number | undefined,
): advice.Step[] {
  const router = advice.routerSetting(advice.subnetOfReply(message, mask), own === undefined ? undefined : ip(own));
  if (own !== undefined) return router;
  const corrected = wider === undefined ? undefined : advice.subnetOfReply(message, wider);
  return corrected ? advice.together(router, advice.maskSetting(corrected)) : router;
}

/** The length of the longest prefix that holds both addresses. */
function widerMask(a: number, b: number): number {
  return Math.clz32(a ^ b);
}

/** What a server says about the network, for comparison with other servers. */
export interface Say {
  readonly server: string;
  readonly message: Message;
  readonly address: number;
  /** Undefined if the server names none, or none that is valid. */
  readonly mask: number | undefined;
  readonly subnet: string;
  readonly routers: string;
  readonly dns: string;
}

/** Servers of one network may name the same addresses in a different order, each with itself first. */
const sorted = (addresses: readonly number[]): number[] => [...new Set(addresses)].sort((a, b) => a - b);

/** The routers that a client is given: by a default route, which takes precedence over option 3 (RFC 3442), or by option 3. */
function routersOf(message: Message): number[] {
  const byRoute = routesOf(message).filter(({ prefix, gateway }) => prefix === 0 && gateway !== 0);
  return byRoute.length > 0 ? byRoute.map(({ gateway }) => gateway) : message.dhcp.ips(OPTION.router);
}

/** The address that a reply is about: an ACK to an INFORM gives none, and goes to the client’s own address (RFC 2131 §4.3.5). */
const addressOf = ({ dhcp }: Message): number => dhcp.yiaddr || dhcp.ciaddr;

export function sayOf(message: Message): Say | undefined {
  const server = serverOf(message);
  if (server === undefined) return undefined;
  const { dhcp } = message;
  const mask = dhcp.ip(OPTION.mask);
  return {
    server,
    message,
    address: addressOf(message),
    mask: mask !== undefined && isContiguous(mask) ? mask : undefined,
    subnet:
      mask !== undefined && isContiguous(mask)
        ? subnetText(addressOf(message), mask)
        : `${ip(addressOf(message))}, mask ${mask === undefined ? 'missing' : ip(mask)}`,
    routers: ips(sorted(routersOf(message))),
    dns: ips(sorted(dhcp.ips(OPTION.dns))),
  };
}

/** The text for a list without addresses. */
const NONE = ips([]);

/** The mask that a client assumes if it is given none: that of the address's class (RFC 950 §2.1). */
function classMask(address: number): number {
  return maskOfPrefix(address < 0x80000000 ? 8 : address < 0xc0000000 ? 16 : 24);
}

/** One thing that two servers disagree about, and what each says of it. */
export interface Contradiction {
  readonly about: 'subnet' | 'router' | 'DNS';
  readonly text: string;
}

/** What two servers disagree about; empty if they agree. With `partly`, an item that one of them omits is no disagreement. */
export function differences(a: Say, b: Say, partly: boolean): Contradiction[] {
  const out: Contradiction[] = [];
  const add = (about: Contradiction['about'], one: string, other: string): void =>
    void out.push({ about, text: `${about} ${one} against ${other}` });
  const both = (one: string, other: string): boolean => !partly || (one !== NONE && other !== NONE);
  if (partly && (a.mask === undefined || b.mask === undefined)) {
    // Nothing to compare.
  } else if (a.mask !== b.mask || !sameSubnet(a.address, b.address, a.mask ?? classMask(a.address)))
    add('subnet', a.subnet, b.subnet);
  if (a.routers !== b.routers && both(a.routers, b.routers)) add('router', a.routers, b.routers);
  if (a.dns !== b.dns && both(a.dns, b.dns)) add('DNS', a.dns, b.dns);
  return out;
}
