import { beginsPacket, guess } from '../../codec/start';
import { octetsOf, type HexPacket, type Reading } from './form';

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

interface Piece {
  readonly digits: string;
  /** Whether the line holds nothing else. */
  readonly alone: boolean;
}

/** The longest run of hex digits in a line. */
function pieceOf(line: string): Piece | undefined {
  const words = line.split(APART);
  let best = '';
  let others = 0;
  for (const word of words) {
    const core = word.replace(PREFIX, '');
    if (core.length > best.length && DIGITS.test(core)) {
      if (best !== '') others++;
      best = core;
    } else if (/[0-9A-Za-z]/.test(core)) others++;
  }
  return best === '' ? undefined : { digits: best, alone: others === 0 };
}

/** Reads streams of hex digits. A line continues the one before unless it looks like a packet by itself. */
export function readStreams(lines: readonly string[]): Reading | undefined {
  const packets: { digits: string[]; line: number }[] = [];
  const used = new Uint8Array(lines.length);
  let going = false;
  let logged = false;
  for (let i = 0; i < lines.length; i++) {
    const text = lines[i]!;
    if (text.trim() === '') continue;
    const piece = pieceOf(text);
    const clear = piece && piece.digits.length >= CLEAR;
    if (!piece || !(clear || (going && piece.alone))) {
      going = false;
      continue;
    }
    const { digits } = piece;
    const whole =
      digits.length % 2 === 0 && digits.length >= 2 * LONG ? guess(Uint8Array.from(octetsOf(digits))) : undefined;
    const begins = !going || (beginsPacket(whole) && (whole.sure || digits.length >= 160));
    if (begins) packets.push({ digits: [digits], line: i + 1 });
    else packets[packets.length - 1]!.digits.push(digits);
    logged ||= !piece.alone;
    used[i] = 1;
    going = true;
  }
  if (haveOffsets(lines, used)) return undefined;
  const out: HexPacket[] = [];
  for (const { digits, line } of packets) {
    const all = digits.join('');
    if (all.length % 2 === 0) out.push({ bytes: Uint8Array.from(octetsOf(all)), line });
  }
  // Leave an odd number of digits to the strict reader, which reports it.
  if (out.length === 0 || out.length < packets.length) return undefined;
  const prefixed = out.length === 1 && !logged && /^\s*0x/i.test(lines[out[0]!.line - 1]!);
  if (prefixed) return { packets: out, form: 'hex octets with 0x', used, notes: [] };
  const several = out.length > 1 && !logged ? 'hex streams, one a line' : 'hex stream';
  return { packets: out, form: logged ? `${several}, in log lines` : several, used, notes: [] };
}

/** Reads the frames in tshark's JSON (`-T jsonraw`, `-T json -x`, `-T ek -x`), which also has the octets of each field. */
export function readFrameRaw(lines: readonly string[]): Reading | undefined {
  const packets: HexPacket[] = [];
  for (let i = 0; i < lines.length; i++) {
    const at = lines[i]!.indexOf('"frame_raw"');
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
