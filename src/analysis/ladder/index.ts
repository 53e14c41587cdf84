import type { Exchange } from '../conversations/model';
import { Exchange6 } from '../conversations/v6model';
import type { World } from '../evidence/world';
import type { Stories } from '../story';
import { Lanes, stepsOf } from './draft';
import { chart4 } from './chart4';
import { chart6 } from './chart6';
import type { Ladder } from './types';

export { ladderBetween } from './between';
export { clientName } from './chart6';
export { partnerOf } from './related';
export type { Ladder, LadderStep, Lane } from './types';

/** A conversation as a message sequence chart. `id` is its number; `client` is the client's name for the reader. */
export function ladderOf(
  exchange: Exchange | Exchange6,
  { id, client }: { readonly id: number; readonly client: string },
  world: World,
  stories: Stories,
): Ladder {
  const drafts = new Lanes();
  const drawn =
    exchange instanceof Exchange6 ? chart6(exchange, world, stories, drafts) : chart4(exchange, world, stories, drafts);
  const { lanes, places } = drafts.inOrder();
  return { id, client, outcome: exchange.outcome, lanes, ...stepsOf(drawn, places) };
}
