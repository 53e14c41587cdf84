/** The name that is nearest to a mistyped one: at most two letters differ, or three of a long name. Undefined where none is near. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  return allNearest(word, names)[0];
}

/** The names that are equally near to a mistyped one, within the bounds of `nearest`. */
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

function editDistance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = before[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(swap, before[j]! + 1, row[j - 1]! + 1));
    }
    before = row;
  }
  return before[b.length]!;
}
