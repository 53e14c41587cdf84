import { DEFAULT_SETTINGS, type Settings } from '../analysis';
import type { ShownFinding, VerdictParts } from '../protocol';
import { allFindings, compareCaptures, pairsText, type NamedCapture, type Together } from './pair';

/** The result of comparing one capture with others. */
export interface Shown {
  /** What it was compared with, and the outcome. */
  readonly text: string;
  /** All findings: first those between the captures, then those of this one. */
  readonly findings: readonly ShownFinding[];
  /** The verdict on this capture, recomputed from these findings. */
  readonly verdict: string;
  readonly parts: VerdictParts;
  /** A conversation as seen in this capture and in each other one that shows any of it. */
  readonly between: Together['between'];
}

/**
 * Compares a capture with others, from its own point of view: `frames` of a finding are
 * frames of this capture; those of the others are in `elsewhere`. What `check` throws, now and then, ends the comparison.
 */
export function comparisonOf(
  own: NamedCapture,
  others: readonly NamedCapture[],
  settings: Settings = DEFAULT_SETTINGS,
  check = (): void => undefined,
): Shown {
  const captures = [own, ...others];
  const names = new Map(captures.map(({ path, capture }) => [path, capture.name]));
  const together = compareCaptures(captures, settings, check);
  const between = together.findings.map(({ framesIn, ...finding }): ShownFinding => {
    const elsewhere = framesIn
      .filter(({ file }) => file !== own.path)
      .map(({ file, frames }) => ({ name: names.get(file) ?? file, path: file, frames }));
    return { ...finding, frames: framesIn.find(({ file }) => file === own.path)?.frames ?? [], elsewhere };
  });
  const findings = allFindings<ShownFinding>([own], together, between);
  // The pairs with this capture come first.
  const [first] = together.pairs;
  const text = first
    ? pairsText(together.pairs, ({ a, b }) => (a === first.a ? `Compared with ${b}` : `${a} with ${b}`))
    : together.text;
  const { result } = own.capture;
  return {
    text,
    findings,
    verdict: result.verdictWith(findings),
    parts: result.verdictPartsWith(findings),
    between: together.between,
  };
}
