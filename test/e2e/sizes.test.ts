/** The window in a real VS Code at every size and in every theme: nothing scrolls that must not, nothing is cut, axe finds nothing. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import * as vscode from '../vscode/webview';
import { screenshot, until } from '../vscode/webview';
import { look, stage } from './stage';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { CaptureState, ShownFinding } from '../../src/protocol';
import { pcap } from '../capture/build';
import { frameOctets } from '../support/samples';
import { THEMES, type Theme } from '../vscode/launch';
import { violations } from './axe';
import { octetInSight, overlapping, scrollsRightly, verdictOf } from './layout';
import {
  anyWindow67,
  choose,
  focused,
  opened,
  packetRows,
  rowOf,
  rowWith,
  showTab,
  treeItem,
  type TabTitle,
  type Window67,
} from './support';

const HEALTHY = 'dhcp-healthy.pcap';
const WRONG_SUBNET = 'wrong-subnet.pcap';
const NO_DHCP = 'no-dhcp.pcap';
const DAMAGED = 'damaged.pcap';
const MANY_SERVERS = 'many-servers.pcap';
const VIEWPORTS = Object.keys(vscode.VIEWPORTS) as (keyof typeof vscode.VIEWPORTS)[];

/** A capture that begins with the same frames as the healthy sample, whose OFFER has an option with more octets than there are. */
function damaged(): Uint8Array {
  const offer = Buffer.from(frameOctets(HEALTHY, 2));
  const serverIdentifier = offer.indexOf(Buffer.from([54, 4]));
  assert.ok(serverIdentifier > 0, 'the OFFER has option 54');
  offer[serverIdentifier + 1] = 250;
  return pcap([{ bytes: frameOctets(HEALTHY, 1) }, { bytes: offer }]);
}

/** A DISCOVER that a dozen servers answer. */
function manyServers(): Uint8Array {
  const offers = Array.from({ length: 12 }, (_, i) => {
    const offer = Buffer.from(frameOctets(HEALTHY, 2));
    const server = offer.indexOf(Buffer.from([54, 4])) + 5;
    // The last octet of option 54 and of the IPv4 source address.
    offer[server] = offer[29] = 101 + i;
    return { bytes: offer };
  });
  return pcap([{ bytes: frameOctets(HEALTHY, 1) }, ...offers]);
}

let page: Page;
const { crashes } = stage(
  async (captures) => {
    // An LLDP frame of nothing but its type.
    await writeFile(
      join(captures, NO_DHCP),
      pcap([{ bytes: Buffer.from(`0180c200000e02670000000188cc${'00'.repeat(46)}`, 'hex') }]),
    );
    await writeFile(join(captures, DAMAGED), damaged());
    await writeFile(join(captures, MANY_SERVERS), manyServers());
  },
  (ready) => {
    ({ page } = ready);
  },
);

/** Looks at the window in every size, and leaves it in the ordinary one. `name`: of the pictures, where they are wanted. */
async function inEverySize(name: string | undefined, check: (viewport: string) => Promise<void>): Promise<void> {
  try {
    for (const viewport of VIEWPORTS) {
      await vscode.setViewport(page, viewport);
      await vscode.atRest(await vscode.webviewFrame(page));
      await check(viewport);
      if (name !== undefined) await screenshot(page, `20-${name}-${viewport}`);
    }
  } finally {
    await vscode.setViewport(page, 'ordinary');
  }
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
  // The host may tell its own state once more when it has been drawn already.
  await vscode.atRest(frame);
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
  await until('the finding open', async () => (await title.getAttribute('aria-expanded')) === 'true');
}

describe('The window at every size', { concurrency: 1 }, () => {
  look('the side bar makes room', async () => {
    await vscode.sideBar(page, false);
  });

  look('the page never scrolls, in any tab, with few findings and with 128', async () => {
    const window = await opened(page, WRONG_SUBNET);
    const { frame } = window;
    for (const title of ['Findings', 'Ladder', 'Packets', 'Clients'] as const) {
      await showTab(window, title);
      await inEverySize(title === 'Findings' ? 'findings' : undefined, async (viewport) => {
        await scrollsRightly(frame, `${title}, ${viewport}`);
        // The text has what the buttons leave before its lines are broken; the buttons stand by it.
        const { spare, apart } = await verdictOf(frame);
        assert.ok(apart <= 24, `${viewport}: the buttons are ${apart} px from the verdict`);
        if (viewport === 'slim' || viewport === 'narrow')
          assert.ok(spare <= 24, `${viewport}: ${spare} px are not used`);
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

  look('in a low window the octets of a field that was clicked, shown or found are in sight', async () => {
    const window = await opened(page, WRONG_SUBNET);
    const { frame } = window;
    try {
      for (const height of [520, 420, 340]) {
        await choose(window, rowOf(window, 4));
        await page.setViewportSize({ width: 1280, height });
        await until('the webview in its place', () => frame.evaluate((most) => innerHeight < most, height - 100));
        const inSight = (how: string): Promise<boolean> =>
          until(`octets ${how} at ${height} px`, () => octetInSight(frame));
        for (const name of [/Client hardware address/, /Magic cookie/, /Option 51/]) {
          await (await treeItem(page, window, name)).click();
          await inSight(`of ${String(name)}`);
        }
        await window.verdict.locator('vscode-button', { hasText: 'Show it' }).click();
        await frame.locator('.tree .selected', { hasText: 'Option 3 ' }).waitFor();
        await inSight('by Show it');
        await page.keyboard.press('Control+f');
        await frame.getByRole('textbox', { name: 'Find' }).fill('63 82 53 63');
        await page.keyboard.press('Enter');
        await frame.locator('.tree .selected', { hasText: 'Magic cookie' }).waitFor();
        await inSight('by find');
        await page.keyboard.press('Escape');
      }
    } finally {
      await vscode.setViewport(page, 'ordinary');
    }
    await vscode.closeEditors(page);
  });

  look('in one column the packet is a tab, which a finding and the Enter key lead to', async () => {
    const window = await opened(page, WRONG_SUBNET);
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
    const window = await opened(page, HEALTHY);
    const { frame } = window;
    await choose(window, rowOf(window, 1));
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

  look('a ladder with a dozen servers is scrolled, and each name can be read', async () => {
    const window = await opened(page, MANY_SERVERS);
    const { frame } = window;
    await showTab(window, 'Ladder');
    await until('the lanes', async () => (await frame.locator('.lane').count()) === 13);
    await inEverySize('servers', async (viewport) => {
      await showTab(window, 'Ladder');
      await scrollsRightly(frame, viewport);
      assert.deepEqual(await overlapping(frame), [], viewport);
      const lines = await frame
        .locator('.lane-name')
        .evaluateAll((all) =>
          Math.max(
            ...all.map(
              (one) =>
                one.getClientRects().length &&
                one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight),
            ),
          ),
        );
      assert.ok(lines < 4, `${viewport}: a name takes ${lines} lines`);
    });
    await vscode.closeEditors(page);
  });

  look('a capture without DHCP says so, and every text is readable', async () => {
    await vscode.openFile(page, NO_DHCP);
    const { frame } = await anyWindow67(page);
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
      // Until the whole capture has been read, the tab says only that the findings will come.
      await window.findings.locator('.finding.open').waitFor();
      const names = await window.findings
        .locator('.finding.open button')
        .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? one.textContent ?? ''));
      // A reference may stand in the text and below it, and a frame be named twice.
      const own = names.filter((name) => !/RFC|§|^Go to frame/.test(name));
      assert.ok(own.length > 5, own.join('; '));
      assert.deepEqual([...new Set(own)], own);
      await showTab(window, 'Packets');
      await choose(window, rowWith(window, 'OFFER').first());
      await (await treeItem(page, window, /Option 3\b/)).click();
      const broken = await opened(page, DAMAGED);
      await choose(broken, rowOf(broken, 2));
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

  look('no script of ours has failed on the way', () => {
    assert.deepEqual(crashes, []);
    return Promise.resolve();
  });
});
