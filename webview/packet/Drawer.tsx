import type { FrameView } from '../../src/protocol';
import { Chevron } from '../parts/icons';
import { t } from '../l10n';
import type { PartProps } from '../part';
import { Boxes, headerOf } from './bytes/Boxes';
import { Bytes } from './bytes/Bytes';

/** The octets of the frame, in a drawer that opens and closes. */
export function Drawer(props: PartProps & { view: FrameView; onMenu: (index: number, x: number, y: number) => void }) {
  const { session, view, heights } = props;
  const { state } = session;
  const closed = state.bytesClosed;
  const header = !closed && headerOf(state.model) >= 0;
  const boxes = header && session.choice('bytes') === 'boxes';
  return (
    <section class={`drawer${closed ? ' closed' : ''}`} aria-labelledby="title-bytes">
      <div class="drawer-head">
        <h2 id="title-bytes">
          <button type="button" aria-expanded={!closed} onClick={() => session.setBytesClosed(!closed)}>
            <Chevron open={!closed} />
            {t('Bytes')}
          </button>
        </h2>
        {header && (
          <label class="check">
            <input type="checkbox" checked={boxes} onChange={() => session.choose('bytes', boxes ? '' : 'boxes')} />
            {t('Header as in RFC 2131')}
          </label>
        )}
      </div>
      {boxes && (
        <Boxes
          model={state.model}
          selected={session.selectedNode}
          onSelect={(index) => session.selectField(index, 'bytes')}
        />
      )}
      {!closed && !boxes && (
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
