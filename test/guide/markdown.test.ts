import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guide } from '../../src/guide';
import { contentsOfGuide } from '../../src/guide/lookup';
import { pageMarkdown } from '../../src/guide/markdown';

test('a page as Markdown: title, summary, links to other pages, reference', () => {
  const text = pageMarkdown('port/67')!;
  assert.match(
    text,
    /^# UDP port 67 \(bootps\)\n\n\[DHCP\]\(\.\.\/topic\/dhcp\.md\) servers and \[relays\]\(\.\.\/topic\/relays\.md\) listen on /,
  );
  assert.match(text, /\n\| client and server or relay \| 68 \| 67 \|\n/);
  assert.match(text, /\n- \[UDP port 68 \(bootpc\)\]\(\.\.\/port\/68\.md\)\n/);
  assert.match(text, /\n\*Reference: RFC 2131 §4\.1; RFC 951 §3; RFC 6926 §6\.1\*\n/);
  assert.equal(pageMarkdown('port/0'), undefined);
});

test('every page can be chosen, and each of its links leads to a page', () => {
  const pages = contentsOfGuide();
  assert.equal(pages.length, guide().size);
  for (const { id } of pages) {
    const text = pageMarkdown(id)!;
    for (const [, to] of text.matchAll(/\]\(\.\.\/(.+?)\.md\)/g)) assert.ok(guide().has(to!), `${id} → ${to}`);
    // What stands for itself in a text is no markup: option names have underscores, placeholders have brackets.
    assert.doesNotMatch(text.replace(/```[^`]*```|<svg .*<\/svg>/g, '').replace(/<\/?div>/g, ''), /[^\\]<[a-z]/i, id);
  }
});
