/** Pasted texts as they stand on pages and in mails: cut, without runs of blanks, with names for addresses, with times around octets. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { textJson } from '../../src/cli/hex';
import { frameJson } from '../../src/cli/json';
import { Capture } from '../../src/engine/capture';

interface Line {
  readonly time: string | null;
  readonly octets?: number;
  readonly problems: readonly { readonly id: string; readonly offset: number }[];
  readonly notes?: readonly { readonly line: number; readonly text: string }[];
  readonly dhcp: {
    readonly yiaddr?: string;
    readonly messageType: string;
    readonly options: readonly { readonly code: number; readonly hex: string }[];
  };
}

function read(text: string): { capture: Capture; lines: Line[] } {
  const capture = new Capture('text', DEFAULT_SETTINGS);
  const lines = capture.readText(text).map((packet, i) => textJson(frameJson(capture, i), packet) as Line);
  return { capture, lines };
}
const alarms = ({ findings }: Capture): string[] =>
  findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id);

/** Frames of a sample, with their times as the file has them: seconds and microseconds. */
function framesOf(name: string): { octets: Buffer; seconds: number; micros: number }[] {
  const bytes = readFileSync(join('media', 'samples', `${name}.pcap`));
  const out: { octets: Buffer; seconds: number; micros: number }[] = [];
  for (let at = 24; at < bytes.length;) {
    const length = bytes.readUInt32LE(at + 8);
    const octets = bytes.subarray(at + 16, at + 16 + length);
    out.push({ octets, seconds: bytes.readUInt32LE(at), micros: bytes.readUInt32LE(at + 4) });
    at += 16 + length;
  }
  return out;
}
const rows = (octets: Buffer): string =>
  Array.from(
    { length: Math.ceil(octets.length / 16) },
    (_, i) =>
      `\t0x${(16 * i).toString(16).padStart(4, '0')}:  ${octets
        .subarray(16 * i, 16 * i + 16)
        .toString('hex')
        .replace(/.{4}(?=.)/g, '$& ')}\n`,
  ).join('');
const six = (n: number): string => String(n).padStart(6, '0');

describe('times around octets', () => {
  const frames = framesOf('blocked-port');
  const iso = (seconds: number): string => new Date(1000 * seconds).toISOString();
  const dump = (head: (frame: (typeof frames)[number], i: number) => string): string =>
    frames.map((frame, i) => `${head(frame, i)}\n${rows(frame.octets)}`).join('\n');
  const told = frames.map(({ seconds, micros }) => `${seconds}.${six(micros)}000`);
  const took = `${Math.round(10 * (Number(told.at(-1)) - Number(told[0]))) / 10} s`;

  for (const [name, text, dated] of [
    [
      'tcpdump -x',
      dump(
        ({ seconds, micros }) =>
          `${iso(seconds).slice(11, 19)}.${six(micros)} IP 0.0.0.0.68 > 255.255.255.255.67: BOOTP/DHCP, Request`,
      ),
      false,
    ],
    [
      'tcpdump -tttt -x',
      dump(
        ({ seconds, micros }) =>
          `${iso(seconds).slice(0, 19).replace('T', ' ')}.${six(micros)} IP 0.0.0.0.68 > 255.255.255.255.67: BOOTP/DHCP`,
      ),
      // The zone is not told, so the seconds since 1970 are not known.
      false,
    ],
    [
      'tcpdump -tt -x',
      dump(({ seconds, micros }) => `${seconds}.${six(micros)} IP 0.0.0.0.68 > 255.255.255.255.67: BOOTP/DHCP`),
      true,
    ],
    [
      'tshark -V -x',
      dump(
        ({ seconds, micros }, i) =>
          `Frame ${i + 1}: 342 bytes on wire\n    Epoch Time: ${seconds}.${six(micros)}000 seconds`,
      ),
      true,
    ],
    [
      'tshark -P -x',
      dump(
        ({ seconds, micros }, i) =>
          `    ${i + 1} ${(seconds - frames[0]!.seconds + (micros - frames[0]!.micros) / 1e6).toFixed(6)}      0.0.0.0 → 255.255.255.255 DHCP 342 DHCP Discover - Transaction ID 0x1`,
      ),
      false,
    ],
    [
      'snoop -v -x',
      dump(
        ({ seconds, micros }, i) => `ETHER:  Packet ${i + 1} arrived at ${iso(seconds).slice(11, 19)}.${six(micros)}`,
      ),
      false,
    ],
    [
      'Cisco IOS',
      dump(
        ({ seconds, micros }) =>
          `*Mar  1 ${iso(seconds).slice(11, 19)}.${six(micros)}: IP: s=0.0.0.0, d=255.255.255.255`,
      ),
      false,
    ],
  ] as const) {
    it(`of ${name}`, () => {
      const { capture, lines } = read(text);
      assert.deepEqual(
        lines.map(({ time }) => time),
        dated ? told : told.map(() => null),
      );
      const [silent] = capture.findings.filter(({ id }) => id === 'no-offer');
      assert.ok(silent!.explanation.includes(`, within ${took})`), silent!.explanation);
    });
  }

  it('without any, or with differences alone, no span is claimed', () => {
    for (const head of [
      () => '',
      (_: unknown, i: number) => ` 00:00:0${i}.000000 IP 0.0.0.0.68 > 255.255.255.255.67: BOOTP/DHCP`,
    ]) {
      const { capture } = read(dump(head));
      const [silent] = capture.findings.filter(({ id }) => id === 'no-offer');
      assert.doesNotMatch(silent!.explanation, /within|\d ms/);
    }
  });
});

describe('a text that ends before its packet', () => {
  const [discover] = framesOf('blocked-port');
  const { octets } = discover!;
  it('is cut: the sender made no mistake, and the octets are named', () => {
    for (const kept of [80, 286, 290, octets.length - 1]) {
      const { capture, lines } = read(rows(octets.subarray(0, kept)));
      assert.deepEqual(alarms(capture), [], String(kept));
      assert.deepEqual([...new Set(lines[0]!.problems.map(({ id }) => id))], ['text-gap']);
      const last = octets.length - 1;
      const which = kept === last ? `octet ${last}` : `octets ${kept} to ${last}`;
      assert.ok(lines[0]!.notes!.some(({ text }) => text.startsWith(`The text ends before ${which} of the packet`)));
      assert.match(capture.result.verdict, /messages are cut in the text/);
      assert.equal(lines[0]!.octets, kept);
    }
  });
  it('is not where the lengths of its headers do not agree: the sender is to blame', () => {
    const wrong = Buffer.from(octets);
    // The UDP length stands at 38 (RFC 768): 8 more than the datagram has; the IP header is right.
    wrong.writeUInt16BE(wrong.readUInt16BE(38) + 8, 38);
    assert.deepEqual(alarms(read(rows(wrong)).capture), ['malformed-message']);
    const whole = read(rows(octets));
    assert.deepEqual(whole.lines[0]!.problems, []);
    assert.doesNotMatch(whole.capture.result.verdict, /cut/);
  });
  it('a last row that is shorter, among the words of a program, belongs to it', () => {
    const digits = octets.toString('hex');
    const lines = digits.replace(/.{64}/g, '    "$&" +\n').replace(/([0-9a-f]+)$/, '    "$1").toCharArray());');
    assert.equal(read(`byte[] p = decode((\n${lines}`).lines[0]!.octets, octets.length);
  });
});

describe('names for addresses', () => {
  /** An exchange as `tcpdump -v` prints it. */
  const words = (change: { server?: string; id?: string; client?: string; router?: string } = {}): string => {
    const server = change.server ?? '10.67.0.1';
    const { id = server, router = server, client = '10.67.0.100' } = change;
    const message = (time: number, way: string, kind: string, fields: string, options: string): string =>
      `12:00:0${time}.000000 IP (tos 0x0, ttl 64, id ${time}, offset 0, flags [none], proto UDP (17), length 328)\n` +
      `    ${way}: [udp sum ok] BOOTP/DHCP, ${kind}, length 300, xid 0x722e1745, Flags [none] (0x0000)\n${fields}` +
      `\t  Client-Ethernet-Address 02:67:00:00:00:0c\n\t  Vendor-rfc1048 Extensions\n\t    Magic Cookie 0x63825363\n${options}`;
    const asks = '0.0.0.0.bootpc > 255.255.255.255.bootps';
    const answers = `${server}.bootps > ${client}.bootpc`;
    const from = 'Request from 02:67:00:00:00:0c';
    const type = (name: string): string => `\t    DHCP-Message (53), length 1: ${name}\n`;
    const option = (name: string, value: string): string => `\t    ${name}, length 4: ${value}\n`;
    const lease =
      option('Server-ID (54)', id) +
      option('Lease-Time (51)', '3600') +
      option('Subnet-Mask (1)', '255.255.255.0') +
      option('Default-Gateway (3)', router) +
      option('Domain-Name-Server (6)', router);
    const asked =
      '\t    Parameter-Request (55), length 3: \n\t      Subnet-Mask (1), Default-Gateway (3), Domain-Name-Server (6)\n';
    const yours = `\t  Your-IP ${client}\n`;
    return (
      message(1, asks, from, '', type('Discover') + asked) +
      message(1, answers, 'Reply', yours, type('Offer') + lease).replace('01.000000', '01.000400') +
      message(
        2,
        asks,
        from,
        '',
        type('Request') + option('Server-ID (54)', id) + option('Requested-IP (50)', client) + asked,
      ) +
      message(2, answers, 'Reply', yours, type('ACK') + lease).replace('02.000000', '02.000400')
    );
  };

  it('are there, with values that are not known: nothing is missing, nothing is invented', () => {
    for (const one of [
      { id: 'dhcp.lan' },
      { router: '_gateway' },
      { client: 'laptop.lan' },
      { server: 'dhcp.lan', client: 'laptop.lan' },
    ]) {
      const { capture, lines } = read(words(one));
      assert.deepEqual(
        lines.map(({ dhcp }) => dhcp.messageType),
        ['DISCOVER', 'OFFER', 'REQUEST', 'ACK'],
        JSON.stringify(one),
      );
      assert.deepEqual(alarms(capture), []);
      assert.ok(!capture.findings.some(({ id }) => id.startsWith('missing-')), JSON.stringify(one));
      assert.match(capture.result.verdict, /names stand for addresses in the text.*`tcpdump -n`/i);
      assert.equal(capture.result.conversations.at(0)!.outcome, 'bound');
      assert.equal(lines[3]!.dhcp.yiaddr, 'client' in one ? undefined : '10.67.0.100');
      const codes = lines[3]!.dhcp.options.map(({ code }) => code);
      assert.equal(codes.includes(54), !('id' in one || 'server' in one));
      assert.ok(lines.some(({ notes }) => notes?.some(({ text }) => text.includes('tcpdump -n prints addresses'))));
    }
  });
  it('addresses are read, and what is missing is missing', () => {
    const { capture, lines } = read(words());
    assert.deepEqual(alarms(capture), []);
    assert.doesNotMatch(capture.result.verdict, /names stand/i);
    assert.equal(lines[3]!.dhcp.yiaddr, '10.67.0.100');
    const without = read(words().replace(/.*Server-ID.*\n/g, ''));
    assert.ok(alarms(without.capture).includes('missing-required-option'));
  });
  it('a checksum that no word tells is not one of 0', () => {
    for (const server of ['10.67.0.1', 'dhcp.lan']) {
      const { ledger } = read(words({ server })).capture.scan.store;
      assert.deepEqual([...ledger.columns.noChecksum.subarray(0, 4)], [0, 0, 0, 0]);
    }
  });
});

describe('words of dhcpdump', () => {
  const line = (code: number, length: number, name: string, value: string): string =>
    `OPTION: ${String(code).padStart(3)} (${String(length).padStart(3)}) ${name.padEnd(26)}${value}\n`;
  const text = `  TIME: 2024-01-02 03:04:05.006
    IP: 0.0.0.0 (2:0:0:0:0:c1) > 255.255.255.255 (ff:ff:ff:ff:ff:ff)
    OP: 1 (BOOTPREQUEST)
 HTYPE: 1 (Ethernet)
  HLEN: 6
  HOPS: 0
   XID: 39a4f7c1
  SECS: 3
 FLAGS: 0
CIADDR: 0.0.0.0
YIADDR: 0.0.0.0
SIADDR: 0.0.0.0
GIADDR: 0.0.0.0
CHADDR: 02:00:00:00:00:c1:00:00:00:00:00:00:00:00:00:00
 SNAME: .
 FNAME: .
${line(53, 1, 'DHCP message type', '3 (DHCPREQUEST)')}${line(61, 7, 'Client-identifier', '01:02:00:00:00:00:c1')}${line(50, 4, 'Request IP address', '10.19.48.94')}${line(54, 4, 'Server identifier', '10.19.48.1')}${line(57, 2, 'Maximum DHCP message size', '1500')}${line(51, 4, 'IP address leasetime', '43200 (12h)')}${line(58, 4, 'T1', '21600 (6h)')}${line(12, 12, 'Host name', 'OnePlus-9-5G')}${line(60, 15, 'Vendor class identifier', 'android-dhcp-13')}${line(55, 2, 'Parameter Request List', '  1 (Subnet mask)')}                                              3 (Routers)
`;
  /** RFC 2132: a number is big-endian, an address has four octets. */
  const OPTIONS = [
    [53, '03'],
    [61, '010200000000c1'],
    [50, '0a13305e'],
    [54, '0a133001'],
    [57, '05dc'],
    [51, '0000a8c0'],
    [58, '00005460'],
    [12, '4f6e65506c75732d392d3547'],
    [60, '616e64726f69642d646863702d3133'],
    [55, '0103'],
  ];
  const options = (words: string): unknown => read(words).lines[0]!.dhcp.options.map(({ code, hex }) => [code, hex]);
  it('are the same where runs of blanks became one, or none', () => {
    assert.deepEqual(options(text), OPTIONS);
    assert.deepEqual(options(text.replace(/ +/g, ' ')), OPTIONS);
    assert.deepEqual(options(text.replace(/ +/g, ' ').replace(/^ /gm, '')), OPTIONS);
    assert.deepEqual(options(text.replace(/ +/g, ' ').replace(/^ ?(.*)$/gm, '> $1  ')), OPTIONS);
  });
  it('what fits no value is left out, not made up', () => {
    const odd = text.replace('10.19.48.94', '10.19.48.xx').replace('1500', 'many');
    for (const one of [odd, odd.replace(/ +/g, ' ')])
      assert.deepEqual(
        options(one),
        OPTIONS.filter(([code]) => code !== 50 && code !== 57),
      );
  });
});
