/** The window itself in a real VS Code: sizes, themes, focus, accessibility, and what it says when a file or its decoder is gone. */
import assert from 'node:assert/strict';
import { appendFile, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe } from 'node:test';
import type { Frame, Locator, Page } from 'playwright-core';
import type { CaptureState, ShownFinding } from '../../src/protocol';
import { pcap } from '../capture/build';
import { dhcpHex, frameOctets, SAMPLES } from '../support/samples';
import { THEMES, type Theme } from '../vscode/launch';
import * as vscode from '../vscode/webview';
import { screenshot, until } from '../vscode/webview';
import { violations } from './axe';
import { extentOf, overlapping } from './layout';
import { look, stage } from './stage';
import {
  anyWindow67,
  highlighted,
  packetRows,
  rowOf,
  rowWith,
  showTab,
  treeItem,
  window67,
  type TabTitle,
  type Window67,
} from './support';

const HEALTHY = 'dhcp-healthy.pcap';
const WRONG_SUBNET = 'wrong-subnet.pcap';
const NO_DHCP = 'no-dhcp.pcap';
const DAMAGED = 'damaged.pcap';
const CHANGING = 'changing.pcap';
/** The healthy sample's OFFER as hex, in a file that calls itself a capture. */
const HEX_FILE = 'hex.pcap';
const AS_CAP = 'other.cap';
const ZIPPED = 'zipped.pcap.gz';
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
    await copyFile(join(SAMPLES, HEALTHY), join(captures, AS_CAP));
    await writeFile(join(captures, ZIPPED), gzipSync(await readFile(join(SAMPLES, HEALTHY))));
    await writeFile(join(captures, HEX_FILE), dhcpHex(HEALTHY, 2));
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
    return (await frame.locator('.verdict h1').innerText({ timeout: 1000 })) === name && frame;
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
async function showFindings(window: Window67, findings: readonly ShownFinding[]): Promise<void> {
  await showTab(window, 'Findings');
  const { frame } = window;
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
    parts: {
      what: `${findings.length} clients have asked in vain.`,
      why: '',
      beside: '1 error.',
      finding: 0,
      fine: false,
    },
    findings,
    fileProblems: [],
    notes: [],
  };
  await frame.evaluate((told) => globalThis.postMessage({ event: 'state', state: told }, globalThis.origin), state);
  await until('the findings', async () => (await frame.locator('.finding').count()) === findings.length);
}

/** Opens a finding if it is closed. */
async function setOpen(title: Locator): Promise<void> {
  if ((await title.getAttribute('aria-expanded')) === 'false') await title.click();
}

describe('The window in VS Code', { concurrency: 1 }, () => {
  look('from opening to the list it is two tabs, and it keeps the focus when a row is clicked', async () => {
    await until('VS Code', () => page.locator('.explorer-folders-view').isVisible());
    await page.keyboard.press('Control+B'); // the side bar away
    await vscode.openFile(page, WRONG_SUBNET);
    const window = await anyWindow67(page);
    await until('the focus on the tab of the findings', async () => (await focused(window.frame))?.role === 'tab');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await until('the list', async () => (await packetRows(window.frame).count()) === 4);
    for (let tabs = 1; (await focused(window.frame))?.role !== 'grid'; tabs++) {
      assert.ok(tabs <= 3, 'three tabs at most');
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('ArrowDown');
    await until('the third frame', async () => (await rowOf(window, 3).getAttribute('aria-selected')) === 'true');
    await rowOf(window, 4).click();
    await until('the clicked row', async () => (await rowOf(window, 4).getAttribute('aria-selected')) === 'true');
    assert.deepEqual(await focused(window.frame), { role: 'grid', row: true });
    await page.keyboard.press('ArrowUp');
    await until('the row above', async () => (await rowOf(window, 3).getAttribute('aria-selected')) === 'true');
    await page.keyboard.press('Enter');
    await until('the focus on the tree', async () => (await focused(window.frame))?.role === 'tree');
    await vscode.closeEditors(page);
  });

  look('tabs are chosen by arrow keys, and name the panel that they show', async () => {
    await vscode.openFile(page, HEALTHY);
    const { frame } = await anyWindow67(page);
    await frame.getByRole('tab', { selected: true }).focus();
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
    await page.keyboard.press('Control+B');
    for (const [name, wrong, first] of [
      [WRONG_SUBNET, 'router 10.67.1.1 is outside', 'Give a router of'],
      ['blocked-port.pcap', 'gets no OFFER', 'Capture on client'],
      ['two-servers.pcap', 'disagree about the network', 'Find the port of'],
    ] as const) {
      await vscode.openFile(page, name);
      const window = await anyWindow67(page);
      await showTab(window, 'Findings');
      await window.findings.locator('.finding.open').waitFor();
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
    await page.keyboard.press('Control+B');
    await vscode.closeEditors(page);
  });

  look('tab, sizes, drawer and selection survive hiding, closing and another window', async () => {
    const window = await opened(WRONG_SUBNET);
    await rowOf(window, 3).click();
    await (await treeItem(page, window, /Option 50\b/)).click();
    const splitter = window.frame.getByRole('separator', { name: 'Between the tabs and the packet' });
    await splitter.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    const share = await splitter.getAttribute('aria-valuenow');
    await window.frame.getByRole('button', { name: 'Bytes', exact: true }).click();
    await until('the drawer closed', async () => (await window.bytes.count()) === 0);
    const asLeft = async (what: string): Promise<void> => {
      const now = await anyWindow67(page);
      await until(`${what}: the row`, async () => (await rowOf(now, 3).getAttribute('aria-selected')) === 'true');
      await until(`${what}: the field`, async () =>
        /Option 50/.test((await now.tree.locator('[aria-selected="true"]').textContent()) ?? ''),
      );
      const width = now.frame.getByRole('separator', { name: 'Between the tabs and the packet' });
      assert.equal(await width.getAttribute('aria-valuenow'), share, what);
      assert.equal(await now.bytes.count(), 0, what);
    };
    await opened(HEALTHY);
    await vscode.openFile(page, WRONG_SUBNET);
    await asLeft('hidden and shown');
    await vscode.closeEditors(page);
    await vscode.openFile(page, WRONG_SUBNET);
    await asLeft('closed and opened');
    await vscode.runCommand(page, 'Developer: Reload Window');
    await until('VS Code', () => page.locator('.monaco-workbench .part.statusbar').isVisible());
    await vscode.activeTab(page, WRONG_SUBNET).waitFor();
    await asLeft('reloaded');
    const again = await anyWindow67(page);
    await again.frame.getByRole('button', { name: 'Bytes', exact: true }).click();
    await again.frame.getByRole('separator', { name: 'Between the tabs and the packet' }).dblclick();
    await vscode.closeEditors(page);
  });

  look('octets are selected as a range by mouse and keys, read in several ways, and copied', async () => {
    const window = await opened(HEALTHY);
    await rowOf(window, 2).click();
    // The OFFER's yiaddr, octets 58 to 61: Ethernet 14, IPv4 20, UDP 8, and 16 of DHCP (RFC 2131 §2).
    await (await treeItem(page, window, /\(yiaddr\)/)).click();
    const inspector = window.frame.getByRole('region', { name: 'Selected octets' });
    await inspector.getByText('10.67.0.100', { exact: true }).waitFor();
    await inspector.getByText('58–61 (4)').waitFor();
    await window.bytes.focus();
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
    assert.deepEqual(await highlighted(window), [58, 59, 60]);
    await inspector.getByRole('button', { name: 'Copy as base64' }).click();
    await until(
      'base64',
      async () =>
        (await page.evaluate(() => navigator.clipboard.readText())) === Buffer.from([10, 67, 0]).toString('base64'),
    );
    await vscode.closeEditors(page);
  });

  look('references are links that lead to the RFC, and a field leads to its page of the guide', async () => {
    const window = await opened(HEALTHY);
    await rowOf(window, 2).click();
    await (await treeItem(page, window, /Option 54\b/)).click();
    const link = window.details.getByRole('button', { name: 'RFC 2132 §9.7' });
    await link.click();
    // VS Code asks before it opens a page of somebody else's.
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText(/rfc-editor\.org\/rfc\/rfc2132#section-9\.7/).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await window.details.getByRole('button', { name: 'Open in the guide' }).click();
    await until('the page of option 54', async () => {
      const frame = await vscode.webviewFrame(page, 1000).catch(() => undefined);
      return (await frame?.getByRole('heading', { level: 1, name: /Server Identifier/ }).count()) === 1;
    });
    await vscode.closeEditors(page);
  });

  look('the page never scrolls, in any tab, with few findings and with 128', async () => {
    const window = await opened(WRONG_SUBNET);
    const { frame } = window;
    for (const title of ['Findings', 'Ladder', 'Packets', 'Clients'] as const) {
      await showTab(window, title);
      await inEverySize(title === 'Findings' ? 'findings' : undefined, async (viewport) => {
        await scrollsRightly(frame, `${title}, ${viewport}`);
      });
    }
    await showFindings(
      window,
      Array.from({ length: 128 }, (_, i) => finding(i)),
    );
    await setOpen(frame.locator('.finding-title').nth(126));
    await inEverySize('many', async (viewport) => {
      await scrollsRightly(frame, viewport);
      assert.deepEqual(await overlapping(frame), [], viewport);
    });
    await vscode.closeEditors(page);
  });

  look('in one column the packet is a tab, which a finding and the Enter key lead to', async () => {
    const window = await opened(WRONG_SUBNET);
    try {
      await vscode.setViewport(page, 'slim');
      await window.frame.getByRole('tab', { name: 'Packet', exact: true }).waitFor();
      await showTab(window, 'Findings');
      await window.findings.locator('.frame-link').nth(1).click();
      await until('the packet', async () => window.tree.isVisible());
      await window.frame.getByRole('heading', { name: /^Frame 4 ACK/ }).waitFor();
      await showTab(window, 'Packets');
      await rowOf(window, 1).click();
      await page.keyboard.press('Enter');
      await window.frame.getByRole('heading', { name: /^Frame 1 DISCOVER/ }).waitFor();
      await until('the focus on the tree', async () => (await focused(window.frame))?.role === 'tree');
      await screenshot(page, '25-slim-packet');
    } finally {
      await vscode.setViewport(page, 'ordinary');
    }
    await vscode.closeEditors(page);
  });

  look('a filter without a match, or one that hides the frame, or a wrong one leaves every text readable', async () => {
    const window = await opened(HEALTHY);
    const { frame } = window;
    await rowOf(window, 1).click();
    const filter = frame.getByRole('textbox', { name: 'Filter' });
    await inEverySize(undefined, async (viewport) => {
      await showTab(window, 'Packets');
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
    'axe-core finds nothing in any tab, in four themes, and no two buttons of a finding are named alike',
    async () => {
      await vscode.openFile(page, WRONG_SUBNET);
      const window = await anyWindow67(page);
      await showTab(window, 'Findings');
      const names = await window.findings
        .locator('.finding.open button')
        .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? one.textContent ?? ''));
      // A reference may stand in the text and below it, and a frame be named twice.
      const own = names.filter((name) => !/RFC|§|^Go to frame/.test(name));
      assert.ok(own.length > 5, own.join('; '));
      assert.deepEqual([...new Set(own)], own);
      await showTab(window, 'Packets');
      await rowWith(window, 'OFFER').first().click();
      await (await treeItem(page, window, /Option 3\b/)).click();
      const broken = await opened(DAMAGED);
      await rowOf(broken, 2).click();
      // The last of the options is the one that is damaged: it is to be in sight.
      await (await treeItem(page, broken, /Option 54\b/)).click();
      await until('a warning in the tree', () => broken.tree.locator('.problem').last().isVisible());
      await broken.frame.getByRole('textbox', { name: 'Filter' }).fill('frame:x');
      await broken.frame.getByText(/at character/).waitFor();
      const TABS: readonly TabTitle[] = ['Findings', 'Ladder', 'Packets', 'Clients'];
      for (const theme of Object.keys(THEMES) as Theme[]) {
        await vscode.setTheme(page, theme);
        for (const name of [WRONG_SUBNET, DAMAGED]) {
          // A webview that was hidden has been loaded anew, and shows what it showed.
          await vscode.openFile(page, name);
          const now = await anyWindow67(page);
          await now.frame.locator(`body.vscode-${theme} .explanation`).waitFor();
          for (const title of TABS) {
            await showTab(now, title);
            await screenshot(page, `21-${name.replace('.pcap', '')}-${theme}-${title.toLowerCase()}`);
            assert.deepEqual(await violations(now.frame), [], `${name}, ${theme}, ${title}`);
          }
        }
      }
      await vscode.setTheme(page, 'dark');
      await vscode.closeEditors(page);
    },
  );

  look('a file that changes on disk is read again, one that vanishes is said to be gone', async () => {
    const file = join(folder, CHANGING);
    const window = await opened(CHANGING);
    const { frame } = window;
    await showTab(window, 'Findings');
    await frame.getByText('Nothing here calls for attention.').waitFor();
    await copyFile(join(SAMPLES, WRONG_SUBNET), file);
    await frame.locator('[data-finding="router-outside-subnet"]').waitFor();
    await frame.getByText('The file has changed on disk and was read again.').waitFor();
    await screenshot(page, '22-changed');
    await frame.getByRole('button', { name: 'Dismiss' }).click();
    await until('the notice away', async () => (await frame.locator('.verdict .notice').count()) === 0);
    await rm(file);
    await frame.getByText('The file is gone from the disk. What is shown was read before.').waitFor();
    await showTab(window, 'Packets');
    assert.equal(await packetRows(frame).count(), 4);
    await screenshot(page, '23-gone');
    await writeFile(file, 'no capture any more');
    await frame.getByText(/^What is shown was read before\. Reading it again failed: /).waitFor();
    await copyFile(join(SAMPLES, HEALTHY), file);
    await frame.getByText('The file has changed on disk and was read again.').waitFor();
    await showTab(window, 'Findings');
    await frame.getByText('Nothing here calls for attention.').waitFor();
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
      const dying = await opened(HEALTHY);
      const { frame } = dying;
      await rowOf(dying, 1).click();
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

  look(
    'a file that is no capture can be decoded as hex or opened as text, and captures by other names open',
    async () => {
      const errorPage = async (): Promise<Frame> => {
        await vscode.openFile(page, HEX_FILE);
        return until('the page of the error', async () => {
          const frame = await vscode.webviewFrame(page, 1000);
          return (await frame.getByRole('alert').count()) > 0 && frame;
        });
      };
      const failed = await errorPage();
      assert.doesNotMatch((await failed.getByRole('alert').textContent()) ?? '', /port67 hex/);
      assert.deepEqual(await violations(failed), []);
      await screenshot(page, '26-no-capture');
      await failed.locator('vscode-button', { hasText: 'Decode as hex' }).click();
      await vscode.activeTab(page, /^OFFER 02:67:00:00:00:0c$/).waitFor();
      const decoded = await anyWindow67(page);
      await decoded.verdict.getByText(/· 1 frame/).waitFor();
      await vscode.runCommand(page, 'Developer: Reload Window');
      await until('VS Code', () => page.locator('.monaco-workbench .part.statusbar').isVisible());
      await vscode.activeTab(page, /^OFFER 02:67:00:00:00:0c$/).waitFor();
      await (await anyWindow67(page)).frame.getByRole('heading', { name: /^Frame 1 OFFER/ }).waitFor();
      await vscode.closeEditors(page);
      const again = await errorPage();
      await again.locator('vscode-button', { hasText: 'Open as text' }).click();
      await page.locator('.editor-group-container.active .monaco-editor').first().waitFor();
      await vscode.closeEditors(page);
      for (const name of [AS_CAP, ZIPPED]) {
        await vscode.openFile(page, name);
        const { verdict } = await anyWindow67(page);
        await verdict.getByText(/got a lease of 10\.67\.0\.100/).waitFor();
      }
      await vscode.closeEditors(page);
    },
  );

  look('no script of ours has failed on the way', () => {
    assert.deepEqual(crashes, []);
    return Promise.resolve();
  });
});
