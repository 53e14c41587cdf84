import { useEffect, useState } from 'preact/hooks';
import { t } from './l10n';

/** A button that copies `text` and says for a moment that it has. */
export function CopyButton(props: { label: string; text: string; copy: (text: string) => Promise<boolean> }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button type="button" class="link" onClick={() => void props.copy(props.text).then(setCopied)}>
      {copied ? t('Copied') : props.label}
    </button>
  );
}
