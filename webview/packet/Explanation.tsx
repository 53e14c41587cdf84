import type { FrameView, ShownFinding } from '../../src/protocol';
import { CopyButton } from '../parts/CopyButton';
import { SeverityIcon } from '../parts/icons';
import { t } from '../l10n';
import type { Session } from '../session';
import { Reference, Text } from '../parts/Text';
import type { Mark } from './marks';
import { fieldHex, rangeText } from './bytes/octets';
import { docOf, madeBy, type TreeModel } from './treeModel';

/** The explanation of a field, with its value and its problems; opens below the field. */
export function Explanation(props: {
  session: Session;
  view: FrameView;
  model: TreeModel;
  /** Index of the node. */
  index: number;
  mark: Mark | undefined;
  findings: readonly ShownFinding[];
}) {
  const { session, view, model, index, mark } = props;
  const { field } = model.nodes[index]!;
  const doc = docOf(model, index, view.docs);
  const hex = fieldHex(field, view.buffers);
  const range = rangeText(field, view.buffers);
  const { configured } = session.state;
  return (
    <>
      {mark?.findings.map((place) => (
        <FindingOf key={place} session={session} place={place} finding={props.findings[place]} />
      ))}
      {madeBy(model, index, configured?.made[view.frame]).map(({ place, what }) => (
        <p key={`${place} ${what}`} class="packet-text">
          {`${what}: `}
          <button type="button" class="link" onClick={() => session.tell('openConfig', { place })}>
            {configured!.places[place]?.name}
          </button>
        </p>
      ))}
      {field.problem !== undefined && (
        <p class="problem">
          <SeverityIcon severity="warning" />
          {field.problem}
        </p>
      )}
      {doc && (
        <>
          {!field.name.includes(doc.title) && <p class="doc-title">{doc.title}</p>}
          <p>
            <Text text={doc.text} />
          </p>
        </>
      )}
      <p class="actions">
        {doc?.reference !== undefined && (
          <span>
            <Reference text={doc.reference} />
          </span>
        )}
        {range !== '' && <span class="quiet">{range}</span>}
        {field.text !== '' && <CopyButton label={t('Copy value')} copy={() => session.copy(field.text)} />}
        {hex !== '' && <CopyButton label={t('Copy as hex')} copy={() => session.copy(hex)} />}
        {doc && field.key !== undefined && (
          <button type="button" class="link" onClick={() => session.tell('openGuide', { key: field.key! })}>
            {t('Open in the guide')}
          </button>
        )}
      </p>
    </>
  );
}

/** A link to a finding that the field shows. */
function FindingOf({
  session,
  place,
  finding,
}: {
  session: Session;
  place: number;
  finding: ShownFinding | undefined;
}) {
  if (!finding) return null;
  return (
    <p class={`problem ${finding.severity}`}>
      <SeverityIcon severity={finding.severity} />
      <button type="button" class="link packet-text" onClick={() => session.openFinding(place)}>
        {finding.title}
      </button>
    </p>
  );
}
