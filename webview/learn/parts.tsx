import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { partsOf, type Wrong } from '../../src/protocol';

/** A button; `primary` marks the one that most people need. */
export function Action({
  children,
  onClick,
  primary,
  disabled,
}: {
  children: ComponentChildren;
  onClick: () => void;
  primary?: boolean;
  disabled?: boolean;
}) {
  return (
    <button type="button" class={primary ? 'action primary' : 'action'} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}

/** The heading of a page, which takes the focus when the page changes. */
export function Title({ children, of }: { children: ComponentChildren; of: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const give = (): void => heading.current?.focus();
    // When the user comes to the page and nothing has the focus yet.
    const giveFirst = (): void => {
      if (document.activeElement === document.body) give();
    };
    give();
    window.addEventListener('focus', giveFirst);
    return () => window.removeEventListener('focus', giveFirst);
  }, [of]);
  return (
    <h1 tabIndex={-1} ref={heading}>
      {children}
    </h1>
  );
}

/** The reply to an answer, also announced by screen readers. */
export function Reply({ reply }: { reply: { readonly right: boolean; readonly reply: string } | undefined }) {
  return (
    <p role="status" class={reply ? `reply ${reply.right ? 'right' : 'wrong'}` : 'reply'}>
      {reply && <span aria-hidden="true">{reply.right ? '✓ ' : '✗ '}</span>}
      {reply?.reply}
    </p>
  );
}

/** A paragraph in which literal text is marked as code. */
export function Marked({ text }: { text: string }) {
  return <p>{partsOf(text).map((part, i) => (part.code ? <code key={i}>{part.text}</code> : part.text))}</p>;
}

/**
 * A labelled field that reports its value when the user leaves it or presses Enter. A new `revision` resets it to `value`, unless the user is
 * typing in it: the answer to an earlier change may arrive meanwhile.
 */
export function Entry({
  id,
  label,
  value,
  revision,
  lines,
  wrong,
  onEnter,
}: {
  id: string;
  label: string;
  value: string;
  revision: number;
  lines?: number;
  /** Everything that was typed and cannot be taken; what belongs to this field stays in it, with the reason. */
  wrong: readonly Wrong[];
  onEnter: (value: string) => void;
}) {
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const own = wrong.find(({ entry }) => entry === id);
  const shown = own?.value ?? value;
  const last = useRef(shown);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    const typing = element === document.activeElement && element.value !== last.current;
    last.current = shown;
    if (!typing) element.value = shown;
  }, [shown, revision]);
  const change = (): void => {
    const entered = field.current?.value ?? shown;
    last.current = entered;
    if (entered !== shown) onEnter(entered);
  };
  const shared = { id, ref: field, spellcheck: false, onChange: change, ...invalid(wrong, id) };
  return (
    <div class={lines === undefined ? 'entry' : 'entry long'}>
      <label for={id}>{label}</label>
      {lines === undefined ? <input {...shared} /> : <textarea {...shared} rows={lines} />}
      <Reason wrong={wrong} id={id} />
    </div>
  );
}

/** Ties a field to the reason why its value cannot be taken. */
export const invalid = (wrong: readonly Wrong[], id: string) =>
  wrong.some(({ entry }) => entry === id) ? { 'aria-invalid': true, 'aria-describedby': `${id}-wrong` } : {};

/** Why the value of a field cannot be taken, if so. */
export function Reason({ wrong, id }: { wrong: readonly Wrong[]; id: string }) {
  return (
    <span id={`${id}-wrong`} role="alert" class="entry-wrong packet-text">
      {wrong.find(({ entry }) => entry === id)?.text}
    </span>
  );
}
