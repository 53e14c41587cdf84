import { concat } from '../../codec/bytes';
import type { LeaseBook } from './book';
import type { LeaseKind, LeaseReader } from './model';

/** Longest file of the formats that are read as a whole, which hold only a few leases. The rest of a longer file is ignored. */
const LONGEST = 16 << 20;

/** A reader that collects the whole file first. */
export function whole(kind: LeaseKind, book: LeaseBook, read: (octets: Uint8Array) => void): LeaseReader {
  const pieces: Uint8Array[] = [];
  let length = 0;
  return {
    kind,
    push(octets) {
      const piece = octets.subarray(0, LONGEST - length);
      if (piece.length > 0) pieces.push(piece.slice());
      length += piece.length;
    },
    end() {
      read(concat(pieces));
      if (length === LONGEST)
        book.problem(
          'damaged-record',
          book.lineOf(''),
          'The file is longer than any of its kind',
          `Only its first ${LONGEST / 2 ** 20} MiB were read.`,
        );
    },
  };
}
