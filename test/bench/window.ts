/**
 * `npm run bench:window`: how the window behaves with large captures, measured in a real VS Code. Needs `npm run package` before.
 * Figures are milliseconds on this machine; what they may be at most stands beside them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { packetRows, VSIX, window67 } from '../e2e/support';
import { launchBrowser } from '../vscode/browser';
import { REPO } from '../vscode/cache';
import { installUnpacked, installVsix, startServer } from '../vscode/launch';
import * as vscode from '../vscode/webview';
import { generate, SHAPES } from './generate';

const DATA = join(REPO, 'test', 'bench', 'data');
const OBSERVER = join(REPO, 'test', 'bench', 'observer');

interface Figure {
  readonly what: string;
  readonly value: number;
  readonly most: number;
  readonly unit: string;
}

const figures: Figure[] = [];
function figure(what: string, value: number, most: number, unit = 'ms'): void {
  figures.push({ what, value, most, unit });
  console.log(`${value <= most ? '  ' : '! '}${what}: ${value.toFixed(1)} ${unit} (at most ${most})`);
}

/** Watches the page's main thread from now on: the longest time that it was busy at a stretch. */
async function watch(frame: Frame): Promise<() => Promise<number>> {
  await frame.evaluate(() => {
    const state = window as unknown as { longest: number; observer?: PerformanceObserver };
    state.longest = 0;
    state.observer?.disconnect();
    state.observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) state.longest = Math.max(state.longest, entry.duration);
    });
    state.observer.observe({ entryTypes: ['longtask'] });
  });
  // Tasks below 50 ms are not reported: 0 then.
  return () => frame.evaluate(() => (window as unknown as { longest: number }).longest);
}

/** Opens a capture and tells how much of it had been read when the first rows were there, in percent. */
async function firstRows(page: Page, name: string): Promise<number> {
  await page.keyboard.press('Control+P');
  const input = vscode.quickInput(page);
  await input.fill(name);
  await vscode.until('the file in the list', async () => {
    const row = page.locator('.quick-input-list .monaco-list-row.focused .label-name');
    return (await row.count()) > 0 && (await row.first().textContent()) === name;
  });
  await page.keyboard.press('Enter');
  return vscode.until('the first rows', async () => {
    const frame = await vscode.webviewFrame(page, 5000);
    const seen = await frame.evaluate(() => ({
      rows: document.querySelectorAll('[data-frame]').length,
      progress: document.querySelector('.progress')?.textContent ?? '',
    }));
    if (seen.rows === 0) return undefined;
    const percent = /(\d+) %/.exec(seen.progress);
    return percent ? Number(percent[1]) : 100;
  });
}

async function whole(page: Page): Promise<void> {
  await vscode.until(
    'the whole capture',
    async () => (await (await vscode.webviewFrame(page)).locator('.verdict').count()) > 0,
    300_000,
  );
}

async function main(): Promise<void> {
  if (!existsSync(VSIX)) throw new Error(`${VSIX} is missing: run “npm run package” first`);
  await mkdir(DATA, { recursive: true });
  for (const [name, shape] of Object.entries(SHAPES)) {
    const path = join(DATA, `${name}.pcap`);
    if (!existsSync(path)) {
      console.log(`Making ${name}.pcap`);
      generate(path, shape);
    }
  }
  const home = await mkdtemp(join(tmpdir(), 'port67-bench-'));
  const report = join(home, 'report.json');
  const extensions = join(home, 'extensions');
  await installVsix(VSIX, extensions);
  await installUnpacked(OBSERVER, extensions);
  const browser = await launchBrowser();
  const server = await startServer({
    folder: DATA,
    userData: join(home, 'user-data'),
    extensions,
    settings: { 'port67Observer.report': report },
  });
  try {
    const page = await vscode.openWindow(browser, server);
    await vscode.runCommand(page, 'Observer: activate Port 67');
    const host = await vscode.until('the activation', () => {
      const seen = existsSync(report) && (JSON.parse(readFileSync(report, 'utf8')) as { activation?: number });
      return seen && seen.activation !== undefined && { activation: seen.activation };
    });
    figure('activation', host.activation, 20);

    figure('mixed: read when the first rows are there', await firstRows(page, 'mixed.pcap'), 5, '%');
    await whole(page);
    await vscode.closeEditors(page);

    figure('1 million rows: read when the first rows are there', await firstRows(page, 'dhcp.pcap'), 5, '%');
    await whole(page);
    const opened = await window67(page);
    const { frame } = opened;
    await packetRows(frame).first().click();
    let longest = await watch(frame);
    await page.keyboard.press('End');
    await vscode.until('the last row', async () => (await frame.locator('[data-frame="1000000"]').count()) > 0);
    await page.keyboard.press('Home');
    for (let i = 0; i < 60; i++) await page.keyboard.press('PageDown');
    figure('longest task while keys scroll', await longest(), 50);

    longest = await watch(frame);
    const scroller = frame.locator('.packets .scroller');
    const box = (await scroller.boundingBox())!;
    const edge = box.x + box.width - 5;
    await page.mouse.move(edge, box.y + 8);
    await page.mouse.down();
    for (let step = 0; step <= 60; step++) await page.mouse.move(edge, box.y + 8 + ((box.height - 16) * step) / 60);
    await page.mouse.up();
    figure('longest task while the bar is dragged', await longest(), 50);

    const shown = await frame.evaluate(async () => {
      const row = document.querySelectorAll<HTMLElement>('[data-frame]')[2]!;
      const title = `Frame ${Number(row.dataset['frame']).toLocaleString('en')}`;
      const start = performance.now();
      row.click();
      while (!document.querySelector('.pane.packet .pane-head')?.textContent?.includes(title)) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return performance.now() - start;
    });
    figure('a frame selected, its tree shown', shown, 50);

    for (const text of ['type:offer', 'client:02:10:00:00:12', '-frame:1-999990']) {
      await frame.getByRole('textbox', { name: 'Filter' }).fill('');
      await vscode.until(
        'all rows',
        async () => (await frame.locator('.packets').getAttribute('aria-rowcount')) === '1000001',
      );
      await frame.evaluate(() => {
        const state = window as unknown as { changed: number };
        const grid = document.querySelector('.packets')!;
        new MutationObserver(() => (state.changed = performance.now())).observe(grid, {
          attributeFilter: ['aria-rowcount'],
        });
      });
      const start = await frame.evaluate(() => performance.now());
      await frame.getByRole('textbox', { name: 'Filter' }).fill(text);
      await vscode.until(
        'the filtered list',
        async () => (await frame.locator('.packets').getAttribute('aria-rowcount')) !== '1000001',
        60_000,
      );
      const changed = await frame.evaluate(() => (window as unknown as { changed: number }).changed);
      figure(`filter “${text}” answers`, changed - start, 200);
    }
    const { longest: blocked } = JSON.parse(readFileSync(report, 'utf8')) as { longest: number };
    figure('longest time that the extension host’s event loop stood', blocked, 20);
  } finally {
    await browser.close();
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
  await writeFile(
    join(REPO, 'test', 'bench', 'window.md'),
    [
      '# The window with large captures',
      '',
      'Measured in a real VS Code by `npm run bench:window`.',
      '',
      '| what | measured | at most |',
      '| --- | ---: | ---: |',
      ...figures.map(({ what, value, most, unit }) => `| ${what} | ${value.toFixed(1)} ${unit} | ${most} ${unit} |`),
      '',
    ].join('\n'),
  );
}

main().catch((error: unknown) => {
  console.error(`npm run bench:window: ${(error as Error).message}`);
  process.exitCode = 1;
});
