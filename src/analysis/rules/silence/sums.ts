import { cause, ranked, type Draft } from '../../collector';
import type { Cause } from '../../finding';
import { DISCOVER, messageName, type Client, type Exchange, type Message } from '../../conversations/model';
import {
  spoiltByRelay,
  sumFault,
  sumFaultOf,
  takenDespiteSum,
  type SpoiltByRelay,
  type SumFault,
} from '../../evidence/delivery';
import type { Packet } from '../../conversations/packet';
import { nameOfDuid } from '../../../codec/names/duids';
import { replySender } from '../../evidence/subjects';
import type { Unanswered6 } from '../../evidence/silence/answered6';
import type { Note6 } from '../../conversations/v6model';
import { messageType6 } from '../../../codec/dhcpv6/message';
import type { World } from '../../evidence/world';
import { withFinding } from '../../draft';
import { frames } from '../../words/words';
import { stepFor, type Step } from '../../words/steps';

/** Wrong checksums: the receiver drops the datagram silently (RFC 768, RFC 1122 §4.1.3.4). */

/** Replies that were sent, but the client asks again as if it had not got them. */
export interface Loss {
  readonly client: Client;
  readonly exchanges: readonly Exchange[];
  readonly replies: readonly Message[];
  readonly again: readonly Message[];
}

export const nameOf = ({ type, fromClient }: Message): string => messageName(type, fromClient);

/** A checksum that was not completed or is wrong (RFC 768): the receiver drops the datagram silently. */
export function sumCause({ client, replies }: Loss, world: World): Cause | undefined {
  const faulty = replies.filter((one) => sumFaultOf(one) !== undefined);
  const [first] = faulty;
  if (!first) return noSumCause(replies);
  const unfinished = sumFaultOf(first) === 'unfinished';
  const taken = takenDespiteSum(world).has(replySender(first));
  const spoilt = spoiltByRelay(first);
  return withFinding(
    'bad-checksum',
    faulty.map(({ frame }) => frame),
    cause(
      (taken && !isGuest(client)) || faulty.length < replies.length ? 'possible' : 'likely',
      unfinished
        ? `The client drops the ${nameOf(first)} because its UDP checksum is not finished: on a virtual link no network card finishes it`
        : `The client drops the ${nameOf(first)} because its checksum is wrong`,
      `checksum ${unfinished ? 'left unfinished' : 'wrong'} in ${frames(faulty.map(({ frame }) => frame))}`,
      spoilt && `the checksum is right in frame ${spoilt.before}, before the relay ${spoilt.relay}`,
      taken && 'another client took such a reply of this server',
      'see the finding bad-checksum',
    ),
  );
}

/** First octets of the addresses that QEMU and Xen give to their guests. */
const GUESTS: ReadonlySet<string> = new Set(['52:54:00', '00:16:3e']);
/**
 * Whether a client is a guest of a Linux host, which hands over sums as they are: what one guest accepts, because its driver says that the
 * sum is good, another drops. Behind a network card, one client that takes a reply speaks for all.
 */
const isGuest = ({ mac }: Client): boolean => GUESTS.has(mac.slice(0, 8));

function noSumCause(replies: readonly Message[]): Cause | undefined {
  const without = replies.filter((one) => one.packetsArriving().every(({ noChecksum }) => noChecksum === true));
  if (without.length === 0) return undefined;
  return cause(
    'possible',
    'The client drops datagrams without UDP checksum, though they are lawful over IPv4 (RFC 768)',
    `UDP checksum 0 in ${frames(without.map(({ frame }) => frame))}`,
  );
}

/** Messages that are dropped for their checksum. */
interface Dropped {
  readonly name: string;
  readonly fromClient: boolean;
  readonly six: boolean;
  /** One frame of each, and all of them. */
  readonly frames: readonly number[];
  readonly all: readonly number[];
}

const droppedOf = (messages: readonly Message[]): Dropped => ({
  name: nameOf(messages[0]!),
  fromClient: messages[0]!.fromClient,
  six: false,
  frames: messages.map(({ frame }) => frame),
  all: messages.flatMap((one) => one.frames),
});

const droppedOf6 = (notes: readonly Note6[]): Dropped => ({
  name: messageType6(notes[0]!.type),
  fromClient: !notes[0]!.fromServer,
  six: true,
  frames: notes.map(({ frame }) => frame),
  all: notes.flatMap((one) => one.frames),
});

/** How to have the checksums of such messages finished. */
export function checksumSteps(dropped: Message, sender: string): Step[] {
  const spoilt = spoiltByRelay(dropped);
  if (spoilt) return [spoiltStep(spoilt)];
  return sumFaultOf(dropped) === 'wrong' ? wrongSumSteps(dropped, sender) : finishSteps(droppedOf([dropped]), sender);
}

export const spoiltStep = ({ relay, before }: SpoiltByRelay): string =>
  `Update the software of the relay ${relay}, and restart it: the message is whole in frame ${before}, before the relay.`;

/** A sum that is wrong, and not only begun: nobody on the way finishes it. */
const wrongSumSteps = (dropped: Message, sender: string): Step[] => [
  `Update the program, or the network card’s driver, of ${sender}: its ${nameOf(dropped)} must leave with a right checksum (Linux: \`ethtool -K INTERFACE tx off\` lets the system make it).`,
  'Where the checksum is still right on the sender, find the NAT, relay or firewall that changes the datagram and leaves the checksum as it was.',
];

/** The same for a client’s DHCPv6 message. */
export const checksumSteps6 = (dropped: Note6, sender: string): Step[] => finishSteps(droppedOf6([dropped]), sender);

function finishSteps({ name, fromClient, six }: Dropped, sender: string): Step[] {
  const port = six ? (fromClient ? 547 : 546) : fromClient ? 67 : 68;
  return [
    stepFor(
      'system',
      'linux',
      `Linux, on ${sender}`,
      `\`ethtool -K INTERFACE tx off\` on the interface by which the ${name} leaves.`,
    ),
    stepFor(
      'system',
      'linux',
      'Linux, on a bridge or container host between them',
      `\`${six ? 'ip6tables' : 'iptables'} -t mangle -A POSTROUTING -p udp --dport ${port} -j CHECKSUM --checksum-fill\`.`,
    ),
  ];
}

/** The same fault as a finding: replies whose receiver continues as if it had not got them. */
export function* sumDrafts({ client, replies, again }: Loss, world: World): Generator<Draft> {
  const [first] = replies;
  if (!first || replies.some((one) => sumFaultOf(one) !== 'unfinished')) return;
  const server = replySender(first);
  if (!takenDespiteSum(world).has(server) || isGuest(client))
    yield sumDraft(droppedOf(replies), again, server, client.label);
}

/** The same for a client's messages that its server does not answer. */
export function* requestSumDrafts(exchange: Exchange, asked: readonly Message[]): Generator<Draft> {
  if (requestSumCause(exchange, asked) && sumFaultOf(asked[0]!) === 'unfinished')
    yield sumDraft(droppedOf(asked), asked.slice(1), exchange.client.label, 'The server');
}

/** The same for DISCOVERs that nobody answers, where those that were answered have finished checksums. */
export function* discoverSumDrafts(client: Client, run: readonly Message[], world: World): Generator<Draft> {
  if (sumFaultOf(run[0]!) === 'unfinished' && discoverSumCause(run, world)?.likelihood === 'likely')
    yield sumDraft(droppedOf(run), run.slice(1), client.label, 'The server');
}

/** The same for DHCPv6. */
export function* sumDrafts6({ client, sent }: Unanswered6, world: World): Generator<Draft> {
  if (sumFaultOf6(sent[0]!, world) === 'unfinished' && sumCause6(sent, world)?.likelihood === 'likely')
    yield sumDraft(droppedOf6(sent), sent.slice(1), nameOfDuid(client.label), 'The server');
}

/** The same for answers by DHCPv6 that their client does not take. */
export function* ignoredSumDrafts6(
  replies: readonly Note6[],
  again: readonly Note6[],
  client: string,
  world: World,
): Generator<Draft> {
  const [{ server, index }] = replies as [Note6];
  if (replies.some((one) => sumFaultOf6(one, world) !== 'unfinished')) return;
  const sender = server === undefined ? (world.packets.get(index).source ?? 'the server') : nameOfDuid(server);
  yield sumDraft(droppedOf6(replies), again, sender, client);
}

function sumDraft(
  dropped: Dropped,
  again: readonly { readonly frame: number }[],
  sender: string,
  receiver: string,
): Draft {
  const { name, fromClient, all } = dropped;
  const frameList = frames(dropped.frames);
  const after = again.length > 0 ? ` (${frames(again.map(({ frame }) => frame))})` : '';
  return {
    id: 'bad-checksum',
    severity: 'warning',
    subject: sender,
    frames: all,
    places: all,
    detail: () => ({
      title: `${sender} sends ${name} with an unfinished UDP checksum, and the receiver drops it`,
      explanation: `The UDP checksum in ${frameList} is the folded sum of the pseudo-header alone: the sender leaves the rest to its network card (checksum offload). On a virtual link no card finishes it, and the receiver drops the datagram. ${fromClient ? `This capture shows no answer${after}` : `${receiver} sends again as if it had received nothing${after}`}.`,
      causes: ranked(
        cause(
          'likely',
          'Checksum offload on a virtual link (bridge, veth, tap): the sum is never finished',
          'the value equals the sum of the pseudo-header',
          again.length > 0 && `sent again in ${frames(again.map(({ frame }) => frame))}`,
        ),
        cause(
          again.length > 0 && !fromClient ? 'unlikely' : 'possible',
          'The capture was taken on the sending machine, whose network card finishes the sum afterwards',
          again.length > 0 && !fromClient && `${receiver} does not take the ${name}`,
        ),
      ),
      steps: finishSteps(dropped, sender),
      reference: 'RFC 768; RFC 1122 §4.1.3.4',
    }),
  };
}

/** A client's REQUESTs have bad checksums, but its DISCOVERs, which were answered, have correct ones. */
export function requestSumCause(exchange: Exchange, asked: readonly Message[]): Cause | undefined {
  if (asked.some((one) => sumFaultOf(one) === undefined)) return undefined;
  const answered = exchange.of(DISCOVER);
  if (answered.length === 0 || exchange.replies === 0 || answered.some((one) => sumFaultOf(one) !== undefined))
    return undefined;
  return withFinding(
    'bad-checksum',
    asked.map(({ frame }) => frame),
    cause(
      'likely',
      `The server drops the ${nameOf(asked[0]!)} because its UDP checksum is ${sumFaultOf(asked[0]!) === 'wrong' ? 'wrong' : 'not finished'}`,
      `checksum ${sumFaultOf(asked[0]!) === 'wrong' ? 'wrong' : 'left unfinished'} in ${frames(asked.map(({ frame }) => frame))}, and right in ${frames(answered.map(({ frame }) => frame))}, which was answered`,
    ),
  );
}

/** Among the messages that were answered: the frame of one with a correct checksum, and whether some have bad ones. */
interface AnsweredSums {
  readonly right: number | undefined;
  readonly faulty: boolean;
}

/** The checksums of DISCOVERs. */
function answeredSumsOf(world: World): AnsweredSums {
  let right: number | undefined;
  let faulty = false;
  for (const exchange of world.exchanges) {
    if (!exchange.holds(DISCOVER) || exchange.leaseAnswers === 0) continue;
    for (const discover of exchange.only(DISCOVER)) {
      if (sumFaultOf(discover)) faulty = true;
      else right ??= discover.frame;
    }
  }
  return { right, faulty };
}

/** DISCOVERs that nobody answers have bad checksums, but no answered one has. */
export function discoverSumCause(run: readonly Message[], world: World): Cause | undefined {
  return unheardSumCause(droppedOf(run), run.map(sumFaultOf), world.once(answeredSumsOf));
}

/** The checksum fault of a DHCPv6 message. */
const sumFaultOf6 = ({ index }: Note6, world: World): SumFault | undefined => sumFault(world.packets.get(index));

/** The checksums of what DHCPv6 clients send. */
function answeredSumsOf6(world: World): AnsweredSums {
  let right: number | undefined;
  let faulty = false;
  for (const { notes } of world.conversations6.exchanges) {
    if (!notes.some(({ isAnswer }) => isAnswer)) continue;
    for (const note of notes) {
      if (note.isAnswer) continue;
      if (sumFaultOf6(note, world)) faulty = true;
      else right ??= note.frame;
    }
  }
  return { right, faulty };
}

/** DHCPv6 messages that nobody answers have bad checksums, but no answered one has. */
export function sumCause6(sent: readonly Note6[], world: World): Cause | undefined {
  const faults = sent.map((note) => sumFaultOf6(note, world));
  return faults.includes(undefined)
    ? undefined
    : unheardSumCause(droppedOf6(sent), faults, world.once(answeredSumsOf6));
}

function unheardSumCause(
  { name, frames: all }: Dropped,
  faults: readonly (SumFault | undefined)[],
  { right, faulty }: AnsweredSums,
): Cause | undefined {
  const [fault] = faults;
  if (!fault || faults.includes(undefined) || faulty) return undefined;
  return withFinding(
    'bad-checksum',
    all,
    cause(
      fault === 'wrong' || right !== undefined ? 'likely' : 'possible',
      `Servers drop the ${name} because its UDP checksum is ${fault === 'wrong' ? 'wrong' : 'not finished'}`,
      `checksum ${fault === 'wrong' ? 'wrong' : 'left unfinished'} in ${frames(all)}`,
      right !== undefined && `the message in frame ${right}, which was answered, has a right one`,
    ),
  );
}

/** DHCPv6 messages in exchanges without any answer, by their indexes. */
const unanswered6 = ({ conversations6 }: World): ReadonlySet<number> =>
  new Set(
    conversations6.exchanges
      .filter(({ notes }) => !notes.some(({ isAnswer }) => isAnswer))
      .flatMap(({ notes }) => notes.map(({ index }) => index)),
  );

/** Whether a client’s message is in an exchange without any answer, so that its checksum may be the reason. */
export function isUnanswered(index: number, { dhcp, dhcpv6 }: Packet, world: World): boolean {
  if (dhcpv6) return world.once(unanswered6).has(index);
  return dhcp !== undefined && world.observed.conversations.exchangeOf(index)?.outcome === 'unanswered';
}
