import { captureFormat, describe, isBinary } from '../capture/recognise';
import { DEFAULT_SETTINGS } from '../analysis';
import { printable } from '../codec/bytes';
import { SNAPLEN_CUT } from '../codec/field';
import type { CustomOption } from '../codec/customTypes';
import type { Start } from '../codec/start';
import { Capture, EngineError } from '../engine/capture';
import type { TextPacket } from '../engine/text';
import { nameOf, readInput, textOf } from './input';
import { frameJson, jsonLine } from './json';
import type { Output } from './output';
import { printFrame } from './text';

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
  const { bytes, whole } = await readInput(path);
  if (whole && isBinary(bytes)) throw new EngineError(`${printable(nameOf(path))}: ${instead(bytes)}`);
  const capture = new Capture('pasted text', DEFAULT_SETTINGS, { customOptions: options });
  const packets = capture.readText(textOf(bytes), start);
  for (const [i, packet] of packets.entries()) {
    if (json) output.line(jsonLine(textJson(frameJson(capture, i), packet)));
    else {
      printFrame(capture, i, true, output);
      printNotes(packet, output);
    }
    await output.drained();
    if (output.closed) return;
  }
}

interface Spot {
  readonly offset: number;
  readonly length: number;
}

/** The line of a frame that was found in a text. Of words, it holds what they tell. */
export function textJson(
  line: Record<string, unknown>,
  { bytes, start, gaps, notes, words, local }: TextPacket,
): unknown {
  const noted = notes.length > 0 ? { notes } : {};
  if (!words) {
    // What the text lacks is no fault of a capture.
    const own = (line['problems'] as (Spot & { id: string })[]).map((one) =>
      one.id === SNAPLEN_CUT ? { ...one, id: 'text-gap' } : one,
    );
    const missing = gaps.map(({ at, length, text }) => ({ id: 'text-gap', offset: at, length, text: `${text}.` }));
    const problems = [...missing, ...own].sort((a, b) => a.offset - b.offset);
    return { ...line, ...(local ? { time: null } : {}), problems, octets: bytes.length, start, ...noted };
  }
  const whole = { ...line, ...(words.dated ? {} : { time: null }), from: words.from, ...noted };
  const untold = new Set(['length', 'captured', ...words.untold]);
  const told = Object.entries(whole).filter(([key]) => !untold.has(key));
  // No octet of the text has an offset in a frame.
  return JSON.parse(
    JSON.stringify(Object.fromEntries(told), (key, value: unknown) =>
      key === 'offset' || (NESTED.test(key) && untold.has(key)) ? undefined : value,
    ),
  );
}

/** Keys of a message that words may not tell. */
const NESTED = /^(?:hops|secs|flags|sname|file|[cysg]iaddr)$/;

/** Prints what was passed over in the text around a packet. */
export function printNotes({ notes }: TextPacket, output: Output): void {
  for (const { line, text } of notes) output.line(`Line ${line}: ${printable(text)}`);
}

/** What a file that is no text is, and how to read it. */
function instead(bytes: Uint8Array): string {
  const what = captureFormat(bytes);
  if (what !== undefined)
    return `This is ${what}, not hex: “port67 inspect” judges it and “port67 decode” shows its frames.`;
  return `${describe(bytes, 0, bytes.length)} “port67 hex” reads octets written as text; “xxd -p” writes them so.`;
}
