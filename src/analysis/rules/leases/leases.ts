import * as advice from '../../words/advice';
import { systemOfClient } from '../../evidence/systems';
import { cause, ranked, type Draft } from '../../collector';
import { withFinding } from '../../draft';
import type { Cause } from '../../finding';
import { leasesNothing, type Lease } from '../../conversations/lease';
import { ACK, FORCERENEW, OFFER, OPTION, isProxy, type Client, type Message } from '../../conversations/model';
import { TRAIT, needsOf } from '../../conversations/traits';
import type { ExchangeRule, WorldRule } from '../rule';
import { commonServer, forOneReason, oneThing, serverSubject } from '../../evidence/subjects';
import { repeatsAnswered } from '../../evidence/taken';
import { isOfFew, usualTime } from '../../evidence/routersGiven';
import { fewOf, named, ofFewCause } from '../subnets/ofFew';
import { refusedBy, refusedByAnother } from '../subnets/refusals';
import { frames, ip, leaseTime, list, quote, span, times, where } from '../../words/words';
import { clonesOf } from '../../evidence/identity';
import { ownLoader } from './chained';
import { gaveBack, turnsOf } from './turns';
import { push } from '../../../codec/append';

/** Lease times and renewals. */

export { nak } from './nak';

/** OFFERs and ACKs with a lease time. */
function* timed(exchange: Parameters<ExchangeRule>[0]): Generator<{ message: Message; lease: number }> {
  for (const message of exchange.messages) {
    if (message.type !== OFFER && message.type !== ACK) continue;
    const lease = message.dhcp.u32(OPTION.lease);
    if (lease !== undefined && !isProxy(message) && !leasesNothing(exchange, message)) yield { message, lease };
  }
}

/** Timers that are not T1 < T2 < lease time, as sent or by default. */
export const timerOrder: ExchangeRule = function* (exchange) {
  for (const { message, lease } of timed(exchange)) {
    const { dhcp } = message;
    const sent1 = dhcp.u32(OPTION.t1);
    const sent2 = dhcp.u32(OPTION.t2);
    if (sent1 === undefined && sent2 === undefined) continue;
    // A lease without end is never renewed; servers send infinite timers with it as well.
    if (lease === 0xffffffff) continue;
    const t1 = sent1 ?? lease * 0.5;
    const t2 = sent2 ?? lease * 0.875;
    if (t1 < t2 && t2 < lease) continue;
    yield {
      id: 'timer-order',
      severity: 'error',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)}: T1 (${t1} s), T2 (${t2} s) and the lease time (${lease} s) are in the wrong order`,
        explanation: `The ${where(message)} gives T1 (renewal) ${t1} s${sent1 === undefined ? ' (by default, half the lease)' : ''}, T2 (rebinding) ${t2} s${sent2 === undefined ? ' (by default, 0.875 of the lease)' : ''} and a lease of ${lease} s. T1 must be earlier than T2, and T2 earlier than the end of the lease; a client may refuse these, or renew too late and lose its address.`,
        causes: ranked(
          cause(
            'likely',
            'The lease time was changed and the timers were left',
            `T1 ${sent1 ?? 'not sent'}, T2 ${sent2 ?? 'not sent'}, lease ${lease}`,
          ),
          cause('possible', 'Timers and lease time come from different scopes or classes'),
        ),
        steps: advice.leaseSetting(advice.subnetOfReply(message)),
        reference: 'RFC 2131 §4.4.5; RFC 2132 §9.11, §9.12',
      }),
    };
  }
};

/** A lease time below the limit (a minute by default), or a T1 below half of it, which is when a lease of that time would be renewed. */
export const shortLease: ExchangeRule = function* (exchange, world) {
  for (const { message, lease } of timed(exchange)) {
    const t1 = message.dhcp.u32(OPTION.t1);
    const isShort = lease < world.limits.shortLease;
    if (!isShort && (t1 === undefined || t1 === 0 || 2 * t1 >= world.limits.shortLease)) continue;
    if (!isShort) {
      yield renewsTooSoon(message, t1!, lease);
      continue;
    }
    yield {
      id: 'short-lease',
      severity: 'warning',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => {
        const usual = usualTime(message, world.limits.shortLease, world);
        const odd = usual && isOfFew(usual) ? usual : undefined;
        const few = odd ? fewOf(message, exchange.client, odd) : [];
        return {
          title: `Server ${serverSubject(message)} leases for ${lease} s only`,
          explanation: `The ${where(message)} gives ${ip(message.dhcp.yiaddr)} for ${lease} s. The client renews every ${span(lease / 2)}, and loses its address at the first short outage of the server.`,
          causes: ranked(
            odd && ofFewCause(`a lease time of ${lease} s`, odd, leaseTime(odd.values[0]!), few),
            cause(odd ? 'possible' : 'likely', 'A value in seconds was meant as minutes, or is left from a test'),
            cause(
              'possible',
              'A failover server that has lost its partner gives short leases (maximum client lead time)',
            ),
          ),
          steps: odd
            ? [
                `On ${serverSubject(message)}, look for what gives ${named(few)} ${few.length === 1 ? 'its' : 'their'} ${lease} s: a reservation, a class or a policy.`,
              ]
            : advice.leaseSetting(advice.subnetOfReply(message)),
          reference: 'RFC 2131 §3.3; RFC 2132 §9.2',
        };
      },
    };
  }
};

/** A long lease whose T1 has the client renew it after a few seconds, again and again. */
const renewsTooSoon = (message: Message, t1: number, lease: number): Draft => ({
  id: 'short-lease',
  severity: 'info',
  subject: serverSubject(message),
  frames: message.frames,
  detail: () => ({
    title: `Server ${serverSubject(message)} has its clients renew every ${t1} s`,
    explanation: `The ${where(message)} gives ${ip(message.dhcp.yiaddr)} for ${leaseTime(lease)}, and T1 (option 58) is ${t1} s: the client asks again after that time, and after each renewal anew.`,
    causes: ranked(
      cause(
        'likely',
        'T1 is set by itself, in another unit than seconds, or left from a test',
        `T1 ${t1} s, lease ${lease} s`,
      ),
    ),
    steps: advice.leaseSetting(advice.subnetOfReply(message)),
    reference: 'RFC 2131 §4.4.5; RFC 2132 §9.11',
  }),
});

/** A lease without end. */
export const infiniteLease: ExchangeRule = function* (exchange) {
  for (const { message, lease } of timed(exchange)) {
    if (lease !== 0xffffffff) continue;
    yield {
      id: 'infinite-lease',
      severity: 'info',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)} leases addresses without end`,
        explanation: `The ${where(message)} gives ${ip(message.dhcp.yiaddr)} with lease time 0xffffffff, which means without end. The client never renews, so it never learns of changes, and the address is never free again.`,
        causes: ranked(
          cause('likely', 'It is set so on purpose, for a reservation'),
          cause('possible', 'The lease time was set to “unlimited” for the whole scope: the pool runs dry in time'),
        ),
        steps: advice.leaseSetting(advice.subnetOfReply(message)),
        reference: 'RFC 2131 §3.3; RFC 2132 §9.2',
      }),
    };
  }
};

/** A client's leases in runs: each was given in the same network while the previous one had time left and had not been given back. */
function runsOf(leases: readonly Lease[]): Lease[][] {
  const runs: Lease[][] = [];
  let before: Lease | undefined;
  for (const lease of leases) {
    if (before && lease.exchange === before.exchange) continue;
    const goesOn =
      before?.seconds !== undefined &&
      lease.time < before.time + before.seconds &&
      before.vendorClass === lease.vendorClass &&
      before.giaddr === lease.giaddr &&
      before.link === lease.link &&
      !gaveBack(before, lease);
    if (goesOn) runs[runs.length - 1]!.push(lease);
    else runs.push([lease]);
    before = lease;
  }
  return runs;
}

/** Whether the client goes on with its REQUEST after the ACK: it has not got it, and `answer-ignored` reports that. */
const isIgnored = ({ exchange: { next } }: Lease): boolean => next !== undefined && repeatsAnswered(next);

/**
 * A client completes DISCOVER…ACK repeatedly within the lease it was just given, with the same vendor class. Firmware, boot loader and
 * operating system each start anew, and identify themselves by option 60.
 */
export const leaseLoop: WorldRule = function* (world) {
  const byClient = new Map<Client, Lease[]>();
  for (const lease of world.survey.leases)
    if (lease.client.exchanges.length >= world.limits.leaseLoop && lease.fresh && lease.time > 0 && !isIgnored(lease))
      push(byClient, lease.client, lease);
  const loops: { readonly client: Client; readonly loop: readonly Lease[] }[] = [];
  const sharing = new Map<string, Client[]>();
  for (const [client, leases] of byClient) {
    // Two machines that each ask for themselves: `duplicate-client-id` or `leasesInTurn` reports that.
    if (clonesOf(world).has(client) || turnsOf(world).has(client.mac)) continue;
    for (const loop of runsOf(leases)) {
      if (loop.length < world.limits.leaseLoop) continue;
      loops.push({ client, loop });
      push(sharing, placeOf(loop[0]!), client);
    }
  }
  for (const { client, loop } of loops) {
    const refused = refusalsIn(loop);
    const all = new Set(refused ? [] : sharing.get(placeOf(loop[0]!)));
    const many = all.size >= SHARED;
    const chained = refused ? undefined : ownLoader(loop, world);
    yield {
      id: 'lease-loop',
      severity: 'warning',
      subject: client.label,
      common: refused
        ? refusedBy(refused.stranger)
        : chained
          ? forOneReason(commonServer(loop[0]!.server), chained.cause)
          : many
            ? oneThing(commonServer(loop[0]!.server))
            : undefined,
      frames: loop.map((one) => one.frame),
      detail: () => ({
        title: `${client.label} gets a lease again and again`,
        explanation: `The client completed DISCOVER to ACK ${times(loop.length)} within ${span(loop[loop.length - 1]!.time - loop[0]!.time)} (${list([...new Set(loop.map((one) => ip(one.address)))])}), though each lease had time left and none was given back.`,
        causes: ranked(
          refused?.cause,
          chained?.cause,
          many &&
            !chained &&
            cause(
              'likely',
              'Something that these clients share makes them start over: their switch or access point, or what the server gives them',
              `${all.size} clients of this link and server do so (${list([...all].map(({ label }) => label))})`,
            ),
          cause(
            refused || many || chained ? 'possible' : 'likely',
            'The client restarts: power, link or driver goes down and up',
            client.vendorClass !== undefined && `vendor class ${quote(client.vendorClass)}`,
          ),
          cause(
            'possible',
            'The client takes the ACK, and cannot use what it says (wrong subnet, an option it needs is missing, address conflict)',
          ),
          !chained &&
            cause(
              'possible',
              'A boot chain: each stage (firmware, loader, system) asks again',
              client.vendorClass?.startsWith('PXEClient') === true && 'the client is a PXE client',
            ),
        ),
        steps: chained?.steps ?? [
          ...(many
            ? [
                'Look at the switch or access point of these clients first: in its log at the time of each DISCOVER, links and radios go down and up, or clients move.',
              ]
            : []),
          ...whatHappensBefore('DISCOVER', systemOfClient(client)),
        ],
        reference: 'RFC 2131 §4.4.1',
      }),
    };
  }
};

/** From so many clients of one link and server on, they start over for one reason. */
const SHARED = 3;
const placeOf = ({ link, server }: Lease): string => `${link} ${server ?? ''}`;

/** Steps to see why a client starts over. */
export const whatHappensBefore = (message: string, system?: string): advice.Step[] => [
  ...advice.onSystem(
    'on the client',
    {
      linux: `\`journalctl -g "dhcp|link"\` shows what happens before each ${message}.`,
      windows: `the event log “Microsoft-Windows-Dhcp-Client” shows what happens before each ${message}.`,
    },
    system,
  ),
  advice.stepFor(
    'switch',
    'ios',
    'Cisco IOS, on the switch',
    '`show logging | include UPDOWN` shows whether the client’s port goes down and up.',
  ),
];

/** Another server refuses what the client is given, in most of its rounds: it takes that NAK, and starts over. */
function refusalsIn(loop: readonly Lease[]): { readonly stranger: string; readonly cause: Cause } | undefined {
  const refusals = loop.flatMap(({ exchange }) => refusedByAnother(exchange) ?? []);
  const [first] = refusals;
  if (!first || refusals.length * 2 <= loop.length) return undefined;
  const all = refusals.map(({ nak }) => nak.frame);
  return {
    stranger: first.stranger,
    cause: withFinding(
      first.id,
      all,
      cause(
        'likely',
        `The client takes the NAK of ${first.stranger}, and starts over`,
        `NAKs in ${frames(all)}, beside the ACKs of ${first.server}`,
      ),
    ),
  };
}

/** The last FORCERENEW that a client got between two of its leases (RFC 3203 §4). */
function forcedBetween(before: Lease, after: Lease): Message | undefined {
  let last: Message | undefined;
  for (let next = before.exchange.next; next && next !== after.exchange; next = next.next)
    if (next.holds(FORCERENEW)) last = next.of(FORCERENEW).at(-1);
  return last;
}

const REPEATS = needsOf({ traits: [TRAIT.askedAgain] });

/** A client renews before half of T1 has passed. */
export const earlyRenewal: WorldRule = function* (world) {
  const latest = new Map<Client, Lease>();
  for (const lease of world.survey.leases) {
    if (lease.client.exchanges.length < 2) continue;
    const before = latest.get(lease.client);
    latest.set(lease.client, lease);
    if (
      !before ||
      lease.exchange === before.exchange ||
      before.address !== lease.address ||
      // Another machine with the same client identifier has a lease of its own.
      before.mac !== lease.mac ||
      lease.exchange.outcome !== 'renewed' ||
      // Who sends the REQUEST of a renewal again has not got the answer.
      lease.exchange.shows(REPEATS)
    )
      continue;
    if (before.seconds === undefined || before.time === 0) continue;
    const t1 = before.t1 !== undefined && before.t1 < before.seconds ? before.t1 : before.seconds / 2;
    const asked = lease.exchange.start - before.time;
    if (t1 === Infinity || asked >= t1 / 2 || asked < 0) continue;
    // The same REQUEST again, as its ACK was not taken: `answer-ignored` reports that.
    if (repeatsAnswered(lease.exchange)) continue;
    const ordered = forcedBetween(before, lease);
    yield {
      id: 'early-renewal',
      severity: 'info',
      subject: lease.client.label,
      common: oneThing(commonServer(lease.server)),
      frames: [lease.exchange.messages[0]!.frame, before.frame],
      detail: () => ({
        title: `${lease.mac} renews ${ip(lease.address)} early`,
        explanation: `The lease of frame ${before.frame} says T1 ${span(t1)}; the client renewed it after ${span(asked)} already (frame ${lease.exchange.messages[0]!.frame}).`,
        causes: ranked(
          ordered &&
            cause(
              'likely',
              'The server ordered it by FORCERENEW',
              `FORCERENEW in frame ${ordered.frame}, ${span(lease.exchange.start - ordered.time)} before the renewal`,
            ),
          cause(
            ordered ? 'unlikely' : 'likely',
            'Somebody or some program asked for it (`ipconfig /renew`, a network manager after sleep)',
          ),
          cause(ordered ? 'unlikely' : 'possible', 'The link went down and up'),
        ),
        steps: ['Do nothing, unless the client renews early again and again.'],
        reference: 'RFC 2131 §4.4.5',
      }),
    };
  }
};
