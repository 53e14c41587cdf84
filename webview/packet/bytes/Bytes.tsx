import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import type { FrameView, Span } from '../../../src/protocol';
import { t } from '../../l10n';
import { memo } from '../../hooks/memo';
import type { Shown } from '../../session';
import { useVirtual } from '../../hooks/useVirtual';
import { BufferTabs } from '../BufferTabs';
import { ByteRow, contains } from './ByteRow';
import { offsetByKey } from './byteKeys';
import { Inspector } from './Inspector';
import { ownerAt, ownersOf } from './intervals';
import { hexOf } from './octets';
import { isUnexplained, spansOf, type TreeModel } from '../treeModel';

/** Rows drawn above and below the visible ones: enough to draw the octets of an ordinary message completely. */
const OVERSCAN = 32;
/** Fixed width of a row in characters, and the width per octet: hex, blank, ASCII. */
const FIXED_CHARACTERS = 11;
const CHARACTERS_PER_OCTET = 4;

/** Options by their keys, and the number of octets of code and length before the value. */
const OPTION_HEADS: readonly (readonly [RegExp, number])[] = [
  [/^dhcp\.option(\.\d+)+$/, 2],
  [/^dhcpv6\.option(\.\d+)+$/, 4],
];

interface Props {
  view: FrameView;
  model: TreeModel;
  rowHeight: number;
  selected: number;
  hovered: number;
  buffer: number;
  /** A field that was selected elsewhere; a new object reveals its octets again. */
  shown: Shown;
  onBuffer: (buffer: number) => void;
  /** Called when the user points at an octet, with the field that covers it (-1: none). */
  onSelect: (index: number) => void;
  onHover: (index: number) => void;
  onMenu: (index: number, x: number, y: number) => void;
  copy: (text: string) => Promise<boolean>;
}

/** The octets of a frame in hex and ASCII; the selected ones are interpreted in several ways below. */
export const Bytes = memo(function Bytes(props: Props) {
  const { view, model, rowHeight, shown } = props;
  const buffer = Math.min(props.buffer, view.buffers.length - 1);
  const bytes = view.buffers[buffer]?.bytes ?? new Uint8Array(0);
  const scroller = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const perRow = useOctetsPerRow(scroller, probe);
  const [cursor, setCursor] = useState(0);
  // Where a selection of octets began; it ends at the cursor.
  const [anchor, setAnchor] = useState<number>();
  const dragging = useRef(false);
  const at = Math.min(cursor, Math.max(bytes.length - 1, 0));
  const intervals = useMemo(() => ownersOf(model, buffer, bytes.length), [model, buffer, bytes.length]);
  const { rows, height, page, reveal } = useVirtual(scroller, Math.ceil(bytes.length / perRow), rowHeight, OVERSCAN);
  const chosen = spansIn(model, props.selected, buffer);
  const range = anchor === undefined ? undefined : spanBetween(Math.min(anchor, bytes.length - 1), at);

  useEffect(() => setAnchor(undefined), [view, buffer, shown]);
  useEffect(() => {
    const first = spansIn(model, shown.index, buffer)[0];
    if (!first) return undefined;
    setCursor(first.offset);
    reveal(Math.floor(first.offset / perRow), false, Math.floor((first.offset + first.length - 1) / perRow));
    // In a low window the drawer and the whole window can be scrolled too. The row is drawn by then.
    const frame = requestAnimationFrame(() => {
      document.getElementById(`byte-${first.offset}`)?.closest('.byte-row')?.scrollIntoView({ block: 'nearest' });
    });
    return () => cancelAnimationFrame(frame);
  }, [shown, buffer, perRow]);

  const owner = (offset: number): number => ownerAt(intervals, offset);
  const go = (offset: number, extend = false): void => {
    const to = Math.min(Math.max(offset, 0), bytes.length - 1);
    setAnchor(extend ? (anchor ?? at) : undefined);
    setCursor(to);
    reveal(Math.floor(to / perRow));
    if (!extend) props.onSelect(owner(to));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (bytes.length === 0) return;
    if ((event.ctrlKey || event.metaKey) && event.key === 'c') {
      void props.copy(hexOf(bytes, inspected.offset, inspected.offset + inspected.length));
      return event.preventDefault();
    }
    const to = offsetByKey(event, at, perRow, page, bytes.length);
    if (to === undefined) return;
    event.preventDefault();
    go(to, event.shiftKey);
  };
  const onPointerDown = (event: PointerEvent): void => {
    const offset = offsetOf(event.target);
    if (offset < 0 || event.button !== 0) return;
    go(offset, event.shiftKey);
    dragging.current = true;
  };
  const onPointerOver = (event: PointerEvent): void => {
    const offset = offsetOf(event.target);
    if (dragging.current && (event.buttons & 1) === 1) {
      if (offset >= 0 && offset !== at) go(offset, true);
    } else {
      dragging.current = false;
      props.onHover(offset < 0 ? -1 : owner(offset));
    }
  };
  const onContextMenu = (event: MouseEvent): void => {
    const offset = offsetOf(event.target);
    const index = offset >= 0 ? owner(offset) : props.selected;
    if (index < 0) return;
    event.preventDefault();
    const within = offset < 0 || contains(chosen, offset);
    if (!within) go(offset);
    const box = document.getElementById(`byte-${at}`)?.getBoundingClientRect();
    const place = offset < 0 && box ? [box.left, box.bottom] : [event.clientX, event.clientY];
    props.onMenu(within && props.selected >= 0 ? props.selected : index, place[0]!, place[1]!);
  };

  const inspected = range ?? valueAt(model, props.selected, chosen, at);
  const marked = { model, intervals, chosen, pointed: spansIn(model, props.hovered, buffer), range, cursor: at };
  const anyPlain = useMemo(
    () => bytes.length > 0 && intervals.owners.some((index) => index < 0 || isUnexplained(model, index)),
    [intervals, model, bytes.length],
  );
  const digits = bytes.length > 0x10000 ? 6 : 4;
  const seen = rows.some(({ index }) => index === Math.floor(at / perRow));
  return (
    <div class="bytes">
      <BufferTabs buffers={view.buffers} shown={buffer} onShow={props.onBuffer} />
      <div class="rows">
        <div
          class="scroller hexgrid"
          ref={scroller}
          role="grid"
          aria-label={t('Bytes')}
          aria-rowcount={Math.ceil(bytes.length / perRow)}
          aria-colcount={perRow + 2}
          aria-multiselectable={true}
          tabIndex={0}
          {...(seen ? { 'aria-activedescendant': `byte-${at}` } : {})}
          onKeyDown={onKeyDown}
          onContextMenu={onContextMenu}
          onPointerDown={onPointerDown}
          onPointerOver={onPointerOver}
          onPointerUp={() => (dragging.current = false)}
          onPointerLeave={() => props.onHover(-1)}
        >
          <span ref={probe} class="probe" aria-hidden="true">
            0000000000
          </span>
          <div class="canvas" role="presentation" style={{ height: `${height}px` }}>
            {rows.map(({ index, y }) => (
              <ByteRow key={index} {...{ bytes, marked, index, perRow, y, digits }} height={rowHeight} />
            ))}
          </div>
        </div>
      </div>
      {bytes.length > 0 && (
        <Inspector
          bytes={bytes.subarray(inspected.offset, inspected.offset + inspected.length)}
          offset={inspected.offset}
          copy={props.copy}
        />
      )}
      {anyPlain && (
        <p class="legend quiet">
          <span class="octet unexplained">00</span> {t('no field explains this byte')}
        </p>
      )}
    </div>
  );
});

/** Sixteen octets per row if there is room, otherwise eight. */
function useOctetsPerRow(scroller: RefObject<HTMLElement | null>, probe: RefObject<HTMLElement | null>): number {
  const [perRow, setPerRow] = useState(16);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = (): void => {
      const character = (probe.current?.offsetWidth ?? 80) / 10;
      const fits = element.clientWidth >= (FIXED_CHARACTERS + 16 * CHARACTERS_PER_OCTET) * character;
      setPerRow(fits ? 16 : 8);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return perRow;
}

/** The octet under the mouse, in hex or ASCII; -1 for none. */
function offsetOf(target: EventTarget | null): number {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-offset],[data-ascii]') : null;
  return Number(cell?.dataset['offset'] ?? cell?.dataset['ascii'] ?? -1);
}

/** The octets to interpret: the run of the selected field at the cursor (for an option, its value), otherwise one octet. */
function valueAt(model: TreeModel, index: number, chosen: readonly Span[], at: number): Span {
  const run = chosen.find((span) => contains([span], at));
  if (!run) return spanBetween(at, at);
  const key = model.nodes[index]?.field.key ?? '';
  const head = OPTION_HEADS.find(([form]) => form.test(key))?.[1] ?? 0;
  return run.length > head ? { offset: run.offset + head, length: run.length - head } : run;
}

const spanBetween = (a: number, b: number): Span => ({ offset: Math.min(a, b), length: Math.abs(a - b) + 1 });

/** The runs of a node's octets in one buffer; none for -1. */
function spansIn(model: TreeModel, index: number, buffer: number): Span[] {
  const node = model.nodes[index];
  return node ? spansOf(node.field).filter((span) => (span.buffer ?? 0) === buffer) : [];
}
