/** Words that stop, are cut, marked or masked: what they do not tell allows no conclusion, and is no number. All values are made up. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { parseHexText } from '../../src/capture/text';
import { frameJson } from '../../src/cli/json';
import { Capture } from '../../src/engine/capture';
import type { Field } from '../../src/codec/field';

type Json = Record<string, unknown>;
interface Line extends Json {
  readonly dhcp: { readonly options: readonly Json[] } & Json;
}

interface Told {
  readonly lines: Line[];
  readonly capture: Capture;
  readonly ids: string[];
  readonly notes: string[];
}

function told(words: string): Told {
  const capture = new Capture('words', DEFAULT_SETTINGS);
  const packets = capture.readText(words);
  return {
    lines: packets.map((_, i) => frameJson(capture, i) as Line),
    capture,
    ids: capture.findings.map(({ id }) => id),
    notes: packets.flatMap(({ notes }) => notes.map(({ text }) => text)),
  };
}
const codes = ({ dhcp }: Line): unknown[] => dhcp.options.map(({ code }) => code);
const OPEN = 'This message may have more options than the text tells: nothing is concluded from what is missing.';

/** The text of a field of the first frame. */
function field({ capture }: Told, key: string): string | undefined {
  const found = (fields: readonly Field[]): Field | undefined => {
    for (const one of fields) {
      const inside = one.key === key ? one : found(one.children ?? []);
      if (inside) return inside;
    }
    return undefined;
  };
  return found(capture.frame(1).tree)?.text;
}

/** What tcpdump -vv prints of a message. */
const head = (time: string, from: string, to: string, of: string, flags = ', Flags [none] (0x0000)'): string =>
  `01:02:0${time}.000000 IP (tos 0x10, ttl 61, id 6767, offset 0, flags [DF], proto UDP (17), length 328)\n` +
  `    ${from} > ${to}: [udp sum ok] BOOTP/DHCP, ${of}, length 300, xid 0x67aa5501${flags}\n`;
const REQUEST =
  head('3', '0.0.0.0.68', '255.255.255.255.67', 'Request from 02:00:5e:00:53:01') +
  '\t  Client-Ethernet-Address 02:00:5e:00:53:01\n\t  Vendor-rfc1048 Extensions\n\t    Magic Cookie 0x63825363\n' +
  '\t    DHCP-Message (53), length 1: Request\n\t    Requested-IP (50), length 4: 192.168.67.21\n' +
  '\t    Server-ID (54), length 4: 192.168.67.1\n\t    Parameter-Request (55), length 3:\n' +
  '\t      Subnet-Mask (1), Default-Gateway (3), Domain-Name-Server (6)\n';
const reply = (options: string): string =>
  head('3', '192.168.67.1.67', '192.168.67.21.68', 'Reply') +
  '\t  Your-IP 192.168.67.21\n\t  Client-Ethernet-Address 02:00:5e:00:53:01\n\t  Vendor-rfc1048 Extensions\n' +
  `\t    Magic Cookie 0x63825363\n${options}`;
const ACK =
  '\t    DHCP-Message (53), length 1: ACK\n\t    Server-ID (54), length 4: 192.168.67.1\n' +
  '\t    Lease-Time (51), length 4: 3600\n\t    Subnet-Mask (1), length 4: 255.255.255.0\n' +
  '\t    Default-Gateway (3), length 4: 192.168.67.1\n';
const DNS = '\t    Domain-Name-Server (6), length 4: 192.168.67.1\n';
const NAME = '\t    Domain-Name (15), length 7: "example"\n';

describe('a text that may not tell all options of a message', () => {
  it('that ends behind them allows no conclusion; where it goes on, one is drawn', () => {
    const ended = told(REQUEST + reply('\t    DHCP-Message (53), length 1: Offer\n'));
    assert.deepEqual(ended.ids, []);
    assert.ok(ended.notes.includes(OPEN));
    const on = told(REQUEST + reply('\t    DHCP-Message (53), length 1: Offer\n') + '2 packets captured\n');
    assert.ok(on.ids.includes('missing-required-option'));
    assert.ok(!on.notes.includes(OPEN));
  });

  it('the end of the options, or octets that add up to the length, close them', () => {
    assert.ok(told(REQUEST + reply(ACK)).notes.includes(OPEN));
    for (const closed of [
      reply(`${ACK}\t    END (255), length 0\n`),
      // 240 octets, 27 of the options, and End.
      reply(ACK).replace('length 300', 'length 268'),
    ]) {
      const { ids, notes } = told(`${REQUEST}\t    END (255), length 0\n${closed}`);
      assert.ok(!notes.includes(OPEN));
      assert.ok(ids.includes('missing-dns'), ids.join());
    }
  });

  it('a line among its options that cannot be read may be one', () => {
    const end = '\t    END (255), length 0\n';
    const odd = told(REQUEST + end + reply(`${ACK}\t    ??${DNS}${NAME}${end}`));
    assert.ok(odd.notes.includes(OPEN));
    assert.ok(!odd.ids.includes('missing-dns'));
    const without = told(REQUEST + end + reply(`${ACK}${NAME}${end}`));
    assert.ok(without.ids.includes('missing-dns'));
  });

  it('marks of forums and of Markdown are no part of a line', () => {
    for (const [open, close] of [
      ['[COLOR="#FF0000"]', '[/COLOR]'],
      ['[B]', '[/B]'],
      ['**', '**'],
    ] as const) {
      const marked = DNS.replace(/\S.*/, (line) => `${open}${line}${close}`);
      const { lines, notes } = told(REQUEST + reply(ACK + marked + NAME) + '2 packets captured\n');
      assert.deepEqual(codes(lines[1]!), [53, 54, 51, 1, 3, 6, 15]);
      assert.ok(!notes.some((note) => note.includes('Domain-Name-Server')));
    }
  });

  it('a message whose first line is cut is named, and its reply is not one-sided', () => {
    const cut = REQUEST.replace(/ xid 0x67aa5501.*/, ' xid 0x6');
    const { ids, notes, lines } = told(cut + reply(ACK + DNS));
    assert.equal(lines.length, 1);
    assert.ok(!ids.includes('one-sided'));
    assert.ok(
      notes.some((note) => note.endsWith('its first line is cut before its flags.')),
      notes.join(),
    );
    assert.ok(told(reply(ACK + DNS)).ids.includes('one-sided'));
  });

  const DHCPDUMP = (op: string, options: string): string =>
    `  TIME: 2024-01-02 03:04:0${op}.006\n    IP: 192.168.67.1 (2:0:0:0:0:1) > 192.168.67.21 (2:0:5e:0:53:1)\n` +
    `    OP: ${op} (BOOTP)\n HTYPE: 1 (Ethernet)\n  HLEN: 6\n  HOPS: 0\n   XID: 67aa5501\n  SECS: 0\n FLAGS: 0\n` +
    'CIADDR: 0.0.0.0\nYIADDR: 192.168.67.21\nSIADDR: 0.0.0.0\nGIADDR: 0.0.0.0\n' +
    `CHADDR: 02:00:5e:00:53:01:00:00:00:00:00:00:00:00:00:00\n SNAME: .\n FNAME: .\n${options}`;
  it('of dhcpdump, that ends before the line behind a message', () => {
    const asked = DHCPDUMP('1', 'OPTION:  53 (  1) DHCP message type         1 (DHCPDISCOVER)\n')
      .replace('YIADDR: 192.168.67.21', 'YIADDR: 0.0.0.0')
      .replace(/IP: .*/, 'IP: 0.0.0.0 (2:0:5e:0:53:1) > 255.255.255.255 (ff:ff:ff:ff:ff:ff)');
    const line = `${'-'.repeat(75)}\n`;
    const { ids, notes } = told(asked + line + DHCPDUMP('2', ''));
    assert.deepEqual(ids, []);
    assert.ok(notes.includes(OPEN));
    assert.ok(told(asked + line + DHCPDUMP('2', '') + line).ids.includes('reply-without-options'));
  });

  it('fields of a header that a text does not tell are no numbers', () => {
    const untold = told(DHCPDUMP('2', 'OPTION:  53 (  1) DHCP message type         2 (DHCPOFFER)\n'));
    for (const key of ['ip.len', 'ip.ttl', 'ip.id', 'ip.dsfield', 'ip.frag_offset', 'udp.length', 'dhcp.option.255'])
      assert.equal(field(untold, key), 'not told by this text', key);
    const whole = told(REQUEST + REQUEST);
    assert.deepEqual(
      ['ip.len', 'ip.ttl', 'ip.id', 'udp.length', 'ip.checksum'].map((key) => field(whole, key)),
      ['328 octets', '61', '0x1a6f', '308 octets', 'not told by this text'],
    );
  });

  it('lengths are those that the text tells, even where it leaves options out', () => {
    const six = told(
      '01:02:03.000001 IP6 (flowlabel 0x67676, hlim 7, next-header UDP (17) payload length: 167) fe80::67.546 > ff02::1:2.547: ' +
        '[udp sum ok] dhcp6 solicit (xid=67ab12 (client-ID hwaddr type 1 02005e005301) (Client-FQDN) (elapsed-time 0))\n',
    );
    assert.deepEqual(
      ['ipv6.plen', 'udp.length', 'ipv6.hlim'].map((key) => field(six, key)),
      ['167 octets', '167 octets', '7'],
    );
    const details = (indent: string): string =>
      [
        'Frame 67: 367 bytes on wire (2936 bits), 367 bytes captured (2936 bits)',
        'Ethernet II, Src: 02:00:00:00:00:01 (02:00:00:00:00:01), Dst:',
        '        02:00:5e:00:53:01 (02:00:5e:00:53:01)',
        'Internet Protocol Version 4, Src: 192.168.67.1, Dst: 192.168.67.21',
        'User Datagram Protocol, Src Port: 67, Dst Port: 68',
        'Bootstrap Protocol (ACK)',
        ...['Message type: Boot Reply (2)', 'Hardware type: Ethernet (0x01)', 'Hardware address length: 6', 'Hops: 0'],
        ...['Transaction ID: 0x67aa5501', 'Seconds elapsed: 0', 'Bootp flags: 0x0000 (Unicast)'],
        ...['Client IP address: 0.0.0.0', 'Your (client) IP address: 192.168.67.21', 'Next server IP address: 0.0.0.0'],
        ...['Relay agent IP address: 0.0.0.0', 'Client MAC address: 02:00:5e:00:53:01 (02:00:5e:00:53:01)'],
        ...['Magic cookie: DHCP', 'Option: (53) DHCP Message Type (ACK)', '    Length: 1', '    DHCP: ACK (5)'],
      ]
        .map((line, i) => (i < 6 ? line : `    ${line}`))
        .map((line) => line.replace(/^(?: {4})+/, (space) => indent.repeat(space.length / 4)))
        .join('\n');
    for (const indent of ['    ', '  ']) {
      const four = told(details(indent));
      assert.deepEqual(codes(four.lines[0]!), [53], indent);
      assert.equal(four.lines[0]!['ethDst'], '02:00:5e:00:53:01');
      assert.equal(field(four, 'ip.len'), '353 octets');
      assert.equal(field(four, 'ip.ttl'), 'not told by this text');
      assert.ok(four.notes.includes(OPEN));
    }
  });
});

describe('words in less usual forms', () => {
  it('masked octets of a link-layer address are named, and the rest is read', () => {
    const { lines, notes } = told((REQUEST + reply(ACK + DNS)).replaceAll('53:01', 'xx:01'));
    assert.equal(lines.length, 2);
    assert.equal(lines[0]!.dhcp['chaddr'], '02:00:5e:00:00:01');
    assert.ok(notes.includes('Octets of link-layer addresses are masked (“02:00:5e:00:xx:01”): 00 stands for each.'));
    // Without its transaction id, nothing tells what a message answers.
    const found = parseHexText((REQUEST + reply(ACK)).replaceAll('0x67aa5501', '0x67xxxx01'));
    assert.ok('error' in found);
  });

  it('a masked address of a host is not known, and the rest is read', () => {
    const { lines, ids } = told(REQUEST + reply(ACK + DNS).replace('Your-IP 192.168.67.21', 'Your-IP xxx.xx.67.21'));
    assert.equal(lines.length, 2);
    assert.deepEqual(ids, []);
  });

  it('two tags, and a sub-option of option 82 as octets', () => {
    const options =
      ACK +
      '\t    Agent-Information (82), length 29: \n\t      Circuit-ID SubOption 1, length 4: P067\n' +
      '\t      Unknown SubOption 9, length 21: \n\t\t0x0000:  0000 0067 1081 0400 0019 0082 0400 0076\n\t\t0x0010:  0001 0203 04\n';
    const text = reply(options + DNS).replace(
      ' IP (',
      ' 02:00:00:00:00:01 > 02:00:5e:00:53:01, ethertype 802.1Q (0x8100), length 350: vlan 67, ethertype 802.1Q, vlan 670, p 0, ethertype IPv4, (',
    );
    const { lines, notes } = told(text);
    assert.deepEqual(lines[0]!['vlan'], [67, 670]);
    assert.equal(
      lines[0]!.dhcp.options.find(({ code }) => code === 82)?.['hex'],
      '010450303637' + '0915000000671081040000190082040000760001020304',
    );
    assert.ok(!notes.some((note) => note.includes('0x0010')));
  });

  it('tcpdump without lengths', () => {
    const text = REQUEST.replace(', length 300', '')
      .replace(/(\(\d+\)), length \d+/g, '$1')
      .replace(/.*(Magic|Vendor|Parameter|Subnet).*\n/g, '');
    const { lines } = told(`${text}\t    Hostname (12): "lab67"\n`);
    assert.deepEqual(
      lines[0]!.dhcp.options.map(({ code, hex }) => [code, hex]),
      [
        [53, '03'],
        [50, 'c0a84315'],
        [54, 'c0a84301'],
        [12, '6c61623637'],
      ],
    );
  });

  it('DHCPv6 of tcpdump that is wrapped behind the addresses', () => {
    const { lines } = told(
      '01:02:03.000001 IP6 fe80::67.546 > ff02::1:2.547:\n  dhcp6 solicit (xid=67ab12\n    (client-ID hwaddr type 1 02005e005301)\n    (elapsed-time 0))\n',
    );
    assert.equal((lines[0]!['dhcpv6'] as Json)['type'], 'SOLICIT');
  });

  for (const [what, text] of [
    ['Microsoft Network Monitor', 'Frame: Frame number: 67\nETHERNET: ETYPE = 0x0800\nDHCP: Op Code (op) = 1 (0x1)\n'],
    ['the text of tcpdump', 'DHCP-Message (53), length 1: Request\nHostname (12), length 5: "lab67"\n'],
    [
      'told field by field',
      'Server IP address (siaddr): 192.168.67.1\nOption: (t=53, l=1) DHCP_OPTION_MESSAGE_TYPE = 5\n',
    ],
    [
      'packet details of Wireshark',
      'No. Time Source 4 1.5 0.0.0.0 DHCP 590 DHCP Discover - Transaction ID 0x67 Frame 4: 590 bytes on wire\n',
    ],
  ] as const)
    it(`${what} is called so where it cannot be read`, () => {
      const found = parseHexText(text);
      assert.ok('error' in found && found.error.includes(what), JSON.stringify(found).slice(0, 200));
    });
});
