import * as advice from '../words/advice';
import { systemOfClient } from '../evidence/systems';
import { cause, ranked } from '../collector';
import type { Cause } from '../finding';
import { BOOTP, OPTION, isDamaged, showsAddresses, type Exchange } from '../conversations/model';
import { OURS, type Packet } from '../conversations/packet';
import { SUB_OPTION, subOption } from '../conversations/relayAgent';
import type { ExchangeRule } from './rule';
import { serverSubject } from '../evidence/subjects';
import { isAnotherProgram } from '../evidence/otherProgram';
import { UNKNOWN_ADDRESS, endpoint, ip, span, where } from '../words/words';

/** Wrong ports: servers and relays listen on 67, clients on 68 (RFC 2131 §4.1). */

/** Every sighting of the exchange's messages that came by UDP and is complete enough to show whether a relay handled it. */
function* datagrams(
  exchange: Exchange,
): Generator<{ packet: Packet; message: Exchange['messages'][number]; from: number; to: number }> {
  for (const message of exchange.messages) {
    // A damaged BOOTP message may not be BOOTP at all.
    if (message.type === BOOTP && isDamaged(message)) continue;
    if ((message.dhcp.op !== 1 && message.dhcp.op !== 2) || isBsdp(message)) continue;
    for (const packet of message.packetsSeen()) {
      const { sourcePort: from, destinationPort: to } = packet;
      if (from !== undefined && to !== undefined && showsAddresses(packet)) yield { packet, message, from, to };
    }
  }
}

/** Apple's Boot Service Discovery Protocol has an INFORM answered on a port below 1024 that the client chooses. */
const isBsdp = ({ dhcp }: Exchange['messages'][number]): boolean =>
  dhcp.text(OPTION.vendorClass)?.startsWith('AAPLBSDPC') === true;

/** Whether a frame comes from another device than the client that its message names. */
const foreign = ({ ethSource, dhcp }: Packet): boolean => ethSource !== undefined && ethSource !== dhcp!.chaddr;

/** Who sends a client's message: the client, or the device that the frame comes from. */
const senderText = (packet: Packet, { client }: Exchange): string =>
  foreign(packet)
    ? `${packet.ethSource!} (${packet.source ?? UNKNOWN_ADDRESS}) sends a message of client ${client.label}`
    : `${client.label} sends`;

/** The device that the frame comes from. */
const sourceOf = (packet: Packet, { client }: Exchange): string => (foreign(packet) ? packet.ethSource! : client.label);

/** Steps to see on the sending device which program sends. */
const sendingOn = (packet: Packet, exchange: Exchange): advice.Step[] => {
  const port = packet.sourcePort!;
  const from = packet.source;
  const mac = sourceOf(packet, exchange);
  const device = from === undefined || from === '0.0.0.0' ? mac : `${from} (${mac})`;
  return [
    advice.stepFor(
      'system',
      'linux',
      `Linux, on ${device}`,
      `\`ss -lunp "sport = :${port}"\` shows which program uses port ${port}.`,
    ),
    advice.stepFor(
      'system',
      'windows',
      `Windows, on ${device}`,
      `\`netstat -ano -p UDP | findstr :${port}\` shows which process uses port ${port}.`,
    ),
  ];
};

/** A message of a client on its way from a server's port to a client's port: its op and type contradict its ports. */
const goesAsReply = ({ sourcePort, destinationPort }: Packet): boolean => sourcePort === 67 && destinationPort === 68;

/** A server or a tool sends what only clients send. */
const madeByServer = (packet: Packet): Cause | false =>
  goesAsReply(packet) &&
  cause(
    'likely',
    'A server program, or a tool that tests clients, sends it with a client’s message type',
    'it goes from port 67 to port 68, as a server’s replies do',
    foreign(packet) && `Ethernet source ${packet.ethSource!} is not chaddr`,
  );

/** A request leaves from port 67 although no relay handled it. */
export const clientOnPort67: ExchangeRule = function* (exchange) {
  for (const { packet, message, from, to } of datagrams(exchange)) {
    const dhcp = packet.dhcp!;
    // LEASEQUERY and its replies go between relay and server, from port 67 to port 67.
    if (!message.fromClient || from !== 67 || dhcp.giaddr !== 0 || dhcp.hops !== 0 || message.type >= 10) continue;
    const byServer = madeByServer(packet);
    const strange = foreign(packet);
    yield {
      id: 'client-on-port-67',
      severity: 'error',
      subject: sourceOf(packet, exchange),
      frames: [packet.frame],
      detail: () => ({
        title: `${senderText(packet, exchange)} from UDP port 67, the server’s port`,
        explanation: `The ${where(message)} leaves from ${endpoint(packet.source, 67)} to ${endpoint(packet.destination, to)}. Clients send from port 68; from port 67 only a relay sends, and no relay handled this message (giaddr ${ip(dhcp.giaddr)}, hops ${dhcp.hops}). ${byServer ? 'Port 68 is the client’s: no server listens there, and a client drops what only clients send.' : 'Servers reply to port 68, where this sender does not listen, and firewalls drop requests that do not come from port 68.'}`,
        causes: ranked(
          byServer,
          cause(
            strange || byServer ? 'possible' : 'likely',
            `The ${strange ? 'sender’s' : 'client’s'} program is set to the wrong port, or binds the server’s port`,
            'source port 67, giaddr 0, hops 0',
          ),
          cause(
            'possible',
            'A relay forgets to set giaddr (or a bridge or NAT rewrites the port)',
            packet.source !== '0.0.0.0' &&
              packet.source !== undefined &&
              `the source address is ${packet.source}, so the sender has an address already`,
          ),
          !byServer &&
            cause(
              strange ? 'likely' : 'possible',
              'A test tool or a DHCP “rogue detection” probe that sends from the server’s own port',
              strange && `Ethernet source ${packet.ethSource ?? UNKNOWN_ADDRESS} is not chaddr`,
            ),
        ),
        steps: [
          ...sendingOn(packet, exchange),
          ...(byServer
            ? []
            : [
                advice.mayBeLinux(systemOfClient(exchange.client))
                  ? 'dhclient: remove `-p 67` (it sends from the port that is given). udhcpc: remove `-P`. Use port 68.'
                  : advice.updateClient(exchange.client.label),
                'A relay must set giaddr: `dhcrelay` does so by itself; Cisco IOS does with `ip helper-address`.',
              ]),
        ],
        reference: 'RFC 2131 §4.1, RFC 1542 §3.1',
      }),
    };
  }
};

/**
 * Whose port a reply misses: the client's, or that of the relay it goes to; undefined if the port is right. `excused` if the relay may have
 * said that it listens on another port (RFC 8357), perhaps in a part that the snapshot length cut off.
 */
export function wrongPortOf(packet: Packet): 'client' | 'relay' | 'excused' | undefined {
  const { sourcePort: from, destinationPort: to, dhcp } = packet;
  const relayed = dhcp!.giaddr !== 0;
  if (!relayed || packet.destination !== ip(dhcp!.giaddr))
    return to === 68 || (relayed && to === 67) ? undefined : 'client';
  if (from === 67 && (packet.cut > 0 || subOption(packet, SUB_OPTION.sourcePort))) return 'excused';
  return to === 67 ? undefined : 'relay';
}

/** Whether a reply without giaddr goes to the relay that forwarded its request. */
const lacksGiaddr = ({ dhcp, destination }: Packet, { messages }: Exchange): boolean =>
  dhcp!.giaddr === 0 &&
  messages.some(
    (one) =>
      one.fromClient &&
      one.packetsSeen().some((asked) => asked.dhcp!.giaddr !== 0 && ip(asked.dhcp!.giaddr) === destination),
  );

const REWRITES = 'See the rules that rewrite ports: `nft list ruleset`, `iptables -t nat -S`, `pfctl -sn`.';

/** A reply goes to a port on which no client or relay listens, or comes from a port other than 67. */
export const replyToWrongPort: ExchangeRule = function* (exchange) {
  for (const { packet, message, from, to } of datagrams(exchange)) {
    if (message.fromClient || from === 4011 || to === 4011 || message.type >= 10) continue;
    if (!OURS.has(from) && !OURS.has(to)) continue;
    const wrong = wrongPortOf(packet);
    // It goes to its relay, and only lacks giaddr: `reply-mismatch` reports that.
    if (wrong === 'excused' || (to === 67 && lacksGiaddr(packet, exchange))) continue;
    const wrongTo = wrong !== undefined;
    const toRelay = wrong === 'relay';
    const dhcp = packet.dhcp!;
    const relayed = dhcp.giaddr !== 0;
    // A PXE client asks its boot server from port 4011 or 68 and is answered there.
    if (!wrongTo && from === 67) continue;
    yield {
      id: 'reply-to-wrong-port',
      severity: 'error',
      subject: serverSubject(message),
      frames: [packet.frame],
      detail: () => ({
        title: `Server ${serverSubject(message)} replies from port ${from} to port ${to}`,
        explanation: `The ${where(message)} goes from ${endpoint(packet.source, from)} to ${endpoint(packet.destination, to)}, giaddr ${ip(dhcp.giaddr)}. ${wrongTo ? (toRelay ? `A relay listens on port 67; on port ${to} it does not hear the reply, and hands nothing on.` : `A client listens on port 68${relayed ? ', a relay on port 67' : ''}; on port ${to} nobody hears it.`) : 'Replies come from port 67; firewalls and clients drop what comes from another.'}`,
        causes: portCauses(exchange, packet, wrong),
        steps: [
          ...(toRelay && to === 68 ? [] : [REWRITES]),
          ...(toRelay && to === 68
            ? [
                `Update the DHCP server on ${serverSubject(message)}, or replace it by one that knows relays: with giaddr ${ip(dhcp.giaddr)} its reply must go to port 67.`,
              ]
            : advice.settings({
                dhcpd: 'start it without `-p`',
                kea: 'start it without `-p` and `-P`',
                dnsmasq: 'remove `dhcp-alternate-port`',
              })),
        ],
        reference: 'RFC 2131 §4.1',
      }),
    };
  }
};

/** Why a reply has these ports, judged by the ports of its request if the capture shows it. */
function portCauses({ messages }: Exchange, packet: Packet, wrong: ReturnType<typeof wrongPortOf>): Cause[] {
  const { destinationPort: to, dhcp } = packet;
  const asked = new Set(
    messages.flatMap((one) => (one.fromClient ? one.packetsSeen().map(({ sourcePort }) => sourcePort) : [])),
  );
  // Where the reply goes to the right port, and only comes from a wrong one, the request’s port explains nothing.
  const mirrored = wrong !== undefined && asked.has(to);
  const asToClient = wrong === 'relay' && to === 68;
  const asToRelay = wrong === 'client' && to === 67 && asked.size > 0 && !mirrored;
  const toOwnPort = wrong !== undefined && !asToClient && (mirrored || asked.size === 0);
  return ranked(
    asToClient &&
      cause(
        'likely',
        'The server replies to port 68 as it would to a client, though a relay asks',
        `giaddr is ${ip(dhcp!.giaddr)}`,
        asked.has(67) && 'the request came from port 67',
      ),
    toOwnPort &&
      cause(
        mirrored ? 'likely' : 'possible',
        'The server replies to the port that the request came from',
        mirrored && `the request came from port ${to!}`,
      ),
    asToRelay &&
      cause(
        'likely',
        'The server, or a relay on the way back, sends the reply to port 67 as to a relay, though giaddr is 0.0.0.0',
        `the request came from port ${[...asked].join(' and ')}`,
      ),
    cause(
      asToClient || mirrored || asToRelay ? 'possible' : 'likely',
      'A NAT, container network or proxy between server and client rewrites ports',
    ),
    !asToClient &&
      cause(
        'possible',
        'The server runs on another port for a test (`dhcpd -p`, `kea-dhcp4 -p`, `dnsmasq --dhcp-alternate-port`)',
      ),
  );
}

/** A request goes to a port on which no server listens. */
export const requestToWrongPort: ExchangeRule = function* (exchange) {
  for (const { packet, message, from, to } of datagrams(exchange)) {
    if (!message.fromClient || to === 67 || to === 4011 || message.type >= 10) continue;
    if (!OURS.has(from) && !OURS.has(to)) continue;
    const byServer = madeByServer(packet);
    yield {
      id: 'request-to-wrong-port',
      severity: 'error',
      subject: sourceOf(packet, exchange),
      frames: [packet.frame],
      detail: () => ({
        title: foreign(packet)
          ? `${senderText(packet, exchange)} to port ${to}`
          : `${exchange.client.label} sends its ${where(message)} to port ${to}`,
        explanation: `The message goes from ${endpoint(packet.source, from)} to ${endpoint(packet.destination, to)}. Servers and relays listen on port 67; nobody hears it on port ${to}.`,
        causes: ranked(
          byServer,
          cause(
            byServer ? 'possible' : 'likely',
            `The ${foreign(packet) ? 'sender’s' : 'client’s'} program is set to the wrong port`,
            `source port ${from}, destination port ${to}`,
          ),
          cause('possible', 'A NAT or proxy rewrites the port'),
        ),
        steps: byServer
          ? sendingOn(packet, exchange)
          : [
              advice.mayBeLinux(systemOfClient(exchange.client))
                ? 'dhclient: remove `-p`. udhcpc: remove `-P`. dhcpcd and systemd-networkd always send to 67: look for a NAT rule (`nft list ruleset`, `iptables -t nat -S`).'
                : advice.updateClient(exchange.client.label),
            ],
        reference: 'RFC 2131 §4.1',
      }),
    };
  }
};

/** How many of a client's exchanges are searched for the times of its datagrams, and how many datagrams make a rhythm. */
const MOST_EXCHANGES = 20;
const LEAST_BEATS = 3;

/** The time between datagrams that a program sends all alike, in seconds; undefined if it has no rhythm. */
function rhythmOf({ client }: Exchange): number | undefined {
  const sent = client.exchanges.slice(0, MOST_EXCHANGES).flatMap(({ messages }) => messages);
  const gaps = sent.slice(1).map(({ time }, i) => time - sent[i]!.time);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const steady = sent.length >= LEAST_BEATS && sent.every(({ timed }) => timed) && mean >= 1;
  return steady && gaps.every((gap) => Math.abs(gap - mean) < mean / 20) ? mean : undefined;
}

/** Whose a datagram between two other ports may be. */
function foreignCauses(exchange: Exchange, { source, sourcePort, destinationPort }: Packet): Cause[] {
  const anothers = isAnotherProgram(exchange.client);
  const test = sourcePort === 1067 || destinationPort === 1067;
  const rhythm = anothers ? rhythmOf(exchange) : undefined;
  return ranked(
    cause(
      anothers && !test ? 'likely' : 'possible',
      'Another program uses the layout of DHCP for datagrams of its own, as controllers and devices do to find each other',
      anothers && `the sender has an address already, ${source!}, and nothing answers it`,
      rhythm !== undefined && `one comes every ${span(rhythm)}`,
    ),
    cause(
      anothers && !test ? 'possible' : 'likely',
      'A test set-up with alternative ports (dnsmasq `--dhcp-alternate-port` uses 1067 and 1068)',
      test && 'port 1067 is used',
    ),
    cause('possible', 'A NAT rewrites ports'),
  );
}

/** A datagram between two ports that are not DHCP's holds a DHCP message. */
export const nonstandardPort: ExchangeRule = function* (exchange) {
  for (const { packet, from, to } of datagrams(exchange)) {
    if (OURS.has(from) || OURS.has(to)) continue;
    yield {
      id: 'nonstandard-port',
      severity: 'warning',
      // Both directions count as one.
      subject: `UDP ports ${Math.min(from, to)} and ${Math.max(from, to)}`,
      frames: [packet.frame],
      detail: () => ({
        title: `DHCP from UDP port ${from} to port ${to}`,
        explanation: `The datagram from ${endpoint(packet.source, from)} to ${endpoint(packet.destination, to)} holds a DHCP message (op, htype and magic cookie are right), though neither port is one of DHCP’s (67, 68, 4011). It is decoded all the same; ordinary clients and servers do not hear it.`,
        causes: foreignCauses(exchange, packet),
        steps: advice.onSystem('on the hosts', {
          linux: '`ss -lunp` shows which programs use these ports.',
          windows: '`netstat -ano -p UDP` shows which programs use these ports.',
        }),
        reference: 'RFC 2131 §4.1',
      }),
    };
  }
};
