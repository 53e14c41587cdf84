import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { FilterError } from '../../src/protocol';
import { SeverityIcon } from '../parts/icons';
import { t } from '../l10n';
import { begunAt, begunNow, completed, offered, type Begun } from '../packets/completion';
import type { Session } from '../session';

/** Milliseconds without typing before the filter is applied. */
const PAUSE = 25;

interface Offer {
  readonly begun: Begun;
  /** The filter that the names were offered for. */
  readonly filter: string;
  readonly names: readonly { readonly name: string; readonly kind: string }[];
  /** Index of the name that Enter inserts; -1 for none. */
  readonly active: number;
}

/** The filter box of the list: it turns green or red during typing, suggests field names, and shows errors below. */
export function Filter(props: {
  session: Session;
  text: string;
  error: FilterError | undefined;
  /** Whether the filter is in Wireshark's language. */
  display: boolean;
  onText: (text: string) => void;
}) {
  const { session, text, error, onText } = props;
  const [draft, setDraft] = useState(text);
  const [offer, setOffer] = useState<Offer>();
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(onText);
  latest.current = onText;
  // The text can also be set from elsewhere. An echo of the user's own typing is older than what the box holds by then.
  const typed = useRef<string[]>([]);
  const given = useRef(text);
  useEffect(() => {
    // A user who starts typing at once is faster than the first run of this effect.
    if (given.current === text) return;
    given.current = text;
    const place = typed.current.indexOf(text);
    if (place < 0) setDraft(text);
    typed.current.splice(0, place + 1);
  }, [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  // Together with the completed text, not a frame later: what a user selects meanwhile would be selected no more.
  const caretTo = useRef<number>(undefined);
  useLayoutEffect(() => {
    const caret = caretTo.current;
    if (caret === undefined) return;
    caretTo.current = undefined;
    field.current?.focus();
    field.current?.setSelectionRange(caret, caret);
  }, [draft]);

  const apply = (next: string): void => {
    clearTimeout(timer.current);
    typed.current.push(next);
    latest.current(next);
  };
  /** Suggests names for the text being typed. */
  const suggest = (next: string, caret: number): void => {
    const begun = begunAt(next, caret);
    if (!begun) return setOffer(undefined);
    session.ask('fieldNames', { prefix: begun.text, ...(begun.of ? { of: begun.of } : {}) }).then(
      ({ names }) => {
        if (field.current?.value !== next) return;
        const fitting = offered(names, begun);
        // If the user has already moved to a name in the list, it stays selected.
        setOffer((before) => {
          const chosen = before?.names[before.active]?.name;
          const active = fitting.findIndex(({ name }) => name === chosen);
          return fitting.length > 0 ? { begun, filter: next, names: fitting, active } : undefined;
        });
      },
      () => undefined,
    );
  };
  const change = (next: string): void => {
    setDraft(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => apply(next), PAUSE);
  };
  const take = ({ begun, filter, names }: Offer, index: number): void => {
    setOffer(undefined);
    const typed = begunNow(begun, filter, draft, field.current?.selectionStart ?? draft.length);
    if (!typed) return;
    const { text: next, caret } = completed(draft, typed, names[index]!.name);
    change(next);
    caretTo.current = caret;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (offer) {
      const { length } = offer.names;
      const to = { ArrowDown: offer.active + 1, ArrowUp: offer.active - 1 }[event.key];
      if (to !== undefined) setOffer({ ...offer, active: to < 0 ? length - 1 : to % length });
      else if ((event.key === 'Enter' || event.key === 'Tab') && offer.active >= 0) take(offer, offer.active);
      else if (event.key === 'Escape') setOffer(undefined);
      else if (event.key === 'Enter') {
        setOffer(undefined);
        apply(draft);
      } else return;
      event.preventDefault();
      return;
    }
    if (event.key === ' ' && event.ctrlKey) suggest(draft, field.current?.selectionStart ?? draft.length);
    else if (event.key === 'Enter') apply(draft);
    else if (event.key === 'Escape' && draft !== '') {
      setDraft('');
      apply('');
    } else return;
    event.preventDefault();
  };
  const state = draft === '' ? '' : error ? ' wrong' : props.display ? ' right' : '';
  return (
    <div class={`filter${state}`}>
      <input
        ref={field}
        type="text"
        value={draft}
        spellcheck={false}
        autocomplete="off"
        placeholder={t('Filter, e.g. dhcp.option.dhcp == 5, or a word')}
        aria-label={t('Filter')}
        aria-invalid={error ? 'true' : 'false'}
        aria-autocomplete="list"
        aria-describedby={error ? 'filter-error' : undefined}
        aria-controls={offer ? 'filter-names' : undefined}
        aria-activedescendant={offer && offer.active >= 0 ? `field-name-${offer.active}` : undefined}
        title={t(
          'A display filter as in Wireshark: dhcp.hw.mac_addr == 02:67:00:00:00:0c && dhcp.option.dhcp == 3. Or words, which must all match: type:, source:, destination:, client: and info: look in one column; frame:10-20 means frames; finding:nak the frames of a finding; - in front excludes.',
        )}
        onInput={(event: Event) => {
          const input = event.currentTarget as HTMLInputElement;
          change(input.value);
          suggest(input.value, input.selectionStart ?? input.value.length);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setOffer(undefined)}
      />
      {offer && <Names offer={offer} onTake={(index) => take(offer, index)} />}
      {error && !offer && <Wrong error={error} text={draft} />}
    </div>
  );
}

/** The list of suggested field names. The text field keeps the focus. */
function Names({ offer, onTake }: { offer: Offer; onTake: (index: number) => void }) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [offer.active]);
  return (
    <div class="offers" id="filter-names" ref={list} role="listbox" aria-label={t('Names of fields')}>
      {offer.names.map(({ name, kind }, i) => (
        <div
          key={name}
          id={`field-name-${i}`}
          class="offer"
          role="option"
          aria-selected={i === offer.active}
          onPointerDown={(event: PointerEvent) => {
            event.preventDefault();
            onTake(i);
          }}
        >
          <span>{name}</span> <span class="quiet">{kind}</span>
        </div>
      ))}
    </div>
  );
}

/** What is wrong with the filter, and where. It overlays the list, so that nothing moves during typing. */
function Wrong({ error, text }: { error: FilterError; text: string }) {
  const { position, length = 0 } = error;
  return (
    <p class="filter-error" id="filter-error" role="alert">
      <SeverityIcon severity="error" hidden />
      <span>
        {error.message} <span class="quiet">{t('(at character {0})', position + 1)}</span>
        {length > 0 && (
          <span class="where packet-text" aria-hidden="true">
            {text.slice(0, position)}
            <u>{text.slice(position, position + length)}</u>
            {text.slice(position + length)}
          </span>
        )}
      </span>
    </p>
  );
}
