import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { FrameView, Span } from '../../src/protocol';
import { ownerAt, ownersOf } from './intervals';
import { t } from '../l10n';
import { memo } from '../memo';
import { asciiOf, HEX } from './octets';
import type { Shown } from '../session';
import { isUnexplained, lineOf, spansOf, type TreeModel } from './treeModel';
import { useVirtual } from '../useVirtual';

/** Rows drawn above and below those that can be seen: the octets of an ordinary message are there as a whole. */
const OVERSCAN = 32;
/** Characters that a row takes beside its octets, and for each octet: hex, blank, ASCII. */
const FIXED_CHARACTERS = 11;
const CHARACTERS_PER_OCTET = 4;

/** The octets of a frame in hex and ASCII. */
export const Bytes = memo(function Bytes(props: {
  view: FrameView;
  model: TreeModel;
  rowHeight: number;
  selected: number;
  hovered: number;
  buffer: number;
  /** A field that was selected elsewhere; a new object reveals its octets anew. */
  shown: Shown;
  onBuffer: (buffer: number) => void;
  /** The person points at an octet: selects the field that has it (-1: none). */
  onSelect: (index: number) => void;
  onHover: (index: number) => void;
  onMenu: (index: number, x: number, y: number) => void;
}) {
  const { view, model, rowHeight, shown } = props;
  const buffer = Math.min(props.buffer, view.buffers.length - 1);
  const bytes = view.buffers[buffer]?.bytes ?? new Uint8Array(0);
  const scroller = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const [perRow, setPerRow] = useState(16);
  const [cursor, setCursor] = useState(0);
  const at = Math.min(cursor, Math.max(bytes.length - 1, 0));
  const intervals = useMemo(() => ownersOf(model, buffer, bytes.length), [model, buffer, bytes.length]);
  const { rows, height, page, reveal } = useVirtual(scroller, Math.ceil(bytes.length / perRow), rowHeight, OVERSCAN);
  const chosen = spansIn(model, props.selected, buffer);
  const pointed = spansIn(model, props.hovered, buffer);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = (): void => {
      const character = (probe.current?.offsetWidth ?? 80) / 10;
      const fits = (octets: number): boolean =>
        element.clientWidth >= (FIXED_CHARACTERS + octets * CHARACTERS_PER_OCTET) * character;
      setPerRow(fits(16) ? 16 : 8);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const first = spansIn(model, shown.index, buffer)[0];
    if (!first) return;
    setCursor(first.offset);
    // The end first, so that of a field longer than the view the beginning stays in sight.
    reveal(Math.floor((first.offset + first.length - 1) / perRow));
    reveal(Math.floor(first.offset / perRow));
  }, [shown, buffer]);

  const owner = (offset: number): number => ownerAt(intervals, offset);
  const go = (offset: number): void => {
    const to = Math.min(Math.max(offset, 0), bytes.length - 1);
    setCursor(to);
    reveal(Math.floor(to / perRow));
    props.onSelect(owner(to));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey || bytes.length === 0) return;
    const rowStart = at - (at % perRow);
    const to = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      // In the last row there may be no octet below.
      ArrowUp: at >= perRow ? at - perRow : at,
      ArrowDown: at + perRow < bytes.length ? at + perRow : at,
      PageUp: at - page * perRow,
      PageDown: at + page * perRow,
      Home: event.ctrlKey ? 0 : rowStart,
      End: event.ctrlKey ? bytes.length - 1 : rowStart + perRow - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  };
  const offsetOf = (target: EventTarget | null): number => {
    const cell = target instanceof Element ? target.closest<HTMLElement>('[data-offset],[data-ascii]') : null;
    return Number(cell?.dataset['offset'] ?? cell?.dataset['ascii'] ?? -1);
  };
  const onContextMenu = (event: MouseEvent): void => {
    const offset = offsetOf(event.target);
    const index = offset >= 0 ? owner(offset) : props.selected;
    if (index < 0) return;
    event.preventDefault();
    if (offset >= 0 && !contains(chosen, offset)) go(offset);
    const box = document.getElementById(`byte-${at}`)?.getBoundingClientRect();
    const place = offset < 0 && box ? [box.left, box.bottom] : [event.clientX, event.clientY];
    props.onMenu(offset >= 0 && contains(chosen, offset) ? props.selected : index, place[0]!, place[1]!);
  };

  const plain = (offset: number): boolean => {
    const index = owner(offset);
    return index < 0 || isUnexplained(model, index);
  };
  const anyPlain = useMemo(
    () => intervals.owners.some((index) => index < 0 || isUnexplained(model, index)) && bytes.length > 0,
    [intervals, model, bytes.length],
  );
  const classOf = (offset: number, base: string, selectedClass: string): string => {
    let name = base;
    if (contains(chosen, offset)) name += ` ${selectedClass}`;
    if (contains(pointed, offset)) name += ' hovered';
    if (plain(offset)) name += ' unexplained';
    if (offset === at) name += ' cursor';
    return name;
  };
  const digits = bytes.length > 0x10000 ? 6 : 4;
  const seen = rows.some(({ index }) => index === Math.floor(at / perRow));
  return (
    <div class="bytes">
      {view.buffers.length > 1 && (
        <div class="tabs" role="tablist" aria-label={t('Bytes')}>
          {view.buffers.map(({ name }, i) => (
            <button
              key={i}
              type="button"
              role="tab"
              aria-selected={i === buffer}
              tabIndex={i === buffer ? 0 : -1}
              onClick={() => props.onBuffer(i)}
              onKeyDown={(event) => {
                const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                if (step === undefined) return;
                const next = (i + step + view.buffers.length) % view.buffers.length;
                props.onBuffer(next);
                event.currentTarget.parentElement?.querySelectorAll('button')[next]?.focus();
              }}
            >
              {name}
            </button>
          ))}
        </div>
      )}
      <div
        class="scroller hexgrid"
        ref={scroller}
        role="grid"
        aria-label={t('Bytes')}
        aria-rowcount={Math.ceil(bytes.length / perRow)}
        aria-colcount={perRow + 2}
        tabIndex={0}
        {...(seen ? { 'aria-activedescendant': `byte-${at}` } : {})}
        onKeyDown={onKeyDown}
        onContextMenu={onContextMenu}
        onClick={(event) => {
          const offset = offsetOf(event.target);
          // Who has dragged over octets wants to copy them.
          if (offset >= 0 && !getSelection()?.toString()) go(offset);
        }}
        onMouseOver={(event) => {
          const offset = offsetOf(event.target);
          props.onHover(offset < 0 ? -1 : owner(offset));
        }}
        onMouseLeave={() => props.onHover(-1)}
      >
        <span ref={probe} class="probe" aria-hidden="true">
          0000000000
        </span>
        <div class="canvas" role="presentation" style={{ height: `${height}px` }}>
          {rows.map(({ index, y }) => {
            const start = index * perRow;
            const offsets = Array.from({ length: Math.min(perRow, bytes.length - start) }, (_, i) => start + i);
            return (
              <div
                key={index}
                class="byte-row"
                role="row"
                aria-rowindex={index + 1}
                style={{ transform: `translateY(${y}px)`, height: `${rowHeight}px` }}
              >
                <span class="offset" role="rowheader">
                  {start.toString(16).padStart(digits, '0')}
                </span>
                {offsets.map((offset) => (
                  <span
                    key={offset}
                    id={`byte-${offset}`}
                    class={classOf(offset, offset % 8 === 0 && offset !== start ? 'octet half' : 'octet', 'selected')}
                    role="gridcell"
                    aria-colindex={offset - start + 2}
                    aria-selected={contains(chosen, offset)}
                    data-offset={offset}
                    title={titleOf(model, owner(offset), offset)}
                  >
                    {HEX[bytes[offset]!]}
                  </span>
                ))}
                {perRow > offsets.length && (
                  <span
                    class="blank"
                    role="presentation"
                    style={{
                      width: `${(perRow - offsets.length) * 3 + (perRow === 16 && offsets.length <= 8 ? 1 : 0)}ch`,
                    }}
                  />
                )}
                <span class="ascii" role="gridcell" aria-colindex={perRow + 2}>
                  {offsets.map((offset) => (
                    <span key={offset} class={classOf(offset, 'letter', 'marked')} data-ascii={offset}>
                      {asciiOf(bytes[offset]!)}
                    </span>
                  ))}
                </span>
              </div>
            );
          })}
        </div>
      </div>
      {anyPlain && (
        <p class="legend quiet">
          <span class="octet unexplained">00</span> {t('no field explains this byte')}
        </p>
      )}
    </div>
  );
});

/** The runs of a node's octets in one buffer; none for -1. */
function spansIn(model: TreeModel, index: number, buffer: number): Span[] {
  const node = model.nodes[index];
  return node ? spansOf(node.field).filter((span) => (span.buffer ?? 0) === buffer) : [];
}

function contains(spans: readonly Span[], offset: number): boolean {
  return spans.some((span) => offset >= span.offset && offset < span.offset + span.length);
}

function titleOf(model: TreeModel, index: number, offset: number): string {
  const node = model.nodes[index];
  return `${offset}: ${node ? lineOf(node.field) : t('no field explains this byte')}`;
}
