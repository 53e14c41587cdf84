import { dhcpOptions } from '../codec/dhcpv4/options';
import { FIXED_LENGTH } from '../codec/dhcpv4/layout';
import type { FilterForm } from '../codec/option';
import {
  binary,
  DHCP_PORTS,
  ETHERNET_HARDWARE,
  readClientIdentifier,
  Octets,
  readForm,
  seconds,
  type FieldDef,
  type FrameFields,
  type LayerTest,
  type Own,
  type Sink,
  type Value,
} from '../filter';
import { LedgerMessage4 } from '../ledger/message4';
import type { Scan } from './scan';
import { CARRIED } from './trafficFields';

const NONE: readonly Value[] = [];
const CLIENT_ID = 61;
const HERE: readonly Value[] = [1];

type Read = (fields: LedgerFields) => readonly Value[];

/** The fields that stand in a column of the ledger. */
const COLUMNS: Readonly<Record<string, Read>> = {
  frame: () => HERE,
  eth: () => HERE,
  ip: () => HERE,
  udp: () => HERE,
  dhcp: () => HERE,
  vlan: ({ tagged }) => (tagged ? HERE : NONE),
  'vlan.id': (one) => (one.tagged ? [Number(one.scan.store.ledger.vlans(one.index))] : NONE),
  'frame.number': (one) => [one.scan.store.number(one.index)],
  'frame.len': (one) => [one.scan.store.wireLength(one.index)],
  'frame.cap_len': (one) => [one.scan.store.captured(one.index)],
  'eth.src': (one) => [one.link('ethSource')],
  'eth.dst': (one) => [one.link('ethDestination')],
  'eth.addr': (one) => [one.link('ethDestination'), one.link('ethSource')],
  'ip.src': (one) => [one.host('source')],
  'ip.dst': (one) => [one.host('destination')],
  'ip.addr': (one) => [one.host('source'), one.host('destination')],
  'udp.srcport': (one) => [one.port('sourcePort')],
  'udp.dstport': (one) => [one.port('destinationPort')],
  'udp.port': (one) => [one.port('sourcePort'), one.port('destinationPort')],
  'dhcp.type': ({ message }) => [message.op],
  // The client identifier has them too.
  'dhcp.hw.type': (one) => [one.message.htype, ...one.identifier('dhcp.hw.type')],
  'dhcp.hw.len': ({ message }) => [message.hlen],
  'dhcp.hops': ({ message }) => [message.hops],
  'dhcp.id': ({ message }) => [message.xid],
  'dhcp.secs': ({ message }) => [seconds(message.secs)],
  'dhcp.flags': ({ message }) => [message.flags],
  'dhcp.flags.bc': ({ message }) => [message.broadcast ? 1 : 0],
  'dhcp.ip.client': ({ message }) => [message.ciaddr],
  'dhcp.ip.your': ({ message }) => [message.yiaddr],
  'dhcp.ip.server': ({ message }) => [message.siaddr],
  'dhcp.ip.relay': ({ message }) => [message.giaddr],
  'dhcp.hw.mac_addr': (one) => {
    const { hlen, htype, macNumber } = one.message;
    const own = hlen === 6 && ETHERNET_HARDWARE.has(htype) ? [one.text(macNumber)] : NONE;
    return [...own, ...one.identifier('dhcp.hw.mac_addr')];
  },
  finding: ({ own }) => own?.findings ?? NONE,
  conversation: ({ own }) => own?.conversations ?? NONE,
  outcome: ({ own }) => own?.outcomes ?? NONE,
};

/** By name of a field: the options whose value it is, and how that is read. */
const OPTIONS = new Map<string, { readonly code: number; readonly form: FilterForm }[]>();
for (const [code, { filter }] of dhcpOptions) {
  if (!filter) continue;
  const [name, form] = filter;
  OPTIONS.set(name, [...(OPTIONS.get(name) ?? []), { code, form }]);
}

/**
 * The fields of plain frames (Ethernet, IPv4, UDP, DHCP) as the ledger holds them: a filter of a million frames need not read the file again
 * for these. What it gives is what a `FrameReader` reads from the octets.
 */
export class LedgerFields implements FrameFields, Sink {
  index = 0;
  own: Own | undefined;
  message: LedgerMessage4;
  private readonly reads: ReadonlyMap<string, Read>;
  private found: Value[] = [];
  private wanted = '';
  private readonly texts: string[] = [];
  private readonly hosts: number[] = [];
  /** By name of a field, and by number of a client identifier: its values. */
  private readonly identifiers: Record<string, (readonly Value[])[]> = {};

  constructor(
    readonly scan: Scan,
    names: Iterable<string>,
  ) {
    this.message = new LedgerMessage4(scan.store.ledger.dhcp, 0);
    this.reads = new Map([...names].flatMap((name) => (readOf(name) ? [[name, readOf(name)!]] : [])));
  }

  /** Whether the ledger holds all that a filter asks for. */
  static hold(names: Iterable<string>): boolean {
    for (const name of names) if (!readOf(name) && !name.endsWith(CARRIED)) return false;
    return true;
  }

  /** Takes frame `index` of the store; false where the ledger does not tell all of it. */
  read(index: number, own: Own | undefined): boolean {
    const { ledger } = this.scan.store;
    const { plain, message, sourcePort, destinationPort } = ledger.columns;
    if (plain[index] === 0) return false;
    if (!DHCP_PORTS.has(sourcePort[index]! - 1) && !DHCP_PORTS.has(destinationPort[index]! - 1)) return false;
    const row = message[index]!;
    if (!ledger.dhcp.isSimple(row) || ledger.dhcp.columns.length[row]! < FIXED_LENGTH) return false;
    this.index = index;
    this.own = own;
    this.message = new LedgerMessage4(ledger.dhcp, row);
    return true;
  }

  values({ name }: FieldDef, layers?: LayerTest): readonly Value[] {
    if (layers && !layers(1, 1)) return NONE;
    return this.reads.get(name)?.(this) ?? NONE;
  }

  get tagged(): boolean {
    return this.scan.store.ledger.columns.plain[this.index] === 2;
  }
  link(column: 'ethSource' | 'ethDestination'): string {
    return this.text(this.scan.store.ledger.columns[column][this.index]!);
  }
  /** The octets of a link-layer address, by its number. */
  text(number: number): string {
    const { links } = this.scan.store.ledger;
    return (this.texts[number] ??= binary(links.bytes, links.startOf(number), links.lengthOf(number)));
  }
  host(column: 'source' | 'destination'): number {
    const { ledger } = this.scan.store;
    const number = ledger.columns[column][this.index]!;
    return (this.hosts[number] ??= new Octets(ledger.hosts.bytes, ledger.hosts.startOf(number), Infinity, this).long(
      0,
    ));
  }
  port(column: 'sourcePort' | 'destinationPort'): number {
    return this.scan.store.ledger.columns[column][this.index]! - 1;
  }

  /** The values of options that are one field. */
  option(name: string, codes: readonly { readonly code: number; readonly form: FilterForm }[]): readonly Value[] {
    this.found = [];
    this.wanted = name;
    // In the order of the wire, where several options are the same field.
    const order = codes.length > 1 ? this.message.codes() : [];
    const inOrder = codes.length > 1 ? [...codes].sort((a, b) => order.indexOf(a.code) - order.indexOf(b.code)) : codes;
    for (const { code, form } of inOrder) {
      const view = this.message.option(code);
      if (view) readForm(new Octets(view.bytes, view.start, view.start + view.length, this), name, form);
    }
    return this.found;
  }
  /** What option 61 has of a field. */
  identifier(name: string): readonly Value[] {
    const { dhcp } = this.scan.store.ledger;
    const option = dhcp.find(this.message.row, CLIENT_ID);
    if (option < 0) return NONE;
    // Equal identifiers are kept once, by their number; those of up to four octets hold no address.
    const number = dhcp.lengthAt(option) > 4 ? dhcp.wordAt(option) : -1;
    const known = (this.identifiers[name] ??= []);
    if (number >= 0 && known[number]) return known[number];
    this.found = [];
    this.wanted = name;
    const view = dhcp.viewAt(option);
    readClientIdentifier(new Octets(view.bytes, view.start, view.start + view.length, this));
    if (number >= 0) known[number] = this.found;
    return this.found;
  }
  wants(name: string): boolean {
    return name === this.wanted;
  }
  add(name: string, value: Value): void {
    if (name === this.wanted) this.found.push(value);
  }
}

function readOf(name: string): Read | undefined {
  const column = COLUMNS[name];
  if (column) return column;
  const codes = OPTIONS.get(name);
  return codes && ((fields) => fields.option(name, codes));
}
