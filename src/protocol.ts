/**
 * The messages between the editor (extension host) and the webview; both import this file. Requests go from the webview to
 * the host, and each gets one reply, a result or an error. Events go from the host to the webview.
 */
import type { Cause, Finding, Outcome, Severity } from './analysis/finding';
import type { Ladder, LadderStep, Lane } from './analysis/ladder/types';
import type { Life } from './analysis/life';
import type { Subnet } from './analysis/subnets';
import type { VerdictParts } from './analysis/words/verdict';
import type { Field, Problem, Span } from './codec/field';
import type { Configured } from './pages';

export type { Field, Problem, Span };

export type { Cause, Finding, Outcome, Severity };

export type { Ladder, LadderStep, Lane, Life, Subnet };

export type { VerdictParts };

export { partsOf } from './analysis/words/marked';
export { PRODUCTS, type For, type Product } from './analysis/words/steps';
export { chosenStep, slotsOf, type Slot } from './analysis/words/slots';

export type * from './learn/pages';

export type { Configured };

/** One row of the packet list. All texts are `printable`. */
export interface Row {
  readonly frame: number;
  /** Seconds since the first frame of the capture, at the resolution of the list; empty if the frame has no time. */
  readonly time: string;
  readonly source: string;
  readonly destination: string;
  /** `DISCOVER`, `OFFER`, `BOOTREQUEST`, `SOLICIT`, `ARP`, `RARP`, `ICMP`, `TFTP` … */
  readonly type: string;
  readonly client: string;
  readonly info: string;
  /** Severity of the worst finding that cites this frame, or of the worst problem in its octets. */
  readonly severity?: Severity;
  /** Seconds since 1970, and since the previous row of the list; left out if frames have no time. */
  readonly epoch?: number;
  readonly delta?: number;
  /** For an answer: seconds since its question. Only present on request. */
  readonly waited?: number;
  /** The frame is not DHCP. */
  readonly other?: true;
}

/** The sort order of the list. It can be sorted by these columns; `info` is not one of them. */
export interface Order {
  readonly column: 'frame' | 'source' | 'destination' | 'type' | 'client';
  readonly descending: boolean;
}

/** The guide's explanation of a field. */
export interface Doc {
  readonly title: string;
  /** What it is for, in plain words. */
  readonly text: string;
  /** RFC and section, e.g. `RFC 2131 §2`. */
  readonly reference?: string;
}

/** Octets that spans refer to: buffer 0 is the frame; others were put together from several frames. */
export interface Buffer {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One decoded frame. */
export interface FrameView {
  readonly frame: number;
  /** The layers, outermost first. */
  readonly tree: readonly Field[];
  readonly buffers: readonly Buffer[];
  readonly problems: readonly Problem[];
  /** The guide's explanations of the fields in this tree, by `Field.key`. */
  readonly docs: Readonly<Record<string, Doc>>;
  /** Absolute time in ISO 8601 (UTC); empty if unknown. */
  readonly time: string;
  /** Octets on the wire. */
  readonly wireLength: number;
  readonly summary: string;
  readonly comment?: string;
  /** Findings that cite this frame, as indexes into those of the capture. */
  readonly findings?: readonly number[];
  /**
   * What happened in this message and its exchange, in a few sentences. Left out for frames without DHCP, and until the file has been read.
   */
  readonly story?: string;
}

/** A finding as the window shows it. */
export interface ShownFinding extends Finding {
  /** Its name in lists, such as `No OFFER`. */
  readonly name?: string;
  /** Number of frames that prove it, if `frames` holds only the first of them. */
  readonly frameCount?: number;
  /** The types of the first of `frames`, such as `OFFER`. */
  readonly types?: readonly string[];
  /** Frames of other captures that also prove it, if several were compared. */
  readonly elsewhere?: readonly {
    readonly name: string;
    readonly path: string;
    readonly frames: readonly number[];
    readonly frameCount?: number;
  }[];
  /** Number of findings that it stands for, if `members` holds only the first of them. */
  readonly memberCount?: number;
}

/** The state of the whole capture, as far as it has been read. */
export interface CaptureState {
  readonly name: string;
  /** `pcap`, `pcapng`, `hex text` … */
  readonly format: string;
  /** Frames read so far, and the number of rows under the current filter. */
  readonly frames: number;
  readonly rows: number;
  /** Frames of interest, whatever the filter. */
  readonly ofInterest: number;
  /** True while the filter has not checked all frames: `rows` still grows. */
  readonly filtering?: boolean;
  readonly bytesRead: number;
  readonly bytesTotal?: number;
  readonly durationSeconds: number;
  /** Grows when what was shown is outdated: the capture was reopened, or compared with another. */
  readonly revision: number;
  /** False while the file is being read. Findings are complete when it is true. */
  readonly done: boolean;
  /** True if the user stopped the reading; what had been read is shown. */
  readonly cancelled: boolean;
  /** One to three sentences that sum up the capture. */
  readonly verdict: string;
  /** The verdict in its parts. */
  readonly parts: VerdictParts;
  readonly findings: readonly ShownFinding[];
  /** The result of the comparison with other captures, in one sentence. */
  readonly comparison?: string;
  /** Damage to the capture file itself. */
  readonly fileProblems: readonly string[];
  /** What has happened to the file since it was opened, in one sentence. */
  readonly notice?: string;
  /** What was left out of the file, or skipped in the pasted text. */
  readonly notes: readonly string[];
}

/** An update of the state. Findings are left out if those of the same revision were sent before, because they may be large. */
export type StateUpdate = Omit<CaptureState, 'findings'> & Partial<Pick<CaptureState, 'findings'>>;

/** A filter text that cannot be parsed: what is wrong, and where (0-based character). */
export interface FilterError {
  readonly message: string;
  readonly position: number;
  /** Number of characters concerned, if known. */
  readonly length?: number;
}

/** One row of the list of conversations. */
export interface ConversationRow {
  /** Counted from 1. */
  readonly id: number;
  readonly client: string;
  readonly outcome: Outcome;
  readonly address?: string;
  readonly server?: string;
  /** Its first frame, and the number of its frames. */
  readonly first: number;
  readonly frames: number;
  /** Seconds since the first frame of the capture. */
  readonly start: number;
  readonly severity?: Severity;
}

/** An arrow, with the findings about its frames. */
export interface ShownStep extends LadderStep {
  /** For a message that was not sent: the configuration line that explains it, as an index into the configuration's places. */
  readonly place?: number;
  readonly findings: readonly { readonly id: string; readonly severity: Severity; readonly title: string }[];
}

export interface ShownLadder extends Omit<Ladder, 'steps'> {
  readonly steps: readonly ShownStep[];
}

/** One client: who it is, and its outcome. Times are in seconds since the first frame of the capture. */
export interface ClientRow {
  readonly client: string;
  readonly mac?: string;
  readonly hostname?: string;
  readonly vendor?: string;
  readonly system?: string;
  readonly address?: string;
  readonly server?: string;
  readonly outcome: Outcome;
  readonly conversations: number;
  readonly life: Life;
}

/** State that is kept beyond the life of a window. */
export interface Remembered {
  /** The view of this file, in a form that only the window knows. */
  readonly view: unknown;
  /** The products that the user has, the most recent first. */
  readonly products: readonly string[];
}

/** The data that a page starts with. */
export interface Boot extends Remembered {
  /** The pasted text that the window shows, so that it can be restored after a restart. */
  readonly text?: string;
}

/** The selection in a capture. */
export interface Selection {
  readonly frame: number;
  /** The field's displayed name, and the keys of its path, outermost first; left out if no field is selected. */
  readonly field?: { readonly name: string; readonly keys: readonly string[] };
  /** Whether the user selected the field; the window also selects fields by itself, to show what a finding is about. */
  readonly byHand?: boolean;
}

/** What to search for: a text, octets in hex, or a display filter; `auto` decides by the form of the text. */
export const FIND_WHAT = ['auto', 'text', 'octets', 'field'] as const;
export type FindWhat = (typeof FIND_WHAT)[number];

/** Requests by name: their parameters and results. */
export interface Requests {
  /** The webview is ready: returns the state at once, and events follow from then on. */
  ready: { params: Record<string, never>; result: CaptureState };
  /** Rows `from` (inclusive) to `to` (exclusive) of the list under the current filter. */
  rows: { params: { from: number; to: number; waited?: boolean }; result: { rows: readonly Row[]; total: number } };
  /** Sorts the list. */
  sort: { params: { order: Order }; result: Record<string, never> };
  /**
   * Lists all frames of the capture, or only those of interest. Answered when all are listed; `note` says in one sentence why some are not.
   */
  allFrames: { params: { on: boolean }; result: { total: number; note?: string } };
  /** One frame of the list, by its number. */
  frame: { params: { frame: number }; result: FrameView };
  /** Narrows the list. An empty text shows all. */
  filter: { params: { text: string }; result: { total: number; display?: boolean; error?: FilterError } };
  /** Index of a frame in the filtered list; -1 if it is not there. */
  indexOf: { params: { frame: number }; result: { index: number } };
  /** Conversations `from` to `to` (exclusive) of all, or of those with problems. */
  conversations: {
    params: { from: number; to: number; problems: boolean };
    result: { from: number; rows: readonly ConversationRow[]; total: number };
  };
  /** A conversation as a message sequence chart. `between`: the same as this capture and a compared one, at `path`, show it together. */
  ladder: {
    params: { id: number };
    result: {
      ladder?: ShownLadder;
      between: readonly (ShownLadder & { readonly path: string; readonly name: string })[];
    };
  };
  /** The conversation of a frame (0 for none), its frames, and the frame that answers it or that it answers. */
  conversationOf: {
    params: { frame: number };
    result: { id: number; frames: readonly number[]; partner?: number };
  };
  clients: {
    params: { from: number; to: number };
    result: { from: number; rows: readonly ClientRow[]; total: number };
  };
  subnets: { params: Record<string, never>; result: { subnets: readonly Subnet[] } };
  /** The filter that finds frames with the value of these octets; left out if no filter field covers them. */
  fieldFilter: {
    params: { frame: number; offset: number; length: number; buffer: number };
    result: { text?: string };
  };
  /** Names of filter fields that begin with `prefix` or contain it; after `of`, first the values of that field that do. */
  fieldNames: { params: { prefix: string; of?: string }; result: { names: readonly { name: string; kind: string }[] } };
  /** The next frame of the list, or the previous one, that matches, and which of its octets match if octets were searched for. */
  find: {
    params: { text: string; from: number; backwards: boolean; what?: FindWhat; exact?: boolean };
    result: { frame?: number; offset?: number; length?: number; error?: string };
  };
  /** The matching frames of the list, as far as they can be found within a time limit. `kind`: what the text was interpreted as. */
  findAll: {
    params: { text: string; what?: FindWhat; exact?: boolean };
    result: { frames: readonly number[]; complete: boolean; kind?: Exclude<FindWhat, 'auto'>; error?: string };
  };
  /** The first rows of the list are on the screen: the reading of a large file, which waited for that, continues. */
  shown: { params: Record<string, never>; result: Record<string, never> };
  /** Stops reading; what has been read is kept. */
  cancel: { params: Record<string, never>; result: Record<string, never> };
  /** Reopens the capture after it could not be shown or its decoder has died. */
  openAgain: { params: Record<string, never>; result: Record<string, never> };
  /** Opens another capture that this one was compared with, at one of its frames. */
  openOther: { params: { path: string; frame: number }; result: Record<string, never> };
  /** Copies a finding to the clipboard as text to pass on, with the selected steps; -1: without a finding, what happened. */
  copyTicket: { params: { finding: number; steps: readonly number[] }; result: Record<string, never> };
  /** Declares a server authorised in the settings. */
  authorise: { params: { server: string }; result: Record<string, never> };
  /** Suppresses a finding in the settings. */
  suppress: { params: { id: string }; result: Record<string, never> };
  /** Opens an RFC at a section in the browser; an empty section opens the whole RFC. */
  openRfc: { params: { rfc: number; section: string }; result: Record<string, never> };
  /** Opens a line of a configuration that the capture was checked against, by its index. */
  openConfig: { params: { place: number }; result: Record<string, never> };
  /** Opens the guide page for a field (by its `Field.key`) or for a finding (by its id). */
  openGuide: { params: { key: string }; result: Record<string, never> };
  /** For a capture that cannot be shown: decodes hex, or shows the file as text, instead. */
  instead: { params: { what: 'hex' | 'text' }; result: Record<string, never> };
  /** Remembers the view of this file and the user's products. */
  remember: { params: Remembered; result: Record<string, never> };
  /** The user has selected a frame or one of its fields; lessons watch this. */
  selected: { params: Selection; result: Record<string, never> };
  /** Shows a sentence as a VS Code notification. */
  say: { params: { text: string }; result: Record<string, never> };
  /** Copies a link to a frame of this capture to the clipboard. */
  copyLink: { params: { frame: number }; result: Record<string, never> };
  /** Copies text to the clipboard. */
  copy: { params: { text: string }; result: Record<string, never> };
}

export type RequestName = keyof Requests;

/** Webview → host. */
export type RequestMessage = {
  [N in RequestName]: { id: number; request: N; params: Requests[N]['params'] };
}[RequestName];

/** Host → webview: the reply to request `id`. Large results come packed: as JSON, with octets in base64. */
export type ReplyMessage = { id: number; ok: unknown } | { id: number; packed: string } | { id: number; error: string };

/** What a VS Code command can do in the window. */
export const GO_STEPS = [
  'next',
  'previous',
  'partner',
  'back',
  'forward',
  'find',
  'findNext',
  'findPrevious',
  'offset',
  'filter',
  'copyLink',
] as const;
export type GoStep = (typeof GO_STEPS)[number];

/** Host → webview, unasked. */
export type EventMessage =
  /** The capture was checked against configurations. */
  | { event: 'configured'; configured: Configured }
  | { event: 'state'; state: StateUpdate }
  /** The capture cannot be shown, or no longer: one sentence says why. */
  | { event: 'failed'; message: string }
  /** Selects this frame and shows it; with `key`, also its first field with that key. */
  | { event: 'select'; frame: number; key?: string }
  /** A VS Code command for this window. `text` is the offset to go to. */
  | { event: 'go'; step: GoStep; text: string };

export type HostMessage = ReplyMessage | EventMessage;

/** Texts of the webview, translated by the host (`vscode.l10n`) and passed to the page. The English text is the key. */
export type Translations = Readonly<Record<string, string>>;
