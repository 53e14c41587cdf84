import { uint } from '../../values/scalar';
import { atLeast, exactly, octets } from '../../values/type';
import { struct } from '../../values/struct';

/**
 * Authentication (RFC 8415 §21.11). The information at the end depends on the protocol; for the reconfigure key protocol it is
 * an octet (1: key, 2: HMAC-MD5 digest) and 16 octets (§20.4.1). It stays hex digits: keys are no text.
 */
export const authentication = struct('authentication', [
  {
    key: 'protocol',
    name: 'Protocol',
    type: uint(1, {
      names: {
        0: 'configuration token',
        1: 'delayed (obsolete)',
        2: 'delayed (obsolete)',
        3: 'reconfigure key',
        4: 'Split-DNS',
      },
    }),
  },
  { key: 'algorithm', name: 'Algorithm', type: uint(1, { names: { 0: 'configuration token', 1: 'HMAC-MD5' } }) },
  { key: 'rdm', name: 'Replay detection method', type: uint(1, { names: { 0: 'monotonic counter' } }) },
  { key: 'replay', name: 'Replay detection', type: octets(exactly(8)) },
  { key: 'information', name: 'Authentication information', type: octets(atLeast(0)) },
]);
