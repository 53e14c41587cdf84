import { useEffect } from 'preact/hooks';

/** Candidates for the focus: the list, the selected tab, the first button of a message. */
const FIRST = ['#panel-packets [role=grid]', '[role=tablist] [aria-selected=true]', 'main vscode-button'];

/**
 * Focuses the list, the selected tab, or the first button of a message, unless something in the window has the focus: on
 * opening, when the user comes back, and when `parts`, which identifies the parts of the window, changes.
 */
export function useFirstFocus(parts: string): void {
  useEffect(() => {
    const give = (): void => {
      // Only if this window has the focus anyway, so that it is not taken from another editor or the palette.
      if (!document.hasFocus() || document.activeElement !== document.body) return;
      const first = FIRST.map((one) => document.querySelector<HTMLElement>(one)).find((one) => one !== null);
      first?.focus({ preventScroll: true });
    };
    give();
    window.addEventListener('focus', give);
    return () => window.removeEventListener('focus', give);
  }, [parts]);
}
