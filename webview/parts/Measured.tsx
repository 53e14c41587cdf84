import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** An element of variable height among absolutely positioned rows: it reports its height, and 0 when it is removed. */
export function Measured(props: {
  class: string;
  /** Its accessible name. */
  label: string;
  /** Its y position in px. */
  y: number;
  onHeight: (height: number) => void;
  children: ComponentChildren;
}) {
  const element = useRef<HTMLElement>(null);
  const latest = useRef(props.onHeight);
  latest.current = props.onHeight;
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const tell = (): void => latest.current(current.offsetHeight);
    tell();
    const observer = new ResizeObserver(tell);
    observer.observe(current);
    return () => {
      observer.disconnect();
      latest.current(0);
    };
  }, []);
  return (
    <section
      ref={element}
      class={`measured ${props.class}`}
      aria-label={props.label}
      style={{ transform: `translateY(${props.y}px)` }}
    >
      {props.children}
    </section>
  );
}
