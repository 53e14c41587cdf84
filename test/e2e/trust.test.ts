/** A workspace that the person does not trust: no command is run, whatever is clicked. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Page } from 'playwright-core';
import * as vscode from '../vscode/webview';
import { screenshot } from '../vscode/webview';
import { look, stage } from './stage';
import { commandTitle, window67 } from './support';

let page: Page;
stage(
  () => Promise.resolve(),
  (ready) => {
    ({ page } = ready);
  },
  {
    'security.workspace.trust.enabled': true,
    'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.banner': 'never',
  },
);

describe('a workspace that is not trusted', { concurrency: false }, () => {
  look('“Check this machine” is refused in one sentence, with a way to trust, and shows no command', async () => {
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).first().waitFor();
    // Captures open as ever.
    await vscode.openFile(page, 'dhcp-healthy.pcap');
    await window67(page);
    await vscode.runCommand(page, commandTitle('Check this machine'));
    const notice = page.locator('.notification-toast', {
      hasText: 'No command is run in a workspace that is not trusted.',
    });
    await notice.waitFor();
    await screenshot(page, 'operator-untrusted');
    assert.equal(await page.locator('.monaco-dialog-box').count(), 0);
    await notice.getByRole('button', { name: 'Manage Trust' }).click();
    await page.getByText('You are in Restricted Mode').or(page.getByText('Trust this folder')).first().waitFor();
  });
});
