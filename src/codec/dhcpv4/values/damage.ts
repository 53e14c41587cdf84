import { problem, type Field } from '../../field';
import { leftover, type Context } from '../../values';
import type { View } from '../../view';

/** Reports octets from `at` on that cannot be read, and gives the node that shows them as they are. */
export function damaged(view: View, at: number, context: Context, text: string, id = 'malformed-message'): Field {
  const node = leftover(view, at);
  context.problems.push(problem(id, node.offset, node.length, text, node.buffer));
  return { ...node, problem: text };
}
