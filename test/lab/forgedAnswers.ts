/** Captures that no real program makes: replies that do not fit their requests, and REQUESTs that do not fit their OFFERs. */
import { ADDRESS, CLIENT, FROM_RELAY, LEASE, RELAY, SERVER, TO_RELAY, forged, lease } from './forged';
import type { Row } from './scenario';
import { uintOctets } from '../../src/codec/values/scalar';
import { concat } from '../../src/codec/bytes';
import { foldedSum } from '../../src/codec/ip/checksum';
import type { PcapFrame } from '../capture/build';

const OTHER = '10.67.0.150';
const SECOND = '10.67.0.2';
const ID = { code: 61, hex: '01026700000001' };
const asks = (address = ADDRESS, server = SERVER): { options: { code: number; data: string }[] } => ({
  options: [
    { code: 50, data: address },
    { code: 54, data: server },
  ],
});
const UNICAST = { destination: ADDRESS, ethDestination: CLIENT };

/** Puts a frame into a VLAN (IEEE 802.1Q §9.6). */
const tagged = (frame: PcapFrame, vlan: number): PcapFrame => ({
  ...frame,
  bytes: concat([frame.bytes.slice(0, 12), uintOctets(0x8100, 2), uintOctets(vlan, 2), frame.bytes.slice(12)]),
});

/** Leaves the UDP checksum as a sender does whose network card has to finish it: the folded sum of the pseudo-header. */
function unfinished(frame: PcapFrame): PcapFrame {
  const bytes = frame.bytes.slice();
  const length = bytes.length - 34;
  bytes.set(uintOctets(foldedSum(bytes, 26, 34, 17 + length), 2), 40);
  return { ...frame, bytes };
}

/** Changes the frames of one direction. */
function change(frames: PcapFrame[], which: (i: number) => boolean, how: (frame: PcapFrame) => PcapFrame): void {
  frames.forEach((frame, i) => {
    if (which(i)) frames[i] = how(frame);
  });
}

export const FORGED_ANSWERS: readonly Row[] = [
  forged(
    {
      name: 'ack-other-address',
      says: 'The ACK gives another address than the one offered and asked for.',
      wire: /^DISCOVER OFFER REQUEST ACK$/,
      expected: [{ id: 'ack-other-address', severity: 'error', at: ['REQUEST', 'ACK'] }],
    },
    (tape) => tape.client(1).server(2, LEASE).client(3, asks()).server(5, lease({}, OTHER)),
  ),
  forged(
    {
      name: 'request-mismatch',
      says: 'The REQUEST names a server that made no OFFER, and gets no answer.',
      wire: /^DISCOVER OFFER REQUEST REQUEST$/,
      expected: [
        { id: 'request-mismatch', severity: 'error', at: ['REQUEST', 'OFFER'] },
        { id: 'no-ack', severity: 'error', at: ['REQUEST'] },
      ],
    },
    (tape) =>
      tape
        .client(1)
        .server(2, LEASE)
        .client(3, asks(ADDRESS, '0.0.0.0'))
        .wait(4)
        .client(3, { ...asks(ADDRESS, '0.0.0.0'), secs: 4 }),
  ),
  forged(
    {
      name: 'reply-mismatch',
      says: 'The OFFER gives back another client identifier.',
      wire: /^DISCOVER OFFER$/,
      expected: [{ id: 'reply-mismatch', severity: 'error', at: ['OFFER', 'DISCOVER'] }],
    },
    (tape) =>
      tape
        .client(1, { options: [ID] })
        .server(2, { ...LEASE, options: [...LEASE.options!, { code: 61, hex: '026700000001' }] }),
  ),
  forged(
    {
      name: 'reply-to-wrong-address',
      says: 'The server’s OFFER passes the relay in giaddr by.',
      wire: /^DISCOVER OFFER$/,
      expected: [{ id: 'reply-to-wrong-address', severity: 'error', at: ['OFFER'] }],
      tolerated: ['router-outside-subnet', 'address-outside-scope'],
    },
    (tape) =>
      tape
        .client(1, { giaddr: RELAY, hops: 1 }, FROM_RELAY)
        .server(
          2,
          { ...lease({}, '10.67.8.50'), giaddr: RELAY },
          { ...TO_RELAY, destination: '10.67.8.255', destinationPort: 68 },
        ),
  ),
  forged(
    {
      name: 'nak-not-broadcast',
      says: 'A NAK to a client of the server’s own link goes by unicast.',
      wire: /^REQUEST NAK$/,
      expected: [{ id: 'nak-not-broadcast', severity: 'warning', at: ['NAK'] }],
      tolerated: ['nak'],
    },
    (tape) =>
      tape
        .client(3, { options: [{ code: 50, data: OTHER }] })
        .server(6, { options: [{ code: 54, data: SERVER }] }, { ...UNICAST, destination: OTHER }),
  ),
  forged(
    {
      name: 'answer-ignored',
      says: 'The client repeats its REQUEST though the ACK is there.',
      wire: /^DISCOVER OFFER REQUEST ACK REQUEST ACK REQUEST ACK$/,
      expected: [{ id: 'answer-ignored', severity: 'warning', frames: [4, 5, 6, 7] }],
    },
    (tape) => {
      tape.bind();
      for (const secs of [4, 12])
        tape
          .wait(secs)
          .client(3, { ...asks(), secs })
          .server(5, LEASE);
      return tape;
    },
  ),
  forged(
    {
      name: 'source-not-server-id',
      says: 'The server replies from one address and names another, where renewals get no answer.',
      wire: /^DISCOVER OFFER REQUEST ACK REQUEST REQUEST$/,
      expected: [
        { id: 'source-not-server-id', severity: 'warning', at: ['OFFER'] },
        { id: 'renewal-unanswered', severity: 'warning', frames: [5, 6] },
      ],
    },
    (tape) => {
      tape.bind(lease({ 54: SECOND }));
      const renewal = { source: ADDRESS, destination: SECOND };
      for (const [xid, wait] of [
        [0x67000002, 1800],
        [0x67000002, 60],
      ] as const)
        tape.wait(wait).client(3, { xid, ciaddr: ADDRESS, secs: wait % 1800 }, renewal);
      return tape;
    },
  ),
  forged(
    {
      name: 'vlan-mismatch',
      says: 'DISCOVERs come in VLAN 10, the OFFERs go out without a tag.',
      wire: /^DISCOVER OFFER DISCOVER OFFER$/,
      expected: [
        { id: 'vlan-mismatch', severity: 'error', at: ['DISCOVER', 'OFFER'] },
        { id: 'offer-not-taken', severity: 'warning', at: ['OFFER'] },
      ],
    },
    (tape) => {
      tape.client(1).server(2, LEASE, UNICAST).wait(4).client(1, { secs: 4 }).server(2, LEASE, UNICAST);
      change(
        tape.frames,
        (i) => i % 2 === 0,
        (frame) => tagged(frame, 10),
      );
      return tape;
    },
  ),
  forged(
    {
      name: 'offload-not-taken',
      says: 'The UDP checksum of the OFFERs is left unfinished, and the client goes on with DISCOVER.',
      wire: /^DISCOVER OFFER DISCOVER OFFER$/,
      expected: [
        { id: 'bad-checksum', severity: 'warning', at: ['OFFER'] },
        { id: 'offer-not-taken', severity: 'warning', at: ['OFFER'] },
      ],
    },
    (tape) => {
      tape.client(1).server(2, LEASE, UNICAST).wait(4).client(1, { secs: 4 }).server(2, LEASE, UNICAST);
      change(tape.frames, (i) => i % 2 === 1, unfinished);
      return tape;
    },
  ),
];
