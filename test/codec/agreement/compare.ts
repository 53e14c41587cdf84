import { hex } from '../../../src/codec/bytes';
import type { Field } from '../../../src/codec/field';
import type { Buffer } from '../../../src/protocol';
import { headedOption, type TsharkField } from './pdml';

/** Our fields of one frame by the octets at which they stand. */
export class OurFields {
  private readonly at = new Map<string, Field[]>();
  private readonly all: Field[] = [];
  /** Where the fields that begin at an octet end. */
  private readonly ends = new Map<string, number[]>();

  constructor(
    tree: readonly Field[],
    private readonly buffers: readonly Buffer[],
  ) {
    this.add(tree);
  }

  private add(fields: readonly Field[]): void {
    for (const field of fields) {
      this.all.push(field);
      for (const { offset, length, buffer = 0 } of [field, ...(field.more ?? [])]) {
        push(this.at, `${buffer}:${offset}:${length}`, field);
        if (length > 0) push(this.ends, `${buffer}:${offset}`, offset + length);
      }
      if (field.children) this.add(field.children);
    }
  }

  /** Buffers in which the octets stand that tshark shows: it does not say in which it counts. */
  private buffersOf({ offset, length, hex: octets }: TsharkField): number[] {
    return this.buffers.flatMap(({ bytes }, buffer) => {
      const there = Math.min(length, bytes.length - offset);
      return octets === '' || (there > 0 && hex(bytes, offset, there) === octets) ? [buffer] : [];
    });
  }

  /** Those at exactly these octets. */
  like(their: TsharkField): readonly Field[] {
    const { offset, length } = their;
    return this.buffersOf(their).flatMap((buffer) => {
      // tshark gives an option all the octets that its length promises, also those behind the frame's end.
      const there = Math.min(length, this.buffers[buffer]!.bytes.length - offset);
      return this.at.get(`${buffer}:${offset}:${there}`) ?? [];
    });
  }

  /** Our smallest field that holds these octets and others; undefined where there is none. */
  around(their: TsharkField): Field | undefined {
    const end = their.offset + their.length;
    let best: Field | undefined;
    for (const buffer of this.buffersOf(their)) {
      for (const field of this.all) {
        if ((field.buffer ?? 0) !== buffer || field.offset > their.offset || field.offset + field.length < end)
          continue;
        if (field.length > their.length && (!best || field.length <= best.length)) best = field;
      }
    }
    return best;
  }

  /** Whether fields of ours, one behind the other, cover exactly these octets. */
  covers(their: TsharkField): boolean {
    const end = their.offset + their.length;
    return this.buffersOf(their).some((buffer) => {
      let at = their.offset;
      while (at < end) {
        const next = Math.max(...(this.ends.get(`${buffer}:${at}`) ?? []).filter((one) => one <= end));
        if (next === -Infinity) return false;
        at = next;
      }
      return at === end && their.length > 0;
    });
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const there = map.get(key);
  if (there) there.push(value);
  else map.set(key, [value]);
}

const NUMBER = /^-?(\d+(\.\d+)?|0x[0-9a-f]+)$/i;
const DATE = /^([A-Z][a-z]{2} +\d+, \d{4} [\d:]+)\.0+ UTC$/;
const DOTTED = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/;

/** tshark prints 15 digits of a fraction. */
const exact = (number: number): number => Number(number.toPrecision(13));

/** What a text may mean: itself, and where it is one a number, octets or a time. */
function meanings(text: string): string[] {
  const out = [`text ${text.toLowerCase().replace(/(?<=[^.])\.$/, '')}`];
  if (NUMBER.test(text)) out.push(`number ${exact(Number(text))}`);
  const digits = text.replace(/^0x/, '').replace(/[:\s.-]/g, '');
  if (/^([0-9a-f]{2})+$/i.test(digits)) out.push(`octets ${digits.toLowerCase()}`);
  const dotted = DOTTED.exec(text);
  if (dotted) out.push(`number ${dotted.slice(1).reduce((sum, part) => sum * 256 + Number(part), 0)}`);
  const date = DATE.exec(text);
  if (date) out.push(`time ${Date.parse(`${date[1]!} UTC`)}`);
  if (/^\d{4}-\d\d-\d\dT[\d:]+Z$/.test(text)) out.push(`time ${Date.parse(text)}`);
  return out;
}

/**
 * What one of our texts says: the whole, what stands in quotation marks, the number in parentheses behind a name, and what
 * stands in front of a unit or of an explanation in parentheses.
 */
function statements(text: string): Set<string> {
  const out = new Set(meanings(text));
  const add = (part: string | undefined): void => {
    if (part !== undefined) for (const one of meanings(part)) out.add(one);
  };
  const quoted = /^“(.*)”( \([^()]*\))?$/s.exec(text)?.[1];
  if (quoted !== undefined) {
    add(quoted);
    out.add(`octets ${Buffer.from(quoted).toString('hex')}`);
  }
  const behind = /\(([^()]*)\)$/.exec(text)?.[1];
  add(behind);
  add(/^(\d+) s since 2000$/.exec(behind ?? '')?.[1]);
  add(/^(\S+) \(/.exec(text)?.[1]);
  add(/^(-?[\d.]+)( [a-z]|°)/.exec(text)?.[1]);
  // A prefix: tshark shows its length at the length's octet only.
  add(/^([\da-f:.]+)\/\d+$/.exec(text)?.[1]);
  return out;
}

/** The code that an option's name ends or begins with: `Option 53 (DHCP Message Type)`, `Elapsed Time (8)`. */
function codeOf(name: string): number | undefined {
  if (name === 'End') return 255;
  const code = /^(?:Option|Sub-option) (\d+)\b/.exec(name)?.[1] ?? /\((\d+)\)$/.exec(name)?.[1];
  return code === undefined ? undefined : Number(code);
}

/** Whether one of our fields says what tshark says. */
export function agrees(their: TsharkField, ours: readonly Field[]): boolean {
  const theirs = valuesOf(their);
  return ours.some((field) => {
    const code = codeOf(field.name);
    // An option as a whole: tshark's value is its code.
    if (code !== undefined && isHead(their)) return theirs.includes(`number ${code}`);
    if (/^0*$/.test(their.hex) && isEmpty(field, their)) return true;
    const mine = statements(field.text);
    return theirs.some((one) => mine.has(one));
  });
}

/** A sub-option of option 122 with its value, for which tshark has no field. */
const PACKET_CABLE = /^Suboption: .* \(\d+\): (.*) \(\d+ bytes?\)$/;

/** Whether the line stands for a whole option, so that its value is the option's code. */
function isHead({ name, line, leaf }: TsharkField): boolean {
  return (!leaf && !PACKET_CABLE.test(line)) || /\.end$/.test(name);
}

/** Octets that are all 0, of which we say how many they are, or that they are nothing. */
function isEmpty(field: Field, their: TsharkField): boolean {
  if (field.text === 'not given' || field.text === 'empty') return true;
  return field.name === 'Padding' && parseInt(field.text) === their.length;
}

function valuesOf(their: TsharkField): string[] {
  const { name, show, line, hex: octets } = their;
  // A run of bits: the number that it is a part of, for we show each run at all octets of the number.
  if (their.bits !== undefined) return meanings(`0x${octets}`);
  // An option's value is its code.
  const code = headedOption(their);
  if (code !== undefined) return [`number ${code}`];
  // Routes stand in the line only, sub-options of option 122 with their values in words.
  if (name === 'dhcp.option.classless_static_route') {
    return meanings(line.trim().replace('default', '0.0.0.0/0').replace('-', ' via '));
  }
  const packetCable = PACKET_CABLE.exec(line);
  if (packetCable) return meanings(packetCable[1]!);
  // Milliseconds, where the field counts hundredths of seconds.
  const milliseconds = /: (\d+)\s?ms$/.exec(line);
  if (milliseconds) return [`number ${exact(Number(milliseconds[1]) / 1000)}`];
  const behind = /\((\d+)\)$/.exec(show)?.[1];
  return behind === undefined ? meanings(show) : [...meanings(show), ...meanings(behind)];
}
