import type { Span } from '../config/source';
import type { Area } from './questions';

/** A part of a file in VS Code's coordinates. */
export function areaOf({ file, start, end }: Span): Area {
  const from = file.position(start);
  const to = file.position(Math.max(start, end));
  return [from.line - 1, from.column - 1, to.line - 1, to.column - 1];
}
