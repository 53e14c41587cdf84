import * as advice from '../../../words/advice';
import { cause } from '../../../collector';
import type { Cause } from '../../../finding';
import { ACK, serverOf, type Client, type Message } from '../../../conversations/model';
import type { World } from '../../../evidence/world';
import { UNKNOWN_ADDRESS, frames, ip } from '../../../words/words';
import { parseIpv4 } from '../../../../codec/bytes';
import { speaksForAnother } from '../../../evidence/subjects';
import { withFinding } from '../../../draft';
import { isVirtualRouter, rivalCause, rivalsOf } from '../../../evidence/rivals';
import { framesOf } from './unanswered';
import { rivalSteps } from '../../subnets/clash';

/** A renewal that does not reach its server: it goes from or to a wrong address. */

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
