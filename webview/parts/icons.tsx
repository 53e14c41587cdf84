import type { Severity } from '../../src/protocol';
import { t } from '../l10n';

const SHAPES: Readonly<Record<Severity, string>> = {
  error:
    'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2ZM5.9 5.1l-.8.8L7.2 8l-2.1 2.1.8.8L8 8.8l2.1 2.1.8-.8L8.8 8l2.1-2.1-.8-.8L8 7.2Z',
  warning: 'M8 1.3.9 14.5h14.2Zm0 2.5 5.1 9.5H2.9ZM7.4 7v3.4h1.2V7Zm0 4.3v1.2h1.2v-1.2Z',
  info: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2ZM7.4 4.4v1.3h1.2V4.4Zm0 2.5v4.7h1.2V6.9Z',
};

/** The name of the severity. */
export function severityName(severity: Severity): string {
  if (severity === 'error') return t('Error');
  return severity === 'warning' ? t('Warning') : t('Note');
}

/** An icon with its own shape and colour for each severity, named for screen readers. */
export function SeverityIcon({ severity, hidden }: { severity: Severity; hidden?: boolean }) {
  return (
    <span class={`severity ${severity}`}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path d={SHAPES[severity]} fill="currentColor" />
      </svg>
      {!hidden && <span class="unseen">{severityName(severity)} </span>}
    </span>
  );
}

/** The expander icon: points right when closed, down when open. */
export function Chevron({ open }: { open: boolean }) {
  return (
    <svg class="chevron" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path
        d={open ? 'm3 5.6.7-.7L8 9.2l4.3-4.3.7.7-5 5Z' : 'm5.6 3-.7.7L9.2 8l-4.3 4.3.7.7 5-5Z'}
        fill="currentColor"
      />
    </svg>
  );
}

/** The icon of a capture without problems. */
export function CalmIcon() {
  return (
    <span class="severity fine">
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path
          d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2Zm3 2.9L7 9.3 5 7.4l-.8.9L7.1 11l4.8-5Z"
          fill="currentColor"
        />
      </svg>
    </span>
  );
}
