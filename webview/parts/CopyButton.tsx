import { useEffect, useState } from 'preact/hooks';
import { t } from '../l10n';

/** A button that copies something and confirms it briefly. `what` distinguishes it from others with the same label. */
export function CopyButton(props: { label: string; what?: string; copy: () => Promise<boolean> }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const label = copied ? t('Copied') : props.label;
  return (
    <button
      type="button"
      class="link"
      {...(props.what === undefined ? {} : { 'aria-label': `${label}: ${props.what}` })}
      onClick={() => void props.copy().then(setCopied)}
    >
      {label}
    </button>
  );
}
