import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { needs } from '../../support/needs';
import { knowledge, TABLE, tableText } from './table';
import { askTshark } from './wireshark';

test('src/codec/OPTIONS.md is current (tsx test/codec/table/generate.ts writes it)', async () => {
  const options = (await resolveConfig(fileURLToPath(TABLE))) ?? {};
  const wanted = await format(tableText(knowledge()), { ...options, parser: 'markdown' });
  assert.equal(readFileSync(TABLE, 'utf8'), wanted);
});

test('what is kept of Wireshark is what tshark says', async (t) => {
  if (!needs(t, 'tshark')) return;
  const kept = knowledge();
  const asked = await askTshark();
  // Later versions learn more; what the kept one read, each must read.
  if (asked.tshark === kept.tshark) return assert.deepEqual(asked, kept);
  for (const protocol of ['dhcp', 'dhcpv6'] as const)
    for (const [code, { depth }] of Object.entries(kept[protocol]))
      if (depth === 'value' || depth === 'sub-options')
        assert.match(asked[protocol][code]!.depth, /value|sub-options/, `${protocol} option ${code}`);
});
