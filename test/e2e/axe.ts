/** Accessibility as axe-core sees it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Frame } from 'playwright-core';
import { atRest } from '../vscode/webview';

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong once the page is at rest, one line each; in a part of the page where its rest is not ours. */
export async function violations(frame: Frame, part = 'html'): Promise<string[]> {
  await atRest(frame);
  if (!(await frame.evaluate(() => 'axe' in globalThis))) await frame.evaluate(AXE);
  return frame.evaluate(async (within) => {
    const { axe: tool } = globalThis as unknown as { axe: typeof axe };
    const found = await tool.run(within, { resultTypes: ['violations'] });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  }, part);
}
