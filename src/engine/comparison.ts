import { DEFAULT_SETTINGS, type Settings } from '../analysis';
import type { ShownFinding, VerdictParts } from '../protocol';
import { compareCaptures, type NamedCapture, type Together } from './pair';

/** What one capture, held against others, has shown. */
export interface Shown {
  /** With what it was compared, and what came of it. */
  readonly text: string;
  /** All that is found: between the captures, then in this one. */
  readonly findings: readonly ShownFinding[];
  /** The verdict on this capture, made anew over these findings. */
  readonly verdict: string;
  readonly parts: VerdictParts;
  /** A conversation as this capture and another one show it. */
  readonly between: Together['between'];
}

/** Compares a capture with others, seen from the one: `frames` of its findings are its own, those of the others stand `elsewhere`. */
export function comparisonOf(
  own: NamedCapture,
  others: readonly NamedCapture[],
  settings: Settings = DEFAULT_SETTINGS,
): Shown {
  const captures = [own, ...others];
  const names = new Map(captures.map(({ path, capture }) => [path, capture.name]));
  const together = compareCaptures(captures, settings);
  const between = together.findings.map(({ framesIn, ...finding }): ShownFinding => {
    const elsewhere = framesIn
      .filter(({ file }) => file !== own.path)
      .map(({ file, frames }) => ({ name: names.get(file) ?? file, path: file, frames }));
    return { ...finding, frames: framesIn.find(({ file }) => file === own.path)?.frames ?? [], elsewhere };
  });
  const findings = [...between, ...together.findingsOf(own.capture)];
  // The first pairs are its own.
  const withOwn = together.pairs.slice(0, others.length).map(({ b, outcome }) => `Compared with ${b}: ${outcome}`);
  const among = together.pairs.slice(others.length).map(({ a, b, outcome }) => `${a} with ${b}: ${outcome}`);
  const text = withOwn.length > 0 ? [...withOwn, ...among].join(' ') : together.text;
  const { result } = own.capture;
  return {
    text,
    findings,
    verdict: result.verdictWith(findings),
    parts: result.verdictPartsWith(findings),
    between: together.between,
  };
}
