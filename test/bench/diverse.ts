/**
 * Makes captures of real diversity: every DHCP frame over Ethernet of the captures at hand (fixtures, samples, and the public
 * ones where they are there), again and again, each copy with other clients, transactions and VLANs.
 */
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { readCapture } from '../../src/capture/read';
import { gunzip } from '../../src/capture/node';
import { corpus } from '../support/needs';
import { REPO } from '../vscode/cache';

const ETHERNET = 1;
const BEGIN = 1_700_000_000;

interface Seed {
  readonly octets: Uint8Array;
  /** Seconds after the first frame of its capture. */
  readonly after: number;
  /** Where the transaction id and the client's address stand, and where the UDP header begins; of DHCPv6 the address is not changed. */
  readonly udp: number;
  readonly v6: boolean;
}

/** Every file below a folder. */
function* filesIn(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* filesIn(path);
    else yield path;
  }
}

/** The DHCP frames of a capture, plain Ethernet with IP without options; none where it cannot be read. */
async function seedsOf(path: string, v6: boolean): Promise<Seed[]> {
  const seeds: Seed[] = [];
  let first: number | undefined;
  try {
    await readCapture([readFileSync(path)], {
      gunzip,
      onFrame: ({ bytes, start, end, linkType, wireLength, seconds, nanoseconds }) => {
        if (linkType !== ETHERNET || end - start !== wireLength || end - start > 1500) return;
        const octets = bytes.slice(start, end);
        const type = (octets[12]! << 8) | octets[13]!;
        const udp =
          type === 0x0800 && octets[14] === 0x45 && octets[23] === 17
            ? 34
            : type === 0x86dd && octets[20] === 17
              ? 54
              : 0;
        if (udp === 0 || (type === 0x86dd) !== v6 || octets.length < udp + 12) return;
        const ports = [(octets[udp]! << 8) | octets[udp + 1]!, (octets[udp + 2]! << 8) | octets[udp + 3]!];
        if (!ports.some((port) => (v6 ? port === 546 || port === 547 : port === 67 || port === 68))) return;
        if (!v6 && ((octets[20]! & 0x3f) !== 0 || octets.length < udp + 8 + 44)) return;
        const time = seconds + nanoseconds / 1e9;
        first ??= time;
        seeds.push({ octets, after: Math.max(0, time - first), udp, v6 });
      },
    });
  } catch {
    return [];
  }
  return seeds;
}

/** Writes a capture of `count` messages to `path`. Its DHCP frames are those of the captures at hand, DHCPv4 or DHCPv6. */
export async function generateDiverse(path: string, count: number, v6 = false): Promise<void> {
  const seeds: Seed[] = [];
  for (const folder of [
    join(REPO, 'test', 'fixtures'),
    join(REPO, 'media', 'samples'),
    ...(corpus === undefined ? [] : [corpus]),
  ])
    for (const file of filesIn(folder)) seeds.push(...(await seedsOf(file, v6)));
  // As a capture has them: in order of time.
  seeds.sort((a, b) => a.after - b.after);
  if (seeds.length === 0) throw new Error('there are no captures to take frames from');
  const file = openSync(path, 'w');
  const buffer = Buffer.alloc(4 << 20);
  let used = 0;
  const flush = (): void => {
    writeSync(file, buffer, 0, used);
    used = 0;
  };
  // pcap, microseconds, little-endian (draft-ietf-opsawg-pcap §4).
  used = buffer.writeUInt32LE(0xa1b2c3d4, 0);
  used = buffer.writeUInt16LE(2, used);
  used = buffer.writeUInt16LE(4, used);
  used = buffer.fill(0, used, used + 8) && used + 8;
  used = buffer.writeUInt32LE(262144, used);
  used = buffer.writeUInt32LE(ETHERNET, used);
  for (let n = 0; n < count; n++) {
    const copy = Math.floor(n / seeds.length);
    const seed = seeds[n % seeds.length]!;
    if (used + 2048 > buffer.length) flush();
    const time = BEGIN + copy * 60 + Math.min(59, seed.after) + (n % seeds.length) * 1e-5;
    const tagged = seed.octets.length + 4;
    used = buffer.writeUInt32LE(Math.floor(time), used);
    used = buffer.writeUInt32LE(Math.floor((time % 1) * 1e6), used);
    used = buffer.writeUInt32LE(tagged, used);
    used = buffer.writeUInt32LE(tagged, used);
    const at = used;
    buffer.set(seed.octets.subarray(0, 12), at);
    buffer.writeUInt16BE(0x8100, at + 12);
    buffer.writeUInt16BE(copy & 0xfff, at + 14);
    buffer.set(seed.octets.subarray(12), at + 16);
    vary(buffer, at + 4 + seed.udp, copy, seed.v6);
    used += tagged;
  }
  flush();
  closeSync(file);
}

/** Gives a message, whose UDP header stands at `udp`, another transaction and another client; UDP's checksum follows. */
function vary(buffer: Buffer, udp: number, copy: number, v6: boolean): void {
  // In both cases two words are changed whose sum the checksum knows (RFC 1624 §3).
  const places = v6 ? [udp + 10] : [udp + 8 + 4, udp + 8 + 28 + 2, udp + 8 + 28 + 4];
  const sum = buffer.readUInt16BE(udp + 6);
  let change = 0;
  for (const [i, at] of places.entries()) {
    const before = buffer.readUInt16BE(at);
    const after = (before + (i === 1 ? copy >>> 8 : copy * 7)) & 0xffff;
    buffer.writeUInt16BE(after, at);
    change += (~before & 0xffff) + after;
  }
  if (sum === 0) return;
  let total = (~sum & 0xffff) + change;
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  buffer.writeUInt16BE(~total & 0xffff, udp + 6);
}
