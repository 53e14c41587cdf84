/** Where a client or server of DHCPv6 is named in a line, its address stands there and not the DUID around it. */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { clientRows } from '../../src/engine/answers/clients';
import { ConversationList } from '../../src/engine/answers/conversations';
import { FrameList } from '../../src/engine/list/list';
import { fileSource } from '../../src/engine/node';
import { withTypes } from '../../src/engine/list/shorten';
import { REPO } from '../vscode/cache';

/** DUID-LLT and DUID-LL of Ethernet (RFC 8415 §11.2, §11.4), with colons or without. */
/** The one that identifies nobody is told as it is, for that is the finding. */
const USELESS = /useless-duid/;
const DUID = /\b00:?0[13]:?00:?01(?::?[0-9a-f]{2}){6,}/i;

test('titles, subjects and rows name addresses, not the DUIDs that hold them', async () => {
  const files = globSync('test/fixtures/lab/*v6*.pcap', { cwd: REPO }).filter((file) => !USELESS.test(file));
  assert.ok(files.length > 20, `${files.length} captures of DHCPv6`);
  const found: string[] = [];
  for (const file of files) {
    const capture = new Capture(file, DEFAULT_SETTINGS);
    await capture.read(await fileSource(join(REPO, file)));
    const look = (where: string, text: string): unknown => DUID.test(text) && found.push(`${file}, ${where}: ${text}`);
    const { what, why, beside } = capture.verdictParts;
    look('verdict', [what, why, beside].join(' '));
    for (const { title, members = [] } of withTypes(capture.findings, capture)) {
      look('title', title);
      look('members', members.map(({ subject }) => subject).join(' '));
    }
    for (const { source, destination, client, type } of new FrameList(capture).rows(0, 1000).rows)
      look('row', [source, destination, client, type].join(' '));
    const list = new ConversationList(capture, capture.findings);
    for (const row of list.rows({ from: 0, to: 100, problems: false }).rows) {
      look('conversation', `${row.client} ${row.server ?? ''}`);
      const { lanes = [], steps = [] } = list.ladder(row.id).ladder ?? {};
      look('ladder', [...lanes.map(({ name }) => name), ...steps.map(({ about }) => about)].join(' '));
    }
    for (const one of clientRows(capture, 0, 100).rows) look('client', `${one.client} ${one.server ?? ''}`);
  }
  assert.deepEqual(found, []);
});
