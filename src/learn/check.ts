import type { Place, Question } from './lessons/lesson';

/** The learner's selection: a frame, and the keys of the path to a field, outermost first. */
export interface Selected {
  readonly frame: number;
  readonly keys: readonly string[];
}

/** The result of judging an answer. */
export interface Judgement {
  readonly right: boolean;
  readonly reply: string;
}

/** Whether the selection is at a place: in the frame, and at the field or inside it. */
const isAt = ({ frame, keys }: Selected, { frames, field }: Place): boolean =>
  frames.includes(frame) && (field === undefined || keys.includes(field));

/** Judges a selection as the answer to a question. A wrong answer gets the reply written for it, or one that says how close it is. */
export function judge(question: Question, selected: Selected | undefined): Judgement {
  if (!selected) return { right: false, reply: 'Nothing is selected yet. Select it in the capture, then check.' };
  if (isAt(selected, question)) return { right: true, reply: question.right };
  const mistake = question.mistakes.find((one) => isAt(selected, one));
  return { right: false, reply: mistake?.reply ?? nearness(question, selected) };
}

function nearness({ frames, field }: Question, { frame, keys }: Selected): string {
  if (field === undefined) return 'This is another frame. The types in the list of packets may help.';
  if (frames.includes(frame))
    return keys.length > 0
      ? 'The frame is right, and this field says something else.'
      : 'The frame is right. Now select the field of it that says so.';
  return keys.includes(field)
    ? 'The field is right; look at it in another frame.'
    : 'It is neither this frame nor this field.';
}
