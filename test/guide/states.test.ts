/** The life of a lease: its table, its pages and its drawing are one, and are those of RFC 2131 §4.4, figure 5. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guide } from '../../src/guide';
import { diagramSvg } from '../../src/guide/diagram';
import { lookUp } from '../../src/guide/lookup';
import { ARROWS, STATES, statePage } from '../../src/guide/states';

/** By hand from the figure, and from §3.2 (silence), §4.4.5 (end of the lease) and §4.4.6 (RELEASE). */
const FIGURE = `
INIT-REBOOT REQUEST REBOOTING
REBOOTING ACK BOUND
REBOOTING NAK INIT
INIT DISCOVER SELECTING
SELECTING REQUEST REQUESTING
REQUESTING ACK BOUND
REQUESTING NAK INIT
REQUESTING DECLINE INIT
BOUND T1 RENEWING
BOUND RELEASE INIT
RENEWING ACK BOUND
RENEWING T2 REBINDING
RENEWING NAK INIT
REBINDING ACK BOUND
REBINDING NAK INIT
REBINDING end of lease INIT`
  .trim()
  .split('\n');

test('states and arrows are those of the figure', () => {
  assert.deepEqual(ARROWS.map(({ from, label, to }) => `${from} ${label} ${to}`).sort(), [...FIGURE].sort());
  const names = new Set(ARROWS.flatMap(({ from, to }) => [from, to]));
  assert.deepEqual(STATES.map(({ name }) => name).sort(), [...names].sort());
});

test('the topic has the drawing, and the same in words', () => {
  const blocks = guide().get('topic/lease')!.blocks;
  const at = blocks.findIndex(({ kind }) => kind === 'diagram');
  const [drawing, table] = blocks.slice(at);
  assert.ok(drawing?.kind === 'diagram' && drawing.of === 'lease');
  assert.ok(table?.kind === 'table');
  assert.deepEqual(table.rows.map((row) => row.join(' ')).sort(), [...FIGURE].sort());
});

test('each state has a page that its name leads to', () => {
  for (const { name, text } of STATES) {
    const found = lookUp(name);
    assert.ok('pages' in found);
    assert.equal(found.pages[0].id, statePage(name));
    assert.equal(found.pages[0].summary, text);
  }
});

test('in the drawing each state and each arrow is a link with a name of its own, in the order of a reader', () => {
  const svg = diagramSvg('lease', (page) => `#${page}`);
  const links = [...svg.matchAll(/<a href="#([^"]*)" title="([^"]*)">([^<]*)<\/a>/g)];
  assert.deepEqual(
    links.map(([, , , text]) => text),
    [...STATES.map(({ name }) => name), ...ARROWS.map(({ label }) => label)],
  );
  for (const [, page] of links) assert.ok(guide().has(page!), page);
  assert.equal(new Set(links.map(([, , title]) => title)).size, links.length);
  assert.match(svg, /^<svg role="group" aria-label="/);
  // A policy forbids styles, and VS Code’s preview follows only links of HTML.
  assert.doesNotMatch(svg, /style|\n|<text/);
});

test('no label lies on a box or on another label, and every line has room', () => {
  const boxes = [
    ...diagramSvg('lease', String).matchAll(/<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/g),
  ].map((m) => m.slice(1).map(Number)) as [number, number, number, number][];
  // Small letters, capitals mostly, are 9 units wide in a wide font, and 14 high.
  const labels = ARROWS.map(({ label, at: [x, y] }) => {
    const half = (label.length * 9) / 2;
    return { label, left: x - half, right: x + half, top: y + 4, bottom: y + 18 };
  });
  for (const one of labels)
    for (const [x, y, width, height] of boxes)
      assert.ok(
        one.right <= x || one.left >= x + width || one.bottom <= y || one.top >= y + height,
        `${one.label} on a box`,
      );
  for (const [i, one] of labels.entries())
    for (const other of labels.slice(i + 1))
      assert.ok(
        one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top,
        `${one.label} on ${other.label}`,
      );
  for (const one of labels)
    for (const { line } of ARROWS) {
      const corners = line === '' ? [] : line.split(' ').map(Number);
      for (let i = 0; i + 3 < corners.length; i += 2)
        for (let part = 0; part <= 1; part += 1 / 64) {
          const x = corners[i]! + (corners[i + 2]! - corners[i]!) * part;
          const y = corners[i + 1]! + (corners[i + 3]! - corners[i + 1]!) * part;
          const within = x > one.left && x < one.right && y > one.top && y < one.bottom;
          assert.ok(!within, `${one.label} on the line ${line}`);
        }
    }
  const widths = [
    ...diagramSvg('lease', String).matchAll(/width="(\d+)" height="24"><div align="center"><small><a [^>]*>([^<]*)/g),
  ];
  assert.equal(widths.length, STATES.length + ARROWS.length);
  for (const [, width, text] of widths) assert.ok(Number(width) >= text!.length * 9, `${text} is cut`);
});

test('the four messages are drawn as in RFC 2131 figure 3, and the client’s own are broadcast (§4.1)', () => {
  const svg = diagramSvg('exchange', (page) => `#${page}`);
  const labels = [...svg.matchAll(/<a href="#([^"]*)" title="[^"]*">([^<]*)<\/a>/g)].map(([, page, text]) => [
    page,
    text,
  ]);
  assert.deepEqual(labels, [
    ['message/discover', '1. DISCOVER (broadcast)'],
    ['message/offer', '2. OFFER (unicast)'],
    ['message/request', '3. REQUEST (broadcast)'],
    ['message/ack', '4. ACK (unicast)'],
  ]);
  // Arrows of the client point right, to the server; those of the server left. Time goes down.
  const arrows = [...svg.matchAll(/points="(\d+) (\d+) (\d+) (\d+)"/g)].map((m) => m.slice(1).map(Number));
  const messages = arrows.filter(([, y1, , y]) => y1 === y);
  assert.deepEqual(
    messages.map(([x1, , x]) => (x! > x1! ? 'right' : 'left')),
    ['right', 'left', 'right', 'left'],
  );
  assert.deepEqual(
    messages.map(([, y]) => y),
    messages.map(([, y]) => y!).sort((a, b) => a - b),
  );
  assert.doesNotMatch(svg, /style|\n|<text/);
});
