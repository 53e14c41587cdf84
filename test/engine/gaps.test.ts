import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import type { Output } from '../../src/cli/output';
import { frameJson } from '../../src/cli/json';
import { textJson } from '../../src/cli/hex';
import { printFrame } from '../../src/cli/text';
import type { Field } from '../../src/codec/field';
import { encodeMessage4, type OptionSpec4 } from '../../src/codec/dhcpv4/encode';
import { describeStored } from '../../src/engine/answers/describe';
import { Capture } from '../../src/engine/capture';
import { ADDRESS, CLIENT, SERVER, ipOption, lease, raw } from '../analysis/build';

/* A pasted dump that lacks a row: what stands in it is unknown, not zero. */

/** A message as `hexdump` writes it, without one row of sixteen octets. */
function dumpWithout(row: number | undefined, router = SERVER, change: readonly OptionSpec4[] = []): string {
  const options = [raw(53, '05'), ...lease([ipOption(3, router), ...change])];
  const octets = Buffer.from(encodeMessage4({ op: 2, xid: 7, chaddr: CLIENT, yiaddr: ADDRESS, options }));
  const rows: string[] = [];
  for (let at = 0; at < octets.length; at += 16)
    rows.push(
      `${at.toString(16).padStart(8, '0')}  ${octets
        .subarray(at, at + 16)
        .toString('hex')
        .replace(/../g, '$& ')}`,
    );
  return rows.filter((_, i) => i !== row).join('\n');
}

function read(text: string): { found: string[]; problems: (string | undefined)[]; verdict: string } {
  const capture = new Capture('text', DEFAULT_SETTINGS);
  const [packet] = capture.readText(text, 'dhcp');
  const { problems } = textJson(frameJson(capture, 0), packet!) as { problems: { id?: string }[] };
  return {
    found: capture.findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id),
    problems: problems.map(({ id }) => id),
    verdict: capture.result.verdict,
  };
}

test('nothing is concluded from the zeros that stand for missing octets', () => {
  // yiaddr (offset 16), the options from the cookie (236) on, and options alone.
  for (const row of [1, 15, 16]) {
    const { found, problems, verdict } = read(dumpWithout(row));
    assert.deepEqual([row, found, problems], [row, [], ['text-gap']]);
    assert.match(
      verdict,
      /[Oo]ctets are missing from the text, and nothing is concluded from the messages that lack them/,
    );
  }
});

test('zeros in sname and file do no harm: what is wrong elsewhere is told', () => {
  const wrong = '192.0.2.1';
  for (const row of [undefined, 5, 10]) {
    const { found, problems, verdict } = read(dumpWithout(row, wrong));
    assert.deepEqual([row, found], [row, ['router-outside-subnet']]);
    assert.deepEqual(problems, row === undefined ? [] : ['text-gap']);
    assert.doesNotMatch(verdict, /octets are missing/);
  }
});

test('the tree, the list and the text of `hex` claim nothing behind the missing octets either', () => {
  const marked = (field: Field): string[] => [
    ...(field.problem === undefined ? [] : [field.problem]),
    ...(field.children ?? []).flatMap(marked),
  ];
  const told = (row: number | undefined, mistake: readonly OptionSpec4[] = []): [string[], string[], boolean] => {
    const capture = new Capture('text', DEFAULT_SETTINGS);
    capture.readText(dumpWithout(row, SERVER, mistake), 'dhcp');
    const lines: string[] = [];
    printFrame(capture, 0, true, { line: (line: string) => lines.push(line), colours: false } as unknown as Output);
    const { tree, problems } = capture.frame(1);
    assert.deepEqual(
      lines.filter((line) => line.includes('!')).map((line) => line.replace(/^.*: /, '')),
      problems.map(({ text }) => text.replace(/^.*: /, '')),
    );
    return [problems.map(({ id }) => id), tree.flatMap(marked), (capture.row(0).severity ?? 'info') !== 'info'];
  };
  // A lease time of three octets (RFC 2132 §9.2 wants four), behind the missing rows or without one.
  const short = [raw(51, '000e10')];
  const [whole, marks, listed] = told(undefined, short);
  assert.deepEqual([whole, marks.length, listed], [['bad-option-length'], 1, true]);
  assert.deepEqual(told(15, short), [[], [], false]);
  // The same is said where only sname lacks octets.
  assert.deepEqual(told(5, short)[0], whole);
});

test('the tree says of missing octets that they are not told, and shows no zeros as an address', () => {
  const shown = (row: number | undefined): readonly string[] => {
    const capture = new Capture('text', DEFAULT_SETTINGS);
    capture.readText(dumpWithout(row), 'dhcp');
    const { summary, tree } = describeStored(capture.scan, 0);
    const fields = ['yiaddr', 'siaddr', 'giaddr', 'chaddr', 'xid'].map(
      (name) => tree[0]!.children!.find(({ key }) => key === `dhcp.${name}`)!.text,
    );
    return [summary, tree[0]!.text, ...fields];
  };
  const untold = 'not told by this text';
  assert.deepEqual(shown(undefined).slice(2), [ADDRESS, '0.0.0.0', '0.0.0.0', CLIENT, '0x00000007']);
  assert.deepEqual(shown(1).slice(2), [untold, untold, untold, untold, '0x00000007']);
  // Of chaddr, the last two octets are in the row after.
  assert.deepEqual(shown(2).slice(2), [ADDRESS, '0.0.0.0', '0.0.0.0', untold, '0x00000007']);
});
