/** Captures that no real program makes: messages of our encoder, damaged where the fault wants it, put straight into a file. */
import { unreachable } from './frame';
import type { Row } from './scenario';
import { OFFSET, type OptionSpec4 } from '../../src/codec/dhcpv4';
import {
  ADDRESS,
  CLIENT,
  FROM_RELAY,
  hexOctet,
  LEASE,
  lease,
  NEIGHBOUR,
  RELAY,
  RELAY_MAC,
  SERVER,
  SERVER_MAC,
  Tape,
  TO_RELAY,
} from '../../src/learn/made/tape';

export { ADDRESS, CLIENT, FROM_RELAY, LEASE, lease, RELAY, SERVER, SERVER_MAC, Tape, TO_RELAY };

/** Option 82 with circuit “lab”. */
const CIRCUIT: OptionSpec4 = { code: 82, data: [{ code: 1, hex: '6c6162' }] };
/** A client identifier by DUID (RFC 4361 §6.1), and the vendor class of a PXE client with BIOS. */
const IDENTIFIER: OptionSpec4 = { code: 61, hex: 'ff0102030400020000ab110102030405060708' };
const BIOS: OptionSpec4 = { code: 60, data: 'PXEClient:Arch:00000:UNDI:002001' };

/** Changes octets of a message. */
const put =
  (at: number, ...octets: number[]) =>
  (message: Uint8Array): Uint8Array => {
    message.set(octets, at);
    return message;
  };

/** Ends the message behind its last option, without End. */
const endless = (message: Uint8Array): Uint8Array => message.slice(0, message.lastIndexOf(255));

/** A row of frames that nobody played. */
export const forged = (
  row: Pick<Row, 'name' | 'says' | 'wire' | 'expected'> & Partial<Pick<Row, 'tolerated' | 'healthy'>>,
  tape: (tape: Tape) => Tape,
): Row => ({ healthy: false, ...row, servers: [], clients: [], forged: () => tape(new Tape()).frames });

const DORA = /^DISCOVER OFFER REQUEST ACK$/;

export const FORGED: readonly Row[] = [
  forged(
    { name: 'forged-healthy', says: 'An exchange written by our encoder.', healthy: true, wire: DORA, expected: [] },
    (tape) => tape.bind(),
  ),
  forged(
    {
      name: 'host-unreachable',
      says: 'A router answers the renewal with ICMP “host unreachable”.',
      wire: /^DISCOVER OFFER REQUEST ACK REQUEST ICMP3\/1$/,
      expected: [{ id: 'host-unreachable', severity: 'error', at: ['ICMP3/1'] }],
      tolerated: ['renewal-unanswered'],
    },
    (tape) => {
      tape.bind().wait(1800);
      const around = { ethDestination: SERVER_MAC, source: ADDRESS, destination: SERVER };
      tape.client(3, { ciaddr: ADDRESS, xid: 0x67000002 }, around);
      const asked = tape.frames[tape.frames.length - 1]!.bytes;
      const back = { ethSource: RELAY_MAC, ethDestination: CLIENT, source: '10.67.0.2', destination: ADDRESS };
      return tape.frame(unreachable(1, asked, back));
    },
  ),
  forged(
    {
      name: 'address-outside-scope',
      says: 'The server gives a client behind the relay 10.67.8.1 an address of 10.67.9.0/24.',
      wire: DORA,
      expected: [{ id: 'address-outside-scope', severity: 'warning', at: ['OFFER', 'ACK'] }],
    },
    (tape) => {
      const asks = { giaddr: RELAY, hops: 1 };
      const reply = { ...asks, ...lease({ 3: ['10.67.9.1'] }, '10.67.9.100') };
      const wanted = [
        { code: 50, data: '10.67.9.100' },
        { code: 54, data: SERVER },
      ];
      return tape
        .client(1, asks, FROM_RELAY)
        .server(2, reply, TO_RELAY)
        .client(3, { ...asks, options: wanted }, FROM_RELAY)
        .server(5, reply, TO_RELAY);
    },
  ),
  forged(
    {
      name: 'server-outside-subnet',
      says: 'The server 10.67.0.1 hands out an address of 10.67.5.0/24, without a relay.',
      wire: DORA,
      expected: [{ id: 'server-outside-subnet', severity: 'warning', at: ['OFFER', 'ACK'] }],
    },
    (tape) => tape.bind(lease({ 3: ['10.67.5.254'] }, '10.67.5.100')),
  ),
  forged(
    {
      name: 'missing-subnet-mask',
      says: 'The client asks for the subnet mask and gets none.',
      wire: DORA,
      expected: [{ id: 'missing-subnet-mask', severity: 'warning', at: ['ACK'] }],
    },
    (tape) => tape.bind(lease({ 1: null })),
  ),
  forged(
    {
      name: 'conflicting-subnets',
      says: 'Two clients of one link get addresses of two subnets from two servers.',
      wire: /^(DISCOVER OFFER REQUEST ACK ?){2}$/,
      expected: [{ id: 'conflicting-subnets', severity: 'warning' }],
    },
    (tape) =>
      tape
        .bind()
        .wait(1)
        .bind(
          lease({ 54: '10.67.5.1', 3: ['10.67.5.1'], 6: ['10.67.5.1'] }, '10.67.5.100'),
          { chaddr: NEIGHBOUR, xid: 0x67000005 },
          { ethSource: '02:67:00:00:00:02', source: '10.67.5.1' },
        ),
  ),
  forged(
    {
      name: 'unusable-address',
      says: 'The address offered is 0.0.0.0.',
      wire: /^DISCOVER OFFER$/,
      expected: [{ id: 'unusable-address', severity: 'error', at: ['OFFER'] }],
    },
    (tape) => tape.client(1).server(2, lease({}, '0.0.0.0')),
  ),
  forged(
    {
      name: 'nonstandard-port',
      says: 'A DISCOVER between ports 1068 and 1067.',
      wire: /^DISCOVER$/,
      expected: [{ id: 'nonstandard-port', severity: 'warning', at: ['DISCOVER'] }],
    },
    (tape) => tape.client(1, {}, { sourcePort: 1068, destinationPort: 1067 }),
  ),
  forged(
    {
      name: 'forcerenew-unauthenticated',
      says: 'A FORCERENEW without option 90 follows the lease.',
      wire: /^DISCOVER OFFER REQUEST ACK DHCP-9$/,
      expected: [{ id: 'forcerenew-unauthenticated', severity: 'warning', at: ['DHCP-9'] }],
    },
    (tape) =>
      tape
        .bind()
        .wait(60)
        .server(
          9,
          { xid: 0x67000009, options: [{ code: 54, data: SERVER }] },
          { ethDestination: CLIENT, destination: ADDRESS },
        ),
  ),
  forged(
    {
      name: 'relay-loop',
      says: 'Two relays send each other one DISCOVER, with growing hops.',
      wire: /^DISCOVER( DISCOVER){3}$/,
      expected: [{ id: 'relay-loop', severity: 'error', at: ['DISCOVER'] }],
      tolerated: ['relay-unanswered'],
    },
    (tape) => {
      for (const hops of [1, 2, 3, 4]) tape.client(1, { giaddr: RELAY, hops }, FROM_RELAY);
      return tape;
    },
  ),
  forged(
    {
      name: 'option82-to-client',
      says: 'The relay hands the server’s replies on without taking option 82 out.',
      healthy: true,
      wire: DORA,
      expected: [{ id: 'option82-to-client', severity: 'info', at: ['OFFER', 'ACK'] }],
    },
    (tape) => {
      const reply = lease({ 3: [RELAY] }, '10.67.8.100');
      return tape.bind(
        { ...reply, giaddr: RELAY, options: [...reply.options!, CIRCUIT] },
        {},
        { ethSource: '02:67:00:00:00:0a', source: RELAY },
      );
    },
  ),
  forged(
    {
      name: 'malformed-option',
      says: 'The last option of a DISCOVER says more octets than the message has.',
      wire: /^DISCOVER$/,
      expected: [{ id: 'malformed-message', severity: 'error', at: ['DISCOVER'] }],
    },
    (tape) => tape.client(1, { minimumSize: 0, options: [{ code: 12, data: 'learner-laptop' }] }, {}, put(244, 200)),
  ),
  forged(
    {
      name: 'malformed-cookie',
      says: 'The magic cookie before the options is wrong.',
      wire: /^(BOOTP|DISCOVER)$/,
      expected: [{ id: 'malformed-message', severity: 'error', at: ['BOOTP', 'DISCOVER'] }],
    },
    (tape) => tape.client(1, {}, {}, put(236, 0x63, 0x82, 0x53, 0x64)),
  ),
  forged(
    {
      name: 'malformed-hlen',
      says: 'The hardware address is said to have 32 octets, twice as many as chaddr.',
      wire: /^DISCOVER$/,
      expected: [{ id: 'malformed-message', severity: 'error', at: ['DISCOVER'] }],
      tolerated: ['chaddr-mismatch'],
    },
    (tape) => tape.client(1, {}, {}, put(OFFSET.hlen, 32)),
  ),
  forged(
    {
      name: 'missing-end-option',
      says: 'The options of a DISCOVER are not closed by End.',
      wire: /^DISCOVER$/,
      expected: [{ id: 'missing-end-option', severity: 'warning', at: ['DISCOVER'] }],
    },
    (tape) => tape.client(1, { options: [{ code: 12, data: 'learner-laptop' }] }, {}, endless),
  ),
  forged(
    {
      name: 'forged-bad-option-length',
      says: 'The lease time of the OFFER has two octets.',
      wire: /^DISCOVER OFFER$/,
      expected: [{ id: 'bad-option-length', severity: 'error', at: ['OFFER'] }],
      tolerated: ['missing-required-option'],
    },
    (tape) => {
      const reply = lease({ 51: null });
      return tape.client(1).server(2, { ...reply, options: [...reply.options!, { code: 51, hex: '0e10' }] });
    },
  ),
  forged(
    {
      name: 'missing-required-option',
      says: 'The ACK does not say which server it is from.',
      wire: DORA,
      expected: [{ id: 'missing-required-option', severity: 'error', at: ['ACK'] }],
    },
    (tape) => {
      const wanted = [
        { code: 50, data: ADDRESS },
        { code: 54, data: SERVER },
      ];
      return tape
        .client(1)
        .server(2, LEASE)
        .client(3, { options: wanted })
        .server(5, lease({ 54: null }));
    },
  ),
  forged(
    {
      name: 'forbidden-field',
      says: 'The client fills ciaddr in its DISCOVER.',
      wire: /^DISCOVER$/,
      expected: [{ id: 'forbidden-field', severity: 'warning', at: ['DISCOVER'] }],
    },
    (tape) => tape.client(1, { ciaddr: ADDRESS }),
  ),
  forged(
    {
      name: 'op-type-mismatch',
      says: 'op of the ACK says request.',
      wire: DORA,
      expected: [{ id: 'op-type-mismatch', severity: 'error', at: ['ACK'] }],
    },
    (tape) => {
      const wanted = [
        { code: 50, data: ADDRESS },
        { code: 54, data: SERVER },
      ];
      return tape
        .client(1)
        .server(2, LEASE)
        .client(3, { options: wanted })
        .server(5, { ...LEASE, op: 1 });
    },
  ),
  forged(
    {
      name: 'duplicate-client-id',
      says: 'Two machines with one client identifier ask in turn, and get one address.',
      wire: /^(DISCOVER OFFER REQUEST ACK ?){3}$/,
      expected: [{ id: 'duplicate-client-id', severity: 'error', at: ['REQUEST'] }],
    },
    (tape) => {
      for (const [i, chaddr] of [CLIENT, NEIGHBOUR, CLIENT].entries())
        tape.bind(LEASE, { chaddr, xid: 0x67000010 + i }, {}, [IDENTIFIER]).wait(60);
      return tape;
    },
  ),
  forged(
    {
      name: 'client-id-changed',
      says: 'The client leaves its client identifier out of the renewal, and the server refuses it.',
      wire: /^DISCOVER OFFER REQUEST ACK REQUEST NAK$/,
      expected: [
        { id: 'client-id-changed', severity: 'warning', at: ['REQUEST'] },
        { id: 'nak', severity: 'warning', at: ['NAK'] },
      ],
    },
    (tape) => {
      tape.bind(LEASE, {}, {}, [IDENTIFIER]).wait(1800);
      const asks = { xid: 0x67000002 };
      tape.client(
        3,
        { ...asks, ciaddr: ADDRESS },
        { ethDestination: SERVER_MAC, source: ADDRESS, destination: SERVER },
      );
      return tape.server(6, { ...asks, options: [{ code: 54, data: SERVER }] });
    },
  ),
  forged(
    {
      name: 'lease-shrinks',
      says: 'Each renewal gives half of the time of the one before.',
      wire: /^DISCOVER OFFER REQUEST ACK( REQUEST ACK){3}$/,
      expected: [{ id: 'lease-shrinks', severity: 'warning', at: ['ACK'] }],
    },
    (tape) => {
      tape.bind();
      for (const [i, seconds] of [1800, 900, 450].entries()) {
        const asks = { xid: 0x67000020 + i, ciaddr: ADDRESS };
        tape.wait(seconds).client(3, asks, { ethDestination: SERVER_MAC, source: ADDRESS, destination: SERVER });
        tape.server(5, { ...lease({ 51: seconds }), ...asks }, { ethDestination: CLIENT, destination: ADDRESS });
      }
      return tape;
    },
  ),
  forged(
    {
      name: 'unusable-router',
      says: 'The router that the server hands out is the client’s own address.',
      wire: DORA,
      expected: [{ id: 'unusable-router', severity: 'error', at: ['OFFER', 'ACK'] }],
    },
    (tape) => tape.bind(lease({ 3: [ADDRESS] })),
  ),
  forged(
    {
      name: 'ipv6-only-preferred',
      says: 'The client asks for option 108, gets it, and goes on with DISCOVER all the same.',
      wire: /^(DISCOVER OFFER ?){3}$/,
      expected: [{ id: 'ipv6-only-preferred', severity: 'warning' }],
    },
    (tape) => {
      for (let i = 0; i < 3; i++) {
        const asks = { xid: 0x67000030 + i, options: [{ code: 55, data: [1, 3, 6, 108] }] };
        tape
          .client(1, asks)
          .server(2, { ...lease({ 108: 1800 }), xid: asks.xid })
          .wait(10);
      }
      return tape;
    },
  ),
  forged(
    {
      name: 'starvation-slow',
      says: 'One host asks for 30 clients that do not exist, one each second.',
      wire: /^DISCOVER( DISCOVER){29}$/,
      expected: [{ id: 'starvation', severity: 'error', at: ['DISCOVER'] }],
    },
    (tape) => {
      for (let i = 0; i < 30; i++)
        tape
          .client(1, { chaddr: `02:67:66:00:00:${hexOctet(i)}`, xid: 0x67000100 + i }, { ethSource: NEIGHBOUR })
          .wait(1);
      return tape;
    },
  ),
  forged(
    {
      name: 'message-flood',
      says: 'The client sends 105 DISCOVERs within two seconds.',
      wire: /^DISCOVER( DISCOVER){104}$/,
      expected: [{ id: 'message-flood', severity: 'warning', at: ['DISCOVER'] }],
      tolerated: ['no-offer'],
    },
    (tape) => {
      for (let i = 0; i < 105; i++) tape.client(1, { xid: 0x67000200 + i });
      return tape;
    },
  ),
  forged(
    {
      name: 'address-churn',
      says: 'One device asks twelve times, each time under another hardware address of its own making.',
      wire: /^(DISCOVER OFFER REQUEST ACK ?){12}$/,
      expected: [{ id: 'address-churn', severity: 'warning', at: ['DISCOVER'] }],
    },
    (tape) => {
      for (let i = 0; i < 12; i++) {
        const asks = { chaddr: `02:67:77:00:00:${hexOctet(i)}`, xid: 0x67000300 + i };
        tape.bind(lease({}, `10.67.0.${100 + i}`), asks, {}, [{ code: 12, data: 'learner-tablet' }]).wait(300);
      }
      return tape;
    },
  ),
  forged(
    {
      name: 'pxe-server-silent',
      says: 'The server’s replies have option 60 “PXEClient”, and nobody answers the firmware on port 4011.',
      wire: /^DISCOVER OFFER REQUEST ACK( REQUEST){3}$/,
      expected: [{ id: 'pxe-server-silent', severity: 'error' }],
    },
    (tape) => {
      tape.bind(lease({ 60: 'PXEClient' }), {}, {}, [BIOS]);
      const around = { ethDestination: SERVER_MAC, source: ADDRESS, destination: SERVER, destinationPort: 4011 };
      for (let i = 0; i < 3; i++)
        tape.client(3, { xid: 0x67004011, secs: i + 1, ciaddr: ADDRESS, options: [BIOS] }, around).wait(2);
      return tape;
    },
  ),
  forged(
    {
      name: 'boot-arch-mismatch',
      says: 'A client with BIOS is told to boot a file for UEFI.',
      wire: DORA,
      expected: [{ id: 'boot-arch-mismatch', severity: 'warning', at: ['OFFER'] }],
    },
    (tape) => tape.bind({ ...lease(), siaddr: SERVER, file: 'ipxe.efi' }, {}, {}, [BIOS]),
  ),
];
