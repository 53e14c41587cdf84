import { nameOfDuid } from '../../../codec/names/duids';
import { optionRow } from '../../../codec/optionRows';
import { FIXED_LENGTH, MESSAGE_TYPES } from '../../../codec/dhcpv4/message';
import { ABOUT, type Problem } from '../../../codec/field';
import { printable } from '../../../codec/bytes';
import * as advice from '../../words/advice';
import { cause, ranked, type Draft } from '../../collector';
import type { Cause } from '../../finding';
import { isBehindRelay, type Message } from '../../conversations/message';
import { OPTION } from '../../conversations/names';
import type { Packet } from '../../conversations/packet';
import type { World } from '../../evidence/world';
import { list } from '../../words/words';
import type { WorldRule } from '../rule';
import { isLooping6 } from '../../evidence/loops6';
import { CORRECT, OFFLOAD_HERE, OFFLOAD_IN_VAIN, OPTION_RFC, UPDATE, lessonOf, type Lesson } from './lessons';
import { spoiltByRelay, sumFault, type SpoiltByRelay } from '../../evidence/delivery';
import { frameSender } from '../../evidence/subjects';
import { isUnanswered, spoiltStep } from '../silence/sums';
import { textNote } from '../../evidence/fit';
import { putFirst } from '../../words/difference';
import { asText, madeBy, type Made } from './madeBy';
import { LEASE_SPOILT, addressesTyped, configureSteps, leaseTimeSteps, spoilsLease } from './wrongValues';
import { changedOnTheWay } from './changed';

/** Malformed messages, as the codec reports them: what is wrong in the octets of one frame. */

/**
 * The sender of a frame, as far as it is known: a client by its label, a server by its identifier, a relay by its address. A checksum is the
 * relay’s, whoever wrote the message that it hands on.
 */
function senderOf(packet: Packet, { id, [ABOUT]: about }: Problem): string {
  const { dhcp, dhcpv6 } = packet;
  if (dhcp && !(IS_SUM.test(id) && isBehindRelay(packet, dhcp.op !== 2))) {
    const type = dhcp.messageType();
    const fromServer =
      type !== undefined && MESSAGE_TYPES[type] !== undefined ? [2, 5, 6, 9].includes(type) : dhcp.op === 2;
    const server = dhcp.ip(54);
    if (fromServer) return server ? text(server) : (packet.source ?? packet.ethSource ?? 'a server');
    if (dhcp.chaddr !== '' && dhcp.hlen <= 16) return dhcp.chaddr;
  }
  if (dhcpv6 && !about?.ofRelay) {
    const duid = dhcpv6.type === 2 || dhcpv6.type === 7 ? dhcpv6.serverDuid : dhcpv6.clientDuid;
    if (duid !== undefined) return nameOfDuid(duid);
  }
  return frameSender(packet);
}

const IS_SUM = /^(bad-checksum|checksum-offload)$/;

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
      const lesson = lessonOf(problem, packet);
      if (!lesson || told.has(problem.id) || isHarmless(problem, index, packet, world)) continue;
      told.add(problem.id);
      const inVain = problem.id === 'checksum-offload' && isUnanswered(index, packet, world);
      const here = problem.id === 'checksum-offload' && !inVain && isSentHere(index, packet, world);
      const more = inVain ? OFFLOAD_IN_VAIN : here ? OFFLOAD_HERE : undefined;
      const spoilt = problem.id === 'bad-checksum' ? spoiltIn(index, packet, world) : undefined;
      yield draftOf(packet, problem, { ...lesson, ...more, ...(spoilt && spoiltLesson(lesson, spoilt)) }, world);
    }
  }
};

/** Octets of an option's code and length; in DHCPv6. */
const HEADER = 2;
const HEADER6 = 4;

/**
 * Whether a problem is an option without a value, one that a vendor numbers, flags that a reply had to copy, the hop count of a message that
 * relays send round, or text in an option that some telephones take as text.
 */
const isHarmless = (problem: Problem, index: number, packet: Packet, world: World): boolean =>
  (problem.id === 'option-too-short' && problem.length <= HEADER) ||
  (problem.id === 'v6-bad-option-length' && (problem.length <= HEADER6 || !problem[ABOUT])) ||
  (problem.id === 'reserved-flags' && isCopied(index, packet, world)) ||
  (problem[ABOUT]?.ofRelay === true && isLooping6(packet, world)) ||
  (problem[ABOUT]?.option === OPTION.tftpServers &&
    addressesTyped(problem, packet).length > 0 &&
    !isOfCisco(index, world));

/** Cisco's telephones and switches take option 150 as addresses (RFC 5859 §3); some of other makers can be set to take it as text. */
const isOfCisco = (index: number, world: World): boolean =>
  /cisco/i.test(world.observed.conversations.exchangeOf(index)?.vendorClass ?? '');

/** Whether the capturing host itself sent a message, and does not just hand it on. */
function isSentHere(index: number, { frame, sentHere }: Packet, world: World): boolean {
  if (sentHere !== true) return false;
  return messageAt(index, frame, world)?.sentHere ?? false;
}

const messageAt = (index: number, frame: number, { observed }: World): Message | undefined =>
  observed.conversations.exchangeOf(index)?.messages.find(({ frames }) => frames.includes(frame));

/** The relay that hands on with a wrong checksum what reached it with a right one. */
function spoiltIn(index: number, { dhcp, frame }: Packet, world: World): SpoiltByRelay | undefined {
  const message = dhcp && dhcp.giaddr !== 0 ? messageAt(index, frame, world) : undefined;
  return message && spoiltByRelay(message);
}

const spoiltLesson = ({ causes }: Lesson, spoilt: SpoiltByRelay): Pick<Lesson, 'causes' | 'steps'> => ({
  causes: [
    cause(
      'likely',
      `The relay ${spoilt.relay} makes the checksum wrong when it hands the message on`,
      `the checksum is right in frame ${spoilt.before}, before the relay`,
    ),
    ...causes.slice(1),
  ],
  steps: [spoiltStep(spoilt)],
});

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
      const sender = senderOf(packet, problem);
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

/** A link-layer address with its second half blanked out, as is done before a capture is published. */
const BLANKED = /^(?!00:00:00)([0-9a-f]{2}:){3}00:00:00$/;

export const EDITED =
  'The frames were edited after the capture, as is done to hide addresses, and the checksum was left';

/** That the frame was edited after the capture was taken, and its sums were left. */
function edited({ ethSource, ethDestination, dhcp }: Packet, all: boolean): Cause {
  const blanked = [ethSource, ethDestination, dhcp?.chaddr].find((one) => one !== undefined && BLANKED.test(one));
  return cause(
    blanked !== undefined || all ? 'likely' : 'possible',
    EDITED,
    blanked !== undefined && `link-layer address ${blanked}`,
    all && 'every message of this capture has a wrong checksum, whoever sends it',
  );
}

/** Whether the messages of a capture have a wrong checksum, each of them, and come from several senders. */
function allWrong(world: World): boolean {
  const { protocols, damaged } = world.observed;
  const messages = ['dhcp', 'bootp', 'dhcpv6'].reduce((sum, one) => sum + (protocols.get(one) ?? 0), 0);
  if (damaged.length < messages || (world.once(sendersOf).get('bad-checksum')?.size ?? 0) < 2) return false;
  let wrong = 0;
  for (const index of damaged) {
    const packet = world.packets.get(index);
    if ((packet.dhcp ?? packet.dhcpv6) && sumFault(packet) === 'wrong') wrong++;
  }
  return wrong === messages;
}

/** Whether a text has octets without headers that stop within the message: that is more likely a part of it than the whole. */
const isPart = ({ source, dhcp }: Packet, id: string, { facts }: World): boolean =>
  id === 'malformed-message' &&
  facts.pasted !== undefined &&
  source === undefined &&
  dhcp !== undefined &&
  (dhcp.length < FIXED_LENGTH || dhcp.truncated);

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
  if (id === 'bad-checksum') {
    const one = edited(packet, world.once(allWrong));
    return one.likelihood === 'likely' ? putFirst(one, all) : ranked(...all, one);
  }
  if (isPart(packet, id, world))
    return putFirst(
      cause('likely', 'The text holds a part of the message only', `it has ${packet.dhcp!.length} octets of it`),
      all,
    );
  return sumFault(packet) === 'wrong' ? putFirst(changedOnTheWay([packet.frame]), all) : all;
}

/** The option that a problem is about. A name with brackets of its own is left out. */
function optionOf({ [ABOUT]: about }: Problem): string {
  if (about?.option === undefined) return 'an option';
  const { option, name } = about;
  return name === undefined || /[()]/.test(name) ? `option ${option}` : `option ${option} (${name})`;
}

/** The RFCs that a lesson rests on, with that of the option that the problem is about. */
function referenceOf({ reference }: Lesson, { [ABOUT]: about }: Problem): string {
  const row = about?.option === undefined ? undefined : optionRow(`dhcp.option.${about.option}`);
  return reference.replace(OPTION_RFC, () => row?.rfc ?? 'RFC 2132 §2');
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
function stepsOf(
  { steps }: Lesson,
  made: Made | undefined,
  { dhcp }: Packet,
  sender: string,
  option: string,
): readonly advice.Step[] {
  if (made && dhcp?.op !== 1 && made.steps.length > 0) return made.steps;
  const named = (step: string): string =>
    step.replace('SENDER', () => printable(sender)).replace('OPTION', () => option);
  const ordered = dhcp?.op === 1 ? [...steps].sort((a, b) => Number(b === UPDATE) - Number(a === UPDATE)) : steps;
  return ordered.map((one) => (one === UPDATE || one === CORRECT ? named(one) : one));
}

function draftOf(packet: Packet, problem: Problem, lesson: Lesson, world: World): Draft {
  const sender = senderOf(packet, problem);
  const { frame } = packet;
  const typed = addressesTyped(problem, packet);
  const made =
    typed.length > 0 ? asText(problem, typed) : problem.id === 'bad-option-value' ? madeBy(problem) : undefined;
  const spoilt = lesson.configured === true && spoilsLease(problem, packet);
  // It stands alone for its message, so it tells of this as well.
  const note = problem.id === 'op-type-mismatch' ? textNote(packet.dhcp!, packet.ethSource) : undefined;
  return {
    id: lesson.id ?? problem.id,
    severity: lesson.severity,
    subject: sender,
    frames: [frame],
    detail: () => ({
      title: lesson.title(printable(sender), optionOf(problem)),
      explanation: `${packet.problems
        .filter((one) => one.id === problem.id && (one.id !== 'option-too-short' || one.length > HEADER))
        .slice(0, 4)
        .map((one) => one.text)
        .join(' ')
        .replace(
          /\.$/,
          '',
        )} (frame ${frame}). ${made?.meaning ?? lesson.meaning}${spoilt ? ` ${LEASE_SPOILT}` : ''}${note === undefined ? '' : ` Besides, ${note}.`}`,
      causes: causesOf(lesson, problem, made, packet, sender, world),
      // A sum that is wrong, and not merely unfinished, is first looked for on the way.
      steps: [
        ...(isPart(packet, problem.id, world)
          ? ['See whether the text holds the whole message, and paste all of it.']
          : []),
        ...(spoilt ? leaseTimeSteps(packet) : stepsOf(lesson, made, packet, sender, optionOf(problem))),
        ...(spoilt
          ? [UPDATE.replace('SENDER', () => printable(sender))]
          : lesson.configured && !made
            ? configureSteps(problem)
            : []),
        ...(problem.id === 'bad-checksum' && problem[ABOUT]?.ofHeader !== true ? [sumStep(packet)] : []),
      ],
      reference: referenceOf(lesson, problem),
    }),
  };
}
