import { useState } from 'preact/hooks';
import type { ConversationRow, ShownLadder, ShownStep } from '../../src/protocol';
import { count, t } from '../l10n';
import { Chart } from '../ladder/Chart';
import { Picker } from '../ladder/Picker';
import { coloursNow, pictureOf, png, svg } from '../ladder/picture';
import { markdown, mermaid, outcomeName, withConfigured } from '../ladder/words';
import type { MenuItem } from '../parts/Menu';
import type { PartProps } from '../part';
import type { Session } from '../session';
import { useAnswer } from '../hooks/useAnswer';

/** Chosen instead of a path: the chart shows this capture without any that it was compared with. */
const ALONE = 'alone';

/** The conversation of the selected frame as a message sequence chart, with navigation to the others. */
export function Ladder(part: PartProps) {
  const { session, capture } = part;
  const { related, frame } = session.state;
  const [picking, setPicking] = useState(false);
  const [ghost, setGhost] = useState(-1);
  const problems = session.choice('ladder') === 'problems';
  const worst = useAnswer(session, 'conversations', { from: 0, to: 1, problems: true }, capture.revision);
  // A frame outside all conversations, such as ARP, shows the one that matters most.
  const id = related.id > 0 ? related.id : (worst?.rows[0]?.id ?? (worst ? 1 : 0));
  const answer = useAnswer(session, 'ladder', id > 0 ? { id } : undefined, capture.revision);
  const around = useAnswer(session, 'conversations', { from: 0, to: 1, problems: false }, capture.revision);
  const others = answer?.between ?? [];
  const beside = session.choice('beside');
  const between = beside === ALONE ? undefined : (others.find(({ path }) => path === beside) ?? others[0]);
  const { configured } = session.state;
  const ladder = between ?? withConfigured(answer?.ladder, configured);
  if (!capture.done) return <p class="calm">{t('The ladder comes when the whole capture has been read.')}</p>;
  if (around?.total === 0) return <p class="calm">{t('There is no conversation in this capture.')}</p>;
  const explains = session.choice('explains', 'yes') === 'yes';
  const close = (): void => {
    setPicking(false);
    document.querySelector<HTMLElement>('.pick')?.focus();
  };
  const choose = (row: ConversationRow): void => {
    if (picking) close();
    session.showFrame(row.first);
  };
  const byFrame = ladder?.steps.findIndex(({ frames }) => frame !== undefined && frames.includes(frame)) ?? -1;
  // An arrow without a frame in this capture is selected by its index.
  const selected = ladder?.steps[ghost]?.frames.length === 0 ? ghost : byFrame;
  const place = ladder?.steps[selected]?.place;
  const select = (index: number): void => {
    const step = ladder?.steps[index];
    setGhost(step?.frames.length === 0 ? index : -1);
    if (step?.frames[0] !== undefined) session.showFrame(step.frames[0]);
  };
  return (
    <>
      <div class="panel-head ladder-head">
        <span class="around">
          <Neighbour session={session} id={id} by={-1} total={around?.total ?? 0} problems={problems} onGo={choose} />
          <button
            type="button"
            class="pick"
            aria-haspopup="listbox"
            aria-expanded={picking}
            onClick={() => setPicking(!picking)}
          >
            {ladder
              ? t(
                  '{0} of {1}: {2}, {3}',
                  count(ladder.id),
                  count(around?.total ?? 0),
                  ladder.lanes[0]?.name ?? '',
                  outcomeName(ladder.outcome),
                )
              : t('Choose a conversation')}
          </button>
          <Neighbour session={session} id={id} by={1} total={around?.total ?? 0} problems={problems} onGo={choose} />
        </span>
        <label class="check">
          <input
            type="checkbox"
            checked={problems}
            onChange={() => session.choose('ladder', problems ? '' : 'problems')}
          />
          {t('Only with problems')}
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={explains}
            onChange={() => session.choose('explains', explains ? 'no' : 'yes')}
          />
          {t('Explain')}
        </label>
        {others.length > 0 && (
          <select
            aria-label={t('Which captures')}
            value={between?.path ?? ALONE}
            onChange={(event) => session.choose('beside', event.currentTarget.value)}
          >
            <option value={ALONE}>{t('This capture alone')}</option>
            {others.map(({ path, name }) => (
              <option key={path} value={path}>
                {t('With {0}', name)}
              </option>
            ))}
          </select>
        )}
        {ladder && (
          <button
            type="button"
            class="link"
            aria-haspopup="menu"
            onClick={(event: MouseEvent) => {
              const { left, bottom } = (event.currentTarget as HTMLElement).getBoundingClientRect();
              part.menu({ x: left, y: bottom, items: copyItems(session, ladder) });
            }}
          >
            {t('Copy…')}
          </button>
        )}
      </div>
      {picking && (
        <Picker
          {...part}
          shown={id}
          problems={problems}
          onChoose={choose}
          onClose={close}
          onLeave={() => setPicking(false)}
        />
      )}
      {ladder && !picking && (
        <Chart
          ladder={ladder}
          selected={selected}
          explains={explains}
          onSelect={select}
          onEnter={() => (place === undefined ? session.focusPacket() : session.tell('openConfig', { place }))}
          onMenu={(index, x, y) =>
            part.menu({
              x,
              y,
              items: [...elsewhereItems(session, between, ladder.steps[index]), ...copyItems(session, ladder)],
            })
          }
        />
      )}
      {!picking && place !== undefined && (
        <p class="calm">
          <button type="button" class="link" onClick={() => session.tell('openConfig', { place })}>
            {t('Open {0}', configured!.places[place]?.name ?? '')}
          </button>
        </p>
      )}
    </>
  );
}

/** The button for the previous or next conversation. */
function Neighbour(props: {
  session: Session;
  id: number;
  by: 1 | -1;
  total: number;
  problems: boolean;
  onGo: (row: ConversationRow) => void;
}) {
  const { session, id, by, problems } = props;
  const go = async (): Promise<void> => {
    const next = problems
      ? await nextWithProblem(session, id, by)
      : (await session.ask('conversations', { from: id - 1 + by, to: id + by, problems: false })).rows[0];
    if (next) props.onGo(next);
  };
  const last = by > 0 ? id >= props.total : id <= 1;
  return (
    <button
      type="button"
      class="neighbour"
      disabled={last}
      aria-label={by > 0 ? t('Next conversation') : t('Previous conversation')}
      onClick={() => void go().catch(() => undefined)}
    >
      {by > 0 ? '›' : '‹'}
    </button>
  );
}

/** Rows fetched at a time. */
const PAGE = 500;

/** The next or previous conversation with a problem. They are in ascending order of id. */
async function nextWithProblem(session: Session, id: number, by: 1 | -1): Promise<ConversationRow | undefined> {
  let before: ConversationRow | undefined;
  for (let from = 0, total = 1; from < total; from += PAGE) {
    const { rows, total: all } = await session.ask('conversations', { from, to: from + PAGE, problems: true });
    total = all;
    const behind = rows.find((row) => row.id > id);
    before = rows.findLast((row) => row.id < id) ?? before;
    if (behind || rows.length === 0) return by > 0 ? behind : before;
  }
  return by > 0 ? undefined : before;
}

/** A menu item that opens the frame of the other capture that shows a message. */
function elsewhereItems(
  session: Session,
  between: { readonly path: string } | undefined,
  step?: ShownStep,
): MenuItem[] {
  const frame = step?.elsewhere?.[0];
  if (!between || frame === undefined) return [];
  const run = (): void => session.tell('openOther', { path: between.path, frame });
  return [{ label: t('Open frame {0} of the other capture', frame), run }];
}

function copyItems(session: Session, ladder: ShownLadder): MenuItem[] {
  return [
    { label: t('Copy as Markdown'), run: () => void session.copy(markdown(ladder)) },
    { label: t('Copy as Mermaid'), run: () => void session.copy(mermaid(ladder)) },
    { label: t('Copy as SVG'), run: () => void session.copy(svg(pictureOf(ladder), coloursNow())) },
    { label: t('Copy as PNG'), run: () => void copyPng(ladder).catch(() => undefined) },
  ];
}

/** Copies the picture to the clipboard. The page must do this itself, because the host's clipboard only takes text. */
async function copyPng(ladder: ShownLadder): Promise<void> {
  const blob = await png(pictureOf(ladder), coloursNow());
  if (blob) await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
}
