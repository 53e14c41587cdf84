import { problem, type Field } from '../../field';
import { leftover, type Context } from '../../values';
import type { View } from '../../view';

/** Reports that the octets from `at` on cannot be read, and returns the node that shows them unparsed. */
export function damaged(view: View, at: number, context: Context, text: string, id = 'malformed-message'): Field {
  const node = leftover(view, at);
  context.problems.push(problem(id, node.offset, node.length, text, node.buffer));
  return { ...node, problem: text };
}
