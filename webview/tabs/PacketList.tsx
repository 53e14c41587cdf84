import { useEffect, useRef } from 'preact/hooks';
import type { Row } from '../../src/protocol';
import { SeverityIcon } from '../icons';
import { t } from '../l10n';
import type { RowCache } from '../rowCache';
import type { Cursor } from '../session';
import { useVirtual } from '../useVirtual';

/** Height in px of the row of headings. */
const HEAD = 24;

/** Rows drawn above and below those that can be seen. */
const OVERSCAN = 10;
/** Milliseconds to wait, while much is being fetched, whether the rows are still wanted. */
const PATIENCE = 40;

type Text = Exclude<keyof Row, 'frame' | 'severity' | 'epoch' | 'delta' | 'waited'>;

/** The list of packets: as long as it may be, with the rows that can be seen. */
export function PacketList(props: {
  total: number;
  cache: RowCache;
  /** Changes whenever the cache's rows are out of date. */
  age: number;
  rowHeight: number;
  cursor: Cursor;
  /** Number of the selected frame. */
  frame: number | undefined;
  /** Digits of the largest frame number. */
  digits: number;
  onMove: (index: number) => void;
  onEnter: () => void;
}) {
  const { total, cache, age, rowHeight, cursor, frame, onMove } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, height, page, reveal } = useVirtual(scroller, total, rowHeight, OVERSCAN, HEAD);
  const first = rows[0]?.index ?? 0;
  const last = rows[rows.length - 1]?.index ?? -1;

  useEffect(() => {
    const want = (): void => void cache.want(first, last + 1, total).catch(() => undefined);
    if (cache.busy < 2) return want();
    const timer = setTimeout(want, PATIENCE);
    return () => clearTimeout(timer);
  }, [cache, age, first, last, total]);
  useEffect(() => {
    if (cursor.index >= 0) reveal(cursor.index, cursor.center);
  }, [cursor, reveal]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || total === 0) return;
    const at = cursor.index;
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? 0 : at - 1,
      PageDown: Math.max(at, 0) + page,
      PageUp: at - page,
      Home: 0,
      End: total - 1,
    }[event.key];
    if (to !== undefined) onMove(Math.min(Math.max(to, 0), total - 1));
    else if (event.key === 'Enter') props.onEnter();
    else return;
    event.preventDefault();
  };

  const columns: readonly (readonly [Text, string])[] = [
    ['time', t('Time')],
    ['source', t('Source')],
    ['destination', t('Destination')],
    ['type', t('Type')],
    ['client', t('Client')],
    ['info', t('Info')],
  ];
  const shown = rows.some(({ index }) => index === cursor.index);
  return (
    <div
      class={total === 0 ? 'packets empty' : 'packets scroller'}
      ref={scroller}
      role="grid"
      aria-label={t('Packets')}
      aria-rowcount={total + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable={false}
      tabIndex={0}
      {...(shown ? { 'aria-activedescendant': `packet-${cursor.index}` } : {})}
      style={{ '--digits': String(props.digits), '--list': `${HEAD + total * rowHeight}px` }}
      onKeyDown={onKeyDown}
    >
      <div class="packet-row head" role="row" aria-rowindex={1} style={{ height: `${HEAD}px` }}>
        <span role="columnheader" class="number">
          {t('No.')}
        </span>
        {columns.map(([name, title]) => (
          <span key={name} role="columnheader" class={name}>
            {title}
          </span>
        ))}
      </div>
      {total > 0 && (
        <div class="canvas" role="rowgroup" style={{ height: `${height}px` }}>
          {rows.map(({ index, y }) => {
            const row = cache.get(index);
            const selected = row ? row.frame === frame : index === cursor.index;
            return (
              <div
                key={index}
                id={`packet-${index}`}
                class={`packet-row line${selected ? ' selected' : ''}${row ? '' : ' coming'}`}
                role="row"
                data-frame={row?.frame}
                aria-rowindex={index + 2}
                aria-selected={selected}
                style={{ transform: `translateY(${y}px)`, height: `${rowHeight}px` }}
                onClick={() => onMove(index)}
              >
                <span role="gridcell" class="number">
                  {row?.severity && <SeverityIcon severity={row.severity} />}
                  {row?.frame}
                </span>
                {columns.map(([name]) => (
                  <span key={name} role="gridcell" class={name} title={row?.[name]}>
                    {row?.[name]}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}
