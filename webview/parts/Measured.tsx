import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Something as high as it has to be among rows that are placed: it tells its height, and 0 when it goes. */
export function Measured(props: {
  class: string;
  /** What it is called by those who do not see it. */
  label: string;
  /** Px at which it begins. */
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
