import type { Life } from '../../src/protocol';
import { t } from '../l10n';
import { span } from '../ladder/words';

type Tenancy = Life['tenancies'][number];

/** If a lease has no end, the time scale is extended by this factor to show it. */
const ENDLESS = 1.15;

/** The addresses of one client over time, each as a bar with its T1, T2 and end; below them the last one in words. */
export function Timeline({ tenancies }: { tenancies: Life['tenancies'] }) {
  if (tenancies.length === 0) return <span class="about quiet">{t('no address given')}</span>;
  const start = tenancies.reduce((least, { from }) => Math.min(least, from), Infinity);
  const end = tenancies.reduce((most, { from, until }) => Math.max(most, until ?? from), -Infinity);
  const whole = Math.max(1e-6, (end - start) * (tenancies.some(endless) ? ENDLESS : 1));
  const percent = (time: number): string => `${(Math.max(0, time - start) / whole) * 100}%`;
  const all = tenancies.map(words);
  const bars = (
    <span class="timeline" title={all.join('\n')}>
      <span class="unseen">{all.join('; ')}</span>
      {tenancies.map((one, i) => (
        <span
          key={i}
          class={`tenancy ${one.ended ?? ''}`}
          aria-hidden="true"
          style={{ left: percent(one.from), width: percent(start + (one.until ?? start + whole) - one.from) }}
        />
      ))}
      {tenancies.flatMap((one, i) =>
        (['t1', 't2'] as const).map((timer) =>
          one[timer] === undefined || (one.until ?? Infinity) < one[timer] ? null : (
            <span
              key={`${i} ${timer}`}
              class={`timer ${timer}`}
              aria-hidden="true"
              style={{ left: percent(one[timer]) }}
            />
          ),
        ),
      )}
    </span>
  );
  return (
    <>
      {bars}
      <span class="about quiet" aria-hidden="true">
        {all.at(-1)}
      </span>
    </>
  );
}

const endless = ({ until }: Tenancy): boolean => until === undefined;

function words({ address, from, until, t1, t2, ended, renewals }: Tenancy): string {
  const parts = [t('{0} from {1}', address, span(from))];
  if (ended === undefined) parts[0] += ` ${until === undefined ? t('without an end') : t('to {0}', span(until))}`;
  else {
    const how = { released: t('released'), declined: t('declined'), refused: t('refused (NAK)') }[ended];
    parts.push(t('{0} at {1}', how, span(until ?? 0)));
  }
  if (t1 !== undefined) parts.push(t('T1 at {0}', span(t1)));
  if (t2 !== undefined) parts.push(t('T2 at {0}', span(t2)));
  if (renewals > 0) parts.push(t('{0} × renewed', renewals));
  return parts.join(', ');
}
