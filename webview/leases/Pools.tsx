import type { LeaseSummary } from '../../src/pages';
import { count, t } from '../l10n';
import type { Open } from './parts';

/** How full the pools of a configuration are, according to the leases. */
export function Pools({ pools, config, open }: { pools: LeaseSummary['pools']; config: string; open: Open }) {
  const name = config.replace(/^.*[\\/]/, '');
  return (
    <section class="leases-pools" aria-label={t('Pools of {0}', name)} tabIndex={0}>
      <h2>{t('Pools of {0}', name)}</h2>
      {pools.length === 0 && <p>{t('This configuration has no pools for these leases.')}</p>}
      {pools.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('Pool of')}</th>
              <th scope="col">{t('Used')}</th>
              <th scope="col">{t('Active')}</th>
              <th scope="col">{t('Declined')}</th>
              <th scope="col">{t('Free')}</th>
              <th scope="col">{t('Where')}</th>
            </tr>
          </thead>
          <tbody>
            {pools.map(({ network, size, active, declined, free, percent, path, line }) => (
              <tr key={`${network} ${line}`}>
                <td>{network}</td>
                <td>
                  <meter
                    min={0}
                    max={100}
                    high={90}
                    value={percent}
                    aria-label={t('{0} % of {1} addresses used', percent, size)}
                  />{' '}
                  {percent} %
                </td>
                <td>{count(active)}</td>
                <td>{count(declined)}</td>
                <td>{free}</td>
                <td>
                  <button type="button" class="link" onClick={() => open({ kind: 'file', path, line })}>
                    {path.replace(/^.*[\\/]/, '')}:{line}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
