import { useState } from 'preact/hooks';
import type { ServerSettings, Wrong } from '../../src/protocol';
import { t } from '../l10n';
import { Entry } from './parts';

type TextSetting = Exclude<keyof ServerSettings, 'authoritative' | 'lease' | 'reservations'>;

/** The settings of the small server. */
export function ServerForm({
  server,
  revision,
  wrong,
  onChange,
}: {
  server: ServerSettings;
  revision: number;
  wrong: readonly Wrong[];
  onChange: (changes: Partial<ServerSettings>) => void;
}) {
  const [lease, setLease] = useState<readonly Wrong[]>([]);
  const labels: readonly (readonly [TextSetting, string])[] = [
    ['server', t('Address of the server')],
    ['mask', t('Subnet mask')],
    ['first', t('First address')],
    ['last', t('Last address')],
    ['router', t('Router')],
    ['dns', t('DNS server')],
    ['domain', t('Domain')],
    ['next', t('Next server')],
    ['file', t('Boot file')],
  ];
  return (
    <>
      <div class="fields">
        {labels.map(([key, label]) => (
          <Entry
            key={key}
            id={`server-${key}`}
            label={label}
            value={server[key]}
            revision={revision}
            wrong={wrong}
            onEnter={(value) => onChange({ [key]: value.trim() })}
          />
        ))}
        <Entry
          id="server-lease"
          label={t('Lease time in seconds')}
          value={String(server.lease)}
          revision={revision}
          wrong={lease}
          onEnter={(value) => {
            const right = /^\d{1,10}$/.test(value.trim());
            setLease(right ? [] : [{ entry: 'server-lease', value, text: t('A lease time is a number of seconds.') }]);
            if (right) onChange({ lease: Math.min(Number(value), 0xffffffff) });
          }}
        />
      </div>
      <label class="choice">
        <input
          type="checkbox"
          checked={server.authoritative}
          onChange={(event) => onChange({ authoritative: event.currentTarget.checked })}
        />
        {t('Authoritative: refuses what it knows nothing of')}
      </label>
      <Entry
        id="server-reservations"
        label={t('Reservations: a hardware address and an IP address in each line')}
        value={server.reservations}
        revision={revision}
        wrong={wrong}
        lines={3}
        onEnter={(reservations) => onChange({ reservations })}
      />
    </>
  );
}
