import type { Problem } from '../codec/field';

/** The lists of problems of all frames, each stored once and referred to by its number. Number 0 is the empty list. */
export class ProblemLists {
  private readonly lists: (readonly Problem[])[] = [[]];
  private readonly numbers = new Map<string, number>();
  /** The number that was given last. */
  private last = 0;

  numberOf(problems: readonly Problem[]): number {
    // In a flood of one fault, a message has what the one before it had: no key is made then.
    if (!areEqual(problems, this.lists[this.last]!)) this.last = this.find(problems);
    return this.last;
  }

  private find(problems: readonly Problem[]): number {
    if (problems.length === 0) return 0;
    const key = problems
      .map((one) => `${one.offset} ${one.length} ${one.buffer ?? 0} ${one.id} ${one.text}`)
      .join('\n');
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.lists.push(problems) - 1;
      this.numbers.set(key, number);
    }
    return number;
  }

  list(number: number): readonly Problem[] {
    return this.lists[number]!;
  }
}

function areEqual(some: readonly Problem[], others: readonly Problem[]): boolean {
  if (some.length !== others.length) return false;
  return some.every((one, i) => {
    const { id, offset, length, text, buffer } = others[i]!;
    return (
      one.offset === offset && one.length === length && one.id === id && one.text === text && one.buffer === buffer
    );
  });
}
