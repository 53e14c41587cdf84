import { decodeText, parseIpv4 } from '../../bytes';
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

/** The octets of the shortest address as text. */
const SHORTEST = 7;

/** The addresses in a value that is their text and not their octets; none if it is no such text. */
export function addressesInText(view: View): readonly string[] {
  const first = view.length < SHORTEST ? 0 : view.u8(0);
  if (first < 0x30 || first > 0x39) return [];
  const parts = decodeText(view.octets(), 0, view.length)
    .replace(/\0+$/, '')
    .split(/[\s,;]+/);
  return parts.every((part) => parseIpv4(part) !== undefined) ? parts : [];
}

/** Why octets are no list of addresses, though there are four for each; undefined if they can be. */
export function notAddresses(view: View): string | undefined {
  const written = view.length % 4 === 0 ? addressesInText(view) : [];
  return written.length === 0
    ? undefined
    : `it has the characters “${written.join(', ')}”, and not the four octets of an address.`;
}

/** The first octets of a value, for use in a sentence. */
const shownOctets = (view: View): string =>
  `${view.hex(0, Math.min(view.length, SHOWN_OCTETS), ' ')}${view.length > SHOWN_OCTETS ? ' …' : ''}`;
const SHOWN_OCTETS = 16;
