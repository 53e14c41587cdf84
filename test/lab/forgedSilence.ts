/** Captures of our encoder: what the unanswered have in common, and values that an option's RFC rules out. */
import { loadBalanceHash } from '../../src/analysis/evidence/silence/loadBalance';
import type { OptionSpec4 } from '../../src/codec/dhcpv4';
import { forged, lease, type Tape } from './forged';
import type { Row } from './scenario';

const mac = (number: number): string => `02:67:00:00:01:${number.toString(16).padStart(2, '0')}`;

/** A client gets a lease. */
const served = (tape: Tape, number: number): Tape =>
  tape.bind(lease({}, `10.67.0.${number}`), { chaddr: mac(number), xid: 0x67000000 + number });

/** A client asks twice, and nobody answers. */
function silent(tape: Tape, number: number, options: readonly OptionSpec4[] = [], minimumSize = 300): Tape {
  const spec = {
    chaddr: mac(number),
    xid: 0x67000000 + number,
    minimumSize,
    options: [...options, { code: 55, data: [1, 3, 6] }],
  };
  return tape.client(1, spec).wait(4).client(1, spec);
}

/** Two clients are served before and after a third asks in vain. */
const beside = (tape: Tape, options: readonly OptionSpec4[], minimumSize?: number): Tape =>
  served(silent(served(tape, 2), 3, options, minimumSize), 4);

const BESIDE = /^DISCOVER OFFER REQUEST ACK DISCOVER DISCOVER DISCOVER OFFER REQUEST ACK$/;
const NO_OFFER = { id: 'no-offer', severity: 'error' } as const;

/** Numbers of clients in one half of the hash of RFC 3074. */
const half = (which: number): number[] =>
  Array.from({ length: 200 }, (_, i) => i + 2)
    .filter((i) => loadBalanceHash(Uint8Array.of(0x02, 0x67, 0, 0, 1, i)) >> 7 === which)
    .slice(0, 8);

export const FORGED_SILENCE: readonly Row[] = [
  forged(
    {
      name: 'bad-option-value',
      says: 'Flag E of the client’s FQDN says DNS form, and the name is plain text; the lease is given all the same.',
      wire: /^DISCOVER OFFER$/,
      expected: [{ id: 'bad-option-value', severity: 'warning', at: ['DISCOVER'] }],
    },
    (tape) =>
      tape.client(1, { options: [{ code: 81, hex: '0500007072696e7465722d726f6f6d2d3132' }] }).server(2, lease()),
  ),
  forged(
    {
      name: 'no-offer-short-discover',
      says: 'A DISCOVER of fewer than 300 octets is not answered, longer ones are.',
      wire: BESIDE,
      expected: [NO_OFFER],
    },
    (tape) => beside(tape, [], 0),
  ),
  forged(
    {
      name: 'no-offer-rapid-commit',
      says: 'DISCOVERs with option 80 are not answered, those without are.',
      wire: BESIDE,
      expected: [NO_OFFER],
    },
    (tape) => beside(tape, [{ code: 80, hex: '' }]),
  ),
  forged(
    {
      name: 'failover-half-silent',
      says: 'One partner of a failover pair is silent: its half of the clients is not answered.',
      wire: /^(DISCOVER OFFER REQUEST ACK ){4}(DISCOVER DISCOVER ){8}(DISCOVER OFFER REQUEST ACK ?){4}$/,
      expected: [{ id: 'failover-half-silent', severity: 'warning' }, NO_OFFER],
    },
    (tape) => {
      const others = half(1);
      for (const number of others.slice(0, 4)) served(tape, number);
      for (const number of half(0)) silent(tape, number);
      for (const number of others.slice(4)) served(tape, number);
      return tape;
    },
  ),
];
