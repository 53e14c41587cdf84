/** What a filter's author did wrong: what, where, and what would be possible there. The only error that this room throws. */
export class FilterError extends Error {
  constructor(
    message: string,
    /** Index of the first character that it is about. */
    readonly position: number,
    /** Number of characters that it is about; 0 at the end of the text. */
    readonly length: number,
  ) {
    super(message);
  }
}

/** A piece of the filter's text. */
export interface Place {
  readonly position: number;
  readonly length: number;
}

/** Throws FilterError at `place`. */
export function fail(place: Place, message: string): never {
  throw new FilterError(message, place.position, place.length);
}

/** From the first character of one piece to the last of another. */
export function joined(a: Place, b: Place): Place {
  const position = Math.min(a.position, b.position);
  return { position, length: Math.max(a.position + a.length, b.position + b.length) - position };
}
