import { concat, parseIpv6 } from '../../codec/bytes';
import { encodeMessage4, type OptionSpec4 } from '../../codec/dhcpv4';
import { encodeMessage6, type OptionSpec6 } from '../../codec/dhcpv6';
import { uintOctets } from '../../codec/values/scalar';
import { datagram4, datagram6, icmpv6, resolution, type Around } from './frame';
import { pcapOf } from './pcap';
import { association, delegated, duidOf, leased, linkLocalOf } from './six';
import {
  ADDRESS,
  CLIENT,
  FROM_RELAY,
  hexOctet,
  LEASE,
  lease,
  NEIGHBOUR,
  RELAY,
  SERVER,
  SERVER_MAC,
  Tape,
  TO_RELAY,
} from './tape';

/* Generated captures for lessons that no sample covers. The comments number their frames, because the lessons refer to them. */

const SECOND = '10.67.0.2';
const SECOND_MAC = '02:67:00:00:00:02';

/** 1–4: flag B is set, the replies are broadcast. 5–8: it is not set, the replies go to the new address. */
function broadcastFlag(tape: Tape): Tape {
  tape.bind(LEASE, { flags: 0x8000 }).wait(2);
  const address = '10.67.0.101';
  return tape.bind(
    lease({}, address),
    { chaddr: NEIGHBOUR, xid: 0x67000002 },
    { ethDestination: NEIGHBOUR, destination: address },
  );
}

/** 1–4: a lease of one hour. 5, 6: its server does not answer at T1 or later. 7, 8: at T2 another server does. */
function rebinding(tape: Tape): Tape {
  tape.bind().wait(1800);
  const asks = { xid: 0x67000002, ciaddr: ADDRESS };
  const unicast = { ethDestination: SERVER_MAC, source: ADDRESS, destination: SERVER };
  tape
    .client(3, asks, unicast)
    .wait(675)
    .client(3, { ...asks, secs: 675 }, unicast)
    .wait(675);
  tape.client(3, { ...asks, secs: 1350 }, { source: ADDRESS });
  const from = { ethSource: SECOND_MAC, source: SECOND, ethDestination: CLIENT, destination: ADDRESS };
  return tape.server(5, { ...lease({ 54: SECOND }), ...asks, secs: 0 }, from);
}

/** Captured at the server. 1–4: the client on switch port ge-0/0/7. 5–8: another one on ge-0/0/9. */
function option82(tape: Tape): Tape {
  const circuit = (port: string): OptionSpec4 => ({
    code: 82,
    data: [
      { code: 1, hex: [...port].map((char) => hexOctet(char.charCodeAt(0))).join('') },
      { code: 2, hex: '02670000000b' },
    ],
  });
  const one = (chaddr: string, xid: number, port: string, address: string): void => {
    const asks = { chaddr, xid, giaddr: RELAY, hops: 1 };
    const wants: OptionSpec4 = { code: 55, data: [1, 3, 6] };
    const agent = circuit(port);
    const reply = lease({ 3: [RELAY] }, address);
    const gives = { ...asks, ...reply, hops: 0, options: [...reply.options!, agent] };
    const takes: OptionSpec4[] = [
      { code: 50, data: address },
      { code: 54, data: SERVER },
    ];
    tape.client(1, { ...asks, options: [wants, agent] }, FROM_RELAY).server(2, gives, TO_RELAY);
    tape.client(3, { ...asks, options: [...takes, wants, agent] }, FROM_RELAY).server(5, gives, TO_RELAY);
  };
  one(CLIENT, 0x67000001, 'ge-0/0/7', '10.67.8.100');
  tape.wait(3);
  one(NEIGHBOUR, 0x67000002, 'ge-0/0/9', '10.67.8.101');
  return tape;
}

/** 1–4: a client gets a lease. 5–64: one machine asks under sixty hardware addresses. 65, 66: an honest client gets nothing. */
function starvation(tape: Tape): Tape {
  tape.bind().wait(30);
  for (let i = 0; i < 60; i++)
    tape.client(1, { chaddr: `02:67:66:00:00:${hexOctet(i)}`, xid: 0x67000100 + i }, { ethSource: NEIGHBOUR });
  const late = { chaddr: '02:67:00:00:00:0e', xid: 0x67000002 };
  return tape
    .wait(1)
    .client(1, late)
    .wait(4)
    .client(1, { ...late, secs: 4 });
}

/** 1–4, 5–8, 9–12: two machines with the same client identifier take the same address from each other. */
function clones(tape: Tape): Tape {
  const identifier: OptionSpec4 = { code: 61, hex: 'ff0102030400020000ab110102030405060708' };
  for (const [i, chaddr] of [CLIENT, NEIGHBOUR, CLIENT].entries())
    tape.bind(LEASE, { chaddr, xid: 0x67000010 + i }, {}, [identifier]).wait(60);
  return tape;
}

/** 1, 2: RARP. 3, 4: BOOTP. */
function bootp(tape: Tape): Tape {
  const asks = { operation: 3, senderMac: CLIENT, senderIp: '0.0.0.0', targetMac: CLIENT, targetIp: '0.0.0.0' };
  tape.frame(resolution(0x8035, asks));
  const tells = { operation: 4, senderMac: SERVER_MAC, senderIp: SERVER, targetMac: CLIENT, targetIp: ADDRESS };
  tape.frame(resolution(0x8035, tells, CLIENT)).wait(10);
  const both = { chaddr: CLIENT, xid: 0x67000002 };
  tape.frame(datagram4(encodeMessage4(both), { ethSource: CLIENT }));
  const reply = { ...both, op: 2, yiaddr: ADDRESS, siaddr: SERVER, sname: 'bootserver', file: 'vmunix' };
  return tape.frame(
    datagram4(encodeMessage4(reply), {
      ethSource: SERVER_MAC,
      ethDestination: CLIENT,
      source: SERVER,
      destination: ADDRESS,
      sourcePort: 67,
      destinationPort: 68,
    }),
  );
}

const ROUTER: Partial<Around> = {
  ethSource: SERVER_MAC,
  ethDestination: CLIENT,
  source: linkLocalOf(SERVER_MAC),
  destination: linkLocalOf(CLIENT),
  sourcePort: 547,
  destinationPort: 546,
};
/** 1: router solicitation. 2: router advertisement with flags M and O. 3–6: DHCPv6 for an address and a prefix. */
function ipv6(tape: Tape): Tape {
  tape.frame(
    icmpv6(Uint8Array.of(133, 0, 0, 0, 0, 0, 0, 0), { ethDestination: '33:33:00:00:00:02', destination: 'ff02::2' }),
  );
  // Hop limit 64, flags M and O, lifetime 1800 s; a prefix that is on-link but not for address autoconfiguration (RFC 4861 §4.2, §4.6.2).
  const prefix = concat([
    Uint8Array.of(3, 4, 64, 0x80),
    uintOctets(4000, 4),
    uintOctets(3000, 4),
    new Uint8Array(4),
    parseIpv6('fd67::')!,
  ]);
  const head = concat([Uint8Array.of(134, 0, 0, 0, 64, 0xc0), uintOctets(1800, 2), new Uint8Array(8)]);
  tape.frame(
    icmpv6(concat([head, prefix]), { ...ROUTER, ethDestination: '33:33:00:00:00:01', destination: 'ff02::1' }),
  );
  const ia = (code: number, given = ''): OptionSpec6 => ({ code, hex: association(given) });
  const client: OptionSpec6 = { code: 1, hex: duidOf(CLIENT) };
  const server: OptionSpec6 = { code: 2, hex: duidOf(SERVER_MAC) };
  const asked = [ia(3), ia(25), { code: 6, hex: '0017' }];
  const dns: OptionSpec6 = { code: 23, hex: `fd67${'00'.repeat(13)}01` };
  const given = [client, server, ia(3, leased('fd67::100')), ia(25, delegated('fd67:100::', 56)), dns];
  const send = (type: string, xid: number, options: OptionSpec6[], around: Partial<Around> = {}): Tape =>
    tape.frame(datagram6(encodeMessage6({ type, xid, options }), around));
  send('SOLICIT', 0x670001, [client, ...asked]);
  send('ADVERTISE', 0x670001, given, ROUTER);
  send('REQUEST', 0x670002, [client, server, ...asked]);
  return send('REPLY', 0x670002, given, ROUTER);
}

/** An exchange captured at the client, or at the server; the server's OFFERs do not reach the client. */
const lost = (offers: boolean) => (tape: Tape) => {
  for (const secs of [0, 4, 12]) {
    tape.client(1, { secs, options: [{ code: 55, data: [1, 3, 6] }] });
    if (offers) tape.server(2, { ...LEASE, secs: 0 }, { ethDestination: CLIENT, destination: ADDRESS });
    tape.wait(offers ? 4 : 4.01);
  }
  return tape;
};

/** Generators by file name. */
const RECIPES: ReadonlyMap<string, (tape: Tape) => Tape> = new Map([
  ['broadcast-flag.pcap', broadcastFlag],
  ['rebinding.pcap', rebinding],
  ['option-82.pcap', option82],
  ['starvation.pcap', starvation],
  ['clones.pcap', clones],
  ['bootp-and-rarp.pcap', bootp],
  ['ipv6.pcap', ipv6],
  ['lost-at-client.pcap', lost(false)],
  ['lost-at-server.pcap', lost(true)],
]);

/** The names of the captures that can be generated. */
export const MADE_CAPTURES: readonly string[] = [...RECIPES.keys()];

/** The octets of a generated capture; undefined if there is none of that name. */
export function madeCapture(name: string): Uint8Array | undefined {
  const recipe = RECIPES.get(name);
  return recipe && pcapOf(recipe(new Tape()).frames);
}
