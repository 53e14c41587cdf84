import { observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import { maxOffset, moved, scaleOf, topOf } from './scrollScale';

/** Milliseconds without movement after which the scroll bar of a scaled list is put where it belongs. */
const REST = 150;

export interface VirtualRows {
  /** Rows to draw, with the px at which each begins in the scrolled element. */
  readonly rows: readonly { readonly index: number; readonly y: number }[];
  /** Height in px to give to the scrolled content. */
  readonly height: number;
  /** Rows that fit into the view, at least 1. */
  readonly page: number;
  /** Scrolls as little as is needed for the row to be seen whole; `center` puts it in the middle where it was not seen. */
  readonly reveal: (index: number, center?: boolean) => void;
}

/** What stands among the rows and is no row: `lead` px above the first one, and `extra` px below the row `after`. */
export interface Among {
  readonly lead: number;
  readonly after: number;
  readonly extra: number;
}

const ROWS_ONLY: Among = { lead: 0, after: -1, extra: 0 };

interface Position {
  /** Where the list is, where the bar is, and how much is seen, all in px. */
  offset: number;
  top: number;
  view: number;
}

/**
 * The rows of a long list that can be seen, with some around them. All rows are `size` px high. Lists that are higher than an
 * element may be are scaled (scrollScale.ts). `head`: px at the top of the scroller that a heading covers. A row that something
 * stands under is revealed with it, as far as there is room.
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
    // Positions are kept here: the library only says which rows they mean.
    scrollToFn: () => undefined,
    observeElementRect: (instance: Virtualizer<HTMLElement, HTMLElement>, tell: (rect: Rect) => void) =>
      observeElementRect(instance, ({ width, height: whole }) => {
        const height = Math.max(whole - head, 0);
        position.view = height;
        current.current = scaleOf(current.current.content, height);
        tell({ width, height });
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
    // A list that has become shorter may end above the place where it was.
    const max = maxOffset(current.current);
    if (position.view > 0 && position.offset > max) {
      position.offset = max;
      report.current(max);
    }
  });

  const reveal = useCallback(
    (index: number, center = false) => {
      const element = scroller.current;
      if (!element) return;
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

/** Height in px of a row with what stands under it. */
function heightOf({ size, after, below }: { size: number; after: number; below: number }, index: number): number {
  return size + (index === after ? below : 0);
}

interface Rect {
  width: number;
  height: number;
}
