/** One file of a backup. */
export interface BackupFile {
  /** Below the folder or archive, with slashes. */
  readonly path: string;
  /** Where it can be opened; undefined inside of an archive. */
  readonly place?: string;
  readonly size: number;
  /** Undefined where it is larger than any file that is looked into. */
  readonly bytes?: Uint8Array;
  /** Seconds since 1970. */
  readonly modified?: number;
  /** Rights, as Unix counts them. */
  readonly mode?: number;
}

/** What was read of a backup. */
export interface BackupFiles {
  readonly files: readonly BackupFile[];
  /** What was passed over, and why: sentences. */
  readonly left: readonly string[];
}

export const MOST_FILES = 5000;
/** A lease file may be large; what is larger is something else. */
export const LARGEST_FILE = 256 << 20;
/** Octets of all files together. */
export const MOST_OCTETS = 512 << 20;
