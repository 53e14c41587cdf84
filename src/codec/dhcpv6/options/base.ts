import { ipv6, seconds, uint } from '../../values/scalar';
import { atLeast } from '../../values/type';
import type { OptionRow6, Space6 } from '../tlv';
import { authentication } from '../values/authentication';
import { duid } from '../../values/duid';
import {
  identityAssociation,
  leasedAddress,
  leasedPrefix,
  optionRequest,
  status,
  temporaryAssociation,
} from '../values/identity';
import { relayMessage } from '../values/relay';
import { elapsedTime, reconfigureType, secondsBetween } from '../values/simple';
import { presence } from '../../values/struct';
import { userClass, vendorClass, vendorOptions } from '../values/vendor';
import { VENDOR_OPTIONS6 } from './vendors';
import { textOrOctets } from '../../values/text-or-octets';

/** The options of the protocol itself (RFC 8415 §21). */
export const baseOptions = ({ options }: Space6): readonly OptionRow6[] => [
  {
    code: 1,
    name: 'Client Identifier',
    token: 'OPTION_CLIENTID',
    type: duid,
    rfc: 'RFC 8415 §21.2',
    purpose: 'Says which client this is: a DUID that stays the same on all its interfaces and over restarts.',
  },
  {
    code: 2,
    name: 'Server Identifier',
    token: 'OPTION_SERVERID',
    type: duid,
    rfc: 'RFC 8415 §21.3',
    purpose: 'Says which server sends a message, or which one of several a client means.',
  },
  {
    code: 3,
    name: 'Identity Association for Non-temporary Addresses',
    token: 'OPTION_IA_NA',
    type: identityAssociation(options),
    rfc: 'RFC 8415 §21.4',
    purpose:
      'Holds the addresses leased to one interface of the client, with the times when to renew (T1) and rebind (T2) them.',
    repeated: 'separate',
  },
  {
    code: 4,
    name: 'Identity Association for Temporary Addresses',
    token: 'OPTION_IA_TA',
    type: temporaryAssociation(options),
    rfc: 'RFC 8415 §21.5',
    purpose: 'Holds short-lived privacy addresses for one interface. RFC 9915 made it obsolete.',
    repeated: 'separate',
  },
  {
    code: 5,
    name: 'IA Address',
    token: 'OPTION_IAADDR',
    type: leasedAddress(options),
    rfc: 'RFC 8415 §21.6',
    purpose: 'One leased IPv6 address and how long it may be used; stands inside an IA_NA or IA_TA.',
    repeated: 'separate',
  },
  {
    code: 6,
    name: 'Option Request',
    filter: ['dhcpv6.requested_option_code', 'u16s'],
    token: 'OPTION_ORO',
    type: optionRequest(options),
    rfc: 'RFC 8415 §21.7',
    purpose: 'Lists the codes of the options that the client would like the server to send.',
  },
  {
    code: 7,
    name: 'Preference',
    filter: ['dhcpv6.option_preference', 'u8'],
    token: 'OPTION_PREFERENCE',
    type: uint(1),
    rfc: 'RFC 8415 §21.8',
    purpose: 'Lets the client choose among servers: the highest number wins, and 255 means “take me at once”.',
  },
  {
    code: 8,
    name: 'Elapsed Time',
    token: 'OPTION_ELAPSED_TIME',
    type: elapsedTime,
    rfc: 'RFC 8415 §21.9',
    purpose: 'How long the client has been trying, so that a backup server knows when to step in.',
  },
  {
    code: 9,
    name: 'Relay Message',
    token: 'OPTION_RELAY_MSG',
    type: relayMessage(options),
    rfc: 'RFC 8415 §21.10',
    purpose: 'Carries the whole message that a relay passes on between client and server.',
  },
  {
    code: 11,
    name: 'Authentication',
    token: 'OPTION_AUTH',
    type: authentication,
    rfc: 'RFC 8415 §21.11',
    purpose: 'Proves who sent a message and that it was not changed; used above all to protect RECONFIGURE.',
  },
  {
    code: 12,
    name: 'Server Unicast',
    filter: ['dhcpv6.unicast', 'ipv6'],
    token: 'OPTION_UNICAST',
    type: ipv6,
    rfc: 'RFC 8415 §21.12',
    purpose:
      'Allowed the client to send to the server directly instead of by multicast, until RFC 9915 made it obsolete.',
  },
  {
    code: 13,
    name: 'Status Code',
    token: 'OPTION_STATUS_CODE',
    type: status,
    rfc: 'RFC 8415 §21.13',
    purpose: 'Says whether a request, or the lease it stands in, succeeded, and if not, why.',
  },
  {
    code: 14,
    name: 'Rapid Commit',
    token: 'OPTION_RAPID_COMMIT',
    type: presence,
    rfc: 'RFC 8415 §21.14',
    purpose: 'Asks for, or confirms, an assignment in two messages instead of four.',
  },
  {
    code: 15,
    name: 'User Class',
    token: 'OPTION_USER_CLASS',
    type: userClass,
    rfc: 'RFC 8415 §21.15',
    purpose: 'Names groups that the user or application belongs to, by which a server may choose the configuration.',
  },
  {
    code: 16,
    name: 'Vendor Class',
    token: 'OPTION_VENDOR_CLASS',
    type: vendorClass,
    rfc: 'RFC 8415 §21.16',
    purpose: 'Says who made the client’s hardware or software and what kind it is.',
    repeated: 'separate',
  },
  {
    code: 17,
    name: 'Vendor-specific Information',
    token: 'OPTION_VENDOR_OPTS',
    type: vendorOptions(VENDOR_OPTIONS6),
    rfc: 'RFC 8415 §21.17',
    purpose: 'Carries options that one manufacturer defined for its own clients and servers.',
    repeated: 'separate',
  },
  {
    code: 18,
    name: 'Interface-Id',
    filter: ['dhcpv6.interface_id', 'octets'],
    token: 'OPTION_INTERFACE_ID',
    type: textOrOctets(atLeast(0)),
    rfc: 'RFC 8415 §21.18',
    purpose:
      'The relay’s name for the port or circuit the client is on; the server gives it back so that the relay finds the way.',
  },
  {
    code: 19,
    name: 'Reconfigure Message',
    filter: ['dhcpv6.reconf_msg', 'u8'],
    token: 'OPTION_RECONF_MSG',
    type: reconfigureType,
    rfc: 'RFC 8415 §21.19',
    purpose: 'Tells the client which message it has to answer a RECONFIGURE with.',
  },
  {
    code: 20,
    name: 'Reconfigure Accept',
    token: 'OPTION_RECONF_ACCEPT',
    type: presence,
    rfc: 'RFC 8415 §21.20',
    purpose: 'The client says that it takes RECONFIGURE messages, or the server that it may send them.',
  },
  {
    code: 25,
    name: 'Identity Association for Prefix Delegation',
    token: 'OPTION_IA_PD',
    type: identityAssociation(options),
    rfc: 'RFC 8415 §21.21',
    purpose:
      'Holds the prefixes that a router gets for the networks behind it, with the times when to renew and rebind them.',
    repeated: 'separate',
  },
  {
    code: 26,
    name: 'IA Prefix',
    token: 'OPTION_IAPREFIX',
    type: leasedPrefix(options),
    rfc: 'RFC 8415 §21.22',
    purpose: 'One delegated IPv6 prefix and how long it may be used; stands inside an IA_PD.',
    repeated: 'separate',
  },
  {
    code: 32,
    name: 'Information Refresh Time',
    filter: ['dhcpv6.lifetime', 'u32'],
    token: 'OPTION_INFORMATION_REFRESH_TIME',
    type: seconds(),
    rfc: 'RFC 8415 §21.23',
    purpose: 'How long a client that only asked for information may wait before it asks again.',
  },
  {
    code: 82,
    name: 'SOL_MAX_RT',
    token: 'OPTION_SOL_MAX_RT',
    type: secondsBetween(60, 86400),
    rfc: 'RFC 8415 §21.24',
    purpose:
      'Sets the longest pause between a client’s SOLICIT messages, so that many idle clients do not flood the servers.',
  },
  {
    code: 83,
    name: 'INF_MAX_RT',
    token: 'OPTION_INF_MAX_RT',
    type: secondsBetween(60, 86400),
    rfc: 'RFC 8415 §21.25',
    purpose: 'Sets the longest pause between a client’s INFORMATION-REQUEST messages.',
  },
];
