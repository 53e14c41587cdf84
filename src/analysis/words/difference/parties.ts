import { REFUSED, type Verb } from './properties';

/** What the two sides of a comparison are called. */

/** What the clients of the two sides are called. */
export interface Parties {
  /** What the messages of the two sides are: `unanswered`, `answered`. */
  readonly without: string;
  readonly with: string;
  /** One client and several of each side. */
  readonly unanswered: readonly [string, string];
  readonly answered: readonly [string, string];
  /** What one client and several do with a message. */
  readonly does: readonly [string, string];
  /** How an option is said to be theirs, and to be missing. */
  readonly verb: Verb;
  readonly offers: string;
  readonly lacking: string;
  readonly otherwise: string;
}

const ASKING: Parties = {
  without: 'unanswered',
  with: 'answered',
  unanswered: ['unanswered client', 'unanswered clients'],
  answered: ['answered client', 'answered clients'],
  does: ['sends', 'send'],
  verb: 'send',
  offers: '',
  lacking: 'no ',
  otherwise: 'the server or a relay may treat such clients differently',
};
const OFFERED: Parties = {
  without: 'untaken',
  with: 'taken',
  unanswered: ['client that takes no OFFER', 'clients that take no OFFER'],
  answered: ['client that took one', 'clients that took one'],
  does: ['gets', 'get'],
  verb: 'get',
  offers: 'OFFERs with ',
  lacking: 'OFFERs without ',
  otherwise: REFUSED,
};
/** The names for a comparison of messages of this name. */
export const partiesOf = (name: string): Parties => (name === 'OFFER' ? OFFERED : ASKING);
