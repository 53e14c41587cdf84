import type { ComponentChildren } from 'preact';
import type { Session } from '../session';
import { Splitter } from './Splitter';

/** Two parts of the window with a splitter between them; the session remembers its position under `name`. */
export function Split(props: {
  session: Session;
  name: string;
  /** Names both sides for screen readers. */
  label: string;
  direction: 'row' | 'column';
  /** Initial share of the first part. */
  initial: number;
  first: ComponentChildren;
  second: ComponentChildren;
}) {
  const { session, name, direction, initial } = props;
  const share = session.state.splits[name] ?? initial;
  return (
    <div class={`split ${direction} ${name}`}>
      <div class="part" style={{ flexGrow: 100 * share }}>
        {props.first}
      </div>
      <Splitter
        label={props.label}
        direction={direction}
        share={share}
        initial={initial}
        onShare={(value) => session.setSplit(name, value)}
      />
      <div class="part" style={{ flexGrow: 100 * (1 - share) }}>
        {props.second}
      </div>
    </div>
  );
}
