import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

export interface MenuItem {
  readonly label: string;
  /** For a menu item that can be on or off: its state. */
  readonly checked?: boolean;
  readonly run: () => void;
}

/** The items of a context menu, and its position (px in the window). */
export interface MenuRequest {
  readonly x: number;
  readonly y: number;
  readonly items: readonly MenuItem[];
}

/** A context menu for arrow keys, Enter and Escape. It closes when it loses the focus, which then returns to where it was. */
export function Menu({ request, onClose }: { request: MenuRequest; onClose: () => void }) {
  const menu = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(null);

  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return;
    before.current = document.activeElement;
    // Keep the menu inside the window.
    element.style.left = `${Math.max(0, Math.min(request.x, window.innerWidth - element.offsetWidth - 4))}px`;
    element.style.top = `${Math.max(0, Math.min(request.y, window.innerHeight - element.offsetHeight - 4))}px`;
    element.querySelector('button')?.focus();
  }, [request]);
  useEffect(() => {
    const close = (event: Event): void => {
      if (!(event.target instanceof Node) || !menu.current?.contains(event.target)) onClose();
    };
    window.addEventListener('pointerdown', close, true);
    window.addEventListener('blur', onClose);
    window.addEventListener('resize', onClose);
    return () => {
      window.removeEventListener('pointerdown', close, true);
      window.removeEventListener('blur', onClose);
      window.removeEventListener('resize', onClose);
    };
  }, [onClose]);

  const leave = (): void => {
    if (before.current instanceof HTMLElement) before.current.focus();
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(menu.current?.querySelectorAll('button') ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (event.key === 'ArrowDown') buttons[(at + 1) % buttons.length]?.focus();
    else if (event.key === 'ArrowUp') buttons[(at + buttons.length - 1) % buttons.length]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') leave();
    else return;
    event.preventDefault();
  };
  return (
    <div ref={menu} class="menu" role="menu" onKeyDown={onKeyDown}>
      {request.items.map(({ label, checked, run }) => (
        <button
          key={label}
          type="button"
          role={checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
          {...(checked === undefined ? {} : { 'aria-checked': checked })}
          tabIndex={-1}
          onClick={() => {
            leave();
            run();
          }}
        >
          {checked && (
            <span class="check-mark" aria-hidden="true">
              ✓
            </span>
          )}
          {label}
        </button>
      ))}
    </div>
  );
}
