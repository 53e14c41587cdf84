import { useState } from 'preact/hooks';
import type { CaptureState } from '../../src/protocol';
import { t } from '../l10n';

/** How far the capture has been read, and a button to stop. */
export function Progress({ capture, onCancel }: { capture: CaptureState; onCancel: () => void }) {
  const [stopping, setStopping] = useState(false);
  const { bytesRead, bytesTotal } = capture;
  const progress = stopping ? t('Stopping. Looking at what was read…') : progressText(bytesRead, bytesTotal);
  const percent = bytesTotal
    ? {
        'aria-valuemin': 0,
        'aria-valuemax': 100,
        'aria-valuenow': Math.min(100, Math.floor((100 * bytesRead) / bytesTotal)),
      }
    : {};
  return (
    <div class="progress">
      <vscode-progress-ring aria-hidden="true" />
      {/* Not a live region: nobody wants every percent read out. */}
      <span role="progressbar" aria-label={t('Reading the capture')} aria-valuetext={progress} {...percent}>
        {progress}
      </span>
      <vscode-button
        appearance="secondary"
        disabled={stopping}
        onClick={() => {
          setStopping(true);
          onCancel();
        }}
      >
        {t('Cancel')}
      </vscode-button>
    </div>
  );
}

function progressText(read: number, total: number | undefined): string {
  if (total === undefined || total === 0) return t('Reading… {0} MB', (read / 1e6).toFixed(1));
  // What still takes time is no longer the reading.
  if (read >= total) return t('Read. Looking for what is wrong…');
  return t('Reading… {0} %', Math.floor((read / total) * 100));
}
