import { ADVERTISE, SOLICIT, messageType6 } from '../../../codec/dhcpv6/message';
import { nameOfDuid } from '../../../codec/names/duids';
import { cause, ranked } from '../../collector';
import type { Packet } from '../../conversations/packet';
import type { Exchange6, Note6 } from '../../conversations/v6model';
import { withFinding, type Common } from '../../draft';
import { sumFault } from '../../evidence/delivery';
import type { IcmpError } from '../../evidence/neighbours';
import { refusalCause6 } from '../../evidence/silence/refusals';
import { fit6, iaidText } from '../../evidence/fit6';
import { faultText } from '../../evidence/silence/properties';
import { takenAlike6 } from '../../evidence/taken6';
import type { World } from '../../evidence/world';
import type { Cause } from '../../finding';
import { refusalSteps6 } from '../../words/advice6';
import { putFirst } from '../../words/difference';
import { UNKNOWN_ADDRESS, list, portText } from '../../words/words';
import { stepFor, type Step } from '../../words/steps';
import { wrongPort6 } from './mismatch';
import { dropsOnly6 } from '../silence/replies/passed';
import { beforeClient, keptByRelay, notCopied, type Asked, type Fault } from '../silence/replies/relayed6';
import { vlanLoss6 } from '../silence/replies/vlans';

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

/** What keeps a client from taking its answer, as far as the capture shows it; undefined if it does not. */
const faultIn = ({ exchange, asked, replies }: Ignored, world: World): Fault | undefined => {
  const reply = replies[0]!;
  // Of what is only passed over, the answer is in the exchange before.
  const answered = exchange.notes.includes(reply) ? exchange : exchange.client.exchanges[exchange.position - 1];
  const vlan = answered && vlanLoss6(answered, world);
  if (vlan) return { kind: 'vlan', cause: vlan.cause, step: () => vlan.steps };
  const sent = world.packets.get(asked.index);
  const came = world.packets.get(reply.index);
  return faultOf(reply, sent, came, world) ?? unwanted({ asked, replies, sent, came, world });
};

/** What the client has in common with others that ignore answers for the same reason: the server, or the relay that keeps them. */
export function commonOf6(ignored: Ignored, world: World): Common | undefined {
  const [reply] = ignored.replies as [Note6];
  const { source = UNKNOWN_ADDRESS, destination = UNKNOWN_ADDRESS } = world.packets.get(reply.index);
  const fault = faultIn(ignored, world);
  if (!fault?.kind) return undefined;
  const subject =
    fault.kind === 'relay'
      ? `relay ${destination}`
      : `server ${reply.server === undefined ? source : nameOfDuid(reply.server)}`;
  return {
    subject,
    trait: fault.kind === 'relay' ? `all behind ${subject}` : `all of ${subject}`,
    reason: `${reply.type} ${fault.kind}`,
    least: 2,
  };
}

/** Weighs why a client does not take an answer, faults of the answer itself first. */
export function whyIgnored(ignored: Ignored, world: World): { causes: Cause[]; steps: Step[] } {
  const { exchange, asked, replies, again } = ignored;
  const reply = replies[0]!;
  const came = world.packets.get(reply.index);
  const name = messageType6(reply.type);
  const server = reply.server === undefined ? (came.source ?? 'the server') : nameOfDuid(reply.server);
  const fault = faultIn(ignored, world);
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
  const faultStep = fault ? [fault.step(server)].flat() : [];
  if (taken)
    return {
      causes: fault ? putFirst(fault.cause, causes) : causes,
      steps: [
        ...faultStep,
        `On client ${exchange.client.name}, see in the log of its DHCPv6 program what becomes of the ${name}, and update the program if it says nothing.`,
        'Capture on the client itself as well: that tells whether the answer arrives there.',
      ],
    };
  if (fault && beforeClient(asked, replies)) return { causes: [fault.cause], steps: faultStep };
  if (fault)
    return {
      causes: putFirst(fault.cause, causes),
      steps: [...faultStep, 'Capture on the client itself as well: that tells whether the answer arrives there.'],
    };
  return {
    causes,
    steps: [
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

/** By source and destination of the answers: the ICMPv6 error by which the receiver, or a firewall, refuses them. */
const refusedWays = ({ neighbours }: World): ReadonlyMap<string, IcmpError> =>
  new Map(
    neighbours.icmpErrors
      .filter(({ version, type, quotedPort }) => version === 6 && type === 1 && quotedPort === CLIENT_PORT)
      .map((error) => [`${error.quotedSource} ${error.quotedDestination}`, error] as const)
      .reverse(),
  );
const refusalOf6 = ({ source, destination }: Packet, world: World): IcmpError | undefined =>
  world.once(refusedWays).get(`${source ?? ''} ${destination ?? ''}`);

/** The fault of an answer that its client cannot take. */
function faultOf(reply: Note6, sent: Packet, came: Packet, world: World): Fault | undefined {
  const name = messageType6(reply.type);
  const { dhcpv6 } = came;
  const due = wrongPort6(came, sent, world);
  if (due !== undefined)
    return {
      kind: 'port',
      cause: withFinding(
        'reply-to-wrong-port',
        reply.frames,
        cause(
          'likely',
          `The ${came.dhcpv6?.isRelay ? 'RELAY-REPL' : name} goes to ${portText(came.destinationPort, 'UDP ')}, and ${due === CLIENT_PORT ? 'clients' : 'relays'} listen on ${due}`,
          `frame ${reply.frame}`,
        ),
      ),
      step: (server) => `Update the DHCPv6 program on ${server}, or see what changes the port on the way.`,
    };
  const refusal = refusalOf6(came, world);
  if (refusal) return { cause: refusalCause6([refusal], world)!, step: () => refusalSteps6(refusal, world)[0]! };
  if (sumFault(came) !== undefined)
    return {
      kind: 'checksum',
      cause: withFinding(
        'bad-checksum',
        reply.frames,
        cause(
          'likely',
          `The UDP checksum of the ${name} is ${sumFault(came) === 'wrong' ? 'wrong' : 'not finished'}, so the client’s system drops it`,
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
      kind: 'lacks',
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
  const broken = came.problems.find(({ id }) => id === 'v6-malformed' || id === 'v6-bad-option-length');
  if (broken) {
    const id = broken.id === 'v6-malformed' ? broken.id : 'bad-option-length';
    return {
      kind: id,
      cause: withFinding(
        id,
        reply.frames,
        cause(
          'likely',
          `The client drops the ${name}, as it is ${id === 'v6-malformed' ? 'malformed' : 'not as it should be'}: ${faultText(broken.text)}`,
          `frame ${reply.frame}`,
          `see the finding ${id}`,
        ),
      ),
      step: (server) => `Update the DHCPv6 program on ${server}; keep this capture for its maker.`,
    };
  }
  if (came.noChecksum)
    return {
      kind: 'no checksum',
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
      kind: `mismatch ${misfit.field}`,
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
      kind: 'times',
      cause: withFinding(
        'v6-timer-order',
        reply.frames,
        cause(
          'likely',
          `The times in the ${name} are in the wrong order, and clients drop such an answer (RFC 9915 §21.4)`,
          `frame ${reply.frame}: ${list(reply.answer.wrongTimes)}`,
        ),
      ),
      step: (server) =>
        reply.answer!.reversed
          ? `On ${server}, make the preferred lifetime no longer than the valid lifetime.`
          : `On ${server}, set the renewal time below the rebinding time, and that below the preferred lifetime.`,
    };
  return came.dhcpv6?.isRelay ? undefined : wayOf(name, reply, sent, came);
}

/** The fault of an answer that does not go to where its request came from. */
function wayOf(name: string, reply: Note6, sent: Packet, came: Packet): Fault | undefined {
  const wrong = (what: string, evidence: string): Fault => ({
    cause: cause('likely', `The ${name} ${what}`, evidence),
    step: (server) => `Update the DHCPv6 program on ${server}, or see what changes the message on its way.`,
  });
  const { destination, ethDestination } = came;
  if (sent.dhcpv6?.isRelay) return undefined;
  if (
    destination !== undefined &&
    sent.source !== undefined &&
    destination !== sent.source &&
    !destination.startsWith('ff')
  )
    return wrong(`goes to ${destination}, and the client asks from ${sent.source}`, `frame ${reply.frame}`);
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
  return undefined;
}

/** Why a client does not take an answer that has no fault of its own. */
const unwanted = (what: Asked): Fault | undefined =>
  empty(what) ?? notCopied(what) ?? keptByRelay(what) ?? rapidOnly(what) ?? incomplete(what);

/** The answer has what the client asks for, and nothing in it: no address, no prefix, no status. */
function empty({ replies, came }: Asked): Fault | undefined {
  const [reply] = replies as [Note6, ...Note6[]];
  const given = came.dhcpv6?.associations ?? [];
  const { address, ended = [], refusals = [] } = reply.answer ?? {};
  if (given.length === 0 || address !== undefined || ended.length > 0 || refusals.length > 0) return undefined;
  const name = messageType6(reply.type);
  return {
    kind: 'empty',
    cause: cause(
      'likely',
      `The ${name} gives nothing: neither an address or prefix nor a status code, so the client must ignore it (RFC 9915 §18.2.9)`,
      `${list(given.map(iaidText))} in frame ${reply.frame} ${given.length === 1 ? 'is' : 'are'} empty`,
    ),
    step: (server) =>
      `On ${server}, look why it has nothing for this client: its pool, reservation or class; the log names the client at frame ${reply.frame}.`,
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
    kind: 'incomplete',
    cause: cause(
      'likely',
      `The ${name} does not have all that the client asks for: ${what} is missing, and some clients drop such an answer`,
      `asked for in frame ${asked.frame}, not in frame ${replies[0]!.frame}`,
    ),
    step: (server) => `On ${server}, see whether it has a pool for what is missing (${what}) on this link.`,
  };
}
