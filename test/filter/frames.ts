import { dhcpOptions } from '../../src/codec/dhcpv4/options';
import { OPTIONS6 } from '../../src/codec/dhcpv6/options';
import { CARRIED } from './carried';
import { eth, h16, h8, ip4, ip6, octets, SOLICIT, udp } from '../codec/frames';

/**
 * Frames made for the fields that no committed capture has: every option of the tables with values of many lengths, and one of each
 * thing that values with several fields may hold. All are whole: what Wireshark calls malformed cannot be asked of it in bulk.
 */

const HEAD = `010106001234567800008000${'00'.repeat(16)}026700000001${'00'.repeat(10 + 192)}63825363350101`;

const option4 = (code: number, value: string): string => h8(code) + h8(value.length / 2) + value;
const option6 = (code: number, value: string): string => h16(code) + h16(value.length / 2) + value;
const frame4 = (options: string): string => eth(0x0800, ip4(17, udp(68, 67, `${HEAD}${options}ff`)));
const frame6 = (options: string): string => eth(0x86dd, ip6(17, udp(546, 547, SOLICIT + options, 0x1234)));

const VALUES4 = ['01', '0001', '0a000001', '0a0000010a0000ff'];
const V6 = '20010db8000000000000000000000001';
const VALUES6 = ['01', '0001', '0a000001', V6, V6 + V6, '03616263036465660003676869036a6b6c00', '00000009616263'];

/** Codes whose values are made by hand below, or are malformed with any value. */
const APART4: ReadonlySet<number> = new Set([0, 52, 63, 82, 119, 122, 123, 124, 125, 158, 94, 255]);
const APART6: ReadonlySet<number> = new Set([
  92, 3, 4, 5, 9, 20, 25, 26, 21, 24, 29, 30, 33, 39, 44, 45, 56, 58, 64, 89, 94, 95, 96, 117, 118,
]);

const BY_HAND4: readonly string[] = [
  option4(61, '01026700000001'),
  option4(61, `00${'0001020304050607'.repeat(2)}`),
  option4(61, 'ff0000000100030001026700000001'),
  option4(61, 'ff00000001000100010102030402670000000a'),
  option4(61, 'ff0000000100020000000901020304'),
  option4(61, '07026700000001'),
  option4(61, '00616263'),
  option4(97, `00${'0001020304050607'.repeat(2)}`),
  option4(82, '0104010203040204303132330404000000010504010203040604737562730b04010203040c0401020304'),
  option4(82, '0909000000090461626364070501046162639705007672663110060267000000090d0200010e036e6574'),
  option4(60, '505845436c69656e743a417263683a3030303030') +
    option4(43, '06010808070000010a0000010907000004426f6f740a06005072657373470400000000ff'),
  option4(60, '4d53465420352e30') + option4(43, '010400000001'),
  option4(124, '000000090461626364'),
  option4(125, '0000000906010461626364'),
  option4(125, '00000de90d02065345523132330303616263'),
  option4(119, '0361626303636f6d0003646566c004'),
  option4(120, '010a0000010a000002'),
  option4(120, '000361626303636f6d00'),
  option4(121, '180a00010a000001000a0000fe'),
  option4(81, '05000004686f737403636f6d00'),
  option4(81, '010000686f73742e636f6d'),
  option4(90, `01010000000000000000010000000f${'00'.repeat(16)}`),
  option4(90, `0300000000000000000000${'01'.repeat(17)}`),
  option4(94, '010310'),
  option4(99, '014445010362617203046d756e63'),
  option4(212, `0e26${V6}0a000001`),
  option4(117, '00060029'),
  option4(146, '010a0000010a0000020361626300'),
  option4(77, '0361626303646566'),
  option4(2, 'ffffe3e0') + option4(51, 'ffffffff') + option4(46, '08'),
  option4(12, '61626300') + option4(12, '') + option4(15, 'c3a9'),
  `${option4(1, 'ffffff00')}0000${option4(3, '0a000001')}`,
  option4(50, '0a000005') + option4(50, '0a000006'),
  `${option4(55, '01031cf9')}ff000000`,
];

const status = option6(13, '00026e6f6e65');
const BY_HAND6: readonly string[] = [
  option6(3, `000000010000000200000003${option6(5, `${V6}0000006400000065${status}`)}`),
  option6(25, `000000010000000200000003${option6(26, `000000640000006538${V6}`)}`),
  option6(4, `0000000a${option6(5, `${V6}0000000100000002`)}`),
  option6(9, `0c01${V6}${V6}${option6(9, SOLICIT + option6(1, '00030001026700000001'))}${option6(18, '65746830')}`),
  option6(24, '03616263036465660003676869036a6b6c00'),
  option6(39, '0104686f737403636f6d00'),
  option6(39, '0004686f7374'),
  option6(1, '0001000101020304026700000001') + option6(2, '00020000000961626364') + option6(53, `0004${V6}`),
  option6(11, `030102${'00'.repeat(8)}01${'00'.repeat(16)}`),
  option6(15, '000361626300026465'),
  option6(16, '000000090003616263'),
  option6(17, '0000000900010003616263'),
  option6(37, '00000009616263'),
  option6(56, `00010010${V6}00030009036e747003636f6d00`),
  option6(64, '046166747203636f6d00'),
  option6(8, '0064') + option6(6, '00170018'),
];

const OTHER: readonly string[] = [
  eth(0x8100, `600a0800${ip4(17, udp(68, 67, `${HEAD}ff`))}`),
  eth(0x8100, `000a81002014${`0800${ip4(17, udp(68, 67, `${HEAD}ff`))}`}`),
  eth(0x0806, '00010800060400010267000000010000000000000000000000000a000005'.padEnd(56, '0')),
  eth(0x0806, '00010800060400010267000000010a0000050000000000000a000005'),
  eth(0x0806, '0001080006040002026700000001' + '0a0000050267000000020a000001'),
  eth(0x8035, '0001080006040003026700000001' + '000000000267000000010a000001'),
  eth(0x0800, ip4(17, udp(5000, 69, '00016b70786500' + '6f6374657400' + '626c6b73697a650031343000'))),
  eth(0x0800, ip4(17, udp(5001, 69, '00026c6f6700' + '6f6374657400'))),
  eth(0x0800, ip4(1, '0800f7f200050008')),
  eth(0x0800, ip4(6, `01bb0050000000010000000050020000${'00000000'}`)),
  eth(0x86dd, ip6(58, `860000004040070800000000000000000101026700000001030440c000000e1000000708000000${'00'}${V6}`)),
  eth(0x86dd, ip6(58, `87000000000000${'00'}${V6}0101026700000001`)),
];

/** All of them, as octets. */
export function craftedFrames(): Uint8Array[] {
  const frames: string[] = [];
  for (const code of dhcpOptions.keys())
    if (!APART4.has(code)) for (const value of VALUES4) frames.push(frame4(option4(code, value)));
  for (const code of OPTIONS6.keys())
    if (!APART6.has(code)) for (const value of VALUES6) frames.push(frame6(option6(code, value)));
  frames.push(...BY_HAND4.map(frame4), ...BY_HAND6.map(frame6), ...OTHER, ...CARRIED);
  return frames.map(octets);
}
