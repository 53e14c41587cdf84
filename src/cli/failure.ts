import { getSystemErrorMap } from 'node:util';
import { escaped, printable } from '../codec/bytes';

/** The exit status of everything that keeps the program from its work. */
const UNUSABLE = 2;
/** Characters of a message that was not written for a person; some engines quote the source in theirs. */
const MOST_QUOTED = 200;

/** One line on standard error. File names, options and words of the system may stand in it: nothing of them reaches the terminal as a control sequence. */
export function complain(sentence: string): void {
  process.stderr.write(`port67: ${escaped(sentence.replace(/\s*\n\s*/g, ' '))}\n`);
}

/** Says why the program cannot go on; gives the exit status for it. */
export function refuse(sentence: string): number {
  complain(sentence);
  return UNUSABLE;
}

/** Whether the system refused something: a file, a pipe, memory. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  const { syscall, errno } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof syscall === 'string' && typeof errno === 'number';
}

/** What the system refused, in one sentence. `path`: the file, where the error itself does not tell. */
export function systemSentence(error: NodeJS.ErrnoException, path?: string): string {
  const name = printable(error.path ?? path ?? 'the system') || '“”';
  switch (error.code) {
    case 'ENOENT':
      return `${name}: there is no such file`;
    case 'EACCES':
    case 'EPERM':
      return `${name}: reading it is not permitted`;
    case 'EISDIR':
      return `${name}: this is a folder, not a file`;
    default:
      return `${name}: ${getSystemErrorMap().get(error.errno!)?.[1] ?? error.code ?? error.message}`;
  }
}

/** An error that nobody foresaw, in one sentence. */
export function unexpectedSentence(error: unknown): string {
  if (isSystemError(error)) return systemSentence(error);
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return `unexpected error, which is a fault of this program: ${first.slice(0, MOST_QUOTED)}`;
}
