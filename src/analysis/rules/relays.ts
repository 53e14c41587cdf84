import * as advice from '../words/advice';
import { cause, ranked } from '../collector';
import { DISCOVER, INFORM, OPTION, type Message } from '../conversations/model';
import { isServersOwn, misfitsOf, relaysOf, unechoedIn, type Misfit } from '../evidence/fit';
import { loopOf } from '../evidence/loops';
import { serverSubject } from '../evidence/subjects';
import type { ExchangeRule, WorldRule } from './rule';
import { alsoText, answeredElsewhere, otherGiaddr, smartRelays } from './smartRelay';
import { LOOP_STEP } from './silence/discovers/kinds';
import { whyRelayUnanswered } from './silence/relays';
import { UNKNOWN_ADDRESS, count, frames, ip, list, span, times } from '../words/words';
import type { Sent } from '../evidence/facts';
import type { IcmpError } from '../evidence/neighbours';
import type { World } from '../evidence/world';
import type { Packet } from '../conversations/packet';

/** Relays: what happens between giaddr and the server. */

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

/** A reply to a relay that has option 82. */
interface Echo {
  readonly giaddr: number;
  readonly frame: number;
}

/** By server: the first replies to relays that have option 82, for two relays at most. */
function echoes({ exchanges }: World): ReadonlyMap<string, readonly Echo[]> {
  const found = new Map<string, Echo[]>();
  for (const exchange of exchanges) {
    if (!exchange.relayed || exchange.replies === 0) continue;
    for (const message of exchange.messages)
      for (const { dhcp, source, destination, frame } of message.fromClient ? [] : message.packetsSeen()) {
        const { giaddr } = dhcp!;
        if (giaddr === 0 || source === undefined || destination !== ip(giaddr) || !dhcp!.has(OPTION.relayAgent))
          continue;
        const known = found.get(source);
        if (!known) found.set(source, [{ giaddr, frame }]);
        else if (known.length < 2 && known[0]!.giaddr !== giaddr) known.push({ giaddr, frame });
      }
  }
  return found;
}

/** Where the server of a reply gives option 82 back, to the same relay where the capture shows that. */
function echoedTo({ source, dhcp }: Packet, world: World): Echo | undefined {
  const own = world.once(echoes).get(source ?? '');
  return own?.find(({ giaddr }) => giaddr === dhcp!.giaddr) ?? own?.[0];
}

/** Another server that gives option 82 back, to this relay where the capture shows that, and a frame of it. */
function echoedBy({ source, dhcp }: Packet, world: World): (Echo & { readonly server: string }) | undefined {
  const others = [...world.once(echoes)]
    .filter(([server]) => server !== source)
    .flatMap(([server, all]) => all.map((one) => ({ ...one, server })));
  return others.find(({ giaddr }) => giaddr === dhcp!.giaddr) ?? others[0];
}

/** A relay added option 82, but the server's reply to it omits or changes the option. */
export const option82NotEchoed: ExchangeRule = function* (exchange, world) {
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
      detail: () => {
        const elsewhere = hex === undefined && echoedTo(packet, world);
        const other = hex === undefined ? echoedBy(packet, world) : undefined;
        const echoed = other && `${other.server} gives it back to relay ${ip(other.giaddr)} (frame ${other.frame})`;
        const kea = 'the option is echoed by itself; see whether a hook or `"always-send"` setting replaces it';
        const relaySteps = [
          advice.stepFor(
            'relay',
            'ios',
            `Cisco IOS, on relay ${ip(dhcp!.giaddr)}`,
            '`no ip dhcp relay information check` lets replies without the option through; `no ip dhcp relay information option` leaves it out of requests.',
          ),
        ];
        return {
          title: `Server ${serverSubject(message)} ${hex === undefined ? 'leaves out' : 'changes'} the relay’s option 82${other ? `, and ${other.server} gives it back` : ''}`,
          explanation: `Relay ${ip(dhcp!.giaddr)} added option 82 (${before.hex}) in frame ${before.frame}; the reply in frame ${packet.frame} ${hex === undefined ? 'has none' : `has ${hex}`}. A server that supports it must copy it back unchanged; a relay that needs it to find the client’s port drops such a reply.${echoed === undefined ? '' : ` ${echoed}.`}`,
          causes: ranked(
            cause(
              hex === undefined ? 'likely' : 'unlikely',
              elsewhere
                ? `The server is told to leave option 82 out for ${elsewhere.giaddr === dhcp!.giaddr ? 'this client, its class or its pool' : 'this relay'}, or another program answers here under its address`
                : 'The server does not support option 82, or is told to leave it out',
              hex === undefined && 'the option is missing in the reply',
              elsewhere &&
                `${packet.source!} gives it back to relay ${ip(elsewhere.giaddr)} (frame ${elsewhere.frame})`,
              echoed,
            ),
            hex !== undefined &&
              byServer &&
              cause(
                'likely',
                'The server itself changes the option',
                `the request goes to ${packet.source ?? UNKNOWN_ADDRESS} with it (frame ${before.frame}), and the reply of ${packet.source ?? UNKNOWN_ADDRESS} has it otherwise (frame ${packet.frame})`,
                several &&
                  `${several.dhcp!.hops} relays handled the request (hops in frame ${several.frame}), and each may have added its own`,
              ),
            cause(
              hex === undefined ? 'unlikely' : byServer ? 'possible' : 'likely',
              'A second relay or switch on the way rewrites the option',
            ),
          ),
          steps: [
            ...(other ? [] : relaySteps),
            ...(elsewhere
              ? [...advice.listens(67, { server: packet.source }), ...advice.settings({ kea })]
              : [
                  `Update the DHCP program of ${serverSubject(message)} to one that copies option 82 back (RFC 3046 §2.2).`,
                  ...advice.settings({
                    dhcpd:
                      'the option is echoed by itself in replies to relayed messages; `stash-agent-options true;` keeps it for renewals, which no relay handles',
                    kea,
                    dnsmasq: 'the option is echoed by itself since 2.60',
                    windows: 'needs Windows Server 2012 or later',
                  }),
                ]),
            ...(other ? relaySteps : []),
          ],
          reference: 'RFC 3046 §2.2',
        };
      },
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
