/** The worst that one frame can ask of the codec: datagrams of the greatest size, each made so that one kind of work is repeated in it. */
import { concat, encodeText, parseHex } from '../../src/codec/bytes';
import { OPTIONS6 } from '../../src/codec/dhcpv6';
import { dispatch } from '../../src/codec/layers';
import { datagram4, datagram6 } from '../lab/frame';
import { raw } from './dhcpv4/build';
import { sampleOptions4, sampleOptions6 } from './table/samples';

/** One frame, and what is repeated in it. */
export interface Worst {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly linkType: number;
}

/** Octets that UDP over IPv4 has room for. */
const ROOM = 65_507;
const hex = (digits: string): Uint8Array => parseHex(digits)!;

function repeated(pattern: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(Math.max(0, size));
  for (let i = 0; i < out.length; i++) out[i] = pattern[i % pattern.length]!;
  return out;
}

const option4 = (code: number, value: Uint8Array): Uint8Array => concat([Uint8Array.of(code, value.length), value]);
const word = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255);
const option6 = (code: number, value: Uint8Array): Uint8Array => concat([word(code), word(value.length), value]);

/** Octets that read as many small things: zeros, ones, names of one label, sub-options of no octet and of some, numbers, pointers, noise. */
const PATTERNS = [
  '00',
  '01',
  'ff',
  '0100',
  '010101',
  '00000001',
  '0161c000',
  '0000000904010101',
  '0901010101010101010101',
  '41',
  '80',
];

function dhcp(): Worst[] {
  const start = raw({ op: 2, options: '350105' });
  const room = ROOM - start.length;
  const out: Worst[] = [];
  const add = (name: string, options: Uint8Array): void => {
    const bytes = datagram4(concat([start, options]).slice(0, ROOM));
    out.push({ name: `DHCPv4: ${name}`, bytes, linkType: 1 });
  };
  add('pads', repeated(hex('00'), room));
  add('ends', repeated(hex('ff'), room));
  const one = concat(Array.from({ length: 254 }, (_, i) => Uint8Array.of(i + 1, 1, 0)));
  add('every option of one octet', repeated(one, room));
  for (let code = 1; code < 255; code++) {
    add(`option ${code} without a value`, repeated(Uint8Array.of(code, 0), room));
    add(`option ${code} of one octet`, repeated(Uint8Array.of(code, 1, 1), room));
  }
  for (const { code, octets } of sampleOptions4()) {
    add(`option ${code} again and again`, repeated(option4(code, octets.slice(0, 255)), room));
    for (const pattern of PATTERNS)
      add(`option ${code}, a value of ${pattern}`, repeated(option4(code, repeated(hex(pattern), 255)), room));
  }
  for (const vendor of ['PXEClient', 'MSFT 5.0', 'docsis3.0', 'none']) {
    const known = option4(60, encodeText(vendor));
    for (const pattern of PATTERNS) {
      const pieces = repeated(option4(43, repeated(hex(pattern), 254)), room - known.length);
      add(`option 43 of ${vendor}, ${pattern}`, concat([known, pieces]));
    }
  }
  return out;
}

/** Wraps as often as there is room for it, at most `times`. */
function nested(times: number, inside: Uint8Array, wrap: (inside: Uint8Array) => Uint8Array): Uint8Array {
  let out = inside;
  for (let i = 0; i < times; i++) {
    const next = wrap(out);
    if (next.length > ROOM) break;
    out = next;
  }
  return out;
}

function dhcpv6(): Worst[] {
  const out: Worst[] = [];
  const message = (name: string, octets: Uint8Array): void => {
    out.push({ name: `DHCPv6: ${name}`, bytes: datagram6(octets.slice(0, ROOM)), linkType: 1 });
  };
  const add = (name: string, options: Uint8Array): void => message(name, concat([hex('07000043'), options]));
  const room = ROOM - 4;
  for (const code of OPTIONS6.keys()) {
    add(`option ${code} without a value`, repeated(option6(code, new Uint8Array(0)), room));
    for (const pattern of PATTERNS) {
      add(`option ${code} of ${pattern}`, option6(code, repeated(hex(pattern), room - 4)));
      add(
        `option ${code}, 200 octets of ${pattern} again and again`,
        repeated(option6(code, repeated(hex(pattern), 200)), room),
      );
    }
  }
  for (const { code, octets } of sampleOptions6())
    add(`option ${code} again and again`, repeated(option6(code, octets), room));
  const relay = (inside: Uint8Array): Uint8Array => concat([hex('0c01'), new Uint8Array(32), option6(9, inside)]);
  const association = (inside: Uint8Array): Uint8Array => option6(3, concat([new Uint8Array(12), inside]));
  for (const times of [1, 8, 31, 32, 40, 2000]) {
    const left = Math.max(8, ROOM - 40 * times);
    const many = concat([hex('01000043'), repeated(hex('00060000'), left)]);
    message(`${times} relays around one another`, nested(times, times < 100 ? many : hex('01000043'), relay));
    const codes = times < 100 ? repeated(hex('000d00020000'), left) : hex('00000000');
    add(`${times} associations in one another`, nested(times, codes, association));
  }
  const wide = (inside: Uint8Array): Uint8Array =>
    concat([hex('0c01'), new Uint8Array(32), repeated(hex('0012000101'), 1800), option6(9, inside)]);
  message('relays with many options each', nested(40, hex('01000043'), wide));
  const relayed = [hex('0c01'), new Uint8Array(32)];
  message('one relay of many messages', concat([...relayed, repeated(option6(9, hex('01000043')), room)]));
  message('one relay of many relays', concat([...relayed, repeated(option6(9, concat(relayed)), room)]));
  const four = repeated(concat([raw({ options: '350101' }), hex('ff')]), 60_000);
  add(
    'a DHCPv4 message inside',
    option6(87, concat([four.slice(0, 243), repeated(hex('350100'), 65_000)]).slice(0, 65_000)),
  );
  add('many DHCPv4 messages inside', repeated(option6(87, four.slice(0, 244)), room));
  return out;
}

/** All other layers, behind every number that leads to one. */
function others(): Worst[] {
  const out: Worst[] = [];
  const ports = {
    ethSource: '02:67:00:00:00:0c',
    ethDestination: 'ff:ff:ff:ff:ff:ff',
    source: '10.67.0.1',
    destination: '10.67.0.2',
  };
  const ethernet = hex('ffffffffffff02670000000c');
  const ipv4 = hex('4500fffa000000004000 0000 0a430001 0a430002');
  const ipv6 = concat([
    hex('60000000ffc80040'),
    hex('fd67'),
    new Uint8Array(13),
    hex('01fd67'),
    new Uint8Array(13),
    hex('02'),
  ]);
  for (const pattern of [...PATTERNS, '0001', '616200', '05dc', '4500', '6000']) {
    const octets = repeated(hex(pattern), 65_400);
    for (const port of dispatch.udpPort.keys()) {
      const around = { ...ports, sourcePort: 1024, destinationPort: port };
      out.push({ name: `UDP port ${port}: ${pattern}`, bytes: datagram4(octets, around), linkType: 1 });
    }
    for (const opcode of [1, 2, 3, 4, 5, 6]) {
      const body = concat([Uint8Array.of(0, opcode), octets]);
      const around = { ...ports, sourcePort: 1024, destinationPort: 69 };
      out.push({ name: `TFTP ${opcode}: ${pattern}`, bytes: datagram4(body, around), linkType: 1 });
    }
    for (const protocol of dispatch.ipProtocol.keys()) {
      const [four, six] = [ipv4.slice(), ipv6.slice()];
      four[9] = six[6] = protocol;
      const name = `IP protocol ${protocol}: ${pattern}`;
      out.push({ name: `${name} in IPv4`, bytes: concat([ethernet, hex('0800'), four, octets]), linkType: 1 });
      out.push({ name: `${name} in IPv6`, bytes: concat([ethernet, hex('86dd'), six, octets]), linkType: 1 });
    }
    for (const type of [133, 134, 135, 136, 137]) {
      const six = ipv6.slice();
      six[6] = 58;
      const body = concat([Uint8Array.of(type, 0), new Uint8Array(type === 134 ? 14 : 22), octets]);
      out.push({ name: `ICMPv6 ${type}: ${pattern}`, bytes: concat([ethernet, hex('86dd'), six, body]), linkType: 1 });
    }
    for (const type of dispatch.etherType.keys())
      out.push({ name: `EtherType ${type}: ${pattern}`, bytes: concat([ethernet, word(type), octets]), linkType: 1 });
    for (const linkType of dispatch.linkType.keys())
      out.push({ name: `link type ${linkType}: ${pattern}`, bytes: octets, linkType });
  }
  return out;
}

/** All of them, some thousand frames of 64 KiB; made one family at a time. */
export function* worstFrames(): Generator<Worst> {
  yield* dhcp();
  yield* dhcpv6();
  yield* others();
}
