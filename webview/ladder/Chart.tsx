import { useEffect, useRef } from 'preact/hooks';
import type { ShownLadder, ShownStep } from '../../src/protocol';
import { SeverityIcon } from '../parts/icons';
import { t } from '../l10n';
import { endOf, gapBefore, GAP, laneKind, laneName, span, stepLabel, stepWay } from './words';

/**
 * A conversation as a message sequence chart. For accessibility it is a list: each message is
 * an option with its arrow, its label and the sentence that explains it.
 */
export function Chart(props: {
  ladder: ShownLadder;
  /** Index of the selected arrow, -1 for none. */
  selected: number;
  /** Whether each arrow is shown with its sentence. */
  explains: boolean;
  onSelect: (index: number) => void;
  onEnter: () => void;
  onMenu: (index: number, x: number, y: number) => void;
}) {
  const { ladder, selected, onSelect } = props;
  const { steps, lanes } = ladder;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [selected, ladder]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || steps.length === 0) return;
    const to = { ArrowDown: selected + 1, ArrowUp: selected - 1, Home: 0, End: steps.length - 1 }[event.key];
    if (to !== undefined) onSelect(Math.min(Math.max(to, 0), steps.length - 1));
    else if (event.key === 'Enter') props.onEnter();
    else if (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')) {
      const row = list.current?.querySelector('[aria-selected=true]')?.getBoundingClientRect();
      props.onMenu(Math.max(selected, 0), row?.left ?? 0, row?.bottom ?? 0);
    } else return;
    event.preventDefault();
  };
  return (
    <div class="chart scroller" style={{ '--lanes': String(lanes.length) }}>
      <div class="lanes" aria-hidden="true">
        {lanes.map((lane, i) => (
          <span key={i} class={`lane ${lane.kind}`} title={laneName(lane)}>
            <span class="quiet">{laneKind(lane)}</span>
            <span class="lane-name">
              {laneName(lane)
                .split(/(?<=[:.-])/)
                .map((part) => (
                  <>
                    {part}
                    <wbr />
                  </>
                ))}
            </span>
          </span>
        ))}
      </div>
      <div
        class="messages"
        ref={list}
        role="listbox"
        tabIndex={0}
        aria-label={t('Messages of conversation {0}', ladder.id)}
        {...(selected >= 0 ? { 'aria-activedescendant': `step-${selected}` } : {})}
        onKeyDown={onKeyDown}
      >
        <span class="posts" aria-hidden="true">
          {lanes.map((_, i) => (
            <span key={i} class="post" style={{ left: at(i, lanes.length) }} />
          ))}
        </span>
        {steps.map((step, i) => (
          <Step
            key={i}
            {...props}
            step={step}
            index={i}
            gap={gapBefore(steps, i)}
            onMenu={(x, y) => props.onMenu(i, x, y)}
          />
        ))}
      </div>
      {ladder.left > 0 && <p class="calm">{t('And {0} more messages', ladder.left)}</p>}
    </div>
  );
}

/** The middle of a column, relative to the part of a row that holds the columns. */
const at = (lane: number, lanes: number): string => `${((lane + 0.5) / lanes) * 100}%`;

function Step(props: {
  ladder: ShownLadder;
  step: ShownStep;
  index: number;
  selected: number;
  explains: boolean;
  gap: number;
  onSelect: (index: number) => void;
  onMenu: (x: number, y: number) => void;
}) {
  const { step, index, ladder, gap } = props;
  const selected = index === props.selected;
  const worst = step.findings[0]?.severity ?? '';
  return (
    <div
      id={`step-${index}`}
      class={`rung ${step.ghost ?? ''} ${worst}${step.lost ? ' lost' : ''}${selected ? ' selected' : ''}`}
      role="option"
      aria-selected={selected}
      data-frame={step.frames[0]}
      onClick={() => props.onSelect(index)}
      onContextMenu={(event: MouseEvent) => {
        event.preventDefault();
        props.onSelect(index);
        props.onMenu(event.clientX, event.clientY);
      }}
    >
      {gap >= GAP && <span class="gap">{t('{0} later', span(gap))}</span>}
      <span class="rung-when">{step.time === undefined ? '' : step.time.toFixed(6)}</span>
      <span class="unseen">{`${stepWay(ladder, step)}: `}</span>
      <Arrow step={step} lanes={ladder.lanes.length} />
      {(props.explains || selected) && <span class="rung-why quiet packet-text">{step.why}</span>}
      {step.findings.map(({ id, severity, title }) => (
        <span key={`${id} ${title}`} class="rung-found">
          <SeverityIcon severity={severity} />
          <span class="packet-text">{title}</span>
        </span>
      ))}
    </div>
  );
}

function Arrow({ step, lanes }: { step: ShownStep; lanes: number }) {
  const { from, broadcast, seen = [] } = step;
  const to = endOf(step);
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const middle = (left + right + 1) / 2 / lanes;
  // A label is centred on its arrow, with the same room on both sides.
  const room = { left: `${middle * 100}%`, maxWidth: `${Math.min(middle, 1 - middle) * 200}%` };
  const passed = Array.from({ length: Math.max(0, right - left - 1) }, (_, i) => left + 1 + i);
  return (
    <span class="rung-way">
      <span class="rung-label" style={room}>
        {stepLabel(step)}
      </span>
      <span class="line-of" style={{ left: at(left, lanes), width: `${((right - left) / lanes) * 100}%` }} />
      {broadcast && passed.map((lane) => <span key={lane} class="heard" style={{ left: at(lane, lanes) }} />)}
      {seen.map((lane) => (
        <span key={lane} class="heard seen" style={{ left: at(lane, lanes) }} />
      ))}
      <span class={`arrowhead ${to < from ? 'left' : 'right'}`} style={{ left: at(to, lanes) }} />
    </span>
  );
}
