import { append, push } from '../codec/append';
import { FINDINGS, fieldsOf } from './catalogue';
import type { Family } from './catalogue/kind';
import { SEVERITIES, SEVERITY_RANK, type Finding, type Severity } from './finding';
import type { Common, Draft } from './draft';
import type { Guard } from './guard';
import { ALIKE, inReadingOrder, type Affected, LOOKED_INTO, MOST_ALONE, together } from './grouping';
import type { Watch } from './watch';
import { told } from './words/steps';
import { frames, list, named, times } from './words/words';

interface Open {
  readonly id: string;
  severity: Severity;
  readonly subject: string;
  readonly first: readonly number[];
  readonly more: number[];
  /** The frames in which it happens; one may come several times, as rules may see the same message. */
  readonly places: number[];
  /** The addresses that it happens with, the first of them. */
  readonly addresses: Set<string>;
  /** The types of message that it is found in. */
  readonly types: Set<string>;
  draft: Draft;
}

export { cause, ranked, type Common, type Detail, type Draft } from './draft';

/**
 * Beyond this many subjects of one kind of finding, the rest are reported as one: nobody reads further, and a hostile capture could name
 * millions.
 */
const MAX_SUBJECTS = 1000;
const OTHERS = `all others (more than ${MAX_SUBJECTS})`;

/** Families of findings that rest on messages as such, not on what their fields say. */
const NOT_OF_FIELDS: ReadonlySet<Family> = new Set<Family>(['silence', 'capture']);

/** Merges drafts about the same fault of the same subject into one finding with all frames. */
export class Collector {
  /** By id and subject. */
  private readonly open = new Map<string, Map<string, Open>>();
  private readonly suppressed: ReadonlySet<string>;
  private readonly hiding = new Set<string>();
  /** Subjects about which nothing is reported: a finding about another subject covers them. */
  private readonly absorbed = new Set<string>();

  /** `unread`: frames of which octets are missing, so that only what their being there shows is reported. */
  constructor(
    suppressed: readonly string[],
    private readonly unread: ReadonlySet<number> = new Set(),
  ) {
    this.suppressed = new Set(suppressed);
  }

  /** From now on, reports nothing about a subject. */
  absorb(subject: string): void {
    this.absorbed.add(subject);
  }

  add(draft: Draft): void {
    if (this.absorbed.has(draft.subject) || this.restsOnUnread(draft)) return;
    if (this.suppressed.has(draft.id)) {
      if (draft.severity !== 'info') this.hiding.add(draft.id);
      return;
    }
    let ofId = this.open.get(draft.id);
    if (!ofId) this.open.set(draft.id, (ofId = new Map<string, Open>()));
    const subject = ofId.size < MAX_SUBJECTS || ofId.has(draft.subject) ? draft.subject : OTHERS;
    const known = ofId.get(subject);
    if (!known) {
      ofId.set(subject, opened(draft, subject));
      return;
    }
    for (const frame of draft.frames) known.more.push(frame);
    // How often it happens does not count what is less grave: the text is not about that.
    const more = rankOf(draft) - rankOf(known.draft);
    if (more > 0) {
      known.severity = draft.severity;
      known.draft = draft;
      known.places.length = 0;
    }
    note(known, draft, more >= 0);
  }

  private restsOnUnread({ id, frames }: Draft): boolean {
    if (this.unread.size === 0 || NOT_OF_FIELDS.has(FINDINGS.get(id)!.family)) return false;
    return frames.some((frame) => this.unread.has(frame));
  }

  /** Ids of findings above info that are suppressed. */
  get hidden(): readonly string[] {
    return [...this.hiding];
  }

  /** Adds everything that a check yields, as long as there is time. */
  addAll(drafts: Iterable<Draft>, watch?: Watch): void {
    if (watch?.over()) return;
    for (const draft of drafts) {
      this.add(draft);
      if (watch?.over()) return;
    }
  }

  /**
   * All findings in reading order; many with one id are reported as one. A finding whose text cannot be made counts as a failed check of
   * `guard`. `affected` counts the clients that findings are about.
   */
  findings(guard: Guard, name: string, affected?: Affected): Finding[] {
    const out: Finding[] = [];
    const make = (open: Open): Finding[] => {
      const made: Finding[] = [];
      guard.run(() => void made.push(findingOf(open)));
      return made;
    };
    for (const ofId of this.open.values()) {
      const [groups, all] = drawnTogether([...ofId.values()]);
      for (const group of groups) append(out, grouped(group, make, group[0]!.draft.common));
      if (all.length <= MOST_ALONE) append(out, all.flatMap(make));
      else
        for (const severity of SEVERITIES)
          append(
            out,
            grouped(
              all.filter((one) => one.severity === severity),
              make,
            ),
          );
    }
    const reported = new Set(out.map(({ id }) => id));
    const failed = guard.finding(name);
    if (failed && !this.suppressed.has(failed.id)) out.push(findingOf(opened(failed, failed.subject)));
    return inReadingOrder(out, affected).map((one) => withoutDeadLinks(one, reported));
  }
}

/** Those of one id and severity that have a thing in common, where there are several; and all others. */
function drawnTogether(all: readonly Open[]): readonly [Open[][], readonly Open[]] {
  if (all.length < 2) return [[], all];
  const alike = new Map<string, Open[]>();
  for (const one of all) {
    const { common } = one.draft;
    if (common) push(alike, `${one.severity} ${common.subject} ${common.trait} ${common.reason ?? ''}`, one);
  }
  const groups = [...alike.values()].filter((group) => group.length >= (group[0]!.draft.common!.least ?? ALIKE));
  const taken = new Set(groups.flat());
  return [groups, taken.size === 0 ? all : all.filter((one) => !taken.has(one))];
}

/** Reports several findings of one id and severity as one. */
function grouped(all: readonly Open[], make: (open: Open) => Finding[], common?: Common): Finding[] {
  if (all.length <= 1) return all.flatMap(make);
  const shown = all.slice(0, LOOKED_INTO).flatMap(make);
  if (shown.length === 0) return [];
  const members = all.map(({ subject, first, more }) => ({ subject, frames: framesOf(first, more) }));
  const others = members.find(({ subject }) => subject === OTHERS);
  const named = members.filter((one) => one !== others);
  return [together(named, shown, others?.frames, common)];
}

function opened(draft: Draft, subject: string): Open {
  const open: Open = {
    id: draft.id,
    severity: draft.severity,
    subject,
    first: draft.frames,
    more: [],
    places: [],
    addresses: new Set(),
    types: new Set(),
    draft,
  };
  note(open, draft);
  return open;
}

const rankOf = ({ severity, graver }: Draft): number => 2 * SEVERITY_RANK[severity] + (graver ? 1 : 0);

/** How many addresses of one finding are kept. */
const MOST_ADDRESSES = 100;

/** Notes where a draft says that it happens, and with which address. */
function note({ places, addresses, types }: Open, draft: Draft, counts = true): void {
  if (draft.of !== undefined) types.add(draft.of);
  if (draft.places && counts) append(places, draft.places);
  else if (counts && draft.frames.length > 0) places.push(draft.frames[0]!);
  if (draft.address !== undefined && addresses.size < MOST_ADDRESSES) addresses.add(draft.address);
}

/** How often it happens and in which frames, where the text of the draft tells of fewer. */
function againText({ places, addresses, types, draft }: Open): string {
  const all = distinct([], places);
  if (all.length <= (draft.places?.length ?? Math.min(1, draft.frames.length))) return '';
  const others = otherAddresses(addresses, draft);
  const which =
    others.length > 0
      ? ` with ${list([draft.address!, ...others])}`
      : types.size > 1
        ? `, in messages of type ${list([...types])}`
        : '';
  return ` This happens ${times(all.length)} in the capture${which} (${frames(all)}); the values are those of frame ${draft.frames[0] ?? all[0]!}.`;
}

/** The addresses that it happens with besides the one that the draft is about. */
const otherAddresses = (addresses: ReadonlySet<string>, { address }: Draft): string[] =>
  [...addresses].filter((one) => one !== address);

function findingOf(open: Open): Finding {
  const { id, severity, subject, first, more, addresses, draft } = open;
  const { title, explanation, causes, steps, reference, servers } = draft.detail();
  const others = otherAddresses(addresses, draft);
  const also = others.length > 0 ? `; also ${list(others, 3)}` : '';
  const fields = fieldsOf(id);
  return {
    ...{
      id,
      severity,
      title: `${named(title).replace(/^an? (?=[a-z])/, (article) => `A${article.slice(1)}`)}${also}`,
      subject,
      frames: framesOf(first, more),
      explanation: named(explanation) + againText(open),
      causes: causes.map((each) => ({ ...each, text: named(each.text) })),
      ...told(steps.map((step) => (typeof step === 'string' ? named(step) : { ...step, text: named(step.text) }))),
      reference,
    },
    ...(fields.length > 0 ? { fields } : {}),
    ...(servers ? { servers } : {}),
  };
}

/** A finding whose causes name other findings only where they are reported: what is not known of a frame may keep them from it. */
function withoutDeadLinks(one: Finding, reported: ReadonlySet<string>): Finding {
  if (one.causes.every(({ finding }) => finding === undefined || reported.has(finding))) return one;
  const causes = one.causes.map((each) => {
    const { finding, ...rest } = each;
    if (finding === undefined || reported.has(finding)) return each;
    return { ...rest, evidence: rest.evidence.filter((text) => text !== `see the finding ${finding}`) };
  });
  return { ...one, causes };
}

const framesOf = (first: readonly number[], more: number[]): readonly number[] =>
  more.length === 0 && ascends(first) ? first : distinct(first, more);

/** The frames that prove a finding: first the most telling, then the others in order, each once. */
function distinct(first: readonly number[], more: readonly number[]): number[] {
  const told = new Set(first);
  const out = [...told];
  let last: number | undefined;
  // There may be a million: a set of all of them would take more memory than everything else about the finding.
  const sorted = new Uint32Array(more).sort();
  for (let i = 0; i < sorted.length; i++) {
    const frame = sorted[i]!;
    if (frame !== last && !told.has(frame)) out.push(frame);
    last = frame;
  }
  return out;
}

/** Whether each number is larger than the one before. */
const ascends = (numbers: readonly number[]): boolean => numbers.every((one, i) => i === 0 || one > numbers[i - 1]!);
