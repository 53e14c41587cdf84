import { partsOf } from '../../src/protocol';
import { t } from '../l10n';
import { framesIn, linksOf } from '../references';

/** Text with code between backticks and links to RFCs; with `onFrame`, frame numbers are links too. */
export function Text({ text, onFrame }: { text: string; onFrame?: ((frame: number) => void) | undefined }) {
  return (
    <>
      {partsOf(text).map((part, i) =>
        part.code ? <code key={i}>{part.text}</code> : <Reference key={i} text={part.text} onFrame={onFrame} />,
      )}
    </>
  );
}

/** Text with links to RFCs. The window handles clicks on them (`clickedReference`). */
export function Reference({ text, onFrame }: { text: string; onFrame?: ((frame: number) => void) | undefined }) {
  return (
    <>
      {linksOf(text).map(({ text, rfc, section }, i) =>
        rfc !== undefined ? (
          <button key={i} type="button" class="link" data-rfc={rfc} data-section={section}>
            {text}
          </button>
        ) : onFrame ? (
          <WithFrames key={i} text={text} onFrame={onFrame} />
        ) : (
          <span key={i}>{text}</span>
        ),
      )}
    </>
  );
}

/** What must not stand at the beginning of a line. */
const CLOSING = /^[).,;:]+/;

function WithFrames({ text, onFrame }: { text: string; onFrame: (frame: number) => void }) {
  const parts = framesIn(text);
  return (
    <>
      {parts.map(({ text, frame }, i) =>
        frame === undefined ? (
          <span key={i}>{i === 0 ? text : text.replace(CLOSING, '')}</span>
        ) : (
          <span key={i} class="unbroken">
            <button type="button" class="link" aria-label={t('Go to frame {0}', frame)} onClick={() => onFrame(frame)}>
              {text}
            </button>
            {CLOSING.exec(parts[i + 1]?.text ?? '')?.[0]}
          </span>
        ),
      )}
    </>
  );
}
