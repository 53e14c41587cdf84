import { useEffect, useState } from 'preact/hooks';
import type { ChallengePage, LearnAction } from '../../src/protocol';
import type { VsCodeApi } from '../bridge';
import { t } from '../l10n';
import { useHost } from './host';
import { Action, Marked, Reply, Title } from './parts';

type Act = (action: LearnAction) => void;

/** A challenge: the selection, the causes to choose from, hints, and finally the solution. */
export function ChallengeApp({ api }: { api: VsCodeApi }) {
  const { page, act } = useHost<ChallengePage>(api);
  if (!page) return <main class="learn" aria-busy="true" />;
  return (
    <main class="learn">
      <Title of={String(page.seed)}>{t('Find the fault')}</Title>
      <p class="step">
        {t(
          'A network with one hidden fault, and healthy clients around it. Select a frame that shows the fault, choose its cause, then check.',
        )}
      </p>
      <Seed key={page.seed} page={page} act={act} />
      <Answer key={`answer ${page.seed}`} page={page} act={act} />
      <Hints page={page} act={act} />
      {page.solution && <Solution solution={page.solution} act={act} />}
    </main>
  );
}

/** The seed of the challenge, to pass on or to enter. */
function Seed({ page, act }: { page: ChallengePage; act: Act }) {
  const [text, setText] = useState(String(page.seed));
  const seed = /^\d{1,6}$/.test(text.trim()) ? Number(text) : 0;
  return (
    <form
      class="actions"
      onSubmit={(event) => {
        event.preventDefault();
        if (seed > 0) act({ do: 'seed', seed });
      }}
    >
      <label for="seed">{t('Seed')}</label>
      <input
        id="seed"
        inputMode="numeric"
        size={8}
        value={text}
        aria-invalid={seed === 0}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="action" disabled={seed === 0 || seed === page.seed}>
        {t('Go')}
      </button>
      <Action onClick={() => act({ do: 'new' })}>{t('New challenge')}</Action>
      {page.found > 0 && <span class="quiet">{t('{0} found', page.found)}</span>}
    </form>
  );
}

function Answer({ page, act }: { page: ChallengePage; act: Act }) {
  const [cause, setCause] = useState('');
  const { choices, selected, reply, solution } = page;
  return (
    <form
      class="asked"
      onSubmit={(event) => {
        event.preventDefault();
        act({ do: 'answer', cause });
      }}
    >
      <fieldset>
        <legend>{t('What is the cause?')}</legend>
        {choices.map(({ id, name }) => (
          <label class="choice" key={id}>
            <input type="radio" name="cause" value={id} checked={cause === id} onChange={() => setCause(id)} />
            {name}
          </label>
        ))}
      </fieldset>
      <p class="selected">
        {selected === undefined ? t('Select a frame in the capture.') : t('Selected in the capture: {0}', selected)}
      </p>
      <button type="submit" class={solution ? 'action' : 'action primary'}>
        {t('Check')}
      </button>
      <Reply reply={reply} />
    </form>
  );
}

function Hints({ page, act }: { page: ChallengePage; act: Act }) {
  const { hints, moreHints, solution } = page;
  return (
    <section aria-label={t('Hints')}>
      <ol class="hints-so-far" aria-live="polite">
        {hints.map((hint) => (
          <li key={hint}>{hint}</li>
        ))}
      </ol>
      <div class="actions">
        <Action onClick={() => act({ do: 'hint' })} disabled={!moreHints}>
          {hints.length === 0 ? t('Hint') : t('Another hint')}
        </Action>
        <Action onClick={() => act({ do: 'solve' })} disabled={solution !== undefined}>
          {t('Show the solution')}
        </Action>
        <button type="button" class="link" onClick={() => act({ do: 'show' })}>
          {t('Show the capture')}
        </button>
      </div>
    </section>
  );
}

/** Maximum number of frames listed individually. */
const NAMED = 12;

function Solution({ solution, act }: { solution: NonNullable<ChallengePage['solution']>; act: Act }) {
  const { name, meaning, advice, frames } = solution;
  // The solution may appear outside the view, so it is scrolled into view.
  useEffect(() => document.getElementById('solution')?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <section class="asked" id="solution" aria-labelledby="solution-name" role="status">
      <h2 id="solution-name">{name}</h2>
      <Marked text={meaning} />
      <Marked text={advice} />
      <p>
        {t('Frames that show it:')}{' '}
        {frames.slice(0, NAMED).map((frame) => (
          <button type="button" class="frame-link" key={frame} onClick={() => act({ do: 'frame', frame })}>
            {`${frame} `}
          </button>
        ))}
        {frames.length > NAMED && '…'}
      </p>
      <button type="button" class="link" onClick={() => act({ do: 'guide' })}>
        {t('Read about it in the guide')}
      </button>
    </section>
  );
}
