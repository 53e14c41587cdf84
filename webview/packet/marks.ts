import type { FrameView, Severity, ShownFinding } from '../../src/protocol';
import { spansOf, type TreeModel } from './treeModel';

/** Where a message says what it is: the field of a finding that shows in no other. */
const MESSAGE_TYPES = ['dhcp.option.53', 'dhcpv6.msgtype'];

/** What is wrong with a field: the worst severity, and places of the findings that it shows. */
export interface Mark {
  readonly severity: Severity;
  readonly findings: readonly number[];
}

export type Marks = ReadonlyMap<number, Mark>;

/** More octets than any field has: fields that say nothing of a problem come behind those that do. */
const SAYS_NOTHING = 2 ** 32;

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

/** Index of the field of a frame that shows a finding; -1 where none does more than another. */
export function nodeOf(model: TreeModel, view: FrameView, finding: ShownFinding): number {
  const problem = view.problems.find(({ id }) => id === finding.id);
  if (problem) {
    const at = fieldAt(model, problem.offset, problem.buffer ?? 0);
    if (at >= 0) return at;
  }
  for (const key of [...(finding.fields ?? []), ...MESSAGE_TYPES]) {
    const index = model.nodes.findIndex(({ field }) => field.key === key);
    if (index >= 0) return index;
  }
  return -1;
}

/** Index of the smallest field that has an octet: of those that say what is wrong with them, where there are such. */
function fieldAt(model: TreeModel, offset: number, buffer: number): number {
  let best = -1;
  let least = Infinity;
  model.nodes.forEach(({ field }, index) => {
    const span = spansOf(field).find(
      (one) => (one.buffer ?? 0) === buffer && offset >= one.offset && offset < one.offset + one.length,
    );
    if (!span) return;
    const size = span.length + (field.problem === undefined ? SAYS_NOTHING : 0);
    if (size > least) return;
    best = index;
    least = size;
  });
  return best;
}

/** What is wrong with the fields of a frame, by the index of each. */
export function marksOf(model: TreeModel, view: FrameView, findings: readonly ShownFinding[]): Marks {
  const marks = new Map<number, { severity: Severity; findings: number[] }>();
  const add = (index: number, severity: Severity, place?: number): void => {
    const known = marks.get(index) ?? { severity, findings: [] };
    if (RANK[severity] > RANK[known.severity]) known.severity = severity;
    if (place !== undefined) known.findings.push(place);
    marks.set(index, known);
  };
  for (const place of view.findings ?? []) {
    const finding = findings[place];
    const index = finding ? nodeOf(model, view, finding) : -1;
    if (finding && index >= 0) add(index, finding.severity, place);
  }
  model.nodes.forEach(({ field }, index) => {
    if (field.problem !== undefined && !marks.has(index)) add(index, 'warning');
  });
  return marks;
}

/** The worst that is wrong with a node and, where it is closed, with what it hides. */
export function severityOf(model: TreeModel, index: number, open: boolean, marks: Marks): Severity | undefined {
  let worst = marks.get(index)?.severity;
  if (open) return worst;
  for (const [at, { severity }] of marks) {
    if (at <= index || at >= model.nodes[index]!.end) continue;
    if (worst === undefined || RANK[severity] > RANK[worst]) worst = severity;
  }
  return worst;
}

/** The innermost node that has these octets of the frame; -1 where there is none. */
export function nodeAt({ nodes }: TreeModel, offset: number, length = 1): number {
  let best = -1;
  nodes.forEach(({ field }, i) => {
    const within =
      (field.buffer ?? 0) === 0 && field.offset <= offset && offset + length <= field.offset + field.length;
    if (within && (best < 0 || field.length <= nodes[best]!.field.length)) best = i;
  });
  return best;
}
