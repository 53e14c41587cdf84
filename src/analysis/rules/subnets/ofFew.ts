import { cause } from '../../draft';
import type { Usual } from '../../evidence/routersGiven';
import type { Cause } from '../../finding';
import { count } from '../../words/words';

/** The cause of a value that a server gives to one client, and another one to the others of its subnet. */
export const ofFewCause = (
  has: string,
  { clients, lease }: Pick<Usual, 'clients' | 'lease'>,
  instead: string,
  client = 'this client',
): Cause =>
  cause(
    'likely',
    `The settings of ${client} are wrong, not those of its subnet: a reservation, or a class, has ${has}`,
    `${count(clients, 'other client')} of this subnet ${clients === 1 ? 'is' : 'are'} given ${instead} by the same server (frame ${lease.frame})`,
  );
