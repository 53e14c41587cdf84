/** Captures that once ended the program, filled its memory, or made it say what cannot be: each stays here by its name. */
import { encodeMessage4, type OptionSpec4 } from '../../src/codec/dhcpv4';
import { ipOption, raw, u32Option } from '../analysis/build';
import { Pcapng, pcap } from '../capture/build';
import { datagram4, type Around } from '../lab/frame';
import { zipped } from './container';
import { FAMILIES } from './families';
import { arpFrame } from './packets';
import type { InputFile } from './inspect';

export interface Crasher {
  /** What is in the capture. */
  readonly name: string;
  readonly make: () => readonly InputFile[];
}

const file = (bytes: Uint8Array, path = 'a.pcap'): InputFile[] => [{ path, bytes }];
const CLIENT = '02:67:00:00:00:0c';
const FROM_SERVER: Partial<Around> = {
  ethSource: '02:67:00:00:00:01',
  source: '10.67.0.1',
  sourcePort: 67,
  destinationPort: 68,
};

function message(type: number, op = 1, options: readonly OptionSpec4[] = []): Uint8Array {
  const types = raw(53, type.toString(16).padStart(2, '0'));
  const bytes = encodeMessage4({
    op,
    yiaddr: op === 1 ? '0.0.0.0' : '10.67.0.9',
    chaddr: CLIENT,
    xid: 67,
    options: [types, ...options],
  });
  return datagram4(bytes, op === 1 ? { ethSource: CLIENT } : FROM_SERVER);
}

/** Where the message begins in a frame of Ethernet, IPv4 and UDP. */
const DHCP = 14 + 20 + 8;

/** The frame under another transaction id, of one octet. */
function withXid(bytes: Uint8Array, xid: number): Uint8Array {
  bytes.set([0, 0, 0, xid], DHCP + 4);
  return bytes;
}

const at = (seconds: number, bytes: Uint8Array): { bytes: Uint8Array; seconds: number } => ({
  bytes,
  seconds: 1_700_000_000 + seconds,
});

/** The longest text that an option of pcapng can hold. */
const LONG = 'A'.repeat(65_532);

/** So many blocks with a long text each: some kilobytes in gzip, 40 megabytes without. */
function texts(add: (file: Pcapng) => unknown): InputFile[] {
  const written = new Pcapng().section().interface();
  for (let i = 0; i < 600; i++) add(written);
  written.packet(message(1));
  return file(zipped(written.done()), 'a.pcapng.gz');
}

export const CRASHERS: readonly Crasher[] = [
  // Types were bits of a word of 32: 36 counted as DECLINE, 38 as NAK, 39 as RELEASE.
  ...[0, 36, 38, 39, 68, 70, 100, 134, 196, 255].flatMap((type): Crasher[] => [
    { name: `one request of type ${type}`, make: () => file(pcap([at(0, message(type))])) },
    {
      name: `one reply of type ${type}, then a DISCOVER twice`,
      make: () => file(pcap([at(0, message(type, 2)), at(1, message(1)), at(9, message(1))])),
    },
  ]),
  { name: 'long comments of interfaces', make: () => texts((written) => written.interface(1, 0, [[1, LONG]])) },
  {
    name: 'long names of interfaces',
    make: () =>
      texts((written) =>
        written.interface(1, 0, [
          [2, LONG],
          [3, LONG],
        ]),
      ),
  },
  {
    name: 'long comments of frames',
    make: () => texts((written) => written.packet(message(1), { options: [[1, LONG]] })),
  },
  { name: 'long comments of sections', make: () => texts((written) => written.section([[1, LONG]]).interface()) },
  {
    name: '60 000 frames of leases of one address that come late, and echoes of the server before them',
    make: () => FAMILIES['slow leases of one address, and echoes before them']!(60_000),
  },
  {
    name: 'one ACK 125 000 times',
    make: () => {
      const ack = message(5, 2, [ipOption(54, '10.67.0.1'), u32Option(51, 3600), ipOption(1, '255.255.255.0')]);
      return file(
        pcap(
          Array.from({ length: 125_000 }, (_, i) => ({
            ...at(Math.floor(i / 1000), ack),
            fraction: (i % 1000) * 1000,
          })),
        ),
      );
    },
  },
  {
    // It was BOOTP that nobody answered, and “Nothing is wrong”.
    name: 'a DISCOVER that is cut before its type, twice',
    make: () => {
      const cut = { bytes: message(1).subarray(0, 270), wire: message(1).length };
      return file(
        pcap(
          [
            { ...at(0, cut.bytes), ...cut },
            { ...at(9, cut.bytes), ...cut },
          ],
          { snapLength: 270 },
        ),
      );
    },
  },
  {
    // It was of a sender without a name.
    name: 'a RARP request whose addresses have no length, twice',
    make: () => {
      const asked = arpFrame({
        operation: 3,
        senderMac: CLIENT,
        senderIp: '0.0.0.0',
        targetMac: CLIENT,
        targetIp: '0.0.0.0',
      });
      asked[18] = 0;
      return file(pcap([at(0, asked), at(9, asked)]));
    },
  },
  {
    // A reply that each of them might be meant for was counted for both.
    name: 'two clients without hardware address, and a reply to nobody under the xid of one',
    make: () => {
      const nobody = (hlen: number, xid: number): Uint8Array => {
        const bytes = message(1);
        [bytes[DHCP + 1], bytes[DHCP + 2]] = [hlen + 6, 0];
        return withXid(bytes, xid);
      };
      const stray = withXid(message(2, 2, [ipOption(54, '10.67.0.1')]), 1);
      return file(pcap([at(0, nobody(0, 1)), at(1, nobody(1, 2)), at(2, stray), at(9, nobody(1, 3))]));
    },
  },
  {
    name: 'control characters in the name of a boot server',
    make: () => {
      const lease = [ipOption(54, '10.67.0.1'), u32Option(51, 3600), ipOption(1, '255.255.255.0')];
      const server = raw(66, '00da0dd064');
      const pxe = raw(60, Buffer.from('PXEClient:Arch:00007:UNDI:003016').toString('hex'));
      const chosen = [ipOption(50, '10.67.0.9'), ipOption(54, '10.67.0.1'), pxe];
      return file(
        pcap([
          at(0, message(1, 1, [pxe])),
          at(1, message(2, 2, lease)),
          at(2, message(3, 1, chosen)),
          at(3, message(5, 2, [...lease, server])),
        ]),
      );
    },
  },
  {
    // A check failed: after its last answer this exchange has no question, though one bears the same time.
    name: 'a question at the time of the last answer, and before another answer',
    make: () => {
      const other = (bytes: Uint8Array, last: number): Uint8Array => {
        bytes[DHCP + 33] = last;
        return withXid(bytes, last);
      };
      const ack = (yiaddr: number): Uint8Array => {
        const bytes = message(5, 2, [ipOption(54, '10.67.0.1'), u32Option(51, 3600), ipOption(1, '255.255.255.0')]);
        bytes[DHCP + 19] = yiaddr;
        return bytes;
      };
      return file(
        pcap([
          at(0, other(message(3), 1)),
          at(5, other(ack(9), 1)),
          at(5, other(message(1), 2)),
          at(5, other(message(3), 2)),
          at(5, other(message(2, 2, [ipOption(54, '10.67.0.1')]), 2)),
          at(6, other(message(1), 3)),
          at(10, other(message(1), 3)),
        ]),
      );
    },
  },
];
