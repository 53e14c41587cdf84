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

/** A text terminated by a zero octet. `next` is the index after that octet. `ended` is false if `end` came first. */
interface Text {
  readonly at: number;
  readonly length: number;
  readonly next: number;
  readonly ended: boolean;
}

function textAt(bytes: Uint8Array, at: number, end: number): Text {
  let i = at;
  while (i < end && bytes[i] !== 0) i++;
  return { at, length: i - at, next: Math.min(end, i + 1), ended: i < end };
}

const textOf = (bytes: Uint8Array, text: Text): string => decodeText(bytes, text.at, text.length);

/** The texts from `at` up to `end`: at most the file, the mode, and the options. */
function textsAt(bytes: Uint8Array, at: number, end: number): Text[] {
  const texts: Text[] = [];
  while (at < end && texts.length < 2 + 2 * MAX_OPTIONS) {
    const text = textAt(bytes, at, end);
    texts.push(text);
    at = text.next;
  }
  return texts;
}

function optionsOf(bytes: Uint8Array, texts: readonly Text[], from: number): TftpOption[] {
  const options: TftpOption[] = [];
  for (let i = from; i + 1 < texts.length; i += 2) {
    options.push({ name: textOf(bytes, texts[i]!).toLowerCase(), value: textOf(bytes, texts[i + 1]!) });
  }
  return options;
}

/** Reads a TFTP message from `at` up to `end`; undefined if it is too short for its kind, or of no known kind. */
export function readTftp(bytes: Uint8Array, at: number, end: number): Tftp | undefined {
  if (end - at < 2) return undefined;
  const operation = u16(bytes, at);
  switch (operation) {
    case READ_REQUEST:
    case WRITE_REQUEST: {
      const texts = textsAt(bytes, at + 2, end);
      const [file, mode] = texts;
      if (!file) return undefined;
      return {
        operation,
        file: textOf(bytes, file),
        ...(mode ? { mode: textOf(bytes, mode) } : {}),
        options: optionsOf(bytes, texts, 2),
        complete: mode !== undefined && texts.every((text) => text.ended) && texts.length % 2 === 0,
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
      const message = textAt(bytes, at + 4, end);
      const errorCode = u16(bytes, at + 2);
      return { operation, errorCode, errorMessage: textOf(bytes, message), options: [], complete: message.ended };
    }
    case OPTION_ACKNOWLEDGMENT: {
      const texts = textsAt(bytes, at + 2, end);
      const complete = texts.every((text) => text.ended) && texts.length % 2 === 0;
      return { operation, options: optionsOf(bytes, texts, 0), complete };
    }
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
    const message = readTftp(walk.bytes, at, end);
    const fields = new HeaderFields(walk, at);
    const operation = fields.number(2, 'Operation', 'tftp.opcode', (value) => named(TFTP_OPERATIONS, value));
    if (operation === DATA || operation === ACKNOWLEDGMENT) fields.number(2, 'Block', 'tftp.block');
    else if (operation === ERROR) {
      fields.number(2, 'Error code', 'tftp.error.code', (code) => named(TFTP_ERRORS, code));
      textFields(
        walk,
        fields,
        textsAt(walk.bytes, fields.at, end).slice(0, 1),
        ['Error message'],
        ['tftp.error.message'],
      );
    } else if (operation === OPTION_ACKNOWLEDGMENT) {
      optionFields(walk, fields, textsAt(walk.bytes, fields.at, end));
    } else if (operation === READ_REQUEST || operation === WRITE_REQUEST) {
      const texts = textsAt(walk.bytes, fields.at, end);
      const key = operation === READ_REQUEST ? 'tftp.source_file' : 'tftp.destination_file';
      textFields(walk, fields, texts.slice(0, 2), ['File', 'Mode'], [key, 'tftp.type']);
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

function textFields(walk: Walk, fields: HeaderFields, texts: readonly Text[], names: string[], keys: string[]): void {
  texts.forEach((text, i) => {
    fields.text(text.next - text.at, names[i]!, printable(textOf(walk.bytes, text)), keys[i]);
  });
}

function optionFields(walk: Walk, fields: HeaderFields, texts: readonly Text[]): void {
  for (let i = 0; i < texts.length; i += 2) {
    const name = texts[i]!;
    const value = texts[i + 1];
    const label = printable(textOf(walk.bytes, name));
    const told = value ? printable(textOf(walk.bytes, value)) : '(no value)';
    const meaning = OPTIONS[label.toLowerCase()];
    const children: Field[] = [fields.make(name.next - name.at, 'Name', label, 'tftp.option.name')];
    const option = new HeaderFields(walk, name.next);
    if (value) children.push(option.make(value.next - value.at, 'Value', told, 'tftp.option.value'));
    const text = meaning && value ? `${told} (${meaning})` : told;
    fields.text((value ?? name).next - name.at, `Option ${label}`, text, 'tftp.option', { children });
  }
}
