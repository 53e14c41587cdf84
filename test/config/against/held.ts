import { parseConfig, SourceFile, type ConfigKind } from '../../../src/config';
import { holdAgainst, type Against, type ConfiguredFinding } from '../../../src/config/against';
import type { Finding } from '../../../src/analysis';
import type { Build } from '../../analysis/build';

/** What a configuration says of a capture that was built; its analysis ends a minute after the last frame. */
export function held(kind: ConfigKind, text: string, build: Build): Against {
  const last = build.packets.reduce((latest, { time }) => Math.max(latest, time), 0);
  const { packets } = build;
  const document = parseConfig(new SourceFile('server.conf', text), kind);
  return holdAgainst([document], { count: packets.length, get: (i) => packets[i]! }, build.analyse(last + 60).findings);
}

const isOurs = (finding: Finding): finding is ConfiguredFinding => finding.id.startsWith('config-');

/** `config-silent error 3 likely 1,2`, one line a finding that has a place in the configuration. */
export const told = (kind: ConfigKind, text: string, build: Build): string[] =>
  held(kind, text, build)
    .findings.filter(isOurs)
    .map(
      ({ id, severity, line, causes, frames }) =>
        `${id} ${severity} ${line} ${causes[0]!.likelihood} ${frames.join(',')}`,
    );
