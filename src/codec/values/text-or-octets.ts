import { decodeText, encodeText, parseHex, printable } from '../bytes';
import type { Data } from '../field';
import { atLeast, cannotEncode, type Decoded, type Size, type ValueType } from './type';
import type { View } from '../view';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whether octets are readable text: UTF-8 without control, invisible or reordering characters. Empty octets are not text. */
export function readsAsText(view: View): boolean {
  if (view.length === 0) return false;
  let high = false;
  for (let i = 0; i < view.length; i++) {
    const octet = view.u8(i);
    if (octet < 0x20 || octet === 0x7f) return false;
    if (octet >= 0x80) high = true;
  }
  if (!high) return true;
  try {
    const text = utf8.decode(view.octets());
    return printable(text) === text.replace(/\\/g, '\\\\');
  } catch {
    return false;
  }
}

/** Reads octets as text if they are readable text, else as hex digits. Data: a string, or `{hex}`. */
export function readTextOrOctets(view: View): Decoded {
  if (readsAsText(view)) {
    const data = decodeText(view.bytes, view.start, view.length);
    const value = printable(data);
    return { data, value, text: `“${value}”` };
  }
  const hex = view.hex();
  return { data: { hex }, value: hex, text: view.length === 0 ? '(empty)' : view.hex(0, view.length, ' ') };
}

/** Writes the data that `readTextOrOctets` returns. Throws RangeError on other data. */
export function writeTextOrOctets(data: Data): Uint8Array {
  if (typeof data === 'string') return encodeText(data);
  if (data !== null && typeof data === 'object' && !Array.isArray(data) && typeof data.hex === 'string') {
    const octets = parseHex(data.hex);
    if (octets) return octets;
  }
  return cannotEncode('text or {hex}', data);
}

/** Octets that are usually text, though nothing requires it. Data: a string, or `{hex}`. */
export function textOrOctets(size: Size = atLeast(1)): ValueType {
  return { name: 'text or octets', size, decode: readTextOrOctets, encode: writeTextOrOctets };
}
