import { decodeText, printable, u16 } from '../bytes';
import type { Field, Problem } from '../field';
import { cutHeader, HeaderFields, named, octetsText, reportShort } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';

/** TFTP (RFC 1350) with its option extension (RFC 2347). */

const READ_REQUEST = 1;
const WRITE_REQUEST = 2;
const DATA = 3;
const ACKNOWLEDGMENT = 4;
const ERROR = 5;
const OPTION_ACKNOWLEDGMENT = 6;

/** RFC 1350 §5, RFC 2347. */
export const TFTP_OPERATIONS: Readonly<Record<number, string>> = {
  [READ_REQUEST]: 'Read request',
  [WRITE_REQUEST]: 'Write request',
  [DATA]: 'Data',
  [ACKNOWLEDGMENT]: 'Acknowledgment',
  [ERROR]: 'Error',
  [OPTION_ACKNOWLEDGMENT]: 'Option acknowledgment',
};

/** RFC 1350 appendix I; 8 is from RFC 2347. */
export const TFTP_ERRORS: Readonly<Record<number, string>> = {
  0: 'not defined',
  1: 'file not found',
  2: 'access violation',
  3: 'disk full or allocation exceeded',
  4: 'illegal TFTP operation',
  5: 'unknown transfer id',
  6: 'file already exists',
  7: 'no such user',
  8: 'option negotiation refused',
};

/** Purpose of the options of RFC 2348, 2349, 7440 and 2090. */
const OPTIONS: Readonly<Record<string, string>> = {
  blksize: 'octets of data in a block',
  timeout: 'seconds before sending again',
  tsize: 'octets in the file',
  windowsize: 'blocks before an acknowledgment',
  multicast: 'one transfer to many',
};

/** Most options that are read. Real messages have far fewer. */
const MAX_OPTIONS = 64;

export interface TftpOption {
  /** In lower case, because names are compared without regard to case (RFC 2347). Not `printable`. */
  readonly name: string;
  readonly value: string;
}

/** The content of a TFTP message. Texts are as the sender wrote them: pass them through `printable` before showing them. */
export interface Tftp {
  readonly operation: number;
  /** In read and write requests. */
  readonly file?: string;
  readonly mode?: string;
  /** In requests and option acknowledgments; otherwise empty. */
  readonly options: readonly TftpOption[];
  /** In data and acknowledgments. */
  readonly block?: number;
  /** In data: number of octets in this block. */
  readonly dataLength?: number;
  /** In errors. */
  readonly errorCode?: number;
  readonly errorMessage?: string;
  /** False if a text lacks its terminating zero octet. */
  readonly complete: boolean;
}

/** A text terminated by a zero octet, as the sender wrote it. `next` is the index after that octet. `ended` is false if the message ends first. */
interface Text {
  readonly at: number;
  readonly text: string;
  readonly next: number;
  readonly ended: boolean;
}

/** At most `most` texts from `at` up to `end`. */
function textsAt(bytes: Uint8Array, at: number, end: number, most: number): Text[] {
  const texts: Text[] = [];
  while (at < end && texts.length < most) {
    let i = at;
    while (i < end && bytes[i] !== 0) i++;
    const next = Math.min(end, i + 1);
    texts.push({ at, text: decodeText(bytes, at, i - at), next, ended: i < end });
    at = next;
  }
  return texts;
}

/** The texts of a message that has an operation: the file, the mode and the options, or what an error says. */
function textsIn(bytes: Uint8Array, at: number, end: number): Text[] {
  switch (u16(bytes, at)) {
    case READ_REQUEST:
    case WRITE_REQUEST:
    case OPTION_ACKNOWLEDGMENT:
      return textsAt(bytes, at + 2, end, 2 + 2 * MAX_OPTIONS);
    case ERROR:
      return textsAt(bytes, at + 4, end, 1);
    default:
      return [];
  }
}

function optionsOf(texts: readonly Text[]): TftpOption[] {
  const options: TftpOption[] = [];
  for (let i = 0; i + 1 < texts.length; i += 2) {
    options.push({ name: texts[i]!.text.toLowerCase(), value: texts[i + 1]!.text });
  }
  return options;
}

/** Reads a TFTP message from `at` up to `end`; undefined if it is too short for its kind, or of no known kind. */
export const readTftp = (bytes: Uint8Array, at: number, end: number): Tftp | undefined =>
  end - at < 2 ? undefined : messageOf(bytes, at, end, textsIn(bytes, at, end));

function messageOf(bytes: Uint8Array, at: number, end: number, texts: readonly Text[]): Tftp | undefined {
  const operation = u16(bytes, at);
  const paired = texts.every((text) => text.ended) && texts.length % 2 === 0;
  switch (operation) {
    case READ_REQUEST:
    case WRITE_REQUEST: {
      const [file, mode] = texts;
      if (!file) return undefined;
      return {
        operation,
        file: file.text,
        ...(mode ? { mode: mode.text } : {}),
        options: optionsOf(texts.slice(2)),
        complete: paired,
      };
    }
    case DATA:
    case ACKNOWLEDGMENT: {
      if (end - at < 4) return undefined;
      const block = u16(bytes, at + 2);
      const data = operation === DATA ? { dataLength: end - at - 4 } : {};
      return { operation, block, ...data, options: [], complete: true };
    }
    case ERROR: {
      if (end - at < 4) return undefined;
      const { text: errorMessage, ended: complete } = texts[0] ?? { text: '', ended: false };
      return { operation, errorCode: u16(bytes, at + 2), errorMessage, options: [], complete };
    }
    case OPTION_ACKNOWLEDGMENT:
      return { operation, options: optionsOf(texts), complete: paired };
    default:
      return undefined;
  }
}

/** A message in one line, `printable`. */
export function tftpText(message: Tftp): string {
  const name = TFTP_OPERATIONS[message.operation] ?? `operation ${message.operation}`;
  const options = message.options.map(({ name, value }) => printable(`${name}=${value}`));
  const list = options.length > 0 ? ` (${options.join(', ')})` : '';
  switch (message.operation) {
    case READ_REQUEST:
    case WRITE_REQUEST:
      return `${name}, file “${printable(message.file ?? '')}”${list}`;
    case DATA:
      return `${name}, block ${message.block!}, ${octetsText(message.dataLength!)}`;
    case ACKNOWLEDGMENT:
      return `${name}, block ${message.block!}`;
    case ERROR:
      return `${name}, ${TFTP_ERRORS[message.errorCode!] ?? `code ${message.errorCode!}`}: “${printable(message.errorMessage ?? '')}”`;
    default:
      return `${name}${list}`;
  }
}

/** Octets of the header: the whole message, except for the data of a block. */
function headerLength(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 2) return 2;
  const operation = u16(bytes, at);
  if (operation === DATA || operation === ACKNOWLEDGMENT) return 4;
  if (operation === ERROR) return Math.max(4, end - at);
  return operation in TFTP_OPERATIONS ? end - at : 2;
}

export const tftp: Layer = {
  id: 'tftp',
  name: 'Trivial File Transfer Protocol',
  walk(walk, at, end) {
    walk.header(tftp, at, headerLength(walk.bytes, at, end), end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const end = walk.endOf(index);
    const cut = cutHeader(walk, index, headerLength(walk.bytes, at, end), problems);
    if (cut) return cut;
    const texts = textsIn(walk.bytes, at, end);
    const message = messageOf(walk.bytes, at, end, texts);
    const fields = new HeaderFields(walk, at);
    const operation = fields.number(2, 'Operation', 'tftp.opcode', (value) => named(TFTP_OPERATIONS, value));
    if (operation === DATA || operation === ACKNOWLEDGMENT) fields.number(2, 'Block', 'tftp.block');
    else if (operation === ERROR) {
      fields.number(2, 'Error code', 'tftp.error.code', (code) => named(TFTP_ERRORS, code));
      textFields(fields, texts, ['Error message'], ['tftp.error.message']);
    } else if (operation === OPTION_ACKNOWLEDGMENT) {
      optionFields(walk, fields, texts);
    } else if (operation === READ_REQUEST || operation === WRITE_REQUEST) {
      const key = operation === READ_REQUEST ? 'tftp.source_file' : 'tftp.destination_file';
      textFields(fields, texts.slice(0, 2), ['File', 'Mode'], [key, 'tftp.type']);
      optionFields(walk, fields, texts.slice(2));
    }
    fields.octets(walk.headerEndOf(index) - fields.at, 'Unexplained octets');
    const bad = incomplete(walk, index, message, problems);
    return layerNode(walk, index, message ? tftpText(message) : named(TFTP_OPERATIONS, operation), fields.nodes, bad);
  },
};

function incomplete(walk: Walk, index: number, message: Tftp | undefined, problems: Problem[]): string | undefined {
  if (message?.complete !== false) return undefined;
  const at = walk.atOf(index);
  const text = 'The TFTP message ends inside a text: the zero octet that ends it is missing.';
  return reportShort(walk, index, at, walk.endOf(index) - at, text, problems);
}

function textFields(fields: HeaderFields, texts: readonly Text[], names: string[], keys: string[]): void {
  texts.forEach(({ at, text, next }, i) => {
    fields.text(next - at, names[i]!, printable(text), keys[i]);
  });
}

function optionFields(walk: Walk, fields: HeaderFields, texts: readonly Text[]): void {
  for (let i = 0; i < texts.length; i += 2) {
    const name = texts[i]!;
    const value = texts[i + 1];
    const label = printable(name.text);
    const told = value ? printable(value.text) : '(no value)';
    const meaning = OPTIONS[label.toLowerCase()];
    const children: Field[] = [fields.make(name.next - name.at, 'Name', label, 'tftp.option.name')];
    const option = new HeaderFields(walk, name.next);
    if (value) children.push(option.make(value.next - value.at, 'Value', told, 'tftp.option.value'));
    const text = meaning && value ? `${told} (${meaning})` : told;
    fields.text((value ?? name).next - name.at, `Option ${label}`, text, 'tftp.option', { children });
  }
}
