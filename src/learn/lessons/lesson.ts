/* What a lesson is. Its texts are ours: nothing from a packet ever stands in them. */

/** A place in a capture: one of some frames, and a field of it by its key where that matters. */
export interface Place {
  readonly frames: readonly number[];
  readonly field?: string;
}

/** Something likely that is wrong: where the learner pointed, and what helps. */
export interface Mistake extends Place {
  readonly reply: string;
}

/** A question that is answered by selecting something in the capture. */
export interface Question extends Place {
  readonly ask: string;
  /** What the field says there, as the packet tree shows it: a test holds it against the capture. */
  readonly value?: string;
  /** What is said when the answer is right. */
  readonly right: string;
  readonly hint: string;
  readonly mistakes: readonly Mistake[];
}

export interface Step {
  readonly text: string;
  /** Frame and field that are selected when the step begins, and by Show me. */
  readonly frame?: number;
  readonly field?: string;
  readonly question?: Question;
}

/** A path through a capture. */
export interface Lesson {
  readonly id: string;
  readonly title: string;
  /** What one knows afterwards, in one sentence. */
  readonly goal: string;
  /** A sample of the extension, or a capture that is made for it. */
  readonly capture: string;
  /** Page of the guide that says more. */
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
