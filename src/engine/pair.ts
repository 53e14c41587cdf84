import { printable } from '../codec/bytes';
import type { Finding } from '../analysis/finding';
import { joinedOf } from '../analysis/compare/joined';
import { toldElsewhere, type Compared } from '../analysis/compare/narrow';
import { bySubjects, inOneOrder } from '../analysis/compare/order';
import { comparePoints, readPoint, type PairFinding, type PointEvents } from '../analysis/compare/pair';
import type { Answer } from '../analysis/compare/point';
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

/** The names of two captures, and the outcome of comparing them, as a sentence. */
export interface ComparedPair {
  readonly a: string;
  readonly b: string;
  readonly outcome: string;
  /** They share no message, and there is no more to say about them. */
  readonly plain: boolean;
}

/** What several captures show together. */
export interface Together {
  readonly findings: readonly PairFinding[];
  readonly pairs: readonly ComparedPair[];
  /** All outcomes as text, or why nothing was compared; empty if there is nothing to compare. */
  readonly text: string;
  /** The same without what a finding about lost messages tells, and without the pairs that lack nothing beside it. */
  readonly rest: string;
  /** A conversation of the first capture as seen in it and in another one, for each other capture that shows any of it. */
  readonly between: (
    ladder: Ladder,
    frames: readonly number[],
  ) => readonly { readonly path: string; readonly name: string; readonly ladder: Ladder }[];
  /** The findings of one capture alone. A finding that the comparison explains gets that as its cause. */
  findingsOf(capture: Capture): readonly Finding[];
  /** Whether a finding of one capture is explained by one of another capture, or of the comparison. */
  isExplained(path: string, finding: Finding): boolean;
}

/** All findings in one order, each with the path of the capture that its frames are of; `between`: those about several captures. */
export function allFindings<T extends Finding>(
  captures: readonly NamedCapture[],
  together: Together,
  between: readonly T[],
): (T | (Finding & { file: string }))[] {
  const own = captures.map(({ path, capture }) => ({
    name: path,
    findings: together.findingsOf(capture).map((finding) => ({ ...finding, file: path })),
    explained: (finding: Finding) => together.isExplained(path, finding),
  }));
  return inOneOrder<T | (Finding & { file: string })>([
    {
      name: '',
      findings: between,
      explained: ({ causes }) => causes[0]?.finding !== undefined,
    },
    ...own,
  ]);
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
    rest: text,
    between: () => [],
    findingsOf: ({ findings }) => findings,
    isExplained: () => false,
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
        clock: scan.store.clock,
        findings,
      },
      settings,
    );
  });
  const compared = points.flatMap((a, i) => points.slice(i + 1).map((b) => ({ a, b, ...comparePoints(a, b, check) })));
  const elsewhere = toldElsewhere(compared);
  const told = compared.map((pair) => (elsewhere.get(pair)?.size ? pair.without(elsewhere.get(pair)!) : pair));
  const joined = joinedOf(compared);
  const between = bySubjects([...told.flatMap(({ findings }) => findings), ...new Set(joined.values())]);
  // What a wider pair of points explains, the narrower one that tells of it explains as well.
  const wider = compared.flatMap(({ settled }) =>
    [...settled].flatMap(([finding, by]) => {
      const own = between.find((one) => subjectsOf(one).some((who) => subjectsOf(by).includes(who)));
      return own ? [[finding, lostAnswer(own)] as const] : [];
    }),
  );
  const answers = new Map([
    ...compared.flatMap((pair) => [...pair.answers]),
    ...wider,
    ...told.flatMap(({ settled }) => [...settled].map(([finding, by]) => [finding, lostAnswer(by)] as const)),
  ]);
  const findings = new Map(
    captures.map(({ capture }) => {
      const own = capture.findings.filter((one) => !joined.has(one));
      return [capture, answered(own, answers)];
    }),
  );
  const explained = new Set(
    points.flatMap(({ point }) =>
      point.findings.filter((one) => answers.get(one)?.by).map((one) => subjectIn(point.file, one)),
    ),
  );
  const pairs = compared.map((pair) => ({
    a: pair.a.point.name,
    b: pair.b.point.name,
    outcome: outcomeOf(pair),
    plain: isPlain(pair),
  }));
  const textOf = (some: typeof pairs): string => pairsText(some, ({ a, b }) => `${a} and ${b}`);
  const toldBy = between.some(({ id, severity }) => id === LOST && severity !== 'info');
  const isTold = ({ related, changes, alone }: Compared): boolean =>
    toldBy && related && changes === '' && alone === '';
  return {
    findings: between,
    isExplained: (path, finding) => explained.has(subjectIn(path, finding)),
    pairs,
    between: (ladder, frames) => {
      const own = new Set(frames);
      return compared.flatMap((pair) => {
        const found = pair.a === points[0] && ladderBetween(ladder, own, pair.a, pair.b, pair);
        return found ? [{ path: pair.b.point.file, name: pair.b.point.name, ladder: found }] : [];
      });
    },
    text: textOf(pairs),
    rest: textOf(pairs.filter((_, i) => !isTold(compared[i]!))),
    findingsOf: (capture) => findings.get(capture) ?? capture.findings,
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
const subjectsOf = ({ subject, members }: Finding): readonly string[] =>
  members?.map((one) => one.subject) ?? [subject];
const subjectIn = (path: string, { id, subject }: Finding): string => `${path} ${id} ${subject}`;

/** Up to this many pairs that share no message are told one by one. */
const MOST_PLAIN = 3;

/** The outcomes of comparisons. Many captures that have nothing to do with each other are told in one sentence. `between` names a pair. */
export function pairsText(pairs: readonly ComparedPair[], between: (pair: ComparedPair) => string): string {
  const plain = pairs.filter((pair) => pair.plain);
  const one = plain.length > MOST_PLAIN;
  const told = pairs
    .filter((pair) => !one || !pair.plain)
    .map((pair) => `${between(pair)}: ${pair.outcome}`)
    .join(' ');
  if (!one) return told;
  return told === ''
    ? `${new Set(plain.flatMap(({ a, b }) => [a, b])).size} unrelated captures, no message is in two of them.`
    : `${told} The other ${plain.length} pairs of captures share no message.`;
}

const isPlain = ({ related, continued, common, hint }: Compared): boolean =>
  !related && !continued && common === 0 && hint === '';

/** The outcome of comparing two captures, as the end of a sentence. */
function outcomeOf({ a, b, related, continued, common, lost, changes, alone, hint }: Compared): string {
  if (continued) {
    const [first, next] = a.point.firstTime <= b.point.firstTime ? [a, b] : [b, a];
    return `one capture in two files, ${next.point.name} begins where ${first.point.name} ends.`;
  }
  if (!related)
    return common === 0
      ? `unrelated, no message is in both.${hint === '' ? '' : ` ${hint}.`}`
      : `unrelated, only ${count(common, 'message')} of many ${common === 1 ? 'is' : 'are'} in both.`;
  const both =
    common === 0 ? 'no message is in both' : `${count(common, 'message')} ${common === 1 ? 'is' : 'are'} in both`;
  const missing =
    lost === 0
      ? 'none that both should show is missing'
      : `${count(lost, 'message')} ${lost === 1 ? 'was' : 'were'} lost between them`;
  return `${both}, and ${missing}${changes === '' ? '' : `; ${changes}`}.${alone}`;
}

/** The answer to a finding that a lost message explains. It has no steps: they search for what has been found. */
const lostAnswer = (by: PairFinding): Answer => ({
  cause: { text: by.title, likelihood: 'likely', evidence: [`see the finding ${by.id}`], finding: by.id },
  steps: [],
  by,
});

/** Findings of one capture, with what the comparison has shown in place of the causes that they guess. Those explained elsewhere come later. */
function answered(findings: readonly Finding[], answers: ReadonlyMap<Finding, Answer>): Finding[] {
  return findings.map((finding) => {
    const answer = answers.get(finding);
    if (!answer) return finding;
    const { cause, steps, stepsFor = {} } = answer;
    return { ...finding, causes: [cause], steps, stepsFor };
  });
}
