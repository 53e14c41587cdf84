import { editDistance } from '../analysis/words/distance';

/** The known name nearest to a mistyped one: at most two letters differ, or three in a long name. Undefined if none is near. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  return allNearest(word, names)[0];
}

/** All names that are equally near to a mistyped one, within the limits of `nearest`. */
export function allNearest(word: string, names: Iterable<string>): readonly string[] {
  const wanted = word.toLowerCase();
  if (wanted.length > 60 || wanted.length < 3) return [];
  let best: string[] = [];
  let bestDistance = wanted.length > 8 ? 3 : wanted.length > 4 ? 2 : 1;
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) > bestDistance) continue;
    const distance = editDistance(wanted, name.toLowerCase());
    if (distance > bestDistance) continue;
    if (distance < bestDistance) best = [];
    bestDistance = distance;
    best.push(name);
  }
  return best;
}

/** Whether a word is so near to a known one that it can hardly be another word: one letter differs, or letters have changed places. */
export const isSlip = (word: string, known: string): boolean => {
  const letters = (text: string): string => [...text.toLowerCase()].sort().join('');
  return editDistance(word.toLowerCase(), known.toLowerCase()) < 2 || letters(word) === letters(known);
};

/** The name that a word was meant to be: the nearest, or in short words one whose letters have changed places. */
export const meant = (word: string, names: Iterable<string>): string | undefined =>
  nearest(word, names) ?? [...names].find((name) => name.length > 2 && isSlip(word, name));
