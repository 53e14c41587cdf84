import { t } from '../../l10n';
import type { TreeModel } from '../treeModel';

/** Octets in a row: 32 bits. */
const ROW = 4;

/** Index of the node that holds the fixed header of a DHCPv4 message; -1 if there is none. */
export function headerOf({ nodes }: TreeModel): number {
  return nodes.findIndex(({ field }) => field.key === 'dhcp.header');
}

/** The fixed header as RFC 2131 figure 1 draws it: 32 bits a row, each field with its number of octets. */
export function Boxes({
  model,
  selected,
  onSelect,
}: {
  model: TreeModel;
  selected: number;
  onSelect: (index: number) => void;
}) {
  const header = headerOf(model);
  const start = model.nodes[header]!.field.offset;
  return (
    <div class="scroller boxes" role="group" aria-label={t('Fixed fields')}>
      {model.nodes.map(({ parent, field: { key = '', name, text, offset, length } }, index) => {
        const column = (offset - start) % ROW;
        return parent !== header || length === 0 ? null : (
          <button
            key={index}
            type="button"
            class={`box${index === selected ? ' selected' : ''}`}
            aria-pressed={index === selected}
            style={{ gridColumn: `${column + 1} / span ${Math.min(length, ROW - column)}` }}
            title={name}
            onClick={() => onSelect(index)}
          >
            {key.slice('dhcp.'.length)} ({length}) <b>{text}</b>
          </button>
        );
      })}
    </div>
  );
}
