import { timeIn } from './times';
import { MOST_OCTETS, MOST_PACKETS, octetsOf, type Gap, type HexPacket, type Reading } from './form';

// PDML, the XML of Wireshark and tshark (`-T pdml`): a tree of fields, each with its octets and where they stand in the frame.

/** A tag with its attributes. In PDML, a quotation mark or an angle bracket of a value is written as an entity. */
const TAG = /<(\/packet|packet|proto|field)\b([^<>]*)>/g;
const ATTRIBUTE = / (\w+)="([^"]*)"/g;

/** Protocols that have no octets of their own: what is known of the frame as a whole. */
const ABOUT = new Set(['geninfo', 'frame']);

/** The octets of one frame, put together from its fields. */
class Frame {
  private readonly octets: Uint8Array;
  private readonly given: Uint8Array;

  /** `line`: 1-based. */
  constructor(
    length: number,
    private readonly line: number,
    private readonly time: HexPacket['time'],
  ) {
    this.octets = new Uint8Array(length);
    this.given = new Uint8Array(length);
  }

  /** Takes the octets of a field. Outer fields come first, and what they give stands. */
  put(at: number, octets: readonly number[]): void {
    if (at + octets.length > this.octets.length) return;
    for (const [i, octet] of octets.entries()) {
      if (this.given[at + i]) continue;
      this.octets[at + i] = octet;
      this.given[at + i] = 1;
    }
  }

  packet(): HexPacket {
    const gaps: Gap[] = [];
    for (let at = this.given.indexOf(0); at >= 0;) {
      const next = this.given.indexOf(1, at);
      const length = (next < 0 ? this.given.length : next) - at;
      gaps.push({ at, length, line: this.line, text: `No field gives ${howMany(length)} at ${at}: ${STANDS}` });
      at = next < 0 ? -1 : this.given.indexOf(0, next);
    }
    const { octets: bytes, line, time } = this;
    return { bytes, line, ...(time ? { time } : {}), ...(gaps.length > 0 ? { gaps } : {}) };
  }
}

const howMany = (octets: number): string => (octets === 1 ? 'the octet' : `the ${octets} octets`);
const STANDS = '00 stands there';

/** Reads the frames of a PDML document. Takes time linear in the length of the text. */
export function readPdml(text: string): Reading | undefined {
  if (!/<packet>/.test(text)) return undefined;
  const packets: HexPacket[] = [];
  let frame: Frame | undefined;
  let proto = '';
  let time: HexPacket['time'];
  let line = 1;
  let counted = 0;
  let octets = 0;
  for (const { 1: tag, 2: inside, index } of text.matchAll(TAG)) {
    if (tag === 'packet') {
      for (; counted < index; counted++) if (text.charCodeAt(counted) === 10) line++;
      frame = time = undefined;
      continue;
    }
    if (tag === '/packet') {
      if (frame) packets.push(frame.packet());
      frame = undefined;
      if (packets.length === MOST_PACKETS) break;
      continue;
    }
    const has = new Map(Array.from(inside!.matchAll(ATTRIBUTE), ({ 1: key, 2: value }) => [key!, value!]));
    const name = has.get('name') ?? '';
    if (tag === 'proto') proto = name;
    if (name === 'timestamp') time = timeIn(has.get('value') ?? '');
    if (tag === 'proto' && name === 'frame') {
      const length = Number(has.get('size'));
      octets += length;
      if (!Number.isInteger(length) || octets > MOST_OCTETS) break;
      frame = new Frame(length, line, time);
    }
    // Of a field of a few bits, `value` is these bits alone.
    const digits = has.get('unmaskedvalue') ?? has.get('value') ?? '';
    const size = Number(has.get('size'));
    if (!frame || ABOUT.has(proto) || size === 0 || digits.length !== 2 * size || !/^[0-9a-f]+$/i.test(digits))
      continue;
    frame.put(Number(has.get('pos')), octetsOf(digits));
  }
  if (packets.length === 0) return undefined;
  return { packets, form: 'PDML', used: new Uint8Array(text.split('\n').length).fill(1), notes: [] };
}
