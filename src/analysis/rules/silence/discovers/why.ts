import { differenceSteps } from '../../../words/differenceSteps';
import { cause, ranked } from '../../../collector';
import type { Cause } from '../../../finding';
import { OPTION, type Client, type Message } from '../../../conversations/model';
import {
  AGAINST_OTHERS,
  BEFORE_RELAY,
  CAUSES,
  LOOP_STEP,
  OF_POOL,
  PLAIN,
  TEXTS,
  FOUND,
  refusalSteps,
  stepsFor,
  type Kind,
  type Text,
} from './kinds';
import { comparedCauses, loopCause, strangeXidCause, textSteps, untrustedCause } from '../compared';
import { answeredSide, apartOn, offeredOn, showsReply, type Comparing } from '../../../evidence/silence/answered';
import type { Difference } from '../../../evidence/silence/apart';
import { commonFault, faultText } from '../../../evidence/silence/properties';
import { deafCause, deafSteps, deafTo } from '../deaf';
import { floodCause } from '../flooded';
import { starvedCause } from '../starved';
import { checksumSteps, discoverSumCause } from '../sums';
import { nestedCause, nestedSteps } from './nested';
import { probeCause, probedFor, probeSteps } from './probed';
import { MOST_EXCHANGES, silenceUntil } from './kindOf';
import { scopeShown } from './scope';
import { otherIdentityCause, sameIdentifierSteps } from '../../leases/identity';
import { refusalCause, refusalOf } from '../../../evidence/silence/refusals';
import { keptByRelay, type Handed } from '../../../evidence/silence/keptByRelay';
import { macOfServer, sceneOf } from '../../../evidence/silence/scene';
import { withFinding } from '../../../draft';
import { differenceCause, putFirst } from '../../../words/difference';
import { relaySteps } from '../../../words/relayed';
import { vlanOf } from '../../../words/links';
import { count, frames, ip, list, where } from '../../../words/words';
import { knownOf } from '../../../evidence/systems';
import { oneWayTunnel } from '../../../evidence/silence/tunnels';
import { oneWayCause, oneWayStep } from '../oneWay';
import type { World } from '../../../evidence/world';
import * as advice from '../../../words/advice';
import type { Step } from '../../../words/steps';

/** Weighs the causes for which nobody answers a DISCOVER, by the kind of silence and by what the messages themselves show. */

/** What distinguishes the client's DISCOVERs from the answered ones on its link, if it can explain this kind of silence. */
function differs(
  kind: Kind,
  client: Client,
  run: readonly Message[],
  world: World,
  comparing: Comparing,
): Difference | undefined {
  const difference = PLAIN.has(kind) ? undefined : apartOn('DISCOVER', [[client, run]], world, comparing);
  return difference && (difference.known || ['pool', 'filter', 'quiet'].includes(kind)) ? difference : undefined;
}

/** Kinds of silence of which a missing server, a firewall and a missing relay are one cause. */
const UNTOLD: ReadonlySet<Kind> = new Set<Kind>(['router', 'heard', 'nobody']);

/** Weighs why a client's DISCOVERs are unanswered, and gives the steps. `later` is the first answer that it got in the end. */
export function whyNoOffer(
  client: Client,
  run: readonly Message[],
  world: World,
  later?: Message,
  /** How this client by itself is compared with those that are answered; false if it is not. */
  comparing: Comparing | false = {},
  /** The messages of all clients that it is about. */
  all: readonly Message[] = run,
): {
  readonly causes: Cause[];
  readonly steps: Step[];
  readonly known: advice.Known;
  /** What a relay hands on of others, if it keeps all of this back for no reason that is told already. */
  readonly kept: Handed | undefined;
  /** Whether replies are seen that the client cannot take for its own. */
  readonly replied: boolean;
} {
  const { kind, here, evidence, refusals } = silenceUntil(client, run, world, later);
  const { proxies } = world.once(sceneOf);
  const first = run[0]!;
  const requested = first.dhcp.ip(OPTION.requested);
  const relayed = first.packetsSeen().some(({ dhcp }) => dhcp!.giaddr !== 0);
  const onlyBoot = proxies.length > 0 && `only proxyDHCP speaks (${list(proxies)}), which leases no addresses`;
  const more: Partial<Record<Text, string | false>> = {
    firewall: 'a capture on the server shows the DISCOVER all the same: captures are taken before the firewall',
    server:
      requested !== undefined &&
      `${client.label} asks for ${ip(requested)}, so it had a lease before, here or elsewhere`,
    forwarding: later !== undefined && `the client is answered later (${where(later)})`,
  };
  const answersOthers = kind === 'pool' || kind === 'filter' || (kind === 'from port 67' && here > 0);
  const scoped = scopeShown(first, world);
  const texts = CAUSES[kind].map((text) => (text === 'pool' && scoped !== undefined ? 'full' : text));
  const forwards = isHeardBeyond(client, run, all, world);
  const hasScope =
    texts[0] === 'full' &&
    !answeredSide('DISCOVER', first.link, world) &&
    `an address of this network is given or confirmed in frame ${scoped}, so the server has a scope for it`;
  const causes = texts.flatMap((text, i) => {
    if (relayed && i > 0 && BEFORE_RELAY.has(text)) return [];
    if (forwards && i > 0 && text === 'forwarding') return [];
    if (i === 0) {
      // What cannot be told apart is one cause, with what speaks of each part.
      const parts = UNTOLD.has(kind) ? [more.firewall, more.server] : [];
      const first = cause(
        kind === 'untimed' ? 'possible' : 'likely',
        TEXTS[text],
        ...evidence,
        hasScope,
        onlyBoot,
        ...parts,
      );
      const finding = FOUND[kind];
      return [
        finding === undefined
          ? first
          : withFinding(
              finding,
              run.map(({ frame }) => frame),
              first,
            ),
      ];
    }
    if (answersOthers && AGAINST_OTHERS.has(text))
      return [cause('unlikely', TEXTS[text], here > 0 && 'other clients of this link are answered')];
    return [cause('possible', TEXTS[text], more[text])];
  });
  const own = client.exchanges.slice(-MOST_EXCHANGES);
  const replies = [...own.flatMap((one) => comparedCauses(one, run, world)), strangeXidCause(client, run)];
  const probed = probedFor(client, run, world);
  const deaf = PLAIN.has(kind) || later ? undefined : deafTo(run, world);
  const deafening = deaf && deafCause(deaf);
  const compared = [
    loopCause(run, world),
    ...replies.filter((one) => one !== undefined).slice(0, 1),
    discoverSumCause(run, world),
    otherIdentityCause(client, run, world),
    probed && probeCause(probed),
    deafening,
  ];
  const shown = compared.some((one) => one?.likelihood === 'likely');
  const starved = shown || PLAIN.has(kind) || later ? undefined : starvedCause(run, world);
  const flood = floodCause(run, world, { known: shown || PLAIN.has(kind), answersOthers });
  const known = shown || starved !== undefined || flood?.likelihood === 'likely';
  const difference = known || !comparing ? undefined : differs(kind, client, run, world, comparing);
  const faulty = known || difference ? undefined : damageCause(run, world);
  const untrusted = known || difference || faulty ? undefined : untrustedCause(run, world);
  const kept = known || faulty || PLAIN.has(kind) || later ? undefined : keptByRelay(all, world);
  const replied = replies.some((one) => one?.finding === 'reply-mismatch');
  // A client that was sent a reply has been heard.
  const heard = replies.some((one) => one?.finding !== undefined);
  const denied = deafening?.likelihood === 'likely' ? DENIED : starved ? POOL : undefined;
  const left = denied ? causes.filter(({ text }) => !denied.has(text)) : causes;
  const guessed =
    heard || kept
      ? []
      : known || faulty
        ? left.map((one) => ({ ...one, likelihood: lessLikely(one.likelihood) }))
        : left;
  const open = !(known || faulty || kept || refusals.length > 0 || showsReply(first.link, world));
  const tunnel = open ? oneWayTunnel(first, world) : undefined;
  const unseen = tunnel ? oneWayCause(tunnel) : open ? unseenCause(client, first, world) : undefined;
  const nested =
    known || faulty || kept || !['pool', 'filter', 'quiet'].includes(kind) ? undefined : nestedCause(run, world);
  const weighed = ranked(
    refusalCause(refusals, world),
    ...compared,
    starved,
    flood,
    faulty,
    untrusted,
    unseen,
    nested,
    ...(unseen ? guessed.map((one) => ({ ...one, likelihood: lessLikely(one.likelihood) })) : guessed),
  );
  const server = serverOf(run, world);
  const knownHere = {
    server,
    serverMac: server === undefined ? undefined : macOfServer(server, first.link, world),
    ...knownOf(client),
    vlan: vlanOf(run[0]!.packet),
  };
  const [refusal] = refusals;
  const refused = refusal && refusalOf(refusal);
  const told = difference && differenceCause(difference);
  return {
    known: knownHere,
    kept,
    replied,
    causes: kept && comparing ? [keptCause(kept, all, told), ...weighed] : told ? putFirst(told, weighed) : weighed,
    steps: [
      ...(refused ? refusalSteps(refusal, world) : []),
      ...(nested ? nestedSteps() : []),
      ...(tunnel ? [oneWayStep(tunnel)] : unseen ? [advice.captureBothEnds(knownHere)] : []),
      ...(faulty ? [advice.updateClient(client.label)] : []),
      ...(probed && weighed[0]?.text === probeCause(probed).text
        ? probeSteps(probed, knownHere, world)
        : deaf && weighed[0] === deafening
          ? deafSteps(deaf)
          : shown
            ? comparedSteps(compared, client, run, world)
            : starved
              ? [STARVED_STEP]
              : []),
      ...(difference?.likelihood === 'likely' ? differenceSteps(difference, knownHere) : []),
      // Where the replies are seen, the server need not be asked why it is silent.
      ...(refused || replied
        ? []
        : kept
          ? relaySteps(ip(kept.giaddr), 'DISCOVER')
          : stepsFor(kind, relayed, !forwards, knownHere)),
    ],
  };
}

/** A relay hands on what others send, and none of these messages; `reason`: what tells them apart. */
export function keptCause({ giaddr, here, there }: Handed, asked: readonly Message[], reason?: Cause): Cause {
  const why = reason && /\brelay/.test(reason.text) ? `: ${reason.text[0]!.toLowerCase()}${reason.text.slice(1)}` : '';
  return {
    ...reason,
    ...cause(
      'likely',
      `Relay ${ip(giaddr)} does not hand these DISCOVERs on, and hands on those of others${why}`,
      `the DISCOVER in frame ${here} goes on in frame ${there}, and none of ${frames(asked.map(({ frame }) => frame))} does`,
      ...(reason?.evidence ?? []),
    ),
  };
}

/**
 * Whether the switch port of a client forwards while it asks in vain: what it and another host broadcast is seen at one place. Of several
 * clients, all but the one whose port the capture may be taken at are heard beyond their ports.
 */
function isHeardBeyond(client: Client, run: readonly Message[], all: readonly Message[], world: World): boolean {
  const [first] = run;
  if (all.some(({ packet }) => packet.dhcp!.chaddr !== first!.packet.dhcp!.chaddr)) return true;
  const place = world.once(sceneOf).places.get(first!.link);
  return place?.answered.first(client, first!.time, run[run.length - 1]!.time) !== undefined;
}

/** From so many clients on whose replies are not seen, it is the capture point that does not see them. */
const SEVERAL_UNSEEN = 2;

/** Other clients of the link took OFFERs, and no reply is seen there: from here nobody can tell whether this client is sent one. */
function unseenCause(client: Client, { link }: Message, world: World): Cause | undefined {
  const offered = offeredOn(link, world);
  const others = offered.size - (offered.has(client) ? 1 : 0);
  // What one client alone was sent unseen may be chance.
  if (others < SEVERAL_UNSEEN) return undefined;
  return cause(
    'likely',
    'No reply is seen at this capture point, whether one is sent or not',
    `${count(others, 'other client')} of this link took an OFFER that is not in this capture either`,
  );
}

/** What an attack on the pool says better. */
const POOL: ReadonlySet<string> = new Set(OF_POOL.map((text) => TEXTS[text]));

/** What a server that hears no broadcasts denies: one that heard them would have answered those who need no free address. */
const DENIED: ReadonlySet<string> = new Set(
  [...OF_POOL, 'firewall' as const, 'relay' as const].map((text) => TEXTS[text]),
);

const lessLikely = (one: Cause['likelihood']): Cause['likelihood'] => (one === 'likely' ? 'possible' : one);

const STARVED_STEP =
  'Stop the sender of the invented requests first (see the finding starvation), then remove the leases that it was given from the server.';

/** The steps for what the comparison of a message with its reply shows. */
function comparedSteps(
  causes: readonly (Cause | undefined)[],
  client: Client,
  run: readonly Message[],
  world: World,
): Step[] {
  const finding = causes.find((one) => one?.likelihood === 'likely')?.finding;
  if (finding === 'bad-checksum') return checksumSteps(run[0]!, client.label);
  if (finding === 'relay-loop') return [LOOP_STEP];
  if (finding === undefined && otherIdentityCause(client, run, world)) return sameIdentifierSteps();
  if (finding === 'reply-mismatch' || finding === 'unsolicited-reply')
    return ['Update the firmware of the server or relay that sends these replies; keep this capture for its maker.'];
  const ofText = textSteps(run[0]!);
  return ofText.length > 0 ? ofText : [advice.updateClient(client.label)];
}

/** The server that answers others on the client's link, if there is exactly one. */
function serverOf(run: readonly Message[], world: World): string | undefined {
  const { places, answering } = world.once(sceneOf);
  const servers = new Set(run.slice(0, 1).flatMap(({ link }) => [...(places.get(link)?.servers.keys() ?? [])]));
  const [server] = servers.size > 0 ? servers : answering;
  return servers.size > 1 || (servers.size === 0 && answering.length !== 1) ? undefined : server;
}

/** Every DISCOVER has the same damage, and this capture has no answered one to compare it with. */
function damageCause(run: readonly Message[], world: World): Cause | undefined {
  const [first] = run;
  if (!first || answeredSide('DISCOVER', first.link, world)) return undefined;
  const fault = commonFault(run);
  if (!fault) return undefined;
  const grave = fault.id === 'malformed-message';
  return withFinding(
    fault.id,
    run.map(({ frame }) => frame),
    cause(
      grave ? 'likely' : 'possible',
      `The DISCOVER is ${grave ? 'malformed' : 'not as it should be'}, and servers drop it: ${faultText(fault.text)}`,
      `the same in ${frames(run.map(({ frame }) => frame))}`,
    ),
  );
}
