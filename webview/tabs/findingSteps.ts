import { partsOf, PRODUCTS, type Finding, type For, type Product, type ShownFinding } from '../../src/protocol';

/** Index of the finding that is open initially: the first that requires action; -1 for none. Findings are ordered by importance. */
export function openAtFirst(findings: readonly Finding[]): number {
  return findings.findIndex(({ severity }) => severity !== 'info');
}

/** The commands of a step, one per line; empty if it has none. */
export function commandsOf(step: string): string {
  return partsOf(step)
    .filter(({ code }) => code)
    .map(({ text }) => text)
    .join('\n');
}

/** One thing to do, worded for each product that has a step of its own. */
export interface Slot {
  /** Indexes of its steps in the finding; only one if it is the same for every product. */
  readonly steps: readonly number[];
}

/** What to do, in order: consecutive steps for several products of a kind are one thing in different wordings. */
export function slotsOf({ steps, stepsFor = {} }: Finding): Slot[] {
  const slots: number[][] = [];
  let told: readonly For[] = [];
  steps.forEach((_, place) => {
    const now = stepsFor[place];
    const more =
      now && told.some(({ kind }) => kind === now.kind) && !told.some(({ product }) => product === now.product);
    if (more) slots.at(-1)!.push(place);
    else slots.push([place]);
    told = now ? [...(more ? told : []), now] : [];
  });
  return slots.map((places) => ({ steps: places }));
}

/** The step of a slot for somebody who has these products, the most recent choice first; the slot's first step if none fits. */
export function stepFor({ stepsFor = {} }: Finding, { steps }: Slot, products: readonly string[]): number {
  for (const product of products) {
    const place = steps.find((step) => stepsFor[step]?.product === product);
    if (place !== undefined) return place;
  }
  return steps[0]!;
}

/** The display name of a product. */
export const productName = (product: Product | undefined): string => (product === undefined ? '' : PRODUCTS[product]);

/** Findings grouped by severity and id, each as an index; the order is kept. */
export function groupsOf(findings: readonly ShownFinding[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  findings.forEach(({ severity, id }, place) => {
    const key = `${severity} ${id}`;
    groups.set(key, [...(groups.get(key) ?? []), place]);
  });
  return [...groups.values()];
}
