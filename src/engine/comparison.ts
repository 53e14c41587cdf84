import { DEFAULT_SETTINGS, type Settings } from '../analysis';
import type { ShownFinding } from '../protocol';
import { compareCaptures, type NamedCapture } from './pair';

/** What one capture, held against others, has shown. */
export interface Comparison {
  /** One sentence: with what it was compared, and what came of it. */
  readonly text: string;
  readonly findings: readonly ShownFinding[];
}

/** Compares a capture with others, seen from the one: `frames` of its findings are its own, those of the others stand `elsewhere`. */
export function comparisonOf(
  own: NamedCapture,
  others: readonly NamedCapture[],
  settings: Settings = DEFAULT_SETTINGS,
): Comparison {
  const captures = [own, ...others];
  const names = new Map(captures.map(({ path, capture }) => [path, capture.name]));
  const findings = compareCaptures(captures, settings).map(({ framesIn, ...finding }): ShownFinding => {
    const elsewhere = framesIn
      .filter(({ file }) => file !== own.path)
      .map(({ file, frames }) => ({ name: names.get(file) ?? file, path: file, frames }));
    return { ...finding, frames: framesIn.find(({ file }) => file === own.path)?.frames ?? [], elsewhere };
  });
  return { text: sentence(others, findings.length, settings.suppressed.includes('lost-between')), findings };
}

function sentence(others: readonly NamedCapture[], lost: number, suppressed: boolean): string {
  const with_ = `Compared with ${others.map(({ capture }) => capture.name).join(', ')}: `;
  if (suppressed) return `${with_}your settings suppress what was lost between them (lost-between).`;
  if (lost === 0) return `${with_}no message that both should have seen is missing in either.`;
  return `${with_}messages were lost on the way, see the hint${lost === 1 ? '' : 's'}.`;
}
