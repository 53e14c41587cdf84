/**
 * Messages told in words. The texts are what tcpdump 4.99.3 (-vv -e -n -tt) and tshark 4.0.17 (-V -n) print of the samples, so the capture
 * itself says what must be read.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { parseHexText } from '../../src/capture/text';
import { textJson } from '../../src/cli/hex';
import { frameJson } from '../../src/cli/json';
import { utc } from '../../src/cli/report/time';
import { describeStored } from '../../src/engine/answers/describe';
import { Capture, type Source } from '../../src/engine/capture';

type Json = Record<string, unknown>;
interface Line extends Json {
  readonly dhcp: { readonly options: readonly Json[] } & Json;
}

const text = (name: string): string => readFileSync(join('test', 'fixtures', 'words', name), 'utf8');

/** What `decode --json` prints of the words. */
function told(words: string): { lines: Line[]; capture: Capture } {
  const capture = new Capture('words', DEFAULT_SETTINGS);
  const lines = capture.readText(words).map((packet, i) => textJson(frameJson(capture, i), packet) as Line);
  return { lines, capture };
}

async function sample(name: string): Promise<Capture> {
  const capture = new Capture(name, DEFAULT_SETTINGS);
  const bytes = readFileSync(join('media', 'samples', `${name}.pcap`));
  // eslint-disable-next-line @typescript-eslint/require-await
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield bytes;
  };
  await capture.read({ name, chunks } satisfies Source);
  return capture;
}

/** A value without some keys, at whatever depth. `length` is also that of an option, and stays there. */
function without(line: Json, ...keys: readonly string[]): Json {
  const head = Object.fromEntries(Object.entries(line).filter(([key]) => !keys.includes(key)));
  return JSON.parse(JSON.stringify(head, (key, value: unknown) => (key === 'offset' ? undefined : value))) as Json;
}

/** The messages of a capture, without what words do not tell. */
function messages(capture: Capture): Json[] {
  return Array.from(capture.indexes)
    .map((index) => frameJson(capture, index))
    .filter((line) => line['dhcp'] !== undefined)
    .map((line) => without(line, 'length', 'captured', 'frame', 'offset'));
}

const idsOf = (capture: Capture): string[] => capture.findings.map(({ id }) => id);

describe('words of tcpdump and Wireshark', () => {
  for (const [name, from] of [
    ['relay', 'tcpdump'],
    ['pxe', 'tcpdump'],
    ['relay', 'wireshark'],
  ] as const) {
    it(`of ${from} tell the messages of ${name} as the capture holds them`, async () => {
      const whole = await sample(name);
      const { lines, capture } = told(text(`${name}.${from}.txt`));
      assert.ok(lines.every((line) => line['from'] === from));
      const plain = lines.map((line) => without(line, 'frame', 'from', 'notes'));
      assert.deepEqual(plain, messages(whole));
      assert.ok(lines.every((line) => !('octets' in line)));
      assert.deepEqual(idsOf(capture), idsOf(whole));
    });
  }

  it('a time of day without a date is no time in JSON, but the time between messages is known', () => {
    const undated = text('relay.tcpdump.txt').replace(/^\d{10}\.(\d{6})/gm, (_, micro: string) => `23:59:59.${micro}`);
    const { lines, capture } = told(undated);
    assert.ok(lines.every(({ time }) => time === null));
    // 0.255500 to 0.310897: the text's own microseconds.
    assert.equal(capture.durationSeconds, 0.055397);
    const { lines: dated, capture: local } = told(undated.replaceAll('23:59:59', '2026-11-24 04:12:22'));
    assert.equal(dated[0]!['time'], '1795493542.255500000');
    // `tcpdump -tttt` prints the local time of its machine (its manual page), and `-tt` seconds since 1970: only these are in UTC.
    assert.equal(local.scan.store.isoTime(0), '2026-11-24T04:12:22.255500000');
    assert.equal(capture.scan.store.isoTime(0), '23:59:59.255500000');
    assert.equal(told(text('relay.tcpdump.txt')).capture.scan.store.isoTime(0), '2026-11-24T04:12:22.255500000Z');
    assert.equal(utc(local.scan.store.isoTime(0)!, 0), '2026-11-24 04:12:22');
    assert.equal(utc('2026-11-24T04:12:22.255500000Z', 6), '2026-11-24 04:12:22.255500 UTC');
  });

  it('without -e and -n there are no link-layer addresses, and names of hosts are no addresses', () => {
    const words =
      '1795493542.000001 IP (tos 0x0, ttl 64, id 7, offset 0, flags [none], proto UDP (17), length 328)\n' +
      '    router.example.bootps > 10.67.0.100.bootpc: BOOTP/DHCP, Reply, length 300, xid 0x722e1745, Flags [none]\n' +
      '\t  Your-IP 10.67.0.100\n\t  Client-Ethernet-Address 02:67:00:00:00:0c (oui Unknown)\n' +
      '\t  Vendor-rfc1048 Extensions\n\t    Magic Cookie 0x63825363\n\t    DHCP-Message Option 53, length 1: ACK\n'.replace(
        ' Option 53',
        ' (53)',
      );
    const [line] = told(words).lines;
    assert.deepEqual(
      ['src', 'ethSrc', 'link', 'sport', 'dport'].map((key) => line![key]),
      [undefined, undefined, undefined, 67, 68],
    );
    assert.equal(line!.dhcp['chaddr'], '02:67:00:00:00:0c');
    assert.equal(line!.dhcp['messageType'], 'ACK');
  });

  it('a name at one end leaves the other end, the ports and the link layer as they are told', () => {
    const datagram = (ends: string, link = ''): string =>
      `1795493542.000001 ${link}IP (tos 0x0, ttl 64, id 7, offset 0, flags [none], proto UDP (17), length 328)\n` +
      `    ${ends}: BOOTP/DHCP, Reply, length 300, xid 0x722e1745, Flags [none]\n` +
      '\t  Your-IP 10.67.0.100\n\t  Client-Ethernet-Address 02:67:00:00:00:0c\n' +
      '\t  Vendor-rfc1048 Extensions\n\t    Magic Cookie 0x63825363\n\t    DHCP-Message (53), length 1: ACK\n';
    const ethernet = '02:67:00:00:00:01 > 02:67:00:00:00:0c, ethertype IPv4 (0x0800), length 342: ';
    const solicit =
      '1795493542.000001 IP6 (hlim 1, next-header UDP (17) payload length: 30) laptop.lan.dhcpv6-client > ' +
      'ff02::1:2.dhcpv6-server: dhcp6 solicit (xid=5a1b2c (client-ID hwaddr type 1 026700000030) (elapsed-time 0))\n';
    const ends = (words: string): unknown[] => {
      const { lines, capture } = told(words);
      const [line] = lines;
      const summary = describeStored(capture.scan, 0).tree.map(({ text: one }) => one);
      return [...['src', 'dst', 'ethSrc', 'dport'].map((key) => line![key]), summary[summary.length - 3]];
    };
    assert.deepEqual(ends(datagram('router.lan.bootps > 10.67.0.100.bootpc')), [
      ...[undefined, '10.67.0.100', undefined, 68],
      '? → 10.67.0.100',
    ]);
    assert.deepEqual(ends(datagram('10.67.0.1.bootps > laptop.lan.bootpc')), [
      ...['10.67.0.1', undefined, undefined, 68],
      '10.67.0.1 → ?',
    ]);
    assert.deepEqual(ends(datagram('router.lan.bootps > 10.67.0.100.bootpc', ethernet)), [
      ...[undefined, '10.67.0.100', '02:67:00:00:00:01', 68],
      '? → 10.67.0.100',
    ]);
    assert.deepEqual(ends(datagram('router.lan.bootps > laptop.lan.bootpc', ethernet)), [
      ...[undefined, undefined, '02:67:00:00:00:01', 68],
      '? → ?',
    ]);
    assert.deepEqual(ends(solicit), [undefined, 'ff02::1:2', undefined, 547, '? → ff02::1:2']);
    // A host that has no address yet is no host without a name.
    assert.deepEqual(ends(datagram('0.0.0.0.bootpc > dhcp.lan.bootps')).slice(0, 2), ['0.0.0.0', undefined]);
  });

  it('what the text does not give exactly is left out, and named', () => {
    const words = text('relay.tcpdump.txt')
      .replace('"learner-laptop"', '"learner-lap"')
      .replace(': eth0', ': ^@^@^@^@');
    const [first] = told(words).lines;
    assert.deepEqual(
      first!.dhcp.options.map(({ code }) => code),
      [53, 57, 55, 60, 61],
    );
    assert.match(JSON.stringify(first!['notes']), /does not give the value of options 12, 82 octet by octet/);
    // A message without its type would be one of BOOTP, and one without options may have a wrong magic cookie.
    const odd = parseHexText(text('relay.tcpdump.txt').replace(': Discover', ': Odd'));
    assert.ok(!('error' in odd));
    assert.equal(odd.packets.length, 3);
    assert.match(odd.notes.map((note) => note.text).join(' '), /passed over: its type is not told/);
    assert.ok(
      'error' in
        parseHexText(
          text('relay.tcpdump.txt')
            .replace(/^\t {4}.*\n/gm, '')
            .replace(/\t {2}Vendor.*\n/g, ''),
        ),
    );
    const malformed = parseHexText(
      text('relay.wireshark.txt').replace(/\n\nFrame/, '\n[Malformed Packet: DHCP]\n\nFrame'),
    );
    assert.ok(!('error' in malformed));
    assert.equal(malformed.packets.length, 3);
  });

  it('octets in the same text are read instead', () => {
    const both = `${text('relay.tcpdump.txt')}\n0000  ${'01 01 06 00 39 03 f3 26 '}${'00 '.repeat(228)}63 82 53 63 35 01 01 ff\n`;
    const { lines } = told(both);
    assert.deepEqual(
      lines.map(({ start }) => start),
      ['dhcp'],
    );
  });
});

/** As dhcpdump prints an ACK: written by hand in the form of its output. */
const DHCPDUMP = `---------------------------------------------------------------------------

  TIME: 2024-01-02 03:04:05.006
    IP: 192.168.50.1 (2:0:0:0:0:1) > 192.168.50.20 (2:0:0:0:0:c1)
    OP: 2 (BOOTPREPLY)
 HTYPE: 1 (Ethernet)
  HLEN: 6
  HOPS: 0
   XID: 39a4f7c1
  SECS: 3
 FLAGS: 7f80
CIADDR: 0.0.0.0
YIADDR: 192.168.50.20
SIADDR: 192.168.50.1
GIADDR: 0.0.0.0
CHADDR: 02:00:00:00:00:c1:00:00:00:00:00:00:00:00:00:00
 SNAME: .
 FNAME: pxelinux.0.
OPTION:  53 (  1) DHCP message type         5 (DHCPACK)
OPTION:  54 (  4) Server identifier         192.168.50.1
OPTION:  51 (  4) IP address leasetime      86400 (24h)
OPTION:   6 (  8) DNS server                192.168.50.1,192.168.50.2
OPTION:  15 ( 11) Domainname                example.net
OPTION:  61 (  7) Client-identifier         01:02:00:00:00:00:c1
OPTION:  55 (  2) Parameter Request List      1 (Subnet mask)
                                              3 (Routers)
---------------------------------------------------------------------------
`;

describe('words of dhcpdump', () => {
  it('tell the message, but no ports', () => {
    const [line] = told(DHCPDUMP).lines;
    const { dhcp, ...head } = line!;
    assert.equal(head['from'], 'dhcpdump');
    assert.equal(head['time'], '1704164645.006000000');
    assert.deepEqual(
      ['src', 'dst', 'ethSrc', 'ethDst', 'sport', 'dport'].map((key) => head[key]),
      ['192.168.50.1', '192.168.50.20', '02:00:00:00:00:01', '02:00:00:00:00:c1', undefined, undefined],
    );
    assert.deepEqual(
      ['op', 'xid', 'secs', 'flags', 'yiaddr', 'siaddr', 'chaddr', 'sname', 'file', 'messageType'].map(
        (key) => dhcp[key],
      ),
      [2, '0x39a4f7c1', 3, '0x8000', '192.168.50.20', '192.168.50.1', '02:00:00:00:00:c1', '', 'pxelinux.0', 'ACK'],
    );
    assert.deepEqual(
      dhcp.options.map(({ code, hex }) => [code, hex]),
      [
        [53, '05'],
        [54, 'c0a83201'],
        [51, '00015180'],
        [6, 'c0a83201c0a83202'],
        [15, '6578616d706c652e6e6574'],
        [61, '010200000000c1'],
        [55, '0103'],
      ],
    );
  });
});

describe('hostile words', () => {
  const seeds = [text('relay.tcpdump.txt'), text('pxe.tcpdump.txt'), text('relay.wireshark.txt'), DHCPDUMP];
  it('damaged texts are read or refused, never an exception', () => {
    let state = 67;
    const below = (most: number): number => (state = (state * 48271) % 2147483647) % most;
    for (let run = 0; run < 400; run++) {
      let words = seeds[run % seeds.length]!;
      for (let cut = 0; cut < 6; cut++) {
        const at = below(words.length);
        const put = ['', '(', '99999999999', ', ', '\n', '0x', '"', '^', ':', '-1', 'é', '\u0000'][below(12)]!;
        words = words.slice(0, at) + put + words.slice(at + below(9));
      }
      try {
        told(words);
      } catch (error) {
        assert.equal((error as Error).constructor.name, 'EngineError', `run ${run}: ${String(error)}`);
      }
    }
  });
  it('takes linear time', () => {
    const line = (head: string, piece: string): string => head + piece.repeat(2 ** 20 / piece.length);
    const start = seeds[0]!.split('\n').slice(0, 6).join('\n');
    for (const words of [
      seeds[0]!.repeat(200),
      seeds[2]!.repeat(50),
      `${start}\n${line('\t    Hostname (12), length 14: ', '"')}`,
      `${start}\n${line('\t    FQDN (81), length 14: ', '[S] ')}`,
      `${start}\n${line('', '\t    X (55), length 9: (1)\n')}`,
      `${start}\n${line('', '\t      (1)\n')}`,
      line('BOOTP/DHCP, Re', 'a.a > '),
      `${seeds[2]!}\n${line('Ethernet II, Src: (', '02:67:00:00:00:01), Dst: (')}`,
      `${seeds[2]!}\n${line('    Option: (12) ', '(')}`,
      line(' HTYPE: 1\n', 'OPTION:  53 (  1) x 5\n'),
    ]) {
      const before = process.cpuUsage();
      parseHexText(words);
      const { user, system } = process.cpuUsage(before);
      assert.ok(user + system < 8e6, `${(user + system) / 1e6} s for ${words.slice(0, 60)}`);
    }
  });
});
