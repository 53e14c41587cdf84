/** What a person meets around the captures: the extension's page, its walkthrough, and settings that make no sense. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { Page } from 'playwright-core';
import * as vscode from '../vscode/webview';
import { look, stage } from './stage';
import { commandTitle, packetRows, treeItem, window67 } from './support';

const HEALTHY = 'dhcp-healthy.pcap';
const BLOCKED = 'blocked-port.pcap';

let folder: string;
let page: Page;

/** What the workspace of this folder sets; VS Code sees the file change. */
const set = (settings: Readonly<Record<string, unknown>>, of = folder): Promise<void> =>
  writeFile(join(of, '.vscode', 'settings.json'), JSON.stringify(settings));

/** Whether a notice speaks of our settings. */
const isNotice = (text: string): boolean => text.includes('port67.');

stage(
  (captures) =>
    set(
      {
        'port67.authorisedServers': '10.0.0.1',
        'port67.suppressedFindings': true,
        'port67.customOptions': [null],
      },
      captures,
    ),
  (ready) => {
    ({ page, folder } = ready);
  },
);

describe('the extension in VS Code', { concurrency: false }, () => {
  look('with settings of a wrong type captures open, and one notice names them', async () => {
    await vscode.openFile(page, HEALTHY);
    const { frame } = await window67(page);
    await vscode.becomes('the packets', 4, () => packetRows(frame).count());
    const [notice, ...more] = await vscode.until('the notice', async () => {
      const some = (await vscode.notifications(page)).filter(isNotice);
      return some.length > 0 && some;
    });
    assert.deepEqual(more, []);
    for (const name of ['authorisedServers', 'suppressedFindings', 'customOptions'])
      assert.match(notice!, new RegExp(`port67\\.${name}`));
    await vscode.openFile(page, BLOCKED);
    await window67(page);
    // Also those that have gone by meanwhile.
    await vscode.runCommand(page, 'Notifications: Show Notifications');
    const kept = page.locator('.notifications-center .notification-list-item-message');
    await vscode.becomes('one notice', 1, async () => (await kept.allInnerTexts()).filter(isNotice).length);
    await vscode.clearNotifications(page);
    await vscode.closeEditors(page);
  });

  look('the verdict says what the settings suppress', async () => {
    await set({ 'port67.suppressedFindings': ['no-offer'] });
    await vscode.openFile(page, BLOCKED);
    const { frame } = await window67(page);
    await frame
      .getByText(/your settings suppress a finding of this capture: no-offer\./)
      .first()
      .waitFor();
    await vscode.closeEditors(page);
  });

  look('a page of the guide is looked up by any of its names, and links lead on', async () => {
    await vscode.runCommand(page, commandTitle('look up in the guide'));
    await vscode.answerQuickPick(page, 'giaddr', 'Relay agent IP address (giaddr)');
    const frame = await vscode.pageHeaded(page, 'Relay agent IP address (giaddr)');
    await vscode.screenshot(page, 'guide');
    await frame.getByRole('link', { name: 'Relays: one server for many networks' }).first().click();
    await vscode.pageHeaded(page, 'Relays: one server for many networks');
    await vscode.closeEditors(page);
  });

  look('the page of the extension has no broken picture', async () => {
    await vscode.runCommand(page, 'Extensions: Show Installed Extensions');
    const row = page.locator('.extensions-list .monaco-list-row').filter({ hasText: 'Port 67' }).first();
    // While the list is made anew, a click goes by.
    const frame = await vscode.until('the page of the extension', async () => {
      await row.click({ timeout: 2000 });
      return vscode.webviewFrame(page, 3000);
    });
    await frame.getByRole('heading', { name: 'First steps' }).waitFor();
    await vscode.until('all pictures, or their failure', () =>
      frame.evaluate(() => [...document.images].every((image) => image.complete)),
    );
    const broken = await frame.evaluate(() =>
      [...document.images].filter((image) => image.naturalWidth === 0).map((image) => image.alt),
    );
    assert.deepEqual(broken, []);
    await vscode.closeEditors(page);
    // Away from the list of extensions: what VS Code shows over it under the mouse would lie over everything that comes.
    await page.mouse.move(0, 0);
  });

  look('the walkthrough shows the text of each step', async () => {
    await vscode.runCommand(page, 'Welcome: Open Walkthrough...');
    await vscode.answerQuickPick(page, 'First steps with the DHCP', 'First steps with the DHCP Inspector');
    const steps = page.locator('.gettingStartedContainer .step-list-container .getting-started-step');
    await steps.first().waitFor();
    await vscode.becomes('the steps', 6, () => steps.count());
    // In a narrow window VS Code shows no text beside the steps.
    await vscode.setViewport(page, 'wide');
    for (const [i, heading] of [
      'What a capture is',
      'The verdict',
      'Fields and octets',
      'Hex of your own',
      'Two captures of one exchange',
      'Lessons',
    ].entries()) {
      await steps.nth(i).click();
      await vscode.until(`the text “${heading}”`, async () => {
        for (const frame of page.frames())
          if (
            await frame
              .getByRole('heading', { level: 1, name: heading, exact: true })
              .isVisible()
              .catch(() => false)
          )
            return true;
        return false;
      });
    }
    await vscode.screenshot(page, 'walkthrough');
    await vscode.setViewport(page, 'ordinary');
    await vscode.closeEditors(page);
  });

  look('the guide opens at the field that is selected in a capture, beside it', async () => {
    await vscode.openFile(page, HEALTHY);
    const window = await window67(page);
    await (await treeItem(page, window, /\(giaddr\)/)).click();
    await vscode.runCommand(page, commandTitle('guide to the selected field'));
    await vscode.pageHeaded(page, 'Relay agent IP address (giaddr)');
    await vscode.becomes('two groups of editors', 2, () => page.locator('.editor-group-container').count());
    await vscode.closeEditors(page);
  });
});
