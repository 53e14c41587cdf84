import type { FrameView, Severity, ShownFinding } from '../../src/protocol';
import { spansOf, type TreeModel } from './treeModel';

/** The message type fields, which are marked for a finding that no other field shows. */
const MESSAGE_TYPES = ['dhcp.option.53', 'dhcpv6.msgtype'];

/** The problems of a field: the worst severity, and the indexes of the findings that it shows. */
export interface Mark {
  readonly severity: Severity;
  readonly findings: readonly number[];
}

export type Marks = ReadonlyMap<number, Mark>;

/** Larger than any field, so that fields without a problem of their own come after those that have one. */
const SAYS_NOTHING = 2 ** 32;

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

/** Index of the field of a frame that shows a finding; -1 if no field stands out. */
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

/** Index of the smallest field that covers an octet, preferring fields that state a problem. */
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

/** The problems of the fields of a frame, by node index. */
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

/** The worst severity of a node and, if it is closed, of the nodes inside it. */
export function severityOf(model: TreeModel, index: number, open: boolean, marks: Marks): Severity | undefined {
  let worst = marks.get(index)?.severity;
  if (open) return worst;
  for (const [at, { severity }] of marks) {
    if (at <= index || at >= model.nodes[index]!.end) continue;
    if (worst === undefined || RANK[severity] > RANK[worst]) worst = severity;
  }
  return worst;
}

/** The innermost node that covers these octets of the frame; -1 if there is none. */
export function nodeAt({ nodes }: TreeModel, offset: number, length = 1): number {
  let best = -1;
  nodes.forEach(({ field }, i) => {
    const within =
      (field.buffer ?? 0) === 0 && field.offset <= offset && offset + length <= field.offset + field.length;
    if (within && (best < 0 || field.length <= nodes[best]!.field.length)) best = i;
  });
  return best;
}
