import { messageType6 } from '../../../../codec/dhcpv6/message';
import { nameOfDuid } from '../../../../codec/names/duids';
import * as advice from '../../../words/advice';
import { cause, ranked, type Common, type Draft } from '../../../collector';
import type { Cause } from '../../../finding';
import { withFinding } from '../../../draft';
import { serverOf, type Exchange, type Message } from '../../../conversations/model';
import type { Place } from '../../../conversations/packet';
import type { Exchange6, Note6 } from '../../../conversations/v6model';
import { invented6 } from '../../../evidence/attacks6';
import type { World } from '../../../evidence/world';
import {
  isCompleted,
  isCompleted6,
  isUsual,
  networkOf,
  vlanGapOf,
  vlanGapOf6,
  type Network,
  type Networks,
} from '../../../evidence/vlans';
import { clientOf, commonServerNamed, serverSubject } from '../../../evidence/subjects';
import { UNKNOWN_ADDRESS, ip, list, where } from '../../../words/words';
import type { WorldRule } from '../../rule';
import { nameOf } from '../sums';

/** What is told of a difference, in either protocol. */
interface Told extends Networks {
  /** The client as its finding’s subject, and as a sentence calls it. */
  readonly subject: string;
  readonly client: string;
  /** The messages, with their frames. */
  readonly request: string;
  readonly reply: string;
  readonly replyFrames: readonly number[];
  readonly sender: Sender;
  /** Frames of both messages, and of the others that show the same. */
  readonly frames: readonly number[];
  readonly common: Common | undefined;
  /** Whether such exchanges complete. */
  readonly works: boolean;
}

/** Who sends a reply, and what it is. */
interface Sender {
  /** `OFFER` */
  readonly name: string;
  readonly server: string;
  readonly relay: string | undefined;
  readonly mac: string | undefined;
}

export const senderOf = (reply: Message): Sender => ({
  name: nameOf(reply),
  server: serverSubject(reply),
  relay: reply.relayed ? ip(reply.dhcp.giaddr) : undefined,
  mac: reply.packet.ethSource,
});

function told4(exchange: Exchange, world: World): Told | undefined {
  const gap = vlanGapOf(exchange);
  if (!gap) return undefined;
  const { request, reply, answered } = gap;
  const again = exchange.messages.filter(
    (one) => one !== request && one !== reply && (one.fromClient || isIn(answered, one.packet)),
  );
  return {
    ...gap,
    subject: clientOf(exchange),
    client: clientOf(exchange),
    request: where(request),
    reply: where(reply),
    replyFrames: reply.frames,
    sender: senderOf(reply),
    frames: [request, reply, ...again].flatMap(({ frames }) => frames),
    common: betweenVlans(
      gap,
      reply.relayed
        ? { subject: `relay ${ip(reply.dhcp.giaddr)}`, trait: `all behind relay ${ip(reply.dhcp.giaddr)}` }
        : commonServerNamed(serverOf(reply)),
    ),
    works: isCompleted(exchange) || isUsual(gap, world),
  };
}

function told6(exchange: Exchange6, world: World): Told | undefined {
  const gap = vlanGapOf6(exchange);
  if (!gap) return undefined;
  const { request, reply, answered } = gap;
  const again = exchange.notes.filter(
    (one) => one !== request && one !== reply && (one.fromClient || one.places.some((place) => isIn(answered, place))),
  );
  const { source = UNKNOWN_ADDRESS, ethSource } = world.packets.get(reply.index);
  const server = reply.server === undefined ? source : nameOfDuid(reply.server);
  const named = (note: Note6): string => `${messageType6(note.type)} in frame ${note.frame}`;
  return {
    ...gap,
    subject: exchange.client.label,
    client: exchange.client.nameIn(request),
    request: named(request),
    reply: named(reply),
    replyFrames: reply.frames,
    sender: { name: messageType6(reply.type), server, relay: undefined, mac: reply.relayed ? undefined : ethSource },
    frames: [request, reply, ...again].flatMap(({ frames }) => frames),
    common: betweenVlans(gap, { subject: `server ${server}`, trait: `all of server ${server}` }),
    works: isCompleted6(exchange, world) || isUsual(gap, world),
  };
}

/** A reply that goes to another VLAN or overlay network than the client’s, as the cause of its loss. */
export function vlanCauseOf(exchanges: readonly Exchange[], world: World): Cause | undefined {
  for (const exchange of exchanges) {
    const told = told4(exchange, world);
    if (told && !told.works) return causeOf(told);
  }
  return undefined;
}

/** The same for a DHCPv6 exchange, with the steps against it. */
export function vlanLoss6(exchange: Exchange6, world: World): { cause: Cause; steps: advice.Step[] } | undefined {
  const told = told6(exchange, world);
  if (!told || told.works) return undefined;
  return {
    cause: causeOf(told),
    steps: isPriorityOnly(told) ? priorityTagSteps(told.sender) : [portStep(told.sender, told.client)],
  };
}

const causeOf = (told: Told): Cause =>
  withFinding(
    'vlan-mismatch',
    told.replyFrames,
    cause(
      'likely',
      isPriorityOnly(told)
        ? `The ${told.sender.name} has a priority tag (VLAN 0), and the client takes no tagged frames`
        : `The ${told.sender.name} goes to another ${kindOfNetwork(told)} than the client’s`,
      gapText(told),
      'see the finding vlan-mismatch',
    ),
  );

/** The port that a reply comes from, beside that of its client. */
export const portStep = ({ server, mac }: Sender, client: string): string =>
  `Find the switch port of ${server} by \`show mac address-table address ${mac ?? 'MAC'}\`, and compare its VLAN with that of ${client}.`;

const tagText = ({ vlans, overlay }: Network, across: boolean): string =>
  across
    ? `is in ${list([overlay, vlans && `VLAN ${vlans}`].filter((one) => one !== undefined))}`
    : vlans === undefined
      ? 'has no VLAN tag'
      : vlans === '0'
        ? 'has a priority tag (VLAN 0)'
        : `is in VLAN ${vlans}`;

/** Both sides of a difference, in words. */
const gapText = (told: Told): string =>
  `the ${told.request} ${tagText(told.asked, isAcross(told))}, the ${told.reply} ${tagText(told.answered, isAcross(told))}`;

/** Whether it is the overlay network that differs, not only the VLAN. */
const isAcross = ({ asked, answered }: Networks): boolean => asked.overlay !== answered.overlay;

/** Whether the reply differs only in that its tag carries a priority: VLAN 0 is no VLAN (IEEE 802.1Q §9.6). */
const isPriorityOnly = (gap: Networks): boolean =>
  !isAcross(gap) && gap.asked.vlans === undefined && gap.answered.vlans === '0';

/** What it is that differs. */
const kindOfNetwork = (gap: Networks): string => (isAcross(gap) ? 'overlay network' : 'VLAN');

const isIn = ({ overlay, vlans }: Network, place: Place): boolean =>
  networkOf(place).vlans === vlans && networkOf(place).overlay === overlay;

/** The server or relay, and both networks: where others share them, it is one fault. */
const betweenVlans = ({ asked, answered }: Networks, common: Common | undefined): Common | undefined =>
  common && { ...common, reason: `${tagOf(asked)} ${tagOf(answered)}`, least: 2 };

const tagOf = ({ overlay, vlans }: Network): string => `${overlay ?? '-'}/${vlans ?? '-'}`;

/** How many VLAN tags are seen: a card that takes one off leaves one less. */
const tagsOf = ({ vlans }: Network): number => vlans?.split('/').length ?? 0;

/** Whether a reply has a priority tag, and the requests of its client have no tag. */
export const isTaggedAlone = ({ packet: reply }: Message, { packet: request }: Message): boolean =>
  reply.vlans === '0' && request.vlans === undefined;

/** How a tag that carries nothing but a priority (IEEE 802.1p) is left out: it comes from the sender, or from a switch beside it. */
export function priorityTagSteps({ name, server, relay }: Sender): advice.Step[] {
  const sender = relay === undefined ? server : `the relay ${relay}`;
  return [
    `Let ${sender} send without a priority (802.1p, PCP): switch off the QoS or “Packet Priority & VLAN” setting of its network card or virtual switch that tags the ${name}.`,
    advice.stepFor(
      'system',
      'linux',
      `Linux, on ${sender} or its host`,
      '`ip -d link show` shows an interface for VLAN 0 and its `egress-qos-map`; `nft list ruleset` and `tc filter show dev INTERFACE egress` what sets a priority.',
    ),
    advice.stepFor(
      'system',
      'windows',
      `Windows, on ${sender}`,
      '`Get-NetAdapterAdvancedProperty -DisplayName "*Priority*"` shows the setting.',
    ),
    advice.stepFor(
      'switch',
      'ios',
      'Cisco IOS',
      '`show running-config | include vlan dot1p` shows ports that tag with VLAN 0 (`switchport voice vlan dot1p`).',
    ),
  ];
}

const OVERLAY_STEP =
  'On the switches or hosts at both ends of the tunnel, look at which VLAN each VNI carries (Cisco NX-OS: `show vxlan`; Linux: `ip -d link show type vxlan`).';

/** Request and reply of one exchange are seen at the same place in different VLANs. */
export const vlanMismatch: WorldRule = function* (world) {
  for (const exchange of world.exchanges)
    if (!world.invented.has(exchange.client)) yield* draftsOf(told4(exchange, world), 'RFC 2131 §4.1');
  const invented = invented6(world);
  for (const exchange of world.conversations6.exchanges)
    if (!invented.has(exchange.client)) yield* draftsOf(told6(exchange, world), 'RFC 9915 §18.2');
};

function* draftsOf(told: Told | undefined, section: string): Generator<Draft> {
  // A priority tag is a fault only if the reply is not accepted.
  if (!told || (told.works && told.answered.vlans === '0')) return;
  const { works, client, sender } = told;
  yield {
    id: 'vlan-mismatch',
    severity: works ? 'info' : 'error',
    subject: told.subject,
    common: told.common,
    frames: told.frames,
    detail: () => ({
      title: isPriorityOnly(told)
        ? `${client} asks without a VLAN tag and is answered with a priority tag (VLAN 0)`
        : `${client} asks in one ${kindOfNetwork(told)} and is answered in another`,
      explanation: `At one place ${gapText(told)}. ${works ? (isAcross(told) ? 'Such exchanges complete in this capture, so a gateway between the two networks seems to forward them.' : 'Such exchanges complete in this capture, so capturing itself may be the reason: some network cards remove the tag before the capture sees it.') : isPriorityOnly(told) ? 'VLAN 0 is no other VLAN, but many systems drop every tagged frame, and this client goes on as if it had received nothing.' : `A client receives only frames of its own ${kindOfNetwork(told)}, so the reply does not reach it.`}`,
      causes: ranked(
        cause(
          works ? 'possible' : 'likely',
          isAcross(told)
            ? 'A tunnel endpoint (VTEP), or the server’s or gateway’s port, maps the reply’s VLAN to another overlay network than the client’s'
            : isPriorityOnly(told)
              ? 'The reply is priority-tagged, and the client takes no tagged frames'
              : sender.relay !== undefined
                ? `The relay ${sender.relay} hands the reply on by an interface in another VLAN, or a switch port behind it is in another VLAN, or tags where it should not`
                : 'A switch port, virtual switch or server interface on the way back is in another VLAN, or tags where it should not',
          gapText(told),
        ),
        !isAcross(told) &&
          (works || tagsOf(told.asked) !== tagsOf(told.answered)) &&
          cause(
            works ? 'likely' : 'possible',
            'The capture shows the tag on one way only: the network card takes it off on the other (VLAN offload)',
            works && 'such an exchange is completed',
          ),
      ),
      steps: isPriorityOnly(told)
        ? priorityTagSteps(sender)
        : [
            ...(isAcross(told) ? [OVERLAY_STEP] : []),
            advice.stepFor(
              'switch',
              'ios',
              'Cisco IOS',
              `\`show mac address-table address ${sender.mac ?? 'MAC'}\` shows the port and the VLAN that the reply comes from.`,
            ),
            advice.stepFor(
              'system',
              'linux',
              'Linux, on the server or the host of the virtual switch',
              '`bridge vlan show` shows the VLANs of each port, `ip -d link show` those of VLAN interfaces.',
            ),
            ...advice.trunks(),
          ],
      reference: `IEEE 802.1Q §9.6; ${section}`,
    }),
  };
}
