import { ADVERTISE, SOLICIT, messageType6 } from '../../../codec/dhcpv6/message';
import { cause } from '../../collector';
import type { Packet } from '../../conversations/packet';
import type { Note6 } from '../../conversations/v6model';
import { iaidText } from '../../evidence/fit6';
import type { Cause } from '../../finding';
import { list } from '../../words/words';
import type { Step } from '../../words/steps';

/** DHCPv6: answers that are correct in themselves, and yet do not reach their client or do not give what it wants. */

export interface Fault {
  readonly cause: Cause;
  /** The step, given the name of the server. */
  readonly step: (server: string) => Step;
}

/** What the client asked, and the answers to it; the packets are those of the first answer. */
interface Asked {
  readonly asked: Note6;
  readonly replies: readonly Note6[];
  readonly sent: Packet;
  readonly came: Packet;
}

/** Why a client does not take an answer that has no fault of its own. */
export const unwanted = (what: Asked): Fault | undefined => keptByRelay(what) ?? rapidOnly(what) ?? incomplete(what);

/** Every answer is seen on its way to the relay, and none on the client's side. */
function keptByRelay({ asked, replies, came }: Asked): Fault | undefined {
  const [first] = replies;
  if (!first || !replies.every((one) => one.relayed && one.frames.length === 1)) return undefined;
  const name = messageType6(first.type);
  const relay = came.destination ?? '?';
  return {
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

/** The client asks for Rapid Commit, which the server does not do: it may take nothing but a REPLY. */
function rapidOnly({ asked, replies, sent }: Asked): Fault | undefined {
  const [first] = replies;
  if (asked.type !== SOLICIT || !sent.dhcpv6?.rapidCommit || !first || !replies.every(({ type }) => type === ADVERTISE))
    return undefined;
  return {
    cause: cause(
      'likely',
      'The client asks for Rapid Commit (option 14) and waits for a REPLY; the server does not do that and sends an ADVERTISE, which the client must be able to take as well (RFC 9915 §18.2.1)',
      `option 14 in frame ${asked.frame}, ADVERTISE in frame ${first.frame}`,
    ),
    step: (server) => `Update the client’s DHCPv6 program, or let ${server} allow Rapid Commit.`,
  };
}

/** The answer omits something that the client asks for. */
function incomplete({ asked, replies, sent, came }: Asked): Fault | undefined {
  const given = came.dhcpv6?.associations ?? [];
  const missing = (sent.dhcpv6?.associations ?? []).filter(
    ({ code, iaid }) => !given.some((one) => one.code === code && one.iaid === iaid),
  );
  if (missing.length === 0) return undefined;
  const name = messageType6(replies[0]!.type);
  const what = list(missing.map(iaidText));
  return {
    cause: cause(
      'likely',
      `The ${name} does not have all that the client asks for: ${what} is missing, and some clients drop such an answer`,
      `asked for in frame ${asked.frame}, not in frame ${replies[0]!.frame}`,
    ),
    step: (server) => `On ${server}, see whether it has a pool for what is missing (${what}) on this link.`,
  };
}
