import { checkConfig, parseConfig, SourceFile, type ConfigFinding, type ConfigKind } from '../../src/config';

/** What is said of a text: `12 error pool-outside-subnet`, in the order of the file. Without `info` where not wanted. */
export function said(kind: ConfigKind, text: string, { info = true } = {}): string[] {
  return findingsOf(kind, text)
    .filter(({ severity }) => info || severity !== 'info')
    .map(({ span, severity, id }) => `${span.file.position(span.start).line} ${severity} ${id}`);
}

export const findingsOf = (kind: ConfigKind, text: string): ConfigFinding[] =>
  checkConfig(parseConfig(new SourceFile('test.conf', text), kind));

/** Whether the program itself refuses it, as we see it. */
export const refused = (kind: ConfigKind, text: string): boolean =>
  findingsOf(kind, text).some((finding) => finding.refused);
