import { useState } from 'preact/hooks';
import type { Cause, Finding } from '../src/protocol';
import { CopyButton } from './CopyButton';
import { Chevron, SeverityIcon } from './icons';
import { t } from './l10n';
import { bySeverity, commandsOf, partsOf } from './findings';

/** Frames shown before the rest is folded, and how many are unfolded at a time. */
const FRAMES_SHOWN = 6;
const FRAMES_MORE = 100;

interface Props {
  findings: readonly Finding[];
  /** Places in `findings` of those that are open. */
  open: readonly number[];
  frame: number | undefined;
  onOpen: (open: readonly number[]) => void;
  onFrame: (frame: number) => void;
  copy: (text: string) => Promise<boolean>;
}

/** What is wrong in this capture, the gravest first, and what to do about it. */
export function Hints(props: Props) {
  const { findings, open } = props;
  return (
    <ul class="findings">
      {bySeverity(findings).map((index) => (
        <FindingItem
          {...props}
          key={index}
          finding={findings[index]!}
          id={`finding-${index}`}
          expanded={open.includes(index)}
          onToggle={() => props.onOpen(open.includes(index) ? open.filter((one) => one !== index) : [...open, index])}
        />
      ))}
    </ul>
  );
}

function FindingItem(props: Props & { finding: Finding; id: string; expanded: boolean; onToggle: () => void }) {
  const { finding, id, expanded } = props;
  return (
    <li class="finding" data-finding={finding.id}>
      <div class="finding-head">
        <button
          type="button"
          class="finding-title"
          aria-expanded={expanded}
          aria-controls={id}
          onClick={props.onToggle}
        >
          <Chevron open={expanded} />
          <SeverityIcon severity={finding.severity} />
          <span class="packet-text">{finding.title}</span>
        </button>
        <Frames finding={finding} frame={props.frame} onFrame={props.onFrame} />
      </div>
      {expanded && (
        <div class="finding-body" id={id}>
          <p class="packet-text">{finding.explanation}</p>
          {finding.causes.length > 0 && (
            <>
              <h4>{t('Causes')}</h4>
              <ul class="causes">
                {finding.causes.map((cause, i) => (
                  <li key={i}>
                    <span class={`likelihood ${cause.likelihood}`}>{likelihoodName(cause.likelihood)}</span>
                    <div>
                      <span class="packet-text">{cause.text}</span>
                      {cause.evidence.map((evidence, j) => (
                        <p key={j} class="evidence packet-text">
                          {evidence}
                        </p>
                      ))}
                    </div>
                  </li>
                ))}
              </ul>
            </>
          )}
          {finding.steps.length > 0 && (
            <>
              <h4>{t('What to do')}</h4>
              <ol class="steps">
                {finding.steps.map((step, i) => (
                  <Step key={i} step={step} copy={props.copy} />
                ))}
              </ol>
            </>
          )}
          <p class="reference">
            {finding.reference}
            {finding.reference !== '' && ' · '}
            <span class="finding-id">{finding.id}</span>
          </p>
        </div>
      )}
    </li>
  );
}

function Step({ step, copy }: { step: string; copy: Props['copy'] }) {
  const commands = commandsOf(step);
  return (
    <li>
      <span>
        {partsOf(step).map(({ text, code }, i) => (code ? <code key={i}>{text}</code> : <span key={i}>{text}</span>))}
      </span>
      {commands !== '' && <CopyButton label={t('Copy')} text={commands} copy={copy} />}
    </li>
  );
}

function Frames({
  finding,
  frame,
  onFrame,
}: {
  finding: Finding;
  frame: number | undefined;
  onFrame: Props['onFrame'];
}) {
  const [shown, setShown] = useState(FRAMES_SHOWN);
  const { frames } = finding;
  const rest = frames.length - shown;
  return (
    <span class="frames" role="group" aria-label={t('Frames')}>
      {frames.slice(0, shown).map((number, i) => (
        <button
          key={number}
          type="button"
          class={`frame-link${i === 0 ? ' first' : ''}`}
          aria-current={number === frame}
          aria-label={t('Frame {0}', number)}
          onClick={() => onFrame(number)}
        >
          {number}
        </button>
      ))}
      {rest > 0 && (
        <button type="button" class="link" onClick={() => setShown(shown + FRAMES_MORE)}>
          {t('+{0} more', rest)}
        </button>
      )}
    </span>
  );
}

function likelihoodName(likelihood: Cause['likelihood']): string {
  if (likelihood === 'likely') return t('likely');
  return likelihood === 'possible' ? t('possible') : t('unlikely');
}
