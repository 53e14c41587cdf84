import { KEYWORDS4, KEYWORDS6 } from '../../codec/optionKeywords';
import {
  addressText,
  bitsOf,
  maskLength,
  parseAddress,
  prefixAt,
  type Address,
  type Family,
  type Prefix,
} from '../address';
import type { Identifier } from '../model';
import type { Located } from '../source';
import type { Part } from './lines';
import { valueProblem } from './optionValue';

/** Why a value is refused, and at which part. */
export interface Refusal {
  readonly id: 'syntax' | 'wrong-type' | 'unknown-option' | 'option-wrong-type' | 'invalid-subnet-mask';
  readonly part: Part;
  readonly text: string;
}

const refuse = (id: Refusal['id'], part: Part, text: string): Refusal => ({ id, part, text });
export const isRefusal = (value: object): value is Refusal => 'part' in value && 'id' in value && 'text' in value;

/** Parses `12h` or `infinite` to seconds. Undefined if it is not a time. */
export function leaseTime(text: string): number | undefined {
  if (text === 'infinite') return Infinity;
  if (text === 'deprecated') return 0;
  const match = /^(\d*)([smhdwSMHDW]?)$/.exec(text);
  if (!match || text === '') return undefined;
  return Number(match[1]) * { '': 1, s: 1, m: 60, h: 3600, d: 86400, w: 604800 }[match[2]!.toLowerCase() as 's'];
}

/** A parsed `dhcp-range=…`. */
export interface DhcpRange {
  readonly family: Family;
  readonly tags: readonly string[];
  readonly sets?: string;
  readonly first: Located<Address>;
  /** Undefined if the range leases no addresses: `static`, `proxy`, `ra-only` … */
  readonly last?: Located<Address>;
  readonly prefix?: Prefix;
  readonly assumed?: true;
  readonly mask?: Part;
  /** An invalid mask, which dnsmasq accepts anyway. */
  readonly badMask?: Part;
  readonly broadcast?: Located<Address>;
  readonly lease?: Located<number>;
  /** The range is only for router advertisements: DHCPv6 clients get no answer. */
  readonly advertised?: true;
  /** The interface that gives the prefix. */
  readonly constructed?: Located<string>;
}

const MODES6 = /^(static|ra-only|ra-names|ra-advrouter|ra-stateless|slaac|off-link|constructor:.*)$/;

export function readRange(parts: readonly Part[], whole: Part): DhcpRange | Refusal {
  const tags: string[] = [];
  let sets: string | undefined;
  let i = 0;
  // Tags come before the addresses.
  for (; i < parts.length - 1 && !/^[\da-f.: ]+$/i.test(parts[i]!.text); i++) {
    const { text } = parts[i]!;
    if (text === '') break;
    if (/^tag:/.test(text)) tags.push(text.slice(4));
    else if (sets !== undefined) return refuse('syntax', parts[i]!, 'Only one tag can be set by a range.');
    else sets = text.replace(/^(set|net):/, '');
  }
  const values = parts.slice(i);
  const bad = (part: Part, text: string): Refusal => refuse('wrong-type', part, text);
  const [start, end] = values;
  if (!start || !end) return bad(whole, 'A range needs its first and its last address, or a mode such as “static”.');
  const first = parseAddress(start.text);
  if (!first) return bad(start, `“${start.text.slice(0, 60)}” is no IP address.`);
  const common = { tags, ...(sets === undefined ? {} : { sets }), first: { value: first, span: start.span } };
  return first.family === 4 ? range4(values, common, bad) : range6(values, common, bad);
}

type Common = Pick<DhcpRange, 'tags' | 'sets' | 'first'>;

function range4(
  values: readonly Part[],
  common: Common,
  bad: (part: Part, text: string) => Refusal,
): DhcpRange | Refusal {
  const end = values[1]!;
  const first = common.first.value;
  const mode = /^(static|proxy)$/.test(end.text);
  const last = mode ? undefined : parseAddress(end.text);
  if (!mode && last?.family !== 4) return bad(end, `“${end.text.slice(0, 60)}” is neither an IPv4 address nor a mode.`);
  let at = 2;
  let prefix: Prefix | undefined;
  let mask: Part | undefined;
  let badMask: Part | undefined;
  let broadcast: Located<Address> | undefined;
  const netmask = values[at] && values[at]!.text.includes('.') ? parseAddress(values[at]!.text) : undefined;
  if (netmask?.family === 4) {
    mask = values[at++]!;
    const length = maskLength(netmask);
    if (length !== undefined) prefix = prefixAt(first, length);
    else if (last && ((first.value ^ last.value) & netmask.value) !== 0n)
      return refuse('invalid-subnet-mask', mask, `${mask.text} is no mask: a mask is ones followed by zeros.`);
    else badMask = mask;
    if (last && prefix && length !== undefined && prefixAt(last, length).network !== prefix.network)
      return bad(
        mask,
        `${addressText(4, first.value)} and ${addressText(4, last.value)} are not in one subnet of mask ${mask.text}.`,
      );
    const other = values[at] && values[at]!.text.includes('.') ? parseAddress(values[at]!.text) : undefined;
    if (other?.family === 4) broadcast = { value: other, span: values[at++]!.span };
  }
  const lease = leaseOf(values, at, bad);
  if (lease && isRefusal(lease)) return lease;
  // dnsmasq takes the mask from the interface. In 192.168.0.0/16 it is nearly always /24.
  const usual = prefix || badMask ? undefined : assumedPrefix(first);
  return {
    family: 4,
    ...common,
    ...(last ? { last: { value: last, span: end.span } } : {}),
    ...((prefix ?? usual) ? { prefix: (prefix ?? usual)! } : {}),
    ...(usual ? { assumed: true } : {}),
    ...(mask ? { mask } : {}),
    ...(badMask ? { badMask } : {}),
    ...(broadcast ? { broadcast } : {}),
    ...(lease ? { lease } : {}),
  };
}

/** The most likely mask if the file gives none. */
export function assumedPrefix(address: Address): Prefix | undefined {
  return address.family === 4 && address.value >> 16n === 0xc0a8n ? prefixAt(address, 24) : undefined;
}

function leaseOf(
  values: readonly Part[],
  at: number,
  bad: (part: Part, text: string) => Refusal,
): Located<number> | Refusal | undefined {
  const part = values[at];
  if (!part || (part.text === '' && values.length === at + 1)) return undefined;
  const seconds = leaseTime(part.text);
  if (seconds === undefined)
    return bad(part, `“${part.text.slice(0, 60)}” is no lease time: 12h, 45m, 3600, infinite.`);
  if (values.length > at + 1) return bad(values[at + 1]!, 'Behind the lease time nothing may stand.');
  return { value: seconds, span: part.span };
}

function range6(
  values: readonly Part[],
  common: Common,
  bad: (part: Part, text: string) => Refusal,
): DhcpRange | Refusal {
  let last: Located<Address> | undefined;
  let length = 64;
  let constructed: Located<string> | undefined;
  let at = 1;
  for (; at < values.length; at++) {
    const part = values[at]!;
    const address = parseAddress(part.text);
    if (MODES6.test(part.text)) {
      if (part.text.startsWith('constructor:'))
        constructed ??= { value: part.text.slice('constructor:'.length), span: part.span };
    } else if (at === 1 && address?.family === 6) last = { value: address, span: part.span };
    else if (/^\d+$/.test(part.text) && at === values.length - 1) break;
    else if (/^\d+$/.test(part.text) && Number(part.text) > 0) length = Math.min(Number(part.text), 128);
    else break;
  }
  const final = values[at];
  // A final number alone is the prefix length if it is small enough.
  if (final && /^\d+$/.test(final.text) && Number(final.text) <= 128) length = Number(final.text);
  else {
    const lease = leaseOf(values, at, bad);
    if (lease && isRefusal(lease)) return lease;
  }
  const { value: first } = common.first;
  if (constructed && first.value >> 64n !== 0n)
    return bad(values[0]!, 'With “constructor:” the prefix is the interface’s: the address begins with “::”.');
  const modes = values.map(({ text }) => text).join(' ');
  if (length < 64)
    return bad(final ?? values[0]!, `A prefix of /${length} is too large: dnsmasq takes /64 and smaller ones.`);
  if (length > 64 && /\b(constructor:|ra-|slaac)/.test(modes))
    return bad(final ?? values[0]!, 'Router advertisements need a prefix of /64, and so does “constructor:”.');
  const prefix = prefixAt(first, Math.min(length, bitsOf(6)));
  if (last && !constructed && prefixAt(last.value, prefix.length).network !== prefix.network)
    return bad(values[1]!, `The first and the last address are not in one prefix of /${prefix.length}.`);
  const served = last !== undefined || /(^| )(static|ra-stateless)( |$)/.test(modes);
  return {
    family: 6,
    ...common,
    ...(last ? { last } : {}),
    ...(served ? {} : { advertised: true }),
    ...(constructed ? { constructed } : { prefix }),
  };
}

/** A parsed `dhcp-host=…`. */
export interface DhcpHost {
  readonly identifiers: readonly Identifier[];
  readonly addresses: readonly Located<Address>[];
  readonly hostname?: Located<string>;
  readonly lease?: Located<number>;
  /** A text that looks like an address but that dnsmasq takes for a name. */
  readonly likeAddress?: Part;
}

// dnsmasq does not require two digits per octet.
const HARDWARE = /^(?:\d+-)?(?:[\da-f]*|\*)(?::(?:[\da-f]*|\*))*$/i;
const HOST_NAME = /^(?![-_]?$)[a-z\d_][\w-]*(\.[\w-]+)*\.?$/i;

export function readHost(parts: readonly Part[]): DhcpHost | Refusal {
  const identifiers: Identifier[] = [];
  const addresses: Located<Address>[] = [];
  let hostname: Located<string> | undefined;
  let lease: Located<number> | undefined;
  let likeAddress: Part | undefined;
  for (const part of parts) {
    const { text, span } = part;
    if (text === '' || /^(set|net|tag):/.test(text) || text === 'ignore') continue;
    const bracketed = /^\[([^\]]*)\]$/.exec(text);
    const address = parseAddress(bracketed ? bracketed[1]!.replace(/\/\d+$/, '') : text);
    const seconds = leaseTime(text);
    if (text.startsWith('id:')) identifiers.push({ type: 'client-id', value: text.slice(3).toLowerCase(), span });
    else if (bracketed && address?.family === 6) addresses.push({ value: address, span });
    else if (!bracketed && address?.family === 4) addresses.push({ value: address, span });
    else if (text.includes(':')) {
      if (!HARDWARE.test(text)) return refuse('wrong-type', part, `“${text.slice(0, 60)}” is no hardware address.`);
      const value = text
        .toLowerCase()
        .split(':')
        .map((octet) => (octet.length === 1 && octet !== '*' ? `0${octet}` : octet))
        .join(':');
      identifiers.push({ type: value.includes('*') ? 'other' : 'hw-address', value, span });
    } else if (seconds !== undefined) lease = { value: seconds, span };
    else if (HOST_NAME.test(text)) {
      hostname = { value: text, span };
      if (/^\d+(\.\d+){3}$/.test(text)) likeAddress = part;
    } else return refuse('wrong-type', part, `“${text.slice(0, 60)}” is no host name.`);
  }
  return {
    identifiers,
    addresses,
    ...(hostname ? { hostname } : {}),
    ...(lease ? { lease } : {}),
    ...(likeAddress ? { likeAddress } : {}),
  };
}

/** A parsed `dhcp-option=…`. */
export interface DhcpOption {
  readonly family: Family;
  readonly space: string;
  readonly tags: readonly string[];
  readonly code: number;
  readonly name: string;
  readonly values: readonly Part[];
  readonly addresses: readonly Located<Address>[];
}

const names = (family: Family): Map<string, number> => {
  const table = new Map<string, number>();
  for (const { dnsmasq, code } of family === 4 ? KEYWORDS4 : KEYWORDS6)
    if (dnsmasq) table.set(dnsmasq.toLowerCase(), code);
  if (family === 4) table.set('server-ip-address', 255);
  return table;
};
const NAMES4 = names(4);
const NAMES6 = names(6);

/** Names of all options, to suggest one for a mistyped name. */
export const optionNames = (family: Family): Iterable<string> => (family === 4 ? NAMES4 : NAMES6).keys();

export function readOption(parts: readonly Part[], whole: Part): DhcpOption | Refusal {
  const tags: string[] = [];
  let space = '';
  for (const [i, part] of parts.entries()) {
    const { text } = part;
    const named = /^option(6?):(.*)$/.exec(text);
    const family: Family = named?.[1] === '6' ? 6 : 4;
    if (named || /^\d+$/.test(text)) {
      const wanted = named ? named[2]! : text;
      const code = /^\d+$/.test(wanted) ? Number(wanted) : (family === 4 ? NAMES4 : NAMES6).get(wanted.toLowerCase());
      if (code === undefined)
        return refuse(
          'unknown-option',
          part,
          `dnsmasq knows no option “${wanted.slice(0, 60)}” (\`dnsmasq --help dhcp${family === 6 ? '6' : ''}\`).`,
        );
      const values = parts.slice(i + 1);
      return withAddresses({
        family,
        space: space || (family === 6 ? 'dhcpv6' : 'dhcp'),
        tags,
        code,
        name: wanted,
        values,
        addresses: [],
      });
    }
    const encapsulated = /^(vendor|encap|vi-encap):/.exec(text);
    if (encapsulated) space = text;
    else tags.push(text.replace(/^(tag|net|set):/, ''));
  }
  return refuse('unknown-option', parts[0] ?? whole, 'An option is named by its number, or as “option:router”.');
}

function withAddresses(option: DhcpOption): DhcpOption | Refusal {
  const { family, space, code, values } = option;
  if (space !== 'dhcp' && space !== 'dhcpv6') return option;
  const problem = valueProblem(family, code, values);
  if (problem !== undefined) return refuse('option-wrong-type', values[0]!, `Option ${code}: ${problem}`);
  const addresses: Located<Address>[] = [];
  for (const part of values) {
    const value = parseAddress(family === 6 ? part.text.replace(/^\[|\]$/g, '') : part.text);
    if (value?.family === family) addresses.push({ value, span: part.span });
  }
  return { ...option, addresses };
}
