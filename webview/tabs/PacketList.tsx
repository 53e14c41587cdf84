import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Row } from '../../src/protocol';
import { SeverityIcon } from '../parts/icons';
import { t } from '../l10n';
import {
  columnsOf,
  COLUMNS,
  gridOf,
  leastOf,
  timeFormatOf,
  timeText,
  type Column,
  type TimeFormat,
} from '../packets/columns';
import { Head, menuItems } from '../packets/Head';
import { rowMenu } from '../packets/rowMenu';
import type { PartProps } from '../part';
import { useVirtual } from '../hooks/useVirtual';
import { useWholeRows } from '../packets/useWholeRows';

/** Height in px of the heading row. */
const HEAD = 24;

/** Rows drawn above and below the visible ones. */
const OVERSCAN = 10;
/** While much is being fetched, how long to wait and see whether rows are still needed, in milliseconds. */
const PATIENCE = 40;

/** The packet list, of which only the visible rows are drawn. */
export function PacketList({ session, capture, heights, menu }: PartProps) {
  const { total, age, cursor, frame, related } = session.state;
  const { cache } = session;
  const rowHeight = heights.row;
  const scroller = useRef<HTMLDivElement>(null);
  const whole = useWholeRows(scroller, HEAD, rowHeight);
  const { rows, height, page, reveal } = useVirtual(scroller, total, rowHeight, OVERSCAN, HEAD);
  const first = rows[0]?.index ?? 0;
  const last = rows[rows.length - 1]?.index ?? -1;
  const chosen = columnsOf(session.choice('columns'));
  const columns: readonly Column[] = chosen ?? COLUMNS.map((name) => ({ name }));
  const format = timeFormatOf(session.choice('time'));
  const relatives = useMemo(() => new Set(related.frames), [related]);

  useEffect(() => {
    const want = (): void => void cache.want(first, last + 1, total).catch(() => undefined);
    if (cache.busy < 2) return want();
    const timer = setTimeout(want, PATIENCE);
    return () => clearTimeout(timer);
  }, [cache, age, first, last, total]);
  useEffect(() => {
    if (cursor.index >= 0) reveal(cursor.index, cursor.center);
  }, [cursor, reveal]);

  const move = (index: number): void => void session.moveTo(index);
  const open = (row: Row | undefined, x: number, y: number): void => {
    if (!row) return;
    const choose = { label: t('Columns and times…'), run: () => menu({ x, y, items: menuItems(session, columns) }) };
    menu({ x, y, items: [...rowMenu(session, row), choose] });
  };
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
    if (to !== undefined) move(Math.min(Math.max(to, 0), total - 1));
    else if (event.key === 'Enter') session.focusPacket();
    else if (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')) {
      const box = document.getElementById(`packet-${at}`)?.getBoundingClientRect();
      open(cache.get(at), box?.left ?? 0, box?.bottom ?? 0);
    } else return;
    event.preventDefault();
  };
  const shown = rows.some(({ index }) => index === cursor.index);
  const style = {
    '--digits': String(String(capture.frames).length),
    '--list': `${HEAD + total * rowHeight}px`,
    ...(format === 'utc' || format === 'local' ? { '--time': '26ch' } : {}),
    ...(chosen ? { '--columns': gridOf(chosen), '--least': leastOf(chosen) } : {}),
    ...(whole && !chosen ? { maxHeight: `${whole}px` } : {}),
  };
  return (
    <div
      class={`packets ${total === 0 ? 'empty' : 'scroller'}${chosen ? ' chosen' : ''}`}
      ref={scroller}
      role="grid"
      aria-label={t('Packets')}
      aria-rowcount={total + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable={false}
      tabIndex={0}
      {...(shown ? { 'aria-activedescendant': `packet-${cursor.index}` } : {})}
      style={style}
      onKeyDown={onKeyDown}
    >
      <Head session={session} columns={columns} height={HEAD} menu={menu} />
      {total > 0 && (
        <div class="canvas" role="rowgroup" style={{ height: `${height}px` }}>
          {rows.map(({ index, y }) => {
            const row = cache.get(index);
            return (
              <Line
                key={index}
                index={index}
                row={row}
                columns={columns}
                format={format}
                selected={row ? row.frame === frame : index === cursor.index}
                kin={kinOf(row, relatives, related.partner)}
                style={{ transform: `translateY(${y}px)`, height: `${rowHeight}px` }}
                onMove={() => move(index)}
                onMenu={(x, y) => {
                  move(index);
                  open(row, x, y);
                }}
              />
            );
          })}
        </div>
      )}
    </div>
  );
}

type Kin = 'partner' | 'related' | '';

/** How a row is related to the selected one. */
function kinOf(row: Row | undefined, relatives: ReadonlySet<number>, partner: number | undefined): Kin {
  if (!row || !relatives.has(row.frame)) return '';
  return row.frame === partner ? 'partner' : 'related';
}

function Line(props: {
  index: number;
  row: Row | undefined;
  columns: readonly Column[];
  format: TimeFormat;
  selected: boolean;
  kin: Kin;
  style: Record<string, string>;
  onMove: () => void;
  onMenu: (x: number, y: number) => void;
}) {
  const { index, row, kin, selected } = props;
  const text = (name: Column['name']): string | undefined =>
    row && (name === 'time' ? timeText(row, props.format) : row[name]);
  return (
    <div
      id={`packet-${index}`}
      class={`packet-row line ${kin}${row?.other ? ' other' : ''}${selected ? ' selected' : ''}${row ? '' : ' coming'}`}
      role="row"
      data-frame={row?.frame}
      aria-rowindex={index + 2}
      aria-selected={selected}
      style={props.style}
      onClick={props.onMove}
      onContextMenu={(event: MouseEvent) => {
        event.preventDefault();
        props.onMenu(event.clientX, event.clientY);
      }}
    >
      <span role="gridcell" class="number">
        {row?.severity && <SeverityIcon severity={row.severity} />}
        {row?.frame}
        {kin === 'partner' && !selected && (
          <span class="unseen"> {t('(request or answer of the selected frame)')}</span>
        )}
      </span>
      {props.columns.map(({ name }) => (
        <span key={name} role="gridcell" class={name} title={text(name)}>
          {text(name)}
        </span>
      ))}
    </div>
  );
}
