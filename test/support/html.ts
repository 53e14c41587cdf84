import assert from 'node:assert/strict';

/** Elements without an end (HTML §13.1.2). */
const VOID = new Set(['meta', 'link', 'br', 'hr']);

/**
 * A whole document in which every tag that is opened is closed, everything else is text, nothing runs, and nothing is fetched from
 * elsewhere.
 */
export function assertHtml(text: string, name: string): void {
  assert.match(text, /^<!DOCTYPE html>\n<html lang="en">\n/, name);
  const body = text.replace(/^<!DOCTYPE html>/, '').replace(/<style>[^<]*<\/style>/, '');
  const open: string[] = [];
  const between = body.replace(/<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>/g, (_, close, tag: string) => {
    if (close) assert.equal(open.pop(), tag, name);
    else if (!VOID.has(tag)) open.push(tag);
    return '';
  });
  assert.deepEqual(open, [], name);
  // What is no tag is text: a bare `<`, or an `&` that begins no reference, would be read as something else.
  assert.doesNotMatch(between, /[<>]|&(?!(?:amp|lt|gt|quot);)/, name);
  const tags = body.match(/<[^>]*>/g) ?? [];
  for (const tag of tags)
    assert.doesNotMatch(
      tag,
      /^<(?:script|img|iframe|object|embed|form|base)\b|\s(?:on[a-z]+|src|style)=|javascript:|https?:|\/\//i,
    );
  assert.match(
    text,
    /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '[^"]*'">/,
    name,
  );
}
