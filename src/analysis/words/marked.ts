/** A part of a finding's text: words, or something to type. */
export interface Part {
  readonly text: string;
  readonly code: boolean;
}

/** Splits a text at its backticks into words and things to type. A backtick without a partner stays as it is. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(/`([^`]+)`/g)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), code: false });
    parts.push({ text: match[1]!, code: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), code: false });
  return parts;
}
