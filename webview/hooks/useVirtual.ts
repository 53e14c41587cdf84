import { observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import { maxOffset, moved, scaleOf, topOf } from './scrollScale';

/** Milliseconds without movement before the scroll bar of a scaled list is put in its correct place. */
const REST = 150;

export interface VirtualRows {
  /** Rows to draw, each with its y position in px in the scrolled element. */
  readonly rows: readonly { readonly index: number; readonly y: number }[];
  /** Height of the scrolled content in px. */
  readonly height: number;
  /** Number of rows that fit into the view, at least 1. */
  readonly page: number;
  /**
   * Scrolls just far enough to show the whole row; with `center`, a row that was out of view goes to the middle. With `last`, the rows up to
   * that one are shown, too, as far as there is room.
   */
  readonly reveal: (index: number, center?: boolean, last?: number) => void;
}

/** Space among the rows that is not a row: `lead` px above the first one, and `extra` px below the row `after`. */
export interface Among {
  readonly lead: number;
  readonly after: number;
  readonly extra: number;
}

const ROWS_ONLY: Among = { lead: 0, after: -1, extra: 0 };

interface Position {
  /** The positions of the list and the bar, and the height of the view, all in px. */
  offset: number;
  top: number;
  view: number;
}

/**
 * The visible rows of a long list, with some around them. All rows are `size` px high. Lists taller than
 * an element can be are scaled (scrollScale.ts). `head`: px at the top of the scroller covered by a
 * heading. A row with something below it is revealed together with that, as far as there is room.
 */
export function useVirtual(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  size: number,
  overscan: number,
  head = 0,
  among = ROWS_ONLY,
): VirtualRows {
  const [, setChanges] = useState(0);
  const redraw = (): void => setChanges((n) => n + 1);
  const position = useRef<Position>({ offset: 0, top: 0, view: 0 }).current;
  const report = useRef<(offset: number) => void>(() => undefined);
  /** The first and the last row revealed last; -1 once the user has scrolled. They stay in view when the list becomes lower. */
  const held = useRef({ index: -1, last: -1 });
  const { lead, after, extra } = among;
  const below = after >= 0 && after < count ? extra : 0;
  const scale = scaleOf(lead + count * size + below, position.view);
  const current = useRef(scale);
  current.current = scale;
  if (scale.bar === scale.content) position.offset = position.top;

  const virtualizer = useRef<Virtualizer<HTMLElement, HTMLElement>>(null);
  const sizes = useRef({ size, lead, after, below });
  const options = {
    count,
    overscan,
    getScrollElement: () => scroller.current,
    paddingStart: lead,
    estimateSize: (index: number) => heightOf(sizes.current, index),
    // Positions are managed here: the library only says which rows they correspond to.
    scrollToFn: () => undefined,
    observeElementRect: (instance: Virtualizer<HTMLElement, HTMLElement>, tell: (rect: Rect) => void) =>
      observeElementRect(instance, ({ width, height: whole }) => {
        const height = Math.max(whole - head, 0);
        position.view = height;
        current.current = scaleOf(current.current.content, height);
        tell({ width, height });
        if (held.current.index >= 0) reveal(held.current.index, false, held.current.last);
        redraw();
      }),
    observeElementOffset: (
      instance: Virtualizer<HTMLElement, HTMLElement>,
      tell: (offset: number, scrolling: boolean) => void,
    ) => {
      const element = instance.scrollElement;
      if (!element) return;
      report.current = (offset) => tell(offset, false);
      let rest: ReturnType<typeof setTimeout> | undefined;
      const onScroll = (): void => {
        const { top, offset } = position;
        if (Math.abs(element.scrollTop - top) >= 1) held.current = { index: -1, last: -1 };
        position.top = element.scrollTop;
        position.offset = moved(current.current, offset, top, position.top);
        tell(position.offset, false);
        if (current.current.bar === current.current.content) return;
        if (position.top - position.offset !== top - offset) redraw();
        clearTimeout(rest);
        rest = setTimeout(() => {
          position.top = topOf(current.current, position.offset);
          element.scrollTop = position.top;
          position.top = element.scrollTop;
          redraw();
        }, REST);
      };
      element.addEventListener('scroll', onScroll, { passive: true });
      return () => {
        clearTimeout(rest);
        element.removeEventListener('scroll', onScroll);
      };
    },
    onChange: () => redraw(),
  };
  virtualizer.current ??= new Virtualizer<HTMLElement, HTMLElement>(options);
  const lib = virtualizer.current;
  lib.setOptions(options);
  const known = sizes.current;
  if (known.size !== size || known.lead !== lead || known.after !== after || known.below !== below) {
    sizes.current = { size, lead, after, below };
    lib.itemSizeCache.clear();
    lib.measure();
  }

  useLayoutEffect(() => lib._didMount(), [lib]);
  useLayoutEffect(() => {
    lib._willUpdate();
    // A list that has become shorter may end above the present position.
    const max = maxOffset(current.current);
    if (position.view > 0 && position.offset > max) {
      position.offset = max;
      report.current(max);
    }
  });

  const reveal = useCallback(
    (index: number, center = false, last = index) => {
      // The last first, so that the first remains visible where there is no room for all.
      if (last > index) reveal(last);
      const element = scroller.current;
      if (!element) return;
      held.current = { index, last };
      const { size, lead, after, below } = sizes.current;
      const start = lead + index * size + (after >= 0 && index > after ? below : 0);
      const { offset } = position;
      const view = element.clientHeight - head;
      const needed = Math.min(heightOf(sizes.current, index), Math.max(view, size));
      if (start >= offset && start + needed <= offset + view) return;
      let target = start < offset ? start : start + needed - view;
      if (center) target = start - (view - size) / 2;
      const now = current.current;
      position.offset = Math.min(Math.max(target, 0), maxOffset(now));
      element.scrollTop = topOf(now, position.offset);
      position.top = element.scrollTop;
      if (now.bar === now.content) position.offset = position.top;
      report.current(position.offset);
      redraw();
    },
    [scroller, position, head],
  );

  const shift = scale.bar === scale.content ? 0 : Math.round(position.top - position.offset);
  return {
    rows: lib.getVirtualItems().map(({ index, start }) => ({ index, y: start + shift })),
    height: scale.bar,
    page: Math.max(1, Math.floor(position.view / size)),
    reveal,
  };
}

/** Height in px of a row, including what is below it. */
function heightOf({ size, after, below }: { size: number; after: number; below: number }, index: number): number {
  return size + (index === after ? below : 0);
}

interface Rect {
  width: number;
  height: number;
}
