import type { FrameFacts, Own, Transfer } from '../../filter';
import { u16 } from '../../codec/bytes';
import type { Walk } from '../../codec/walk';
import { walkDatagram, walkStored } from '../scan/packets';
import { toTransfer, type Scan } from '../scan/scan';
import { Duplicates } from './duplicates';
import { ends, MOST_STREAMS, Streams } from './streams';

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

/** TFTP's requests (RFC 1350 §5). */
const READ = 1;
const WRITE = 2;

/**
 * Like `filterFacts`, called for every frame of the store in order: adds the time since the previous frame and since the last
 * one that passed, and the numbers of its streams. The store must hold every frame of the capture.
 */
export class FilterHistory {
  private before: bigint | undefined;
  private displayed: bigint | undefined;
  private time = 0n;
  private readonly datagrams = new Streams('udp');
  private readonly segments = new Streams('tcp');
  private readonly duplicates = new Duplicates();
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
    const walks = facts.datagram ? [facts.walk, facts.datagram] : [facts.walk];
    const streams = {
      udp: walks.flatMap((walk) => this.datagrams.of(walk, time)),
      tcp: walks.flatMap((walk) => this.segments.of(walk, time)),
    };
    const duplicates = this.duplicates.of(facts.walk, facts.number, Number(time / SECOND));
    return { ...facts, history: { delta, displayed, streams, transfer, duplicates } };
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
}
