import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { count } from '../l10n';

export interface Tab<Name extends string> {
  readonly name: Name;
  readonly title: string;
  /** A number beside the title, such as the number of findings; 0 for none. */
  readonly badge?: number;
}

/** The tab that a key moves to from tab `at` of `length`; undefined if the key does nothing here. */
export function tabByKey(key: string, at: number, length: number): number | undefined {
  return {
    ArrowRight: (at + 1) % length,
    ArrowLeft: (at + length - 1) % length,
    Home: 0,
    End: length - 1,
  }[key];
}

/** Tabs with the panel of the selected one, following WAI-ARIA: arrow keys move and select. */
export function Tabs<Name extends string>(props: {
  label: string;
  tabs: readonly Tab<Name>[];
  shown: Name;
  onShow: (name: Name) => void;
  children: ComponentChildren;
}) {
  const { tabs, shown, onShow } = props;
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = tabs.findIndex(({ name }) => name === shown);
    const to = tabByKey(event.key, at, tabs.length);
    if (to === undefined) return;
    event.preventDefault();
    onShow(tabs[to]!.name);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[to]?.focus();
  };
  return (
    <section class="pane tabbed">
      <div class="tabs" ref={list} role="tablist" aria-label={props.label} onKeyDown={onKeyDown}>
        {tabs.map(({ name, title, badge = 0 }) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={name === shown}
            tabIndex={name === shown ? 0 : -1}
            {...(name === shown ? { 'aria-controls': `panel-${name}` } : {})}
            onClick={() => onShow(name)}
          >
            {title}
            {badge > 0 && <span class="badge">{count(badge)}</span>}
          </button>
        ))}
      </div>
      <div class="panel" id={`panel-${shown}`} role="tabpanel" aria-labelledby={`tab-${shown}`}>
        {props.children}
      </div>
    </section>
  );
}
