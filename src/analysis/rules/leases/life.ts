import * as advice from '../../words/advice';
import { cause, ranked, type Detail } from '../../collector';
import { withFinding } from '../../draft';
import { REQUEST, type Client } from '../../conversations/model';
import { overstayed, tenuresOf, type Ending, type Tenure } from '../../evidence/tenure';
import { systemOfHolder } from '../../evidence/systems';
import type { World } from '../../evidence/world';
import { push } from '../../../codec/append';
import type { Lease } from '../../conversations/lease';
import { count, frames, ip, leaseTime, list, momentText, span } from '../../words/words';
import type { WorldRule } from '../rule';

/** The life of a lease: its renewals, and what happens after its end. */

/** Number of consecutive renewals that must each give less time than the one before. */
const RENEWALS = 3;
/**
 * The last lease time may be at most this share of the first: a server may answer an early renewal with the rest of the lease (Kea's
 * `cache-threshold` and dhcpd's `dhcp-cache-threshold`, each a quarter of the lease).
 */
const LEFT = 0.75;
/** Lease ends that differ by no more than this many seconds are the same. */
const SAME_END = 5;
/** Over a long time the ends may drift apart by this share of it: a server that counts whole seconds loses part of one each time. */
const DRIFT = 0.01;

/** Each renewal gives less time than the one before: the lease has a fixed end that the client cannot extend. */
export const leaseShrinks: WorldRule = function* (world) {
  const renewing = new Set(world.clients.filter(renewsOften));
  const byClient = new Map<Client, Lease[]>();
  for (const lease of renewing.size === 0 ? [] : world.survey.leases)
    if (renewing.has(lease.client) && lease.seconds !== undefined && lease.time > 0)
      push(byClient, lease.client, lease);
  const byServer = new Map<string, Shrinking[]>();
  for (const [client, leases] of byClient) {
    for (const run of shrinkingRuns(leases)) {
      const [first] = run;
      const last = run[run.length - 1]!;
      const renewals = run.filter(isRenewal);
      const fixed = haveOneEnd(run);
      // If the first is itself a renewal, the lease before it is not in the capture.
      if (renewals.length < RENEWALS || (!fixed && run.length - 1 < RENEWALS)) continue;
      if (last.seconds! > LEFT * first!.seconds!) continue;
      push(byServer, last.server === undefined ? client.label : ip(last.server), { client, run, last, fixed });
    }
  }
  for (const [server, all] of byServer)
    yield {
      id: 'lease-shrinks',
      severity: 'warning',
      subject: server,
      frames: all.flatMap(({ run }) => run.map(({ frame }) => frame)),
      places: all.map(({ run }) => run[0]!.frame),
      detail: () => shrinkingDetail(server, all, world),
    };
};

function renewsOften({ exchanges }: Client): boolean {
  let renewals = 0;
  for (const { outcome } of exchanges) if (outcome === 'renewed') renewals++;
  return renewals >= RENEWALS;
}

/** The leases of one client of which each ends sooner than the one before. */
interface Shrinking {
  readonly client: Client;
  readonly run: readonly Lease[];
  readonly last: Lease;
  /** They all end at one time. */
  readonly fixed: boolean;
}

function shrinkingDetail(server: string, all: readonly Shrinking[], { facts }: World): Detail {
  const [{ client, run, last, fixed }] = all as [Shrinking];
  const clients = [...new Set(all.map((one) => one.client.label))];
  const end = momentText(Math.round(endOf(run[0]!)), facts.clock);
  const some = clients.length > 1 && count(clients.length, 'client');
  return {
    title: `Server ${server}: each renewal gives ${some ? `${some} (${list(clients, 3)}) less time` : `${client.label} less time for ${ip(last.address)}`}`,
    explanation:
      (some ? `The same is found of ${some}: ${list(clients, 8)}. What follows is about the first of them. ` : '') +
      `The ACKs in ${frames(run.map(({ frame }) => frame))} give ${list(
        run.map(({ seconds }) => leaseTime(seconds!)),
        8,
      )}. ` +
      (fixed
        ? 'They all end at the same time, so the client renews faster and faster, and loses its address then.'
        : 'The client renews faster and faster, and loses its address in the end.'),
    causes: ranked(
      fixed &&
        cause(
          'likely',
          'The lease has a fixed end on the server: a reservation or access that is limited in time, or an upper limit on the lease as a whole',
          `each ACK ends at ${end}, by its time and its lease`,
        ),
      !fixed &&
        cause(
          'possible',
          'One of a failover pair has lost its partner and may not lengthen the lease beyond the maximum client lead time (MCLT)',
        ),
      cause('possible', 'A relay or gateway gives out what is left of a lease of its own'),
    ),
    steps: [
      `On ${server}, see what ends the lease of ${ip(last.address)}${fixed ? ` at ${end}` : ''}: a reservation or a class with an end, a limit on the whole lease, or a failover partner that is not reached.`,
      ...(fixed
        ? advice.leaseLookUp(ip(last.address))
        : advice.leaseSetting(advice.subnetOf(last.address, last.mask, [last.server, ...last.routers]))),
    ],
    reference: 'RFC 2131 §3.3, §4.3.2, §4.4.5',
  };
}

const endOf = ({ time, seconds }: Lease): number => time + seconds!;

/**
 * Whether these leases end at the same time, within `SAME_END` seconds from one to the next and `DRIFT` of the time between the first and the
 * last: servers round to whole seconds, and clocks differ.
 */
function haveOneEnd(run: readonly Lease[]): boolean {
  const ends = run.map(endOf);
  const most = Math.max(SAME_END, DRIFT * (run[run.length - 1]!.time - run[0]!.time));
  return ends.every(
    (end, i) => Math.abs(end - ends[Math.max(0, i - 1)]!) <= SAME_END && Math.abs(end - ends[0]!) <= most,
  );
}

const isRenewal = ({ exchange }: Lease): boolean => exchange.outcome === 'renewed';

/** A client's leases in runs of one address in which each gives less time than the one before; the first may be a new lease. */
function shrinkingRuns(leases: readonly Lease[]): Lease[][] {
  const runs: Lease[][] = [];
  let before: Lease | undefined;
  for (const lease of leases) {
    if (before && before.exchange === lease.exchange) continue;
    const shrinks =
      before?.address === lease.address &&
      isRenewal(lease) &&
      lease.seconds! < before.seconds! &&
      lease.mac === before.mac;
    if (shrinks) runs[runs.length - 1]!.push(lease);
    else runs.push([lease]);
    before = lease;
  }
  return runs;
}

/** How many frames in which a client uses an address are named. */
const MOST_USES = 64;

/** A client continues to use an address although its lease was refused, was released, or has expired. */
export const usedWithoutLease: WorldRule = function* (world) {
  if (world.neighbours.arpSeen.size === 0 && world.neighbours.pings.size === 0) return;
  for (const address of tenuresOf(world).addresses) {
    for (const [mac, uses] of world.once(allUses).get(address) ?? []) {
      const [{ tenure }] = uses as [Use, ...Use[]];
      const next = givenOn(address, mac, tenure, uses, world);
      const vain = renewalsInVain(address, mac, tenure, world);
      yield {
        id: 'used-without-lease',
        severity: 'warning',
        subject: mac,
        frames: [...uses.map(({ frame }) => frame), tenure.frame, ...(next ? [next.frame] : [])],
        detail: () => ({
          title: `${mac} keeps using ${ip(address)} ${AFTER[tenure.ending]}`,
          explanation: `${BECAUSE[tenure.ending](tenure.frame)} ${span(uses[0]!.time - tenure.since)} later the client still uses ${ip(address)} (${frames(uses.map(({ frame }) => frame))}), and no new lease of it is in this capture. ${next ? `Meanwhile ${next.client.label} got the address by the ACK in frame ${next.frame}.` : tenure.ending === 'refused' || tenure.ending === 'declined' ? 'Somebody else may have the address.' : 'The server may give the address to somebody else meanwhile.'}`,
          causes: ranked(
            vain.length > 0 &&
              withFinding(
                'renewal-unanswered',
                vain,
                cause(
                  'likely',
                  'Nobody answered when the client asked to renew its lease, and it keeps the address all the same',
                  `asked in vain in ${frames(vain)}`,
                  'see the finding renewal-unanswered',
                ),
              ),
            cause(
              tenure.ending === 'expired' && vain.length === 0 ? 'likely' : 'possible',
              'The client does not give the address up: its DHCP program has died or was stopped, or it holds on to the address while no server answers',
            ),
            cause(
              tenure.ending === 'expired' ? 'possible' : 'likely',
              'The client has the address as a fixed setting as well, or a second program has set it',
            ),
            tenure.ending === 'refused' && cause('possible', 'The client did not get the NAK, or drops it'),
          ),
          steps: [
            ...whatItHas(systemOfHolder(mac, address, world)),
            ...advice.askAnew(mac, systemOfHolder(mac, address, world)),
            ...(next ? [] : [`On the server, see who has ${ip(address)} now before it gives it to somebody else.`]),
          ],
          reference: 'RFC 2131 §3.1, §4.4.5, §4.4.6',
        }),
      };
    }
  }
};

/** Steps to see which addresses a client has, and who sets them. */
const whatItHas = (system: string | undefined): advice.Step[] => [
  ...advice.onSystem(
    'on the client',
    {
      linux: '`ip -4 addr` shows its addresses; one of a lease has a “valid_lft” in seconds, a fixed one “forever”.',
      windows: '`ipconfig /all` shows its addresses, and which of them are of a lease.',
    },
    system,
  ),
  ...(advice.mayBeLinux(system)
    ? [
        advice.stepFor(
          'system',
          'linux',
          'Linux, on the client',
          '`ps -ef | grep -E "dhclient|dhcpcd|udhcpc|NetworkManager|systemd-networkd"` shows which programs ask by DHCP.',
        ),
      ]
    : []),
];

const AFTER: Readonly<Record<Ending, string>> = {
  released: 'though it gave it back',
  refused: 'though the server refused it',
  declined: 'though it declined it',
  expired: 'though its lease has ended',
};
const BECAUSE: Readonly<Record<Ending, (frame: number) => string>> = {
  released: (frame) => `The client gave the address back by RELEASE in frame ${frame}.`,
  refused: (frame) => `The server refused the address by NAK in frame ${frame}, so the client must stop using it.`,
  declined: (frame) =>
    `The client declined the address in frame ${frame}: it told the server that somebody else has it.`,
  expired: (frame) =>
    `The lease that the ACK in frame ${frame} gave has ended, and this capture shows none that renews it.`,
};

/** A frame in which a client uses an address that it may not use. */
interface Use {
  readonly frame: number;
  readonly time: number;
  readonly tenure: Tenure;
}

/** The frames in which the client asked in vain to renew its lease of an address, before it ended. */
function renewalsInVain(address: number, mac: string, { ending, since, link }: Tenure, world: World): number[] {
  if (ending !== 'expired') return [];
  const lease = world.survey
    .leasesOf(address)
    .findLast((one) => one.mac === mac && one.link === link && one.time < since);
  const asked = lease?.client.exchanges.filter(
    (one) =>
      one.outcome === 'unanswered' &&
      one.holds(REQUEST) &&
      one.start > lease.time &&
      one.start <= since &&
      one.opening.dhcp!.ciaddr === address,
  );
  return (asked ?? []).flatMap((one) => one.of(REQUEST).flatMap((message) => message.frames)).slice(0, MOST_USES);
}

/** The lease by which another client got the address meanwhile: after the permitted use ended, and before the last frame that uses it. */
function givenOn(
  address: number,
  mac: string,
  { since, link }: Tenure,
  uses: readonly Use[],
  world: World,
): Lease | undefined {
  const last = uses[uses.length - 1]!.time;
  return world.survey
    .leasesOf(address)
    .find((lease) => lease.mac !== mac && lease.link === link && lease.time > since && lease.time < last);
}

/** The same for all addresses. */
const allUses = (world: World): ReadonlyMap<number, ReadonlyMap<string, readonly Use[]>> =>
  new Map([...tenuresOf(world).addresses].map((address) => [address, usesOf(address, world)]));

/** By hardware address: an address that it goes on using though it was refused, or though it declined it itself. */
export function usedAllTheSame(world: World): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  if (world.neighbours.arpSeen.size === 0 && world.neighbours.pings.size === 0) return found;
  for (const [address, by] of world.once(allUses))
    for (const [mac, [use]] of by)
      if (use!.tenure.ending === 'refused' || use!.tenure.ending === 'declined') found.set(mac, address);
  return found;
}

/** By hardware address: the frames in which an address is used well after the client may use it. */
function usesOf(address: number, world: World): Map<string, Use[]> {
  const found = new Map<string, Use[]>();
  const note = (mac: string, frame: number, time: number, link: string): void => {
    const known = found.get(mac);
    if ((known?.length ?? 0) >= MOST_USES) return;
    const tenure = overstayed(address, mac, { time, link }, world);
    if (!tenure || (known && known[0]!.tenure.frame !== tenure.frame)) return;
    push(found, mac, { frame, time, tenure });
  };
  for (const { senderMac, frame, time, link, index } of world.neighbours.arpAbout(address).claims)
    // Who answers for others (proxy ARP) may send it in the client’s name.
    if ((world.packets.get(index).ethSource ?? senderMac) === senderMac) note(senderMac, frame, time, link);
  for (const { mac, frame, time, link } of world.neighbours.pingsFrom(address)) note(mac, frame, time, link);
  return found;
}
