import { Component, createElement, type ComponentChild, type ComponentType } from 'preact';

/**
 * A component that is redrawn only when one of its props other than functions has changed. Functions are created anew on every
 * render of the window, so they may use nothing but the session and values that are also props of the component.
 */
export function memo<P extends object>(Inner: ComponentType<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return differs(this.props, next);
    }
    override render(): ComponentChild {
      return createElement(Inner, this.props);
    }
  };
}

/** Whether two sets of props differ in anything but functions. */
export function differs(before: object, after: object): boolean {
  const old = before as Readonly<Record<string, unknown>>;
  return Object.entries(after).some(([name, value]) => value !== old[name] && typeof value !== 'function');
}
