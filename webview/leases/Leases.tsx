import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { LEASE_COLUMNS, type LeaseColumn, type LeaseSummary, type LeaseView } from '../../src/pages';
import { count, t } from '../l10n';
import { textOf } from '../toolkit';
import { Grid } from './Grid';
import type { Host } from './host';
import { Findings, type Open } from './parts';
import { Pools } from './Pools';
import { LeaseRows } from './rows';

interface Saved extends LeaseView {
  readonly local: boolean;
}

/** Milliseconds without typing before the filter is applied. */
const PAUSE = 120;

/** The state that the page keeps while it is hidden. */
function savedIn(state: unknown): Saved {
  const { filter, sort, down, local } = Object(state) as Partial<Record<keyof Saved, unknown>>;
  return {
    filter: typeof filter === 'string' ? filter : '',
    sort: LEASE_COLUMNS.find((column) => column === sort) ?? 'address',
    down: down === true,
    local: local === true,
  };
}

/** A lease database: number of leases by state, the pools and problems, and the leases themselves. */
export function Leases({ host }: { host: Host }) {
  const [summary, setSummary] = useState<LeaseSummary>();
  const [error, setError] = useState<string>();
  const [age, setAge] = useState(0);
  const [view, setView] = useState(() => savedIn(host.state));
  const [, redraw] = useState(0);
  const newest = useRef<Promise<LeaseSummary>>(undefined);
  const take = (asked: Promise<LeaseSummary>): void => {
    newest.current = asked;
    // An answer may come after the one to a later question.
    const isNewest = (): boolean => newest.current === asked;
    asked.then(
      (next) => {
        if (!isNewest()) return;
        setSummary(next);
        setError(undefined);
        setAge((n) => n + 1);
      },
      (reason: Error) => isNewest() && setError(reason.message),
    );
  };
  useEffect(() => {
    host.changed = () => take(host.ask('leases', {}));
    host.changed();
  }, [host]);
  const { filter, sort, down, local } = view;
  const rows = useMemo(() => {
    const made = new LeaseRows(
      (from, to) => host.ask('leaseRows', { filter, sort, down, from, to }),
      () => redraw((n) => n + 1),
    );
    // Before the first summary nobody knows the leases.
    if (age > 0) made.want(0, 0);
    return made;
  }, [host, age, filter, sort, down]);
  const change = (next: Partial<Saved>): void => {
    const all = { ...view, ...next };
    setView(all);
    host.keep(all);
  };
  if (error !== undefined)
    return (
      <main class="message">
        <h1>{t('The leases cannot be shown.')}</h1>
        <p class="packet-text" role="alert">
          {error}
        </p>
      </main>
    );
  if (!summary) return <main class="message">{t('Reading…')}</main>;
  const open: Open = (target) => void host.ask('open', target).catch(() => undefined);
  const onSort = (column: LeaseColumn): void =>
    change(column === sort ? { down: !down } : { sort: column, down: false });
  return (
    <main class="leases">
      <header class="leases-head">
        <h1 class="packet-text">{summary.name}</h1>
        <p>
          {t('{0}, leases: {1}', summary.kind, count(summary.leases))}
          {summary.states.length > 0 && ` (${summary.states.map(([state, n]) => `${count(n)} ${state}`).join(', ')})`}
          {summary.asOf !== undefined &&
            `. ${t('Last written at {0} UTC, or later.', summary.asOf.replace(/[TZ]/g, ' ').trim())}`}
        </p>
        <div class="leases-tools">
          <FilterField text={filter} onText={(text) => change({ filter: text })} />
          <label>
            <input
              type="checkbox"
              checked={local}
              disabled={summary.zoneless}
              onChange={(event) => change({ local: event.currentTarget.checked })}
            />
            {summary.zoneless ? t('Times are the server’s own') : t('Local time')}
          </label>
          <vscode-button
            appearance="secondary"
            onClick={() => void host.ask('chooseConfig', {}).then(host.changed, host.changed)}
          >
            {t('Compare with a configuration…')}
          </vscode-button>
          <span class="quiet" role="status">
            {filter === '' ? '' : t('{0} of {1} shown', count(rows.total), count(summary.leases))}
          </span>
        </div>
      </header>
      {summary.config !== undefined && <Pools pools={summary.pools} config={summary.config} open={open} />}
      {summary.findings.length > 0 && (
        <details class="leases-findings">
          <summary>{t('Findings: {0}', count(summary.findings.length))}</summary>
          <Findings findings={summary.findings} level={2} open={open} />
        </details>
      )}
      <Grid
        rows={rows}
        total={rows.total}
        view={view}
        local={local && !summary.zoneless}
        onSort={onSort}
        onOpen={(index) => {
          const row = rows.get(index);
          if (row) open({ kind: 'file', path: row.path, line: row.line });
        }}
      />
    </main>
  );
}

/** A filter of words that must all occur in a lease. */
function FilterField({ text, onText }: { text: string; onText: (text: string) => void }) {
  const field = useRef<HTMLElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The toolkit’s field sets its own label when it is attached, so ours is set after that.
  useLayoutEffect(() => field.current?.setAttribute('aria-label', t('Filter leases')), []);
  return (
    <vscode-text-field
      ref={field}
      value={text}
      placeholder={t('Filter: words of any column, e.g. active 10.0.1.')}
      onInput={(event: Event) => {
        const next = textOf(event.currentTarget);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => onText(next), PAUSE);
      }}
    />
  );
}
