import type { Capture } from '../engine/capture';
import { filterFacts, FilterHistory } from '../engine/filterFacts';
import { displayFilter, FrameReader, type DisplayFilter, type FrameFacts, type Own } from '../filter';

/** A display filter that cannot be understood: one line for standard error. */
export class FilterMistake extends Error {}

/** Understands `-Y FILTER`; undefined where there is none. Throws FilterMistake. */
export function filterOf(text: string | undefined): DisplayFilter | undefined {
  if (text === undefined) return undefined;
  const filter = displayFilter(text);
  if (!('problem' in filter)) return filter;
  const { message, position } = filter.problem;
  throw new FilterMistake(`the filter, at character ${position + 1}: ${message}`);
}

/**
 * Which frames of a capture pass: a test of each index of the store, to be asked in ascending order. Where the filter needs what
 * all frames tell, every index of the store must be asked.
 */
export function passing(capture: Capture, filter: DisplayFilter): (index: number) => boolean {
  const { scan } = capture;
  const reader = new FrameReader(filter.names);
  const own = filter.needsAnalysis ? ownOf(capture) : undefined;
  const about = (index: number): Own | undefined => own?.get(scan.store.number(index));
  const numbered = capture.fileSummary?.format === 'pcapng';
  const test = (facts: FrameFacts, index: number): boolean =>
    filter.matches(reader.read(numbered ? { ...facts, interface: scan.store.interfaceOf(index) } : facts));
  if (!filter.needsAllFrames) return (index) => test(filterFacts(scan, index, about(index)), index);
  const history = new FilterHistory(scan);
  return (index) => {
    const passes = test(history.next(index, about(index)), index);
    if (passes) history.passed();
    return passes;
  };
}

interface Known {
  readonly findings: string[];
  readonly conversations: number[];
  readonly outcomes: string[];
}

/** What the analysis found, by frame number. */
function ownOf({ result }: Capture): ReadonlyMap<number, Own> {
  const own = new Map<number, Known>();
  const of = (frame: number): Known => {
    let known = own.get(frame);
    if (!known) own.set(frame, (known = { findings: [], conversations: [], outcomes: [] }));
    return known;
  };
  for (const { id, frames } of result.findings) for (const frame of frames) of(frame).findings.push(id);
  for (const { id, frames, outcome } of result.eachConversation())
    for (const frame of frames) {
      of(frame).conversations.push(id);
      of(frame).outcomes.push(outcome);
    }
  return own;
}
