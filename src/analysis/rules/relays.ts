import { parseIpv4 } from '../../codec/bytes';
import * as advice from '../words/advice';
import { cause, ranked } from '../collector';
import type { Cause } from '../finding';
import { DISCOVER, INFORM, OPTION, type Message } from '../conversations/model';
import { apartOn } from '../evidence/silence/answered';
import type { Difference } from '../evidence/silence/apart';
import { isServersOwn, misfitsOf, relaysOf, unechoedIn, type Misfit } from '../evidence/fit';
import { helpedElsewhere } from '../evidence/silence/helpers';
import { helperCause, refusalCause } from '../evidence/silence/refusals';
import { AROUND, hostBy, sceneOf } from '../evidence/silence/scene';
import type { Sign } from '../evidence/alive';
import { loopOf } from '../evidence/loops';
import { serverSubject } from '../evidence/subjects';
import type { ExchangeRule, WorldRule } from './rule';
import { giaddrCause } from './relayAddress';
import { alsoText, answeredElsewhere, otherGiaddr, scopeSteps, smartRelays } from './smartRelay';
import { loopCause, replyMisfitCause } from './silence/compared';
import { LOOP_STEP, refusalSteps } from './silence/discovers/kinds';
import { withFinding } from '../draft';
import { differenceCause, putFirst } from '../words/difference';
import { differenceSteps } from '../words/differenceSteps';
import { count, either, frames, ip, list, span, times } from '../words/words';
import type { Sent } from '../evidence/facts';
import type { World } from '../evidence/world';
import type { IcmpError } from '../evidence/neighbours';

/** Relays: what happens between giaddr and the server. */

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

/** How many exchanges behind a relay are compared with their replies. */
const MOST_COMPARED = 50;

/** Replies that came back with another giaddr, and whether every exchange got one (then the server did answer). */
function misfitsTo(sent: readonly Sent[]): { readonly first: Misfit | undefined; readonly all: boolean } {
  const exchanges = [...new Set(sent.map(({ exchange }) => exchange))].slice(0, MOST_COMPARED);
  const misfits = exchanges.map((one) => misfitsOf(one).find(({ field }) => field === 'giaddr'));
  return { first: misfits.find((one) => one !== undefined), all: !misfits.includes(undefined) };
}

/** Relayed messages go to a server that never replies to that giaddr. */
export const relayUnanswered: WorldRule = function* (world) {
  // By the host that was not reached: the first such error.
  const refusals = new Map<string, IcmpError>();
  for (const error of world.neighbours.icmpErrors)
    if (error.quotedPort === 67 && !refusals.has(error.quotedDestination)) refusals.set(error.quotedDestination, error);
  const silent = new Map<number, readonly Sent[]>();
  for (const [giaddr, all] of world.unansweredRelays) {
    const others = all.map(({ exchange }) => otherGiaddr(exchange, giaddr));
    const sent = all.filter((_, i) => others[i] === undefined);
    if (sent.length === 0) yield answeredElsewhere(giaddr, all, others[0]!);
    else silent.set(giaddr, sent);
  }
  for (const { giaddr, also, sent } of smartRelays(silent)) {
    const clients = [...new Set(sent.map((one) => one.exchange.client.label))];
    const servers = serversIn(sent);
    // The message goes round among relays, and no server was asked: `relay-loop` reports it.
    if (servers.length === 0) continue;
    const errors = servers.flatMap((server) => refusals.get(server) ?? []).sort((a, b) => a.index - b.index);
    const misfit = misfitsTo(sent);
    // `reply-mismatch` reports it.
    if (misfit.all) continue;
    yield {
      id: 'relay-unanswered',
      severity: 'error',
      subject: ip(giaddr),
      frames: sent.flatMap((one) => one.frames),
      detail: () => ({
        title: `Relay ${ip(giaddr)} gets no answer from ${list(servers)}${also.length > 0 ? `, nor as ${list(also.map(ip))}` : ''}`,
        explanation: `The relay with giaddr ${ip(giaddr)} forwarded ${count(sent.length, 'message')} of ${count(clients.length, 'client')} (${list(clients)}) to ${list(servers)} within ${span(sent[sent.length - 1]!.time - sent[0]!.time)}, and this capture shows no reply to ${ip(giaddr)}.${alsoText(giaddr, also)} ${sent.some(({ type }) => type === DISCOVER) ? 'Its clients get no OFFER.' : 'Its clients get no answer.'}`,
        ...whyRelayUnanswered([giaddr, ...also], sent, servers, errors, misfit.first, world),
        reference: 'RFC 1542 §4.1, RFC 2131 §4.1, §4.3.1',
      }),
    };
  }
};

/** To whom messages of a relay went, other than relays that handed them on. */
function serversIn(sent: readonly Sent[]): string[] {
  const relays = new Set<string | undefined>();
  for (const { exchange } of sent.slice(0, MOST_COMPARED))
    for (const message of exchange.messages)
      if (message.fromClient)
        for (const { dhcp, source } of message.packetsSeen()) if (dhcp!.giaddr !== 0) relays.add(source);
  return [...new Set(sent.flatMap(({ to }) => to))].filter((to) => !relays.has(to));
}

/** Weighs why a relay gets no answer, and gives the steps for the likely cause first. */
function whyRelayUnanswered(
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
  const scope = cause(
    told || down || unreached ? 'possible' : 'likely',
    `The server has no scope (subnet) that holds ${either(giaddrs.map(ip))}, so it does not know which pool to take`,
    up && `the server’s host is up: it ${up.text}`,
    answering.length > 0 && list(answering),
  );
  const helped = servers.length === 1 && !told ? helpedElsewhere(servers[0]!, world) : undefined;
  const weighed = ranked(
    ...known,
    !refused && !misfit && !impossible && scope,
    helped && helperCause('possible', relay, servers[0]!, helped),
    !refused &&
      !misfit &&
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
        'possible',
        'A firewall between relay and server drops UDP port 67 in one direction: requests and replies both go from port 67 to port 67',
      ),
    !bySelf &&
      !misfit &&
      !impossible &&
      errors.every(({ code }) => code !== 0 && code !== 1) &&
      cause(
        'possible',
        `The server has no route back to ${relay}: replies go to giaddr, not to the address the datagram came from`,
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
      refused || impossible ? [] : scopeSteps(relay),
      impossible
        ? []
        : [
            `Linux, on ${server === undefined ? 'the server' : `server ${server}`}: \`ip route get ${relay}\` shows whether a route leads back to the relay.`,
          ],
      // A server that answers others, or says by ICMP that it is reached, needs no firewall opened; the steps above are about what it says.
      answering.length > 0 || refused ? [] : running,
      answering.length > 0 || refused ? [] : advice.openServerPort({ server }),
    ),
  };
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

/** A message returns with growing hops through a relay that it has already passed, or its hops exceed the limit. */
export const relayLoop: ExchangeRule = function* (exchange, world) {
  for (const message of exchange.messages) {
    const loop = message.fromClient && loopOf(message, world);
    if (!loop) continue;
    const { seen, returned } = loop;
    const giaddr = seen.find((packet) => packet.dhcp!.giaddr !== 0)?.dhcp!.giaddr ?? 0;
    yield {
      id: 'relay-loop',
      severity: 'error',
      subject: giaddr !== 0 ? ip(giaddr) : exchange.client.label,
      frames: message.frames,
      detail: () => ({
        title: `Relay loop: a message of ${exchange.client.label} reaches ${seen.reduce((most, packet) => Math.max(most, packet.dhcp!.hops), 0)} hops`,
        explanation: `One message (xid 0x${exchange.xid.toString(16).padStart(8, '0')}) is seen ${times(seen.length)} with hops ${list([...new Set(seen.map((packet) => String(packet.dhcp!.hops)))], 17)}; giaddr is ${ip(giaddr)}.${returned !== undefined ? ` Link-layer address ${returned} sent it more than once with a growing hop count, so it came back to a relay that it had passed.` : ''} Each round loads every relay and server on the way.`,
        causes: ranked(
          cause(
            'likely',
            'Two relays have each other as server, or a relay’s server address is a broadcast address that reaches another relay',
            returned !== undefined && `${returned} relays its own message again`,
          ),
          cause('possible', 'A relay also listens on the interface towards the server'),
        ),
        steps: [
          LOOP_STEP,
          advice.stepFor(
            'relay',
            'linux',
            'Linux, on each relay',
            'run `dhcrelay` with `-id` for the clients’ interface and `-iu` for the server’s, and with `-c 4` as the hop limit.',
          ),
        ],
        reference: 'RFC 1542 §4.1.1',
      }),
    };
  }
};

function relayAgentOf(message: Message): string | undefined {
  return message.dhcp.option(OPTION.relayAgent)?.hex();
}

/** A relay added option 82, but the server's reply to it omits or changes the option. */
export const option82NotEchoed: ExchangeRule = function* (exchange) {
  const relays = relaysOf(exchange);
  for (const { message, packet, before, hex } of unechoedIn(exchange)) {
    const { dhcp } = packet;
    // Where the capture shows the request on its way to the server, and the server's own reply, nobody is between.
    const byServer = isServersOwn(packet, relays);
    const several = (relays.get(dhcp!.giaddr)?.request.packetsSeen() ?? []).find((one) => one.dhcp!.hops > 1);
    yield {
      id: 'option82-not-echoed',
      severity: 'warning',
      subject: serverSubject(message),
      frames: [packet.frame, before.frame],
      detail: () => ({
        title: `Server ${serverSubject(message)} ${hex === undefined ? 'leaves out' : 'changes'} the relay’s option 82`,
        explanation: `Relay ${ip(dhcp!.giaddr)} added option 82 (${before.hex}) in frame ${before.frame}; the reply in frame ${packet.frame} ${hex === undefined ? 'has none' : `has ${hex}`}. A server that supports it must copy it back unchanged; a relay that needs it to find the client’s port drops such a reply.`,
        causes: ranked(
          cause(
            hex === undefined ? 'likely' : 'unlikely',
            'The server does not support option 82, or is told to leave it out',
            hex === undefined && 'the option is missing in the reply',
          ),
          hex !== undefined &&
            byServer &&
            cause(
              'likely',
              'The server itself changes the option',
              `the request goes to ${packet.source ?? '?'} with it (frame ${before.frame}), and the reply of ${packet.source ?? '?'} has it otherwise (frame ${packet.frame})`,
              several &&
                `${several.dhcp!.hops} relays handled the request (hops in frame ${several.frame}), and each may have added its own`,
            ),
          cause(
            hex === undefined ? 'unlikely' : byServer ? 'possible' : 'likely',
            'A second relay or switch on the way rewrites the option',
          ),
        ),
        steps: advice.settings({
          dhcpd:
            'the option is echoed by itself in replies to relayed messages; `stash-agent-options true;` keeps it for renewals, which no relay handles',
          kea: 'the option is echoed by itself; see whether a hook or `"always-send"` setting replaces it',
          dnsmasq: 'the option is echoed by itself since 2.60',
          windows: 'needs Windows Server 2012 or later',
          ios: '`ip dhcp relay information option`, and `ip dhcp relay information check` to drop replies without it',
        }),
        reference: 'RFC 3046 §2.2',
      }),
    };
  }
};

/** A reply on the client's side still carries option 82. */
export const option82ToClient: ExchangeRule = function* (exchange) {
  for (const message of exchange.messages) {
    if (message.fromClient || relayAgentOf(message) === undefined || message.packet.destinationPort !== 68) continue;
    // A reply sent to the relay's own address has not passed the relay, whatever its port.
    if (message.dhcp.giaddr !== 0 && message.packet.destination === ip(message.dhcp.giaddr)) continue;
    // The answer to an INFORM goes straight to the client, past the relay (RFC 2131 §4.3.5).
    if (message.relayed && exchange.holds(INFORM)) continue;
    // Requests have it here already: the device that adds it, and removes it, is between the client and this point.
    if (exchange.messages.some((one) => one.fromClient && !one.relayed && relayAgentOf(one) === relayAgentOf(message)))
      continue;
    yield {
      id: 'option82-to-client',
      severity: 'info',
      // One device forwards the replies, however many clients it serves.
      subject: message.relayed ? ip(message.dhcp.giaddr) : serverSubject(message),
      frames: [message.frame],
      detail: () => ({
        title: `${message.relayed ? `Relay ${ip(message.dhcp.giaddr)}` : `Server ${serverSubject(message)}`}: replies to clients still carry option 82`,
        explanation: `The reply in ${frames([message.frame])} goes to the client’s port 68 and holds option 82 (${relayAgentOf(message) ?? ''}). The relay that added it should remove it. It shows the client how the network is built, and does no other harm.`,
        causes: ranked(
          cause(
            message.relayed ? 'likely' : 'possible',
            'The relay does not remove the option',
            message.relayed && `giaddr ${ip(message.dhcp.giaddr)}`,
          ),
          cause(
            message.relayed ? 'possible' : 'likely',
            'A switch added it to a message that was not relayed, and does not snoop the reply',
            !message.relayed && 'giaddr is 0',
          ),
        ),
        steps: [
          advice.stepFor(
            'relay',
            'linux',
            'Linux, on the relay',
            '`dhcrelay -a` removes the option from replies to messages that it added it to.',
          ),
          advice.stepFor(
            'switch',
            'ios',
            'Cisco IOS, on the switch',
            '`show ip dhcp snooping` shows whether it inserts the option; it then removes it from replies.',
          ),
        ],
        reference: 'RFC 3046 §2.1',
      }),
    };
  }
};
