/** What the filter box completes: names of fields, and values of the field before them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begunAt, begunNow, completed, offered } from '../../webview/packets/completion';
import { fieldNames, fieldValues } from '../../src/filter';
import { FINDINGS } from '../../src/analysis/catalogue';
import { OUTCOMES } from '../../src/analysis/finding';

const begun = (filter: string): ReturnType<typeof begunAt> => begunAt(filter, filter.length);

test('a name is completed where one begins, and a value after a comparison or in a set', () => {
  assert.deepEqual(begun('arp or dhcp.op'), { start: 7, text: 'dhcp.op' });
  assert.deepEqual(begun('finding == '), { start: 11, text: '', of: 'finding' });
  assert.deepEqual(begun('arp or finding == "no-'), { start: 18, text: '"no-', of: 'finding' });
  assert.deepEqual(begun('finding in {'), { start: 12, text: '', of: 'finding' });
  assert.deepEqual(begun('finding not in {"nak", "no'), { start: 23, text: '"no', of: 'finding' });
  assert.deepEqual(begun('outcome != bo'), { start: 11, text: 'bo', of: 'outcome' });
  assert.deepEqual(begun('dhcp.option.dhcp eq "'), { start: 20, text: '"', of: 'dhcp.option.dhcp' });
  assert.equal(begun('finding == "nak"'), undefined);
  assert.equal(begun('dhcp.option.hostname contains "fin'), undefined);
  assert.equal(begun('dhcp.ip.your == 10.'), undefined);
});

test('every finding and every outcome is offered, and what is typed narrows them', () => {
  const ids = (of: string, prefix: string): string[] => fieldValues(of, prefix).map(({ name }) => name);
  assert.deepEqual(
    ids('finding', ''),
    [...FINDINGS.keys()].map((id) => `"${id}"`),
  );
  assert.deepEqual(
    ids('outcome', '"'),
    OUTCOMES.map((one) => `"${one}"`),
  );
  assert.ok(ids('finding', '"no-off').includes('"no-offer"'));
  assert.ok(!ids('finding', '"no-off').includes('"nak"'));
  assert.deepEqual(
    fieldValues('dhcp.option.dhcp', 'disc').map(({ name, kind }) => [name, kind]),
    [['"Discover"', '1']],
  );
  assert.deepEqual(fieldValues('dhcp.ip.your', ''), []);
  assert.deepEqual(fieldNames('"no'), []);
});

test('what is chosen replaces what was typed, with one pair of quotation marks', () => {
  const typed = begunAt('finding == "no" and arp', 14)!;
  assert.deepEqual(typed, { start: 11, text: '"no', of: 'finding' });
  assert.deepEqual(completed('finding == "no" and arp', typed, '"no-offer"'), {
    text: 'finding == "no-offer" and arp',
    caret: 21,
  });
  assert.deepEqual(
    offered([{ name: '"bound"' }, { name: 'bootp' }, { name: 'arp' }], { start: 0, text: 'bo', of: 'outcome' }).map(
      ({ name }) => name,
    ),
    ['"bound"', 'bootp'],
  );
});

test('a name that was offered for what was typed a moment ago replaces what is typed by now', () => {
  const before = 'arp or dhcp.ip.y';
  const offer = begun(before)!;
  const now = `${before}o`;
  const typed = begunNow(offer, before, now, now.length)!;
  assert.deepEqual(completed(now, typed, 'dhcp.ip.your'), { text: 'arp or dhcp.ip.your', caret: 19 });
  // The caret may have been moved since: the name is for the whole word.
  assert.deepEqual(begunNow(offer, before, before, 9), offer);
  const next = `${before}our == 1 and a`;
  assert.equal(begunNow(offer, before, next, next.length), undefined, 'another word');
});
