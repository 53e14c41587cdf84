import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { Failure } from './Failure';
import { go } from './find/go';
import { t } from './l10n';
import { useLayout, useRowHeights } from './hooks/layout';
import { Menu, type MenuRequest } from './parts/Menu';
import type { Session } from './session';
import { useFirstFocus } from './hooks/useFirstFocus';
import { Window } from './Window';

/** The window: its contents for the present state, and the menu that opens over it. */
export function App({ session }: { session: Session }) {
  const [, setChanges] = useState(0);
  const [menu, setMenu] = useState<MenuRequest>();
  const layout = useLayout();
  const heights = useRowHeights();
  // Before anything is painted: an ordinary effect runs after that, and an answer that comes sooner would never be drawn.
  useLayoutEffect(() => session.subscribe(() => setChanges((n) => n + 1)), [session]);
  useLayoutEffect(() => {
    session.onGo = (step, text) => void go(session, step, text).catch(() => undefined);
  }, [session]);

  const { failure, capture } = session.state;
  // A filter may find nothing for a long time, and other tabs have no rows.
  const settled =
    session.cache.size > 0 || (capture !== undefined && (session.state.filter !== '' || session.tab !== 'packets'));
  useEffect(() => {
    // A task after the next frame runs when it has been painted.
    if (settled) requestAnimationFrame(() => setTimeout(() => session.rowsShown()));
  }, [session, settled]);
  useFirstFocus(`${layout} ${failure !== undefined} ${capture === undefined} ${session.tab}`);
  if (failure !== undefined) return <Failure failure={failure} session={session} />;
  if (!capture) {
    return (
      <main class="message">
        <vscode-progress-ring />
        <p role="status">{t('Opening…')}</p>
      </main>
    );
  }
  return (
    <>
      <Window session={session} capture={capture} layout={layout} heights={heights} menu={setMenu} />
      {menu && <Menu request={menu} onClose={() => setMenu(undefined)} />}
    </>
  );
}
