import { FrameReader, type DisplayFilter, type FrameFacts, type Own } from '../../filter';
import type { CaptureInterface } from '../../capture/frame';
import type { Capture } from '../capture';
import { filterFacts, FilterHistory } from './filterFacts';
import { LedgerFields } from './fields/ledgerFields';
import { OwnColumns } from './ownColumns';
import { TrafficFields } from './fields/trafficFields';

/**
 * A test of which frames pass a display filter. Call it with store indexes in ascending order; below 0 the index is that of a frame
 * of the other traffic. If the filter depends on earlier frames, every index of the store must be tested.
 */
export function passing(capture: Capture, filter: DisplayFilter): (index: number) => boolean {
  const { scan } = capture;
  const reader = new FrameReader(filter.names);
  const own = filter.needsAnalysis ? OwnColumns.of(capture) : undefined;
  const about = (index: number): Own | undefined => own?.at(index);
  const { format, interfaces } = capture.fileSummary ?? {};
  const distinguished = format === 'pcapng' ? interfaces?.map(named) : undefined;
  const passes = (facts: FrameFacts, number: number): boolean =>
    filter.matches(reader.read(distinguished ? { ...facts, ...namesOf(number, distinguished[number]) } : facts));
  const test = (facts: FrameFacts, index: number): boolean => passes(facts, scan.store.interfaceOf(index));
  if (filter.needsAllFrames) {
    const history = new FilterHistory(scan);
    return (index) => {
      const shown = test(history.next(index, about(index)), index);
      if (shown) history.passed();
      return shown;
    };
  }
  const light = capture.traffic && filter.presenceOnly && TrafficFields.hold(filter.names);
  const known = light ? new TrafficFields(capture.traffic!) : undefined;
  const other = (index: number): boolean => {
    if (known?.read(index)) return filter.matches(known);
    const { interface: number, ...facts } = capture.traffic!.facts(index);
    return passes(facts, number);
  };
  const read = (index: number): boolean => test(filterFacts(scan, index, about(index)), index);
  const held = new LedgerFields(scan, filter.names, filter.presenceOnly, distinguished, own);
  return (index) => {
    if (index < 0) return other(index);
    return held.read(index) ? filter.matches(held) : read(index);
  };
}

/** Wireshark has a name for every interface. */
const named = (one: CaptureInterface): CaptureInterface => ({ ...one, name: one.name ?? one.description ?? 'unknown' });

/** A frame's interface as filters know it. */
function namesOf(number: number, one: CaptureInterface | undefined): Partial<FrameFacts> {
  return { interface: number, interfaceName: one?.name, interfaceDescription: one?.description };
}
