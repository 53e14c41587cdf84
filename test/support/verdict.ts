import assert from 'node:assert/strict';
import { SEVERITIES, type Finding } from '../../src/analysis/finding';
import type { ClientSummary } from '../../src/analysis/result';

/** What a verdict speaks of. */
export interface Judged {
  readonly verdict: string;
  /** All findings shown beside it. */
  readonly findings: readonly Pick<Finding, 'severity' | 'title' | 'subject'>[];
  readonly clients: readonly Pick<ClientSummary, 'client' | 'outcome'>[];
}

/** Fails where a verdict contradicts what is shown beside it. It is read as a reader reads it: by its words. */
export function assertAgrees({ verdict, findings, clients }: Judged, what: string): void {
  const text = `${what}: ${verdict}`;
  const grave = findings.filter(({ severity }) => severity !== 'info');
  const unanswered = clients.filter(({ outcome }) => outcome === 'unanswered');
  if (/Nothing is wrong/.test(verdict)) {
    assert.deepEqual(grave, [], text);
    assert.deepEqual(unanswered, [], text);
    assert.doesNotMatch(verdict, /got no answer|was refused|were refused/, text);
  }
  // Numbers by severity are those of the findings, so their sum is the number on the badge.
  const [, told = ''] = /Found: (.*?)\. /.exec(`${verdict} `) ?? [];
  const counted = SEVERITIES.map((severity) => Number(new RegExp(`(\\d+) ${severity}s?\\b`).exec(told)?.[1] ?? 0));
  const there = SEVERITIES.map((severity) => findings.filter((one) => one.severity === severity).length);
  if (grave.length > 0) assert.deepEqual(counted, there, text);
  else assert.equal(told, '', text);
  const worst = findings.find(({ severity }) => severity === grave[0]?.severity);
  if (worst && !/damaged or cut$/.test(worst.title)) {
    const gravest = grave.find(({ severity }) => severity === 'error') ?? grave[0]!;
    assert.ok(verdict.includes(`${gravest.title}.`), text);
  }
  assert.doesNotMatch(verdict, /\bno client\b|\bnobody asks\b/i, text);
  // Who is told of in numbers: together they are all clients.
  const [, all, parts] =
    /(?:^|: )(\d+) clients: (.*?)\. (?=Found|Nothing|This|These|The |Messages|Findings)/.exec(`${verdict} Found`) ?? [];
  if (all !== undefined) {
    assert.equal(Number(all), clients.length, text);
    const own = parts!.split('; ').filter((part) => !/^\d+ of them /.test(part));
    const sum = own.reduce((total, part) => total + Number(/^(?:how it ended for )?(\d+) /.exec(part)![1]), 0);
    assert.equal(sum, clients.length, text);
  }
  if (clients.length > 0) assert.match(verdict, /(?:^|: )(?:One client, |\d+ clients: )/, text);
  if (unanswered.length > 0) assert.match(verdict, /got no answer/, text);
}
