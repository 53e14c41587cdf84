/** The samples of media/samples, and captures made from them, read here so that no code of ours vouches for itself. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The samples that lie in the repository. */
export const SAMPLES = resolve(__dirname, '..', '..', 'media', 'samples');

/** The octets of one frame (1-based) of a classic pcap file, read here so that no code of ours vouches for itself. */
export function frameOctets(sample: string, frame: number): Buffer {
  const file = readFileSync(join(SAMPLES, sample));
  const magic = file.readUInt32LE(0);
  const little = magic === 0xa1b2c3d4 || magic === 0xa1b23c4d;
  let at = 24;
  for (let number = 1; at + 16 <= file.length; number++) {
    const length = little ? file.readUInt32LE(at + 8) : file.readUInt32BE(at + 8);
    if (number === frame) return file.subarray(at + 16, at + 16 + length);
    at += 16 + length;
  }
  throw new Error(`${sample} has no frame ${frame}`);
}

/** The records of a classic pcap file: header and octets together, as they lie in the file. */
function records(sample: string): { header: Buffer; records: Buffer[] } {
  const file = readFileSync(join(SAMPLES, sample));
  const found: Buffer[] = [];
  for (let at = 24; at + 16 <= file.length;) {
    const end = at + 16 + file.readUInt32LE(at + 8);
    found.push(Buffer.from(file.subarray(at, end)));
    at = end;
  }
  return { header: file.subarray(0, 24), records: found };
}

/**
 * What the server's end of the blocked sample may have looked like: it answers each DISCOVER but the last with the healthy
 * sample's OFFER (its xid and time changed, no UDP checksum), and none of these comes to the client.
 */
export function serverSideOfBlocked(): Buffer {
  const { header, records: discovers } = records('blocked-port.pcap');
  const offer = records('dhcp-healthy.pcap').records[1]!;
  const message = 16 + 14 + 20 + 8;
  const answered = discovers.slice(0, -1).flatMap((discover) => {
    const answer = Buffer.from(offer);
    discover.copy(answer, 0, 0, 4); // seconds
    answer.writeUInt32LE(discover.readUInt32LE(4) + 500, 4); // and 0.5 ms later, or 0.5 µs
    answer.writeUInt16BE(0, message - 2);
    discover.copy(answer, message + 4, message + 4, message + 8); // xid
    return [discover, answer];
  });
  return Buffer.concat([header, ...answered, discovers.at(-1)!]);
}

/** The DHCP message inside Ethernet, IPv4 and UDP, as hex. */
export function dhcpHex(sample: string, frame: number): string {
  const octets = frameOctets(sample, frame);
  const ipHeader = (octets[14]! & 0x0f) * 4;
  return octets.subarray(14 + ipHeader + 8).toString('hex');
}
