import type { Finding } from '../src/protocol';

/** The findings that are open at first: the first one that calls for something to be done. They come in the order of telling. */
export function openAtFirst(findings: readonly Finding[]): number[] {
  const first = findings.findIndex(({ severity }) => severity !== 'info');
  return first < 0 ? [] : [first];
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
