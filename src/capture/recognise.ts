import { u16, u32, u32le } from '../codec/bytes';
import { NotACapture } from './frame';
import { isPcap, PcapReader } from './pcap';
import { isPcapng, PcapngReader } from './pcapng';
import { octets, type FormatReader, type Sink } from './reader';
import { isSnoop, SnoopReader } from './snoop';

/** Octets that are examined, if the file has that many, before the format is decided. */
export const LOOKAHEAD = 64 << 10;

/** Whether the octets begin with the magic number of gzip (RFC 1952 §2.3.1). */
export function isGzip(bytes: Uint8Array, at = 0, end = bytes.length): boolean {
  return end - at >= 2 && bytes[at] === 0x1f && bytes[at + 1] === 0x8b;
}

/** The name of the capture format whose magic number the octets begin with; undefined if they begin with none. */
export function captureFormat(bytes: Uint8Array): string | undefined {
  if (isGzip(bytes)) return 'a file compressed with gzip, perhaps a capture';
  if (isPcap(bytes, 0, bytes.length)) return 'a pcap capture';
  if (isPcapng(bytes, 0, bytes.length)) return 'a pcapng capture';
  return isSnoop(bytes, 0, bytes.length) ? 'a snoop capture' : undefined;
}

/** Whether a file begins as texts do (UTF-8 or UTF-16). */
export function isText(bytes: Uint8Array): boolean {
  return textOf(bytes, 0, bytes.length) !== undefined;
}

/** Whether a file begins with octets that no text holds. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.length > 0 && !isText(bytes) && bytes.subarray(0, 2048).includes(0);
}

/** The reader for a file that begins with `bytes`. Throws `NotACapture` if there is none. */
export function readerFor(bytes: Uint8Array, at: number, end: number, sink: Sink): FormatReader {
  if (isPcap(bytes, at, end)) {
    if (end - at < 24) throw new NotACapture(`This pcap file ends after ${octets(end - at)}, inside its header of 24.`);
    return new PcapReader(sink);
  }
  if (isPcapng(bytes, at, end)) return new PcapngReader(sink);
  if (isSnoop(bytes, at, end)) {
    if (end - at < 16)
      throw new NotACapture(`This snoop file ends after ${octets(end - at)}, inside its header of 16.`);
    return new SnoopReader(sink);
  }
  throw new NotACapture(describe(bytes, at, end));
}

const DECOMPRESS = 'decompress it first, then open what comes out';
const CONVERT = 'open it in Wireshark and save it as pcapng';
const AS_TEXT = 'if it holds packets as hex, use “Decode DHCP hex”';

/** What is said of gzip inside gzip, in place of a sentence about the inner file. */
export const GZIP_IN_GZIP = 'This gzip file holds another gzip file: decompress it once, then open what comes out.';

/** First octets (hex), and the sentence that describes such a file. */
const KNOWN: readonly (readonly [magic: string, sentence: string])[] = [
  ['28b52ffd', `This file is compressed with Zstandard: ${DECOMPRESS}.`],
  ['04224d18', `This file is compressed with LZ4: ${DECOMPRESS}.`],
  ['fd377a585a00', `This file is compressed with xz: ${DECOMPRESS}.`],
  ['425a68', `This file is compressed with bzip2: ${DECOMPRESS}.`],
  ['1f9d', `This file is compressed with compress (.Z): ${DECOMPRESS}.`],
  ['1f8b', GZIP_IN_GZIP],
  ['377abcaf271c', `This is a 7-Zip archive: ${DECOMPRESS}.`],
  ['504b0304', `This is a ZIP archive: ${DECOMPRESS}.`],
  ['504b0506', 'This is an empty ZIP archive.'],
  ['474d4255', `This is a capture of Microsoft Network Monitor 2: ${CONVERT}.`],
  ['52545353', `This is a capture of Microsoft Network Monitor 1: ${CONVERT}.`],
  ['58435000', `This is a capture of the NetXRay sniffer: ${CONVERT}.`],
  ['5452534e4946462064617461', `This is a capture of the Network General Sniffer: ${CONVERT}.`],
  ['54524345', `This is a trace of AIX iptrace or a like tool: ${CONVERT}.`],
  ['69707472616365', `This is a capture of AIX iptrace: ${CONVERT}.`],
  ['7f454c46', 'This is a program or library (ELF), not a capture.'],
  ['4d5a', 'This is a Windows program (EXE or DLL), not a capture.'],
  ['25504446', 'This is a PDF document, not a capture.'],
  ['89504e470d0a1a0a', 'This is a PNG picture, not a capture.'],
  ['ffd8ff', 'This is a JPEG picture, not a capture.'],
  ['47494638', 'This is a GIF picture, not a capture.'],
  ['456c6646696c6500', 'This is a Windows event log (EVTX), not a capture.'],
  ['53514c69746520666f726d6174203300', 'This is an SQLite database, not a capture.'],
];

/** One sentence on what a file that is not a capture appears to be. */
export function describe(bytes: Uint8Array, at: number, end: number): string {
  const length = end - at;
  if (length === 0) return 'This file is empty.';
  for (const [magic, sentence] of KNOWN) if (startsWith(bytes, at, end, magic)) return sentence;
  if (length >= 8 && u32(bytes, at) === 0x0a0d0d0a) {
    return length < 28
      ? `This pcapng file ends after ${octets(length)}, inside its first section header.`
      : 'This file begins like pcapng, but its section header does not tell its byte order.';
  }
  const text = textOf(bytes, at, end);
  if (text !== undefined) return describeText(text, length);
  if (length < 16) return `This file ends after ${octets(length)}: too short for a capture.`;
  if (isAll(bytes, at, end, 0))
    return 'This file begins with nothing but zeros: the capture in it was never written, or was wiped.';
  if (isEtl(bytes, at, end)) {
    return 'This is a Windows event trace (ETL), as “netsh trace” and “pktmon” write it: convert it with “etl2pcapng” or “pktmon etl2pcap”.';
  }
  if (isErf(bytes, at, end)) return `This is a capture in Endace's ERF: ${CONVERT}.`;
  if (isDhcp(bytes, at))
    return 'This is one DHCP message without a capture around it: decode it as hex, beginning at “dhcp”.';
  const first = Array.from(bytes.subarray(at, at + 8), (octet) => octet.toString(16).padStart(2, '0')).join(' ');
  return `This is no capture in a known format (pcap, pcapng, snoop): it begins with ${first}.`;
}

function startsWith(bytes: Uint8Array, at: number, end: number, magic: string): boolean {
  const length = magic.length / 2;
  if (end - at < length) return false;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== parseInt(magic.slice(2 * i, 2 * i + 2), 16)) return false;
  return true;
}

function isAll(bytes: Uint8Array, at: number, end: number, octet: number): boolean {
  for (let i = at; i < end; i++) if (bytes[i] !== octet) return false;
  return true;
}

/** The first 2048 octets as text; undefined if they are not text. */
function textOf(bytes: Uint8Array, at: number, end: number): string | undefined {
  let head = bytes.subarray(at, Math.min(end, at + 2048));
  const utf16 =
    head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined;
  if (utf16) return new TextDecoder(utf16).decode(head.subarray(0, head.length & ~1));
  for (const octet of head) {
    // Tab, line feed, form feed, carriage return and escape occur in text files; other control characters do not.
    if (octet < 0x20 && octet !== 9 && octet !== 10 && octet !== 12 && octet !== 13 && octet !== 27) return undefined;
    if (octet === 0x7f) return undefined;
  }
  // The cut at 2048 octets may split a character.
  if (end - at > head.length)
    while (head.length > 0 && head[head.length - 1]! >= 0x80) head = head.subarray(0, head.length - 1);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(head);
  } catch {
    return undefined;
  }
}

function describeText(text: string, length: number): string {
  const start = text.trimStart();
  if (start === '') return 'This file holds nothing but white space.';
  if (start.startsWith('{') || /^\[\s*[[{"]/.test(start)) {
    return 'This is JSON, not a capture: a server configuration or the output of another tool, perhaps.';
  }
  if (/^<\?xml|^<pdml|^<psml/i.test(start))
    return 'This is XML (Wireshark’s PDML, perhaps), not a capture: save the packets themselves as pcapng.';
  if (/^<!doctype html|^<html/i.test(start))
    return 'This is a web page, not a capture: the download has failed, perhaps.';
  if (/^(0x)?[0-9a-f]{2,8}(:| |\t|$)/im.test(start) && /^[\s0-9a-fx:|.,>*~-]{16}/i.test(start)) {
    return 'This is a hex dump as text: use “Decode DHCP hex”.';
  }
  return length < 16
    ? `This is text, only ${octets(length)} of it: ${AS_TEXT}.`
    : `This is text, not a capture: ${AS_TEXT}.`;
}

/**
 * Whether this is an ETL file. It begins with the header of a trace buffer: the buffer size, which is repeated at 0x68
 * in the log file header.
 */
function isEtl(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 0x6c) return false;
  const size = u32le(bytes, at);
  return size >= 1024 && size % 1024 === 0 && u32le(bytes, at + 4) <= size && u32le(bytes, at + 0x68) === size;
}

/**
 * Whether this is an ERF file. ERF has no magic number, so two consecutive records with plausible types and lengths
 * have to suffice.
 */
function isErf(bytes: Uint8Array, at: number, end: number): boolean {
  for (let i = 0; i < 2; i++) {
    if (end - at < 16) return false;
    const type = bytes[at + 8]! & 0x7f;
    const length = u16(bytes, at + 10);
    // Types 1 to 27 and 48 are valid. The seconds of the time stamp (little-endian) must be after 1990.
    if (type === 0 || (type > 27 && type !== 48) || length < 16 || u32le(bytes, at + 4) < 631152000) return false;
    at += length;
  }
  return true;
}

/** Whether this is a bare DHCP message: a valid op, and the magic cookie of RFC 2131 §3 at its offset. */
function isDhcp(bytes: Uint8Array, at: number): boolean {
  return (bytes[at] === 1 || bytes[at] === 2) && bytes.length - at >= 240 && u32(bytes, at + 236) === 0x63825363;
}
