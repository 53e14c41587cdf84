import { useState } from 'preact/hooks';
import type { CaptureState, ShownFinding } from '../src/protocol';
import { CopyButton } from './parts/CopyButton';
import { CalmIcon, SeverityIcon } from './parts/icons';
import { count, t } from './l10n';
import { memo } from './hooks/memo';
import { Progress } from './parts/Progress';
import type { Session } from './session';
import { slotsOf, stepFor } from './tabs/findingSteps';
import { Text } from './parts/Text';

/** Maximum number of file problems and notes shown. */
const MOST_TOLD = 5;

/** What is wrong and what to do first, or what happened; what kind of capture this is, and how far it has been read. */
export const Verdict = memo(function Verdict(props: {
  session: Session;
  capture: CaptureState;
  /** Whether the user has dismissed the notice. */
  dismissed: boolean;
  products: readonly string[];
}) {
  const { session, capture } = props;
  const { parts } = capture;
  const finding = capture.findings[parts.finding];
  // In a low or narrow window the card is one sentence, and the rest of it is opened by a button (window.css).
  const [open, setOpen] = useState(false);
  return (
    <header class={`verdict ${finding?.severity ?? (parts.fine ? 'fine' : 'info')}`}>
      <div class="facts">
        <h1>{capture.name}</h1>
        <p class="quiet">{factsOf(capture)}</p>
        {!capture.done && <Progress capture={capture} onCancel={() => session.tell('cancel', {})} />}
      </div>
      {parts.what !== '' && (
        <div class={open ? 'card' : 'card brief'}>
          <div class="telling">
            {finding ? (
              <SeverityIcon severity={finding.severity} />
            ) : parts.fine ? (
              <CalmIcon />
            ) : (
              <SeverityIcon severity="info" />
            )}
            <div class="said">
              <p class="what packet-text">
                <Text text={parts.what} />{' '}
                <button type="button" class="link more" aria-expanded={open} onClick={() => setOpen(!open)}>
                  {open ? t('Less') : t('More')}
                </button>
              </p>
              {parts.why !== '' && (
                <p class="packet-text">
                  <Text text={parts.why} />
                </p>
              )}
              {finding && <First finding={finding} products={props.products} />}
              {parts.beside !== '' && (
                <p class="quiet packet-text">
                  <Text text={parts.beside} />
                </p>
              )}
            </div>
          </div>
          {capture.done && (
            <Buttons session={session} place={parts.finding} finding={finding} products={props.products} />
          )}
        </div>
      )}
      {capture.comparison !== undefined && <p class="compared packet-text">{capture.comparison}</p>}
      <Notices {...props} />
    </header>
  );
});

/** What to do first. */
function First({ finding, products }: { finding: ShownFinding; products: readonly string[] }) {
  const [slot] = slotsOf(finding);
  if (!slot) return null;
  return (
    <p class="first packet-text">
      <strong>{t('Do this first:')}</strong> <Text text={finding.steps[stepFor(finding, slot, products)]!} />
    </p>
  );
}

function Buttons(props: {
  session: Session;
  place: number;
  finding: ShownFinding | undefined;
  products: readonly string[];
}) {
  const { session, place, finding } = props;
  const steps = finding ? slotsOf(finding).map((slot) => stepFor(finding, slot, props.products)) : [];
  return (
    <div class="buttons">
      {finding && <vscode-button onClick={() => session.showFinding(place)}>{t('Show it')}</vscode-button>}
      <CopyButton label={t('Copy for the ticket')} copy={() => session.copyTicket(place, steps)} />
    </div>
  );
}

/** Remarks about the file itself, not its contents. */
function Notices({ session, capture, dismissed }: { session: Session; capture: CaptureState; dismissed: boolean }) {
  return (
    <>
      {/* Always present, so that screen readers announce what is put into it. */}
      <div role="status">
        {capture.notice !== undefined && !dismissed && (
          <p class="notice">
            <SeverityIcon severity="info" />
            <span class="packet-text">{capture.notice}</span>
            <button type="button" class="link" onClick={() => session.dismiss()}>
              {t('Dismiss')}
            </button>
          </p>
        )}
      </div>
      {capture.done && capture.cancelled && (
        <p class="notice stopped">
          <SeverityIcon severity="info" />
          {t('Reading was stopped: what follows is of the part that was read.')}
        </p>
      )}
      {capture.fileProblems.slice(0, MOST_TOLD).map((text, i) => (
        <p key={i} class="notice packet-text">
          <SeverityIcon severity="warning" />
          {text}
        </p>
      ))}
      {capture.notes.slice(0, MOST_TOLD).map((text, i) => (
        <p key={i} class="notice packet-text">
          <SeverityIcon severity="info" />
          {text}
        </p>
      ))}
    </>
  );
}

function factsOf({ format, frames, ofInterest, durationSeconds }: CaptureState): string {
  const all = frames === 1 ? t('1 frame') : t('{0} frames', count(frames));
  const some = ofInterest < frames ? t('{0} of interest', count(ofInterest)) : '';
  const time = durationSeconds > 0 ? durationText(durationSeconds) : '';
  return [format, all, some, time].filter((one) => one !== '').join(' · ');
}

/** A duration in its two largest units: `2 h 5 min`, `3.21 s`. */
function durationText(seconds: number): string {
  if (seconds < 1) return t('{0} ms', Math.max(1, Math.round(seconds * 1000)));
  if (seconds < 60) return t('{0} s', Number(seconds.toPrecision(3)));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('{0} min {1} s', minutes, Math.floor(seconds % 60));
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return t('{0} h {1} min', hours, minutes % 60);
  return t('{0} d {1} h', Math.floor(hours / 24), hours % 24);
}
