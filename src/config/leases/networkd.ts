import { parseTree, type Node, type ParseError } from 'jsonc-parser';
import { decodeText, formatMac, hex, ipv4ToText, u32 } from '../../codec/bytes';
import { SourceFile } from '../source';
import type { LeaseBook } from './book';
import type { LeaseReader, LeaseTime, Place } from './model';
import { whole } from './whole';

/** Values stand so deep in each other at most: the parser recurses. */
const DEEPEST = 64;
const FOREVER = 2 ** 63;

/** `dhcp-server-lease/INTERFACE` of systemd-networkd: one JSON object with the leases of its DHCP server. */
export const networkdServer = (book: LeaseBook): LeaseReader =>
  whole('networkd-server', book, (octets) => readServer(decodeText(octets, 0, octets.length), book));

function readServer(text: string, book: LeaseBook): void {
  book.rules = { whole: true };
  const file = new SourceFile('', text);
  book.line = file.lines;
  const place = (from: number, length: number): Place => {
    const end = file.position(from + length);
    return { ...file.position(from), endLine: end.line, endColumn: end.column };
  };
  if (tooDeep(text)) {
    book.problem(
      'damaged-record',
      place(0, 1),
      'This is no file of systemd-networkd',
      `Values stand more than ${DEEPEST} deep in each other.`,
    );
    return;
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors);
  const leases = root && member(root, 'Leases');
  for (const node of leases?.children ?? []) readLease(node, book, place(node.offset, node.length));
  const error = errors[0];
  if (!error) return;
  const ended = error.offset >= text.trimEnd().length;
  book.problem(
    ended ? 'truncated-last-record' : 'damaged-record',
    place(error.offset, error.length),
    ended ? 'The file ends inside a record' : 'Something here is no JSON',
    'All leases that are whole are listed. systemd-networkd reads none of such a file.',
  );
}

/** Whether brackets stand too deep in each other, strings left out. */
function tooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === 92) i++;
      else if (code === 34) quoted = false;
    } else if (code === 34) quoted = true;
    else if (code === 91 || code === 123) {
      if (++depth > DEEPEST) return true;
    } else if (code === 93 || code === 125) depth--;
  }
  return false;
}

function member(node: Node, name: string): Node | undefined {
  const property = node.children?.find((child) => child.type === 'property' && child.children?.[0]?.value === name);
  return property?.children?.[1];
}

/** Octets as an array of numbers. */
function octetsOf(node: Node | undefined): Uint8Array | undefined {
  if (node?.type !== 'array') return undefined;
  const values = (node.children ?? []).map((child): unknown => child.value);
  const right = values.every(
    (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255,
  );
  return right ? Uint8Array.from(values as number[]) : undefined;
}

function readLease(node: Node, book: LeaseBook, place: Place): void {
  const address = octetsOf(member(node, 'Address'));
  if (address?.length !== 4) {
    // A lease that the end of the file cuts has not come to its address; the error of the parser tells it.
    if (member(node, 'ExpirationRealtimeUSec')) book.badAddress(String(member(node, 'Address')?.value), place);
    return;
  }
  const identifier = octetsOf(member(node, 'ClientId'));
  const hardware = octetsOf(member(node, 'HardwareAddress'));
  const length = Number(member(node, 'HardwareAddressLength')?.value ?? hardware?.length ?? 0);
  const name: unknown = member(node, 'Hostname')?.value;
  const end: unknown = member(node, 'ExpirationRealtimeUSec')?.value;
  const ends: LeaseTime | undefined =
    typeof end !== 'number' ? undefined : end >= FOREVER ? 'never' : Math.floor(end / 1e6);
  book.put({
    address: ipv4ToText(u32(address, 0)),
    state: 'active',
    place,
    client: hardware && hardware.length > 0 ? formatMac(hardware, 0, Math.min(length, hardware.length)) : undefined,
    clientId: identifier && identifier.length > 0 ? hex(identifier) : undefined,
    hostname: typeof name === 'string' && name !== '' ? name : undefined,
    ends,
  });
}
