import { KEYWORDS4, KEYWORDS6 } from '../../codec/optionKeywords';
import { parseAddress, parsePrefix, type Address, type Family } from '../address';

/** An option as Kea defines it. */
export interface KeaOption {
  readonly space: string;
  readonly code: number;
  readonly name: string;
  /** Such as `ipv4-address[]` or `{uint8,string}`. */
  readonly type: string;
}

/** Simple types of option values. */
export const OPTION_TYPES: ReadonlySet<string> = new Set(
  'empty binary boolean int8 int16 int32 uint8 uint16 uint32 ipv4-address ipv6-address ipv6-prefix psid string tuple fqdn internal record'.split(
    ' ',
  ),
);

/** Vendor options that Kea defines from the start: CableLabs' DOCSIS. */
const DOCSIS4: readonly [number, string, string][] = [
  [1, 'oro', 'uint8[]'],
  [2, 'tftp-servers', 'ipv4-address[]'],
];
const DOCSIS6: readonly [number, string, string][] = [
  [1, 'oro', 'uint16[]'],
  [2, 'device-type', 'string'],
  [10, 'vendor-type', 'string'],
  [32, 'tftp-servers', 'ipv6-address[]'],
  [33, 'config-file', 'string'],
  [34, 'syslog-servers', 'ipv6-address[]'],
  [36, 'device-id', 'binary'],
  [37, 'time-servers', 'ipv6-address[]'],
  [38, 'time-offset', 'int32'],
  [1026, 'cmts-cm-mac', 'binary'],
];
/** The first release that defines an option, where release 2.2 does not. */
const SINCE: Readonly<Record<string, number>> = {
  'classless-static-route': 2.6,
  'v4-sztp-redirect': 2.4,
  'v4-dnr': 2.4,
  'v6-sztp-redirect': 2.4,
  'v6-dnr': 2.4,
  'addr-reg-enable': 3.1,
};
/** Option spaces inside Kea's own options. Their options are not listed here. */
const INNER: ReadonlySet<string> = new Set([
  'dhcp-agent-options-space',
  's46-cont-mape-options',
  's46-cont-mapt-options',
  's46-cont-lw-options',
  's46-rule-options',
  's46-v4v6bind-options',
  'rsoo-opts',
  'vendor-2495',
  'vendor-25506',
  'vendor-36063',
]);

/** The options that a configuration may set: Kea's own, and those defined in the file. */
export class KeaOptions {
  private readonly byName = new Map<string, KeaOption>();
  private readonly byCode = new Map<string, KeaOption>();
  private readonly own: string;
  private readonly standard = new Set<KeaOption>();

  constructor(family: Family) {
    this.own = `dhcp${family}`;
    for (const { code, kea, keaType } of family === 4 ? KEYWORDS4 : KEYWORDS6)
      if (kea) this.define({ space: this.own, code, name: kea, type: keaType! });
    for (const space of ['vendor-4491', `docsis3-v${family}`])
      for (const [code, name, type] of family === 4 ? DOCSIS4 : DOCSIS6) this.define({ space, code, name, type });
    for (const option of this.byCode.values()) this.standard.add(option);
  }

  define(option: KeaOption): void {
    this.byName.set(`${option.space} ${option.name}`, option);
    this.byCode.set(`${option.space} ${option.code}`, option);
  }

  /** Whether Kea defines the option, rather than the file. */
  isStandard(option: KeaOption): boolean {
    return this.standard.has(option);
  }

  /** The first release that defines the option; 0 for those that every release has, or the file. */
  since(option: KeaOption): number {
    return this.isStandard(option) ? (SINCE[option.name] ?? 0) : 0;
  }

  named(space: string, name: string): KeaOption | undefined {
    return this.byName.get(`${space} ${name}`);
  }

  numbered(space: string, code: number): KeaOption | undefined {
    return this.byCode.get(`${space} ${code}`);
  }

  /** Whether the options of this space are unknown, so that nothing can be checked. */
  isOpen(space: string): boolean {
    return INNER.has(space);
  }

  names(space: string): string[] {
    return [...this.byName.values()].filter((option) => option.space === space).map(({ name }) => name);
  }
}

/** Comma-separated parts of a value, each with its offset. `\,` does not separate. */
export function partsOf(data: string): { readonly text: string; readonly at: number }[] {
  const parts: { text: string; at: number }[] = [];
  let from = 0;
  for (let i = 0; i <= data.length; i++) {
    if (i < data.length && (data[i] !== ',' || data[i - 1] === '\\')) continue;
    const raw = data.slice(from, i);
    parts.push({ text: raw.trim(), at: from + (raw.length - raw.trimStart().length) });
    from = i + 1;
  }
  return parts;
}

const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
  uint16: [0, 65535],
  uint32: [0, 2 ** 32 - 1],
};

/** What is wrong with a value of this type, in a few words; undefined if it is valid. */
export function valueProblem(type: string, data: string): string | undefined {
  if (type === 'any') return undefined;
  const list = type.endsWith('[]');
  const base = list ? type.slice(0, -2) : type;
  if (base.startsWith('{')) {
    const fields = base.slice(1, -1).split(',');
    const parts = partsOf(data);
    if (parts.length < fields.length) return `${fields.length} values separated by commas`;
    return fields.map((field, i) => simpleProblem(field, parts[i]!.text)).find((one) => one !== undefined);
  }
  if (base === 'string') return data === '' ? 'a text' : undefined;
  if (base === 'empty') return data.trim() === '' ? undefined : 'no value';
  if (!list) {
    const [first] = partsOf(data);
    return simpleProblem(base, base === 'fqdn' ? data.trim() : first!.text);
  }
  const parts = partsOf(data);
  // Kea accepts an empty list, and a surplus comma at the end.
  if (parts.at(-1)!.text === '') parts.pop();
  return parts.map(({ text }) => simpleProblem(base, text)).find((one) => one !== undefined);
}

function simpleProblem(type: string, text: string): string | undefined {
  const range = RANGES[type];
  if (range) {
    const value = /^-?(0[xX][\da-fA-F]+|\d+)$/.test(text) ? Number(text) : NaN;
    return value >= range[0] && value <= range[1] ? undefined : `a number from ${range[0]} to ${range[1]}`;
  }
  switch (type) {
    case 'ipv4-address':
      return parseAddress(text)?.family === 4 ? undefined : 'an IPv4 address';
    case 'ipv6-address':
      return parseAddress(text)?.family === 6 ? undefined : 'an IPv6 address';
    case 'ipv6-prefix':
      return parsePrefix(text)?.address.family === 6 ? undefined : 'an IPv6 prefix';
    case 'psid':
      return /^\d+\/\d+$/.test(text) ? undefined : 'a port set as number/length';
    case 'boolean':
      return /^(true|false|0|1)$/i.test(text) ? undefined : 'true or false';
    case 'fqdn':
      return text === '' ||
        text.includes('..') ||
        /^\.|\s/.test(text) ||
        text.split('.').some((label) => label.length > 63)
        ? 'a domain name'
        : undefined;
    case 'binary':
      return /^[\da-f\s:]*$/i.test(text) && text !== '' ? undefined : 'hexadecimal digits';
    default:
      return undefined;
  }
}

/** Whether a text is octets in a hexadecimal form that Kea accepts. */
export const isHexData = (data: string): boolean =>
  /^(0x(?=.))?[\da-fA-F]*$/.test(data) ||
  /^[\da-f]{1,2}(:[\da-f]{1,2})+$/i.test(data) ||
  /^[\da-f]{1,2}( [\da-f]{1,2})+$/i.test(data);

/** The addresses of a value, with their offsets. */
export function addressesIn(
  type: string,
  data: string,
): { readonly value: Address; readonly at: number; readonly length: number }[] {
  if (!/^ipv[46]-address(\[\])?$/.test(type)) return [];
  return partsOf(data).flatMap(({ text, at }) => {
    const value = parseAddress(text);
    return value ? [{ value, at, length: text.length }] : [];
  });
}
