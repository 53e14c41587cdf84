/** DHCPv6 captures of our encoder that no real program makes on purpose. */
import { encodeMessage6, type OptionSpec6 } from '../../src/codec/dhcpv6';
import { CLIENT, SERVER_MAC, forged, type Tape } from './forged';
import { datagram6, neighbour, type Around } from './frame';
import type { Row } from './scenario';

const NEIGHBOUR = '02:67:00:00:00:0d';
const CLIENT_ADDRESS = 'fe80::67:ff:fe00:c';
const ADDRESS = 'fd67::100';
const DUID = '0003000102670000000c';
const SERVER_DUID = '00030001026700000001';

const hex = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const option = (code: number, value: string): OptionSpec6 => ({ code, hex: value });
const nested = (code: number, value: string): string => hex(code, 2) + hex(value.length / 2, 2) + value;
/** Option 5 with `ADDRESS`. */
const GIVEN = nested(5, `fd67${'00'.repeat(12)}0100${hex(3000, 4)}${hex(4000, 4)}`);
const ia = (iaid: number, inner = '', code = 3): OptionSpec6 => option(code, hex(iaid, 4) + '00'.repeat(8) + inner);

const send = (tape: Tape, type: string, xid: number, options: OptionSpec6[], around: Partial<Around> = {}): Tape =>
  tape.frame(datagram6(encodeMessage6({ type, xid, options }), around));
const FROM_SERVER: Partial<Around> = {
  ethSource: SERVER_MAC,
  ethDestination: CLIENT,
  source: 'fe80::67:ff:fe00:1',
  destination: CLIENT_ADDRESS,
  sourcePort: 547,
  destinationPort: 546,
};

/** SOLICIT to REPLY: the client asks for `asked`, the REPLY holds `given`. */
function bind(tape: Tape, asked = [ia(1)], given = [ia(1, GIVEN)], xid = 0x670001, duid = SERVER_DUID): Tape {
  const client = option(1, DUID);
  const server = option(2, duid);
  send(tape, 'SOLICIT', xid, [client, ...asked]);
  send(tape, 'ADVERTISE', xid, [client, server, ia(1, GIVEN)], FROM_SERVER);
  send(tape, 'REQUEST', xid + 1, [client, server, ...asked]);
  return send(tape, 'REPLY', xid + 1, [client, server, ...given], FROM_SERVER);
}

const FOUR = /^SOLICIT ADVERTISE REQUEST REPLY$/;

/** One ADVERTISE of the server, for a client DUID and transaction id. */
const advertise = (tape: Tape, duid: string, xid: number): Tape =>
  send(tape, 'ADVERTISE', xid, [option(1, duid), option(2, SERVER_DUID), ia(1, GIVEN)], FROM_SERVER);

/** A client asks three times, and each time the answer has something else than the question. */
const misfit = (name: string, what: string, round: (tape: Tape) => Tape, answer = 'ADVERTISE'): Row =>
  forged(
    {
      name: `reply-mismatch6-${name}`,
      says: `The server answers by DHCPv6 with ${what}.`,
      wire: new RegExp(`^(SOLICIT ${answer} ?){3}$`),
      expected: [{ id: 'reply-mismatch', severity: 'error', at: [answer] }],
      tolerated: ['answer-ignored'],
    },
    (tape) => {
      for (let i = 0; i < 3; i++) round(tape.wait(i));
      return tape.wait(5);
    },
  );

export const FORGED6: readonly Row[] = [
  forged(
    {
      name: 'forged-healthy-dhcpv6',
      says: 'An exchange written by our encoder.',
      healthy: true,
      wire: FOUR,
      expected: [],
    },
    (tape) => bind(tape),
  ),
  forged(
    {
      name: 'v6-decline',
      says: 'A neighbour has the address that the client was given, and says so.',
      wire: /^SOLICIT ADVERTISE REQUEST REPLY DECLINE REPLY$/,
      expected: [{ id: 'v6-decline', severity: 'error', at: ['DECLINE'] }],
    },
    (tape) => {
      bind(tape);
      const tests = { ethDestination: '33:33:ff:00:01:00', source: '::', destination: 'ff02::1:ff00:100' };
      tape.frame(neighbour(135, ADDRESS, tests));
      const tells = {
        ethSource: NEIGHBOUR,
        ethDestination: '33:33:00:00:00:01',
        source: ADDRESS,
        destination: 'ff02::1',
      };
      tape.frame(neighbour(136, ADDRESS, tells));
      const both = [option(1, DUID), option(2, SERVER_DUID)];
      send(tape, 'DECLINE', 0x670009, [...both, ia(1, GIVEN)]);
      return send(tape, 'REPLY', 0x670009, [...both, option(13, '0000')], FROM_SERVER);
    },
  ),
  forged(
    {
      name: 'v6-ia-missing',
      says: 'The client asks for an address and a prefix; the REPLY passes over the prefix.',
      wire: FOUR,
      expected: [{ id: 'v6-ia-missing', severity: 'warning', at: ['REPLY'] }],
    },
    (tape) => bind(tape, [ia(1), ia(7, '', 25)]),
  ),
  forged(
    {
      name: 'v6-server-duid-changed',
      says: 'The server was set up anew between two exchanges, and has another DUID.',
      wire: /^(SOLICIT ADVERTISE REQUEST REPLY ?){2}$/,
      expected: [{ id: 'v6-server-duid-changed', severity: 'info' }],
      healthy: true,
    },
    (tape) => bind(bind(tape).wait(600), undefined, undefined, 0x670011, '00030001026700000002'),
  ),
  forged(
    {
      name: 'v6-useless-duid',
      says: 'The client made its DUID before its network card had an address.',
      wire: /^SOLICIT ADVERTISE$/,
      expected: [{ id: 'v6-useless-duid', severity: 'warning', at: ['SOLICIT'] }],
    },
    (tape) => {
      const client = option(1, '00030001000000000000');
      send(tape, 'SOLICIT', 0x670001, [client, ia(1)]);
      return send(tape, 'ADVERTISE', 0x670001, [client, option(2, SERVER_DUID), ia(1, GIVEN)], FROM_SERVER);
    },
  ),
  forged(
    {
      name: 'v6-starvation',
      says: 'One host asks for addresses under sixty DUIDs.',
      wire: /^(SOLICIT ?){60}$/,
      expected: [{ id: 'v6-starvation', severity: 'error', at: ['SOLICIT'] }],
    },
    (tape) => {
      for (let i = 0; i < 60; i++) send(tape, 'SOLICIT', i + 1, [option(1, `0003000102670000ee${hex(i, 1)}`), ia(1)]);
      return tape.wait(5);
    },
  ),
  misfit('client-duid', 'another client DUID', (tape) => {
    send(tape, 'SOLICIT', 0x670001, [option(1, DUID), ia(1)]);
    return advertise(tape, '00030001026700000099', 0x670001);
  }),
  misfit('transaction', 'another transaction id', (tape) => {
    send(tape, 'SOLICIT', 0x670001, [option(1, DUID), ia(1)]);
    return advertise(tape, DUID, 0x100670);
  }),
  misfit('iaid', 'another IAID', (tape) => {
    send(tape, 'SOLICIT', 0x670001, [option(1, DUID), ia(1)]);
    return send(tape, 'ADVERTISE', 0x670001, [option(1, DUID), option(2, SERVER_DUID), ia(9, GIVEN)], FROM_SERVER);
  }),
  misfit(
    'rapid-commit',
    'a REPLY, which the client did not ask for by Rapid Commit',
    (tape) => {
      send(tape, 'SOLICIT', 0x670001, [option(1, DUID), ia(1)]);
      const given = [option(1, DUID), option(2, SERVER_DUID), option(14, ''), ia(1, GIVEN)];
      return send(tape, 'REPLY', 0x670001, given, FROM_SERVER);
    },
    'REPLY',
  ),
  forged(
    {
      name: 'reply-mismatch6-server-duid',
      says: 'The client asks one server by DHCPv6, and another sends the REPLY.',
      wire: /^SOLICIT ADVERTISE (REQUEST REPLY ?){2}$/,
      expected: [{ id: 'reply-mismatch', severity: 'error', at: ['REPLY'] }],
      tolerated: ['answer-ignored'],
    },
    (tape) => {
      const both = [option(1, DUID), option(2, SERVER_DUID)];
      send(tape, 'SOLICIT', 0x670001, [option(1, DUID), ia(1)]);
      send(tape, 'ADVERTISE', 0x670001, [...both, ia(1, GIVEN)], FROM_SERVER);
      for (let i = 0; i < 2; i++) {
        send(tape.wait(1), 'REQUEST', 0x670002, [...both, ia(1, GIVEN)]);
        const other = [option(1, DUID), option(2, '00030001026700000002'), ia(1, GIVEN)];
        send(tape, 'REPLY', 0x670002, other, FROM_SERVER);
      }
      return tape;
    },
  ),
  forged(
    {
      name: 'healthy-dhcpv6-rapid-commit',
      says: 'A REPLY answers the SOLICIT at once, as both have Rapid Commit.',
      healthy: true,
      wire: /^SOLICIT REPLY$/,
      expected: [],
    },
    (tape) => {
      send(tape, 'SOLICIT', 0x670001, [option(1, DUID), option(14, ''), ia(1)]);
      const given = [option(1, DUID), option(2, SERVER_DUID), option(14, ''), ia(1, GIVEN)];
      return send(tape, 'REPLY', 0x670001, given, FROM_SERVER);
    },
  ),
];
