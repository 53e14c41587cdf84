import type { Severity } from '../analysis/finding';
import { CONFIG_FINDINGS } from './catalogue';
import type { ConfigFinding, Fix } from './model';
import type { Span } from './source';

/** What a rule or parser reports. The catalogue adds the parts that are always the same. */
export interface Report {
  readonly id: string;
  readonly span: Span;
  readonly title: string;
  readonly explanation: string;
  readonly steps?: readonly string[];
  /** Overrides the catalogue's severity in this case. */
  readonly severity?: Severity;
  readonly reference?: string;
  readonly related?: readonly Span[];
  /** The program itself refuses the file because of this. */
  readonly refused?: boolean;
  readonly fix?: Fix;
}

/** Completes a report from the catalogue. Throws Error on an unknown id, which is a bug in the rule. */
export function finding({
  id,
  span,
  title,
  explanation,
  steps,
  severity,
  reference,
  related,
  refused,
  fix,
}: Report): ConfigFinding {
  const row = CONFIG_FINDINGS.get(id);
  if (!row) throw new Error(`there is no finding ${id}`);
  return {
    id,
    severity: severity ?? row.severity,
    title,
    span,
    explanation,
    steps: steps ?? [],
    reference: reference ?? row.reference,
    ...(related && related.length > 0 ? { related } : {}),
    ...(refused ? { refused: true as const } : {}),
    ...(fix ? { fix } : {}),
  };
}

/** How many mistakes are collected per file. Beyond this, more of them tell nothing new. */
export const MOST_FINDINGS = 500;

/** Collects a parser's findings, one per id and place. If the parser reports an error, the program refuses the file. */
export class Findings {
  readonly list: ConfigFinding[] = [];
  private readonly places = new Set<string>();
  /** More were found than are kept. */
  overflow = false;

  add(report: Report): void {
    const place = `${report.id} ${report.span.file.path} ${report.span.start}`;
    if (this.places.has(place)) return;
    if (this.list.length >= MOST_FINDINGS) {
      this.overflow = true;
      return;
    }
    this.places.add(place);
    const made = finding(report);
    this.list.push(made.severity === 'error' && report.refused !== false ? { ...made, refused: true } : made);
  }
}
