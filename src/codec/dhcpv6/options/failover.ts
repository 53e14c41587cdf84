import { domainName } from '../../values/domain';
import { bits, seconds, text, uint } from '../../values/scalar';
import { exactly, octets } from '../../values/type';
import type { OptionRow6, Space6 } from '../tlv';
import { time2000 } from '../../values/duid';
import { struct } from '../../values/struct';
import { container } from '../values/container';

/** States of a lease that partners tell each other (RFC 8156 §5.5.1). */
const BINDING_STATUS = {
  1: 'ACTIVE',
  2: 'EXPIRED',
  3: 'RELEASED',
  4: 'PENDING-FREE',
  5: 'FREE',
  6: 'FREE-BACKUP',
  7: 'ABANDONED',
  8: 'RESET',
};

/** States of a failover partner (RFC 8156 §5.5.19). */
const SERVER_STATES = {
  1: 'STARTUP',
  2: 'NORMAL',
  3: 'COMMUNICATIONS-INTERRUPTED',
  4: 'PARTNER-DOWN',
  5: 'POTENTIAL-CONFLICT',
  6: 'RECOVER',
  7: 'RECOVER-WAIT',
  8: 'RECOVER-DONE',
  9: 'RESOLUTION-INTERRUPTED',
  10: 'CONFLICT-DONE',
};

/** What two servers that stand in for each other say to one another (RFC 8156 §5.5). */
export const failoverOptions = ({ options }: Space6): readonly OptionRow6[] => [
  {
    code: 114,
    name: 'Failover Binding Status',
    token: 'OPTION_F_BINDING_STATUS',
    type: uint(1, { names: BINDING_STATUS, name: 'binding status' }),
    rfc: 'RFC 8156 §5.5.1',
    purpose: 'Which state a lease is in.',
  },
  {
    code: 115,
    name: 'Failover Connect Flags',
    token: 'OPTION_F_CONNECT_FLAGS',
    type: bits(2, [{ mask: 0x0001, name: 'F: fixed prefix length' }]),
    rfc: 'RFC 8156 §5.5.2',
    purpose: 'How the partners will share delegated prefixes.',
  },
  {
    code: 116,
    name: 'Failover DNS Removal Info',
    token: 'OPTION_F_DNS_REMOVAL_INFO',
    type: container('DNS entries', [], { options }),
    rfc: 'RFC 8156 §5.5.3',
    purpose: 'Which DNS entries have to go when the lease ends.',
  },
  {
    code: 117,
    name: 'Failover DNS Host Name',
    token: 'OPTION_F_DNS_HOST_NAME',
    type: domainName(),
    rfc: 'RFC 8156 §5.5.4',
    purpose: 'The host name that was entered into the DNS for the lease.',
  },
  {
    code: 118,
    name: 'Failover DNS Zone Name',
    token: 'OPTION_F_DNS_ZONE_NAME',
    type: domainName(),
    rfc: 'RFC 8156 §5.5.5',
    purpose: 'In which zone the host name was entered.',
  },
  {
    code: 119,
    name: 'Failover DNS Flags',
    token: 'OPTION_F_DNS_FLAGS',
    type: bits(2, [
      { mask: 0x0008, name: 'U: using requested FQDN' },
      { mask: 0x0004, name: 'S: synthesised name' },
      { mask: 0x0002, name: 'R: reverse entry up to date' },
      { mask: 0x0001, name: 'D: forward entry up to date' },
    ]),
    rfc: 'RFC 8156 §5.5.6',
    purpose: 'Which DNS entries were made, and where the name came from.',
  },
  {
    code: 120,
    name: 'Failover Expiration Time',
    token: 'OPTION_F_EXPIRATION_TIME',
    type: time2000,
    rfc: 'RFC 8156 §5.5.7',
    purpose: 'Until when the partner is asked to keep the lease.',
  },
  {
    code: 121,
    name: 'Failover Max Unacked BNDUPD',
    token: 'OPTION_F_MAX_UNACKED_BNDUPD',
    type: uint(4),
    rfc: 'RFC 8156 §5.5.8',
    purpose: 'How many updates a server takes before it must have answered one.',
  },
  {
    code: 122,
    name: 'Failover Maximum Client Lead Time',
    token: 'OPTION_F_MCLT',
    type: seconds(),
    rfc: 'RFC 8156 §5.5.9',
    purpose: 'How much longer a lease may be than what the partner has confirmed.',
  },
  {
    code: 123,
    name: 'Failover Partner Lifetime',
    token: 'OPTION_F_PARTNER_LIFETIME',
    type: time2000,
    rfc: 'RFC 8156 §5.5.10',
    purpose: 'Until when the partner may count on the lease.',
  },
  {
    code: 124,
    name: 'Failover Partner Lifetime Sent',
    token: 'OPTION_F_PARTNER_LIFETIME_SENT',
    type: time2000,
    rfc: 'RFC 8156 §5.5.11',
    purpose: 'Which lifetime an answer confirms.',
  },
  {
    code: 125,
    name: 'Failover Partner Down Time',
    token: 'OPTION_F_PARTNER_DOWN_TIME',
    type: time2000,
    rfc: 'RFC 8156 §5.5.12',
    purpose: 'Since when the server has taken its partner to be down.',
  },
  {
    code: 126,
    name: 'Failover Partner Raw Client Time',
    token: 'OPTION_F_PARTNER_RAW_CLT_TIME',
    type: time2000,
    rfc: 'RFC 8156 §5.5.13',
    purpose: 'When the partner last heard of the client, as the partner said it.',
  },
  {
    code: 127,
    name: 'Failover Protocol Version',
    token: 'OPTION_F_PROTOCOL_VERSION',
    type: struct('version', [
      { key: 'major', name: 'Major version', type: uint(2) },
      { key: 'minor', name: 'Minor version', type: uint(2) },
    ]),
    rfc: 'RFC 8156 §5.5.14',
    purpose: 'Which version of failover the server speaks.',
  },
  {
    code: 128,
    name: 'Failover Keepalive Time',
    token: 'OPTION_F_KEEPALIVE_TIME',
    type: seconds(),
    rfc: 'RFC 8156 §5.5.15',
    purpose: 'After what silence a partner is taken to be out of reach.',
  },
  {
    code: 129,
    name: 'Failover Reconfigure Data',
    token: 'OPTION_F_RECONFIGURE_DATA',
    type: struct('time and key', [
      { key: 'time', name: 'Reconfigure time', type: time2000 },
      { key: 'key', name: 'Reconfigure key', type: octets(exactly(16)) },
    ]),
    rfc: 'RFC 8156 §5.5.16',
    purpose: 'The key with which the partner can make a client believe its RECONFIGURE.',
  },
  {
    code: 130,
    name: 'Failover Relationship Name',
    token: 'OPTION_F_RELATIONSHIP_NAME',
    type: text(),
    rfc: 'RFC 8156 §5.5.17',
    purpose: 'Which pair of servers a connection is for.',
  },
  {
    code: 131,
    name: 'Failover Server Flags',
    token: 'OPTION_F_SERVER_FLAGS',
    type: bits(1, [
      { mask: 0x04, name: 'A: partner’s STARTUP seen' },
      { mask: 0x02, name: 'S: in STARTUP' },
      { mask: 0x01, name: 'C: communicated' },
    ]),
    rfc: 'RFC 8156 §5.5.18',
    purpose: 'Whether a server is just starting, and whether it has spoken with its partner.',
  },
  {
    code: 132,
    name: 'Failover Server State',
    token: 'OPTION_F_SERVER_STATE',
    type: uint(1, { names: SERVER_STATES, name: 'server state' }),
    rfc: 'RFC 8156 §5.5.19',
    purpose: 'How a server sees its partnership: normal, interrupted, partner down and so on.',
  },
  {
    code: 133,
    name: 'Failover Start Time of State',
    token: 'OPTION_F_START_TIME_OF_STATE',
    type: time2000,
    rfc: 'RFC 8156 §5.5.20',
    purpose: 'Since when the server or lease has been in its state.',
  },
  {
    code: 134,
    name: 'Failover State Expiration Time',
    token: 'OPTION_F_STATE_EXPIRATION_TIME',
    type: time2000,
    rfc: 'RFC 8156 §5.5.21',
    purpose: 'When the lease’s present state ends.',
  },
];
