/** What the editor asks the engine, which runs in a worker: each question with its parameters and result. */
import type { CustomOption } from '../codec/customTypes';
import type { Start } from '../codec/start';
import type { CaptureState, Requests, StateUpdate } from '../protocol';
import type { Settings } from '../analysis';
import type { LearnQuestions } from '../learn/questions';

/** Where the octets of a capture come from. */
export type Origin =
  /** A file on the disk of the worker's machine, read as a stream. */
  | { readonly kind: 'path'; readonly path: string }
  /** Octets that the caller has read already (a file that is not on disk). */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Pasted text. */
  | { readonly kind: 'text'; readonly text: string; readonly start: Start | 'auto' };

/** Questions about the capture as a whole, named as in the window's requests. */
type About = Pick<
  Requests,
  'conversations' | 'ladder' | 'conversationOf' | 'clients' | 'subnets' | 'fieldFilter' | 'fieldNames'
>;

/** `view` identifies one of the panels that show a capture: each has its own filter. */
export interface Questions extends About, LearnQuestions {
  /**
   * Opens a capture. Asked again, it rereads the capture with the new settings, and shows
   * the result when it is complete. The views keep their filters.
   */
  open: {
    params: {
      name: string;
      origin: Origin;
      settings: Settings;
      customOptions?: readonly CustomOption[];
      sealed?: string;
    };
    result: Record<string, never>;
  };
  /** Whether a text holds packets; if not, `problem` is a sentence that says why. */
  checkText: { params: { text: string }; result: { problem?: string } };
  /** Whether a text (such as the clipboard) looks enough like a packet to offer opening it. */
  looksLikeHex: { params: { text: string }; result: boolean };
  /** All pages of the guide, for a picker. */
  guideIndex: {
    params: Record<string, never>;
    result: { pages: readonly { id: string; title: string; group: string; names: string }[] };
  };
  /** The page for a field's key, a finding's id or any other name. */
  guideTopic: { params: { topic: string }; result: { id?: string } };
  /** One page as Markdown. Command links begin with `commands`. */
  guidePage: { params: { id: string; commands: string }; result: { markdown?: string } };
  /** A finding as text to pass on. */
  ticket: { params: Requests['copyTicket']['params']; result: string };
  state: { params: { view: number }; result: CaptureState };
  /** Like `state`, but leaves out the findings if the asker already has those of the present revision: `known`. */
  update: { params: { view: number; known: number | undefined }; result: StateUpdate };
  rows: { params: { view: number } & Requests['rows']['params']; result: Requests['rows']['result'] };
  frame: { params: Requests['frame']['params']; result: Requests['frame']['result'] };
  /** Rows or a frame for the window, packed (pack.ts). */
  packed: {
    params:
      | { question: 'rows'; params: Questions['rows']['params'] }
      | { question: 'frame'; params: Questions['frame']['params'] };
    result: string;
  };
  filter: { params: { view: number } & Requests['filter']['params']; result: Requests['filter']['result'] };
  allFrames: { params: { view: number } & Requests['allFrames']['params']; result: Requests['allFrames']['result'] };
  sort: { params: { view: number } & Requests['sort']['params']; result: Requests['sort']['result'] };
  find: { params: { view: number } & Requests['find']['params']; result: Requests['find']['result'] };
  findAll: { params: { view: number } & Requests['findAll']['params']; result: Requests['findAll']['result'] };
  indexOf: { params: { view: number } & Requests['indexOf']['params']; result: Requests['indexOf']['result'] };
  /** Compares the capture, which must have been read, with others; from then on `state` includes the result. */
  compare: {
    params: { path: string; others: readonly { path: string; name: string; origin: Origin }[] };
    result: Record<string, never>;
  };
  closeView: { params: { view: number }; result: Record<string, never> };
  shown: { params: Record<string, never>; result: Record<string, never> };
  cancel: { params: Record<string, never>; result: Record<string, never> };
}

export type QuestionName = keyof Questions;
export type Params<N extends QuestionName> = Questions[N]['params'];
export type Result<N extends QuestionName> = Questions[N]['result'];

export interface Question<N extends QuestionName = QuestionName> {
  readonly id: number;
  readonly question: N;
  readonly params: Params<N>;
}

export type Answer =
  | { readonly id: number; readonly ok: unknown }
  /** `expected`: the error is a sentence for the user; otherwise it is a bug in the program. */
  | { readonly id: number; readonly error: string; readonly expected: boolean }
  /** Sent unasked: more of the capture has been read. */
  | { readonly event: 'progress' };
