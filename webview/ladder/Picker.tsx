import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ConversationRow } from '../../src/protocol';
import { SeverityIcon } from '../parts/icons';
import { count, t } from '../l10n';
import type { PartProps } from '../part';
import { useAnswer } from '../hooks/useAnswer';
import { useVirtual } from '../hooks/useVirtual';
import { outcomeName } from './words';

/** Rows fetched at a time, around the visible ones. */
const PAGE = 100;

/** The list of all conversations, shown over the chart, to choose one from. */
export function Picker(
  props: PartProps & {
    shown: number;
    problems: boolean;
    onChoose: (row: ConversationRow) => void;
    onClose: () => void;
    onLeave: () => void;
  },
) {
  const { session, capture, heights, problems, onClose } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const [page, setPage] = useState(0);
  const params = { from: page * PAGE, to: (page + 2) * PAGE, problems };
  const answer = useAnswer(session, 'conversations', params, capture.revision);
  const total = answer?.total ?? 0;
  const { rows, height, reveal } = useVirtual(scroller, total, heights.row, 5);
  const first = Math.floor((rows[0]?.index ?? 0) / PAGE);
  useEffect(() => setPage(first), [first]);
  useLayoutEffect(() => scroller.current?.focus(), []);
  const at = (index: number): ConversationRow | undefined => answer?.rows[index - answer.from];

  const move = (to: number): void => {
    const index = Math.min(Math.max(to, 0), total - 1);
    setActive(index);
    reveal(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + 10,
      PageUp: active - 10,
      Home: 0,
      End: total - 1,
    }[event.key];
    if (to !== undefined) move(to);
    else if (event.key === 'Enter' && at(active)) props.onChoose(at(active)!);
    else if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      class="picker scroller"
      ref={scroller}
      role="listbox"
      tabIndex={0}
      aria-label={t('Conversations')}
      {...(rows.some(({ index }) => index === active) ? { 'aria-activedescendant': `conversation-${active}` } : {})}
      onKeyDown={onKeyDown}
      onBlur={(event: FocusEvent) => {
        // The button that opened the list also closes it.
        const to = event.relatedTarget;
        if (!(to instanceof HTMLElement && to.classList.contains('pick'))) props.onLeave();
      }}
    >
      {total > 0 ? (
        <div class="canvas" role="presentation" style={{ height: `${height}px` }}>
          {rows.map(({ index, y }) => (
            <Choice
              key={index}
              index={index}
              total={total}
              row={at(index)}
              active={index === active}
              shown={at(index)?.id === props.shown}
              style={{ transform: `translateY(${y}px)`, height: `${heights.row}px` }}
              onChoose={props.onChoose}
            />
          ))}
        </div>
      ) : (
        <p class="calm" role="option" aria-selected={false}>
          {problems ? t('Nothing is wrong in any conversation.') : t('There is no conversation.')}
        </p>
      )}
    </div>
  );
}

function Choice(props: {
  index: number;
  total: number;
  row: ConversationRow | undefined;
  active: boolean;
  shown: boolean;
  style: Record<string, string>;
  onChoose: (row: ConversationRow) => void;
}) {
  const { row, index } = props;
  return (
    <div
      id={`conversation-${index}`}
      class={`line choice${props.active ? ' selected' : ''}`}
      role="option"
      aria-selected={props.shown}
      aria-posinset={index + 1}
      aria-setsize={props.total}
      style={props.style}
      onClick={() => row && props.onChoose(row)}
    >
      {row && (
        <>
          <span class="number">
            {row.severity && <SeverityIcon severity={row.severity} />}
            {count(row.id)}
          </span>
          <span class="packet-name">{row.client}</span>
          <span>{outcomeName(row.outcome)}</span>
          <span class="quiet">{row.address ?? ''}</span>
          <span class="quiet">{t('{0} s', row.start.toFixed(3))}</span>
        </>
      )}
    </div>
  );
}
