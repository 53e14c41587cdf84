import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ClientRow, Subnet } from '../../src/protocol';
import { Timeline } from '../clients/Timeline';
import { SeverityIcon } from '../parts/icons';
import { count, t } from '../l10n';
import { outcomeName } from '../ladder/words';
import type { MenuItem } from '../parts/Menu';
import type { PartProps } from '../part';
import type { Session } from '../session';
import { useAnswer } from '../hooks/useAnswer';
import { useVirtual } from '../hooks/useVirtual';

/** Rows fetched at a time. */
const PAGE = 50;

/** Who was given which address: the clients, or the addresses of each subnet. */
export function Clients(part: PartProps) {
  const { session, capture } = part;
  const shown = session.choice('clients') === 'subnets' ? 'subnets' : 'clients';
  if (!capture.done) return <p class="calm">{t('The clients come when the whole capture has been read.')}</p>;
  const views = [
    ['clients', t('By client')],
    ['subnets', t('By subnet')],
  ] as const;
  return (
    <>
      <div class="panel-head" role="radiogroup" aria-label={t('Order of the addresses')}>
        {views.map(([name, title]) => (
          <label key={name} class="check">
            <input
              type="radio"
              name="clients"
              checked={shown === name}
              onChange={() => session.choose('clients', name)}
            />
            {title}
          </label>
        ))}
      </div>
      {shown === 'clients' ? <ClientList {...part} /> : <Subnets {...part} />}
    </>
  );
}

/** Below this many times the height of a line, a row of clients has more lines instead of longer ones. */
const NARROW = 17;

/** Height in px of a row with three lines of text and a timeline, or with six where they are short. */
const heightOf = (row: number, narrow: boolean): number => Math.round(row * (narrow ? 5.9 : 3.4));

/** Whether an element is narrower than `least` px. */
function useNarrow(element: RefObject<HTMLElement | null>, least: number): boolean {
  const [narrow, setNarrow] = useState(false);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const measure = (): void => setNarrow(current.clientWidth < least);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  });
  return narrow;
}

function ClientList(part: PartProps) {
  const { session, capture, heights } = part;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const [page, setPage] = useState(0);
  const answer = useAnswer(session, 'clients', { from: page * PAGE, to: (page + 2) * PAGE }, capture.revision);
  const total = answer?.total ?? 0;
  const narrow = useNarrow(scroller, NARROW * heights.row);
  const size = heightOf(heights.row, narrow);
  const { rows, height, reveal } = useVirtual(scroller, total, size, 3);
  const first = Math.floor((rows[0]?.index ?? 0) / PAGE);
  useEffect(() => setPage(first), [first]);
  if (answer && total === 0) return <p class="calm">{t('There is no client in this capture.')}</p>;
  const at = (index: number): ClientRow | undefined => answer?.rows[index - answer.from];
  const open = (index: number, x: number, y: number): void => {
    const row = at(index);
    if (row) part.menu({ x, y, items: menuOf(session, row) });
  };
  const choose = (index: number): void => {
    setActive(index);
    reveal(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || total === 0) return;
    const to = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + 8,
      PageUp: active - 8,
      Home: 0,
      End: total - 1,
    }[event.key];
    const row = at(active);
    if (to !== undefined) choose(Math.min(Math.max(to, 0), total - 1));
    else if (event.key === 'Enter' && row) showInLadder(session, row.life.last);
    else if ((event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')) && row) {
      const box = document.getElementById(`client-${active}`)?.getBoundingClientRect();
      open(active, box?.left ?? 0, box?.bottom ?? 0);
    } else return;
    event.preventDefault();
  };
  return (
    <div
      class={`client-list scroller${narrow ? ' narrow' : ''}`}
      ref={scroller}
      role="listbox"
      tabIndex={0}
      aria-label={t('Clients')}
      {...(rows.some(({ index }) => index === active) ? { 'aria-activedescendant': `client-${active}` } : {})}
      onKeyDown={onKeyDown}
    >
      <div class="canvas" role="presentation" style={{ height: `${height}px` }}>
        {rows.map(({ index, y }) => {
          const row = at(index);
          return (
            <div
              key={index}
              id={`client-${index}`}
              class={`line client${index === active ? ' selected' : ''}`}
              role="option"
              aria-selected={index === active}
              aria-posinset={index + 1}
              aria-setsize={total}
              style={{ transform: `translateY(${y}px)`, height: `${size}px` }}
              onClick={() => choose(index)}
              onDblClick={() => row && showInLadder(session, row.life.last)}
              onContextMenu={(event: MouseEvent) => {
                event.preventDefault();
                choose(index);
                open(index, event.clientX, event.clientY);
              }}
            >
              {row && <Facts row={row} />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Outcomes that leave a client without an address. */
const FAILED: ReadonlySet<string> = new Set<ClientRow['outcome']>(['refused', 'declined', 'unanswered']);

function Facts({ row }: { row: ClientRow }) {
  const { client, hostname, vendor, system, address, server, outcome, conversations, life } = row;
  const happened = [
    [life.renewals, t('renewed')],
    [life.naks, t('NAK')],
    [life.declines, t('declined')],
    [life.unanswered, t('unanswered')],
  ] as const;
  const counted = happened.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} × ${what}`);
  const from = server !== undefined && address !== undefined ? t('by {0}', server) : '';
  const who = [vendor, system].filter((one) => one !== undefined).join(', ');
  return (
    <>
      <span class="who">
        <span class="name" title={hostname ?? client}>
          {hostname ?? client}
        </span>
        {hostname !== undefined && (
          <span class="quiet" title={client}>
            {client}
          </span>
        )}
        <span class="client-state">
          {FAILED.has(outcome) && <SeverityIcon severity="error" hidden />}
          {address !== undefined && <b>{address}</b>} {outcomeName(outcome)}
        </span>
      </span>
      <span class="about quiet">
        {[
          from,
          who,
          conversations === 1 ? t('1 conversation') : t('{0} conversations', count(conversations)),
          ...counted,
        ]
          .filter((one) => one !== '')
          .join(' · ')}
      </span>
      <Timeline tenancies={life.tenancies} />
    </>
  );
}

/** Shows a conversation in the ladder, by its index. */
function showInLadder(session: Session, place: number): void {
  session
    .ask('conversations', { from: place, to: place + 1, problems: false })
    .then(({ rows: [row] }) => {
      if (!row) return;
      session.showFrame(row.first);
      session.showTab('ladder');
    })
    .catch(() => undefined);
}

function menuOf(session: Session, { client, mac, address, life }: ClientRow): MenuItem[] {
  const filter = (text: string): void => {
    session.setFilter(text);
    session.showTab('packets');
  };
  const items: MenuItem[] = [
    { label: t('Show its last conversation'), run: () => showInLadder(session, life.last) },
    { label: t('Show its first conversation'), run: () => showInLadder(session, life.first) },
    {
      label: t('Filter by this client'),
      run: () => filter(mac === undefined ? client : `dhcp.hw.mac_addr == ${mac}`),
    },
    { label: t('Copy client'), run: () => void session.copy(client) },
  ];
  if (address !== undefined) items.push({ label: t('Copy address'), run: () => void session.copy(address) });
  return items;
}

function stateName(state: Subnet['addresses'][number]['state']): string {
  return { 'in use': t('in use'), expired: t('expired'), released: t('released'), declined: t('declined') }[state];
}

/** The addresses in use per subnet, as far as the capture shows. */
function Subnets({ session, capture }: PartProps) {
  const answer = useAnswer(session, 'subnets', {}, capture.revision);
  if (!answer) return null;
  if (answer.subnets.length === 0) return <p class="calm">{t('This capture shows no lease of DHCPv4.')}</p>;
  return (
    <div class="scroller subnets" tabIndex={0} role="region" aria-label={t('Subnets')}>
      {answer.subnets.map(({ network, routers, servers, addresses, count: all, inUse }) => (
        <section key={network} class="subnet">
          <h2>{network === '' ? t('Without a mask') : network}</h2>
          <p class="quiet">
            {t('{0} of {1} addresses in use', count(inUse), count(all))}
            {servers.length > 0 && ` · ${t('server {0}', servers.join(', '))}`}
            {routers.length > 0 && ` · ${t('router {0}', routers.join(', '))}`}
          </p>
          <ul>
            {addresses.map(({ address, client, state, frame }) => (
              <li key={address} class="given">
                <button type="button" class="frame-link" onClick={() => session.showFrame(frame)}>
                  {address}
                </button>
                <span class="packet-text">{client}</span>
                <span class={state === 'in use' ? '' : 'quiet'}>{stateName(state)}</span>
              </li>
            ))}
          </ul>
          {all > addresses.length && <p class="quiet">{t('And {0} more', count(all - addresses.length))}</p>}
        </section>
      ))}
    </div>
  );
}
