import { useState } from 'preact/hooks';
import { count, t } from '../l10n';

/** Frames shown before the others are folded, and how many are unfolded at a time. */
const FRAMES_SHOWN = 6;
const FRAMES_MORE = 100;

/** Frames of this or another capture as links: `5 OFFER`. */
export function Frames(props: {
  label: string;
  /** The title of the finding, which distinguishes its buttons from those of other findings. */
  finding: string;
  /** The name of the other capture. */
  of?: string;
  /** Ordered by importance, the most telling frame first. */
  frames: readonly number[];
  /** Types of the first frames. */
  types?: readonly string[] | undefined;
  /** Number of all frames, if `frames` holds only the first of them. */
  count?: number | undefined;
  frame?: number | undefined;
  onFrame: (frame: number) => void;
  /** Shows all of them in the list. */
  onAll?: () => void;
}) {
  const { frames, types = [], of, onAll } = props;
  const [shown, setShown] = useState(FRAMES_SHOWN);
  const all = props.count ?? frames.length;
  const rest = all - Math.min(shown, frames.length);
  const more = t('+{0} more', count(rest));
  if (frames.length === 0) return null;
  const chips = frames.slice(0, shown).map((frame, i) => ({ frame, type: types[i] ?? '' }));
  chips.sort((a, b) => a.frame - b.frame);
  return (
    <span class="frames" role="group" aria-label={props.label}>
      {of !== undefined && <span class="quiet packet-text">{of}</span>}
      {chips.map(({ frame, type }) => (
        <button
          key={frame}
          type="button"
          class="frame-link"
          aria-current={frame === props.frame}
          aria-label={nameOf(frame, type, of)}
          onClick={() => props.onFrame(frame)}
        >
          {frame}
          {type !== '' && <span class="type"> {type}</span>}
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
      {all > 1 && onAll && (
        <button type="button" class="link" aria-label={`${t('Show in the list')}: ${props.finding}`} onClick={onAll}>
          {t('Show in the list')}
        </button>
      )}
    </span>
  );
}

function nameOf(frame: number, type: string, of: string | undefined): string {
  if (of !== undefined) return t('Frame {0} of {1}', frame, of);
  return type === '' ? t('Frame {0}', frame) : t('Frame {0}, {1}', frame, type);
}
