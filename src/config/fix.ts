import { addressText, parseAddress, type Address, type Range } from './address';
import type { Fix } from './model';
import { textOf, type Span } from './source';

/** A fix that replaces the text at one place. */
export const write = (span: Span, text: string): Fix => ({ title: `Write ${text}`, edits: [{ span, text }] });

/** A fix that replaces a mistyped name with the nearest known one. No fix if no name is near. */
export const rename = (span: Span, near: string | undefined): { readonly fix?: Fix } =>
  near === undefined ? {} : { fix: write(span, near) };

/** The addresses in a text, with their places. */
function* addressesIn(span: Span): Generator<{ readonly address: Address; readonly span: Span }> {
  for (const match of textOf(span).matchAll(/[\da-fA-F:.]+/g)) {
    const address = parseAddress(match[0]);
    const start = span.start + match.index;
    if (address) yield { address, span: span.file.span(start, start + match[0].length) };
  }
}

/** A fix that replaces an address in a statement. No fix if the statement writes the address in another form. */
export function writeAddress(span: Span, from: Address, to: bigint): { readonly fix?: Fix } {
  for (const { address, span: place } of addressesIn(span))
    if (address.family === from.family && address.value === from.value)
      return { fix: write(place, addressText(from.family, to)) };
  return {};
}

/** A fix that swaps the two ends of a range. No fix unless the text holds both, in this order. */
export function swapEnds(span: Span, { first, last }: Range): { readonly fix?: Fix } {
  const [a, b] = addressesIn(span);
  if (!a || !b || a.address.value !== first || b.address.value !== last) return {};
  const edits = [
    { span: a.span, text: textOf(b.span) },
    { span: b.span, text: textOf(a.span) },
  ];
  return { fix: { title: 'Write the lower address first', edits } };
}
