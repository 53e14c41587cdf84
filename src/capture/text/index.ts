import { guess, type Guess } from '../../codec/start';
import { readBase64 } from './base64';
import { readCharacters } from './characters';
import { Dump } from './dump';
import { withoutOffsets, type HexError, type HexPacket, type HexText, type Reading } from './form';
import { plainText, linesOf } from './lines';
import { readLists, readNumbers } from './lists';
import { readLiterals, readPercent } from './literals';
import { notesOfUnused } from './notes';
import { readPdml } from './pdml';
import { readDigits, withoutComments } from './plain';
import { findRows, type Rows } from './rows';
import { readFrameRaw, readStreams } from './streams';
import { withTimes } from './times';
import { readWords, wordsOf } from './words';
import { writingsIn } from './writings';

export type { Gap, HexError, HexPacket, HexText, TextNote } from './form';

/** Longest text that is read, in characters. */
export const LONGEST_TEXT = 16 << 20;

/** How plausible a reading is. */
const enum Worth {
  /** Octets that look like nothing known. */
  Nothing,
  /** Some packets look like packets. */
  Some,
  /** All packets do. */
  Plausible,
  /** All hold a message whose content confirms it. */
  Sure,
}

/** A reading, and the evidence for it. */
interface Candidate {
  readonly reading: Reading;
  readonly worth: Worth;
  /** How many of its packets hold such a message. */
  readonly sure: number;
  /** Whether offsets, text columns or brackets show that these are octets. */
  readonly firm: boolean;
  /** Whether it is a dump with offsets. */
  readonly dump: boolean;
}

/**
 * Converts pasted text to octets. Accepts hex in any common spelling, dumps with or without offsets (text2pcap, `od`,
 * `xxd`, `hexdump`, `tcpdump -x`, debuggers, Wireshark's “Copy”), arrays and string literals of programming languages,
 * base64 of a packet, and all of these inside log lines; and the words of `tcpdump -v` and the like. If the text can be read in several ways, the one whose octets
 * make sense as packets is used. Never throws: text that cannot be read gives one sentence with the first place where
 * it fails. Takes time linear in the length of the text.
 */
export function parseHexText(text: string): HexText | HexError {
  if (text.length > LONGEST_TEXT) {
    return { error: `This text is longer than ${LONGEST_TEXT} characters: open it as a file.`, line: 1, column: 1 };
  }
  const pdml = readPdml(text);
  if (pdml) return complete(pdml, text.split('\n'));
  const plain = plainText(text);
  if (plain.trim() === '') return { error: 'There is no text to read.', line: 1, column: 1 };
  const lines = linesOf(plain);
  const joined = lines.join('\n');
  let best: Candidate | undefined;
  let error: HexError | undefined;
  for (const candidate of candidates(joined, lines)) {
    if ('error' in candidate) {
      // If one writing fits the whole dump, errors from the others do not matter.
      if (!best?.dump) error ??= candidate;
      continue;
    }
    const { fault } = candidate.reading;
    if (fault && !best?.dump) error ??= fault;
    // Zeros may make packets of what is none: only messages beyond doubt are mended.
    if (fault && candidate.worth !== Worth.Sure) continue;
    if (!best || better(candidate, best)) best = candidate;
    if (best.worth === Worth.Sure) break;
  }
  const certain =
    best &&
    (best.worth === Worth.Sure || (best.firm && (best.dump || best.sure > 0 || best.worth === Worth.Plausible)));
  // Octets tell more than words do, if they are packets beyond doubt, whatever stands between these.
  const words = best?.worth === Worth.Sure ? undefined : readWords(lines);
  if (words && 'packets' in words && !(certain && best!.sure >= words.packets.length)) return words;
  const told = words && 'line' in words ? words : undefined;
  if (!certain) {
    const what = wordsOf(lines);
    const why = told ? ` Line ${told.line}: ${told.text}` : '';
    if (what !== undefined) return { error: what + why, line: told?.line ?? 1, column: 1 };
  }
  // If a dump contradicts itself, do not read it by chance as something else.
  if (error && (!best || best.worth === Worth.Nothing)) return error;
  if (best) return complete(best.reading, lines);
  const star = lines.findIndex((line) => line.trim() === '*');
  if (star >= 0) return withoutOffsets(star);
  const digits = readDigits(plain, withoutComments(joined));
  return 'error' in digits ? digits : complete(digits, lines);
}

/** Whether nearly all octets of these rows have two digits: one digit alone is then half an octet. */
function isPadded({ rows }: Rows, lines: readonly string[]): boolean {
  let all = 0;
  let alone = 0;
  for (const { line, from } of rows) {
    const text = lines[line]!.slice(from, from + LONGEST_SEEN);
    all += text.match(/\b[0-9a-f]{2}\b/gi)?.length ?? 0;
    alone += text.match(/\b[0-9a-f]\b/gi)?.length ?? 0;
  }
  return alone * 16 < all;
}

/** Characters of a row that are looked at. */
const LONGEST_SEEN = 400;

function better(one: Candidate, other: Candidate): boolean {
  return one.worth > other.worth || (one.worth === other.worth && one.firm && !other.firm);
}

/** All ways to read a text, the stricter ones first. */
function* candidates(text: string, lines: readonly string[]): Generator<Candidate | HexError> {
  const clean = withoutComments(text);
  const digits = readDigits(text, clean);
  const raw = readFrameRaw(lines);
  if (raw) {
    yield rated(raw, true);
    return;
  }
  const literals = readLiterals(clean);
  if (literals) yield rated(literals, true);
  const lists = readLists(clean);
  if (lists) yield rated(lists, true);
  // Lines that are nothing but digits are tried before dumps with offsets.
  const streams = readStreams(lines);
  if (streams)
    yield rated(
      streams,
      streams.packets.every(({ bytes }) => bytes.length >= 28),
    );
  for (const writing of writingsIn(text)) {
    const rows = findRows(lines, writing);
    if (!rows || (writing.lax && isPadded(rows, lines))) continue;
    const sample = rows.rows[0]!;
    // After a colon, tools print octets in memory order. Without one, hexdump and od print words in the machine's
    // order, usually little-endian.
    const colon = /:\s*$/.test(lines[sample.line]!.slice(0, sample.from));
    const orders = writing.order === 'big' ? [false] : colon ? [false, true] : [true, false];
    for (const little of orders) {
      const dump = new Dump(lines, rows, little);
      const reading = dump.read();
      if ('error' in reading) {
        yield reading;
        continue;
      }
      if (reading.packets.length === 0) continue;
      const texts = dump.beside.seen.agreeing * 2 >= dump.beside.seen.texts;
      const firm = (rows.agreeing > 0 && texts) || (dump.beside.seen.agreeing > 0 && texts);
      const logged = rows.usual.trim() === '' ? '' : ', in log lines';
      yield rated(
        { ...reading, form: reading.form + logged },
        firm || rows.radix !== undefined,
        rows.radix !== undefined,
      );
    }
  }
  const characters = readCharacters(lines);
  if (characters) yield rated(characters, true);
  const numbers = readNumbers(clean);
  if (numbers) yield rated(numbers, false);
  const base64 = readBase64(text, lines);
  if (base64) yield rated(base64, true);
  const percent = readPercent(text);
  if (percent) yield rated(percent, true);
  if (!('error' in digits)) yield rated(digits, false);
}

function rated(reading: Reading, firm: boolean, dump = false): Candidate {
  const guesses = reading.packets.slice(0, MOST_TRIED).map(({ bytes }) => guess(bytes));
  const known = guesses.filter((one): one is Guess => one !== undefined);
  const worth =
    known.length === 0
      ? Worth.Nothing
      : known.length < guesses.length
        ? Worth.Some
        : known.every(({ sure }) => sure)
          ? Worth.Sure
          : Worth.Plausible;
  return { reading, worth, sure: known.filter(({ sure }) => sure).length, firm, dump };
}

/** Packets of one reading that are examined to rate it. */
const MOST_TRIED = 500;

/** A reading with the times around its packets, and a note for each line that it did not use. */
function complete({ packets, form, used, notes }: Reading, lines: readonly string[]): HexText {
  const timed = withTimes(packets, used, lines);
  const first = timed.find(({ undated }) => undated);
  const own = first ? [{ line: first.line, text: 'The times have no date.' }] : [];
  return { packets: timed, form, notes: notesOfUnused([...own, ...notes], used, lines) };
}

/** How many characters of a text `looksLikeHex` reads. */
const GLANCE = 4096;
/** Octets of the shortest packet worth offering: the length of an IPv4 header. */
const LEAST_OCTETS = 20;

/** Whether a text, such as the clipboard, holds a packet in one of the forms of `parseHexText`. Reads only the beginning. */
export function looksLikeHex(text: string): boolean {
  let head = text.slice(0, GLANCE);
  if (text.length > GLANCE) {
    const cut = head.lastIndexOf('\n');
    // If there are no lines, cut where an octet ends in any spelling.
    head = cut > 0 ? head.slice(0, cut) : head.replace(/[^\s:.,-]*$/, '') || head.slice(0, GLANCE);
  }
  const found = parseHexText(head);
  return !('error' in found) && found.packets.some(isPacket);
}

function isPacket({ bytes, words }: HexPacket): boolean {
  return !words && bytes.length >= LEAST_OCTETS && guess(bytes) !== undefined;
}
