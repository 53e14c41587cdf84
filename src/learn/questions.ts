import type { Lesson } from './lessons/lesson';
import type { LessonView } from './pages';
import type { Bench, Edit, ServerSettings, WorkshopView } from './workshop/types';

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
  /** `made`: its capture is not a sample; `texts`: what each step says, with the words of the glossary. */
  lesson: {
    params: { id: string };
    result: { lesson?: Lesson; made?: boolean; texts?: readonly LessonView['text'][] };
  };
  /** The challenge of a seed, its capture apart: names and meanings are those of the catalogue. */
  challenge: { params: { seed: number }; result: { challenge: ToldChallenge } };
  /** What the workshop shows of an exchange, after a change of the open frame where one is asked for. */
  workshop: {
    params: { bench: Bench; server: ServerSettings; edit?: Edit };
    result: { bench: Bench; view: WorkshopView };
  };
  /** Templates to begin with; and the frame of one, in hex. */
  templates: {
    params: Record<string, never>;
    result: { templates: readonly { id: string; name: string }[]; server: ServerSettings };
  };
  template: { params: { id: string }; result: { hex: string } };
  /** The octets of an exchange as a capture file. */
  benchFile: { params: { frames: readonly string[] }; result: { bytes: Uint8Array } };
  /** A capture that is made when it is asked for, by its file name. */
  madeFile: { params: { name: string }; result: { bytes?: Uint8Array } };
}

/** How each is answered. */
export type LearnHandlers = {
  readonly [N in keyof LearnQuestions]: (
    params: LearnQuestions[N]['params'],
  ) => LearnQuestions[N]['result'] | Promise<LearnQuestions[N]['result']>;
};
