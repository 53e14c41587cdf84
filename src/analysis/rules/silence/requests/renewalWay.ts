import * as advice from '../../../words/advice';
import { cause, ranked } from '../../../collector';
import type { Cause } from '../../../finding';
import { ACK, REQUEST, serverOf, type Client, type Message } from '../../../conversations/model';
import { answersSince } from '../../../evidence/alive';
import { hostBy } from '../../../evidence/silence/scene';
import type { ArpSeen } from '../../../evidence/arp';
import type { World } from '../../../evidence/world';
import { UNKNOWN_ADDRESS, frames, ip, span, times } from '../../../words/words';
import type { WorldRule } from '../../rule';
import { parseIpv4 } from '../../../../codec/bytes';
import { speaksForAnother } from '../../../evidence/subjects';
import { withFinding } from '../../../draft';
import { isVirtualRouter, rivalCause, rivalsOf } from '../../../evidence/rivals';
import { framesOf } from './unanswered';
import { rivalSteps } from '../../subnets/clash';

/** A renewal that does not reach its server: from or to a wrong address, or held back because nobody answers the client's ARP. */

/** An address that no host has (RFC 1122 §3.2.1.3). */
export const NOWHERE = '0.0.0.0';

/** Whether a message goes to no host at all, though it is not a broadcast by its IP address. */
export const goesNowhere = ({ packet }: Message): boolean => packet.destination === NOWHERE;

/** A cause, and what to do about it. */
interface Way {
  readonly cause: Cause;
  readonly steps: readonly advice.Step[];
}

/** What is wrong with the addresses of these renewals. */
export function waysOf(client: Client, unicast: readonly Message[], world: World): readonly Way[] {
  const [first] = unicast;
  if (!first) return [];
  const fix = [advice.updateClient(client.label)];
  const { destination: server = NOWHERE, ethDestination: to = '' } = first.packet;
  const entry = [
    `On client ${client.label}: \`ip neigh show ${server}\` (Linux) or \`arp -a ${server}\` (Windows) shows which link-layer address it takes for the server.`,
    `Find who has ${to}: \`show mac address-table address ${to}\`.`,
  ];
  const told = (one: Cause | undefined, steps: readonly string[]): Way[] => (one ? [{ cause: one, steps }] : []);
  return [
    ...told(toNowhere(unicast), fix),
    ...told(fromNowhere(unicast), fix),
    ...toRival(unicast, world),
    ...told(toAnother(client, unicast, world), entry),
    ...told(speaksElsewhere(client, first), []),
  ];
}

/** Another machine has the server's address, and the renewals go there. */
function toRival(unicast: readonly Message[], world: World): readonly Way[] {
  const [{ packet }] = unicast as readonly [Message];
  const rival = world.once(rivalsOf).get(packet.destination ?? '');
  if (!rival || unicast.some((one) => one.packet.ethDestination !== rival.other.mac)) return [];
  const sent = `the renewals go to ${rival.other.mac} (${frames(framesOf(unicast).slice(0, 4))})`;
  return [{ cause: rivalCause(rival, sent), steps: rivalSteps(rival) }];
}

/** The client has lost the server's address, or never read option 54, and sends to 0.0.0.0. */
function toNowhere(unicast: readonly Message[]): Cause | undefined {
  if (!unicast.every(goesNowhere)) return undefined;
  return cause(
    'likely',
    `The renewal goes to ${NOWHERE}, which is no server’s address: the client’s program does not keep the server identifier (option 54) of its lease`,
    `destination ${NOWHERE} in ${frames(framesOf(unicast).slice(0, 4))}`,
  );
}

/**
 * The renewals go to another link-layer address than the one from which their server speaks on this link. What a router has, or what ARP
 * gives for the server's address, is right all the same.
 */
function toAnother(client: Client, unicast: readonly Message[], world: World): Cause | undefined {
  const [{ packet, link }] = unicast as readonly [Message];
  const { destination: server, ethDestination: to } = packet;
  if (server === undefined || to === undefined || world.survey.routedClients.has(client)) return undefined;
  if (world.survey.routerMacs.has(to) || unicast.some((one) => one.packet.ethDestination !== to)) return undefined;
  const own = (world.survey.servers.get(server)?.macs ?? []).filter(
    (one) => one.link === link && one.source === server,
  );
  const [known] = own;
  if (!known || [to, ...own.map(({ mac }) => mac)].some(isVirtualRouter)) return undefined;
  if (own.some(({ mac }) => mac === to)) return undefined;
  const address = parseIpv4(server);
  const claims = address === undefined ? [] : (world.neighbours.arpSeen.get(address) ?? []);
  if (claims.some(({ senderIp, senderMac }) => senderIp === address && senderMac === to)) return undefined;
  return cause(
    'likely',
    `The renewal goes to link-layer address ${to}, and ${server} speaks from ${known.mac}: the client has an old ARP entry, or another machine has taken the address over`,
    `${to} in ${frames(framesOf(unicast).slice(0, 4))}, ${known.mac} in frame ${known.frame}`,
  );
}

/** A renewal must come from the client's address; a unicast from 0.0.0.0 is dropped by the server's host or on the way (RFC 1122 §3.2.1.3). */
function fromNowhere(unicast: readonly Message[]): Cause | undefined {
  const [first] = unicast;
  if (!first || !unicast.every(({ packet }) => packet.source === '0.0.0.0')) return undefined;
  return cause(
    'likely',
    `The renewal goes to ${first.packet.destination ?? UNKNOWN_ADDRESS} by unicast from the source address 0.0.0.0 instead of ${ip(first.dhcp.ciaddr)}, and hosts drop that`,
    `source address 0.0.0.0 and ciaddr ${ip(first.dhcp.ciaddr)} in ${frames(framesOf(unicast).slice(0, 4))}`,
  );
}

/** The client asks the address in option 54, but the lease came from another address. */
function speaksElsewhere(client: Client, renewal: Message): Cause | undefined {
  const server = renewal.packet.destination;
  for (const exchange of client.exchanges.slice(0, MOST_EXCHANGES)) {
    if (exchange.start > renewal.time || exchange.relayed || exchange.routed || !exchange.holds(ACK)) continue;
    const ack = exchange.of(ACK).find((one) => speaksForAnother(one) && serverOf(one) === server);
    if (ack)
      return withFinding(
        'source-not-server-id',
        ack.frames,
        cause(
          'likely',
          `The client renews with ${server!}, the server identifier, and the server replies from ${ack.packet.source!}: ${server!} cannot be reached`,
          `the ACK in frame ${ack.frame} comes from ${ack.packet.source!}, and its option 54 says ${server!}`,
          'see the finding source-not-server-id',
        ),
      );
  }
  return undefined;
}

/** How many of a client's exchanges are searched for the ACK of its lease. */
const MOST_EXCHANGES = 50;

/** When a renewal was due, only unanswered ARP requests for the leasing server's address are seen. */
export const renewalArp: WorldRule = function* (world) {
  if (world.neighbours.arpSeen.size === 0) return;
  const latest = new Map<Client, (typeof world.survey.leases)[number]>();
  for (const lease of world.survey.leases) latest.set(lease.client, lease);
  for (const lease of latest.values()) {
    if (lease.server === undefined || lease.seconds === undefined || lease.seconds === Infinity || lease.relayed)
      continue;
    const due = lease.time + (lease.t1 ?? lease.seconds / 2);
    // Only requests that are repeated at once count: the answers to an occasional request may not be seen here.
    const { up, inVain: asked } = hostBy(lease.server, due - 1, Infinity, world, lease.mac);
    if (up !== undefined || asked.length < 2) continue;
    if (lease.client.exchanges.some((one) => one.start >= due - 1 && one.holds(REQUEST))) continue;
    const { client, server, address } = lease;
    const other = otherOwnAddress(lease.server, lease.link, world);
    const alive = answersSince(ip(lease.server), { link: lease.link, time: due, timed: true }, world);
    yield {
      id: 'renewal-unanswered',
      severity: 'warning',
      subject: client.label,
      frames: asked,
      detail: () => ({
        title: `${client.label} cannot renew ${ip(address)}: server ${ip(server)} does not answer its ARP`,
        explanation: `The client holds ${ip(address)} from server ${ip(server)} and should have renewed it ${span(due - lease.time)} after frame ${lease.frame}. Instead it asks by ARP for the server’s link-layer address ${times(asked.length)} and gets no answer, so the REQUEST cannot be sent.`,
        causes: ranked(
          other,
          cause(
            alive ? 'unlikely' : other ? 'possible' : 'likely',
            'The server is down, or has left this link',
            alive && `it answers ${alive.client.label} after that`,
            `no ARP reply from ${ip(server)} after the renewal was due`,
          ),
          !other && cause('possible', 'The server’s address changed; it is no longer the one that option 54 named'),
          cause(
            alive && !other ? 'likely' : 'possible',
            'A switch separates the client from the server (VLAN, port isolation, ARP inspection)',
          ),
        ),
        steps: [
          ...(other ? SERVER_ID_STEPS : []),
          `On client ${client.label}: \`ping ${ip(server)}\` shows whether the server is up and on this link.`,
          ...advice.serverRunning({ server: ip(server) }),
        ],
        reference: 'RFC 2131 §4.4.5, RFC 826',
      }),
    };
  }
};

const SERVER_ID_STEPS = advice.settings({
  dhcpd: 'take `server-identifier` out, or let it name an address that the server has on this link',
  kea: 'take option `dhcp-server-identifier` out, or let it name an address that the server has on this link',
});

/** How many addresses of one hardware address are looked at. */
const MOST_OWN = 8;

/** By link and hardware address: the ARP messages in which it speaks as one address or another, the first of each. */
function speakers({ neighbours }: World): ReadonlyMap<string, readonly ArpSeen[]> {
  const found = new Map<string, ArpSeen[]>();
  for (const address of neighbours.arpSeen.keys()) {
    for (const claim of neighbours.arpAbout(address).claims.slice(0, MOST_OWN)) {
      const { link, senderMac } = claim;
      const key = `${link} ${senderMac}`;
      const own = found.get(key) ?? [];
      if (own.length >= MOST_OWN || own.some(({ senderIp }) => senderIp === address)) continue;
      own.push(claim);
      found.set(key, own);
    }
  }
  return found;
}

/** The server's host speaks by ARP as another address, and not as its server identifier: that is not its own. */
function otherOwnAddress(server: number, on: string, world: World): Cause | undefined {
  const macs = [...(world.survey.servers.get(ip(server))?.macs.values() ?? [])].filter(({ link }) => link === on);
  if (macs.length !== 1 || world.neighbours.arpAbout(server).claims.length > 0) return undefined;
  const { mac } = macs[0]!;
  const [own] = world.once(speakers).get(`${on} ${mac}`) ?? [];
  return (
    own &&
    cause(
      'likely',
      `The server identifier ${ip(server)} is no address of the server: its host has ${ip(own.senderIp)}`,
      `${mac}, from which the server’s replies come, speaks by ARP as ${ip(own.senderIp)} (frame ${own.frame})`,
      `nobody speaks by ARP as ${ip(server)}`,
    )
  );
}
