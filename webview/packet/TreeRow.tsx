import type { Severity } from '../../src/protocol';
import { Chevron, SeverityIcon } from '../parts/icons';
import { t } from '../l10n';
import { hasChildren, isUnexplained, lineOf, type TreeModel } from './treeModel';

/** Indentation per level of the tree, in px. */
const INDENT = 14;

/** One field as a row of the tree. */
export function TreeRow(props: {
  model: TreeModel;
  index: number;
  open: boolean;
  selected: boolean;
  hovered: boolean;
  /** The first sentences of the guide's explanation; empty if that is shown below the row. */
  about: string;
  /** The worst severity of its problems; if it is closed, including those inside it. */
  severity: Severity | undefined;
  y: number;
  height: number;
  onSelect: (index: number) => void;
  onToggle: (index: number) => void;
  onHover: (index: number) => void;
}) {
  const { model, index, open, selected } = props;
  const node = model.nodes[index]!;
  const { field } = node;
  const opens = hasChildren(model, index);
  const unexplained = isUnexplained(model, index);
  const classes = ['node', 'line'];
  if (selected) classes.push('selected');
  if (props.hovered) classes.push('hovered');
  if (node.level === 1) classes.push('layer');
  if (unexplained) classes.push('unexplained');
  return (
    <div
      id={`field-${index}`}
      data-node={index}
      data-key={field.key}
      class={classes.join(' ')}
      role="treeitem"
      aria-level={node.level}
      aria-setsize={node.siblings}
      aria-posinset={node.position}
      aria-selected={selected}
      {...(opens ? { 'aria-expanded': open } : {})}
      style={{
        transform: `translateY(${props.y}px)`,
        height: `${props.height}px`,
        paddingInlineStart: `${4 + (node.level - 1) * INDENT}px`,
      }}
      title={field.problem ? `${lineOf(field)}\n${field.problem}` : lineOf(field)}
      onClick={() => props.onSelect(index)}
      onDblClick={() => opens && props.onToggle(index)}
      onMouseEnter={() => props.onHover(index)}
    >
      <span
        class="twistie"
        onClick={(event) => {
          if (!opens) return;
          event.stopPropagation();
          props.onToggle(index);
        }}
        onDblClick={(event) => event.stopPropagation()}
      >
        {opens && <Chevron open={open} />}
      </span>
      {props.severity && <SeverityIcon severity={props.severity} />}
      <span class="text">
        <span class="name" {...(props.about === '' ? {} : { title: props.about })}>
          {field.name}
        </span>
        {field.text !== '' && ': '}
        <span class="value">{field.text}</span>
        {field.note !== undefined && <span class="note"> · {field.note}</span>}
        {unexplained && <span class="tag">{t('unexplained')}</span>}
        {field.problem !== undefined && <span class="problem"> {field.problem}</span>}
      </span>
    </div>
  );
}
