import { parseHex } from '../../codec/bytes';
import { binary, displayFilter } from '../../filter';
import type { FindWhat, Requests } from '../../protocol';
import type { Capture } from '../capture';
import { passing } from './displayFilter';

/**
 * In milliseconds: the length of a slice of searching, after which other questions are
 * answered; the limit of a search for one frame; the limit of counting matches.
 */
const SLICE_MS = 20;
const MOST_MS = 20_000;
const MOST_COUNTING_MS = 3000;
/** Counting stops at this many frames. */
const MOST_FOUND = 1000;

/** Octets in hex, two digits each, separated by blanks, colons or hyphens, or not at all: `63 82 53 63`, `02:67:00`, `0x63825363`. */
const HEX = /^(?:0x)?(?:[0-9a-f]{2}[\s:-]?){2,}$/i;
/** The same, but also a single octet: for use when the user said that octets are meant. */
const ANY_HEX = /^(?:0x)?(?:[0-9a-f]{2}[\s:-]?)+$/i;

interface Matcher {
  /** What the text was interpreted as. */
  readonly kind: Exclude<FindWhat, 'auto'>;
  readonly matches: (index: number) => boolean;
  /** The matching octets of a frame, in a search for octets. */
  readonly where?: (index: number) => { readonly offset: number; readonly length: number } | undefined;
}

/**
 * Finds the next frame of a list after frame `from`, or the previous one, that contains octets in hex, passes a
 * display filter, or contains a text in its columns or octets. The search wraps around.
 */
export async function findFrame(
  capture: Capture,
  list: ArrayLike<number>,
  params: Requests['find']['params'],
): Promise<Requests['find']['result']> {
  const { from, backwards } = params;
  const matcher = matcherOf(capture, params);
  if (!matcher || list.length === 0) return {};
  if ('error' in matcher) return matcher;
  const step = backwards ? -1 : 1;
  let at = startOf(list, (place) => capture.numberAt(list[place]!), from, backwards);
  const began = performance.now();
  let slice = began;
  for (let looked = 0; looked < list.length; looked++, at += step) {
    at = (at + list.length) % list.length;
    const index = list[at]!;
    if (matcher.matches(index)) return { frame: capture.numberAt(index), ...matcher.where?.(index) };
    if (performance.now() - slice < SLICE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    slice = performance.now();
    if (slice - began > MOST_MS) return { error: 'The search takes too long. Narrow the list by a filter first.' };
  }
  return {};
}

/** Finds all frames of a list that match, within a time limit. `wanted` tells whether the result is still needed. */
export async function findAll(
  capture: Capture,
  list: ArrayLike<number>,
  params: Requests['findAll']['params'],
  wanted: () => boolean,
): Promise<Requests['findAll']['result']> {
  const matcher = matcherOf(capture, params);
  if (!matcher) return { frames: [], complete: true };
  if ('error' in matcher) return { frames: [], complete: true, error: matcher.error };
  const frames: number[] = [];
  const began = performance.now();
  let slice = began;
  for (let i = 0; i < list.length; i++) {
    if (matcher.matches(list[i]!)) frames.push(capture.numberAt(list[i]!));
    const now = performance.now();
    if (frames.length > MOST_FOUND || now - began > MOST_COUNTING_MS || !wanted())
      return { frames: frames.slice(0, MOST_FOUND), complete: false, kind: matcher.kind };
    if (now - slice < SLICE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    slice = performance.now();
  }
  return { frames, complete: true, kind: matcher.kind };
}

/** List position of the first frame to check. The list may be in any order. */
function startOf(
  list: ArrayLike<number>,
  numberAt: (place: number) => number,
  from: number,
  backwards: boolean,
): number {
  for (let i = 0; i < list.length; i++) if (numberAt(i) === from) return backwards ? i - 1 : i + 1;
  return backwards ? list.length - 1 : 0;
}

/** What to search for; undefined for an empty text. Without `what`, the text is taken for octets or a field if it can be one. */
function matcherOf(
  capture: Capture,
  { text: given, what = 'auto', exact = false }: { text: string; what?: FindWhat; exact?: boolean },
): Matcher | { readonly error: string } | undefined {
  const text = given.trim();
  if (text === '') return undefined;
  if (what === 'octets' || (what === 'auto' && HEX.test(text))) {
    const octets = ANY_HEX.test(text) ? parseHex(text.replace(/^0x|[\s:-]/gi, '')) : undefined;
    if (!octets) return { error: 'Octets are written in hex, two digits each: 63 82 53 63.' };
    return octetMatcher(capture, 'octets', binary(octets), (found) => found);
  }
  if (what !== 'text') {
    const filter = displayFilter(text);
    if (!('problem' in filter) && !filter.needsAllFrames) return { kind: 'field', matches: passing(capture, filter) };
    if (what === 'field')
      return {
        error:
          'problem' in filter
            ? filter.problem.message
            : 'This follows from the frames before each one, and cannot be looked for.',
      };
  }
  return textMatcher(capture, what === 'text' ? given : text, exact);
}

function octetMatcher(
  capture: Capture,
  kind: Matcher['kind'],
  wanted: string,
  fold: (octets: string) => string,
): Matcher & { readonly where: NonNullable<Matcher['where']> } {
  const placeIn = (index: number): number => fold(binary(capture.bytesOf(index))).indexOf(wanted);
  return {
    kind,
    matches: (index) => placeIn(index) >= 0,
    where: (index) => {
      const offset = placeIn(index);
      return offset < 0 ? undefined : { offset, length: wanted.length };
    },
  };
}

const WHERE = ['source', 'destination', 'type', 'client', 'info'] as const;

function textMatcher(capture: Capture, text: string, exact: boolean): Matcher {
  const word = text.toLowerCase();
  const utf8 = binary(new TextEncoder().encode(exact ? text : word));
  const octets = octetMatcher(capture, 'text', utf8, exact ? (found) => found : (found) => found.toLowerCase());
  const inColumns = (index: number): boolean => {
    const row = index < 0 ? capture.traffic!.ask(index) : capture.columns.at(index);
    if (!WHERE.some((column) => row.includes(column, word))) return false;
    if (!exact) return true;
    const shown = capture.row(index);
    return WHERE.some((column) => shown[column].includes(text));
  };
  return { ...octets, matches: (index) => inColumns(index) || octets.matches(index) };
}
