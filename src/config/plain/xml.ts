import type { SourceFile, Span } from '../source';

/** An XML element with its place. */
export interface XmlElement {
  readonly name: string;
  readonly span: Span;
  readonly children: readonly XmlElement[];
  /** The text of an element without children, trimmed. */
  readonly text: string;
  readonly textSpan: Span;
}

interface Open {
  readonly name: string;
  readonly start: number;
  readonly inside: number;
  readonly children: XmlElement[];
}

/** Elements nested deeper than this are ignored. */
const DEEPEST = 64;

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Resolves XML entities such as `&amp;`. Only entities for single characters are supported. */
export const plain = (text: string): string =>
  text.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|\w+);/gi, (whole, name: string) => {
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : name.startsWith('#') ? Number(name.slice(1)) : NaN;
    if (!Number.isNaN(code)) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return ENTITIES[name] ?? whole;
  });

/**
 * Parses an XML file into elements and their text. Ignores attributes, comments and declarations, and resolves no external entities. Calls
 * `problem` for elements that are unclosed, or closed without being open.
 */
export function parseXml(file: SourceFile, problem: (span: Span, text: string) => void): XmlElement[] {
  const { text } = file;
  const top: XmlElement[] = [];
  const stack: Open[] = [];
  const close = (end: number, textEnd: number): void => {
    const one = stack.pop()!;
    const raw = text.slice(one.inside, textEnd);
    const inner = raw.trim();
    const from = one.inside + (raw.length - raw.trimStart().length);
    const element: XmlElement = {
      name: one.name,
      span: file.span(one.start, end),
      children: one.children,
      text: one.children.length === 0 ? plain(inner) : '',
      textSpan: file.span(from, from + inner.length),
    };
    (stack.at(-1)?.children ?? top).push(element);
  };
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    if (text.startsWith('<!--', at)) {
      const end = text.indexOf('-->', at);
      at = end === -1 ? text.length : end + 3;
      continue;
    }
    const end = text.indexOf('>', at);
    if (end === -1) {
      problem(file.span(at, at + 1), 'A tag that begins here has no end.');
      break;
    }
    const tag = text.slice(at + 1, end);
    const name = /^\/?([\w:.-]+)/.exec(tag)?.[1];
    if (name === undefined || tag.startsWith('?') || tag.startsWith('!')) {
      at = end + 1;
      continue;
    }
    if (tag.startsWith('/')) {
      const open = stack.findLastIndex((one) => one.name === name);
      if (open === -1) problem(file.span(at, end + 1), `</${name}> closes what is not open.`);
      else {
        if (open < stack.length - 1)
          problem(file.span(stack.at(-1)!.start, stack.at(-1)!.inside), `<${stack.at(-1)!.name}> is not closed.`);
        while (stack.length > open) close(end + 1, at);
      }
    } else if (stack.length < DEEPEST) {
      stack.push({ name, start: at, inside: end + 1, children: [] });
      if (tag.endsWith('/')) close(end + 1, end + 1);
    }
    at = end + 1;
  }
  if (stack.length > 0)
    problem(file.span(stack.at(-1)!.start, stack.at(-1)!.inside), `<${stack.at(-1)!.name}> is not closed.`);
  while (stack.length > 0) close(text.length, text.length);
  return top;
}
