import * as advice from '../../words/advice';
import type { WorldRule } from '../rule';
import { apartOn, answeredSide } from '../../evidence/answered';
import type { Difference } from '../../evidence/apart';
import { halvesSilent, type HalfSilent } from '../../evidence/halves';
import { KINDS, MARKS } from '../../evidence/properties';
import { silentClients, type Silent } from '../../evidence/silent';
import { cause, ranked, type Draft } from '../../collector';
import type { Cause } from '../../finding';
import { kindOfSilence, whyNoOffer } from './silence';
import { differenceCause, putFirst, traitSubject, traitText } from '../../words/difference';
import { count, frames, list, span } from '../../words/words';
import { push, type World } from '../../evidence/world';

/* Nobody answers a DISCOVER: one finding a client, and one for many that have something in common. */

/** So many clients with one thing in common are told as one. */
const MANY = 4;

const framesOf = ({ run }: Silent): number[] => run.flatMap((message) => message.frames);

/** DISCOVERs are unanswered. */
export const noOffer: WorldRule = function* (world) {
  const byLink = new Map<string, Silent[]>();
  for (const one of silentClients(world)) {
    if (one.later) yield alone(one, world);
    else push(byLink, one.run[0]!.link, one);
  }
  for (const silent of byLink.values()) yield* onLink(silent, world);
};

function* onLink(silent: readonly Silent[], world: World): Generator<Draft> {
  let left = silent;
  if (left.length >= MANY) {
    const { link } = left[0]!.run[0]!;
    const half = halvesSilent(world).find((one) => one.link === link);
    const difference = half ? undefined : differenceOf(left, world);
    if (half || difference?.likelihood === 'likely' || !answeredSide('DISCOVER', link, world)) {
      yield together(left, world, half ? halfShared(half) : difference && shared(difference));
      return;
    }
    const [drafts, rest] = byTrait(left, world);
    yield* drafts;
    left = rest;
  }
  const kinds = new Map<string, Silent[]>();
  if (left.length >= MANY) for (const one of left) push(kinds, kindOfSilence(one.client, one.run, world), one);
  else kinds.set('', [...left]);
  for (const some of kinds.values()) {
    if (some.length >= MANY) yield together(some, world, undefined);
    else for (const one of some) yield alone(one, world);
  }
}

const differenceOf = (silent: readonly Silent[], world: World): Difference | undefined =>
  apartOn(
    'DISCOVER',
    silent.map(({ client, run }) => [client, run] as const),
    world,
  );

/** Takes out of the unanswered those who share what no answered client has, property by property; gives what is left. */
function byTrait(silent: readonly Silent[], world: World): readonly [Draft[], readonly Silent[]] {
  const drafts: Draft[] = [];
  let left = silent;
  for (const property of [...MARKS, ...KINDS.filter(({ alone: one, least }) => one || least < MANY)]) {
    const groups = new Map<string, Silent[]>();
    for (const one of left) {
      const value = property.of(one.run[0]!);
      if (value !== undefined) push(groups, 'said' in property ? '' : value, one);
    }
    const taken = new Set<Silent>();
    for (const group of groups.values()) {
      if (group.length < MANY) continue;
      const difference = differenceOf(group, world);
      if (difference?.likelihood !== 'likely') continue;
      drafts.push(together(group, world, shared(difference)));
      for (const one of group) taken.add(one);
    }
    if (taken.size > 0) left = left.filter((one) => !taken.has(one));
  }
  return [drafts, left];
}

/** What several clients have in common and the answered have not. */
interface Shared {
  readonly subject: string;
  /** For the title: `all behind relay 10.0.0.1`. */
  readonly trait: string;
  cause(): Cause;
}

/** One finding about several clients. */
function together(silent: readonly Silent[], world: World, common: Shared | undefined): Draft {
  const [first] = silent as readonly [Silent, ...Silent[]];
  const { link } = first.run[0]!;
  return {
    id: 'no-offer',
    severity: 'error',
    subject: common?.subject ?? `link ${link}`,
    frames: silent.flatMap(framesOf),
    detail: () => {
      const answered = answeredSide('DISCOVER', link, world)?.clients ?? new Set();
      const asking = new Set([
        ...answered,
        ...silentClients(world)
          .filter(({ run }) => run[0]!.link === link)
          .map(({ client }) => client),
      ]);
      const { causes, steps } = whyNoOffer(first.client, first.run, world);
      const messages = silent.reduce((sum, { run }) => sum + run.length, 0);
      const begins = silent.flatMap(({ run }) => run[0]!.time);
      const ends = silent.map(({ run }) => run[run.length - 1]!.time);
      const took = least(ends, -1) - least(begins, 1);
      const who =
        asking.size > silent.length ? `${silent.length} of ${asking.size} clients` : `any of ${silent.length} clients`;
      return {
        title: `No OFFER for ${who}, ${common?.trait ?? `all on link ${link}`}`,
        explanation:
          `${count(silent.length, 'client')} (${list(silent.map(({ client }) => client.label))}) sent ${count(messages, 'DISCOVER')} on link ${link} ` +
          `(${frames(silent.map(({ run }) => run[0]!.frame))}, within ${span(took)}), and no OFFER to any of them is in this capture.` +
          (answered.size > 0 ? ` ${count(answered.size, 'other client')} on this link got OFFERs.` : '') +
          ' That does not prove that no server sent one: it may have been lost before this point.',
        causes: (common ? putFirst(common.cause(), causes) : causes).map((one) => ({
          ...one,
          text: one.text.replaceAll('this client', 'these clients'),
        })),
        steps,
        reference: 'RFC 2131 §3.1, §4.1',
      };
    },
  };
}

/** The least number of a list (`sign` 1), or the greatest (`sign` -1). */
const least = (numbers: readonly number[], sign: 1 | -1): number =>
  sign * numbers.reduce((best, one) => Math.min(best, sign * one), Infinity);

/** One finding about one client. */
function alone({ client, run, later }: Silent, world: World): Draft {
  return {
    id: 'no-offer',
    severity: 'error',
    subject: client.label,
    frames: run.flatMap((message) => message.frames),
    detail: () => {
      const { packet } = run[0]!;
      const { causes, steps } = whyNoOffer(client, run, world, later);
      return {
        title: `${client.label}: ${count(run.length, 'DISCOVER')}, and no OFFER`,
        explanation:
          `The client sent ${count(run.length, 'DISCOVER')} (${frames(run.map((message) => message.frame))}` +
          `${run.length > 1 ? `, within ${span(run[run.length - 1]!.time - run[0]!.time)}` : ''}) from ${packet.source ?? '?'}:${packet.sourcePort ?? '?'} to ` +
          `${packet.destination ?? '?'}:${packet.destinationPort ?? '?'}, and no OFFER to it is in this capture.` +
          (later ? ` It was answered only later (frame ${later.frame}).` : '') +
          ' That does not prove that no server sent one: it may have been lost before this point.',
        causes,
        steps,
        reference: 'RFC 2131 §3.1, §4.1',
      };
    },
  };
}

/** What the silence of one half is to its clients. */
const halfShared = ({ silent, inHalf, answered: [same, other] }: HalfSilent): Shared => ({
  subject: 'clients of one half of the load balancing',
  trait: 'nearly all in one half of the load balancing',
  cause: () =>
    cause(
      'likely',
      `One partner of a failover pair does not serve its half of the clients (RFC 3074): ${inHalf} of ${silent.length} unanswered clients are in one half of the hash, ${other} of ${same + other} answered ones in the other`,
      'see the finding failover-half-silent',
    ),
});

const shared = (difference: Difference): Shared => ({
  subject: traitSubject(difference),
  trait: traitText(difference),
  cause: () => differenceCause(difference),
});

/** The hash of RFC 3074 puts nearly all unanswered clients into one half: one partner of a failover pair does not serve. */
export const failoverHalfSilent: WorldRule = function* (world) {
  for (const half of halvesSilent(world)) {
    const { link, silent, inHalf, mostSecs } = half;
    const [same, other] = half.answered;
    const servers = [...world.servers.values()].filter(({ offers }) => offers > 0).map(({ server }) => server);
    yield {
      id: 'failover-half-silent',
      severity: 'warning',
      subject: `link ${link}`,
      frames: silent.flatMap(framesOf),
      detail: () => ({
        title: `Half of the clients on link ${link} get no OFFER: one partner of a failover pair seems silent`,
        explanation: `${silent.length} clients are unanswered and ${same + other} answered. The hash of RFC 3074, by which two servers share their clients, puts ${inHalf} of the unanswered into one half and ${other} of the answered into the other. secs of the unanswered is at most ${mostSecs}: the other partner answers them only when it is greater than its limit (3 by default).`,
        causes: ranked(
          cause(
            'likely',
            'One server of the pair is down or deaf, and the other still believes that it serves',
            servers.length > 0 && `answers come from ${list(servers)} only`,
          ),
          cause(
            'possible',
            'DISCOVERs do not reach one server of the pair: a relay names only one of them, or port 67 is blocked before it',
          ),
        ),
        steps: [
          ...advice.settings({
            dhcpd:
              'on both servers the log line “failover peer … state”; `partner-down` by omshell where one is gone for good; `load balance max seconds 3;`',
            kea: '`ha-heartbeat` and `status-get` on both servers; `ha-maintenance-start` where one is gone',
            windows:
              '`Get-DhcpServerv4Failover` on both servers; `Set-DhcpServerv4Failover -PartnerDown` where one is gone',
          }),
          advice.captureBothEnds(),
        ],
        reference: 'RFC 3074 §5, §6',
      }),
    };
  }
};
