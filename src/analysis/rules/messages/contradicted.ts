import { FINDINGS } from '../../catalogue';
import type { Family } from '../../catalogue/kind';
import type { Draft } from '../../draft';
import type { World } from '../../evidence/world';

/** Messages whose op and option 53 contradict each other: receivers drop them by op, so what else is wrong with them matters to nobody. */

/** Families of findings about what a message says and where it goes. */
const OF_MESSAGES: ReadonlySet<Family> = new Set<Family>(['addresses', 'ports', 'messages']);

/** The frames with such a message. */
function contradictedFrames({ observed, packets }: World): ReadonlySet<number> {
  const found = new Set<number>();
  for (const index of observed.damaged) {
    const { frame, problems } = packets.get(index);
    if (problems.some(({ id }) => id === 'op-type-mismatch')) found.add(frame);
  }
  return found;
}

/** Drafts about one exchange, without those that rest on such messages alone: `op-type-mismatch` stands for all of them. */
export function unlessContradicted(drafts: Iterable<Draft>, world: World): Iterable<Draft> {
  const contradicted = world.once(contradictedFrames);
  return contradicted.size === 0 ? drafts : left(drafts, contradicted);
}

function* left(drafts: Iterable<Draft>, contradicted: ReadonlySet<number>): Generator<Draft> {
  for (const draft of drafts) {
    const ofMessage = OF_MESSAGES.has(FINDINGS.get(draft.id)!.family);
    if (!ofMessage || !draft.frames.every((frame) => contradicted.has(frame))) yield draft;
  }
}
