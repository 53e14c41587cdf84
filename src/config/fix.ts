import { addressText, parseAddress, type Address, type Range } from './address';
import type { Fix } from './model';
import { textOf, type Span } from './source';

/** A fix that writes something else at one place. */
export const write = (span: Span, text: string): Fix => ({ title: `Write ${text}`, edits: [{ span, text }] });

/** A fix that writes another of several names, which is nearest to the one that stands there. */
export const rename = (span: Span, near: string | undefined): { readonly fix?: Fix } =>
  near === undefined ? {} : { fix: write(span, near) };

/** The addresses in a text, each with its place. */
function* addressesIn(span: Span): Generator<{ readonly address: Address; readonly span: Span }> {
  for (const match of textOf(span).matchAll(/[\da-fA-F:.]+/g)) {
    const address = parseAddress(match[0]);
    const start = span.start + match.index;
    if (address) yield { address, span: span.file.span(start, start + match[0].length) };
  }
}

/** Puts another address in the place of one that stands in a statement; nothing where it stands there in another form. */
export function writeAddress(span: Span, from: Address, to: bigint): { readonly fix?: Fix } {
  for (const { address, span: place } of addressesIn(span))
    if (address.family === from.family && address.value === from.value)
      return { fix: write(place, addressText(from.family, to)) };
  return {};
}

/** Lets the ends of a range change places; nothing where they do not both stand in its text. */
export function swapEnds(span: Span, { first, last }: Range): { readonly fix?: Fix } {
  const [a, b] = addressesIn(span);
  if (!a || !b || a.address.value !== first || b.address.value !== last) return {};
  const edits = [
    { span: a.span, text: textOf(b.span) },
    { span: b.span, text: textOf(a.span) },
  ];
  return { fix: { title: 'Write the lower address first', edits } };
}
