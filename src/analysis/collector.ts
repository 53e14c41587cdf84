import type { Cause, Finding, Severity } from './finding';

/** What a finding says at length; made only for the first of several findings that are one. */
export interface Detail {
  readonly title: string;
  readonly explanation: string;
  readonly causes: readonly Cause[];
  readonly steps: readonly string[];
  readonly reference: string;
}

/** A finding as a rule hands it in. */
export interface Draft {
  readonly id: string;
  readonly severity: Severity;
  readonly subject: string;
  /** First the most telling. */
  readonly frames: readonly number[];
  detail(): Detail;
}

export const SEVERITY_RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

interface Open {
  readonly id: string;
  severity: Severity;
  readonly subject: string;
  readonly first: readonly number[];
  readonly more: number[];
  times: number;
  draft: Draft;
}

/** More subjects than this of one kind of fault are told as one: nobody reads further, and a hostile capture could name millions. */
const MAX_SUBJECTS = 1000;
const OTHERS = `all others (more than ${MAX_SUBJECTS})`;

/** Puts drafts about the same fault of the same subject together: one finding, with all frames. */
export class Collector {
  private readonly open = new Map<string, Open>();
  private readonly subjects = new Map<string, number>();
  private readonly suppressed: ReadonlySet<string>;
  /** Ids of findings that were there and are not told, for the person does not want them. */
  readonly untold = new Set<string>();

  constructor(suppressed: readonly string[]) {
    this.suppressed = new Set(suppressed);
  }

  add(draft: Draft): void {
    if (this.suppressed.has(draft.id)) return void this.untold.add(draft.id);
    let key = `${draft.id}\n${draft.subject}`;
    let known = this.open.get(key);
    if (!known) {
      const subjects = this.subjects.get(draft.id) ?? 0;
      this.subjects.set(draft.id, subjects + 1);
      if (subjects >= MAX_SUBJECTS) {
        key = `${draft.id}\n${OTHERS}`;
        known = this.open.get(key);
      }
    }
    if (!known) {
      const { id, severity, subject, frames } = draft;
      const named = key.endsWith(`\n${OTHERS}`) ? OTHERS : subject;
      this.open.set(key, { id, severity, subject: named, first: frames, more: [], times: 1, draft });
      return;
    }
    known.times++;
    for (const frame of draft.frames) known.more.push(frame);
    if (SEVERITY_RANK[draft.severity] > SEVERITY_RANK[known.severity]) {
      known.severity = draft.severity;
      known.draft = draft;
    }
  }

  /** All findings: errors, warnings, infos; then by first frame. */
  findings(): Finding[] {
    const out: Finding[] = [];
    for (const one of this.open.values()) {
      const detail = one.draft.detail();
      const frames = one.more.length === 0 && ascends(one.first) ? one.first : distinct(one.first, one.more);
      const again = one.times > 1 ? ` Seen ${one.times} times in this capture; these values are of one of them.` : '';
      out.push({
        id: one.id,
        severity: one.severity,
        title: detail.title,
        subject: one.subject,
        frames,
        explanation: detail.explanation + again,
        causes: detail.causes,
        steps: detail.steps,
        reference: detail.reference,
      });
    }
    const first = (finding: Finding): number => Math.min(Infinity, ...finding.frames.slice(0, 1000));
    const firsts = new Map(out.map((finding) => [finding, first(finding)]));
    return out.sort(
      (a, b) =>
        SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity] ||
        firsts.get(a)! - firsts.get(b)! ||
        (a.id < b.id ? -1 : 1),
    );
  }
}

/** Frames that prove something: first the most telling, then others in order, each once. */
const distinct = (first: readonly number[], more: number[]): number[] => [
  ...new Set([...first, ...more.sort((a, b) => a - b)]),
];

/** Whether each number is larger than the one before. */
export const ascends = (numbers: readonly number[]): boolean =>
  numbers.every((one, i) => i === 0 || one > numbers[i - 1]!);

const LIKELIHOODS = ['likely', 'possible', 'unlikely'] as const;

/** A cause, with what the capture says to it; empty evidence is left out. */
export function cause(
  likelihood: Cause['likelihood'],
  text: string,
  ...evidence: (string | undefined | false)[]
): Cause {
  return { text, likelihood, evidence: evidence.filter((one): one is string => typeof one === 'string' && one !== '') };
}

/** Likeliest first; causes of one likelihood keep their order. */
export function ranked(...causes: (Cause | undefined | false)[]): Cause[] {
  const given = causes.filter((one): one is Cause => one !== undefined && one !== false);
  return LIKELIHOODS.flatMap((likelihood) => given.filter((one) => one.likelihood === likelihood));
}
