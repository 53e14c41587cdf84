/** A real VS Code with the extension from its VSIX, for the tests of one file: started before them, ended after them. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { SECOND_ATTEMPT } from '../support/needs';
import { SAMPLES } from '../support/samples';
import { launchBrowser } from '../vscode/browser';
import {
  installUnpacked,
  installVsix,
  SAYING_SETTING,
  STARTER,
  startServer,
  type RunningServer,
} from '../vscode/launch';
import * as vscode from '../vscode/webview';
import { screenshot } from '../vscode/webview';
import { VSIX } from './support';

interface Stage {
  readonly page: Page;
  /** The folder with the samples that VS Code has open. */
  readonly folder: string;
  /** Where the extensions are installed. */
  readonly extensions: string;
}

let page: Page;

/** Has a VS Code started for this file's tests. `prepare` adds to the folder before; `ready` gets what there is; `settings` are the person's. */
export function stage(
  prepare: (folder: string) => Promise<void>,
  ready: (stage: Stage) => void,
  settings: Readonly<Record<string, unknown>> = {},
): { readonly crashes: readonly string[] } {
  const crashes: string[] = [];
  let home: string;
  let server: RunningServer | undefined;
  let browser: Browser | undefined;
  before(
    async () => {
      home = await mkdtemp(join(tmpdir(), 'port67-e2e-'));
      const folder = join(home, 'captures');
      await cp(SAMPLES, folder, { recursive: true });
      await mkdir(join(folder, '.vscode'), { recursive: true });
      await prepare(folder);
      const extensions = join(home, 'extensions');
      await installUnpacked(STARTER, extensions);
      await installVsix(VSIX, extensions);
      browser = await launchBrowser();
      const all = { ...settings, [SAYING_SETTING]: vscode.READY };
      server = await startServer({ folder, userData: join(home, 'user-data'), extensions, settings: all });
      page = await vscode.openWindow(browser, server);
      await vscode.extensionsStarted(page);
      page.on('console', (message) => {
        if (/Content Security Policy/.test(message.text())) crashes.push(message.text());
      });
      page.on('pageerror', (error) => {
        // VS Code's own complaints are not ours to judge.
        if (/port67/i.test(error.stack ?? '')) crashes.push(error.message);
      });
      ready({ page, folder, extensions });
    },
    { timeout: 300_000 },
  );
  after(async () => {
    await browser?.close();
    await server?.stop();
    if (home) await rm(home, { recursive: true, force: true });
  });
  return { crashes };
}

/**
 * A test that leaves a picture of the window behind when it fails, and a tidy window for the next one. What was seen to be wrong fails at
 * once. What was waited for in vain is tried once more, and the summary of the tests says so: a whole VS Code on a busy machine now and
 * then lets a click go by. Whoever reads such a line should look for the cause: it may be a race of ours.
 */
export function look(name: string, run: () => Promise<void>): void {
  const attempt = async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      await screenshot(page, `failed-${name.replace(/\W+/g, '-').toLowerCase()}`).catch(() => undefined);
      await page.keyboard.press('Escape');
      await vscode.closeEditors(page).catch(() => undefined);
      throw error;
    }
  };
  // For both attempts: one that is given up at its limit would go on pressing keys in the next test.
  test(name, { timeout: 480_000 }, async (context) => {
    try {
      await attempt();
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      context.diagnostic(`${SECOND_ATTEMPT} ${name}: ${(error as Error).message.split('\n')[0]}`);
      await vscode.setViewport(page, 'ordinary');
      await attempt();
    }
  });
}
