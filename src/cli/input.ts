import { basename } from 'node:path';
import { NotACapture } from '../capture/frame';
import { fileChunks, standardInput } from '../capture/node';
import { captureFormat, isBinary, isText } from '../capture/recognise';
import { LONGEST_TEXT } from '../capture/text';
import { printable } from '../codec/bytes';
import type { Settings } from '../analysis';
import { Capture, EngineError, type CaptureOptions } from '../engine/capture';
import { fileSource, standardInputSource } from '../engine/node';
import type { TextPacket } from '../engine/text';
import { withName } from './failure';

const STANDARD_INPUT = 'standard input';

/** The name of an input in sentences. */
export function nameOf(path: string): string {
  return path === '-' ? STANDARD_INPUT : path;
}

/** A capture that was read. If it was a text, `packets` are its frames as they were found in the text. */
export interface Opened {
  readonly capture: Capture;
  readonly packets?: readonly TextPacket[];
}

/** A UTF-8 text with more octets than this exceeds `LONGEST_TEXT` in any case, so the rest is not read. */
const ENOUGH = 4 * LONGEST_TEXT + 4;
/** Octets that decide whether an input is a text. */
const HEAD = 2048;

/** Reads a capture, or a text that holds packets, to its end. Throws NotACapture or EngineError, whose message begins with the name. */
export async function openInput(path: string, settings: Settings, options: CaptureOptions): Promise<Opened> {
  const capture = new Capture(path === '-' ? STANDARD_INPUT : basename(path), settings, options);
  const name = printable(nameOf(path));
  const reading = chunksOf(path);
  try {
    const source = path === '-' ? standardInputSource() : await fileSource(path);
    const { bytes: head } = await collect(reading, HEAD);
    if (head.length === 0 || captureFormat(head) !== undefined || isBinary(head)) {
      await capture.read({ ...source, chunks: () => startingWith(head, reading) });
      return { capture };
    }
    const { bytes } = await collect(startingWith(head, reading), ENOUGH);
    try {
      return { capture, packets: capture.readText(textOf(bytes), 'auto', bytes.length) };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      // Octets that are no text, and in which no packets are written: say what they are.
      if (!isText(head)) await capture.read({ ...source, chunks: () => startingWith(bytes, reading) });
      throw new EngineError(`${name}: ${error.message}`);
    }
  } catch (error) {
    if (error instanceof NotACapture) throw new NotACapture(`${name}: ${error.message}`);
    throw withName(error, nameOf(path));
  } finally {
    await reading.return();
  }
}

/** The octets of a file, up to the first that are too many for a text. */
export async function readInput(path: string): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }> {
  const reading = chunksOf(path);
  try {
    return await collect(reading, ENOUGH);
  } catch (error) {
    throw withName(error, nameOf(path));
  } finally {
    await reading.return();
  }
}

/** The characters of a text: UTF-8, or UTF-16 as PowerShell writes it. */
export function textOf(bytes: Uint8Array): string {
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  return new TextDecoder(mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8').decode(bytes);
}

function chunksOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  return path === '-' ? standardInput() : fileChunks(path);
}

/** Reads until there are more than `enough` octets, or to the end (`whole`). */
async function collect(
  reading: AsyncGenerator<Uint8Array, void, undefined>,
  enough: number,
): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length <= enough) {
    const next = await reading.next();
    if (next.done) return { bytes: Buffer.concat(chunks), whole: true };
    chunks.push(next.value.slice());
    length += next.value.length;
  }
  return { bytes: Buffer.concat(chunks), whole: false };
}

async function* startingWith(
  head: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield head;
  yield* rest;
}
