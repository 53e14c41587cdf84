/** One file of a backup. */
export interface BackupFile {
  /** Path relative to the folder or archive, with slashes. */
  readonly path: string;
  /** Where the file can be opened; undefined inside an archive. */
  readonly place?: string;
  readonly size: number;
  /** Undefined if the file is too large to be read. */
  readonly bytes?: Uint8Array;
  /** Seconds since 1970. */
  readonly modified?: number;
  /** Unix permission bits. */
  readonly mode?: number;
}

/** The files read from a backup. */
export interface BackupFiles {
  readonly files: readonly BackupFile[];
  /** What was skipped and why, as sentences. */
  readonly left: readonly string[];
}

export const MOST_FILES = 5000;
/** Lease files may be large, but anything above this is something else. */
export const LARGEST_FILE = 256 << 20;
/** Limit on the octets of all files together. */
export const MOST_OCTETS = 512 << 20;
