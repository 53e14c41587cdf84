import type { Exchange } from '../conversations/model';
import { Exchange6 } from '../conversations/v6model';

/** A message, as needed to find its partner. */
interface Turn {
  readonly frames: readonly number[];
  readonly question: boolean;
}

const turnsOf = (exchange: Exchange | Exchange6): Turn[] =>
  exchange instanceof Exchange6
    ? exchange.notes.map(({ frames, fromServer }) => ({ frames, question: !fromServer }))
    : exchange.messages.map(({ frames, fromClient }) => ({ frames, question: fromClient }));

/** The frame that answers a request, or the frame of the request that a frame answers; undefined if the capture does not hold it. */
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
