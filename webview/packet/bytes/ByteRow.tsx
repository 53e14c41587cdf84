import { t } from '../../l10n';
import { ownerAt, type Intervals } from './intervals';
import { asciiOf, HEX } from './octets';
import { isUnexplained, lineOf, type TreeModel } from '../treeModel';
import type { Span } from '../../../src/protocol';

/** How the octets of a buffer are highlighted. */
export interface Marked {
  readonly model: TreeModel;
  readonly intervals: Intervals;
  /** Octets of the selected field, of the field under the mouse, and those that the user has selected directly. */
  readonly chosen: readonly Span[];
  readonly pointed: readonly Span[];
  readonly range: Span | undefined;
  readonly cursor: number;
}

/** One row of octets: offset, hex, ASCII. */
export function ByteRow(props: {
  bytes: Uint8Array;
  marked: Marked;
  index: number;
  perRow: number;
  y: number;
  height: number;
  /** Number of digits of an offset. */
  digits: number;
}) {
  const { bytes, marked, index, perRow } = props;
  const start = index * perRow;
  const offsets = Array.from({ length: Math.min(perRow, bytes.length - start) }, (_, i) => start + i);
  const missing = perRow - offsets.length;
  return (
    <div
      class="byte-row"
      role="row"
      aria-rowindex={index + 1}
      style={{ transform: `translateY(${props.y}px)`, height: `${props.height}px` }}
    >
      <span class="offset" role="rowheader">
        {start.toString(16).padStart(props.digits, '0')}
      </span>
      {offsets.map((offset) => (
        <span
          key={offset}
          id={`byte-${offset}`}
          class={classOf(marked, offset, offset % 8 === 0 && offset !== start ? 'octet half' : 'octet', 'selected')}
          role="gridcell"
          aria-colindex={offset - start + 2}
          aria-selected={isSelected(marked, offset)}
          data-offset={offset}
          title={titleOf(marked, offset)}
        >
          {HEX[bytes[offset]!]}
        </span>
      ))}
      {missing > 0 && (
        <span
          class="blank"
          role="presentation"
          style={{ width: `${missing * 3 + (perRow === 16 && offsets.length <= 8 ? 1 : 0)}ch` }}
        />
      )}
      <span class="ascii" role="gridcell" aria-colindex={perRow + 2}>
        {offsets.map((offset) => (
          <span key={offset} class={classOf(marked, offset, 'letter', 'marked')} data-ascii={offset}>
            {asciiOf(bytes[offset]!)}
          </span>
        ))}
      </span>
    </div>
  );
}

/** Whether an octet is part of the selection: the range if there is one, otherwise the field. */
const isSelected = ({ range, chosen }: Marked, offset: number): boolean => contains(range ? [range] : chosen, offset);

function classOf(marked: Marked, offset: number, base: string, selected: string): string {
  const owner = ownerAt(marked.intervals, offset);
  let name = base;
  if (isSelected(marked, offset)) name += ` ${selected}`;
  if (contains(marked.pointed, offset)) name += ' hovered';
  if (owner < 0 || isUnexplained(marked.model, owner)) name += ' unexplained';
  if (offset === marked.cursor) name += ' cursor';
  return name;
}

export function contains(spans: readonly Span[], offset: number): boolean {
  return spans.some((span) => offset >= span.offset && offset < span.offset + span.length);
}

function titleOf({ model, intervals }: Marked, offset: number): string {
  const node = model.nodes[ownerAt(intervals, offset)];
  return `${offset}: ${node ? lineOf(node.field) : t('no field explains this byte')}`;
}
