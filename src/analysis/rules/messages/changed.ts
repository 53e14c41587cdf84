import { cause } from '../../collector';
import type { Message } from '../../conversations/model';
import { withFinding } from '../../draft';
import { sumFaultOf } from '../../evidence/delivery';
import type { Cause } from '../../finding';
import { putFirst } from '../../words/difference';
import { frames } from '../../words/words';

/**
 * The cause of contents that make no sense where the checksum of these frames is wrong too: they were changed after they were sent (RFC 768).
 */
export const changedOnTheWay = (changed: readonly number[]): Cause =>
  withFinding(
    'bad-checksum',
    changed,
    cause(
      'likely',
      'The message was changed on the way, so it does not hold what its sender wrote',
      `the checksum is wrong in ${frames(changed)}`,
      'see the finding bad-checksum',
    ),
  );

/** Causes, with a change on the way first where a checksum shows one. A checksum left to the network card shows nothing of the kind. */
export function unlessChanged(causes: readonly Cause[], ...messages: readonly Message[]): Cause[] {
  const changed = messages.filter((one) => sumFaultOf(one) === 'wrong').map(({ frame }) => frame);
  return changed.length > 0 ? putFirst(changedOnTheWay(changed), causes) : [...causes];
}
