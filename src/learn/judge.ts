import type { Judgement } from './check';
import type { ChallengeKey } from './questions';

/** Judges an answer to a challenge: the selected frame and the chosen cause. */
export function judgeChallenge(key: ChallengeKey, frame: number | undefined, cause: string): Judgement {
  const chosen = key.choices.find(({ id }) => id === cause);
  const shows = frame !== undefined && key.faultFrames.includes(frame);
  if (!chosen) return { right: false, reply: 'Choose a cause first.' };
  if (cause !== key.fault) {
    const [meaning = ''] = chosen.meaning.split(/(?<=[.:]) /);
    const where = shows ? 'The frame does show the fault, and the cause is another one.' : 'That is not it.';
    return { right: false, reply: `${where} “${chosen.name}” means: ${meaning}` };
  }
  if (frame === undefined)
    return { right: false, reply: 'The cause is right. Now select a frame that shows it, then check.' };
  if (!shows) return { right: false, reply: `The cause is right, but frame ${frame} does not show it.` };
  return { right: true, reply: `Found: “${chosen.name}”, and frame ${frame} shows it.` };
}
