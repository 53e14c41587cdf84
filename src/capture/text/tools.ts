import type { Row, Rows } from './rows';

/** What was noticed about the rows of a dump while reading them. */
export interface Seen {
  /** Number of rows with a text column, and how many of those agree with their octets. */
  texts: number;
  agreeing: number;
  /** Whether a `*` stood for repeated rows. */
  repeated: boolean;
}

/** The tool that writes rows like these. */
export function toolOf(rows: Rows, sample: Row, text: string, little: boolean, seen: Seen): string {
  const { writing } = rows.reader;
  const { offset } = sample;
  const colon = offset !== undefined && /:\s*$/.test(text.slice(0, sample.from));
  const prefix = offset !== undefined && /^0x/i.test(text.slice(offset.at));
  const tail = text.trimEnd();
  if (writing.name !== undefined) return writing.name;
  if (little && colon) return 'xxd -e (little-endian)';
  if (little && writing.octets === 2) return 'hexdump (16-bit words, little-endian)';
  if (little) return `od (${8 * writing.octets}-bit words, little-endian)`;
  if (rows.radix === undefined) return seen.agreeing > 0 ? 'hex rows with text' : 'hex octets';
  if (prefix && colon) return seen.texts > 0 ? 'tcpdump -X' : 'tcpdump -x';
  if (tail.endsWith('|')) return 'hexdump -C';
  if (colon && rows.radix === 10) return 'snoop -x';
  if (colon) return seen.texts > 0 ? 'xxd' : 'hex dump with offsets';
  if (rows.radix !== 16 || seen.repeated) return 'od -tx1';
  return seen.texts > 0 ? 'hex dump with text (Wireshark)' : 'hex dump (text2pcap)';
}
