/** The guide: a page for everything that has a name, links both ways, short sentences, nothing said twice. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FINDINGS } from '../../src/analysis/catalogue';
import { dhcpOptions, MESSAGE_TYPES } from '../../src/codec/dhcpv4';
import { MESSAGE_TYPES6 } from '../../src/codec/dhcpv6/message';
import { OPTIONS6 } from '../../src/codec/dhcpv6/options';
import type { OptionRow } from '../../src/codec/option';
import { CONFIG_FINDINGS } from '../../src/config/catalogue';
import { CATALOGUE } from '../../src/config/leases/catalogue';
import { COMMANDS, fieldPageId, GROUPS, guide, sentencesOf, type Page } from '../../src/guide';
import { FIELDS } from '../../src/guide/fields';
import { lookUp } from '../../src/guide/lookup';
import { REPO } from '../vscode/cache';
import { sentences, textsOf } from './words';

const pages = [...guide().values()];

/** The page that a topic leads to first. */
function pageFor(topic: string): Page {
  const found = lookUp(topic);
  assert.ok('pages' in found, `${topic} is not known`);
  return found.pages[0];
}

/** Whether a page says all that an option's row says. */
function tells(page: Page, row: OptionRow): boolean {
  const said = new Set(textsOf(page).flatMap((text) => sentencesOf(text)));
  return sentencesOf(row.purpose).every((one) => said.has(one));
}

test('every registered option has a page with the words of its row', () => {
  for (const [code, row] of dhcpOptions) assert.ok(tells(pageFor(`option ${code}`), row), `option ${code}`);
  for (const [code, row] of OPTIONS6) assert.ok(tells(pageFor(`v6 ${code}`), row), `DHCPv6 option ${code}`);
});

test('every sub-option has a page with the words of its row', () => {
  const texts = new Set(pages.flatMap((page) => textsOf(page).flatMap((text) => sentencesOf(text))));
  let seen = 0;
  const look = (row: OptionRow, depth: number): void => {
    for (const space of row.type.spaces ?? []) {
      const inner = space();
      if (inner === OPTIONS6 || depth > 2) continue;
      for (const one of inner.values()) {
        seen++;
        for (const sentence of sentencesOf(one.purpose)) assert.ok(texts.has(sentence), `${row.name}: ${one.name}`);
        look(one, depth + 1);
      }
    }
  };
  for (const row of [...dhcpOptions.values(), ...OPTIONS6.values()]) look(row, 0);
  assert.ok(seen > 100, `${seen} sub-options`);
  assert.equal(pageFor('82.1').title, 'Sub-option 82.1, Agent Circuit ID');
  assert.equal(pageFor('82.1').id, 'option/82.1');
});

test('an option page stands for one option, or for several of one name', () => {
  for (const { id, title } of pages)
    if (/^(DHCPv6 o|O)ptions /.test(title))
      assert.match(title, /, (Removed|PXE vendor-specific|Private Use)$/, `${id}: ${title}`);
});

test('the id of a finding, written with its hyphens, leads to its page before any other', () => {
  for (const id of FINDINGS.keys()) if (id.includes('-')) assert.equal(pageFor(id).id, `finding/${id}`);
  assert.equal(pageFor('DHCPv6 DECLINE').id, 'message6/decline');
  assert.equal(pageFor('IPv6-Only Preferred').id, 'option/108');
});

test('every message has a page that its name leads to', () => {
  for (const name of Object.values(MESSAGE_TYPES)) assert.equal(pageFor(name).id, `message/${name.toLowerCase()}`);
  for (const name of Object.values(MESSAGE_TYPES6))
    assert.equal(pageFor(`DHCPv6 ${name}`).id, `message6/${name.toLowerCase()}`);
  assert.equal(pages.filter(({ group }) => group === 'message').length, Object.keys(MESSAGE_TYPES).length + 2);
  assert.equal(pages.filter(({ group }) => group === 'message6').length, Object.keys(MESSAGE_TYPES6).length);
});

test('every finding has a page, those of configurations too', () => {
  for (const [id, { meaning }] of FINDINGS) assert.equal(guide().get(`finding/${id}`)!.summary, meaning);
  for (const [id, { meaning }] of CONFIG_FINDINGS) {
    const page = guide().get(FINDINGS.has(id) ? `finding/${id}` : `check/${id}`)!;
    assert.ok(
      textsOf(page).some((text) => text.startsWith(meaning)),
      id,
    );
  }
});

test('every finding about lease files and about this machine has a page', () => {
  for (const id of Object.keys(CATALOGUE)) assert.ok(guide().has(`check/${id}`), id);
  const source = readFileSync(join(REPO, 'src/machine/findings.ts'), 'utf8');
  const ids = [...source.matchAll(/\bid: '([a-z-]+)'/g)].map(([, id]) => id!);
  assert.ok(ids.length > 6);
  for (const id of ids) assert.ok(guide().has(`check/${id}`), id);
});

test('every field that has a text has a page', () => {
  for (const [key, { text }] of Object.entries(FIELDS)) assert.equal(guide().get(fieldPageId(key))!.summary, text);
});

test('links lead to pages, and back', () => {
  for (const { id, see } of pages) {
    assert.equal(new Set(see).size, see.length, id);
    for (const other of see) assert.ok(guide().get(other)?.see.includes(id), `${id} → ${other}`);
  }
});

test('a page is whole: a title of its own, a short summary, its group', () => {
  const titles = new Set<string>();
  for (const { id, title, summary, group, references, blocks } of pages) {
    assert.ok(group in GROUPS && id.startsWith(`${group}/`), id);
    if (!id.includes('.')) assert.ok(!titles.has(title), `two pages are called ${title}`);
    titles.add(title);
    assert.match(title, /^([A-Z0-9“]|dnsmasq$|systemd-networkd$)/, id);
    assert.match(summary, /[.”]$/, id);
    const most = group === 'finding' ? 4 : 2;
    assert.ok(sentencesOf(summary).length <= most, `${id}: ${summary}`);
    for (const one of references) assert.ok(one.length > 3, `${id}: ${one}`);
    for (const block of blocks) {
      if (block.kind !== 'table') continue;
      for (const row of block.rows) assert.equal(row.length, (block.head ?? block.rows[0])!.length, id);
    }
  }
});

test('no two pages share a sentence', () => {
  const seen = new Map<string, string>();
  for (const page of pages)
    for (const sentence of sentences(page)) {
      const other = seen.get(sentence) ?? page.id;
      assert.equal(page.id, other, sentence);
      seen.set(sentence, page.id);
    }
});

test('sentences are short', () => {
  const lengths = pages.flatMap((page) => sentences(page).map((text) => [text.split(/\s+/).length, text] as const));
  assert.ok(lengths.length > 1500);
  for (const [length, text] of lengths) assert.ok(length <= 40, `${length} words: ${text}`);
  const average = lengths.reduce((sum, [length]) => sum + length, 0) / lengths.length;
  assert.ok(average <= 20, `${average} words a sentence`);
});

test('texts are plain: no markup, no control characters, no stray spaces', () => {
  for (const page of pages)
    for (const text of [page.title, ...textsOf(page)]) {
      assert.doesNotMatch(text, /<\/?[a-z]+>|\*\*|\]\(|\p{Cc}|^\s|\s$| {2}/u, `${page.id}: ${text}`);
    }
});

test('pages lead to the commands that there are, in VS Code and on a terminal', () => {
  const { commands } = (
    JSON.parse(readFileSync(join(REPO, 'package.json'), 'utf8')) as {
      contributes: { commands: { command: string; title: string }[] };
    }
  ).contributes;
  for (const [id, title] of Object.entries(COMMANDS))
    assert.equal(commands.find(({ command }) => command === `port67.${id}`)?.title, title);
  const used = new Set<string>();
  for (const { id, blocks } of pages)
    for (const block of blocks) {
      if (block.kind !== 'command') continue;
      used.add(block.command);
      assert.match(block.cli, /^port67 (check|leases|machine|inspect .* --config)\b/, id);
    }
  assert.deepEqual([...used].sort(), Object.keys(COMMANDS).sort());
  // The editor runs no others for a link.
  for (const id of used) assert.match(id, /^(check|show)[A-Z]/);
  for (const [id, command] of [
    ['topic/backup', 'checkBackup'],
    ['topic/firewalls', 'checkMachine'],
    ['port/67', 'checkMachine'],
    ['topic/isc', 'checkConfiguration'],
    ['topic/kea', 'checkConfiguration'],
    ['topic/dnsmasq', 'checkConfiguration'],
    ['topic/microsoft', 'checkBackup'],
    ['topic/troubleshooting', 'checkAgainst'],
    ['check/pool-full', 'showLeases'],
  ])
    assert.ok(
      guide()
        .get(id!)!
        .blocks.some((block) => block.kind === 'command' && block.command === command),
      id,
    );
});

test('each server has commands to back up and to restore', () => {
  for (const id of ['topic/isc', 'topic/kea', 'topic/dnsmasq', 'topic/microsoft', 'topic/networkd']) {
    const titles = guide()
      .get(id)!
      .blocks.flatMap((block) => (block.kind === 'code' ? [block.title] : []));
    for (const what of [/^Back up/, /^Restore/])
      assert.ok(
        titles.some((title) => what.test(title ?? '')),
        `${id} ${what}`,
      );
  }
});
