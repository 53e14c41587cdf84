import type { For, Product } from './steps';

/** The steps of a finding, and which of them are for one product. */
interface Steps {
  readonly steps: readonly string[];
  readonly stepsFor?: Readonly<Record<number, For>>;
}

/** One thing to do, worded for each product that has a step of its own. */
export interface Slot {
  /** Indexes of its steps in the finding; only one if it is the same for every product. */
  readonly steps: readonly number[];
}

/** What to do, in order: consecutive steps for several products of a kind are one thing in different wordings. */
export function slotsOf({ steps, stepsFor = {} }: Steps): Slot[] {
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

/** The step of a slot for somebody who has these products, the most recent choice first; undefined if none fits. */
export function chosenStep({ stepsFor = {} }: Steps, { steps }: Slot, products: readonly string[]): number | undefined {
  for (const product of products) {
    const place = steps.find((step) => stepsFor[step]?.product === product);
    if (place !== undefined) return place;
  }
  return undefined;
}

/**
 * A finding with the steps for these products alone. Where none of them has a wording of its own, all wordings stay, but those for other
 * products of a kind that has one elsewhere: whoever runs one server needs no setting of another.
 */
export function forProducts<T extends Steps>(finding: T, products: readonly Product[]): T {
  const { stepsFor = {} } = finding;
  const chosen = new Set(Object.values(stepsFor).flatMap((one) => (products.includes(one.product) ? [one.kind] : [])));
  const isForOthers = (place: number): boolean => stepsFor[place] !== undefined && chosen.has(stepsFor[place].kind);
  const places = slotsOf(finding).flatMap(
    (slot) => chosenStep(finding, slot, products) ?? slot.steps.filter((place) => !isForOthers(place)),
  );
  const kept = places.flatMap((place, to) => (stepsFor[place] ? [[to, stepsFor[place]] as const] : []));
  return {
    ...finding,
    steps: places.map((place) => finding.steps[place]!),
    ...(finding.stepsFor ? { stepsFor: Object.fromEntries(kept) } : {}),
  };
}
