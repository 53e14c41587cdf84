import { DISCOVER, eth, h16, h8, ip4, ip6, udp } from '../codec/frames';

/** Frames made for what carries DHCP on its way, and for protocols that only a number announces. */

const HELLO = ip4(17, udp(68, 67, DISCOVER));
const INNER = eth(0x0800, HELLO);

/** TCP from port `from`: flags and data. */
const tcp = (from: number, to: number, flags: number, data = '', window = 0x2000): string =>
  `${h16(from)}${h16(to)}0000000a00000014${h16(0x5000 | flags)}${h16(window)}00000000${data}`;
const segment = (flags: number, data = '', from = 50000, to = 50001): string =>
  eth(0x0800, ip4(6, tcp(from, to, flags, data)));
const datagram = (from: number, to: number, data: string): string => eth(0x0800, ip4(17, udp(from, to, data)));

const SESSIONS: readonly string[] = [
  eth(0x8863, '1109000000080101000001030000'),
  eth(0x8863, '110700000004010100000000'),
  eth(0x8864, `11000015${h16(2 + HELLO.length / 2)}0021${HELLO}`),
  eth(0x8864, '110000160006c02109010004'),
  eth(0x8847, `000640400000c1ff${HELLO}`),
  eth(0x8847, `0000013f${HELLO}`),
  eth(0x88a8, `20640806${'0001080006040001026700000001' + '0a0000050000000000000a000001'}`),
  eth(0x88a8, `006481000064${'0800'}${HELLO}`),
];

const TUNNELS: readonly string[] = [
  eth(0x0800, ip4(47, `00000800${HELLO}`)),
  eth(0x0800, ip4(47, `30000800000000070000000a${HELLO}`)),
  eth(0x0800, ip4(47, `a0006558123400000000006f${INNER}`)),
  eth(0x0800, ip4(47, `1000 88be 00000003 100a 4005 00000001`.replaceAll(' ', '') + INNER)),
  datagram(50000, 4789, `0800000000007b00${INNER}`),
  datagram(50000, 4789, `8800000500007b00${INNER}`),
  datagram(50000, 6081, `0000655800000a00${INNER}`),
  datagram(50000, 6081, `00c0655800000b00${INNER}`),
  datagram(50000, 2152, `30ff${h16(HELLO.length / 2)}00000009${HELLO}`),
  datagram(1701, 1701, `0002000100020021${HELLO}`),
  datagram(50000, 4500, `00001001000000050000000000000000`),
  eth(0x0800, ip4(50, `000010010000000500112233445566778899aabbccddeeff`)),
  eth(0x0800, ip4(51, `11040000000010020000000600112233445566778899aabb${udp(50000, 50001, '00')}`)),
  eth(0x894f, `0fc6 0103 000001 ff ${'00'.repeat(16)}`.replaceAll(' ', '') + INNER),
];

const SEGMENTS: readonly string[] = [
  segment(0x002),
  segment(0x012),
  segment(0x010),
  segment(0x018, '616263'),
  segment(0x030),
  segment(0x0c2),
  segment(0x011),
  segment(0x004),
  segment(0x110, '', 50002),
  segment(0x002, '', 50001, 50000),
  eth(0x86dd, ip6(6, tcp(50000, 50001, 0x018, '0102030405'))),
];

const NAMED: readonly string[] = [
  datagram(50000, 53, '00010100000100000000000003777777000001' + '0001'),
  datagram(5353, 5353, '00000000000100000000000003777777000001' + '0001'),
  datagram(50000, 5355, '00010000000100000000000003777777000001' + '0001'),
  datagram(123, 123, `23${'00'.repeat(47)}`),
  datagram(50000, 514, '3c31333e61'),
  datagram(50000, 50001, '616263646566'),
  datagram(520, 520, '0101000000000000000000000000000000000000000000000010'.slice(0, 48)),
  eth(
    0x0800,
    ip4(17, udp(1985, 1985, `0000100303645a0100${'00'.repeat(11)}0a000001`.slice(0, 40)), { destination: 'e0000002' }),
  ),
  eth(0x0800, ip4(89, `0201002c0a000001${'00'.repeat(36)}`)),
  eth(0x0800, ip4(112, '2101640100010000' + '0a000001' + '0000000000000000')),
  eth(0x0800, ip4(253, '01020304')),
  eth(0x88cc, '0207040267000000010403036574680602007800 00'.replaceAll(' ', '')),
  eth(0x888e, '01010000'),
  eth(0x88b5, '0102030405'.padEnd(92, '0')),
  eth(38, `424203${'00'.repeat(35)}`.padEnd(92, '0'), '0180c2000000'),
  eth(0x0800, ip4(1, `0800000000010002${h8(0xab).repeat(40)}`)),
  eth(0x0800, ip4(1, `03030000000000004500001c000000004011000002020202030303039c40003500080000`)),
];

export const CARRIED: readonly string[] = [...SESSIONS, ...TUNNELS, ...SEGMENTS, ...NAMED];
