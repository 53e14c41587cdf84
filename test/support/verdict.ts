import assert from 'node:assert/strict';
import { SEVERITIES, SEVERITY_NOUNS, type Finding } from '../../src/analysis/finding';
import type { ClientSummary } from '../../src/analysis/summaries';

/** What a verdict speaks of. */
export interface Judged {
  readonly verdict: string;
  /** All findings shown beside it. */
  readonly findings: readonly Pick<Finding, 'severity' | 'title' | 'subject' | 'steps'>[];
  readonly clients: readonly Pick<ClientSummary, 'client' | 'outcome'>[];
}

/** Numbers by severity, as a verdict writes them first in its brackets. */
const COUNTS = /\(((?:\d+ (?:error|warning|note)s?(?:, | and )?)+)(?=[;)])/;

/** Fails where a verdict contradicts what is shown beside it. It is read as a reader reads it: by its words. */
export function assertAgrees({ verdict, findings, clients }: Judged, what: string): void {
  const text = `${what}: ${verdict}`;
  const grave = findings.filter(({ severity }) => severity !== 'info');
  const unanswered = clients.filter(({ outcome }) => outcome === 'unanswered');
  if (/nothing is wrong/i.test(verdict)) {
    assert.deepEqual(grave, [], text);
    assert.deepEqual(unanswered, [], text);
    assert.doesNotMatch(verdict, /got no answer|was refused|were refused/, text);
  }
  const [worst] = grave;
  const there = SEVERITIES.map((severity) => findings.filter((one) => one.severity === severity).length);
  if (worst) {
    // What is wrong is the first finding; numbers are those of the findings, so their sum is the number on the badge.
    assert.ok(verdict.startsWith(worst.title), text);
    const [, told = ''] = COUNTS.exec(verdict.slice(worst.title.length)) ?? [];
    const counted = SEVERITIES.map((severity) =>
      Number(new RegExp(`(\\d+) ${SEVERITY_NOUNS[severity]}s?\\b`).exec(told)?.[1] ?? 0),
    );
    assert.deepEqual(counted, there, text);
    assert.equal(verdict.split(' Do this first: ').length, worst.steps.length > 0 ? 2 : 1, text);
  } else assert.doesNotMatch(verdict, / Do this first: /, text);
  assert.doesNotMatch(verdict, /\bno client\b|\bnobody asks\b|`/i, text);
  // Who is told of in numbers: together they are all clients.
  const [, all, rest] = /\b(\d+) clients[:,] (\d+ .*)/.exec(verdict) ?? [];
  if (all !== undefined && rest !== undefined) {
    assert.equal(Number(all), clients.length, text);
    const own = [...rest.matchAll(/(?:^|[;,] )(\d+) (?=got|renewed|that had|had|was|were|declined|only|asked|whose)/g)];
    const sum = own.reduce((total, [, n]) => total + Number(n), 0);
    assert.equal(sum, clients.length, text);
  }
  if (clients.length > 0)
    assert.match(
      verdict,
      /[Oo]ne client, |[Bb]y DHCPv4, |[Aa] client without|the client |\d+ clients|[Bb]oth clients/,
      text,
    );
  if (unanswered.length > 0) assert.match(verdict, /got no answer/, text);
}
