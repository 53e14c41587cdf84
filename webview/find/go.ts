import type { GoStep } from '../../src/protocol';
import { t } from '../l10n';
import { nodeAt } from '../packet/marks';
import { findNext } from './query';
import type { Session } from '../session';

/** Steps that lead along the conversation of the selected frame. */
const LEADS: ReadonlySet<GoStep> = new Set<GoStep>(['next', 'previous', 'partner']);

/** Runs a VS Code command for this window. */
export async function go(session: Session, step: GoStep, text: string): Promise<void> {
  // What is known may still be of the frame selected before: who presses two keys quickly would be led astray.
  const asked = step === 'offset' ? session.frames : LEADS.has(step) ? session.relations : undefined;
  while (asked?.busy) await asked.done;
  const { frame, related } = session.state;
  switch (step) {
    case 'back':
    case 'forward': {
      const visited = session.history.travel(step === 'back' ? -1 : 1);
      return visited === undefined ? undefined : session.showFrame(visited);
    }
    case 'next':
    case 'previous':
      return toNeighbour(session, step === 'next' ? 1 : -1);
    case 'partner':
      if (related.partner !== undefined) return session.showFrame(related.partner);
      return say(session, t('This capture holds no request or reply to the selected frame.'));
    case 'find':
      return session.openFind();
    case 'findNext':
    case 'findPrevious':
      return findNext(session, step === 'findPrevious');
    case 'offset':
      return toOffset(session, Number(text));
    case 'filter':
      session.showTab('packets');
      return void setTimeout(() => document.querySelector<HTMLElement>('.filter input')?.focus());
    case 'copyLink':
      if (frame !== undefined) await session.ask('copyLink', { frame });
  }
}

function say(session: Session, text: string): void {
  session.ask('say', { text }).catch(() => undefined);
}

/** Goes to the next or previous frame of the exchange. */
function toNeighbour(session: Session, by: 1 | -1): void {
  const { frame = 0, related } = session.state;
  const { frames } = related;
  const to = by > 0 ? frames.find((one) => one > frame) : frames.findLast((one) => one < frame);
  if (to !== undefined) return session.showFrame(to);
  say(session, by > 0 ? t('This is the last frame of the exchange.') : t('This is the first frame of the exchange.'));
}

/** Selects the innermost field that covers the octet. */
function toOffset(session: Session, offset: number): void {
  const node = nodeAt(session.state.model, offset);
  if (node < 0) return say(session, t('No field stands at offset {0} of this frame.', offset));
  session.selectField(node);
}
