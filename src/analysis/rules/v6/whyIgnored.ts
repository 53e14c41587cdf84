import { ADVERTISE, SOLICIT, messageType6 } from '../../../codec/dhcpv6/message';
import { nameOfDuid } from '../../../codec/names/duids';
import { cause, ranked } from '../../collector';
import type { Packet } from '../../conversations/packet';
import type { Exchange6, Note6 } from '../../conversations/v6model';
import { withFinding } from '../../draft';
import { sumFault } from '../../evidence/delivery';
import { fit6, iaidText } from '../../evidence/fit6';
import { faultText } from '../../evidence/silence/properties';
import { takenAlike6 } from '../../evidence/taken6';
import type { World } from '../../evidence/world';
import type { Cause } from '../../finding';
import { putFirst } from '../../words/difference';
import { list } from '../../words/words';
import { stepFor, type Step } from '../../words/steps';
import { dropsOnly6 } from '../silence/replies/passed';

/** Why a DHCPv6 client goes on as if an answer had never come. */

/** What a client repeats, and the answers that it was sent before. */
export interface Ignored {
  readonly exchange: Exchange6;
  readonly asked: Note6;
  readonly replies: readonly Note6[];
  readonly again: readonly Note6[];
  /** Whether the client was satisfied in the end: it asked once more, was answered, and then stopped. */
  readonly healed: boolean;
}

/** UDP port of clients (RFC 9915 §7.2). */
const CLIENT_PORT = 546;

/** Weighs why a client does not take an answer, faults of the answer itself first. */
export function whyIgnored(
  { exchange, asked, replies, again }: Ignored,
  world: World,
): { causes: Cause[]; steps: Step[] } {
  const reply = replies[0]!;
  const sent = world.packets.get(asked.index);
  const came = world.packets.get(reply.index);
  const name = messageType6(reply.type);
  const server = reply.server === undefined ? (came.source ?? 'the server') : nameOfDuid(reply.server);
  const fault = faultOf(reply, sent, came, world) ?? unwanted({ asked, replies, sent, came });
  const taken = takenAlike6(exchange, reply, asked, world);
  const causes = ranked(
    ...(taken
      ? dropsOnly6(name, taken, fault !== undefined, again.length === 1)
      : [
          cause(
            fault ? 'possible' : 'likely',
            `The ${name} is lost between this point and the client’s program: a firewall on the client or on the way drops UDP port ${CLIENT_PORT}`,
          ),
          cause('possible', `The client’s program drops the ${name}: it lacks something that the client insists on`),
        ]),
  );
  const faultStep = fault ? [fault.step(server)] : [];
  if (taken)
    return {
      causes: fault ? putFirst(fault.cause, causes) : causes,
      steps: [
        ...faultStep,
        `On client ${exchange.client.name}, see in the log of its DHCPv6 program what becomes of the ${name}, and update the program if it says nothing.`,
        'Capture on the client itself as well: that tells whether the answer arrives there.',
      ],
    };
  return {
    causes: fault ? putFirst(fault.cause, causes) : causes,
    steps: [
      ...faultStep,
      stepFor(
        'system',
        'linux',
        'Linux, on the client',
        `\`ip6tables -L INPUT -n -v\` or \`nft list ruleset\` shows whether UDP port ${CLIENT_PORT} is let in.`,
      ),
      stepFor(
        'system',
        'windows',
        'Windows, on the client',
        '`Get-NetFirewallRule -DisplayName "*DHCPv6*"` must show an inbound rule that is enabled.',
      ),
      'Capture on the client itself as well: that tells whether the answer arrives there.',
    ],
  };
}

interface Fault {
  readonly cause: Cause;
  /** The step, given the name of the server. */
  readonly step: (server: string) => Step;
}

/** The fault of an answer that its client cannot take. */
function faultOf(reply: Note6, sent: Packet, came: Packet, world: World): Fault | undefined {
  const name = messageType6(reply.type);
  const { dhcpv6 } = came;
  if (sumFault(came) !== undefined)
    return {
      cause: withFinding(
        'bad-checksum',
        reply.frames,
        cause(
          'likely',
          `The UDP checksum of the ${name} is wrong, so the client’s system drops it`,
          `frame ${reply.frame}`,
        ),
      ),
      step: (server) =>
        stepFor(
          'system',
          'linux',
          `Linux, on ${server}`,
          '`ethtool -K INTERFACE tx off` lets the system itself make the checksums.',
        ),
    };
  // Where the octets are damaged as well, they are the fault, and the option may be among what cannot be read.
  const lacking = dhcpv6?.serverDuid === undefined || dhcpv6.clientDuid === undefined;
  if (lacking && came.problems.length <= 1) {
    const lacks = dhcpv6?.serverDuid === undefined ? 'option 2 (Server Identifier)' : 'option 1 (Client Identifier)';
    return {
      cause: withFinding(
        'v6-malformed',
        reply.frames,
        cause(
          'likely',
          `The ${name} lacks ${lacks}, and a client must discard it (RFC 9915 §16.3, §16.10)`,
          `frame ${reply.frame}`,
        ),
      ),
      step: (server) => `Update the DHCPv6 program on ${server}.`,
    };
  }
  const broken = came.problems.find(({ id }) => id === 'v6-malformed' || id === 'bad-option-length');
  if (broken)
    return {
      cause: withFinding(
        broken.id,
        reply.frames,
        cause(
          'likely',
          `The client drops the ${name}, as it is ${broken.id === 'v6-malformed' ? 'malformed' : 'not as it should be'}: ${faultText(broken.text)}`,
          `frame ${reply.frame}`,
          `see the finding ${broken.id}`,
        ),
      ),
      step: (server) => `Update the DHCPv6 program on ${server}; keep this capture for its maker.`,
    };
  if (came.noChecksum)
    return {
      cause: cause(
        'likely',
        `The ${name} has no UDP checksum, which IPv6 does not allow (RFC 8200 §8.1)`,
        `frame ${reply.frame}`,
      ),
      step: (server) => `Update the program or the network card’s driver on ${server}.`,
    };
  const misfit = world.once(fit6).byReply.get(reply);
  if (misfit)
    return {
      cause: withFinding(
        'reply-mismatch',
        reply.frames,
        cause(
          'likely',
          `The ${name} does not fit its question: ${misfit.field === 'Rapid Commit' ? 'not both have Rapid Commit (option 14)' : `${misfit.field} is ${misfit.given}, and was ${misfit.had} there`}`,
          `frame ${reply.frame}`,
        ),
      ),
      step: (server) => `Update the DHCPv6 program on ${server}; keep this capture for its maker.`,
    };
  if (reply.answer && reply.answer.wrongTimes.length > 0)
    return {
      cause: withFinding(
        'v6-timer-order',
        reply.frames,
        cause(
          'likely',
          `The times in the ${name} are in the wrong order, and clients drop such an answer (RFC 9915 §21.4)`,
          `frame ${reply.frame}`,
        ),
      ),
      step: (server) =>
        `On ${server}, set the renewal time below the rebinding time, and that below the preferred lifetime.`,
    };
  return came.dhcpv6?.isRelay ? undefined : wayOf(name, reply, sent, came);
}

/** The fault of an answer that does not go to where its request came from. */
function wayOf(name: string, reply: Note6, sent: Packet, came: Packet): Fault | undefined {
  const wrong = (what: string, evidence: string, step?: string): Fault => ({
    cause: cause('likely', `The ${name} ${what}`, evidence),
    step: (server) => step ?? `Update the DHCPv6 program on ${server}, or see what changes the message on its way.`,
  });
  const { destinationPort, destination, ethDestination, vlans } = came;
  if (destinationPort !== CLIENT_PORT)
    return wrong(
      `goes to UDP port ${destinationPort ?? '?'}, and clients listen on ${CLIENT_PORT}`,
      `frame ${reply.frame}`,
    );
  if (sent.dhcpv6?.isRelay) return undefined;
  if (destination !== sent.source && !destination?.startsWith('ff'))
    return wrong(
      `goes to ${destination ?? '?'}, and the client asks from ${sent.source ?? '?'}`,
      `frame ${reply.frame}`,
    );
  if (
    ethDestination !== undefined &&
    sent.ethSource !== undefined &&
    ethDestination !== sent.ethSource &&
    !ethDestination.startsWith('33:33:')
  )
    return wrong(
      `goes to the link-layer address ${ethDestination}, and the client’s is ${sent.ethSource}`,
      `frame ${reply.frame}`,
    );
  if (vlans !== sent.vlans)
    return wrong(
      `comes in ${vlans === undefined ? 'no VLAN' : `VLAN ${vlans}`}, and the client asks in ${sent.vlans === undefined ? 'none' : `VLAN ${sent.vlans}`}`,
      `frame ${reply.frame}`,
      'On the switch, see that the ports of client and server are in one VLAN, and tagged alike.',
    );
  return undefined;
}

/** What the client asked, and the answers to it; the packets are those of the first answer. */
interface Asked {
  readonly asked: Note6;
  readonly replies: readonly Note6[];
  readonly sent: Packet;
  readonly came: Packet;
}

/** Why a client does not take an answer that has no fault of its own. */
const unwanted = (what: Asked): Fault | undefined => keptByRelay(what) ?? rapidOnly(what) ?? incomplete(what);

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
