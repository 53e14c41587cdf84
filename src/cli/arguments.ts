import { parseArgs } from 'node:util';
import { SEVERITIES, type Severity } from '../analysis/finding';
import { parseIpv4, printable } from '../codec/bytes';
import { customOptionOf, type CustomOption } from '../codec/customTypes';
import { PRODUCTS, type Product } from '../analysis/words/steps';
import { nearest } from '../config/nearest';
import { FORMS, type Form } from './report/model';

/** The arguments of the command line. */

/** A mistake in the arguments. The message is one line for standard error. */
export class UsageError extends Error {}

const OPTIONS = {
  json: { type: 'boolean' },
  'fail-on': { type: 'string' },
  authorised: { type: 'string', multiple: true },
  filter: { type: 'string', short: 'Y' },
  report: { type: 'string' },
  frames: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  start: { type: 'string' },
  kind: { type: 'string' },
  option: { type: 'string', multiple: true },
  config: { type: 'string', multiple: true },
  product: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;

export type Values = Partial<Record<'json' | 'all' | 'help' | 'version', boolean>> &
  Partial<Record<'fail-on' | 'filter' | 'report' | 'start' | 'kind', string>> & {
    authorised?: string[];
    frames?: string[];
    option?: string[];
    config?: string[];
    product?: string[];
  };

/** The options that each command accepts. */
export const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  inspect: ['json', 'filter', 'fail-on', 'authorised', 'report', 'option', 'config', 'product'],
  decode: ['json', 'filter', 'frames', 'all', 'option'],
  hex: ['json', 'start', 'option'],
  check: ['json', 'kind', 'fail-on'],
  leases: ['json', 'config', 'fail-on'],
  machine: ['json', 'fail-on'],
  explain: ['json'],
};

/** Splits the arguments into options and the rest. Throws UsageError. */
export function parsed(args: readonly string[]): { values: Values; positionals: string[] } {
  let result;
  try {
    result = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, tokens: true });
  } catch (error) {
    throw new UsageError(mistakeText(error as Error));
  }
  const seen = new Set<string>();
  for (const token of result.tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName } = token;
    // The last one would win without a word, and what the others ask for would be missing.
    if (seen.has(name) && !('multiple' in OPTIONS[name])) throw new UsageError(`${rawName} is given more than once`);
    seen.add(name);
  }
  return result;
}

/** Node's message about the arguments, with the option that may be meant. */
function mistakeText({ message }: Error): string {
  const text = message.replace(/\. To specify.*$/s, '.').replace(/\.$/, '');
  const missing = /^Option '(?:-\w, )?(--[\w-]+) <value>' argument missing/.exec(text);
  if (missing) return `${missing[1]!} wants a value after it`;
  const flag = /^Option '(?:-\w, )?(--[\w-]+)' does not take an argument/.exec(text);
  if (flag) return `${flag[1]!} takes no value`;
  const unknown = /^Unknown option '(-{1,2})([^']*)'/.exec(text);
  if (!unknown) return text;
  const [, dashes, name = ''] = unknown;
  const near = nearest(name, Object.keys(OPTIONS));
  if (near !== undefined) return `there is no option ${dashes}${printable(name)}; did you mean --${near}?`;
  return `there is no option ${dashes}${printable(name)}; a file of that name is given as ./${dashes}${printable(name)}`;
}

/** The servers of `--authorised`. Throws UsageError. */
export function authorisedOf({ authorised }: Values): string[] {
  const servers = (authorised ?? []).flatMap((list) => list.split(',')).map((one) => one.trim());
  for (const server of servers) {
    if (parseIpv4(server) === undefined)
      throw new UsageError(`--authorised takes IPv4 addresses, not “${printable(server)}”`);
  }
  return servers;
}

/** The products of `--product`, for which steps are to be told. Throws UsageError. */
export function productsOf({ product }: Values): Product[] {
  const names = (product ?? []).flatMap((list) => list.split(',')).map((one) => one.trim());
  return names.map((name) => {
    const known = (Object.keys(PRODUCTS) as Product[]).find((one) => one === name.toLowerCase());
    if (!known) throw new UsageError(`--product takes ${Object.keys(PRODUCTS).join(', ')}, not “${printable(name)}”`);
    return known;
  });
}

/** The requested form of report; undefined if none is requested. */
export function formOf({ report, json }: Values): Form | undefined {
  if (report === undefined) return undefined;
  const form = FORMS.find((one) => one === report);
  if (!form) throw new UsageError(`--report takes ${FORMS.join(' or ')}, not “${printable(report)}”`);
  if (json) throw new UsageError('inspect takes --json or --report, not both');
  return form;
}

export type FailOn = Severity | 'never';

export function failOnOf(values: Values): FailOn {
  const failOn = values['fail-on'] ?? 'never';
  if (failOn !== 'never' && !(SEVERITIES as readonly string[]).includes(failOn)) {
    throw new UsageError(`--fail-on takes error, warning, info or never, not “${printable(failOn)}”`);
  }
  return failOn as FailOn;
}

/** Parses `--option 224,Site Printer,ipv4-list`. Throws UsageError. */
export function customOptions(values: Values): CustomOption[] {
  return (values.option ?? []).map((text) => {
    const match = /^(v6:)?(\d+),([^,]+),([^,]+)$/.exec(text);
    if (!match) throw new UsageError(`--option takes CODE,NAME,TYPE, not “${printable(text)}”`);
    const option = customOptionOf({
      code: Number(match[2]),
      name: match[3],
      type: match[4]!.trim(),
      protocol: match[1] ? 'dhcpv6' : 'dhcpv4',
    });
    if ('problem' in option) throw new UsageError(`--option: ${option.problem}`);
    return option.value;
  });
}

/** Parses `1,5-9` to a test for frame numbers; undefined if `--frames` is not given. Throws UsageError. */
export function framesOf({ frames }: Values): ((frame: number) => boolean) | undefined {
  if (!frames) return undefined;
  const ranges = frames
    .flatMap((text) => text.split(','))
    .map((part) => {
      const match = /^\s*(\d+)\s*(?:-\s*(\d*)\s*)?$/.exec(part);
      if (!match || Number(match[1]) === 0)
        throw new UsageError(`--frames takes numbers from 1 and ranges such as 1,5-9, not “${printable(part)}”`);
      const from = Number(match[1]);
      const to = match[2] === undefined ? from : match[2] === '' ? Infinity : Number(match[2]);
      if (to < from) throw new UsageError(`--frames: the range ${from}-${to} ends before it begins`);
      return [from, to] as const;
    });
  return (frame) => ranges.some(([from, to]) => frame >= from && frame <= to);
}
