import { FINDINGS } from './catalogue';
import { push } from '../codec/append';
import { nameOfDuid } from '../codec/names/duids';
import type { Common } from './draft';
import { explained, MOST_COMPARED } from './explained';
import { SEVERITY_RANK, type Cause, type Finding } from './finding';
import { updateClient } from './words/advice';
import { count, list } from './words/words';

/** How findings are presented: many alike as one, and causes before their consequences. */

/** More findings of one id than this are reported as one. */
export const MOST_ALONE = 10;
/** From this many findings of one id on, those that have a thing in common are reported as one. */
export const ALIKE = 4;
/** How many findings of a group are searched for its causes. */
export const LOOKED_INTO = 10;
/** How many findings of a group are listed in it, and how many frames of each. */
const MOST_MEMBERS = 1000;
const MEMBER_FRAMES = 10;

/** One of several findings that are reported as one, before its text is made. */
export interface Member {
  readonly subject: string;
  readonly frames: readonly number[];
}

/** A DUID in hex digits, by which DHCPv6 clients are known. */
const DUID = /^(?:[0-9a-f]{2}){4,}$/;

/** Nouns for subjects, chosen by how the subject is written. */
const NOUNS: readonly (readonly [RegExp, string, string])[] = [
  [/^([0-9a-f]{2}:)+[0-9a-f]{2}$/, 'client', 'clients'],
  [DUID, 'client', 'clients'],
  [/^interface /, 'link', 'links'],
  [/^(\d+\.){3}\d+$/, 'address', 'addresses'],
  [/^[0-9a-f:.]+$/, 'host', 'hosts'],
  [/^/, 'case', 'cases'],
];

/** How many subjects there are, in words: `29 clients`. */
function counted(subjects: readonly string[], more: boolean): string {
  const [, one, many] = NOUNS.find(([form]) => subjects.every((subject) => form.test(subject)))!;
  return `${more ? 'more than ' : ''}${count(subjects.length, one, many)}`;
}

/**
 * Merges many findings of one id into one. `shown` are the first of `members`, with their texts; `others` are frames of members that were
 * too many to name.
 */
export function together(
  members: readonly Member[],
  shown: readonly Finding[],
  others: readonly number[] | undefined,
  common?: Common,
): Finding {
  const [first] = shown as readonly [Finding, ...Finding[]];
  const number = counted(
    members.map(({ subject }) => subject),
    others !== undefined,
  );
  const subjects = members.map(({ subject }) => (DUID.test(subject) ? nameOfDuid(subject) : subject));
  const rest = new Set<number>();
  for (const { frames } of members) rest.add(frames[0] ?? 0);
  for (const { frames } of members) for (const frame of frames) rest.add(frame);
  for (const frame of others ?? []) rest.add(frame);
  rest.delete(0);
  const name = FINDINGS.get(first.id)?.name ?? first.id;
  return {
    ...first,
    title: `${name}: ${number} (${list(subjects, 3)})${common ? `, ${common.trait}` : ''}`,
    subject: common?.subject ?? number,
    frames: [...rest],
    explanation: `The same is found of ${number}: ${list(subjects, 8)}. What follows is about the first of them. ${first.explanation}`,
    causes: causesOf(shown),
    // Each of them needs it.
    steps: first.steps.map((step) => (step === updateClient(first.subject) ? updateClient(list(subjects, 3)) : step)),
    members: members
      .slice(0, MOST_MEMBERS)
      .map((one) => ({ subject: one.subject, frames: one.frames.slice(0, MEMBER_FRAMES) })),
  };
}

/** Causes that are given for several findings, those that are likely for most of them first; another finding is one cause, whatever values it is told with. */
function causesOf(findings: readonly Finding[]): Cause[] {
  const causes = new Map<string, { cause: Cause; likely: number }>();
  for (const finding of findings) {
    for (const cause of finding.causes) {
      const key = cause.finding ?? cause.text;
      const known = causes.get(key);
      const likely = cause.likelihood === 'likely' ? 1 : 0;
      if (!known) causes.set(key, { cause, likely });
      else {
        known.likely += likely;
        if (likely > 0 && known.cause.likelihood !== 'likely') known.cause = cause;
      }
    }
  }
  const rank = { likely: 0, possible: 1, unlikely: 2 } as const;
  return [...causes.values()]
    .sort((a, b) => rank[a.cause.likelihood] - rank[b.cause.likelihood] || b.likely - a.likely)
    .map(({ cause }) => cause)
    .slice(0, LOOKED_INTO);
}

/**
 * The place of a finding among equally serious ones: what leaves a client without a lease comes first, and what is about the form of a
 * message only comes last.
 */
export const rankOf = ({ id }: Finding): number => {
  const kind = FINDINGS.get(id);
  return kind?.withoutLease === true ? 0 : kind?.family === 'messages' || kind?.formal === true ? 2 : 1;
};

const keepsLease = ({ id }: Finding): boolean => FINDINGS.get(id)?.withLease === true;

/** How many clients each of some findings is about. */
export type Affected = (findings: readonly Finding[]) => ReadonlyMap<Finding, number>;

/**
 * Findings in reading order: the most serious first, those about form alone after the others (`rankOf`), then those about more clients, those
 * that leave a client its lease after the others, then by first frame. But a finding that explains another comes before it, and says so.
 */
export function inReadingOrder(findings: readonly Finding[], affected?: Affected): Finding[] {
  const first = new Map(findings.map((finding) => [finding, earliest(finding)]));
  const grave = findings.filter(({ severity }) => severity !== 'info');
  const clients = grave.length > 1 ? affected?.(grave) : undefined;
  const weight = (finding: Finding): number => clients?.get(finding) ?? 0;
  const sorted = [...findings].sort(
    (a, b) =>
      SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity] ||
      rankOf(a) - rankOf(b) ||
      weight(b) - weight(a) ||
      Number(keepsLease(a)) - Number(keepsLease(b)) ||
      first.get(a)! - first.get(b)! ||
      (a.id < b.id ? -1 : 1),
  );
  const consequences = new Map<Finding, Finding[]>();
  const causes = new Map<Finding, Finding[]>();
  for (const effect of sorted) {
    let frames: Set<number> | undefined;
    for (const one of sorted) {
      if (one === effect || !mayExplain(one, effect)) continue;
      frames ??= framesAbout(effect);
      if (!isAbout(one, effect, frames)) continue;
      push(consequences, one, effect);
      push(causes, effect, one);
    }
  }
  const out: Finding[] = [];
  const begun = new Set<Finding>();
  const written = new Set<Finding>();
  const place = (finding: Finding): void => {
    if (begun.has(finding)) return;
    begun.add(finding);
    for (const one of causes.get(finding) ?? []) place(one);
    const effects = (consequences.get(finding) ?? []).filter((effect) => !written.has(effect));
    written.add(finding);
    const told = explained(finding, causes.get(finding) ?? []);
    out.push(effects.length > 0 ? { ...told, explanation: `${told.explanation} ${explaining(effects)}` } : told);
  };
  for (const finding of sorted) place(finding);
  return out;
}

const explaining = (effects: readonly Finding[]): string =>
  `This explains ${list(
    effects.map(({ title }) => `“${title}”`),
    3,
  )}.`;

/**
 * Whether one finding can be the cause of another: an error by the meaning of its id, any other if it is named in a likely cause of the
 * other.
 */
export function mayExplain(one: Finding, effect: Finding): boolean {
  if (one.id === effect.id || one.severity === 'info') return false;
  if (effect.causes.some(({ likelihood, finding }) => likelihood === 'likely' && finding === one.id)) return true;
  return one.severity === 'error' && (FINDINGS.get(one.id)?.explains ?? []).includes(effect.id);
}

/** The frames of a finding and of its likely causes. */
function framesAbout({ frames, causes }: Finding): Set<number> {
  const about = new Set(frames.slice(0, MOST_COMPARED));
  for (const { likelihood, frames: evidence } of causes)
    if (likelihood === 'likely') for (const frame of evidence ?? []) about.add(frame);
  return about;
}

function isAbout(one: Finding, effect: Finding, frames: ReadonlySet<number>): boolean {
  return one.subject === effect.subject || one.frames.slice(0, MOST_COMPARED).some((frame) => frames.has(frame));
}

function earliest({ frames }: Finding): number {
  let least = Infinity;
  for (let i = 0; i < Math.min(frames.length, 1000); i++) least = Math.min(least, frames[i]!);
  return least;
}
