import type { Lesson } from './lessons/lesson';
import type { LessonView } from './pages';
import type { Bench, Edit, ServerSettings, WorkshopView } from './workshop/types';

/** The answer key of a challenge, as the extension host knows it. */
export interface ChallengeKey {
  readonly fault: string;
  readonly faultFrames: readonly number[];
  readonly choices: readonly { readonly id: string; readonly name: string; readonly meaning: string }[];
  readonly hints: readonly string[];
  /** General advice about the fault. */
  readonly advice: string;
}

/** What the extension host asks the worker for the learning pages: each question with its parameters and result. */
export interface LearnQuestions {
  lessons: {
    params: Record<string, never>;
    result: { lessons: readonly { id: string; title: string; goal: string; steps: number }[] };
  };
  /** `made`: the capture is generated, not a sample. `texts`: the text of each step, with its glossary words. */
  lesson: {
    params: { id: string };
    result: { lesson?: Lesson; made?: boolean; texts?: readonly LessonView['text'][] };
  };
  /** The challenge of a seed, without its capture. Names and meanings come from the catalogue. */
  challenge: { params: { seed: number }; result: { challenge: ChallengeKey } };
  /** The workshop's view of an exchange, after a change to the open frame if `edit` is given. */
  workshop: {
    params: { bench: Bench; server: ServerSettings; edit?: Edit };
    result: { bench: Bench; view: WorkshopView };
  };
  /** Templates to start from; and the frame of one, in hex. */
  templates: {
    params: Record<string, never>;
    result: { templates: readonly { id: string; name: string }[]; server: ServerSettings };
  };
  template: { params: { id: string }; result: { hex: string } };
  /** The octets of an exchange as a capture file. */
  benchFile: { params: { frames: readonly string[] }; result: { bytes: Uint8Array } };
  /** A generated capture, by its file name. */
  madeFile: { params: { name: string }; result: { bytes?: Uint8Array } };
}

/** The function that answers each question. */
export type LearnHandlers = {
  readonly [N in keyof LearnQuestions]: (
    params: LearnQuestions[N]['params'],
  ) => LearnQuestions[N]['result'] | Promise<LearnQuestions[N]['result']>;
};
