import { REPLY, SOLICIT } from '../../../codec/dhcpv6/message';
import { addressInDuid, nameOfDuid } from '../../../codec/names/duids';
import * as advice from '../../words/advice';
import { POOLS6 } from '../../words/advice6';
import { cause, ranked } from '../../collector';
import type { Exchange6, Note6 } from '../../conversations/v6model';
import { spreadOf6 } from '../../evidence/identity6';
import type { World } from '../../evidence/world';
import { linkText } from '../../words/links';
import { push } from '../../../codec/append';
import { UNKNOWN_ADDRESS, leaseTime, list, span } from '../../words/words';
import { clonesEvidence, duidSteps } from '../leases/identity';
import type { WorldRule } from '../rule';

/** DHCPv6: one address or prefix is leased to two clients, or one DUID is in use on two links. */

/** An address or prefix that a REPLY gives to a client. */
interface Lease6 {
  readonly exchange: Exchange6;
  readonly note: Note6;
  /** Valid lifetime in seconds, as on the wire (RFC 9915 §7.7). */
  readonly valid: number;
}

const FOREVER = 0xffffffff;
/** How many later exchanges of a client are searched for the end of its lease. */
const MOST_EXCHANGES = 200;

/** Two clients hold a REPLY for one address at one time. */
export const v6DuplicateAddress: WorldRule = function* (world) {
  const leases = new Map<string, Lease6[]>();
  for (const exchange of world.conversations6.exchanges) {
    if (exchange.outcome !== 'bound' && exchange.outcome !== 'renewed') continue;
    for (const note of exchange.of(REPLY)) {
      const { address, others = [], valid = [] } = note.answer ?? {};
      if (address === undefined || !note.timed) continue;
      for (const [i, one] of [address, ...others].entries()) push(leases, one, { exchange, note, valid: valid[i]! });
    }
  }
  for (const [address, all] of leases) {
    all.sort((a, b) => a.note.time - b.note.time);
    for (let i = 1; i < all.length; i++) {
      const before = all[i - 1]!;
      const after = all[i]!;
      if (sameMachine(before, after, world) || !sameScope(before.note, after.note)) continue;
      if (after.note.time >= endOf(before, address)) continue;
      const [first, second] = [before, after].map(({ exchange: { client } }) => nameOfDuid(client.label));
      const sameServer = before.note.server === after.note.server;
      yield {
        id: 'duplicate-address',
        severity: 'error',
        subject: address,
        frames: [after.note.frame, before.note.frame],
        detail: () => ({
          title: `${address} is leased to two DHCPv6 clients at one time`,
          explanation: `${first} got ${address} in frame ${before.note.frame} for ${leaseTime(before.valid)}; ${span(after.note.time - before.note.time)} later ${second} got the same in frame ${after.note.frame}, and the first lease had neither ended nor been given back here.`,
          causes: ranked(
            cause(
              sameServer ? 'possible' : 'likely',
              'Two servers give out the same range without knowing of each other',
              !sameServer &&
                `servers ${nameOfDuid(before.note.server ?? UNKNOWN_ADDRESS)} and ${nameOfDuid(after.note.server ?? UNKNOWN_ADDRESS)}`,
            ),
            cause(
              sameServer ? 'likely' : 'possible',
              'The server lost its lease database, or the RELEASE was not seen from here',
            ),
          ),
          steps: [
            ...(sameServer
              ? []
              : [
                  `Give ${list([before, after].map(({ note }) => nameOfDuid(note.server ?? UNKNOWN_ADDRESS)))} ranges that do not overlap.`,
                ]),
            ...advice.settings(POOLS6[address.includes('/') ? 'prefixes' : 'addresses']),
          ],
          reference: 'RFC 9915 §13.1, §18.3.2',
        }),
      };
    }
  }
};

/** Whether two leases are of one machine: it may have a new DUID, after another system was booted or installed. */
function sameMachine(before: Lease6, after: Lease6, world: World): boolean {
  const [one, other] = [before.exchange.client, after.exchange.client];
  if (one === other) return true;
  const same = (a: string | undefined, b: string | undefined): boolean => a !== undefined && a === b;
  // Two DUIDs that are made of link-layer addresses tell two machines apart, wherever their messages come from.
  const [made, madeToo] = [addressInDuid(one.label), addressInDuid(other.label)];
  if (made !== undefined && madeToo !== undefined) return made === madeToo;
  const peer = ({ note }: Lease6): string | undefined => world.packets.get(note.index).dhcpv6?.peerAddress;
  return same(one.mac, other.mac) || same(peer(before), peer(after));
}

/** Addresses of two links that no relay joins are not compared. */
const sameScope = (before: Note6, after: Note6): boolean =>
  before.link === after.link || (before.relayed && after.relayed);

/** When a lease ends: by its lifetime, or because its client gives it up, is refused or starts over. */
function endOf({ exchange, note, valid }: Lease6, address: string): number {
  const { exchanges } = exchange.client;
  const until = valid === FOREVER ? Infinity : note.time + valid;
  const last = exchange.position + MOST_EXCHANGES;
  for (let i = exchange.position + 1; i < exchanges.length; i++) {
    const later = exchanges[i]!;
    if (i > last || endsLease(later, address)) return Math.min(until, later.notes[0]!.time);
  }
  return until;
}

const endsLease = (later: Exchange6, address: string): boolean =>
  ['released', 'declined', 'refused'].includes(later.outcome) ||
  later.has(SOLICIT) ||
  later.notes.some(({ answer }) => answer && (answer.refusals.length > 0 || answer.ended.includes(address)));

/** One DUID is in use on two links at once. */
export const v6DuidOnTwoLinks: WorldRule = function* (world) {
  for (const spread of spreadOf6(world)) {
    const [one, other] = spread.ends as [(typeof spread.ends)[number], (typeof spread.ends)[number]];
    const evidence = clonesEvidence(spread);
    const shared = [...one.iaids].filter((iaid) => other.iaids.has(iaid));
    const same = shared.length > 0;
    const iaids = same
      ? `both send IAID ${list(shared.map(String))}`
      : `each sends IAIDs of its own (${list([...one.iaids].map(String))} and ${list([...other.iaids].map(String))})`;
    yield {
      id: 'duplicate-client-id',
      severity: 'info',
      subject: spread.label,
      frames: spread.frames,
      detail: () => ({
        title: `${one.mac} and ${other.mac} send one DUID on two links at once`,
        explanation: `DUID ${spread.label} comes from ${one.mac} on ${linkText(one.link)} and from ${other.mac} on ${linkText(other.link)}; ${iaids}. ${evidence.join('. ')}. A DUID is that of a machine, and an IAID that of one of its interfaces, so one machine may send it by two cards. They count as one client here.`,
        causes: ranked(
          cause(
            same ? 'possible' : 'likely',
            'One machine has a card on each of the two links (a laptop in its dock, a host in two VLANs)',
            !same && iaids,
          ),
          cause(
            same ? 'likely' : 'possible',
            'One machine is a copy of the other (cloned disk, virtual machine or image)',
            same && iaids,
          ),
        ),
        steps: [
          `See whether ${one.mac} and ${other.mac} are cards of one machine (\`ip link\`, in Windows \`getmac\`, lists both): then nothing needs to be done.`,
          ...duidSteps(spread),
        ],
        reference: 'RFC 9915 §11, §12',
      }),
    };
  }
};
