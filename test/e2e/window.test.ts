/** The window itself in a real VS Code: sizes, themes, focus, accessibility, and what it says when a file or its decoder is gone. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { appendFile, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe } from 'node:test';
import type axe from 'axe-core';
import type { Frame, Locator, Page } from 'playwright-core';
import type { CaptureState, ShownFinding } from '../../src/protocol';
import { pcap } from '../capture/build';
import { frameOctets, SAMPLES } from '../support/samples';
import { THEMES, type Theme } from '../vscode/launch';
import * as vscode from '../vscode/webview';
import { screenshot, until } from '../vscode/webview';
import { extentOf, overlapping } from './layout';
import { look, stage } from './stage';
import { packetRows, rowOf, rowWith, treeItem, window67, type Window67 } from './support';

const HEALTHY = 'dhcp-healthy.pcap';
const WRONG_SUBNET = 'wrong-subnet.pcap';
const NO_DHCP = 'no-dhcp.pcap';
const DAMAGED = 'damaged.pcap';
const CHANGING = 'changing.pcap';
const VIEWPORTS = Object.keys(vscode.VIEWPORTS) as (keyof typeof vscode.VIEWPORTS)[];

/** A capture that begins with the same frames as the healthy sample, whose OFFER has an option with more octets than there are. */
function damaged(): Uint8Array {
  const offer = Buffer.from(frameOctets(HEALTHY, 2));
  const serverIdentifier = offer.indexOf(Buffer.from([54, 4]));
  assert.ok(serverIdentifier > 0, 'the OFFER has option 54');
  offer[serverIdentifier + 1] = 250;
  return pcap([{ bytes: frameOctets(HEALTHY, 1) }, { bytes: offer }]);
}

let page: Page;
let folder: string;
let extensions: string;
const { crashes } = stage(
  async (captures) => {
    // An LLDP frame of nothing but its type.
    await writeFile(
      join(captures, NO_DHCP),
      pcap([{ bytes: Buffer.from(`0180c200000e02670000000188cc${'00'.repeat(46)}`, 'hex') }]),
    );
    await writeFile(join(captures, DAMAGED), damaged());
    await writeFile(join(captures, '.vscode', 'settings.json'), '{}');
    await copyFile(join(SAMPLES, HEALTHY), join(captures, CHANGING));
  },
  (ready) => {
    ({ page, folder, extensions } = ready);
  },
);

/** What has the focus: its role, and whether the row that it names is the selected one. */
function focused(frame: Frame): Promise<{ role: string | null; row: boolean } | undefined> {
  return frame.evaluate(() => {
    const { activeElement } = document;
    if (!document.hasFocus() || !activeElement) return undefined;
    const named = document.getElementById(activeElement.getAttribute('aria-activedescendant') ?? '');
    return { role: activeElement.getAttribute('role'), row: named?.getAttribute('aria-selected') === 'true' };
  });
}

async function opened(name: string): Promise<Window67> {
  await vscode.openFile(page, name);
  return window67(page);
}

/** The frame of a capture whose list has no rows. */
async function openedEmpty(name: string): Promise<Frame> {
  await vscode.openFile(page, name);
  return until('the window', async () => {
    const frame = await vscode.webviewFrame(page, 1000);
    return (await frame.locator('.header h1').innerText({ timeout: 1000 })) === name && frame;
  });
}

/** Looks at the window in every size, and leaves it in the ordinary one. `name`: of the pictures, where they are wanted. */
async function inEverySize(name: string | undefined, check: (viewport: string) => Promise<void>): Promise<void> {
  try {
    for (const viewport of VIEWPORTS) {
      await vscode.setViewport(page, viewport);
      const frame = await vscode.webviewFrame(page);
      const { width } = vscode.VIEWPORTS[viewport];
      await until('the webview in its place', () =>
        frame.evaluate((most) => innerWidth > most - 120 && innerWidth < most, width),
      );
      await check(viewport);
      if (name !== undefined) await screenshot(page, `20-${name}-${viewport}`);
    }
  } finally {
    await vscode.setViewport(page, 'ordinary');
  }
}

/** The page has no scroll bar of its own, and nothing empty can be scrolled to. */
async function scrollsRightly(frame: Frame, where: string): Promise<void> {
  const { page, beyond, tooWide } = await extentOf(frame);
  assert.deepEqual(page, [0, 0], `${where}: the page itself scrolls`);
  assert.ok(beyond <= 1, `${where}: the window can be scrolled by ${beyond} px into nothing`);
  assert.ok(tooWide <= 0, `${where}: the window is ${tooWide} px too wide`);
}

function finding(number: number): ShownFinding {
  return {
    id: `made-up-${number}`,
    severity: (['error', 'warning', 'info'] as const)[number % 3]!,
    title: `Client 02:67:00:00:00:${number.toString(16).padStart(2, '0')} has asked in vain`,
    subject: String(number),
    frames: [1, 2, 3],
    explanation: 'Nobody answers. '.repeat(5),
    causes: [{ text: 'A firewall', likelihood: 'likely', evidence: [] }],
    steps: ['Run `iptables -L` on the server', 'Run `nft list ruleset` on the server'],
    reference: 'RFC 2131 §4.4',
  };
}

/** Shows as many findings as a bad network gives, whatever the capture holds. */
async function showFindings(frame: Frame, findings: readonly ShownFinding[]): Promise<void> {
  const state: CaptureState = {
    name: WRONG_SUBNET,
    format: 'pcap',
    frames: 4,
    rows: 4,
    ofInterest: 4,
    bytesRead: 1,
    durationSeconds: 1,
    revision: 1000,
    done: true,
    cancelled: false,
    verdict: `${findings.length} clients have asked in vain.`,
    parts: { what: '', beside: '', finding: -1, fine: true },
    findings,
    fileProblems: [],
    notes: [],
  };
  await frame.evaluate((told) => window.postMessage({ event: 'state', state: told }, window.origin), state);
  await until('the findings', async () => (await frame.locator('.finding').count()) === findings.length);
}

/** Opens a hint if it is closed. */
async function setOpen(title: Locator): Promise<void> {
  if ((await title.getAttribute('aria-expanded')) === 'false') await title.click();
}

async function openHints(frame: Frame): Promise<void> {
  for (const title of await frame.locator('.finding-title').all()) await setOpen(title);
}

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong, one line each. */
async function violations(frame: Frame): Promise<string[]> {
  if (!(await frame.evaluate(() => 'axe' in globalThis))) await frame.evaluate(AXE);
  return frame.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as { axe: typeof axe };
    const found = await tool.run(document, { resultTypes: ['violations'] });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  });
}

describe('The window in VS Code', { concurrency: 1 }, () => {
  look('on opening the list has the focus, and keeps it when a row is clicked', async () => {
    await until('VS Code', () => page.locator('.explorer-folders-view').isVisible());
    await page.keyboard.press('Control+B'); // the side bar away
    const window = await opened(HEALTHY);
    await until('the focus on the selected row', async () => {
      const now = await focused(window.frame);
      return now?.role === 'grid' && now.row;
    });
    await page.keyboard.press('ArrowDown');
    await until('the second frame', async () => (await rowOf(window, 2).getAttribute('aria-selected')) === 'true');
    await rowOf(window, 4).click();
    await until('the clicked row', async () => (await rowOf(window, 4).getAttribute('aria-selected')) === 'true');
    assert.deepEqual(await focused(window.frame), { role: 'grid', row: true });
    await page.keyboard.press('ArrowUp');
    await until('the row above', async () => (await rowOf(window, 3).getAttribute('aria-selected')) === 'true');
  });

  look('the page never scrolls, with few hints and with 128', async () => {
    const { frame } = await opened(WRONG_SUBNET);
    await openHints(frame);
    await inEverySize('hints', (viewport) => scrollsRightly(frame, viewport));
    await showFindings(
      frame,
      Array.from({ length: 128 }, (_, i) => finding(i)),
    );
    for (const place of [0, 126, 127]) await setOpen(frame.locator('.finding-title').nth(place));
    await inEverySize(undefined, async (viewport) => {
      await scrollsRightly(frame, viewport);
      assert.deepEqual(await overlapping(frame), [], viewport);
    });
    await vscode.closeEditors(page);
  });

  look('a filter without a match, or one that hides the frame, or a wrong one leaves every text readable', async () => {
    const { frame } = await opened(HEALTHY);
    const filter = frame.getByRole('textbox', { name: 'Filter' });
    await inEverySize(undefined, async (viewport) => {
      for (const [text, said] of [
        ['frame:x', /at character/],
        ['frame:2', 'The filter hides frame 1.'],
        ['type:nak', 'No packet matches the filter.'],
      ] as const) {
        await filter.fill(text);
        await frame.getByText(said).waitFor();
        await scrollsRightly(frame, viewport);
        assert.deepEqual(await overlapping(frame), [], `${text}, ${viewport}`);
      }
    });
    await filter.fill('');
    await until('all rows', async () => (await packetRows(frame).count()) === 4);
    await vscode.closeEditors(page);
  });

  look('a capture without DHCP says so, and every text is readable', async () => {
    const frame = await openedEmpty(NO_DHCP);
    await frame.getByText('There are no DHCP packets in this capture.').waitFor();
    await inEverySize('no-dhcp', async (viewport) => {
      await scrollsRightly(frame, viewport);
      assert.deepEqual(await overlapping(frame), [], viewport);
    });
    await vscode.closeEditors(page);
  });

  look(
    'axe-core finds nothing in two captures in four themes, and no two buttons of a hint are named alike',
    async () => {
      const hints = await opened(WRONG_SUBNET);
      await openHints(hints.frame);
      const names = await hints.frame
        .locator('.finding button:not(.frame-link)')
        .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? one.textContent ?? ''));
      assert.ok(names.filter((name) => name.startsWith('Copy')).length > 1, names.join('; '));
      assert.deepEqual([...new Set(names)], names);
      await rowWith(hints, 'OFFER').first().click();
      await (await treeItem(page, hints, /Option 3\b/)).click();
      const broken = await opened(DAMAGED);
      await rowOf(broken, 2).click();
      // The last of the fields are those that are damaged: they are to be in sight.
      await broken.tree.getByRole('treeitem').last().click();
      await until('a warning in the tree', () => broken.tree.locator('.problem').last().isVisible());
      await broken.frame.getByRole('textbox', { name: 'Filter' }).fill('frame:x');
      await broken.frame.getByText(/at character/).waitFor();
      for (const theme of Object.keys(THEMES) as Theme[]) {
        await vscode.setTheme(page, theme);
        for (const name of [WRONG_SUBNET, DAMAGED]) {
          // A webview that was hidden has been loaded anew, and shows what it showed.
          const { frame } = await opened(name);
          await frame.locator(`body.vscode-${theme} .details`).waitFor();
          await screenshot(page, `21-${name.replace('.pcap', '')}-${theme}`);
          assert.deepEqual(await violations(frame), [], `${name}, ${theme}`);
        }
      }
      await vscode.setTheme(page, 'dark');
      await vscode.closeEditors(page);
    },
  );

  look('a file that changes on disk is read again, one that vanishes is said to be gone', async () => {
    const file = join(folder, CHANGING);
    const { frame } = await opened(CHANGING);
    assert.equal(await frame.locator('.finding').count(), 0);
    await copyFile(join(SAMPLES, WRONG_SUBNET), file);
    await frame.locator('[data-finding="router-outside-subnet"]').waitFor();
    await frame.getByText('The file has changed on disk and was read again.').waitFor();
    await screenshot(page, '22-changed');
    await frame.getByRole('button', { name: 'Dismiss' }).click();
    await until('the notice away', async () => (await frame.locator('.header .notice').count()) === 0);
    await rm(file);
    await frame.getByText('The file is gone from the disk. What is shown was read before.').waitFor();
    assert.equal(await packetRows(frame).count(), 4);
    await screenshot(page, '23-gone');
    await writeFile(file, 'no capture any more');
    await frame.getByText(/^What is shown was read before\. Reading it again failed: /).waitFor();
    await copyFile(join(SAMPLES, HEALTHY), file);
    await frame.getByText('The file has changed on disk and was read again.').waitFor();
    assert.equal(await frame.locator('.finding').count(), 0);
    await vscode.closeEditors(page);
  });

  look('a decoder that dies is told in one sentence, and the capture can be opened again as it was', async () => {
    const [installed] = (await readdir(extensions)).filter((name) => name.startsWith('port67.port67-'));
    const worker = join(extensions, installed!, 'dist', 'worker.js');
    const before = await readFile(worker);
    const order = join(folder, '.vscode', 'die');
    const dies = `if (require('node:fs').existsSync(${JSON.stringify(order)})) throw new Error('it was told to.')`;
    await appendFile(worker, `;setInterval(() => { ${dies} }, 50);`);
    try {
      const { frame } = await opened(HEALTHY);
      await frame.getByRole('textbox', { name: 'Filter' }).fill('type:ack');
      await until('the filtered list', async () => (await packetRows(frame).count()) === 1);
      await writeFile(order, '');
      await frame.getByText('The decoder stopped: it was told to.').waitFor();
      const again = frame.locator('vscode-button').filter({ hasText: 'Open again' });
      await until('the focus on the button', () => again.evaluate((button) => button === document.activeElement));
      assert.deepEqual(await violations(frame), []);
      await screenshot(page, '24-died');
      await rm(order);
      await page.keyboard.press('Enter');
      await until('the list as it was', async () => (await packetRows(frame).count()) === 1);
      assert.equal(await frame.getByRole('textbox', { name: 'Filter' }).inputValue(), 'type:ack');
      await frame.getByText('The filter hides frame 1.').waitFor();
      await frame.getByRole('textbox', { name: 'Filter' }).fill('');
      await until('all rows', async () => (await packetRows(frame).count()) === 4);
    } finally {
      await writeFile(worker, before);
      await rm(order, { force: true });
    }
    await vscode.closeEditors(page);
  });

  look('no script of ours has failed on the way', () => {
    assert.deepEqual(crashes, []);
    return Promise.resolve();
  });
});
