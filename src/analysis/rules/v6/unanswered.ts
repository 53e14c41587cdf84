import { lowerBound } from '../../../codec/search';
import type { Packet } from '../../conversations/packet';
import { REBIND, RENEW, SOLICIT, messageType6 } from '../../../codec/dhcpv6/message';
import { nameOfDuid } from '../../../codec/names/duids';
import { cause, ranked, type Common, type Draft } from '../../collector';
import type { Client6 } from '../../conversations/v6model';
import { clonesOf6 } from '../../evidence/identity6';
import { withFinding } from '../../draft';
import { looping6 } from '../../evidence/loops6';
import type { Difference } from '../../evidence/silence/apart';
import {
  answeredSide6,
  apartOn6,
  reboundIn,
  turnsAt,
  type Dated,
  type Unanswered6,
} from '../../evidence/silence/answered6';
import { linkFacts, mayStaySilent, type LinkFacts } from '../../evidence/silence/offered6';
import { silentRelays, type SilentRelay } from '../../evidence/silence/unansweredRelays6';
import type { Turn } from '../../evidence/turn';
import { forOneReason } from '../../evidence/subjects';
import { KINDS6, MARKS6 } from '../../evidence/silence/properties6';
import type { Cause } from '../../finding';
import { differenceCause, putFirst, traitSubject, traitText } from '../../words/difference';
import { differenceSteps } from '../../words/differenceSteps';
import { together } from '../../words/advice';
import { linkText } from '../../words/links';
import type { Step } from '../../words/steps';
import {
  UNKNOWN_ADDRESS,
  count,
  firstOfEach,
  frames,
  list,
  ofSeveral,
  times as often,
  within,
} from '../../words/words';
import { timesSent } from '../../conversations/copies';
import type { World } from '../../evidence/world';
import { append, push } from '../../../codec/append';
import { sumDrafts6 } from '../silence/sums';
import { forLinks, loopWhy6, refusalsTo } from './relays';
import { whySilent6, type Why6 } from './whySilent';

/** `v6-no-reply`: one finding per client, or one for many clients that have something in common. */

/**
 * From this many clients on, those with only their link in common are reported together; with a telling property in common, or where no
 * server answers on the link, this many are enough.
 */
const MANY = 4;
const SEVERAL = 2;

/** Drafts about all clients that get no answer. */
export function* noReplies(all: readonly Unanswered6[], world: World): Generator<Draft> {
  if (all.length === 0) return;
  const silent = all.filter((one) => !isClonedAndServed(one, world));
  const factsOf = world.once(linkFacts);
  for (const one of silent) yield* sumDrafts6(one, world);
  const calm = new Map<string, Unanswered6[]>();
  const missed = new Map<string, Unanswered6[]>();
  const behind = new Map<SilentRelay, Unanswered6[]>();
  const others: Unanswered6[] = [];
  for (const one of silent) {
    const { link } = one.sent[0]!;
    const relay = silentRelayOf(one, world);
    if (one.type === SOLICIT && mayStaySilent(link, world)) push(calm, link, one);
    else if (relay) push(behind, relay, one);
    else others.push(one);
  }
  for (const [link, asking] of calm) yield notOffered(link, asking, factsOf(link), world);
  // Whatever the clients ask, it is one relay that gets no answer for them.
  for (const [relay, all] of behind)
    for (const served of [false, true]) {
      const some = all.filter((one) => reboundIn(one).length > 0 === served);
      if (clientsOf(some).size < SEVERAL) append(others, some);
      else yield many(some, world, behindRelay(relay));
    }
  for (const one of others) push(missed, `${one.sent[0]!.link} ${one.type} ${reboundIn(one).length > 0}`, one);
  for (const asking of missed.values())
    yield* onOneLink(asking, factsOf(asking[0]!.sent[0]!.link).answers ? MANY : SEVERAL, world);
}

/**
 * Whether two machines use the client's DUID, and the server answers it at other times: what goes to one of them is lost to the other.
 * `duplicate-client-id` tells that.
 */
const isClonedAndServed = ({ client }: Unanswered6, world: World): boolean =>
  client.exchanges.some(({ notes }) => notes.some(({ isAnswer }) => isAnswer)) && clonesOf6(world).has(client);

/** Clients whose messages of one type got no answer on one link; from `least` of them on, they are told together in any case. */
function* onOneLink(asking: readonly Unanswered6[], least: number, world: World): Generator<Draft> {
  let left = asking;
  for (const [turn, some] of turnsAt(left, world)) {
    yield many(some, world, afterTurn(turn, some, world));
    left = without(left, new Set(some));
  }
  const difference = left.length >= SEVERAL ? apartOn6(left, world) : undefined;
  if (difference?.likelihood === 'likely') {
    yield many(left, world, shared(difference));
    return;
  }
  if (left.length >= SEVERAL) {
    const [drafts, rest] = byTrait(left, world);
    yield* drafts;
    left = rest;
  }
  if (left.length >= least) yield many(left, world, undefined);
  else for (const one of left) yield aboutClient(one, world);
}

/** Groups the unanswered clients by properties that no answered client has; returns their drafts and the clients that are left. */
function byTrait(asking: readonly Unanswered6[], world: World): readonly [Draft[], readonly Unanswered6[]] {
  const drafts: Draft[] = [];
  let left = asking;
  for (const property of [...MARKS6, ...KINDS6.filter(({ alone, least }) => alone || least < MANY)]) {
    const groups = new Map<string, Unanswered6[]>();
    for (const one of left) {
      const value = property.of(world.packets.get(one.sent[0]!.index));
      if (value !== undefined) push(groups, value, one);
    }
    const taken = new Set<Unanswered6>();
    for (const group of groups.values()) {
      const difference = group.length >= SEVERAL ? apartOn6(group, world, { propertiesOnly: true }) : undefined;
      if (difference?.likelihood !== 'likely') continue;
      drafts.push(many(group, world, shared(difference)));
      for (const one of group) taken.add(one);
    }
    left = without(left, taken);
  }
  return [drafts, left];
}

const without = (all: readonly Unanswered6[], taken: ReadonlySet<Unanswered6>): readonly Unanswered6[] =>
  taken.size === 0 ? all : all.filter((one) => !taken.has(one));

/** What several clients have in common but the answered ones do not. */
interface Shared {
  readonly subject: string;
  /** For the title: `all behind relay fe80::1`. */
  readonly trait: string;
  /** Left out where it is what is said of each of the clients. */
  cause?(): Cause;
  /** Whether it leaves no room for others. */
  readonly alone?: boolean;
  steps?(): Step[];
}

const shared = (difference: Difference): Shared => ({
  subject: traitSubject(difference),
  trait: traitText(difference),
  cause: () => differenceCause(difference),
  steps: () => differenceSteps(difference, {}),
});

function afterTurn({ last, first }: Turn<Dated>, asking: readonly Unanswered6[], world: World): Shared {
  const { relayed, index } = asking[0]!.sent[0]!;
  const relay = relayed ? `relay ${world.packets.get(index).source ?? UNKNOWN_ADDRESS}` : '';
  const trait = `all ${relayed ? `behind ${relay}, ` : ''}after the last answer${relayed ? ' there' : ''} (frame ${last.frame})`;
  const subject = relayed ? relay : linkText(asking[0]!.sent[0]!.link);
  // What another finding tells is nearer to the cause.
  if (whyOf(asking[0]!, world).causes[0]?.finding !== undefined) return { subject, trait };
  return {
    subject,
    trait,
    alone: true,
    cause: () =>
      cause(
        'likely',
        `Something changed ${relayed ? `for ${relay} ` : ''}after frame ${last.frame}: ${relayed ? 'the server no longer serves its network, or what goes between the two is lost' : 'the server’s DHCP program has stopped, or a firewall drops UDP port 547'}`,
        `up to frame ${last.frame} clients ${relayed ? `behind ${relay}` : 'of this link'} are answered, from frame ${first.frame} on none is`,
      ),
  };
}

const behindRelay = (silent: SilentRelay): Shared => ({
  subject: `relay ${silent.relay}`,
  trait: `all behind relay ${silent.relay}${forLinks(silent)}`,
});

const relayText = (silent: SilentRelay): string =>
  `Relay ${silent.relay} gets no answer from ${list([...silent.to])}${forLinks(silent)}`;

/** The relay that handed a client's message on and gets no answer to such. */
function silentRelayOf({ sent }: Unanswered6, world: World): SilentRelay | undefined {
  const { source, frame } = world.packets.get(sent[0]!.index);
  const relay = world.once(silentByAddress).get(source ?? '');
  if (!relay) return undefined;
  const { frames: own } = relay;
  return own[lowerBound(own.length, (i) => own[i]! < frame)] === frame ? relay : undefined;
}
const silentByAddress = (world: World): ReadonlyMap<string, SilentRelay> =>
  new Map(world.once(silentRelays).map((one) => [one.relay, one]));

/** The link, in words; empty if clients ask on one link only. */
function onLink(link: string, { conversations6 }: World): string {
  const several = conversations6.exchanges.some(({ notes }) => notes.length > 0 && notes[0]!.link !== link);
  return several ? ` on ${linkText(link)}` : '';
}

/** Clients ask for DHCPv6 where nothing suggests that it is offered. */
function notOffered(
  link: string,
  asking: readonly Unanswered6[],
  { unmanaged: advertisement, answers }: LinkFacts,
  world: World,
): Draft {
  const all = asking.flatMap(({ sent }) => sent.flatMap((note) => note.frames));
  return {
    id: 'v6-no-reply',
    severity: 'info',
    subject: linkText(link),
    frames: advertisement === undefined ? all : [...all, advertisement],
    detail: () => ({
      title: `${count(asking.length, 'client')} ${asking.length === 1 ? 'asks' : 'ask'} for DHCPv6${onLink(link, world)}, and no server answers`,
      explanation:
        `${list(asking.map(({ client }) => client.name))} sent SOLICIT (${frames(all)}), and this capture shows no ADVERTISE or REPLY to ${asking.length === 1 ? 'it' : 'them'}. ` +
        (advertisement === undefined
          ? 'Nothing but these SOLICITs hints at DHCPv6 on this link: no server, no relay, and no router advertisement with flag M.'
          : `The router advertisement in frame ${advertisement} has flag M not set: addresses are not given by DHCPv6 here.${answers ? ' INFORMATION-REQUESTs are answered: DHCPv6 tells settings only.' : ''}`),
      causes: ranked(
        cause(
          'likely',
          `The network has no ${answers ? 'addresses by ' : ''}DHCPv6 on purpose, and clients ask all the same (Windows does on every link)`,
          advertisement !== undefined && `flag M is not set in frame ${advertisement}`,
        ),
        cause(
          'possible',
          answers
            ? 'The server is meant to give addresses, and neither it nor the router is set up for that'
            : 'A DHCPv6 server is meant to be here and is not reached, and the router lacks flag M',
        ),
      ),
      steps: [
        'Where DHCPv6 is not wanted, nothing needs to be done.',
        'Where it is: set flag M on the router: `AdvManagedFlag on;` (radvd), `ipv6 nd managed-config-flag` (Cisco IOS), `enable-ra` (dnsmasq).',
      ],
      reference: 'RFC 4861 §4.2; RFC 9915 §18.2.1',
    }),
  };
}

/** Why nobody answers: where a relay is told nothing at all, that is the reason, and the finding about the relay has the rest. */
function whyOf(silent: Unanswered6, world: World): Why6 {
  const looping = silent.sent.find(({ frame }) => looping6(world).frames.has(frame));
  if (looping) return loopWhy6(looping);
  const relay = silentRelayOf(silent, world);
  // What ICMPv6 says is nearer to the cause.
  return relay && refusalsTo(relay, world).length === 0 ? behindSilentRelay(relay) : whySilent6(silent, world);
}

/** A relay handed the question on, and its server answers it nothing. */
function behindSilentRelay(silent: SilentRelay): Why6 {
  return {
    causes: ranked(
      withFinding(
        'relay-unanswered',
        silent.frames,
        cause(
          'likely',
          relayText(silent),
          `the relay handed the question on in ${frames(silent.frames.slice(0, MOST_SHOWN))}`,
          'see the finding relay-unanswered',
        ),
      ),
    ),
    steps: [
      `Look first at what relay ${silent.relay} is told or not told: the finding relay-unanswered has the steps.`,
    ],
  };
}

/** How many frames of a relay are named. */
const MOST_SHOWN = 4;

const clientsOf = (asking: readonly Unanswered6[]): ReadonlySet<Client6> => new Set(asking.map(({ client }) => client));

/** The clients that ask on each link. */
function askingOn6({ conversations6 }: World): ReadonlyMap<string, ReadonlySet<Client6>> {
  const all = new Map<string, Set<Client6>>();
  for (const { client, notes } of conversations6.exchanges)
    for (const { link, fromServer } of notes) {
      if (fromServer) continue;
      const known = all.get(link);
      if (known) known.add(client);
      else all.set(link, new Set([client]));
    }
  return all;
}

/** One finding about many clients that nobody answers. */
function many(asking: readonly Unanswered6[], world: World, common: Shared | undefined): Draft {
  const [first] = asking as readonly [Unanswered6, ...Unanswered6[]];
  const { type } = first;
  const { link } = first.sent[0]!;
  const rebound = asking.flatMap(reboundIn);
  return {
    id: 'v6-no-reply',
    severity: rebound.length > 0 ? 'warning' : 'error',
    subject: common?.subject ?? linkText(link),
    frames: asking.flatMap(({ sent }) => sent.flatMap((note) => note.frames)),
    detail: () => {
      const types = [...new Set(asking.map(({ type }) => type))];
      const answered = new Set<object>(types.flatMap((one) => [...(answeredSide6(one, link, world)?.clients ?? [])]));
      const clients = clientsOf(asking);
      for (const client of clients) answered.delete(client);
      const n = clients.size;
      const all = world.once(askingOn6).get(link)?.size ?? n;
      const who = all > n ? `${n} of ${all} clients` : n === 2 ? 'both clients' : `any of ${n} clients`;
      const trait = common?.trait ?? '';
      const place = onLink(link, world);
      return {
        title: `No answer ${rebound.length > 0 ? 'to a RENEW' : 'by DHCPv6'} for ${who}${trait === '' ? place : `, ${trait}`}`,
        explanation: `${count(n, 'client')} (${list([...clients].map(({ name }) => name))}) sent ${list(types.map(messageType6))}${place} (${firstOfEach(asking.map(({ sent }) => sent))}), and this capture shows no ${answersTo(types.includes(SOLICIT) ? SOLICIT : type)} to ${n === 2 ? 'either' : 'any'} of them.${rebound.length > 0 ? ` They asked every server by REBIND after that, and were answered (${frames(rebound)}).` : ''}${answered.size > 0 ? ` ${count(answered.size, 'other client')} got an answer here.` : ''}`,
        ...withCommon(whyOf(first, world), common),
        reference: 'RFC 9915 §15, §18.2',
      };
    },
  };
}

/** Causes and steps for many clients, starting with what they have in common. */
function withCommon({ causes, steps }: Why6, common: Shared | undefined): Why6 {
  return {
    causes: (common?.cause ? withFirst(common.cause(), common.alone ? [] : causes) : causes).map((one) => ({
      ...one,
      text: ofSeveral(one.text),
    })),
    steps: common?.steps ? together(common.steps(), steps) : steps,
  };
}

/** Puts a cause first, and leaves out what tells the same finding again. */
const withFirst = (first: Cause, causes: readonly Cause[]): Cause[] =>
  putFirst(
    first,
    causes.filter(({ finding }) => finding === undefined || finding !== first.finding),
  );

const answersTo = (type: number): string => (type === SOLICIT ? 'ADVERTISE or REPLY' : 'REPLY');

function aboutClient(silent: Unanswered6, world: World): Draft {
  const { client, type, sent } = silent;
  const rebinds = type === RENEW ? rebindsAfter(silent) : [];
  const rebound = reboundIn(silent);
  const own = sent.flatMap((note) => note.frames);
  return {
    id: 'v6-no-reply',
    severity: rebound.length > 0 ? 'warning' : 'error',
    subject: client.label,
    get common() {
      return type === RENEW ? forOneReason(serverAsked(silent, world), whyOf(silent, world).causes[0]) : undefined;
    },
    frames: own,
    ...(rebinds.length > 0 ? { places: [...own, ...rebinds] } : {}),
    detail: () => {
      const name = messageType6(type);
      const packet = world.packets.get(sent[0]!.index);
      // What tells clients of two links apart is no reason why one of the links is not served.
      const difference = silentRelayOf(silent, world) ? undefined : apartOn6([silent], world);
      const { causes, steps } = whyOf(silent, world);
      const times = timesSent(sent);
      return {
        title: `${client.nameIn(sent[0]!)} sends ${count(times, name, `${name}s`)} and gets no answer${rebound.length > 0 ? ' until it rebinds' : ''}`,
        explanation: `The client${named(client)} sent ${name} ${often(times)} (${frames(sent.flatMap((note) => note.frames))}${within(sent)})${wayOf(packet, times)}, and this capture shows no ${answersTo(type)} to it.${rebinds.length > 0 ? ` After that it asked every server by REBIND (${frames(rebinds)}), in vain as well.` : ''}${rebound.length > 0 ? ` After that it asked every server by REBIND, and was answered (${frames(rebound)}).` : ''}`,
        causes: difference ? withFirst(differenceCause(difference), causes) : causes,
        steps: difference?.likelihood === 'likely' ? together(differenceSteps(difference, {}), steps) : steps,
        reference: 'RFC 9915 §15, §18.2',
      };
    },
  };
}

/** The server that a RENEW names. */
function serverAsked({ sent }: Unanswered6, world: World): Common | undefined {
  const duid = world.packets.get(sent[0]!.index).dhcpv6?.serverDuid;
  return duid === undefined
    ? undefined
    : { subject: `server ${nameOfDuid(duid)}`, trait: `all of server ${nameOfDuid(duid)}` };
}

/** The frames of the REBINDs by which a client goes on when its RENEWs get no answer, if these get none either. */
const rebindsAfter = ({ client, sent }: Unanswered6): number[] =>
  client.exchanges
    .slice(0, MOST_EXCHANGES)
    .filter(({ notes }) => notes[0]!.time > sent[0]!.time && !notes.some(({ isAnswer }) => isAnswer))
    .flatMap((one) => one.of(REBIND).flatMap((note) => note.frames));
const MOST_EXCHANGES = 50; // that are searched

/** Where a client’s messages came from and went to: its own hop, or that of the relay that handed them on. */
const wayOf = ({ dhcpv6, source = UNKNOWN_ADDRESS, destination = UNKNOWN_ADDRESS }: Packet, times: number): string =>
  dhcpv6?.isRelay
    ? `; relay ${source} handed ${times === 1 ? 'it' : 'them'} on to ${destination}`
    : ` from ${source} to ${destination}`;

/** The DUID of a client that is named by its link-layer address; one that sends none is known by its IPv6 address. */
export const named = ({ name, label }: Client6): string =>
  /:/.test(label) || name.includes(label) ? '' : ` (DUID ${label})`;
