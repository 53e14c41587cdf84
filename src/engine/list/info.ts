import { ipv4ToText, printable } from '../../codec/bytes';
import { duration } from '../../codec/values';
import type { LedgerMessage4 } from '../../ledger/ledgerMessage4';
import { MOST_INLINE } from '../../ledger/message4';
import type { Dhcp } from '../../ledger/packet';
import { grown } from '../../ledger/table';

/** A part of what column `info` says of a DHCPv4 message. */
interface Part {
  readonly label: string;
  /** Undefined if the message has nothing to say here. */
  readonly of: (message: Dhcp) => number | string | undefined;
  readonly text: (value: number | string) => string;
  /** A small number that is the same for the same value; -1 if there is none. */
  readonly number?: (message: LedgerMessage4) => number;
  /** The characters that a text can have, in lower case. */
  readonly characters?: RegExp;
}

const address = (label: string, of: (message: Dhcp) => number | undefined): Part => ({
  label: `${label} `,
  of: (message) => of(message) || undefined,
  text: (value) => ipv4ToText(value as number),
  characters: /^[\d.]*$/,
});
const said = (code: number): Part => ({
  label: '',
  of: (message) => message.text(code),
  number: ({ ledger, row }) => {
    const option = ledger.find(row, code);
    return option < 0 ? 0 : ledger.lengthAt(option) > MOST_INLINE ? ledger.wordAt(option) : -1;
  },
  text: (value) => `“${printable(value as string)}”`,
});

/** The parts of column `info`, in order. */
export const INFO: readonly Part[] = [
  address('address', ({ yiaddr }) => yiaddr),
  address('has', ({ ciaddr }) => ciaddr),
  address('asks for', (message) => message.ip(50)),
  address('server', (message) => message.ip(54)),
  address('relay', ({ giaddr }) => giaddr),
  { label: 'lease ', of: (message) => message.u32(51), text: (value) => duration(value as number) },
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

/**
 * A search for `word`, which is in lower case, in the column `info` of DHCPv4 messages: part by part, each value that comes again only once.
 * Undefined if the word may reach over two parts.
 */
export function searchInfo(word: string): ((message: LedgerMessage4) => boolean) | undefined {
  if (/[ ,]/.test(word)) return undefined;
  const searches = INFO.flatMap(({ label, of, text, number, characters }): ((message: LedgerMessage4) => boolean)[] => {
    if (label.includes(word)) return [(message) => of(message) !== undefined];
    if (characters && !characters.test(word)) return [];
    const known = new Map<number | string, boolean>();
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
    if (!number) return [holds];
    // By number: 0 not asked yet, 1 if the word is there, 2 if not.
    let answers = new Uint8Array(64);
    return [
      (message) => {
        const place = number(message);
        if (place < 0) return holds(message);
        if (place >= answers.length) answers = grown(answers, 2 * place);
        return (answers[place] ||= holds(message) ? 1 : 2) === 1;
      },
    ];
  });
  return (message) => searches.some((search) => search(message));
}
