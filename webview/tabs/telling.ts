import { partsOf, type Finding } from '../../src/protocol';

/** The findings that are open at first: the first one that calls for something to be done. They come in the order of telling. */
export function openAtFirst(findings: readonly Finding[]): number[] {
  const first = findings.findIndex(({ severity }) => severity !== 'info');
  return first < 0 ? [] : [first];
}

/** The commands of a step, one a line; empty where it has none. */
export function commandsOf(step: string): string {
  return partsOf(step)
    .filter(({ code }) => code)
    .map(({ text }) => text)
    .join('\n');
}
