import type { Against } from '../config/against';
import type { Read } from './documents';
import type { Hover } from './questions';

/** What a statement was when a capture was held against it: its line, and the frames that it made. */
interface Made {
  readonly line: string;
  readonly frames: number[];
}

/** Frames of one statement that a hover names. */
const MOST_FRAMES = 20;

const lineText = (text: string, line: number): string => text.split('\n', line)[line - 1]?.trim() ?? '';

/** What captures have shown of configurations: by file, by place of a statement. */
export class Seen {
  private readonly files = new Map<
    string,
    Map<string, { readonly capture: string; readonly made: Map<string, Made> }>
  >();

  /** Takes down which frames each statement made. What an earlier check of the same capture said is forgotten. */
  take(capture: string, configs: readonly Read[], { replies }: Against): void {
    const lines = new Map<string, readonly string[]>();
    for (const { document } of configs)
      for (const { path, text } of document.files) {
        lines.set(path, text.split('\n'));
        this.files.get(path)?.delete(capture);
      }
    for (const { frame, statements } of replies)
      for (const { path, line, column } of statements) {
        const at = `${line}:${column}`;
        const captures = this.files.get(path) ?? new Map<string, { capture: string; made: Map<string, Made> }>();
        this.files.set(path, captures);
        const { made } = captures.get(capture) ?? { made: new Map<string, Made>() };
        captures.set(capture, { capture, made });
        const known = made.get(at);
        if (!known) made.set(at, { line: lines.get(path)?.[line - 1]?.trim() ?? '', frames: [frame] });
        else if (known.frames.length < MOST_FRAMES && known.frames.at(-1) !== frame) known.frames.push(frame);
      }
  }

  /** Adds to a hover which frames carried it, where its line is still what it was. */
  addTo(hover: Hover, { text }: Read): Hover {
    const captures = this.files.get(text.path);
    if (!captures) return hover;
    const [line, column] = hover.area;
    const now = lineText(text.text, line + 1);
    const seen = [...captures.values()].flatMap(({ capture, made }) => {
      const one = made.get(`${line + 1}:${column + 1}`);
      return one && one.line === now ? [{ capture, frames: one.frames }] : [];
    });
    return seen.length > 0 ? { ...hover, seen } : hover;
  }
}
