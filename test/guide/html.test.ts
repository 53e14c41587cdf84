/** The guide for a browser: whole documents, links that lead somewhere, nothing that runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GROUPS, guide } from '../../src/guide';
import { htmlFiles } from '../../src/guide/html';
import { assertHtml } from '../support/html';

const files = htmlFiles();
const documents = [...files].filter(([name]) => name.endsWith('.html'));

test('there is a file for each group, and a table of contents that leads to every page', () => {
  assert.deepEqual(
    [...files.keys()].sort(),
    ['guide.css', 'index.html', ...Object.keys(GROUPS).map((one) => `${one}.html`)].sort(),
  );
  const anchors = new Map(
    documents.map(([name, text]) => [name, [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!)]),
  );
  assert.equal([...anchors.values()].flat().length, guide().size);
  for (const [name, ids] of anchors) assert.equal(new Set(ids).size, ids.length, name);
  for (const [name, text] of documents)
    for (const [, href] of text.matchAll(/<a href="([^"]*)"/g)) {
      const [file, anchor] = href!.split('#');
      assert.ok(files.has(file!), `${name}: ${href}`);
      if (anchor !== undefined) assert.ok(anchors.get(file!)!.includes(decodeURIComponent(anchor)), `${name}: ${href}`);
    }
  const listed = [...files.get('index.html')!.matchAll(/<li><a /g)];
  assert.equal(listed.length, guide().size);
});

test('every tag that is opened is closed, and none runs or fetches anything', () => {
  for (const [name, text] of documents) {
    assertHtml(text, name);
    assert.doesNotMatch(text, /https?:/i, name);
  }
});

test('what has a meaning in HTML is escaped', () => {
  assert.match(files.get('topic.html')!, /&quot;interfaces-config&quot;/);
  assert.match(files.get('topic.html')!, /kea &gt; kea\.sql/);
});
