/**
 * Long lists with a shortened scroll bar. Browsers limit the height of an element (Firefox to about 17.9 million px, Chromium to 33
 * million device pixels, which is 8.4 million px at 200 % on a screen of double density). A longer list gets a bar of `LIMIT` px: small
 * movements of the bar (wheel, keys) move the list by the same number of px, large ones (dragging the thumb) in proportion.
 */
export const LIMIT = 8_000_000;

export interface Scale {
  /** Full height of the list in px. */
  readonly content: number;
  /** Height of the element in px. */
  readonly bar: number;
  /** Height of the visible part in px. */
  readonly view: number;
}

export function scaleOf(content: number, view: number, limit = LIMIT): Scale {
  return { content, bar: Math.min(content, limit), view };
}

/** Last scroll position of the list. */
export function maxOffset(scale: Scale): number {
  return Math.max(0, scale.content - scale.view);
}

/** Last scroll position of the bar. */
export function maxTop(scale: Scale): number {
  return Math.max(0, scale.bar - scale.view);
}

/** The position of the bar for a position of the list. */
export function topOf(scale: Scale, offset: number): number {
  const clamped = Math.min(Math.max(offset, 0), maxOffset(scale));
  if (scale.bar === scale.content) return clamped;
  return maxOffset(scale) === 0 ? 0 : (clamped / maxOffset(scale)) * maxTop(scale);
}

/**
 * The position of the list after the bar has moved from `top` to `newTop`, when it was at
 * `offset` before. At either end of the bar, the list is at its end too.
 */
export function moved(scale: Scale, offset: number, top: number, newTop: number): number {
  if (scale.bar === scale.content) return Math.min(Math.max(newTop, 0), maxOffset(scale));
  if (newTop <= 0) return 0;
  // Browsers round the last position.
  if (newTop >= maxTop(scale) - 1) return maxOffset(scale);
  const by = newTop - top;
  if (Math.abs(by) <= scale.view) return Math.min(Math.max(offset + by, 0), maxOffset(scale));
  return (newTop / maxTop(scale)) * maxOffset(scale);
}
