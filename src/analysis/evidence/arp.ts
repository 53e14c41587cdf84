import { lowerBound } from '../../codec/search';
/** An ARP message, with the values that the rules need. */
export interface ArpSeen {
  readonly index: number;
  readonly frame: number;
  readonly time: number;
  readonly link: string;
  readonly operation: number;
  readonly senderMac: string;
  readonly senderIp: number;
  readonly targetIp: number;
}

/** A host that claims an address: the frames that show it, and the time of its last claim. */
export interface Holder {
  readonly frames: readonly number[];
  readonly last: number;
}

/** How many requests for an address are reported: nobody reads more, and a flood of them would be repeated for each client. */
const MOST_QUESTIONS = 64;

/** The ARP messages about one address in time order, so that a few can be found without going through all of them. */
export class ArpAbout {
  /** Messages whose sender claims to have the address. */
  readonly claims: readonly ArpSeen[];
  /** Requests for the address. */
  readonly questions: readonly ArpSeen[];
  /** By index of `questions`: index of the next one from a different sender. Built on first use. */
  private next: Int32Array | undefined;
  private readonly senders = new Map<string, ArpSeen[]>();
  private holders: ReadonlyMap<string, Holder> | undefined;

  constructor(
    readonly all: readonly ArpSeen[],
    private readonly address: number,
  ) {
    this.claims = all.filter((arp) => arp.senderIp === address);
    this.questions = all.filter((arp) => arp.operation === 1 && arp.targetIp === address);
    for (const arp of all) {
      const own = this.senders.get(arp.senderMac);
      if (own) own.push(arp);
      else this.senders.set(arp.senderMac, [arp]);
    }
  }

  /** The messages that a hardware address sent. */
  by(mac: string): readonly ArpSeen[] {
    return this.senders.get(mac) ?? [];
  }

  /** The hosts that claim the address, in the order in which they were first heard. */
  get heldBy(): ReadonlyMap<string, Holder> {
    if (this.holders) return this.holders;
    const holders = new Map<string, { frames: number[]; last: number }>();
    for (const { senderMac, frame, time } of this.address === 0 ? [] : this.claims) {
      const known = holders.get(senderMac);
      if (!known) holders.set(senderMac, { frames: [frame], last: time });
      else {
        known.frames.push(frame);
        known.last = Math.max(known.last, time);
      }
    }
    return (this.holders = holders);
  }

  /** The last claim between two points in time, by anybody or by one host. */
  lastClaim(from: number, to: number, mac?: string): ArpSeen | undefined {
    const claims = mac === undefined ? this.claims : this.by(mac).filter(({ senderIp }) => senderIp === this.address);
    const last = lastAt(claims, to);
    return last && last.time >= from ? last : undefined;
  }

  /** The first requests for the address between two points in time that are not from `mac`. */
  askedByOthers(mac: string, from: number, to: number): ArpSeen[] {
    const { questions } = this;
    const next = (this.next ??= nextByOther(questions));
    const found: ArpSeen[] = [];
    for (let i = firstAt(questions, from); i < questions.length && questions[i]!.time <= to;) {
      if (questions[i]!.senderMac === mac) i = next[i]!;
      else if (found.push(questions[i++]!) >= MOST_QUESTIONS) break;
    }
    return found;
  }
}

function nextByOther(questions: readonly ArpSeen[]): Int32Array {
  const next = new Int32Array(questions.length);
  for (let i = questions.length - 1; i >= 0; i--)
    next[i] =
      i + 1 < questions.length && questions[i + 1]!.senderMac === questions[i]!.senderMac ? next[i + 1]! : i + 1;
  return next;
}

/** The items of a time-ordered list that lie between two points in time. */
export function* between<T extends { readonly time: number }>(
  list: readonly T[],
  from: number,
  to: number,
): Generator<T> {
  for (let i = firstAt(list, from); i < list.length && list[i]!.time <= to; i++) yield list[i]!;
}

/** Index of the first item of a time-ordered list that is not before a point in time. */
export function firstAt(list: readonly { readonly time: number }[], time: number): number {
  return lowerBound(list.length, (i) => list[i]!.time < time);
}

/** The last item of a time-ordered list that is not after a point in time. */
export function lastAt<T extends { readonly time: number }>(list: readonly T[], time: number): T | undefined {
  return list[lowerBound(list.length, (i) => list[i]!.time <= time) - 1];
}
