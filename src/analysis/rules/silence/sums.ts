import { cause, ranked, type Draft } from '../../collector';
import type { Cause } from '../../finding';
import { DISCOVER, messageName, type Client, type Exchange, type Message } from '../../conversations/model';
import { sumFaultOf, takenDespiteSum } from '../../evidence/delivery';
import { serverSubject } from '../../evidence/subjects';
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
export function sumCause({ replies }: Loss, world: World): Cause | undefined {
  const faulty = replies.filter((one) => sumFaultOf(one) !== undefined);
  const [first] = faulty;
  if (!first) return noSumCause(replies);
  const unfinished = sumFaultOf(first) === 'unfinished';
  const taken = takenDespiteSum(world).has(serverSubject(first));
  return withFinding(
    'bad-checksum',
    faulty.map(({ frame }) => frame),
    cause(
      taken || faulty.length < replies.length ? 'possible' : 'likely',
      unfinished
        ? `The client drops the ${nameOf(first)} because its UDP checksum is not finished: on a virtual link no network card finishes it`
        : `The client drops the ${nameOf(first)} because its checksum is wrong`,
      `checksum ${unfinished ? 'left unfinished' : 'wrong'} in ${frames(faulty.map(({ frame }) => frame))}`,
      taken && 'another client took such a reply of this server',
      'see the finding bad-checksum',
    ),
  );
}

function noSumCause(replies: readonly Message[]): Cause | undefined {
  const without = replies.filter((one) => one.packetsSeen().every(({ noChecksum }) => noChecksum === true));
  if (without.length === 0) return undefined;
  return cause(
    'possible',
    'The client drops datagrams without UDP checksum, though they are lawful over IPv4 (RFC 768)',
    `UDP checksum 0 in ${frames(without.map(({ frame }) => frame))}`,
  );
}

export function checksumSteps(dropped: Message, sender: string): Step[] {
  return [
    stepFor(
      'system',
      'linux',
      `Linux, on ${sender}`,
      `\`ethtool -K INTERFACE tx off\` on the interface by which the ${nameOf(dropped)} leaves.`,
    ),
    stepFor(
      'system',
      'linux',
      'Linux, on a bridge or container host between them',
      `\`iptables -t mangle -A POSTROUTING -p udp --dport ${dropped.fromClient ? 67 : 68} -j CHECKSUM --checksum-fill\`.`,
    ),
  ];
}

/** The same fault as a finding: replies whose receiver continues as if it had not got them. */
export function* sumDrafts({ client, replies, again }: Loss, world: World): Generator<Draft> {
  const [first] = replies;
  if (!first || replies.some((one) => sumFaultOf(one) !== 'unfinished')) return;
  const server = serverSubject(first);
  if (!takenDespiteSum(world).has(server)) yield sumDraft(replies, again, server, client.label);
}

/** The same for a client's messages that its server does not answer. */
export function* requestSumDrafts(exchange: Exchange, asked: readonly Message[]): Generator<Draft> {
  if (requestSumCause(exchange, asked) && sumFaultOf(asked[0]!) === 'unfinished')
    yield sumDraft(asked, asked.slice(1), exchange.client.label, 'The server');
}

function sumDraft(dropped: readonly Message[], again: readonly Message[], sender: string, receiver: string): Draft {
  const first = dropped[0]!;
  const frameList = frames(dropped.map(({ frame }) => frame));
  const all = dropped.flatMap((one) => one.frames);
  const after = again.length > 0 ? ` (${frames(again.map(({ frame }) => frame))})` : '';
  return {
    id: 'bad-checksum',
    severity: 'warning',
    subject: sender,
    frames: all,
    places: all,
    detail: () => ({
      title: `${sender} sends ${nameOf(first)} with an unfinished UDP checksum, and the receiver drops it`,
      explanation: `The UDP checksum in ${frameList} is the folded sum of the pseudo-header alone: the sender leaves the rest to its network card (checksum offload). On a virtual link no card finishes it, and the receiver drops the datagram. ${first.fromClient ? `This capture shows no answer${after}` : `${receiver} sends again as if it had received nothing${after}`}.`,
      causes: ranked(
        cause(
          'likely',
          'Checksum offload on a virtual link (bridge, veth, tap): the sum is never finished',
          'the value equals the sum of the pseudo-header',
          again.length > 0 && `sent again in ${frames(again.map(({ frame }) => frame))}`,
        ),
        cause(
          'possible',
          'The capture was taken on the sending machine, whose network card finishes the sum afterwards',
        ),
      ),
      steps: checksumSteps(first, sender),
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

/** Among the DISCOVERs that were answered: the frame of one with a correct checksum, and whether some have bad ones. */
function answeredSumsOf(world: World): { readonly right: number | undefined; readonly faulty: boolean } {
  let right: number | undefined;
  let faulty = false;
  for (const exchange of world.exchanges) {
    if (!exchange.holds(DISCOVER) || exchange.leaseAnswers === 0) continue;
    for (const discover of exchange.of(DISCOVER)) {
      if (sumFaultOf(discover)) faulty = true;
      else right ??= discover.frame;
    }
  }
  return { right, faulty };
}

/** DISCOVERs that nobody answers have bad checksums, but no answered one has. */
export function discoverSumCause(run: readonly Message[], world: World): Cause | undefined {
  const fault = sumFaultOf(run[0]!);
  if (!fault || run.some((one) => sumFaultOf(one) === undefined)) return undefined;
  const { right, faulty } = world.once(answeredSumsOf);
  if (faulty) return undefined;
  return withFinding(
    'bad-checksum',
    run.map(({ frame }) => frame),
    cause(
      fault === 'wrong' || right !== undefined ? 'likely' : 'possible',
      `Servers drop the DISCOVER because its UDP checksum is ${fault === 'wrong' ? 'wrong' : 'not finished'}`,
      `checksum ${fault === 'wrong' ? 'wrong' : 'left unfinished'} in ${frames(run.map(({ frame }) => frame))}`,
      right !== undefined && `the DISCOVER in frame ${right}, which was answered, has a right one`,
    ),
  );
}
