import type { LearnAction, LessonEntry, LessonPage, LessonView } from '../../src/protocol';
import type { VsCodeApi } from '../bridge';
import { t } from '../l10n';
import { useHost } from './host';
import { Action, Reply, Title } from './parts';

type Act = (action: LearnAction) => void;

/** The list of lessons, or the open lesson. */
export function LessonApp({ api }: { api: VsCodeApi }) {
  const { page, act } = useHost<LessonPage>(api);
  if (!page) return <main class="learn" aria-busy="true" />;
  return page.open ? <OneLesson lesson={page.open} act={act} /> : <AllLessons lessons={page.lessons} act={act} />;
}

function AllLessons({ lessons, act }: { lessons: readonly LessonEntry[]; act: Act }) {
  const done = lessons.filter((lesson) => lesson.done).length;
  return (
    <main class="learn">
      <Title of="list">{t('Lessons')}</Title>
      <p class="quiet">
        {t('{0} of {1} done. Each is a path through a capture, which opens beside it.', done, lessons.length)}
      </p>
      <ol class="lessons">
        {lessons.map((lesson, i) => (
          <li key={lesson.id}>
            <button type="button" class="lesson" onClick={() => act({ do: 'open', id: lesson.id })}>
              <span class="lesson-title">{`${i + 1}. ${lesson.title}`}</span>
              <span class="lesson-goal">{lesson.goal}</span>
              <span class="lesson-state">{stateOf(lesson)}</span>
            </button>
          </li>
        ))}
      </ol>
    </main>
  );
}

function stateOf({ done, reached, steps }: LessonEntry): string {
  if (done) return t('✓ done');
  return reached > 0 ? t('go on with step {0} of {1}', reached + 1, steps) : t('{0} steps', steps);
}

function OneLesson({ lesson, act }: { lesson: LessonView; act: Act }) {
  const { id, title, step, steps, text, shows, ask, answered } = lesson;
  const last = step + 1 === steps;
  const onwards = last ? t('Finish') : ask === undefined || answered ? t('Next') : t('Skip');
  return (
    <main class="learn">
      <nav aria-label={t('Lessons')}>
        <button type="button" class="link" onClick={() => act({ do: 'list' })}>
          {t('All lessons')}
        </button>
        <button type="button" class="link" onClick={() => act({ do: 'guide' })}>
          {t('Read about it in the guide')}
        </button>
      </nav>
      <Title of={id}>{title}</Title>
      <div class="where">
        <progress value={step + 1} max={steps} aria-label={t('Progress')} />
        <span class="quiet">{t('Step {0} of {1}', step + 1, steps)}</span>
      </div>
      <p class="step" aria-live="polite">
        {text.map((piece) =>
          piece.page === undefined ? (
            piece.text
          ) : (
            <button type="button" class="link" onClick={() => act({ do: 'guide', page: piece.page! })}>
              {piece.text}
            </button>
          ),
        )}
      </p>
      {shows && (
        <p>
          <button type="button" class="link" onClick={() => act({ do: 'show' })}>
            {t('Show me')}
          </button>
        </p>
      )}
      {ask !== undefined && <Asked lesson={lesson} ask={ask} act={act} />}
      <div class="actions">
        <Action onClick={() => act({ do: 'back' })} disabled={step === 0}>
          {t('Back')}
        </Action>
        <Action primary={ask === undefined || answered} onClick={() => act({ do: 'next' })}>
          {onwards}
        </Action>
      </div>
    </main>
  );
}

function Asked({ lesson, ask, act }: { lesson: LessonView; ask: string; act: Act }) {
  const { answered, selected, reply, hint } = lesson;
  return (
    <section class="asked" aria-label={t('Question')}>
      <h2>{ask}</h2>
      <p class="selected">
        {selected === undefined
          ? t('Select it in the capture, then check.')
          : t('Selected in the capture: {0}', selected)}
      </p>
      <div class="actions">
        <Action primary={!answered} onClick={() => act({ do: 'check' })}>
          {t('Check')}
        </Action>
        <Action onClick={() => act({ do: 'hint' })} disabled={hint !== undefined}>
          {t('Hint')}
        </Action>
      </div>
      <p role="status" class="hint">
        {hint}
      </p>
      <Reply reply={reply} />
    </section>
  );
}
