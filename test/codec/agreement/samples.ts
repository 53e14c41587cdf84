import { dhcpOptions } from '../../../src/codec/dhcpv4';
import { OPTIONS6 } from '../../../src/codec/dhcpv6';
import type { OptionTable } from '../../../src/codec/option';
import { message4, message6 } from '../dhcpMessages';
import { h16, h8, octets } from '../frames';

/**
 * Messages with every option of the tables, an option a message: the corpus has only some of them. The octets are written by
 * hand from the RFCs.
 */

const size = (hex: string): number => octets(hex).length;
/** An option of DHCPv4: code, length, value. */
const o4 = (code: number, value: string): string => h8(code) + h8(size(value)) + value.replace(/\s/g, '');
/** An option of DHCPv6: code, length, value. */
const o6 = (code: number, value = ''): string => h16(code) + h16(size(value)) + value.replace(/\s/g, '');
const ascii = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
const labels = (name: string): string =>
  name
    .split('.')
    .map((label) => h8(label.length) + ascii(label))
    .join('') + '00';

const IP = 'c0000201';
const IP_2 = 'c6336402';
const IP6 = '20010db8000000000000000000000001';
const IP6_2 = '20010db8000000000000000000000002';
const MAC = '02005e005301';
const NAME = labels('example.com');
const URL = ascii('https://example.com/a');
/** 38.89868 north, 77.03723 west (resolution 34 bits each), 15 m (30 bits), WGS 84: RFC 3825 §2.1. */
const POSITION = '884dcc1fc98b65ecf0301780000f0001';

/** Values of the simple types, by the type's name. */
const SIMPLE: Readonly<Record<string, readonly string[]>> = {
  'IPv4 address': [IP],
  'IPv6 address': [IP6],
  'list of IPv4 address': [IP, IP + IP_2],
  'list of IPv6 address': [IP6, IP6 + IP6_2],
  text: [ascii('some text')],
  URL: [URL],
  'text or octets': [ascii('some text'), '01c0ffee02'],
  octets: ['c0ffee80'],
  'domain name': [NAME],
  'list of domain names': [NAME, NAME + labels('example.org')],
  '8-bit unsigned number': ['01', '08'],
  '16-bit unsigned number': ['05dc'],
  '32-bit unsigned number': ['00010203', 'ffffffff'],
  '32-bit signed number': ['00000e10', 'fffff1f0'],
  'yes or no': ['00', '01'],
  seconds: ['00000e10', 'ffffffff'],
  'seconds since 1970-01-01 UTC': ['60a1b2c3'],
  'time in seconds since 2000-01-01 UTC': ['20a1b2c3'],
  'seconds, from 60 to 86400': ['00000e10'],
  'nothing; being there is all it says': [''],
  'list of option codes': ['00170018'],
  DUID: [
    `00010001 1c38262d ${MAC}`,
    `00030001 ${MAC}`,
    '00020000 7ed9 c0ffee',
    '0004 f81d4fae7dec11d0a76500a0c91e6bf6',
  ],
};

const PXE = o4(60, ascii('PXEClient'));
const BSDP = o4(60, ascii('AAPLBSDPC'));

/** Values of the other DHCPv4 options; the words in front are options that the message has before it. */
const VALUES4: readonly (readonly [code: number, value: string, before?: string])[] = [
  [21, `0a000000 ff000000 ${IP} ffffffff`],
  [25, '0044 05dc'],
  [33, `0a000005 0a000001 ${IP} ${IP_2}`],
  [43, o4(1, IP) + o4(2, '06d6') + o4(3, '06d7') + o4(4, '05') + o4(5, '03') + 'ff', PXE],
  [43, o4(6, '0b') + o4(7, 'e0000102') + o4(8, `0000 01 ${IP} 8001 02 ${IP}${IP_2}`) + 'ff', PXE],
  [43, o4(9, `0000 05 ${ascii('Local')} 0001 03 ${ascii('WDS')}`) + o4(10, `0a ${ascii('Press F8')}`) + 'ff', PXE],
  [43, o4(71, '0001 0002') + 'ff', PXE],
  [43, o4(11, 'e0000001 0010') + o4(12, '00000001') + 'ff', PXE],
  [43, o4(1, '00000002') + o4(2, '00000001') + o4(3, '00000100') + 'ff', o4(60, ascii('MSFT 5.0'))],
  [43, o4(1, '0102') + o4(2, ascii('ab')), o4(60, ascii('somebody'))],
  [43, o4(179, ascii('lcm')) + o4(180, ascii('LAB')) + o4(193, '00000102') + o4(194, ascii('S1')) + 'ff', PXE],
  [
    43,
    o4(2, ascii('ECM')) + o4(3, ascii('ECM:EMTA')) + o4(4, ascii('SN0815')) + o4(5, ascii('1.2')) + o4(6, ascii('7.1')),
    o4(60, ascii('docsis3.0:')),
  ],
  [
    43,
    o4(7, ascii('2.1')) + o4(8, ascii('00005E')) + o4(9, ascii('M9')) + o4(10, ascii('Maker')) + o4(11, '02'),
    o4(60, ascii('pktc1.5:')),
  ],
  [43, o4(31, MAC) + o4(32, '0000002a') + o4(54, ascii('CN=box')), o4(60, ascii('OpenCable2.0:'))],
  [
    43,
    o4(58, '000a') + o4(64, IP) + o4(65, IP_2) + o4(66, '01') + o4(67, ascii('sip:a')),
    o4(60, ascii('alcatel.noe.0')),
  ],
  [43, o4(1, '01') + o4(2, '0101') + o4(5, '03e9') + o4(12, '05dc'), BSDP],
  [
    43,
    o4(1, '01') +
      o4(4, '8001') +
      o4(7, '01000002') +
      o4(9, `81000002 05 ${ascii('Image')} 01000100 04 ${ascii('Disk')}`),
    BSDP,
  ],
  [43, o4(1, '02') + o4(3, IP) + o4(8, '81000002'), BSDP],
  [43, o4(6, ascii('/list')) + o4(10, ''), BSDP],
  [55, '0103060f'],
  [61, `01 ${MAC}`],
  [61, `ff 00000001 00030001 ${MAC}`],
  [61, `ff 00000001 00010001 1c38262d ${MAC}`],
  [61, 'ff 00000001 00020000 7ed9 c0ffee'],
  [61, 'ff 00000001 0004 f81d4fae7dec11d0a76500a0c91e6bf6'],
  [61, `00 ${ascii('a client')}`],
  [61, '11 c0ffee'],
  [63, o4(2, '')],
  [63, o4(2, '') + o4(5, '01') + o4(6, IP) + o4(7, IP + IP_2)],
  [63, o4(2, '') + o4(8, '03') + o4(9, '05') + o4(10, '01') + o4(11, IP)],
  [68, ''],
  [77, `03 ${ascii('foo')} 03 ${ascii('bar')}`],
  [77, ascii('iPXE')],
  [78, `01 ${IP} ${IP_2}`],
  [79, `01 ${ascii('DEFAULT')}`],
  [81, `05 00 00 ${NAME}`],
  [81, `01 00 00 ${ascii('host.example.com')}`],
  [82, o4(1, ascii('eth0/1')) + o4(2, MAC)],
  [82, o4(1, '0004 000a 00 03') + o4(2, `0006 ${MAC}`)],
  [82, o4(1, 'c0ffee') + o4(2, `01 04 ${ascii('abcd')}`)],
  [82, o4(4, '00000001') + o4(5, IP) + o4(6, ascii('customer 7')) + o4(7, `01 05 ${ascii('bob')}`)],
  [82, o4(7, `06 06 00000002 1a 0c 00000009 01 06 ${ascii('pool')} 1b 06 00000e10 58 06 ${ascii('gold')} fa 04 0102`)],
  [82, o4(8, `01 00 0000000000000001 ${IP} ${'ab'.repeat(20)}`)],
  [82, o4(9, `00007ed9 04 ${ascii('abcd')}`)],
  [82, o4(9, `0000 118b 06 01 04 03010000`)],
  [82, o4(10, '80') + o4(11, IP) + o4(12, `00030001 ${MAC}`)],
  [82, o4(13, '0004') + o4(14, ascii('net')) + o4(15, ascii('ap')) + o4(16, MAC)],
  [82, o4(17, '00007ed9') + o4(18, ascii('example.com')) + o4(19, '')],
  [82, o4(150, IP) + o4(151, `00 ${ascii('blue')}`) + o4(152, '')],
  [82, o4(151, '01 0000a1 0000000b') + o4(152, IP)],
  [82, o4(151, 'ff')],
  [83, `0003 0003 0003 00000003 ${IP} ${IP_2}`],
  [83, `0003 003f 000b 0000007f ${IP} ${IP_2} 0a000001`],
  [90, '01 01 00 0000000000000001 00000007 00112233445566778899aabbccddeeff'],
  [90, '00 00 00 0000000000000001 61626364'],
  [90, '03 01 00 0000000000000001 01 00112233445566778899aabbccddeeff'],
  [93, '0000 0007'],
  [94, '01 03 10'],
  [97, '00 00112233445566778899aabbccddeeff'],
  [99, `02 ${ascii('US')} 01 02 ${ascii('NY')} 03 08 ${ascii('New York')}`],
  [116, '00'],
  [117, '0006 002c'],
  [119, `${NAME} 03 ${ascii('eng')} c000`],
  [120, `00 ${NAME} ${labels('example.org')}`],
  [120, `01 ${IP} ${IP_2}`],
  [121, `18 c00002 ${IP} 00 ${IP_2} 20 0a000001 ${IP}`],
  [122, o4(1, IP) + o4(2, IP_2) + o4(3, `00 ${NAME}`) + o4(4, '00000001 00000002 00000003')],
  [122, o4(3, `01 ${IP}`) + o4(5, '00000001 00000002 00000003') + o4(6, labels('EXAMPLE.COM'))],
  [122, o4(7, '01') + o4(8, '1e') + o4(9, '0003') + o4(10, IP)],
  [123, POSITION],
  [124, `00007ed9 04 ${ascii('abcd')}`],
  [124, `0000118b 04 ${ascii('abcd')} 00000de9 03 02 ${ascii('ab')}`],
  [125, `00007ed9 06 01 04 ${ascii('abcd')}`],
  [125, `00000de9 1a 01 06 ${ascii('00005E')} 02 06 ${ascii('serial')} 03 08 ${ascii('a router')}`],
  [125, `00000de9 1a 04 06 ${ascii('00005E')} 05 06 ${ascii('serial')} 06 08 ${ascii('a router')}`],
  [125, `0000118b 0a 01 02 0203 02 04 ${IP}`],
  [139, o4(1, IP + IP_2) + o4(2, IP) + o4(3, IP)],
  [140, o4(1, NAME) + o4(2, NAME) + o4(3, NAME)],
  [143, `0015 ${URL} 0015 ${URL}`],
  [144, POSITION],
  [145, '01'],
  [146, `01 ${IP} ${IP_2} ${NAME}`],
  [151, `01 ${ascii('failed')}`],
  [157, '01'],
  [158, `08 ${IP}${IP_2} 04 ${IP}`],
  [159, '06 08 3400'],
  [162, `0015 0001 0d ${NAME} 04 ${IP}`],
  [162, `0010 0000 0d ${NAME}`],
  [
    162,
    `003d 0001 0d ${NAME} 08 ${IP}${IP_2} 0001 0007 026832 03646f74 0003 0002 0355 0007 000e ${ascii('/dns-query{?d}')}`,
  ],
  [175, o4(1, '05') + o4(8, '01')],
  [212, `18 20 ${IP6} ${IP}`],
  [220, '00 01 02 0018'],
  [
    220,
    `00 ${o4(2, `01 0a000000 18 00 00 0a000100 18 02 06 0010 0008 0001`)} ${o4(3, ascii('pool'))} ${o4(4, '00000e10')}`,
  ],
  [221, `00 ${ascii('blue')}`],
  [221, '01 0000a1 0000000b'],
  [249, `18 c00002 ${IP} 00 ${IP_2}`],
];

const IAADDR = o6(5, `${IP6} 00000e10 00001c20`);
const IAPREFIX = o6(26, `00000e10 00001c20 38 20010db8 00000100 0000000000000000`);
const RULE = o6(89, `01 08 18 c0000200 38 20010db8000001 ${o6(93, '06 08 3400')}`);

const VALUES6: readonly (readonly [code: number, value: string])[] = [
  [3, `0000000b 00000e10 00001518 ${IAADDR}`],
  [4, `0000000b ${IAADDR}`],
  [5, `${IP6} 00000e10 ffffffff ${o6(13, `0000 ${ascii('fine')}`)}`],
  [8, '0064'],
  [9, `0b 000007 ${o6(8, '0001')}`],
  [11, '03 01 00 0000000000000001 01 000102030405060708090a0b0c0d0e0f'],
  [11, '02 01 00 0000000000000001 00000007 000102030405060708090a0b0c0d0e0f'],
  [13, `0002 ${ascii('none left')}`],
  [15, `0004 ${ascii('iPXE')} 0003 ${ascii('foo')}`],
  [16, `00000137 0008 ${ascii('MSFT 5.0')} 0002 ${ascii('ab')}`],
  [17, `00007ed9 ${o6(1, 'beef')} ${o6(2, ascii('text'))}`],
  [17, `0000118b ${o6(1, '00200021')} ${o6(2, ascii('ECM'))} ${o6(32, IP6)} ${o6(33, ascii('a.cfg'))} ${o6(34, IP6)}`],
  [17, `0000118b ${o6(35, '05020000')} ${o6(36, MAC)} ${o6(37, IP6)} ${o6(38, `${IP6} 00000001`)}`],
  [19, '05'],
  [25, `0000000b 00000e10 00001518 ${IAPREFIX}`],
  [26, `00000e10 00001c20 30 20010db8 0001 0000 0000000000000000`],
  [36, `02 ${ascii('US')} 01 02 ${ascii('NY')}`],
  [37, `00007ed9 ${ascii('port 1')}`],
  [39, `01 ${NAME}`],
  [39, `04 04 ${ascii('host')}`],
  [44, `01 ${IP6} ${o6(5, `${IP6} 00000000 00000000`)}`],
  [44, `02 ${IP6} ${o6(1, `00030001 ${MAC}`)}`],
  [45, o6(1, `00030001 ${MAC}`) + IAADDR + o6(46, '0000003c')],
  [47, `${IP6} 0c 00 ${IP6} ${IP6_2} ${o6(18, ascii('eth0'))}`],
  [50, o6(71, `40 ${IP6}`) + o6(72, IP6)],
  [54, o6(1, IP6) + o6(2, IP6 + IP6_2)],
  [55, o6(1, NAME)],
  [56, o6(1, IP6) + o6(2, 'ff050000000000000000000000000101') + o6(3, labels('ntp.example.com'))],
  [60, `0004 ${ascii('root')} 0001 ${ascii('x')}`],
  [61, '0007 0010'],
  [62, '01 03 10'],
  [63, POSITION],
  [66, o6(65, NAME)],
  [67, '40 01'],
  [68, `00 ${ascii('blue')}`],
  [68, '01 0000a1 0000000b'],
  [69, o6(72, IP6)],
  [70, o6(72, IP6)],
  [71, `40 ${IP6}`],
  [74, `${IP6} 01 ${NAME}`],
  [75, 'c0ffee'],
  [78, `0001 0002 01 0058 ${IP6} ${ascii('EXAMPLE')}`],
  [79, `0001 ${MAC}`],
  [81, `01 05 ${ascii('bob')}`],
  [81, `01 05 ${ascii('bob')} 64 06 ${ascii('pool')} a9 12 ${IP6} fa 04 0102`],
  [84, `03 ${o6(85, '11 08 20 20010db8')}`],
  [85, '11 08 20 20010db8'],
  [87, '010106'],
  [87, `01010600 deadbeef ${'00'.repeat(20)} ${MAC} ${'00'.repeat(202)} 63825363 350101 370401030f06 ff`],
  [89, `01 08 18 c0000200 38 20010db8000001`],
  [91, '60 0064ff9b0000000000000000'],
  [92, `${IP} 40 20010db800000002`],
  [93, '06 08 3400'],
  [94, RULE + o6(90, IP6)],
  [95, RULE + o6(91, '60 0064ff9b0000000000000000')],
  [96, o6(92, `${IP} 40 20010db800000002`) + o6(90, IP6)],
  [97, o6(98, `18 38 08 80 ${IP} 20010db8 00000100`) + o6(99, '81 1f 0500')],
  [98, `18 38 08 80 ${IP} 20010db8 00000100`],
  [99, '81 1f 0500'],
  [104, '80 14 0a28 01 0140 05 0258 01 0140 05 0258'],
  [105, '0004'],
  [108, MAC],
  [109, '00007ed9'],
  [111, '005e 0060'],
  [113, `60 ff3e0000000000000000 0000 60 ff3e00000000000000008000 60 0064ff9b0000000000000000`],
  [114, '06'],
  [115, '0001'],
  [116, o6(117, NAME) + o6(118, NAME)],
  [119, '000b'],
  [127, '0001 0000'],
  [129, `00000001 ${'ab'.repeat(16)}`],
  [131, '01'],
  [132, '02'],
  [136, `0015 ${URL}`],
  [137, '38 20010db8000001'],
  [138, `00000001 00000000 00000000 ${o6(139, '0001 0006 020000000000 0000000f 00000e10')}`],
  [139, '0001 0006 020000000000 0000000f 00000e10'],
  [140, '0102 0301'],
  [144, `0001 000d ${NAME} 0010 ${IP6} ${o6(1, '03 646f74')}`],
  [146, `8000 ${NAME}`],
  [147, `8000 ${NAME}`],
  [149, '00000001 00000000 00000000'],
  [150, '00000e10 00001c20 20 20 10 00'],
];

/** A message to be compared, and the option it is there for. */
export interface Sample {
  readonly option: string;
  readonly frame: Uint8Array;
}

function* values(
  table: OptionTable,
  given: readonly (readonly [code: number, value: string, before?: string])[],
  skip: (code: number) => boolean,
): Generator<readonly [number, string, string]> {
  for (const row of table.values()) {
    if (skip(row.code)) continue;
    const mine = given.filter(([code]) => code === row.code);
    for (const [code, value, before = ''] of mine) yield [code, value, before];
    const simple = SIMPLE[row.type.name];
    if (!simple && mine.length === 0) throw new Error(`no sample value for ${row.name} (${row.type.name})`);
    for (const value of simple ?? []) yield [row.code, value, ''];
  }
}

/** One message for every value of every option; the codes that any site may use for itself are left to one. */
export function samples(): Sample[] {
  const out: Sample[] = [];
  const leaveOut = (code: number): boolean => code === 0 || code === 53 || code === 255 || (code > 224 && code < 249);
  for (const [code, value, before] of values(dhcpOptions, VALUES4, leaveOut)) {
    out.push({ option: `DHCPv4 option ${code}`, frame: octets(message4(before + o4(code, value))) });
  }
  for (const [code, value] of values(OPTIONS6, VALUES6, () => false)) {
    out.push({ option: `DHCPv6 option ${code}`, frame: octets(message6(o6(code, value))) });
  }
  return out;
}
