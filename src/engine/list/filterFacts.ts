import type { FrameFacts, Own, Stream, Transfer } from '../../filter';
import { u16 } from '../../codec/bytes';
import type { Walk } from '../../codec/walk';
import { walkDatagram, walkStored } from '../scan/packets';
import { toTransfer, type Scan } from '../scan/scan';

const SECOND = 1_000_000_000n;

/** The facts that a filter needs about frame `index` of the store, except those that depend on earlier frames. */
export function filterFacts(scan: Scan, index: number, own?: Own): FrameFacts {
  const { store } = scan;
  const { seconds, nanoseconds } = store.ledger.columns;
  return {
    number: store.number(index),
    ...timesOf(scan, seconds[index]!, nanoseconds[index]!),
    linkType: store.linkType(index),
    wireLength: store.wireLength(index),
    captured: store.captured(index),
    comment: store.comment(index),
    walk: walkStored(scan, index),
    datagram: walkDatagram(scan, index),
    own,
  };
}

/** A frame's time in the form that filters use; `seconds` is NaN if it has none. */
export function timesOf(scan: Scan, seconds: number, nanoseconds: number): Pick<FrameFacts, 'time' | 'relative'> {
  if (Number.isNaN(seconds)) return { time: undefined, relative: 0n };
  const time = BigInt(seconds) * SECOND + BigInt(nanoseconds);
  return { time, relative: time - first(scan) };
}

/** The time of the capture's first frame; 0 if that has none, as in Wireshark. */
function first({ firstSeconds, firstNanoseconds, store }: Scan): bigint {
  if (store.count > 0 && store.number(0) === 1 && !store.timed(0)) return 0n;
  return BigInt(firstSeconds) * SECOND + BigInt(firstNanoseconds);
}

/** Maximum number of UDP streams that are numbered; no capture that people look into has more. */
const MOST_STREAMS = 1 << 20;

/** TFTP's requests (RFC 1350 §5). */
const READ = 1;
const WRITE = 2;

interface Conversation {
  readonly number: number;
  readonly first: bigint;
  last: bigint;
}

/**
 * Like `filterFacts`, called for every frame of the store in order: adds the time since the previous frame and since the last
 * one that passed, and the numbers of its UDP streams. The store must hold every frame of the capture.
 */
export class FilterHistory {
  private before: bigint | undefined;
  private displayed: bigint | undefined;
  private time = 0n;
  private readonly streams = new Map<string, Conversation>();
  /** Files that TFTP transfers read or write, by the client's address and port. */
  private readonly transfers = new Map<string, Transfer>();

  constructor(private readonly scan: Scan) {}

  /** The next frame. */
  next(index: number, own?: Own): FrameFacts {
    const facts = filterFacts(this.scan, index, own);
    const time = facts.time ?? 0n;
    const delta = this.before === undefined ? 0n : time - this.before;
    const displayed = this.displayed === undefined ? 0n : time - this.displayed;
    this.before = this.time = time;
    const transfer = this.transferOf(facts.walk);
    const streams = [
      ...this.streamsOf(facts.walk, time),
      ...(facts.datagram ? this.streamsOf(facts.datagram, time) : []),
    ];
    return { ...facts, history: { delta, displayed, streams, transfer } };
  }

  /** Records that the frame last returned by `next` has passed the filter. */
  passed(): void {
    this.displayed = this.time;
  }

  /**
   * The TFTP transfer that a frame belongs to. Its blocks use ports that do not
   * identify TFTP (RFC 1350 §4), so only the request reveals it.
   */
  private transferOf(walk: Walk): Transfer | undefined {
    const { udp } = walk;
    if (udp < 0 || walk.quotedFrom >= 0 || walk.headerEndOf(udp) - walk.atOf(udp) < 8) return undefined;
    const [sender, receiver] = ends(walk, udp) as [string, string];
    const at = walk.headerEndOf(udp);
    const operation = walk.find('tftp') >= 0 && at + 2 <= walk.endOf(udp) ? u16(walk.bytes, at) : 0;
    if (operation === READ || operation === WRITE) {
      const name = walk.bytes.subarray(at + 2, walk.endOf(udp));
      const end = name.indexOf(0);
      const transfer = { isRead: false, file: name.slice(0, end < 0 ? undefined : end) };
      if (this.transfers.size < MOST_STREAMS) this.transfers.set(sender, transfer);
      return { ...transfer, isRead: operation === READ };
    }
    const known = this.transfers.get(sender) ?? this.transfers.get(receiver);
    if (known && walk.depth === udp + 1) toTransfer(walk);
    return walk.find('tftp') >= 0 ? known : undefined;
  }

  private streamsOf(walk: Walk, time: bigint): Stream[] {
    const out: Stream[] = [];
    for (let i = 0; i < walk.depth; i++) {
      if (walk.layers[i]!.id !== 'udp' || walk.headerEndOf(i) - walk.atOf(i) < 8) continue;
      const key = ends(walk, i).sort().join(' ');
      let known = this.streams.get(key);
      if (!known) {
        known = { number: this.streams.size, first: time, last: time };
        if (this.streams.size < MOST_STREAMS) this.streams.set(key, known);
      }
      const { number } = known;
      // A quoted datagram was not sent again, so it has no times.
      if (walk.quotedFrom >= 0 && i >= walk.quotedFrom) out.push({ number });
      else {
        out.push({ number, times: { relative: time - known.first, delta: time - known.last } });
        known.last = time;
      }
    }
    return out;
  }
}

/** Sender and receiver of a UDP datagram, each as address and port. */
function ends(walk: Walk, index: number): string[] {
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
