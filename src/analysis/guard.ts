import { cause, type Draft } from './draft';
import { append } from '../codec/append';
import { count } from './words/words';

/** How many frames of failed checks are named. */
const MOST_FRAMES = 1000;

/** Keeps an error in one check from affecting the others: failures are counted and reported in one finding. */
export class Guard {
  private failures = 0;
  private said = '';
  private readonly frames: number[] = [];

  /** Runs a check; `frames` are those it looks at. */
  run(check: () => void, frames?: () => readonly number[]): void {
    try {
      check();
    } catch (error) {
      this.note(error, frames?.());
    }
  }

  /** Runs a check for each of some items. */
  each<T>(items: Iterable<T>, check: (item: T) => unknown, frames?: () => readonly number[]): void {
    for (const item of items) {
      try {
        check(item);
      } catch (error) {
        this.note(error, frames?.());
      }
    }
  }

  /** Counts a check that failed. */
  note(error: unknown, frames: readonly number[] = []): void {
    if (this.failures++ === 0) this.said = error instanceof Error ? error.message : String(error);
    if (this.frames.length < MOST_FRAMES) append(this.frames, frames.slice(0, MOST_FRAMES));
  }

  /** The finding about failed checks; undefined if none failed. */
  finding(name: string): Draft | undefined {
    const { failures, said } = this;
    if (failures === 0) return undefined;
    const one = failures === 1;
    return {
      id: 'check-failed',
      severity: 'warning',
      subject: name,
      frames: [...new Set(this.frames)].sort((a, b) => a - b),
      detail: () => ({
        title: `${name}: ${count(failures, 'check')} failed`,
        explanation: `${one ? 'A check' : `${failures} checks`} ended with an error in this program (“${said}”). What ${one ? 'it' : 'they'} would have found is missing here; all other findings stand.`,
        causes: [
          cause('likely', 'This program has a mistake, which something unusual in this capture brings to light'),
        ],
        steps: ['Report it to the makers of this program, with the capture or the frames named here.'],
        reference: 'This is about the program; no standard speaks of it',
      }),
    };
  }
}
