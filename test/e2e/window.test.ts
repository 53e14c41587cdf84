/** The window itself in a real VS Code: focus, tabs, what is in sight, what is remembered, octets and references. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import * as vscode from '../vscode/webview';
import { becomes, screenshot, until } from '../vscode/webview';
import { violations } from './axe';
import { cutRow, movingParts } from './layout';
import { look, stage } from './stage';
import type { Locator, Page } from 'playwright-core';
import {
  anyWindow67,
  choose,
  focused,
  focusOn,
  highlighted,
  moveFocus,
  opened,
  packetRows,
  rowOf,
  showTab,
  treeItem,
} from './support';

const HEALTHY = 'dhcp-healthy.pcap';
const WRONG_SUBNET = 'wrong-subnet.pcap';

let page: Page;
const { crashes } = stage(
  () => Promise.resolve(),
  (ready) => {
    ({ page } = ready);
  },
);

describe('The window in VS Code', { concurrency: 1 }, () => {
  look('from opening to the list it is two tabs, and it keeps the focus when a row is clicked', async () => {
    await vscode.sideBar(page, false);
    await vscode.openFile(page, WRONG_SUBNET);
    const window = await anyWindow67(page);
    await until('the focus on the tab of the findings', async () => (await focused(window.frame))?.role === 'tab');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await until('the list', async () => (await packetRows(window.frame).count()) === 4);
    for (let tabs = 1; (await focused(window.frame))?.role !== 'grid'; tabs++) {
      assert.ok(tabs <= 3, 'three tabs at most');
      await moveFocus(page, window.frame, 'Tab');
    }
    await page.keyboard.press('ArrowDown');
    await until('the third frame', async () => (await rowOf(window, 3).getAttribute('aria-selected')) === 'true');
    await rowOf(window, 4).click();
    await until('the clicked row', async () => (await rowOf(window, 4).getAttribute('aria-selected')) === 'true');
    await becomes('the focus on the row', { role: 'grid', row: true }, () => focused(window.frame));
    await page.keyboard.press('ArrowUp');
    await until('the row above', async () => (await rowOf(window, 3).getAttribute('aria-selected')) === 'true');
    await page.keyboard.press('Enter');
    await until('the focus on the tree', async () => (await focused(window.frame))?.role === 'tree');
    await vscode.closeEditors(page);
  });

  look('tabs are chosen by arrow keys, and name the panel that they show', async () => {
    await vscode.openFile(page, HEALTHY);
    const { frame } = await anyWindow67(page);
    await focusOn(frame.getByRole('tab', { selected: true }));
    await page.keyboard.press('Home');
    for (const title of ['Findings', 'Ladder', 'Packets', 'Clients', 'Findings']) {
      const tab = frame.getByRole('tab', { selected: true });
      await until(title, async () => ((await tab.textContent()) ?? '').startsWith(title));
      const panel = await tab.getAttribute('aria-controls');
      await frame.locator(`[role=tabpanel]#${panel}`).waitFor();
      await page.keyboard.press('ArrowRight');
    }
    await vscode.closeEditors(page);
  });

  look('beside the explorer at 1280 × 800 what to do is in sight, and at most three parts scroll', async () => {
    await vscode.sideBar(page, true);
    for (const [name, wrong, first] of [
      [WRONG_SUBNET, 'router 10.67.1.1 is outside', 'Give a router of'],
      ['blocked-port.pcap', 'gets no OFFER', 'Capture on client'],
      ['two-servers.pcap', 'disagree about the network', 'Find the port of'],
    ] as const) {
      await vscode.openFile(page, name);
      const window = await anyWindow67(page);
      await showTab(window, 'Findings');
      await window.findings.locator('.finding.open').waitFor();
      await vscode.atRest(window.frame);
      for (const text of [wrong, first]) {
        const said = window.verdict.getByText(text).first();
        const box = (await said.boundingBox())!;
        assert.ok(box.y > 0 && box.y + box.height < 800, `${name}: “${text}” is in sight`);
      }
      const step = (await window.findings.getByRole('region', { name: 'Do this', exact: true }).boundingBox())!;
      assert.ok(step.y + step.height < 800, `${name}: the step of the finding is in sight`);
      const scrollable = await window.frame.evaluate(() => {
        const all = [...document.querySelectorAll('*')].filter((one) => {
          const { overflowY } = getComputedStyle(one);
          return /auto|scroll/.test(overflowY) && one.scrollHeight > one.clientHeight + 1;
        });
        return all.map((one) => one.className);
      });
      assert.ok(scrollable.length <= 3, `${name}: ${scrollable.join('; ')}`);
      await screenshot(page, `19-${name.replace('.pcap', '')}`);
    }
    await vscode.sideBar(page, false);
    await vscode.closeEditors(page);
  });

  look('tab, sizes, drawer and selection survive hiding, closing and another window', async () => {
    const window = await opened(page, WRONG_SUBNET);
    await choose(window, rowOf(window, 3));
    await (await treeItem(page, window, /Option 50\b/)).click();
    const splitter = window.frame.getByRole('separator', { name: 'Between the tabs and the packet' });
    const value = (of: Locator): Promise<string | null> => of.getAttribute('aria-valuenow', { timeout: 1000 });
    await focusOn(splitter);
    for (let press = 0; press < 2; press++) {
      const before = await value(splitter);
      await page.keyboard.press('ArrowLeft');
      await until('the splitter moved', async () => (await value(splitter)) !== before);
    }
    const share = await value(splitter);
    await window.frame.getByRole('button', { name: 'Bytes', exact: true }).click();
    await until('the drawer closed', async () => (await window.bytes.count()) === 0);
    const asLeft = async (what: string): Promise<void> => {
      const now = await until(`${what}: the row`, async () => {
        const found = await anyWindow67(page);
        return (await rowOf(found, 3).getAttribute('aria-selected', { timeout: 1000 })) === 'true' && found;
      });
      await until(`${what}: the field`, async () =>
        /Option 50/.test((await now.tree.locator('[aria-selected="true"]').textContent()) ?? ''),
      );
      const width = now.frame.getByRole('separator', { name: 'Between the tabs and the packet' });
      await becomes(`${what}: the width`, share, () => value(width));
      await becomes(`${what}: the octets`, 0, () => now.bytes.count());
    };
    await opened(page, HEALTHY);
    await vscode.openFile(page, WRONG_SUBNET);
    await asLeft('hidden and shown');
    await vscode.closeEditors(page);
    await vscode.openFile(page, WRONG_SUBNET);
    await asLeft('closed and opened');
    await vscode.reloadWindow(page);
    await vscode.activeTab(page, WRONG_SUBNET).waitFor();
    await asLeft('reloaded');
    const again = await anyWindow67(page);
    await again.frame.getByRole('button', { name: 'Bytes', exact: true }).click();
    await again.bytes.waitFor();
    await again.frame.getByRole('separator', { name: 'Between the tabs and the packet' }).dblclick();
    await vscode.closeEditors(page);
  });

  look('octets are selected as a range by mouse and keys, read in several ways, and copied', async () => {
    const window = await opened(page, HEALTHY);
    await choose(window, rowOf(window, 2));
    // The OFFER's yiaddr, octets 58 to 61: Ethernet 14, IPv4 20, UDP 8, and 16 of DHCP (RFC 2131 §2).
    await (await treeItem(page, window, /\(yiaddr\)/)).click();
    const inspector = window.frame.getByRole('region', { name: 'Selected octets' });
    await inspector.getByText('10.67.0.100', { exact: true }).waitFor();
    await inspector.getByText('58–61 (4)').waitFor();
    await focusOn(window.bytes);
    await page.keyboard.press('Shift+ArrowRight');
    await inspector.getByText('58–59 (2)').waitFor();
    await inspector.getByText(String(0x0a43), { exact: true }).waitFor();
    await inspector.getByRole('button', { name: 'Copy as C array' }).click();
    await until('the array', async () =>
      /octets\[2\] = \{\s+0x0a, 0x43,\s+\};/.test(await page.evaluate(() => navigator.clipboard.readText())),
    );
    const cell = (offset: number) => window.bytes.locator(`[data-offset="${offset}"]`);
    await cell(58).hover();
    await page.mouse.down();
    await cell(60).hover();
    await page.mouse.up();
    await inspector.getByText('58–60 (3)').waitFor();
    await becomes('the octets selected', [58, 59, 60], () => highlighted(window));
    await inspector.getByRole('button', { name: 'Copy as base64' }).click();
    await until(
      'base64',
      async () =>
        (await page.evaluate(() => navigator.clipboard.readText())) === Buffer.from([10, 67, 0]).toString('base64'),
    );
    await vscode.closeEditors(page);
  });

  look('the fixed header is drawn as RFC 2131 draws it, and each box is a field', async () => {
    const window = await opened(page, HEALTHY);
    const { frame } = window;
    await choose(window, rowOf(window, 2));
    const drawn = frame.getByRole('checkbox', { name: 'Header as in RFC 2131' });
    await drawn.check();
    const boxes = frame.getByRole('group', { name: 'Fixed fields' }).getByRole('button');
    // RFC 2131 figure 1: names, octets, and how many of its rows' 32 bits each takes.
    const figure =
      'op (1) htype (1) hlen (1) hops (1) xid (4) secs (2) flags (2) ciaddr (4) yiaddr (4) siaddr (4) giaddr (4)';
    await becomes('the names and octets', figure, async () =>
      (await boxes.allInnerTexts())
        .slice(0, 11)
        .map((text) => /^[\w.]+ \(\d+\)/.exec(text)?.[0])
        .join(' '),
    );
    await vscode.atRest(frame);
    const places = await boxes.evaluateAll((all) =>
      all.slice(0, 11).map((one) => {
        const { left, right, top } = one.getBoundingClientRect();
        const { left: from, right: to } = one.parentElement!.getBoundingClientRect();
        return [top, Math.round((4 * (left - from)) / (to - from)), Math.round((4 * (right - from)) / (to - from))];
      }),
    );
    assert.deepEqual(
      places.map(([, from, to]) => `${from}–${to}`).join(' '),
      '0–1 1–2 2–3 3–4 0–4 0–2 2–4 0–4 0–4 0–4 0–4',
    );
    assert.equal(new Set(places.map(([top]) => top)).size, 7, 'seven rows');
    const low = await boxes.evaluateAll((all) => all.filter((one) => one.scrollHeight > one.clientHeight).length);
    assert.equal(low, 0, 'no box is lower than its text');
    await boxes.nth(8).click();
    await until('the field', () => window.tree.locator('.selected', { hasText: '(yiaddr): 10.67.0.100' }).isVisible());
    await focusOn(boxes.nth(4));
    await page.keyboard.press('Enter');
    await until('xid', async () => (await boxes.nth(4).getAttribute('aria-pressed')) === 'true');
    await screenshot(page, '19-header');
    assert.deepEqual(await violations(frame), []);
    await drawn.uncheck();
    await window.bytes.waitFor();
    await vscode.closeEditors(page);
  });

  look('references are links that lead to the RFC, and a field leads to its page of the guide', async () => {
    const window = await opened(page, HEALTHY);
    await choose(window, rowOf(window, 2));
    await (await treeItem(page, window, /Option 54\b/)).click();
    const link = window.details.getByRole('button', { name: 'RFC 2132 §9.7' });
    await link.click();
    // VS Code asks before it opens a page of somebody else's.
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText(/rfc-editor\.org\/rfc\/rfc2132#section-9\.7/).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await window.details.getByRole('button', { name: 'Open in the guide' }).click();
    await vscode.pageHeaded(page, /Server Identifier/);
    await vscode.closeEditors(page);
  });

  look('the octets end with a whole row, at every height', async () => {
    const window = await opened(page, HEALTHY);
    await choose(window, rowOf(window, 2));
    await window.bytes.locator('.byte-row').first().waitFor();
    try {
      for (const height of [800, 777, 743, 711, 660]) {
        await page.setViewportSize({ width: 1280, height });
        await until('the webview in its place', () => window.frame.evaluate((most) => innerHeight < most, height - 80));
        await until(`whole rows at ${height}`, async () => (await cutRow(window.frame, '.hexgrid', '.byte-row')) === 0);
      }
    } finally {
      await vscode.setViewport(page, 'ordinary');
    }
    await vscode.closeEditors(page);
  });

  look('a field whose octets lie in two rows shows both, also in a low drawer', async () => {
    const window = await opened(page, HEALTHY);
    try {
      await page.setViewportSize({ width: 1000, height: 620 });
      await choose(window, rowOf(window, 2));
      await (await treeItem(page, window, /Option 54\b/)).click();
      await until('all six octets', () =>
        window.frame.evaluate(() => {
          const { top, bottom } = document.querySelector('.hexgrid')!.getBoundingClientRect();
          const rows = [...document.querySelectorAll('.byte-row:has(.octet.selected)')];
          const seen = rows.map((row) => row.getBoundingClientRect());
          return rows.length === 2 && seen.every((row) => row.top > top - 1 && row.bottom < bottom + 1);
        }),
      );
    } finally {
      await vscode.setViewport(page, 'ordinary');
    }
    await vscode.closeEditors(page);
  });

  look('nothing moves by itself where the system, or VS Code, is asked for calm', async () => {
    const window = await opened(page, HEALTHY);
    const { frame } = window;
    // The host may tell its own state once more when it has been drawn already.
    await vscode.atRest(frame);
    // While it is read, the ring of the toolkit turns.
    await frame.evaluate((name) => {
      const state = {
        name,
        format: 'pcap',
        frames: 1,
        rows: 1,
        ofInterest: 1,
        bytesRead: 1,
        bytesTotal: 9,
        revision: 999,
      };
      const rest = {
        durationSeconds: 0,
        done: false,
        cancelled: false,
        verdict: '',
        findings: [],
        fileProblems: [],
        notes: [],
      };
      const parts = { what: '', why: '', beside: '', finding: -1, fine: true };
      globalThis.postMessage({ event: 'state', state: { ...state, ...rest, parts } }, globalThis.origin);
    }, HEALTHY);
    await frame.locator('div.progress').waitFor();
    assert.deepEqual(await movingParts(frame), [], 'the system asks for calm');
    try {
      await page.emulateMedia({ reducedMotion: 'no-preference' });
      const calm = (on: boolean): Promise<void> =>
        frame.evaluate((to) => document.body.classList.toggle('vscode-reduce-motion', to), on).then(() => undefined);
      await calm(false);
      await until('what moves', async () => (await movingParts(frame)).some((one) => one.startsWith('div.splitter')));
      await until('the ring that turns', async () => (await movingParts(frame)).some((one) => /indicator/.test(one)));
      // VS Code's setting “Reduce Motion” gives the page this class.
      await calm(true);
      assert.deepEqual(await movingParts(frame), [], 'VS Code asks for calm');
    } finally {
      await page.emulateMedia({ reducedMotion: 'reduce' });
    }
    await vscode.closeEditors(page);
  });

  look('no script of ours has failed on the way', () => {
    assert.deepEqual(crashes, []);
    return Promise.resolve();
  });
});
