/** A mistake in a filter: what is wrong, where, and what would be possible there. The filter code throws no other error. */
export class FilterError extends Error {
  constructor(
    message: string,
    /** Index of the first character concerned. */
    readonly position: number,
    /** Number of characters concerned; 0 at the end of the text. */
    readonly length: number,
  ) {
    super(message);
  }
}

/** A position in the filter's text. */
export interface Place {
  readonly position: number;
  readonly length: number;
}

/** Throws FilterError at `place`. */
export function fail(place: Place, message: string): never {
  throw new FilterError(message, place.position, place.length);
}

/** The span from the first character of one piece to the last of another. */
export function joined(a: Place, b: Place): Place {
  const position = Math.min(a.position, b.position);
  return { position, length: Math.max(a.position + a.length, b.position + b.length) - position };
}
