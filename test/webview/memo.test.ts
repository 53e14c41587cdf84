import assert from 'node:assert/strict';
import test from 'node:test';
import { differs } from '../../webview/hooks/memo';

test('props differ by anything but functions', () => {
  const model = { nodes: [] };
  const props = { model, selected: 3, onSelect: () => 1 };
  assert.equal(differs(props, { ...props }), false);
  assert.equal(differs(props, { ...props, onSelect: () => 2 }), false);
  assert.equal(differs(props, { ...props, selected: 4 }), true);
  assert.equal(differs(props, { ...props, model: { nodes: [] } }), true);
});
