import { useRef } from 'preact/hooks';
import { t } from '../l10n';

const LEAST = 0.1;
const STEP = 0.02;

/** The splitter between two panes of a flex container, moved by mouse or arrow keys. `share` is that of the first pane. */
export function Splitter(props: {
  /** Names both sides for screen readers. */
  label: string;
  /** How the panes are arranged: `row` side by side, `column` one above the other. */
  direction: 'row' | 'column';
  share: number;
  initial: number;
  onShare: (share: number) => void;
}) {
  const { direction, share, onShare } = props;
  const dragging = useRef(false);
  const set = (wanted: number): void => onShare(Math.min(Math.max(wanted, LEAST), 1 - LEAST));
  const onPointerMove = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).parentElement?.getBoundingClientRect();
    if (!dragging.current || !box) return;
    set(direction === 'row' ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const [less, more] = direction === 'row' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.key === less) set(share - STEP);
    else if (event.key === more) set(share + STEP);
    else if (event.key === 'Home') set(LEAST);
    else if (event.key === 'End') set(1 - LEAST);
    else if (event.key === 'Enter') set(props.initial);
    else return;
    event.preventDefault();
  };
  return (
    <div
      class={`splitter ${direction}`}
      role="separator"
      tabIndex={0}
      aria-label={props.label}
      aria-orientation={direction === 'row' ? 'vertical' : 'horizontal'}
      aria-valuemin={Math.round(LEAST * 100)}
      aria-valuemax={Math.round((1 - LEAST) * 100)}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={t('{0} %', Math.round(share * 100))}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        dragging.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => (dragging.current = false)}
      onLostPointerCapture={() => (dragging.current = false)}
      onDblClick={() => set(props.initial)}
      onKeyDown={onKeyDown}
    />
  );
}
