/** What can be measured of the extension's window: whether the page scrolls, whether texts lie over each other. */
import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { atRest } from '../vscode/webview';

/** Sizes in px, as the page itself sees them. */
export interface Extent {
  /** How far the page, which must not, could scroll in both directions. */
  readonly page: readonly [x: number, y: number];
  /** How far the window can be scrolled to where there is nothing. */
  readonly beyond: number;
  /** How much wider the window's content is than the window. */
  readonly tooWide: number;
}

/** The sizes of a page that is at rest. */
export async function extentOf(frame: Frame): Promise<Extent> {
  await atRest(frame);
  return frame.evaluate(() => {
    const page = document.documentElement;
    const window = document.querySelector('.window')!;
    const panes = [...document.querySelectorAll('.pane')];
    const top = window.getBoundingClientRect().top - window.scrollTop;
    const last = Math.round(Math.max(...panes.map((pane) => pane.getBoundingClientRect().bottom)) - top);
    return {
      page: [page.scrollWidth - page.clientWidth, page.scrollHeight - page.clientHeight],
      beyond: window.scrollHeight - Math.max(last, window.clientHeight),
      tooWide: window.scrollWidth - window.clientWidth,
    };
  });
}

/**
 * Pairs of texts that a page at rest paints one over the other, as far as they can be seen; controls of the toolkit count as one text. What opens
 * over the list for a moment (what is wrong with the filter, what it may be completed by) hides what it covers, and is left out.
 */
export async function overlapping(frame: Frame): Promise<string[]> {
  await atRest(frame);
  return frame.evaluate(() => {
    interface Painted {
      readonly node: Node;
      readonly text: string;
      readonly left: number;
      readonly top: number;
      readonly right: number;
      readonly bottom: number;
    }
    const painted: Painted[] = [];
    const add = (node: Node, text: string, box: DOMRect): void => {
      if (node.parentElement?.closest('.filter-error, [role=listbox]')) return;
      let { left, top, right, bottom } = box;
      for (let element = node.parentElement; element; element = element.parentElement) {
        const style = getComputedStyle(element);
        if (style.visibility === 'hidden' || style.clipPath !== 'none') return;
        if (style.overflow === 'visible') continue;
        const clip = element.getBoundingClientRect();
        left = Math.max(left, clip.left);
        top = Math.max(top, clip.top);
        right = Math.min(right, clip.right);
        bottom = Math.min(bottom, clip.bottom);
      }
      if (right - left > 1 && bottom - top > 1)
        painted.push({ node, text: text.trim().slice(0, 40), left, top, right, bottom });
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      if (!node.textContent?.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) add(node, node.textContent, box);
    }
    for (const control of document.querySelectorAll('vscode-text-field')) {
      add(control, '(a field)', control.getBoundingClientRect());
    }
    const found: string[] = [];
    painted.forEach((a, i) => {
      for (const b of painted.slice(i + 1)) {
        // Boxes of lines of text are higher than the letters: they may touch.
        const over = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        const beside = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        if (a.node !== b.node && over > 4 && beside > 1) found.push(`“${a.text}” and “${b.text}”`);
      }
    });
    return found;
  });
}

/** The page has no scroll bar of its own, and nothing empty can be scrolled to. */
export async function scrollsRightly(frame: Frame, where: string): Promise<void> {
  const { page, beyond, tooWide } = await extentOf(frame);
  assert.deepEqual(page, [0, 0], `${where}: the page itself scrolls`);
  assert.ok(beyond <= 1, `${where}: the window can be scrolled by ${beyond} px into nothing`);
  assert.ok(tooWide <= 0, `${where}: the window is ${tooWide} px too wide`);
}

/**
 * How the verdict and its buttons share their card, in px: how much room is left beside a text whose lines are broken, and how far the
 * buttons are from the text, to the right or below.
 */
export async function verdictOf(frame: Frame): Promise<{ readonly spare: number; readonly apart: number }> {
  await atRest(frame);
  return frame.evaluate(() => {
    const box = (of: string): DOMRect => document.querySelector(`.verdict ${of}`)!.getBoundingClientRect();
    const text = box('.telling');
    const buttons = box('.buttons');
    const below = buttons.top >= text.bottom;
    const card = box('.card');
    const beside = below ? 0 : buttons.width;
    const lines = [...document.querySelectorAll<HTMLElement>('.said > p')].filter((one) => one.offsetHeight > 0);
    const broken = lines.some((one) => one.offsetHeight > 2.5 * parseFloat(getComputedStyle(one).fontSize));
    return {
      spare: broken ? Math.round(card.width - beside - text.width) : 0,
      apart: Math.round(below ? buttons.top - text.bottom : buttons.left - text.right),
    };
  });
}

/** Whether the first octet of the selected field can be seen whole, with nothing before it. */
export function octetInSight(frame: Frame): Promise<boolean> {
  return frame.evaluate(() => {
    const octet = document.querySelector('.octet.selected');
    if (!octet) return false;
    const { left, right, top, bottom } = octet.getBoundingClientRect();
    const middle = (left + right) / 2;
    return [top + 2, bottom - 2].every((y) => document.elementFromPoint(middle, y) === octet);
  });
}

/** What is seen and moves by itself, or could: elements, with those in the shadow of the toolkit's controls, that have an animation or a transition. */
export async function movingParts(frame: Frame): Promise<string[]> {
  await atRest(frame);
  return frame.evaluate(() => {
    const found: string[] = [];
    const look = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot && element.getClientRects().length > 0) look(element.shadowRoot);
        for (const part of [undefined, '::before', '::after']) {
          const { animationName, transitionDuration } = getComputedStyle(element, part);
          const moves = animationName !== 'none' || transitionDuration.split(', ').some((one) => parseFloat(one) > 0);
          if (moves && element.getClientRects().length > 0)
            found.push(`${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}${part ?? ''}`);
        }
      }
    };
    look(document);
    return found;
  });
}

/** How many px of the last row in sight of a list are cut off at its lower edge, when it is scrolled to its top. */
export function cutRow(frame: Frame, list: string, row: string): Promise<number> {
  return frame.evaluate(
    ([ofList, ofRow]) => {
      const box = document.querySelector(ofList!)!;
      box.scrollTop = 0;
      const edge = box.getBoundingClientRect().top + box.clientTop + box.clientHeight;
      const cut = [...box.querySelectorAll(ofRow!)].map((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return top < edge - 0.5 && bottom > edge + 0.5 ? bottom - edge : 0;
      });
      return Math.max(0, ...cut);
    },
    [list, row],
  );
}
