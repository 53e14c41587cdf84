import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis, Finding } from '../../src/analysis';
import { mostLikely } from '../../src/analysis/words/sentence';
import { Build, lease, textOption } from './build';

/** Clients in vain whose vendor classes begin alike and differ in their version. */

const KIND = (n: number, vendorClass: string) => ({
  chaddr: `02:00:00:00:00:${n + 10}`,
  xid: n,
  options: [textOption(60, vendorClass), textOption(12, `host${n}`)],
});

function inVain(classes: readonly string[], answered: readonly string[]): Analysis {
  const build = new Build();
  answered.forEach((one, n) => {
    build.discover(n, KIND(n, one));
    build.offer(n + 0.01, { ...KIND(n, one), options: lease(), yiaddr: `10.0.0.1${n}` });
  });
  classes.forEach((one, n) => {
    for (const after of [0, 4, 12]) build.discover(3 + n + after, { ...KIND(20 + n, one), secs: after });
  });
  build.discover(40, KIND(50, answered[0]!));
  build.offer(40.01, { ...KIND(50, answered[0]!), options: lease(), yiaddr: '10.0.0.90' });
  return build.analyse(60);
}
const silent = (classes: readonly string[], answered: readonly string[]): Finding =>
  inVain(classes, answered).findings.find(({ id }) => id === 'no-offer')!;
const ANDROIDS = ['android-dhcp-11', 'android-dhcp-12', 'android-dhcp-13', 'android-dhcp-14'];
const OTHERS = ['MSFT 5.0', 'MSFT 5.0', 'Hewlett-Packard JetDirect', 'dhcpcd-9.4.1', 'MSFT 5.0', 'MSFT 5.0', 'ipad'];

test('no-offer: what vendor classes begin with tells the silent from the answered', () => {
  const { title, causes } = silent(ANDROIDS, OTHERS);
  assert.equal(
    title,
    'No OFFER for 4 of 12 clients, all with option 60 (Vendor Class Identifier) that begins with “android-dhcp”',
  );
  assert.equal(causes[0]!.likelihood, 'likely');
  assert.equal(
    causes[0]!.text,
    'Only the 4 unanswered clients send option 60 (Vendor Class Identifier) that begins with “android-dhcp”; none of the 8 answered clients does: the server may have a class or a filter for such clients',
  );
  // What the first of them has for itself is no cause of the silence of all.
  assert.ok(causes.every(({ text }) => !text.startsWith('Only the unanswered client ')));
});

test('the verdict says once what sets the unanswered apart, and no less where the title does not say it', () => {
  const because = (verdict: string): string => /; most likely.*?(?= \()/.exec(verdict)![0];
  assert.equal(
    because(inVain(ANDROIDS, OTHERS).verdict),
    '; most likely because of that: it sets them apart from the 8 answered clients, and the server may have a class or a filter for such clients',
  );
  assert.equal(
    mostLikely(
      {
        likelihood: 'likely',
        text: 'Only the client sends option 60; the answered client does not: it may matter',
        evidence: [],
      },
      { title: 'No OFFER for x', subject: 'x' } as Finding,
    ),
    'Most likely, only the client sends option 60; the answered client does not: it may matter',
  );
});

test('no-offer: a beginning that an answered client has as well tells nothing', () => {
  const { causes } = silent(ANDROIDS, [...OTHERS.slice(0, 6), 'android-dhcp-9']);
  assert.ok(causes.every(({ text }) => !/begins with/.test(text)));
});
