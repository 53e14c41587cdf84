import type { Finding, Severity } from '../src/protocol';

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Places of the findings, the gravest first, equally grave ones in the order given. */
export function bySeverity(findings: readonly Finding[]): number[] {
  return findings.map((_, i) => i).sort((a, b) => RANK[findings[a]!.severity] - RANK[findings[b]!.severity] || a - b);
}

/** The findings that are open at first: the gravest one, if it calls for something to be done. */
export function openAtFirst(findings: readonly Finding[]): number[] {
  const first = bySeverity(findings)[0];
  return first !== undefined && findings[first]!.severity !== 'info' ? [first] : [];
}

/** A step cut at its backticks into text and commands. A backtick without a partner stays as it is. */
export function partsOf(step: string): { readonly text: string; readonly code: boolean }[] {
  const parts: { text: string; code: boolean }[] = [];
  let at = 0;
  for (const match of step.matchAll(/`([^`]+)`/g)) {
    if (match.index > at) parts.push({ text: step.slice(at, match.index), code: false });
    parts.push({ text: match[1]!, code: true });
    at = match.index + match[0].length;
  }
  if (at < step.length) parts.push({ text: step.slice(at), code: false });
  return parts;
}

/** The commands of a step, one a line; empty where it has none. */
export function commandsOf(step: string): string {
  return partsOf(step)
    .filter(({ code }) => code)
    .map(({ text }) => text)
    .join('\n');
}
