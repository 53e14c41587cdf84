/** What the guide claims: nothing that is commonly told wrong, and numbers that can be worked out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfig, parseConfig, SourceFile, type ConfigKind } from '../../src/config';
import { guide, type Block } from '../../src/guide';
import { lookUp } from '../../src/guide/lookup';
import { sentences } from './words';

const pages = [...guide().values()];

/** Claims that are often read and are wrong (RFC 2131 §3.1, §4.1, §7, RFC 903, RFC 951): no sentence may make one. */
const WRONG: readonly RegExp[] = [
  /\bclients? (can |may |also )*sends? [^.:;]*from (UDP )?port 67/i,
  /\bport 67 is (BOOTP|for BOOTP)/i,
  /\bport 68 is (DHCP|for DHCP)/i,
  /\bclient (then )?(sends|returns|answers with) (the|an) (DHCP)?ACK/i,
  /\bRARP (clients |requests )?[^.]*\b(uses?|over|on|to) (UDP )?port/i,
  /\bDHCPv?[46]? is (a )?secure/i,
  /\bport 67 is (a )?TCP/i,
  /\bDHCP (runs|works) over TCP/i,
  /\bDHCPv6 (gives|brings|sends) [^.]*default (router|gateway)/i,
];

test('no sentence makes a claim that is commonly read and wrong', () => {
  for (const page of pages)
    for (const sentence of sentences(page))
      for (const claim of WRONG)
        // “never” turns the last claim into its opposite.
        if (!/\bnever\b/.test(sentence)) assert.doesNotMatch(sentence, claim, page.id);
});

test('the wrong claims are recognised where somebody makes them', () => {
  const made = [
    'In some cases clients also send requests from port 67.',
    'Port 67 is BOOTP’s port.',
    'Port 68 is DHCP’s port.',
    'At last the client sends an ACK to the server.',
    'RARP clients send their requests to UDP port 67.',
    'DHCPv6 is a secure protocol.',
    'Port 67 is a TCP port.',
    'DHCP runs over TCP.',
    'DHCPv6 gives the client its default gateway.',
  ];
  for (const [i, sentence] of made.entries()) assert.match(sentence, WRONG[i]!);
});

test('each popular error has a page that says the fact', () => {
  const facts: Readonly<Record<string, RegExp>> = {
    'claim/client-port': /clients send from port 68, to port 67/,
    'claim/ports': /both protocols use both ports/i,
    'claim/ack': /The server sends the ACK/,
    'claim/rarp': /RARP has no port at all.*EtherType 0x8035/,
    'claim/secure': /Neither is/,
    'claim/passwords': /The protocol knows no password/,
    'claim/tcp': /DHCP runs over UDP.*TCP 67/,
  };
  assert.deepEqual(
    pages.filter(({ group }) => group === 'claim').map(({ id }) => id),
    Object.keys(facts),
  );
  for (const [id, fact] of Object.entries(facts)) assert.match(guide().get(id)!.summary, fact);
});

test('what an article about port 67 promises to tell has a topic', () => {
  for (const [topic, id] of [
    ['port 67', 'port/67'],
    ['types of traffic', 'topic/broadcast'],
    ['configuration', 'topic/backup'],
    ['troubleshooting', 'topic/troubleshooting'],
    ['security', 'topic/security'],
    ['best practices', 'topic/security'],
    ['tools', 'topic/capturing'],
    ['functions', 'topic/dhcp'],
    ['advantages', 'topic/dhcp'],
    ['disadvantages', 'topic/dhcp'],
    ['comparison with other ports', 'topic/ports'],
    ['firewall rules', 'topic/firewalls'],
    ['subnet', 'topic/subnets'],
    ['backup', 'topic/backup'],
  ] as const) {
    const found = lookUp(topic);
    assert.equal('pages' in found ? found.pages[0].id : undefined, id, topic);
  }
});

test('RFC 9915 is named where it withdraws something', () => {
  for (const id of ['topic/rfc9915', 'topic/dhcpv6', 'option6/4', 'option6/12', 'finding/v6-status'])
    assert.match(JSON.stringify(guide().get(id)), /RFC 9915/, id);
  assert.match(guide().get('topic/rfc9915')!.summary, /STD 102, January 2026\) obsoletes RFC 8415/);
});

type Table = Extract<Block, { kind: 'table' }>;
const tablesOf = (id: string): Table[] =>
  guide()
    .get(id)!
    .blocks.filter((block) => block.kind === 'table');

test('masks and numbers of hosts follow from the prefix', () => {
  const rows = tablesOf('topic/subnets')[0]!.rows;
  assert.ok(rows.length > 8);
  for (const [prefix, mask, hosts] of rows) {
    const bits = Number(prefix!.slice(1));
    const value = (0xffffffff << (32 - bits)) >>> 0;
    assert.equal(mask, [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.'));
    assert.equal(Number(hosts), 2 ** (32 - bits) - 2);
  }
});

test('fixed fields begin where RFC 2131 §2 figure 1 has them', () => {
  const figure = [1, 1, 1, 1, 4, 2, 2, 4, 4, 4, 4, 16, 64, 128, 4];
  const names = 'op htype hlen hops xid secs flags ciaddr yiaddr siaddr giaddr chaddr sname file cookie'.split(' ');
  let at = 0;
  for (const [i, name] of names.entries()) {
    assert.deepEqual(tablesOf(`field/${name}`)[0]!.rows, [
      ['First octet of the message', String(at)],
      ['Octets', String(figure[i])],
    ]);
    at += figure[i]!;
  }
});

test('example octets of options have the code and the length that stand in them', () => {
  let seen = 0;
  for (const { id, blocks } of pages) {
    const match = /^option(6?)\/(\d+)$/.exec(id);
    for (const block of blocks) {
      if (!match || block.kind !== 'octets') continue;
      const octets = block.hex.split(' ').filter((one) => one !== '…');
      for (const one of octets) assert.match(one, /^[0-9a-f]{2}$/, id);
      const whole = !block.hex.includes('…');
      const at = (i: number, length: number): number => parseInt(octets.slice(i, i + length).join(''), 16);
      const size = match[1] === '6' ? 2 : 1;
      assert.equal(at(0, size), Number(match[2]), id);
      // Some show only the first octets of a long value.
      if (whole) assert.equal(at(size, size), octets.length - 2 * size, id);
      seen++;
    }
  }
  assert.ok(seen > 10, `${seen} examples`);
});

test('the example configurations are such that nothing is wrong with them', () => {
  const examples: readonly (readonly [page: string, title: string, kind: ConfigKind])[] = [
    ['topic/isc', 'A small dhcpd.conf', 'dhcpd'],
    ['topic/kea', 'A small kea-dhcp4.conf', 'kea4'],
    ['topic/dnsmasq', 'A small dnsmasq.conf', 'dnsmasq'],
    ['topic/networkd', 'Server, in the .network file of its interface', 'networkd'],
    ['topic/pxe', 'dnsmasq', 'dnsmasq'],
    ['topic/pxe', 'ISC dhcpd', 'dhcpd'],
    ['topic/reservations', 'ISC dhcpd', 'dhcpd'],
  ];
  for (const [id, title, kind] of examples) {
    const block = guide()
      .get(id)!
      .blocks.find((one) => one.kind === 'code' && one.title === title);
    assert.ok(block?.kind === 'code', `${id}: ${title}`);
    const document = parseConfig(new SourceFile(title, `${block.text}\n`), kind, () => undefined);
    assert.deepEqual(
      checkConfig(document).filter(({ severity }) => severity !== 'info'),
      [],
      `${id}: ${title}`,
    );
  }
});

test('a firewall rule comes before those that are there, and both examples of a boot server know each kind of x64 firmware', () => {
  const codes = (id: string): string[] =>
    guide()
      .get(id)!
      .blocks.flatMap((block) => (block.kind === 'code' ? [block.text] : []));
  const rules = pages.flatMap(({ id }) => codes(id)).filter((text) => /\b(nft|iptables) /.test(text));
  assert.ok(rules.length >= 3);
  // nft(8) and iptables(8): what is appended stands behind a rule that drops everything.
  for (const rule of rules) assert.doesNotMatch(rule, /nft add rule|iptables -A/);
  const [dnsmasq, dhcpd] = codes('topic/pxe');
  for (const arch of [7, 9]) {
    assert.match(dnsmasq!, new RegExp(`set:efi64,option:client-arch,${arch}$`, 'm'));
    assert.match(dhcpd!, new RegExp(`option arch = 00:0${arch}.*ipxe\\.efi`));
  }
});

/** The rows of a page's tables, each as one text. */
const rowsOf = (id: string): string[] =>
  guide()
    .get(id)!
    .blocks.flatMap((block) => (block.kind === 'table' ? block.rows.map((row) => row.join(' | ')) : []));

test('who sends each of the four messages to whom, and which are broadcast, is as in RFC 2131 §3.1 and §4.1', () => {
  const rows = rowsOf('topic/dhcp').map((row) => row.split(' | ').slice(1, 4).join(' '));
  assert.deepEqual(rows, [
    'DISCOVER client everybody: broadcast',
    'OFFER server the client: unicast',
    'REQUEST client everybody: broadcast',
    'ACK server the client: unicast',
  ]);
  const why = guide()
    .get('topic/dhcp')!
    .blocks.find((block) => block.kind === 'list' && block.title === 'Why they go this way');
  assert.ok(
    why?.kind === 'list' && why.items.every((item, i) => item.startsWith(['DISCOVER', 'REQUEST', 'OFFER and ACK'][i]!)),
  );
});

test('the page that a learner begins with names six findings, says what they mean, and leads to each', () => {
  const page = guide().get('topic/dhcp')!;
  const list = page.blocks.find((block) => block.kind === 'list' && /wrong most often/.test(block.title ?? ''));
  assert.ok(list?.kind === 'list');
  const ids = list.items.map((item) => /^([a-z-]+): \w/.exec(item)?.[1]);
  assert.equal(ids.length, 6);
  for (const id of ids) {
    assert.ok(guide().has(`finding/${id}`), id);
    assert.ok(page.see.includes(`finding/${id}`), id);
  }
});

test('which option a message must have, may have or must not have is as in RFC 2131 tables 3 and 5, and RFC 6842 §3', () => {
  // Columns of table 5: DISCOVER, REQUEST, DECLINE, RELEASE, and INFORM, which shares DISCOVER's column; of table 3: OFFER, ACK, NAK.
  assert.deepEqual(rowsOf('topic/message-rules').slice(0, 13), [
    '50, requested address | may | must in SELECTING and INIT-REBOOT, else not | must | no | no',
    '51, lease time | may | may | no | no | no',
    '53, message type | must | must | must | must | must',
    '54, server identifier | no | must in SELECTING, else not | must | must | no',
    '55, parameter list | may | may | no | no | may',
    '50, requested address | no | no | no',
    '51, lease time | must | must; not to an INFORM | no',
    '53, message type | must | must | must',
    '54, server identifier | must | must | must',
    '55, parameter list | no | no | no',
    '61, client identifier | as the client sent it | as the client sent it | as the client sent it',
    'most others | may | may | no',
  ]);
});

test('where an answer goes, and when timers fire, is as in RFC 2131 §4.1 and §4.4.5', () => {
  assert.deepEqual(rowsOf('topic/broadcast').slice(0, 4), [
    'giaddr is filled in | giaddr, port 67, by unicast',
    'else ciaddr is filled in | ciaddr, port 68, by unicast',
    'else the broadcast flag is set | 255.255.255.255, port 68',
    'else | yiaddr, port 68, in a frame to chaddr',
  ]);
  const hours: Readonly<Record<string, number>> = {
    min: 1 / 60,
    s: 1 / 3600,
    h: 1,
    hour: 1,
    hours: 1,
    day: 24,
    days: 24,
  };
  const amount = (text: string): number =>
    [...text.matchAll(/(\d+) (min|s|hours?|h|days?)/g)].reduce(
      (sum, [, n, unit]) => sum + Number(n) * hours[unit!]!,
      0,
    );
  for (const row of rowsOf('topic/timers')) {
    const [lease, t1, t2] = row.split(' | ').map(amount);
    assert.ok(Math.abs(t1! - lease! / 2) < 1e-9 && Math.abs(t2! - (lease! * 7) / 8) < 1e-9, row);
  }
});

test('the sections of RFC 2132 are those of its table of contents', () => {
  // First and last code of each run of options that its sections describe in the order of their codes.
  const runs: readonly (readonly [first: number, last: number, section: number, from: number])[] = [
    [1, 18, 3, 3],
    [19, 25, 4, 1],
    [26, 33, 5, 1],
    [34, 36, 6, 1],
    [37, 39, 7, 1],
    [40, 49, 8, 1],
    [64, 65, 8, 11],
    [68, 76, 8, 13],
    [50, 52, 9, 1],
    [66, 67, 9, 4],
    [53, 61, 9, 6],
  ];
  for (const [first, last, section, from] of runs)
    for (let code = first; code <= last; code++) {
      const named = guide().get(`option/${code}`)!.references.join('; ');
      const wanted = `RFC 2132 §${section}.${from + code - first}`;
      assert.ok(
        new RegExp(`${wanted.replaceAll('.', '\\.')}\\b`).test(named),
        `option ${code}: ${named}, not ${wanted}`,
      );
    }
});
