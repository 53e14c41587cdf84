import { t } from '../l10n';
import type { MenuItem } from '../parts/Menu';
import type { PartProps } from '../part';
import type { Session } from '../session';
import { Split } from '../parts/Split';
import { Drawer } from './Drawer';
import { fieldHex } from './bytes/octets';
import { filterItems } from './fieldFilter';
import { PacketTree } from './PacketTree';
import { lineOf } from './treeModel';

/** The selected frame: its fields as a tree, and its octets in a drawer below. */
export function Packet(part: PartProps) {
  const { session } = part;
  const { state } = session;
  const { view, frameError } = state;
  if (frameError !== undefined) return <p class="calm">{frameError}</p>;
  if (!view) {
    const waiting = state.frame === undefined && state.total > 0;
    return waiting ? <p class="calm">{t('Select a packet to see what is in it.')}</p> : null;
  }
  const openMenu = (index: number, x: number, y: number): void => {
    part.menu({ x, y, items: menuItems(session, index) });
  };
  const fields = (
    <PacketTree
      session={session}
      findings={part.capture.findings}
      view={view}
      model={state.model}
      expansion={state.expansion}
      rowHeight={part.heights.row}
      selected={session.selectedNode}
      hovered={state.hovered}
      shown={state.shownInTree}
      onSelect={(index) => session.selectField(index, 'tree')}
      onExpansion={(expansion) => session.setExpansion(expansion)}
      onHover={(index) => session.hover(index)}
      onMenu={openMenu}
    />
  );
  const drawer = <Drawer {...part} view={view} onMenu={openMenu} />;
  return (
    <section class="pane packet" aria-label={t('Packet')}>
      {state.bytesClosed ? (
        <>
          {fields}
          {drawer}
        </>
      ) : (
        <Split
          session={session}
          name="bytes"
          label={t('Between the fields and the bytes')}
          direction="column"
          initial={0.66}
          first={fields}
          second={drawer}
        />
      )}
    </section>
  );
}

/** The context menu of a field. */
function menuItems(session: Session, index: number): MenuItem[] {
  const { model, view } = session.state;
  const node = model.nodes[index];
  if (!node || !view) return [];
  const copy = (label: string, text: string): MenuItem[] =>
    text === '' ? [] : [{ label, run: () => void session.copy(text) }];
  return [
    ...copy(t('Copy value'), node.field.text),
    ...copy(t('Copy name and value'), lineOf(node.field)),
    ...copy(t('Copy as hex'), fieldHex(node.field, view.buffers)),
    ...filterItems(session, view.frame, node.field),
  ];
}
