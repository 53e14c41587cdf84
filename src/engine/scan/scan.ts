import { dispatch as registered } from '../../codec/layers';
import { isPart, Reassembler, type Datagram } from '../../codec/ip/reassembly';
import { tftp } from '../../codec/tftp';
import { innermost } from '../../codec/frame';
import { Glance, Glanced } from '../../codec/glance';
import { GLANCED_LAYERS, glanceTables, linkOf } from '../../codec/glanceTables';
import { Walk, type Dispatch } from '../../codec/walk';
import type { CapturedFrame } from '../../capture/frame';
import { grown } from '../../ledger/table';
import type { Gap } from '../../capture/text';
import type { TextPacket } from '../text';
import { GlanceSkim } from './skim';
import { FrameStore, Interest } from './store';
import { Transfers } from './transfers';
import { Tunnels } from './tunnels';

/**
 * From this many frames of interest on, the final number is estimated, and room is made for at most `MOST_AT_ONCE` times as many at once.
 */
const MANY = 8192;
const MOST_AT_ONCE = 16;

/** What a text does not tell of a frame's octets, for which zeros or sums stand. */
export interface Untold {
  readonly gaps: readonly Gap[];
  /** If it tells the message in words: the keys of the JSON that it does not tell. */
  readonly keys: readonly string[] | undefined;
  /** What it tells of lengths in headers, by key. */
  readonly lengths: Readonly<Record<string, number>> | undefined;
}

/**
 * The scan: looks at every frame once as the file streams by, keeps those that may matter, and counts
 * the others. All it knows of a frame comes from the walk; no tree is built here.
 */
export class Scan {
  readonly store = new FrameStore();
  /** By store index of a last fragment: the datagram that it completed. */
  readonly datagrams = new Map<number, Datagram>();
  /** Number of messages in the store. */
  messageCount = 0;
  /** If the frames are those of a text: whether it gives addresses, or names for some of them. */
  pasted: 'plain' | 'named' | undefined;
  /** By frame of a pasted text: the first missing octet on which it depends what the message says. */
  readonly unreadFrom = new Map<number, number>();
  /** By frame of a text in words: the options that its message has, but whose values the text does not give. */
  readonly leftOut = new Map<number, readonly number[]>();
  /** Frames of a text in words whose message may have more options than the text tells. */
  readonly open = new Set<number>();
  /** Whether messages of a text in words could not be read. */
  lost = false;
  /** By frame of a pasted text: what of its octets the text does not tell. */
  readonly untold = new Map<number, Untold>();
  /** Store indexes of the messages; undefined as long as they are simply 0, 1, 2 … and nobody asks. */
  private messageIndexes: Uint32Array | undefined;
  private readonly walk: Walk;
  private readonly inner: Walk;
  /** For describing one stored frame after another: a tree keeps no reference to its walk. */
  readonly describing: Walk;
  private readonly reassembler = new Reassembler();
  private readonly glance: Glance;
  readonly tunnels = new Tunnels();
  /** Skips frames that `take` need not see. */
  readonly skim: GlanceSkim;
  private readonly transfers = new Transfers((port) => this.glance.watch(port));
  /** Frames by content, as far as the walk identified it. */
  private readonly walked = new Map<string, number>();

  /** Octets of the file, if known beforehand. */
  size: number | undefined;

  /** `dispatch` says what follows what, and which options there are. */
  constructor(readonly dispatch: Dispatch = registered) {
    this.walk = new Walk(dispatch);
    this.inner = new Walk(dispatch);
    this.describing = new Walk(dispatch);
    this.glance = new Glance(
      glanceTables(dispatch),
      dispatch.udpHeuristics.map(({ applies }) => applies),
    );
    this.skim = new GlanceSkim(this.glance, (linkType) => linkOf(dispatch, linkType));
  }

  /** Notes what the text does not give of the frame with this number. */
  noteText(frame: number, { time, undated, local, words, unreadFrom, gaps }: TextPacket): void {
    if (this.pasted !== 'named') this.pasted = words?.named ? 'named' : 'plain';
    if (time && (undated ?? words?.dated === false)) this.store.clock = 'undated';
    else if (time && local && this.store.clock === 'UTC') this.store.clock = 'local';
    if (words && words.leftOut.length > 0) this.leftOut.set(frame, words.leftOut);
    if (unreadFrom !== undefined) this.unreadFrom.set(frame, unreadFrom);
    if (words || gaps.length > 0) this.untold.set(frame, { gaps, keys: words?.untold, lengths: words?.lengths });
    if (words?.open) this.open.add(frame);
  }

  /** Takes over what is known of the text that another scan's frames are from. */
  ofText({ pasted, unreadFrom, leftOut, untold, open, lost, store }: Scan): void {
    this.pasted = pasted;
    this.lost = lost;
    for (const frame of open) this.open.add(frame);
    this.store.clock = store.clock;
    for (const [frame, from] of unreadFrom) this.unreadFrom.set(frame, from);
    for (const [frame, codes] of leftOut) this.leftOut.set(frame, codes);
    for (const [frame, one] of untold) this.untold.set(frame, one);
  }

  /**
   * Takes the next frame of the capture. The caller may reuse its octets afterwards.
   * `otherwise`: why to keep a frame that is not of interest by itself.
   */
  add(frame: CapturedFrame, otherwise?: Interest): void {
    if (!this.skim.passes(frame)) this.take(frame, otherwise);
    else if (otherwise !== undefined) {
      const walk = this.walk.run(frame.bytes, frame.start, frame.end, frame.linkType, frame.wireLength);
      this.store.add(frame, otherwise, walk, walk);
    }
  }

  /**
   * Makes room for the number of frames to expect, judging by what has been read:
   * growing step by step would copy everything again and again.
   */
  private expect({ fileOffset }: CapturedFrame): void {
    const { count } = this.store;
    if (this.size === undefined) return;
    const expected = Math.ceil((1.02 * count * this.size) / fileOffset);
    this.store.reserve(Math.min(Math.max(expected, 2 * count), MOST_AT_ONCE * count));
  }

  get frames(): number {
    return this.skim.sums.frames;
  }
  /** Time of the first frame that has one, exact to the nanosecond. */
  get firstSeconds(): number {
    return this.skim.sums.firstSeconds;
  }
  get firstNanoseconds(): number {
    return this.skim.sums.firstNanoseconds;
  }
  /** Seconds since the epoch of the earliest and the latest frame with a time; 0 if there is none. */
  get firstTime(): number {
    return this.skim.sums.earliestSeconds + this.skim.sums.earliestNanoseconds / 1e9;
  }
  get lastTime(): number {
    return this.skim.sums.latestSeconds + this.skim.sums.latestNanoseconds / 1e9;
  }

  /** Store indexes of the messages, in capture order: what a list can show while the file is still being read. */
  get messages(): Uint32Array {
    return this.listed().subarray(0, this.messageCount);
  }

  private listed(): Uint32Array {
    if (this.messageIndexes) return this.messageIndexes;
    const list = (this.messageIndexes = new Uint32Array(Math.max(64, this.messageCount)));
    for (let i = 0; i < list.length; i++) list[i] = i;
    return list;
  }

  private noteMessage(index: number): void {
    const place = this.messageCount++;
    if (!this.messageIndexes && index === place) return;
    let list = this.listed();
    if (place >= list.length) this.messageIndexes = list = grown(list, 2 * place);
    list[place] = index;
  }

  /** Takes a frame that `skim` has just been asked about and did not skip. */
  take(frame: CapturedFrame, otherwise?: Interest): void {
    if (this.store.full && this.store.count >= MANY) this.expect(frame);
    const walk = this.walk.run(frame.bytes, frame.start, frame.end, frame.linkType, frame.wireLength);
    this.tunnels.note(walk);
    let interest = this.transfers.isPartOfOne(walk) ? Interest.transfer : interestOf(walk);
    let datagram: Datagram | undefined;
    const whole = this.reassembler.add(walk, frame.number, frame.timed ? frame.seconds : undefined);
    if (whole) {
      const found = interestOf(this.inner.runFrom(whole.layer, whole.bytes, 0, whole.bytes.length));
      if (found !== undefined) {
        interest = found;
        datagram = whole;
      }
    }
    if (interest === undefined) this.count(walk);
    interest ??= otherwise;
    if (interest === undefined) return;
    if (interest === Interest.transfer) toTransfer(walk);
    const index = this.store.add(frame, interest, walk, datagram ? this.inner : walk);
    const { ledger } = this.store;
    const leftOut = this.leftOut.get(frame.number);
    if (leftOut) ledger.dhcp.addUntold(leftOut);
    const untold = this.untold.get(frame.number);
    if (untold) {
      // Zeros stand for what the text does not tell: they do not say that there is no checksum, nor who is an end of the datagram.
      ledger.columns.noChecksum[index] = 0;
      if (untold.keys?.includes('src')) ledger.columns.source[index] = 0;
      if (untold.keys?.includes('dst')) ledger.columns.destination[index] = 0;
    }
    // As of a message that was cut, nothing is concluded from what it lacks.
    if (this.open.has(frame.number)) ledger.columns.cut[index] = 1;
    if (interest === Interest.message) this.noteMessage(index);
    if (datagram) this.datagrams.set(index, datagram);
  }

  /** Frames by content, for a capture without DHCP. */
  get contents(): ReadonlyMap<string, number> {
    const contents = new Map(this.walked);
    const { tcp, udp } = this.skim.sums;
    for (const [seen, count] of [
      [Glanced.Tcp, tcp],
      [Glanced.Udp, udp],
    ] as const) {
      const { name } = GLANCED_LAYERS[seen];
      if (count > 0) contents.set(name, (contents.get(name) ?? 0) + count);
    }
    return contents;
  }

  private count(walk: Walk): void {
    const name = walk.depth > 0 ? walk.layers[walk.depth - 1]!.name : 'an unknown link type';
    this.walked.set(name, (this.walked.get(name) ?? 0) + 1);
  }
}

/** Continues a walk as TFTP. A transfer uses its own ports, which do not identify TFTP. */
export function toTransfer(walk: Walk): void {
  walk.to(tftp, walk.headerEndOf(walk.udp), walk.endOf(walk.udp));
}

/** Why a frame matters; undefined if it does not. */
export function interestOf(walk: Walk): Interest | undefined {
  const last = innermost(walk);
  // A fragment alone is not yet a message: the datagram counts, at the frame that completes it.
  if (last < 0 || isPart(walk)) return undefined;
  switch (walk.layers[last]!.id) {
    case 'dhcp':
    case 'dhcpv6':
    case 'rarp':
      return Interest.message;
    case 'arp':
    case 'icmp':
    case 'icmpv6':
    case 'tftp':
      return Interest.candidate;
    default:
      return undefined;
  }
}
