import { append } from '../append';
import { formatIpv4, hex, printable } from '../bytes';
import type { Field, Problem, Span } from '../field';
import { duration, type Context } from '../values';
import { checkStructure, contextOf, groups, lengthOf, optionContext, spanOf, valueOf, type Group } from './check';
import { Budget, capProblems } from '../limits';
import { decodeOption, readCutOption, type DecodedOption } from './decoded';
import { HARDWARE_TYPES } from '../names/hardware';
import { OPS } from './summary';
import {
  CHADDR_LENGTH,
  FILE_LENGTH,
  FIXED_LENGTH,
  OFFSET,
  OPTIONS_AT,
  SNAME_LENGTH,
  type Area,
  type Message4,
  type RawOption,
} from './message';
import { REVERSED, reversedSecs } from './layout';
import { optionName } from './options';
import { allZero, SHOWN, Tree } from './tree';
import { View } from '../view';

export type { DecodedOption } from './decoded';
export { checkMessage4 } from './check';
export { OPS, summary4 } from './summary';

/** A message with its tree. */
export interface DecodedMessage4 {
  readonly message: Message4;
  /** The nodes of the tree, in octet order. */
  readonly fields: Field[];
  /** Every option, including cut ones but not Pad and End: those of the options field, then of `file`, then of `sname`. */
  readonly options: DecodedOption[];
}

/** The areas in the order in which their options are read (RFC 2131 §4.1, RFC 3396 §5). */
const AREA_ORDER: readonly Area[] = ['options', 'file', 'sname'];

/**
 * Builds the tree of a message and the typed values of its options, and adds what `checkMessage4` finds to `problems`.
 * Every octet of the message is covered by one field. `cut` is how many octets after its end the snapshot length cut
 * off.
 */
export function decodeMessage4(message: Message4, problems: Problem[], cut: number): DecodedMessage4 {
  const before = problems.length;
  checkStructure(message, problems, cut);
  const structural = new Map<number, Problem>();
  for (const one of problems.slice(before))
    if (one.length > 0 && !structural.has(one.offset)) structural.set(one.offset, one);
  const fields = new Tree(message, structural);
  const context = contextOf(message, problems);
  const options: DecodedOption[] = [];
  const nodes = new Map<Area, Map<number, Field>>();
  const budget = new Budget();
  for (const group of groups(message)) {
    const apart = budget.allows(lengthOf(group), 1 + (group.rest?.length ?? 0));
    const option = apart ? readOption(message, group, context, structural) : showOption(message, group, structural);
    if (!apart) budget.tell(problems, spanOf(message, group.first));
    options.push(option);
    const area = group.first.area;
    let places = nodes.get(area);
    if (!places) nodes.set(area, (places = new Map<number, Field>()));
    places.set(group.first.at, option.field);
  }
  for (const cut of message.truncatedOptions) {
    const { code, at, area } = cut;
    // If even the length octet is missing, the code octet stays unexplained.
    if (cut.declared <= cut.available) continue;
    const view = View.of(message.bytes, at, 2 + cut.available, message.buffer);
    const found = { row: message.rows.get(code), code, name: optionName(code, message.rows), label: 'Option', area };
    const option = readCutOption(found, view, `dhcp.option.${code}`, structural.get(at)?.text);
    // A cut option is the last of its area, so it comes before the options of areas that are read later.
    const later = options.findIndex(({ area }) => AREA_ORDER.indexOf(area) > AREA_ORDER.indexOf(cut.area));
    options.splice(later < 0 ? options.length : later, 0, option);
    const places = nodes.get(cut.area);
    if (places) places.set(cut.at, option.field);
    else nodes.set(cut.area, new Map([[cut.at, option.field]]));
  }
  capProblems(problems, before, message.at, message.buffer);
  const optionFields = (name: Area): Field[] | undefined => {
    const area = message.areas.find((one) => one.area === name);
    return area && fields.area(area, nodes.get(name) ?? new Map<number, Field>());
  };
  return { message, fields: fixedFields(message, fields, optionFields), options };
}

/** Adds the nodes of the code and length octets of one appearance of an option. */
function addHeader(header: Field[], { buffer }: Message4, { code, at, length }: RawOption, piece: string): void {
  const codeOctet: { -readonly [K in keyof Field]: Field[K] } = {
    name: piece === '' ? 'Code' : `Code${piece}`,
    text: DECIMAL[code]!,
    offset: at,
    length: 1,
  };
  const lengthOctet: { -readonly [K in keyof Field]: Field[K] } = {
    name: piece === '' ? 'Length' : `Length${piece}`,
    text: OCTETS[length]!,
    offset: at + 1,
    length: 1,
  };
  if (buffer) codeOctet.buffer = lengthOctet.buffer = buffer;
  header.push(codeOctet, lengthOctet);
}

/** Each one-octet value as text, and as a number of octets. */
const DECIMAL = Array.from({ length: 256 }, (_, i) => String(i));
const OCTETS = DECIMAL.map((digits, i) => `${digits} octet${i === 1 ? '' : 's'}`);

function readOption(
  message: Message4,
  group: Group,
  context: Context,
  structural: ReadonlyMap<number, Problem>,
): DecodedOption {
  const { code, row, first, rest } = group;
  const header: Field[] = [];
  addHeader(header, message, first, '');
  let more: Span[] | undefined;
  if (rest) {
    more = [];
    for (let i = 0; i < rest.length; i++) {
      addHeader(header, message, rest[i]!, ` of piece ${i + 2}`);
      more.push(spanOf(message, rest[i]!));
    }
  }
  const option = decodeOption(
    {
      row,
      code,
      name: optionName(code, message.rows),
      label: 'Option',
      value: valueOf(message, group),
      whole: more ? { ...spanOf(message, first), more } : spanOf(message, first),
      header,
      area: first.area,
    },
    optionContext(context, code),
  );
  // A duplicate: the structural problem belongs to its node.
  const found = option.field.problem === undefined && structural.get(first.at);
  return found ? { ...option, field: { ...option.field, problem: found.text } } : option;
}

/** An option that is not decoded further: its octets in one node (see `Budget`). */
function showOption(message: Message4, group: Group, structural: ReadonlyMap<number, Problem>): DecodedOption {
  const { code, row, first, rest } = group;
  const { area } = first;
  const name = optionName(code, message.rows);
  const value = valueOf(message, group);
  const { length } = value;
  const digits = value.hex();
  const text = value.hex(0, Math.min(length, SHOWN), ' ') + (length > SHOWN ? ' …' : '');
  const offset = first.at;
  const field: { -readonly [K in keyof Field]: Field[K] } = {
    name: `Option ${code} (${name})`,
    text,
    offset,
    length: 2 + first.length,
    key: `dhcp.option.${code}`,
  };
  if (message.buffer) field.buffer = message.buffer;
  if (rest) field.more = rest.map((raw) => spanOf(message, raw));
  const found = structural.get(offset);
  if (found) field.problem = found.text;
  return { code, name, row, offset, length, hex: digits, value: digits, text, data: digits, typed: false, area, field };
}

function fixedFields(message: Message4, tree: Tree, optionFields: (area: Area) => Field[] | undefined): Field[] {
  const { bytes, at, end } = message;
  const out: Field[] = [];
  const left = (offset: number): number => end - at - offset;
  /** Adds a field if it is complete, the available part if it is cut, and nothing if the message ends before it. */
  const add = (offset: number, length: number, name: string, key: string, text: (from: number) => string): void => {
    if (left(offset) >= length) out.push(tree.node(at + offset, length, name, text(at + offset), key));
    else if (left(offset) > 0) out.push(tree.raw(at + offset, end, `${name}, cut`, key));
  };
  add(OFFSET.op, 1, 'Message op code (op)', 'dhcp.op', () => named(OPS, message.op));
  add(OFFSET.htype, 1, 'Hardware type (htype)', 'dhcp.htype', () => named(HARDWARE_TYPES, message.htype));
  add(OFFSET.hlen, 1, 'Hardware address length (hlen)', 'dhcp.hlen', () => `${message.hlen} octets`);
  add(OFFSET.hops, 1, 'Hops', 'dhcp.hops', () => String(message.hops));
  add(OFFSET.xid, 4, 'Transaction ID (xid)', 'dhcp.xid', () => hex32(message.xid));
  add(OFFSET.secs, 2, 'Seconds elapsed (secs)', 'dhcp.secs', () => secsText(message));
  if (left(OFFSET.flags) >= 2) out.push(flagsField(message, tree));
  else add(OFFSET.flags, 2, 'Flags', 'dhcp.flags', () => '');
  const address = (from: number): string => formatIpv4(bytes, from);
  add(OFFSET.ciaddr, 4, 'Client IP address (ciaddr)', 'dhcp.ciaddr', address);
  add(OFFSET.yiaddr, 4, 'Your (client) IP address (yiaddr)', 'dhcp.yiaddr', address);
  add(OFFSET.siaddr, 4, 'Next server IP address (siaddr)', 'dhcp.siaddr', address);
  add(OFFSET.giaddr, 4, 'Relay agent IP address (giaddr)', 'dhcp.giaddr', address);
  const used = Math.min(message.hlen, CHADDR_LENGTH);
  if (used > 0) add(OFFSET.chaddr, used, 'Client hardware address (chaddr)', 'dhcp.chaddr', () => message.chaddr);
  const padding = left(OFFSET.chaddr + used);
  if (used < CHADDR_LENGTH && padding > 0) {
    const from = at + OFFSET.chaddr + used;
    const to = Math.min(end, at + OFFSET.sname);
    out.push(tree.raw(from, to, 'Client hardware address padding', 'dhcp.chaddr.padding'));
  }
  addText(
    message,
    tree,
    out,
    OFFSET.sname,
    SNAME_LENGTH,
    'Server host name (sname)',
    'dhcp.sname',
    message.sname,
    optionFields('sname'),
  );
  addText(
    message,
    tree,
    out,
    OFFSET.file,
    FILE_LENGTH,
    'Boot file name (file)',
    'dhcp.file',
    message.file,
    optionFields('file'),
  );
  if (message.hasCookie) {
    out.push(tree.node(at + FIXED_LENGTH, 4, 'Magic cookie', 'DHCP (0x63825363)', 'dhcp.cookie'));
    // A loop instead of a spread: a forged message may have thousands of nodes, too many to pass as arguments.
    for (const field of optionFields('options') ?? []) out.push(field);
  } else if (left(FIXED_LENGTH) > 0) {
    append(out, vendorArea(message, tree));
  }
  return out;
}

/** What follows the fixed part of a message without the magic cookie (RFC 951 §3 “vend”). */
function vendorArea(message: Message4, tree: Tree): Field[] {
  const { bytes, at, end } = message;
  const start = at + FIXED_LENGTH;
  if (allZero(bytes, start, end)) return [tree.node(start, end - start, 'Vendor area (vend)', 'empty', 'dhcp.vend')];
  const cookieEnd = Math.min(end, at + OPTIONS_AT);
  const cookie = tree.node(
    start,
    cookieEnd - start,
    'Vendor cookie',
    cookieText(bytes, start, cookieEnd),
    'dhcp.cookie',
  );
  if (end === cookieEnd) return [cookie];
  const rest = tree.raw(cookieEnd, end, 'Vendor data', 'dhcp.vend');
  return [
    tree.node(
      start,
      end - start,
      'Vendor area (vend)',
      hex(bytes, start, Math.min(end - start, SHOWN), ' '),
      'dhcp.vend',
      [cookie, rest],
    ),
  ];
}

function cookieText(bytes: Uint8Array, start: number, end: number): string {
  const digits = hex(bytes, start, end - start);
  return end - start === 4 ? `0x${digits} (not DHCP’s ${hex32(0x63825363)})` : `0x${digits} (cut)`;
}

function addText(
  message: Message4,
  tree: Tree,
  out: Field[],
  offset: number,
  size: number,
  name: string,
  key: string,
  value: string,
  options: Field[] | undefined,
): void {
  const from = message.at + offset;
  const length = Math.min(size, message.end - from);
  if (length <= 0) return;
  if (options) {
    out.push(tree.node(from, length, name, 'holds options (option 52)', key, options));
    return;
  }
  const cut = length < size ? ' (cut)' : '';
  if (value !== '') out.push(tree.node(from, length, name, `“${printable(value)}”${cut}`, key));
  else if (allZero(message.bytes, from, from + length)) out.push(tree.node(from, length, name, `not given${cut}`, key));
  else out.push(tree.raw(from, from + length, name, key));
}

function flagsField(message: Message4, tree: Tree): Field {
  const from = message.at + OFFSET.flags;
  const digits = `0x${message.flags.toString(16).padStart(4, '0')}`;
  const rest = message.flags & 0x7fff;
  const text = `${digits} (${message.broadcast ? 'broadcast' : 'unicast'}${rest ? ', reserved bits set' : ''})`;
  const flags = tree.node(from, 2, 'Flags', text, 'dhcp.flags');
  const broadcast = message.broadcast ? 'set: reply by broadcast' : 'not set: reply by unicast';
  const { offset, length, buffer } = flags;
  const where = buffer ? { offset, length, buffer } : { offset, length };
  const children: Field[] = [
    { name: 'Broadcast flag (B)', text: broadcast, ...where, key: 'dhcp.flags.bc' },
    tree.node(from, 2, 'Reserved flags', `0x${rest.toString(16).padStart(4, '0')}`, 'dhcp.flags.reserved'),
  ];
  return { ...flags, children };
}

function named(names: Readonly<Record<number, string>>, value: number): string {
  const name = names[value];
  return name === undefined ? `${value} (not assigned)` : `${name} (${value})`;
}

function hex32(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

function secsText(message: Message4): string {
  const { secs } = message;
  const reversed = reversedSecs(message);
  if (reversed !== undefined) return `${secs} s as written; ${reversed} s if ${REVERSED}`;
  return secs < 60 ? `${secs} s` : `${secs} s (${duration(secs)})`;
}
