import type { Edit, ServerSettings, WorkshopView } from './workshop/types';

export type { Edit, FormField, FormOption, ServerSettings, TreeLine } from './workshop/types';

/* What the pages of a learner show, and what they ask for: types only, of the extension host and of the webview. */

export interface LessonEntry {
  readonly id: string;
  readonly title: string;
  readonly goal: string;
  readonly steps: number;
  /** Index of the step to go on with; 0 where the lesson was not begun, or is done. */
  readonly reached: number;
  readonly done: boolean;
}

/** The lesson that is open, at one of its steps. */
export interface LessonView {
  readonly id: string;
  readonly title: string;
  readonly goal: string;
  /** From 0. */
  readonly step: number;
  readonly steps: number;
  /** What the step says; with the id of a page of the guide where a word of its glossary stands for the first time. */
  readonly text: readonly { readonly text: string; readonly page?: string }[];
  /** Whether Show me has something to show. */
  readonly shows: boolean;
  readonly ask?: string;
  readonly answered: boolean;
  /** What is selected in the capture, in words. */
  readonly selected?: string;
  readonly reply?: { readonly right: boolean; readonly reply: string };
  readonly hint?: string;
}

export interface LessonPage {
  readonly lessons: readonly LessonEntry[];
  readonly open?: LessonView;
}

/** A network with a hidden fault, as far as the learner has got. */
export interface ChallengePage {
  readonly seed: number;
  readonly choices: readonly { readonly id: string; readonly name: string }[];
  /** What is selected in the capture, in words. */
  readonly selected?: string;
  readonly hints: readonly string[];
  readonly moreHints: boolean;
  readonly reply?: { readonly right: boolean; readonly reply: string };
  /** Shown when the fault was found, or given up. */
  readonly solution?: {
    readonly name: string;
    readonly meaning: string;
    readonly advice: string;
    readonly frames: readonly number[];
  };
  /** How many were found since the page was opened. */
  readonly found: number;
}

/** The workshop: an exchange of frames, the open one taken apart, and what a server would answer. */
export interface WorkshopPage extends WorkshopView {
  /** Grows with each change that could be made: what was typed otherwise is overwritten then. */
  readonly revision: number;
  readonly templates: readonly { readonly id: string; readonly name: string }[];
  readonly server: ServerSettings;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** The frame that is selected in a capture, in words, where it can be taken. */
  readonly selected?: string;
}

/** What a page asks the host to do. */
export type LearnAction =
  | { readonly do: 'ready' | 'list' | 'next' | 'back' | 'show' | 'hint' | 'check' }
  /** The page of the guide; where left out, the one that belongs to what is open. */
  | { readonly do: 'guide'; readonly page?: string }
  | { readonly do: 'open'; readonly id: string }
  | { readonly do: 'new' | 'solve' }
  | { readonly do: 'seed'; readonly seed: number }
  | { readonly do: 'answer'; readonly cause: string }
  | { readonly do: 'frame'; readonly frame: number }
  | { readonly do: 'undo' | 'redo' | 'append' | 'again' | 'remove' | 'copy' | 'save' | 'take' }
  | { readonly do: 'template'; readonly id: string }
  | { readonly do: 'edit'; readonly edit: Edit }
  | { readonly do: 'server'; readonly server: ServerSettings };

/** Host → page. */
export interface LearnMessage<Page> {
  readonly learn: Page;
}
