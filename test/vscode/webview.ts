/** What the tests do in a VS Code window that a browser shows: open files, run commands, look into webviews. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { REPO } from './cache';
import { THEMES, type RunningServer, type Theme } from './launch';

/** Milliseconds that one thing in the window may take. The first open is the slowest, about four seconds on a small machine. */
export const LIMIT = 20_000;
/** Milliseconds that VS Code may take to start, or to start its extensions. */
const START_LIMIT = 60_000;
/** Where `screenshot` puts its pictures; git ignores it. */
export const SCREENSHOTS = join(REPO, 'test', 'e2e', 'screenshots');

/** Sizes of the window at which the tests look: from an editor beside two others to the widest screen, and a very low one. */
export const VIEWPORTS = {
  slim: { width: 400, height: 900 },
  narrow: { width: 700, height: 900 },
  ordinary: { width: 1280, height: 800 },
  wide: { width: 1920, height: 1080 },
  vast: { width: 2560, height: 1440 },
  low: { width: 1280, height: 520 },
  /** 1280 × 800 and 1920 × 1080 at a zoom of 200 %: as many px of CSS are left. */
  zoomed: { width: 640, height: 400 },
  'zoomed-wide': { width: 960, height: 540 },
} as const;

/** Waits until `probe` gives something other than undefined or false, and gives that. Rejects with `what` after `limit` ms. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  limit = LIMIT,
): Promise<T> {
  const end = Date.now() + limit;
  let last: unknown;
  for (;;) {
    try {
      const got = await probe();
      if (got !== undefined && got !== false) return got;
      last = undefined;
    } catch (error) {
      // A frame that is being replaced makes look-ups fail; the next round sees the new one.
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${limit / 1000} s in vain: ${what}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Waits until what is read is exactly this, whatever is seen on the way. Rejects after `limit` ms with what was read last.
 */
export async function becomes<T>(what: string, expected: T, read: () => Promise<T>, limit = LIMIT): Promise<void> {
  let last: { readonly value: T } | undefined;
  const probe = async (): Promise<boolean> => {
    last = { value: await read() };
    return isDeepStrictEqual(last.value, expected);
  };
  await until(what, probe, limit).catch((cause: unknown) => {
    const seen = last ? inspect(last.value) : 'nothing';
    throw new Error(`${(cause as Error).message}: ${seen} instead of ${inspect(expected)}`, { cause });
  });
}

/** Opens a window on the server's folder and waits until VS Code can be used. */
export async function openWindow(browser: Browser, server: RunningServer): Promise<Page> {
  const page = await browser.newPage({
    viewport: VIEWPORTS.ordinary,
    reducedMotion: 'reduce',
    // As a person would answer when the browser asks whether VS Code may see the clipboard.
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  page.setDefaultTimeout(LIMIT);
  // Functions that are handed to the page have been compiled with this helper, which the page lacks.
  await page.addInitScript({ content: 'globalThis.__name = (named) => named' });
  await page.goto(server.url, { waitUntil: 'domcontentloaded', timeout: START_LIMIT });
  // The status bar's entry for the notifications is among the last things to come; the file tree shows that the folder is read.
  await page
    .locator('.monaco-workbench .explorer-folders-view .monaco-list-row')
    .first()
    .waitFor({ timeout: START_LIMIT });
  return page;
}

/** The quick input that is open: the palette, Ctrl+P or an input box of a command. */
export function quickInput(page: Page): Locator {
  return page.locator('.quick-input-widget:visible input:visible').first();
}

/** Presses the key that opens the quick input until it is open: a window that is laying itself out anew lets a key go by. */
export async function openQuickInput(page: Page, key: string): Promise<void> {
  const input = quickInput(page);
  await until(`the quick input after ${key}`, async () => {
    await page.keyboard.press(key);
    return input.waitFor({ timeout: 3000 }).then(() => true);
  });
}

/** Types into the quick input and takes the row with exactly this label; without `row`, confirms what was typed. */
async function answerQuickInput(page: Page, text: string, row?: string): Promise<void> {
  const input = quickInput(page);
  await input.waitFor({ timeout: 3000 });
  await input.fill(text);
  if (row === undefined) {
    let stayed = 0;
    await until('the text in the quick input', async () => {
      stayed = (await input.inputValue({ timeout: 1000 })) === text ? stayed + 1 : 0;
      if (stayed === 0) await input.fill(text, { timeout: 1000 });
      return stayed >= 3;
    });
    return page.keyboard.press('Enter');
  }
  const rows = page.locator('.quick-input-list .monaco-list-row:visible');
  let before = '';
  await until(`the row “${row}” in the quick input`, async () => {
    // One quick input that follows another may empty the field once more when it comes.
    if ((await input.inputValue({ timeout: 1000 })) !== text) await input.fill(text, { timeout: 1000 });
    const seen = await rows.evaluateAll((elements) =>
      elements.map((element) => ({
        label: element.querySelector('.label-name')?.textContent?.trim() ?? '',
        focused: element.classList.contains('focused'),
      })),
    );
    // The list is filtered while one types: taken only when it has come to rest.
    const now = JSON.stringify(seen);
    const atRest = now === before;
    before = now;
    const index = seen.findIndex(({ label }) => label === row);
    if (!atRest || index < 0) return false;
    // The best match is focused and Enter takes it; where VS Code ranks another one higher, the row is clicked.
    if (seen[index]!.focused) await page.keyboard.press('Enter');
    else await rows.nth(index).click({ timeout: 1000 });
    return true;
  });
}

/** Takes the row with this label from the list that a command has opened. */
export async function answerQuickPick(page: Page, text: string, row: string): Promise<void> {
  await answerQuickInput(page, text, row);
}

/** Answers the input box that a command has opened. */
export async function answerInputBox(page: Page, text: string): Promise<void> {
  await answerQuickInput(page, text);
}

/** Answers VS Code's own file dialog (`files.simpleDialog.enable`) with a path. */
export async function answerFileDialog(page: Page, path: string): Promise<void> {
  const input = quickInput(page);
  await input.waitFor();
  await until('the file dialog', async () => (await input.inputValue({ timeout: 1000 })).startsWith('/'));
  // The dialog looks the path up while one types, and lets an Enter go by meanwhile.
  await until('the dialog closed', async () => {
    if ((await input.inputValue({ timeout: 1000 })) !== path) await input.fill(path, { timeout: 1000 });
    await page.keyboard.press('Enter');
    return input.waitFor({ state: 'hidden', timeout: 1500 }).then(() => true);
  });
}

/** How often a quick input is opened that the window closes. */
const OPENINGS = 5;

/**
 * Opens the quick input by a key and takes a row of it; anew where the window closed it meanwhile, as it does when its size changes, or when
 * the focus goes to a page that is just being shown.
 */
async function viaQuickInput(page: Page, key: string, text: string, row: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await openQuickInput(page, key);
    try {
      return await answerQuickInput(page, text, row);
    } catch (error) {
      if (attempt === OPENINGS || (await quickInput(page).count()) > 0) throw error;
    }
  }
}

/** Shows or hides the side bar by its key, until it is so: a window that has just come lets a key go by. */
export async function sideBar(page: Page, shown: boolean): Promise<void> {
  const tree = page.locator('.explorer-folders-view');
  const asWanted = async (): Promise<boolean> => (await tree.isVisible()) === shown;
  await until(`the side bar ${shown ? 'shown' : 'hidden'}`, async () => {
    if (!(await asWanted())) await page.keyboard.press('Control+B');
    return until('it', asWanted, 3000);
  });
}

/** Opens a file of the folder by its name, as a person does: Ctrl+P, the name, Enter. Waits until it is the active tab. */
export async function openFile(page: Page, name: string): Promise<void> {
  await viaQuickInput(page, 'Control+P', name, name);
  await activeTab(page, name).waitFor();
}

/** The active tab of the active group, if its name is this. */
export function activeTab(page: Page, name: string | RegExp): Locator {
  return page.locator('.editor-group-container.active .tabs-container .tab.active').filter({ hasText: name });
}

/** Runs a command by its full title, e.g. `Port 67: Decode DHCP hex`: F1, the title, Enter. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await viaQuickInput(page, 'F1', `>${title}`, title);
  // A command may open an input box of its own in the same place: the palette has to be gone before anyone looks for that.
  await until('the palette closed', async () => {
    const input = quickInput(page);
    return (await input.count()) === 0 || !(await input.inputValue({ timeout: 500 })).startsWith('>');
  });
}

/** What the status bar says when the extensions have started, where the setting `SAYING_SETTING` has it said. */
export const READY = 'Extensions have started';

/** Waits until the extensions have started: before that VS Code knows neither commands nor editors of ours. */
export async function extensionsStarted(page: Page): Promise<void> {
  await page.locator('.statusbar-item', { hasText: READY }).waitFor({ timeout: START_LIMIT });
}

/** Reloads a window of the tests, and waits for the new one and its extensions: for a moment the old one is still there, and looks alike. */
export async function reloadWindow(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(globalThis, { beforeReload: true }));
  await runCommand(page, 'Developer: Reload Window');
  await until('the window made anew', async () => !(await page.evaluate(() => 'beforeReload' in globalThis)));
  await extensionsStarted(page);
}

/** Closes all editors without saving; leaves no question behind. */
export async function closeEditors(page: Page): Promise<void> {
  if ((await page.locator('.tabs-container .tab').count()) === 0) return;
  await runCommand(page, 'View: Close All Editors');
  const dontSave = page.locator('.monaco-dialog-box').getByRole('button', { name: "Don't Save" });
  await until('all editors closed', async () => {
    if (await dontSave.isVisible()) await dontSave.click();
    return (await page.locator('.tabs-container .tab').count()) === 0;
  });
  // The page of a closed editor lies there for a moment more, and would pass for that of the next one.
  await page.locator('iframe.webview:visible').first().waitFor({ state: 'hidden' });
}

/**
 * The document of the webview in the active editor. VS Code lays all webviews over the window, apart from their editors, so
 * the right one is the one that lies where the active editor is; its document is two iframes deep.
 */
export async function webviewFrame(page: Page, limit = LIMIT): Promise<Frame> {
  return until(
    'a webview in the active editor',
    async () => {
      const editor = await page.locator('.editor-group-container.active .editor-container').first().boundingBox();
      if (!editor) return undefined;
      for (const outer of await page.locator('iframe.webview').elementHandles()) {
        const box = (await outer.isVisible()) ? await outer.boundingBox() : null;
        if (!box || box.width < 1 || box.height < 1) continue;
        const x = box.x + box.width / 2;
        const y = box.y + box.height / 2;
        if (x < editor.x || x > editor.x + editor.width || y < editor.y || y > editor.y + editor.height) continue;
        const inner = await (await outer.contentFrame())?.$('iframe#active-frame');
        const frame = await inner?.contentFrame();
        if (frame && (await frame.evaluate(() => document.body !== null && document.body.childElementCount > 0)))
          return frame;
      }
      return undefined;
    },
    limit,
  );
}

/** The page in the active editor when it has this heading: a page of ours, or a preview, which is now and then made anew. */
export async function pageHeaded(page: Page, name: string | RegExp, exact = false): Promise<Frame> {
  return until(`a page with the heading ${String(name)}`, async () => {
    const frame = await webviewFrame(page, 1000);
    return (await frame.getByRole('heading', { level: 1, name, exact }).isVisible()) && frame;
  });
}

/** Changes the colour theme as a person does, and waits until the window shows it. */
export async function setTheme(page: Page, theme: Theme): Promise<void> {
  const { label, className } = THEMES[theme];
  await runCommand(page, 'Preferences: Color Theme');
  await answerQuickInput(page, label, label);
  await page.locator(`.monaco-workbench.${className}`).waitFor();
  await quickInput(page).waitFor({ state: 'hidden' });
  await until(`the theme ${theme} in every page`, async () => {
    const shown = await Promise.all(page.frames().map((frame) => frame.evaluate(themeShown).catch(() => '')));
    return shown.every((classes) => classes === '' || classes.split(' ').includes(`vscode-${theme}`));
  });
}

/** The classes of a webview's body, once its controls had time to take over the colours; empty for other frames. */
async function themeShown(): Promise<string> {
  const { className } = document.body;
  if (!className.includes('vscode-')) return '';
  await new Promise((resolve) => setTimeout(resolve, 100));
  return className;
}

/** Sets the window to one of the widths of `VIEWPORTS` and waits until VS Code has laid itself out anew. */
export async function setViewport(page: Page, viewport: keyof typeof VIEWPORTS): Promise<void> {
  const { width, height } = VIEWPORTS[viewport];
  await page.setViewportSize({ width, height });
  await until(`the window ${width} × ${height}`, async () => {
    const box = await page.locator('.monaco-workbench .part.statusbar').boundingBox();
    return box !== null && Math.abs(box.width - width) < 2 && Math.abs(box.y + box.height - height) < 2;
  });
}

/** Animation frames without a change after which a page is at rest. */
const CALM_FRAMES = 3;

/**
 * Waits until the page of a webview has the size that VS Code gives it, and has been drawn several times in a row without a change: a page
 * hears of another size or theme later than the window around it, and draws in several steps what follows from it.
 */
export async function atRest(frame: Frame, limit = LIMIT): Promise<void> {
  await until(
    'a page at rest',
    async () => {
      if (frame.isDetached()) return 'gone';
      const place = await (await frame.parentFrame()?.frameElement())?.boundingBox();
      const size = await frame.evaluate(drawnUnchanged, CALM_FRAMES);
      if (!place || !size) return false;
      return Math.abs(place.width - size[0]) < 1.5 && Math.abs(place.height - size[1]) < 1.5 && 'at rest';
    },
    limit,
  ).then((state) => {
    if (state === 'gone') throw new Error('the page of a webview is gone');
  });
}

/** The size of this page after so many animation frames without a change; undefined where there is one, or no frame is drawn. */
async function drawnUnchanged(frames: number): Promise<[width: number, height: number] | undefined> {
  let changes = 0;
  const observer = new MutationObserver(() => changes++);
  observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
  const size = (): [number, number] => [innerWidth, innerHeight];
  const [width, height] = size();
  const drawn = async (): Promise<boolean> => {
    for (let i = 0; i < frames; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
    return true;
  };
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 3000));
  const done = await Promise.race([drawn(), late]);
  observer.disconnect();
  return done && changes === 0 && innerWidth === width && innerHeight === height ? size() : undefined;
}

/** The text of all notifications that are on the screen. */
export async function notifications(page: Page): Promise<string[]> {
  return page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
}

/** Sends all notifications away. */
export async function clearNotifications(page: Page): Promise<void> {
  await runCommand(page, 'Notifications: Clear All Notifications');
  await page.locator('.notifications-toasts .notification-list-item').first().waitFor({ state: 'hidden' });
}

/** What an input box says under its field: its prompt, or what is wrong with the text. Empty without an input box. */
export async function inputBoxMessage(page: Page): Promise<string> {
  const message = page.locator('.quick-input-widget:visible .quick-input-message');
  return (await message.count()) > 0 ? (await message.first().innerText()).trim() : '';
}

/** Takes a picture of the window into `test/e2e/screenshots/<name>.png` and gives the file. */
export async function screenshot(page: Page, name: string): Promise<string> {
  await mkdir(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  return path;
}
