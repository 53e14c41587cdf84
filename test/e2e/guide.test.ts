/** The guide in a real VS Code: its drawing can be read and walked by keyboard, and its pages lead to commands. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Frame, Page } from 'playwright-core';
import { ARROWS, STATES } from '../../src/guide/states';
import { THEMES, type Theme } from '../vscode/launch';
import * as vscode from '../vscode/webview';
import { screenshot } from '../vscode/webview';
import { violations } from './axe';
import { look, stage } from './stage';
import { commandTitle } from './support';

let page: Page;
const { crashes } = stage(
  () => Promise.resolve(),
  (ready) => {
    ({ page } = ready);
  },
);

/** The guide’s page with this heading, once it is shown. */
const guidePage = (name: string): Promise<Frame> => vscode.pageHeaded(page, name, true);

async function open(topic: string, title: string): Promise<Frame> {
  await vscode.runCommand(page, commandTitle('look up in the guide'));
  await vscode.answerQuickPick(page, topic, title);
  return guidePage(title);
}

describe('the guide in VS Code', { concurrency: 1 }, () => {
  look('the drawing of a lease’s life is drawn, fits, and leads from state to state by keyboard', async () => {
    let frame = await open('the life of a lease', 'The life of a lease');
    const links = frame.locator('svg[role="group"] a');
    await vscode.becomes('the links', STATES.length + ARROWS.length, () => links.count());
    for (const theme of Object.keys(THEMES) as Theme[]) {
      await vscode.setTheme(page, theme);
      await screenshot(page, `guide-lease-${theme}`);
    }
    await vscode.setTheme(page, 'dark');
    for (const viewport of ['slim', 'narrow', 'ordinary'] as const) {
      await vscode.setViewport(page, viewport);
      await screenshot(page, `guide-lease-${viewport}`);
    }
    // VS Code's preview makes its page anew after a change of theme or width, now and then while it is being looked at: what was begun on
    // a page that is gone is done again.
    const { wrong, cut } = await vscode.until(
      'a page that stays',
      async () => {
        frame = await guidePage('The life of a lease');
        const drawing = frame.locator('svg[role="group"]');
        const found = {
          wrong: await violations(frame, 'svg[role="group"]'),
          // Every link is where it can be seen and pressed: the drawing cuts none off.
          cut: await drawing.evaluate((svg) => {
            const { left, right, top, bottom } = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('a')].flatMap((one) => {
              const box = one.getBoundingClientRect();
              const within = box.left >= left && box.right <= right && box.top >= top && box.bottom <= bottom;
              return box.width > 0 && within ? [] : [one.title];
            });
          }),
        };
        const bound = drawing.getByRole('link', { name: 'BOUND', exact: true });
        await bound.focus({ timeout: 2000 });
        return (await bound.evaluate((one) => document.hasFocus() && one === document.activeElement)) && found;
      },
      60_000,
    );
    assert.deepEqual(wrong, []);
    assert.deepEqual(cut, []);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await guidePage('The state REQUESTING');
    await vscode.closeEditors(page);
  });

  look('the page that a learner begins with draws the four messages, each a link to its page', async () => {
    const frame = await open('what dhcp is', 'What DHCP is');
    const drawing = frame.locator('svg[role="group"]');
    const four = ['1. DISCOVER (broadcast)', '2. OFFER (unicast)', '3. REQUEST (broadcast)', '4. ACK (unicast)'];
    await vscode.becomes('the four messages', four, () => drawing.getByRole('link').allTextContents());
    assert.deepEqual(await violations(frame, 'svg[role="group"]'), []);
    await screenshot(page, 'guide-four-messages');
    await drawing.getByRole('link', { name: /OFFER/ }).press('Enter');
    await guidePage('DHCPOFFER');
    await vscode.closeEditors(page);
  });

  look('a page about backups leads to the command that checks one', async () => {
    const frame = await open('backup', 'Backing up a DHCP server, and restoring it');
    await screenshot(page, 'guide-backup');
    const link = frame.getByRole('link', { name: 'Check a backup…' });
    const question = page.locator('.quick-input-widget:visible').filter({ hasText: 'Check a backup…' });
    for (let attempt = 1; attempt <= 3; attempt++) {
      // The preview hears a click only when VS Code’s own support for Markdown has started.
      await link.click();
      const asked = await question.waitFor({ timeout: 10_000 }).then(
        () => true,
        () => false,
      );
      if (asked) break;
    }
    assert.ok(await question.isVisible());
    // What the link leads to was a file for a moment only.
    await vscode.becomes('what else is open', [], async () =>
      (await page.locator('.tabs-container .tab').allTextContents()).filter((one) => !/Preview/.test(one)),
    );
    await screenshot(page, 'guide-backup-command');
    await page.keyboard.press('Escape');
    await vscode.closeEditors(page);
    assert.deepEqual(crashes, []);
  });
});
