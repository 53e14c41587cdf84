import type { Lease } from '../../conversations/lease';
import type { Client, Message } from '../../conversations/model';
import { cause } from '../../draft';
import type { Usual } from '../../evidence/routersGiven';
import type { Cause } from '../../finding';
import { count, ip, list } from '../../words/words';

/** A value that a server gives to a few clients, and another one to the others of their subnet. */

/** One of the few: its hardware address, and the address that it is given. */
interface Host {
  readonly name: string;
  readonly mac: string;
  readonly address: string;
}

/** All that are given the value of a reply: the client of the reply first. */
export const fewOf = (message: Message, client: Client, { alike }: Pick<Usual, 'alike'>): readonly Host[] => [
  { name: client.label, mac: message.dhcp.chaddr, address: ip(message.dhcp.yiaddr) },
  ...alike.filter((lease) => lease.client !== client).map(hostOf),
];

/** Who has a lease. */
export const hostOf = ({ client, mac, address }: Lease): Host => ({ name: client.label, mac, address: ip(address) });

/** How many of them a sentence names. */
const MOST_NAMED = 8;

/** The names of some hosts in a sentence. */
export const named = (hosts: readonly Host[]): string =>
  list(
    hosts.map(({ name }) => name),
    MOST_NAMED,
  );

/** The cause of a value that so few are given; `who` where one of them is named elsewhere. */
export function ofFewCause(
  has: string,
  { clients, lease }: Pick<Usual, 'clients' | 'lease'>,
  instead: string,
  few: readonly Host[],
  who = named(few),
): Cause {
  const one = few.length === 1;
  return cause(
    'likely',
    `The settings of ${one ? who : named(few)} are wrong, not those of ${one ? 'its' : 'their'} subnet: ${one ? 'a reservation, or a class, has' : 'reservations, or a class, have'} ${has}`,
    `${count(clients, 'other client')} of this subnet ${clients === 1 ? 'is' : 'are'} given ${instead} by the same server (frame ${lease.frame})`,
  );
}
