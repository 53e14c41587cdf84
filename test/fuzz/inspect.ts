/** Whole inspections in this process, by the same way as the command line. */
import { Writable } from 'node:stream';
import { DEFAULT_SETTINGS, type Settings } from '../../src/analysis';
import { NotACapture } from '../../src/capture/frame';
import { gunzip } from '../../src/capture/node';
import { inspectJson } from '../../src/cli/inspect';
import { Output } from '../../src/cli/output';
import { printInspection } from '../../src/cli/text';
import type { CustomOption } from '../../src/codec/customTypes';
import { Capture } from '../../src/engine/capture';
import { compareCaptures, type NamedCapture } from '../../src/engine/pair';

/** A file to inspect: octets under a name. */
export interface InputFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Inspected {
  /** What `inspect --json` prints, and what `inspect` prints. */
  readonly json: string;
  readonly text: string;
  readonly captures: readonly NamedCapture[];
}

export interface InspectOptions {
  readonly authorised?: readonly string[];
  readonly customOptions?: readonly CustomOption[];
  /** Octets that are handed over at once; all of them where left out. */
  readonly chunk?: number;
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.slice(at, at + size));
}

/** Reads, analyses and compares; undefined where one of the files is no capture. Whatever else is thrown is a fault. */
export async function inspect(
  files: readonly InputFile[],
  options: InspectOptions = {},
): Promise<Inspected | undefined> {
  const { authorised = [], customOptions = [], chunk = Infinity } = options;
  const settings: Settings = { ...DEFAULT_SETTINGS, authorisedServers: authorised };
  const captures: NamedCapture[] = [];
  for (const { path, bytes } of files) {
    const capture = new Capture(path, settings, { customOptions });
    try {
      await capture.read({
        name: path,
        size: bytes.length,
        chunks: () => chunksOf(bytes, Math.min(chunk, bytes.length || 1)),
        gunzip,
      });
    } catch (error) {
      if (error instanceof NotACapture) return undefined;
      throw error;
    }
    captures.push({ path, capture });
  }
  const together = compareCaptures(captures);
  const json = [...inspectJson(captures, together)].join('');
  return { json, text: await printed(captures, together), captures };
}

async function printed(
  captures: readonly NamedCapture[],
  together: ReturnType<typeof compareCaptures>,
): Promise<string> {
  const pieces: string[] = [];
  const sink = new Writable({
    write(piece: Buffer, _encoding, done) {
      pieces.push(piece.toString('utf8'));
      done();
    },
  });
  const output = new Output(sink);
  printInspection(captures, together, output);
  await output.end();
  return pieces.join('');
}
