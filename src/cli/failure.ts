import { getSystemErrorMap } from 'node:util';
import { escaped, printable } from '../codec/bytes';

/** Exit status if the program could not do its work. */
const UNUSABLE = 2;
/** How many characters of an unexpected error are shown. Some JavaScript engines quote source code in theirs. */
const MOST_QUOTED = 200;

/**
 * Writes one line to standard error. The text may contain file names, arguments and system messages, so control characters are escaped
 * before they reach the terminal.
 */
export function complain(sentence: string): void {
  process.stderr.write(`port67: ${escaped(sentence.replace(/\s*\n\s*/g, ' '))}\n`);
}

/** Reports why the program cannot continue. Returns the exit status. */
export function refuse(sentence: string): number {
  complain(sentence);
  return UNUSABLE;
}

/** Whether an error comes from the operating system, for instance about a file, a pipe or memory. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  const { syscall, errno } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof syscall === 'string' && typeof errno === 'number';
}

/** A system error in one sentence. `path` is the file, in case the error does not name it. */
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

/** The error with the name of the file that it is about, since system errors do not always include it. */
export function withName(error: unknown, path: string): unknown {
  if (isSystemError(error)) error.path ??= path;
  return error;
}

/** An unexpected error in one sentence. */
export function unexpectedSentence(error: unknown): string {
  if (isSystemError(error)) return systemSentence(error);
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return `unexpected error, which is a fault of this program: ${first.slice(0, MOST_QUOTED)}`;
}
