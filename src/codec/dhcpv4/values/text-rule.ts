import type { View } from '../../view';

/** Control characters that do not belong in text: C0 except tab and line ends, and DEL. */
const isControl = (octet: number): boolean =>
  octet === 0x7f || (octet < 0x20 && octet !== 0x09 && octet !== 0x0a && octet !== 0x0d);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Why octets are not text; undefined if they are. RFC 2132 §2 requires NVT ASCII; UTF-8 and trailing NULs are tolerated. */
export function notText(view: View): string | undefined {
  let end = view.length;
  while (end > 0 && view.u8(end - 1) === 0) end--;
  let high = false;
  for (let i = 0; i < end; i++) {
    const octet = view.u8(i);
    if (isControl(octet))
      return `octet ${i + 1} of the text is 0x${view.hex(i, 1)}, which is no character of a text (${shownOctets(view)}).`;
    if (octet >= 0x80) high = true;
  }
  if (!high) return undefined;
  try {
    utf8.decode(view.sub(0, end).octets());
    return undefined;
  } catch {
    return `its octets (${shownOctets(view)}) are no text: neither ASCII nor UTF-8.`;
  }
}

/** The first octets of a value, for use in a sentence. */
const shownOctets = (view: View): string =>
  `${view.hex(0, Math.min(view.length, SHOWN_OCTETS), ' ')}${view.length > SHOWN_OCTETS ? ' …' : ''}`;
const SHOWN_OCTETS = 16;
