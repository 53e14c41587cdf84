import { roomFor } from '../analysis/macTable';
import { dispatch } from '../codec/layers';
import { isPart, Reassembler, type Datagram } from '../codec/ip/reassembly';
import { innermost } from '../codec/frame';
import { Glance, Glanced } from '../codec/glance';
import { GLANCED_LAYERS, glanceTables, linkOf } from '../codec/glanceTables';
import { Walk } from '../codec/walk';
import { MOST_FRAMES, type CapturedFrame } from '../capture/frame';
import { Parties } from './parties';
import { unpack, type Parcel, type Parcels, type Sketch } from './parcel';
import { holedOptions } from './holedOptions';
import { GlanceSkim, Sums } from './skim';
import { filled, type Stencil } from './stencil';
import { Stencils } from './stencils';
import { FrameStore, Interest } from './store';
import { Transfers } from './transfers';

/** From so many frames of interest on it is asked how many there will be; room is made for so many times as many at once. */
const MANY = 8192;
const MOST_AT_ONCE = 16;

/**
 * The scan: looks at every frame once as the file streams by, keeps those that may matter, and counts what the others hold.
 * What it knows of a frame comes from the walk alone; no tree is built here.
 */
export class Scan {
  readonly store: FrameStore;
  /** By index in the store: the datagram put together from fragments, the last of which is that frame. */
  readonly datagrams = new Map<number, Datagram>();
  /** Number of messages in the store. */
  messageCount = 0;
  /** Their indexes; undefined as long as nothing else is there and nobody asks: then they are 0, 1, 2 … */
  private messageIndexes: Uint32Array | undefined;
  private readonly walk = new Walk(dispatch);
  private readonly inner = new Walk(dispatch);
  private readonly reassembler = new Reassembler();
  private readonly glance = new Glance(
    glanceTables(dispatch),
    dispatch.udpHeuristics.map(({ applies }) => applies),
  );
  /** Lets frames go by that `take` need not get. */
  readonly skim = new GlanceSkim(this.glance, (linkType) => linkOf(dispatch, linkType));
  private readonly transfers = new Transfers((port) => {
    this.watches = true;
    this.glance.watch(port);
  });
  /** Whether other ports than the usual ones matter. */
  private watches = false;
  /** Who takes part, as far as messages were walked: of those that fit a stencil, one of each. */
  parties = new Parties();
  /** Frames by what they hold, as far as the walk said it. */
  private readonly walked = new Map<string, number>();

  /** Octets of the file, where they are known beforehand. */
  size: number | undefined;

  constructor(readonly stencils = new Stencils(holedOptions())) {
    this.store = new FrameStore(stencils);
  }

  /** Takes the next frame of the capture. Its octets may be reused by the caller afterwards. `otherwise`: why to keep a frame that is not of interest by itself. */
  add(frame: CapturedFrame, otherwise?: Interest): void {
    if (!this.skim.passes(frame)) this.take(frame, otherwise);
    else if (otherwise !== undefined) this.store.add(frame, otherwise);
  }

  /** Takes a frame that `skim` has just been asked about, and did not let pass. */
  take(frame: CapturedFrame, otherwise?: Interest): void {
    if (this.store.count === this.store.capacity) this.expect(frame);
    if (this.skim.seen === Glanced.Datagram) this.fit(frame, otherwise);
    else this.examine(frame, otherwise);
  }

  /** Makes room for as many frames as the file will have, going by what has been read of it: to grow step by step copies all again and again. */
  private expect({ fileOffset }: CapturedFrame): void {
    const { count } = this.store;
    if (this.size === undefined || count < MANY) return;
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
  /** Seconds since the epoch of the earliest and the latest frame with a time; 0 where there is none. */
  get firstTime(): number {
    return this.skim.sums.earliestSeconds + this.skim.sums.earliestNanoseconds / 1e9;
  }
  get lastTime(): number {
    return this.skim.sums.latestSeconds + this.skim.sums.latestNanoseconds / 1e9;
  }

  /**
   * Takes what a second reader found in the rest of the file, behind the frames so far; `like` is the last of them. False where it
   * did not know what matters: transfers by TFTP go between ports of their own.
   */
  pass(parcels: Parcels, like: CapturedFrame): boolean {
    if (this.watches) return false;
    const frames = parcels.parts.reduce((sum, part) => sum + part.sums.frames, 0);
    if (like.number + frames > MOST_FRAMES) return false;
    let transfers = false;
    for (const { loose } of parcels.parts)
      unpack(loose, like, 0, (frame) => {
        if (this.glance.look(frame.bytes, frame.start, frame.end, this.skim.link) === Glanced.Tcp) return;
        const walk = this.walk.run(frame.bytes, frame.start, frame.end, frame.linkType, frame.wireLength);
        if (walk.find('tftp') >= 0) transfers = true;
      });
    if (transfers) return false;
    const ids = new Int32Array(parcels.sketches.length).fill(-1);
    this.store.reserve(
      parcels.parts.reduce((sum, { fitting, loose }) => sum + fitting.count + loose.count, this.store.count),
    );
    let { number } = like;
    for (const part of parcels.parts) {
      this.passPart(part, parcels.sketches, ids, like, number);
      number += part.sums.frames;
    }
    return true;
  }

  /** `ids`: by sketch, the id of the stencil that it is; 0 where it is none, -1 where it was not looked at yet. `before`: number of the last frame before the part. */
  private passPart(
    part: Parcel,
    sketches: Parcels['sketches'],
    ids: Int32Array,
    like: CapturedFrame,
    before: number,
  ): void {
    const { fitting } = part;
    const { store } = this;
    const { sums } = this.skim;
    this.skim.sums = new Sums();
    const block = store.addBlock(fitting.octets);
    const frame: CapturedFrame = { ...like, timed: true, comment: undefined };
    const shown = (i: number): CapturedFrame => {
      frame.number = before + fitting.numbers[i]!;
      frame.seconds = fitting.seconds[i]!;
      frame.nanoseconds = fitting.nanoseconds[i]!;
      return fill(frame, sketches[fitting.sketches[i]!]!, fitting.octets, fitting.at[i]!);
    };
    const { count } = fitting;
    for (let i = 0; (i = firstOf(-1, ids, fitting.sketches, i, count)) < count;)
      ids[fitting.sketches[i]!] = this.adopt(shown(i), sketches[fitting.sketches[i]!]!)?.id ?? 0;
    let next = 0;
    /** Takes the messages before the frame of this number. */
    const fit = (number: number): void => {
      const end = firstNotBelow(number, fitting.numbers, next);
      while (next < end) {
        const from = next;
        next = firstOf(0, ids, fitting.sketches, from, end);
        if (next > from) {
          this.noteMessages(store.count, next - from);
          store.addPacked(fitting, from, next, before, ids, block);
        }
        if (next < end) this.add(shown(next++));
      }
    };
    unpack(part.loose, like, before, (one) => {
      fit(one.number - before);
      this.add(one);
    });
    fit(Infinity);
    // The part's sums hold also the frames that were counted here meanwhile.
    this.skim.sums = sums;
    sums.add(part.sums);
  }

  /** The stencil that a second reader's sketch is, judged by one of its frames: one of ours, or one made now; undefined where such frames are not read as they look. */
  private adopt(frame: CapturedFrame, sketch: Sketch): Stencil | undefined {
    if (this.glance.look(frame.bytes, frame.start, frame.end, this.skim.link) !== Glanced.Datagram) return undefined;
    const { ip, payload, payloadEnd } = this.glance;
    let stencil = this.stencils.match(frame, this.skim.link, ip, payload, payloadEnd);
    if (!stencil) {
      const walk = this.walk.run(frame.bytes, frame.start, frame.end, frame.linkType, frame.wireLength);
      if (this.transfers.isPartOfOne(walk) || interestOf(walk) !== Interest.message) return undefined;
      this.parties.learn(walk);
      stencil = this.stencils.learn(walk, frame, ip, payloadEnd, true);
    }
    return stencil?.isOf(sketch) ? stencil : undefined;
  }

  /** Takes a frame that may be a message like others before it: then nothing of it has to be found out. */
  private fit(frame: CapturedFrame, otherwise: Interest | undefined): void {
    const { ip, payload, payloadEnd } = this.glance;
    const stencil = this.stencils.match(frame, this.skim.link, ip, payload, payloadEnd);
    const index = stencil ? this.store.addFitting(frame, stencil, this.stencils.view) : -1;
    if (index >= 0) this.noteMessages(index, 1);
    else this.examine(frame, otherwise, ip, payloadEnd);
  }

  /** Indexes of the messages in the store, in capture order: what a list can show while the file is still being read. */
  get messages(): Uint32Array {
    return this.listed().subarray(0, this.messageCount);
  }

  private listed(): Uint32Array {
    if (this.messageIndexes) return this.messageIndexes;
    const list = (this.messageIndexes = new Uint32Array(Math.max(64, this.messageCount)));
    for (let i = 0; i < list.length; i++) list[i] = i;
    return list;
  }

  private noteMessages(index: number, count: number): void {
    const from = this.messageCount;
    this.messageCount += count;
    if (this.messageIndexes || index !== from) this.listMessages(index, from);
  }

  /** Lists messages from a place of the list up to its end: they stand from `index` on in the store. */
  private listMessages(index: number, from: number): void {
    const { messageCount } = this;
    let list = this.listed();
    if (messageCount > list.length)
      this.messageIndexes = list = roomFor(list, Math.max(messageCount, this.store.capacity) - 1);
    for (let i = from; i < messageCount; i++) list[i] = index + i - from;
  }

  /** Walks a frame that a glance did not settle. `ip` and `end` as the glance found them, where it looked so far. */
  private examine(frame: CapturedFrame, otherwise: Interest | undefined, ip = -1, end = 0): void {
    const walk = this.walk.run(frame.bytes, frame.start, frame.end, frame.linkType, frame.wireLength);
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
    const stencil = ip >= 0 && interest === Interest.message ? this.stencils.learn(walk, frame, ip, end) : undefined;
    const index = stencil ? this.store.addFitting(frame, stencil, this.stencils.view) : this.store.add(frame, interest);
    if (interest === Interest.message) {
      this.noteMessages(index, 1);
      this.parties.learn(datagram ? this.inner : walk);
    }
    if (datagram) this.datagrams.set(index, datagram);
  }

  /** Frames by what they hold, for a capture without DHCP. */
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

/** Index, from `from` on, of the first message whose sketch has this id; `end` where there is none before it. */
function firstOf(id: number, ids: Int32Array, sketches: Uint16Array, from: number, end: number): number {
  let i = from;
  while (i < end && ids[sketches[i]!] !== id) i++;
  return i;
}

/** Index, from `from` on, of the first number that is not less than another; how many they are where there is none. */
function firstNotBelow(number: number, numbers: Uint32Array, from: number): number {
  let i = from;
  while (i < numbers.length && numbers[i]! < number) i++;
  return i;
}

/** Lets `frame` be the frame of a sketch whose holes hold the octets of `packed` from `at` on. */
function fill(frame: CapturedFrame, sketch: Sketch, packed: Uint8Array, at: number): CapturedFrame {
  frame.bytes = filled(sketch, packed, at);
  frame.start = 0;
  frame.end = sketch.length;
  frame.wireLength = sketch.wireLength;
  return frame;
}

/** Why a frame matters; undefined where it does not. */
export function interestOf(walk: Walk): Interest | undefined {
  const last = innermost(walk);
  // What begins in a fragment is no message yet: the datagram counts, at the frame that makes it whole.
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
