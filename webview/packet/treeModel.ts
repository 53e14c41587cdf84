import type { Configured, Doc, Field, Span } from '../../src/protocol';

/** One field of the tree with its position. */
export interface TreeNode {
  /** The path of keys, e.g. `dhcp/dhcp.option.54`. The same field has the same path in every frame. */
  readonly id: string;
  readonly field: Field;
  /** Counted from 1. */
  readonly level: number;
  /** Position among its siblings, from 1, and their number. */
  readonly position: number;
  readonly siblings: number;
  /** Index of the parent, -1 at the top. */
  readonly parent: number;
  /** Index after the last node below this one. */
  end: number;
}

/** The tree of one frame, flattened in reading order. */
export interface TreeModel {
  readonly nodes: readonly TreeNode[];
  readonly byId: ReadonlyMap<string, number>;
  /** Index of the layer that is open initially: the innermost one, the message itself. -1 for an empty tree. */
  readonly message: number;
}

/** Nodes that the user has opened (true) and closed (false), by node id. */
export type Expansion = ReadonlyMap<string, boolean>;

/** Flattens the tree in reading order. */
export function buildTree(tree: readonly Field[]): TreeModel {
  const nodes: TreeNode[] = [];
  const byId = new Map<string, number>();
  const add = (fields: readonly Field[], parent: number, path: string, level: number): void => {
    const seen = new Map<string, number>();
    fields.forEach((field, i) => {
      const key = field.key ?? field.name;
      const times = (seen.get(key) ?? 0) + 1;
      seen.set(key, times);
      const id = `${path}${key}${times > 1 ? `#${times}` : ''}`;
      const index = nodes.length;
      const node: TreeNode = { id, field, level, position: i + 1, siblings: fields.length, parent, end: 0 };
      nodes.push(node);
      if (!byId.has(id)) byId.set(id, index);
      if (field.children) add(field.children, index, `${id}/`, level + 1);
      node.end = nodes.length;
    });
  };
  add(tree, -1, '', 1);
  let message = -1;
  nodes.forEach((node, index) => {
    if (node.level === 1 && (message < 0 || node.end > index + 1)) message = index;
  });
  return { nodes, byId, message };
}

/** Whether the node has anything to open. */
export function hasChildren(model: TreeModel, index: number): boolean {
  return model.nodes[index]!.end > index + 1;
}

/** Whether the node is open: as the user left it, otherwise only the message layer. */
export function isExpanded(model: TreeModel, index: number, expansion: Expansion): boolean {
  return hasChildren(model, index) && (expansion.get(model.nodes[index]!.id) ?? index === model.message);
}

/** Indexes of the visible nodes, in order. */
export function visibleNodes(model: TreeModel, expansion: Expansion): number[] {
  const visible: number[] = [];
  for (let i = 0; i < model.nodes.length;) {
    visible.push(i);
    i = isExpanded(model, i, expansion) ? i + 1 : model.nodes[i]!.end;
  }
  return visible;
}

/** The node itself if it is visible, otherwise its nearest visible ancestor. */
export function nearestVisible(model: TreeModel, index: number, expansion: Expansion): number {
  let shown = index;
  for (let i = model.nodes[index]?.parent ?? -1; i >= 0; i = model.nodes[i]!.parent) {
    if (!isExpanded(model, i, expansion)) shown = i;
  }
  return shown;
}

/** Maximum number of nodes whose expansion is remembered; the oldest are forgotten. */
const REMEMBERED = 500;

/** The expansion after opening or closing these nodes. */
export function withExpanded(expansion: Expansion, ids: readonly string[], open: boolean): Expansion {
  const next = new Map(expansion);
  for (const id of ids) {
    next.delete(id);
    next.set(id, open);
  }
  for (const id of next.keys()) {
    if (next.size <= REMEMBERED) break;
    next.delete(id);
  }
  return next;
}

/** The expansion that makes the node visible, with all its ancestors open. */
export function revealed(model: TreeModel, index: number, expansion: Expansion): Expansion {
  const closed: string[] = [];
  for (let i = model.nodes[index]!.parent; i >= 0; i = model.nodes[i]!.parent) {
    if (!isExpanded(model, i, expansion)) closed.push(model.nodes[i]!.id);
  }
  return closed.length > 0 ? withExpanded(expansion, closed, true) : expansion;
}

/** The node's siblings, including itself, that have something to open. */
export function openableSiblings(model: TreeModel, index: number): string[] {
  const { parent } = model.nodes[index]!;
  const end = parent < 0 ? model.nodes.length : model.nodes[parent]!.end;
  const ids: string[] = [];
  for (let i = parent + 1; i < end; i = model.nodes[i]!.end) {
    if (hasChildren(model, i)) ids.push(model.nodes[i]!.id);
  }
  return ids;
}

/** The next visible node after `from` with a word that begins with `typed`, wrapping around; -1 if there is none. */
export function findTyped(model: TreeModel, visible: readonly number[], from: number, typed: string): number {
  const wanted = typed.toLowerCase();
  // A single letter moves to the next node, more letters may stay at this one.
  const start = visible.indexOf(from) + (wanted.length > 1 ? 0 : 1);
  for (let step = 0; step < visible.length; step++) {
    const index = visible[(Math.max(start, 0) + step) % visible.length]!;
    const name = model.nodes[index]!.field.name.toLowerCase();
    if (name.startsWith(wanted) || name.includes(` ${wanted}`) || name.includes(`(${wanted}`)) return index;
  }
  return -1;
}

/** Whether the node stands for unexplained octets: those outside all layers, and remainders that a layer could not read. */
export function isUnexplained(model: TreeModel, index: number): boolean {
  const { field, level } = model.nodes[index]!;
  if (field.key !== undefined || field.length === 0 || hasChildren(model, index)) return false;
  return level === 1 || field.name === 'Unexplained octets';
}

/** The node as one line, `Name: value`. */
export function lineOf(field: Field): string {
  return field.text === '' ? field.name : `${field.name}: ${field.text}`;
}

/** All runs of octets of a field, in the order of its value; empty ones are left out. */
export function spansOf(field: Field): Span[] {
  return [field, ...(field.more ?? [])].filter((span) => span.length > 0);
}

/** The configuration lines that produced a node, or its nearest ancestor that has any. */
export function madeBy(
  model: TreeModel,
  index: number,
  made: Configured['made'][number] | undefined,
): Configured['made'][number] {
  for (let i = made ? index : -1; i >= 0; i = model.nodes[i]!.parent) {
    const own = made!.filter(({ field }) => field === model.nodes[i]!.field.key);
    if (own.length > 0) return own;
  }
  return [];
}

/** The guide's explanation of a node: by its key, otherwise by the longest known prefix of the key, otherwise that of its parent. */
export function docOf(model: TreeModel, index: number, docs: Readonly<Record<string, Doc>>): Doc | undefined {
  for (let i = index; i >= 0; i = model.nodes[i]!.parent) {
    let key = model.nodes[i]!.field.key ?? '';
    while (key) {
      if (Object.hasOwn(docs, key)) return docs[key];
      key = key.slice(0, Math.max(key.lastIndexOf('.'), 0));
    }
  }
  return undefined;
}

/** The first two sentences of the guide's explanation, with its title; empty if there is none. */
export function aboutOf(doc: Doc | undefined): string {
  if (!doc) return '';
  const [words = ''] = /^(?:.*?[.!?](?=\s|$)\s*){1,2}/s.exec(doc.text) ?? [doc.text];
  return `${doc.title}: ${words.replaceAll('`', '').trim()}`;
}
