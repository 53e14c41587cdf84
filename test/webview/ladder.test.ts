import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row, ShownLadder, ShownStep } from '../../src/protocol';
import { History } from '../../webview/find/history';
import { pictureOf, svg, type Colours } from '../../webview/ladder/picture';
import { gapBefore, markdown, mermaid, span, stepLabel, stepWay, withConfigured } from '../../webview/ladder/words';
import { begunAt, completed, offered } from '../../webview/packets/completion';
import { choiceOf, columnsOf, gridOf, orderOf, timeText } from '../../webview/packets/columns';

const step = (more: Partial<ShownStep>): ShownStep => ({
  frames: [1],
  from: 0,
  to: 1,
  name: 'DISCOVER',
  about: '',
  why: 'It goes by broadcast.',
  findings: [],
  ...more,
});
const ladder: ShownLadder = {
  id: 1,
  client: '02:67:00:00:00:0c',
  outcome: 'unanswered',
  lanes: [
    { kind: 'client', name: '02:67:00:00:00:0c' },
    { kind: 'server', name: '' },
  ],
  steps: [
    step({
      time: 0,
      times: 4,
      seconds: 9.09194,
      findings: [{ id: 'no-offer', severity: 'error', title: 'No *OFFER* <b>;' }],
    }),
    step({ frames: [9], time: 12.09194, name: 'REQUEST', about: '10.0.0.1' }),
    step({ frames: [], from: 1, to: 0, name: 'OFFER', ghost: 'missing' }),
  ],
  left: 0,
};

test('labels of arrows', () => {
  assert.deepEqual(ladder.steps.map(stepLabel), ['4 × DISCOVER in 9.1 s', 'REQUEST 10.0.0.1', 'OFFER is missing']);
  assert.equal(gapBefore(ladder.steps, 1), 3);
});

test('what a configuration says of an answer that is missing', () => {
  const places = [{ name: 'dhcpd.conf:5', path: '/etc/dhcpd.conf', line: 5 }];
  const last = (frame: number, about: string): ShownStep =>
    withConfigured(ladder, { places, made: {}, unsent: { [frame]: { place: 0, about, why: 'Denied.' } } })!.steps[2]!;
  assert.equal(stepLabel(last(9, '')), 'OFFER (dhcpd.conf:5) is missing');
  assert.equal(stepLabel(last(9, '10.0.0.50')), 'OFFER 10.0.0.50 is missing');
  assert.equal(last(9, '').why, 'dhcpd.conf:5: Denied. It goes by broadcast.');
  assert.equal(last(9, '').place, 0);
  // Frame 1 is no longer the question that waits: a later one stands between.
  assert.equal(last(1, '').place, undefined);
  assert.equal(withConfigured(undefined), undefined);
});

test('spans of time', () => {
  assert.deepEqual([0.00027, 0.0226, 9.09194, 300, 86_400].map(span), ['0.3 ms', '23 ms', '9.1 s', '5 min', '24 h']);
});

test('nothing from a packet is markup in what is copied', () => {
  const text = markdown(ladder);
  assert.match(text, /No \\\*OFFER\\\* \\<b\\>;/);
  const diagram = mermaid(ladder);
  assert.ok(diagram.startsWith('sequenceDiagram\n  participant L0 as Client 02:67:00:00:00:0c\n'));
  assert.match(diagram, /Note over L0,L1: 3 s later/);
  assert.match(diagram, /L1--xL0: OFFER is missing/);
  assert.ok(!/[<>;]/.test(diagram.replaceAll('->>', '')), diagram);
  const colours = {
    background: 'white',
    plain: 'black',
    quiet: 'grey',
    ghost: 'red',
    error: 'red',
    warning: 'orange',
    font: '"a" <b>',
  } satisfies Colours;
  const drawn = svg(pictureOf(ladder), colours);
  assert.ok(drawn.includes('No *OFFER* &#60;b&#62;;'));
  assert.ok(!drawn.includes('<b>'));
  assert.match(drawn, /stroke-dasharray/);
});

test('names are offered for what is being written, and put in its place', () => {
  const names = [{ name: 'dhcp.ip.your' }, { name: 'dhcp.ip.relay' }];
  const begun = begunAt('udp && dhcp.ip.', 15)!;
  assert.deepEqual(begun, { start: 7, text: 'dhcp.ip.' });
  assert.deepEqual(offered(names, begun), names);
  assert.deepEqual(completed('udp && dhcp.ip. == 1', begun, 'dhcp.ip.your'), {
    text: 'udp && dhcp.ip.your == 1',
    caret: 19,
  });
  assert.equal(begunAt('dhcp.option.hostname contains "lap', 34), undefined);
  assert.deepEqual(offered([{ name: 'dhcp.option.dhcp' }], { start: 0, text: 'option' }), []);
  assert.deepEqual(offered([{ name: 'dhcp.id' }], { start: 0, text: 'dhcp.id' }), []);
});

test('columns, orders and times that were chosen', () => {
  const columns = columnsOf('type:12,info,nonsense,time:9999')!;
  assert.deepEqual(columns, [{ name: 'type', width: 12 }, { name: 'info' }, { name: 'time', width: 200 }]);
  assert.equal(choiceOf(columns), 'type:12,info,time:200');
  assert.equal(gridOf(columns), 'var(--number) 12ch minmax(18ch, 1fr) 200ch');
  assert.equal(columnsOf('type,type'), undefined);
  assert.deepEqual(orderOf('-client'), { column: 'client', descending: true });
  assert.equal(orderOf('info'), undefined);
  const row = { time: '0.037000', epoch: 1_795_494_243.143_086, delta: 0.0009, frame: 4 } as Row;
  assert.equal(timeText(row, 'relative'), '0.037000');
  assert.equal(timeText(row, 'delta'), '0.000900');
  assert.equal(timeText(row, 'waited'), '');
  // tshark -t ud
  assert.equal(timeText(row, 'utc'), '2026-11-24 04:24:03.143086');
});

test('back and forward among the frames that were selected', () => {
  const history = new History();
  for (const frame of [1, 2, 2, 3]) history.visit(frame);
  assert.equal(history.travel(-1), 2);
  history.visit(2);
  assert.equal(history.travel(1), 3);
  assert.equal(history.travel(1), undefined);
  assert.equal(history.travel(-1), 2);
  history.visit(9);
  assert.equal(history.travel(1), undefined);
  assert.equal(history.travel(-1), 2);
});

test('a message that was lost between two captures, in words and drawn', () => {
  const lost = step({ name: 'OFFER', from: 3, to: 1, seen: [2], elsewhere: [2], frames: [], lost: true });
  const lanes = [
    { kind: 'client', name: '02:67:00:00:00:0c' },
    { kind: 'point', name: 'client.pcap' },
    { kind: 'point', name: 'server.pcap' },
    { kind: 'server', name: '10.67.0.1' },
  ] as const;
  const both: ShownLadder = { ...ladder, lanes, steps: [lost] };
  assert.equal(stepLabel(lost), 'OFFER is lost');
  assert.equal(stepWay(both, lost), 'Server 10.67.0.1, past Capture server.pcap, gone before Capture client.pcap');
  assert.match(markdown(both), /1\. Server 10.67.0.1, past .*gone before .*: \*\*OFFER is lost\*\*/);
  assert.match(mermaid(both), /L3-xL1: OFFER is lost/);
  // It ends half-way between the point that saw it and the one that did not.
  const { shapes } = pictureOf(both);
  const cross = shapes.find((shape) => shape.kind === 'text' && shape.text === '✕');
  const heads = shapes.flatMap((shape) => (shape.kind === 'text' && /^Capture$/.test(shape.text) ? [shape.x] : []));
  assert.equal(cross?.kind === 'text' && cross.x, (heads[0]! + heads[1]!) / 2);
});
