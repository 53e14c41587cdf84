import { partsOf } from '../src/protocol';
import { linksOf } from './references';

/** Words in which what stands between backticks is code, and references to RFCs are links. */
export function Text({ text }: { text: string }) {
  return (
    <>
      {partsOf(text).map((part, i) =>
        part.code ? <code key={i}>{part.text}</code> : <Reference key={i} text={part.text} />,
      )}
    </>
  );
}

/** Words in which references to RFCs are links: the window takes their clicks (`followReference`). */
export function Reference({ text }: { text: string }) {
  return (
    <>
      {linksOf(text).map(({ text, rfc, section }, i) =>
        rfc === undefined ? (
          <span key={i}>{text}</span>
        ) : (
          <button key={i} type="button" class="link" data-rfc={rfc} data-section={section}>
            {text}
          </button>
        ),
      )}
    </>
  );
}
