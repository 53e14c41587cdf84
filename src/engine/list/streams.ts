import { u16, u32 } from '../../codec/bytes';
import type { Walk } from '../../codec/walk';
import { dissected, isRedirected, type Stream } from '../../filter';

/** Maximum number of streams that are numbered; no capture that people look into has more. */
export const MOST_STREAMS = 1 << 20;

interface Conversation {
  readonly number: number;
  readonly first: bigint;
  last: bigint;
  /** By sender of a TCP segment: the sequence number with which it began. */
  readonly begins?: Map<string, number>;
}

/** Octets of a header that must be there, and whether its streams begin anew with TCP's SYN. */
const SHAPES = { udp: { header: 8, segments: false }, tcp: { header: 20, segments: true } } as const;

const SYN = 0x02;
const ACK = 0x10;

/** The conversations of UDP or TCP, numbered in the order in which they begin, as Wireshark numbers them. */
export class Streams {
  private readonly known = new Map<string, Conversation>();
  private count = 0;

  constructor(private readonly protocol: 'udp' | 'tcp') {}

  /** Those of a frame's layers, outermost first. */
  of(walk: Walk, time: bigint): Stream[] {
    const { header, segments } = SHAPES[this.protocol];
    const out: Stream[] = [];
    for (let i = 0; i < dissected(walk); i++) {
      if (walk.layers[i]!.id !== this.protocol || walk.headerEndOf(i) - walk.atOf(i) < header) continue;
      if (segments && isRedirected(walk, i)) continue;
      // A quoted datagram was not sent again, so it has no times; TCP's has them in Wireshark.
      const quoted = !segments && walk.quotedFrom >= 0 && i >= walk.quotedFrom;
      const conversation = this.conversationOf(walk, i, time);
      const { number, first, last } = conversation;
      if (quoted) out.push({ number });
      else {
        out.push({ number, times: { relative: time - first, delta: time - last } });
        conversation.last = time;
      }
    }
    return out;
  }

  private conversationOf(walk: Walk, i: number, time: bigint): Conversation {
    const both = ends(walk, i);
    const [sender, receiver] = both as [string, string];
    const key = both.sort().join(' ');
    const known = this.known.get(key);
    const { segments } = SHAPES[this.protocol];
    if (known && !(segments && beginsAnew(walk, i, known.begins!.get(sender)))) {
      if (segments) noteBegin(walk, i, known.begins!, sender, receiver);
      return known;
    }
    const made: Conversation = {
      number: this.count,
      first: time,
      last: time,
      ...(segments ? { begins: new Map() } : {}),
    };
    if (segments) noteBegin(walk, i, made.begins!, sender, receiver);
    if (this.known.size < MOST_STREAMS) {
      this.count++;
      this.known.set(key, made);
    }
    return made;
  }
}

const flagsOf = ({ bytes }: Walk, at: number): number => bytes[at + 13]!;

/** Whether a segment opens a further connection between ports that have had one: a SYN with another sequence number. */
function beginsAnew(walk: Walk, i: number, begin: number | undefined): boolean {
  const at = walk.atOf(i);
  return (flagsOf(walk, at) & (SYN | ACK)) === SYN && begin !== undefined && begin !== u32(walk.bytes, at + 4);
}

/** Takes down with which sequence numbers both sides began, as far as the segment shows. */
function noteBegin(walk: Walk, i: number, begins: Map<string, number>, sender: string, receiver: string): void {
  const at = walk.atOf(i);
  const flags = flagsOf(walk, at);
  const sequence = u32(walk.bytes, at + 4);
  if (!begins.has(sender)) begins.set(sender, flags & SYN ? sequence : (sequence - 1) >>> 0);
  if (flags & ACK && !begins.has(receiver)) begins.set(receiver, (u32(walk.bytes, at + 8) - 1) >>> 0);
}

/** Sender and receiver of a datagram or segment, each as address and port. */
export function ends(walk: Walk, index: number): string[] {
  const at = walk.atOf(index);
  const { bytes } = walk;
  const ip = ipBefore(walk, index);
  const v6 = ip >= 0 && walk.layers[ip]!.id === 'ipv6';
  const from = ip < 0 ? at : walk.atOf(ip) + (v6 ? 8 : 12);
  const length = ip < 0 ? 0 : v6 ? 16 : 4;
  return [0, 1].map((k) => {
    const address = bytes.subarray(from + k * length, from + (k + 1) * length).join('.');
    return `${address}/${u16(bytes, at + 2 * k)}`;
  });
}

function ipBefore(walk: Walk, index: number): number {
  for (let i = index - 1; i >= 0; i--) if (walk.layers[i]!.id === 'ip' || walk.layers[i]!.id === 'ipv6') return i;
  return -1;
}
