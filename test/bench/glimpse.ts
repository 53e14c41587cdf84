/** What the webview shows, and when: a recorder inside the page, asked from outside. All times are milliseconds since the epoch. */
import type { Frame, Page } from 'playwright-core';

/** What the page showed from `at` on. */
export interface Glimpse {
  readonly at: number;
  /** Packets in the list that are drawn, and how long the list is. */
  readonly drawn: number;
  readonly total: number;
  /** Text beside the progress ring; empty where there is none. */
  readonly progress: string;
  /** The notice that reading was stopped is there. */
  readonly stopped: boolean;
  /** The capture's verdict is there: all has been read and analysed. */
  readonly done: boolean;
}

/** Lets every page that is opened from now on record what it shows, frame by frame, also before anyone can ask it. */
export async function recordGlimpses(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const log: object[] = [];
    (window as unknown as { glimpses: object[] }).glimpses = log;
    const moment = (): number => performance.timeOrigin + performance.now();
    let before = '';
    const look = (): void => {
      requestAnimationFrame(look);
      const grid = document.querySelector('.packets');
      const seen = {
        drawn: document.querySelectorAll('[data-frame]').length,
        total: grid ? Number(grid.getAttribute('aria-rowcount')) - 1 : 0,
        progress: document.querySelector('.progress span')?.textContent ?? '',
        stopped: document.querySelector('.verdict .stopped') !== null,
        done: document.querySelector('.verdict .what') !== null,
      };
      const now = JSON.stringify(seen);
      if (now === before) return;
      before = now;
      const entry = { at: moment(), ...seen };
      log.push(entry);
      // The next task comes after the frame has been painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (entry.at = moment());
      port2.postMessage(0);
    };
    // VS Code writes the page anew into a document that is there already; requests for frames from before then are lost.
    const start = setInterval(() => {
      if (!document.querySelector('#app')) return;
      clearInterval(start);
      requestAnimationFrame(look);
    }, 5);
  });
}

/** Lets every page that is opened from now on press *Cancel* as soon as its list grows: quicker than anyone outside could. */
export async function pressCancel(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const page = window as unknown as { glimpses: Glimpse[]; pressed?: number };
    const timer = setInterval(() => {
      const totals = new Set(page.glimpses.filter(({ drawn }) => drawn > 0).map(({ total }) => total));
      const button = document.querySelector<HTMLElement>('.progress vscode-button');
      if (totals.size < 2 || !button) return;
      clearInterval(timer);
      page.pressed = performance.timeOrigin + performance.now();
      button.click();
    }, 5);
  });
}

/** When *Cancel* was pressed. */
export function cancelPressed(frame: Frame): Promise<number> {
  return frame.evaluate(() => (window as unknown as { pressed: number }).pressed);
}

export function glimpses(frame: Frame): Promise<Glimpse[]> {
  return frame.evaluate(() => (window as unknown as { glimpses: Glimpse[] }).glimpses);
}

/** What happened on the page's main thread between two moments. */
export interface Business {
  /** The longest task, in milliseconds; tasks below 50 ms are not reported: 0 then. */
  readonly longestTask: number;
  /** The longest time between two frames. */
  readonly longestFrame: number;
  /** Frames drawn. */
  readonly frames: number;
}

/** Watches the page's main thread from now on. The function that is given ends it. */
export async function watchThread(frame: Frame): Promise<() => Promise<Business>> {
  await frame.evaluate(() => {
    const state = { longestTask: 0, longestFrame: 0, frames: 0 };
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) state.longestTask = Math.max(state.longestTask, duration);
    });
    observer.observe({ entryTypes: ['longtask'] });
    let last = performance.now();
    let going = true;
    const look = (now: number): void => {
      state.longestFrame = Math.max(state.longestFrame, now - last);
      state.frames++;
      last = now;
      if (going) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    (window as unknown as { endWatch: () => Promise<object> }).endWatch = async () => {
      // Long tasks are told of a little later.
      await new Promise((resolve) => setTimeout(resolve, 100));
      going = false;
      observer.disconnect();
      return state;
    };
  });
  return () => frame.evaluate(() => (window as unknown as { endWatch: () => Promise<Business> }).endWatch());
}

/** Milliseconds until a selected frame is painted, tree and bytes: since the click, and since the answer reached the page. */
export interface Painted {
  readonly sinceClick: number;
  readonly sinceAnswer: number;
}

/** Clicks on the row of a frame and waits until tree and octets of that frame are painted. */
export function selectFrame(frame: Frame, number: number): Promise<Painted> {
  return frame.evaluate(async (wanted) => {
    const title = `Frame ${wanted.toLocaleString('en')}`;
    let answered = 0;
    const hear = (event: MessageEvent): void => {
      // A frame comes packed (protocol.ts): one string.
      const { packed } = event.data as { packed?: string };
      if (packed?.startsWith(`{"frame":${wanted},`)) answered = performance.now();
    };
    // Before anyone else hears of it, so that our own work counts.
    window.addEventListener('message', hear, true);
    const octets = (): string | null | undefined => document.querySelector('.hexgrid .canvas')?.textContent;
    const before = octets();
    const started = performance.now();
    document.querySelector<HTMLElement>(`[data-frame="${wanted}"]`)!.click();
    for (;;) {
      if (performance.now() - started > 10_000) throw new Error(`frame ${wanted} was never shown`);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const shown = document.querySelector('.frame-head h2')?.textContent?.includes(title);
      // Every frame of the benchmark's captures has other octets than the next.
      if (shown && octets() !== before) break;
    }
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(0);
    });
    const painted = performance.now();
    window.removeEventListener('message', hear, true);
    if (answered === 0) throw new Error(`the answer for frame ${wanted} was not seen`);
    return { sinceClick: painted - started, sinceAnswer: painted - answered };
  }, number);
}

/**
 * Types a filter as a person does, and gives the milliseconds from the last key until the list shows the answer. Where the text
 * without its last character would have the same answer, it is inserted at once.
 */
export async function typeFilter(
  page: Page,
  frame: Frame,
  text: string,
  /** How many rows the list has then, at least and at most, and what each visible row says. */
  answer: { readonly least: number; readonly most: number; readonly row: RegExp; readonly atOnce: boolean },
): Promise<number> {
  const box = frame.getByRole('textbox', { name: 'Filter' });
  await box.fill('');
  await frame.waitForFunction(() => document.querySelector('.packets')?.getAttribute('aria-rowcount') === '1000001');
  await box.click();
  // Typing at the pace of a quick typist; all but the last character first.
  if (!answer.atOnce) await page.keyboard.type(text.slice(0, -1), { delay: 60 });
  await frame.evaluate(
    ({ least, most, source }) => {
      const row = new RegExp(source);
      let pressed = 0;
      const hear = (event: Event): void => void (pressed ||= event.timeStamp);
      window.addEventListener('keydown', hear, { capture: true, once: true });
      window.addEventListener('input', hear, { capture: true, once: true });
      const answer = async (): Promise<number> => {
        for (const started = performance.now(); ;) {
          if (performance.now() - started > 10_000) throw new Error(`the list never showed what /${source}/ finds`);
          await new Promise((resolve) => requestAnimationFrame(resolve));
          const grid = document.querySelector('.packets')!;
          const total = Number(grid.getAttribute('aria-rowcount')) - 1;
          const rows = [...grid.querySelectorAll('.packet-row.line')];
          const right = rows.length > 0 && rows.every((one) => row.test(one.textContent ?? ''));
          if (pressed > 0 && total >= least && total <= most && right) return performance.now() - pressed;
        }
      };
      (window as unknown as { answer: Promise<number> }).answer = answer();
    },
    { least: answer.least, most: answer.most, source: answer.row.source },
  );
  if (answer.atOnce) await page.keyboard.insertText(text);
  else await page.keyboard.type(text.slice(-1));
  return frame.evaluate(() => (window as unknown as { answer: Promise<number> }).answer);
}
