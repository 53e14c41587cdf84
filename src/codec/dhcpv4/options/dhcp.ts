import type { OptionRow } from '../../option';
import { exactly, ipv4, octets } from '../../values';
import { presence } from '../../values/struct';
import { codeList, looseString, named, string, time } from '../values/basic';
import { messageType, noLessThan, v6OnlyWait } from '../values/ruled';
import { clientIdentifier } from '../values/identity';
import { authentication } from '../values/authentication';

/**
 * Option 55 shows option codes with their names, from the very table that its row is part of. So `nameOf` is called
 * when a value is read, not when the row is made.
 */
export const dhcpRows = (nameOf: (code: number) => string | undefined): readonly OptionRow[] => [
  {
    code: 0,
    name: 'Pad',
    type: octets(exactly(0)),
    rfc: 'RFC 2132 §3.1',
    purpose: 'Fills space between or behind options. It is a single octet without a length.',
  },
  {
    code: 50,
    name: 'Requested IP Address',
    filter: ['dhcp.option.requested_ip_address', 'ipv4'],
    type: ipv4,
    rfc: 'RFC 2132 §9.1',
    purpose: 'Says which address the client would like: the one it was offered, or the one it had last time.',
  },
  {
    code: 51,
    name: 'IP Address Lease Time',
    filter: ['dhcp.option.ip_address_lease_time', 'u32'],
    type: time,
    rfc: 'RFC 2132 §9.2',
    purpose: 'Says for how long the client may use the address before it must have renewed it.',
  },
  {
    code: 52,
    name: 'Option Overload',
    filter: ['dhcp.option.option_overload', 'first'],
    type: named({ 1: 'file holds options', 2: 'sname holds options', 3: 'file and sname hold options' }),
    rfc: 'RFC 2132 §9.3',
    purpose:
      'Says that the fields for server name or boot file hold more options, because they did not all fit into the options field.',
  },
  {
    code: 53,
    name: 'DHCP Message Type',
    filter: ['dhcp.option.dhcp', 'first'],
    type: messageType,
    rfc: 'RFC 2132 §9.6',
    purpose: 'Says which step of the conversation this message is. Without it the message is plain BOOTP.',
  },
  {
    code: 54,
    name: 'Server Identifier',
    filter: ['dhcp.option.dhcp_server_id', 'ipv4'],
    type: ipv4,
    rfc: 'RFC 2132 §9.7',
    purpose:
      'Names the server by its address: which server speaks, and in a REQUEST which server’s offer the client takes.',
  },
  {
    code: 55,
    name: 'Parameter Request List',
    filter: ['dhcp.option.request_list_item', 'u8s'],
    type: codeList('Option', nameOf),
    rfc: 'RFC 2132 §9.8',
    purpose:
      'Lists the options that the client would like to get, most wanted first. The order often gives away the operating system.',
  },
  {
    code: 56,
    name: 'Message',
    filter: ['dhcp.option.message', 'text'],
    type: string,
    rfc: 'RFC 2132 §9.9',
    purpose: 'Carries a sentence for people: why a server refused (NAK), or why a client declined an address.',
  },
  {
    code: 57,
    name: 'Maximum DHCP Message Size',
    filter: ['dhcp.option.dhcp_max_message_size', 'u16'],
    type: noLessThan(2, 576, 'octets', 'RFC 2132 §9.10'),
    rfc: 'RFC 2132 §9.10',
    purpose: 'Says how large a message the client can take; at least 576 octets.',
  },
  {
    code: 58,
    name: 'Renewal (T1) Time Value',
    filter: ['dhcp.option.renewal_time_value', 'u32'],
    type: time,
    rfc: 'RFC 2132 §9.11',
    purpose:
      'Says after how long the client begins to ask its own server to renew the lease; half the lease time where it is missing.',
  },
  {
    code: 59,
    name: 'Rebinding (T2) Time Value',
    filter: ['dhcp.option.rebinding_time_value', 'u32'],
    type: time,
    rfc: 'RFC 2132 §9.12',
    purpose:
      'Says after how long the client asks any server, when its own does not answer; 7/8 of the lease time where it is missing.',
  },
  {
    code: 60,
    name: 'Vendor Class Identifier',
    filter: ['dhcp.option.vendor_class_id', 'text'],
    type: looseString,
    rfc: 'RFC 2132 §9.13',
    purpose:
      'Says what kind of client this is (such as “MSFT 5.0” or “PXEClient”), so that servers can treat kinds differently.',
  },
  {
    code: 61,
    name: 'Client Identifier',
    type: clientIdentifier,
    rfc: 'RFC 2132 §9.14, RFC 4361 §6.1',
    purpose:
      'Identifies the client to the server, instead of its link-layer address; a lease belongs to whoever sends the same one.',
  },
  {
    code: 66,
    name: 'TFTP Server Name',
    filter: ['dhcp.option.tftp_server_name', 'text'],
    type: string,
    rfc: 'RFC 2132 §9.4',
    purpose: 'Names the server that has the boot file, where the sname field is taken by other options.',
  },
  {
    code: 67,
    name: 'Bootfile Name',
    filter: ['dhcp.option.bootfile_name', 'text'],
    type: string,
    rfc: 'RFC 2132 §9.5',
    purpose: 'Names the file to boot from, where the file field is taken by other options.',
  },
  {
    code: 80,
    name: 'Rapid Commit',
    type: presence,
    rfc: 'RFC 4039 §4',
    purpose: 'Lets client and server finish in two messages instead of four: DISCOVER, and at once ACK.',
  },
  {
    code: 90,
    name: 'Authentication',
    type: authentication,
    rfc: 'RFC 3118 §2',
    purpose: 'Proves with a shared secret who sent the message and that nobody changed it. Hardly any network uses it.',
  },
  {
    code: 108,
    name: 'IPv6-Only Preferred',
    type: v6OnlyWait,
    rfc: 'RFC 8925 §3.1',
    purpose:
      'Tells a client that can do without IPv4 to do so, and for how many seconds, so that it takes no address from a scarce pool.',
  },
  {
    code: 116,
    name: 'Auto-Configure',
    filter: ['dhcp.option.dhcp_auto_configuration', 'u8'],
    type: named({ 0: 'do not auto-configure', 1: 'auto-configure' }),
    rfc: 'RFC 2563 §2',
    purpose: 'Says whether a client that gets no lease may give itself a link-local address (169.254/16).',
  },
  {
    code: 118,
    name: 'Subnet Selection',
    filter: ['dhcp.option.subnet_selection_option', 'ipv4s'],
    type: ipv4,
    rfc: 'RFC 3011 §2',
    purpose: 'Asks for an address from another subnet than the one that the request came from.',
  },
  {
    code: 145,
    name: 'FORCERENEW_NONCE_CAPABLE',
    filter: ['dhcp.option.forcerenew_nonce.algorithm', 'u8s'],
    type: codeList('Algorithm', (code) => (code === 1 ? 'HMAC-MD5' : undefined)),
    rfc: 'RFC 6704 §3.1.1',
    purpose: 'Says that the client accepts a FORCERENEW that is protected by a secret number given to it earlier.',
  },
  {
    code: 255,
    name: 'End',
    type: octets(exactly(0)),
    rfc: 'RFC 2132 §3.2',
    purpose: 'Closes the list of options. It is a single octet without a length; padding may follow.',
  },
];
