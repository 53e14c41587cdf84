import type { Edit, ServerSettings, WorkshopView } from './workshop/types';

export type { Edit, FormField, FormOption, ServerSettings, TreeLine, Wrong } from './workshop/types';

/* What the learning pages show and ask for. Types only, shared by the extension host and the webview. */

export interface LessonEntry {
  readonly id: string;
  readonly title: string;
  readonly goal: string;
  readonly steps: number;
  /** Index of the step to continue with; 0 if the lesson has not been started, or is done. */
  readonly reached: number;
  readonly done: boolean;
}

/** The open lesson, at one of its steps. */
export interface LessonView {
  readonly id: string;
  readonly title: string;
  readonly goal: string;
  /** Counted from 0. */
  readonly step: number;
  readonly steps: number;
  /** The text of the step, in pieces; a piece with the id of a guide page is the first use of a glossary word. */
  readonly text: readonly { readonly text: string; readonly page?: string }[];
  /** Whether “Show me” has something to show. */
  readonly shows: boolean;
  readonly ask?: string;
  readonly answered: boolean;
  /** The selection in the capture, in words. */
  readonly selected?: string;
  readonly reply?: { readonly right: boolean; readonly reply: string };
  readonly hint?: string;
}

export interface LessonPage {
  readonly lessons: readonly LessonEntry[];
  readonly open?: LessonView;
}

/** A network with a hidden fault, and the learner's progress. */
export interface ChallengePage {
  readonly seed: number;
  readonly choices: readonly { readonly id: string; readonly name: string }[];
  /** The selection in the capture, in words. */
  readonly selected?: string;
  readonly hints: readonly string[];
  readonly moreHints: boolean;
  readonly reply?: { readonly right: boolean; readonly reply: string };
  /** Shown once the fault has been found or given up. */
  readonly solution?: {
    readonly name: string;
    readonly meaning: string;
    readonly advice: string;
    readonly frames: readonly number[];
  };
  /** Number of faults found since the page was opened. */
  readonly found: number;
}

/** The workshop: an exchange of frames, the open frame decoded, and a server's answer to it. */
export interface WorkshopPage extends WorkshopView {
  /** Grows with each successful change; only then is what was typed in the page overwritten. */
  readonly revision: number;
  readonly templates: readonly { readonly id: string; readonly name: string }[];
  readonly server: ServerSettings;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** The frame selected in a capture, in words, if it can be copied here. */
  readonly selected?: string;
}

/** What a page can ask the host to do. */
export type LearnAction =
  | { readonly do: 'ready' | 'list' | 'next' | 'back' | 'show' | 'hint' | 'check' }
  /** Opens this guide page; without `page`, the one about what is open. */
  | { readonly do: 'guide'; readonly page?: string }
  | { readonly do: 'open'; readonly id: string }
  | { readonly do: 'new' | 'solve' }
  | { readonly do: 'seed'; readonly seed: number }
  | { readonly do: 'answer'; readonly cause: string }
  | { readonly do: 'frame'; readonly frame: number }
  | { readonly do: 'undo' | 'redo' | 'append' | 'again' | 'remove' | 'copy' | 'save' | 'take' }
  | { readonly do: 'template'; readonly id: string }
  | { readonly do: 'edit'; readonly edit: Edit }
  | { readonly do: 'server'; readonly server: Partial<ServerSettings> };

/** Host → page. */
export interface LearnMessage<Page> {
  readonly learn: Page;
}
