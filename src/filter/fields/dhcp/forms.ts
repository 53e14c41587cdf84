import type { FilterForm, OptionTable } from '../../../codec/option';
import type { FieldDef, ValueNames } from '../../field';
import type { Kind } from '../../values/kinds';
import type { Octets } from '../sink';

/** How the values of single-field options are read, according to the column `filter` of the option tables. */

const KINDS: Readonly<Record<FilterForm, Kind>> = {
  first: 'uint8',
  u8: 'uint8',
  u8s: 'uint8',
  u16: 'uint16',
  u16s: 'uint16',
  u32: 'uint32',
  i32: 'int32',
  flag: 'boolean',
  time: 'time',
  ipv4: 'ipv4',
  ipv4s: 'ipv4',
  ipv6: 'ipv6',
  ipv6s: 'ipv6',
  octets: 'bytes',
  text: 'string',
  domain: 'string',
  domains: 'string',
};

/** The fields in a table of options; `names` are the names of their values. */
export function optionFields(table: OptionTable, names: Readonly<Record<string, ValueNames>>): FieldDef[] {
  const fields = new Map<string, FieldDef>();
  for (const { filter } of table.values()) {
    if (!filter) continue;
    const [name, form] = filter;
    const some = names[name];
    fields.set(name, { name, kind: KINDS[form], ...(some ? { names: some } : {}) });
  }
  return [...fields.values()];
}

/** Octets per element of a form. A list is read element by element; any other value is not read if its length is wrong. */
const SIZES: Partial<Record<FilterForm, number>> = {
  u8: 1,
  u8s: 1,
  flag: 1,
  u16: 2,
  u16s: 2,
  u32: 4,
  i32: 4,
  time: 4,
  ipv4: 4,
  ipv4s: 4,
  ipv6: 16,
  ipv6s: 16,
};
const ROWS: ReadonlySet<FilterForm> = new Set(['u8s', 'u16s', 'ipv4s', 'ipv6s']);

/** Reads an option's value. If its length does not fit, Wireshark shows the octets but no value. */
export function readForm(value: Octets, name: string, form: FilterForm): void {
  if (!value.wants(name)) return;
  const size = SIZES[form];
  if (size === undefined) readLong(value, name, form);
  // A list of IPv6 addresses must be complete; of other lists, all complete elements are read.
  else if (form === 'ipv6s' && value.length % size !== 0) return;
  else if (ROWS.has(form)) for (let at = 0; value.has(at, size); at += size) readElement(value, name, form, at);
  else if (value.length === size) readElement(value, name, form, 0);
}

function readElement(value: Octets, name: string, form: FilterForm, at: number): void {
  switch (form) {
    case 'u8':
    case 'u8s':
      return value.u8(name, at);
    case 'flag':
      return value.bit(name, at, 0xff);
    case 'u16':
    case 'u16s':
      return value.u16(name, at);
    case 'i32':
      return value.i32(name, at);
    case 'time':
      return value.add(name, BigInt(fromNtp(value.long(at))) * 1_000_000_000n);
    case 'ipv6':
    case 'ipv6s':
      return value.fixed(name, at, 16);
    default:
      return value.u32(name, at);
  }
}

/** Seconds from 1900 to 1970, and the length of an NTP era in seconds (RFC 5905 §6). */
const NTP_TO_UNIX = 2_208_988_800;
const NTP_ERA = 2 ** 32;

/** Converts a 32-bit NTP time to Unix time: values in the lower half belong to the second era, which begins in 2036. */
function fromNtp(seconds: number): number {
  return seconds - NTP_TO_UNIX + (seconds < NTP_ERA / 2 ? NTP_ERA : 0);
}

function readLong(value: Octets, name: string, form: FilterForm): void {
  if (form === 'first') value.u8(name, 0);
  else if (form === 'text') value.string(name);
  else if (form === 'octets') value.octets(name);
  else if (form === 'domain') {
    const found = domainName(value, 0);
    if (found) value.add(name, found.name);
  } else for (const one of domainNames(value)) if (one !== ROOT) value.add(name, `${one}.`);
}

/** Wireshark's text for a name without labels. */
export const ROOT = '<Root>';

/** Maximum length of a name (RFC 1035 §3.1), and limit on compression pointers (§4.1.4), which could form a loop. */
const LONGEST_NAME = 255;
const MOST_POINTERS = 16;

/** Consecutive names in dotted form; stops at the first malformed one. */
export function domainNames(value: Octets): string[] {
  const names: string[] = [];
  for (let at = 0; at < value.length;) {
    const found = domainName(value, at);
    if (!found) return names;
    names.push(found.name);
    at = found.next;
  }
  return names;
}

/** One name from its labels (RFC 1035 §3.1), and where the next one begins; undefined if it is malformed. */
export function domainName(value: Octets, from: number): { readonly name: string; readonly next: number } | undefined {
  const labels: string[] = [];
  let next = -1;
  let length = 0;
  for (let at = from, pointers = 0; ;) {
    if (!value.has(at)) return undefined;
    const size = value.byte(at);
    if (size >= 0xc0) {
      if (!value.has(at, 2) || ++pointers > MOST_POINTERS) return undefined;
      if (next < 0) next = at + 2;
      at = value.word(at) & 0x3fff;
    } else if (size === 0) {
      if (next < 0) next = at + 1;
      return { name: labels.length > 0 ? labels.join('.') : ROOT, next };
    } else {
      length += size + 1;
      if (size > 63 || length > LONGEST_NAME || !value.has(at + 1, size)) return undefined;
      labels.push(value.text(at + 1, size));
      at += size + 1;
    }
  }
}
