import { columnsOf, isTextOf } from './agreement';
import { quoted, type TextNote } from './form';
import type { Row } from './rows';
import type { Seen } from './tools';

/** What stands behind the octets of the rows of a dump: their text, or other words. */
export class Beside {
  readonly seen: Seen = { texts: 0, agreeing: 0, repeated: false };
  private readonly strangers: { row: Row; rest: string; octets: number }[] = [];

  /** Takes down what follows the octets of a row. */
  add(row: Row, rest: string, values: readonly number[]): void {
    if (isNothing(rest)) return;
    this.seen.texts++;
    if (columnsOf(rest).some((column) => isTextOf(column, values))) this.seen.agreeing++;
    else this.strangers.push({ row, rest, octets: values.length });
  }

  /** Adds notes about what stands beside octets and is not their text. */
  tell(notes: TextNote[]): void {
    const { strangers, seen } = this;
    if (strangers.length > 3 && strangers.length > seen.agreeing) {
      const { row, rest } = strangers[0]!;
      notes.push({
        line: row.line + 1,
        text: `What stands behind the octets of ${strangers.length} rows is not their text and was passed over: ${quoted(rest)}.`,
      });
      return;
    }
    for (const { row, rest, octets } of strangers) {
      const column = Math.abs(rest.trim().length - octets) <= 3 && seen.agreeing > 0;
      notes.push({
        line: row.line + 1,
        text: column
          ? `The text beside the octets does not agree with them: ${quoted(rest)}.`
          : `Behind the octets, ${quoted(rest)} was passed over.`,
      });
    }
  }
}

/** Whether what follows the octets of a row is no more than the end of a line, a list or a string. */
export function isNothing(rest: string): boolean {
  return /^[\s|<>"'\])},;\\*`]*\/?$/.test(rest);
}
