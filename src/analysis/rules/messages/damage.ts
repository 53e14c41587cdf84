import { nameOfDuid } from '../../../codec/names/duids';
import { optionRow } from '../../../codec/optionRows';
import { MESSAGE_TYPES } from '../../../codec/dhcpv4/message';
import type { Problem } from '../../../codec/field';
import { printable } from '../../../codec/bytes';
import * as advice from '../../words/advice';
import { cause, ranked, type Draft } from '../../collector';
import type { Cause, Severity } from '../../finding';
import type { Packet } from '../../conversations/packet';
import type { World } from '../../evidence/world';
import { list } from '../../words/words';
import type { WorldRule } from '../rule';
import { isLooping6 } from '../../evidence/loops6';
import { sumFault } from '../../evidence/delivery';
import { isUnanswered } from '../silence/sums';
import { putFirst } from '../../words/difference';
import { madeBy, type Made } from './madeBy';
import { LEASE_SPOILT, configureSteps, leaseTimeSteps, spoilsLease } from './wrongValues';
import { changedOnTheWay } from './changed';

/** Malformed messages, as the codec reports them: what is wrong in the octets of one frame. */

interface Lesson {
  /** Id of the finding, if it differs from that of the problem. */
  readonly id?: string;
  readonly severity: Severity;
  /** `option` names the option concerned: `option 81 (Client FQDN)`. */
  readonly title: (sender: string, option: string) => string;
  readonly meaning: string;
  readonly causes: readonly Cause[];
  readonly steps: readonly advice.Step[];
  /** Whether the steps go on with how to configure the option. */
  readonly configured?: true;
  readonly reference: string;
}

/** The sender’s name takes the place of `SENDER`. */
const UPDATE = 'Update the firmware or DHCP program of SENDER; keep this capture for its maker.';
/** The RFC of the option takes its place. */
const OPTION_RFC = 'RFC-OF-OPTION';
const COMPARE = 'Capture at the sender as well: if the message is whole there, something on the way damages it.';

const WRONG_LENGTH = [
  cause('likely', 'The option was configured by number, as text or with a wrong type'),
  cause('possible', 'The program that made the message has a mistake'),
];
const WRONG_LENGTH_STEPS = [
  'If the option is configured by number, configure it by name, so that the server knows its type.',
];

const LESSONS: Readonly<Record<string, Lesson>> = {
  'malformed-message': {
    severity: 'error',
    title: (sender) => `${sender} sends a malformed message`,
    meaning: 'Receivers drop such a message, or read something else from it than was meant.',
    causes: [
      cause('likely', 'The sender’s DHCP program makes this mistake'),
      cause('possible', 'The message was damaged or cut on the way, and the checksum was not verified'),
      cause('possible', 'A test or attack tool made the message'),
    ],
    steps: [UPDATE, COMPARE],
    reference: 'RFC 2131 §2, §3; RFC 2132 §2',
  },
  'missing-end-option': {
    severity: 'warning',
    title: (sender) => `${sender} does not close its options by End (255)`,
    meaning: 'Strict receivers drop such a message.',
    causes: [
      cause('likely', 'The program that made the message forgets the End option'),
      cause('possible', 'The message was cut by its sender: too many options for its buffer'),
    ],
    steps: [UPDATE],
    reference: 'RFC 2131 §4.1; RFC 2132 §3.2',
  },
  'bad-option-length': {
    severity: 'error',
    title: (sender, option) => `${sender} sends ${option} with a wrong length`,
    meaning: 'An option with a fixed size has another; receivers ignore it, or read it wrongly.',
    causes: WRONG_LENGTH,
    steps: WRONG_LENGTH_STEPS,
    configured: true,
    reference: `RFC 2132 §2; ${OPTION_RFC}`,
  },
  // An empty value is common and harmless; `isHarmless` leaves it out.
  'option-too-short': {
    id: 'bad-option-length',
    severity: 'error',
    title: (sender, option) => `${sender} sends ${option} with a wrong length`,
    meaning: 'The value is shorter than any that the option can have; receivers ignore it, or read it wrongly.',
    causes: WRONG_LENGTH,
    steps: WRONG_LENGTH_STEPS,
    configured: true,
    reference: `RFC 2132 §2; ${OPTION_RFC}`,
  },
  'bad-option-value': {
    severity: 'warning',
    title: (sender, option) => `${sender} sends an invalid value for ${option}`,
    meaning:
      'Strict receivers drop the option, or the whole message; others read something else from it than was meant.',
    causes: [
      cause('likely', 'The program that made the message, or its configuration, gives the option an invalid value'),
      cause('possible', 'The option was configured as text or by number, and its type was not known'),
    ],
    steps: ['If the option is configured by number, configure it by name, so that the program knows its type.', UPDATE],
    reference: OPTION_RFC,
  },
  'op-type-mismatch': {
    severity: 'error',
    title: (sender) => `${sender}: op and option 53 contradict each other`,
    meaning: 'Receivers look at op first and drop the message. It is judged here by option 53.',
    causes: [
      cause('likely', 'The sender’s DHCP program makes this mistake'),
      cause('possible', 'A relay, proxy or access point on the way changes op'),
    ],
    steps: [UPDATE],
    reference: 'RFC 2131 §2, §3, table 1',
  },
  'reserved-flags': {
    severity: 'info',
    title: (sender) => `${sender} sets reserved flag bits`,
    meaning: 'Receivers ignore them.',
    causes: [cause('likely', 'The program that made the message does not clear the field')],
    steps: [UPDATE],
    reference: 'RFC 2131 §2, figure 2',
  },
  'duplicate-option': {
    severity: 'info',
    title: (sender, option) => `${sender} sends ${option} twice`,
    meaning: 'Which of them counts is up to the receiver.',
    causes: [
      cause('likely', 'The option is configured in two places (global and scope), or both by name and by number'),
      cause('possible', 'A relay or switch added an option that was there already'),
    ],
    steps: ['Look for the option’s name and number in the server’s configuration, and keep one.'],
    reference: 'RFC 2131 §4.1; RFC 3396',
  },
  'bad-checksum': {
    severity: 'warning',
    title: (sender) => `${sender} sends messages with a wrong checksum`,
    meaning: 'A receiver that verifies it drops the datagram.',
    causes: [
      cause('likely', 'The message was changed on the way (NAT, tunnel, a faulty device)'),
      cause(
        'possible',
        'The capture was taken on the sending machine, whose network card computes checksums after the capture',
      ),
    ],
    steps: [COMPARE],
    reference: 'RFC 768; RFC 791 §3.1; RFC 1071',
  },
  'checksum-offload': {
    id: 'bad-checksum',
    severity: 'info',
    title: (sender) => `${sender}: checksum left to the network card (offload)`,
    meaning: 'On a virtual link there is no card to finish it, and receivers may drop the message.',
    causes: [cause('likely', 'Checksum offload: the capture was taken on the sending machine, or on a virtual switch')],
    steps: [
      'Nothing needs to be done where the message is answered or taken. `ethtool -K INTERFACE tx off` makes captures show finished checksums.',
    ],
    reference: 'RFC 768',
  },
  'v6-malformed': {
    severity: 'error',
    title: (sender) => `${sender} sends a malformed DHCPv6 message`,
    meaning: 'Receivers drop such a message.',
    causes: [
      cause('likely', 'The sender’s DHCP program makes this mistake'),
      cause('possible', 'The message was damaged or cut on the way'),
      cause('possible', 'A test or attack tool made the message'),
    ],
    steps: [UPDATE, COMPARE],
    reference: 'RFC 9915 §16, §21.1',
  },
};

/** What is different about an unfinished checksum in a message that the capturing host itself sent. */
const OFFLOAD_HERE: Pick<Lesson, 'meaning' | 'causes'> = {
  meaning:
    'The host on which this capture was taken sent the message itself, so it was seen before a network card could finish it.',
  causes: [cause('likely', 'Checksum offload: the capture was taken on the sending machine, as its packet type says')],
};

/** What is different about an unfinished checksum in a message that nobody answers. */
const OFFLOAD_IN_VAIN: Pick<Lesson, 'meaning' | 'causes' | 'steps'> = {
  meaning:
    'On a virtual link there is no card to finish it, and receivers may drop the message. This capture shows no answer to it.',
  causes: [
    cause('likely', 'Checksum offload: the capture was taken on the sending machine, or on a virtual switch'),
    cause('possible', 'Nobody finishes the checksum, and the receiver drops the message: that is why nobody answers'),
  ],
  steps: [
    'Capture at the receiver as well: if the checksum is unfinished there, too, the receiver drops the message.',
    advice.stepFor(
      'system',
      'linux',
      'Linux, on the sender',
      '`ethtool -K INTERFACE tx off`, then ask again: if there is an answer now, the checksum was the cause.',
    ),
  ],
};

/** The sender of a frame, as far as it is known: a client by its label, a server by its identifier, a relay by its address. */
function senderOf(packet: Packet, ofRelay = false): string {
  const { dhcp, dhcpv6 } = packet;
  if (dhcp) {
    const type = dhcp.messageType();
    const fromServer =
      type !== undefined && MESSAGE_TYPES[type] !== undefined ? [2, 5, 6, 9].includes(type) : dhcp.op === 2;
    const server = dhcp.ip(54);
    if (fromServer) return server ? text(server) : (packet.source ?? packet.ethSource ?? 'a server');
    if (dhcp.chaddr !== '' && dhcp.hlen <= 16) return dhcp.chaddr;
  }
  if (dhcpv6 && !ofRelay) {
    const duid = dhcpv6.type === 2 || dhcpv6.type === 7 ? dhcpv6.serverDuid : dhcpv6.clientDuid;
    if (duid !== undefined) return nameOfDuid(duid);
  }
  return packet.source !== undefined && packet.source !== '0.0.0.0'
    ? packet.source
    : (packet.ethSource ?? packet.source ?? 'an unknown sender');
}

function text(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** One finding per sender and kind of damage, however many frames show it. */
export const damage: WorldRule = function* (world) {
  for (const index of world.observed.damaged) {
    const packet = world.packets.get(index);
    // Checksums of frames other than DHCP are not reported.
    if (!packet.dhcp && !packet.dhcpv6) continue;
    const told = new Set<string>();
    for (const problem of packet.problems) {
      const lesson = LESSONS[problem.id];
      if (!lesson || told.has(problem.id) || isHarmless(problem, index, packet, world)) continue;
      told.add(problem.id);
      const inVain = problem.id === 'checksum-offload' && isUnanswered(index, packet, world);
      const here = problem.id === 'checksum-offload' && !inVain && isSentHere(index, packet, world);
      const more = inVain ? OFFLOAD_IN_VAIN : here ? OFFLOAD_HERE : undefined;
      yield draftOf(packet, problem, { ...lesson, ...more }, world);
    }
  }
};

/** Octets of an option's code and length. */
const HEADER = 2;

/** Whether a problem is an option without a value, flags that a reply had to copy, or the hop count of a message that relays send round. */
const isHarmless = ({ id, length, text }: Problem, index: number, packet: Packet, world: World): boolean =>
  (id === 'option-too-short' && length <= HEADER) ||
  (id === 'reserved-flags' && isCopied(index, packet, world)) ||
  (id === 'v6-malformed' && OF_RELAY.test(text) && isLooping6(packet, world));

/** What a relay does wrong, and not the client inside its message. */
const OF_RELAY = /^(Hop count|More than \d+ relay messages)/;

/** Whether the capturing host itself sent a message, and does not just hand it on. */
function isSentHere(index: number, { frame, sentHere }: Packet, world: World): boolean {
  if (sentHere !== true) return false;
  const exchange = world.observed.conversations.exchangeOf(index);
  return exchange?.messages.find(({ frames }) => frames.includes(frame))?.sentHere ?? false;
}

/** Whether a reply has the flags of its request, as it must (RFC 2131 table 3). */
function isCopied(index: number, { dhcp }: Packet, world: World): boolean {
  if (dhcp?.op !== 2) return false;
  const exchange = world.observed.conversations.exchangeOf(index);
  return exchange?.messages.some((one) => one.fromClient && one.dhcp.flags === dhcp.flags) ?? false;
}

/** How many damaged frames are looked at to find other senders. */
const MOST_DAMAGED = 2000;

/** The senders of each kind of damage, by its id. */
function sendersOf(world: World): ReadonlyMap<string, ReadonlySet<string>> {
  const senders = new Map<string, Set<string>>();
  for (const index of world.observed.damaged.slice(0, MOST_DAMAGED)) {
    const packet = world.packets.get(index);
    if (!packet.dhcp && !packet.dhcpv6) continue;
    for (const problem of packet.problems) {
      if (isHarmless(problem, index, packet, world)) continue;
      const { id } = problem;
      const known = senders.get(id);
      const sender = senderOf(packet, OF_RELAY.test(problem.text));
      if (known) known.add(sender);
      else senders.set(id, new Set([sender]));
    }
  }
  return senders;
}

/** The causes, with evidence for the first one: whether other senders show the same damage. */
function weighed(causes: readonly Cause[], id: string, sender: string, world: World): Cause[] {
  const others = [...(world.once(sendersOf).get(id) ?? [])].filter((one) => one !== sender).map(printable);
  const [first, ...rest] = causes;
  if (!first) return [];
  const evidence =
    others.length > 0
      ? `${list(others, 3)} ${others.length === 1 ? 'sends' : 'send'} the same`
      : 'no other sender in this capture does so';
  return [{ ...first, evidence: [...first.evidence, evidence] }, ...rest];
}

/** The causes of a problem. Octets that their checksum does not fit are not what the sender wrote. */
function causesOf(
  { causes }: Lesson,
  { id }: Problem,
  made: Made | undefined,
  packet: Packet,
  sender: string,
  world: World,
): Cause[] {
  // What the octets themselves show leaves nothing to guess.
  const all = ranked(...weighed(made ? [made.cause] : causes, id, sender, world));
  const changed = id !== 'bad-checksum' && sumFault(packet) === 'wrong';
  return changed ? putFirst(changedOnTheWay([packet.frame]), all) : all;
}

/** The option that a problem is about, taken from the beginning of its text. */
const optionIn = (text: string): string =>
  /^Option \d+(?: \([^()]*\))?/.exec(text)?.[0].replace('Option', 'option') ?? 'an option';

/** The RFCs that a lesson rests on, with that of the option that the text of a problem begins with. */
function referenceOf({ reference }: Lesson, { dhcpv6 }: Packet, text: string): string {
  const code = /^Option (\d+)/.exec(text)?.[1];
  const rfc = code && optionRow(`${dhcpv6 ? 'dhcpv6' : 'dhcp'}.option.${code}`)?.rfc;
  return reference.replace(OPTION_RFC, () => rfc ?? (dhcpv6 ? 'RFC 9915 §21.1' : 'RFC 2132 §2'));
}

/** How to have the checksums of such messages finished. */
function sumStep({ dhcpv6, destinationPort: port = 68 }: Packet): advice.Step {
  const tables = dhcpv6 ? 'ip6tables' : 'iptables';
  return advice.stepFor(
    'system',
    'linux',
    'Linux',
    `\`ethtool -K INTERFACE tx off\` on the sender, then capture again; between virtual machines or containers the host may need \`${tables} -t mangle -A POSTROUTING -p udp --dport ${port} -j CHECKSUM --checksum-fill\`.`,
  );
}

/** The steps of a lesson with the sender’s name. What a client sends is seldom configured, so its program comes first. */
function stepsOf({ steps }: Lesson, made: Made | undefined, { dhcp }: Packet, sender: string): readonly advice.Step[] {
  if (made && dhcp?.op !== 1 && made.steps.length > 0) return made.steps;
  const named = UPDATE.replace('SENDER', () => printable(sender));
  const ordered = dhcp?.op === 1 ? [...steps].sort((a, b) => Number(b === UPDATE) - Number(a === UPDATE)) : steps;
  return ordered.map((one) => (one === UPDATE ? named : one));
}

function draftOf(packet: Packet, problem: Problem, lesson: Lesson, world: World): Draft {
  const sender = senderOf(packet, OF_RELAY.test(problem.text));
  const { frame } = packet;
  const made = problem.id === 'bad-option-value' ? madeBy(problem, packet.dhcpv6 !== undefined) : undefined;
  const spoilt = lesson.configured === true && spoilsLease(problem, packet);
  return {
    id: lesson.id ?? problem.id,
    severity: lesson.severity,
    subject: sender,
    frames: [frame],
    detail: () => ({
      title: lesson.title(printable(sender), optionIn(problem.text)),
      explanation: `${packet.problems
        .filter((one) => one.id === problem.id && (one.id !== 'option-too-short' || one.length > HEADER))
        .slice(0, 4)
        .map((one) => one.text)
        .join(' ')
        .replace(/\.$/, '')} (frame ${frame}). ${made?.meaning ?? lesson.meaning}${spoilt ? ` ${LEASE_SPOILT}` : ''}`,
      causes: causesOf(lesson, problem, made, packet, sender, world),
      // A sum that is wrong, and not merely unfinished, is first looked for on the way.
      steps: [
        ...(spoilt ? leaseTimeSteps(packet) : stepsOf(lesson, made, packet, sender)),
        ...(spoilt
          ? [UPDATE.replace('SENDER', () => printable(sender))]
          : lesson.configured
            ? configureSteps(problem, packet.dhcpv6 !== undefined)
            : []),
        ...(problem.id === 'bad-checksum' && !/header checksum/.test(problem.text) ? [sumStep(packet)] : []),
      ],
      reference: referenceOf(lesson, packet, problem.text),
    }),
  };
}
