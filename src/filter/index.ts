import { compile, openName } from './compile';
import { FilterError } from './language/error';
import type { FieldDef } from './field';
import { FIELDS } from './fields';
import { parse } from './language/parser';
import type { Predicate } from './source';

export { FrameReader, type FrameFacts, type History, type Own, type Stream, type Transfer } from './frame';

/** A filter that can be asked of frames. */
export interface DisplayFilter {
  /** Whether a frame passes; its fields must be those of `names`. */
  readonly matches: Predicate;
  /** The fields that it asks for, by which a `FrameReader` is made. */
  readonly names: ReadonlySet<string>;
  /** It asks for something that only one who sees every frame of the capture knows. */
  readonly needsAllFrames: boolean;
  /** It asks for what the analysis found: a finding, a conversation, an outcome. */
  readonly needsAnalysis: boolean;
}

/** What is wrong with a filter: a sentence that says what, and what would be possible; and where. */
export interface FilterProblem {
  readonly message: string;
  /** Index of the first character that it is about. */
  readonly position: number;
  readonly length: number;
}

/** Everything passes an empty filter. */
const ALL: DisplayFilter = { matches: () => true, names: new Set(), needsAllFrames: false, needsAnalysis: false };

const OWN: ReadonlySet<string> = new Set(['finding', 'conversation', 'outcome']);

/** Understands a display filter, in Wireshark's language. Never throws. */
export function displayFilter(text: string): DisplayFilter | { readonly problem: FilterProblem } {
  try {
    const test = parse(text);
    if (!test) return ALL;
    const used = new Map<string, FieldDef>();
    const matches = compile(test, {
      get: (name) => {
        const field = FIELDS.get(name);
        if (field) used.set(field.name, field);
        return field;
      },
      names: FIELDS.names,
    });
    const fields = [...used.values()];
    const names = new Set(fields.flatMap(({ name, kind }) => (kind === 'protocol' ? [name, openName(name)] : [name])));
    return {
      matches,
      names,
      needsAllFrames: fields.some((field) => field.needsAllFrames === true),
      needsAnalysis: fields.some(({ name }) => OWN.has(name)),
    };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { problem: { message: error.message, position: error.position, length: error.length } };
  }
}
