import { useEffect, useRef, useState } from 'preact/hooks';
import { LEASE_COLUMNS, type LeaseColumn, type LeaseView } from '../../src/pages';
import { t } from '../l10n';
import { useVirtual } from '../hooks/useVirtual';
import type { LeaseRows } from './rows';
import { shownTime } from './times';

/** Heights in px of the heading and of a row. */
const HEAD = 26;
const ROW = 22;
const OVERSCAN = 10;

export const titleOf = (column: LeaseColumn): string =>
  ({
    address: t('Address'),
    client: t('Client'),
    hostname: t('Host name'),
    state: t('State'),
    starts: t('Since'),
    ends: t('Until'),
  })[column];

/** The leases as a grid, of which only the visible rows are drawn. */
export function Grid(props: {
  rows: LeaseRows;
  total: number;
  view: LeaseView;
  local: boolean;
  onSort: (column: LeaseColumn) => void;
  onOpen: (index: number) => void;
}) {
  const { rows, total, view, local } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState(0);
  const { rows: drawn, height, page, reveal } = useVirtual(scroller, total, ROW, OVERSCAN, HEAD);
  const first = drawn[0]?.index ?? 0;
  const last = drawn[drawn.length - 1]?.index ?? 0;
  useEffect(() => rows.want(first, last), [rows, first, last]);
  useEffect(() => {
    setCursor(0);
    reveal(0);
  }, [rows, reveal]);
  const move = (to: number): void => {
    const index = Math.min(Math.max(to, 0), total - 1);
    setCursor(index);
    reveal(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // The headings are buttons and handle their own keys.
    if (event.target !== scroller.current || event.ctrlKey || event.metaKey || event.altKey || total === 0) return;
    const to = {
      ArrowDown: cursor + 1,
      ArrowUp: cursor - 1,
      PageDown: cursor + page,
      PageUp: cursor - page,
      Home: 0,
      End: total - 1,
    }[event.key];
    if (to !== undefined) move(to);
    else if (event.key === 'Enter') props.onOpen(cursor);
    else return;
    event.preventDefault();
  };
  const shown = drawn.some(({ index }) => index === cursor);
  return (
    <div
      class="leases-grid scroller"
      ref={scroller}
      role="grid"
      aria-label={t('Leases')}
      aria-rowcount={total + 1}
      aria-colcount={LEASE_COLUMNS.length}
      tabIndex={0}
      {...(shown ? { 'aria-activedescendant': `lease-${cursor}` } : {})}
      onKeyDown={onKeyDown}
    >
      <div class="lease-row head" role="row" aria-rowindex={1} style={{ height: `${HEAD}px` }}>
        {LEASE_COLUMNS.map((column) => {
          const sorted = view.sort === column;
          return (
            <span
              key={column}
              role="columnheader"
              aria-sort={sorted ? (view.down ? 'descending' : 'ascending') : 'none'}
              class={column}
            >
              <button type="button" onClick={() => props.onSort(column)}>
                {titleOf(column)}
                <span aria-hidden="true">{sorted ? (view.down ? ' ▾' : ' ▴') : ''}</span>
              </button>
            </span>
          );
        })}
      </div>
      {total > 0 && (
        <div class="canvas" role="rowgroup" style={{ height: `${height}px` }}>
          {drawn.map(({ index, y }) => {
            const row = rows.get(index);
            return (
              <div
                key={index}
                id={`lease-${index}`}
                class={`lease-row line${index === cursor ? ' selected' : ''}`}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={index === cursor}
                style={{ transform: `translateY(${y}px)`, height: `${ROW}px` }}
                onClick={() => move(index)}
                onDblClick={() => props.onOpen(index)}
              >
                {LEASE_COLUMNS.map((column) => {
                  const text = row?.[column] ?? '';
                  const cell = column === 'starts' || column === 'ends' ? shownTime(text, local) : text;
                  return (
                    <span key={column} role="gridcell" class={column} title={cell}>
                      {cell}
                    </span>
                  );
                })}
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}
