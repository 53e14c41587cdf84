import { useState } from 'preact/hooks';
import type { LearnAction, TreeLine, WorkshopPage } from '../../src/protocol';
import type { VsCodeApi } from '../bridge';
import { t } from '../l10n';
import { useHost } from './host';
import { Action, Entry, invalid, Reason, Title } from './parts';
import { ServerForm } from './ServerForm';

type Act = (action: LearnAction) => void;
interface Props {
  page: WorkshopPage;
  act: Act;
}

/** The workshop: the form on one side, the resulting frame and answer on the other. */
export function WorkshopApp({ api }: { api: VsCodeApi }) {
  const { page, act } = useHost<WorkshopPage>(api);
  if (!page) return <main class="learn" aria-busy="true" />;
  return (
    <main class="learn workshop">
      <Title of="workshop">{t('Packet workshop')}</Title>
      <Begin page={page} act={act} />
      <p role="alert" class="reply wrong">
        {page.error}
      </p>
      <Exchange page={page} act={act} />
      <div class="bench">
        <div>
          <Form page={page} act={act} />
          <Octets page={page} act={act} />
        </div>
        <div class="becomes">
          <Outcome page={page} />
          <Answer page={page} act={act} />
          <details>
            <summary>{t('Packet tree')}</summary>
            <Tree tree={page.tree} />
          </details>
        </div>
      </div>
    </main>
  );
}

function Begin({ page, act }: Props) {
  const { templates, selected, canUndo, canRedo } = page;
  const [template, setTemplate] = useState(templates[0]?.id ?? '');
  return (
    <div class="actions">
      <label for="template">{t('Template')}</label>
      <select id="template" value={template} onChange={(event) => setTemplate(event.currentTarget.value)}>
        {templates.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <Action onClick={() => act({ do: 'template', id: template })}>{t('Begin with it')}</Action>
      <Action onClick={() => act({ do: 'take' })} disabled={selected === undefined}>
        {selected === undefined ? t('Take the selected packet') : t('Take the selected packet ({0})', selected)}
      </Action>
      <Action onClick={() => act({ do: 'undo' })} disabled={!canUndo}>
        {t('Undo')}
      </Action>
      <Action onClick={() => act({ do: 'redo' })} disabled={!canRedo}>
        {t('Redo')}
      </Action>
    </div>
  );
}

function Exchange({ page, act }: Props) {
  const { summaries, open } = page;
  return (
    <section aria-labelledby="exchange">
      <h2 id="exchange">{t('Exchange')}</h2>
      <ol class="exchange">
        {summaries.map((summary, i) => (
          <li key={i}>
            <button
              type="button"
              class="lesson packet-text"
              aria-current={i === open}
              onClick={() => act({ do: 'frame', frame: i })}
            >
              {`${i + 1}. ${summary}`}
            </button>
          </li>
        ))}
      </ol>
      <div class="actions">
        <Action onClick={() => act({ do: 'again' })}>{t('Add a copy')}</Action>
        <Action onClick={() => act({ do: 'remove' })} disabled={summaries.length === 1}>
          {t('Remove the packet')}
        </Action>
        <Action onClick={() => act({ do: 'copy' })}>{t('Copy as hex')}</Action>
        <Action onClick={() => act({ do: 'save' })}>{t('Save as pcap…')}</Action>
      </div>
    </section>
  );
}

function Form({ page, act }: Props) {
  const [code, setCode] = useState('50');
  const { form, revision, wrong } = page;
  if (!form) return <p>{t('There is no form for this kind of packet: change its octets below.')}</p>;
  return (
    <>
      <section aria-labelledby="header">
        <h2 id="header">{t('Addresses, ports and fixed fields')}</h2>
        <div class="fields">
          {form.fields.map(({ id, label, value }) => (
            <Entry
              key={id}
              id={`field-${id}`}
              label={label}
              value={value}
              revision={revision}
              wrong={wrong}
              onEnter={(entered) => act({ do: 'edit', edit: { kind: 'field', id, value: entered } })}
            />
          ))}
        </div>
      </section>
      {form.options && (
        <section aria-labelledby="options">
          <h2 id="options">{t('Options')}</h2>
          {form.options.map(({ index, code: number, name, value }) => (
            <div class="option" key={`${index} ${number}`}>
              <Entry
                id={`option-${index}`}
                label={`${number} ${name}`}
                value={value}
                revision={revision}
                wrong={wrong}
                onEnter={(entered) => act({ do: 'edit', edit: { kind: 'option', index, value: entered } })}
              />
              <button
                type="button"
                class="action"
                aria-label={t('Remove option {0}', number)}
                onClick={() => act({ do: 'edit', edit: { kind: 'remove', index } })}
              >
                ✕
              </button>
            </div>
          ))}
          <div class="actions">
            <label for="add-option">{t('Option number')}</label>
            <input
              id="add-option"
              inputMode="numeric"
              size={4}
              value={code}
              onInput={(event) => setCode(event.currentTarget.value)}
              {...invalid(wrong, 'add-option')}
            />
            <Action
              onClick={() => act({ do: 'edit', edit: { kind: 'add', code: Number(code) } })}
              disabled={!/^\d{1,5}$/.test(code)}
            >
              {t('Add option')}
            </Action>
            <Reason wrong={wrong} id="add-option" />
          </div>
        </section>
      )}
    </>
  );
}

function Octets({ page, act }: Props) {
  return (
    <section aria-labelledby="octets-title">
      <h2 id="octets-title">{t('Octets')}</h2>
      <Entry
        id="octets"
        label={t('The frame in hex; lengths and checksums stay as they are entered')}
        value={page.octets}
        revision={page.revision}
        wrong={page.wrong}
        lines={12}
        onEnter={(value) => act({ do: 'edit', edit: { kind: 'octets', value } })}
      />
      <Action onClick={() => act({ do: 'edit', edit: { kind: 'repair' } })} disabled={!page.form}>
        {t('Correct lengths and checksums')}
      </Action>
    </section>
  );
}

function Outcome({ page: { problems, findings } }: { page: WorkshopPage }) {
  return (
    <section aria-labelledby="outcome">
      <h2 id="outcome">{t('What is wrong')}</h2>
      <div aria-live="polite">
        {problems.length + findings.length === 0 && <p class="quiet">{t('Nothing, as far as these packets show.')}</p>}
        <ul class="outcome">
          {findings.map(({ id, severity, title }, i) => (
            <li key={`${id} ${i}`} data-id={id} class="packet-text">
              <strong>{`${severity}: `}</strong>
              {title}
            </li>
          ))}
          {problems.map((text, i) => (
            <li key={`problem ${i}`} class="packet-text">
              {text}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function Answer({ page, act }: Props) {
  const { answer, server, revision, wrong } = page;
  return (
    <section aria-labelledby="answer" class="asked">
      <h2 id="answer">{t('What would a server answer?')}</h2>
      <p aria-live="polite">{answer.why}</p>
      {answer.summary !== undefined && (
        <div class="actions">
          <code class="packet-text">{answer.summary}</code>
          <Action primary onClick={() => act({ do: 'append' })}>
            {t('Add it to the exchange')}
          </Action>
        </div>
      )}
      <details>
        <summary>{t('Settings of the server')}</summary>
        <ServerForm
          server={server}
          revision={revision}
          wrong={wrong}
          onChange={(next) => act({ do: 'server', server: next })}
        />
      </details>
    </section>
  );
}

function Tree({ tree }: { tree: readonly TreeLine[] }) {
  return (
    <ul class="tree-lines">
      {tree.map(({ level, text, problem }, i) => (
        <li key={i} style={{ paddingInlineStart: `${(level - 1) * 14}px` }} class="packet-text">
          {text}
          {problem !== undefined && <em>{` ${problem}`}</em>}
        </li>
      ))}
    </ul>
  );
}
