import { partsOf, PRODUCTS, type Finding, type For, type Product, type ShownFinding } from '../../src/protocol';

/** Place of the finding that is open at first: the first one that calls for something to be done; -1 for none. They come in the order of telling. */
export function openAtFirst(findings: readonly Finding[]): number {
  return findings.findIndex(({ severity }) => severity !== 'info');
}

/** The commands of a step, one a line; empty where it has none. */
export function commandsOf(step: string): string {
  return partsOf(step)
    .filter(({ code }) => code)
    .map(({ text }) => text)
    .join('\n');
}

/** One thing to do, in the words of each product that it is told for. */
export interface Slot {
  /** Places of the steps among those of the finding; one where it is for everybody. */
  readonly steps: readonly number[];
}

/** What is to be done, one thing after the other: steps for several products of a kind are the same thing in other words. */
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

/** The step of a slot to show to somebody who has these products, the latest choice first; the first one where none fits. */
export function stepFor({ stepsFor = {} }: Finding, { steps }: Slot, products: readonly string[]): number {
  for (const product of products) {
    const place = steps.find((step) => stepsFor[step]?.product === product);
    if (place !== undefined) return place;
  }
  return steps[0]!;
}

/** What a product is called. */
export const productName = (product: Product | undefined): string => (product === undefined ? '' : PRODUCTS[product]);

/** Findings of one severity, and among them those of one id together; each by its place. The order of telling is kept. */
export function groupsOf(findings: readonly ShownFinding[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  findings.forEach(({ severity, id }, place) => {
    const key = `${severity} ${id}`;
    groups.set(key, [...(groups.get(key) ?? []), place]);
  });
  return [...groups.values()];
}
