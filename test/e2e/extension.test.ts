/** What a person meets around the captures: the extension's page, its walkthrough, and settings that make no sense. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { SAMPLES } from '../support/samples';
import { launchBrowser } from '../vscode/browser';
import { installVsix, startServer, type RunningServer } from '../vscode/launch';
import * as vscode from '../vscode/webview';
import { commandTitle, packetRows, treeItem, VSIX, window67 } from './support';

const HEALTHY = 'dhcp-healthy.pcap';
const BLOCKED = 'blocked-port.pcap';

let home: string;
let folder: string;
let server: RunningServer | undefined;
let browser: Browser | undefined;
let page: Page;

/** What the workspace sets; VS Code sees the file change. */
const set = (settings: Readonly<Record<string, unknown>>): Promise<void> =>
  writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings));

/** The notices that speak of our settings. */
const notices = async (): Promise<string[]> =>
  (await vscode.notifications(page)).filter((text) => text.includes('port67.'));

before(
  async () => {
    home = await mkdtemp(join(tmpdir(), 'port67-e2e-'));
    folder = join(home, 'captures');
    await cp(SAMPLES, folder, { recursive: true });
    await mkdir(join(folder, '.vscode'));
    await set({
      'port67.authorisedServers': '10.0.0.1',
      'port67.suppressedFindings': true,
      'port67.customOptions': [null],
    });
    const extensions = join(home, 'extensions');
    await installVsix(VSIX, extensions);
    browser = await launchBrowser();
    server = await startServer({ folder, userData: join(home, 'user-data'), extensions });
    page = await vscode.openWindow(browser, server);
  },
  { timeout: 300_000 },
);
after(async () => {
  await browser?.close();
  await server?.stop();
  await rm(home, { recursive: true, force: true });
});

describe('the extension in VS Code', { concurrency: false }, () => {
  test('with settings of a wrong type captures open, and one notice names them', { timeout: 60_000 }, async () => {
    await vscode.openFile(page, HEALTHY);
    assert.equal(await packetRows((await window67(page)).frame).count(), 4);
    const [notice, ...more] = await vscode.until('the notice', async () => {
      const some = await notices();
      return some.length > 0 && some;
    });
    assert.deepEqual(more, []);
    for (const name of ['authorisedServers', 'suppressedFindings', 'customOptions'])
      assert.match(notice!, new RegExp(`port67\\.${name}`));
    await vscode.openFile(page, BLOCKED);
    await window67(page);
    assert.equal((await notices()).length, 1);
    await vscode.closeEditors(page);
  });

  test('the verdict says what the settings suppress', { timeout: 60_000 }, async () => {
    await set({ 'port67.suppressedFindings': ['no-offer'] });
    await vscode.openFile(page, BLOCKED);
    const { frame } = await window67(page);
    await frame
      .getByText(/your settings suppress a finding of this capture: no-offer\./)
      .first()
      .waitFor();
    await vscode.closeEditors(page);
  });

  test('a page of the guide is looked up by any of its names, and links lead on', { timeout: 90_000 }, async () => {
    await vscode.runCommand(page, commandTitle('look up in the guide'));
    await vscode.answerQuickPick(page, 'giaddr', 'Relay agent IP address (giaddr)');
    const frame = await vscode.webviewFrame(page);
    await frame.getByRole('heading', { level: 1, name: 'Relay agent IP address (giaddr)' }).waitFor();
    await vscode.screenshot(page, 'guide');
    await frame.getByRole('link', { name: 'Relays: one server for many networks' }).first().click();
    await vscode.until('the page that the link leads to', async () => {
      const next = await vscode.webviewFrame(page, 1000).catch(() => undefined);
      return next?.getByRole('heading', { level: 1, name: 'Relays: one server for many networks' }).isVisible();
    });
    await vscode.closeEditors(page);
  });

  test('the page of the extension has no broken picture', { timeout: 60_000 }, async () => {
    await vscode.runCommand(page, 'Extensions: Show Installed Extensions');
    await page.locator('.extensions-list .monaco-list-row').filter({ hasText: 'Port 67' }).first().click();
    const frame = await vscode.webviewFrame(page);
    await frame.getByRole('heading', { name: 'First steps' }).waitFor();
    const broken = await frame.evaluate(() =>
      [...document.images].filter((image) => image.naturalWidth === 0).map((image) => image.alt),
    );
    assert.deepEqual(broken, []);
    await vscode.closeEditors(page);
    // Away from the list of extensions: what VS Code shows over it under the mouse would lie over everything that comes.
    await page.mouse.move(0, 0);
  });

  test('the walkthrough shows the text of each step', { timeout: 90_000 }, async () => {
    await vscode.runCommand(page, 'Welcome: Open Walkthrough...');
    await vscode.answerQuickPick(page, 'First steps with the DHCP', 'First steps with the DHCP Inspector');
    const steps = page.locator('.gettingStartedContainer .step-list-container .getting-started-step');
    await steps.first().waitFor();
    assert.equal(await steps.count(), 6);
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

  test('the guide opens at the field that is selected in a capture, beside it', { timeout: 90_000 }, async () => {
    await vscode.openFile(page, HEALTHY);
    const window = await window67(page);
    await (await treeItem(page, window, /\(giaddr\)/)).click();
    await vscode.runCommand(page, commandTitle('guide to the selected field'));
    await vscode.until('the page beside the capture', async () => {
      const guide = await vscode.webviewFrame(page, 1000).catch(() => undefined);
      return guide?.getByRole('heading', { level: 1, name: 'Relay agent IP address (giaddr)' }).isVisible();
    });
    assert.equal(await page.locator('.editor-group-container').count(), 2);
    await vscode.closeEditors(page);
  });
});
