import { useLayoutEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

/** The height in px up to which a list shows only whole rows; undefined until the available height is known. */
export function useWholeRows(list: RefObject<HTMLElement | null>, head: number, row: number): number | undefined {
  const [room, setRoom] = useState<number>();
  useLayoutEffect(() => {
    const parent = list.current?.parentElement;
    if (!parent) return;
    const measure = (): void => {
      const top = list.current?.offsetTop ?? 0;
      setRoom(parent.clientHeight - top);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(parent);
    return () => observer.disconnect();
  });
  if (room === undefined || room < head + row) return undefined;
  return head + Math.floor((room - head) / row) * row;
}
