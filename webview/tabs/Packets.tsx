import { count, t } from '../l10n';
import type { WindowState } from '../session';
import type { PartProps } from '../part';
import { Filter } from './Filter';
import { PacketList } from './PacketList';

/** The list of packets under its filter. */
export function Packets({ session, capture, heights }: PartProps) {
  const { state } = session;
  const empty = state.total === 0 && capture.done && !capture.filtering;
  const note = filterNote(state);
  const clear = (
    <button type="button" class="link" onClick={() => session.setFilter('')}>
      {t('Clear the filter')}
    </button>
  );
  return (
    <>
      <div class="panel-head">
        <Filter text={state.filter} error={state.filterError} onText={(text) => session.setFilter(text)} />
        {note !== '' && <span class="quiet">{note}</span>}
      </div>
      {state.hidden && !empty && !capture.filtering && (
        <p class="notice">
          {t('The filter hides frame {0}.', state.frame ?? '')} {clear}
        </p>
      )}
      <PacketList
        total={state.total}
        cache={session.cache}
        age={state.age}
        rowHeight={heights.row}
        cursor={state.cursor}
        frame={state.frame}
        digits={String(capture.frames).length}
        onMove={(index) => void session.moveTo(index)}
        onEnter={() => session.focusPacket()}
      />
      {empty &&
        (state.filter !== '' && capture.ofInterest > 0 ? (
          <p class="notice">
            {t('No packet matches the filter.')} {clear}
          </p>
        ) : (
          <p class="calm">{t('There are no DHCP packets in this capture.')}</p>
        ))}
    </>
  );
}

/** How many packets the filter lets through, as far as it has got; empty where there is none. */
function filterNote({ filter, filterError, total, capture }: WindowState): string {
  if (filter === '' || filterError || !capture) return '';
  if (capture.filtering) return t('Filtering… {0} so far', count(total));
  return t('{0} of {1}', count(total), count(capture.ofInterest));
}
