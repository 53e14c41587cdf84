/** `npm run pictures`: takes the pictures of the README in a real VS Code. Needs `npm run package` before. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { anyWindow67, rowOf, showTab, treeItem, VSIX, type TabTitle } from '../e2e/support';
import { SAMPLES } from '../support/samples';
import { launchBrowser } from './browser';
import { REPO } from './cache';
import { installVsix, startServer, type Theme } from './launch';
import * as vscode from './webview';

const FOLDER = join(REPO, 'media', 'screenshots');

interface Picture {
  readonly name: string;
  readonly sample: string;
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
  readonly tab: TabTitle;
  /** The frame to select, and the tree item in it, where the picture needs one. */
  readonly frame?: number;
  readonly item?: RegExp;
}

const PICTURES: readonly Picture[] = [
  {
    name: 'wrong-subnet',
    sample: 'wrong-subnet.pcap',
    theme: 'dark',
    width: 1100,
    height: 680,
    tab: 'Findings',
  },
  {
    name: 'option-bytes',
    sample: 'dhcp-healthy.pcap',
    theme: 'light',
    width: 1000,
    height: 620,
    tab: 'Packets',
    frame: 2,
    item: /Option 54\b/,
  },
  { name: 'blocked-port', sample: 'blocked-port.pcap', theme: 'dark', width: 1100, height: 680, tab: 'Ladder' },
];

/** A PNG as a WebP without loss, half as large: the pictures travel in the VSIX. */
async function compressed(browser: Browser, png: Buffer): Promise<Buffer> {
  const page = await browser.newPage();
  const url = await page.evaluate(
    async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = image.width;
      canvas.height = image.height;
      canvas.getContext('2d')!.drawImage(image, 0, 0);
      // The best quality is without loss.
      return canvas.toDataURL('image/webp', 1);
    },
    `data:image/png;base64,${png.toString('base64')}`,
  );
  await page.close();
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}

async function main(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'port67-pictures-'));
  const folder = join(home, 'captures');
  await cp(SAMPLES, folder, { recursive: true });
  const extensions = join(home, 'extensions');
  await installVsix(VSIX, extensions);
  const browser = await launchBrowser();
  const server = await startServer({ folder, userData: join(home, 'user-data'), extensions });
  try {
    const page = await vscode.openWindow(browser, server);
    await mkdir(FOLDER, { recursive: true });
    await vscode.sideBar(page, false);
    for (const { name, sample, theme, width, height, tab, frame, item } of PICTURES) {
      await page.setViewportSize({ width, height });
      await vscode.openFile(page, sample);
      const window = await anyWindow67(page);
      await showTab(window, tab);
      // Not before: the themes are not there as soon as the window is.
      await vscode.setTheme(page, theme);
      if (frame !== undefined) await rowOf(window, frame).click();
      if (item) await (await treeItem(page, window, item)).click();
      await page.mouse.move(0, 0);
      // What the field means follows the selection by a message or two.
      await vscode.until('the field', async () => ((await window.details.textContent()) ?? '').length > 20);
      const picture = await compressed(browser, await readFile(await vscode.screenshot(page, name)));
      await writeFile(join(FOLDER, `${name}.webp`), picture);
      console.log(`media/screenshots/${name}.webp`);
      await vscode.closeEditors(page);
    }
  } finally {
    await browser.close();
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(`npm run pictures: ${(error as Error).message}`);
  process.exitCode = 1;
});
