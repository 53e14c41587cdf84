import { formatMac, ipv4ToText } from '../../../codec/bytes';
import { dhcpOptions } from '../../../codec/dhcpv4/options';
import { MAGIC_COOKIE } from '../../../codec/dhcpv4/layout';
import type { FilterForm } from '../../../codec/option';
import type { View } from '../../../codec/view';
import {
  binary,
  encapsulation,
  encoded,
  hasParts,
  octetsOf,
  PARTS,
  readForm,
  readOptionFields,
  seconds,
  type Value,
} from '../../../filter';
import { NONE, type Numbered, type PlainFrame } from './plainFrame';
import { DHCP, layerOf, OCTETS, type PlainLayer } from './plainLayers';

const HERE: readonly Value[] = [1];

export const VENDOR = 43;
export const CLIENT_ID = 61;
const MACHINE = 97;
/** The type that Wireshark gives to option End, and to Pad. */
export const END_TYPE = 0;

const textOrNone = (text: string | undefined): readonly Value[] => (text === undefined ? NONE : [encoded(text)]);

const textOf = ({ bytes, start, length }: View): string => binary(bytes, start, length);

export type Read = (fields: PlainFrame) => readonly Value[];

/** The fields that are stored in a column of the ledger. */
const COLUMNS: Readonly<Record<string, Read>> = {
  frame: () => HERE,
  eth: () => HERE,
  ip: () => HERE,
  udp: () => HERE,
  dhcp: () => HERE,
  vlan: () => HERE,
  'frame.time': (one) => one.times('time'),
  'frame.time_epoch': (one) => one.times('time'),
  'frame.time_relative': (one) => one.times('relative'),
  'frame.offset_shift': (one) => (one.times('time').length > 0 ? [0n] : NONE),
  'frame.marked': () => [0],
  'frame.ignored': () => [0],
  pkt_comment: ({ scan, index }) => (scan.store.comment(index) === undefined ? NONE : HERE),
  'frame.comment': ({ scan, index }) => textOrNone(scan.store.comment(index)),
  'frame.interface_id': ({ scan, index, interfaces }) => (interfaces ? [scan.store.interfaceOf(index)] : NONE),
  'frame.interface_name': ({ scan, index, interfaces }) =>
    textOrNone(interfaces?.[scan.store.interfaceOf(index)]?.name),
  'frame.interface_description': ({ scan, index, interfaces }) =>
    textOrNone(interfaces?.[scan.store.interfaceOf(index)]?.description),
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
  'dhcp.option.type': (one) => {
    const end = one.optionsEnd();
    return end < 0 ? one.layer('dhcp.option.type', DHCP) : [...one.message.codes(), END_TYPE];
  },
  'dhcp.option.padding': (one) => {
    const end = one.optionsEnd();
    if (end < 0) return one.layer('dhcp.option.padding', DHCP);
    const { bytes, udpEnd } = one.ends;
    return end < udpEnd ? [binary(bytes, end, udpEnd - end)] : NONE;
  },
  'dhcp.option.end': ({ message }) => (message.ended ? [255] : NONE),
  'dhcp.flags.reserved': ({ message }) => [message.flags & 0x7fff],
  'vlan.id': (one) => [Number(one.scan.store.ledger.vlans(one.index))],
  'frame.number': (one) => [one.scan.store.number(one.index)],
  'frame.len': (one) => [one.scan.store.wireLength(one.index)],
  'frame.cap_len': (one) => [one.scan.store.captured(one.index)],
  'dhcp.type': ({ message }) => [message.op],
  // The client identifier holds these values too.
  'dhcp.hw.type': (one) => [one.message.htype, ...inOptions(one, HW_TYPE)],
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
    const own = one.hasMac ? [one.text(one.message.macNumber)] : NONE;
    const more = inOptions(one, MAC);
    return more.length === 0 ? own : [...own, ...more];
  },
  finding: (one) => one.own('finding'),
  conversation: (one) => one.own('conversation'),
  outcome: (one) => one.own('outcome'),
};

/** A field whose values follow each from the number in one column. */
export interface Derived {
  readonly columns: readonly Numbered[];
  of(fields: PlainFrame, number: number): Value;
}

const SIDES = {
  eth: { dst: ['ethDestination'], src: ['ethSource'], addr: ['ethDestination', 'ethSource'] },
  ip: { src: ['source'], dst: ['destination'], addr: ['source', 'destination'] },
  udp: { srcport: ['sourcePort'], dstport: ['destinationPort'], port: ['sourcePort', 'destinationPort'] },
} as const satisfies Record<string, Record<string, readonly Numbered[]>>;

const octet = (address: string, index: number): number => address.charCodeAt(index);
/** What is made of a link-layer address, by the end of the field's name. */
const OF_LINK: Readonly<Record<string, (address: string) => Value>> = {
  '': (address) => address,
  _resolved: (address) => formatMac(octetsOf(address), 0, address.length),
  '.oui': (address) => octet(address, 0) * 65536 + octet(address, 1) * 256 + octet(address, 2),
  '.lg': (address) => (octet(address, 0) & 2 ? 1 : 0),
  '.ig': (address) => octet(address, 0) & 1,
};

/** By field name. */
export const DERIVED: ReadonlyMap<string, Derived> = new Map([
  ...Object.entries(SIDES.eth).flatMap(([side, columns]) =>
    Object.entries(OF_LINK).map(([end, derive]): [string, Derived] => [
      // Wireshark calls these bits of both addresses `eth.lg` and `eth.ig`.
      side === 'addr' && end.length === 3 ? `eth${end}` : `eth.${side}${end}`,
      { columns, of: (one, number) => derive(one.text(number)) },
    ]),
  ),
  ...Object.entries(SIDES.ip).flatMap(([side, columns]): [string, Derived][] => [
    [`ip.${side}`, { columns, of: (one, number) => one.host(number) }],
    [side === 'addr' ? 'ip.host' : `ip.${side}_host`, { columns, of: (one, number) => ipv4ToText(one.host(number)) }],
  ]),
  ...Object.entries(SIDES.udp).map(([side, columns]): [string, Derived] => [
    `udp.${side}`,
    { columns, of: (_one, number) => number - 1 },
  ]),
]);

/** By field name: the options whose value it is, and how the value is read. */
const OPTIONS = new Map<string, Map<number, FilterForm>>();
for (const [code, { filter }] of dhcpOptions) {
  if (!filter) continue;
  const [name, form] = filter;
  OPTIONS.set(name, (OPTIONS.get(name) ?? new Map<number, FilterForm>()).set(code, form));
}

/** A field whose values come each from one option: from which ones, and how they are read. */
export interface FromOptions {
  /** By option code. */
  readonly codes: readonly boolean[];
  /** A small number from which the values follow. */
  readonly small?: (fields: PlainFrame, option: number) => number;
  /** The values follow from the option's value alone, whatever its code. */
  readonly same?: true;
  /** The values of an option that begins at `option` in the ledger. */
  readonly read: (fields: PlainFrame, option: number, code: number) => readonly Value[];
}

const codes = (among: (code: number) => boolean): readonly boolean[] =>
  Array.from({ length: 256 }, (_, code) => among(code));
const EVERY = codes(() => true);
/** Fields of option 61 (client identifier) and option 97 (machine identifier), which nearly every message has. */
const IDENTITY = /^dhcp\.(?:client_(?:id|hardware)|hw\.)/;

/** Fields of the fixed header that the client identifier may hold too. */
const OF_CLIENT_ID: ReadonlySet<string> = new Set(['dhcp.hw.type', 'dhcp.hw.mac_addr']);

/** A number of every option. */
function numbers(small: (fields: PlainFrame, option: number) => number): FromOptions {
  return { codes: EVERY, same: true, small, read: (fields, option) => [small(fields, option)] };
}

/** How a field is read option by option; undefined if it is not. */
export function fromOptions(name: string): FromOptions | undefined {
  if (name === 'dhcp.option.type') return numbers(({ dhcp }, option) => dhcp.codeAt(option));
  if (name === 'dhcp.option.length') return numbers(({ dhcp }, option) => dhcp.lengthAt(option));
  if (name === 'dhcp.option.value')
    return { codes: EVERY, same: true, read: ({ dhcp }, option) => [textOf(dhcp.viewAt(option))] };
  const forms = OPTIONS.get(name);
  if (forms)
    return {
      codes: codes((code) => forms.has(code)),
      read: (one, option, code) => one.readOption(name, option, (value) => readForm(value, name, forms.get(code)!)),
    };
  if (!PARTS.has(name) && !OF_CLIENT_ID.has(name)) return undefined;
  const identity = IDENTITY.test(name);
  return {
    codes: codes((code) => hasParts(code) && identity === (code === CLIENT_ID || code === MACHINE)),
    read: (one, option, code) =>
      one.readOption(name, option, (value) =>
        readOptionFields(code, value, { vendorClass: code === VENDOR ? one.vendorClass : '' }),
      ),
  };
}

const HW_TYPE = fromOptions('dhcp.hw.type')!;
const MAC = fromOptions('dhcp.hw.mac_addr')!;

/** The values of a field in all options, in wire order. */
function inOptions(one: PlainFrame, { codes, read }: FromOptions): readonly Value[] {
  const { dhcp, row } = one;
  const { firstOption, options } = dhcp.columns;
  let all: readonly Value[] = NONE;
  let option = firstOption[row]!;
  for (const end = option + 2 * options[row]!; option < end; option += 2) {
    const code = dhcp.codeAt(option);
    if (!codes[code]) continue;
    const values = read(one, option, code);
    if (values.length > 0) all = all.length > 0 ? [...all, ...values] : values;
  }
  return all;
}

/** The layer in whose octets a field stands; undefined if the ledger has it. */
export function inLayer(name: string): PlainLayer | undefined {
  return COLUMNS[name] || DERIVED.has(name) || fromOptions(name) ? undefined : layerOf(name);
}

/** How a field of a plain frame is read: from the ledger if it is there, otherwise from the octets of its layer. */
export function readOf(name: string, presence: boolean): Read {
  const range = OCTETS[name];
  if (range && !presence)
    return ({ ends }) => {
      const [at, end] = range(ends);
      return [binary(ends.bytes, at, end - at)];
    };
  const column = COLUMNS[name];
  if (column) return column;
  const derived = DERIVED.get(name);
  if (derived) return (one) => derived.columns.map((column) => derived.of(one, one.numberIn(column)));
  const options = fromOptions(name);
  if (options) return (one) => inOptions(one, options);
  const layer = inLayer(name);
  return layer ? (one) => one.layer(name, layer) : () => NONE;
}
