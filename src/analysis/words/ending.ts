import type { Outcome } from '../finding';
import { NO_ADDRESS } from '../conversations/client';
import { capital, span } from './words';

/** How one client ended, in clauses of the verdict. */

/** One client in the verdict: how it ended, whatever its protocol. */
export interface Ending {
  readonly label: string;
  /** The machine that it is: a machine that asks by DHCPv4 and by DHCPv6 has two endings. */
  readonly machine: string;
  /** Sorts clients by first appearance. */
  readonly rank: number;
  readonly outcome: Outcome;
  /** Its last exchange is BOOTP, which gives addresses and no leases (RFC 951). */
  readonly bootp: boolean;
  /** It has an address, but its last request got no answer: to renew its lease or for settings, or to a boot server. */
  readonly askedInVain: 'dhcp' | 'boot' | undefined;
  /**
   * Why it got no address: an answer gives none and says why (`lawful`) or does not (`unlawful`), or OFFERs are seen but it keeps asking, or
   * it does without IPv4 as it is told to (`v6 only`), or the address in the answer is valid for 0 seconds (`ended`), or it asks on for what
   * an answer gave it (`ignores`), or only a server answered that does not speak DHCP (`bootp`), or DHCPv6 gave it settings, and gives
   * nobody addresses on its link (`stateless`), or the answer does not fit its question (`misfit`), or it had
   * a lease, and keeps asking for one though OFFERs are seen (`anew`).
   */
  readonly without:
    | 'lawful'
    | 'unlawful'
    | 'asks on'
    | 'v6 only'
    | 'ended'
    | 'ignores'
    | 'bootp'
    | 'stateless'
    | 'misfit'
    | 'anew'
    | undefined;
  /**
   * The capture does not show the reply that gave it its address: only its silence afterwards speaks for it. It shows no reply at all, or
   * that the client asked another server than the one that answers here.
   */
  readonly presumed: 'no reply' | 'other server' | undefined;
  /** The reply that gave it its address is not in the capture, whatever proves it. */
  readonly unseen: boolean;
  /** It was offered an address, and its REQUEST got no answer. */
  readonly offered: boolean;
  /** It got no answer in the end, though it had a lease before. */
  readonly servedBefore: boolean;
  /** The address that it asked to keep, where the answer to its renewal gives another. */
  readonly held: string | undefined;
  /** The address that it goes on using, though it was refused, or though it declined it. */
  readonly usesOn: string | undefined;
  /** Its last question was whether its addresses still fit the link (DHCPv6 CONFIRM). */
  readonly confirms: boolean;
  /** The capture shows replies to it, and nothing that it asked. */
  readonly onlyReplies: boolean;
  readonly server: string | undefined;
  readonly address: string | undefined;
}

/** DHCPv6 clients come after all others: the ranks of others are below this. */
export const BEHIND = 2 ** 40;
export const isOf6 = ({ rank }: Ending): boolean => rank >= BEHIND;

/** How many machines these are. */
export const machinesIn = (endings: readonly Ending[]): number => new Set(endings.map(({ machine }) => machine)).size;

export const GOT: ReadonlySet<Outcome> = new Set(['bound', 'renewed']);

/** What happened to a client that got no address. */
export const WITHOUT: Readonly<Record<NonNullable<Ending['without']>, string>> = {
  lawful: 'was told that there is no address for it',
  unlawful: 'was answered without an address',
  'asks on': 'got no lease',
  ignores: 'was given a lease, and asks on for it as if the answer had not come',
  'v6 only': 'does without IPv4, as option 108 tells it to',
  bootp: 'got no lease: only a BOOTP server answered, and it does not speak DHCP',
  misfit: 'got no answer that fits its question',
  anew: 'had a lease before, and got none since',
  stateless: 'got settings by DHCPv6, which gives no addresses on its link',
  ended: 'was answered with an address that is valid for 0 s, so it has none',
};

/** Without an address though it should have one. */
export const UNSERVED: ReadonlySet<string> = new Set(['unlawful', 'anew', 'asks on', 'ignores', 'misfit', 'bootp']);

export const plural = (text: string): string => text.replace('was ', 'were ').replace(' its ', ' their ');

/** What became of clients that wanted no address, or no longer. */
export function calmly(calm: readonly Ending[], addresses: string): string {
  const told = [
    calm.some(({ outcome }) => outcome === 'informed') ? 'asked for settings' : '',
    calm.some(({ outcome }) => outcome === 'released') ? `gave ${addresses} back` : '',
  ];
  return `only ${told.filter((one) => one !== '').join(' or ')}`;
}

/** What became of a client that had a lease, and asks anew in vain. */
export const NO_MORE = 'had a lease before, and got no answer since';

export const OFFERED = 'was offered an address, and got no answer to its REQUEST';

/** What is known of a client of which only replies are seen. */
export const ONLY_REPLIES = 'was sent messages by a server, and this capture does not show what it asked';

/** What became of the question of a client that has moved, or thinks that it may have (CONFIRM, RFC 9915 §18.2.3). */
export const CONFIRMS: Readonly<Partial<Record<Outcome, string>>> = {
  informed: 'was told that its addresses still fit this link',
  refused: 'was told that its addresses do not fit this link',
  unanswered: 'asked whether its addresses still fit this link, and got no answer',
};
export const confirmed = ({ confirms, outcome }: Ending): string | undefined =>
  confirms ? CONFIRMS[outcome] : undefined;

/** The longest time to a lease, and to a renewal, in seconds. */
export interface Slowest {
  readonly slowestLease: number;
  readonly slowestRenewal: number;
}

/** How long it took, where it took any time: equal time stamps say nothing. */
export const withinText = (seconds = 0): string =>
  seconds === 0 || seconds === Infinity ? '' : ` within ${span(seconds)}`;

/** What follows on what became of a client, or of several, that got an address and asked later in vain. */
export const LATER: Readonly<Record<NonNullable<Ending['askedInVain']>, readonly [one: string, more: string]>> = {
  dhcp: [', but what it asked later got no answer', ', but what they asked later got no answer'],
  boot: [', but no answer from its boot server', ', but no answer from their boot server'],
};

/** What became of a renewal: a server that gives another address did not renew the lease. */
function renewedText({ held, address, server }: Ending, time: string): string {
  const of = address === undefined ? '' : ` of ${address}`;
  return held === undefined
    ? `renewed its lease${of}${server === undefined ? '' : ` with ${server}`}${time}`
    : `asked to renew its lease of ${held}, and was given ${address ?? 'another address'}${server === undefined ? '' : ` by ${server}`}${time}`;
}

/** How one client ended, to follow its name. */
function becameOf(ending: Ending, took?: Slowest): string {
  const { outcome, bootp, server, address, askedInVain, without, presumed, offered, onlyReplies, servedBefore } =
    ending;
  const usesOn = ending.usesOn === undefined ? '' : `, and goes on using ${ending.usesOn}`;
  const from = server === undefined ? '' : ` from ${server}`;
  const slowest = ending.outcome === 'renewed' ? took?.slowestRenewal : took?.slowestLease;
  const time = ending.unseen ? '' : withinText(slowest);
  const of = address === undefined ? '' : ` of ${address}`;
  const words: Readonly<Record<Outcome, string>> = {
    bound: presumed
      ? `asked for ${address ?? 'an address'}${server === undefined ? '' : ` of ${server}`} and did not ask again, which suggests that it was given it; this capture does not show the reply`
      : bootp
        ? `got the address ${address ?? 'in its answer'}${from} by BOOTP${time}`
        : `got a lease${of}${from}${time}`,
    renewed: renewedText(ending, time),
    informed: `only asked for settings${server === undefined ? '' : `, and got them from ${server}`}`,
    refused: `was refused${server === undefined ? '' : ` by ${server}`}${usesOn}`,
    declined: `declined ${address === undefined ? 'its address' : address}${usesOn}`,
    unanswered: askedInVain
      ? 'had an address already, but what it asked got no answer'
      : offered
        ? OFFERED
        : servedBefore
          ? NO_MORE
          : 'got no answer',
    incomplete: onlyReplies ? ONLY_REPLIES : 'asked, and this capture does not show how it ended',
    released: `gave its address back${address === undefined ? '' : ` (${address})`}`,
  };
  const later = askedInVain && GOT.has(outcome) ? LATER[askedInVain][0] : '';
  return confirmed(ending) ?? `${without === undefined ? words[outcome] : WITHOUT[without]}${later}`;
}

/** How the only client of a capture ended, as a sentence and in brief. */
export function aloneOf(ending: Ending, took: Slowest): [string, string] {
  const { label } = ending;
  const became = becameOf(ending, took);
  const who = label === NO_ADDRESS ? `${capital(label)} ` : `One client, ${label}, `;
  return [`${who}${became}.`, `the client ${became}`];
}

/** The same of the only machine of a capture where it asks by DHCPv4 and by DHCPv6: a reader counts one client. */
export function byBothOf(endings: readonly Ending[], took: Slowest): [string, string] | undefined {
  const [four, six] = endings;
  if (endings.length !== 2 || machinesIn(endings) !== 1 || isOf6(four!) || !isOf6(six!)) return undefined;
  const [by4, by6] = [becameOf(four!, took), becameOf(six!)];
  return [
    `By DHCPv4, ${four!.label} ${by4}; by DHCPv6, it ${by6}.`,
    `by DHCPv4, the client ${by4}; by DHCPv6, it ${by6}`,
  ];
}

/** The servers that served the clients, in the order in which the clients were met. */
export function serversInOrder(got: readonly Ending[]): string[] {
  const ranks = new Map<string, number>();
  for (const { server, rank } of got)
    if (server !== undefined) ranks.set(server, Math.min(ranks.get(server) ?? Infinity, rank));
  return [...ranks].sort(([, a], [, b]) => a - b).map(([server]) => server);
}
