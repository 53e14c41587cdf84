/* The structure of a lesson. Its texts are our own; they never contain anything from a packet. */

/** A place in a capture: any of some frames, and a field by its key if that matters. */
export interface Place {
  readonly frames: readonly number[];
  readonly field?: string;
}

/** A likely wrong answer: where the learner pointed, and a reply that helps. */
export interface Mistake extends Place {
  readonly reply: string;
}

/** A question that is answered by selecting something in the capture. */
export interface Question extends Place {
  readonly ask: string;
  /** The field's value there, as the packet tree shows it; a test checks it against the capture. */
  readonly value?: string;
  /** The reply to a right answer. */
  readonly right: string;
  readonly hint: string;
  readonly mistakes: readonly Mistake[];
}

export interface Step {
  readonly text: string;
  /** The frame and field that are selected when the step begins, and by “Show me”. */
  readonly frame?: number;
  readonly field?: string;
  readonly question?: Question;
}

/** A path through a capture. */
export interface Lesson {
  readonly id: string;
  readonly title: string;
  /** What the learner knows afterwards, in one sentence. */
  readonly goal: string;
  /** A sample of the extension, or a capture generated for the lesson. */
  readonly capture: string;
  /** The guide page that says more. */
  readonly page: string;
  readonly steps: readonly Step[];
}

/** A step that shows something. */
export const show = (text: string, frame?: number, field?: string): Step => ({
  text,
  ...(frame === undefined ? {} : { frame }),
  ...(field === undefined ? {} : { field }),
});

/** A step that asks something. */
export const ask = (text: string, question: Question, frame?: number): Step => ({ ...show(text, frame), question });

/** A likely mistake. */
export const wrong = (frames: number | readonly number[], field: string | undefined, reply: string): Mistake => ({
  frames: typeof frames === 'number' ? [frames] : frames,
  ...(field === undefined ? {} : { field }),
  reply,
});
