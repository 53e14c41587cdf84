import { parseIpv4 } from '../../codec/bytes';
import * as advice from '../words/advice';
import { cause, ranked } from '../collector';
import type { Cause } from '../finding';
import { DISCOVER, OPTION, type Message } from '../conversations/model';
import { apartOn } from '../evidence/answered';
import { AROUND, hostBy, refusalCause } from '../evidence/scene';
import { serverSubject } from '../evidence/subjects';
import type { ExchangeRule, WorldRule } from './rule';
import { differenceCause, putFirst } from '../words/difference';
import { count, frames, ip, list, span } from '../words/words';
import type { Sent } from '../evidence/unansweredRelays';
import { push, type IcmpError, type World } from '../evidence/world';

/* Relays: what happens between giaddr and the server. */

/** Causes, and in front of them what is known to keep answers away, where what the relay hands on has it and the answered ones have not. */
function besides(sent: readonly Sent[], world: World, ...causes: readonly (Cause | undefined)[]): Cause[] {
  const weighed = ranked(...causes);
  const exchanges = [...new Set(sent.map(({ exchange }) => exchange))];
  const asked = exchanges.map((exchange) => [exchange.client, exchange.of(DISCOVER)] as const);
  const difference = apartOn(
    'DISCOVER',
    asked.filter(([, messages]) => messages.length > 0),
    world,
  );
  return difference?.known ? putFirst(differenceCause(difference), weighed) : weighed;
}

/** Relayed messages go to a server, and it never replies to that giaddr. */
export const relayUnanswered: WorldRule = function* (world) {
  // By whom it is about: the first that says so.
  const refusals = new Map<string, IcmpError>();
  for (const error of world.icmpErrors)
    if (error.quotedPort === 67 && !refusals.has(error.quotedDestination)) refusals.set(error.quotedDestination, error);
  for (const [giaddr, sent] of world.unansweredRelays) {
    const clients = [...new Set(sent.map((one) => one.exchange.client.label))];
    const servers = [...new Set(sent.map((one) => one.to))];
    const errors = servers.flatMap((server) => refusals.get(server) ?? []).sort((a, b) => a.index - b.index);
    yield {
      id: 'relay-unanswered',
      severity: 'error',
      subject: ip(giaddr),
      frames: sent.flatMap((one) => one.frames),
      detail: () => {
        const { up, down } = hostsOf(servers, sent, world);
        const answering = servers.filter((one) => {
          const notes = world.servers.get(one);
          return notes !== undefined && notes.offers + notes.acks > 0;
        });
        return {
          title: `Relay ${ip(giaddr)}: no answer from ${list(servers)}`,
          explanation: `The relay with giaddr ${ip(giaddr)} handed on ${count(sent.length, 'message')} of ${count(clients.length, 'client')} (${list(clients)}) to ${list(servers)} within ${span(sent[sent.length - 1]!.time - sent[0]!.time)}, and no reply to ${ip(giaddr)} is in this capture. ${sent.some(({ type }) => type === DISCOVER) ? 'Its clients get no OFFER (`no-offer`).' : 'Its clients get no answer.'}`,
          causes: besides(
            sent,
            world,
            refusalCause(errors),
            cause(
              errors.length > 0 ? 'unlikely' : down ? 'possible' : 'likely',
              `The server has no scope (subnet) that holds ${ip(giaddr)}, so it does not know which pool to take`,
              up !== undefined && `the server’s host is up: it is heard by ARP in frame ${up}`,
              answering.length > 0 && `${list(answering)} answers others in this capture`,
            ),
            cause(
              errors.length === 0 && down ? 'likely' : errors.length + answering.length > 0 ? 'unlikely' : 'possible',
              'The server is down, or does not listen where the relay sends',
              down ? `ARP for ${list(servers)} gets no answer` : `sent to ${list(servers)}`,
            ),
            cause(
              'possible',
              'A firewall between relay and server drops UDP port 67 in one direction: requests and replies both go from port 67 to port 67',
            ),
            cause(
              'possible',
              `The server has no route back to ${ip(giaddr)}: replies go to giaddr, not to the address the datagram came from`,
            ),
          ),
          steps: [
            `On the server: \`ping ${ip(giaddr)}\`, \`ip route get ${ip(giaddr)}\`.`,
            ...advice.together(
              advice.settings({
                dhcpd: `\`subnet … netmask … { … }\` that holds ${ip(giaddr)}; the log says “unknown network segment” where it is missing`,
                kea: `a \`"subnet4"\` entry that holds ${ip(giaddr)}, or \`"relay": { "ip-addresses": [ "${ip(giaddr)}" ] }\`; the log says DHCP4_SUBNET_SELECTION_FAILED`,
                dnsmasq: `a \`dhcp-range=\` whose subnet holds ${ip(giaddr)}`,
                windows: `a scope that holds ${ip(giaddr)}: \`Get-DhcpServerv4Scope\``,
                ios: `\`ip dhcp pool\` with \`network\` that holds ${ip(giaddr)}; on the relay \`show running-config | include helper-address\``,
              }),
              advice.serverRunning(),
            ),
            ...advice.openServerPort(),
          ],
          reference: 'RFC 1542 §4.1, RFC 2131 §4.1, §4.3.1',
        };
      },
    };
  }
};

/** Whether ARP shows a server's host to be up, or asks for it in vain, while the relay sends. */
function hostsOf(servers: readonly string[], sent: readonly Sent[], world: World): { up?: number; down: boolean } {
  const from = sent[0]!.time - AROUND;
  const to = sent[sent.length - 1]!.time + AROUND;
  const hosts = servers.slice(0, 8).map((server) => hostBy(parseIpv4(server) ?? 0, from, to, world));
  const up = hosts.find((host) => host.up !== undefined && host.inVain.length === 0)?.up;
  return up === undefined ? { down: hosts.some((host) => host.inVain.length > 0) } : { up, down: false };
}

/** One message returns with growing hops through a relay that it has already passed, or hops exceed 16. */
export const relayLoop: ExchangeRule = function* (exchange, world) {
  for (const message of exchange.messages) {
    if (!message.fromClient) continue;
    const seen = message.packetsSeen();
    const over = seen.find((packet) => packet.dhcp!.hops > world.limits.maxHops);
    const passed = new Map<string, number>();
    let returned: string | undefined;
    for (const packet of seen) {
      const { hops, giaddr } = packet.dhcp!;
      // Hop 0 is the client itself, and a message without giaddr no relay has handled.
      if (packet.ethSource === undefined || hops === 0 || giaddr === 0) continue;
      const key = `${packet.link} ${packet.ethSource}`;
      const before = passed.get(key);
      if (before !== undefined && hops > before) returned = packet.ethSource;
      else passed.set(key, hops);
    }
    if (!over && returned === undefined) continue;
    const giaddr = seen.find((packet) => packet.dhcp!.giaddr !== 0)?.dhcp!.giaddr ?? 0;
    yield {
      id: 'relay-loop',
      severity: 'error',
      subject: giaddr !== 0 ? ip(giaddr) : exchange.client.label,
      frames: message.frames,
      detail: () => ({
        title: `Relay loop: a message of ${exchange.client.label} reaches ${seen.reduce((most, packet) => Math.max(most, packet.dhcp!.hops), 0)} hops`,
        explanation: `One message (xid 0x${exchange.xid.toString(16).padStart(8, '0')}) is seen ${count(seen.length, 'time')} with hops ${list([...new Set(seen.map((packet) => String(packet.dhcp!.hops)))], 17)}; giaddr is ${ip(giaddr)}.${returned !== undefined ? ` Link-layer address ${returned} sent it more than once with a growing hop count, so it came back to a relay that it had passed.` : ''} Each round loads every relay and server on the way.`,
        causes: ranked(
          cause(
            'likely',
            'Two relays have each other as server, or a relay’s server address is a broadcast address that reaches another relay',
            returned !== undefined && `${returned} relays its own message again`,
          ),
          cause('possible', 'A relay also listens on the interface towards the server'),
        ),
        steps: [
          'Cisco IOS: `show ip helper-address` on each router on the way; a helper address must be the server’s own, not another relay’s.',
          'Linux: give `dhcrelay` only the interfaces that it needs: `-id CLIENT_INTERFACE -iu SERVER_INTERFACE`, and a hop limit by `-c 4`.',
        ],
        reference: 'RFC 1542 §4.1.1',
      }),
    };
  }
};

function relayAgentOf(message: Message): string | undefined {
  return message.dhcp.option(OPTION.relayAgent)?.hex();
}

/** A relay added option 82, and the server's reply to it leaves it out or changes it. */
export const option82NotEchoed: ExchangeRule = function* (exchange) {
  if (!exchange.relayed) return;
  // Two routers may relay one message with one giaddr (HSRP), each with its own option 82.
  const added = new Map<number, { readonly hex: string; readonly frame: number }[]>();
  for (const message of exchange.messages) {
    for (const packet of message.packetsSeen()) {
      const dhcp = packet.dhcp!;
      if (dhcp.giaddr === 0 || packet.destination === undefined) continue;
      const hex = dhcp.option(OPTION.relayAgent)?.hex();
      if (message.fromClient) {
        if (hex !== undefined) push(added, dhcp.giaddr, { hex, frame: packet.frame });
        continue;
      }
      // Only on the way from server to relay: the relay takes the option out before the client sees the reply.
      const all = added.get(dhcp.giaddr);
      const before = all?.at(-1);
      if (
        !all ||
        !before ||
        packet.destinationPort !== 67 ||
        parseIpv4(packet.destination) !== dhcp.giaddr ||
        all.some((one) => one.hex === hex) ||
        packet.cut > 0
      )
        continue;
      yield {
        id: 'option82-not-echoed',
        severity: 'warning',
        subject: serverSubject(message),
        frames: [packet.frame, before.frame],
        detail: () => ({
          title: `Server ${serverSubject(message)} ${hex === undefined ? 'leaves out' : 'changes'} the relay’s option 82`,
          explanation: `Relay ${ip(dhcp.giaddr)} added option 82 (${before.hex}) in frame ${before.frame}; the reply in frame ${packet.frame} ${hex === undefined ? 'has none' : `has ${hex}`}. A server that supports it must copy it back unchanged; a relay that needs it to find the client’s port drops such a reply.`,
          causes: ranked(
            cause(
              'likely',
              'The server does not support option 82, or is told to leave it out',
              hex === undefined && 'the option is missing in the reply',
            ),
            cause(hex === undefined ? 'unlikely' : 'likely', 'A second relay or switch on the way rewrites the option'),
          ),
          steps: advice.settings({
            dhcpd: '`stash-agent-options true;`; the option is echoed by itself in replies to relayed messages',
            kea: 'the option is echoed by itself; see whether a hook or `"always-send"` setting replaces it',
            dnsmasq: 'the option is echoed by itself since 2.60',
            windows: 'needs Windows Server 2012 or later',
            ios: '`ip dhcp relay information option`, and `ip dhcp relay information check` to drop replies without it',
          }),
          reference: 'RFC 3046 §2.2',
        }),
      };
    }
  }
};

/** A reply on the client's side still carries option 82. */
export const option82ToClient: ExchangeRule = function* (exchange) {
  for (const message of exchange.messages) {
    if (message.fromClient || relayAgentOf(message) === undefined || message.packet.destinationPort !== 68) continue;
    yield {
      id: 'option82-to-client',
      severity: 'info',
      subject: exchange.client.label,
      frames: [message.frame],
      detail: () => ({
        title: `${exchange.client.label}: reply still carries option 82`,
        explanation: `The reply in ${frames([message.frame])} goes to the client’s port 68 and holds option 82 (${relayAgentOf(message) ?? ''}). The relay that added it should take it out; it tells the client how the network is built, and harms nothing else.`,
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
          'Linux: `dhcrelay -m replace` with `-a` takes the option out of replies it added it to.',
          'Cisco IOS: DHCP snooping removes it where it inserted it; see `show ip dhcp snooping`.',
        ],
        reference: 'RFC 3046 §2.1',
      }),
    };
  }
};
