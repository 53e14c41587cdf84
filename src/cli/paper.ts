/* Text laid out for a terminal. */

/** Every terminal has at least this many columns. */
export const WIDTH = 80;

/** Spaces between the columns of a table. */
const GAP = 2;
/** No column of a table becomes narrower than this. */
const NARROWEST = 8;

/** The spaces before a word, and what a line may not be broken within: a word, or a command, which is to be copied. */
const WORD = /( *)((?:`[^`\n]*`|[^ `]|`)+)/g;
/** A control sequence that sets a style takes no columns. */

const STYLE = /\x1b\[[0-9;]*m/g;

/** Wraps a text at spaces so that no line exceeds `width`, all but the first less `hang`. A longer word or command gets its own line. */
export function wrapped(text: string, width: number, hang = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const [, gap = '', word = ''] of text.matchAll(WORD)) {
    const longer = line + gap + word;
    const room = lines.length === 0 ? width : width - hang;
    if (longer.replace(STYLE, '').length > room && line !== '') {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines;
}

/** Lays out a table as lines, no wider than a terminal with a margin of two columns. */
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

/** Makes each column as wide as its widest cell, then narrows the widest columns until the table fits. */
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
