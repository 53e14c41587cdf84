import { lowerBound } from '../../codec/search';
import type { CapturedFrame } from '../../capture/frame';
import { decimalBetween, isoTime } from '../../capture/time';
import {
  destinationPort,
  ethDestination,
  ethSource,
  ipAddresses,
  ipDestination,
  ipSource,
  sourcePort,
} from '../../codec/endpoints';
import { ipv4ToText, parseIpv4 } from '../../codec/bytes';
import { detailOf, innermost } from '../../codec/frame';
import { Walk } from '../../codec/walk';
import { Table } from '../../ledger/table';
import type { FrameFacts } from '../../filter';
import type { Row } from '../../protocol';
import type { Columns, Shared } from '../list/columns';
import type { Asked, Column } from '../list/filter';
import { timesOf } from '../list/filterFacts';
import type { Scan } from './scan';
import { copyOf } from './store';

/** What is known about a frame without reading it again. */
const COLUMNS = {
  number: Uint32Array,
  position: Float64Array,
  length: Uint32Array,
  wireLength: Uint32Array,
  linkType: Int32Array,
  interface: Uint32Array,
  seconds: Float64Array,
  nanoseconds: Uint32Array,
  source: Uint32Array,
  destination: Uint32Array,
  type: Uint32Array,
  /**
   * Above 0, source and destination are IPv4 addresses; otherwise they are text numbers. If the value is
   * `Ends.tcp` or `Ends.udp`, the columns hold all addresses and ports of the frame.
   */
  ipv4: Uint8Array,
  /** UDP and TCP ports plus 1; 0 if there are none. */
  sourcePort: Uint32Array,
  destinationPort: Uint32Array,
} as const;

/** Maximum number of frames listed, and of octets kept if the file cannot be read from the middle. */
const MOST_FRAMES = 3_000_000;
const MOST_OCTETS = 64 << 20;
/** Maximum number of addresses that are distinguished. */
const MOST_HOSTS = 1_000_000;
const BLOCK = 1 << 20;

/** What an IPv4 frame is: nothing but Ethernet, IPv4 and TCP or UDP, or something else. */
export const enum Ends {
  other = 1,
  tcp = 2,
  udp = 3,
}

function endsOf({ depth, layers }: Walk): Ends {
  const plain = depth === 3 && layers[0]!.id === 'eth' && layers[1]!.id === 'ip';
  return plain && layers[2]!.id === 'tcp' ? Ends.tcp : plain && layers[2]!.id === 'udp' ? Ends.udp : Ends.other;
}

/** Converts between a frame's id in lists and its index here. The id -1 is never used. */
const idAt = (place: number): number => -2 - place;
const placeOf = (id: number): number => -2 - id;

/**
 * The frames of a capture that are not DHCP: where each lies in the file, when it came, and between whom. Built when the user asks to
 * see all frames. In a list of all frames, an id from 0 is a store index, and an id below -1 is one of these.
 */
export class Traffic implements Asked {
  private readonly table = new Table(COLUMNS);
  /** Ids of all frames in capture order, as far as they have been listed. */
  private ids = new Int32Array(1024);
  private listed = 0;
  /** Number of stored frames among them. */
  private stored = 0;
  private readonly walk: Walk;
  /** Text numbers of addresses that are not IPv4, by their octets. */
  private readonly hosts = {
    source: new Map<number | string, number>(),
    destination: new Map<number | string, number>(),
  };
  private readonly blocks: Uint8Array[] = [];
  private kept = 0;
  private blockUsed = BLOCK;
  private id = -1;
  private infoId = 0;
  private info = '';
  /** True when all frames have been listed, or the maximum number of them. */
  complete = false;
  /** Why some are not listed, in one sentence. */
  note: string | undefined;

  constructor(
    private readonly scan: Scan,
    private readonly columns: Columns,
  ) {
    this.walk = new Walk(scan.dispatch);
    this.table.reserve(Math.min(this.total, MOST_FRAMES));
  }

  /** Frames of the capture that are not in the store. */
  private get total(): number {
    return this.scan.frames - this.scan.store.count;
  }

  /** Ids of all frames in capture order. */
  get list(): Int32Array {
    return this.ids.subarray(0, this.listed);
  }

  /** Takes the next frame of the file; false if no more are wanted. */
  add(frame: CapturedFrame): boolean {
    const { store } = this.scan;
    this.upTo(frame.number);
    if (this.stored > 0 && store.number(this.stored - 1) === frame.number) return true;
    if (this.table.count === this.total) return false;
    const length = frame.end - frame.start;
    const octets = store.readAgain ? 0 : length;
    if (
      this.table.count === MOST_FRAMES ||
      this.kept + octets > MOST_OCTETS ||
      this.hosts.source.size + this.hosts.destination.size > MOST_HOSTS
    ) {
      const why = this.kept + octets > MOST_OCTETS ? ', because the file cannot be read again in its middle' : '';
      this.note = `Of the ${this.total} other frames the first ${this.table.count} are listed${why}.`;
      return false;
    }
    const i = this.table.add();
    const { columns } = this.table;
    columns.number[i] = frame.number;
    columns.position[i] = store.readAgain ? frame.fileOffset : this.keep(frame);
    columns.length[i] = length;
    columns.wireLength[i] = frame.wireLength;
    columns.linkType[i] = frame.linkType;
    columns.interface[i] = frame.interface;
    columns.seconds[i] = frame.timed ? frame.seconds : NaN;
    columns.nanoseconds[i] = frame.nanoseconds;
    this.takeParties(i, this.walk.run(frame.bytes, frame.start, frame.end, frame.linkType, frame.wireLength));
    this.push(idAt(i));
    return true;
  }

  /** Ends the list with the stored frames that come after the last one added. */
  finish(): void {
    if (this.note === undefined) this.upTo(Infinity);
    this.complete = true;
  }

  /** Lists the stored frames up to a frame number. */
  private upTo(number: number): void {
    const { store } = this.scan;
    while (this.stored < store.count && store.number(this.stored) <= number) this.push(this.stored++);
  }

  private push(id: number): void {
    if (this.listed === this.ids.length) {
      const grown = new Int32Array(2 * this.listed);
      grown.set(this.ids);
      this.ids = grown;
    }
    this.ids[this.listed++] = id;
  }

  private keep({ bytes, start, end }: CapturedFrame): number {
    const length = end - start;
    if (this.blockUsed + length > (this.blocks.at(-1)?.length ?? 0)) {
      this.blocks.push(new Uint8Array(Math.max(length, BLOCK)));
      this.blockUsed = 0;
    }
    this.blocks.at(-1)!.set(bytes.subarray(start, end), this.blockUsed);
    const at = (this.blocks.length - 1) * 0x100000000 + this.blockUsed;
    this.blockUsed += length;
    this.kept += length;
    return at;
  }

  /** Records source and destination of a frame, and what it is. */
  private takeParties(i: number, walk: Walk): void {
    const { columns } = this.table;
    const ends = ipAddresses(walk);
    if (typeof ends?.source === 'number' && typeof ends.destination === 'number') {
      columns.source[i] = ends.source;
      columns.destination[i] = ends.destination;
      columns.ipv4[i] = endsOf(walk);
    } else {
      columns.source[i] = this.hostNumber('source', ends?.source ?? ethSource(walk) ?? '', () => sourceOf(walk));
      columns.destination[i] = this.hostNumber('destination', ends?.destination ?? ethDestination(walk) ?? '', () =>
        destinationOf(walk),
      );
    }
    columns.type[i] = this.columns.texts('type').numberOf(typeOf(walk));
    columns.sourcePort[i] = 1 + (sourcePort(walk) ?? -1);
    columns.destinationPort[i] = 1 + (destinationPort(walk) ?? -1);
  }

  private hostNumber(column: 'source' | 'destination', key: number | string, text: () => string): number {
    const hosts = this.hosts[column];
    let number = hosts.get(key);
    if (number === undefined) hosts.set(key, (number = this.columns.texts(column).numberOf(text())));
    return number;
  }

  /** The frame number of an id in the list of all frames. */
  numberOf(id: number): number {
    return id >= 0 ? this.scan.store.number(id) : this.table.columns.number[placeOf(id)]!;
  }

  /** The id of a frame by its number; undefined if it is not listed. Numbers ascend in the list. */
  idOf(number: number): number | undefined {
    const place = lowerBound(this.listed, (i) => this.numberOf(this.ids[i]!) < number);
    const id = place < this.listed ? this.ids[place]! : undefined;
    return id !== undefined && this.numberOf(id) === number ? id : undefined;
  }

  /** Sort key of a frame in a column; IPv4 addresses come before all other texts. `ranks` holds the ranks of the texts. */
  rankOf(column: Shared, id: number, ranks: Uint32Array): number {
    if (column !== 'client' && column !== 'type' && id < 0 && this.table.columns.ipv4[placeOf(id)]!)
      return this.table.columns[column][placeOf(id)]!;
    const text = this.columns.texts(column);
    const number =
      id >= 0
        ? this.columns.numberAt(column, id)
        : column === 'client'
          ? text.numberOf('')
          : this.table.columns[column][placeOf(id)]!;
    return parseIpv4(text.textOf(number)) ?? BEHIND_IPV4 + ranks[number]!;
  }

  /** Captured octets of one of these frames. */
  bytes(id: number): Uint8Array {
    const { columns } = this.table;
    const position = columns.position[placeOf(id)]!;
    const length = columns.length[placeOf(id)]!;
    const { readAgain } = this.scan.store;
    if (readAgain) return copyOf(readAgain, position, length);
    const at = position % 0x100000000;
    return this.blocks[Math.floor(position / 0x100000000)]!.subarray(at, at + length);
  }

  /** Walks one of these frames, reading its octets again. */
  walkOf(id: number, walk = new Walk(this.scan.dispatch)): Walk {
    const bytes = this.bytes(id);
    const { linkType, wireLength } = this.table.columns;
    return walk.run(bytes, 0, bytes.length, linkType[placeOf(id)]!, wireLength[placeOf(id)]);
  }

  /** Arrival time in seconds since 1970 (NaN if the frame has no time) and nanoseconds. */
  timeOf(id: number): readonly [seconds: number, nanoseconds: number] {
    const { seconds, nanoseconds } = id >= 0 ? this.scan.store.ledger.columns : this.table.columns;
    const i = id >= 0 ? id : placeOf(id);
    return [seconds[i]!, nanoseconds[i]!];
  }

  /** What is known about a frame without its octets. */
  known(id: number): { readonly columns: Table<typeof COLUMNS>['columns']; readonly place: number } {
    return { columns: this.table.columns, place: placeOf(id) };
  }

  /** The facts that a filter needs about one of these frames. */
  facts(id: number): FrameFacts & { readonly interface: number } {
    const { columns } = this.table;
    const i = placeOf(id);
    return {
      number: columns.number[i]!,
      ...timesOf(this.scan, columns.seconds[i]!, columns.nanoseconds[i]!),
      linkType: columns.linkType[i]!,
      wireLength: columns.wireLength[i]!,
      captured: columns.length[i]!,
      comment: undefined,
      walk: this.walkOf(id, this.walk),
      datagram: undefined,
      own: undefined,
      interface: columns.interface[i]!,
    };
  }

  /** The packet list row of one of these frames. */
  row(id: number): Row {
    const { columns } = this.table;
    const i = placeOf(id);
    const walk = this.walkOf(id, this.walk);
    const { firstSeconds, firstNanoseconds } = this.scan;
    const [seconds, nanoseconds] = this.timeOf(id);
    return {
      frame: columns.number[i]!,
      time: Number.isNaN(seconds) ? '' : decimalBetween(firstSeconds, firstNanoseconds, seconds, nanoseconds, 6),
      source: sourceOf(walk),
      destination: destinationOf(walk),
      type: typeOf(walk),
      client: '',
      info: infoOf(walk, columns.wireLength[i]!),
      other: true,
    };
  }

  /** Time in ISO 8601 (empty if it has none) and octets on the wire. */
  headOf(id: number): { time: string; wireLength: number } {
    const [seconds, nanoseconds] = this.timeOf(id);
    return {
      time: Number.isNaN(seconds) ? '' : isoTime(seconds, nanoseconds),
      wireLength: this.table.columns.wireLength[placeOf(id)]!,
    };
  }

  /** Selects which of these frames words are searched in from now on. */
  ask(id: number): this {
    this.id = id;
    return this;
  }
  get frame(): number {
    return this.numberOf(this.id);
  }
  includes(column: Column, text: string): boolean {
    const { id } = this;
    if (column === 'client') return false;
    if (column !== 'info') {
      const { columns } = this.table;
      const number = columns[column][placeOf(id)]!;
      if (column !== 'type' && columns.ipv4[placeOf(id)]) return ipv4ToText(number).includes(text);
      return this.columns.texts(column).includes(number, text);
    }
    if (this.infoId !== id) {
      this.infoId = id;
      this.info = infoOf(this.walkOf(id, this.walk), this.table.columns.wireLength[placeOf(id)]!).toLowerCase();
    }
    return this.info.includes(text);
  }
}

/** Added to the ranks of texts, so that they sort after all IPv4 addresses. */
const BEHIND_IPV4 = 2 ** 32;

const sourceOf = (walk: Walk): string => ipSource(walk) ?? ethSource(walk) ?? '';
const destinationOf = (walk: Walk): string => ipDestination(walk) ?? ethDestination(walk) ?? '';

/** Names of protocols that are not just the name of the layer in capitals. */
const NAMES: Readonly<Record<string, string>> = { eth: 'Ethernet', ip: 'IPv4', ipv6: 'IPv6', icmpv6: 'ICMPv6' };

/** The innermost protocol that was recognised. */
function typeOf(walk: Walk): string {
  const at = innermost(walk);
  if (at < 0) return '';
  const id = walk.layers[at]!.id.replace(/\..*/, '');
  return NAMES[id] ?? id.toUpperCase();
}

/** Ports and size, for example `443 → 51234, 60 octets`. */
function infoOf(walk: Walk, wireLength: number): string {
  const [from, to] = [sourcePort(walk), destinationPort(walk)];
  const what = from === undefined || to === undefined ? detailOf(walk) : `${from} → ${to}`;
  return `${what}, ${wireLength === 1 ? '1 octet' : `${wireLength} octets`}`;
}
