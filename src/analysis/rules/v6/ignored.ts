import { ADVERTISE, REBIND, RENEW, REPLY, REQUEST6, SOLICIT, messageType6 } from '../../../codec/dhcpv6/message';
import type { Draft } from '../../collector';
import { CROSSED } from '../../conversations/conversations';
import type { Client6, Exchange6, Note6 } from '../../conversations/v6model';
import { answersToRelays } from '../../evidence/silence/unansweredRelays6';
import { invented6 } from '../../evidence/attacks6';
import { isRepeated6, offeredBefore6, repeatsBefore6, xidOf } from '../../evidence/taken6';
import type { World } from '../../evidence/world';
import { count, frames, span } from '../../words/words';
import type { WorldRule } from '../rule';
import { beforeClient } from '../silence/replies/relayed6';
import { ignoredSumDrafts6 } from '../silence/sums';
import { named } from './unanswered';
import { commonOf6, whyIgnored, type Ignored } from './whyIgnored';

/** DHCPv6: answers are in the capture, but the client continues as if they had never come. */

/** Seconds of silence after an answer that show the client has accepted it. */
const CONTENT = 10;

/** Requests that a client does not repeat after their answer (RFC 9915 §18.2). */
const QUESTIONS = [SOLICIT, REQUEST6, RENEW, REBIND];

/** A message is repeated although its answer is in the capture: the answer does not arrive, or the client drops it. */
export const v6AnswerIgnored: WorldRule = function* (world) {
  const invented = invented6(world);
  for (const exchange of world.conversations6.exchanges) {
    if (invented.has(exchange.client)) continue;
    for (const type of QUESTIONS) {
      const ignored = ignoredIn(exchange, type, world);
      if (!ignored) continue;
      yield draftOf(ignored, world);
      if (!ignored.healed) yield* ignoredSumDrafts6(ignored.replies, ignored.again, exchange.client.name, world);
    }
    const before = offeredBefore6(exchange, world);
    if (!before) continue;
    const [asked] = exchange.of(SOLICIT) as [Note6];
    yield draftOf({ exchange, asked, replies: before, again: [asked], healed: false }, world);
    yield* ignoredSumDrafts6(before, [asked], exchange.client.name, world);
  }
};

/** How many exchanges of a client that repeats one request are looked at. */
const MOST_REPEATED = 50;

/**
 * Requests of one type that continue after an answer that the client could have taken; undefined if it continues as one that got its
 * answer.
 */
function ignoredIn(exchange: Exchange6, type: number, world: World): Ignored | undefined {
  const [first] = exchange.of(type);
  if (!first || (type === SOLICIT && exchange.has(REQUEST6))) return undefined;
  const xid = xidOf(first, world);
  const asksThis = (one: Exchange6 | undefined): boolean => {
    const note = one?.notes[0];
    return note?.type === type && isRepeated6(first, note, world);
  };
  const { exchanges } = exchange.client;
  // An exchange that repeats the request of the previous one is reported with that one.
  if (exchange.notes[0] === first && repeatsBefore6(exchange, world)) return undefined;
  const all = [exchange];
  for (let i = exchange.position + 1; asksThis(exchanges[i]) && all.length < MOST_REPEATED; i++)
    all.push(exchanges[i]!);
  const notes = all.flatMap((one) => one.notes);
  const replies = notes.filter(
    (note) => isAnswer(note, type, world) && xidOf(note, world) === xid && (note.answer?.refusals.length ?? 0) === 0,
  );
  const [reply] = replies;
  if (!reply) return undefined;
  // During the first second a client waits for more ADVERTISEs, and repeats the same request only after it (§18.2.1).
  const again = notes.filter(
    (note) =>
      note.type === type &&
      xidOf(note, world) === xid &&
      (note.timed ? note.time - reply.time >= CROSSED : note.frame > reply.frame),
  );
  if (again.length === 0) return undefined;
  const last = replies[replies.length - 1]!;
  const healed =
    again.length === 1 && last.time > again[0]!.time && (world.observed.tail(last.time, last.timed) ?? 0) >= CONTENT;
  return { exchange, asked: first, replies, again, healed };
}

/** Whether an exchange repeats a request whose answer is in the capture. */
export const repeatsAnswered6 = (exchange: Exchange6, world: World): boolean =>
  QUESTIONS.includes(exchange.notes[0]!.type) &&
  repeatsBefore6(exchange, world) &&
  exchange.client.exchanges[exchange.position - 1]!.has(REPLY);

/** Whether the last that the capture shows of a client is that it asks again, and again, for what a REPLY gave it. */
export function ignoresToTheEnd6({ exchanges }: Client6, world: World): boolean {
  const last = exchanges[exchanges.length - 1]!;
  if (!repeatsAnswered6(last, world)) return false;
  const reply = last.of(REPLY).pop();
  const content = reply !== undefined && (world.observed.tail(reply.time, reply.timed) ?? 0) >= CONTENT;
  return !content || repeatsAnswered6(exchanges[last.position - 1]!, world);
}

const isAnswer = (note: Note6, asked: number, world: World): boolean =>
  (note.type === REPLY || (note.type === ADVERTISE && asked === SOLICIT)) && !world.once(answersToRelays).has(note);

function draftOf(ignored: Ignored, world: World): Draft {
  const { exchange, asked, replies, again, healed } = ignored;
  const { client } = exchange;
  return {
    id: 'answer-ignored',
    severity: healed ? 'info' : 'warning',
    subject: client.label,
    common: commonOf6(ignored, world),
    frames: [...replies, ...again].flatMap((one) => one.frames),
    detail: () => {
      const [reply] = replies as [Note6];
      const question = messageType6(asked.type);
      const answer = messageType6(reply.type);
      const article = answer === 'ADVERTISE' ? 'an' : 'a';
      return {
        title: `${client.nameIn(asked)} repeats its ${question} although it was sent ${article} ${answer}`,
        explanation: `This capture shows ${count(replies.length, answer)} to this client${named(client)} (${frames(replies.map((one) => one.frame))}), yet it sent the ${question} again (${frames(again.map((one) => one.frame))}${reply.timed ? `, the first ${span(again[0]!.time - reply.time)} after the ${answer}` : ''}). ${healed ? `After that it asked no more, so one ${answer} was lost.` : beforeClient(asked, replies) ? `No ${answer} is seen on the client’s link.` : `Either the ${answer} does not reach the client’s DHCP program, or the client drops it.`}`,
        ...whyIgnored(ignored, world),
        reference: 'RFC 9915 §15, §16, §18.2',
      };
    },
  };
}
