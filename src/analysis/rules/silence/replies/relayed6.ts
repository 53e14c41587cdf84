import { messageType6 } from '../../../../codec/dhcpv6/message';
import { cause } from '../../../collector';
import type { Packet } from '../../../conversations/packet';
import type { Note6 } from '../../../conversations/v6model';
import { forwards6 } from '../../../evidence/forwarding';
import type { World } from '../../../evidence/world';
import type { Cause } from '../../../finding';
import { updateServer6 } from '../../../words/advice6';
import type { Step } from '../../../words/steps';
import { UNKNOWN_ADDRESS, asText } from '../../../words/words';

/** Why a relay does not bring a DHCPv6 answer to its client. */

/** Why a client does not take an answer. */
export interface Fault {
  readonly cause: Cause;
  /** What is the same for all that suffer from it; undefined if it is the client's own. */
  readonly kind?: string;
  /** What to do first, given the name of the server. */
  readonly step: (server: string) => Step | readonly Step[];
}

/** What the client asked, and the answers to it; the packets are those of the first answer. */
export interface Asked {
  readonly asked: Note6;
  readonly replies: readonly Note6[];
  readonly sent: Packet;
  readonly came: Packet;
  readonly world: World;
}

/** Interface-ID (RFC 9915 §21.18). */
const INTERFACE_ID = 18;

/** Whether the capture shows an answer on its way to the relay, and not on the client’s link. */
const onlyToRelay = ({ relayed, frames }: Note6): boolean => relayed && frames.length === 1;

/** Whether the client’s own link is in the capture, and none of the answers there: what is on the client has no part in it. */
export const beforeClient = (asked: Note6, replies: readonly Note6[]): boolean =>
  !asked.relayed && replies.every(onlyToRelay);

/**
 * The server does not give back what the relay sent: the Interface-ID, by which the relay knows the link, or the peer-address, by which it
 * knows the client (RFC 9915 §19.3, §21.18).
 */
export function notCopied({ replies, came, world }: Asked): Fault | undefined {
  const { dhcpv6, destination = '' } = came;
  const forward = dhcpv6?.isRelay ? world.once(forwards6).get(destination)?.get(dhcpv6.xid) : undefined;
  // A transaction id may be another client’s as well.
  if (!forward || forward.dhcpv6!.clientDuid !== dhcpv6!.clientDuid || !replies.every(onlyToRelay)) return undefined;
  const [had, given] = [forward.dhcpv6!, dhcpv6!].map((one) => one.option(INTERFACE_ID)?.hex());
  const frame = `in the RELAY-FORW in frame ${forward.frame}`;
  const fault = (text: string, before: string, after: string): Fault => ({
    kind: 'interface',
    cause: cause(
      'likely',
      `The server ${text} (RFC 9915 §19.3, §21.18: the server must copy it)`,
      `${before} ${frame}, and ${after} in the RELAY-REPL in frame ${replies[0]!.frame}`,
    ),
    step: (server) => [
      updateServer6(server),
      `Capture on ${server} as well: if its RELAY-REPL is right there, something between it and the relay changes it.`,
    ],
  });
  if (had !== undefined && given === undefined)
    return fault(
      `does not give back the Interface-ID (option 18) of the relay: ${forward.dhcpv6!.linkAddress === undefined ? 'without it, and without a link-address, the relay cannot know where to send the answer' : 'the relay may not know where to send the answer'}`,
      `option 18 is ${asText(had)}`,
      'missing',
    );
  if (had !== given && had !== undefined)
    return fault(
      'gives back another Interface-ID (option 18) than the relay sent: the relay sends the answer to another link, or drops it',
      `option 18 is ${asText(had)}`,
      asText(given!),
    );
  const [peer = '', to = ''] = [forward.dhcpv6!.peerAddress, dhcpv6!.peerAddress];
  if (peer === to) return undefined;
  return fault(
    'gives back another peer-address than the relay sent: the relay sends the answer to another host',
    `peer-address is ${peer}`,
    to,
  );
}

/** Every answer is seen on its way to the relay, and none on the client's side. */
export function keptByRelay({ asked, replies, came }: Asked): Fault | undefined {
  const [first] = replies;
  if (!first || !replies.every(onlyToRelay)) return undefined;
  const name = messageType6(first.type);
  const relay = came.destination ?? UNKNOWN_ADDRESS;
  return {
    kind: 'relay',
    cause: cause(
      'likely',
      `The relay ${relay} does not forward the ${name} to the client, or it is lost behind the relay`,
      `the ${name} in frame ${first.frame} goes to the relay ${relay}`,
      asked.relayed
        ? 'the capture does not show the client’s side of the relay'
        : `the capture shows the client’s side of the relay (frame ${asked.frame}), and no ${name} there`,
    ),
    step: () =>
      `Linux, on the relay ${relay}: \`tcpdump -ni any "udp port 546 or udp port 547"\` shows whether the ${name} leaves it towards the client.`,
  };
}
