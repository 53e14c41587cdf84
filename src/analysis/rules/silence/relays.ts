import { parseIpv4 } from '../../../codec/bytes';
import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import type { Cause } from '../../finding';
import { network } from '../../conversations/masks';
import { DISCOVER } from '../../conversations/model';
import type { Lease } from '../../conversations/lease';
import { apartOn } from '../../evidence/silence/answered';
import type { Difference } from '../../evidence/silence/apart';
import type { Misfit } from '../../evidence/fit';
import { refusalCause } from '../../evidence/silence/refusals';
import { relaysServed } from '../../evidence/silence/helpers';
import { AROUND, hostBy, sceneOf } from '../../evidence/silence/scene';
import type { Sign } from '../../evidence/alive';
import { serverSubject } from '../../evidence/subjects';
import { giaddrCause } from '../relayAddress';
import { scopeSteps } from '../smartRelay';
import { loopCause, replyMisfitCause } from './compared';
import { LOOP_STEP, refusalSteps } from './discovers/kinds';
import { withFinding } from '../../draft';
import { differenceCause, putFirst } from '../../words/difference';
import { differenceSteps } from '../../words/differenceSteps';
import { count, either, ip, list } from '../../words/words';
import type { Sent } from '../../evidence/facts';
import type { World } from '../../evidence/world';
import type { IcmpError } from '../../evidence/neighbours';

/** Why a relay gets no answer. */

/** How many exchanges behind a relay are looked at. */
const MOST_COMPARED = 50;
/** The difference between the forwarded and the answered messages, if it is one that is known to prevent answers. */
function differenceOf(sent: readonly Sent[], world: World): Difference | undefined {
  const exchanges = [...new Set(sent.map(({ exchange }) => exchange))];
  const asked = exchanges.map((exchange) => [exchange.client, exchange.of(DISCOVER)] as const);
  const difference = apartOn(
    'DISCOVER',
    asked.filter(([, messages]) => messages.length > 0),
    world,
    { propertiesOnly: true },
  );
  return difference?.known ? difference : undefined;
}

/** Weighs why a relay gets no answer, and gives the steps for the likely cause first. */
export function whyRelayUnanswered(
  giaddrs: readonly number[],
  sent: readonly Sent[],
  servers: readonly string[],
  errors: readonly IcmpError[],
  misfit: Misfit | undefined,
  world: World,
): { readonly causes: Cause[]; readonly steps: advice.Step[] } {
  const [giaddr] = giaddrs as readonly [number];
  const relay = ip(giaddr);
  const several = giaddrs.length > 1;
  const { up, down } = hostsOf(servers, sent, world);
  const answering = answeringOthers(servers, sent, world);
  const impossible = giaddrCause(giaddr, new Set(sent.map(({ exchange }) => exchange)));
  const asked = sent
    .slice(0, MOST_COMPARED)
    .flatMap(({ exchange }) => exchange.messages.filter((one) => one.fromClient));
  const known = [
    refusalCause(errors, world),
    misfit && replyMisfitCause(misfit),
    impossible?.cause,
    hopsCause(sent, world) ?? loopCause(asked, world),
  ].filter((one) => one !== undefined);
  const told = known.length > 0;
  // A host that refuses a datagram does not lack a scope, and a host that reports the error itself is up.
  const refused = errors.length > 0;
  const bySelf = errors.some(({ source, quotedDestination }) => source === quotedDestination);
  const difference = differenceOf(sent, world);
  // A server that lives may lack one scope; that it lacks those of all addresses of a relay is less likely than that it is not reached.
  const unreached = several && up === undefined && answering.length === 0;
  const others = up === undefined ? othersServed(giaddrs, servers, world) : undefined;
  const scoped = scopeShown(giaddrs, servers, world);
  const beside = relaysBeside(giaddrs, servers, world);
  const scope = cause(
    told || down || unreached || others ? 'possible' : 'likely',
    `The server has no scope (subnet) that holds ${either(giaddrs.map(ip))}, so it does not know which pool to take`,
    up && `the server’s host is up: it ${up.text}`,
    answering.length > 0 && list(answering),
  );
  const weighed = ranked(
    ...known,
    !refused && !misfit && others && wrongServerCause(servers, others, { down, told }),
    !refused && !misfit && !impossible && !scoped && scope,
    !refused &&
      !misfit &&
      !others &&
      cause(
        !told && (down || unreached) ? 'likely' : answering.length > 0 ? 'unlikely' : 'possible',
        up
          ? 'The server’s DHCP program has stopped, or does not listen where the relay sends, while its host is up'
          : 'The server is down, or does not listen where the relay sends',
        down ? `ARP for ${list(servers)} gets no answer` : `sent to ${list(servers)}`,
        unreached &&
          `the relay tries ${count(giaddrs.length, 'address', 'addresses')} of its own, and none gets an answer`,
      ),
    !refused &&
      cause(
        scoped && !told ? 'likely' : 'possible',
        beside
          ? `A rule of a firewall or router on the way drops UDP port 67 between ${relay} and ${beside.server}, and lets other relays through`
          : 'A firewall between relay and server drops UDP port 67 in one direction: requests and replies both go from port 67 to port 67',
        scoped && scopedText(scoped, relay),
        beside && `${beside.server} answers ${besideText(beside)}`,
      ),
    !refused &&
      scoped &&
      !scoped.fresh &&
      sent.every(({ type }) => type === DISCOVER) &&
      cause('possible', `The pool for ${relay} is used up: to renew a lease, no free address is needed`),
    !bySelf &&
      !misfit &&
      !impossible &&
      errors.every(({ code }) => code !== 0 && code !== 1) &&
      cause(
        scoped?.exchange.routed ? 'unlikely' : 'possible',
        `The server has no route back to ${relay}: replies go to giaddr, not to the address the datagram came from`,
        scoped?.exchange.routed && `its ACK in frame ${scoped.frame} goes to ${ip(scoped.address)} in the same network`,
      ),
  );
  // A broadcast address is no host to log in to.
  const server = servers.length === 1 && !servers[0]!.endsWith('.255') ? servers[0]! : undefined;
  const [error] = errors;
  const running = advice.serverRunning({ server });
  return {
    causes: difference ? putFirst(differenceCause(difference), weighed) : weighed,
    steps: advice.together(
      error ? refusalSteps(error, world) : [],
      misfit
        ? [
            `Update the software of ${serverSubject(misfit.reply)}: its replies must copy giaddr from the request (RFC 2131 table 3).`,
          ]
        : [],
      known.some(({ finding }) => finding === 'relay-loop') ? [LOOP_STEP] : [],
      difference ? differenceSteps(difference, { server }) : [],
      (down || unreached) && !told ? running : [],
      impossible ? [impossible.step] : [],
      others && !told ? wrongServerSteps(servers, others) : [],
      scoped && !told ? [arrivesStep(relay, server), ...advice.openServerPort({ server })] : [],
      refused || impossible || scoped ? [] : scopeSteps(relay),
      impossible
        ? []
        : [
            `Linux, on ${server === undefined ? 'the server' : `server ${server}`}: \`ip route get ${relay}\` shows whether a route leads back to the relay.`,
          ],
      beside && !refused ? [advice.ruleMissing(relay, beside.server, list(beside.relays, 2))] : [],
      // A server that answers others, or says by ICMP that it is reached, needs no firewall opened; the steps above are about what it says.
      answering.length > 0 || refused ? [] : running,
      answering.length > 0 || refused ? [] : advice.openServerPort({ server }),
    ),
  };
}

/** Other relays that get answers, and the server that gives them. */
interface Others {
  readonly server: string;
  readonly relays: readonly string[];
  readonly frame: number;
}

/** The server of the other relays, where nothing at all is heard of the servers of this one. */
function othersServed(giaddrs: readonly number[], servers: readonly string[], world: World): Others | undefined {
  const served = world.once(relaysServed);
  const known = world.survey.servers;
  const isHeard = (server: string): boolean =>
    served.has(server) ||
    known.has(server) ||
    server.endsWith('.255') ||
    hostBy(parseIpv4(server) ?? 0, -Infinity, Infinity, world).up !== undefined;
  if (servers.some(isHeard)) return undefined;
  const own = new Set(giaddrs.map(ip));
  let most: Others | undefined;
  for (const [server, relays] of served) {
    const others = [...relays].filter(([relay]) => !own.has(relay));
    if (others.length > (most?.relays.length ?? 0))
      most = { server, relays: others.map(([relay]) => relay), frame: others[0]![1] };
  }
  return most;
}

const besideText = ({ relays, frame }: Others): string =>
  `${relays.length === 1 ? 'another relay' : `${relays.length} other relays`}: ${list(relays)} (frame ${frame})`;

const wrongServerCause = (
  servers: readonly string[],
  others: Others,
  { down, told }: { readonly down: boolean; readonly told: boolean },
): Cause =>
  cause(
    told ? 'possible' : 'likely',
    `The relay is given a wrong server address, or ${list(servers)} ${servers.length === 1 ? 'is' : 'are'} down`,
    `no DHCP, ARP or ICMP message from ${either(servers)} is in this capture`,
    `${others.server} answers ${besideText(others)}`,
    down && `ARP for ${list(servers)} gets no answer`,
  );

const wrongServerSteps = (servers: readonly string[], { server }: Others): advice.Step[] => [
  advice.stepFor(
    'relay',
    'ios',
    'Cisco IOS, on the relay',
    `\`show ip helper-address\` shows where requests are sent. If ${either(servers)} is wrong there: \`ip helper-address ${server}\` on the interface of the clients’ network.`,
  ),
  `From the relay: \`ping ${servers[0]!}\` shows whether that host is up.`,
];

/** By server and network: the first lease there; and the masks of all. */
function networksServed({ survey }: World): {
  readonly first: ReadonlyMap<string, Lease>;
  readonly masks: Set<number>;
} {
  const first = new Map<string, Lease>();
  const masks = new Set<number>();
  for (const lease of survey.leases) {
    const { mask } = lease;
    const server = lease.exchange.server;
    if (mask === undefined || mask === 0 || server === undefined) continue;
    masks.add(mask);
    const key = `${server} ${network(lease.address, mask)} ${mask}`;
    if (!first.has(key)) first.set(key, lease);
  }
  return { first, masks };
}

/** A lease that one of these servers gives or confirms in the relay's own network: then it has a scope for it. */
function scopeShown(giaddrs: readonly number[], servers: readonly string[], world: World): Lease | undefined {
  const { first, masks } = world.once(networksServed);
  for (const server of servers.slice(0, 8))
    for (const mask of masks)
      for (const giaddr of giaddrs) {
        const lease = first.get(`${server} ${network(giaddr, mask)} ${mask}`);
        if (lease) return lease;
      }
  return undefined;
}

const scopedText = ({ exchange, address, frame, giaddr }: Lease, relay: string): string =>
  `${exchange.server!} has a scope for ${relay}: it gives or confirms ${ip(address)} in frame ${frame}${giaddr === 0 ? ', to a client that asks without the relay' : ''}`;

const arrivesStep = (relay: string, server: string | undefined): string =>
  `Linux, on ${server === undefined ? 'the server' : `server ${server}`}: \`tcpdump -ni any "udp port 67 and host ${relay}"\` shows whether the relay’s messages arrive, and whether replies leave.`;

/** Other relays that one of these servers answers, and a frame of such an answer. */
function relaysBeside(giaddrs: readonly number[], servers: readonly string[], world: World): Others | undefined {
  const own = new Set(giaddrs.map(ip));
  for (const server of servers.slice(0, 8)) {
    const others = [...(world.once(relaysServed).get(server) ?? [])].filter(([relay]) => !own.has(relay));
    if (others.length > 0) return { server, relays: others.map(([relay]) => relay), frame: others[0]![1] };
  }
  return undefined;
}

/** The servers that answer clients other than those of these messages, and how many. */
function answeringOthers(servers: readonly string[], sent: readonly Sent[], world: World): string[] {
  const own = new Set(sent.map(({ exchange }) => exchange.client));
  const { places } = world.once(sceneOf);
  return servers.slice(0, 8).flatMap((server) => {
    const served = new Set([...places.values()].flatMap((place) => [...(place.servers.get(server) ?? [])]));
    const others = [...served].filter((client) => !own.has(client)).length;
    return others === 0 ? [] : `${server} answers ${count(others, 'other client')} in this capture`;
  });
}

/** A message that has passed more relays than allowed is dropped (RFC 1542 §4.1.1). */
function hopsCause(sent: readonly Sent[], { limits }: World): Cause | undefined {
  const messages = sent.slice(0, MOST_COMPARED).flatMap(({ exchange }) => exchange.messages);
  const packets = messages.flatMap((one) => (one.fromClient ? one.packetsSeen() : []));
  const over = packets.filter(({ dhcp }) => dhcp!.hops > limits.maxHops);
  const [first] = over;
  if (!first) return undefined;
  return withFinding(
    'relay-loop',
    over.slice(0, MOST_COMPARED).map(({ frame }) => frame),
    cause(
      'likely',
      `The message has passed ${first.dhcp!.hops} relays, and relays and servers drop what has passed more than ${limits.maxHops}`,
      `hops ${first.dhcp!.hops} in frame ${first.frame}`,
      'see the finding relay-loop',
    ),
  );
}

/** Whether ARP or ICMP shows a server's host to be up while the relay sends, or whether it is asked for in vain. */
function hostsOf(servers: readonly string[], sent: readonly Sent[], world: World): { up?: Sign; down: boolean } {
  const from = sent[0]!.time - AROUND;
  const to = sent[sent.length - 1]!.time + AROUND;
  const hosts = servers.slice(0, 8).map((server) => hostBy(parseIpv4(server) ?? 0, from, to, world));
  const up = hosts.find((host) => host.up !== undefined && host.inVain.length === 0)?.up;
  return up === undefined ? { down: hosts.some((host) => host.inVain.length > 0) } : { up, down: false };
}
