import { quoted, type TextNote } from './form';

/** Most notes for one text; one more says how many lines were skipped. */
const MOST_NOTES = 100;

/** A reader's notes, with one for each line that it did not use. */
export function notesOfUnused(notes: readonly TextNote[], used: Uint8Array, lines: readonly string[]): TextNote[] {
  const all: TextNote[] = notes.slice(0, MOST_NOTES);
  const own = all.length;
  let further = notes.length - own;
  let firstFurther = 0;
  for (let i = 0; i < lines.length; i++) {
    // Fences, rulers and empty lines need no note.
    if (used[i] || !/[0-9A-Za-z]/.test(lines[i]!)) continue;
    if (all.length < MOST_NOTES) all.push({ line: i + 1, text: `${quoted(lines[i]!)} was passed over.` });
    else if (further++ === 0) firstFurther = i + 1;
  }
  all.sort((a, b) => a.line - b.line);
  if (further > 0) all.push({ line: firstFurther, text: `${further} further lines were passed over.` });
  return all;
}
