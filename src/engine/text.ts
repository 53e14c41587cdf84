import type { CapturedFrame } from '../capture/frame';
import { parseHexText, type Gap, type HexError, type HexPacket, type TextNote } from '../capture/text';
import { captureIn } from '../capture/written';
import { dispatch } from '../codec/layers';
import { guess, missingBehind, START_LINK_TYPE, type Start } from '../codec/start';
import { Walk } from '../codec/walk';
import { fittingChecksum } from './mended';

/** One packet of a pasted text, with the way it is read. */
export interface TextPacket extends Pick<HexPacket, 'bytes' | 'time' | 'undated' | 'local' | 'words'> {
  /** The layer that `bytes` begin with. */
  readonly start: Start;
  /** Octets of the packet, by its headers, that come behind the end of the text. */
  readonly missing: number;
  /** Octets that the text does not give. */
  readonly gaps: readonly Gap[];
  /** The first of them on which it depends what the message says; undefined if there are none, or in sname and file alone. */
  readonly unreadFrom: number | undefined;
  /** What was skipped in the text around it. */
  readonly notes: readonly TextNote[];
}

/** A pasted text split into packets. */
export interface TextPackets {
  readonly packets: readonly TextPacket[];
  readonly form: string;
  /** Whether messages that the text tells in words could not be read. */
  readonly lost: boolean;
}

/** Octets of the shortest message worth guessing at: it ends before chaddr (RFC 951 §3). */
const FEW = 28;

/** The packets of a text, each beginning with `start` or with what fits best; otherwise one sentence that says why there are none. */
export function packetsInText(text: string, start: Start | 'auto'): TextPackets | HexError {
  const found = parseHexText(text);
  if ('error' in found) return found;
  const notes = [...found.notes];
  const packets: (Pick<TextPacket, 'start' | 'bytes' | 'missing' | 'gaps' | 'unreadFrom'> & { packet: HexPacket })[] =
    [];
  const written = found.packets.flatMap((packet) => {
    const file = packet.words ? undefined : captureIn(packet);
    if (!file) return [packet];
    for (const text of [`The octets from here on are ${file.format}.`, ...file.problems])
      notes.push({ line: packet.line, text });
    return file.frames;
  });
  for (const packet of written) {
    const { bytes, line, words } = packet;
    const guessed = words ? { start: words.start, skip: 0 } : start === 'auto' ? guess(bytes) : { start, skip: 0 };
    if (!guessed) {
      notes.push({ line, text: `The ${octets(bytes.length)} from here on look like no packet and were passed over.` });
      continue;
    }
    if (guessed.skip > 0) {
      const where =
        guessed.start === 'options'
          ? 'the options begin with the magic cookie'
          : 'the message was found by its magic cookie';
      notes.push({
        line,
        text: `The first ${octets(guessed.skip)} are no whole header and were passed over; ${where}.`,
      });
    }
    const { start: begin, skip } = guessed;
    const kept = (packet.gaps ?? []).filter(({ at }) => at >= skip).map((gap) => ({ ...gap, at: gap.at - skip }));
    const made = fittingChecksum(bytes.subarray(skip), begin, kept);
    for (const gap of made.gaps) notes.push({ line: gap.line, text: gapSentence(gap) });
    const missing = words ? 0 : missingBehind(made.bytes, begin);
    if (missing > 0) notes.push({ line, text: cutSentence(made.bytes.length, missing) });
    packets.push({
      packet,
      start: begin,
      missing,
      unreadFrom: words?.unread ? 0 : unreadFrom(made.bytes, begin, kept),
      ...made,
    });
  }
  if (packets.length === 0)
    return { error: unlikely(found.packets, found.form), line: found.packets[0]?.line ?? 1, column: 1 };
  notes.sort((a, b) => a.line - b.line);
  let next = 0;
  return {
    form: found.form,
    lost: found.lost === true,
    packets: packets.map(({ packet, start, bytes, missing, gaps, unreadFrom }, i) => {
      const end = packets[i + 1]?.packet.line ?? Infinity;
      const own: TextNote[] = [];
      while (next < notes.length && notes[next]!.line < end) own.push(notes[next++]!);
      const { time, undated, local, words } = packet;
      return {
        ...{ bytes, start, missing, gaps, unreadFrom, notes: own },
        ...(time ? { time } : {}),
        ...(undated ? { undated } : {}),
        ...(local ? { local } : {}),
        ...(words ? { words } : {}),
      };
    }),
  };
}

/** A packet as the frame of a capture with this number. */
export const frameOf = ({ bytes, missing, start, time }: TextPacket, number: number): CapturedFrame => ({
  number,
  bytes,
  start: 0,
  end: bytes.length,
  wireLength: bytes.length + missing,
  linkType: START_LINK_TYPE[start],
  interface: 0,
  seconds: time?.seconds ?? 0,
  nanoseconds: time?.nanoseconds ?? 0,
  timed: time !== undefined,
  fileOffset: 0,
  comment: undefined,
});

/** Where sname begins in a DHCPv4 message, and where the options begin (RFC 2131 §2). */
const SNAME = 44;
const OPTIONS = 236;

/**
 * The first missing octet that matters to what a message says. In sname and file, most often empty, zeros are what stands there anyway;
 * elsewhere they would be read as addresses and options that nobody sent.
 */
function unreadFrom(bytes: Uint8Array, start: Start, gaps: readonly Gap[]): number | undefined {
  if (gaps.length === 0) return undefined;
  const walk = new Walk(dispatch).run(bytes, 0, bytes.length, START_LINK_TYPE[start]);
  const layer = walk.layers.findIndex(({ id }, i) => i < walk.depth && id === 'dhcp');
  const at = layer < 0 ? undefined : walk.atOf(layer);
  const matters = ({ at: from, length }: Gap): boolean =>
    at === undefined || from < at + SNAME || from + length > at + OPTIONS;
  return gaps.find(matters)?.at;
}

const cutSentence = (at: number, missing: number): string =>
  `The text ends before ${missing === 1 ? `octet ${at}` : `octets ${at} to ${at + missing - 1}`} of the packet, by its headers: nothing is concluded from what is missing.`;

function gapSentence({ at, length, text }: Gap): string {
  return `${text} (${length === 1 ? `octet ${at}` : `octets ${at} to ${at + length - 1}`} of the packet).`;
}

/** Why octets are not accepted as a packet. */
function unlikely(packets: readonly HexPacket[], form: string): string {
  const longest = packets.reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
  const line = packets[0]?.line ?? 1;
  const first = packets.length === 1 ? octets(longest) : `${packets.length} runs of up to ${octets(longest)}`;
  if (longest < FEW) {
    return `This holds ${first} of hex (line ${line}), too few for a DHCP message. What are they? Options with their codes and lengths can be read with --start options (or options6); the value of one option cannot be told from others: paste the whole message.`;
  }
  return `This holds ${first} (${form}, line ${line}), but they look like no frame, IP packet, UDP datagram or DHCP message. If they are one, say with which layer they begin (--start); else paste the octets alone.`;
}

function octets(count: number): string {
  return count === 1 ? '1 octet' : `${count} octets`;
}

/** Maximum number of notes that are shown one by one. */
const SHOWN = 4;

/** Notes as sentences for the window: the first few, then how many more there are. */
export function noteSentences(notes: readonly TextNote[]): string[] {
  const shown = notes
    .slice(0, notes.length > SHOWN + 1 ? SHOWN : SHOWN + 1)
    .map(({ line, text }) => `Line ${line}: ${text}`);
  const further = notes.length - shown.length;
  return further > 0 ? [...shown, `${further} more lines of the text were passed over.`] : shown;
}
