import { count, t } from '../l10n';
import type { PartProps } from '../part';
import type { Session, WindowState } from '../session';
import { Filter } from './Filter';
import { PacketList } from './PacketList';

/** The packet list with its filter. */
export function Packets(part: PartProps) {
  const { session, capture } = part;
  const { state } = session;
  const empty = state.total === 0 && capture.done && !capture.filtering;
  return (
    <>
      <div class="panel-head filter-head">
        <Filter
          session={session}
          text={state.filter}
          error={state.filterError}
          display={state.displayFilter}
          onText={(text) => session.setFilter(text)}
        />
        <span class="quiet filter-note" role="status">
          {filterNote(state, session.listsAll)}
        </span>
        {capture.done && capture.ofInterest < capture.frames && (
          <label
            class="check all-frames"
            title={t('Lists the other traffic of the capture, too, a line for each frame.')}
          >
            <input
              type="checkbox"
              checked={session.listsAll}
              onChange={() => void session.listAll(!session.listsAll)}
            />
            {t('Show all frames')}
          </label>
        )}
      </div>
      {session.listsAll && state.allNote !== undefined && <p class="notice">{state.allNote}</p>}
      <PacketList {...part} />
      {state.hidden && !empty && !capture.filtering && <Hidden session={session} />}
      {empty &&
        (state.filter !== '' && capture.ofInterest > 0 ? (
          <p class="notice">
            {t('No packet matches the filter.')} <Clear session={session} />
          </p>
        ) : (
          <p class="calm">{t('There are no DHCP packets in this capture.')}</p>
        ))}
    </>
  );
}

function Clear({ session }: { session: Session }) {
  return (
    <button type="button" class="link" onClick={() => session.setFilter('')}>
      {t('Clear the filter')}
    </button>
  );
}

/** Says that the selected frame is not in the list, and offers what to do about it. */
function Hidden({ session }: { session: Session }) {
  if (session.state.filter === '')
    return (
      <p class="notice hides" role="status">
        {t('Frame {0} has nothing to do with DHCP and is not listed.', session.state.frame ?? '')}{' '}
        <button type="button" class="link" onClick={() => void session.listAll(true)}>
          {t('Show all frames')}
        </button>
      </p>
    );
  return (
    <p class="notice hides" role="status">
      {t('The filter hides frame {0}.', session.state.frame ?? '')} <Clear session={session} />
      <button type="button" class="link" onClick={() => void session.moveTo(0)}>
        {t('Select the first packet shown')}
      </button>
    </p>
  );
}

/** The number of packets that pass the filter so far; empty if there is no filter. */
function filterNote({ filter, filterError, total, capture }: WindowState, all: boolean): string {
  if (filterError || !capture) return '';
  if (filter === '') return all && capture.filtering ? t('Reading… {0} so far', count(total)) : '';
  if (capture.filtering) return t('Filtering… {0} so far', count(total));
  return t('{0} of {1}', count(total), count(all ? capture.frames : capture.ofInterest));
}
