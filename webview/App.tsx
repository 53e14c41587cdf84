import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Bytes } from './Bytes';
import { Details } from './Details';
import { Filter } from './Filter';
import { Header } from './Header';
import { Hints } from './Hints';
import { count, t } from './l10n';
import { useLayout, useRowHeights } from './layout';
import { Menu, type MenuRequest } from './Menu';
import { fieldHex } from './octets';
import { PacketList } from './PacketList';
import { PacketTree } from './PacketTree';
import { noticeOf, type Session, type WindowState } from './session';
import { Splitter } from './Splitter';
import { lineOf } from './treeModel';
import { useFirstFocus } from './useFirstFocus';

/** Share of the first pane at first, by the name of the splitter. */
const SPLITS = { top: 0.5, hints: 0.5, beside: 0.42, tree: 0.46, bytes: 0.52, octets: 0.45 } as const;

/** The window: lays out the panes and connects them to the session. */
export function App({ session }: { session: Session }) {
  const [, setChanges] = useState(0);
  const redraw = (): void => setChanges((n) => n + 1);
  const [menu, setMenu] = useState<MenuRequest>();
  const layout = useLayout();
  const heights = useRowHeights();
  useEffect(() => session.subscribe(() => redraw()), [session]);

  const { state } = session;
  const { capture } = state;
  // A filter may have nothing to show for a long time.
  const settled = session.cache.size > 0 || (capture !== undefined && state.filter !== '');
  useEffect(() => {
    // The task after the next frame finds it painted.
    if (settled) requestAnimationFrame(() => setTimeout(() => session.rowsShown()));
  }, [session, settled]);
  useFirstFocus(`${layout} ${state.failure !== undefined} ${capture === undefined} ${capture?.findings.length === 0}`);
  if (state.failure !== undefined) {
    return (
      <main class="message">
        <div role="alert">
          <h1>{t('This capture cannot be shown')}</h1>
          <p class="packet-text">{state.failure}</p>
        </div>
        <vscode-button onClick={() => void session.openAgain()}>{t('Open again')}</vscode-button>
      </main>
    );
  }
  if (!capture) {
    return (
      <main class="message">
        <vscode-progress-ring />
        <p role="status">{t('Opening…')}</p>
      </main>
    );
  }

  const selected = session.selectedNode;
  const copy = (text: string): Promise<boolean> => session.copy(text);
  const openMenu = (index: number, x: number, y: number): void => {
    const node = state.model.nodes[index];
    if (!node || !state.view) return;
    const { buffers } = state.view;
    const items = [{ label: t('Copy name and value'), run: () => void copy(lineOf(node.field)) }];
    if (node.field.text !== '') items.unshift({ label: t('Copy value'), run: () => void copy(node.field.text) });
    const hex = fieldHex(node.field, buffers);
    if (hex !== '') items.push({ label: t('Copy as hex'), run: () => void copy(hex) });
    setMenu({ x, y, items });
  };

  const splitter = (name: keyof typeof SPLITS, label: string, direction: 'row' | 'column') => (
    <Splitter
      label={label}
      direction={direction}
      share={share(name)}
      initial={SPLITS[name]}
      onShare={(value) => session.setSplit(name, value)}
    />
  );
  const share = (name: keyof typeof SPLITS): number => state.splits[name] ?? SPLITS[name];
  const pair = (
    name: keyof typeof SPLITS,
    direction: 'row' | 'column',
    label: string,
    first: ComponentChildren,
    second: ComponentChildren,
  ) => {
    if (layout === 'stack') return [first, second];
    // Until the person has moved the splitter, a short list takes no more room than it can use.
    const fitted = state.splits[name] === undefined ? ' fitted' : '';
    return (
      <div class={`pair ${direction} ${name}${fitted}`}>
        <div class="part-of-pair" style={{ flexGrow: 100 * share(name) }}>
          {first}
        </div>
        {splitter(name, label, direction)}
        <div class="part-of-pair" style={{ flexGrow: 100 * (1 - share(name)) }}>
          {second}
        </div>
      </div>
    );
  };

  const { findings } = capture;
  const hints = (
    <Pane key="hints" name="hints" title={t('Hints')} badge={findings.length} scrolls>
      {findings.length > 0 ? (
        <Hints
          findings={findings}
          open={state.findings}
          frame={state.frame}
          onOpen={(open) => session.setFindings(open)}
          onFrame={(frame) => session.showFrame(frame)}
          onAll={(id) => session.setFilter(`finding:${id}`)}
          onOther={(path, frame) => session.openOther(path, frame)}
          copy={copy}
        />
      ) : (
        <p class="calm">
          {capture.done
            ? t('Nothing here calls for attention.')
            : t('Hints come when the whole capture has been read.')}
        </p>
      )}
    </Pane>
  );
  const empty = state.total === 0 && capture.done && !capture.filtering;
  const clear = (
    <button type="button" class="link" onClick={() => session.setFilter('')}>
      {t('Clear the filter')}
    </button>
  );
  const packets = (
    <Pane
      key="packets"
      name="list"
      title={t('Packets')}
      note={filterNote(state)}
      tools={<Filter text={state.filter} error={state.filterError} onText={(text) => session.setFilter(text)} />}
    >
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
        onEnter={() => document.querySelector<HTMLElement>('[role=tree]')?.focus()}
      />
      {empty &&
        (state.filter !== '' && capture.ofInterest > 0 ? (
          <p class="notice">
            {t('No packet matches the filter.')} {clear}
          </p>
        ) : (
          <p class="calm">{t('There are no DHCP packets in this capture.')}</p>
        ))}
    </Pane>
  );
  const { view, model } = state;
  let nothing;
  if (state.frameError !== undefined) nothing = <p class="notice">{state.frameError}</p>;
  else if (state.frame === undefined && state.total > 0) {
    nothing = <p class="calm">{t('Select a packet to see what is in it.')}</p>;
  }
  const tree = (
    <Pane key="tree" name="packet" title={t('Packet')} note={view ? t('Frame {0}', count(view.frame)) : ''}>
      {view ? (
        <PacketTree
          model={model}
          expansion={state.expansion}
          rowHeight={heights.row}
          selected={selected}
          hovered={state.hovered}
          shown={state.shownInTree}
          onSelect={(index) => session.selectField(index, 'tree')}
          onExpansion={(expansion) => session.setExpansion(expansion)}
          onHover={(index) => session.hover(index)}
          onMenu={openMenu}
          onCopy={(index) => void copy(lineOf(model.nodes[index]!.field))}
        />
      ) : (
        nothing
      )}
    </Pane>
  );
  const details = (
    <Pane key="details" name="explain" title={t('Details')} scrolls>
      {view && (
        <Details
          view={view}
          model={model}
          selected={selected}
          onSelect={(index) => session.selectField(index, 'details')}
          copy={copy}
        />
      )}
    </Pane>
  );
  const bytes = (
    <Pane key="bytes" name="octets-pane" title={t('Bytes')}>
      {view && (
        <Bytes
          view={view}
          model={model}
          rowHeight={heights.octets}
          selected={selected}
          hovered={state.hovered}
          buffer={state.buffer}
          shown={state.shownInBytes}
          onBuffer={(buffer) => session.setBuffer(buffer)}
          onSelect={(index) => session.selectField(index, 'bytes')}
          onHover={(index) => session.hover(index)}
          onMenu={openMenu}
        />
      )}
    </Pane>
  );

  const beside = layout === 'wide' || layout === 'broad';
  const top =
    findings.length === 0
      ? [hints, packets]
      : pair(beside ? 'beside' : 'hints', beside ? 'row' : 'column', t('Between hints and packets'), hints, packets);
  const explained =
    layout === 'broad'
      ? pair('octets', 'row', t('Between details and bytes'), details, bytes)
      : pair('bytes', 'column', t('Between details and bytes'), details, bytes);
  const bottom = pair('tree', 'row', t('Between packet and details'), tree, explained);
  return (
    <div class={`window ${layout}`} style={{ '--octets': `${heights.octets}px` }}>
      <Header
        capture={capture}
        dismissed={noticeOf(capture) === state.dismissed}
        onDismiss={() => session.dismiss()}
        onCancel={() => session.cancel()}
      />
      <main class="panes">
        {pair('top', 'column', t('Between list and packet'), top, bottom)}
        {menu && <Menu request={menu} onClose={() => setMenu(undefined)} />}
      </main>
    </div>
  );
}

/** How many packets the filter lets through, as far as it has got; empty where there is none. */
function filterNote({ filter, filterError, total, capture }: WindowState): string {
  if (filter === '' || filterError || !capture) return '';
  if (capture.filtering) return t('Filtering… {0} so far', count(total));
  return t('{0} of {1}', count(total), count(capture.ofInterest));
}

/** A part of the window with its title. */
function Pane(props: {
  name: string;
  title: string;
  badge?: number;
  note?: string;
  tools?: ComponentChildren;
  /** Its content may be higher than the pane: the keyboard scrolls it, too. */
  scrolls?: boolean;
  children?: ComponentChildren;
}) {
  const id = `title-${props.name}`;
  return (
    <section class={`pane ${props.name}`} aria-labelledby={id}>
      <div class="pane-head">
        <h2 id={id}>{props.title}</h2>
        {props.badge !== undefined && props.badge > 0 && <span class="badge">{props.badge}</span>}
        {props.note !== undefined && props.note !== '' && <span class="quiet">{props.note}</span>}
        {props.tools}
      </div>
      <div
        class={`pane-body${props.scrolls ? ' scroller' : ''}`}
        {...(props.scrolls ? { tabIndex: 0, role: 'group', 'aria-labelledby': id } : {})}
      >
        {props.children}
      </div>
    </section>
  );
}
