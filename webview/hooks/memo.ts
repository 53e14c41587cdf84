import { Component, createElement, type ComponentChild, type ComponentType } from 'preact';

/**
 * The component, drawn anew only when one of its props has changed, apart from functions: they are made anew at each look at the
 * window, and may use nothing but the session and what is a prop of the component as well.
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
