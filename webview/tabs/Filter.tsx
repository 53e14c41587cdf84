import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { FilterError } from '../../src/protocol';
import { SeverityIcon } from '../icons';
import { t } from '../l10n';
import { textOf } from '../toolkit';

/** Milliseconds without typing after which the filter is applied. */
const PAUSE = 25;

/** The filter of the list, with what is wrong with it below. */
export function Filter(props: { text: string; error: FilterError | undefined; onText: (text: string) => void }) {
  const { text, error, onText } = props;
  const [draft, setDraft] = useState(text);
  const field = useRef<HTMLElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(onText);
  latest.current = onText;
  // The text may be set from elsewhere, too; what comes back of one's own typing is older than what stands there by now.
  const typed = useRef<string[]>([]);
  useEffect(() => {
    const place = typed.current.indexOf(text);
    if (place < 0) setDraft(text);
    typed.current.splice(0, place + 1);
  }, [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  // The toolkit's field names itself “Text field” when it enters the page; it is named after that.
  useLayoutEffect(() => field.current?.setAttribute('aria-label', t('Filter')), []);

  const apply = (next: string): void => {
    clearTimeout(timer.current);
    typed.current.push(next);
    latest.current(next);
  };
  return (
    <div class="filter">
      <vscode-text-field
        ref={field}
        class={error ? 'wrong' : ''}
        value={draft}
        placeholder={t('Filter, e.g. type:offer client:02:67 -frame:1-9')}
        aria-invalid={error ? 'true' : 'false'}
        title={t(
          'Words must all match. type:, source:, destination:, client: and info: look in one column; frame:10-20 means frames; finding:nak the frames of a finding; - in front excludes.',
        )}
        onInput={(event: Event) => {
          const next = textOf(event.currentTarget);
          setDraft(next);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => apply(next), PAUSE);
        }}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === 'Enter') apply(draft);
          else if (event.key === 'Escape' && draft !== '') {
            setDraft('');
            apply('');
          }
        }}
      />
      {error && (
        <p class="filter-error" role="alert">
          <SeverityIcon severity="error" hidden />
          <span>
            {error.message} <span class="quiet">{t('(at character {0})', error.position + 1)}</span>
          </span>
        </p>
      )}
    </div>
  );
}
