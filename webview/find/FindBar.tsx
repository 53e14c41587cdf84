import { useEffect, useRef, useState } from 'preact/hooks';
import { FIND_WHAT } from '../../src/protocol';
import { t } from '../l10n';
import type { PartProps } from '../part';
import { useAnswer } from '../hooks/useAnswer';
import { findNext, foundText, queryOf, whatName } from './query';

/** Milliseconds without typing before matches are counted. */
const PAUSE = 150;

/** Finds a text, octets or a field in the frames of the list. The search is remembered. */
export function FindBar({ session, capture }: PartProps) {
  const { state } = session;
  const { text, what, exact } = queryOf(session);
  const field = useRef<HTMLInputElement>(null);
  /** The element that had the focus before. */
  const before = useRef<Element>(null);
  const [counted, setCounted] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setCounted(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    if (document.activeElement !== field.current) before.current = document.activeElement;
    field.current?.focus();
    field.current?.select();
  }, [state.finds]);
  const asked = counted.trim() === '' ? undefined : { text: counted, what, exact };
  const found = useAnswer(session, 'findAll', asked, `${capture.revision} ${state.age}`);
  const status = asked && found ? foundText(found, state.frame, what) : '';

  const close = (): void => {
    session.closeFind();
    const to = before.current;
    if (to instanceof HTMLElement && to.isConnected) to.focus({ preventScroll: true });
    else document.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus();
  };
  const next = (backwards: boolean): void => void findNext(session, backwards).catch(() => undefined);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && event.currentTarget === field.current) next(event.shiftKey);
    else if (event.altKey && event.key.toLowerCase() === 'c') session.choose('findExact', exact ? '' : 'yes');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="find" role="search" aria-label={t('Find in the frames')} onKeyDown={onKeyDown}>
      <input
        ref={field}
        type="text"
        value={text}
        spellcheck={false}
        autocomplete="off"
        aria-label={t('Find')}
        placeholder={t('Find: a word, 63 82 53 63, dhcp.option.dhcp == 5')}
        onInput={(event: Event) => session.choose('find', (event.currentTarget as HTMLInputElement).value)}
        onKeyDown={onKeyDown}
      />
      <select
        aria-label={t('What is looked for')}
        value={what}
        onChange={(event: Event) => session.choose('findWhat', (event.currentTarget as HTMLSelectElement).value)}
      >
        {FIND_WHAT.map((one) => (
          <option key={one} value={one} selected={one === what}>
            {whatName(one)}
          </option>
        ))}
      </select>
      <button
        type="button"
        class="tool"
        aria-pressed={exact}
        aria-label={t('Match case')}
        title={t('Match case (Alt+C)')}
        onClick={() => session.choose('findExact', exact ? '' : 'yes')}
      >
        Aa
      </button>
      <button
        type="button"
        class="tool"
        aria-label={t('Previous')}
        title={t('Previous (Shift+Enter)')}
        onClick={() => next(true)}
      >
        ↑
      </button>
      <button type="button" class="tool" aria-label={t('Next')} title={t('Next (Enter)')} onClick={() => next(false)}>
        ↓
      </button>
      <span class="found" role="status">
        {status}
      </span>
      <button type="button" class="tool" aria-label={t('Close')} title={t('Close (Escape)')} onClick={close}>
        ×
      </button>
    </div>
  );
}
