import {
  chosenStep,
  partsOf,
  PRODUCTS,
  slotsOf,
  type Finding,
  type Product,
  type ShownFinding,
  type Slot,
} from '../../src/protocol';

export { slotsOf, type Slot };

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

/** The step of a slot for somebody who has these products, the most recent choice first; the slot's first step if none fits. */
export function stepFor(finding: Finding, slot: Slot, products: readonly string[]): number {
  return chosenStep(finding, slot, products) ?? slot.steps[0]!;
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
