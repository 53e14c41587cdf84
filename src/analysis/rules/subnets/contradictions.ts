import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import { OFFER, OPTION, type Exchange, type Message } from '../../conversations/model';
import type { Lease } from '../../conversations/lease';
import { isContiguous } from '../../conversations/masks';
import { withFinding } from '../../draft';
import type { Cause } from '../../finding';
import { parseIpv4 } from '../../../codec/bytes';
import type { ExchangeRule, WorldRule } from '../rule';
import { linkText, vlanOf, vlanOfLink } from '../../words/links';
import { serverSubject } from '../../evidence/subjects';
import { UNKNOWN_ADDRESS, count, ip, ips, list, where } from '../../words/words';
import { hostOf, ofFewCause } from './ofFew';
import { leasing, maskOf, maskOfPrefix, sameSubnet, subnetText } from './subnet';

/** Answers that contradict each other: about one client, or about the clients of one link. */

/**
 * A server's ACK puts the client into another subnet than its OFFER of the same address did, or sends it to another router (RFC 2131 §3.1,
 * step 4). A router more or less, or another order, is no conflict.
 */
export const ackOtherSubnet: ExchangeRule = function* (exchange) {
  if (exchange.relayed) return;
  let offer: Message | undefined;
  for (const message of leasing(exchange)) {
    if (message.type === OFFER) {
      offer = message;
      continue;
    }
    const { yiaddr } = message.dhcp;
    const server = serverSubject(message);
    if (!offer || yiaddr === 0 || offer.dhcp.yiaddr !== yiaddr || serverSubject(offer) !== server) continue;
    const before = maskOf(offer);
    const after = maskOf(message);
    const remasked = before !== undefined && after !== undefined && before !== after;
    const [offered, given] = [offer, message].map((one) => one.dhcp.ips(OPTION.router));
    // A router outside its subnet is reported as that.
    const fit = (routers: readonly number[], mask: number | undefined): boolean =>
      routers.length > 0 && mask !== undefined && routers.every((router) => sameSubnet(router, yiaddr, mask));
    const rerouted = fit(offered!, before) && fit(given!, after) && !given!.some((router) => offered!.includes(router));
    if (!remasked && !rerouted) continue;
    const first = offer;
    const [from, to] = [first.packet.ethSource, message.packet.ethSource];
    const another = from !== undefined && to !== undefined && from !== to;
    const has = (one: Message, routers: readonly number[]): string =>
      `the ${where(one)} has mask ${one.dhcp.has(OPTION.mask) ? ip(one.dhcp.ip(OPTION.mask)!) : 'none'} and router ${ips(routers)}`;
    yield {
      id: 'conflicting-subnets',
      severity: 'warning',
      subject: server,
      frames: [...message.frames, ...first.frames],
      detail: () => ({
        title: remasked
          ? `Server ${server} offers ${ip(yiaddr)} in ${subnetText(yiaddr, before)} and then gives it in ${subnetText(yiaddr, after)}`
          : `Server ${server} offers ${ip(yiaddr)} with router ${ips(offered!)} and then gives it with router ${ips(given!)}`,
        explanation: `In the answers to ${exchange.client.label}, ${has(first, offered!)}; ${has(message, given!)}. An ACK should not contradict the OFFER that the client accepted.`,
        causes: ranked(
          cause(
            another ? 'likely' : 'possible',
            'Two servers answer under one server identifier, with different configuration',
            another && `the ${where(first)} comes from ${from}, the ${where(message)} from ${to}`,
          ),
          cause(
            'possible',
            'The server’s configuration was changed between OFFER and ACK, or it applies another class or pool to the REQUEST',
          ),
          cause('possible', 'Somebody forges the ACK'),
        ),
        steps: [
          `On ${server}, compare the scope of ${ip(yiaddr)} with both messages.`,
          ...advice.snooping(vlanOf(message.packet)),
        ],
        reference: 'RFC 2131 §3.1',
      }),
    };
  }
};

/** The leases of one subnet on one link: where each stands, and from the first lease's time to the end of the last. */
interface Given {
  readonly entries: { frame: number; server: string; client: string }[];
  readonly first: Lease;
  /** Replies of two servers to one client that put it into different subnets. */
  rivals: readonly Message[] | undefined;
  from: number;
  until: number;
}

/** The one client whose subnet is its own, where several others have another one. */
function oddOne(
  given: ReadonlyMap<string, Given>,
): { readonly client: string; readonly lease: Lease; readonly usual: { clients: number; lease: Lease } } | undefined {
  const groups = [...given.values()].map(({ entries, first }) => ({
    clients: new Set(entries.map(({ client }) => client)),
    lease: first,
  }));
  const alone = groups.filter(({ clients }) => clients.size === 1);
  const [usual] = groups.filter((one) => one.clients.size > 1);
  const [odd] = alone;
  if (!odd || !usual || groups.length !== 2) return undefined;
  // Another mask would put it into the subnet of the others.
  if (!sameSubnet(odd.lease.address, usual.lease.address, usual.lease.mask!)) return undefined;
  return {
    client: odd.lease.client.label,
    lease: odd.lease,
    usual: { clients: usual.clients.size, lease: usual.lease },
  };
}

/** The subnets that clients have at one time. One that begins when every lease of the others has ended is a network that was changed. */
function atOneTime(subnets: ReadonlyMap<string, Given>): Map<string, Given> {
  const inTime = [...subnets].sort(([, one], [, other]) => one.from - other.from);
  const together = new Set<string>();
  let longest = inTime[0]!;
  for (const one of inTime.slice(1)) {
    if (one[1].from <= longest[1].until) together.add(longest[0]).add(one[0]);
    if (one[1].until > longest[1].until) longest = one;
  }
  return new Map([...subnets].filter(([name]) => together.has(name)));
}

/** Replies that are not relayed put clients of one link into different subnets. */
export const conflictingSubnets: WorldRule = function* (world) {
  const byLink = new Map<string, Map<string, Given>>();
  for (const lease of world.survey.leases) {
    if (lease.relayed || lease.mask === undefined || !isContiguous(lease.mask) || lease.mask === 0xffffffff) continue;
    // A capture of all interfaces (`-i any`) does not say which interface it was; there, each server address stands for a link of its own.
    const place = lease.cooked ? `${lease.link}, server ${lease.exchange.server ?? UNKNOWN_ADDRESS}` : lease.link;
    let subnets = byLink.get(place);
    if (!subnets) byLink.set(place, (subnets = new Map<string, Given>()));
    const name = subnetText(lease.address, lease.mask);
    let known = subnets.get(name);
    if (!known)
      subnets.set(
        name,
        (known = { entries: [], first: lease, rivals: undefined, from: lease.time, until: lease.time }),
      );
    if (lease.exchange.leaseAnswers > 2) known.rivals ??= rivalsIn(lease.exchange);
    known.from = Math.min(known.from, lease.time);
    known.until = Math.max(known.until, lease.time + (lease.seconds ?? Infinity));
    if (known.entries.length < 1000)
      known.entries.push({
        frame: lease.frame,
        server: lease.exchange.server ?? UNKNOWN_ADDRESS,
        client: lease.client.label,
      });
  }
  for (const [link, all] of byLink) {
    const given = atOneTime(all);
    if (given.size < 2) continue;
    const subnets = new Map([...given].map(([name, { entries }]) => [name, entries] as const));
    const firsts = [...given.values()].map(({ first }) => first);
    const rivals = [...given.values()].find((one) => one.rivals)?.rivals;
    const names = [...subnets.keys()];
    const servers = [...new Set([...subnets.values()].flatMap((entries) => entries.map((entry) => entry.server)))];
    const several = servers.length > 1;
    yield {
      id: 'conflicting-subnets',
      severity: 'warning',
      subject: linkText(link),
      frames: [...subnets.values()]
        .map((entries) => entries[0]!.frame)
        .concat([...subnets.values()].flatMap((entries) => entries.slice(1).map((entry) => entry.frame))),
      detail: () => {
        const narrow = narrowCause(firsts);
        const odd = narrow || several || !nested(names) ? undefined : oddOne(given);
        return {
          title: `Clients of one link are put into ${count(subnets.size, 'subnet')}: ${list(names)}`,
          explanation: `${[...subnets]
            .slice(0, 6)
            .map(
              ([name, entries]) =>
                `${name} by ${list([...new Set(entries.map((entry) => entry.server))])} (frame ${entries[0]!.frame})`,
            )
            .join(
              '; ',
            )}. These replies were not relayed, so the clients share a link; ${nested(names) ? 'they reach each other directly where each mask holds the other’s address, and otherwise through a router only: a host with the narrow mask sends to the router what a host with the wide mask sends directly' : 'in different subnets they reach each other through a router only, or not at all'}.${odd ? ` Only ${odd.client} is given the mask ${ip(odd.lease.mask!)}.` : ''}`,
          causes: ranked(
            narrow,
            odd &&
              ofFewCause(`the mask ${ip(odd.lease.mask!)}`, odd.usual, ip(odd.usual.lease.mask!), [hostOf(odd.lease)]),
            several && rivals
              ? withFinding(
                  'rogue-server',
                  rivals.flatMap((reply) => reply.frames),
                  cause(
                    narrow ? 'possible' : 'likely',
                    'Two servers with different configuration serve this link',
                    `they put one client into different subnets: ${list(rivals.map((reply) => `${serverSubject(reply)} in frame ${reply.frame}`))}`,
                    'see the finding rogue-server',
                  ),
                )
              : cause(
                  several ? (narrow ? 'possible' : 'likely') : 'unlikely',
                  'Two servers with different configuration serve this link',
                  several ? list(servers) : `${servers[0]!} gives all of them`,
                ),
            !odd &&
              cause(
                several || narrow ? 'possible' : 'likely',
                nested(names)
                  ? 'One server gives different masks for one network: an old scope, a reservation or a class has the wrong one'
                  : 'One server’s scopes are set to the wrong link, or a shared network is meant',
              ),
            cause('possible', 'The capture sees several links as one (a trunk without VLAN tags, `-i any`)'),
          ),
          steps: [
            ...(narrow ? ['Correct the mask first: see the finding router-outside-subnet.'] : []),
            ...(odd ? advice.reserved('mask', [hostOf(odd.lease)], [ip(odd.usual.lease.mask!)]) : []),
            several
              ? `Find out which of ${list(servers)} belongs on this link.`
              : odd
                ? `On ${servers[0]!}, look for what gives ${odd.client} its mask: a reservation, a class or a policy.`
                : `On ${servers[0]!}, see which scopes serve this link, and whether both are meant to.`,
            ...(several ? advice.snooping(vlanOfLink(link)) : []),
          ],
          reference: 'RFC 2131 §4.3.1',
        };
      },
    };
  }
};

/** Whether a reply is seen behind its relay: on its way to the client, and not to the relay's own address. */
const isDelivered = ({ packet, dhcp }: Message): boolean =>
  packet.destinationPort === 68 &&
  dhcp.giaddr !== 0 &&
  packet.destination !== undefined &&
  packet.destination !== ip(dhcp.giaddr);

/** One DISCOVER is handed on by the relays of two subnets, and both bring an OFFER to the client: two links are joined. */
export const joinedLinks: ExchangeRule = function* (exchange) {
  if (!exchange.relayed) return;
  const offers = exchange.of(OFFER).filter(isDelivered);
  const [one] = offers;
  const mask = one && maskOf(one);
  if (!one || mask === undefined) return;
  // A relay with several addresses tries them one after another; here the relays are two machines.
  const other = offers.find(
    ({ packet, dhcp }) =>
      packet.link === one.packet.link &&
      packet.ethSource !== one.packet.ethSource &&
      dhcp.giaddr !== one.dhcp.giaddr &&
      !sameSubnet(dhcp.yiaddr, one.dhcp.yiaddr, mask),
  );
  if (!other) return;
  const name = (offer: Message): string =>
    `${ip(offer.dhcp.giaddr)} (${offer.packet.ethSource ?? UNKNOWN_ADDRESS}) brings ${ip(offer.dhcp.yiaddr)} in frame ${offer.frame}`;
  const relays = [one, other].map(({ dhcp }) => ip(dhcp.giaddr));
  yield {
    id: 'conflicting-subnets',
    severity: 'warning',
    subject: linkText(one.packet.link),
    frames: [...one.frames, ...other.frames],
    detail: () => ({
      title: `Relays ${list(relays)} of different subnets answer on one link`,
      explanation: `One DISCOVER of ${exchange.client.label} is handed on by both: relay ${name(one)}, relay ${name(other)}. Which subnet a client gets into depends on which OFFER it takes, and the router of the other subnet is of no use to it.`,
      causes: ranked(
        cause(
          'likely',
          'Two VLANs are joined: a cable between two access ports, a wrong native VLAN on a trunk, or a bridge',
          `both relays hear the same DISCOVER`,
        ),
        cause('possible', 'A shared network is meant, with a relay for each of its subnets'),
      ),
      steps: [
        advice.stepFor(
          'switch',
          'ios',
          'Cisco IOS',
          `\`show mac address-table address ${exchange.client.mac}\` shows the client in both VLANs, and by which port it comes into the other one.`,
        ),
        advice.stepFor(
          'switch',
          'ios',
          'Cisco IOS',
          '`show cdp neighbors` and `show spanning-tree inconsistentports` show a native VLAN that differs.',
        ),
      ],
      reference: 'RFC 2131 §4.3.1; RFC 1542 §4.1.1',
    }),
  };
};

/** The replies by which two servers put one client into different subnets. */
function rivalsIn(exchange: Exchange): readonly Message[] | undefined {
  const [first, ...others] = [...leasing(exchange)];
  const mask = first && maskOf(first);
  const other =
    mask !== undefined &&
    others.find(
      (one) => serverSubject(one) !== serverSubject(first!) && !sameSubnet(one.dhcp.yiaddr, first!.dhcp.yiaddr, mask),
    );
  return other ? [first!, other] : undefined;
}

/** The subnets are parts of one network, as the router of one of them shows, which its mask leaves out. */
function narrowCause(leases: readonly Lease[]): Cause | undefined {
  for (const { address, mask, routers, frame } of leases) {
    const router = routers.find((one) => !sameSubnet(one, address, mask!));
    if (router === undefined) continue;
    const prefix = Math.clz32(address ^ router);
    const wider = maskOfPrefix(prefix);
    if (prefix < LEAST_PREFIX || !leases.every((one) => sameSubnet(one.address, address, wider))) continue;
    return withFinding(
      'router-outside-subnet',
      [frame],
      cause(
        'likely',
        'They are parts of one network: a subnet mask is too narrow',
        `the router ${ip(router)} is not in ${subnetText(address, mask!)} (frame ${frame}), and ${subnetText(address, wider)} holds it and all these clients`,
        'see the finding router-outside-subnet',
      ),
    );
  }
  return undefined;
}
/** A network that is larger than this is seldom one link. */
const LEAST_PREFIX = 16;

/** Whether all of these subnets, as `10.0.0.0/24`, are parts of one of them. */
function nested(names: readonly string[]): boolean {
  const all = names.map((name) => {
    const [network, prefix] = name.split('/') as [string, string];
    return { network: parseIpv4(network) ?? 0, prefix: Number(prefix) };
  });
  const widest = all.reduce((one, other) => (other.prefix < one.prefix ? other : one));
  return all.every(({ network }) => sameSubnet(network, widest.network, maskOfPrefix(widest.prefix)));
}
