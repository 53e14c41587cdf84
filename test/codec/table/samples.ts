/** One value for each option of the tables, as its own type reads it without complaint: for the fuzzer and for the table of options. */
import { parseHex } from '../../../src/codec/bytes';
import { dhcpOptions } from '../../../src/codec/dhcpv4';
import { OPTIONS6 } from '../../../src/codec/dhcpv6';
import type { Data, Problem } from '../../../src/codec/field';
import type { OptionRow, OptionTable } from '../../../src/codec/option';
import { fits, type ValueType } from '../../../src/codec/values/type';
import { View } from '../../../src/codec/view';

/** An option and a value for it. */
export interface SampleOption {
  readonly code: number;
  /** The value's octets. */
  readonly octets: Uint8Array;
}

const NAME = '076578616d706c65 036e6574 00'; // example.net.
const ADDRESS = '0a430001'; // 10.67.0.1
const ADDRESS6 = 'fd670000000000000000000000000001'; // fd67::1
const TEXT = '6c6162'; // lab
const MAC = '02670000000c';
const POSITION = '50532e80 0050bb35 00001500 00018002';
const CIVIC = '00 4445 01 02 4259'; // Germany, Bavaria
const RULE = '01 08 18 0a430000 20 20010db8';
const LEASED = `0005 0018 ${ADDRESS6} 00000e10 00001c20`;

/** Values of DHCPv4 options in hex, laid out by hand from their RFCs. An option that is not here gets the first of `USUAL` that it takes. */
export const FOUR: Readonly<Record<number, string>> = {
  21: '0a430000 ffff0000',
  23: '40',
  33: `0a430005 ${ADDRESS}`,
  37: '40',
  43: '06 01 08 ff',
  46: '08',
  47: '076578616d706c65 00',
  52: '01',
  53: '01',
  61: `01 ${MAC}`,
  63: `02 00 06 04 ${ADDRESS}`,
  78: `01 ${ADDRESS}`,
  79: `00 ${TEXT}`,
  81: `05 00 00 ${NAME}`,
  82: `01 03 ${TEXT} 02 06 ${MAC}`,
  83: `0001 0002 0003 00000001 ${ADDRESS}`,
  90: '01 01 00 0000000000000001 00000001 000102030405060708090a0b0c0d0e0f',
  93: '0007',
  94: '01 02 01',
  97: '00 000102030405060708090a0b0c0d0e0f',
  99: CIVIC,
  116: '01',
  120: `01 ${ADDRESS}`,
  121: `18 0a4305 ${ADDRESS}`,
  122: `01 04 ${ADDRESS}`,
  123: POSITION,
  124: `00000009 03 ${TEXT}`,
  125: '00000de9 09 010101 020102 030103',
  139: `01 04 ${ADDRESS}`,
  140: `01 0d ${NAME}`,
  143: '000f 68747470733a2f2f6c61622e6e6574', // https://lab.net
  144: POSITION,
  145: '01',
  146: `01 ${ADDRESS} 0a430002 ${NAME}`,
  150: '0a430001',
  151: `00 ${TEXT}`,
  152: '00000e10',
  153: '00000e10',
  154: '00000e10',
  155: '00000e10',
  156: '01',
  157: '01',
  158: `08 ${ADDRESS} 0a430002`,
  159: '06 08 0024',
  162: `001b 0001 0d ${NAME} 04 ${ADDRESS} 0003 0002 0355`,
  175: '13 01 01',
  208: 'f100747e',
  211: '00000e10',
  212: `08 20 20010db8000000000000000000000000 ${ADDRESS}`,
  220: '00 01 02 00 18',
  221: `00 ${TEXT}`,
  249: `18 0a4305 ${ADDRESS}`,
};

/** The same for DHCPv6. */
export const SIX: Readonly<Record<number, string>> = {
  1: `0003 0001 ${MAC}`,
  2: `0003 0001 ${MAC}`,
  3: `00000001 00000e10 00001518 ${LEASED}`,
  4: `00000001 ${LEASED}`,
  5: `${ADDRESS6} 00000e10 00001c20`,
  7: 'ff',
  9: '01 000043',
  11: '01 01 00 0000000000000001 00000001 000102030405060708090a0b0c0d0e0f',
  13: `0002 ${TEXT}`,
  15: `0003 ${TEXT}`,
  16: '00000137 0008 4d53465420352e30',
  17: '0000118b 0021 0003 612e62',
  19: '05',
  25: '00000001 00000e10 00001518 001a 0019 00000e10 00001c20 38 20010db8000001000000000000000000',
  26: '00000e10 00001c20 38 20010db8000001000000000000000000',
  36: CIVIC,
  37: `00000009 ${TEXT}`,
  39: `01 ${NAME}`,
  44: `01 ${'00'.repeat(16)} ${LEASED}`,
  45: `0001 000a 0003 0001 ${MAC} ${LEASED}`,
  47: `${ADDRESS6} 07 000043`,
  50: `0048 0010 ${ADDRESS6}`,
  53: `0003 0001 ${MAC}`,
  54: `0001 0010 ${ADDRESS6}`,
  55: `0001 000d ${NAME}`,
  56: `0001 0010 ${ADDRESS6}`,
  60: `0003 ${TEXT}`,
  75: '4c4142',
  62: '01 03 10',
  63: POSITION,
  66: `0041 000d ${NAME}`,
  67: '40 01',
  68: `00 ${TEXT}`,
  69: `0048 0010 ${ADDRESS6}`,
  70: `0048 0010 ${ADDRESS6}`,
  71: '40 20010db8000000000000000000000000',
  74: `${ADDRESS6} 01 ${NAME}`,
  78: `0001 0002 01 0058 ${ADDRESS6} 4c4142`,
  79: `0001 ${MAC}`,
  81: '01 05 616263',
  84: '00 0055 000b 01 28 40 20010db800000000',
  87: `01010600 00000001 ${'00'.repeat(20)} ${MAC} ${'00'.repeat(202)} 63825363 350101 ff`,
  85: '01 28 40 20010db800000000',
  89: RULE,
  91: '40 20010db800000000',
  92: '0a430001 40 20010db800000000',
  93: '06 08 0024',
  94: `0059 000c ${RULE}`,
  95: `0059 000c ${RULE}`,
  96: `005a 0010 ${ADDRESS6}`,
  97: '0063 0004 00 00 05dc',
  98: '18 20 08 00 0a430000 20010db8000000000000000000000000',
  99: '00 00 05dc',
  104: '00 01 0002 0003 01 0004 0005 01 0006 0001',
  105: '0001',
  108: MAC,
  113: '00 00 60 0064ff9b0000000000000000',
  114: '01',
  116: `0075 000d ${NAME}`,
  127: '0001 0000',
  129: '00000001 000102030405060708090a0b0c0d0e0f',
  131: '01',
  132: '01',
  136: '000f 68747470733a2f2f6c61622e6e6574',
  137: '40 20010db800000000',
  138: '00000001 00000e10 00001518',
  139: `0001 0006 ${MAC} 00000000 00000e10`,
  140: '00 01',
  144: `0001 000d ${NAME} 0010 ${ADDRESS6} 0003 0002 0355`,
  146: `0001 ${NAME}`,
  147: `0001 ${NAME}`,
  149: '00000001 00000e10 00001518',
  150: '00000001 00000002',
};

const USUAL: readonly Data[] = [
  'example.net',
  ['example.net', 'lab.example.net'],
  '10.67.0.1',
  ['10.67.0.1', '10.67.0.2'],
  3600,
  [1, 2],
  true,
  null,
  'fd67::1',
  ['fd67::1', 'fd67::2'],
];

/** Whether a value reads without a problem. */
function reads(type: ValueType, octets: Uint8Array): boolean {
  if (!fits(type.size, octets.length)) return false;
  const problems: Problem[] = [];
  type.decode(View.of(octets, 0, octets.length), { problems, key: 'sample', depth: 0 });
  return problems.length === 0;
}

/** The octets of a value for an option. Throws Error where none is known: the lists above then lack it. */
export function sampleOf({ code, name, type }: OptionRow, known: Readonly<Record<number, string>>): Uint8Array {
  const given = known[code];
  const choices = given === undefined ? USUAL.map((data) => encoded(type, data)) : [parseHex(given)];
  const found = choices.find((octets) => octets !== undefined && reads(type, octets));
  if (!found) throw new Error(`no sample for option ${code} (${name}), of type “${type.name}”`);
  return found;
}

/** A value's octets; undefined where it is none of the type. */
function encoded(type: ValueType, data: Data): Uint8Array | undefined {
  try {
    return type.encode(data);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const samplesOf = (table: OptionTable, known: Readonly<Record<number, string>>): SampleOption[] =>
  [...table.values()].map((row) => ({ code: row.code, octets: sampleOf(row, known) }));

/** DHCPv4's options, Pad and End left out: they have no value. */
export function sampleOptions4(): SampleOption[] {
  return samplesOf(new Map([...dhcpOptions].filter(([code]) => code !== 0 && code !== 255)), FOUR);
}

/** DHCPv6's options. */
export function sampleOptions6(): SampleOption[] {
  return samplesOf(OPTIONS6, SIX);
}
