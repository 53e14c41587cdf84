import assert from 'node:assert/strict';
import test from 'node:test';
import type { Field, FrameView, ShownFinding } from '../../src/protocol';
import { arranged } from '../../webview/packet/arrange';
import { marksOf, nodeOf, severityOf } from '../../webview/packet/marks';
import { buildTree } from '../../webview/packet/treeModel';

const field = (key: string, offset: number, length: number, rest: Partial<Field> = {}): Field => ({
  name: key,
  text: '',
  key,
  offset,
  length,
  ...rest,
});

const TREE = [
  field('eth', 0, 14),
  field('dhcp', 14, 40, {
    children: [
      field('dhcp.op', 14, 1),
      field('dhcp.yiaddr', 15, 4, { text: '10.0.0.5' }),
      field('dhcp.giaddr', 19, 4, { text: '0.0.0.0' }),
      field('dhcp.option.53', 23, 3),
      field('dhcp.option.3', 26, 6, { problem: 'too long', children: [field('dhcp.option.3.length', 27, 1)] }),
    ],
  }),
];

const finding = (id: string, rest: Partial<ShownFinding> = {}): ShownFinding => ({
  ...{
    id,
    severity: 'error',
    title: id,
    subject: '',
    frames: [1],
    explanation: '',
    causes: [],
    steps: [],
    reference: '',
  },
  ...rest,
});

const view = (rest: Partial<FrameView> = {}): FrameView => ({
  ...{ frame: 1, tree: TREE, buffers: [], problems: [], docs: {}, time: '', wireLength: 54, summary: '' },
  ...rest,
});

const model = buildTree(arranged(TREE));
const keyOf = (index: number): string | undefined => model.nodes[index]?.field.key;

test('options stand right under the message, the fixed fields together behind them with the addresses that are set', () => {
  assert.deepEqual(
    model.nodes.map(({ field: { key }, level }) => `${level} ${key}`),
    [
      '1 eth',
      '1 dhcp',
      '2 dhcp.option.53',
      '2 dhcp.option.3',
      '3 dhcp.option.3.length',
      '2 dhcp.header',
      '3 dhcp.op',
      '3 dhcp.yiaddr',
      '3 dhcp.giaddr',
    ],
  );
  const header = model.nodes[model.byId.get('dhcp/dhcp.header')!]!.field;
  assert.deepEqual([header.offset, header.length, header.text], [14, 9, 'yiaddr 10.0.0.5']);
  const bootp = [field('dhcp', 0, 4, { children: [field('dhcp.op', 0, 1)] })];
  assert.deepEqual(arranged(bootp), bootp, 'BOOTP may have no options');
});

test('a finding leads to the field that shows it, else to what says which message it is', () => {
  assert.equal(keyOf(nodeOf(model, view(), finding('router', { fields: ['dhcp.option.3'] }))), 'dhcp.option.3');
  assert.equal(keyOf(nodeOf(model, view(), finding('x', { fields: ['dhcp.option.9', 'eth'] }))), 'eth');
  assert.equal(keyOf(nodeOf(model, view(), finding('no-offer'))), 'dhcp.option.53');
  const problems = [{ id: 'bad-option-length', offset: 27, length: 1, text: 'too long' }];
  assert.equal(keyOf(nodeOf(model, view({ problems }), finding('bad-option-length'))), 'dhcp.option.3');
  const elsewhere = [{ ...problems[0]!, offset: 16 }];
  const plain = nodeOf(model, view({ problems: elsewhere }), finding('bad-option-length'));
  assert.equal(keyOf(plain), 'dhcp.yiaddr', 'no field says that it is wrong: the smallest');
  assert.equal(nodeOf(buildTree([field('arp', 0, 4)]), view(), finding('x')), -1);
});

test('fields bear the worst of their findings and problems; closed, they speak for what they hide', () => {
  const findings = [
    finding('router', { fields: ['dhcp.yiaddr'], severity: 'info' }),
    finding('other', { fields: ['dhcp.yiaddr'], severity: 'error' }),
  ];
  const marks = marksOf(model, view({ findings: [0, 1, 7] }), findings);
  const at = (id: string): number => model.byId.get(id)!;
  assert.deepEqual(marks.get(at('dhcp/dhcp.header/dhcp.yiaddr')), { severity: 'error', findings: [0, 1] });
  assert.deepEqual(marks.get(at('dhcp/dhcp.option.3')), { severity: 'warning', findings: [] });
  assert.equal(severityOf(model, at('dhcp/dhcp.header'), false, marks), 'error');
  assert.equal(severityOf(model, at('dhcp/dhcp.header'), true, marks), undefined);
  assert.equal(severityOf(model, at('eth'), false, marks), undefined);
});
