import { dispatch } from '../codec/layers';
import { isPart, Reassembler, type Datagram } from '../codec/ip/reassembly';
import { innermost } from '../codec/frame';
import { Glance, GLANCED_LAYERS, Glanced, GlancedLink } from '../codec/glance';
import { Walk } from '../codec/walk';
import type { CapturedFrame } from '../capture/frame';
import { FrameStore, Interest } from './store';
import { Transfers } from './transfers';

/**
 * The scan: looks at every frame once as the file streams by, keeps those that may matter, and counts what the others hold.
 * What it knows of a frame comes from the walk alone; no tree is built here.
 */
export class Scan {
  readonly store = new FrameStore();
  /** By index in the store: the datagram put together from fragments, the last of which is that frame. */
  readonly datagrams = new Map<number, Datagram>();
  /** Indexes of the messages in the store, in capture order: what a list can show while the file is still being read. */
  readonly messages: number[] = [];
  frames = 0;
  /** Time of the first frame that has one, exact to the nanosecond. */
  firstSeconds = 0;
  firstNanoseconds = 0;
  /** Seconds since the epoch of the first and last frame with a time; 0 where there is none. */
  firstTime = 0;
  lastTime = 0;
  private readonly walk = new Walk(dispatch);
  private readonly inner = new Walk(dispatch);
  private readonly reassembler = new Reassembler();
  private readonly glance = new Glance(dispatch);
  private readonly transfers = new Transfers((port) => this.glance.watch(port));
  /** Frames by what they hold, as far as the walk said it; and by what a glance said (`Glanced`). */
  private readonly walked = new Map<string, number>();
  private readonly glanced = [0, 0, 0];
  /** The link type that was last asked about, and what it is to the glance. */
  private linkType = NaN;
  private link = GlancedLink.Other;

  /** Takes the next frame of the capture. Its octets may be reused by the caller afterwards. `otherwise`: why to keep a frame that is not of interest by itself. */
  add(frame: CapturedFrame, otherwise?: Interest): void {
    this.frames++;
    if (frame.timed) this.note(frame.seconds, frame.nanoseconds);
    if (frame.linkType !== this.linkType) {
      this.linkType = frame.linkType;
      this.link = this.glance.linkOf(frame.linkType);
    }
    const seen = this.glance.look(frame.bytes, frame.start, frame.end, this.link);
    if (seen === Glanced.Unclear) this.examine(frame, otherwise);
    else {
      this.glanced[seen]!++;
      if (otherwise !== undefined) this.store.add(frame, otherwise);
    }
  }

  /** Notes the time of a frame. */
  private note(seconds: number, nanoseconds: number): void {
    const time = seconds + nanoseconds / 1e9;
    if (this.firstTime === 0) {
      this.firstSeconds = seconds;
      this.firstNanoseconds = nanoseconds;
      this.firstTime = time;
    } else if (time < this.firstTime) this.firstTime = time;
    if (time > this.lastTime) this.lastTime = time;
  }

  /** Walks a frame that a glance did not settle. */
  private examine(frame: CapturedFrame, otherwise: Interest | undefined): void {
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
    const index = this.store.add(frame, interest);
    if (interest === Interest.message) this.messages.push(index);
    if (datagram) this.datagrams.set(index, datagram);
  }

  /** Frames by what they hold, for a capture without DHCP. */
  get contents(): ReadonlyMap<string, number> {
    const contents = new Map(this.walked);
    for (const [seen, layer] of GLANCED_LAYERS.entries()) {
      const count = this.glanced[seen]!;
      if (layer && count > 0) contents.set(layer.name, (contents.get(layer.name) ?? 0) + count);
    }
    return contents;
  }

  private count(walk: Walk): void {
    const name = walk.depth > 0 ? walk.layers[walk.depth - 1]!.name : 'an unknown link type';
    this.walked.set(name, (this.walked.get(name) ?? 0) + 1);
  }
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
