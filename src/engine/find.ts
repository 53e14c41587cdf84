import { parseHex } from '../codec/bytes';
import { binary, displayFilter } from '../filter';
import type { Requests } from '../protocol';
import type { Capture } from './capture';
import { passing } from './displayFilter';

/** Milliseconds of search between two pauses in which others are answered, and in all. */
const SLICE_MS = 20;
const MOST_MS = 20_000;

/** Octets in hex, two digits each, with blanks or colons between: `63 82 53 63`, `02:67:00`, `0x63825363`. */
const HEX = /^(?:0x)?(?:[0-9a-f]{2}[\s:-]?){2,}$/i;

/**
 * The next frame of a list behind frame `from`, or before it, that holds what is asked for: octets in hex, what a display filter asks, or a
 * text, which is looked for in the columns and in the octets. At the end it goes on at the other one.
 */
export async function findFrame(
  capture: Capture,
  list: ArrayLike<number>,
  { text, from, backwards }: Requests['find']['params'],
): Promise<Requests['find']['result']> {
  const matches = matcherOf(capture, text.trim());
  if (!matches || list.length === 0) return {};
  const { store } = capture.scan;
  const step = backwards ? -1 : 1;
  let at = startOf(list, (place) => store.number(list[place]!), from, backwards);
  const began = performance.now();
  let slice = began;
  for (let looked = 0; looked < list.length; looked++, at += step) {
    at = (at + list.length) % list.length;
    if (matches(list[at]!)) return { frame: store.number(list[at]!) };
    if (performance.now() - slice < SLICE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    slice = performance.now();
    if (slice - began > MOST_MS) return { error: 'The search takes too long. Narrow the list by a filter first.' };
  }
  return {};
}

/** Place of the first frame to look at. The list may stand in any order. */
function startOf(
  list: ArrayLike<number>,
  numberAt: (place: number) => number,
  from: number,
  backwards: boolean,
): number {
  for (let i = 0; i < list.length; i++) if (numberAt(i) === from) return backwards ? i - 1 : i + 1;
  return backwards ? list.length - 1 : 0;
}

function matcherOf(capture: Capture, text: string): ((index: number) => boolean) | undefined {
  if (text === '') return undefined;
  const { scan, columns } = capture;
  const octets = HEX.test(text) ? parseHex(text.replace(/^0x|[\s:-]/gi, '')) : undefined;
  if (octets) {
    const wanted = binary(octets);
    return (index) => binary(scan.store.bytes(index)).includes(wanted);
  }
  const filter = displayFilter(text);
  if (!('problem' in filter) && !filter.needsAllFrames) return passing(capture, filter);
  const word = text.toLowerCase();
  return (index) => {
    const row = columns.at(index);
    if (WHERE.some((column) => row.includes(column, word))) return true;
    return binary(scan.store.bytes(index)).toLowerCase().includes(word);
  };
}

const WHERE = ['source', 'destination', 'type', 'client', 'info'] as const;
