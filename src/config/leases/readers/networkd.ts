import { decodeText, formatMac, hex, ipv4ToText, u32 } from '../../../codec/bytes';
import { JsonReader, type JsonNode } from '../../kea/json';
import { JsonMap } from '../../kea/reader';
import { SourceFile, textOf, type Span } from '../../source';
import type { LeaseBook } from '../book';
import type { LeaseReader, LeaseTime, Place } from '../model';
import { whole } from '../whole';

const FOREVER = 2 ** 63;

/** `dhcp-server-lease/INTERFACE` of systemd-networkd: one JSON object with the leases of its DHCP server. */
export const networkdServer = (book: LeaseBook): LeaseReader =>
  whole('networkd-server', book, (octets) => readServer(decodeText(octets, 0, octets.length), book));

function readServer(text: string, book: LeaseBook): void {
  book.rules = { whole: true };
  const file = new SourceFile('', text);
  book.line = file.lines;
  const place = ({ start, end }: Pick<Span, 'start' | 'end'>): Place => {
    const last = file.position(end);
    return { ...file.position(start), endLine: last.line, endColumn: last.column };
  };
  const errors: { readonly id: string; readonly span: Span }[] = [];
  const reader = new JsonReader(
    file,
    () => undefined,
    // “Forever” is a number of 20 digits, which Kea's JSON reader rejects.
    (id, span) => void (/^\d+$/.test(textOf(span)) || errors.push({ id, span })),
  );
  const root = reader.read();
  const leases = root && new JsonMap(root).get('Leases');
  for (const node of leases?.kind === 'array' ? leases.items : []) readLease(new JsonMap(node), book, place(node.span));
  const [error] = errors;
  if (!error) return;
  const end = text.trimEnd().length;
  const ended = error.id !== 'too-deep' && text[end - 1] !== '}';
  book.problem(
    ended ? 'truncated-last-record' : 'damaged-record',
    place(ended ? { start: end, end } : error.span),
    ended ? 'The file ends inside a record' : 'Something here is no JSON',
    'All leases that are whole are listed. systemd-networkd reads none of such a file.',
  );
}

/** Octets as an array of numbers. */
function octetsOf(node: JsonNode | undefined): Uint8Array | undefined {
  if (node?.kind !== 'array') return undefined;
  const values = node.items.map((item) => (item.kind === 'integer' ? item.value : -1));
  return values.every((value) => value >= 0 && value <= 255) ? Uint8Array.from(values) : undefined;
}

function readLease(map: JsonMap, book: LeaseBook, place: Place): void {
  const address = octetsOf(map.get('Address'));
  const end = map.number('ExpirationRealtimeUSec')?.value;
  if (address?.length !== 4) {
    // A lease cut by the end of the file has no address yet. The parser's error covers that.
    if (end) book.badAddress(String(map.text('Address')?.value), place);
    return;
  }
  const identifier = octetsOf(map.get('ClientId'));
  const hardware = octetsOf(map.get('HardwareAddress'));
  const length = map.number('HardwareAddressLength')?.value ?? hardware?.length ?? 0;
  const ends: LeaseTime | undefined = end === undefined ? undefined : end >= FOREVER ? 'never' : Math.floor(end / 1e6);
  book.put({
    address: ipv4ToText(u32(address, 0)),
    state: 'active',
    place,
    client: hardware && hardware.length > 0 ? formatMac(hardware, 0, Math.min(length, hardware.length)) : undefined,
    clientId: identifier && identifier.length > 0 ? hex(identifier) : undefined,
    hostname: map.text('Hostname')?.value || undefined,
    ends,
  });
}
