import type { ConfigDocument, Statement } from '../model';
import type { SourceFile, Span } from '../source';
import type { Rule } from './rule';

/* Rules about keys and passwords in a file whose permissions are known. */

/** The bit that lets everybody read (POSIX, S_IROTH). */
const READABLE_BY_ALL = 0o004;

/** Places of secrets, never their text. The parsers limit the nesting depth. */
function* secretsOf({ kind, names, statements }: ConfigDocument): Generator<Span> {
  for (const { role, definition, span } of names) if (role === 'key' && definition) yield span;
  if (kind === 'kea4' || kind === 'kea6') yield* named(statements);
}

function* named(statements: readonly Statement[]): Generator<Span> {
  for (const { keyword, head, children } of statements) {
    if (keyword === 'password' || keyword === 'secret') yield head;
    yield* named(children);
  }
}

const readableByAll: Rule = {
  id: 'secret-readable',
  *check({ document }) {
    const open = new Set<SourceFile>(document.files.filter(({ mode = 0 }) => (mode & READABLE_BY_ALL) !== 0));
    for (const span of open.size > 0 ? secretsOf(document) : []) {
      // One finding per file is enough.
      if (!open.delete(span.file)) continue;
      yield {
        span,
        title: 'Everybody may read the secret in this file',
        explanation: `The rights of ${span.file.path} (${(span.file.mode! & 0o777).toString(8)}) let every user of the machine read the key or password in it.`,
        steps: [
          `Take the right away: \`chmod o-r ${span.file.path}\`. The server’s own user or group must still be able to read it.`,
        ],
      };
    }
  },
};

export const secrets: readonly Rule[] = [readableByAll];
