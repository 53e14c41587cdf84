import { u16 } from '../../../codec/bytes';
import { octetsOf, placeOf, type FrameFields, type Leaf, type Value } from '../../../filter';
import type { Interned } from '../../../ledger/interned';
import { MOST_INLINE } from '../../../ledger/message4';
import { grown } from '../../../ledger/table';
import { isOwn, type OwnField } from '../ownColumns';
import { DERIVED, END_TYPE, fromOptions, inLayer, VENDOR, type FromOptions } from './columnFields';
import type { PlainFrame } from './plainFrame';
import { DHCP, OCTETS, type PlainLayer } from './plainLayers';

/* Most values come again and again, and the ledger knows them by numbers: what is asked of a value is asked once. */

/** What a leaf says to some of a frame's values. */
const enum Answer {
  unknown = 0,
  /** There are no values. */
  nothing = 1,
  fails = 2,
  holds = 3,
}

/** Answers by a small number. */
class Answers {
  private known = new Uint8Array(64);

  get(number: number): Answer {
    return this.known[number] ?? Answer.unknown;
  }
  set(number: number, answer: Answer): Answer {
    if (number >= this.known.length) this.known = grown(this.known, 2 * number);
    return (this.known[number] = answer);
  }
}

/** How many answers are kept for values that stand in the ledger themselves and have no number. */
const SLOTS = 1 << 14;

/** The latest answers for such values. What kind of value it is counts too. */
class LatestAnswers {
  private readonly words = new Int32Array(SLOTS);
  private readonly kinds = new Int32Array(SLOTS).fill(-1);
  private readonly answers = new Uint8Array(SLOTS);

  get(word: number, kind: number): Answer {
    const slot = slotOf(word, kind);
    return this.words[slot] === word && this.kinds[slot] === kind ? this.answers[slot]! : Answer.unknown;
  }
  set(word: number, kind: number, answer: Answer): Answer {
    const slot = slotOf(word, kind);
    this.words[slot] = word;
    this.kinds[slot] = kind;
    return (this.answers[slot] = answer);
  }
}

function slotOf(word: number, kind: number): number {
  const mixed = Math.imul(word ^ (kind << 16), 0x9e3779b1);
  return (mixed >>> 18) & (SLOTS - 1);
}

function answer(leaf: Leaf, field: readonly Value[]): Answer {
  const values = leaf.values({ values: () => field });
  if (values.length === 0) return Answer.nothing;
  const passes = leaf.all ? values.every((value) => leaf.test(value)) : values.some((value) => leaf.test(value));
  return passes ? Answer.holds : Answer.fails;
}

/** What two parts of a frame's values come to. */
function both(a: Answer, b: Answer, all: boolean): Answer {
  if (a === Answer.nothing || a === b) return b;
  if (b === Answer.nothing) return a;
  return all ? Answer.fails : Answer.holds;
}

/** Whether a leaf holds for the frame that is selected, asked as cheaply as its field allows. `presence`: protocols are only tested for presence. */
export function judgeOf(frame: PlainFrame, fields: FrameFields, leaf: Leaf, presence: boolean): () => boolean {
  const { name } = leaf.field;
  const holds = (): boolean => leaf.holds(fields);
  const part = OCTETS[name] && !presence ? undefined : partOf(frame, leaf, name);
  if (part) return () => part() === Answer.holds;
  return leaf.needle ? searching(frame, leaf.needle, holds) : holds;
}

function partOf(fields: PlainFrame, leaf: Leaf, name: string): (() => Answer) | undefined {
  const { dhcp } = fields;
  if (DERIVED.has(name)) return byColumns(fields, leaf, name);
  if (isOwn(name)) return byOwn(fields, leaf, name);
  const layer = inLayer(name);
  const word = layer?.fields?.[name]?.word;
  if (layer && word !== undefined) return byWord(fields, leaf, layer, word);
  const from = fromOptions(name);
  const options = from && byOptions(fields, leaf, from);
  if (name === 'dhcp.option.type') {
    const end = answer(leaf, [END_TYPE]);
    // Pads have the type of the end; where that is missing, only the octets tell whether there are any.
    return () => (fields.message.ended ? both(options!(), end, leaf.all) : answer(leaf, fields.layer(name, DHCP)));
  }
  if (name === 'dhcp.hw.mac_addr') {
    const own = byAddress(fields, leaf);
    return () => both(fields.hasMac ? own(dhcp.columns.chaddr[fields.row]!) : Answer.nothing, options!(), leaf.all);
  }
  if (name === 'dhcp.hw.type') {
    const known = new Answers();
    return () => {
      const { htype } = fields.message;
      return both(known.get(htype) || known.set(htype, answer(leaf, [htype])), options!(), leaf.all);
    };
  }
  return options;
}

/** The answer to the octets of a link-layer address, by its number. */
function byAddress(fields: PlainFrame, leaf: Leaf): (number: number) => Answer {
  const known = new Answers();
  const mayHold = searchOf(leaf, fields.scan.store.ledger.links);
  return (number) =>
    known.get(number) || known.set(number, mayHold(number) ? answer(leaf, [fields.text(number)]) : Answer.fails);
}

/** Whether an interned value has the octets without which a leaf does not hold. */
function searchOf({ needle }: Leaf, values: Interned): (number: number) => boolean {
  if (needle === undefined) return () => true;
  const search = new Search(octetsOf(needle));
  return (number) => search.within(values.bytes, values.startOf(number), values.startOf(number + 1));
}

function byColumns(fields: PlainFrame, leaf: Leaf, name: string): () => Answer {
  const derived = DERIVED.get(name)!;
  const { ledger } = fields.scan.store;
  const known = new Answers();
  return () => {
    let sum = Answer.nothing;
    for (const column of derived.columns) {
      const number = ledger.columns[column][fields.index]!;
      const one = known.get(number) || known.set(number, answer(leaf, [derived.of(fields, number)]));
      sum = both(sum, one, leaf.all);
    }
    return sum;
  };
}

/** For a field of a header whose values follow from the 16 bits at `word`. */
function byWord(fields: PlainFrame, leaf: Leaf, layer: PlainLayer, word: number): () => Answer {
  const known = new Answers();
  return () => {
    const { ends } = fields;
    const at = layer.at(ends) + word;
    // A frame without a tag has no octets of a tag.
    if (at + 2 > layer.end(ends)) return Answer.nothing;
    const number = u16(ends.bytes, at);
    return known.get(number) || known.set(number, answer(leaf, fields.layer(leaf.field.name, layer)));
  };
}

function byOwn(fields: PlainFrame, leaf: Leaf, name: OwnField): (() => Answer) | undefined {
  const { ownColumns } = fields;
  const known = new Answers();
  return (
    ownColumns &&
    (() => {
      const number = ownColumns.numberOf(name, fields.index);
      return known.get(number) || known.set(number, answer(leaf, ownColumns.values(name, number)));
    })
  );
}

function byOptions(fields: PlainFrame, leaf: Leaf, { codes, small, same, read }: FromOptions): () => Answer {
  const { dhcp } = fields;
  /** By option code, or for all together: answers by the value's number. */
  const interned: Answers[] = [];
  const latest = new LatestAnswers();
  const { all } = leaf;
  const mayHold = searchOf(leaf, dhcp.values);
  const ofOption = (option: number, code: number): Answer => {
    const length = dhcp.lengthAt(option);
    const kind = same ? 0 : code;
    if (!small && length <= MOST_INLINE) {
      const word = dhcp.wordAt(option) | 0;
      const form = (kind << 3) | length;
      return latest.get(word, form) || latest.set(word, form, answer(leaf, read(fields, option, code)));
    }
    // What option 43 means depends on option 60 too.
    if (code === VENDOR && !same) return answer(leaf, read(fields, option, code));
    const known = (interned[kind] ??= new Answers());
    const number = small ? small(fields, option) : dhcp.wordAt(option);
    const before = known.get(number);
    if (before) return before;
    // Where all values must pass, it counts whether there are any.
    if (!all && !small && !mayHold(number)) return known.set(number, Answer.fails);
    return known.set(number, answer(leaf, read(fields, option, code)));
  };
  return () => {
    const { row } = fields;
    const { firstOption, options } = dhcp.columns;
    let sum = Answer.nothing;
    let option = firstOption[row]!;
    for (const end = option + 2 * options[row]!; option < end; option += 2) {
      const code = dhcp.codeAt(option);
      if (!codes[code]) continue;
      sum = both(sum, ofOption(option, code), all);
      if (sum === (all ? Answer.fails : Answer.holds)) return sum;
    }
    return sum;
  };
}

/** Looks into a frame's values only where the octets that they must contain stand in its octets at all. */
function searching(frame: PlainFrame, needle: string, holds: () => boolean): () => boolean {
  const search = new Search(octetsOf(needle));
  return () => {
    const { bytes, at, end } = frame.ends;
    return search.within(bytes, at, end) && holds();
  };
}

/** Searches octets for others, each stretch of them only once. */
class Search {
  private page: Uint8Array | undefined;
  /** The needle does not begin from `free` on, before `next`, where it does; Infinity if nowhere. */
  private free = 0;
  private next = 0;

  constructor(private readonly needle: Uint8Array) {}

  /** Whether the needle stands between two places of `bytes`. */
  within(bytes: Uint8Array, at: number, end: number): boolean {
    const { needle, free } = this;
    if (bytes !== this.page || at > this.next) {
      this.page = bytes;
      this.free = at;
      this.next = placeOf(needle, bytes, at);
    } else if (at < free) {
      this.free = at;
      this.next = Math.min(this.next, placeOf(needle, bytes.subarray(0, free + needle.length - 1), at));
    }
    return this.next + needle.length <= end;
  }
}
