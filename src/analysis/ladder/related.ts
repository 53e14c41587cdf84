import type { Exchange } from '../conversations/model';
import { Exchange6 } from '../conversations/v6model';
import { isQuestion6 } from './ghosts';

/** A message as far as its neighbours go. */
interface Turn {
  readonly frames: readonly number[];
  readonly question: boolean;
}

const turnsOf = (exchange: Exchange | Exchange6): Turn[] =>
  exchange instanceof Exchange6
    ? exchange.notes.map(({ frames, type }) => ({ frames, question: isQuestion6(type) }))
    : exchange.messages.map(({ frames, fromClient }) => ({ frames, question: fromClient }));

/** The frame that answers a question, or that asks what a frame answers; undefined where the capture does not hold it. */
export function partnerOf(exchange: Exchange | Exchange6, frame: number): number | undefined {
  const turns = turnsOf(exchange);
  const at = turns.findIndex(({ frames }) => frames.includes(frame));
  const turn = turns[at];
  if (!turn) return undefined;
  const partner = turn.question
    ? turns.slice(at).find(({ question }) => !question)
    : turns.slice(0, at).findLast(({ question }) => question);
  return partner?.frames[0];
}
