import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { FrameView, ShownFinding } from '../../src/protocol';
import { t } from '../l10n';
import { Measured } from '../parts/Measured';
import { memo } from '../hooks/memo';
import type { Session, Shown } from '../session';
import { useVirtual } from '../hooks/useVirtual';
import { Explanation } from './Explanation';
import { FrameHead } from './FrameHead';
import { marksOf, severityOf } from './marks';
import { treeKeys } from './treeKeys';
import {
  aboutOf,
  docOf,
  isExpanded,
  lineOf,
  nearestVisible,
  visibleNodes,
  withExpanded,
  type Expansion,
  type TreeModel,
} from './treeModel';
import { TreeRow } from './TreeRow';

/** Rows drawn above and below the visible ones: enough to draw the tree of an ordinary message completely. */
const OVERSCAN = 80;

interface Props {
  session: Session;
  findings: readonly ShownFinding[];
  view: FrameView;
  model: TreeModel;
  expansion: Expansion;
  rowHeight: number;
  /** Index of the selected node, -1 for none. */
  selected: number;
  hovered: number;
  shown: Shown;
  onSelect: (index: number) => void;
  onExpansion: (expansion: Expansion) => void;
  onHover: (index: number) => void;
  onMenu: (index: number, x: number, y: number) => void;
}

/** The fields of a frame as a tree, below a summary of the frame. The explanation of the selected field opens below it. */
export const PacketTree = memo(function PacketTree(props: Props) {
  const { view, model, expansion, rowHeight, shown, onSelect, onExpansion } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', at: 0 });
  const visible = useMemo(() => visibleNodes(model, expansion), [model, expansion]);
  const places = useMemo(() => new Map(visible.map((index, place) => [index, place])), [visible]);
  const marks = useMemo(() => marksOf(model, view, props.findings), [model, view, props.findings]);
  const selected = props.selected < 0 ? -1 : nearestVisible(model, props.selected, expansion);
  const place = places.get(selected) ?? -1;
  const [lead, setLead] = useState(0);
  // The measured height is only valid for the explanation of the same field. In another frame that field has another index.
  const field = model.nodes[selected]?.id ?? '';
  const [under, setUnder] = useState({ of: '', height: 0 });
  const extra = under.of === field ? under.height : 0;
  const among = { lead, after: place, extra };
  const { rows, height, page, reveal } = useVirtual(scroller, visible.length, rowHeight, OVERSCAN, 0, among);

  // Only an explicit request scrolls: another frame or an opened node leaves the view where it is.
  const asked = useRef(-1);
  useEffect(() => {
    asked.current = shown.index;
  }, [shown]);
  useEffect(() => {
    if (asked.current < 0 || nearestVisible(model, asked.current, expansion) !== selected || extra === 0) return;
    asked.current = -1;
    reveal(place);
  }, [shown, selected, extra, place]);
  const select = (index: number): void => {
    asked.current = index;
    onSelect(index);
    const to = places.get(index);
    if (to !== undefined) reveal(to);
  };
  const toggle = (index: number): void =>
    onExpansion(withExpanded(expansion, [model.nodes[index]!.id], !isExpanded(model, index, expansion)));
  const onKeyDown = treeKeys({
    ...{ model, expansion, visible, place, selected, page, typed: typed.current },
    ...{ select, onExpansion },
    onCopy: (index) => void props.session.copy(lineOf(model.nodes[index]!.field)),
  });
  const onContextMenu = (event: MouseEvent): void => {
    // The menu key refers to the selected node, the mouse to the one under the pointer.
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=treeitem]') : null;
    const index = row ? Number(row.dataset['node']) : selected;
    if (index < 0) return;
    event.preventDefault();
    const box = document.getElementById(`field-${index}`)?.getBoundingClientRect();
    const byKey = !row && box;
    if (index !== selected) onSelect(index);
    props.onMenu(index, byKey ? box.left + 24 : event.clientX, byKey ? box.bottom : event.clientY);
  };

  const inSight = rows.some(({ index }) => index === place);
  return (
    <div class="fields scroller" ref={scroller}>
      <div class="canvas" style={{ height: `${height}px` }}>
        <Measured class="frame-head" label={t('Frame')} y={0} onHeight={setLead}>
          <FrameHead view={view} />
        </Measured>
        <div
          class="tree"
          style={{ top: `${lead}px` }}
          role="tree"
          aria-label={t('Packet')}
          tabIndex={0}
          {...(inSight ? { 'aria-activedescendant': `field-${selected}` } : {})}
          onKeyDown={onKeyDown}
          onContextMenu={onContextMenu}
          onMouseLeave={() => props.onHover(-1)}
        >
          {rows.map(({ index, y }) => (
            <TreeRow
              key={model.nodes[visible[index]!]!.id}
              model={model}
              index={visible[index]!}
              open={isExpanded(model, visible[index]!, expansion)}
              selected={visible[index] === selected}
              severity={severityOf(model, visible[index]!, isExpanded(model, visible[index]!, expansion), marks)}
              hovered={visible[index] === props.hovered}
              about={visible[index] === selected ? '' : aboutOf(docOf(model, visible[index]!, view.docs))}
              y={y - lead}
              height={rowHeight}
              onSelect={select}
              onToggle={toggle}
              onHover={props.onHover}
            />
          ))}
        </div>
        {selected >= 0 && inSight && (
          <Measured
            key={field}
            class="explanation"
            label={t('Details')}
            y={lead + (place + 1) * rowHeight}
            onHeight={(now) => setUnder({ of: field, height: now })}
          >
            <Explanation
              session={props.session}
              view={view}
              model={model}
              index={selected}
              mark={marks.get(selected)}
              findings={props.findings}
            />
          </Measured>
        )}
      </div>
    </div>
  );
});
