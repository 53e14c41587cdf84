import { useState } from 'preact/hooks';
import type { CaptureState } from '../src/protocol';
import { SeverityIcon } from './icons';
import { count, t } from './l10n';
import { memo } from './memo';

/** What this capture is, what was found in it in a sentence or two, and how far it has been read. */
export const Verdict = memo(function Verdict(props: {
  capture: CaptureState;
  /** The person has sent the notice away. */
  dismissed: boolean;
  onDismiss: () => void;
  onCancel: () => void;
}) {
  const { capture, onCancel } = props;
  const [stopping, setStopping] = useState(false);
  const { done, bytesRead, bytesTotal } = capture;
  const progress = stopping ? t('Stopping. Looking at what was read…') : progressText(bytesRead, bytesTotal);
  const percent = bytesTotal
    ? {
        'aria-valuemin': 0,
        'aria-valuemax': 100,
        'aria-valuenow': Math.min(100, Math.floor((100 * bytesRead) / bytesTotal)),
      }
    : {};
  const counts = t('{0} frames, {1} of interest', count(capture.frames), count(capture.ofInterest));
  const facts = [capture.format, counts, capture.durationSeconds > 0 ? durationText(capture.durationSeconds) : ''];
  return (
    <header class="header">
      <div class="facts">
        <h1>{capture.name}</h1>
        <p class="quiet">{facts.filter((one) => one !== '').join(' · ')}</p>
        {!done && (
          <div class="progress">
            <vscode-progress-ring aria-hidden="true" />
            {/* No live region: nobody wants to have each percent read out. */}
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
        )}
        {done && capture.cancelled && (
          <p class="notice">
            <SeverityIcon severity="info" />
            {t('Reading was stopped: what follows is of the part that was read.')}
          </p>
        )}
      </div>
      {/* Always there, so that what comes into it is read out. */}
      <div role="status">
        {capture.notice !== undefined && !props.dismissed && (
          <p class="notice">
            <SeverityIcon severity="info" />
            <span class="packet-text">{capture.notice}</span>
            <button type="button" class="link" onClick={props.onDismiss}>
              {t('Dismiss')}
            </button>
          </p>
        )}
      </div>
      {capture.verdict !== '' && <p class="verdict packet-text">{capture.verdict}</p>}
      {capture.comparison !== undefined && <p class="verdict packet-text">{capture.comparison}</p>}
      {capture.fileProblems.slice(0, 5).map((text, i) => (
        <p key={i} class="notice packet-text">
          <SeverityIcon severity="warning" />
          {text}
        </p>
      ))}
      {capture.notes.slice(0, 5).map((text, i) => (
        <p key={i} class="notice packet-text">
          <SeverityIcon severity="info" />
          {text}
        </p>
      ))}
    </header>
  );
});

function progressText(read: number, total: number | undefined): string {
  if (total === undefined || total === 0) return t('Reading… {0} MB', (read / 1e6).toFixed(1));
  // What takes its time then is no longer the file.
  if (read >= total) return t('Read. Looking for what is wrong…');
  return t('Reading… {0} %', Math.floor((read / total) * 100));
}

/** Seconds in the two largest units that matter: `2 h 5 min`, `3.21 s`. */
function durationText(seconds: number): string {
  if (seconds < 1) return t('{0} ms', Math.max(1, Math.round(seconds * 1000)));
  if (seconds < 60) return t('{0} s', Number(seconds.toPrecision(3)));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('{0} min {1} s', minutes, Math.floor(seconds % 60));
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return t('{0} h {1} min', hours, minutes % 60);
  return t('{0} d {1} h', Math.floor(hours / 24), hours % 24);
}
