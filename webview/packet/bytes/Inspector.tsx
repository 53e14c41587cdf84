import { CopyButton } from '../../parts/CopyButton';
import { t } from '../../l10n';
import { asBase64, asC, readingsOf, type Reading } from './inspect';
import { hexOf, runText } from './octets';

/** Interpretations of the selected octets, and ways to copy them. */
export function Inspector(props: {
  bytes: Uint8Array;
  /** Offset of the first one in the buffer. */
  offset: number;
  copy: (text: string) => Promise<boolean>;
}) {
  const { bytes, offset, copy } = props;
  if (bytes.length === 0) return null;
  const run = runText({ offset, length: bytes.length });
  return (
    <section class="inspector" aria-label={t('Selected octets')}>
      <dl>
        <div>
          <dt>{bytes.length === 1 ? t('octet') : t('octets')}</dt>
          <dd>{bytes.length === 1 ? run : t('{0} ({1})', run, bytes.length)}</dd>
        </div>
        {readingsOf(bytes).map(({ name, text }) => (
          <div key={name}>
            <dt>{nameOf(name)}</dt>
            <dd class="packet-text">{text}</dd>
          </div>
        ))}
      </dl>
      <p class="actions">
        <CopyButton
          label={t('Copy as hex')}
          what={t('selected octets')}
          copy={() => copy(hexOf(bytes, 0, bytes.length))}
        />
        <CopyButton label={t('Copy as C array')} copy={() => copy(asC(bytes))} />
        <CopyButton label={t('Copy as base64')} copy={() => copy(asBase64(bytes))} />
      </p>
    </section>
  );
}

function nameOf(name: Reading['name']): string {
  return {
    unsigned: t('unsigned'),
    'unsigned little-endian': t('unsigned, little-endian'),
    signed: t('signed'),
    'signed little-endian': t('signed, little-endian'),
    IPv4: 'IPv4',
    IPv6: 'IPv6',
    MAC: 'MAC',
    text: t('text'),
    time: t('time'),
  }[name];
}
