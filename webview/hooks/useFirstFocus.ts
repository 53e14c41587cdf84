import { useEffect } from 'preact/hooks';

/** What gets the focus: the list, the tab that is shown, the first button of a message. */
const FIRST = ['.panel.packets [role=grid]', '[role=tablist] [aria-selected=true]', 'main vscode-button'];

/**
 * Gives the focus to the list, to the tab that is shown, or to the first button of a message, where nothing else in the window has it: on opening, when the
 * person comes back, and when `parts`, which names the parts of the window, has become another.
 */
export function useFirstFocus(parts: string): void {
  useEffect(() => {
    const give = (): void => {
      // Only the window that has the focus anyway: another editor, or the palette, keeps it.
      if (!document.hasFocus() || document.activeElement !== document.body) return;
      const first = FIRST.map((one) => document.querySelector<HTMLElement>(one)).find((one) => one !== null);
      first?.focus({ preventScroll: true });
    };
    give();
    window.addEventListener('focus', give);
    return () => window.removeEventListener('focus', give);
  }, [parts]);
}
