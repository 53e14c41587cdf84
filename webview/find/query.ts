import { FIND_WHAT, type FindWhat, type Requests } from '../../src/protocol';
import { count, t } from '../l10n';
import type { Session } from '../session';

/** A search as it is remembered. */
export interface Query {
  readonly text: string;
  readonly what: FindWhat;
  readonly exact: boolean;
}

export const queryOf = (session: Session): Query => ({
  text: session.choice('find'),
  what: FIND_WHAT.find((one) => one === session.choice('findWhat')) ?? 'auto',
  exact: session.choice('findExact') === 'yes',
});

export function whatName(what: FindWhat): string {
  return {
    auto: t('Text, octets or field'),
    text: t('Text'),
    octets: t('Octets in hex'),
    field: t('Field, as a display filter'),
  }[what];
}

/** Number of matching frames, and which of them is selected; also what the text was interpreted as, if that was left open. */
export function foundText(
  { frames, complete, kind, error }: Requests['findAll']['result'],
  frame: number | undefined,
  what: FindWhat,
): string {
  if (error !== undefined) return error;
  if (frames.length === 0) return complete ? t('In no frame') : t('Still searching: go on with Enter');
  const all = complete ? count(frames.length) : `${count(frames.length)}+`;
  const place = frame === undefined ? -1 : frames.indexOf(frame);
  const many = frames.length === 1 ? t('In 1 frame') : t('In {0} frames', all);
  const words = place < 0 ? many : t('{0} of {1}', count(place + 1), all);
  return kind !== undefined && what === 'auto' && kind !== 'text' ? `${words} (${whatName(kind)})` : words;
}

/** Goes to the next or previous frame that matches, and to the matching octets. */
export async function findNext(session: Session, backwards: boolean): Promise<void> {
  const query = queryOf(session);
  if (query.text.trim() === '') return session.openFind();
  const from = session.state.frame ?? 0;
  const { frame, offset, length = 1, error } = await session.ask('find', { ...query, from, backwards });
  if (frame === undefined) session.tell('say', { text: error ?? t('“{0}” was not found.', query.text) });
  else session.showFrame(frame, undefined, offset === undefined ? undefined : { offset, length });
}
