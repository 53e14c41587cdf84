import { ACK, DECLINE, DISCOVER, INFORM, NAK, RELEASE, type Exchange } from './model';
import type { Thresholds } from './settings';

/* When an attack on the pool may be going on (`starvation`), as far as the clients show it that are looked at one by one. */

/**
 * The times in which an attack may be going on. Who is routine completes, and sends from an address of its own; so of all that ask
 * within `starvationWindow` so many others have to be there, that do not complete or send in another's name, as the limits say.
 */
export class Rush {
  /** Where each time begins, and where it ends; ascending, none overlaps another. */
  private readonly from: number[] = [];
  private readonly to: number[] = [];

  constructor(singled: readonly Exchange[], limits: Thresholds) {
    const { starvationClients, starvationSources, starvationIncomplete, starvationWindow } = limits;
    const least = Math.ceil(Math.min(starvationClients - starvationSources, starvationIncomplete * starvationClients));
    if (least <= 0) {
      this.add(-Infinity, Infinity);
      return;
    }
    const asking = singled.filter((exchange) => exchange.holds(DISCOVER));
    if (crowded(asking.map(timeOf), least, starvationWindow).length === 0) return;
    // Only now is it worth while to read them.
    const suspects = asking.filter((exchange) => !isPlain(exchange));
    for (const [first, last] of crowded(suspects.map(timeOf), least, starvationWindow))
      this.add(first - starvationWindow, last + starvationWindow);
  }

  private add(from: number, to: number): void {
    const last = this.to.length - 1;
    if (last >= 0 && from <= this.to[last]!) this.to[last] = to;
    else {
      this.from.push(from);
      this.to.push(to);
    }
  }

  /** Whether an attack may be going on at a time. */
  has(time: number): boolean {
    if (this.to.length === 0) return false;
    let low = 0;
    let high = this.to.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.to[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low < this.from.length && this.from[low]! <= time;
  }
}

/** When it asks first. Without a time it counts nowhere. */
function timeOf(exchange: Exchange): number {
  const discover = exchange.messages.find((message) => message.type === DISCOVER)!;
  return discover.timed ? discover.time : NaN;
}

/** Whether a client gets an address, and asks for it by itself. */
function isPlain(exchange: Exchange): boolean {
  if (!exchange.holds(ACK) || [NAK, DECLINE, RELEASE, INFORM].some((type) => exchange.holds(type))) return false;
  const { messages } = exchange;
  const own = messages.every(
    ({ type, packet }) =>
      (type !== DISCOVER || packet.ethSource === packet.dhcp!.chaddr) && (type !== ACK || packet.dhcp!.yiaddr !== 0),
  );
  exchange.forget();
  return own;
}

/** Runs of as many times as `least` that lie within `window` seconds: the first and the last time of each, ascending. */
function crowded(times: readonly number[], least: number, window: number): [first: number, last: number][] {
  const sorted = Float64Array.from(times.filter((time) => !Number.isNaN(time))).sort();
  const runs: [number, number][] = [];
  for (let i = 0; i + least <= sorted.length; i++) {
    const last = sorted[i + least - 1]!;
    if (last - sorted[i]! <= window) runs.push([sorted[i]!, last]);
  }
  return runs;
}
