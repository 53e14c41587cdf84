/** What there is for learning, in a real VS Code: the walkthrough, lessons, challenges and the workshop. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { Frame, Locator, Page } from 'playwright-core';
import { FINDINGS } from '../../src/analysis/catalogue';
import { challenge } from '../../src/learn/challenge';
import { THEMES, type Theme } from '../vscode/launch';
import * as vscode from '../vscode/webview';
import { becomes, screenshot, until } from '../vscode/webview';
import { violations } from './axe';
import { look, stage } from './stage';
import { commandTitle, focused, packetRows, pressUntil } from './support';

let page: Page;
let folder: string;
const { crashes } = stage(
  () => Promise.resolve(),
  (ready) => {
    ({ page, folder } = ready);
  },
);

/** The document of a webview that shows something, in whichever column it is. */
function frameWith(selector: string): Promise<Frame> {
  return until(`a webview with ${selector}`, async () => {
    for (const frame of page.frames()) {
      const shown = await frame
        .locator(selector)
        .first()
        .isVisible()
        .catch(() => false);
      if (shown && (await (await frame.frameElement()).isVisible())) return frame;
    }
    return undefined;
  });
}
const lessonPage = (): Promise<Frame> => frameWith('main.learn h1');
/** The window of a capture, with its list of packets. Where one gives way to another, what is clicked in the first is soon hidden. */
const capturePage = (): Promise<Frame> =>
  until('the window of a capture', async () => {
    const frame = await frameWith('.window .panes [role="tablist"]');
    const tab = frame.getByRole('tab', { name: /^Packets/ });
    const shown = async (): Promise<boolean> => (await tab.getAttribute('aria-selected', { timeout: 1000 })) === 'true';
    if (!(await shown())) await tab.click({ timeout: 1000 });
    return (await shown()) && frame;
  });
/** The window of a capture when it says this: the one before may still be there. */
const captureSaying = (text: RegExp): Promise<Frame> =>
  until(`the window saying ${String(text)}`, async () => {
    const frame = await capturePage();
    return (await frame.getByText(text).first().isVisible()) && frame;
  });

/** A field of the packet that is selected; those of the fixed part are folded at first. */
async function fieldOf(capture: Frame, text: string): Promise<Locator> {
  // Beside a lesson there is room for one thing at a time.
  const packet = capture.getByRole('tab', { name: 'Packet', exact: true });
  if ((await packet.count()) > 0) await packet.click();
  const field = capture.getByRole('treeitem').filter({ hasText: text }).first();
  const fixed = capture.getByRole('treeitem').filter({ hasText: 'Fixed fields' }).first();
  await fixed.waitFor();
  await vscode.atRest(capture);
  if (!(await field.isVisible())) {
    await fixed.click();
    await until('the focus on the tree', async () => (await focused(capture))?.role === 'tree');
    await page.keyboard.press('ArrowRight');
    await field.waitFor();
  }
  return field;
}

/** The lesson’s page when it says this: it is drawn anew when it moves into a column of its own. */
const lessonSaying = (text: string): Promise<Frame> =>
  until(`the lesson saying ${text}`, async () => {
    const frame = await lessonPage();
    return (await frame.getByText(text).first().isVisible()) && frame;
  });

/** Waits until the page of a learner says this somewhere. */
const says = (frame: Frame, text: string | RegExp): Promise<void> => frame.getByText(text).first().waitFor();

const press = (frame: Frame, name: string): Promise<void> => frame.getByRole('button', { name, exact: true }).click();

/** The words of what has the keyboard's focus in a page. */
const focusedText = (frame: Frame): Promise<string> =>
  frame.evaluate(() => (document.hasFocus() ? (document.activeElement?.textContent ?? '') : ''));

/** Goes to a button by Tab, and presses it. */
async function tabTo(frame: Frame, name: string): Promise<void> {
  await pressUntil(page, frame, 'Tab', name, async () => (await focusedText(frame)).trim().startsWith(name));
  await page.keyboard.press('Enter');
}

/** Looks at a page in every theme and width as it is now. */
async function looksWell(name: string, frame: () => Promise<Frame>): Promise<void> {
  for (const theme of Object.keys(THEMES) as Theme[]) {
    await vscode.setTheme(page, theme);
    const wrong = await until('a page that stays', async () => violations(await frame()), 60_000);
    assert.deepEqual(wrong, [], `${name}, ${theme}`);
    await screenshot(page, `learn-${name}-${theme}`);
  }
  await vscode.setTheme(page, 'dark');
  for (const viewport of ['slim', 'narrow', 'ordinary'] as const) {
    await vscode.setViewport(page, viewport);
    // A page that is made anew while it is looked at is looked at again.
    const beyond = await until('a page that stays', async () => {
      const now = await frame();
      await vscode.atRest(now);
      return now.locator('main.learn').evaluate((one) => one.scrollWidth - one.clientWidth);
    });
    assert.equal(beyond, 0, `${name}, ${viewport}`);
    await screenshot(page, `learn-${name}-${viewport}`);
  }
}

describe('learning in VS Code', { concurrency: 1 }, () => {
  look('each step of the walkthrough does something, and checks itself off', async () => {
    const openWalkthrough = async (): Promise<void> => {
      await vscode.runCommand(page, 'Welcome: Open Walkthrough...');
      await page
        .locator('.quick-input-list .monaco-list-row')
        .filter({ hasText: 'First steps with the DHCP Inspector' })
        .first()
        .click();
      await page.locator('.gettingStartedContainer .getting-started-step').first().waitFor();
    };
    const step = (id: string) => page.locator(`.gettingStartedContainer [data-step-id$="#${id}"]`).first();
    const isDone = async (id: string): Promise<boolean> => (await step(id).getAttribute('aria-checked')) === 'true';
    const go = async (id: string, button: string): Promise<void> => {
      await openWalkthrough();
      await step(id).click();
      assert.equal(await isDone(id), false, id);
      await page.locator('.gettingStartedContainer').getByRole('button', { name: button }).first().click();
    };
    const checked = async (id: string): Promise<void> => {
      await openWalkthrough();
      await until(`${id} checked off`, () => isDone(id));
    };
    await openWalkthrough();
    await becomes('the steps', 6, () => page.locator('.gettingStartedContainer .getting-started-step').count());
    await screenshot(page, 'learn-walkthrough');

    await go('sample', 'Open a sample capture');
    await vscode.answerQuickPick(page, 'healthy', 'A new lease');
    await until('the four packets', async () => (await packetRows(await capturePage()).count()) === 4);
    await checked('sample');

    await go('verdict', 'Open a capture with a fault');
    await captureSaying(/is outside the client’s subnet/);
    await checked('verdict');

    await go('octets', 'Open the capture again');
    const capture = await captureSaying(/is outside the client’s subnet/);
    await (await fieldOf(capture, 'Transaction ID')).click();
    await checked('octets');

    await go('hex', 'Open an example of hex');
    await page.locator('.monaco-editor').first().waitFor();
    await vscode.runCommand(page, commandTitle('decode dhcp hex'));
    await until('the decoded OFFER', async () => (await packetRows(await capturePage()).count()) === 1);
    await checked('hex');

    await go('compare', 'Compare two sample captures');
    await captureSaying(/lost/);
    await checked('compare');

    await go('lesson', 'Start the first lesson');
    await lessonSaying('Step 1 of 6');
    await checked('lesson');
    await vscode.closeEditors(page);
  });

  look('a lesson by mouse: the capture follows, and answers are checked', async () => {
    await vscode.runCommand(page, commandTitle('lessons'));
    const list = await lessonPage();
    await becomes('the lessons', 16, () => list.locator('button.lesson').count());
    await list.getByRole('button', { name: /^1\. The four messages/ }).click();
    let lesson = await lessonSaying('Step 1 of 6');
    const capture = await capturePage();
    const selected = capture.locator('[role="row"][aria-selected="true"]');
    await until('frame 1', async () => (await selected.getAttribute('data-frame')) === '1');
    // A word of the trade leads to its page of the guide, and the lesson stays.
    await press(lesson, 'DISCOVER');
    await page.locator('.tab').filter({ hasText: 'Preview discover.md' }).first().waitFor();
    await page.locator('.tab').filter({ hasText: 'Lessons' }).first().click();
    lesson = await lessonSaying('Step 1 of 6');
    await press(lesson, 'Next');
    await press(lesson, 'Next');
    await says(lesson, 'Step 3 of 6');
    // The step is about a field, so the packet comes to the front.
    await says(capture, /^Frame 2 OFFER/);
    // A likely mistake gets the reply that was written for it.
    await (await fieldOf(capture, '(siaddr)')).click();
    await says(lesson, 'Selected in the capture: frame 2, Next server IP address (siaddr)');
    await press(lesson, 'Check');
    await says(lesson, /siaddr is where a client finds its boot file/);
    await press(lesson, 'Hint');
    await says(lesson, /whose name begins with “Your”/);
    await lesson.getByRole('button', { name: 'Skip', exact: true }).waitFor();
    await (await fieldOf(capture, '(yiaddr)')).click();
    await says(lesson, 'Selected in the capture: frame 2, Your (client) IP address (yiaddr)');
    await press(lesson, 'Check');
    await says(lesson, /Yes: yiaddr/);
    await looksWell('lesson', lessonPage);
    await press(lesson, 'Show me');
    await press(lesson, 'Next');
    await press(lesson, 'Skip');
    await press(lesson, 'Skip');
    await says(lesson, 'Step 6 of 6');
    await press(lesson, 'Finish');
    await says(lesson, '1 of 16 done.');
    await says(lesson, '✓ done');
    await looksWell('lessons', lessonPage);
    // Progress is kept when the page is closed.
    await vscode.closeEditors(page);
    await vscode.runCommand(page, commandTitle('lessons'));
    await says(await lessonPage(), '1 of 16 done.');
    await vscode.closeEditors(page);
  });

  look('a lesson by keyboard alone', async () => {
    await vscode.runCommand(page, commandTitle('lessons'));
    const list = await lessonPage();
    await until('the focus', async () => (await focusedText(list)) === 'Lessons');
    await tabTo(list, '11. Clon');
    const lesson = await lessonSaying('Step 1 of 5');
    const capture = await capturePage();
    await page.keyboard.press('Control+1');
    await until('the focus in the lesson', () => lesson.evaluate(() => document.hasFocus()));
    await tabTo(lesson, 'Next');
    await says(lesson, 'Which field of frame 5 shows that another machine is asking?');
    await page.keyboard.press('Control+2');
    await until('the focus in the capture', () => capture.evaluate(() => document.hasFocus()));
    const role = (): Promise<string | null> =>
      capture.evaluate(() => document.activeElement?.getAttribute('role') ?? null);
    await pressUntil(page, capture, 'Tab', 'the tabs', async () => (await role()) === 'tab');
    // Beside a lesson there is room for one thing at a time.
    await page.keyboard.press('End');
    await pressUntil(page, capture, 'Tab', 'the tree', async () => (await role()) === 'tree');
    const selected = (): Promise<string> => lesson.locator('.selected').innerText();
    // The lesson hears of what is selected a moment later.
    for (const one of [capture, lesson]) await vscode.atRest(one);
    for (let now = await selected(), i = 0; i < 40 && !now.includes('(chaddr)'); i++) {
      // The fixed fields are folded.
      if (now.includes('Fixed fields')) await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
      // The lesson hears of each step before the next one is made.
      const before = now;
      now = await until('the next field', async () => (await selected()) !== before && selected(), 5000);
    }
    await says(lesson, 'Selected in the capture: frame 5, Client hardware address (chaddr)');
    await page.keyboard.press('Control+1');
    await until('the focus in the lesson', () => lesson.evaluate(() => document.hasFocus()));
    await pressUntil(page, lesson, 'Shift+Tab', 'Check', async () => (await focusedText(lesson)) === 'Check');
    await page.keyboard.press('Enter');
    await says(lesson, /Yes: another hardware address/);
    // The focus stays where it was.
    await becomes('the focus', 'Check', () => focusedText(lesson));
    await vscode.closeEditors(page);
  });

  look('a challenge: the capture tells nothing, an answer is judged, and the seed brings it back', async () => {
    const seed = 67;
    const { fault, faultFrames, choices } = challenge(seed);
    const nameOf = (id: string): string => FINDINGS.get(id)!.name;
    await vscode.runCommand(page, commandTitle('challenge: find the fault'));
    const frame = await lessonPage();
    await frame.getByLabel('Seed').fill(String(seed));
    await page.keyboard.press('Enter');
    await page
      .locator('.tab')
      .filter({ hasText: `challenge-${seed}.pcap` })
      .first()
      .waitFor();
    const capture = await until('the capture of the seed', async () => {
      const found = await capturePage();
      return (await found.getByText(`challenge-${seed}.pcap`).first().isVisible()) && found;
    });
    // The network that came first has gone: two would be taken for one another.
    await until('one capture', async () => (await page.locator('.tab').filter({ hasText: '.pcap' }).count()) === 1);
    // Neither verdict nor findings give it away.
    await says(capture, 'One fault is hidden in this capture.');
    await vscode.atRest(capture);
    assert.equal(await capture.locator('[data-finding]').count(), 0);
    const wrong = choices.find((id) => id !== fault)!;
    await frame.getByLabel(nameOf(wrong), { exact: true }).check();
    await press(frame, 'Check');
    await says(frame, `“${nameOf(wrong)}” means:`);
    await press(frame, 'Hint');
    await press(frame, 'Another hint');
    await press(frame, 'Another hint');
    await says(frame, `Look at frame ${faultFrames[0]}.`);
    const row = capture.locator(`[data-frame="${faultFrames[0]}"]`);
    await until('the frame that shows the fault', async () => {
      await capture.getByRole('grid', { name: 'Packets', exact: true }).focus();
      if (await row.isVisible()) return true;
      await page.keyboard.press('PageDown');
      return false;
    });
    await row.click();
    await says(frame, `Selected in the capture: frame ${faultFrames[0]}`);
    await frame.getByLabel(nameOf(fault), { exact: true }).check();
    await press(frame, 'Check');
    await says(frame, `Found: “${nameOf(fault)}”, and frame ${faultFrames[0]} shows it.`);
    await frame.getByRole('heading', { name: nameOf(fault), exact: true }).waitFor();
    await looksWell('challenge', lessonPage);
    await until('another seed', async () => {
      // While VS Code lays itself out anew, a page may not hear a click.
      await press(frame, 'New challenge');
      // Pressed again too soon, it would bring one more network, which takes a choice made meanwhile away.
      const other = async (): Promise<boolean> => (await frame.getByLabel('Seed').inputValue()) !== String(seed);
      return until('it', other, 5000).catch(() => false);
    });
    // The next one by the keyboard: to the causes, choose one, to the button.
    await pressUntil(page, frame, 'Tab', 'the causes', () =>
      frame.evaluate(() => document.activeElement?.getAttribute('type') === 'radio'),
    );
    await page.keyboard.press('Space');
    await tabTo(frame, 'Check');
    // Its seed is drawn: the first cause and the frame that is selected may be right by chance.
    await says(frame, /means:|The cause is right|Found:/);
    await vscode.closeEditors(page);
  });

  look('a challenge whose page is closed leaves nothing open, also while its capture opens', async () => {
    for (let i = 0; i < 3; i++) {
      await vscode.runCommand(page, commandTitle('challenge: find the fault'));
      const tab = page.locator('.tab').filter({ hasText: 'Challenge' }).first();
      // At once, a little later, and when all is there.
      await page.waitForTimeout(i * 700);
      await tab.click({ button: 'middle' });
      await page.waitForTimeout(2500);
      await becomes('what is open', [], () => page.locator('.tab').allInnerTexts());
    }
  });

  look(
    'the workshop: a change shows in octets, tree and findings, a server answers, and all can be undone and saved',
    async () => {
      await vscode.runCommand(page, commandTitle('packet workshop'));
      const frame = await lessonPage();
      const field = (name: string) => frame.getByLabel(name, { exact: true });
      const octets = (): Promise<string> =>
        field('The frame in hex; lengths and checksums stay as they are entered').inputValue();
      const has = (hex: string): Promise<unknown> =>
        until(`${hex} in the octets`, async () => (await octets()).replace(/\s/g, '').includes(hex));
      const enter = async (name: string, value: string): Promise<void> => {
        await field(name).fill(value);
        await page.keyboard.press('Tab');
      };
      // It keeps what was made last; a second attempt starts anew.
      await press(frame, 'Begin with it');
      await says(frame, 'Nothing, as far as these packets show.');
      // The server's answer joins the exchange: an OFFER of the first address of its range.
      await says(frame, 'OFFER 10.67.0.100 to 02:57:49:00:00:0c');
      // By the keyboard.
      await tabTo(frame, 'Add it to the exchange');
      await frame.getByRole('button', { name: /^2\. OFFER 10\.67\.0\.100/ }).waitFor();
      // Another router, by the form: octets and findings follow.
      await until('its router in the octets', async () => (await octets()).includes('04 0a 43 00 01'));
      await enter('3 Router', '10.67.9.1');
      await frame.locator('[data-id="router-outside-subnet"]').waitFor();
      await has('03040a430901');
      await screenshot(page, 'learn-workshop-finding');
      // Each wrong value stays where it was typed, with its reason, until it is right; the others count meanwhile.
      await enter('secs', 'soon');
      await enter('ciaddr', '10.0.0');
      await enter('hops', '1');
      const reason = (name: string): Promise<string | null> =>
        field(name).evaluate((one) => document.getElementById(one.getAttribute('aria-describedby') ?? '')!.textContent);
      await has('02010601');
      await becomes('why not', '“soon” is no number from 0 to 65535.', () => reason('secs'));
      await becomes('why not', '“10.0.0” is no IPv4 address, such as 10.67.0.1.', () => reason('ciaddr'));
      await becomes('what was typed', 'soon', () => field('secs').inputValue());
      await screenshot(page, 'learn-workshop-wrong');
      await enter('ciaddr', '0.0.0.0');
      await until('one reason left', async () => (await frame.locator('[aria-invalid]').count()) === 1);
      await press(frame, 'Undo');
      await until('no reason left', async () => (await frame.locator('[aria-invalid]').count()) === 0);
      await press(frame, 'Undo');
      await says(frame, 'Nothing, as far as these packets show.');
      await has('03040a430001');
      await becomes('secs', '0', () => field('secs').inputValue());
      await press(frame, 'Redo');
      await frame.locator('[data-id="router-outside-subnet"]').waitFor();
      await has('03040a430901');
      // By octets in place: the form follows.
      await enter(
        'The frame in hex; lengths and checksums stay as they are entered',
        (await octets()).replace('0a 43 00 64', '0a 43 00 65'),
      );
      await until('the address in the form', async () => (await field('yiaddr').inputValue()) === '10.67.0.101');
      await press(frame, 'Correct lengths and checksums');
      await frame.getByText('Packet tree').click();
      await says(frame, /^Source address: 10\.67\.0\.1$/);
      // The server's settings count at once.
      await frame.getByRole('button', { name: /^1\. DISCOVER/ }).click();
      await says(frame, 'OFFER 10.67.0.100 to 02:57:49:00:00:0c');
      await frame.getByText('Settings of the server').click();
      await enter('Subnet mask', '255.0.255.0');
      await enter('DNS server', 'here');
      await until('two reasons', async () => (await frame.locator('[aria-invalid]').count()) === 2);
      await becomes('why not', 'A mask is ones, then zeros, such as 255.255.255.0.', () => reason('Subnet mask'));
      await enter('Subnet mask', '255.255.255.0');
      await enter('DNS server', '10.67.0.1');
      // The answer to that comes while the next value is typed, and leaves it alone.
      await field('First address').fill('10.67.0.150');
      await until('no reason left', async () => (await frame.locator('[aria-invalid]').count()) === 0);
      assert.equal(await field('First address').inputValue(), '10.67.0.150');
      await page.keyboard.press('Tab');
      await says(frame, 'OFFER 10.67.0.150 to 02:57:49:00:00:0c');
      await looksWell('workshop', lessonPage);
      await press(frame, 'Save as pcap…');
      await vscode.answerFileDialog(page, join(folder, 'workshop.pcap'));
      await until('the file', async () => (await readFile(join(folder, 'workshop.pcap'))).length > 24 + 2 * 16);
      await vscode.closeEditors(page);
      await vscode.openFile(page, 'workshop.pcap');
      await until('both packets', async () => (await packetRows(await capturePage()).count()) === 2);
      // A packet of a capture is taken over as it is.
      await (await capturePage()).locator('[data-frame="2"]').click();
      await vscode.runCommand(page, commandTitle('packet workshop'));
      const again = await lessonPage();
      await press(again, 'Take the selected packet (frame 2)');
      await again.getByRole('button', { name: /^1\. OFFER/ }).waitFor();
      await vscode.closeEditors(page);
    },
  );

  look(
    'the workshop: a DHCPv6 client’s wishes are changed by the form, down to the address in an association',
    async () => {
      await vscode.runCommand(page, commandTitle('packet workshop'));
      const frame = await lessonPage();
      await frame.getByLabel('Template').selectOption('solicit');
      await press(frame, 'Begin with it');
      await frame.getByRole('button', { name: /^1\. SOLICIT/ }).waitFor();
      const octets = async (): Promise<string> =>
        (await frame.getByLabel('The frame in hex', { exact: false }).inputValue()).replace(/\s/g, '');
      await frame.getByLabel('Option number').fill('5');
      await press(frame, 'Add option');
      const address = frame.getByLabel('5 › IA Address: address, preferred, valid', { exact: true });
      await address.fill('fd67::100, 3000, 4000');
      await page.keyboard.press('Tab');
      await until('the address in the octets', async () =>
        (await octets()).includes(`00050018fd67${'00'.repeat(12)}010000000bb800000fa0`),
      );
      await says(frame, /^ADVERTISE: an address of fd67::\/64/);
      await looksWell('workshop6', lessonPage);
      await frame.getByLabel('Template').selectOption('arp');
      await press(frame, 'Begin with it');
      await frame.getByLabel('target IP address').fill('10.67.0.99');
      await page.keyboard.press('Tab');
      await until('the address in the octets', async () => (await octets()).endsWith('0a430063'));
      await becomes('fields for options', 0, () => frame.getByLabel('Option number').count());
      await vscode.closeEditors(page);
    },
  );

  look('nothing has crashed, and no rule of the security policy was broken', () => {
    assert.deepEqual(crashes, []);
    return Promise.resolve();
  });
});
