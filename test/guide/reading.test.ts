/** How the guide and the lessons read: short sentences, none of them twice, and no word of the trade without a page that tells it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guide, sentencesOf, type Page } from '../../src/guide';
import { Linker } from '../../src/guide/linker';
import { lookUp } from '../../src/guide/lookup';
import { pageMarkdown } from '../../src/guide/markdown';
import { WORDS } from '../../src/guide/terms';
import { LESSONS } from '../../src/learn/lessons';
import { sentences, textsOf } from './words';

/** Words in a sentence: at most, and on average. Plain texts for the public have 15 to 20. */
const MOST = 30;
const AVERAGE = 14;
const PAGE_AVERAGE = 21;

const pages = [...guide().values()];

interface Text {
  readonly where: string;
  readonly sentences: readonly string[];
  /** All that is prose, whole sentences or not. */
  readonly prose: readonly string[];
}

const lessons: readonly Text[] = LESSONS.map(({ id, goal, steps }) => {
  const prose = steps.flatMap(({ text, question }) => [
    text,
    ...(question ? [question.ask, question.right, question.hint, ...question.mistakes.map(({ reply }) => reply)] : []),
  ]);
  return { where: `lesson ${id}`, prose: [goal, ...prose], sentences: [goal, ...prose].flatMap(sentencesOf) };
});
const texts: readonly Text[] = [
  ...pages.map((page) => ({ where: page.id, sentences: sentences(page), prose: textsOf(page) })),
  ...lessons,
];

const lengthOf = (sentence: string): number => sentence.split(/\s+/).length;
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

test('sentences are short: each, those of every page, and all together', () => {
  assert.ok(lessons.length >= 16);
  const long = texts.flatMap(({ where, sentences: all }) =>
    all.filter((one) => lengthOf(one) > MOST).map((one) => `${where}: ${one}`),
  );
  assert.deepEqual(long, []);
  for (const { where, sentences: all } of texts)
    if (all.length > 3) assert.ok(mean(all.map(lengthOf)) <= PAGE_AVERAGE, `${where}: ${mean(all.map(lengthOf))}`);
  const lengths = texts.flatMap(({ sentences: all }) => all.map(lengthOf));
  assert.ok(lengths.length > 2200, `${lengths.length} sentences`);
  assert.ok(mean(lengths) <= AVERAGE, `${mean(lengths)} words on average`);
});

test('no sentence of a lesson stands in another one, or in the guide', () => {
  const seen = new Map<string, string>();
  const twice: string[] = [];
  for (const { where, sentences: all } of texts)
    for (const one of new Set(all.filter((sentence) => lengthOf(sentence) > 4))) {
      const other = seen.get(one);
      if (other !== undefined) twice.push(`${other}, ${where}: ${one}`);
      seen.set(one, where);
    }
  assert.deepEqual(twice, []);
});

/** Names of products, organisations and documents, and what everybody knows who has used a computer. */
const NAMES = new Set(
  'RFC ISC IEEE STD CVE CableLabs DOCSIS OpenWrt PowerShell TunnelVision DhcpServer VirtualBox BusyBox NeXT GNU MIT VAX LCS Wi-Fi IP IPv4 IPv6 DHCPv4 LAN VPN HTTP HTTPS URL URLs URI ID UTC OS PC TV JSON macOS iOS iPhone iPad PXELINUX GRUB MSFT System32 ARM64 FTP USB CPU'.split(
    ' ',
  ),
);
/** Placeholders for one's own values, options of commands, and flags. */
const PLACEHOLDERS = /^(FILE|CONF|IF|NAME|SERVER|TOPIC|DIR|VLAN|VM|USER|M|O|A|II)$/;

/** Whether a word of capitals is told somewhere: in the glossary, by a page of that name, or on this page itself. */
function isTold(word: string, own: string): boolean {
  const single = word.replace(/s$/, '');
  if (NAMES.has(word) || NAMES.has(single) || PLACEHOLDERS.test(word) || WORDS.has(word) || WORDS.has(single))
    return true;
  return own.includes(word) || 'pages' in lookUp(single);
}

test('every abbreviation is told: in the glossary, by a page of its own, or in the title of the page that has it', () => {
  const untold = new Set<string>();
  const look = (where: string, own: string, prose: readonly string[]): void => {
    for (const text of prose)
      // What stands in quotes is a value, as it is on the wire.
      for (const [word] of text
        .replace(/“[^”]*”/g, '“”')
        .matchAll(/(?<![\w./:-])[A-Za-z]*[A-Z][A-Za-z0-9]*[A-Z0-9]\w*(?:-[A-Z]+)*(?![\w/:])/g))
        if (!isTold(word, own) && !text.includes(`(${word})`) && !text.includes(`${word}, the `))
          untold.add(`${where}: ${word}`);
  };
  for (const page of pages) look(page.id, ownNames(page), textsOf(page));
  for (const { where, prose } of lessons) look(where, '', prose);
  assert.deepEqual([...untold], []);
});

/** What a page is about: an option's own protocol need not be told beyond its page. */
const ownNames = ({ title, aliases, group, summary }: Page): string =>
  [title, ...aliases, ...(group.startsWith('option') ? [summary] : [])].join(' ');

/** Words that mean nothing to somebody who has never seen a network from inside. */
const TRADE =
  'lease relay octet unicast multicast broadcast subnet pool reservation prefix checksum fragment snooping failover firmware firewall router switch link-local hardware\\ address transaction router\\ advertisement neighbour\\ discovery magic\\ cookie vendor\\ class client\\ identifier identity\\ association lifetime capture datagram frame'.split(
    /(?<!\\) /,
  );

test('words of the trade are in the glossary, and their pages are found by them', () => {
  for (const word of TRADE) assert.ok(WORDS.has(word.replace('\\', '')), word);
  const lost: string[] = [];
  for (const [word, page] of WORDS) {
    assert.ok(guide().has(page), `${word} → ${page}`);
    const found = lookUp(word);
    if (!('pages' in found && found.pages.some(({ id }) => id === page))) lost.push(`${word} → ${page}`);
  }
  assert.deepEqual(lost, []);
});

test('the first use of a word on a page links to it, and no other', () => {
  const linker = new Linker('topic/test');
  assert.deepEqual(linker.pieces('The relay and two relays.'), [
    { text: 'The ' },
    { text: 'relay', page: 'topic/relays' },
    { text: ' and two relays.' },
  ]);
  assert.deepEqual(linker.pieces('Relays of another relay-agent'), [{ text: 'Relays of another relay-agent' }]);
  // Not in the name of something else, nor on its own page.
  assert.deepEqual(linker.pieces('port67, dhcp.option, DHCPv6-PD, ISC’s dhcpd.leases'), [
    { text: 'port67, dhcp.option, DHCPv6-PD, ISC’s dhcpd.leases' },
  ]);
  assert.deepEqual(new Linker('topic/relays').pieces('a relay'), [{ text: 'a relay' }]);
  // A REQUEST of DHCPv6 is not the one of DHCPv4.
  assert.deepEqual(new Linker('message6/reply').pieces('REQUEST'), [{ text: 'REQUEST' }]);
  for (const { id } of pages) {
    const [head] = pageMarkdown(id)!.split('## See also');
    const linked = [...head!.replace(/<svg.*<\/svg>/, '').matchAll(/\]\(\.\.\/(.+?)\.md\)/g)].map(([, to]) => to!);
    assert.equal(new Set(linked).size, linked.length, id);
    assert.ok(!linked.includes(id), id);
  }
  assert.match(
    pageMarkdown('topic/relays')!,
    /^# .*\n\n\[Broadcasts\]\(\.\.\/term\/unicast\.md\) end at the \[router\]/,
  );
});
