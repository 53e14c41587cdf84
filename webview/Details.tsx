import type { FrameView } from '../src/protocol';
import { CopyButton } from './CopyButton';
import { SeverityIcon } from './icons';
import { count, t } from './l10n';
import { memo } from './memo';
import { fieldHex, rangeText } from './octets';
import { docOf, hasChildren, lineOf, type TreeModel } from './treeModel';

/** Octets shown at most; all of them are in the bytes below. */
const HEX_SHOWN = 128;
/** Parts of a field shown at most; all of them are in the tree. */
const PARTS_SHOWN = 64;

interface Props {
  view: FrameView;
  model: TreeModel;
  /** Index of the selected node, -1 for none. */
  selected: number;
  onSelect: (index: number) => void;
  copy: (text: string) => Promise<boolean>;
}

/** What the selected field is and says; where none is selected, the frame as a whole. */
export const Details = memo(function Details(props: Props) {
  return props.selected < 0 ? <FrameDetails view={props.view} /> : <FieldDetails {...props} />;
});

function FieldDetails({ view, model, selected, onSelect, copy }: Props) {
  const { field } = model.nodes[selected]!;
  const doc = docOf(model, selected, view.docs);
  const hex = fieldHex(field, view.buffers, HEX_SHOWN);
  const path: string[] = [];
  for (let i = model.nodes[selected]!.parent; i >= 0; i = model.nodes[i]!.parent)
    path.unshift(model.nodes[i]!.field.name);
  const parts: number[] = [];
  if (hasChildren(model, selected)) {
    for (let i = selected + 1; i < model.nodes[selected]!.end; i = model.nodes[i]!.end) parts.push(i);
  }
  return (
    <div class="details">
      {path.length > 0 && <p class="quiet path packet-text">{path.join(' › ')}</p>}
      <h3 class="packet-text">{field.name}</h3>
      {field.text !== '' && <p class="field-value packet-text">{field.text}</p>}
      {field.note !== undefined && <p class="quiet packet-text">{field.note}</p>}
      {field.problem !== undefined && (
        <p class="problem">
          <SeverityIcon severity="warning" />
          {field.problem}
        </p>
      )}
      {doc && (
        <div class="doc">
          {!field.name.includes(doc.title) && <p class="doc-title">{doc.title}</p>}
          <p>{doc.text}</p>
          {doc.reference !== undefined && <p class="reference">{doc.reference}</p>}
        </div>
      )}
      <p class="actions">
        {field.text !== '' && <CopyButton label={t('Copy value')} text={field.text} copy={copy} />}
        {hex !== '' && <CopyButton label={t('Copy as hex')} text={fieldHex(field, view.buffers)} copy={copy} />}
      </p>
      {hex !== '' && (
        <div class="octets">
          <p class="quiet">{rangeText(field, view.buffers)}</p>
          <code class="hex">{hex}</code>
        </div>
      )}
      {parts.length > 0 && (
        <ul class="parts" aria-label={t('Parts')}>
          {parts.slice(0, PARTS_SHOWN).map((index) => (
            <li key={index}>
              <button type="button" class="part packet-text" onClick={() => onSelect(index)}>
                {lineOf(model.nodes[index]!.field)}
              </button>
            </li>
          ))}
          {parts.length > PARTS_SHOWN && <li class="quiet">{t('{0} more in the tree', parts.length - PARTS_SHOWN)}</li>}
        </ul>
      )}
    </div>
  );
}

function FrameDetails({ view }: { view: FrameView }) {
  const captured = view.buffers[0]?.bytes.length ?? 0;
  return (
    <div class="details">
      <h3>{t('Frame {0}', view.frame)}</h3>
      <p class="field-value packet-text">{view.summary}</p>
      <dl>
        {view.time !== '' && (
          <>
            <dt>{t('Time')}</dt>
            <dd>{view.time}</dd>
          </>
        )}
        <dt>{t('Length')}</dt>
        <dd>
          {captured === view.wireLength
            ? t('{0} octets', count(view.wireLength))
            : t('{0} octets, {1} of them captured', count(view.wireLength), count(captured))}
        </dd>
        {view.comment !== undefined && (
          <>
            <dt>{t('Comment')}</dt>
            <dd class="packet-text">{view.comment}</dd>
          </>
        )}
      </dl>
      {view.story !== undefined && (
        <section class="doc">
          <h4 class="doc-title">{t('What just happened')}</h4>
          <p class="packet-text">{view.story}</p>
        </section>
      )}
      {view.problems.map((one, i) => (
        <p key={i} class="problem">
          <SeverityIcon severity="warning" />
          {one.text}
        </p>
      ))}
      <p class="quiet">{t('Select a field or a byte to learn what it means.')}</p>
    </div>
  );
}
