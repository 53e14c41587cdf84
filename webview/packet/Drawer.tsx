import type { FrameView } from '../../src/protocol';
import { Chevron } from '../parts/icons';
import { t } from '../l10n';
import type { PartProps } from '../part';
import { Bytes } from './bytes/Bytes';

/** The octets of the frame, in a drawer that opens and closes. */
export function Drawer(props: PartProps & { view: FrameView; onMenu: (index: number, x: number, y: number) => void }) {
  const { session, view, heights } = props;
  const { state } = session;
  const closed = state.bytesClosed;
  return (
    <section class={`drawer${closed ? ' closed' : ''}`} aria-labelledby="title-bytes">
      <h2 id="title-bytes" class="drawer-head">
        <button type="button" aria-expanded={!closed} onClick={() => session.setBytesClosed(!closed)}>
          <Chevron open={!closed} />
          {t('Bytes')}
        </button>
      </h2>
      {!closed && (
        <Bytes
          view={view}
          model={state.model}
          rowHeight={heights.octets}
          selected={session.selectedNode}
          hovered={state.hovered}
          buffer={state.buffer}
          shown={state.shownInBytes}
          onBuffer={(buffer) => session.setBuffer(buffer)}
          onSelect={(index) => session.selectField(index, 'bytes')}
          onHover={(index) => session.hover(index)}
          onMenu={props.onMenu}
          copy={(text) => session.copy(text)}
        />
      )}
    </section>
  );
}
