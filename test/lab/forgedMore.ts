/** Captures of our encoder: what no real program of the lab does, and what needs hosts beside client and server. */
import { encodeMessage4 } from '../../src/codec/dhcpv4';
import { encodeMessage6 } from '../../src/codec/dhcpv6';
import { concat } from '../../src/codec/bytes';
import { uintOctets } from '../../src/codec/values/scalar';
import { ADDRESS, CLIENT, LEASE, SERVER, SERVER_MAC, forged, lease, type Tape } from './forged';
import { datagram4, datagram6, resolution, type Around } from './frame';
import type { Row } from './scenario';

const ROUTER = '10.67.0.254';
const DORA = 'DISCOVER OFFER REQUEST ACK';
const PXE = { code: 60, data: 'PXEClient:Arch:00000:UNDI:002001' };
const TO_CLIENT: Partial<Around> = {
  ethSource: SERVER_MAC,
  ethDestination: CLIENT,
  source: SERVER,
  destination: ADDRESS,
};
const FROM_CLIENT: Partial<Around> = {
  ethSource: CLIENT,
  ethDestination: SERVER_MAC,
  source: ADDRESS,
  destination: SERVER,
};

/** An ARP request, or the reply to it. */
const arp = (tape: Tape, sender: string, ip: string, target: string, operation = 1): Tape =>
  tape.frame(
    resolution(0x0806, {
      operation,
      senderMac: sender,
      senderIp: ip,
      targetMac: '00:00:00:00:00:00',
      targetIp: target,
    }),
  );

const text = (words: string): Uint8Array => new TextEncoder().encode(`${words}\0`);
/** A TFTP read request, or an ERROR. */
const asksFile = (tape: Tape, file: Uint8Array): Tape =>
  tape.frame(
    datagram4(concat([uintOctets(1, 2), file, text('octet')]), {
      ...FROM_CLIENT,
      sourcePort: 2070,
      destinationPort: 69,
    }),
  );
const refusesFile = (tape: Tape): Tape =>
  tape.frame(
    datagram4(concat([uintOctets(5, 2), uintOctets(1, 2), text('File not found')]), {
      ...TO_CLIENT,
      sourcePort: 49_153,
      destinationPort: 2070,
    }),
  );

const DUID = '0003000102670000000c';
const SERVER_DUIDS = ['00030001026700000001', '00030001026700000002'] as const;
const hex = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
/** IA_NA with T1, T2 and an address of 3000 and 4000 s. */
const association = (t1: number, t2: number): { code: number; hex: string } => ({
  code: 3,
  hex: `00000001${hex(t1, 4)}${hex(t2, 4)}00050018fd67${'00'.repeat(12)}0100${hex(3000, 4)}${hex(4000, 4)}`,
});
const FROM_SERVER6: Partial<Around> = {
  ethSource: SERVER_MAC,
  ethDestination: CLIENT,
  source: 'fe80::67:ff:fe00:1',
  destination: 'fe80::67:ff:fe00:c',
  sourcePort: 547,
  destinationPort: 546,
};
const solicit = (tape: Tape, options = [{ code: 1, hex: DUID }]): Tape =>
  tape.frame(
    datagram6(
      encodeMessage6({
        type: 'SOLICIT',
        xid: 0x670001,
        options: [...options, { code: 3, hex: '00000001' + '00'.repeat(8) }],
      }),
    ),
  );
const advertise = (tape: Tape, duid: string = SERVER_DUIDS[0], t1 = 1000, t2 = 2000): Tape =>
  tape.frame(
    datagram6(
      encodeMessage6({
        type: 'ADVERTISE',
        xid: 0x670001,
        options: [{ code: 1, hex: DUID }, { code: 2, hex: duid }, association(t1, t2)],
      }),
      FROM_SERVER6,
    ),
  );

export const FORGED_MORE: readonly Row[] = [
  forged(
    {
      name: 'router-silent',
      says: 'The client asks by ARP for the router that its ACK names, and nobody answers; the server answers ARP.',
      wire: new RegExp(`^${DORA}`),
      expected: [{ id: 'router-silent', severity: 'warning' }],
    },
    (tape) => {
      tape.bind(lease({ 3: [ROUTER] }));
      arp(arp(tape, CLIENT, ADDRESS, SERVER), SERVER_MAC, SERVER, ADDRESS, 2);
      for (let i = 0; i < 4; i++) arp(tape.wait(1), CLIENT, ADDRESS, ROUTER);
      return tape.wait(2);
    },
  ),
  forged(
    {
      name: 'used-without-lease',
      says: 'The client gives its address back, and goes on using it.',
      wire: new RegExp(`^${DORA} RELEASE`),
      expected: [{ id: 'used-without-lease', severity: 'warning' }],
    },
    (tape) => {
      tape
        .bind()
        .wait(60)
        .client(7, { ciaddr: ADDRESS, options: [{ code: 54, data: SERVER }] }, FROM_CLIENT);
      for (let i = 0; i < 4; i++) arp(tape.wait(60), CLIENT, ADDRESS, SERVER);
      return tape;
    },
  ),
  forged(
    {
      name: 'reply-without-options',
      says: 'A BOOTP server that knows no DHCP answers the DISCOVER.',
      wire: /^(DISCOVER BOOTP ?){2}$/,
      expected: [{ id: 'reply-without-options', severity: 'error' }],
      tolerated: ['no-offer', 'offer-not-taken'],
    },
    (tape) => {
      const reply = encodeMessage4({ op: 2, chaddr: CLIENT, xid: 0x67000001, yiaddr: ADDRESS, options: [] });
      for (let i = 0; i < 2; i++)
        tape
          .wait(4 * i)
          .client(1)
          .frame(datagram4(reply, { ethSource: SERVER_MAC, source: SERVER, sourcePort: 67, destinationPort: 68 }));
      return tape.wait(5);
    },
  ),
  forged(
    {
      name: 'unsolicited-reply',
      says: 'An OFFER comes under an xid that the client never used.',
      wire: new RegExp(`^${DORA} OFFER$`),
      expected: [{ id: 'unsolicited-reply', severity: 'warning' }],
    },
    (tape) =>
      tape
        .bind()
        .wait(3)
        .server(2, { ...LEASE, xid: 0x67ff0099 }),
  ),
  forged(
    {
      name: 'message-too-large',
      says: 'The client takes 576 octets, and the server’s replies are larger.',
      wire: new RegExp(`^${DORA}$`),
      expected: [{ id: 'message-too-large', severity: 'warning', at: ['OFFER', 'ACK'] }],
    },
    (tape) =>
      tape.bind(
        {
          ...LEASE,
          options: [
            ...LEASE.options!,
            { code: 43, hex: '01'.repeat(250) },
            { code: 125, hex: `00000007c8${'02'.repeat(200)}` },
          ],
        },
        {},
        {},
        [{ code: 57, data: 576 }],
      ),
  ),
  forged(
    {
      name: 'boot-file-mismatch',
      says: 'The firmware takes the End option for a letter of its boot file’s name.',
      wire: new RegExp(`^${DORA}`),
      expected: [{ id: 'boot-file-mismatch', severity: 'warning' }],
      tolerated: ['tftp-error'],
    },
    (tape) => {
      tape.bind({ ...LEASE, siaddr: SERVER, options: [...LEASE.options!, { code: 67, data: 'pxelinux.0' }] }, {}, {}, [
        PXE,
      ]);
      return refusesFile(asksFile(tape, concat([text('pxelinux.0').slice(0, -1), Uint8Array.of(255, 0)]))).wait(5);
    },
  ),
  forged(
    {
      name: 'bootp-unanswered',
      says: 'A device asks by BOOTP three times.',
      wire: /^(BOOTP ?){3}$/,
      expected: [{ id: 'bootp-unanswered', severity: 'warning' }],
    },
    (tape) => {
      for (const secs of [0, 4, 12])
        tape
          .wait(4)
          .frame(
            datagram4(encodeMessage4({ chaddr: CLIENT, xid: 0x67000001, secs, options: [] }), { ethSource: CLIENT }),
          );
      return tape.wait(5);
    },
  ),
  forged(
    {
      name: 'v6-multiple-servers',
      says: 'Two servers advertise to one SOLICIT.',
      wire: /^SOLICIT ADVERTISE ADVERTISE$/,
      expected: [{ id: 'v6-multiple-servers', severity: 'warning', at: ['ADVERTISE'] }],
    },
    (tape) => advertise(advertise(solicit(tape)), SERVER_DUIDS[1]),
  ),
  forged(
    {
      name: 'v6-timer-order',
      says: 'T1 is later than T2.',
      wire: /^SOLICIT ADVERTISE$/,
      expected: [{ id: 'v6-timer-order', severity: 'error', at: ['ADVERTISE'] }],
    },
    (tape) => advertise(solicit(tape), SERVER_DUIDS[0], 2500, 2000),
  ),
  forged(
    {
      name: 'v6-malformed',
      says: 'The SOLICIT has no client DUID.',
      wire: /^SOLICIT$/,
      expected: [{ id: 'v6-malformed', severity: 'error', at: ['SOLICIT'] }],
      tolerated: ['v6-no-reply'],
    },
    (tape) => solicit(tape, []).wait(2),
  ),
];
