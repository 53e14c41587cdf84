import type { Severity } from '../analysis/finding';
import { printable } from '../codec/bytes';
import type { Output } from './output';
import { paint, printAdvice, SEVERITY_WORDS } from './text';

/** A finding as `check`, `leases` and `machine` print it, with its place in a file, if any. */
export interface PlacedFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly explanation: string;
  readonly steps: readonly string[];
  readonly reference: string;
}

/** Prints findings as text with the place first, as compilers do. */
export function printPlaced(findings: readonly PlacedFinding[], output: Output): void {
  for (const { id, severity, title, path, line, column, explanation, steps, reference } of findings) {
    output.line('');
    const place =
      path === undefined ? '' : `${printable(path)}${line === undefined ? '' : `:${line}:${column ?? 1}`}: `;
    output.prose(
      `${place}${paint(output, severity, SEVERITY_WORDS[severity])}  ${paint(output, 'bold', title)}  [${id}]`,
      2,
    );
    output.prose(`  ${explanation}`, 2);
    printAdvice({ steps, reference }, output);
  }
}
