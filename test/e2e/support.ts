/** What the end-to-end tests know of the extension: where it is built to, its words, the parts of its window. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { SAMPLES } from '../support/samples';
import { REPO, run } from '../vscode/cache';
import { activeTab, LIMIT, openFile, until, webviewFrame } from '../vscode/webview';

/** What `npm run package` makes. */
export const VSIX = join(REPO, 'dist', 'port67.vsix');
/** What `npm run build` makes for the terminal. */
const CLI = join(REPO, 'dist', 'cli.js');

/** The title of a command as the palette shows it, by its words in package.json, whatever their case. */
export function commandTitle(words: string): string {
  const manifest = JSON.parse(readFileSync(join(REPO, 'package.json'), 'utf8')) as {
    contributes?: { commands?: { title: string; category?: string }[] };
  };
  const command = manifest.contributes?.commands?.find(({ title }) => title.toLowerCase() === words.toLowerCase());
  if (!command) throw new Error(`package.json has no command “${words}”`);
  return command.category ? `${command.category}: ${command.title}` : command.title;
}

/** One option as `decode --json` gives it. */
export interface DecodedOption {
  readonly code: number;
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly hex: string;
  readonly value: string;
}
/** One frame as `decode --json` gives it, as far as these tests look. */
export interface DecodedFrame {
  readonly frame: number;
  readonly dhcp?: {
    readonly xid: string;
    readonly yiaddr: string;
    readonly messageType: string;
    readonly options: DecodedOption[];
  };
}

/** The frames of interest of a sample, by the command line: the same engine by another way, without VS Code. */
export async function decode(sample: string): Promise<DecodedFrame[]> {
  const out = await run(process.execPath, [CLI, 'decode', '--json', join(SAMPLES, sample)]);
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as DecodedFrame);
}

/** The findings of a sample, by the command line. */
export async function findings(sample: string): Promise<{ id: string; frames: number[] }[]> {
  const out = await run(process.execPath, [CLI, 'inspect', '--json', join(SAMPLES, sample)]);
  return (JSON.parse(out) as { findings: { id: string; frames: number[] }[] }).findings;
}

/** The tabs of the window. */
export type TabTitle = 'Findings' | 'Ladder' | 'Packets' | 'Clients' | 'Packet';

/** The parts of the extension's window. */
export interface Window67 {
  readonly frame: Frame;
  readonly packets: Locator;
  readonly tree: Locator;
  readonly bytes: Locator;
  /** What the selected field means, under it. */
  readonly details: Locator;
  /** The verdict on top. */
  readonly verdict: Locator;
  readonly findings: Locator;
}

/** The name that a window shows for hex; its tab has another one. */
const HEX = 'Decoded hex';

/**
 * Whether a page is the window of the capture whose tab is the active one, and that has been read to its end: the window of the file before
 * lies in its place for a moment, and a window shows its tabs before it knows its findings.
 */
export async function isReadWindow(page: Page, frame: Frame): Promise<boolean> {
  const tab = await activeTab(page, '').locator('.monaco-icon-label-container').textContent({ timeout: 1000 });
  const { name, whole } = await frame.evaluate(() => ({
    name: document.querySelector('.window .verdict h1')?.textContent ?? '',
    whole: document.querySelector('.window .panes') !== null && document.querySelector('.window .progress') === null,
  }));
  return whole && (name === tab || (name === HEX && !/\.\w+$/.test(tab ?? '')));
}

/** The extension's window of the active tab, when its capture has been read. */
export async function anyWindow67(page: Page): Promise<Window67> {
  const frame = await until('the window', async () => {
    const found = await webviewFrame(page, 1000);
    return (await isReadWindow(page, found)) && found;
  });
  return {
    frame,
    packets: frame.getByRole('grid', { name: 'Packets', exact: true }),
    tree: frame.getByRole('tree', { name: 'Packet', exact: true }),
    bytes: frame.getByRole('grid', { name: 'Bytes', exact: true }),
    details: frame.getByRole('region', { name: 'Details', exact: true }),
    verdict: frame.locator('.verdict'),
    findings: frame.getByRole('tabpanel', { name: /^Findings/ }),
  };
}

/** Shows a tab of the window, as a person does who clicks on it; `limit`: milliseconds that this may take. */
export async function showTab({ frame }: Window67, title: TabTitle, limit = LIMIT): Promise<void> {
  const tab = frame.getByRole('tab', { name: new RegExp(`^${title}( ?[\\d,]+)?$`) });
  const selected = (): Promise<string | null> => tab.getAttribute('aria-selected', { timeout: limit });
  if ((await selected()) !== 'true') await tab.click({ timeout: limit });
  await until(`the tab ${title}`, async () => (await selected()) === 'true', limit);
}

/** The extension's window of the active tab, with its list, when that has rows and they say something. */
export async function window67(page: Page): Promise<Window67> {
  return until('the list of packets', async () => {
    const window = await anyWindow67(page);
    // The window of the file before may stand in its place for a moment still, and be hidden before the click: then it is looked up anew.
    await showTab(window, 'Packets', 2000);
    const rows = packetRows(window.frame);
    return (await rows.count()) > 0 && (await rows.and(window.frame.locator('.coming')).count()) === 0 && window;
  });
}

/**
 * The extension's window in the active editor, once that is another one than `before`. Touches nothing until then: a click into the window
 * that is still there would give the focus back to it.
 */
export async function window67After(page: Page, before: Window67): Promise<Window67> {
  await until('another window', async () => (await webviewFrame(page, 1000)) !== before.frame);
  return window67(page);
}

/** The rows of the packet list that hold packets; the row of headings has no cells of this role. */
export function packetRows(frame: Frame): Locator {
  return frame
    .getByRole('grid', { name: 'Packets', exact: true })
    .getByRole('row')
    .filter({ has: frame.getByRole('gridcell') });
}

/** The row of the list with this frame. */
export function rowOf(window: Window67, frame: number): Locator {
  return packetRows(window.frame).and(window.frame.locator(`[data-frame="${frame}"]`));
}

/** The row of the list that has a cell with exactly this text: a message type. */
export function rowWith(window: Window67, text: string): Locator {
  const cell = window.frame.getByRole('gridcell').getByText(text, { exact: true });
  const self = window.frame.getByRole('gridcell', { name: text, exact: true });
  return packetRows(window.frame).filter({ has: cell.or(self) });
}

/** Clicks on a row of the list, and waits until the packet is that frame: until then the one before stands there. */
export async function choose(window: Window67, row: Locator): Promise<void> {
  await row.click();
  await atFrame(window, Number(await row.getAttribute('data-frame')));
}

/** Waits until the packet is this frame. */
export async function atFrame({ frame }: Window67, number: number): Promise<void> {
  await frame.getByRole('heading', { name: new RegExp(`^Frame ${number} `) }).waitFor();
}

/** The index (`aria-rowindex`) of the selected row of the list; undefined when none is. */
export async function selectedRow(window: Window67): Promise<number | undefined> {
  const selected = packetRows(window.frame).and(window.frame.locator('[aria-selected="true"]'));
  if ((await selected.count()) === 0) return undefined;
  return Number(await selected.first().getAttribute('aria-rowindex'));
}

/** Text and state of the tree item that the keyboard is at. */
export function activeTreeItem(window: Window67): Promise<{ text: string; expanded: string | null } | undefined> {
  return window.tree.evaluate((tree) => {
    const named = tree.getAttribute('aria-activedescendant');
    const focused = document.activeElement?.closest('[role="treeitem"]');
    const inside = focused && tree.contains(focused) ? focused : null;
    const item =
      (named ? document.getElementById(named) : null) ??
      inside ??
      tree.querySelector('[role="treeitem"][aria-selected="true"]');
    if (!item) return undefined;
    return { text: (item.textContent ?? '').trim(), expanded: item.getAttribute('aria-expanded') };
  });
}

/** Finds a tree item by its text; opens collapsed items on the way down by the keyboard until it is there. */
export async function treeItem(page: Page, window: Window67, text: RegExp): Promise<Locator> {
  const items = window.tree.getByRole('treeitem');
  const wanted = items.filter({ hasText: text });
  await items.first().waitFor();
  if ((await wanted.count()) > 0) return wanted.last();
  await items.first().click();
  await until('the focus on the tree', async () => (await focused(window.frame))?.role === 'tree');
  await page.keyboard.press('Home');
  const active = (): Promise<string> => activeTreeItem(window).then((item) => JSON.stringify(item));
  for (let step = 0; step < 500; step++) {
    if ((await wanted.count()) > 0) return wanted.last();
    const before = await active();
    await page.keyboard.press((await activeTreeItem(window))?.expanded === 'false' ? 'ArrowRight' : 'ArrowDown');
    // At the last item nothing follows; that takes a while to be known.
    const moved = await until('the next item', async () => (await active()) !== before, 2000).catch(() => false);
    if (!moved) break;
  }
  throw new Error(`the tree has no item like ${String(text)}`);
}

/** The cell of an octet among the bytes; turns the wheel downwards until it is there. */
export async function octetCell(page: Page, window: Window67, offset: number): Promise<Locator> {
  const cell = window.bytes.locator(`[role="gridcell"][data-offset="${offset}"]`).first();
  await window.bytes.hover();
  await until(`octet ${offset} among the bytes`, async () => {
    if (await cell.isVisible()) return true;
    await page.mouse.wheel(0, 60);
    return false;
  });
  return cell;
}

/** The offsets of the octets that are highlighted, in order. */
export async function highlighted(window: Window67): Promise<number[]> {
  const offsets = await window.bytes
    .locator('[role="gridcell"].selected[data-offset]')
    .evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-offset'))));
  return [...new Set(offsets)].sort((a, b) => a - b);
}

/** What has the focus: its role, and whether the row that it names is the selected one. */
export function focused(frame: Frame): Promise<{ role: string | null; row: boolean } | undefined> {
  return frame.evaluate(() => {
    const { activeElement } = document;
    if (!document.hasFocus() || !activeElement) return undefined;
    const named = document.getElementById(activeElement.getAttribute('aria-activedescendant') ?? '');
    return { role: activeElement.getAttribute('role'), row: named?.getAttribute('aria-selected') === 'true' };
  });
}

/** Gives something in a page the focus, and waits until the keys go there. */
export async function focusOn(one: Locator): Promise<void> {
  await until('the focus', async () => {
    await one.focus({ timeout: 1000 });
    return one.evaluate((element) => document.hasFocus() && element === document.activeElement);
  });
}

/** Presses a key that moves the focus, and waits until it has moved: in the page, or within VS Code around it. Where nothing moves it goes on. */
export async function moveFocus(page: Page, frame: Frame, key: string): Promise<void> {
  const place = async (): Promise<string> =>
    `${await frame.evaluate(placeOfFocus)} ${await page.mainFrame().evaluate(placeOfFocus)}`;
  const before = await place();
  await page.keyboard.press(key);
  await until('the focus elsewhere', async () => (await place()) !== before, 2000).catch(() => undefined);
}

/** Where in the document the focus is: the place of the element among its siblings, and of those around it. */
function placeOfFocus(): string {
  const path: number[] = [];
  for (let one = document.activeElement; one; one = one.parentElement)
    path.push([...(one.parentElement?.children ?? [])].indexOf(one));
  return `${document.hasFocus()} ${path.join('/')}`;
}

/** Opens a capture of the folder, and its list. */
export async function opened(page: Page, name: string): Promise<Window67> {
  await openFile(page, name);
  return window67(page);
}

/** Moves the focus by a key until a probe is satisfied: for ways whose number of stops is not what is tested. */
export async function pressUntil(
  page: Page,
  frame: Frame,
  key: string,
  what: string,
  probe: () => Promise<boolean>,
  most = 90,
): Promise<void> {
  for (let i = 0; i < most; i++) {
    if (await probe()) return;
    await moveFocus(page, frame, key);
  }
  throw new Error(`${key} does not lead to ${what}`);
}
