import { parseIpv4 } from '../../../codec/bytes';
import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import { REQUEST } from '../../conversations/model';
import { addOneOfTwo } from './routers';
import type { ArpSeen } from '../../evidence/arp';
import { isVirtualRouter } from '../../evidence/rivals';
import { sameSubnet } from '../../conversations/masks';
import type { World } from '../../evidence/world';
import type { Lease } from '../../conversations/lease';
import { push } from '../../../codec/append';
import { vlanOfLink } from '../../words/links';
import { count, frames, ip, list, times } from '../../words/words';
import type { WorldRule } from '../rule';

/** Routers that do not answer when clients ask for them by ARP. */

/**
 * From this many ARP requests in a row on, each within this many seconds of the one before, it is no coincidence: a host that got an answer
 * does not ask again at once.
 */
const IN_VAIN = 3;
const AGAIN = 5;
/** On how many links one client is looked at. */
const MOST_LINKS = 4;

/** Clients repeatedly ask by ARP for the router that they were given, and nobody answers. */
export const routerSilent: WorldRule = function* (world) {
  const byRouter = new Map<number, SilentRouter[]>();
  for (const one of world.once(silentRouters))
    if (one.othersAnswer && !isRenewal(one.lease, one.router, one.asked)) push(byRouter, one.router, one);
  for (const [router, all] of byRouter) {
    const [{ lease, asked }] = all as [SilentRouter, ...SilentRouter[]];
    const clients = [...new Set(all.map((one) => one.lease.client.label))];
    yield {
      id: 'router-silent',
      severity: 'warning',
      subject: ip(router),
      frames: all.flatMap((one) => [...one.asked.map(({ frame }) => frame), one.lease.frame]),
      places: all.map((one) => one.asked[0]!.frame),
      detail: () => {
        const many = clients.length > 1;
        const speaks = world.survey.servers.has(ip(router)) && `a DHCP server speaks as ${ip(router)} in this capture`;
        const relays = world.once(relaysHeard).get(router);
        const up =
          speaks ||
          (relays !== undefined &&
            `the router is up and has this address: it relays DHCP messages from ${ip(router)} (frame ${relays})`);
        const other = up ? undefined : otherRouter(lease, world);
        const asks = `${count(
          all.reduce((sum, one) => sum + one.asked.length, 0),
          'question',
        )}, no answer`;
        const setting = advice.routerSetting(advice.subnetOf(lease.address, lease.mask), other && ip(other.address));
        const vlan = vlanOfLink(lease.link) ?? 'VLAN';
        return {
          title: `${many ? `${clients.length} clients ask for their` : `${lease.client.label} asks for its`} router ${ip(router)} by ARP, and nobody answers`,
          explanation:
            (many
              ? `${list(clients)} are given the router ${ip(router)}, ask for it by ARP, and this capture shows no answer. What follows is about the first of them. `
              : '') +
            `The ACK in frame ${lease.frame} gives ${lease.client.label} the address ${ip(lease.address)} and the router ${ip(router)}. The client asks by ARP for it ${times(asked.length)} (${frames(asked.map(({ frame }) => frame))}), and this capture shows no answer, though it shows replies of others on the same link. ` +
            'Without an answer nothing beyond the client’s own subnet can be reached.',
          causes: ranked(
            other &&
              cause(
                'likely',
                `The option is wrong: the router of this subnet is ${ip(other.address)}`,
                `${ip(other.address)} is a router on this link (frame ${other.frame})`,
                asks,
              ),
            cause(
              up ? 'unlikely' : other ? 'possible' : 'likely',
              other
                ? `${ip(router)} is another router of this subnet, and is down`
                : 'No router has this address: the option is wrong, or the router is down',
              up || (!other && asks),
            ),
            cause(relays === undefined ? 'possible' : 'unlikely', 'The router is in another VLAN than the client'),
            cause(
              relays === undefined ? 'possible' : 'likely',
              many
                ? 'The switch isolates the clients’ ports (private VLAN), or filters ARP (dynamic ARP inspection, an access list)'
                : 'The switch isolates the client’s port, or filters ARP (dynamic ARP inspection)',
              up,
            ),
          ),
          steps: [
            ...(relays === undefined
              ? []
              : [
                  advice.stepFor(
                    'switch',
                    'ios',
                    'Cisco IOS',
                    `\`show ip arp inspection statistics vlan ${vlan}\` shows whether it drops ARP.`,
                  ),
                  advice.stepFor(
                    'switch',
                    'ios',
                    'Cisco IOS',
                    `\`show vlan private-vlan\` shows whether the clients’ ports are isolated from the router’s.`,
                  ),
                ]),
            ...(other ? setting : []),
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
            ...(relays === undefined && !other ? setting : []),
          ],
          reference: 'RFC 1122 §2.3.2, §3.3.1; RFC 826',
        };
      },
    };
  }
};

/** By relay: the first frame that it sends from the address that it gives as giaddr. */
function relaysHeard({ exchanges }: World): ReadonlyMap<number, number> {
  const heard = new Map<number, number>();
  for (const exchange of exchanges) {
    if (!exchange.relayed) continue;
    for (const message of exchange.messages)
      for (const { dhcp, source, frame } of message.packetsSeen()) {
        const { giaddr } = dhcp!;
        if (giaddr !== 0 && source === ip(giaddr) && !heard.has(giaddr)) heard.set(giaddr, frame);
      }
  }
  return heard;
}

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
  /** Whether replies of others are seen on that link: an answer of the router would be seen as well. */
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

/** An address of a router, and a frame that shows it; `shared`: redundant routers have it together. */
interface Shown {
  readonly address: number;
  readonly frame: number;
  readonly shared: boolean;
}

/** By link: the addresses that routers speak from. */
function routersShown({ neighbours, survey, facts }: World): ReadonlyMap<string, readonly Shown[]> {
  const found = new Map<string, Shown[]>();
  for (const [address, all] of neighbours.arpSeen) {
    const said = all.find(
      ({ senderIp, senderMac: mac }) => senderIp === address && (isVirtualRouter(mac) || survey.routerMacs.has(mac)),
    );
    if (said) push(found, said.link, { address, frame: said.frame, shared: isVirtualRouter(said.senderMac) });
  }
  for (const { router, link, mac, address: text = '', frame } of facts.neighbours?.() ?? []) {
    const address = parseIpv4(text);
    if (router && address !== undefined) push(found, link, { address, frame, shared: isVirtualRouter(mac) });
  }
  return found;
}

/** The router that is seen in the subnet of a lease and not given by it, if there is one alone; redundant ones share an address. */
function otherRouter({ link, address, mask, routers }: Lease, world: World): Shown | undefined {
  const all = (world.once(routersShown).get(link) ?? []).filter(
    (one) => mask !== undefined && sameSubnet(one.address, address, mask) && !routers.includes(one.address),
  );
  const shared = all.filter((one) => one.shared);
  const [one, ...more] = shared.length > 0 ? shared : all;
  return more.some((other) => other.address !== one!.address) ? undefined : one;
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
