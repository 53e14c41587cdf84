import type { Problem } from '../field';
import { Budget, capProblems } from '../limits';
import type { Context } from '../values/type';
import { decodeBody6, type DecodedMessage6 } from './body';
import { checkMessage6, PROBLEM_IDS6 } from './check';
import { tableInUse, type OwnTables } from '../option';
import type { Message6 } from './message';
import { OPTIONS6 } from './options';
import { summaryLine } from './summary';

export { messageSpec6, xidText, type DecodedMessage6, type MessageSpec6, type OptionSpec6 } from './body';
export { checkMessage6 } from './check';
export type { DecodedOption6 } from './tlv';

/**
 * Decodes a message to its tree. Adds to `problems` what `checkMessage6` finds and what is wrong inside single values
 * (such as a domain name without an end). `cut` is how many octets after the message's end the snapshot length cut off.
 * `tables` holds the user's own options. Offsets are indexes in the message's array,
 * which must begin with the frame's first octet. Never throws, whatever the octets.
 */
export function decodeMessage6(
  message: Message6,
  problems: Problem[],
  cut = 0,
  buffer = 0,
  tables?: OwnTables,
): DecodedMessage6 {
  const before = problems.length;
  checkMessage6(message, problems, cut, buffer, tables);
  const budget = new Budget();
  const given = { own: tables, budget };
  const context: Context = { problems, key: 'dhcpv6.option', depth: 0, problemIds: PROBLEM_IDS6, ...given };
  const decoded = decodeBody6(message, context, tableInUse(OPTIONS6, tables), buffer);
  capProblems(problems, before, message.at, buffer);
  return decoded;
}

/**
 * One line about a message, for a list: `SOLICIT client 02:…`, `RELAY-FORW › SOLICIT …`, `REPLY 2001:db8::1 …`. Already
 * `printable`.
 */
export function summary6(message: Message6): string {
  return summaryLine(message);
}
