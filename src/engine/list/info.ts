import { ipv4ToText, printable } from '../../codec/bytes';
import { duration } from '../../codec/values';
import type { LedgerMessage4 } from '../../ledger/ledgerMessage4';
import { MOST_INLINE } from '../../ledger/message4';
import type { Dhcp } from '../../ledger/packet';
import { grown } from '../../ledger/table';

type Value = number | string;

/** A part of what column `info` says of a DHCPv4 message. */
interface Part {
  readonly label: string;
  /** Undefined if the message has nothing to say here. */
  readonly of: (message: Dhcp) => Value | undefined;
  readonly text: (value: Value) => string;
  /** The option that holds the value. */
  readonly code?: number;
  /** The characters that a text can have, in lower case. */
  readonly characters?: RegExp;
}

const field = (label: string, of: (message: Dhcp) => number): Part => ({
  label: `${label} `,
  of: (message) => of(message) || undefined,
  text: (value) => ipv4ToText(value as number),
  characters: ADDRESS,
});
const address = (label: string, code: number): Part => ({
  label: `${label} `,
  code,
  of: (message) => message.ip(code) || undefined,
  text: (value) => ipv4ToText(value as number),
  characters: ADDRESS,
});
const ADDRESS = /^[\d.]*$/;
const said = (code: number): Part => ({
  label: '',
  code,
  of: (message) => message.text(code),
  text: (value) => `“${printable(value as string)}”`,
});

const LEASE_TIME = 51;

/** The parts of column `info`, in order. */
export const INFO: readonly Part[] = [
  field('address', ({ yiaddr }) => yiaddr),
  field('has', ({ ciaddr }) => ciaddr),
  address('asks for', 50),
  address('server', 54),
  field('relay', ({ giaddr }) => giaddr),
  {
    label: 'lease ',
    code: LEASE_TIME,
    of: (message) => message.u32(LEASE_TIME),
    text: (value) => duration(value as number),
  },
  said(12),
  said(56),
  {
    label: 'xid ',
    of: ({ xid }) => xid,
    text: (value) => `0x${(value as number).toString(16).padStart(8, '0')}`,
    characters: /^[\dxa-f]*$/,
  },
];

/** What stands between two parts. */
export const BETWEEN = ', ';

/** Maximum number of values of one part whose answers are kept. */
const MOST_KEPT = 1 << 16;

type Search = (message: LedgerMessage4, option: number) => boolean;

/**
 * A search for `word`, which is in lower case, in the column `info` of DHCPv4 messages: part by part, each value that comes again only once.
 * Undefined if the word may reach over two parts.
 */
export function searchInfo(word: string): ((message: LedgerMessage4) => boolean) | undefined {
  if (/[ ,]/.test(word)) return undefined;
  const ofHeader: Search[] = [];
  const ofOption: Search[] = [];
  for (const part of INFO) {
    const search = searchPart(part, word);
    if (!search) continue;
    if (part.code === undefined) ofHeader.push(search);
    else ofOption[part.code] = search;
  }
  return (message) => {
    for (const search of ofHeader) if (search(message, -1)) return true;
    const { ledger, row } = message;
    let option = ledger.columns.firstOption[row]!;
    for (const end = option + 2 * ledger.columns.options[row]!; option < end; option += 2)
      if (ofOption[ledger.codeAt(option)]?.(message, option)) return true;
    return false;
  };
}

/** A search in one part; undefined if the word cannot be there. */
function searchPart({ label, of, text, code, characters }: Part, word: string): Search | undefined {
  if (label.includes(word)) return (message) => of(message) !== undefined;
  if (characters && !characters.test(word)) return undefined;
  const known = new Map<Value, boolean>();
  const holds = (message: LedgerMessage4): boolean => {
    const value = of(message);
    if (value === undefined) return false;
    let holds = known.get(value);
    if (holds === undefined) {
      holds = text(value).toLowerCase().includes(word);
      if (known.size < MOST_KEPT) known.set(value, holds);
    }
    return holds;
  };
  if (code === undefined) return holds;
  // By the number of an interned value: 0 not asked yet, 1 if the word is there, 2 if not.
  let answers = new Uint8Array(64);
  return (message, option) => {
    const { ledger } = message;
    if (ledger.lengthAt(option) <= MOST_INLINE) return holds(message);
    const number = ledger.wordAt(option);
    if (number >= answers.length) answers = grown(answers, 2 * number);
    return (answers[number] ||= holds(message) ? 1 : 2) === 1;
  };
}
