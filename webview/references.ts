/** A piece of a text: words, or a reference to an RFC and one of its sections (empty for the whole RFC). */
export interface Reference {
  readonly text: string;
  readonly rfc?: number;
  readonly section?: string;
}

/** `RFC 2131 §4.1`, `RFC 2131`, or `§4.3.2` after one of them. */
const REFERENCES = /RFC (\d{1,5})(?: §([A-Z]?\d*(?:\.\d+)*))?|§([A-Z]?\d+(?:\.\d+)*)/g;

/** Splits a text into words and references to RFCs. A section alone belongs to the last RFC named. */
export function linksOf(text: string): Reference[] {
  const parts: Reference[] = [];
  let at = 0;
  let rfc: number | undefined;
  for (const match of text.matchAll(REFERENCES)) {
    const [whole, number, section, further] = match;
    if (number !== undefined) rfc = Number(number);
    if (rfc === undefined) continue;
    if (match.index > at) parts.push({ text: text.slice(at, match.index) });
    parts.push({ text: whole, rfc, section: section ?? further ?? '' });
    at = match.index + whole.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

/** The reference that was clicked, if any. */
export function clickedReference(target: EventTarget | null): { rfc: number; section: string } | undefined {
  const link = target instanceof Element ? target.closest<HTMLElement>('[data-rfc]') : null;
  return link ? { rfc: Number(link.dataset['rfc']), section: link.dataset['section'] ?? '' } : undefined;
}

/** `frame 3`, `frames 1, 2 and 4`. Numbers after them that count something else are left out, and so are numbers that begin an address. */
const FRAMES = /\bframes? \d+(?:(?:, | and )\d+(?!\w|[.:/]\w| (?:more|others?|of)\b))*/g;

/** Splits a text into words and frame numbers. */
export function framesIn(text: string): { readonly text: string; readonly frame?: number }[] {
  const parts: { text: string; frame?: number }[] = [];
  let at = 0;
  for (const { index, 0: run } of text.matchAll(FRAMES)) {
    for (const number of run.matchAll(/\d+/g)) {
      const start = index + number.index;
      parts.push({ text: text.slice(at, start) }, { text: number[0], frame: Number(number[0]) });
      at = start + number[0].length;
    }
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}
