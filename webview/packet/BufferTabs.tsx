import type { Buffer } from '../../src/protocol';
import { t } from '../l10n';
import { tabByKey } from '../parts/Tabs';

/** The buffers of a frame as tabs, if there are several. */
export function BufferTabs(props: { buffers: readonly Buffer[]; shown: number; onShow: (buffer: number) => void }) {
  const { buffers, shown, onShow } = props;
  if (buffers.length < 2) return null;
  return (
    <div class="tabs" role="tablist" aria-label={t('Bytes')}>
      {buffers.map(({ name }, i) => (
        <button
          key={i}
          type="button"
          role="tab"
          aria-selected={i === shown}
          tabIndex={i === shown ? 0 : -1}
          onClick={() => onShow(i)}
          onKeyDown={(event) => {
            const next = tabByKey(event.key, i, buffers.length);
            if (next === undefined) return;
            event.preventDefault();
            onShow(next);
            event.currentTarget.parentElement?.querySelectorAll('button')[next]?.focus();
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
