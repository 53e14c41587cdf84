import type { View } from '../../view';

/** Controls that are no text: all of C0 but tab and the ends of lines, and DEL. */
const isControl = (octet: number): boolean =>
  octet === 0x7f || (octet < 0x20 && octet !== 0x09 && octet !== 0x0a && octet !== 0x0d);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Why octets are no text (RFC 2132 §2 wants NVT ASCII; UTF-8 is let pass, and so are NULs at the end); undefined where they are. */
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

/** The first octets of a value, for a sentence. */
const shownOctets = (view: View): string =>
  `${view.hex(0, Math.min(view.length, SHOWN_OCTETS), ' ')}${view.length > SHOWN_OCTETS ? ' …' : ''}`;
const SHOWN_OCTETS = 16;
