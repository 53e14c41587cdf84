import { beginsPacket, guess } from '../../codec/start';
import { Growing, octetsOf, type Gap, type HexPacket, type Reading } from './form';
import { timeIn } from './times';

// Unbroken runs of hex digits, on lines of their own or among the words of a log.

/** Digits that are too many for a hash, address or serial number in most logs. */
const CLEAR = 32;
/** Octets in a line that are enough for a packet. */
const LONG = 28;

/** What separates words, including the characters that programs and databases write around digits. */
const APART = /[\s=|"'`,;:<>(){}[\]]+/;
/** Prefixes of hex digits: C and SQL, PostgreSQL. */
const PREFIX = /^(?:0x|\\{1,2}x)/i;
const DIGITS = /^[0-9a-f]+$/i;

/** A long word of hex digits but for a few signs, such as the letter O for a zero. */
const SMUDGED = /^[0-9a-z?]+$/i;
const WRONG = /[^0-9a-f]/gi;

interface Piece {
  /** With 0 in place of what is no digit. */
  readonly digits: string;
  /** Which of them are none, and what stands there. */
  readonly wrong: readonly { readonly at: number; readonly sign: string }[];
  /** Whether the line holds nothing else. */
  readonly alone: boolean;
  /** What stands before the digits. */
  readonly head: string;
  /** Whether they are a string that begins and ends in this line. */
  readonly closed: boolean;
}

/** The longest run of hex digits in a line. */
function pieceOf(line: string): Piece | undefined {
  const words = line.split(APART);
  let best = '';
  let others = 0;
  for (const word of words) {
    const core = word.replace(PREFIX, '');
    if (core.length > best.length && (DIGITS.test(core) || isSmudged(core))) {
      if (best !== '') others++;
      best = core;
    } else if (/[0-9A-Za-z]/.test(core)) others++;
  }
  if (best === '') return undefined;
  const wrong = Array.from(best.matchAll(WRONG), ({ index, 0: sign }) => ({ at: index, sign }));
  const at = line.indexOf(best);
  const head = line.slice(0, at);
  const closed = /["']$/.test(head) && /^["']/.test(line.slice(at + best.length));
  return { digits: best.replace(WRONG, '0'), wrong, alone: others === 0, head, closed };
}

/** Whether a word is long, and at most one sign in thirty-two is no hex digit. */
function isSmudged(word: string): boolean {
  return word.length >= CLEAR && SMUDGED.test(word) && (word.match(WRONG)?.length ?? 0) * CLEAR <= word.length;
}

/** One packet: the runs of digits that it consists of, each with its line (0-based). */
type Stream = { readonly piece: Piece; readonly line: number }[];

/** Reads streams of hex digits. A line continues the one before unless it looks like a packet by itself. */
export function readStreams(lines: readonly string[]): Reading | undefined {
  const streams: Stream[] = [];
  const used = new Uint8Array(lines.length);
  let going = false;
  let logged = false;
  for (let i = 0; i < lines.length; i++) {
    const text = lines[i]!;
    if (text.trim() === '') continue;
    const piece = pieceOf(text);
    const clear = piece && piece.digits.length >= CLEAR;
    if (!piece || !(clear || (going && continues(piece, streams.at(-1)!)))) {
      going = false;
      continue;
    }
    const { digits } = piece;
    const whole =
      digits.length % 2 === 0 && digits.length >= 2 * LONG ? guess(Uint8Array.from(octetsOf(digits))) : undefined;
    const begins = !going || (beginsPacket(whole) && (whole.sure || digits.length >= 160));
    if (begins) streams.push([]);
    streams[streams.length - 1]!.push({ piece, line: i });
    logged ||= !piece.alone;
    used[i] = 1;
    going = true;
  }
  if (haveOffsets(lines, used)) return undefined;
  const out = streams.map(packetOf);
  if (out.length === 0) return undefined;
  const [gap] = out.flatMap(({ gaps = [] }) => gaps);
  const fault = gap && { error: `Line ${gap.line}: ${gap.text}.`, line: gap.line, column: 1 };
  const prefixed = out.length === 1 && !logged && /^\s*0x/i.test(lines[out[0]!.line - 1]!);
  const several = out.length > 1 && !logged ? 'hex streams, one a line' : 'hex stream';
  const form = prefixed ? 'hex octets with 0x' : logged ? `${several}, in log lines` : several;
  return { packets: out, form, used, notes: [], fault };
}

/** Whether digits too few for a packet continue one: no number behind a string does. */
function continues(piece: Piece, stream: Stream): boolean {
  return piece.alone ? piece.closed || !stream.at(-1)!.piece.closed : isLastRow(piece, stream);
}

/** Whether digits stand in their line as those of the lines before, all of one length, do in theirs: the last row may be short. */
function isLastRow({ digits, head }: Piece, stream: Stream): boolean {
  const last = stream[stream.length - 1]!.piece;
  const rows = stream.length >= LEAST_ROWS && stream.every(({ piece }) => piece.digits.length === last.digits.length);
  return rows && head === last.head && digits.length % 2 === 0 && digits.length < last.digits.length;
}

/** Fewest rows of one length that make a shorter one their last. */
const LEAST_ROWS = 4;

/** The octets of a stream. If a digit is missing, so is the octet that it belongs to. */
function packetOf(stream: Stream): HexPacket {
  const line = stream[0]!.line + 1;
  const gaps: Gap[] = [];
  const octets = new Growing();
  const full = stream.reduce((sum, { piece }) => sum + piece.digits.length, 0) % 2 === 0 ? 0 : usualLength(stream);
  // Lines need not end between two octets.
  let half = '';
  for (const [i, { piece, line: at }] of stream.entries()) {
    const { length } = piece.digits;
    const last = i === stream.length - 1;
    if (full > 0 && !last && length !== full) {
      const text = `The line has ${length} hex digits, not ${full} as the others: 00 stands for each octet of it`;
      gaps.push({ at: octets.length, length: full / 2, line: at + 1, text });
      octets.addAll(new Uint8Array(full / 2));
      continue;
    }
    const before = octets.length;
    for (const { at: place, sign } of piece.wrong)
      gaps.push({
        at: before + ((half.length + place) >> 1),
        length: 1,
        line: at + 1,
        text: `“${sign}” is no hex digit: 00 stands for its octet`,
      });
    const digits = half + piece.digits;
    octets.addAll(octetsOf(digits));
    half = digits.length % 2 === 0 ? '' : digits.slice(-1);
    if (last && half !== '') {
      const text = 'The number of hex digits is odd: 00 stands for the octet of the last one';
      gaps.push({ at: octets.length, length: 1, line: at + 1, text });
      octets.add(0);
    }
  }
  const bytes = octets.done();
  for (const { at, length } of gaps) bytes.fill(0, at, at + length);
  return { bytes, line, ...(gaps.length > 0 ? { gaps } : {}) };
}

/** How many digits all lines but one and the last have; 0 if there is no such number. */
function usualLength(stream: Stream): number {
  const lengths = stream.slice(0, -1).map(({ piece }) => piece.digits.length);
  const usual = [...lengths].sort((a, b) => a - b)[lengths.length >> 1] ?? 0;
  const others = lengths.filter((length) => length !== usual).length;
  return lengths.length >= 3 && usual % 2 === 0 && others === 1 ? usual : 0;
}

/** Reads the frames in tshark's JSON (`-T jsonraw`, `-T json -x`, `-T ek -x`), which also has the octets of each field. */
export function readFrameRaw(lines: readonly string[]): Reading | undefined {
  const packets: HexPacket[] = [];
  for (let i = 0; i < lines.length; i++) {
    const at = lines[i]!.indexOf('"frame_raw"');
    const time = timeIn(/^\s*"frame\.time_epoch": "([\d.]+)"/.exec(lines[i]!)?.[1] ?? '');
    const last = packets.at(-1);
    if (time && last) packets.splice(-1, 1, { ...last, time });
    if (at < 0) continue;
    // The digits follow the name, on the same line or the next.
    const behind = `${lines[i]!.slice(at + 11, at + (1 << 19))} ${(lines[i + 1] ?? '').slice(0, 1 << 19)}`;
    const digits = /^\s*:\s*\[?\s*"([0-9a-f]*)"/i.exec(behind)?.[1];
    if (digits && digits.length % 2 === 0) packets.push({ bytes: Uint8Array.from(octetsOf(digits)), line: i + 1 });
  }
  if (packets.length === 0) return undefined;
  return { packets, form: 'JSON of tshark', used: new Uint8Array(lines.length).fill(1), notes: [] };
}

/** Whether offsets precede the digits. If so, the lines are rows of a dump. */
function haveOffsets(lines: readonly string[], used: Uint8Array): boolean {
  let pairs = 0;
  let agreeing = 0;
  let previous: { readonly offset: number; readonly octets: number } | undefined;
  for (let i = 0; i < lines.length; i++) {
    if (!used[i]) continue;
    const match = /(?:^|[\s[])(?:0x)?([0-9a-f]{3,16})[:\]|>]*\s+(?=[0-9a-f]{4})/i.exec(lines[i]!.slice(0, 160));
    if (!match) return false;
    const offset = parseInt(match[1]!, 16);
    if (previous) {
      pairs++;
      if (offset - previous.offset === previous.octets) agreeing++;
    }
    previous = { offset, octets: (pieceOf(lines[i]!)?.digits.length ?? 0) / 2 };
  }
  return pairs > 0 && agreeing * 2 >= pairs;
}
