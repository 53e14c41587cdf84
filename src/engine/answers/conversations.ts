import { nameOfDuid } from '../../codec/names/duids';
import { SEVERITY_RANK } from '../../analysis/finding';
import type { ConversationRow, Finding, Requests, LadderStep, Severity, ShownFinding, ShownStep } from '../../protocol';
import { clientName } from '../../analysis/ladder';
import type { Capture } from '../capture';
import type { Together } from '../pair';

/** Maximum number of frames per conversation and of findings per arrow in an answer. */
const MOST_FRAMES = 2000;
const MOST_FINDINGS = 8;
/** A message lost between two captures is reported where it is missing, not at the arrows that both captures have. */
const LOST = 'lost-between';
/** Maximum number of rows per answer. */
const MOST_ROWS = 500;

/** The conversations of a capture, with the problems found in them, for the ladder. */
export class ConversationList {
  private problems: readonly number[] | undefined;
  private byFrame: Map<number, Finding[]> | undefined;

  constructor(
    private readonly capture: Capture,
    private readonly findings: readonly ShownFinding[],
    private readonly between: Together['between'] = () => [],
  ) {}

  /** Rows `from` to `to` (exclusive) of all conversations, or of those with problems. */
  rows({ from, to, problems }: Requests['conversations']['params']): Requests['conversations']['result'] {
    const { capture } = this;
    const total = problems ? this.withProblems().length : capture.result.conversationCount;
    const rows: ConversationRow[] = [];
    for (let i = Math.max(0, from); i < Math.min(to, total, from + MOST_ROWS); i++)
      rows.push(this.row(problems ? this.withProblems()[i]! : i));
    return { from: Math.max(0, from), rows, total };
  }

  private row(place: number): ConversationRow {
    const { client, outcome, address, server, frames, start } = this.capture.result.conversationAt(place)!;
    const severity = this.worstOf(frames);
    return {
      id: place + 1,
      client: clientName(client),
      outcome,
      first: frames[0] ?? 0,
      frames: frames.length,
      start: this.since(start),
      ...(address !== undefined ? { address } : {}),
      ...(server !== undefined ? { server: nameOfDuid(server) } : {}),
      ...(severity ? { severity } : {}),
    };
  }

  private since(time: number): number {
    return time === 0 ? 0 : Math.round((time - this.capture.scan.firstTime) * 1e6) / 1e6;
  }

  private findingsOf(frame: number): readonly Finding[] {
    if (!this.byFrame) {
      this.byFrame = new Map();
      for (const finding of this.findings)
        for (const one of finding.frames) {
          const known = this.byFrame.get(one);
          if (known) known.push(finding);
          else this.byFrame.set(one, [finding]);
        }
    }
    return this.byFrame.get(frame) ?? [];
  }

  private worstOf(frames: readonly number[]): Severity | undefined {
    let worst: Severity | undefined;
    for (const frame of frames.slice(0, MOST_FRAMES))
      for (const { severity } of this.findingsOf(frame))
        if (!worst || SEVERITY_RANK[severity] > SEVERITY_RANK[worst]) worst = severity;
    return worst;
  }

  /** Indexes of the conversations with an error or warning, ascending. */
  private withProblems(): readonly number[] {
    if (this.problems) return this.problems;
    const places = new Set<number>();
    for (const { severity, frames } of this.findings)
      if (severity !== 'info') for (const frame of frames) places.add(this.capture.result.conversationOf(frame));
    places.delete(-1);
    return (this.problems = [...places].sort((a, b) => a - b));
  }

  /**
   * A conversation as a chart, each arrow with the findings that its frames prove, and as this and
   * another capture show it together. Without a chart if there is no such conversation.
   */
  ladder(id: number): Requests['ladder']['result'] {
    const { result } = this.capture;
    const ladder = result.ladder(id - 1);
    if (!ladder) return { between: [] };
    const shown = { ...ladder, steps: ladder.steps.map((step) => this.withFindings(step)) };
    const between = this.between(ladder, result.conversationAt(id - 1)!.frames).map(({ path, name, ladder: both }) => {
      const steps = both.steps.map((step) => this.withFindings(step, path));
      return { ...both, steps, path, name };
    });
    return { ladder: shown, between };
  }

  /** `path` is that of the capture whose frames are listed in `elsewhere`. */
  private withFindings(step: LadderStep, path?: string): ShownStep {
    const found = new Map<string, ShownStep['findings'][number]>();
    const add = ({ id, severity, title }: Finding): void => {
      if (found.size < MOST_FINDINGS) found.set(`${id} ${title}`, { id, severity, title });
    };
    for (const frame of step.frames)
      this.findingsOf(frame)
        .filter(({ id }) => step.lost || id !== LOST || path === undefined)
        .forEach(add);
    if (step.lost)
      for (const finding of this.findings)
        for (const one of finding.elsewhere ?? [])
          if (one.path === path && step.elsewhere?.some((frame) => one.frames.includes(frame))) add(finding);
    const findings = [...found.values()].sort((a, b) => SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity]);
    return { ...step, findings };
  }

  /** The conversation that a frame belongs to. */
  of(frame: number): Requests['conversationOf']['result'] {
    const { result } = this.capture;
    const place = result.conversationOf(frame);
    if (place < 0) return { id: 0, frames: [] };
    const partner = result.partnerOf(frame);
    return {
      id: place + 1,
      frames: result.conversationAt(place)!.frames.slice(0, MOST_FRAMES),
      ...(partner !== undefined ? { partner } : {}),
    };
  }
}
