import { cutText, problem, SNAPLEN_CUT, type About, type Problem } from '../field';
import { capProblems, isFull } from '../limits';
import { fits, MAX_DEPTH } from '../values/type';
import { View } from '../view';
import { MAX_RELAYS, Message6, OPTION_HEADER, OPTION_RELAY_MSG, readOptions6, type RawOption6 } from './message';
import { tableInUse, type OwnTables } from '../option';
import { OPTIONS6 } from './options';
import { containerOf, lengthText, remainderText, truncatedText, type OptionTable6 } from './tlv';

/** Finding ids for DHCPv6 problems. */
export const PROBLEM_IDS6 = { length: 'v6-bad-option-length', malformed: 'v6-malformed' } as const;

const OPTION_CLIENTID = 1;
const OPTION_SERVERID = 2;

/** RFC 9915 §7.6: a relay discards a message that has passed through this many relays. */
const HOP_COUNT_LIMIT = 8;

/** The identifiers that each message type must carry (RFC 9915 §16.2 to §16.11; RFC 9686 §4.2). */
const REQUIRED: Readonly<Record<number, readonly number[]>> = {
  1: [OPTION_CLIENTID], // SOLICIT, §16.2
  2: [OPTION_CLIENTID, OPTION_SERVERID], // ADVERTISE, §16.3
  3: [OPTION_CLIENTID, OPTION_SERVERID], // REQUEST, §16.4
  4: [OPTION_CLIENTID], // CONFIRM, §16.5
  5: [OPTION_CLIENTID, OPTION_SERVERID], // RENEW, §16.6
  6: [OPTION_CLIENTID], // REBIND, §16.7
  7: [OPTION_SERVERID], // REPLY, §16.10; the client's only if the client sent one
  8: [OPTION_CLIENTID, OPTION_SERVERID], // RELEASE, §16.9
  9: [OPTION_CLIENTID, OPTION_SERVERID], // DECLINE, §16.8
  10: [OPTION_CLIENTID, OPTION_SERVERID], // RECONFIGURE, §16.11
  36: [OPTION_CLIENTID], // ADDR-REG-INFORM
};
const REQUIRED_NAMES: Readonly<Record<number, string>> = {
  [OPTION_CLIENTID]: 'Client Identifier',
  [OPTION_SERVERID]: 'Server Identifier',
};

/** Whether all octets are present. If not, problems that follow from the missing octets are not reported as well. */
type Completeness = 'whole' | 'incomplete';

/** Collects the problems of one message. */
class Checker {
  private readonly before: number;

  constructor(
    private readonly problems: Problem[],
    private readonly buffer: number,
    private readonly own: OwnTables | undefined,
  ) {
    this.before = problems.length;
  }

  private report(id: string, at: number, length: number, text: string, about?: About): void {
    if (isFull(this.problems, this.before)) return;
    this.problems.push(problem(id, at, length, text, this.buffer, about));
  }

  message(message: Message6, state: Completeness, relays: number): void {
    const { bytes, at, end } = message;
    if (!message.hasHeader) {
      if (state === 'incomplete') return;
      const text = `The message ends after ${end - at} of ${message.headerLength} octets of its header.`;
      return this.report(PROBLEM_IDS6.malformed, at, end - at, text);
    }
    if (message.isRelay && message.hops > HOP_COUNT_LIMIT) {
      const text = `Hop count ${message.hops} is more than ${HOP_COUNT_LIMIT}, where relays must stop (RFC 9915 §7.6).`;
      this.report(PROBLEM_IDS6.malformed, at + 1, 1, text, { ofRelay: true });
    }
    this.options(bytes, at + message.headerLength, end, tableInUse(OPTIONS6, this.own), state, 0, (option, inside) => {
      if (!message.isRelay || option.code !== OPTION_RELAY_MSG) return;
      const from = option.at + OPTION_HEADER;
      if (relays + 1 > MAX_RELAYS) {
        const text = `More than ${MAX_RELAYS} relay messages stand inside one another; the innermost are not looked into.`;
        return this.report(PROBLEM_IDS6.malformed, from, option.length, text, { ofRelay: true });
      }
      this.message(Message6.read(bytes, from, from + option.length), inside, relays + 1);
    });
    if (state === 'whole' && !message.truncatedOption) this.required(message);
  }

  /** RFC 9915 §16: options that must be present. */
  private required(message: Message6): void {
    const { at, end } = message;
    for (const code of REQUIRED[message.type] ?? []) {
      if (message.has(code)) continue;
      const text = `${message.typeName} has no ${REQUIRED_NAMES[code]!} (option ${code}), which it must have.`;
      this.report(PROBLEM_IDS6.malformed, at, end - at, text);
    }
    if (message.isRelay && !message.has(OPTION_RELAY_MSG)) {
      this.report(
        PROBLEM_IDS6.malformed,
        at,
        end - at,
        `${message.typeName} carries no message (option ${OPTION_RELAY_MSG}).`,
      );
    }
  }

  private options(
    bytes: Uint8Array,
    at: number,
    end: number,
    table: OptionTable6,
    state: Completeness,
    depth: number,
    visit?: (option: RawOption6, inside: Completeness) => void,
  ): void {
    let behind = at;
    for (const option of readOptions6(bytes, at, end)) {
      if (isFull(this.problems, this.before)) return;
      const from = option.at + OPTION_HEADER;
      behind = from + option.length;
      const row = table.get(option.code);
      const name = row?.name ?? `Option ${option.code}`;
      const truncated = option.length < option.declared;
      if (truncated && state === 'whole') {
        this.report(PROBLEM_IDS6.malformed, option.at, behind - option.at, truncatedText(option, name));
      }
      const fitting = !row || fits(row.type.size, option.length);
      if (!truncated && !fitting) {
        // What vendors number anew is known by convention alone, and a rule does not judge it.
        const about =
          row === tableInUse(OPTIONS6, this.own).get(option.code) ? { option: option.code, name } : undefined;
        const text = lengthText(option, name, row.type.size);
        this.report(PROBLEM_IDS6.length, option.at, behind - option.at, text, about);
      }
      const inside = truncated ? 'incomplete' : state;
      const container = fitting && depth < MAX_DEPTH ? containerOf(row?.type) : undefined;
      if (container) {
        const value = View.of(bytes, from, option.length);
        const skip = container.nested.at(value);
        const inner = tableInUse(container.nested.table(value), this.own);
        if (skip >= 0) this.options(bytes, from + skip, behind, inner, inside, depth + 1);
      }
      visit?.(option, inside);
    }
    if (behind < end && state === 'whole') {
      this.report(PROBLEM_IDS6.malformed, behind, end - behind, remainderText(end - behind));
    }
  }
}

/**
 * Reports what is wrong with a message's structure: a header or options that run past the end, options with a length
 * that their type does not allow (including nested ones), missing identifiers, too many relays. Builds no tree.
 *
 * `cut` is how many octets after the message's end the capture's snapshot length cut off. If it is not 0, there is one
 * `snaplen-cut`, and missing octets are not treated as damage. Offsets are indexes in the message's array.
 */
export function checkMessage6(message: Message6, problems: Problem[], cut = 0, buffer = 0, own?: OwnTables): void {
  const before = problems.length;
  new Checker(problems, buffer, own).message(message, cut > 0 ? 'incomplete' : 'whole', 0);
  capProblems(problems, before, message.at, buffer);
  if (cut > 0) {
    problems.push(problem(SNAPLEN_CUT, message.at, message.end - message.at, cutText(cut), buffer));
  }
}
