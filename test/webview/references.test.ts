import assert from 'node:assert/strict';
import test from 'node:test';
import { framesIn, linksOf } from '../../webview/references';

/** The references of a text, as `text → rfc#section`. */
const told = (text: string): string[] =>
  linksOf(text).flatMap((part) => (part.rfc === undefined ? [] : [`${part.text} → ${part.rfc}#${part.section}`]));

test('a reference leads to its RFC and section, and a section by itself to the RFC named last', () => {
  assert.deepEqual(told('RFC 2131 §3.1, §4.3.2; RFC 1122 §3.3.1'), [
    'RFC 2131 §3.1 → 2131#3.1',
    '§4.3.2 → 2131#4.3.2',
    'RFC 1122 §3.3.1 → 1122#3.3.1',
  ]);
  assert.deepEqual(told('RFC 2131 §2 figure 2, RFC 951'), ['RFC 2131 §2 → 2131#2', 'RFC 951 → 951#']);
  assert.deepEqual(told('see RFC 4578 §2.1.'), ['RFC 4578 §2.1 → 4578#2.1']);
});

test('what is no reference stays as it is, and nothing of the text is lost', () => {
  for (const text of ['§4 of nothing', 'IEEE 802.1Q', 'RFC 2131 §4.1: “the client”', '', 'RFC']) {
    assert.equal(
      linksOf(text)
        .map((part) => part.text)
        .join(''),
      text,
    );
  }
  assert.deepEqual(told('§4 of nothing, IEEE 802.1Q'), []);
});

test('numbers of frames lead to them, other numbers beside them do not', () => {
  const frames = (text: string): (number | undefined)[] =>
    framesIn(text).flatMap(({ frame }) => (frame === undefined ? [] : [frame]));
  assert.deepEqual(
    frames('The OFFER in frame 2 gives 10.0.0.1; the client (frames 1, 2, 3 and 14, within 9.1 s)'),
    [2, 1, 2, 3, 14],
  );
  assert.deepEqual(frames('frames 1, 2 and 5 more, 4 frames, frame relay 3'), [1, 2]);
  // Neither an address, nor a hardware address, nor a time is a frame.
  assert.deepEqual(
    frames('frame 2, 10.67.0.0/24, frame 3, 02:67:00:00:00:01, frame 4, 15s, frames 5 and 6.'),
    [2, 3, 4, 5, 6],
  );
  const text = 'in frame 2 and frame 30.';
  assert.equal(
    framesIn(text)
      .map((part) => part.text)
      .join(''),
    text,
  );
});
