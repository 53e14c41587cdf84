/** The tabs Ladder, Clients and Packets in a real VS Code, with the mouse and with the keyboard alone; find and go. */
import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { Frame, Locator, Page } from 'playwright-core';
import { THEMES, type Theme } from '../vscode/launch';
import * as vscode from '../vscode/webview';
import { becomes, screenshot, until } from '../vscode/webview';
import { violations } from './axe';
import { look, stage } from './stage';
import { commandTitle, focused, focusOn, isReadWindow, packetRows } from './support';

const LAB = join('test', 'fixtures', 'lab');
const REJECTED = 'rejected-behind-relay.pcap';
const RENEWED = 'renewed-once.pcap';
const STARVED = 'starved.pcap';
const BLOCKED = 'blocked-port.pcap';
const HEALTHY = 'dhcp-healthy.pcap';

let page: Page;
let folder: string;
const { crashes } = stage(
  async (captures) => {
    await copyFile(join(LAB, 'firewall-reject-relay_udhcpd_dhclient.pcap'), join(captures, REJECTED));
    await copyFile(join(LAB, 'healthy-renewal_dhcpd_udhcpc.pcap'), join(captures, RENEWED));
    await copyFile(join(LAB, 'starvation_kea4_by-hand.pcap'), join(captures, STARVED));
  },
  (ready) => {
    ({ page, folder } = ready);
  },
);

/** Opens a capture and one of its tabs. */
async function opened(name: string, tab: string): Promise<Frame> {
  await vscode.openFile(page, name);
  return shown(name, tab);
}

/**
 * The window of a capture, with this tab in front. The window of the file before may stand in its place for a moment still: what is clicked
 * there is soon hidden, so nothing is waited for long, and the window is looked up anew.
 */
const shown = (name: string, tab: string): Promise<Frame> =>
  until(`the tab ${tab} of ${name}`, async () => {
    const frame = await vscode.webviewFrame(page, 1000);
    if ((await frame.locator('.verdict h1').innerText({ timeout: 1000 })) !== name) return undefined;
    if (!(await isReadWindow(page, frame))) return undefined;
    const button = frame.getByRole('tab', { name: tab });
    await button.click({ timeout: 1000 });
    if ((await button.getAttribute('aria-selected', { timeout: 1000 })) !== 'true') return undefined;
    return (await vscode.webviewFrame(page, 1000)) === frame && frame;
  });

const messages = (frame: Frame): Locator => frame.getByRole('listbox', { name: /^Messages/ }).getByRole('option');

/** The chart, when it has so many messages. */
async function chart(frame: Frame, count: number): Promise<Locator[]> {
  await until(`${count} messages`, async () => (await messages(frame).count()) === count);
  return messages(frame).all();
}

/** Number of the selected arrow's first frame; undefined where none is selected. */
async function selectedArrow(frame: Frame): Promise<string | null> {
  const selected = messages(frame).and(frame.locator('[aria-selected=true]'));
  return (await selected.count()) === 0 ? null : selected.first().getAttribute('data-frame');
}

const isArrow = (frame: Frame, number: number): Promise<unknown> =>
  until(`the arrow of frame ${number}`, async () => (await selectedArrow(frame)) === String(number));

/** Number of the selected frame in the list. */
async function selectedFrame(frame: Frame): Promise<string | null> {
  const selected = packetRows(frame).and(frame.locator('[aria-selected=true]'));
  return (await selected.count()) === 0 ? null : selected.first().getAttribute('data-frame');
}

const isSelected = (frame: Frame, number: number): Promise<unknown> =>
  until(`frame ${number} selected`, async () => (await selectedFrame(frame)) === String(number));

/** Numbers of the frames that the list shows. */
const shownFrames = (frame: Frame): Promise<string> =>
  packetRows(frame).evaluateAll((rows) => rows.map((row) => row.getAttribute('data-frame')).join(' '));

const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

/** Opens the menu of what is clicked, and chooses from it. */
async function choose(frame: Frame, item: string): Promise<void> {
  await frame.getByRole('menuitem', { name: item, exact: true }).click();
}

describe('the ladder', () => {
  look('shows retransmissions as one, and what should have come as a ghost', async () => {
    const frame = await opened(BLOCKED, 'Ladder');
    const [discover, ghost] = await chart(frame, 2);
    // tshark: four DISCOVERs, the last 9.089517 s after the first.
    assert.match(await discover!.innerText(), /4 × DISCOVER in 9\.1 s/);
    assert.match(await ghost!.innerText(), /OFFER is missing/);
    assert.match((await ghost!.textContent()) ?? '', /none is seen to Client 02:67:00:00:00:0c/);
    await ghost!.click();
    await until('the ghost selected', async () => (await ghost!.getAttribute('aria-selected')) === 'true');
    await vscode.closeEditors(page);
  });

  look('leads from arrow to frame and back, by mouse and by keyboard', async () => {
    const frame = await opened(REJECTED, 'Ladder');
    const all = await chart(frame, 3);
    await becomes('the lanes', 3, () => frame.locator('.lane').count());
    await all[1]!.click();
    await isArrow(frame, 4);
    await page.keyboard.press('ArrowUp');
    await isArrow(frame, 3);
    await page.keyboard.press('End');
    await until('the ghost', async () => (await all[2]!.getAttribute('aria-selected')) === 'true');
    await page.keyboard.press('Home');
    await isArrow(frame, 3);
    await screenshot(page, 'tabs-ladder-relay');
    await frame.getByRole('tab', { name: 'Packets' }).click();
    await isSelected(frame, 3);
    await packetRows(frame).and(frame.locator('[data-frame="7"]')).click();
    await isSelected(frame, 7);
    await frame.getByRole('tab', { name: 'Ladder' }).click();
    // Frame 7 is one of the four DISCOVERs that the first arrow stands for.
    await isArrow(frame, 3);
    await vscode.closeEditors(page);
  });

  look('goes to the next conversation, and chooses one by the keyboard', async () => {
    const frame = await opened(RENEWED, 'Ladder');
    await chart(frame, 4);
    await frame.getByRole('button', { name: 'Next conversation' }).click();
    await chart(frame, 2);
    await isArrow(frame, 7);
    await frame.getByRole('button', { name: /^2 of 2/ }).click();
    await until('the choices', async () => (await frame.locator('.choice').count()) === 2);
    assert.deepEqual(await violations(frame), [], 'conversations are chosen from');
    await until('the focus on the choices', async () => (await focused(frame))?.role === 'listbox');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await chart(frame, 4);
    await isArrow(frame, 1);
    await frame.getByRole('button', { name: 'Copy…' }).click();
    await choose(frame, 'Copy as Mermaid');
    await until('the diagram', async () => (await clipboard()).startsWith('sequenceDiagram'));
    await until('its REQUEST', async () => /L0->>L1: REQUEST 10\.67\.0\.100/.test(await clipboard()));
    await frame.getByRole('button', { name: 'Copy…' }).click();
    await choose(frame, 'Copy as Markdown');
    await until('the table', async () => /^1\. .*: \*\*DISCOVER\*\*/m.test(await clipboard()));
    await frame.getByRole('button', { name: 'Copy…' }).click();
    await choose(frame, 'Copy as SVG');
    await until('the picture', async () => (await clipboard()).startsWith('<svg '));
    await frame.getByRole('button', { name: 'Copy…' }).click();
    await choose(frame, 'Copy as PNG');
    await until('the picture in octets', () =>
      page.evaluate(async () => (await navigator.clipboard.read())[0]?.types.includes('image/png') ?? false),
    );
    await vscode.closeEditors(page);
  });
});

describe('clients', () => {
  look('are a list with their addresses over time; one leads to its conversation', async () => {
    const frame = await opened(RENEWED, 'Clients');
    const client = frame.getByRole('listbox', { name: 'Clients' }).getByRole('option');
    await until('the client', async () => (await client.count()) === 1);
    await vscode.atRest(frame);
    const text = (await client.first().textContent()) ?? '';
    assert.match(text, /learner-laptop/);
    assert.match(text, /10\.67\.0\.100/);
    assert.match(text, /1 × renewed/);
    // tshark: leases of 3600 s and, when it is renewed after 2.1 s, of 3598 s, with T1 of 3 s and T2 of 3000 s.
    const [bar, ...more] = await frame.locator('.tenancy').all();
    assert.equal(more.length, 0, 'one tenancy');
    const places = await frame.locator('.timeline').evaluate((line) => {
      const { left, width } = line.getBoundingClientRect();
      return [...line.querySelectorAll('.timer')].map((one) => (one.getBoundingClientRect().left - left) / width);
    });
    const [t1, t2] = [(2.145 + 3 - 0.024) / 3600, (2.145 + 3000 - 0.024) / 3600];
    assert.ok(Math.abs(places[0]! - t1) < 0.01 && Math.abs(places[1]! - t2) < 0.01, places.join(', '));
    assert.ok((await bar!.boundingBox())!.width > 100, 'the lease until its end');
    await frame
      .locator('.about', { hasText: '10.67.0.100 from 24 ms to 60 min, T1 at 5.1 s, T2 at 50 min, 1 × renewed' })
      .waitFor();
    await screenshot(page, 'tabs-clients');
    await client.first().click();
    await page.keyboard.press('Enter');
    await isArrow(frame, 7);
    await frame.getByRole('tab', { name: 'Clients' }).click();
    await frame.getByLabel('By subnet').click();
    await until('the subnet', async () =>
      /10\.67\.0\.0\/24[\s\S]*1 of 1 addresses in use[\s\S]*10\.67\.0\.100[\s\S]*in use/.test(
        await frame.locator('.subnets').innerText(),
      ),
    );
    assert.deepEqual(await violations(frame), [], 'by subnet');
    await vscode.closeEditors(page);
  });
});

describe('packets', () => {
  look('a display filter turns green and red, and offers names by the keyboard', async () => {
    const frame = await opened(HEALTHY, 'Packets');
    const box = frame.getByRole('textbox', { name: 'Filter' });
    await vscode.atRest(frame);
    const before = await box.boundingBox();
    await box.click();
    await page.keyboard.type('dhcp.option.dhcp =');
    await until('red', () => box.evaluate((input) => input.parentElement!.classList.contains('wrong')));
    await vscode.atRest(frame);
    assert.deepEqual(await box.boundingBox(), before, 'the box stays where it is');
    await screenshot(page, 'tabs-filter-wrong');
    await page.keyboard.type('= 5');
    await until('green', () => box.evaluate((input) => input.parentElement!.classList.contains('right')));
    // tshark -Y 'dhcp.option.dhcp == 5'
    await until('the ACK alone', async () => (await shownFrames(frame)) === '4');
    await box.fill('');
    await page.keyboard.type('dhcp.ip.yo');
    await until('the name', async () => /^dhcp\.ip\.your/.test(await frame.locator('.offer').first().innerText()));
    assert.deepEqual(await violations(frame), [], 'names are offered');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await until('the whole name', async () => (await box.inputValue()) === 'dhcp.ip.your');
    await box.fill('offer');
    await until('a word', async () => (await shownFrames(frame)) === '2');
    await box.fill('dhcp.option.hostnam == "x"');
    await until('what is possible', async () =>
      /dhcp\.option\.hostname/.test(await frame.locator('.filter-error').innerText()),
    );
    assert.deepEqual(await violations(frame), [], 'the filter is wrong');
    await page.keyboard.press('Escape');
    await until('all', async () => (await shownFrames(frame)) === '1 2 3 4');
    await vscode.closeEditors(page);
  });

  look('a field of the packet becomes a filter, and a hidden selection is told', async () => {
    const frame = await opened(HEALTHY, 'Packets');
    await packetRows(frame).and(frame.locator('[data-frame="3"]')).click();
    await isSelected(frame, 3);
    // Not that of the frame selected before, whose tree stands until the other has come.
    const field = frame.getByRole('treeitem').filter({ hasText: /Option 53 .*REQUEST/ });
    await field.click({ button: 'right' });
    await choose(frame, 'Copy as Wireshark filter');
    await until('the filter', async () => (await clipboard()) === 'dhcp.option.dhcp == 3');
    await field.click({ button: 'right' });
    await choose(frame, 'Apply as filter');
    await until('the REQUEST alone', async () => (await shownFrames(frame)) === '3');
    await frame.getByRole('textbox', { name: 'Filter' }).fill('dhcp.option.dhcp == 5');
    const hides = frame.getByRole('status').filter({ hasText: 'The filter hides frame 3.' });
    await until('that it is hidden', async () => (await hides.count()) === 1);
    await frame.getByRole('button', { name: 'Select the first packet shown' }).click();
    await isSelected(frame, 4);
    await until('nothing hidden', async () => (await hides.count()) === 0);
    await vscode.closeEditors(page);
  });

  look('times, columns and orders are chosen, and a row has a menu', async () => {
    const frame = await opened(HEALTHY, 'Packets');
    const row = packetRows(frame).and(frame.locator('[data-frame="2"]'));
    await row.click({ button: 'right' });
    await choose(frame, 'Copy as Wireshark filter');
    await until('the filter', async () => (await clipboard()) === 'frame.number == 2');
    await page.keyboard.press('Shift+F10');
    await choose(frame, 'Copy octets as C array');
    await until('the array', async () => (await clipboard()).startsWith('const unsigned char frame_2['));
    await frame.getByRole('columnheader', { name: 'No.' }).click({ button: 'right' });
    await frame.getByRole('menuitemcheckbox', { name: 'Column Time', exact: true }).click();
    await until(
      'no column of times',
      async () => (await frame.getByRole('columnheader', { name: 'Time' }).count()) === 0,
    );
    const heading = frame.getByRole('columnheader', { name: 'Type' });
    await vscode.atRest(frame);
    const narrow = (await heading.boundingBox())!.width;
    await focusOn(heading.getByRole('button'));
    await page.keyboard.press('Shift+ArrowRight');
    await until('a wider column', async () => (await heading.boundingBox())!.width > narrow);
    await screenshot(page, 'tabs-columns');
    await frame.getByRole('columnheader', { name: 'No.' }).getByRole('button').click();
    await until('descending', async () => (await shownFrames(frame)) === '4 3 2 1');
    await isSelected(frame, 2);
    await frame.getByRole('columnheader', { name: 'Type' }).getByRole('button').click();
    await until('by type', async () => (await shownFrames(frame)) === '4 1 2 3');
    await becomes('the selected frame, and two of its exchange', 3, () => frame.locator('.packet-row.related').count());
    await becomes('and the DISCOVER that the OFFER answers', 1, () => frame.locator('.packet-row.partner').count());
    await row.click({ button: 'right' });
    await choose(frame, 'Follow the exchange in the ladder');
    await isArrow(frame, 2);
    await vscode.closeEditors(page);
  });
});

describe('find and go', () => {
  look('by commands and their keys', async () => {
    const frame = await opened(RENEWED, 'Packets');
    await packetRows(frame).and(frame.locator('[data-frame="1"]')).click();
    await isSelected(frame, 1);
    await page.keyboard.press('Alt+.');
    await isSelected(frame, 2);
    await page.keyboard.press('Alt+r');
    await isSelected(frame, 1);
    await page.keyboard.press('Alt+ArrowLeft');
    await isSelected(frame, 2);
    await page.keyboard.press('Alt+ArrowRight');
    await isSelected(frame, 1);
    await page.keyboard.press('Control+f');
    await frame.getByRole('textbox', { name: 'Find', exact: true }).fill('dhcp.option.dhcp == 5');
    await page.keyboard.press('Enter');
    await isSelected(frame, 4);
    await page.keyboard.press('Escape');
    await vscode.runCommand(page, commandTitle('Find next'));
    await isSelected(frame, 8);
    await vscode.runCommand(page, commandTitle('Go to frame or offset'));
    await vscode.answerInputBox(page, '3');
    await isSelected(frame, 3);
    await vscode.runCommand(page, commandTitle('Copy link to this frame'));
    await until('the link', async () => (await clipboard()) === `${RENEWED}#frame=3`);
    await vscode.closeEditors(page);
    await vscode.runCommand(page, commandTitle('Open a link to a frame'));
    await vscode.answerInputBox(page, `${HEALTHY}#frame=3`);
    await isSelected(await shown(HEALTHY, 'Packets'), 3);
    await vscode.closeEditors(page);
  });

  look('by an address that a mail or a ticket holds: VS Code asks, and the frame is selected', async () => {
    await vscode.runCommand(page, 'Developer: Open URL');
    await vscode.answerInputBox(page, `vscode://port67.port67${join(folder, HEALTHY)}#frame=3`);
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByRole('button', { name: 'Open', exact: true }).click();
    await vscode.activeTab(page, HEALTHY).waitFor();
    await isSelected(await shown(HEALTHY, 'Packets'), 3);
    await vscode.closeEditors(page);
  });

  look('what the guide says of a field shows over its name, and under it where it is selected', async () => {
    const frame = await opened(HEALTHY, 'Packets');
    await packetRows(frame).and(frame.locator('[data-frame="2"]')).click();
    await frame.getByRole('heading', { name: /^Frame 2 / }).waitFor();
    const field = frame.getByRole('treeitem').filter({ hasText: 'Option 54' });
    const name = field.locator('.name');
    await until('the guide over it', async () =>
      /^Server Identifier: \S.*\.$/s.test((await name.getAttribute('title')) ?? ''),
    );
    const said = ((await name.getAttribute('title')) ?? '').replace('Server Identifier: ', '');
    await field.click();
    // Under it, it stands once: not over it as well.
    await until('the guide under it', async () =>
      ((await frame.getByRole('region', { name: 'Details' }).textContent()) ?? '').replaceAll('`', '').includes(said),
    );
    await becomes('what stands over it', '', async () => (await name.getAttribute('title')) ?? '');
    await vscode.closeEditors(page);
  });
});

/** The tabs that are looked at, and what each consists of. */
const ROWS = [
  ['Ladder', '.rung'],
  ['Packets', '.packet-row.line'],
  ['Clients', '.client'],
] as const;

describe('each tab', () => {
  look('has nothing that axe finds, in every theme', async () => {
    for (const name of [REJECTED, STARVED]) {
      const frame = await opened(name, 'Ladder');
      for (const theme of Object.keys(THEMES) as Theme[]) {
        await vscode.setTheme(page, theme);
        for (const [tab, row] of ROWS) {
          await frame.getByRole('tab', { name: tab }).click();
          await frame.locator(row).first().waitFor();
          assert.deepEqual(await violations(frame), [], `${name}, ${tab} in ${theme}`);
          await screenshot(page, `tabs-${tab}-${name === STARVED ? 'many' : 'few'}-${theme}`.replace(/\s+/g, '-'));
        }
      }
      await vscode.setTheme(page, 'dark');
      await vscode.closeEditors(page);
    }
  });

  look('fits every width', async () => {
    const frame = await opened(REJECTED, 'Ladder');
    try {
      for (const viewport of Object.keys(vscode.VIEWPORTS) as (keyof typeof vscode.VIEWPORTS)[]) {
        await vscode.setViewport(page, viewport);
        for (const [tab, row] of ROWS) {
          await frame.getByRole('tab', { name: tab }).click();
          await frame.locator(row).first().waitFor();
          await screenshot(page, `tabs-${tab}-${viewport}`);
        }
        await vscode.atRest(frame);
        const cut = await frame.locator('.client').evaluateAll((all) =>
          all
            .flatMap((row) => [row, ...row.querySelectorAll('.who > span, .about')])
            .filter((one) => one.scrollWidth > one.clientWidth)
            .map((one) => one.textContent),
        );
        assert.deepEqual(cut, [], `${viewport}: nothing that is said of a client is cut`);
      }
    } finally {
      await vscode.setViewport(page, 'ordinary');
    }
    await vscode.closeEditors(page);
  });

  look('nothing was refused by the content security policy', () => {
    assert.deepEqual(crashes, []);
    return Promise.resolve();
  });
});
