import type { ReportFinding, ReportText, Target } from '../../src/pages';
import { partsOf } from '../../src/protocol';
import { SeverityIcon } from '../parts/icons';
import { t } from '../l10n';

export type Open = (target: Target) => void;

/** Text of a report. A link is a button, because it opens an editor. */
export function Words({ text, open }: { text: ReportText; open: Open }) {
  if (typeof text === 'string') return <span class="packet-text">{text}</span>;
  if ('marked' in text) return <Marked text={text.marked} />;
  return (
    <button type="button" class="link" onClick={() => open(text.open)}>
      {text.text}
    </button>
  );
}

/** Text in which literal parts are marked as code. */
export function Marked({ text }: { text: string }) {
  return (
    <span class="packet-text">
      {partsOf(text).map(({ text: part, code }, i) => (code ? <code key={i}>{part}</code> : part))}
    </span>
  );
}

/** Findings, each with its remedy. */
export function Findings(props: { findings: readonly ReportFinding[]; level: 2 | 3; open: Open }) {
  const { findings, open } = props;
  const Heading = `h${props.level}` as const;
  return (
    <ul class="report-findings">
      {findings.map(({ id, severity, title, where, explanation, causes, steps, reference }, i) => (
        <li key={i}>
          <Heading>
            <SeverityIcon severity={severity} /> <Marked text={title} />
          </Heading>
          <p class="quiet">
            {id}
            {where.map((one, j) => (
              <span key={j}>
                {' '}
                <Words text={one} open={open} />
              </span>
            ))}
          </p>
          <p>
            <Marked text={explanation} />
          </p>
          {causes.length > 0 && (
            <ul class="report-causes">
              {causes.map(({ likelihood, text }, j) => (
                <li key={j}>
                  <b>{likelihood}:</b> <Marked text={text} />
                </li>
              ))}
            </ul>
          )}
          {steps.length > 0 && (
            <>
              <p>{t('What to do:')}</p>
              <ol class="report-steps">
                {steps.map((step, j) => (
                  <li key={j}>
                    <Marked text={step} />
                  </li>
                ))}
              </ol>
            </>
          )}
          {reference !== '' && <p class="quiet">{reference}</p>}
        </li>
      ))}
    </ul>
  );
}
