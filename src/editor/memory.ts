import type * as vscode from 'vscode';
import type { Remembered } from '../protocol';

const VIEWS = 'views';
const PRODUCTS = 'products';
/** How many files have their view remembered. The oldest ones are dropped. */
const MOST = 50;

type Views = readonly (readonly [file: string, view: unknown])[];

/** Remembers the last view of each file per workspace, and the user's products across all workspaces. */
export class Memory {
  constructor(private readonly context: Pick<vscode.ExtensionContext, 'workspaceState' | 'globalState'>) {}

  /** What is remembered for a file. */
  of(uri: vscode.Uri): Remembered {
    const [, view] = this.views.find(([file]) => file === uri.toString()) ?? [];
    const products = this.context.globalState.get<unknown>(PRODUCTS);
    return { view, products: Array.isArray(products) ? products.filter((one) => typeof one === 'string') : [] };
  }

  async keep(uri: vscode.Uri, { view, products }: Remembered): Promise<void> {
    const file = uri.toString();
    const others = this.views.filter(([one]) => one !== file);
    // Pasted text has no file that could be opened again.
    if (uri.scheme !== 'untitled')
      await this.context.workspaceState.update(VIEWS, [...others.slice(1 - MOST), [file, view]]);
    await this.context.globalState.update(PRODUCTS, products);
  }

  private get views(): Views {
    const views = this.context.workspaceState.get<unknown>(VIEWS);
    return Array.isArray(views) ? (views as unknown[]).filter(isView) : [];
  }
}

function isView(value: unknown): value is Views[number] {
  return Array.isArray(value) && typeof value[0] === 'string';
}
