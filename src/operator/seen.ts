import type { Against } from '../config/against';
import type { Read } from './documents';
import type { Hover } from './questions';

/** A statement when it was compared with a capture: the text of its line, and the frames it contributed to. */
interface Made {
  readonly line: string;
  readonly frames: number[];
}

/** How many frames of one statement a hover lists. */
const MOST_FRAMES = 20;

const lineText = (text: string, line: number): string => text.split('\n', line)[line - 1]?.trim() ?? '';

/** Which frames confirm the statements of configurations, by file, then by place. */
export class Seen {
  private readonly files = new Map<
    string,
    Map<string, { readonly capture: string; readonly made: Map<string, Made> }>
  >();

  /** Records which frames each statement contributed to. Replaces the result of an earlier check of the same capture. */
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

  /** Adds the frames of the statement to a hover, if its line has not changed since. */
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
