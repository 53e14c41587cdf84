import { u16, u32 } from '../../codec/bytes';
import type { HexText } from './form';

/** Base64 of something that may be a packet; undefined otherwise. */
export function parseBase64(text: string): HexText | undefined {
  const start = text.search(/\S/);
  const digits = text.replace(/\s+/g, '').replace(/-/g, '+').replace(/_/g, '/');
  if (digits.length < 40 || !/^[A-Za-z0-9+/]+={0,2}$/.test(digits)) return undefined;
  let binary: string;
  try {
    binary = atob(digits);
  } catch {
    return undefined;
  }
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  if (!isPlausible(bytes)) return undefined;
  return { packets: [{ bytes, line: text.slice(0, start).split('\n').length }], form: 'base64' };
}

const ETHERTYPES = new Set([0x0800, 0x0806, 0x8035, 0x8100, 0x86dd, 0x88a8]);

/** Any text of letters could be base64: only what begins like a packet is taken for one. */
function isPlausible(bytes: Uint8Array): boolean {
  if (bytes.length < 28) return false;
  if (ETHERTYPES.has(u16(bytes, 12))) return true;
  const ipv4 = bytes[0]! >> 4 === 4 && (bytes[0]! & 15) >= 5 && u16(bytes, 2) <= bytes.length && u16(bytes, 2) >= 28;
  const ipv6 = bytes[0]! >> 4 === 6 && bytes.length >= 48 && u16(bytes, 4) + 40 <= bytes.length;
  const dhcp = bytes.length >= 240 && u32(bytes, 236) === 0x63825363;
  const dhcpv6 = bytes[0]! >= 1 && bytes[0]! <= 13 && u16(bytes, 4) <= 3 && u16(bytes, 6) <= bytes.length - 8;
  return ipv4 || ipv6 || dhcp || dhcpv6;
}
