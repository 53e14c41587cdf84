import type { CaptureInterface } from '../../../capture/frame';
import { END, FIXED_LENGTH, OPTIONS_AT } from '../../../codec/dhcpv4/layout';
import { binary, DHCP_PORTS, ETHERNET_HARDWARE, Octets, utf8, type Sink, type Value } from '../../../filter';
import type { Ledger4 } from '../../../ledger/message4';
import { LedgerMessage4 } from '../../../ledger/ledgerMessage4';
import type { Scan } from '../../scan/scan';
import { timesOf } from '../filterFacts';
import type { OwnColumns, OwnField } from '../ownColumns';
import { Ends, type PlainLayer } from './plainLayers';

export const NONE: readonly Value[] = [];

/** Columns that hold numbers of addresses, or ports. */
export type Numbered = 'ethSource' | 'ethDestination' | 'source' | 'destination' | 'sourcePort' | 'destinationPort';

/** A plain frame (Ethernet, IPv4, UDP, DHCP) as the ledger holds it: one object, which is moved from frame to frame. */
export class PlainFrame implements Sink {
  index = 0;
  /** Row of the message in the DHCP ledger. */
  row = 0;
  readonly dhcp: Ledger4;
  private made: LedgerMessage4 | undefined;
  private readonly places = new Ends();
  /** Whether `places` are those of the frame that is selected. */
  private placed = false;
  private found: Value[] = [];
  private wanted = '';
  private readonly texts: string[] = [];
  private readonly hosts: number[] = [];

  /** `interfaces`: those of the capture, if it distinguishes them. */
  constructor(
    readonly scan: Scan,
    readonly interfaces: readonly CaptureInterface[] | undefined,
    readonly ownColumns?: OwnColumns,
  ) {
    this.dhcp = scan.store.ledger.dhcp;
  }

  /** Selects frame `index` of the store; false if the ledger does not hold all of it. */
  read(index: number): boolean {
    const { plain, message, sourcePort, destinationPort } = this.scan.store.ledger.columns;
    if (plain[index] === 0) return false;
    if (!DHCP_PORTS.has(sourcePort[index]! - 1) && !DHCP_PORTS.has(destinationPort[index]! - 1)) return false;
    const row = message[index]!;
    if (!this.dhcp.isSimple(row) || this.dhcp.columns.length[row]! < FIXED_LENGTH) return false;
    this.index = index;
    this.placed = false;
    this.row = row;
    this.made = undefined;
    return true;
  }

  get message(): LedgerMessage4 {
    return (this.made ??= new LedgerMessage4(this.dhcp, this.row));
  }
  /** The text of sname or file, decoded once. */
  name(column: 'sname' | 'file'): string {
    const { names, columns } = this.dhcp;
    const number = columns[column][this.row]!;
    return (this.nameTexts[number] ??= utf8(binary(names.bytes, names.startOf(number), names.lengthOf(number))));
  }
  private readonly nameTexts: string[] = [];
  times(which: 'time' | 'relative'): readonly Value[] {
    const { seconds, nanoseconds } = this.scan.store.ledger.columns;
    const { time, relative } = timesOf(this.scan, seconds[this.index]!, nanoseconds[this.index]!);
    return time === undefined ? NONE : [which === 'time' ? time : relative];
  }
  /** The frame's octets, which are read again, and the positions of its layers among them. */
  get ends(): Ends {
    const { places } = this;
    if (this.placed) return places;
    this.placed = true;
    this.scan.store.look(this.index, places);
    return places.find(this.tagged);
  }
  /** The values that a layer's field reader finds. */
  layer(name: string, layer: PlainLayer): readonly Value[] {
    const { ends } = this;
    this.found = [];
    this.wanted = name;
    layer.read(new Octets(ends.bytes, layer.at(ends), layer.end(ends), this), name, ends);
    return this.found;
  }
  /** Offset of what follows the End option; -1 if there are pads among the options, which the ledger does not record. */
  optionsEnd(): number {
    const { dhcp, ends } = this;
    const { firstOption, options } = dhcp.columns;
    const first = firstOption[this.row]!;
    let at = ends.dhcp + OPTIONS_AT;
    for (let option = first; option < first + 2 * options[this.row]!; option += 2) at += 2 + dhcp.lengthAt(option);
    return this.message.ended && ends.bytes[at] === END ? at + 1 : -1;
  }

  /** What the analysis says of this frame. */
  own(field: OwnField): readonly Value[] {
    const { ownColumns } = this;
    return ownColumns ? ownColumns.values(field, ownColumns.numberOf(field, this.index)) : NONE;
  }
  get tagged(): boolean {
    return this.scan.store.ledger.columns.plain[this.index] === 2;
  }
  /** Whether the client's hardware address is an Ethernet address. */
  get hasMac(): boolean {
    const head = this.dhcp.columns.head[this.row]!;
    return ((head >>> 8) & 255) === 6 && ETHERNET_HARDWARE.has((head >>> 16) & 255);
  }
  numberIn(column: Numbered): number {
    return this.scan.store.ledger.columns[column][this.index]!;
  }
  /** The octets of a link-layer address, by its number. */
  text(number: number): string {
    const { links } = this.scan.store.ledger;
    return (this.texts[number] ??= binary(links.bytes, links.startOf(number), links.lengthOf(number)));
  }
  /** An IPv4 address, by its number. */
  host(number: number): number {
    const { hosts } = this.scan.store.ledger;
    return (this.hosts[number] ??= new Octets(hosts.bytes, hosts.startOf(number), Infinity, this).long(0));
  }

  /** The values of a field that `read` finds in the octets of an option. */
  readOption(name: string, option: number, read: (value: Octets) => void): readonly Value[] {
    this.found = [];
    this.wanted = name;
    const { bytes, start, length } = this.dhcp.viewAt(option);
    read(new Octets(bytes, start, start + length, this));
    return this.found;
  }
  /** The octets of option 60, on which the meaning of option 43 depends. */
  get vendorClass(): string {
    const view = this.message.option(60);
    return view ? binary(view.bytes, view.start, view.length) : '';
  }
  wants(name: string): boolean {
    return name === this.wanted;
  }
  add(name: string, value: Value): void {
    if (name === this.wanted) this.found.push(value);
  }
}
