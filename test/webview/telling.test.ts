import assert from 'node:assert/strict';
import test from 'node:test';
import { partsOf, type Finding, type Severity } from '../../src/protocol';
import { commandsOf, openAtFirst } from '../../webview/tabs/telling';

function finding(severity: Severity): Finding {
  const texts = { id: 'nak', title: '', subject: '', explanation: '', reference: '' };
  return { ...texts, severity, frames: [1], causes: [], steps: [] };
}

test('the first finding that is more than information is open at first', () => {
  assert.deepEqual(openAtFirst([finding('info'), finding('warning'), finding('error')]), [1]);
  assert.deepEqual(openAtFirst([finding('info')]), []);
  assert.deepEqual(openAtFirst([]), []);
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
