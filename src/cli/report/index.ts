import type { NamedCapture, Together } from '../../engine/pair';
import { reportOf } from './content';
import { htmlPieces } from './html';
import { markdownPieces } from './markdown';
import type { Form } from './model';

const WRITERS = { html: htmlPieces, md: markdownPieces } as const;

/** `inspect --report`: the diagnosis as a document for a ticket, in pieces. */
export function reportPieces(
  form: Form,
  captures: readonly NamedCapture[],
  together: Together,
  version: string,
): Generator<string> {
  return WRITERS[form](reportOf(captures, together, version));
}
