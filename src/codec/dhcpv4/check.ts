import { hex } from '../bytes';
import { cutText, problem, SNAPLEN_CUT, type About, type Problem, type Span } from '../field';
import { Budget, capProblems, isFull, MOST_TAKEN_APART, TOO_MANY_OPTIONS } from '../limits';
import type { OptionRow } from '../option';
import { fits, type Context, type ValueType } from '../values';
import { View, type Piece } from '../view';
import { lengthProblem, reportValue } from './decoded';
import {
  CHADDR_LENGTH,
  END,
  FIXED_LENGTH,
  MAGIC_COOKIE,
  MESSAGE_TYPES,
  OFFSET,
  OPTIONS_AT,
  OVERLOAD,
  PAD,
  type Message4,
  type RawOption,
} from './message';
import { isJoined, optionName } from './options';
import { EITHER_TYPES, SERVER_TYPES } from './options/message-types';
import { decodes, reports } from './values/basic';

/** One option of a message as its value is read: a single appearance, or several joined by RFC 3396. */
export interface Group {
  readonly code: number;
  readonly row: OptionRow | undefined;
  readonly first: RawOption;
  /** Further pieces, in wire order. */
  readonly rest: RawOption[] | undefined;
}

/**
 * By option code: the 1-based position at which `groups` has put the option, or, in `checkDuplicates`, whether the
 * option has appeared. One table for all calls, because allocating one each time would cost more than the loop.
 */
const places = new Int32Array(256);

/** The options of a message. A joined option is at the position of its first piece. */
export function groups(message: Message4): Group[] {
  const out: { code: number; row: OptionRow | undefined; first: RawOption; rest: RawOption[] | undefined }[] = [];
  places.fill(0);
  for (const raw of message.options) {
    const { code } = raw;
    const place = places[code]!;
    if (place > 0) (out[place - 1]!.rest ??= []).push(raw);
    else {
      out.push({ code, row: message.rows.get(code), first: raw, rest: undefined });
      if (isJoined(code, message.rows)) places[code] = out.length;
    }
  }
  return out;
}

/** The octets of an option's value. */
export function valueOf(message: Message4, group: Group): View {
  const { first, rest } = group;
  if (!rest) return View.of(message.bytes, first.at + 2, first.length, message.buffer);
  const pieces: Piece[] = [{ offset: first.at + 2, length: first.length }];
  for (const raw of rest) pieces.push({ offset: raw.at + 2, length: raw.length });
  return View.joined(message.bytes, pieces, message.buffer);
}

/** Octets of the value, over all appearances. */
export function lengthOf({ first, rest }: Group): number {
  let { length } = first;
  if (rest) for (const raw of rest) length += raw.length;
  return length;
}

/** Code, length and value octets of one appearance. */
export function spanOf(message: Message4, raw: Pick<RawOption, 'at' | 'length'>): Span {
  const length = 2 + raw.length;
  return message.buffer ? { offset: raw.at, length, buffer: message.buffer } : { offset: raw.at, length };
}

/** Facts about the message that option values may need. */
export function contextOf(message: Message4, problems: Problem[]): Context {
  const facts = { hardwareType: message.htype, messageType: message.messageType(), op: message.op };
  const problemIds = PROBLEM_IDS4;
  return {
    problems,
    key: 'dhcp.option',
    depth: 0,
    facts,
    problemIds,
    vendorClass: () => message.text(60),
  };
}

/** Finding ids for what may be wrong in an option. */
const PROBLEM_IDS4 = { length: 'bad-option-length', malformed: 'malformed-message', value: 'bad-option-value' };

/** The guide's key for each option code. */
const KEYS = Array.from({ length: 256 }, (_, code) => `dhcp.option.${code}`);

/** The context for option `code`. */
export function optionContext(context: Context, code: number): Context {
  return { ...context, key: KEYS[code]! };
}

/**
 * Checks a message's structure and the lengths of its options and sub-options. Adds what is wrong to `problems`, each
 * at its octets. `cut` is how many octets after the message's end the snapshot length cut off; these octets are not
 * reported as missing.
 */
export function checkMessage4(message: Message4, problems: Problem[], cut: number): void {
  if (cut === 0 && message.length <= MOST_TAKEN_APART && isPlain(message)) {
    checkFixedPart(message, problems, cut);
    checkInPlace(message, problems);
    return;
  }
  const before = problems.length;
  checkStructure(message, problems, cut);
  let context: Context | undefined;
  const budget = new Budget();
  for (const group of groups(message)) {
    const { row } = group;
    const length = lengthOf(group);
    if (!budget.allows(length, 1 + (group.rest?.length ?? 0))) {
      budget.tell(problems, spanOf(message, group.first));
      continue;
    }
    if (!row) continue;
    const bad = lengthProblem(row, 'Option', length, spanOf(message, group.first));
    if (bad) problems.push(bad);
    else if (reports(row.type)) {
      context ??= contextOf(message, problems);
      checkValue(row, valueOf(message, group), optionContext(context, group.code));
    }
  }
  capProblems(problems, before, message.at, message.buffer);
}

/**
 * Whether a message's options have the usual form: complete, each only once, closed by End, in the options field alone.
 * Then their structure is right, and they need not be collected in a list.
 */
function isPlain(message: Message4): boolean {
  const { bytes, end } = message;
  if (!message.hasCookie) return false;
  places.fill(0);
  for (let at = message.at + OPTIONS_AT; at < end;) {
    const code = bytes[at]!;
    if (code === PAD) at++;
    else if (code === END) return true;
    else {
      if (code === OVERLOAD || places[code] !== 0 || at + 1 >= end) return false;
      places[code] = 1;
      at += 2 + bytes[at + 1]!;
      if (at > end) return false;
    }
  }
  return false;
}

/** Checks the lengths and values of the options of a message for which `isPlain` is true. */
function checkInPlace(message: Message4, problems: Problem[]): void {
  const { bytes } = message;
  let context: Context | undefined;
  for (let at = message.at + OPTIONS_AT; bytes[at] !== END;) {
    const code = bytes[at]!;
    if (code === PAD) {
      at++;
      continue;
    }
    const length = bytes[at + 1]!;
    const row = message.rows.get(code);
    if (row && !fits(row.type.size, length)) {
      problems.push(lengthProblem(row, 'Option', length, spanOf(message, { at, length }))!);
    } else if (row && reports(row.type)) {
      const value = View.of(bytes, at + 2, length, message.buffer);
      if (mayReport(row.type, value) || row.type.flaw?.(value) !== undefined) {
        context ??= contextOf(message, problems);
        checkValue(row, value, optionContext(context, code));
      }
    }
    at += 2 + length;
  }
}

/** Whether decoding a value of allowed length may report a problem. */
const mayReport = (type: ValueType, value: View): boolean => decodes(type) && type.sound?.(value) !== true;

/** Checks a value by decoding it. */
function checkValue(row: OptionRow, value: View, context: Context): void {
  const before = context.problems.length;
  if (mayReport(row.type, value)) row.type.decode(value, context);
  reportValue(row, value, context, before);
}

/** The part of `checkMessage4` that does not look at option values. */
export function checkStructure(message: Message4, problems: Problem[], cut: number): void {
  const report = checkFixedPart(message, problems, cut);
  checkAreas(message, cut, report);
  checkDuplicates(message, problems, report);
}

/** Checks everything before the options, and op against option 53. Returns the function that adds to `problems`. */
function checkFixedPart(message: Message4, problems: Problem[], cut: number): Report {
  const { at, end, length } = message;
  const report: Report = (id, from, size, text, about) => {
    problems.push(problem(id, from, size, text, message.buffer, about));
  };
  if (cut > 0) {
    report(SNAPLEN_CUT, end, 0, cutText(cut));
  }
  if (!message.hasFixedPart) {
    if (cut === 0) {
      const text = `The message has ${length} octet${length === 1 ? '' : 's'}, but its fixed part alone has ${FIXED_LENGTH}.`;
      report('malformed-message', at, length, text);
    }
  } else if (!message.hasCookie && cookieExpected(message, cut)) {
    const size = Math.min(4, length - FIXED_LENGTH);
    const found = hex(message.bytes, at + FIXED_LENGTH, size);
    const text = `Options follow, but the magic cookie before them is 0x${found}, not 0x${MAGIC_COOKIE.toString(16)}.`;
    report('malformed-message', at + FIXED_LENGTH, size, text);
  }
  if (message.hlen > CHADDR_LENGTH) {
    const text = `Hardware address length ${message.hlen} is more than the ${CHADDR_LENGTH} octets that chaddr has.`;
    report('malformed-message', at + OFFSET.hlen, 1, text);
  }
  const reserved = message.flags & 0x7fff;
  if (reserved !== 0) {
    const text = `Flag bits other than Broadcast are set (0x${reserved.toString(16).padStart(4, '0')}); they must be zero.`;
    report('reserved-flags', at + OFFSET.flags, 2, text);
  }
  checkOp(message, report);
  return report;
}

type Report = (id: string, from: number, size: number, text: string, about?: About) => void;

/**
 * Whether options were probably intended although the magic cookie is missing: the message ends with the beginning of a
 * cookie, or what follows reads as DHCP options with a message type. Without a cookie, BOOTP's vendor area may hold
 * anything (RFC 951 §3).
 */
function cookieExpected(message: Message4, cut: number): boolean {
  const { bytes, at, length } = message;
  const have = length - FIXED_LENGTH;
  if (have < 4) return have > 0 && cut === 0 && bytes[at + FIXED_LENGTH] === MAGIC_COOKIE >>> 24;
  for (let i = at + OPTIONS_AT; i + 1 < message.end;) {
    const code = bytes[i]!;
    if (code === 255) return false;
    if (code === 0) i++;
    else if (code === 53)
      return bytes[i + 1] === 1 && i + 2 < message.end && MESSAGE_TYPES[bytes[i + 2]!] !== undefined;
    else i += 2 + bytes[i + 1]!;
  }
  return false;
}

function checkOp(message: Message4, report: Report): void {
  const type = message.messageType();
  if (type === undefined || MESSAGE_TYPES[type] === undefined || EITHER_TYPES.has(type)) return;
  const fromServer = SERVER_TYPES.has(type);
  if (message.op !== (fromServer ? 1 : 2)) return;
  const name = MESSAGE_TYPES[type];
  const text = fromServer
    ? `op says request (1), but option 53 says ${name}, which only servers send.`
    : `op says reply (2), but option 53 says ${name}, which servers do not send.`;
  report('op-type-mismatch', message.at + OFFSET.op, 1, text);
}

function checkAreas(message: Message4, cut: number, report: Report): void {
  for (const truncated of message.truncatedOptions) {
    // Octets after the end of the options field may be missing only in the capture. `file` and `sname` lie inside the message.
    if (cut > 0 && truncated.area === 'options') continue;
    const end = areaEnd(message, truncated.area);
    const about = { option: truncated.code, name: optionName(truncated.code, message.rows) };
    const what = `Option ${about.option} (${about.name})`;
    const text =
      truncated.at + 2 > end
        ? `${what} ends before its length octet.`
        : `${what} says it has ${truncated.declared} octets, but only ${truncated.available} are left.`;
    report('malformed-message', truncated.at, end - truncated.at, text, about);
  }
  for (const area of message.areas) {
    if (area.unread) report('oversized-options', area.stop, area.end - area.stop, TOO_MANY_OPTIONS);
    if (area.endAt >= 0 || area.stop < area.end || (cut > 0 && area.area === 'options')) continue;
    let last: RawOption | undefined;
    for (const raw of message.options) if (raw.area === area.area) last = raw;
    // Nothing but padding, so there is no option for End to close.
    if (!last) continue;
    // Only DHCP requires End to close the options (RFC 2131 §4.1). In BOOTP's vend field (RFC 1497), padding may close
    // them too.
    if (message.messageType() === undefined && last.at + 2 + last.length < area.end) continue;
    const where = area.area === 'options' ? 'The options' : `The options in ${area.area}`;
    report('missing-end-option', last.at, 2 + last.length, `${where} are not closed by End (option 255).`);
  }
}

function areaEnd(message: Message4, name: string): number {
  for (const area of message.areas) if (area.area === name) return area.end;
  return message.end;
}

function checkDuplicates(message: Message4, problems: readonly Problem[], report: Report): void {
  places.fill(0);
  const before = problems.length;
  for (const raw of message.options) {
    if (isJoined(raw.code, message.rows)) continue;
    if (places[raw.code] !== 0) {
      const name = optionName(raw.code, message.rows);
      const text = `Option ${raw.code} (${name}) appears again; its values are not joined, and the first counts.`;
      report('duplicate-option', raw.at, 2 + raw.length, text, { option: raw.code, name });
    }
    places[raw.code] = 1;
    if (isFull(problems, before)) return;
  }
}
