import {
  findTyped,
  hasChildren,
  isExpanded,
  openableSiblings,
  withExpanded,
  type Expansion,
  type TreeModel,
} from './treeModel';

/** Milliseconds after which typing starts a new search. */
const TYPING = 800;

/** The state of the tree when a key is pressed. */
interface Tree {
  readonly model: TreeModel;
  readonly expansion: Expansion;
  /** The visible nodes in order, and the position of the selected one among them, -1 for none. */
  readonly visible: readonly number[];
  readonly place: number;
  readonly selected: number;
  /** Number of rows per page. */
  readonly page: number;
  /** The typed text, and the time of the last key. */
  readonly typed: { text: string; at: number };
  readonly select: (index: number) => void;
  readonly onExpansion: (expansion: Expansion) => void;
  readonly onCopy: (index: number) => void;
}

/** The keyboard commands of the tree, the same as in the trees of VS Code. */
export function treeKeys(tree: Tree): (event: KeyboardEvent) => void {
  const { visible, selected } = tree;
  return (event) => {
    if (visible.length === 0 || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== 'c' || selected < 0 || getSelection()?.toString()) return;
      tree.onCopy(selected);
    } else {
      const to = placeByKey(tree, event.key);
      if (to !== undefined) tree.select(visible[to]!);
      else if (selected < 0 || !changes(tree, event.key)) {
        if (event.key.length !== 1 || event.key === ' ') return;
        find(tree, event);
      }
    }
    event.preventDefault();
  };
}

/** The position that a key moves to. */
function placeByKey({ visible, place, page }: Tree, key: string): number | undefined {
  const last = visible.length - 1;
  return {
    ArrowDown: Math.min(place + 1, last),
    ArrowUp: Math.max(place - 1, 0),
    PageDown: Math.min(Math.max(place, 0) + page, last),
    PageUp: Math.max(place - page, 0),
    Home: 0,
    End: last,
  }[key];
}

/** Opens, closes or leaves the selected node; returns whether the key was handled. */
function changes(tree: Tree, key: string): boolean {
  const { model, expansion, selected, visible, place, onExpansion } = tree;
  const { id, parent } = model.nodes[selected]!;
  const opens = hasChildren(model, selected);
  const open = isExpanded(model, selected, expansion);
  const setOpen = (to: boolean): void => onExpansion(withExpanded(expansion, [id], to));
  if (key === 'ArrowRight') {
    if (open) tree.select(visible[place + 1]!);
    else if (opens) setOpen(true);
  } else if (key === 'ArrowLeft') {
    if (open) setOpen(false);
    else if (parent >= 0) tree.select(parent);
  } else if (key === 'Enter' || key === ' ') {
    if (opens) setOpen(!open);
  } else if (key === '*') onExpansion(withExpanded(expansion, openableSiblings(model, selected), true));
  else return false;
  return true;
}

/** Goes to the next field that matches the typed text. */
function find({ model, visible, selected, typed, select }: Tree, { key, timeStamp }: KeyboardEvent): void {
  typed.text = timeStamp - typed.at > TYPING ? key : typed.text + key;
  typed.at = timeStamp;
  const found = findTyped(model, visible, selected, typed.text);
  if (found >= 0) select(found);
}
