/** `inspect --report`: what stands in a report, that names from packets stay text in it, and that it stays short. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { markdownPieces } from '../../src/cli/report/markdown';
import type { Block } from '../../src/cli/report/model';
import { pcap } from '../capture/build';
import { BROADCAST, eth, h8, ip4, octets, udp } from '../codec/frames';
import { cli } from '../support/cli';
import { assertHtml } from '../support/html';
import { SAMPLES, serverSideOfBlocked } from '../support/samples';

const sample = (name: string): string => join('media', 'samples', `${name}.pcap`);
const folder = mkdtempSync(join(tmpdir(), 'port67-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

async function report(form: 'html' | 'md', ...paths: string[]): Promise<string> {
  const { status, stdout, stderr } = await cli(['inspect', '--report', form, ...paths]);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return stdout;
}

/** All of `pieces` stand in `text`, one after the other. */
function assertInOrder(text: string, pieces: readonly string[]): void {
  let at = 0;
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    assert.ok(found >= 0, `not there, or not in its place: ${piece}`);
    at = found + piece.length;
  }
}

/** What a browser shows of a document. */
const shown = (html: string): string =>
  html
    .replace(/<style>[^<]*<\/style>/, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');

test('wrong use of --report is refused in one line', async () => {
  const refused = async (args: readonly string[], message: RegExp): Promise<void> => {
    const { status, stdout, stderr } = await cli(args);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^port67: [^\n]+\n$/);
    assert.match(stderr, message);
  };
  const path = sample('dhcp-healthy');
  await refused(['inspect', '--report', 'html', '--json', path], /inspect takes --json or --report, not both/);
  await refused(['inspect', '--report', 'pdf\u001b', path], /--report takes html or md, not “pdf\\x1b”/);
  await refused(['inspect', path, '--report'], /--report/);
  await refused(['decode', '--report', 'md', path], /decode takes no --report/);
});

test('--fail-on sets the status of a report, too', async () => {
  const ran = await cli(['inspect', '--report', 'md', '--fail-on', 'error', sample('blocked-port')]);
  assert.equal(ran.status, 1);
  assert.match(ran.stdout, /^# DHCP report: blocked-port\.pcap\n/);
  assert.equal((await cli(['inspect', '--report=html', '--fail-on=error', sample('dhcp-healthy')])).status, 0);
});

// Times, addresses, types and ids: tshark -r FILE -T fields -e frame.time_epoch -e frame.time_relative -e ip.src -e ip.dst -e dhcp.option.dhcp -e dhcp.id

test('the blocked port, in Markdown', async () => {
  const text = await report('md', sample('blocked-port'));
  assertInOrder(text, [
    '# DHCP report: blocked-port.pcap\n\n- **File:** blocked-port.pcap (pcap, 1456 octets)\n',
    '- **Captured:** 2026-11-24 04:12:05 UTC to 2026-11-24 04:12:14 UTC (9.1 s)\n',
    '- **Frames:** 4; 4 of them are DHCP or bear on it\n',
    '- **Clients:** 1 (unanswered)\n- **Servers:** 0\n- **Findings:** 1 error\n',
    '\n## Verdict\n\n`02:67:00:00:00:0c` sends 4 DISCOVERs and gets no OFFER; most likely, no DHCP server hears this client',
    'Do this first: Capture on client `02:67:00:00:00:0c` and on the server at once',
    '\n## Findings\n\n### 1. Error: `02:67:00:00:00:0c` sends 4 DISCOVERs and gets no OFFER\n\n- **Id:** no-offer\n- **Frames:** 1, 2, 3, 4\n\n',
    '\n**Causes**\n\n- **Likely:** No DHCP server hears this client',
    '\n  - this capture does not show a single reply of a server\n',
    '\n**What to do**\n\n1. Capture on client `02:67:00:00:00:0c` and on the server at once, and compare the two files: `tcpdump -i any -w dhcp.pcap "udp port 67 or udp port 68 or arp or icmp"`.',
    '\n2. Linux, on the server: `ss -lunp "sport = :67"` shows which program listens on UDP port 67.\n',
    '\n**Reference:** RFC 2131 §3.1, §4.1\n',
    '\n## Clients\n\n| Client | Host name | Vendor class | Protocol | Outcome | Conversations |\n| --- | --- | --- | --- | --- | --- |\n',
    '| `02:67:00:00:00:0c` | learner-laptop | udhcp | DHCP | unanswered | 1 |\n',
    '\n### Conversation 1: `02:67:00:00:00:0c`, unanswered\n\nBegins at 2026-11-24 04:12:05.709615 UTC.\n',
    '| Frame | Time | From | To | Message | Details | Finding |\n',
    '| 1 | 0.000000 | 0.0.0.0 | 255.255.255.255 | DISCOVER | “learner-laptop”, xid 0x5c42ae1b | 1 |\n',
    '| 4 | 9.089517 | 0.0.0.0 | 255.255.255.255 | DISCOVER | “learner-laptop”, xid 0x5c42ae1b | 1 |\n',
  ]);
  // Nobody answers.
  assert.doesNotMatch(text, /## Servers/);
});

test('the wrong subnet, in HTML', async () => {
  const html = await report('html', sample('wrong-subnet'));
  assertInOrder(html, [
    '<title>DHCP report: wrong-subnet.pcap – Port 67</title>',
    '<h1>DHCP report: wrong-subnet.pcap</h1>',
    '<dt>Captured</dt><dd>2026-11-24 04:12:18 UTC (3 ms)</dd>',
    '<h2>Verdict</h2>\n<p>Server 10.67.0.1: router 10.67.1.1 is outside the client’s subnet 10.67.0.0/24;',
    '<section id="finding-1" class="finding error">\n<h3><span class="severity error">Error</span> 1. Server 10.67.0.1: router 10.67.1.1',
    '<dt>Id</dt><dd>router-outside-subnet</dd>\n<dt>Frames</dt><dd>2, 4</dd>',
    '<p class="title">Causes</p>\n<ul>\n<li><strong>Likely:</strong> The router option was copied from another scope, or mistyped\n<ul class="notes">\n<li>option 3 is 10.67.1.1, the subnet 10.67.0.0/24</li>\n</ul>\n</li>',
    '<p class="title">What to do</p>\n<ol>\n<li>Give a router of 10.67.0.0/24 to this scope, or correct the mask.</li>',
    '<li>dnsmasq: <code>dhcp-option=option:router,…</code>, with the router’s own address in 10.67.0.0/24</li>',
    '<p><strong>Reference:</strong> RFC 2132 §3.3, §3.5; RFC 1122 §3.3.1</p>',
    '<h2>Servers</h2>',
    '<th scope="col">Link-layer address</th>',
    '<tr><td>10.67.0.1</td><td>02:67:00:00:00:01</td><td>DHCP</td><td>2</td><td>1</td><td>1</td></tr>',
    '<h3>Conversation 1: 02:67:00:00:00:0c, bound</h3>\n<p>Begins at 2026-11-24 04:12:18.754170 UTC; address 10.67.0.100; server 10.67.0.1.</p>',
    '<tr><td>2</td><td>0.001531</td><td>10.67.0.1</td><td>10.67.0.100</td><td>OFFER</td><td>address 10.67.0.100, server 10.67.0.1, lease 1 hour, xid 0x6e4e4051</td><td>1</td></tr>',
    '<tr><td>3</td><td>0.001938</td><td>0.0.0.0</td><td>255.255.255.255</td><td>REQUEST</td>',
  ]);
});

test('the rogue server, in both forms', async () => {
  const servers = ['10.67.0.1', '02:67:00:00:00:01', 'DHCP', '2', '1', '1'];
  const rogue = ['10.67.0.66', '02:67:00:00:00:02', 'DHCP', '1', '1', ''];
  assertInOrder(await report('html', sample('two-servers')), [
    '<dd>rogue-server</dd>\n<dt>Frames</dt><dd>2, 3</dd>',
    '<code>show mac address-table address 02:67:00:00:00:02</code>',
    ...[servers, rogue].map((cells) => `<tr>${cells.map((one) => `<td>${one}</td>`).join('')}</tr>`),
  ]);
  assertInOrder(await report('md', sample('two-servers')), [
    '- **Id:** rogue-server\n- **Frames:** 2, 3\n',
    '`show mac address-table address 02:67:00:00:00:02`',
    '| 10.67.0.1 | `02:67:00:00:00:01` | DHCP | 2 | 1 | 1 |\n| 10.67.0.66 | `02:67:00:00:00:02` | DHCP | 1 | 1 |  |\n',
    '| 3 | 0.000641 | 10.67.0.66 | 10.67.0.200 | OFFER | address 10.67.0.200, server 10.67.0.66, lease 1 hour, xid 0x7d34e41e | 1 |\n',
  ]);
});

test('a frame that a finding names and that is of no conversation has a line, too', async () => {
  // tshark -r decline.pcap -Y arp.opcode==2: frames 6 and 13, 10.67.0.100 is at 02:67:00:00:00:0d
  assertInOrder(await report('md', sample('decline')), [
    '### Other frames that findings name\n',
    '\n| 6 | 0.044282 | `02:67:00:00:00:0d` | `02:67:00:00:00:0c` | ARP | ',
    '\n| 13 | 3.211282 | `02:67:00:00:00:0d` | `02:67:00:00:00:0c` | ARP | ',
  ]);
});

interface Found {
  readonly title: string;
  readonly explanation: string;
  readonly causes: readonly { readonly text: string; readonly evidence: readonly string[] }[];
  readonly steps: readonly string[];
  readonly reference: string;
}

test('a report says all that the JSON says of each finding, in that order', async () => {
  for (const path of globSync(join(SAMPLES, '*.pcap'))) {
    const { stdout } = await cli(['inspect', '--json', path]);
    const { verdict, findings } = JSON.parse(stdout) as { verdict: string; findings: Found[] };
    const html = await report('html', path);
    assertHtml(html, path);
    assertInOrder(shown(html), [
      verdict,
      ...findings
        .flatMap(({ title, explanation, causes, steps, reference }) => [
          title,
          explanation,
          ...causes.flatMap(({ text, evidence }) => [text, ...evidence]),
          ...steps,
          reference,
        ])
        .map((text) => text.replace(/`([^`]+)`/g, '$1')),
    ]);
  }
});

test('inspect prints one verdict over captures that belong together, and of each how its clients ended', async () => {
  const client = sample('blocked-port');
  const server = file('server-side.pcap', serverSideOfBlocked());
  const { stdout } = await cli(['inspect', client, server]);
  const [over, ...each] = stdout.split(/^(?=\S*\.pcap: pcap, )/m);
  assert.ok(
    over!.startsWith(
      'Compared with each other:\n02:67:00:00:00:0c: 3 OFFERs lost between server-side.pcap and blocked-port.pcap; most likely, ',
    ),
    over,
  );
  // What is lost is told once, and no capture is called healthy beside it.
  assert.equal(each.length, 2);
  for (const one of each) {
    assert.match(one.split('\n')[1]!, /^One client, 02:67:00:00:00:0c, got no /);
    assert.doesNotMatch(one, /Nothing is wrong|Do this first/);
  }
});

test('the comparison of several captures stands before what each shows alone', async () => {
  const client = sample('blocked-port');
  const server = file('server-side.pcap', serverSideOfBlocked());
  const html = await report('html', client, server);
  assertHtml(html, 'comparison');
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!);
  assert.deepEqual(ids.slice(0, 2), ['finding-1', 'finding-2']);
  assert.equal(new Set(ids).size, ids.length);
  for (const [, id] of html.matchAll(/href="#([^"]*)"/g)) assert.ok(ids.includes(id!), id);
  // What serverSideOfBlocked adds: an OFFER to each DISCOVER but the last, which never comes to the client.
  const title = '02:67:00:00:00:0c: 3 OFFERs lost between server-side.pcap and blocked-port.pcap';
  assertInOrder(shown(html), [
    'Findings at a glance',
    title,
    'Comparison',
    'blocked-port.pcap',
    'server-side.pcap',
    title,
  ]);
  assertInOrder(await report('md', client, server), [
    '# DHCP report: blocked-port.pcap and server-side.pcap\n',
    `\n## Findings at a glance\n\n| No. | Severity | Finding | Where |\n| --- | --- | --- | --- |\n| 1 | Error | ${title.replace('02:67:00:00:00:0c', '`$&`')} | comparison |\n`,
    '\n## Comparison\n',
    '\n- **Frames of blocked-port.pcap:** 1, 2, 3, 4\n- **Frames of server-side.pcap:** 2, 4, 6\n',
    '\n## blocked-port.pcap\n',
    '\n## server-side.pcap\n',
  ]);
});

test('a capture that shows nothing of what was lost has no item of frames', async () => {
  const at = (seconds: number, n: number): { seconds: number; bytes: Uint8Array } => ({
    seconds: 1700000000 + seconds,
    bytes: discover(n),
  });
  const client = file('near.pcap', pcap([at(0, 8), at(1, 1), at(5, 1), at(9, 1), at(20, 9)]));
  const server = file('far.pcap', pcap([at(0, 8), at(20, 9)]));
  const markdown = await report('md', client, server);
  assert.ok(markdown.includes('\n- **Id:** lost-between\n- **Frames of near.pcap:** 2, 3, 4\n\n'), markdown);
});

test('the verdict over several captures says which of them is cut', async () => {
  const whole = serverSideOfBlocked();
  const markdown = await report('md', sample('blocked-port'), file('cut.pcap', whole.subarray(0, whole.length - 5)));
  assert.match(markdown, /; the file cut\.pcap is cut or damaged, so there may be more that it does not show/);
});

/** A DISCOVER of client number `n` with its host name. */
function discover(n: number, name = ''): Uint8Array {
  const mac = `0200ab00${h8(n >> 8)}${h8(n & 255)}`;
  const text = Buffer.from(name).toString('hex');
  const options = `350101${text === '' ? '' : `0c${h8(text.length / 2)}${text}`}ff`;
  const xid = `5000${h8(n >> 8)}${h8(n & 255)}`;
  const message = `01010600${xid}${'00'.repeat(20)}${mac}${'00'.repeat(10 + 64 + 128)}63825363${options}`;
  const packet = ip4(17, udp(68, 67, message.padEnd(600, '0')), { source: '00000000', destination: 'ffffffff' });
  return octets(eth(0x0800, packet, BROADCAST, mac));
}

const HOSTILE = [
  '</td></table></main></style></script><script>alert(1)</script>',
  '<img src=http://evil.example/x onerror="alert(1)">',
  '| a | b |\n\n# heading\n- [link](http://evil.example) ![x](//evil.example/x.png)',
  '``` `code` ``',
  '\\| \\` &lt;b&gt; <!-- *bold* _it_ ~~gone~~ $x$',
  '@somebody #17 :warning: www.evil.example a@b.example',
  '\u202egnp.exe\u001b[31m\u0085\u2028\u{e0041}',
];
const NAME = 'a|b`c<d>[e](f)@g\u001b[31m\u202e.pcap';
const STEERS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]/u;

const hostileCapture = (): string =>
  file(
    NAME,
    pcap(
      HOSTILE.flatMap((name, n) =>
        [0, 4, 12].map((after) => ({ seconds: 1700000000 + 10 * n + after, bytes: discover(n, name) })),
      ),
    ),
  );

test('hostile names stay text in HTML', async () => {
  const html = await report('html', hostileCapture());
  assertHtml(html, 'hostile');
  assert.doesNotMatch(html, STEERS);
  const text = shown(html);
  assert.ok(text.includes('DHCP report: a|b`c<d>[e](f)@g\\x1b[31m\\u202e.pcap'));
  for (const one of HOSTILE.slice(0, 2)) assert.ok(text.includes(`“${one}`), one);
  assert.ok(text.includes('\\u202egnp.exe\\x1b[31m\\x85\\u2028\\u{e0041}'));
});

/** Markdown with its code spans taken out (CommonMark §6.1). A bar ends a cell even there. */
const withoutCode = (line: string): string => line.replace(/(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/g, 'code');

function assertMarkdown(text: string): void {
  assert.doesNotMatch(text, STEERS);
  let cells = 0;
  for (const line of text.split('\n')) {
    if (line.startsWith('|')) {
      const here = line.replace(/\\\|/g, '').split('|').length;
      if (cells > 0) assert.equal(here, cells, line);
      cells = here;
    } else cells = 0;
    // Ours: marks of headings and lists, bold labels, rows of tables, code.
    const words = withoutCode(line)
      .replace(/^#{1,6} |^ *(?:-|\d+\.) /, '')
      .replace(/\*\*([^*]+)\*\*/g, '$1')
      .replace(/&(?:amp|lt|gt|#96);/g, '')
      .replace(/\\[\\*_{}[\]#|~+=.-]/g, '');
    assert.doesNotMatch(words.replace(/^\||\|$| \| |^\|[- |]+\|$/g, ''), /[<>`*_[\]#~|]|&/, line);
    // What GitHub makes links, mentions, formulas and emoji of, escaped or not.
    assert.doesNotMatch(words, /@|\$|\/\/|www\.|:[a-z][a-z0-9_+-]*:|:\d[a-f]:|:[a-f]\d:/i, line);
  }
}

test('hostile names stay text in Markdown', async () => {
  const text = await report('md', hostileCapture());
  assertMarkdown(text);
  assert.match(text, /^# DHCP report: a\\\|b&#96;c&lt;d&gt;\\\[e\\\]\(f\)`@g`\\\\x1b\\\[31m\\\\u202e\.pcap\n/);
  assertInOrder(text, [
    '| &lt;/td&gt;&lt;/table&gt;&lt;/main&gt;&lt;/style&gt;&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; |',
    '| \\| a \\| b \\|\\\\n\\\\n\\# heading\\\\n- \\[link\\](`http://evil.example`) !\\[x\\](`//evil.example/x.png`) |',
    '| &#96;&#96;&#96; &#96;code&#96; &#96;&#96; |',
    '| `@somebody` `#17` `:warning:` `www.evil.example` `a@b.example` |',
  ]);
});

test('code in Markdown keeps its bars, its backticks and what touches it', () => {
  const rows = [
    [{ marked: 'see `nft list | grep 67`' }, 'a|b'],
    ['1. one', { marked: '`x``y`' }],
  ];
  const blocks: Block[] = [
    { kind: 'table', title: '', head: ['1|2', 'b'], rows },
    { kind: 'paragraph', text: '1. no list' },
    { kind: 'paragraph', text: '- no list, - here neither' },
    { kind: 'paragraph', text: { marked: 'run `a | b`@once' } },
    { kind: 'paragraph', text: 'name `@x``` of 12:34:56 and 02:de:00:' },
  ];
  // By GFM §4.10 a bar within a cell is escaped, also in code; by CommonMark §2.4 and §6.1 nowhere else in code.
  assert.equal(
    [...markdownPieces({ title: '# 1', blocks, foot: 'end' })].join(''),
    [
      '# \\# 1',
      '',
      '| 1\\|2 | b |',
      '| --- | --- |',
      '| see `nft list \\| grep 67` | a\\|b |',
      '| 1. one | `xy` |',
      '',
      '1\\. no list',
      '',
      '\\- no list, - here neither',
      '',
      'run `a | b@once`',
      '',
      'name &#96;`@x`&#96;&#96;&#96; of 12:34:56 and `02:de:00`:',
      '',
      '---',
      '',
      'end',
      '',
    ].join('\n'),
  );
});

test('every sample is sound Markdown, and a MAC address has no emoji in it', async () => {
  for (const path of globSync(join(SAMPLES, '*.pcap'))) {
    const text = await report('md', path);
    assert.ok(text.startsWith(`# DHCP report: ${basename(path)}\n`));
    assertMarkdown(text);
  }
});

test('the report of a large capture is no longer than that of a smaller one, and says what it left out', async () => {
  const many = (clients: number): string =>
    file(
      `${clients}.pcap`,
      pcap(
        Array.from({ length: 3 * clients }, (_, i) => ({
          seconds: 1700000000 + 4 * Math.floor(i / clients),
          fraction: i % clients,
          bytes: discover(i % clients),
        })),
      ),
    );
  const [small, large] = await Promise.all([report('md', many(300)), report('md', many(3000))]);
  assert.ok(large.length < 1.1 * small.length, `${large.length} characters, ${small.length} for a tenth`);
  assertMarkdown(large);
  assert.match(large, /- \*\*Clients:\*\* 3000 \(all unanswered\)\n/);
  const clients = /\n## Clients\n[^#]*/.exec(large)![0];
  assert.equal(clients.match(/\n\| `02:00:ab/g)!.length, 100);
  assert.match(clients, /\n\nand 2900 more\n\n$/);
  // 50 members of the group of 3000, of whom the finding names 1000.
  assert.match(
    large,
    /\n\| Each of them \| Frames \|\n\| --- \| --- \|\n(?:\| `[0-9a-f:]+` \| [\d, ]+ \|\n){50}\nand 950 more\n/,
  );
  assert.equal(large.match(/\n### Conversation \d+: /g)!.length, 20);
  assert.match(large, /\nThe conversations that findings name: the first 20 of them\./);
});

test('a conversation that is too long keeps its beginning and its end', async () => {
  const frames = Array.from({ length: 100 }, (_, i) => ({ seconds: 1700000000 + i, bytes: discover(1) }));
  const text = await report('md', file('long.pcap', pcap(frames)));
  const rows = /\n### Conversation 1: [^#]*/
    .exec(text)![0]
    .match(/\n\| [^|\n]*\|/g)!
    .slice(1);
  const numbers = rows.map((one) => one.replace(/[\n| ]/g, ''));
  const from = (first: number, last: number): string[] =>
    Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
  assert.deepEqual(numbers, ['---', ...from(1, 30), '', ...from(91, 100)]);
  assert.match(text, /\n\|  \|  \|  \|  \| … 60 more frames … \|  \|  \|\n/);
});

/** Relative luminance and contrast (WCAG 2.2). */
function contrast(a: string, b: string): number {
  const [light, dark] = [a, b]
    .map((colour) => {
      const [red, green, blue] = [1, 3, 5].map((at) => {
        const part = parseInt(colour.slice(at, at + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      }) as [number, number, number];
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    })
    .sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

test('the style is the one that the policy allows, and its colours can be read in light and dark', async () => {
  assert.equal(contrast('#000000', '#ffffff').toFixed(1), '21.0');
  const html = await report('html', sample('blocked-port'));
  const style = /<style>([^<]*)<\/style>/.exec(html)![1]!;
  const hash = createHash('sha256').update(style).digest('base64');
  assert.ok(html.includes(`content="default-src 'none'; style-src 'sha256-${hash}'"`));
  assert.doesNotMatch(style, /url\(|@import/i);
  assert.match(style, /:root \{ color-scheme: light dark;/);
  const [light, dark] = [...style.matchAll(/:root \{ (--paper:[^}]*)\}/g)].map(([, names]) =>
    Object.fromEntries(
      [...names!.matchAll(/--([a-z]+): (#[0-9a-f]{6});/g)].map(([, name, value]): [string, string] => [name!, value!]),
    ),
  ) as [Record<string, string>, Record<string, string>];
  assert.match(style, /@media screen and \(prefers-color-scheme: dark\) \{\s*:root \{ --paper/);
  for (const colours of [light, dark])
    for (const name of ['ink', 'muted', 'link', 'error', 'warning', 'info']) {
      const ratio = contrast(colours[name]!, colours['paper']!);
      assert.ok(ratio >= 4.5, `${name} ${colours[name]} on ${colours['paper']}: ${ratio.toFixed(2)}`);
    }
});
