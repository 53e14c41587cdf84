import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '../../src/codec/bytes';
import { packetsInText } from '../../src/engine/text';
import { needs } from '../support/needs';
import { offer, PRINTERS, PROGRAMS, rows, run } from './text-printers';

/** Lengths with every remainder of rows of 8, 16 and 32 octets. */
const LENGTHS = Array.from({ length: 32 }, (_, i) => 300 + i);

function packets(text: string): string[] {
  const found = packetsInText(text, 'auto');
  assert.ok(!('error' in found), 'error' in found ? found.error : '');
  return found.packets.map(({ bytes }) => hex(bytes));
}

/** The notes of a text, which must be readable: by line, what was passed over. */
function notes(text: string): string[] {
  const found = packetsInText(text, 'auto');
  assert.ok(!('error' in found), 'error' in found ? found.error : '');
  return found.packets.flatMap((packet) => packet.notes.map((note) => `${note.line}: ${note.text}`));
}

const hexed = (bytes: Uint8Array): string => Array.from(bytes, (one) => one.toString(16).padStart(2, '0')).join(' ');
const xxd = (bytes: Uint8Array): string =>
  rows(bytes, 16, (part, at) => {
    const text = Array.from(part, (one) => (one >= 0x20 && one < 0x7f ? String.fromCharCode(one) : '.')).join('');
    return `${at.toString(16).padStart(8, '0')}: ${hexed(part).padEnd(47)}  ${text}`;
  });

describe('octets as programs print them', () => {
  for (const [name, print] of PRINTERS) {
    it(name, () => {
      for (const length of LENGTHS) {
        const bytes = offer(length);
        assert.deepEqual(packets(print(bytes)), [hex(bytes)], `${length} octets`);
      }
    });
  }
  for (const [name, command, args] of PROGRAMS) {
    it(`${name} (the program itself)`, (t) => {
      if (!needs(t, command)) return;
      // Programs cost time: lengths around whole rows, and some between.
      for (const length of [300, 303, 304, 305, 310, 317, 318, 319, 320, 321, 331]) {
        const bytes = offer(length);
        assert.deepEqual(packets(run(command, args, bytes)), [hex(bytes)], `${length} octets`);
      }
    });
  }
});

describe('rows with a divider between their halves', () => {
  const heads = [() => '', (at: number) => `${at.toString(16).padStart(4, '0')}  `, (at: number) => `${at}: `];
  for (const divider of ['-', '--', ' : ', ' | ', ' / ', ' . ', ' ~ ', ' ‖ ', '·']) {
    it(`“${divider}”`, () => {
      for (const head of heads) {
        for (const length of [300, 303, 304, 305, 318, 319, 320]) {
          const bytes = offer(length);
          const text = rows(bytes, 16, (part, at) => {
            const printed = Array.from(part, (one) => (one >= 0x20 && one < 0x7f ? String.fromCharCode(one) : '.'));
            return `${head(at)}${hexed(part.subarray(0, 8))}${divider}${hexed(part.subarray(8))}  ${printed.join('')}`;
          });
          assert.deepEqual(packets(text), [hex(bytes)], `${length} octets, ${head(16)}`);
        }
      }
    });
  }
});

/** The lines, each behind its number. */
const numbered = (text: string, head: (number: number) => string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line, i) => `${head(i + 1)}${line}\n`)
    .join('');

/** What mails, logs and web pages do to a text. */
const WRAPPINGS: readonly (readonly [name: string, wrap: (text: string) => string])[] = [
  ['CRLF', (text) => text.replace(/\n/g, '\r\n')],
  ['a mail’s quotation', (text) => text.replace(/^/gm, '> ')],
  ['a quotation of a quotation', (text) => text.replace(/^/gm, '> > ')],
  ['empty lines between', (text) => text.replace(/\n/g, '\n\n')],
  ['no-break spaces', (text) => text.replace(/ /g, '\u00a0')],
  ['indentation by tabs', (text) => text.replace(/^/gm, '\t\t')],
  ['spaces at the ends', (text) => text.replace(/$/gm, '   ')],
  ['a fence of Markdown', (text) => `Here it is:\n\n\`\`\`text\n${text}\`\`\`\n\nAny idea?\n`],
  ['a syslog prefix', (text) => text.replace(/^(?=.)/gm, () => 'Jan 12 03:04:05 gw dhcpd[99]: ')],
  [
    'a syslog prefix with changing times',
    (text) =>
      text.replace(/^(?=.)/gm, (_, at: number) => `Jan 12 03:04:${String(at % 60).padStart(2, '0')} gw dhcpd[99]: `),
  ],
  [
    'ISO times',
    (text) =>
      text.replace(/^(?=.)/gm, (_, at: number) => `2024-01-02T03:04:05.${String(at).padStart(6, '0')}Z debug: `),
  ],
  ['a kernel log', (text) => text.replace(/^(?=.)/gm, (_, at: number) => `[${String(at).padStart(5)}.123456] `)],
  ['colours of a terminal', (text) => text.replace(/^(.+)$/gm, '\u001b[32m$1\u001b[0m')],
  ['upper case', (text) => text.replace(/[0-9a-f]{2}(?= )/g, (two) => two.toUpperCase())],
  ['line numbers of cat -n', (text) => numbered(text, (n) => `${String(n).padStart(6)}\t`)],
  ['line numbers of grep -n', (text) => numbered(text, (n) => `${n}:`)],
  ['line numbers of grep in several files', (text) => numbered(text, (n) => `logs/dump.txt:${n}:`)],
  ['comments of C++', (text) => text.replace(/^(?=.)/gm, '// ')],
  ['comments of a shell', (text) => text.replace(/^(?=.)/gm, '# ')],
  ['a JSON string', (text) => JSON.stringify({ level: 'debug', message: text })],
  ['a JSON string with words before', (text) => JSON.stringify({ message: `packet: ${text}` })],
  ['quoted lines with their line ends', (text) => text.replace(/^(.+)$/gm, (line) => JSON.stringify(`${line}\n`))],
  ['one line for all', (text) => text.replace(/\n/g, ' ')],
  [
    'code of Markdown, row by row',
    (text) =>
      text.replace(/(?:\b[0-9a-f]{2} ){7,}[0-9a-f]{2}\b|^[0-9a-f]{2}(?: [0-9a-f]{2})*$/gm, (octets) => `\`${octets}\``),
  ],
  ['a byte-order mark', (text) => `\ufeff${text}`],
  ['zero-width spaces', (text) => text.replace(/^/gm, '\u200b')],
];

describe('octets in mails, logs and web pages', () => {
  const forms: readonly (readonly [string, (bytes: Uint8Array) => string])[] = [
    ['dump with offsets and text', xxd],
    ['rows of octets', (bytes) => rows(bytes, 16, hexed)],
    [
      'dump with offsets',
      (bytes) => rows(bytes, 16, (part, at) => `${at.toString(16).padStart(4, '0')}  ${hexed(part)}`),
    ],
  ];
  for (const [name, wrap] of WRAPPINGS) {
    it(name, () => {
      for (const [form, print] of forms) {
        for (const length of LENGTHS) {
          const bytes = offer(length);
          assert.deepEqual(packets(wrap(print(bytes))), [hex(bytes)], `${form}, ${length} octets`);
        }
      }
    });
  }

  it('several packets of one text', () => {
    const [a, b, c] = [offer(300), offer(313), offer(320)];
    const all = [hex(a), hex(b), hex(c)];
    for (const [form, print] of forms) {
      const texts = [a, b, c].map(print);
      assert.deepEqual(packets(texts.join('')), all, `${form}, one behind the other`);
      assert.deepEqual(packets(texts.join('\n')), all, `${form}, empty lines between`);
      assert.deepEqual(
        packets(texts.map((text, i) => `Packet ${i}\n${text}`).join('')),
        all,
        `${form}, titles between`,
      );
    }
    assert.deepEqual(packets([a, b, c].map((one) => hex(one)).join('\n')), all);
    assert.deepEqual(packets([a, b, c].map((one) => JSON.stringify(Buffer.from(one))).join('\n')), all);
    assert.deepEqual(
      packets(
        [a, b, c]
          .map((one) => `p = b"${Array.from(one, (x) => `\\x${x.toString(16).padStart(2, '0')}`).join('')}"`)
          .join('\n'),
      ),
      all,
    );
  });

  it('a title that ends with the offset at which a row would go on', () => {
    // The packet ends at 0x13c; what stands between the addresses looks like that offset and a row behind it.
    const [a, b] = [offer(0x13c), offer(300)];
    const text = `${xxd(a)}1700000003.001000 02:00:00:00:01:3c > 02:00:00:00:00:c1, length 300\n${xxd(b)}`;
    assert.deepEqual(packets(text), [hex(a), hex(b)]);
    const other = `${xxd(a)}eth0 13c > 02 00 00 00 00 c1\n${xxd(b)}`;
    assert.deepEqual(packets(other), [hex(a), hex(b)]);
  });

  it('other lines between the rows of one packet', () => {
    const bytes = offer(307);
    const text = xxd(bytes).replace(/\n(?=00000080)/, '\nwifi: beacon lost\n');
    assert.deepEqual(packets(text), [hex(bytes)]);
    assert.deepEqual(notes(text), ['9: “wifi: beacon lost” was passed over.']);
  });
});

describe('what does not agree', () => {
  const bytes = offer(309);

  /** The packet with zeros from `at` on. */
  const without = (at: number, length: number): string => hex(Uint8Array.from(bytes).fill(0, at, at + length));

  it('names the row in which an octet is missing, and reads the others', () => {
    // 0x10 is in the middle of “c0 a8 32 14”, and the text beside the row tells that it is not the last octet that is missing.
    const text = xxd(bytes).replace('00000010: c0 a8', '00000010: c0');
    assert.deepEqual(packets(text), [without(0x10, 16)]);
    assert.deepEqual(notes(text), [
      '2: Only 15 of 16 octets stand here, and it is not known which: 00 stands for each (octets 16 to 31 of the packet).',
    ]);
  });

  it('names a row that is missing, and reads the others', () => {
    const lines = xxd(bytes).split('\n');
    const text = [...lines.slice(0, 5), ...lines.slice(6)].join('\n');
    assert.deepEqual(packets(text), [without(0x50, 16)]);
    assert.deepEqual(notes(text), [
      '6: 16 octets are missing before the row: 00 stands for each (octets 80 to 95 of the packet).',
    ]);
  });

  it('names a row whose text says something else', () => {
    assert.deepEqual(notes(xxd(bytes).replace(/c\.Sc$/m, 'c.Sd')), [
      '15: The text beside the octets does not agree with them: “............c.Sd”.',
    ]);
  });

  it('takes a whole frame whole, whatever it carries', () => {
    // A frame of VXLAN's port with an unfinished header in front of a message: no layer leads to it.
    const ip = '450001500000000040110000c0a83201c0a83214';
    const frame = Uint8Array.from([
      ...Buffer.from(`0200000000c10200000000510800${ip}123456780148000000000000`, 'hex'),
      ...bytes,
    ]);
    assert.deepEqual(packets(xxd(frame)), [hex(frame)]);
  });

  it('reads the frames in the JSON of tshark', () => {
    const json = JSON.stringify(
      [bytes, offer(320)].map((one) => ({
        _source: { layers: { frame_raw: [hex(one), 0, one.length, 0, 1], dhcp_raw: hex(one) } },
      })),
      null,
      2,
    );
    assert.deepEqual(packets(json), [hex(bytes), hex(offer(320))]);
    assert.deepEqual(packets(`{"timestamp":"1","layers":{"frame":{},"frame_raw":"${hex(bytes)}","eth":{}}}`), [
      hex(bytes),
    ]);
  });

  it('tells of octets that the printer left out', () => {
    const cut = `<Buffer ${hexed(bytes.subarray(0, 50))} ... 259 more bytes>`;
    assert.deepEqual(packets(cut), [hex(bytes.subarray(0, 50))]);
    assert.deepEqual(notes(cut), ['1: The list goes on: 259 more octets were left out when it was printed.']);
    const strace = `recvfrom(5, "${Array.from(bytes.subarray(0, 32), (x) => `\\x${x.toString(16).padStart(2, '0')}`).join('')}"..., 1500, 0, NULL, NULL) = 309\n`;
    assert.deepEqual(notes(strace), ['1: The string is cut after 32 octets of 309: strace -s 4096 prints more.']);
  });

  it('finds a message by its magic cookie where the headers in front are cut', () => {
    const ip = Uint8Array.from(Buffer.from('0000000040110000c0a83201c0a83214', 'hex'));
    const udp = Uint8Array.from([0, 67, 0, 68, (bytes.length + 8) >> 8, (bytes.length + 8) & 255, 0, 0]);
    const text = xxd(Uint8Array.from([...ip, ...udp, ...bytes]));
    assert.deepEqual(packets(text), [hex(udp) + hex(bytes)]);
    assert.deepEqual(notes(text), [
      '1: The first 16 octets are no whole header and were passed over; the message was found by its magic cookie.',
    ]);
    assert.deepEqual(packets(xxd(Uint8Array.from([9, 9, 9, ...bytes]))), [hex(bytes)]);
  });
});

describe('options alone', () => {
  const bytes = offer(300);
  it('begin with the cookie', () => {
    const found = packetsInText(hexed(bytes.subarray(236)), 'auto');
    assert.ok(!('error' in found));
    assert.deepEqual(
      found.packets.map(({ start, bytes: read }) => [start, hex(read)]),
      [['options', hex(bytes.subarray(236))]],
    );
  });
  it('or with the message type, where they are whole', () => {
    const found = packetsInText(hexed(bytes.subarray(240)), 'auto');
    assert.ok(!('error' in found));
    assert.equal(found.packets[0]!.start, 'options');
  });
  it('are found behind a message whose beginning is missing', () => {
    const found = packetsInText(hexed(bytes.subarray(200)), 'auto');
    assert.ok(!('error' in found));
    assert.deepEqual(
      found.packets.map(({ start, bytes: read }) => [start, hex(read)]),
      [['options', hex(bytes.subarray(236))]],
    );
  });
});

/** Texts that hold no octets of a message, and what the refusal must say. */
const REFUSED: readonly (readonly [text: string, says: RegExp])[] = [
  [
    '10:11:12.000001 IP (tos 0xc0, ttl 64, id 0, offset 0, flags [none], proto UDP (17), length 322)\n    0.0.0.0.68 > 255.255.255.255.67: BOOTP/DHCP, Request from 02:00:00:00:00:c1, length 294, xid 0x1020304\n\t  Client-ID (61), length 19: hardware-type 255, 00:00:00:01:00:02:00:00:ab:11:01:02:03:04:05:06:07:08\n',
    /text of tcpdump, .*-xx/,
  ],
  [
    '  TIME: 2024-01-02 03:04:05.006\n    OP: 2 (BOOTPREPLY)\n HTYPE: 1 (Ethernet)\n  HLEN: 6\nCHADDR: 02:00:00:00:00:c1:00:00:00:00:00:00:00:00:00:00\nOPTION:  53 (  1) DHCP message type         2 (DHCPOFFER)\n',
    /dhcpdump/,
  ],
  [
    'dnsmasq-dhcp[1]: 1234567 DHCPDISCOVER(eth0) 02:00:00:00:00:c1\ndnsmasq-dhcp[1]: 1234567 DHCPOFFER(eth0) 192.168.50.20 02:00:00:00:00:c1\n',
    /dnsmasq log without packet contents.*tcpdump -w/,
  ],
  [
    'Jan  1 00:00:00 gw dhcpd: DHCPDISCOVER from 02:00:00:00:00:c1 via eth0\nJan  1 00:00:00 gw dhcpd: DHCPOFFER on 192.168.50.20 to 02:00:00:00:00:c1 via eth0\n',
    /log of ISC dhcpd or dhclient/,
  ],
  [
    '2024-01-02 03:04:05.006 INFO  [kea-dhcp4.leases/99.1] DHCP4_LEASE_ALLOC [hwtype=1 02:00:00:00:00:c1], cid=[01:02:00:00:00:00:c1], tid=0x39a4f7c1: lease 192.168.50.20 has been allocated\n',
    /Kea log/,
  ],
  [
    'Dynamic Host Configuration Protocol (Offer)\n    Message type: Boot Reply (2)\n    Transaction ID: 0x39a4f7c1\n    Client MAC address: 02:00:00:00:00:c1\n    Client hardware address padding: 00000000000000000000\n',
    /packet details of Wireshark/,
  ],
  [
    '    1 0.000000 0.0.0.0 → 255.255.255.255 DHCP 342 DHCP Discover - Transaction ID 0x39a4f7c1\n',
    /packet list of Wireshark/,
  ],
  ['###[ BOOTP ]###\n  op        = BOOTREQUEST\n  htype     = 1\n', /Scapy/],
  ['dhcpcd:x:100:65534:DHCP Client Daemon,,,:/usr/lib/dhcpcd:/bin/false\n', /^(?!.*log of a DHCP client)/],
  ['udhcpc: sending discover\nudhcpc: sending select for 192.168.50.20\n', /log of a DHCP client/],
  ['lease 192.168.50.20 {\n  starts 2 2024/01/02 03:04:05;\n  binding state active;\n}\n', /lease database/],
  ['subnet 192.168.50.0 netmask 255.255.255.0 {\n  range 192.168.50.10 192.168.50.99;\n}\n', /server configuration/],
  ['10,01/02/24,03:04:05,Assign,192.168.50.20,pc,0200000000C1,\n', /Windows DHCP server/],
  ['01:04:c0:a8:32:01', /6 octets.*too few for a DHCP message\. What are they\?/],
  ['02:00:00:00:00:c1', /6 octets.*too few/],
  ['c0a83214', /4 octets.*too few/],
  ['The quick brown fox', /“The” is not hex/],
  ['dead beef '.repeat(40), /look like no frame/],
];

describe('texts without octets', () => {
  for (const [text, says] of REFUSED) {
    it(text.trim().slice(0, 50), () => {
      const found = packetsInText(text, 'auto');
      assert.ok('error' in found);
      assert.match(found.error, says);
    });
  }
});
