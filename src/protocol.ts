/**
 * What the editor (extension host) and the webview say to each other: the one file that both import. Requests go from the
 * webview to the host and each gets one reply, a result or an error; events go from the host to the webview.
 */
import type { Cause, Finding, Severity } from './analysis/finding';
import type { Field, Problem, Span } from './codec/field';

export type { Field, Problem, Span };

export type { Cause, Finding, Severity };

export { partsOf } from './analysis/words/marked';

export type * from './learn/pages';

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
  /** What happened in this message, in its exchange: a few sentences. Left out for frames without DHCP, and until the file has been read. */
  readonly story?: string;
}

/** A finding as the window shows it. */
export interface ShownFinding extends Finding {
  /** How many frames prove it, where there are so many that `frames` holds only the first of them. */
  readonly frameCount?: number;
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
}

/** What is selected in a capture. */
export interface Selection {
  readonly frame: number;
  /** The field as it is shown, and the keys of the way to it, outermost first; left out where no field is selected. */
  readonly field?: { readonly name: string; readonly keys: readonly string[] };
}

/** Requests by name: what they take and what they give. */
export interface Requests {
  /** The webview is up: gives the state at once, and events follow from then on. */
  ready: { params: Record<string, never>; result: CaptureState };
  /** Rows `from` (inclusive) to `to` (exclusive) of the list under the current filter. */
  rows: { params: { from: number; to: number }; result: { rows: readonly Row[]; total: number } };
  /** One frame of interest, by its number. */
  frame: { params: { frame: number }; result: FrameView };
  /** Narrows the list. An empty text shows all. */
  filter: { params: { text: string }; result: { total: number; error?: FilterError } };
  /** Index of a frame in the filtered list; -1 where it is not in it. */
  indexOf: { params: { frame: number }; result: { index: number } };
  /** The first rows of the list are on the screen: a large file that waited for that is read on. */
  shown: { params: Record<string, never>; result: Record<string, never> };
  /** Stops reading; what has been read stays. */
  cancel: { params: Record<string, never>; result: Record<string, never> };
  /** Opens the capture anew, after it could not be shown or its decoder has died. */
  openAgain: { params: Record<string, never>; result: Record<string, never> };
  /** Opens another capture that this one was compared with, at one of its frames. */
  openOther: { params: { path: string; frame: number }; result: Record<string, never> };
  /** The person has selected a frame, or a field of it: lessons look at it. */
  selected: { params: Selection; result: Record<string, never> };
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

/** Host → webview, unasked. */
export type EventMessage =
  | { event: 'state'; state: StateUpdate }
  /** The capture cannot be shown, or no longer: one sentence why. */
  | { event: 'failed'; message: string }
  /** Select this frame and show it; `key`: and its first field of that key. */
  | { event: 'select'; frame: number; key?: string };

export type HostMessage = ReplyMessage | EventMessage;

/** Texts of the webview, translated by the host (`vscode.l10n`) and handed over in the page. The English text is the key. */
export type Translations = Readonly<Record<string, string>>;
