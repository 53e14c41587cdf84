/* Text laid out for a terminal. */

/** Columns that every terminal has. */
export const WIDTH = 80;

/** Spaces between the columns of a table. */
const GAP = 2;
/** No column of a table becomes narrower than this. */
const NARROWEST = 8;

/** The lines of a text, broken at its spaces so that none is longer than `width`; a longer word stands alone. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > width && line !== '') {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines;
}

/** The lines of a table with its cells side by side, no wider than a terminal with a margin of two. */
export function tableLines(rows: readonly (readonly string[])[], head?: readonly string[]): string[] {
  const all = head ? [head, ...rows] : rows;
  const widths = columnWidths(all);
  return all.flatMap((row) => {
    const cells = row.map((cell, i) => wrapped(cell, widths[i]!));
    const height = cells.reduce((most, { length }) => Math.max(most, length), 1);
    return Array.from({ length: height }, (_, line) =>
      widths
        .map((width, i) => (cells[i]?.[line] ?? '').padEnd(width + GAP))
        .join('')
        .trimEnd(),
    );
  });
}

/** Each column as wide as its widest cell; where that is too much, the widest columns give way. */
function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  const room = WIDTH - 2 - GAP * (widths.length - 1);
  const total = (): number => widths.reduce((sum, width) => sum + width, 0);
  while (total() > room) {
    const widest = widths.indexOf(widths.reduce((a, b) => Math.max(a, b), 0));
    if (widths[widest]! <= NARROWEST) break;
    widths[widest]!--;
  }
  return widths;
}
