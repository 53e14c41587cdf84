import { formatIpv6, ipv4ToText } from '../codec/bytes';
import { extreme } from './compare';
import { fail, type Place } from './language/error';
import { canReckon, isInteger, octetsOf, sizeOf, wordsOf, type Kind, type Value } from './values/kinds';
import type { Source } from './source';
import { negated } from './values/arithmetic';
import { uuidOctets } from './values/literals';

/** A function call with parsed arguments. */
interface Call {
  readonly place: Place;
  readonly args: readonly Source[];
}

interface Definition {
  readonly usage: string;
  readonly most: number;
  make(call: Call, name: string): Source;
}

const FUNCTIONS: Readonly<Record<string, Definition>> = {
  len: {
    usage: 'len(field)',
    most: 1,
    make: ({ args, place }) => perValue(args[0]!, place, 'uint32', 'len', lengthOf),
  },
  count: { usage: 'count(field)', most: 1, make: count },
  upper: {
    usage: 'upper(text field)',
    most: 1,
    make: (call) => cased(call, 'upper', (text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())),
  },
  lower: {
    usage: 'lower(text field)',
    most: 1,
    make: (call) => cased(call, 'lower', (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())),
  },
  string: { usage: 'string(number or address field)', most: 1, make: text },
  max: { usage: 'max(field, …)', most: Infinity, make: (call) => extremeOf(call, 'max', 1) },
  min: { usage: 'min(field, …)', most: Infinity, make: (call) => extremeOf(call, 'min', -1) },
  abs: { usage: 'abs(number field)', most: 1, make: absolute },
};

/** The source of a function's results. Throws FilterError if there is no such function, or its arguments do not fit. */
export function call(name: string, nameAt: Place, args: readonly Source[], place: Place): Source {
  const definition = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name]! : undefined;
  if (!definition) fail(nameAt, `there is no function “${name}”; there are ${Object.keys(FUNCTIONS).join(', ')}`);
  if (args.length < 1 || args.length > definition.most)
    fail(
      place,
      `${name}() takes ${definition.most === 1 ? 'one argument' : 'at least one argument'}: ${definition.usage}`,
    );
  return definition.make({ place, args }, name);
}

/** Whether there is a function of this name. */
export const isFunction = (name: string): boolean => Object.hasOwn(FUNCTIONS, name);

function perValue(
  source: Source,
  place: Place,
  kind: Kind,
  name: string,
  make: (value: Value, kind: Kind) => Value,
): Source {
  return {
    kind,
    name: `${name}(${source.name})`,
    place,
    of: source.of,
    values: (frame) => source.values(frame).map((value) => make(value, source.kind)),
  };
}

function lengthOf(value: Value, kind: Kind): number {
  return sizeOf(kind) ?? (typeof value === 'string' ? value.length : 0);
}

function count({ args, place }: Call): Source {
  const [source] = args;
  return {
    kind: 'uint32',
    name: `count(${source!.name})`,
    place,
    values: (frame) => {
      const { length } = source!.values(frame);
      return length > 0 ? [length] : [];
    },
  };
}

function cased({ args, place }: Call, name: string, make: (text: string) => string): Source {
  const [source] = args;
  if (source!.kind !== 'string')
    fail(source!.place, `${name}() takes a text, and ${source!.name} is ${wordsOf(source!.kind)}`);
  return perValue(source!, place, 'string', name, (value) => make(String(value)));
}

const AS_TEXT: ReadonlySet<Kind> = new Set(['ipv4', 'ipv6', 'ether', 'eui64', 'guid', 'double']);

function text({ args, place }: Call): Source {
  const { kind, name } = args[0]!;
  if (!isInteger(kind) && !AS_TEXT.has(kind))
    fail(args[0]!.place, `string() takes a number or an address, and ${name} is ${wordsOf(kind)}`);
  return perValue(args[0]!, place, 'string', 'string', valueText);
}

/** A number or address formatted as in Wireshark. */
export function valueText(value: Value, kind: Kind): string {
  if (kind === 'ipv4') return ipv4ToText(Number(value));
  if (typeof value !== 'string') return String(value);
  if (kind === 'ipv6') return formatIpv6(octetsOf(value), 0);
  const octets = kind === 'guid' ? uuidOctets(value) : value;
  const digits = Array.from(octets, (char) => char.charCodeAt(0).toString(16).padStart(2, '0'));
  return kind === 'guid' ? digits.join('').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : digits.join(':');
}

function extremeOf({ args, place }: Call, name: string, sign: 1 | -1): Source {
  const { kind } = args[0]!;
  if (kind === 'none' || kind === 'protocol') fail(args[0]!.place, `${name}() takes fields with values`);
  for (const one of args)
    if (one.kind !== kind && !one.constant)
      fail(
        one.place,
        `${name}() takes fields of one kind; ${one.name} is ${wordsOf(one.kind)}, ${args[0]!.name} ${wordsOf(kind)}`,
      );
  return {
    kind,
    names: args[0]!.names,
    name: `${name}(${args.map((one) => one.name).join(', ')})`,
    place,
    values: (frame) => {
      const values = args.flatMap((one) => [...one.values(frame)]);
      return values.length === 0 ? [] : [extreme(values, sign)];
    },
  };
}

function absolute({ args, place }: Call): Source {
  const [source] = args;
  if (!canReckon(source!.kind, '-'))
    fail(source!.place, `abs() takes a number, and ${source!.name} is ${wordsOf(source!.kind)}`);
  return perValue(source!, place, source!.kind, 'abs', (value) => (Number(value) < 0 ? negated(value) : value));
}
