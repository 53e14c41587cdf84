import { hex } from './bytes';
import type { Field } from './field';
import type { Walk } from './walk';

export interface Extra {
  readonly key?: string;
  readonly children?: readonly Field[];
  readonly problem?: string;
}

/** A tree node for `length` octets at index `at` of the walk's array. Clipped to the captured frame. */
export function node(walk: Walk, at: number, length: number, name: string, text: string, extra?: Extra): Field {
  const size = Math.max(0, Math.min(length, walk.end - at));
  return { name, text, offset: walk.offset(at), length: size, ...extra };
}

/** The node of a whole layer: its header's octets and its fields. */
export function layerNode(
  walk: Walk,
  index: number,
  text: string,
  children: readonly Field[],
  problem?: string,
): Field {
  const layer = walk.layers[index]!;
  const at = walk.atOf(index);
  return node(walk, at, walk.headerEndOf(index) - at, layer.name, text, {
    key: layer.id,
    children,
    ...(problem ? { problem } : {}),
  });
}

/** Octets that no field explains, shown as hex. */
export function unexplained(walk: Walk, at: number, end: number, name = 'Unexplained octets'): Field {
  const shown = Math.min(end - at, 64);
  return node(walk, at, end - at, name, hex(walk.bytes, at, shown, ' ') + (end - at > shown ? ' …' : ''));
}
