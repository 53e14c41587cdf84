import { useState } from 'preact/hooks';
import type { Cause, ShownFinding } from '../../src/protocol';
import { Chevron, SeverityIcon } from '../parts/icons';
import { count, t } from '../l10n';
import type { Session } from '../session';
import { Reference, Text } from '../parts/Text';
import { Frames } from './Frames';
import { Steps } from './Steps';

/** Members of a group shown before the others are folded. */
const MEMBERS_SHOWN = 10;

interface Props {
  readonly session: Session;
  readonly finding: ShownFinding;
  /** Its index among all findings. */
  readonly place: number;
  readonly open: boolean;
  readonly frame: number | undefined;
}

/** A finding: its title and, if open, what was seen, where, and what to do about it. */
export function FindingCard(props: Props) {
  const { session, finding, place, open } = props;
  return (
    <li class={`finding${open ? ' open' : ''}`} data-finding={finding.id}>
      <h2>
        <button
          type="button"
          class="finding-title"
          aria-expanded={open}
          {...(open ? { 'aria-controls': `finding-${place}` } : {})}
          onClick={() => session.openFinding(open ? -1 : place)}
        >
          <Chevron open={open} />
          <SeverityIcon severity={finding.severity} />
          <span class="packet-text">{finding.title}</span>
        </button>
      </h2>
      {open && (
        <div class="finding-body" id={`finding-${place}`}>
          <p class="packet-text">
            <Text text={finding.explanation} onFrame={toFrame(props)} />
          </p>
          <Where {...props} />
          <Steps finding={finding} session={session} />
          <Causes causes={finding.causes} onFrame={(one) => session.showFinding(place, one)} prose={toFrame(props)} />
          <Members {...props} />
          <Actions {...props} />
        </div>
      )}
    </li>
  );
}

/** The frames that prove it, from this capture and from those it was compared with. */
function Where({ session, finding, place, frame }: Props) {
  return (
    <div class="where">
      <Frames
        label={t('Frames')}
        finding={finding.title}
        frames={finding.frames}
        types={finding.types}
        count={finding.frameCount}
        frame={frame}
        onFrame={(one) => session.showFinding(place, one)}
        onAll={() => session.showAll(finding.id)}
      />
      {finding.elsewhere?.map(({ name, path, frames, frameCount }) => (
        <Frames
          key={path}
          label={t('Frames of {0}', name)}
          finding={finding.title}
          of={name}
          frames={frames}
          count={frameCount}
          onFrame={(one) => session.tell('openOther', { path, frame: one })}
        />
      ))}
    </div>
  );
}

/** The action for frame numbers in the text; none if they may belong to another capture. */
function toFrame({ session, finding, place }: Props): ((frame: number) => void) | undefined {
  return finding.elsewhere ? undefined : (frame) => session.showFinding(place, frame);
}

function Causes(props: {
  causes: readonly Cause[];
  onFrame: (frame: number) => void;
  /** The same for frame numbers in the text. */
  prose: ((frame: number) => void) | undefined;
}) {
  const { causes, onFrame, prose } = props;
  if (causes.length === 0) return null;
  return (
    <section class="causes" aria-label={t('Causes')}>
      <h3>{t('Causes')}</h3>
      <ul>
        {causes.map(({ text, likelihood, evidence, frames = [] }, i) => (
          <li key={i}>
            <span class={`likelihood ${likelihood}`}>{likelihoodName(likelihood)}</span>
            <div>
              <span class="packet-text">
                <Text text={text} onFrame={prose} />
              </span>
              {evidence.map((one, j) => (
                <p key={j} class="evidence packet-text">
                  <Text text={one} onFrame={prose} />
                </p>
              ))}
              <Frames label={t('Frames that speak for it')} finding={text} frames={frames} onFrame={onFrame} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The findings that a group stands for, each with its first frames. */
function Members({ session, finding, place, frame }: Props) {
  const { members = [], memberCount = members.length } = finding;
  const [shown, setShown] = useState(MEMBERS_SHOWN);
  if (members.length === 0) return null;
  const rest = members.length - shown;
  const untold = memberCount - members.length;
  return (
    <section aria-label={t('Each of them')}>
      <h3>{t('Each of them')}</h3>
      <ul class="members">
        {members.slice(0, shown).map(({ subject, frames }) => (
          <li key={subject}>
            <span class="packet-text">{subject}</span>
            <Frames
              label={t('Frames of {0}', subject)}
              finding={subject}
              frames={frames}
              frame={frame}
              onFrame={(one) => session.showFinding(place, one)}
            />
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <button type="button" class="link" onClick={() => setShown(members.length)}>
          {t('Show {0} more', count(rest))}
        </button>
      )}
      {rest <= 0 && untold > 0 && <p class="quiet">{t('And {0} more', count(untold))}</p>}
    </section>
  );
}

/** What can be done with the finding itself, and where to read more. */
function Actions({ session, finding }: Props) {
  const { id, reference, servers = [] } = finding;
  return (
    <p class="actions">
      {servers.map((server) => (
        <button key={server} type="button" class="link" onClick={() => session.tell('authorise', { server })}>
          {servers.length > 1 ? t('{0} is my server', server) : t('This server is mine')}
        </button>
      ))}
      <button type="button" class="link" onClick={() => session.tell('suppress', { id })}>
        {t('Do not report this here')}
      </button>
      <button type="button" class="link" onClick={() => session.tell('openGuide', { key: id })}>
        {t('Open in the guide')}
      </button>
      {reference !== '' && (
        <span>
          <Reference text={reference} />
        </span>
      )}
      <span class="finding-id quiet">{id}</span>
    </p>
  );
}

function likelihoodName(likelihood: Cause['likelihood']): string {
  if (likelihood === 'likely') return t('likely');
  return likelihood === 'possible' ? t('possible') : t('unlikely');
}
