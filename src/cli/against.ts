import type { Finding } from '../analysis/finding';
import type { ConfigDocument } from '../config';
import { holdAgainst, type ReplySource } from '../config/against';
import type { Capture } from '../engine/capture';
import { packetsOf } from '../engine/scan/packets';
import type { NamedCapture, Together } from '../engine/pair';

/** Captures compared with each other and with the configurations of their servers. */
export interface Configured extends Together {
  /** The part that `inspect --json` prints. */
  readonly config: {
    readonly files: readonly { readonly path: string; readonly kind: string; readonly lines: number }[];
    readonly replies: readonly ReplySource[];
  };
}

/** Compares configurations with each capture. */
export function withConfigs(
  captures: readonly NamedCapture[],
  together: Together,
  documents: readonly ConfigDocument[],
): Configured {
  const findings = new Map<Capture, readonly Finding[]>();
  const replies: ReplySource[] = [];
  for (const { path, capture } of captures) {
    const held = holdAgainst(documents, packetsOf(capture.scan, capture.indexes), together.findingsOf(capture));
    findings.set(capture, held.findings);
    for (const one of held.replies) replies.push(captures.length > 1 ? { ...one, file: path } : one);
  }
  const files = documents.flatMap(({ kind, files: all }) => all.map(({ path, lines }) => ({ path, kind, lines })));
  return {
    ...together,
    findingsOf: (capture) => findings.get(capture) ?? together.findingsOf(capture),
    config: { files, replies },
  };
}
