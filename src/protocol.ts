/**
 * What the editor (extension host) and the webview say to each other: the one file that both import. Requests go from the
 * webview to the host and each gets one reply, a result or an error; events go from the host to the webview.
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

export type * from './learn/pages';

export type { Configured };

/** One line of the packet list. All texts are `printable`. */
export interface Row {
  readonly frame: number;
  /** Seconds since the first frame of the capture, with the resolution that the list shows; empty where frames have no time. */
  readonly time: string;
  readonly source: string;
  readonly destination: string;
  /** `DISCOVER`, `OFFER`, `BOOTREQUEST`, `SOLICIT`, `ARP`, `RARP`, `ICMP`, `TFTP` … */
  readonly type: string;
  readonly client: string;
  readonly info: string;
  /** Worst finding that cites this frame, or the worst problem of its octets. */
  readonly severity?: Severity;
  /** Seconds since 1970, and since the row before it in the list; left out where frames have no time. */
  readonly epoch?: number;
  readonly delta?: number;
  /** Of an answer: seconds since the question. Only where it was asked for. */
  readonly waited?: number;
  /** It has nothing to do with DHCP. */
  readonly other?: true;
}

/** How the list is ordered: by a column, the texts of `info` aside. */
export interface Order {
  readonly column: 'frame' | 'source' | 'destination' | 'type' | 'client';
  readonly descending: boolean;
}

/** What the guide says of a field. */
export interface Doc {
  readonly title: string;
  /** What it is for, in plain words. */
  readonly text: string;
  /** RFC and section, e.g. `RFC 2131 §2`. */
  readonly reference?: string;
}

/** The octets that spans speak of: buffer 0 is the frame, others were put together from several frames. */
export interface Buffer {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One frame, taken apart. */
export interface FrameView {
  readonly frame: number;
  /** The layers, outermost first. */
  readonly tree: readonly Field[];
  readonly buffers: readonly Buffer[];
  readonly problems: readonly Problem[];
  /** By `Field.key`: what the guide says of the fields in this tree. */
  readonly docs: Readonly<Record<string, Doc>>;
  /** Absolute time in ISO 8601 (UTC), empty where unknown. */
  readonly time: string;
  /** Octets on the wire. */
  readonly wireLength: number;
  readonly summary: string;
  readonly comment?: string;
  /** Findings that this frame proves, by their place among those of the capture. */
  readonly findings?: readonly number[];
  /** What happened in this message, in its exchange: a few sentences. Left out for frames without DHCP, and until the file has been read. */
  readonly story?: string;
}

/** A finding as the window shows it. */
export interface ShownFinding extends Finding {
  /** What it is called in lists: `No OFFER`. */
  readonly name?: string;
  /** How many frames prove it, where there are so many that `frames` holds only the first of them. */
  readonly frameCount?: number;
  /** What the first of `frames` are: `OFFER`. */
  readonly types?: readonly string[];
  /** Frames of other captures that prove it too, where several were compared. */
  readonly elsewhere?: readonly {
    readonly name: string;
    readonly path: string;
    readonly frames: readonly number[];
    readonly frameCount?: number;
  }[];
  /** How many findings it stands for, where `members` holds only the first of them. */
  readonly memberCount?: number;
}

/** The capture as a whole, as far as it has been read. */
export interface CaptureState {
  readonly name: string;
  /** `pcap`, `pcapng`, `hex text` … */
  readonly format: string;
  /** Frames read so far, and how many rows the list has under the current filter. */
  readonly frames: number;
  readonly rows: number;
  /** Frames of interest, whatever the filter. */
  readonly ofInterest: number;
  /** True while the filter has not looked at all frames yet: `rows` grows. */
  readonly filtering?: boolean;
  readonly bytesRead: number;
  readonly bytesTotal?: number;
  readonly durationSeconds: number;
  /** Grows when what was shown no longer holds: the capture was opened anew, or compared with another. */
  readonly revision: number;
  /** False while the file is being read. Findings are complete when it is true. */
  readonly done: boolean;
  /** True where the person stopped the reading: what was read is shown. */
  readonly cancelled: boolean;
  /** One to three sentences that sum the capture up. */
  readonly verdict: string;
  /** The verdict in its parts. */
  readonly parts: VerdictParts;
  readonly findings: readonly ShownFinding[];
  /** What the comparison with other captures has shown, in one sentence. */
  readonly comparison?: string;
  /** Where the capture file itself is damaged. */
  readonly fileProblems: readonly string[];
  /** What has become of the file since it was opened, in one sentence. */
  readonly notice?: string;
  /** What was left out of the file, or passed over in the pasted text. */
  readonly notes: readonly string[];
}

/** News of the capture. Findings are left out where those of the same revision were told before: they may be large. */
export type StateUpdate = Omit<CaptureState, 'findings'> & Partial<Pick<CaptureState, 'findings'>>;

/** A filter text that cannot be understood: what is wrong, and where (0-based character). */
export interface FilterError {
  readonly message: string;
  readonly position: number;
  /** Characters that it is about, where that is known. */
  readonly length?: number;
}

/** One conversation, in the list of all. */
export interface ConversationRow {
  /** From 1. */
  readonly id: number;
  readonly client: string;
  readonly outcome: Outcome;
  readonly address?: string;
  readonly server?: string;
  /** Its first frame, and how many there are. */
  readonly first: number;
  readonly frames: number;
  /** Seconds since the first frame of the capture. */
  readonly start: number;
  readonly severity?: Severity;
}

/** An arrow, and what is found wrong in its frames. */
export interface ShownStep extends LadderStep {
  /** Of a message that is not there: the line of a configuration that decides it. */
  readonly place?: number;
  readonly findings: readonly { readonly id: string; readonly severity: Severity; readonly title: string }[];
}

export interface ShownLadder extends Omit<Ladder, 'steps'> {
  readonly steps: readonly ShownStep[];
}

/** One client: who it is, what it came to. Times in seconds since the first frame of the capture. */
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

/** What is remembered beyond the life of a window. */
export interface Remembered {
  /** How the file is looked at, as the window puts it. */
  readonly view: unknown;
  /** The products that the person has, the latest first. */
  readonly products: readonly string[];
}

/** What a page is given when it is made. */
export interface Boot extends Remembered {
  /** What pasted text the window shows, so that it is there again after a restart. */
  readonly text?: string;
}

/** What is selected in a capture. */
export interface Selection {
  readonly frame: number;
  /** The field as it is shown, and the keys of the way to it, outermost first; left out where no field is selected. */
  readonly field?: { readonly name: string; readonly keys: readonly string[] };
  /** Whether the person has selected the field; the window selects what a finding is about by itself. */
  readonly byHand?: boolean;
}

/** What is looked for: a text, octets in hex, what a display filter asks; `auto` goes by how it is written. */
export const FIND_WHAT = ['auto', 'text', 'octets', 'field'] as const;
export type FindWhat = (typeof FIND_WHAT)[number];

/** Requests by name: what they take and what they give. */
export interface Requests {
  /** The webview is up: gives the state at once, and events follow from then on. */
  ready: { params: Record<string, never>; result: CaptureState };
  /** Rows `from` (inclusive) to `to` (exclusive) of the list under the current filter. */
  rows: { params: { from: number; to: number; waited?: boolean }; result: { rows: readonly Row[]; total: number } };
  /** Puts the list into another order. */
  sort: { params: { order: Order }; result: Record<string, never> };
  /** Lists all frames of the capture, or those of interest alone. Answered when all are listed; `note`: why some are not, in one sentence. */
  allFrames: { params: { on: boolean }; result: { total: number; note?: string } };
  /** One frame of the list, by its number. */
  frame: { params: { frame: number }; result: FrameView };
  /** Narrows the list. An empty text shows all. */
  filter: { params: { text: string }; result: { total: number; display?: boolean; error?: FilterError } };
  /** Index of a frame in the filtered list; -1 where it is not in it. */
  indexOf: { params: { frame: number }; result: { index: number } };
  /** Conversations `from` to `to` (exclusive) of all, or of those in which something is wrong. */
  conversations: {
    params: { from: number; to: number; problems: boolean };
    result: { from: number; rows: readonly ConversationRow[]; total: number };
  };
  /** A conversation as a message sequence chart; `between`: as two captures that were compared show it, the other one being at `path`. */
  ladder: {
    params: { id: number };
    result: { ladder?: ShownLadder; between?: ShownLadder & { readonly path: string } };
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
  /** The filter that finds frames with the value of these octets of a frame; nothing where no field of the language stands there. */
  fieldFilter: {
    params: { frame: number; offset: number; length: number; buffer: number };
    result: { text?: string };
  };
  /** Names of fields of the filter language that begin so, or have it in them. */
  fieldNames: { params: { prefix: string }; result: { names: readonly { name: string; kind: string }[] } };
  /** The next frame of the list behind one, or before it, that holds what is looked for, and which of its octets do where it is octets. */
  find: {
    params: { text: string; from: number; backwards: boolean; what?: FindWhat; exact?: boolean };
    result: { frame?: number; offset?: number; length?: number; error?: string };
  };
  /** The frames of the list that hold it, as far as a moment reaches. `kind`: what the text was taken for. */
  findAll: {
    params: { text: string; what?: FindWhat; exact?: boolean };
    result: { frames: readonly number[]; complete: boolean; kind?: Exclude<FindWhat, 'auto'>; error?: string };
  };
  /** The first rows of the list are on the screen: a large file that waited for that is read on. */
  shown: { params: Record<string, never>; result: Record<string, never> };
  /** Stops reading; what has been read stays. */
  cancel: { params: Record<string, never>; result: Record<string, never> };
  /** Opens the capture anew, after it could not be shown or its decoder has died. */
  openAgain: { params: Record<string, never>; result: Record<string, never> };
  /** Opens another capture that this one was compared with, at one of its frames. */
  openOther: { params: { path: string; frame: number }; result: Record<string, never> };
  /** Puts a finding on the clipboard as a text for somebody else, with those of its steps that are named; -1: what happened. */
  copyTicket: { params: { finding: number; steps: readonly number[] }; result: Record<string, never> };
  /** Declares a server authorised in the settings. */
  authorise: { params: { server: string }; result: Record<string, never> };
  /** Has the settings suppress a finding. */
  suppress: { params: { id: string }; result: Record<string, never> };
  /** Opens an RFC at a section in the browser; an empty section is the whole. */
  openRfc: { params: { rfc: number; section: string }; result: Record<string, never> };
  /** Opens a line of a configuration that the capture was checked against, by its place among them. */
  openConfig: { params: { place: number }; result: Record<string, never> };
  /** Opens the page of the guide on a field (`Field.key`), or on a finding, by its id. */
  openGuide: { params: { key: string }; result: Record<string, never> };
  /** In place of a capture that cannot be shown: decodes hex, or shows the file as a text. */
  instead: { params: { what: 'hex' | 'text' }; result: Record<string, never> };
  /** Remembers how this file is looked at, and what the person has. */
  remember: { params: Remembered; result: Record<string, never> };
  /** The person has selected a frame, or a field of it: lessons look at it. */
  selected: { params: Selection; result: Record<string, never> };
  /** Says a sentence where VS Code says such things. */
  say: { params: { text: string }; result: Record<string, never> };
  /** Puts the link to a frame of this capture on the clipboard. */
  copyLink: { params: { frame: number }; result: Record<string, never> };
  /** Puts text on the clipboard. */
  copy: { params: { text: string }; result: Record<string, never> };
}

export type RequestName = keyof Requests;

/** Webview → host. */
export type RequestMessage = {
  [N in RequestName]: { id: number; request: N; params: Requests[N]['params'] };
}[RequestName];

/** Host → webview: the reply to request `id`. What is large comes packed: as JSON, octets in base64. */
export type ReplyMessage = { id: number; ok: unknown } | { id: number; packed: string } | { id: number; error: string };

/** Where a command leads in the window. */
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
  /** The capture cannot be shown, or no longer: one sentence why. */
  | { event: 'failed'; message: string }
  /** Select this frame and show it; `key`: and its first field of that key. */
  | { event: 'select'; frame: number; key?: string }
  /** A command of VS Code that means this window. `text`: the offset to go to. */
  | { event: 'go'; step: GoStep; text: string };

export type HostMessage = ReplyMessage | EventMessage;

/** Texts of the webview, translated by the host (`vscode.l10n`) and handed over in the page. The English text is the key. */
export type Translations = Readonly<Record<string, string>>;
