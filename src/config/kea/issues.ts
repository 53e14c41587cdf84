import { Findings, type Report } from '../report';
import { RELEASES, type Release } from './schema';

interface Issue {
  readonly report: Report;
  readonly refusedBy: ReadonlySet<Release>;
}

const ALL: ReadonlySet<Release> = new Set(RELEASES);

/** Releases from `since` up to but not including `until`. */
export function releases(since: number, until = Infinity): ReadonlySet<Release> {
  return new Set(RELEASES.filter((release) => Number(release) >= since && Number(release) < until));
}

/**
 * Issues, with the Kea releases that refuse each. A configuration does not say which release it is for. So it is checked against the one
 * that fits best: what this release refuses is an error, and what only others refuse is a note.
 */
export class Issues {
  private readonly list: Issue[] = [];

  add(report: Report, refusedBy: ReadonlySet<Release> = ALL): void {
    if (this.list.length < 2000) this.list.push({ report, refusedBy });
  }

  /** Reports the issues for a given release, or for the one that fits best. */
  into(findings: Findings, release?: Release): void {
    const refusals = (release: Release): number => this.list.filter(({ refusedBy }) => refusedBy.has(release)).length;
    // The newest of the releases with the fewest refusals.
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
