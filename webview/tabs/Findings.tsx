import { useState } from 'preact/hooks';
import { partsOf, type Cause, type ShownFinding } from '../../src/protocol';
import { CopyButton } from '../CopyButton';
import { Chevron, SeverityIcon } from '../icons';
import { count, t } from '../l10n';
import { memo } from '../memo';
import type { PartProps } from '../part';
import { commandsOf, openAtFirst } from './telling';

/** Frames shown before the rest is folded, and how many are unfolded at a time. */
const FRAMES_SHOWN = 6;
const FRAMES_MORE = 100;
/** Members of a group shown before the rest is folded. */
const MEMBERS_SHOWN = 10;

/** The findings of the capture. */
export function Findings({ session, capture }: PartProps) {
  const { findings, done } = capture;
  if (findings.length === 0) {
    return (
      <p class="calm">
        {done ? t('Nothing here calls for attention.') : t('Findings come when the whole capture has been read.')}
      </p>
    );
  }
  return (
    <div class="scroller">
      <List
        findings={findings}
        open={session.state.findings}
        frame={session.state.frame}
        onOpen={(open) => session.setFindings(open)}
        onFrame={(frame) => session.showFrame(frame)}
        onAll={(id) => session.setFilter(`finding:${id}`)}
        onOther={(path, frame) => session.openOther(path, frame)}
        copy={(text) => session.copy(text)}
      />
    </div>
  );
}

interface Props {
  findings: readonly ShownFinding[];
  /** Places in `findings` of those that are open; undefined where the person has opened or closed none. */
  open: readonly number[] | undefined;
  frame: number | undefined;
  onOpen: (open: readonly number[]) => void;
  onFrame: (frame: number) => void;
  /** Shows all frames of a finding in the list. */
  onAll: (id: string) => void;
  /** Opens another capture at one of its frames. */
  onOther: (path: string, frame: number) => void;
  copy: (text: string) => Promise<boolean>;
}

/** What is wrong in this capture, in the order of telling, and what to do about it. */
const List = memo(function List(props: Props) {
  const { findings } = props;
  const open = props.open ?? openAtFirst(findings);
  return (
    <ul class="findings">
      {findings.map((finding, index) => (
        <FindingItem
          {...props}
          key={index}
          finding={finding}
          id={`finding-${index}`}
          expanded={open.includes(index)}
          onToggle={() => props.onOpen(open.includes(index) ? open.filter((one) => one !== index) : [...open, index])}
        />
      ))}
    </ul>
  );
});

function FindingItem(props: Props & { finding: ShownFinding; id: string; expanded: boolean; onToggle: () => void }) {
  const { finding, id, expanded } = props;
  return (
    <li class="finding" data-finding={finding.id}>
      <div class="finding-head">
        <h3>
          <button
            type="button"
            class="finding-title"
            aria-expanded={expanded}
            {...(expanded ? { 'aria-controls': id } : {})}
            onClick={props.onToggle}
          >
            <Chevron open={expanded} />
            <SeverityIcon severity={finding.severity} />
            <span class="packet-text">{finding.title}</span>
          </button>
        </h3>
        <span class="frame-groups">
          <Frames
            label={t('Frames')}
            finding={finding.title}
            frames={finding.frames}
            count={finding.frameCount}
            frame={props.frame}
            onFrame={props.onFrame}
            onAll={() => props.onAll(finding.id)}
          />
          {finding.elsewhere?.map(({ name, path, frames, frameCount }) => (
            <Frames
              key={path}
              label={t('Frames of {0}', name)}
              finding={finding.title}
              of={name}
              frames={frames}
              count={frameCount}
              frame={undefined}
              onFrame={(frame) => props.onOther(path, frame)}
            />
          ))}
        </span>
      </div>
      {expanded && (
        <div class="finding-body" id={id}>
          <p class="packet-text">
            <Text text={finding.explanation} />
          </p>
          <Members finding={finding} frame={props.frame} onFrame={props.onFrame} />
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

/** The findings that one stands for, each with its first frames. */
function Members({ finding, frame, onFrame }: Pick<Props, 'frame' | 'onFrame'> & { finding: ShownFinding }) {
  const { members = [], memberCount = members.length } = finding;
  const [shown, setShown] = useState(MEMBERS_SHOWN);
  if (members.length === 0) return null;
  const rest = members.length - shown;
  const untold = memberCount - members.length;
  return (
    <>
      <h4>{t('Each of them')}</h4>
      <ul class="members">
        {members.slice(0, shown).map(({ subject, frames }) => (
          <li key={subject}>
            <span class="packet-text">{subject}</span>
            <Frames
              label={t('Frames of {0}', subject)}
              finding={subject}
              frames={frames}
              count={undefined}
              frame={frame}
              onFrame={onFrame}
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
    </>
  );
}

/** Text in which what stands between backticks is code. */
function Text({ text }: { text: string }) {
  return (
    <>
      {partsOf(text).map((part, i) =>
        part.code ? <code key={i}>{part.text}</code> : <span key={i}>{part.text}</span>,
      )}
    </>
  );
}

function Step({ step, copy }: { step: string; copy: Props['copy'] }) {
  const commands = commandsOf(step);
  return (
    <li>
      <span>
        <Text text={step} />
      </span>
      {commands !== '' && <CopyButton label={t('Copy')} what={commands} text={commands} copy={copy} />}
    </li>
  );
}

/** The numbers of frames as links, those of this capture or of another one. */
function Frames(props: {
  label: string;
  /** The finding's title, which tells its buttons from those of the next one. */
  finding: string;
  /** The other capture's name. */
  of?: string;
  frames: readonly number[];
  /** How many there are, where `frames` holds only the first of them. */
  count: number | undefined;
  frame: number | undefined;
  onFrame: (frame: number) => void;
  /** Shows those beyond `frames`, too. */
  onAll?: () => void;
}) {
  const { frames, of, onAll } = props;
  const [shown, setShown] = useState(FRAMES_SHOWN);
  const all = props.count ?? frames.length;
  const rest = all - Math.min(shown, frames.length);
  const more = t('+{0} more', count(rest));
  if (frames.length === 0) return null;
  return (
    <span class="frames" role="group" aria-label={props.label}>
      {of !== undefined && <span class="quiet packet-text">{of}</span>}
      {frames.slice(0, shown).map((number, i) => (
        <button
          key={number}
          type="button"
          class={`frame-link${i === 0 ? ' first' : ''}`}
          aria-current={number === props.frame}
          aria-label={of === undefined ? t('Frame {0}', number) : t('Frame {0} of {1}', number, of)}
          onClick={() => props.onFrame(number)}
        >
          {number}
        </button>
      ))}
      {frames.length > shown && (
        <button
          type="button"
          class="link"
          aria-label={`${more}: ${props.finding}`}
          onClick={() => setShown(shown + FRAMES_MORE)}
        >
          {more}
        </button>
      )}
      {frames.length <= shown && rest > 0 && <span class="quiet">{more}</span>}
      {all > frames.length && onAll && (
        <button
          type="button"
          class="link"
          aria-label={`${t('Show all in the list')}: ${props.finding}`}
          onClick={onAll}
        >
          {t('Show all in the list')}
        </button>
      )}
    </span>
  );
}

function likelihoodName(likelihood: Cause['likelihood']): string {
  if (likelihood === 'likely') return t('likely');
  return likelihood === 'possible' ? t('possible') : t('unlikely');
}
