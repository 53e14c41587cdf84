import type { FrameView } from '../../src/protocol';
import { CopyButton } from '../CopyButton';
import { SeverityIcon } from '../icons';
import { t } from '../l10n';
import { fieldHex, rangeText } from './octets';
import { docOf, type TreeModel } from './treeModel';

/** What a field is and says: opens under it. */
export function Explanation(props: {
  view: FrameView;
  model: TreeModel;
  /** Index of the node. */
  index: number;
  copy: (text: string) => Promise<boolean>;
}) {
  const { view, model, index, copy } = props;
  const { field } = model.nodes[index]!;
  const doc = docOf(model, index, view.docs);
  const hex = fieldHex(field, view.buffers);
  const range = rangeText(field, view.buffers);
  return (
    <>
      {field.problem !== undefined && (
        <p class="problem">
          <SeverityIcon severity="warning" />
          {field.problem}
        </p>
      )}
      {doc && (
        <>
          {!field.name.includes(doc.title) && <p class="doc-title">{doc.title}</p>}
          <p>{doc.text}</p>
        </>
      )}
      <p class="actions">
        {doc?.reference !== undefined && <span class="quiet">{doc.reference}</span>}
        {range !== '' && <span class="quiet">{range}</span>}
        {field.text !== '' && <CopyButton label={t('Copy value')} text={field.text} copy={copy} />}
        {hex !== '' && <CopyButton label={t('Copy as hex')} text={hex} copy={copy} />}
      </p>
    </>
  );
}
