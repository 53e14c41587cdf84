/** The guide for a browser: whole documents, links that lead somewhere, nothing that runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GROUPS, guide } from '../../src/guide';
import { htmlFiles } from '../../src/guide/html';
import { assertHtml } from '../support/html';

const files = htmlFiles();
const text = files.get('index.html')!;

test('one document holds every page, and a table of contents that leads to all but the sub-options', () => {
  assert.deepEqual([...files.keys()].sort(), ['guide.css', 'index.html']);
  const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(new Set(ids), new Set([...guide().keys(), ...Object.keys(GROUPS)]));
  const links = [...text.matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href!);
  for (const href of links) assert.ok(href.startsWith('#') && ids.includes(href.slice(1)), href);
  const listed = new Set([...text.matchAll(/<li><a href="#([^"]*)">/g)].map(([, id]) => id!));
  for (const id of guide().keys()) assert.equal(listed.has(id), !/^option6?\/.*\./.test(id), id);
});

test('somebody who is new is led from page to page, before any list of them all', () => {
  const [intro = ''] = text.split('<nav');
  assert.deepEqual(
    [...intro.matchAll(/<li><a href="#([^"]*)">/g)].map(([, id]) => id),
    ['topic/dhcp', 'topic/lease', 'topic/broadcast', 'topic/ports', 'topic/troubleshooting'],
  );
  // Long lists are folded, so that the first page is near.
  assert.match(text, /<details>\n<summary>DHCPv4 options<\/summary>/);
  assert.match(text, /<details open="">\n<summary>Topics<\/summary>/);
});

test('every tag that is opened is closed, and none runs or fetches anything', () => {
  assertHtml(text, 'index.html');
  assert.doesNotMatch(text, /https?:/i);
});

test('“See also” has what the text of a page does not link to', () => {
  for (const section of text.split(/(?=<h3 id=)/).slice(1)) {
    const [told = '', also = ''] = section.split('<p>See also: ');
    const links = (part: string): string[] => [...part.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
    const before = new Set(links(told));
    assert.deepEqual(
      links(also).filter((id) => before.has(id)),
      [],
    );
  }
});

test('what has a meaning in HTML is escaped', () => {
  assert.match(text, /&quot;interfaces-config&quot;/);
  assert.match(text, /kea &gt; kea\.sql/);
});
