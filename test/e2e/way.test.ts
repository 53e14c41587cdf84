/** The whole way through the window by the keyboard alone, at every width; what is new on it in every theme. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { Frame, Page } from 'playwright-core';
import { pcap } from '../capture/build';
import { eth, ip4, octets } from '../codec/frames';
import { frameOctets, serverSideOfBlocked } from '../support/samples';
import { THEMES, type Theme } from '../vscode/launch';
import * as vscode from '../vscode/webview';
import { becomes, screenshot, until } from '../vscode/webview';
import { violations } from './axe';
import { extentOf, overlapping } from './layout';
import { look, stage } from './stage';
import { anyWindow67, choose, commandTitle, moveFocus, packetRows, rowOf, showTab, window67 } from './support';

const BLOCKED = 'blocked-port.pcap';
const HEALTHY = 'dhcp-healthy.pcap';
const SERVER_SIDE = 'server-side.pcap';
const MIXED = 'mixed.pcap';

/** A segment of TCP without data, padded to 60 octets. */
const segment = (ports: string): Uint8Array =>
  octets(eth(0x0800, ip4(6, `${ports}${'00'.repeat(8)}50100400${'00'.repeat(4)}`)).padEnd(120, '0'));

let page: Page;
let folder: string;
const { crashes } = stage(
  async (folder) => {
    await writeFile(join(folder, SERVER_SIDE), serverSideOfBlocked());
    const dhcp = [1, 2, 3, 4].map((frame) => frameOctets(HEALTHY, frame));
    // Frames 1 and 6 are HTTPS, 2 to 5 the four messages of a lease.
    const frames = [segment('01bbc822'), ...dhcp, segment('c82201bb')];
    await writeFile(join(folder, MIXED), pcap(frames.map((bytes, i) => ({ bytes, seconds: 100 + i }))));
  },
  (ready) => {
    ({ page, folder } = ready);
  },
);

/** What has the focus, in a word: its role or tag, and its name. */
function focused(frame: Frame): Promise<string> {
  return frame.evaluate(() => {
    const one = document.activeElement;
    if (!document.hasFocus() || !one) return '';
    const name = one.getAttribute('aria-label') ?? (one instanceof HTMLInputElement ? one.type : one.textContent);
    return `${one.getAttribute('role') ?? one.tagName.toLowerCase()} ${(name ?? '').trim()}`;
  });
}

/** Presses Tab, or Shift+Tab, until the focus is on something. */
async function tabTo(frame: Frame, wanted: RegExp, key = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (let i = 0; i < 40; i++) {
    const now = await focused(frame);
    if (wanted.test(now)) return;
    seen.push(now);
    await moveFocus(page, frame, key);
  }
  throw new Error(`${key} does not lead to ${String(wanted)}: ${seen.join(' → ')}`);
}

/** Goes to a tab of the window by Shift+Tab and arrows. */
async function toTab(frame: Frame, title: string): Promise<void> {
  await tabTo(frame, /^tab /, 'Shift+Tab');
  for (let i = 0; i < 6 && !(await focused(frame)).startsWith(`tab ${title}`); i++)
    await moveFocus(page, frame, 'ArrowRight');
  assert.match(await focused(frame), new RegExp(`^tab ${title}`));
}

/** The texts of the treeitem that is selected. */
const selectedField = (frame: Frame): Promise<string> =>
  frame.evaluate(() => document.querySelector('[role=treeitem][aria-selected=true]')?.textContent ?? '');

/** Whether an element is in view as a whole in the one that scrolls it. */
const wholeWithin = (frame: Frame, one: string, scroller: string): Promise<boolean> =>
  frame.evaluate(
    ([one, scroller]) => {
      const inner = document.querySelector(one!)?.getBoundingClientRect();
      const outer = document.querySelector(scroller!)!.getBoundingClientRect();
      return inner !== undefined && inner.top > outer.top - 1 && inner.bottom < outer.bottom + 1;
    },
    [one, scroller],
  );

/** From a sample that is open to the lost message, by keys alone. `narrow`: the packet is a tab, too. */
async function wholeWay(viewport: string, narrow: boolean): Promise<void> {
  await vscode.openFile(page, BLOCKED);
  const window = await anyWindow67(page);
  const { frame } = window;
  const picture = (name: string): Promise<string> => screenshot(page, `way-${viewport}-${name}`);
  await until('the focus in the window', async () => (await focused(frame)) !== '');
  await toTab(frame, 'Findings');
  await window.verdict.getByText(/gets no OFFER/).waitFor();
  if (viewport === 'slim') {
    await vscode.atRest(frame);
    assert.equal(await window.verdict.getByText(/Do this first/).isVisible(), false);
    await tabTo(frame, /^button More/, 'Shift+Tab');
    await page.keyboard.press('Enter');
  }
  await window.verdict.getByText(/Do this first/).waitFor();
  await picture('1-verdict');
  if (viewport === 'slim') await page.keyboard.press('Enter');
  await tabTo(frame, /^vscode-button Show it/, viewport === 'slim' ? 'Tab' : 'Shift+Tab');
  await page.keyboard.press('Enter');
  await until(
    'the DISCOVER',
    async () => (await frame.getByRole('heading', { name: /^Frame 1 DISCOVER/ }).count()) === 1,
  );
  if (narrow) await toTab(frame, 'Packet');
  await tabTo(frame, /^tree Packet/);
  // What shows the finding is selected when the frame has come.
  await until('the message type', async () => /Option 53/.test(await selectedField(frame)));
  await page.keyboard.press('End');
  await until('the last field', () =>
    frame.evaluate(() => [...document.querySelectorAll('[role=treeitem]')].at(-1)?.ariaSelected === 'true'),
  );
  const last = await selectedField(frame);
  await page.keyboard.press('ArrowUp');
  await until('the field above', async () => (await selectedField(frame)) !== last);
  await frame.getByRole('region', { name: 'Details' }).waitFor();
  await tabTo(frame, /^grid Bytes/);
  const range = frame.getByRole('region', { name: 'Selected octets' }).getByText(/\d+–\d+ \(\d+\)/);
  await until('a range of octets', async () => {
    await page.keyboard.press('Shift+ArrowRight');
    return (await range.count()) > 0;
  });
  await picture('2-octets');
  await toTab(frame, 'Ladder');
  await frame.locator('.rung').first().waitFor();
  await tabTo(frame, /^listbox Messages/);
  await page.keyboard.press('End');
  await until('the ghost', async () => (await frame.locator('.rung.missing.selected').count()) === 1);
  await picture('3-ladder');
  await toTab(frame, 'Clients');
  await frame.locator('.client').first().waitFor();
  await tabTo(frame, /^listbox Clients/);
  await page.keyboard.press('ArrowDown');
  await picture('4-clients');
  await page.keyboard.press('Control+Alt+f');
  await until('the focus on the filter', async () => /^input Filter/.test(await focused(frame)));
  await page.keyboard.type('frame:2-3');
  await picture('5-filter');
  await until('two rows', async () => (await packetRows(frame).count()) === 2);
  await tabTo(frame, /^grid Packets/);
  await page.keyboard.press('End');
  await until('frame 3', async () => (await rowOf(window, 3).getAttribute('aria-selected')) === 'true');
  await page.keyboard.press('Control+f');
  await until('the focus on the search', async () => /^input Find/.test(await focused(frame)));
  await page.keyboard.type('63 82 53 63');
  await until('how many', async () =>
    /(In 2 frames|of 2) \(Octets in hex\)/.test(await frame.locator('.found').innerText()),
  );
  await page.keyboard.press('Enter');
  await until('frame 2', async () => (await rowOf(window, 2).getAttribute('aria-selected')) === 'true');
  if (!narrow) await until('its cookie', async () => /Magic cookie/i.test(await selectedField(frame)));
  if (!narrow)
    await until('its octets in view', () => wholeWithin(frame, '.byte-row:has(.octet.selected)', '.hexgrid'));
  await picture('5-packets');
  await page.keyboard.press('Escape');
  await until('the search closed', async () => (await frame.getByRole('search').count()) === 0);
  await page.keyboard.press('Control+Alt+f');
  await until('the focus on the filter', async () => /^input Filter/.test(await focused(frame)));
  await page.keyboard.press('Escape');
  await until('all rows', async () => (await packetRows(frame).count()) === 4);
  await vscode.runCommand(page, commandTitle('Compare with another capture'));
  await vscode.answerFileDialog(page, join(folder, SERVER_SIDE));
  await until('what came of it', async () =>
    /were lost between/.test((await frame.locator('header').textContent()) ?? ''),
  );
  await until('the focus back', async () => (await focused(frame)) !== '');
  await toTab(frame, 'Ladder');
  await until('three lost', async () => (await frame.locator('.rung.lost').count()) === 3);
  await tabTo(frame, /^listbox Messages/);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await until('the first lost OFFER', async () => (await frame.locator('.rung.lost.selected').count()) === 1);
  assert.match(
    (await frame.locator('.rung.lost.selected').textContent()) ?? '',
    /Server 10\.67\.0\.1, past Capture server-side\.pcap, gone before Capture blocked-port\.pcap: OFFER is lost/,
  );
  await picture('6-compared');
}

describe('the whole way by the keyboard alone', () => {
  look('the side bar makes room', async () => {
    await vscode.sideBar(page, false);
  });
  for (const [viewport, theme] of [
    ['slim', 'dark'],
    ['narrow', 'high-contrast-light'],
    ['ordinary', 'light'],
    ['wide', 'high-contrast'],
    ['vast', 'light'],
  ] as const) {
    look(`at ${vscode.VIEWPORTS[viewport].width} px`, async () => {
      if (theme !== 'dark') await vscode.setTheme(page, theme);
      try {
        await vscode.setViewport(page, viewport);
        await wholeWay(viewport, vscode.VIEWPORTS[viewport].width <= 700);
      } finally {
        await vscode.setViewport(page, 'ordinary');
        await vscode.setTheme(page, 'dark');
      }
      await vscode.closeEditors(page);
    });
  }
});

describe('all frames', () => {
  const rows = async (frame: Frame): Promise<string> =>
    (await packetRows(frame).evaluateAll((all) => all.map((row) => row.getAttribute('data-frame')))).join(' ');

  look('are listed by a switch, filtered, looked at, and still there after a reload', async () => {
    await vscode.openFile(page, MIXED);
    const { frame } = await window67(page);
    await until('those of interest', async () => (await rows(frame)) === '2 3 4 5');
    const all = frame.getByRole('checkbox', { name: 'Show all frames' });
    await all.check();
    await until('all', async () => (await rows(frame)) === '1 2 3 4 5 6');
    const first = packetRows(frame).first();
    await becomes('the first row', ['1', 'TCP', '', '443 → 51234, 60 octets'], async () =>
      (await first.getByRole('gridcell').allInnerTexts()).map((text) => text.trim()),
    );
    await until('the last of six in view', () => wholeWithin(frame, '[data-frame="6"]', '.packets'));
    assert.equal(await frame.getByText('no field explains this byte').count(), 0);
    await first.click();
    await frame.getByRole('treeitem').filter({ hasText: 'Transmission Control Protocol' }).first().waitFor();
    await screenshot(page, 'all-frames');
    await frame.getByRole('textbox', { name: 'Filter' }).fill('tcp.port == 443');
    await until('both segments', async () => (await rows(frame)) === '1 6');
    await until('how many', async () => /2 of 6/.test(await frame.locator('.filter-note').innerText()));
    await frame.getByRole('textbox', { name: 'Filter' }).fill('51234 tcp');
    await until('both by words', async () => (await rows(frame)) === '1 6');
    await frame.getByRole('textbox', { name: 'Filter' }).fill('');
    await until('all again', async () => (await rows(frame)) === '1 2 3 4 5 6');
    assert.deepEqual(await violations(frame), []);
    await vscode.reloadWindow(page);
    await vscode.activeTab(page, MIXED).waitFor();
    const again = await window67(page);
    await until('all after the reload', async () => (await rows(again.frame)) === '1 2 3 4 5 6');
    await until(
      'the frame selected before',
      async () => (await rowOf(again, 1).getAttribute('aria-selected')) === 'true',
    );
    await again.frame.getByRole('checkbox', { name: 'Show all frames' }).uncheck();
    await again.frame.getByText('Frame 1 has nothing to do with DHCP and is not listed.').waitFor();
    await until('those of interest', async () => (await rows(again.frame)) === '2 3 4 5');
    await again.frame.getByRole('button', { name: 'Show all frames' }).click();
    await until('all by the notice', async () => (await rows(again.frame)) === '1 2 3 4 5 6');
    await vscode.closeEditors(page);
  });
});

describe('the bar that finds', () => {
  look('finds texts, octets and fields, tells how many, minds case, and remembers', async () => {
    await vscode.openFile(page, HEALTHY);
    const window = await window67(page);
    const { frame } = window;
    await choose(window, rowOf(window, 1));
    const isAt = (number: number): Promise<unknown> =>
      until(`frame ${number}`, async () => (await rowOf(window, number).getAttribute('aria-selected')) === 'true');
    const said = (text: string): Promise<unknown> =>
      until(text, async () => (await frame.locator('.found').innerText()) === text);
    await page.keyboard.press('Control+f');
    const box = frame.getByRole('textbox', { name: 'Find', exact: true });
    await box.fill('dhcp.option.dhcp == 5');
    await said('In 1 frame (Field, as a display filter)');
    await page.keyboard.press('Enter');
    await isAt(4);
    await said('1 of 1 (Field, as a display filter)');
    // The client sends its name in DISCOVER and REQUEST.
    await box.fill('LEARNER-laptop');
    await said('In 2 frames');
    await page.keyboard.press('Shift+Enter');
    await isAt(3);
    await page.keyboard.press('F3');
    await isAt(1);
    await page.keyboard.press('Alt+c');
    await until('no frame with this case', async () => /In no frame/.test(await frame.locator('.found').innerText()));
    await page.keyboard.press('Alt+c');
    await frame.getByRole('combobox', { name: 'What is looked for' }).selectOption('octets');
    await said('Octets are written in hex, two digits each: 63 82 53 63.');
    await box.fill('35 01 02');
    await frame.getByRole('button', { name: 'Next', exact: true }).click();
    await isAt(2);
    await until('option 53', async () =>
      /Option 53/.test((await window.tree.locator('[aria-selected="true"]').textContent()) ?? ''),
    );
    await page.keyboard.press('Escape');
    await until('closed', async () => (await frame.getByRole('search').count()) === 0);
    await vscode.closeEditors(page);
    await vscode.openFile(page, HEALTHY);
    const again = await window67(page);
    await choose(again, rowOf(again, 1));
    await page.keyboard.press('Control+f');
    await becomes('what was looked for', '35 01 02', () =>
      again.frame.getByRole('textbox', { name: 'Find', exact: true }).inputValue(),
    );
    await again.frame.getByRole('combobox', { name: 'What is looked for' }).selectOption('auto');
    await page.keyboard.press('Escape');
    await vscode.closeEditors(page);
  });
});

describe('what is new', () => {
  look('fits every width, and axe finds nothing in any theme', async () => {
    await vscode.openFile(page, BLOCKED);
    await anyWindow67(page);
    await vscode.runCommand(page, commandTitle('Compare with another capture'));
    await vscode.answerFileDialog(page, join(folder, SERVER_SIDE));
    const window = await anyWindow67(page);
    const { frame } = window;
    await until('the comparison', async () => /were lost/.test((await frame.locator('header').textContent()) ?? ''));
    await showTab(window, 'Ladder');
    await frame.locator('.rung.lost').nth(2).waitFor();
    await frame.locator('.rung.lost').first().click();
    await page.keyboard.press('Control+f');
    await frame.getByRole('textbox', { name: 'Find', exact: true }).fill('63 82 53 63');
    await until('how many', async () => /of 4|In 4/.test(await frame.locator('.found').innerText()));
    for (const theme of Object.keys(THEMES) as Theme[]) {
      await vscode.setTheme(page, theme);
      await frame.locator(`body.vscode-${theme}`).waitFor();
      assert.deepEqual(await violations(frame), [], theme);
      await screenshot(page, `new-${theme}`);
    }
    try {
      for (const viewport of Object.keys(vscode.VIEWPORTS) as (keyof typeof vscode.VIEWPORTS)[]) {
        await vscode.setViewport(page, viewport);
        const { page: scrolls, beyond, tooWide } = await extentOf(frame);
        assert.deepEqual([scrolls[0], scrolls[1], beyond <= 1, tooWide <= 0], [0, 0, true, true], viewport);
        assert.deepEqual(await overlapping(frame), [], viewport);
        if (viewport === 'low') {
          assert.equal(await frame.getByText(/^Do this first/).isVisible(), false, 'the card is low, too');
          const rows = await frame.locator('.hexgrid').evaluate((grid) => {
            const row = grid.querySelector('.byte-row')!;
            return grid.clientHeight / row.getBoundingClientRect().height;
          });
          assert.ok(rows >= 2, `room for ${rows} rows of octets`);
        }
        await screenshot(page, `new-${viewport}`);
      }
    } finally {
      await vscode.setViewport(page, 'ordinary');
      await vscode.setTheme(page, 'dark');
    }
    await vscode.closeEditors(page);
  });

  look('no script of ours has failed on the way', () => {
    assert.deepEqual(crashes, []);
    return Promise.resolve();
  });
});
