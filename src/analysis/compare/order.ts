import { rankOf } from '../grouping';
import { SEVERITY_RANK, type Finding } from '../finding';

/** The findings of one capture, or those about several, in reading order. */
export interface Told<T extends Finding> {
  /** The file; empty for findings about several. */
  readonly name: string;
  readonly findings: readonly T[];
  /** Whether a finding about another file, or about several, explains this one. */
  readonly explained: (finding: T) => boolean;
}

/**
 * The findings of several captures in one order, whatever the order of the captures: the most serious first, what is explained by another
 * file last among equals, then as within one capture. Each capture's own order stays where it puts a cause before something more serious.
 */
export function inOneOrder<T extends Finding>(lists: readonly Told<T>[]): T[] {
  const rows = [...lists]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ findings, explained }) => {
      let severity = 0;
      let rank = Infinity;
      return [...findings]
        .reverse()
        .map((finding) => {
          const own = SEVERITY_RANK[finding.severity];
          rank = own > severity ? rankOf(finding) : Math.min(rank, rankOf(finding));
          severity = Math.max(severity, own);
          return { finding, severity, later: explained(finding) ? 1 : 0, rank };
        })
        .reverse();
    });
  return rows
    .sort((a, b) => b.severity - a.severity || a.later - b.later || a.rank - b.rank)
    .map(({ finding }) => finding);
}

/** Findings about several captures: the most serious first, those about most clients before others. */
export const bySubjects = <T extends Finding>(findings: readonly T[]): T[] =>
  [...findings].sort(
    (a, b) =>
      SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity] ||
      (b.members?.length ?? 1) - (a.members?.length ?? 1) ||
      (a.title < b.title ? -1 : 1),
  );
