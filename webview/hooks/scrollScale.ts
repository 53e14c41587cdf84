/**
 * Long lists behind a short scroll bar. Browsers cap the height of an element (Firefox at about 17.9 million px, Chromium at 33
 * million device pixels, which is 8.4 million px at 200 % on a screen of double density). A list that is longer gets a bar of
 * `LIMIT` px: small movements of
 * the bar (wheel, keys) move the list as many px, large ones (dragging the thumb) in proportion.
 */
export const LIMIT = 8_000_000;

export interface Scale {
  /** Height in px that the list would have. */
  readonly content: number;
  /** Height in px that the element is given. */
  readonly bar: number;
  /** Height in px of what is seen at a time. */
  readonly view: number;
}

export function scaleOf(content: number, view: number, limit = LIMIT): Scale {
  return { content, bar: Math.min(content, limit), view };
}

/** Furthest position of the list. */
export function maxOffset(scale: Scale): number {
  return Math.max(0, scale.content - scale.view);
}

/** Furthest position of the bar. */
export function maxTop(scale: Scale): number {
  return Math.max(0, scale.bar - scale.view);
}

/** Where the bar stands for a position of the list. */
export function topOf(scale: Scale, offset: number): number {
  const clamped = Math.min(Math.max(offset, 0), maxOffset(scale));
  if (scale.bar === scale.content) return clamped;
  return maxOffset(scale) === 0 ? 0 : (clamped / maxOffset(scale)) * maxTop(scale);
}

/**
 * The position of the list after the bar has moved from `top` to `newTop`, having been at `offset`. At both ends of the bar the
 * list is at its end as well.
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
