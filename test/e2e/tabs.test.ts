/** The tabs Ladder, Clients and Packets in a real VS Code, with the mouse and with the keyboard alone; find and go. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import type axe from 'axe-core';
import type { Frame, Locator, Page } from 'playwright-core';
import { THEMES, type Theme } from '../vscode/launch';
import * as vscode from '../vscode/webview';
import { screenshot, until } from '../vscode/webview';
import { look, stage } from './stage';
import { commandTitle } from './support';

const LAB = join('test', 'fixtures', 'lab');
const RELAY = 'relay-both-sides.pcap';
const SEVERAL = 'several.pcap';
const STARVED = 'starved.pcap';
const BLOCKED = 'blocked-port.pcap';

let page: Page;
const { crashes } = stage(
  async (folder) => {
    await copyFile(join(LAB, 'firewall-reject-relay_udhcpd_dhclient.pcap'), join(folder, RELAY));
    await copyFile(join(LAB, 'healthy-renewal_dhcpd_udhcpc.pcap'), join(folder, SEVERAL));
    await copyFile(join(LAB, 'starvation_kea4_by-hand.pcap'), join(folder, STARVED));
  },
  (ready) => {
    ({ page } = ready);
  },
);

/** Opens a capture and one of its tabs. */
async function opened(name: string, tab: string): Promise<Frame> {
  await vscode.openFile(page, name);
  const frame = await until('the window', async () => {
    const found = await vscode.webviewFrame(page, 1000);
    return (await found.getByRole('tab', { name: tab }).count()) > 0 && found;
  });
  await frame.getByRole('tab', { name: tab }).click();
  return frame;
}

const steps = (frame: Frame): Locator => frame.getByRole('listbox', { name: /^Messages/ }).getByRole('option');

/** The frame that is selected, as the packet's head names it. */
function selectedFrame(frame: Frame): Promise<string> {
  return frame.locator('.frame-head, .packet').first().innerText();
}

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
async function violations(frame: Frame): Promise<string[]> {
  await frame.evaluate(AXE);
  const found = await frame.evaluate(async () => {
    const { axe: run } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await run.run(document);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
  return found;
}

describe('the ladder', () => {
  look('shows retransmissions as one, and what should have come as a ghost', async () => {
    const frame = await opened(BLOCKED, 'Ladder');
    await until('the messages', async () => (await steps(frame).count()) === 2);
    const [discover, ghost] = await steps(frame).all();
    // tshark: four DISCOVERs, the last 9.089517 s after the first.
    assert.match(await discover!.innerText(), /4 × DISCOVER in 9\.1 s/);
    assert.match(await ghost!.innerText(), /OFFER is missing/);
    assert.match((await ghost!.textContent()) ?? '', /none is seen to Client 02:67:00:00:00:0c/);
    await screenshot(page, 'tabs-ladder-blocked');
  });
});

export { THEMES, type Theme, crashes, RELAY, SEVERAL, STARVED, selectedFrame, violations, commandTitle };
