import { cause } from '../../../collector';
import { withFinding } from '../../../draft';
import type { Message } from '../../../conversations/model';
import { frames } from '../../../words/words';
import { nameOf, type Loss } from '../sums';
import { alwaysBroadcast, wayOf, type Found } from './ways';
import { isVirtualRouter } from '../../../evidence/rivals';
import { serverSubject } from '../../../evidence/subjects';

/** Replies that go to another card than the one that the requests come from. */

/** The one link-layer address that all of these messages have as source or destination; undefined if there are several. */
function only(messages: readonly Message[], of: 'ethSource' | 'ethDestination'): string | undefined {
  const [first] = messages;
  const mac = first?.packet[of];
  return messages.every(({ packet }) => packet[of] === mac) ? mac : undefined;
}

/**
 * All requests come from one card, and all replies go by unicast to another one: that of the client behind a bridge that sends in its own
 * name, or that of another router than the one that brings the requests.
 */
export function cardCause({ client, replies, again }: Loss): Found | undefined {
  const [first] = replies;
  const [asked] = again;
  if (!first || !asked || [...replies, ...again].some(({ relayed }) => relayed)) return undefined;
  if (replies.some((one) => wayOf(one) !== 'unicast')) return undefined;
  const from = only(again, 'ethSource');
  const to = only(replies, 'ethDestination');
  // Replies go to the virtual address of redundant routers, which send under their own.
  if (from === undefined || to === undefined || from === to || isVirtualRouter(to)) return undefined;
  const name = nameOf(first);
  const some = (messages: readonly Message[]): string => frames(messages.slice(0, 4).map(({ frame }) => frame));
  const evidence = [
    `its messages come from ${from} (${some(again)})`,
    `each ${name} goes to ${to} (${some(replies)})`,
  ] as const;
  const { mac } = client;
  if (to === mac)
    return {
      cause: withFinding(
        'chaddr-mismatch',
        again.map(({ frame }) => frame),
        cause(
          'likely',
          `The client is behind ${from}, a bridge or repeater that sends in its own name, and the ${name} goes by unicast to ${mac}, which that device does not pass on or the switches do not know`,
          ...evidence,
          'see the finding chaddr-mismatch',
        ),
      ),
      steps: [
        `Let client ${client.label} set the broadcast flag (0x8000): broadcasts get through such a bridge.`,
        ...alwaysBroadcast(serverSubject(first)),
        `On ${from}: let it bridge with the clients’ own addresses (WDS, 4-address mode), or be a DHCP relay.`,
      ],
    };
  // Between a client and its server on one link there is no router.
  if (from === mac || asked.dhcp.ciaddr === 0) return undefined;
  const server = serverSubject(first);
  return {
    cause: cause(
      'likely',
      `The ${name} takes another way back than the request came by, and is lost there: a firewall on that way has seen no request, or the way does not lead to the client`,
      ...evidence,
    ),
    steps: [
      `On ${server}: \`ip route get ${first.packet.destination ?? client.label}\` shows by which router its replies leave. They go to ${to}, and requests come from ${from}.`,
      `On the router or firewall with ${to}, look for replies of ${server} to UDP port 68 that are dropped because no request was seen.`,
    ],
  };
}
