import * as advice from '../../../words/advice';
import { cause, ranked, type Common } from '../../../collector';
import type { Cause } from '../../../finding';
import { withFinding } from '../../../draft';
import { serverOf, type Exchange, type Message } from '../../../conversations/model';
import type { World } from '../../../evidence/world';
import { isCompleted, isUsual, networkOf, vlanGapOf, type Network, type VlanGap } from '../../../evidence/vlans';
import { clientOf, commonServerNamed, serverSubject } from '../../../evidence/subjects';
import { ip, list, where } from '../../../words/words';
import type { WorldRule } from '../../rule';
import { nameOf } from '../sums';

/** A reply that goes to another VLAN or overlay network than the client’s, as the cause of its loss. */
export function vlanCauseOf(exchanges: readonly Exchange[], world: World): Cause | undefined {
  for (const exchange of exchanges) {
    const gap = vlanGapOf(exchange);
    if (gap && !isCompleted(exchange) && !isUsual(gap, world))
      return withFinding(
        'vlan-mismatch',
        gap.reply.frames,
        cause(
          'likely',
          isPriorityOnly(gap)
            ? `The ${nameOf(gap.reply)} has a priority tag (VLAN 0), and the client takes no tagged frames`
            : `The ${nameOf(gap.reply)} goes to another ${kindOfNetwork(gap)} than the client’s`,
          gapText(gap),
          'see the finding vlan-mismatch',
        ),
      );
  }
  return undefined;
}

const tagText = ({ vlans, overlay }: Network, across: boolean): string =>
  across
    ? `is in ${list([overlay, vlans && `VLAN ${vlans}`].filter((one) => one !== undefined))}`
    : vlans === undefined
      ? 'has no VLAN tag'
      : vlans === '0'
        ? 'has a priority tag (VLAN 0)'
        : `is in VLAN ${vlans}`;

/** Both sides of a difference, in words. */
const gapText = ({ request, reply, asked, answered }: VlanGap): string =>
  `the ${where(request)} ${tagText(asked, isAcross({ asked, answered }))}, the ${where(reply)} ${tagText(answered, isAcross({ asked, answered }))}`;

/** Whether it is the overlay network that differs, not only the VLAN. */
const isAcross = ({ asked, answered }: Pick<VlanGap, 'asked' | 'answered'>): boolean =>
  asked.overlay !== answered.overlay;

/** Whether the reply differs only in that its tag carries a priority: VLAN 0 is no VLAN (IEEE 802.1Q §9.6). */
const isPriorityOnly = (gap: VlanGap): boolean =>
  !isAcross(gap) && gap.asked.vlans === undefined && gap.answered.vlans === '0';

/** What it is that differs. */
const kindOfNetwork = (gap: VlanGap): string => (isAcross(gap) ? 'overlay network' : 'VLAN');

/** Frames of the exchange's other messages: those of the client, and those in the VLANs of the reply. */
const againIn = ({ exchange, request, reply, answered }: VlanGap): number[] =>
  exchange.messages
    .filter(
      (one) =>
        one !== request &&
        one !== reply &&
        (one.fromClient ||
          (networkOf(one.packet).vlans === answered.vlans && networkOf(one.packet).overlay === answered.overlay)),
    )
    .flatMap((one) => one.frames);

/** The server and both networks: where others share them, it is one fault. */
function betweenVlans({ reply, asked, answered }: VlanGap): Common | undefined {
  const relay = ip(reply.dhcp.giaddr);
  const common = reply.relayed
    ? { subject: `relay ${relay}`, trait: `all behind relay ${relay}` }
    : commonServerNamed(serverOf(reply));
  return common && { ...common, reason: `${tagOf(asked)} ${tagOf(answered)}`, least: 2 };
}

const tagOf = ({ overlay, vlans }: Network): string => `${overlay ?? '-'}/${vlans ?? '-'}`;

/** How many VLAN tags are seen: a card that takes one off leaves one less. */
const tagsOf = ({ vlans }: Network): number => vlans?.split('/').length ?? 0;

/** Whether a reply has a priority tag, and the requests of its client have no tag. */
export const isTaggedAlone = ({ packet: reply }: Message, { packet: request }: Message): boolean =>
  reply.vlans === '0' && request.vlans === undefined;

/** How a tag that carries nothing but a priority (IEEE 802.1p) is left out: it comes from the sender, or from a switch beside it. */
export function priorityTagSteps(reply: Message): advice.Step[] {
  const server = serverSubject(reply);
  const sender = reply.relayed ? `the relay ${ip(reply.dhcp.giaddr)}` : server;
  return [
    `Let ${sender} send without a priority (802.1p, PCP): switch off the QoS or “Packet Priority & VLAN” setting of its network card or virtual switch that tags the ${nameOf(reply)}.`,
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
  for (const exchange of world.exchanges) {
    const gap = vlanGapOf(exchange);
    if (!gap || world.invented.has(exchange.client)) continue;
    const works = isCompleted(exchange) || isUsual(gap, world);
    // A priority tag is a fault only if the reply is not accepted.
    if (works && gap.answered.vlans === '0') continue;
    const { request, reply } = gap;
    yield {
      id: 'vlan-mismatch',
      severity: works ? 'info' : 'error',
      subject: clientOf(exchange),
      common: betweenVlans(gap),
      frames: [...request.frames, ...reply.frames, ...againIn(gap)],
      detail: () => ({
        title: isPriorityOnly(gap)
          ? `${clientOf(exchange)} asks without a VLAN tag and is answered with a priority tag (VLAN 0)`
          : `${clientOf(exchange)} asks in one ${kindOfNetwork(gap)} and is answered in another`,
        explanation: `At one place ${gapText(gap)}. ${works ? (isAcross(gap) ? 'Such exchanges complete in this capture, so a gateway between the two networks seems to forward them.' : 'Such exchanges complete in this capture, so capturing itself may be the reason: some network cards remove the tag before the capture sees it.') : isPriorityOnly(gap) ? 'VLAN 0 is no other VLAN, but many systems drop every tagged frame, and this client goes on as if it had received nothing.' : `A client receives only frames of its own ${kindOfNetwork(gap)}, so the reply does not reach it.`}`,
        causes: ranked(
          cause(
            works ? 'possible' : 'likely',
            isAcross(gap)
              ? 'A tunnel endpoint (VTEP), or the server’s or gateway’s port, maps the reply’s VLAN to another overlay network than the client’s'
              : isPriorityOnly(gap)
                ? 'The reply is priority-tagged, and the client takes no tagged frames'
                : reply.relayed
                  ? `The relay ${ip(reply.dhcp.giaddr)} hands the reply on by an interface in another VLAN, or a switch port behind it is in another VLAN, or tags where it should not`
                  : 'A switch port, virtual switch or server interface on the way back is in another VLAN, or tags where it should not',
            gapText(gap),
          ),
          !isAcross(gap) &&
            (works || tagsOf(gap.asked) !== tagsOf(gap.answered)) &&
            cause(
              works ? 'likely' : 'possible',
              'The capture shows the tag on one way only: the network card takes it off on the other (VLAN offload)',
              works && 'such an exchange is completed',
            ),
        ),
        steps: isPriorityOnly(gap)
          ? priorityTagSteps(gap.reply)
          : [
              ...(isAcross(gap) ? [OVERLAY_STEP] : []),
              advice.stepFor(
                'switch',
                'ios',
                'Cisco IOS',
                `\`show mac address-table address ${reply.packet.ethSource ?? 'MAC'}\` shows the port and the VLAN that the reply comes from.`,
              ),
              advice.stepFor(
                'system',
                'linux',
                'Linux, on the server or the host of the virtual switch',
                '`bridge vlan show` shows the VLANs of each port, `ip -d link show` those of VLAN interfaces.',
              ),
              ...advice.switchPath(),
            ],
        reference: 'IEEE 802.1Q §9.6; RFC 2131 §4.1',
      }),
    };
  }
};
