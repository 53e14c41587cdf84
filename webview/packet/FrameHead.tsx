import type { FrameView } from '../../src/protocol';
import { SeverityIcon } from '../parts/icons';
import { count, t } from '../l10n';

/** A summary of the frame above its fields: what it is, and what happened in it. */
export function FrameHead({ view }: { view: FrameView }) {
  const captured = view.buffers[0]?.bytes.length ?? 0;
  const length =
    captured === view.wireLength
      ? t('{0} octets', count(view.wireLength))
      : t('{0} octets, {1} of them captured', count(view.wireLength), count(captured));
  return (
    <>
      <h2>
        {t('Frame {0}', count(view.frame))} <span class="packet-text">{view.summary}</span>
      </h2>
      {view.story !== undefined && <p class="story packet-text">{view.story}</p>}
      {view.problems.map((one, i) => (
        <p key={i} class="problem">
          <SeverityIcon severity="warning" />
          {one.text}
        </p>
      ))}
      <p class="quiet">{[view.time, length].filter((one) => one !== '').join(' · ')}</p>
      {view.comment !== undefined && <p class="packet-text">{view.comment}</p>}
    </>
  );
}
