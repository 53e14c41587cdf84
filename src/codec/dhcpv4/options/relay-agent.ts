import { optionTable, type OptionTable } from '../../option';
import { duid } from '../../values/duid';
import { radiusAttributes } from '../../values/radius';
import { presence } from '../../values/struct';
import { atLeast, ipv4, mac, oneOf, text, uint } from '../../values';
import { agentId } from '../values/agent-id';
import { string } from '../values/basic';
import { relayFlags, relayProof } from '../values/ruled';
import { accessTechnology, virtualSubnet } from '../values/networks';
import { textOrOctets } from '../../values/text-or-octets';
import { enterpriseBlocks } from '../values/vendor';
import { tlv } from '../values/tlv';

/** Sub-options of option 82 (IANA “DHCP Relay Agent Sub-Option Codes”; 150 and the long form of 152 are Cisco’s). */
export const relayAgentSubOptions: OptionTable = optionTable([
  {
    code: 1,
    name: 'Agent Circuit ID',
    type: agentId,
    rfc: 'RFC 3046 §3.1',
    purpose: 'Says on which port or circuit the relay received the client’s message.',
  },
  {
    code: 2,
    name: 'Agent Remote ID',
    type: agentId,
    rfc: 'RFC 3046 §3.2',
    purpose:
      'Identifies the far end of the circuit, such as a modem or the switch itself, often by its link-layer address.',
  },
  {
    code: 4,
    name: 'DOCSIS Device Class',
    type: uint(4, { hex: true }),
    rfc: 'RFC 3256 §2',
    purpose: 'Tells what kind of cable device asks, as the cable modem told the head end.',
  },
  {
    code: 5,
    name: 'Link Selection',
    type: ipv4,
    rfc: 'RFC 3527 §3',
    purpose: 'Names the subnet from which the address should be taken, where giaddr belongs to another.',
  },
  {
    code: 6,
    name: 'Subscriber-ID',
    type: string,
    rfc: 'RFC 3993 §3',
    purpose: 'Names the customer, wherever in the provider’s network the customer is connected.',
  },
  {
    code: 7,
    name: 'RADIUS Attributes',
    type: radiusAttributes,
    rfc: 'RFC 4014 §3',
    purpose: 'Passes on to the DHCP server what the RADIUS server said of the client when it logged in to the network.',
  },
  {
    code: 8,
    name: 'Authentication',
    type: relayProof,
    rfc: 'RFC 4030 §4',
    purpose: 'Proves with a shared secret that the relay agent’s information was not changed between relay and server.',
  },
  {
    code: 9,
    name: 'Vendor-Specific Information',
    type: enterpriseBlocks(undefined),
    rfc: 'RFC 4243',
    purpose: 'Carries data that the maker of the relay has defined, behind the maker’s enterprise number.',
  },
  {
    code: 10,
    name: 'Relay Agent Flags',
    type: relayFlags,
    rfc: 'RFC 5010 §3',
    purpose: 'Tells the server whether the relay received the message by unicast or by broadcast.',
  },
  {
    code: 11,
    name: 'Server Identifier Override',
    type: ipv4,
    rfc: 'RFC 5107 §4',
    purpose:
      'Asks the server to give this address as its own (option 54), so that renewals pass through the relay too.',
  },
  {
    code: 12,
    name: 'Relay Agent Identifier',
    type: duid,
    rfc: 'RFC 6925 §4',
    purpose: 'Identifies the relay itself, also when its addresses change.',
  },
  {
    code: 13,
    name: 'Access Technology Type',
    type: accessTechnology,
    rfc: 'RFC 7839 §4.2',
    purpose: 'Says by which kind of access network, such as Wi-Fi or mobile radio, the client is connected.',
  },
  {
    code: 14,
    name: 'Access Network Name',
    type: text(atLeast(1)),
    rfc: 'RFC 7839 §4.3.1',
    purpose: 'Gives the name of the access network, for Wi-Fi its SSID.',
  },
  {
    code: 15,
    name: 'Access Point Name',
    type: text(atLeast(1)),
    rfc: 'RFC 7839 §4.3.2',
    purpose: 'Names the access point to which the client is connected.',
  },
  {
    code: 16,
    name: 'Access Point BSSID',
    type: mac(),
    rfc: 'RFC 7839 §4.3.3',
    purpose: 'Gives the link-layer address of the access point to which the client is connected.',
  },
  {
    code: 17,
    name: 'Operator Identifier',
    type: uint(4),
    rfc: 'RFC 7839 §4.4.1',
    purpose: 'Identifies who runs the access network, by an enterprise number.',
  },
  {
    code: 18,
    name: 'Operator Realm',
    type: textOrOctets(),
    rfc: 'RFC 7839 §4.4.2',
    purpose: 'Identifies who runs the access network, by a domain name.',
  },
  {
    code: 19,
    name: 'Relay Source Port',
    type: presence,
    rfc: 'RFC 8357 §4.1',
    purpose: 'Asks the server to answer to the relay’s own source port instead of port 67.',
  },
  {
    code: 150,
    name: 'Link Selection (Cisco)',
    type: ipv4,
    rfc: 'Cisco IOS (before RFC 3527)',
    purpose: 'Does what sub-option 5 does, in the number that Cisco used before the standard had one.',
  },
  {
    code: 151,
    name: 'Virtual Subnet Selection',
    type: virtualSubnet,
    rfc: 'RFC 6607',
    purpose:
      'Says in which virtual private network the client is, so that equal addresses of different customers do not mix.',
  },
  {
    code: 152,
    name: 'Virtual Subnet Selection Control',
    type: oneOf(
      'nothing, or the server identifier of Cisco',
      { min: 0, max: 4, step: 4 },
      [{ when: (view) => view.length === 4, type: ipv4 }],
      presence,
    ),
    rfc: 'RFC 6607',
    purpose:
      'Shows whether the server understood sub-option 151: a server that does takes this one out. Older Cisco relays put a server identifier here.',
  },
]);

/** Option 82's value (RFC 3046 §2). */
export const relayAgentInformation = tlv({
  name: 'sub-options of the relay',
  table: relayAgentSubOptions,
  size: atLeast(2),
});
