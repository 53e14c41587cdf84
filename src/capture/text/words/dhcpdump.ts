import { parseIpv4 } from '../../../codec/bytes';
import type { OFFSET } from '../../../codec/dhcpv4';
import { isAddresses, set, Told } from './told';
import { timeOf } from '../times';
import { addressesHex, digitsHex, hexOf, numberHex, textHex } from './values';

// The words of dhcpdump. It prints every fixed field, and no ports.

const FIELD =
  /^ {0,4}(TIME|IP|OP|HTYPE|HLEN|HOPS|XID|SECS|FLAGS|CIADDR|YIADDR|SIADDR|GIADDR|CHADDR|SNAME|FNAME): ?(.*)$/;
const IP = /^((?:\d+\.){3}\d+)(?:\.\d+)? \(([0-9a-f:]+)\) > ((?:\d+\.){3}\d+)(?:\.\d+)? \(([0-9a-f:]+)\)/;
const OPTION = /^OPTION:\s+(\d+) \(\s*(\d+)\) (.*)$/;
/** The column in which the value of an option begins, behind “OPTION: 123 (123) ”. */
const VALUE = 26;

/** An option whose lines are being read: its name and value, and the lines behind. */
interface Open {
  readonly code: number;
  readonly length: number;
  readonly first: string;
  readonly further: string[];
}

/** The messages that dhcpdump describes in a text. */
export function* readDhcpdump(lines: readonly string[]): Generator<Told> {
  let told: Told | undefined;
  let open: Open | undefined;
  const close = (): void => {
    if (told && open) told.option(open.code, wholeValue(open));
    open = undefined;
  };
  for (const [i, whole] of lines.entries()) {
    const line = whole.slice(0, 4000);
    const field = FIELD.exec(line);
    if (field?.[1] === 'TIME' || line.startsWith('-----')) {
      close();
      if (told) told.ended = true;
      if (told) yield finished(told);
      told = undefined;
    }
    if (field) {
      // Programs that print leases in this form tell no time and no addresses.
      if (field[1] === 'TIME' || !told) told = new Told(i + 1);
      readField(told, field[1]!, field[2]!.trim());
      told.used.push(i);
      continue;
    }
    const option = OPTION.exec(line);
    if (option) {
      close();
      open = { code: Number(option[1]), length: Number(option[2]), first: option[3]!.trimEnd(), further: [] };
    } else if (open && /^\s+\S|^\d+ \(.*\)\s*$/.test(line)) open.further.push(line.trim());
    else continue;
    told?.used.push(i);
  }
  close();
  if (told) yield finished(told);
}

/** A message with the ports that its direction implies (RFC 2131 §4.1). */
function finished(told: Told): Told {
  const { fields, addresses } = told;
  told.open = !told.ended;
  told.ended = false;
  told.untold.push('sport', 'dport');
  if (fields.op === undefined) told.fault ??= 'its first lines are not in the text';
  const relayed = fields.giaddr !== undefined && fields.giaddr !== '0.0.0.0';
  if (fields.op === 1) told.ports = [relayed ? 67 : 68, 67];
  else told.ports = [67, relayed && addresses?.[1] === fields.giaddr ? 67 : 68];
  fields.chaddr = (fields.chaddr ?? '').slice(0, Math.max(0, 3 * (fields.hlen ?? 6) - 1));
  return told;
}

function readField(told: Told, name: string, value: string): void {
  if (name === 'TIME') {
    const [clock = '', date] = value.split(' ').reverse();
    told.time = timeOf(date, clock);
    told.dated = date !== undefined;
    told.local = true;
  } else if (name === 'IP') {
    const [, source, from, destination, to] = IP.exec(value) ?? [];
    if (source === undefined || addressesHex([source, destination!], 8) === undefined) return;
    told.addresses = [source, destination!];
    const macs = [from!, to!].map((one) =>
      one
        .split(':')
        .map((octet) => octet.padStart(2, '0'))
        .join(':'),
    );
    if (macs.every((one) => /^..(?::..){5}$/.test(one))) told.ethernet = macs as [string, string];
  } else {
    const key = name === 'FNAME' ? 'file' : (name.toLowerCase() as keyof typeof OFFSET);
    const hex = key === 'xid' || key === 'flags';
    if (key === 'xid' && !/^[0-9a-f]+$/i.test(value)) told.fault = 'its transaction id is not told';
    if (/^[cysg]iaddr$/.test(key)) {
      // Words of a person may stand behind it.
      value = value.split(' ')[0]!;
      if (parseIpv4(value) === undefined) {
        told.unknown(key);
        value = '0.0.0.0';
      }
    }
    set(
      told,
      key,
      hex
        ? `0x${key === 'flags' && value === TIMES_255 ? '8000' : value}`
        : key.endsWith('name') || key === 'file'
          ? value.replace(/\.$/, '')
          : value.replace(/ \(.*/, ''),
    );
  }
  told.options ??= [];
}

/** dhcpdump counts the first octet of the flags 255 times, not 256: 0x8000 becomes this. */
const TIMES_255 = '7f80';

/** Most words in dhcpdump's name of an option. */
const MOST_WORDS = 6;

/**
 * The octets of an option. Web pages and mails make one blank of several: then the value begins behind one of the first words, where it has
 * as many octets as the option.
 */
function wholeValue({ code, length, first, further }: Open): string | undefined {
  if (length === 0) return '';
  const padded = first.slice(0, VALUE).trimStart().includes('  ');
  if (padded || first[VALUE - 1] === ' ') {
    const hex = valueOf(code, length, [first.slice(VALUE).trim(), ...further]);
    if (hex !== undefined || padded) return hex;
  }
  const found = new Set<string>();
  const blanks = first.matchAll(/ +/g);
  for (let i = 0; i < MOST_WORDS; i++) {
    const blank = blanks.next().value;
    if (!blank) break;
    const value = first.slice(blank.index).trim();
    // What is in brackets explains the value before.
    const hex = value.startsWith('(') ? undefined : valueOf(code, length, [value, ...further]);
    if (hex !== undefined) found.add(hex);
  }
  return found.size === 1 ? [...found][0] : undefined;
}

function valueOf(code: number, length: number, values: readonly string[]): string | undefined {
  const numbers = values.map((one) => /^\d+/.exec(one)?.[0] ?? '');
  if (code === 55) return numbers.length === length && !numbers.includes('') ? hexOf(numbers.map(Number)) : undefined;
  if (code === 53) return numberHex(numbers[0] ?? '', length);
  const [value = ''] = values;
  const addresses = addressesHex(
    values.flatMap((one) => one.split(',')),
    length,
  );
  if (isAddresses(code)) return addresses;
  const rows = values.map((one) => /^((?:[0-9a-f]{2}){1,8})(?:\s|$)/.exec(one)?.[1]);
  const octets = rows.includes(undefined) ? '' : rows.join('');
  // Octets in rows of eight, each with its text.
  if (octets.length === 2 * length && (values.length > 1 || /\s/.test(values[0]!))) return octets;
  if (addresses !== undefined || values.length !== 1) return addresses;
  if (value.includes(':') && digitsHex(value, length) !== undefined) return digitsHex(value, length);
  const text = textHex(value, length);
  const number = /^\d+(?: \(.*\))?$/.test(value) ? numberHex(numbers[0]!, length) : undefined;
  return number !== undefined && text !== undefined ? undefined : (number ?? text);
}
