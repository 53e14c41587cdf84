import { ipv4ToText } from '../../codec/bytes';
import { dhcpOptions } from '../../codec/dhcpv4/options';
import type { View } from '../../codec/view';
import { END, FIXED_LENGTH, MAGIC_COOKIE, OPTIONS_AT } from '../../codec/dhcpv4/layout';
import type { FilterForm } from '../../codec/option';
import {
  binary,
  DHCP_PORTS,
  encapsulation,
  ETHERNET_HARDWARE,
  hasParts,
  Octets,
  PARTS,
  readForm,
  readOptionFields,
  seconds,
  utf8,
  type FieldDef,
  type FrameFields,
  type LayerTest,
  type Own,
  type Predicate,
  type Sink,
  type Value,
} from '../../filter';
import { LedgerMessage4 } from '../../ledger/ledgerMessage4';
import { grown } from '../../ledger/table';
import { DHCP, endsOf, layerOf, OCTETS, type Ends, type LayerOfPlain } from './plainLayers';
import type { Scan } from '../scan/scan';
import { timesOf } from './filterFacts';

const NONE: readonly Value[] = [];
const HERE: readonly Value[] = [1];

const isClientId = (code: number): boolean => code === CLIENT_ID;
const textOf = ({ bytes, start, length }: View): string => binary(bytes, start, length);

type Read = (fields: LedgerFields) => readonly Value[];

/** The fields that are stored in a column of the ledger. */
const COLUMNS: Record<string, Read> = {
  frame: () => HERE,
  eth: () => HERE,
  ip: () => HERE,
  udp: () => HERE,
  dhcp: () => HERE,
  vlan: ({ tagged }) => (tagged ? HERE : NONE),
  'frame.time': (one) => one.times('time'),
  'frame.time_epoch': (one) => one.times('time'),
  'frame.time_relative': (one) => one.times('relative'),
  'frame.offset_shift': (one) => (one.times('time').length > 0 ? [0n] : NONE),
  'frame.marked': () => [0],
  'frame.ignored': () => [0],
  'frame.comment': ({ scan, index }) => {
    const comment = scan.store.comment(index);
    return comment === undefined ? NONE : [binary(new TextEncoder().encode(comment))];
  },
  'frame.interface_id': ({ scan, index, numbered }) => (numbered ? [scan.store.interfaceOf(index)] : NONE),
  'frame.encap_type': ({ scan, index }) => [encapsulation(scan.store.linkType(index))],
  'frame.protocols': ({ tagged }) => [`eth:ethertype:${tagged ? 'vlan:ethertype:' : ''}ip:udp:dhcp`],
  'ip.version': () => [4],
  'ip.proto': () => [17],
  'dhcp.bootp': (one) => (one.message.hasCookie ? NONE : one.layer('dhcp.bootp', DHCP)),
  'dhcp.vendor_specific_options': (one) =>
    one.message.hasCookie ? NONE : one.layer('dhcp.vendor_specific_options', DHCP),
  'dhcp.cookie': ({ message }) => (message.hasCookie ? [MAGIC_COOKIE] : NONE),
  'dhcp.server': (one) => [one.name('sname')],
  'dhcp.file': (one) => [one.name('file')],
  'dhcp.option.length': (one) => one.words(({ dhcp }, option) => dhcp.lengthAt(option)),
  'dhcp.option.value': (one) => one.words(({ dhcp }, option) => textOf(dhcp.viewAt(option))),
  'dhcp.option.type': (one) => {
    const end = one.optionsEnd();
    return end < 0 ? one.layer('dhcp.option.type', DHCP) : [...one.message.codes(), 0];
  },
  'dhcp.option.padding': (one) => {
    const end = one.optionsEnd();
    if (end < 0) return one.layer('dhcp.option.padding', DHCP);
    const { bytes, ends } = one.octets();
    return end < ends.udpEnd ? [binary(bytes, end, ends.udpEnd - end)] : NONE;
  },
  'dhcp.option.end': ({ message }) => (message.ended ? [255] : NONE),
  'dhcp.flags.reserved': ({ message }) => [message.flags & 0x7fff],
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
  'ip.src_host': (one) => [ipv4ToText(one.host('source'))],
  'ip.dst_host': (one) => [ipv4ToText(one.host('destination'))],
  'ip.host': (one) => [ipv4ToText(one.host('source')), ipv4ToText(one.host('destination'))],
  'udp.srcport': (one) => [one.port('sourcePort')],
  'udp.dstport': (one) => [one.port('destinationPort')],
  'udp.port': (one) => [one.port('sourcePort'), one.port('destinationPort')],
  'dhcp.type': ({ message }) => [message.op],
  // The client identifier holds these values too.
  'dhcp.hw.type': (one) => [one.message.htype, ...one.parts('dhcp.hw.type', isClientId)],
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
    const more = one.parts('dhcp.hw.mac_addr', isClientId);
    return more.length === 0 ? own : [...own, ...more];
  },
  finding: ({ own }) => own?.findings ?? NONE,
  conversation: ({ own }) => own?.conversations ?? NONE,
  outcome: ({ own }) => own?.outcomes ?? NONE,
};

/** Link-layer addresses: for each side, the columns that hold them. */
const SIDES = { dst: ['ethDestination'], src: ['ethSource'], addr: ['ethDestination', 'ethSource'] } as const;
const DERIVED: Readonly<Record<string, (address: string) => Value>> = {
  _resolved: (address) => Array.from(address, (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join(':'),
  '.oui': (address) => address.charCodeAt(0) * 65536 + address.charCodeAt(1) * 256 + address.charCodeAt(2),
  '.lg': (address) => (address.charCodeAt(0) & 2 ? 1 : 0),
  '.ig': (address) => address.charCodeAt(0) & 1,
};
for (const [side, columns] of Object.entries(SIDES))
  for (const [end, derive] of Object.entries(DERIVED)) {
    // Wireshark calls these bits of both addresses `eth.lg` and `eth.ig`.
    const name = side === 'addr' && end.length === 3 ? `eth${end}` : `eth.${side}${end}`;
    COLUMNS[name] = (one) =>
      columns.map((column) => {
        const number = one.linkNumber(column);
        const known = (one.derived[name] ??= []);
        return (known[number] ??= derive(one.text(number)));
      });
  }

/** By field name: the options whose value it is, and how the value is read. */
const OPTIONS = new Map<string, { readonly code: number; readonly form: FilterForm }[]>();
for (const [code, { filter }] of dhcpOptions) {
  if (!filter) continue;
  const [name, form] = filter;
  OPTIONS.set(name, [...(OPTIONS.get(name) ?? []), { code, form }]);
}

/** Names of fields that a plain frame can have. */
const ITS = /^(?:frame|eth|vlan|ip|udp|dhcp|finding|conversation|outcome)(?:[. ]|$)/;

/**
 * The fields of plain frames (Ethernet, IPv4, UDP, DHCP) from the ledger, so that filtering a million frames need not
 * read the file again. The values are the same as those that a `FrameReader` reads from the octets.
 */
export class LedgerFields implements FrameFields, Sink {
  index = 0;
  own: Own | undefined;
  /** Row of the message in the DHCP ledger. */
  row = 0;
  private made: LedgerMessage4 | undefined;
  private readonly reads: ReadonlyMap<string, Read>;
  private bytes: Uint8Array | undefined;
  private ends: Ends | undefined;
  private found: Value[] = [];
  private wanted = '';
  private readonly texts: string[] = [];
  private readonly hosts: number[] = [];

  private readonly tags: boolean;

  /** `presence`: protocols are only tested for presence. `numbered`: the capture distinguishes its interfaces. */
  constructor(
    readonly scan: Scan,
    names: ReadonlySet<string>,
    presence: boolean,
    readonly numbered: boolean,
  ) {
    this.reads = new Map([...names].filter((name) => ITS.test(name)).map((name) => [name, readOf(name, presence)]));
    this.byClient = names.size === 1 && names.has('dhcp.hw.mac_addr');
    // Of the tag, only the VLAN number is known.
    this.tags = [...names].some(
      (name) => name.startsWith('vlan') && (!COLUMNS[name] || (!presence && name === 'vlan')),
    );
  }

  /** Selects frame `index` of the store; false if the ledger does not hold all of it. */
  read(index: number, own: Own | undefined): boolean {
    const { ledger } = this.scan.store;
    const { plain, message, sourcePort, destinationPort } = ledger.columns;
    if (plain[index] === 0 || (this.tags && plain[index] === 2)) return false;
    if (!DHCP_PORTS.has(sourcePort[index]! - 1) && !DHCP_PORTS.has(destinationPort[index]! - 1)) return false;
    const row = message[index]!;
    if (!ledger.dhcp.isSimple(row) || ledger.dhcp.columns.length[row]! < FIXED_LENGTH) return false;
    this.index = index;
    this.own = own;
    this.bytes = this.ends = undefined;
    this.row = row;
    this.made = undefined;
    return true;
  }

  values({ name }: FieldDef, layers?: LayerTest): readonly Value[] {
    if (layers && !layers(1, 1)) return NONE;
    return this.reads.get(name)?.(this) ?? NONE;
  }

  get message(): LedgerMessage4 {
    return (this.made ??= new LedgerMessage4(this.scan.store.ledger.dhcp, this.row));
  }
  /** The text of sname or file, decoded once. */
  name(column: 'sname' | 'file'): string {
    const { names, columns } = this.scan.store.ledger.dhcp;
    const number = columns[column][this.row]!;
    return (this.nameTexts[number] ??= utf8(binary(names.bytes, names.startOf(number), names.lengthOf(number))));
  }
  private readonly nameTexts: string[] = [];
  /** One value per option, in wire order. */
  words(of: (ledger: Scan['store']['ledger'], option: number) => Value): readonly Value[] {
    const { ledger } = this.scan.store;
    const { firstOption, options } = ledger.dhcp.columns;
    const first = firstOption[this.row]!;
    return Array.from({ length: options[this.row]! }, (_, i) => of(ledger, first + 2 * i));
  }
  times(which: 'time' | 'relative'): readonly Value[] {
    const { seconds, nanoseconds } = this.scan.store.ledger.columns;
    const { time, relative } = timesOf(this.scan, seconds[this.index]!, nanoseconds[this.index]!);
    return time === undefined ? NONE : [which === 'time' ? time : relative];
  }
  /** The frame's octets and the positions of its layers. */
  octets(): { readonly bytes: Uint8Array; readonly ends: Ends } {
    const bytes = (this.bytes ??= this.scan.store.bytes(this.index));
    return { bytes, ends: (this.ends ??= endsOf(bytes, this.tagged)) };
  }
  /** The values that a layer's field reader finds. */
  layer(name: string, [, at, end, read]: LayerOfPlain): readonly Value[] {
    const { bytes, ends } = this.octets();
    this.found = [];
    this.wanted = name;
    read(new Octets(bytes, at(ends), end(ends), this));
    return this.found;
  }
  /** Offset of what follows the End option; -1 if there are pads among the options, which the ledger does not record. */
  optionsEnd(): number {
    const { dhcp } = this.scan.store.ledger;
    const { firstOption, options } = dhcp.columns;
    const first = firstOption[this.row]!;
    const { bytes, ends } = this.octets();
    let at = ends.dhcp + OPTIONS_AT;
    for (let option = first; option < first + 2 * options[this.row]!; option += 2) at += 2 + dhcp.lengthAt(option);
    return this.message.ended && bytes[at] === END ? at + 1 : -1;
  }

  /**
   * Whether the frame passes. A filter that depends only on the client's two
   * addresses is evaluated once per pair, and the answer is cached.
   */
  passes(matches: Predicate): boolean {
    if (!this.byClient) return matches(this);
    const { dhcp } = this.scan.store.ledger;
    const { columns } = dhcp;
    const option = dhcp.find(this.row, CLIENT_ID);
    const identifier = option < 0 ? 0 : dhcp.lengthAt(option) > INLINE ? dhcp.wordAt(option) : -1;
    const plain = ((columns.head[this.row]! >>> 8) & 0xffff) === ETHERNET_HEAD;
    if (!plain || identifier < 0) return matches(this);
    // Servers leave option 61 out, clients do not: both answers are cached.
    const slot = 2 * columns.chaddr[this.row]! + (identifier > 0 ? 1 : 0);
    const known = this.answers[slot] ?? 0;
    if (known >>> 1 === identifier + 1) return (known & 1) === 1;
    const passes = matches(this);
    if (slot >= this.answers.length) this.answers = grown(this.answers, 2 * slot + 64);
    this.answers[slot] = 2 * (identifier + 1) + Number(passes);
    return passes;
  }
  private readonly byClient: boolean;
  /**
   * Two slots per chaddr number, without and with option 61. Each holds 2 × (number of the client
   * identifier + 1), plus 1 if the frame passed. Without option 61 the number is 0.
   */
  private answers = new Uint32Array(64);

  get tagged(): boolean {
    return this.scan.store.ledger.columns.plain[this.index] === 2;
  }
  /** By field name, then by address number: the derived value. */
  readonly derived: Record<string, Value[]> = {};
  linkNumber(column: 'ethSource' | 'ethDestination'): number {
    return this.scan.store.ledger.columns[column][this.index]!;
  }
  link(column: 'ethSource' | 'ethDestination'): string {
    return this.text(this.linkNumber(column));
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

  /** The values of options that have a single field. */
  option(name: string, codes: readonly { readonly code: number; readonly form: FilterForm }[]): readonly Value[] {
    this.found = [];
    this.wanted = name;
    // Several options may have the same field: their values come in wire order.
    const order = codes.length > 1 ? this.message.codes() : [];
    const inOrder = codes.length > 1 ? [...codes].sort((a, b) => order.indexOf(a.code) - order.indexOf(b.code)) : codes;
    for (const { code, form } of inOrder) {
      const view = this.message.option(code);
      if (view) readForm(new Octets(view.bytes, view.start, view.start + view.length, this), name, form);
    }
    return this.found;
  }
  /** The values of a field of options that have several fields. */
  parts(name: string, codes: (code: number) => boolean): readonly Value[] {
    const { dhcp } = this.scan.store.ledger;
    const { firstOption, options } = dhcp.columns;
    const first = firstOption[this.row]!;
    let all: readonly Value[] = NONE;
    for (let option = first; option < first + 2 * options[this.row]!; option += 2) {
      const code = dhcp.codeAt(option);
      if (!codes(code)) continue;
      // Equal option values share a number, so their fields are cached by it. Not for option 43, whose meaning depends on option 60.
      const number = dhcp.lengthAt(option) > INLINE && code !== VENDOR ? dhcp.wordAt(option) : -1;
      const known = ((this.partsKnown[name] ??= [])[code] ??= []);
      let values = number < 0 ? undefined : known[number];
      if (!values) {
        this.found = [];
        this.wanted = name;
        const { bytes, start, length } = dhcp.viewAt(option);
        readOptionFields(code, new Octets(bytes, start, start + length, this), { vendorClass: code === VENDOR ? this.vendorClass : '' }); // prettier-ignore
        values = this.found.length > 0 ? this.found : NONE;
        if (number >= 0) known[number] = values;
      }
      if (values.length > 0) all = all.length > 0 ? [...all, ...values] : values;
    }
    return all;
  }
  private readonly partsKnown: Record<string, (readonly Value[])[][]> = {};
  private get vendorClass(): string {
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

/** Values up to this many octets are stored inline and have no number. */
const INLINE = 4;
const VENDOR = 43;
const CLIENT_ID = 61;
/** htype and hlen of an Ethernet address. */
const ETHERNET_HEAD = 0x0106;
/** Fields of option 61 (client identifier) and option 97 (machine identifier). */
const IDENTITY = /^dhcp\.(?:client_(?:id|hardware)|hw\.)/;
/** By option code: whether the option has several fields. */
const HAS_PARTS: readonly boolean[] = Array.from({ length: 256 }, (_, code) => hasParts(code));

/** The options that may contain a field. Nearly every message has a client identifier, so it is read only for the fields that need it. */
function partsOf(name: string): (code: number) => boolean {
  const identity = IDENTITY.test(name);
  return (code) => HAS_PARTS[code]! && identity === (code === CLIENT_ID || code === MACHINE);
}
const MACHINE = 97;

/** How a field of a plain frame is read: from the ledger if it is there, otherwise from the octets of its layer. */
function readOf(name: string, presence: boolean): Read {
  const range = OCTETS[name];
  if (range && !presence)
    return (fields) => {
      const { bytes, ends } = fields.octets();
      const [at, end] = range(ends);
      return [binary(bytes, at, end - at)];
    };
  const column = COLUMNS[name];
  if (column) return column;
  const codes = OPTIONS.get(name);
  if (codes) return (fields) => fields.option(name, codes);
  if (PARTS.has(name)) {
    const among = partsOf(name);
    return (fields) => fields.parts(name, among);
  }
  const layer = layerOf(name);
  return layer ? (fields) => fields.layer(name, layer) : () => NONE;
}
