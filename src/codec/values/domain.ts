import { concat, decodeText, encodeText, hex, printable } from '../bytes';
import { problem, type Data, type Field } from '../field';
import type { View } from '../view';
import { readsAsText } from './text-or-octets';
import { atLeast, cannotEncode, leftover, type Context, type Size, type ValueType } from './type';

/**
 * Domain names in DNS wire format (RFC 1035 §3.1): labels, each preceded by its length octet, terminated by an empty
 * label. DHCPv6 forbids compression pointers (RFC 9915 §10); DHCPv4's domain search list uses them (RFC 3397 §2).
 *
 * In text, labels are joined by dots. A dot inside a label is written `\.`, a backslash `\\`, and invisible characters
 * as `printable` writes them; octets that are not UTF-8 are written `\xNN`. The root, which has no label, is `.`.
 */

/** A label has at most 63 octets, a name at most 255 including all length octets (RFC 1035 §2.3.4). */
const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;
/** A name of 255 octets has at most 127 labels, so it never needs more pointers than this. */
const MOST_POINTERS = 127;
/** Most names shown of one list. With pointers, a list could be much longer than its octets. */
const MOST_NAMES = 2000;

/** The result of `readDomainName`. */
export interface DomainName {
  /** The name as text (see above), already `printable`. If there is a problem, the part that could be read. */
  readonly name: string;
  /** Index in the view after the name's octets. If a pointer was followed, this is the index after the pointer. */
  readonly end: number;
  /** Whether the name ended with its empty label (or a pointer); false for a partial name (RFC 4704 §4.2). */
  readonly complete: boolean;
  /**
   * What is wrong with the name, in words. A name that is only not `complete` has no problem, because the caller knows
   * whether it must be complete.
   */
  readonly problem?: string;
  /** Whether the problem is a wrong compression pointer. */
  readonly pointer?: boolean;
}

/**
 * Reads the domain name at `at`. With `compression`, pointers (RFC 1035 §4.1.4) count from the view's first octet and
 * may only point backwards, so that no name can loop. Never throws, never reads past the view.
 */
export function readDomainName(view: View, at: number, options: { readonly compression?: boolean } = {}): DomainName {
  let name = '';
  let octets = 1; // the empty label at the end
  let i = at;
  let end = -1;
  let pointers = 0;
  let lowest = at;
  const stop = (complete: boolean, text?: string, pointer = false): DomainName => ({
    name: complete && name === '' ? '.' : name,
    end: end >= 0 ? end : Math.min(i, view.length),
    complete,
    ...(text !== undefined ? { problem: text } : {}),
    ...(pointer ? { pointer } : {}),
  });
  while (i < view.length) {
    const length = view.u8(i);
    if (length === 0) {
      i++;
      return stop(true);
    }
    if (length >= 0xc0) {
      if (!options.compression) return stop(false, 'A compression pointer stands where none is allowed.', true);
      if (i + 2 > view.length) return stop(false, 'A compression pointer is cut short.', true);
      const target = view.u16(i) & 0x3fff;
      if (end < 0) end = i + 2;
      if (target >= lowest || ++pointers > MOST_POINTERS) {
        return stop(false, `A compression pointer points to octet ${target}, which is not before the name.`, true);
      }
      lowest = i = target;
      continue;
    }
    if (length > LONGEST_LABEL)
      return stop(false, `A label’s length octet is 0x${hex(view.bytes, view.start + i, 1)}.`);
    if (i + 1 + length > view.length) {
      return stop(false, `A label of ${length} octets runs past the end, where ${view.length - i - 1} are left.`);
    }
    octets += 1 + length;
    if (octets > LONGEST_NAME) return stop(false, `The name is longer than ${LONGEST_NAME} octets.`);
    const label = labelText(view.bytes, view.start + i + 1, length);
    name = name === '' ? label : `${name}.${label}`;
    i += 1 + length;
  }
  return stop(false);
}

/** A label as text, in the form described above. */
function labelText(bytes: Uint8Array, at: number, length: number): string {
  let plain = true;
  for (let i = at; i < at + length; i++) {
    const octet = bytes[i]!;
    if (octet < 0x21 || octet > 0x7e || octet === 0x2e || octet === 0x5c) plain = false;
  }
  if (plain) return String.fromCharCode(...bytes.subarray(at, at + length));
  const text = decodeText(bytes, at, length);
  // Not UTF-8, or has C1 controls, which `printable` would write as if they were single octets.
  const octetwise = /[\u0080-\u009f]/.test(text) || encodeText(text).length !== length;
  if (!octetwise) return printable(text).replaceAll('.', '\\.');
  let out = '';
  for (let i = at; i < at + length; i++) {
    const octet = bytes[i]!;
    if (octet >= 0x80) out += `\\x${hex(bytes, i, 1)}`;
    else out += octet === 0x2e ? '\\.' : printable(String.fromCharCode(octet));
  }
  return out;
}

/** Whether the text ends with a dot that is not escaped. */
function endsWithDot(text: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\.$/.test(text);
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '0': 0 };

/**
 * Converts a name from text to octets, not compressed, with the empty label at the end unless `partial`. Throws
 * RangeError if the text is not a domain name: an empty label, a label above 63 octets, a name above 255.
 */
export function writeDomainName(text: string, partial = false): Uint8Array {
  const labels: Uint8Array[] = [];
  const wrong = (): never => cannotEncode('a domain name', text);
  let label: Uint8Array[] = [];
  const close = (): void => {
    const octets = concat(label);
    if (octets.length === 0 || octets.length > LONGEST_LABEL) wrong();
    labels.push(Uint8Array.of(octets.length), octets);
    label = [];
  };
  // Escapes, dots, and runs of anything else.
  const tokens = /\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\u\{([0-9a-f]+)\}|\\([nrt0.\\])|([^\\.]+)|\./gu;
  if (text !== '.' && text !== '') {
    const source = endsWithDot(text) ? text.slice(0, -1) : text;
    let last = 0;
    for (const token of source.matchAll(tokens)) {
      if (token.index !== last) wrong();
      last = token.index + token[0].length;
      const [, octet, unit, point, simple, plain] = token;
      if (octet !== undefined) label.push(Uint8Array.of(parseInt(octet, 16)));
      else if (unit !== undefined) label.push(encodeText(String.fromCodePoint(parseInt(unit, 16))));
      else if (point !== undefined && parseInt(point, 16) <= 0x10ffff)
        label.push(encodeText(String.fromCodePoint(parseInt(point, 16))));
      else if (simple !== undefined) label.push(Uint8Array.of(ESCAPES[simple] ?? simple.charCodeAt(0)));
      else if (plain !== undefined) label.push(encodeText(plain));
      else close();
    }
    if (last !== source.length) wrong();
    close();
  }
  if (!partial) labels.push(Uint8Array.of(0));
  const out = concat(labels);
  return out.length > LONGEST_NAME ? wrong() : out;
}

export interface DomainOptions {
  /** Whether pointers are followed. If not, a pointer is a problem (RFC 9915 §10). */
  readonly compression?: boolean;
  /**
   * Whether a name may lack its terminating empty label (RFC 4704 §4.2). Data: the text ends with a dot if the name is
   * complete.
   */
  readonly partial?: boolean;
  readonly name?: string;
  /** Why encoded labels are required, for the problem text when there is plain text instead. */
  readonly due?: string;
}

/** Reports what is wrong with a name. A bad pointer is reported as damage, everything else as a value that RFC 1035 forbids. */
function complain(context: Context, view: View, at: number, length: number, text: string, pointer = false): void {
  const span = view.spans(at, length)[0]!;
  const { malformed = 'malformed-message', value = malformed } = context.problemIds ?? {};
  context.problems.push(problem(pointer ? malformed : value, span.offset, span.length, text, span.buffer));
}

/**
 * The problem text for plain text in place of encoded labels, a common configuration error; undefined if the octets are
 * not plain text.
 */
export function plainText(
  view: View,
  due = 'where labels in DNS wire format are due (RFC 1035 §3.1)',
): string | undefined {
  let end = view.length;
  while (end > 0 && view.u8(end - 1) === 0) end--;
  const text = view.sub(0, end);
  if (!readsAsText(text)) return undefined;
  const shown = printable(decodeText(text.bytes, text.start, text.length));
  return `the name is plain text “${shown}”, ${due}.`;
}

/** As `plainText`, but only if the protocol has a finding of its own for wrong values. */
const asPlain = (view: View, { problemIds }: Context, { due }: DomainOptions): string | undefined =>
  problemIds?.value === undefined ? undefined : plainText(view, due);

/** One domain name. Data: the name as text. */
export function domainName(options: DomainOptions = {}): ValueType {
  const size: Size = options.partial ? atLeast(0) : atLeast(1);
  return {
    name: options.name ?? 'domain name',
    size,
    decode(view, context) {
      const read = readDomainName(view, 0, options);
      const damage = read.problem ?? (read.complete || options.partial ? undefined : 'The name has no end.');
      const wrong = damage === undefined ? undefined : (asPlain(view, context, options) ?? damage);
      if (wrong !== undefined) complain(context, view, 0, view.length, wrong, read.pointer);
      const children: Field[] = [];
      if (read.end < view.length) {
        if (wrong === undefined)
          complain(context, view, read.end, view.length - read.end, 'Octets follow the end of the name.');
        const shown = { key: context.key, ...(wrong !== undefined ? { problem: wrong } : {}) };
        if (read.end > 0) children.push(view.field(0, read.end, 'Name', read.name, shown));
        children.push(leftover(view, read.end));
      }
      const data = options.partial && read.complete && read.name !== '.' ? `${read.name}.` : read.name;
      return { data, value: data, text: data === '' ? '(empty)' : data, ...(children.length > 0 ? { children } : {}) };
    },
    encode(data) {
      if (typeof data !== 'string') return cannotEncode('a domain name', data);
      if (!options.partial) return writeDomainName(data);
      return writeDomainName(data, !endsWithDot(data));
    },
  };
}

/** A list of one or more domain names. Data: an array of texts. */
export function domainList(options: DomainOptions = {}): ValueType {
  return {
    name: options.name ?? 'list of domain names',
    size: atLeast(1),
    decode(view, context) {
      const names: string[] = [];
      const children: Field[] = [];
      let at = 0;
      while (at < view.length && names.length < MOST_NAMES) {
        const read = readDomainName(view, at, options);
        const damage = read.problem ?? (read.complete ? undefined : 'The name has no end.');
        const wrong = damage === undefined || at > 0 ? damage : (asPlain(view, context, options) ?? damage);
        const end = Math.max(read.end, at);
        if (wrong !== undefined) complain(context, view, at, (end > at ? end : view.length) - at, wrong, read.pointer);
        if (end === at) break;
        names.push(read.name);
        children.push(
          view.field(at, end - at, 'Domain name', read.name, {
            key: context.key,
            ...(wrong !== undefined ? { problem: wrong } : {}),
          }),
        );
        at = end;
        // After a damaged name, the start of the next is unknown, unless the damaged one ended at a pointer.
        if (read.problem !== undefined && !(options.compression && view.u8(end - 2) >= 0xc0)) break;
      }
      if (at < view.length) children.push(leftover(view, at));
      const data: Data[] = names;
      return { data, value: names.join(', '), children };
    },
    encode(data) {
      if (!Array.isArray(data)) return cannotEncode('a list of domain names', data);
      return concat(
        data.map((name) => (typeof name === 'string' ? writeDomainName(name) : cannotEncode('a domain name', name))),
      );
    },
  };
}
