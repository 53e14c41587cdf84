import { quoted, type TextNote } from './form';

/** Most notes for one text; one more says how many lines were skipped. */
const MOST_NOTES = 100;
/** As many lines behind one another, all of them passed over, are told in one note. */
const MANY = 10;

/** A reader's notes, with those for the lines that it did not use. */
export function notesOfUnused(notes: readonly TextNote[], used: Uint8Array, lines: readonly string[]): TextNote[] {
  const all: TextNote[] = notes.slice(0, MOST_NOTES);
  let further = notes.length - all.length;
  let firstFurther = 0;
  const add = (run: readonly number[]): void => {
    const [first = 0] = run;
    const last = run[run.length - 1] ?? 0;
    const told =
      run.length < MANY
        ? run.map((i) => ({ line: i + 1, text: `${quoted(lines[i]!)} was passed over.` }))
        : [
            {
              line: first + 1,
              text: `Lines ${first + 1} to ${last + 1} were passed over, from ${quoted(lines[first]!)} to ${quoted(lines[last]!)}.`,
            },
          ];
    for (const note of told) {
      if (all.length < MOST_NOTES) all.push(note);
      else if (further++ === 0) firstFurther = note.line;
    }
  };
  let run: number[] = [];
  for (let i = 0; i < lines.length; i++) {
    // Fences, rulers and empty lines need no note.
    if (!used[i] && !/[0-9A-Za-z]/.test(lines[i]!)) continue;
    if (!used[i]) run.push(i);
    else if (run.length > 0) {
      add(run);
      run = [];
    }
  }
  if (run.length > 0) add(run);
  all.sort((a, b) => a.line - b.line);
  if (further > 0) all.push({ line: firstFurther, text: `${further} further lines were passed over.` });
  return all;
}
