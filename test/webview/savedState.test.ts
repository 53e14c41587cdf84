import assert from 'node:assert/strict';
import test from 'node:test';
import { NOTHING_SAVED, readSaved } from '../../webview/savedState';

test('what was saved is read back', () => {
  const saved = {
    frame: 2,
    field: 'dhcp/dhcp.xid',
    filter: 'type:ack',
    expansion: [['eth', true]] as const,
    splits: { top: 0.4 },
    finding: 2,
    tab: 'clients' as const,
    atPacket: true,
    bytesClosed: true,
    choices: { times: 'delta' },
  };
  assert.deepEqual(readSaved(JSON.parse(JSON.stringify(saved))), saved);
});

test('nothing saved, or something else, is nothing', () => {
  assert.deepEqual(readSaved(undefined), NOTHING_SAVED);
  assert.deepEqual(readSaved('x'), NOTHING_SAVED);
  assert.deepEqual(
    readSaved({
      frame: '2',
      field: 3,
      filter: null,
      expansion: [['eth'], 'x'],
      splits: { top: 7, left: 0 },
      finding: [1],
      tab: 'hints',
      atPacket: 1,
      bytesClosed: 'yes',
    }),
    NOTHING_SAVED,
  );
});
