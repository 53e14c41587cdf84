import type { Selection } from '../src/protocol';
import type { TreeModel, TreeNode } from './packet/treeModel';

/** The selected frame with the path to the selected node; -1 for no node. */
function selectionOf(frame: number, { nodes }: TreeModel, index: number): Selection {
  const node = nodes[index];
  if (!node) return { frame };
  const keys: string[] = [];
  for (let at: TreeNode | undefined = node; at; at = nodes[at.parent]) if (at.field.key) keys.unshift(at.field.key);
  return { frame, field: { name: node.field.name, keys } };
}

/** Tells the host what is selected whenever that changes. */
export class SelectionTeller {
  private told = '';

  constructor(private readonly tell: (selection: Selection) => Promise<unknown>) {}

  /** Checks the present selection; a frame counts once it has arrived. */
  look(
    state: {
      readonly frame: number | undefined;
      readonly view: { readonly frame: number } | undefined;
      readonly model: TreeModel;
    },
    node: number,
    byHand: boolean,
  ): void {
    const { frame, view, model } = state;
    if (frame === undefined || view?.frame !== frame) return;
    const selection = { ...selectionOf(frame, model, node), ...(byHand ? { byHand } : {}) };
    const now = JSON.stringify(selection);
    if (now === this.told) return;
    this.told = now;
    void this.tell(selection).catch(() => undefined);
  }
}
