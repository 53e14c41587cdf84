/**
 * The extension in a real VS Code, as a person uses it: installed from the VSIX, looked at through a browser. Needs
 * `npm run package` before; the first run also fetches VS Code. Pictures of each step go to `test/e2e/screenshots`.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { Page } from 'playwright-core';
import { STARTER_SETTING, THEMES, type Theme } from '../vscode/launch';
import { dhcpHex, serverSideOfBlocked } from '../support/samples';
import * as vscode from '../vscode/webview';
import { becomes, screenshot, until } from '../vscode/webview';
import {
  activeTreeItem,
  anyWindow67,
  atFrame,
  choose,
  commandTitle,
  decode,
  findings,
  focused,
  highlighted,
  octetCell,
  packetRows,
  rowOf,
  rowWith,
  selectedRow,
  showTab,
  treeItem,
  window67,
  window67After,
  type DecodedFrame,
  type Window67,
} from './support';
import { look, stage } from './stage';

const HEALTHY = 'dhcp-healthy.pcap';
const DECLINE = 'decline.pcap';
const TWO_SERVERS = 'two-servers.pcap';
const WRONG_SUBNET = 'wrong-subnet.pcap';
const BLOCKED = 'blocked-port.pcap';
const SERVER_SIDE = 'server-side.pcap';
/** Server Identifier (RFC 2132 §9.7). */
const SERVER_IDENTIFIER = 54;
/** Router (RFC 2132 §3.5). */
const ROUTER = 3;

let page: Page;
let folder: string;
const { crashes } = stage(
  async (captures) => {
    await writeFile(join(captures, SERVER_SIDE), serverSideOfBlocked());
    await writeFile(join(captures, '.vscode', 'settings.json'), JSON.stringify({ [STARTER_SETTING]: HEALTHY }));
  },
  (ready) => ({ page, folder } = ready),
);

/** The healthy sample in the active editor. */
async function healthyWindow(): Promise<Window67> {
  await vscode.openFile(page, HEALTHY);
  return window67(page);
}

/** The healthy sample's OFFER, by the command line. */
async function healthyOffer(): Promise<DecodedFrame & Required<Pick<DecodedFrame, 'dhcp'>>> {
  const offer = (await decode(HEALTHY)).find(({ dhcp }) => dhcp?.messageType === 'OFFER');
  assert.ok(offer?.dhcp, 'the sample has an OFFER');
  return { ...offer, dhcp: offer.dhcp };
}

/** Escapes text for a regular expression. */
function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

describe('Port 67 in VS Code', { concurrency: 1 }, () => {
  look('a capture opens as npm start opens it', async () => {
    await vscode.activeTab(page, HEALTHY).waitFor();
    const window = await window67(page);
    await becomes('its four packets', 4, () => packetRows(window.frame).count());
    await screenshot(page, '01-start');
    await vscode.closeEditors(page);
  });

  look('a capture opened by its name shows its messages in order', async () => {
    const window = await healthyWindow();
    await rowWith(window, 'ACK').first().waitFor();
    const TYPE = /\b(DISCOVER|OFFER|REQUEST|ACK|NAK|DECLINE|RELEASE|INFORM)\b/;
    const expected = (await decode(HEALTHY)).flatMap(({ dhcp }) => dhcp?.messageType ?? []);
    await becomes('the messages', expected, async () =>
      (await packetRows(window.frame).allInnerTexts()).flatMap((row) => TYPE.exec(row)?.[1] ?? []),
    );
    for (const type of ['DISCOVER', 'OFFER', 'REQUEST', 'ACK']) assert.ok(expected.includes(type), type);
    await screenshot(page, '02-list');
  });

  look('an option chosen in the tree highlights exactly its octets', async () => {
    const window = await healthyWindow();
    const offer = await healthyOffer();
    const option = offer.dhcp.options.find(({ code }) => code === SERVER_IDENTIFIER);
    assert.ok(option, 'the OFFER has option 54');
    await choose(window, rowWith(window, 'OFFER').first());
    await screenshot(page, '03-offer');
    const item = await treeItem(page, window, new RegExp(`${SERVER_IDENTIFIER}\\b.*${literally(option.value)}`));
    assert.match((await item.textContent()) ?? '', /Server Identifier/i);
    await item.click();
    // Code octet, length octet, value (RFC 2132 §2).
    const expected = Array.from({ length: 2 + option.length }, (_, i) => option.offset + i);
    await becomes('the highlight', expected, () => highlighted(window));
    const cells = window.bytes.locator('[role="gridcell"].selected[data-offset]');
    await becomes('code 54 and length 4 are what is highlighted', '3604', () =>
      cells.evaluateAll((all) =>
        all
          .map((cell) => cell.textContent?.trim() ?? '')
          .filter((text) => /^[0-9a-f]{2}$/i.test(text))
          .slice(0, 2)
          .join(''),
      ),
    );
    await until('words about the option', async () => /RFC 2132/.test((await window.details.textContent()) ?? ''));
    await screenshot(page, '04-option-54');
  });

  look('an octet chosen among the bytes selects the field it belongs to', async () => {
    const window = await healthyWindow();
    const offer = await healthyOffer();
    const option = offer.dhcp.options.find(({ code }) => code === SERVER_IDENTIFIER)!;
    await choose(window, rowWith(window, 'OFFER').first());
    // Another field first, so that the selection has to change.
    await (await treeItem(page, window, /^Ethernet/)).click();
    await until('another highlight', async () => !(await highlighted(window)).includes(option.offset));
    await (await octetCell(page, window, option.offset + 2)).click();
    await until('option 54 in the tree', async () => {
      const active = await window.tree.locator('[role="treeitem"][aria-selected="true"]').first().textContent();
      return active?.includes(option.value);
    });
    await screenshot(page, '05-octet');
  });

  look('arrow keys move in the list', async () => {
    const window = await healthyWindow();
    await choose(window, packetRows(window.frame).first());
    const first = await until('a selected row', () => selectedRow(window));
    await page.keyboard.press('ArrowDown');
    await until('the next row', async () => (await selectedRow(window)) === first + 1);
    await page.keyboard.press('ArrowUp');
    await until('the first row again', async () => (await selectedRow(window)) === first);
  });

  look('arrow keys move in the tree, open and close it', async () => {
    const window = await healthyWindow();
    await window.tree.getByRole('treeitem').first().click();
    await until('the focus on the tree', async () => (await focused(window.frame))?.role === 'tree');
    await page.keyboard.press('Home');
    const top = await until('an active item', () => activeTreeItem(window));
    assert.notEqual(top.expanded, null, 'the first layer has children');
    if (top.expanded === 'false') await page.keyboard.press('ArrowRight');
    await until('the layer opened', async () => (await activeTreeItem(window))?.expanded === 'true');
    await page.keyboard.press('ArrowDown');
    await until('its first field', async () => {
      const active = await activeTreeItem(window);
      return active !== undefined && active.text !== top.text;
    });
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    await until('the layer closed', async () => (await activeTreeItem(window))?.expanded === 'false');
    await page.keyboard.press('ArrowRight');
    await until('the layer open again', async () => (await activeTreeItem(window))?.expanded === 'true');
  });

  look('a router outside the subnet is a finding that leads to option 3', async () => {
    await vscode.openFile(page, WRONG_SUBNET);
    const expected = (await findings(WRONG_SUBNET)).find(({ id }) => id === 'router-outside-subnet');
    assert.ok(expected && expected.frames.length > 0, 'the command line finds it too');
    const window = await until('the other capture', async () => {
      const found = await anyWindow67(page);
      return (await found.frame.locator('[data-finding="router-outside-subnet"]').count()) > 0 && found;
    });
    const card = window.findings.locator('[data-finding="router-outside-subnet"]');
    assert.equal(await card.count(), 1, 'one fault, one finding');
    await screenshot(page, '06-wrong-subnet');
    const messages = new Map((await decode(WRONG_SUBNET)).map((one) => [one.frame, one.dhcp]));
    // Sorted, and named by what they are.
    const inOrder = [...expected.frames].sort((a, b) => a - b);
    const named = inOrder.map((frame) => `${frame} ${messages.get(frame)!.messageType}`);
    await becomes('its frames', named, () => card.locator('.frame-link').allInnerTexts());
    for (const frame of inOrder) {
      await card
        .getByRole('button', { name: `Frame ${frame}, ${messages.get(frame)!.messageType}`, exact: true })
        .click();
      // Code octet, length octet, value (RFC 2132 §2) of the router option of that frame.
      const option = messages.get(frame)!.options.find(({ code }) => code === ROUTER)!;
      const octets = Array.from({ length: 2 + option.length }, (_, i) => option.offset + i);
      await atFrame(window, frame);
      await becomes(`option 3 of frame ${frame}`, octets, () => highlighted(window));
      const row = window.tree.locator('[role="treeitem"][aria-selected="true"]');
      await until('its field, marked', async () =>
        /Error.*Option 3 \(Router\): 10\.67\.1\.1/.test((await row.textContent()) ?? ''),
      );
      await until('the finding under the field', async () =>
        /router 10\.67\.1\.1 is outside/.test((await window.details.textContent()) ?? ''),
      );
    }
    await screenshot(page, '07-finding-followed');
    assert.doesNotMatch((await window.frame.locator('body').innerText()) ?? '', /`/, 'no backtick is shown');
    await vscode.closeEditors(page);
  });

  look('the verdict says what is wrong and what to do first, and shows it', async () => {
    await vscode.openFile(page, BLOCKED);
    const window = await anyWindow67(page);
    await window.verdict.getByText('02:67:00:00:00:0c sends 4 DISCOVERs and gets no OFFER.').waitFor();
    await window.verdict.getByText(/^Most likely, no DHCP server hears this client/).waitFor();
    await window.verdict.getByText('Do this first:').waitFor();
    await window.findings.locator('.frame-link').nth(2).click();
    await until('frame 3', async () => (await window.frame.getByRole('heading', { name: /^Frame 3 / }).count()) === 1);
    await window.verdict.locator('vscode-button', { hasText: 'Show it' }).click();
    await until('the message type of frame 1', async () => {
      const row = await window.tree.locator('[role="treeitem"][aria-selected="true"]').textContent();
      const head = await window.frame.getByRole('heading', { name: /^Frame 1 / }).count();
      return head === 1 && /Option 53 \(DHCP Message Type\): DISCOVER/.test(row ?? '');
    });
    // It is said for a moment only, so it is waited for before it comes.
    const copied = window.verdict.getByRole('button', { name: 'Copied' });
    await Promise.all([copied.waitFor(), window.verdict.getByRole('button', { name: 'Copy for the ticket' }).click()]);
    const ticket = await until('the ticket', async () => {
      const text = await page.evaluate(() => navigator.clipboard.readText());
      return text.includes('What is wrong') && text;
    });
    assert.match(ticket, /02:67:00:00:00:0c sends 4 DISCOVERs and gets no OFFER \(error, no-offer\)/);
    assert.equal(ticket.match(/^ {4}[1-4] {2}2026-.* {2}DISCOVER {2}/gm)?.length, 4);
    await vscode.closeEditors(page);
  });

  look('a step is told for the product that one has, in every capture', async () => {
    await vscode.openFile(page, WRONG_SUBNET);
    const window = await anyWindow67(page);
    const steps = window.findings.getByRole('region', { name: 'Do this', exact: true });
    await steps.getByRole('button', { name: 'Next step' }).click();
    const product = steps.getByRole('combobox', { name: 'What you have' });
    const products = ['ISC dhcpd', 'Kea', 'dnsmasq', 'Microsoft Windows', 'Cisco IOS', 'MikroTik RouterOS'];
    await becomes('the products', products, () => product.locator('option').allInnerTexts());
    await product.selectOption({ label: 'dnsmasq' });
    await steps.getByText('dhcp-option=option:router', { exact: false }).waitFor();
    await steps.getByRole('button', { name: 'Copy the command' }).click();
    await until('the command on the clipboard', async () =>
      /^dhcp-option=option:router,/.test(await page.evaluate(() => navigator.clipboard.readText())),
    );
    await vscode.closeEditors(page);
    await vscode.openFile(page, DECLINE);
    const other = await anyWindow67(page);
    await other.findings.locator('.finding.open').waitFor();
    const next = other.findings.getByRole('button', { name: 'Next step' });
    const chosen = other.findings.getByRole('combobox', { name: 'What you have' });
    // Step by step, each drawn before it is asked whether it is the one.
    const at = other.findings.locator('.stepper .quiet');
    while ((await chosen.count()) === 0) {
      const before = await at.innerText();
      await next.click();
      await until('the next step', async () => (await at.innerText()) !== before);
    }
    await becomes('the product chosen once', 'dnsmasq', () => chosen.inputValue());
    await vscode.closeEditors(page);
  });

  look('a server is declared authorised, and a finding is suppressed, from where it is told', async () => {
    const settings = join(folder, '.vscode', 'settings.json');
    const before = await readFile(settings, 'utf8');
    const set = async (): Promise<Record<string, unknown>> =>
      JSON.parse(await readFile(settings, 'utf8')) as Record<string, unknown>;
    await vscode.openFile(page, TWO_SERVERS);
    const window = await anyWindow67(page);
    await window.findings.getByRole('button', { name: '10.67.0.1 is my server' }).click();
    await until('the setting', async () =>
      JSON.stringify((await set())['port67.authorisedServers'])?.includes('10.67.0.1'),
    );
    await window.findings.getByText(/Server 10\.67\.0\.66 answers clients, and is not on the list/).waitFor();
    await window.findings.getByRole('button', { name: 'Do not report this here' }).click();
    await until('the other setting', async () =>
      JSON.stringify((await set())['port67.suppressedFindings'])?.includes('rogue-server'),
    );
    await window.verdict.getByText(/your settings suppress a finding of this capture: rogue-server/i).waitFor();
    await writeFile(settings, before);
    await window.findings
      .getByText(/servers 10\.67\.0\.1 and 10\.67\.0\.66 answer the same client and disagree/i)
      .first()
      .waitFor();
    await vscode.clearNotifications(page);
    await vscode.closeEditors(page);
  });

  look('Decode DHCP hex decodes the text of the editor', async () => {
    const offer = await healthyOffer();
    await vscode.runCommand(page, 'File: New Untitled Text File');
    await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    await page.keyboard.insertText(dhcpHex(HEALTHY, offer.frame));
    await vscode.runCommand(page, commandTitle('Decode DHCP hex'));
    const window = await window67(page);
    await choose(window, rowWith(window, 'OFFER').first());
    await treeItem(page, window, new RegExp(`${SERVER_IDENTIFIER}\\b.*Server Identifier`, 'i'));
    await treeItem(page, window, new RegExp(literally(offer.dhcp.yiaddr)));
    await screenshot(page, '08-hex-from-editor');
    await vscode.closeEditors(page);
  });

  look('Decode DHCP hex asks for the hex when no editor has it', async () => {
    const offer = await healthyOffer();
    await vscode.runCommand(page, commandTitle('Decode DHCP hex'));
    await vscode.answerInputBox(page, dhcpHex(HEALTHY, offer.frame));
    const window = await window67(page);
    await choose(window, rowWith(window, 'OFFER').first());
    await treeItem(page, window, new RegExp(literally(offer.dhcp.yiaddr)));
    await screenshot(page, '09-hex-from-box');
    await vscode.closeEditors(page);
  });

  look('Decode DHCP hex offers hex that is on the clipboard, and only hex', async () => {
    await vscode.closeEditors(page);
    const offer = await healthyOffer();
    const box = vscode.quickInput(page);
    for (const [clipboard, offered] of [
      ['see you at noon', ''],
      [dhcpHex(HEALTHY, offer.frame), dhcpHex(HEALTHY, offer.frame)],
    ] as const) {
      // A browser lets only a page that has the focus write to the clipboard.
      await page.bringToFront();
      await page.locator('.monaco-workbench .part.statusbar').click({ position: { x: 2, y: 2 } });
      await page.evaluate((text) => navigator.clipboard.writeText(text), clipboard);
      await vscode.runCommand(page, commandTitle('Decode DHCP hex'));
      await until(`the box offers ${offered === '' ? 'nothing' : 'the clipboard'}`, async () => {
        return (await box.inputValue()) === offered;
      });
      await page.keyboard.press('Escape');
      await vscode.quickInput(page).waitFor({ state: 'hidden' });
    }
  });

  look('text that is no hex gives one sentence', async () => {
    await vscode.closeEditors(page);
    await vscode.clearNotifications(page);
    await vscode.runCommand(page, commandTitle('Decode DHCP hex'));
    const prompt = await until(
      'the box with its prompt',
      async () => (await vscode.inputBoxMessage(page)) || undefined,
    );
    await vscode.answerInputBox(page, 'this is no hex, is it?');
    const said = await until('a sentence', async () => {
      const [notification] = await vscode.notifications(page);
      if (notification) return notification;
      const message = await vscode.inputBoxMessage(page);
      return message !== prompt && message;
    });
    assert.match(said, /^[^\n]{10,200}$/, 'one line');
    assert.match(said, /hex/i);
    assert.doesNotMatch(said, /\bError:|undefined|\bat .*:\d+/);
    await screenshot(page, '10-no-hex');
    await page.keyboard.press('Escape');
    await vscode.quickInput(page).waitFor({ state: 'hidden' });
    assert.equal(await page.locator('.tabs-container .tab').count(), 0, 'nothing opens');
    await vscode.clearNotifications(page);
  });

  look('one capture in two panels: each has its own filter and selection', async () => {
    const left = await healthyWindow();
    await choose(left, rowOf(left, 1));
    await vscode.runCommand(page, 'View: Split Editor Right');
    const right = await window67After(page, left);
    await right.frame.getByRole('textbox', { name: 'Filter' }).fill('type:ack');
    await until('the filtered list', async () => (await packetRows(right.frame).count()) === 1);
    await rowOf(right, 4).click();
    await until('the ACK selected', async () => (await rowOf(right, 4).getAttribute('aria-selected')) === 'true');
    await becomes('the rows on the left', 4, () => packetRows(left.frame).count());
    await becomes('the row selected on the left', 'true', () => rowOf(left, 1).getAttribute('aria-selected'));
    await screenshot(page, '15-two-panels');
    await vscode.closeEditors(page);
  });

  look('a changed setting takes effect in a capture that is open', async () => {
    const window = await healthyWindow();
    await showTab(window, 'Findings');
    const rogue = window.frame.locator('[data-finding="rogue-server"]');
    assert.equal(await rogue.count(), 0);
    const settings = join(folder, '.vscode', 'settings.json');
    const before = await readFile(settings, 'utf8');
    await writeFile(settings, JSON.stringify({ ...JSON.parse(before), 'port67.authorisedServers': ['192.0.2.1'] }));
    await until('a server that is not authorised', async () => (await rogue.count()) === 1);
    await writeFile(settings, before);
    await until('the setting taken back', async () => (await rogue.count()) === 0);
  });

  look('two captures together tell what was lost between them, and one leads to the other', async () => {
    // The other capture is open behind this one, and what it shows needs no rows.
    await vscode.openFile(page, SERVER_SIDE);
    await showTab(await anyWindow67(page), 'Findings');
    await vscode.openFile(page, BLOCKED);
    await anyWindow67(page);
    await vscode.runCommand(page, commandTitle('Compare with another capture'));
    await vscode.answerFileDialog(page, join(folder, SERVER_SIDE));
    const window = await until('the comparison', async () => {
      const found = await anyWindow67(page);
      await showTab(found, 'Findings');
      return (await found.frame.locator('[data-finding="lost-between"]').count()) > 0 && found;
    });
    const card = window.findings.locator('[data-finding="lost-between"]');
    await until('what came of it', async () =>
      /Compared with server-side\.pcap: \d+ messages are in both, and \d+ messages were lost/.test(
        (await window.frame.locator('header').textContent()) ?? '',
      ),
    );
    await screenshot(page, '13-compared');
    // DISCOVER, OFFER, DISCOVER, OFFER …: the second OFFER is the server side's fourth frame, which nothing selects by itself.
    await card
      .getByRole('button', { name: `Frame 4 of ${SERVER_SIDE}`, exact: true })
      .first()
      .click();
    await vscode.activeTab(page, SERVER_SIDE).waitFor();
    const other = await until(
      'the OFFER, soon',
      async () => {
        const found = await anyWindow67(page);
        return (await found.frame.getByRole('heading', { name: /^Frame 4 OFFER/ }).count()) > 0 && found;
      },
      4500,
    );
    await showTab(other, 'Packets');
    await until('the OFFER', async () => (await rowOf(other, 4).getAttribute('aria-selected')) === 'true');
    await until('what it is', async () => /OFFER/.test((await rowOf(other, 4).textContent()) ?? ''));
    await screenshot(page, '14-the-other');
    await vscode.closeEditors(page);
  });

  for (const theme of Object.keys(THEMES) as Theme[]) {
    look(`the window follows the theme: ${theme}`, async () => {
      const window = await healthyWindow();
      await choose(window, rowWith(window, 'OFFER').first());
      await vscode.setTheme(page, theme);
      await window.frame.locator(`body.vscode-${theme}`).waitFor();
      await screenshot(page, `11-theme-${theme}`);
    });
  }

  look('no script of ours has failed on the way', () => {
    assert.deepEqual(crashes, []);
    return Promise.resolve();
  });
});
