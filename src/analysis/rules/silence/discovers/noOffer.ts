import * as advice from '../../../words/advice';
import type { Message } from '../../../conversations/model';
import type { WorldRule } from '../../rule';
import { apartOn, answeredSide, offeredOn, showsReply, type Comparing } from '../../../evidence/silence/answered';
import type { Difference } from '../../../evidence/silence/apart';
import { halvesSilent, type HalfSilent } from '../../../evidence/silence/halves';
import { KINDS, MARKS } from '../../../evidence/silence/properties';
import { silentClients, type Silent } from '../../../evidence/silence/silent';
import { cause, ranked, type Draft } from '../../../collector';
import type { Cause } from '../../../finding';
import { TEXTS, type Kind } from './kinds';
import { kindOfSilence, silenceUntil } from './kindOf';
import { keptCause, whyNoOffer } from './why';
import { discoverSumDrafts } from '../sums';
import { withFinding } from '../../../draft';
import { differenceSteps } from '../../../words/differenceSteps';
import { linkText } from '../../../words/links';
import { linksAsking } from '../../../evidence/silence/sight';
import {
  endedCause,
  framesAfterTheEnd,
  endedSteps,
  isBeyondPool,
  othersText,
  serviceEnded,
  subjectOf,
  traitOf,
  type Ended,
} from './ended';
import { differenceCause, putFirst, traitSubject, traitText } from '../../../words/difference';
import { count, endpoint, firstOfEach, frames, list, ofSeveral, span, where, within } from '../../../words/words';
import type { World } from '../../../evidence/world';
import { push } from '../../../../codec/append';
import type { Tunnel } from '../../../../codec/tunnel/ends';
import { oneWayTunnel } from '../../../evidence/silence/tunnels';
import { inTunnel } from '../oneWay';
import { timesSent } from '../../../conversations/copies';

/** Nobody answers a DISCOVER: one finding per client, or one for many clients that have something in common. */

/**
 * From this many clients on, those with only their link in common are reported together; with a telling property in common, this many are
 * enough.
 */
const MANY = 4;
const SEVERAL = 2;

const framesOf = ({ run }: Silent): number[] => run.flatMap((message) => message.frames);

/** DISCOVERs are unanswered. */
export const noOffer: WorldRule = function* (world) {
  const byLink = new Map<string, Silent[]>();
  const byTunnel = new Map<Tunnel, Silent[]>();
  for (const one of silentClients(world)) {
    yield* discoverSumDrafts(one.client, one.run, world);
    const { link } = one.run[0]!;
    const tunnel = one.later || showsReply(link, world) ? undefined : oneWayTunnel(one.run[0]!, world);
    if (one.later) yield alone(one, world);
    else if (tunnel) push(byTunnel, tunnel, one);
    else push(byLink, link, one);
  }
  for (const [tunnel, some] of byTunnel)
    yield some.length < SEVERAL ? alone(some[0]!, world) : together(some, world, throughTunnel(tunnel));
  for (const silent of byLink.values()) yield* onLink(silent, world);
};

function* onLink(silent: readonly Silent[], world: World): Generator<Draft> {
  let left = silent;
  for (const ended of world.once(serviceEnded).get(silent[0]!.run[0]!.link) ?? []) {
    if (ended.silent.length === 0) continue;
    yield together(ended.silent, world, afterTheEnd(ended, world));
    left = left.filter((one) => !ended.silent.includes(one));
  }
  if (left.length >= SEVERAL) {
    const { link } = left[0]!.run[0]!;
    const half = halvesSilent(world).find((one) => one.link === link);
    const difference = half ? undefined : differenceOf(left, world);
    if (half || difference?.likelihood === 'likely') {
      yield together(left, world, half ? halfShared(half) : shared(difference!));
      return;
    }
    // If nobody on a link is answered, that is telling if clients on other links are.
    const alike = allOf('elsewhere', left, world) || allOf('pool', left, world);
    if (!answeredSide('DISCOVER', link, world) && (left.length >= MANY || alike)) {
      yield together(left, world, difference && shared(difference));
      return;
    }
    const [drafts, rest] = byTrait(left, world);
    yield* drafts;
    left = rest;
  }
  for (const [by, some] of refusedBy(left, world)) {
    if (some.length < SEVERAL) continue;
    yield together(some, world, refusedShared(by));
    left = left.filter((one) => !some.includes(one));
  }
  const kinds = new Map<string, Silent[]>();
  if (left.length >= MANY) for (const one of left) push(kinds, kindOfSilence(one.client, one.run, world), one);
  else kinds.set('', [...left]);
  for (const some of kinds.values()) {
    if (some.length >= MANY) yield together(some, world, undefined);
    else for (const one of some) yield alone(one, world);
  }
}

const allOf = (kind: Kind, silent: readonly Silent[], world: World): boolean =>
  silent.every(({ client, run }) => kindOfSilence(client, run, world) === kind);

const differenceOf = (silent: readonly Silent[], world: World, how?: Comparing): Difference | undefined =>
  apartOn(
    'DISCOVER',
    silent.map(({ client, run }) => [client, run] as const),
    world,
    how,
  );

/** Groups the unanswered clients by properties that no answered client has; returns their drafts and the clients that are left. */
function byTrait(silent: readonly Silent[], world: World): readonly [Draft[], readonly Silent[]] {
  const drafts: Draft[] = [];
  let left = silent;
  const compared = new Set<string>();
  for (const property of [...MARKS, ...KINDS.filter(({ alone: one, least }) => one || least < MANY)]) {
    const groups = new Map<string, Silent[]>();
    for (const one of left) {
      const value = property.of(one.run[0]!);
      if (value !== undefined) push(groups, 'said' in property ? '' : value, one);
    }
    const taken = new Set<Silent>();
    for (const group of groups.values()) {
      if (group.length < SEVERAL) continue;
      // Many properties divide the clients alike, and what distinguishes a group does not depend on the property.
      const members = group.map(({ run }) => run[0]!.index).join();
      if (compared.has(members)) continue;
      compared.add(members);
      const difference = differenceOf(group, world, { propertiesOnly: true });
      if (difference?.likelihood !== 'likely') continue;
      drafts.push(together(group, world, shared(difference)));
      for (const one of group) taken.add(one);
    }
    if (taken.size > 0) left = left.filter((one) => !taken.has(one));
  }
  return [drafts, left];
}

/** What keeps a server from answering anybody. */
const FLOODS: ReadonlySet<string> = new Set(['message-flood', 'starvation']);

/** Those of whose messages an ICMP error tells, by the host that sends it. */
function refusedBy(silent: readonly Silent[], world: World): ReadonlyMap<string, readonly Silent[]> {
  const by = new Map<string, Silent[]>();
  for (const one of silent) {
    const [refusal] = silenceUntil(one.client, one.run, world).refusals;
    if (refusal) push(by, refusal.source, one);
  }
  return by;
}

const throughTunnel = (tunnel: Tunnel): Shared => ({
  subject: `tunnel ${tunnel.from} to ${tunnel.to}`,
  trait: `all ${inTunnel(tunnel)}`,
  cause: () => undefined,
  steps: () => [],
});

const refusedShared = (by: string): Shared => ({
  subject: by,
  trait: `all refused by ${by}`,
  cause: () => undefined,
  steps: () => [],
});

/** What several clients have in common but the answered ones do not. */
interface Shared {
  readonly subject: string;
  /** For the title: `all behind relay 10.0.0.1`. */
  readonly trait: string;
  /** What else the same fault leaves without an answer: frames, and a sentence. */
  readonly also?: { readonly frames: readonly number[]; readonly text: string; readonly before: boolean };
  cause(): Cause | undefined;
  /** Texts of causes that `cause` says already. */
  readonly says?: readonly string[];
  steps(known: advice.Known): advice.Step[];
  /** Whether these are all steps that fit. */
  readonly only?: boolean;
}

/** One finding about several clients. */
function together(silent: readonly Silent[], world: World, common: Shared | undefined): Draft {
  const [first] = silent as readonly [Silent, ...Silent[]];
  const { link } = first.run[0]!;
  return {
    id: 'no-offer',
    severity: 'error',
    subject: common?.subject ?? linkText(link),
    frames: [...silent.flatMap(framesOf), ...(common?.also?.frames ?? [])],
    detail: () => {
      const answered = offeredOn(link, world);
      const asking = new Set([
        ...answered,
        ...silentClients(world)
          .filter(({ run }) => run[0]!.link === link)
          .map(({ client }) => client),
      ]);
      // What the first client’s messages have says nothing of the others.
      const comparing = silent.length === 1 && common === undefined ? {} : false;
      const asked = silent.flatMap(({ run }) => run);
      const { causes, steps, known, kept } = whyNoOffer(first.client, first.run, world, undefined, comparing, asked);
      // What keeps the server from answering anybody explains more than what the clients have in common.
      const flooded = causes[0]?.likelihood === 'likely' && FLOODS.has(causes[0].finding ?? '');
      const reason = flooded ? undefined : common?.cause();
      const shown = kept && comparing === false ? keptCause(kept, asked, reason) : reason;
      const own = new Set<object>(silent.map(({ client }) => client));
      const others = [...answered].filter((client) => !own.has(client)).length;
      const messages = silent.reduce((sum, { run }) => sum + timesSent(run), 0);
      const took = within(silent.flatMap(({ run }) => [run[0]!, run[run.length - 1]!]));
      const who =
        silent.length === 1
          ? first.client.label
          : asking.size > silent.length
            ? `${silent.length} of ${asking.size} clients`
            : `any of ${silent.length} clients`;
      const place = linksAsking(world) > 1 ? linkText(link) : '';
      const served = silent.length === 1 && first.client.exchanges.some(({ leaseAnswers }) => leaseAnswers > 0);
      const trait = common?.trait ?? (place === '' ? '' : `all on ${place}`);
      return {
        title: `No OFFER for ${who}${trait === '' ? '' : `, ${silent.length === 1 ? trait.replace(/^all /, '') : trait}`}`,
        explanation:
          `${count(silent.length, 'client')} (${list(silent.map(({ client }) => client.label))}) sent ${count(messages, 'DISCOVER')}${place === '' ? '' : ` on ${place}`} ` +
          `(${silent.length === 1 ? frames(first.run.map(({ frame }) => frame)) : firstOfEach(silent.map(({ run }) => run))}${took}), and this capture shows no OFFER to ${silent.length === 1 ? 'it' : 'any of them'}${served ? ' since' : ''}.` +
          (others === 0
            ? ''
            : showsReply(link, world)
              ? ` ${count(others, 'other client')} got OFFERs here${common?.also?.before ? ' before' : ''}.`
              : ` ${count(others, 'other client')} took OFFERs that are not in this capture.`) +
          (common?.also?.text ?? '') +
          (kept ? '' : MAY_BE_LOST),
        causes: (shown
          ? putFirst(
              shown,
              causes.filter(
                ({ text, finding }) =>
                  !common?.says?.includes(text) && (finding === undefined || finding !== shown.finding),
              ),
            )
          : causes
        ).map((one) => (silent.length === 1 ? one : { ...one, text: ofSeveral(one.text) })),
        steps: common && !flooded ? advice.together(common.steps(known), common.only ? [] : steps) : steps,
        reference: 'RFC 2131 §3.1, §4.1',
      };
    },
  };
}

/** One capture point does not prove that no server sent an OFFER. */
const MAY_BE_LOST = ' A server may have sent one that was lost before this point.';

/** Seconds of silence that are normal for a client that is bound in the end: a switch port may not have been ready. */
const SOON = 120;

/** One finding about one client. */
function alone(silent: Silent, world: World): Draft {
  const { client, run, later, bound } = silent;
  const probe = looksOnly(silent);
  const waited = later?.timed && run[0]!.timed ? later.time - run[0]!.time : 0;
  return {
    id: 'no-offer',
    severity: probe ? 'info' : !bound ? 'error' : waited > SOON ? 'warning' : 'info',
    subject: client.label,
    frames: run.flatMap((message) => message.frames),
    detail: () => {
      const { packet } = run[0]!;
      const { causes, steps, replied, kept } = whyNoOffer(client, run, world, later);
      const sends = `${client.label} sends ${count(timesSent(run), 'DISCOVER')}`;
      return {
        title: later
          ? `${sends} before it gets an answer${waited > 0 ? `, ${span(waited)} after the first` : ''}`
          : `${sends} and gets no OFFER`,
        explanation:
          `The client sent ${count(timesSent(run), 'DISCOVER')} (${frames(run.map((message) => message.frame))}` +
          `${within(run)}) from ${endpoint(packet.source, packet.sourcePort)} to ` +
          `${endpoint(packet.destination, packet.destinationPort)}, and this capture shows no OFFER for ${timesSent(run) === 1 ? 'it' : 'them'}.` +
          (later
            ? ` The first answer to a later message is the ${where(later)}${bound ? ', and the client got a lease' : ''}.`
            : '') +
          (replied ? ' The replies that are seen do not fit its messages.' : kept ? '' : MAY_BE_LOST),
        causes: probe ? putFirst(probe, causes) : causes,
        steps,
        reference: 'RFC 2131 §3.1, §4.1',
      };
    },
  };
}

/**
 * One DISCOVER from a device that has an address: switches, access points and programs that look for servers send it, and no client without
 * an address would send it once only.
 */
function looksOnly({ run, later }: Silent): Cause | undefined {
  const [{ packet, frame }] = run as readonly [Message];
  const { source, dhcp } = packet;
  if (run.length > 1 || later || source === undefined || source === '0.0.0.0') return undefined;
  if (dhcp!.giaddr !== 0 || dhcp!.hops !== 0 || source.startsWith('169.254.')) return undefined;
  return cause(
    'likely',
    `The device has an address, ${source}, and only looks whether there is a DHCP server: switches, access points and searches for rogue servers do so`,
    `the DISCOVER in frame ${frame} comes from ${source}, and is not repeated`,
  );
}

/** Whether it is the server itself that ended, whatever its pool holds. */
const isOfServer = (ended: Ended): boolean => ended.relay === undefined && isBeyondPool(ended);

/** What the clients of a link have in common on which nobody is answered any more. */
const afterTheEnd = (ended: Ended, world: World): Shared => ({
  subject: subjectOf(ended),
  trait: traitOf(ended),
  also: { frames: framesAfterTheEnd(ended), text: othersText(ended), before: ended.relay === undefined },
  cause: () => endedCause(ended, world),
  says:
    ended.relay !== undefined
      ? Object.values(TEXTS)
      : isBeyondPool(ended)
        ? [TEXTS.firewall, TEXTS.stopped, TEXTS.gone, TEXTS.pool, TEXTS.full, TEXTS.forwarding]
        : [],
  steps: () => (isOfServer(ended) ? endedSteps(ended, world) : []),
  only: isOfServer(ended),
});

/** What the clients of an unanswered half have in common. */
const halfShared = ({ silent, inHalf, answered: [same, other] }: HalfSilent): Shared => ({
  subject: 'clients of one half of the load balancing',
  trait: 'nearly all in one half of the load balancing',
  cause: () =>
    withFinding(
      'failover-half-silent',
      silent.map(({ run }) => run[0]!.frame),
      cause(
        'likely',
        `One partner of a failover pair does not serve its half of the clients (RFC 3074): ${inHalf} of ${silent.length} unanswered clients are in one half of the hash, ${other} of ${same + other} answered ones in the other`,
        'see the finding failover-half-silent',
      ),
    ),
  steps: () => FAILOVER_STEPS,
});

const FAILOVER_STEPS: advice.Step[] = [
  ...advice.settings({
    dhcpd:
      '`journalctl -u isc-dhcp-server | grep "failover peer"` on both servers shows their states. Where one is gone for good, set the other to partner-down by `omshell`.',
    kea: 'the command `status-get` on both servers shows their states; `ha-continue` or `ha-maintenance-start` lets one serve alone.',
    windows:
      '`Get-DhcpServerv4Failover` on both servers shows their states; `Set-DhcpServerv4Failover -PartnerDown` lets one serve alone.',
  }),
  advice.stepFor(
    'relay',
    'ios',
    'Cisco IOS, on the relay',
    '`show ip helper-address` shows whether it forwards to both servers.',
  ),
];

const shared = (difference: Difference): Shared => ({
  subject: traitSubject(difference),
  trait: traitText(difference),
  cause: () => differenceCause(difference),
  steps: (known) => differenceSteps(difference, known),
});

/** Nearly all unanswered clients fall into one half of the RFC 3074 hash: one partner of a failover pair does not serve. */
export const failoverHalfSilent: WorldRule = function* (world) {
  for (const half of halvesSilent(world)) {
    const { link, silent, inHalf, mostSecs } = half;
    const [same, other] = half.answered;
    const servers = [...world.survey.servers.values()].filter(({ offers }) => offers > 0).map(({ server }) => server);
    yield {
      id: 'failover-half-silent',
      severity: 'warning',
      subject: linkText(link),
      frames: silent.flatMap(framesOf),
      detail: () => ({
        title: `Half of the clients get no OFFER: one partner of a failover pair seems to be silent`,
        explanation: `${silent.length} clients are unanswered and ${same + other} answered. The hash of RFC 3074, by which two servers share their clients, puts ${inHalf} of the unanswered into one half and ${other} of the answered into the other. secs of the unanswered is at most ${mostSecs}: the other partner answers them only when it is greater than its limit (3 by default).`,
        causes: ranked(
          cause(
            'likely',
            'One server of the pair is down or gets no requests, and the other still takes it for active',
            servers.length > 0 && `answers come from ${list(servers)} only`,
          ),
          cause(
            'possible',
            'DISCOVERs do not reach one server of the pair: a relay forwards to only one of them, or a firewall drops UDP port 67',
          ),
        ),
        steps: [...FAILOVER_STEPS, advice.captureBothEnds()],
        reference: 'RFC 3074 §5, §6',
      }),
    };
  }
};
