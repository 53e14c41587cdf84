import { useRef } from 'preact/hooks';
import { t } from '../l10n';
import type { MenuItem, MenuRequest } from '../parts/Menu';
import type { Session } from '../session';
import {
  choiceOf,
  clampedWidth,
  COLUMNS,
  columnTitle,
  isSorted,
  orderOf,
  TIME_FORMATS,
  timeFormatOf,
  timeFormatTitle,
  type Column,
} from './columns';

/** The headings of the list: a click sorts, dragging an edge resizes, the context menu chooses columns and the time format. */
export function Head(props: {
  session: Session;
  columns: readonly Column[];
  height: number;
  menu: (request: MenuRequest) => void;
}) {
  const { session, columns } = props;
  const order = orderOf(session.choice('order'));
  const sort = (column: string): void => {
    if (!isSorted(column)) return;
    const descending = (order ? order.column === column : column === 'frame') && !order?.descending;
    void session.sort({ column, descending });
  };
  const resize = (name: string, width: number): void =>
    session.choose(
      'columns',
      choiceOf(columns.map((one) => (one.name === name ? { name: one.name, width: clampedWidth(width) } : one))),
    );
  const open = (x: number, y: number): void => props.menu({ x, y, items: menuItems(session, columns) });
  /** Arrow keys move to the next heading; with Shift they resize a column. */
  const onKeyDown = (event: KeyboardEvent, name: string): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const heading = (event.currentTarget as HTMLElement).parentElement;
    if (by === undefined || !heading || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const width = heading.offsetWidth / characterOf(heading);
    if (event.shiftKey) return name === 'frame' ? undefined : resize(name, width + by * STEP);
    const next = by > 0 ? heading.nextElementSibling : heading.previousElementSibling;
    next?.querySelector<HTMLElement>('.heading')?.focus();
  };
  const cell = (name: string, title: string) => {
    const sorted = order ? order.column === name : name === 'frame';
    return (
      <span
        key={name}
        role="columnheader"
        class={name === 'frame' ? 'number' : name}
        {...(isSorted(name) ? { 'aria-sort': sorted ? (order?.descending ? 'descending' : 'ascending') : 'none' } : {})}
      >
        <button
          type="button"
          class="heading"
          tabIndex={name === 'frame' ? 0 : -1}
          onKeyDown={(event: KeyboardEvent) => onKeyDown(event, name)}
          title={isSorted(name) ? t('Sort by {0}', title) : title}
          onClick={() => sort(name)}
        >
          {title}
          {order && sorted && <span aria-hidden="true">{order.descending ? ' ▾' : ' ▴'}</span>}
        </button>
        {name !== 'frame' && name !== 'info' && <Edge onResize={(width) => resize(name, width)} />}
      </span>
    );
  };
  return (
    <div
      class="packet-row head"
      role="row"
      aria-rowindex={1}
      style={{ height: `${props.height}px` }}
      onContextMenu={(event: MouseEvent) => {
        event.preventDefault();
        open(event.clientX, event.clientY);
      }}
    >
      {cell('frame', t('No.'))}
      {columns.map(({ name }) => cell(name, columnTitle(name)))}
    </div>
  );
}

/** Width of a character in px, the unit of column widths. */
const characterOf = (element: Element): number => parseFloat(getComputedStyle(element).fontSize) * 0.55;
/** Characters by which a key press resizes a column. */
const STEP = 2;

/** The right edge of a heading, dragged to resize the column. */
function Edge({ onResize }: { onResize: (characters: number) => void }) {
  const from = useRef<{ readonly x: number; readonly width: number; readonly character: number }>(undefined);
  return (
    <span
      class="edge"
      aria-hidden="true"
      onPointerDown={(event: PointerEvent) => {
        const edge = event.currentTarget as HTMLElement;
        const width = edge.parentElement?.offsetWidth ?? 0;
        from.current = { x: event.clientX, width, character: characterOf(edge) };
        edge.setPointerCapture(event.pointerId);
        event.preventDefault();
      }}
      onPointerMove={(event: PointerEvent) => {
        const { current } = from;
        if (current) onResize((current.width + event.clientX - current.x) / current.character);
      }}
      onPointerUp={() => {
        from.current = undefined;
      }}
    />
  );
}

/** Menu items for choosing and resizing columns, sorting, and the time format. */
export function menuItems(session: Session, columns: readonly Column[]): MenuItem[] {
  const choose = (next: readonly Column[]): void => session.choose('columns', choiceOf(next));
  const shown = (name: string): boolean => columns.some((one) => one.name === name);
  const format = timeFormatOf(session.choice('time'));
  return [
    ...TIME_FORMATS.map((one) => ({
      label: timeFormatTitle(one),
      checked: one === format,
      run: (): void => {
        session.choose('time', one);
        session.refetch();
      },
    })),
    ...COLUMNS.map((name) => ({
      label: t('Column {0}', columnTitle(name)),
      checked: shown(name),
      run: (): void => {
        if (shown(name)) {
          if (columns.length > 1) choose(columns.filter((one) => one.name !== name));
        } else
          choose(
            COLUMNS.flatMap(
              (one) => columns.find((known) => known.name === one) ?? (one === name ? [{ name: one }] : []),
            ),
          );
      },
    })),
    ...COLUMNS.filter((name) => isSorted(name)).map((name) => ({
      label: t('Sort by {0}', columnTitle(name)),
      run: () => void session.sort({ column: name, descending: false }),
    })),
    { label: t('Order of the capture'), run: () => void session.sort({ column: 'frame', descending: false }) },
    { label: t('Columns as at first'), run: () => session.choose('columns', '') },
  ];
}
