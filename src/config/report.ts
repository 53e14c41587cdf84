import type { Severity } from '../analysis/finding';
import { CONFIG_FINDINGS } from './catalogue';
import type { ConfigFinding, Fix } from './model';
import type { Span } from './source';

/** What a rule or a parser has to say; the catalogue adds what is true of it everywhere. */
export interface Report {
  readonly id: string;
  readonly span: Span;
  readonly title: string;
  readonly explanation: string;
  readonly steps?: readonly string[];
  /** Where this case is graver or lighter than the catalogue says. */
  readonly severity?: Severity;
  readonly reference?: string;
  readonly related?: readonly Span[];
  /** The program itself refuses the file for this. */
  readonly refused?: boolean;
  readonly fix?: Fix;
}

/** A report with what the catalogue knows of it. Throws Error on an id that is in no row: a mistake in the rule. */
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

/** No more than these of one file's mistakes are collected: behind them nothing new is learnt. */
export const MOST_FINDINGS = 500;

/** Collects what a parser finds, one at each place. What is an error to a parser, its program refuses. */
export class Findings {
  readonly list: ConfigFinding[] = [];
  private readonly places = new Set<string>();
  /** More were found than were kept. */
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
