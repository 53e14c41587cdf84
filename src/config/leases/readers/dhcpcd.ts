import { formatIpv6, hex, ipv4ToText, trimmedText, u16, u32 } from '../../../codec/bytes';
import { FIXED_LENGTH, Message4, OPTIONS_AT } from '../../../codec/dhcpv4';
import { Message6, OPTION_CLIENTID, readOptions6, REPLY } from '../../../codec/dhcpv6';
import type { LeaseBook } from '../book';
import type { LeaseContext, LeaseReader, Place } from '../model';
import { whole } from '../whole';

/** The message type BOOTREPLY and the magic cookie (RFC 2131 §3), at the same offsets as on the wire. */
export const isDhcpcd4 = (head: Uint8Array): boolean =>
  head.length >= OPTIONS_AT && head[0] === 2 && u32(head, FIXED_LENGTH) === 0x63825363;

/** A DHCPv6 REPLY whose first option fits into the file. */
export const isDhcpcd6 = (head: Uint8Array): boolean =>
  head.length >= 8 &&
  head[0] === REPLY &&
  u16(head, 4) >= 1 &&
  u16(head, 4) <= 255 &&
  u16(head, 6) > 0 &&
  u16(head, 6) < 4096;

/** Codes of RFC 2132 and RFC 9915 that describe the lease. */
const LEASE_TIME = 51;
const HOST_NAME = 12;
const CLIENT_IDENTIFIER = 61;
/** Identity associations by code: octets before their options, and the option code of what is leased. */
const ASSOCIATIONS: Readonly<Record<number, readonly [head: number, leased: number]>> = {
  3: [12, 5],
  4: [4, 5],
  25: [12, 26],
};

/** dhcpcd's `EXT.lease`: the server's last reply as on the wire. Like dhcpcd, this takes the file's time as the time of the reply. */
export const dhcpcd4 = (book: LeaseBook, { modified }: LeaseContext): LeaseReader =>
  whole('dhcpcd', book, (octets) => {
    book.line = 1;
    const message = Message4.read(octets, 0, octets.length);
    const place: Place = { line: 1, column: 1, endLine: 1, endColumn: octets.length + 1 };
    if (message.yiaddr === 0) return book.badAddress('0.0.0.0', place);
    if (message.truncatedOptions.length > 0)
      book.problem(
        'truncated-last-record',
        place,
        'The file ends inside a record',
        'The last option of the message says that it is longer than the file.',
      );
    const time = message.option(LEASE_TIME);
    const seconds = time?.length === 4 ? u32(time.octets(), 0) : undefined;
    const name = message.option(HOST_NAME)?.octets();
    const identifier = message.option(CLIENT_IDENTIFIER)?.octets();
    book.put({
      address: ipv4ToText(message.yiaddr),
      state: 'active',
      place,
      client: message.chaddr,
      clientId: identifier && hex(identifier),
      hostname: name && trimmedText(name, 0, name.length),
      starts: modified,
      ends: endOf(modified, seconds),
    });
  });

/** dhcpcd's `EXT.lease6`. */
export const dhcpcd6 = (book: LeaseBook, { modified }: LeaseContext): LeaseReader =>
  whole('dhcpcd', book, (octets) => {
    book.line = 1;
    const message = Message6.read(octets, 0, octets.length);
    const clientId = message.option(OPTION_CLIENTID)?.octets();
    const place: Place = { line: 1, column: 1, endLine: 1, endColumn: octets.length + 1 };
    for (const ia of message.options) {
      const association = ASSOCIATIONS[ia.code];
      const at = ia.at + 4;
      if (!association || ia.length < association[0]) continue;
      const iaid = u32(octets, at);
      for (const leased of readOptions6(octets, at + association[0], at + ia.length)) {
        const value = leased.at + 4;
        const prefix = leased.code === 26;
        if (leased.code !== association[1] || leased.length < (prefix ? 25 : 24)) continue;
        const address = prefix ? `${formatIpv6(octets, value + 9)}/${octets[value + 8]!}` : formatIpv6(octets, value);
        book.put({
          address,
          state: 'active',
          place: { ...place, column: leased.at + 1, endColumn: value + leased.length + 1 },
          clientId: clientId && hex(clientId),
          iaid,
          starts: modified,
          ends: endOf(modified, u32(octets, prefix ? value + 4 : value + 20)),
        });
      }
    }
  });

const endOf = (starts: number | undefined, seconds: number | undefined): number | 'never' | undefined =>
  seconds === 0xffffffff ? 'never' : starts !== undefined && seconds !== undefined ? starts + seconds : undefined;
