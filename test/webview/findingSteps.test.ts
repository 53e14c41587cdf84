import assert from 'node:assert/strict';
import test from 'node:test';
import { partsOf, type Finding, type Severity } from '../../src/protocol';
import { commandsOf, groupsOf, openAtFirst, slotsOf, stepFor } from '../../webview/tabs/findingSteps';

function finding(severity: Severity): Finding {
  const texts = { id: 'nak', title: '', subject: '', explanation: '', reference: '' };
  return { ...texts, severity, frames: [1], causes: [], steps: [] };
}

test('the first finding that is more than information is open at first', () => {
  assert.equal(openAtFirst([finding('info'), finding('warning'), finding('error')]), 1);
  assert.equal(openAtFirst([finding('info')]), -1);
  assert.equal(openAtFirst([]), -1);
});

test('a step is cut into text and commands at its backticks', () => {
  const step = 'Kea: `kea-dhcp4 -t FILE`, then `systemctl status kea`.';
  assert.deepEqual(partsOf(step), [
    { text: 'Kea: ', code: false },
    { text: 'kea-dhcp4 -t FILE', code: true },
    { text: ', then ', code: false },
    { text: 'systemctl status kea', code: true },
    { text: '.', code: false },
  ]);
  assert.equal(commandsOf(step), 'kea-dhcp4 -t FILE\nsystemctl status kea');
});

test('a lone backtick is text', () => {
  assert.deepEqual(partsOf('a ` b'), [{ text: 'a ` b', code: false }]);
  assert.equal(commandsOf('a ` b'), '');
  assert.deepEqual(partsOf(''), []);
});

test('steps for several products of one kind are one thing to do, told for the product that the person has', () => {
  const server = (product: 'kea' | 'dhcpd' | 'windows') => ({ kind: 'server', product }) as const;
  const told: Finding = {
    ...finding('error'),
    steps: ['Look.', 'Linux: x', 'Windows: y', 'ISC dhcpd: a', 'Kea: b', 'Microsoft: c', 'ISC dhcpd: d', 'Capture.'],
    stepsFor: {
      1: { kind: 'system', product: 'linux' },
      2: { kind: 'system', product: 'windows' },
      3: server('dhcpd'),
      4: server('kea'),
      5: server('windows'),
      6: server('dhcpd'),
    },
  };
  const slots = slotsOf(told);
  assert.deepEqual(
    slots.map(({ steps }) => steps),
    [[0], [1, 2], [3, 4, 5], [6], [7]],
  );
  const shown = (...products: string[]): number[] => slots.map((slot) => stepFor(told, slot, products));
  assert.deepEqual(shown(), [0, 1, 3, 6, 7], 'the first one where nothing was chosen');
  assert.deepEqual(shown('kea'), [0, 1, 4, 6, 7]);
  assert.deepEqual(shown('kea', 'windows'), [0, 2, 4, 6, 7], 'the latest choice first');
  assert.deepEqual(slotsOf({ ...finding('error'), steps: ['A', 'B'] }), [{ steps: [0] }, { steps: [1] }]);
});

test('findings of one severity and id stand together, in reading order', () => {
  const of = (severity: Severity, id: string): Finding => ({ ...finding(severity), id });
  const told = [of('error', 'nak'), of('error', 'no-ack'), of('error', 'nak'), of('info', 'nak')];
  assert.deepEqual(groupsOf(told), [[0, 2], [1], [3]]);
});
