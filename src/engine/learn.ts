import { LESSONS } from '../learn/lessons';
import { MADE_CAPTURES, madeCapture } from '../learn/made/captures';
import type { LearnHandlers } from '../learn/questions';

/** The answers to what a learner's pages ask: none of them is about the capture that is open. */
export const learnHandlers: LearnHandlers = {
  lessons: () => ({ lessons: LESSONS.map(({ id, title, goal, steps }) => ({ id, title, goal, steps: steps.length })) }),
  lesson: ({ id }) => {
    const lesson = LESSONS.find((one) => one.id === id);
    return lesson ? { lesson, made: MADE_CAPTURES.includes(lesson.capture) } : {};
  },
  madeFile: ({ name }) => {
    const bytes = madeCapture(name);
    return bytes ? { bytes } : {};
  },
};
