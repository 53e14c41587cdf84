import type { Cause, Severity } from '../analysis/finding';
import type { ReportFinding, ReportText } from '../pages';

/** A finding of any kind that the operator’s reports can show. */
interface AnyFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly path?: string;
  readonly line?: number;
  readonly explanation: string;
  readonly causes?: readonly Cause[];
  readonly steps: readonly string[];
  readonly reference: string;
}

/** A link to a line of a file. */
export const lineLink = (path: string, line: number): ReportText => ({
  text: `${path.replace(/^.*[\\/]/, '')}:${line}`,
  open: { kind: 'file', path, line },
});

/** A link to a frame of the capture that the report is about. */
export const frameLink = (frame: number): ReportText => ({ text: String(frame), open: { kind: 'frame', frame } });

/** A finding in the form that a report shows. */
export function reportFinding(
  { id, severity, title, path, line, explanation, causes = [], steps, reference }: AnyFinding,
  more: readonly ReportText[] = [],
): ReportFinding {
  return {
    id,
    severity,
    title,
    where: [...(path !== undefined && line !== undefined ? [lineLink(path, line)] : []), ...more],
    explanation,
    causes: causes.map(({ likelihood, text }) => ({ likelihood, text })),
    steps,
    reference,
  };
}
