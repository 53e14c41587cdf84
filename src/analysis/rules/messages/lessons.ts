import type { Association6 } from '../../../codec/dhcpv6/associations';
import { ADVERTISE, RELEASE6, REPLY } from '../../../codec/dhcpv6/message';
import { ABOUT, type Problem } from '../../../codec/field';
import { cause } from '../../collector';
import { OPTION } from '../../conversations/names';
import type { Packet } from '../../conversations/packet';
import type { Cause, Severity } from '../../finding';
import * as advice from '../../words/advice';

/** What there is to say of each kind of damage that the codec reports. */

export interface Lesson {
  /** Id of the finding, if it differs from that of the problem. */
  readonly id?: string;
  readonly severity: Severity;
  /** `option` names the option concerned: `option 81 (Client FQDN)`. */
  readonly title: (sender: string, option: string) => string;
  readonly meaning: string;
  readonly causes: readonly Cause[];
  readonly steps: readonly advice.Step[];
  /** Whether the steps go on with how to configure the option. */
  readonly configured?: boolean;
  readonly reference: string;
}

/** The sender’s name takes the place of `SENDER`. */
export const UPDATE = 'Update the firmware or DHCP program of SENDER; keep this capture for its maker.';
/** The RFC of the option takes its place. */
export const OPTION_RFC = 'RFC-OF-OPTION';
const COMPARE = 'Capture at the sender as well: if the message is whole there, something on the way damages it.';

/** The option takes the place of `OPTION`. */
export const CORRECT = 'Correct the value of OPTION in the configuration of SENDER.';

/** What is different about a wrong length in a client’s own message, which no server configures. */
const OF_CLIENT: Partial<Lesson> = {
  causes: [
    cause('likely', 'The client’s DHCP program makes this mistake'),
    cause('possible', 'The option was configured on the client, as text or with a wrong type'),
  ],
  steps: [UPDATE],
};

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
  // The value of one option, in a reply.
  'malformed-value': {
    id: 'malformed-message',
    severity: 'error',
    title: (sender, option) => `${sender} sends ${option} with a malformed value`,
    meaning: 'Receivers drop the option or the whole message, or read something else from it than was meant.',
    causes: [
      cause('likely', 'The value was entered as octets, and they do not have the form of the option'),
      cause('possible', 'The program that made the message has a mistake'),
      cause('possible', 'The message was damaged on the way, and the checksum was not verified'),
    ],
    steps: [CORRECT, UPDATE, COMPARE],
    reference: OPTION_RFC,
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
  'v6-bad-option-length': {
    id: 'bad-option-length',
    severity: 'error',
    title: (sender, option) => `${sender} sends ${option} with a wrong length`,
    meaning: 'An option with a fixed size has another; receivers ignore it or drop the message, or read it wrongly.',
    causes: WRONG_LENGTH,
    steps: [...WRONG_LENGTH_STEPS, UPDATE],
    reference: 'RFC 9915 §16, §21.1',
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

/** The same in what a relay or switch adds (option 82), and a server gives back. */
const OF_RELAY: Partial<Lesson> = {
  causes: [cause('likely', 'The relay or switch that adds the option makes this mistake')],
  steps: ['Update the firmware of the relay or switch that adds the option, or set its value there anew.'],
};

/** What is different about an unfinished checksum in a message that the capturing host itself sent. */
export const OFFLOAD_HERE: Pick<Lesson, 'meaning' | 'causes'> = {
  meaning:
    'The host on which this capture was taken sent the message itself, so it was seen before a network card could finish it.',
  causes: [cause('likely', 'Checksum offload: the capture was taken on the sending machine, as its packet type says')],
};

/** What is different about an unfinished checksum in a message that nobody answers. */
export const OFFLOAD_IN_VAIN: Pick<Lesson, 'meaning' | 'causes' | 'steps'> = {
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

/** What to say of a problem. What is wrong inside a value of a reply, or in a client's own option, is somebody else's to mend. */
export function lessonOf(problem: Problem, { dhcp, dhcpv6, cut }: Packet): Lesson | undefined {
  const lesson = LESSONS[problem.id];
  if (problem.id === 'malformed-message' && dhcp?.op === 2 && problem[ABOUT]?.inValue)
    return LESSONS['malformed-value'];
  if (problem.id === 'v6-malformed' && dhcpv6?.type === RELEASE6 && cut === 0 && dhcpv6.associations.every(isEmpty))
    return {
      ...LESSONS[problem.id]!,
      severity: 'warning',
      meaning: 'Servers drop it. It names no address to give back.',
    };
  const theirs =
    problem[ABOUT]?.option === OPTION.relayAgent && dhcp
      ? OF_RELAY
      : dhcp?.op === 1 || (dhcpv6?.clientDuid !== undefined && ![ADVERTISE, REPLY].includes(dhcpv6.type))
        ? OF_CLIENT
        : undefined;
  return lesson && theirs && IS_LENGTH.has(problem.id) ? { ...lesson, ...theirs, configured: false } : lesson;
}

/** What is wrong with the length of an option. */
const IS_LENGTH: ReadonlySet<string> = new Set(['bad-option-length', 'option-too-short', 'v6-bad-option-length']);

const isEmpty = ({ addresses }: Association6): boolean => addresses.length === 0;
