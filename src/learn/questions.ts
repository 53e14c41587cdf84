import type { Lesson } from './lessons/lesson';

/** A challenge as the extension host holds it, answers included. */
export interface ToldChallenge {
  readonly fault: string;
  readonly telling: readonly number[];
  readonly choices: readonly { readonly id: string; readonly name: string; readonly meaning: string }[];
  readonly hints: readonly string[];
  /** What to do about the fault in general. */
  readonly advice: string;
}

/** What the extension host asks the worker for a learner: each with what it takes and gives. */
export interface LearnQuestions {
  lessons: {
    params: Record<string, never>;
    result: { lessons: readonly { id: string; title: string; goal: string; steps: number }[] };
  };
  /** `made`: its capture is not a sample. */
  lesson: { params: { id: string }; result: { lesson?: Lesson; made?: boolean } };
  /** The challenge of a seed, its capture apart: names and meanings are those of the catalogue. */
  challenge: { params: { seed: number }; result: { challenge: ToldChallenge } };
  /** A capture that is made when it is asked for, by its file name. */
  madeFile: { params: { name: string }; result: { bytes?: Uint8Array } };
}

/** How each is answered. */
export type LearnHandlers = {
  readonly [N in keyof LearnQuestions]: (
    params: LearnQuestions[N]['params'],
  ) => LearnQuestions[N]['result'] | Promise<LearnQuestions[N]['result']>;
};
