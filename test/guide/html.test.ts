/** The guide for a browser: whole documents, links that lead somewhere, nothing that runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GROUPS, guide } from '../../src/guide';
import { htmlFiles } from '../../src/guide/html';

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
  const empty = new Set(['meta', 'link', '!DOCTYPE']);
  for (const [name, text] of documents) {
    const open: string[] = [];
    for (const [, close, tag] of text.matchAll(/<(\/?)([!A-Za-z0-9]+)[^>]*>/g)) {
      if (empty.has(tag!)) continue;
      if (close) assert.equal(open.pop(), tag, name);
      else open.push(tag!);
    }
    assert.deepEqual(open, [], name);
    assert.doesNotMatch(text, /<script|\son[a-z]+=|javascript:|https?:|<img|<iframe/i, name);
    assert.match(text, /^<!DOCTYPE html>\n<html lang="en">/);
  }
});

test('what has a meaning in HTML is escaped', () => {
  assert.match(files.get('topic.html')!, /&quot;interfaces-config&quot;/);
  assert.match(files.get('topic.html')!, /kea &gt; kea\.sql/);
});
