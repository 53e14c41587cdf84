import type { PairFinding } from '../analysis/pair';
import type { NamedCapture } from '../engine/pair';

/**
 * `inspect --json`: one object over all files. Frame numbers are of the file named beside them where there are several; a finding
 * about two files names its frames of both in `framesIn`.
 */
export function inspectJson(
  captures: readonly NamedCapture[],
  together: readonly PairFinding[] = [],
): Record<string, unknown> {
  const many = captures.length > 1;
  const tagged = <T extends object>(path: string, items: readonly T[]): object[] =>
    many ? items.map((item) => ({ ...item, file: path })) : [...items];
  return {
    files: captures.map(({ path, capture }) => {
      const state = capture.state();
      return {
        path,
        format: capture.fileSummary?.format ?? state.format,
        frames: state.frames,
        ofInterest: state.ofInterest,
        bytes: state.bytesRead,
        durationSeconds: state.durationSeconds,
        ...(state.fileProblems.length > 0 ? { problems: state.fileProblems } : {}),
      };
    }),
    verdict: [
      ...captures.map(({ capture }) => capture.result.verdict),
      ...together.map((finding) => `${finding.title}.`),
    ].join(' '),
    servers: captures.flatMap(({ path, capture }) => tagged(path, capture.result.servers)),
    clients: captures.flatMap(({ path, capture }) => tagged(path, capture.result.clients)),
    conversations: captures.flatMap(({ path, capture }) => tagged(path, capture.result.conversations)),
    findings: [
      ...captures.flatMap(({ path, capture }) => tagged(path, capture.result.findings)),
      ...together.map((finding) => ({ ...finding, file: finding.framesIn[0]!.file })),
    ],
  };
}
