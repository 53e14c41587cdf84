import { captureFormat, describe, isBinary } from '../capture/recognise';
import { fileChunks, standardInput } from '../capture/node';
import { LONGEST_TEXT } from '../capture/text';
import { DEFAULT_SETTINGS } from '../analysis';
import { printable } from '../codec/bytes';
import type { CustomOption } from '../codec/customTypes';
import type { Start } from '../codec/start';
import { Capture, EngineError } from '../engine/capture';
import { withName } from './failure';
import { frameJson, jsonLine } from './json';
import type { Output } from './output';
import { printFrame } from './text';

const STANDARD_INPUT = 'standard input';

/** Runs `port67 hex`: decodes the packets in a text. Throws EngineError if there are none. */
export async function hex(
  path: string,
  {
    json,
    start,
    options,
  }: { readonly json: boolean; readonly start: Start | 'auto'; readonly options: CustomOption[] },
  output: Output,
): Promise<void> {
  const text = await readText(path);
  const capture = new Capture('pasted text', DEFAULT_SETTINGS, { customOptions: options });
  const packets = capture.readText(text, start);
  for (const [i, { start, bytes, notes }] of packets.entries()) {
    if (json) {
      const more = { octets: bytes.length, start, ...(notes.length > 0 ? { notes } : {}) };
      output.line(jsonLine({ ...frameJson(capture, i), ...more }));
    } else {
      printFrame(capture, i, true, output);
      for (const { line, text } of notes) output.line(`Line ${line}: ${printable(text)}`);
    }
    await output.drained();
    if (output.closed) return;
  }
}

/** A UTF-8 text with more octets than this exceeds `LONGEST_TEXT` in any case, so the rest is not read. */
const ENOUGH = 4 * LONGEST_TEXT + 4;

/** The text of a file: UTF-8, or UTF-16 as PowerShell writes it. Throws EngineError if the file is no text. */
async function readText(path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const name = path === '-' ? STANDARD_INPUT : path;
  try {
    for await (const chunk of path === '-' ? standardInput() : fileChunks(path)) {
      chunks.push(chunk.slice());
      if ((length += chunk.length) > ENOUGH) break;
    }
  } catch (error) {
    throw withName(error, name);
  }
  const bytes = Buffer.concat(chunks);
  if (length <= ENOUGH && isBinary(bytes)) throw new EngineError(`${printable(name)}: ${instead(bytes)}`);
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  return new TextDecoder(mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8').decode(bytes);
}

/** What a file that is no text is, and how to read it. */
function instead(bytes: Uint8Array): string {
  const what = captureFormat(bytes);
  if (what !== undefined)
    return `This is ${what}, not hex: “port67 inspect” judges it and “port67 decode” shows its frames.`;
  return `${describe(bytes, 0, bytes.length)} “port67 hex” reads octets written as text; “xxd -p” writes them so.`;
}
