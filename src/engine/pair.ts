import { printable } from '../codec/bytes';
import { comparePoints, readPoint, type PairFinding, type PointEvents } from '../analysis/pair';
import { DEFAULT_SETTINGS, type Settings } from '../analysis/settings';
import type { Capture } from './capture';
import { packetsOf } from './packets';

/** A capture and the path by which it was opened. */
export interface NamedCapture {
  readonly path: string;
  readonly capture: Capture;
}

/** More captures than this are not compared each with each. */
const MOST = 16;

/** What several captures show together: messages that one point saw and another should have seen. All must have been read. */
export function compareCaptures(
  captures: readonly NamedCapture[],
  settings: Settings = DEFAULT_SETTINGS,
): PairFinding[] {
  if (captures.length < 2 || captures.length > MOST) return [];
  const shorts = captures.map(({ path }) => path.replace(/^.*[\\/]/, ''));
  const distinct = new Set(shorts).size === shorts.length;
  const points = captures.map(({ path, capture }, i): PointEvents => {
    const { scan, indexes, findings } = capture;
    const { firstTime, lastTime } = scan;
    return readPoint(
      {
        file: path,
        name: printable(distinct ? shorts[i]! : path),
        packets: packetsOf(scan, indexes),
        firstTime,
        lastTime,
        findings,
      },
      settings,
    );
  });
  return points.flatMap((a, i) => points.slice(i + 1).flatMap((b) => comparePoints(a, b, settings)));
}
