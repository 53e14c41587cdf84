import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Chevron, SeverityIcon } from './icons';
import { t } from './l10n';
import { memo } from './memo';
import type { Shown } from './session';
import {
  findTyped,
  hasChildren,
  isExpanded,
  isUnexplained,
  lineOf,
  nearestVisible,
  openableSiblings,
  visibleNodes,
  withExpanded,
  type Expansion,
  type TreeModel,
} from './treeModel';
import { useVirtual } from './useVirtual';

/** Nodes drawn above and below those that can be seen: the tree of an ordinary message is there as a whole. */
const OVERSCAN = 80;
/** Milliseconds after which typing begins a new search. */
const TYPING = 800;

/** The fields of a frame as a tree. */
export const PacketTree = memo(function PacketTree(props: {
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
  onCopy: (index: number) => void;
}) {
  const { model, expansion, rowHeight, shown, onSelect, onExpansion } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', at: 0 });
  const visible = useMemo(() => visibleNodes(model, expansion), [model, expansion]);
  const places = useMemo(() => new Map(visible.map((index, place) => [index, place])), [visible]);
  const selected = props.selected < 0 ? -1 : nearestVisible(model, props.selected, expansion);
  const { rows, height, page, reveal } = useVirtual(scroller, visible.length, rowHeight, OVERSCAN);

  useEffect(() => {
    const place = places.get(shown.index);
    if (place !== undefined) reveal(place);
    // Only what was asked for is revealed: another frame or an opened node leaves the view where it is.
  }, [shown]);

  const setExpanded = (index: number, open: boolean): void =>
    onExpansion(withExpanded(expansion, [model.nodes[index]!.id], open));
  const go = (index: number | undefined): void => {
    if (index === undefined || index < 0) return;
    onSelect(index);
    const place = places.get(index);
    if (place !== undefined) reveal(place);
  };
  const find = (letter: string, time: number): void => {
    const { text, at } = typed.current;
    typed.current = { text: time - at > TYPING ? letter : text + letter, at: time };
    go(findTyped(model, visible, selected, typed.current.text));
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (visible.length === 0) return;
    const place = places.get(selected) ?? -1;
    const lastPlace = visible.length - 1;
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== 'c' || selected < 0 || getSelection()?.toString()) return;
      props.onCopy(selected);
    } else if (event.altKey) return;
    else if (event.key === 'ArrowDown') go(visible[Math.min(place + 1, lastPlace)]);
    else if (event.key === 'ArrowUp') go(visible[Math.max(place - 1, 0)]);
    else if (event.key === 'PageDown') go(visible[Math.min(Math.max(place, 0) + page, lastPlace)]);
    else if (event.key === 'PageUp') go(visible[Math.max(place - page, 0)]);
    else if (event.key === 'Home') go(visible[0]);
    else if (event.key === 'End') go(visible[lastPlace]);
    else if (event.key === 'ArrowRight' && selected >= 0) {
      if (isExpanded(model, selected, expansion)) go(visible[place + 1]);
      else if (hasChildren(model, selected)) setExpanded(selected, true);
    } else if (event.key === 'ArrowLeft' && selected >= 0) {
      if (isExpanded(model, selected, expansion)) setExpanded(selected, false);
      else go(model.nodes[selected]!.parent);
    } else if ((event.key === 'Enter' || event.key === ' ') && selected >= 0) {
      if (hasChildren(model, selected)) setExpanded(selected, !isExpanded(model, selected, expansion));
    } else if (event.key === '*' && selected >= 0) {
      onExpansion(withExpanded(expansion, openableSiblings(model, selected), true));
    } else if (event.key.length === 1) find(event.key, event.timeStamp);
    else return;
    event.preventDefault();
  };

  const onContextMenu = (event: MouseEvent): void => {
    // The menu key speaks of the selected node, the mouse of the one under it.
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=treeitem]') : null;
    const index = row ? Number(row.dataset['node']) : selected;
    if (index < 0) return;
    event.preventDefault();
    const box = document.getElementById(`field-${index}`)?.getBoundingClientRect();
    const byKey = !row && box;
    if (index !== selected) onSelect(index);
    props.onMenu(index, byKey ? box.left + 24 : event.clientX, byKey ? box.bottom : event.clientY);
  };

  return (
    <div
      class="tree scroller"
      ref={scroller}
      role="tree"
      aria-label={t('Packet')}
      tabIndex={0}
      {...(rows.some(({ index }) => visible[index] === selected)
        ? { 'aria-activedescendant': `field-${selected}` }
        : {})}
      onKeyDown={onKeyDown}
      onContextMenu={onContextMenu}
      onMouseLeave={() => props.onHover(-1)}
    >
      <div class="canvas" role="presentation" style={{ height: `${height}px` }}>
        {rows.map(({ index: place, y }) => {
          const index = visible[place]!;
          const node = model.nodes[index]!;
          const { field } = node;
          const opens = hasChildren(model, index);
          const open = isExpanded(model, index, expansion);
          const classes = ['node', 'line'];
          if (index === selected) classes.push('selected');
          if (index === props.hovered) classes.push('hovered');
          if (node.level === 1) classes.push('layer');
          const unexplained = isUnexplained(model, index);
          if (unexplained) classes.push('unexplained');
          return (
            <div
              key={node.id}
              id={`field-${index}`}
              data-node={index}
              data-key={field.key}
              class={classes.join(' ')}
              role="treeitem"
              aria-level={node.level}
              aria-setsize={node.siblings}
              aria-posinset={node.position}
              aria-selected={index === selected}
              {...(opens ? { 'aria-expanded': open } : {})}
              style={{
                transform: `translateY(${y}px)`,
                height: `${rowHeight}px`,
                paddingInlineStart: `${4 + (node.level - 1) * 14}px`,
              }}
              title={field.problem ? `${lineOf(field)}\n${field.problem}` : lineOf(field)}
              onClick={() => onSelect(index)}
              onDblClick={() => opens && setExpanded(index, !open)}
              onMouseEnter={() => props.onHover(index)}
            >
              <span
                class="twistie"
                onClick={(event) => {
                  if (!opens) return;
                  event.stopPropagation();
                  setExpanded(index, !open);
                }}
                onDblClick={(event) => event.stopPropagation()}
              >
                {opens && <Chevron open={open} />}
              </span>
              <span class="text">
                <span class="name">{field.name}</span>
                {field.text !== '' && ': '}
                <span class="value">{field.text}</span>
                {field.note !== undefined && <span class="note"> · {field.note}</span>}
                {unexplained && <span class="tag">{t('unexplained')}</span>}
                {field.problem !== undefined && (
                  <span class="problem">
                    {' '}
                    <SeverityIcon severity="warning" />
                    {field.problem}
                  </span>
                )}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
});
