import { Findings, type Report } from '../report';
import { RELEASES, type Release } from './schema';

interface Issue {
  readonly report: Report;
  readonly refusedBy: ReadonlySet<Release>;
}

const ALL: ReadonlySet<Release> = new Set(RELEASES);

/** Releases from `since` up to, and without, `until`. */
export function releases(since: number, until = Infinity): ReadonlySet<Release> {
  return new Set(RELEASES.filter((release) => Number(release) >= since && Number(release) < until));
}

/**
 * What is wrong, and which releases of Kea refuse it. A configuration is for one release; which one is not in it. So it is held against the
 * release that fits it best: what this one refuses is an error, and what only others refuse is worth knowing.
 */
export class Issues {
  private readonly list: Issue[] = [];

  add(report: Report, refusedBy: ReadonlySet<Release> = ALL): void {
    if (this.list.length < 2000) this.list.push({ report, refusedBy });
  }

  /** What is told, of one release or of the one that fits best. */
  into(findings: Findings, release?: Release): void {
    const refusals = (release: Release): number => this.list.filter(({ refusedBy }) => refusedBy.has(release)).length;
    // The newest of those that refuse least.
    const best = release ?? [...RELEASES].reverse().reduce((a, b) => (refusals(b) < refusals(a) ? b : a));
    for (const { report, refusedBy } of this.list) {
      if (refusedBy.has(best) || refusedBy.size === 0)
        findings.add({ ...report, ...(refusedBy.size === 0 ? { refused: false } : { severity: 'error' }) });
      else {
        const names = RELEASES.filter((release) => refusedBy.has(release));
        findings.add({
          ...report,
          id: 'other-version',
          severity: 'info',
          title: `${report.title}: not in every release`,
          explanation: `Kea ${names.join(', ')} refuses this; Kea ${best} takes it. ${report.explanation}`,
        });
      }
    }
  }
}
