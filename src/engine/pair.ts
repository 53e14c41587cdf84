import { printable } from '../codec/bytes';
import type { Finding } from '../analysis/finding';
import {
  comparePoints,
  readPoint,
  type Comparison,
  type PairFinding,
  type PointEvents,
} from '../analysis/compare/pair';
import { ladderBetween, type Ladder } from '../analysis/ladder';
import type { Packets } from '../analysis/conversations/packet';
import { DEFAULT_SETTINGS, type Settings } from '../analysis/conversations/settings';
import { count } from '../analysis/words/words';
import type { Capture } from './capture';
import { packetsOf } from './scan/packets';

/** A capture and the path it was opened from. */
export interface NamedCapture {
  readonly path: string;
  readonly capture: Capture;
}

/** What several captures show together. */
export interface Together {
  readonly findings: readonly PairFinding[];
  /** The outcome of each pairwise comparison, as a sentence. */
  readonly pairs: readonly { readonly a: string; readonly b: string; readonly outcome: string }[];
  /** All outcomes as text, or why nothing was compared; empty if there is nothing to compare. */
  readonly text: string;
  /** A conversation of the first capture as seen in it and in another one, for each other capture that shows any of it. */
  readonly between: (
    ladder: Ladder,
    frames: readonly number[],
  ) => readonly { readonly path: string; readonly name: string; readonly ladder: Ladder }[];
  /** The findings of one capture alone. A finding that the comparison explains gets that as its cause. */
  findingsOf(capture: Capture): readonly Finding[];
}

/** Beyond this many captures, they are not all compared with each other. */
const MOST = 16;

/**
 * What several captures show together: messages that one capture point saw and another should have seen. All must have been read. `check` is
 * called now and then; what it throws ends the comparison.
 */
export function compareCaptures(
  captures: readonly NamedCapture[],
  settings: Settings = DEFAULT_SETTINGS,
  check = (): void => undefined,
): Together {
  const nothing = (text: string): Together => ({
    findings: [],
    pairs: [],
    text,
    between: () => [],
    findingsOf: ({ findings }) => findings,
  });
  if (captures.length < 2) return nothing('');
  if (captures.length > MOST)
    return nothing(`Not compared: more than ${MOST} captures are not held against each other.`);
  if (settings.suppressed.includes(LOST)) return nothing(`Not compared: \`${LOST}\` is suppressed by the settings.`);
  const names = namesOf(captures);
  const points = captures.map(({ path, capture }, i): PointEvents => {
    const { scan, indexes, findings } = capture;
    const { firstTime, lastTime } = scan;
    return readPoint(
      {
        file: path,
        name: names[i]!,
        packets: checked(packetsOf(scan, indexes), check),
        firstTime,
        lastTime,
        findings,
      },
      settings,
    );
  });
  const compared = points.flatMap((a, i) => points.slice(i + 1).map((b) => ({ a, b, ...comparePoints(a, b, check) })));
  const settled = new Map(compared.flatMap((pair) => [...pair.settled]));
  const pairs = compared.map((pair) => ({ a: pair.a.point.name, b: pair.b.point.name, outcome: outcomeOf(pair) }));
  return {
    findings: compared.flatMap(({ findings }) => findings),
    pairs,
    between: (ladder, frames) => {
      const own = new Set(frames);
      return compared.flatMap((pair) => {
        const found = pair.a === points[0] && ladderBetween(ladder, own, pair.a, pair.b, pair);
        return found ? [{ path: pair.b.point.file, name: pair.b.point.name, ladder: found }] : [];
      });
    },
    text: pairs.map(({ a, b, outcome }) => `${a} and ${b}: ${outcome}`).join(' '),
    findingsOf: ({ findings }) => findings.map((finding) => explained(finding, settled.get(finding))),
  };
}

/** Messages read between two calls of `check`. */
const PER_CHECK = 4096;

function checked(packets: Packets, check: () => void): Packets {
  let read = 0;
  return {
    count: packets.count,
    get: (index) => {
      if (read++ % PER_CHECK === 0) check();
      return packets.get(index);
    },
  };
}

/** Names that distinguish captures: file names, or full paths if two files have the same name. */
export function namesOf(captures: readonly NamedCapture[]): string[] {
  const shorts = captures.map(({ path, capture }) => (path === '-' ? capture.name : path.replace(/^.*[\\/]/, '')));
  const distinct = new Set(shorts).size === shorts.length;
  return captures.map(({ path }, i) => printable(distinct ? shorts[i]! : path));
}

const LOST = 'lost-between';

/** The outcome of comparing two captures, as the end of a sentence. */
function outcomeOf({ related, common, lost }: Comparison): string {
  if (!related)
    return common === 0
      ? 'unrelated, no message is in both.'
      : `unrelated, only ${count(common, 'message')} of many ${common === 1 ? 'is' : 'are'} in both.`;
  const both = `${count(common, 'message')} ${common === 1 ? 'is' : 'are'} in both`;
  return lost === 0
    ? `${both}, and none that both should show is missing.`
    : `${both}, and ${count(lost, 'message')} ${lost === 1 ? 'was' : 'were'} lost between them.`;
}

/** A finding whose guessed causes are replaced by what the comparison has shown. Its steps go: they search for what has been found. */
function explained(finding: Finding, by: PairFinding | undefined): Finding {
  if (!by) return finding;
  const causes: Finding['causes'] = [{ text: by.title, likelihood: 'likely', evidence: [`see \`${by.id}\``] }];
  return { ...finding, causes, steps: [], stepsFor: {} };
}
