import { ACCESS_TECHNOLOGIES } from '../../names/access';
import { list } from '../../values/compound';
import { ipv6, mac, seconds, text, uint } from '../../values/scalar';
import { atLeast } from '../../values/type';
import type { OptionRow6, Space6 } from '../tlv';
import { duid, enterpriseNumber, hardwareType, time2000 } from '../../values/duid';
import { relayMessage } from '../values/relay';
import { radiusAttributes } from '../../values/radius';
import { struct } from '../../values/struct';
import { container } from '../values/container';
import { textOrOctets } from '../../values/text-or-octets';

/** What a leasequery queries by (IANA “DHCPv6 Parameters”, OPTION_LQ_QUERY). */
const QUERY_TYPES = {
  1: 'QUERY_BY_ADDRESS',
  2: 'QUERY_BY_CLIENTID',
  3: 'QUERY_BY_RELAY_ID',
  4: 'QUERY_BY_LINK_ADDRESS',
  5: 'QUERY_BY_REMOTE_ID',
};

/** What relays add about a client, and what relays and operators ask servers about leases. */
export const relayOptions = ({ options }: Space6): readonly OptionRow6[] => [
  {
    code: 37,
    name: 'Remote Identifier',
    token: 'OPTION_REMOTE_ID',
    type: struct('enterprise number and identifier', [
      { key: 'enterprise', name: 'Enterprise number', type: enterpriseNumber },
      { key: 'identifier', name: 'Identifier', type: textOrOctets(atLeast(0)) },
    ]),
    rfc: 'RFC 4649 §3',
    purpose: 'The relay’s name for the remote end of the circuit, such as the subscriber’s modem.',
  },
  {
    code: 38,
    name: 'Subscriber Identifier',
    filter: ['dhcpv6.subscriber_id', 'text'],
    token: 'OPTION_SUBSCRIBER_ID',
    type: textOrOctets(atLeast(0)),
    rfc: 'RFC 4580 §2',
    purpose: 'The provider’s name for the customer, wherever he is connected.',
  },
  {
    code: 44,
    name: 'Leasequery Query',
    token: 'OPTION_LQ_QUERY',
    type: container(
      'leasequery',
      [
        { key: 'type', name: 'Query type', type: uint(1, { names: QUERY_TYPES, name: 'query type' }) },
        { key: 'link', name: 'Link address', type: ipv6 },
      ],
      { options },
    ),
    rfc: 'RFC 5007 §4.1.2.1',
    purpose: 'Says about which leases a server is asked.',
  },
  {
    code: 45,
    name: 'Leasequery Client Data',
    token: 'OPTION_CLIENT_DATA',
    type: container('data of one client', [], { options }),
    rfc: 'RFC 5007 §4.1.2.2',
    purpose: 'All that a server knows of one client on one link.',
    repeated: 'separate',
  },
  {
    code: 46,
    name: 'Client Last Transaction Time',
    filter: ['dhcpv6.clt_time', 'u32'],
    token: 'OPTION_CLT_TIME',
    type: seconds(),
    rfc: 'RFC 5007 §4.1.2.3',
    purpose: 'How long ago the server last spoke with the client.',
  },
  {
    code: 47,
    name: 'Leasequery Relay Data',
    token: 'OPTION_LQ_RELAY_DATA',
    type: struct('relay data', [
      { key: 'peer', name: 'Peer address', type: ipv6 },
      { key: 'message', name: 'Relay message', type: relayMessage(options) },
    ]),
    rfc: 'RFC 5007 §4.1.2.4',
    purpose: 'Through which relays the client’s last message came.',
  },
  {
    code: 48,
    name: 'Leasequery Client Links',
    filter: ['dhcpv6.lq_client_link', 'ipv6s'],
    token: 'OPTION_LQ_CLIENT_LINK',
    type: list(ipv6),
    rfc: 'RFC 5007 §4.1.2.5',
    purpose: 'On which links the client has leases, when it has them on several.',
  },
  {
    code: 53,
    name: 'Relay Identifier',
    token: 'OPTION_RELAY_ID',
    type: duid,
    rfc: 'RFC 5460 §5.4.1',
    purpose: 'Says which relay passed a message on, whatever address it has now.',
  },
  {
    code: 66,
    name: 'Relay-Supplied Options',
    token: 'OPTION_RSOO',
    type: container('options for the client', [], { options }),
    rfc: 'RFC 6422 §3',
    purpose: 'Options that the relay would like the server to hand to the client.',
  },
  {
    code: 79,
    name: 'Client Link-Layer Address',
    token: 'OPTION_CLIENT_LINKLAYER_ADDR',
    type: struct(
      'hardware type and address',
      [
        { key: 'hardware', name: 'Link-layer type', type: hardwareType },
        { key: 'address', name: 'Link-layer address', type: mac(atLeast(0)) },
      ],
      { summary: (_, values) => `${values['address']} (${values['hardware']})` },
    ),
    rfc: 'RFC 6939 §4',
    purpose: 'The MAC address that the first relay saw the client’s message come from.',
  },
  {
    code: 80,
    name: 'Link Address',
    token: 'OPTION_LINK_ADDRESS',
    type: ipv6,
    rfc: 'RFC 6977 §5',
    purpose: 'On which link the client is that a relay asks the server to reconfigure.',
  },
  {
    code: 81,
    name: 'RADIUS',
    token: 'OPTION_RADIUS',
    type: radiusAttributes,
    rfc: 'RFC 7037 §4',
    purpose: 'What the access network’s RADIUS server said about the client.',
  },
  {
    code: 100,
    name: 'Leasequery Base Time',
    token: 'OPTION_LQ_BASE_TIME',
    type: time2000,
    rfc: 'RFC 7653 §6.3.1',
    purpose: 'The server’s clock when it sent the message, which other times refer to.',
  },
  {
    code: 101,
    name: 'Leasequery Start Time',
    token: 'OPTION_LQ_START_TIME',
    type: time2000,
    rfc: 'RFC 7653 §6.3.2',
    purpose: 'From when on changes of leases are wanted.',
  },
  {
    code: 102,
    name: 'Leasequery End Time',
    token: 'OPTION_LQ_END_TIME',
    type: time2000,
    rfc: 'RFC 7653 §6.3.3',
    purpose: 'Until when changes of leases are wanted.',
  },
  {
    code: 105,
    name: 'Access Technology Type',
    token: 'OPTION_ANI_ATT',
    type: struct('access technology', [
      { key: 'reserved', name: 'Reserved', type: uint(1) },
      { key: 'technology', name: 'Access technology', type: uint(1, { names: ACCESS_TECHNOLOGIES }) },
    ]),
    rfc: 'RFC 7839 §5.1',
    purpose: 'Over what kind of radio or cable the client is connected.',
  },
  {
    code: 106,
    name: 'Access Network Name',
    token: 'OPTION_ANI_NETWORK_NAME',
    type: text(),
    rfc: 'RFC 7839 §5.2.1',
    purpose: 'The name of the access network, such as a wireless network’s SSID.',
  },
  {
    code: 107,
    name: 'Access Point Name',
    token: 'OPTION_ANI_AP_NAME',
    type: text(),
    rfc: 'RFC 7839 §5.2.2',
    purpose: 'Which access point the client is connected to, by name.',
  },
  {
    code: 108,
    name: 'Access Point BSSID',
    token: 'OPTION_ANI_AP_BSSID',
    type: mac(),
    rfc: 'RFC 7839 §5.2.3',
    purpose: 'Which access point the client is connected to, by its radio’s address.',
  },
  {
    code: 109,
    name: 'Access Network Operator Identifier',
    token: 'OPTION_ANI_OPERATOR_ID',
    type: enterpriseNumber,
    rfc: 'RFC 7839 §5.3.1',
    purpose: 'Who runs the access network, by enterprise number.',
  },
  {
    code: 110,
    name: 'Access Network Operator Realm',
    token: 'OPTION_ANI_OPERATOR_REALM',
    type: text(),
    rfc: 'RFC 7839 §5.3.2',
    purpose: 'Who runs the access network, by domain.',
  },
  {
    code: 135,
    name: 'Relay Source Port',
    filter: ['dhcpv6.relay_port', 'u16'],
    token: 'OPTION_RELAY_PORT',
    type: uint(2),
    rfc: 'RFC 8357 §4.2',
    purpose:
      'Says that a relay does not use port 547: the port of the relay below, or 0 where only the sender uses another.',
  },
];
