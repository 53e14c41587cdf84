/** What the fuzzer begins with: messages and frames, real ones and ones that our encoder wrote. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { concat, hex, parseHex, u16 } from '../../src/codec/bytes';
import { encodeMessage4, MESSAGE_TYPES } from '../../src/codec/dhcpv4';
import { encodeMessage6, MESSAGE_TYPES6, OPTIONS6 } from '../../src/codec/dhcpv6';
import { RELAY_FORW, RELAY_REPL } from '../../src/codec/dhcpv6/message';
import { dispatch } from '../../src/codec/layers';
import { Walk } from '../../src/codec/walk';
import { collect } from '../capture/collect';
import { sampleOptions4, sampleOptions6 } from '../codec/table/samples';
import { datagram4, datagram6 } from '../lab/frame';
import { corpusFiles } from '../support/tshark';
import { corpus } from '../support/needs';

export type Family = 'dhcp' | 'dhcpv6' | 'none';

/** A frame, and the message in it. */
export interface Seed {
  /** Where it is from, for reports. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly linkType: number;
  /** The frame's innermost protocol, as far as it is ours. */
  readonly family: Family;
  /** Where the message stands; the whole frame where the family is none. */
  readonly at: number;
  readonly end: number;
  /** Index of the UDP header and of the innermost IP header; -1 where there is none. */
  readonly udp: number;
  readonly ip: number;
}

export const LAB = fileURLToPath(new URL('../fixtures/lab/', import.meta.url));
export const SAMPLES = fileURLToPath(new URL('../../media/samples/', import.meta.url));

/** Bigger corpus files, and more frames of one file or of one kind, teach nothing new. */
const MOST_OCTETS = 400_000;
const MOST_FRAMES = 12;
const LONGEST_FRAME = 2000;

const walk = new Walk(dispatch);

function seedOf(name: string, bytes: Uint8Array, linkType: number): Seed {
  walk.run(bytes, 0, bytes.length, linkType);
  const last = walk.depth - 1;
  const id = last >= 0 ? walk.layers[last]!.id : '';
  const family: Family = id === 'dhcp' || id === 'dhcpv6' ? id : 'none';
  const mine = family !== 'none';
  return {
    name,
    bytes,
    linkType,
    family,
    at: mine ? walk.atOf(last) : 0,
    end: mine ? walk.endOf(last) : bytes.length,
    udp: walk.udp >= 0 ? walk.atOf(walk.udp) : -1,
    ip: walk.ip >= 0 ? walk.atOf(walk.ip) : -1,
  };
}

/** The frames of a capture file, at most so many, spread over the file. */
function framesOf(path: string, name: string, most: number): Seed[] {
  const { frames } = collect(readFileSync(path));
  const step = Math.max(1, Math.floor(frames.length / most));
  return frames
    .filter((frame, i) => i % step === 0 && frame.octets.length > 0 && frame.octets.length <= LONGEST_FRAME)
    .slice(0, most)
    .map((frame) => seedOf(`${name} frame ${frame.number}`, frame.octets, frame.linkType));
}

function capturesIn(folder: string, most: number): Seed[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.pcap'))
    .sort()
    .flatMap((file) => framesOf(join(folder, file), file, most));
}

function corpusSeeds(folder: string): Seed[] {
  return corpusFiles(folder)
    .filter(
      ({ path, dhcp, dhcpv6, rarp, icmp }) => dhcp + dhcpv6 + rarp + icmp > 0 && statSync(path).size <= MOST_OCTETS,
    )
    .flatMap(({ path }) => framesOf(path, path.slice(folder.length + 1), MOST_FRAMES));
}

/** One message for each option of the tables, one for each message type, and some with very many options. */
function encoded(): Seed[] {
  const seeds: Seed[] = [];
  const four = (name: string, message: Uint8Array): void => void seeds.push(seedOf(name, datagram4(message), 1));
  const six = (name: string, message: Uint8Array): void => void seeds.push(seedOf(name, datagram6(message), 1));
  const type = { code: 53, data: 5 };
  for (const { code, octets } of sampleOptions4()) {
    four(`DHCPv4 option ${code}`, encodeMessage4({ op: 2, options: [type, { code, hex: hex(octets) }] }));
    // Twice, and in the lent fields: what RFC 3396 joins is joined over their borders.
    four(
      `DHCPv4 option ${code}, overloaded`,
      encodeMessage4({
        op: 2,
        maximumSize: 320,
        options: [type, { code: 224, hex: '00'.repeat(60) }, { code, hex: hex(octets) }, { code, hex: hex(octets) }],
      }),
    );
  }
  for (const number of Object.keys(MESSAGE_TYPES))
    four(`DHCPv4 type ${number}`, encodeMessage4({ options: [{ code: 53, data: Number(number) }] }));
  const all4 = sampleOptions4().map(({ code, octets }) => ({ code, hex: hex(octets) }));
  four('every DHCPv4 option', encodeMessage4({ op: 2, options: [type, ...all4] }));
  four('BOOTP', encodeMessage4({ chaddr: '02:00:5e:00:53:01' }));

  for (const { code, octets } of sampleOptions6())
    six(`DHCPv6 option ${code}`, encodeMessage6({ type: 'REPLY', xid: 67, options: [{ code, hex: hex(octets) }] }));
  for (const number of Object.keys(MESSAGE_TYPES6).map(Number)) {
    const relay = number === RELAY_FORW || number === RELAY_REPL;
    const header = relay ? { hops: 1, link: 'fd67::1', peer: 'fe80::1' } : { xid: 67 };
    six(`DHCPv6 type ${number}`, encodeMessage6({ type: number, ...header, options: [] }));
  }
  const all6 = sampleOptions6().map(({ code, octets }) => ({ code, hex: hex(octets) }));
  const every = encodeMessage6({ type: 'REPLY', xid: 67, options: all6 });
  six('every DHCPv6 option', every);
  six('every DHCPv6 option, relayed', relayed(every, 1));
  six('a message in 40 relays', relayed(encodeMessage6({ type: 'SOLICIT', xid: 67, options: [] }), 40));
  // Associations inside associations, deeper than any value may nest.
  let nested = parseHex('0000')!;
  for (let i = 0; i < 40; i++)
    nested = concat([parseHex('0003')!, sized(nested.length + 12), new Uint8Array(12), nested]);
  six('associations in one another', concat([parseHex('07000043')!, nested]));
  if (OPTIONS6.size === 0) throw new Error('no DHCPv6 options');
  return seeds;
}

function sized(length: number): Uint8Array {
  return Uint8Array.of(length >> 8, length & 255);
}

function relayed(message: Uint8Array, times: number): Uint8Array {
  let out = message;
  for (let i = 0; i < times; i++)
    out = concat([Uint8Array.of(RELAY_FORW, i), new Uint8Array(32), parseHex('0009')!, sized(out.length), out]);
  return out;
}

/** All there is; the corpus only where it is here and wanted. Frames of the same octets stand once. */
export function allSeeds(withCorpus = true): Seed[] {
  const seeds = [...capturesIn(LAB, 4), ...capturesIn(SAMPLES, 30), ...encoded()];
  if (withCorpus && corpus !== undefined) seeds.push(...corpusSeeds(corpus));
  const seen = new Set<string>();
  return seeds.filter(({ bytes, linkType }) => {
    const key = `${linkType}:${hex(bytes)}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** Lengths of UDP and IP headers made to fit the frame's octets again, where they fitted before. */
export function refit(seed: Seed, bytes: Uint8Array): void {
  const { udp, ip } = seed;
  if (udp < 0 || udp + 8 > bytes.length || ip < 0 || ip + 20 > bytes.length) return;
  const set = (at: number, value: number): void => {
    bytes[at] = value >> 8;
    bytes[at + 1] = value & 255;
  };
  if (u16(seed.bytes, udp + 4) !== seed.end - udp) return;
  set(udp + 4, Math.min(0xffff, bytes.length - udp));
  if (bytes[ip]! >> 4 === 4) set(ip + 2, Math.min(0xffff, bytes.length - ip));
  else set(ip + 4, Math.min(0xffff, bytes.length - ip - 40));
}
