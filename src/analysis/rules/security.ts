import { parseIpv4 } from '../../codec/bytes';
import { unlessChanged } from './messages/changed';
import * as advice from '../words/advice';
import { cause, ranked } from '../collector';
import {
  ACK,
  FORCERENEW,
  OFFER,
  OPTION,
  RELEASE,
  DECLINE,
  UNSEEN,
  messageName,
  showsAddresses,
  type Client,
  type Exchange,
  type Message,
} from '../conversations/model';
import { isForeign, type Packet } from '../conversations/packet';
import { TRAIT, needsOf } from '../conversations/traits';
import type { ExchangeRule } from './rule';
import { maskOfPrefix, routesOf, sameSubnet, type Route } from './subnets/subnet';
import { textIn, textNote } from '../evidence/fit';
import { textSteps } from './silence/compared';
import { serverSubject } from '../evidence/subjects';
import { vlanOf } from '../words/links';
import { UNKNOWN_ADDRESS, count, ip, list, quote, where } from '../words/words';
import type { World } from '../evidence/world';

/** Security, second part: attacks, and what looks like one. */

const mac = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;

/** How many of a client's exchanges are searched for its own frames. */
const MOST_EXCHANGES = 20;

/**
 * Whether the client of a unicast message is in another subnet than the server, and neither sent nor received anything on this link itself.
 * Then a router delivers its messages, and the link-layer address says nothing about the sender.
 */
function comesFromElsewhere(message: Message, { client }: Exchange, world: World): boolean {
  const [from, to] = [message.packet.source, message.packet.destination].map((one) => parseIpv4(one ?? ''));
  if (from === undefined || to === undefined) return false;
  const mask =
    world.survey.leasesOf(from).find((lease) => lease.mask)?.mask ?? world.survey.leaseBy(to)?.mask ?? maskOfPrefix(16);
  return !sameSubnet(from, to, mask) && !isHere(message, client);
}

/** Whether the client of a message sent or received anything on its link under its own link-layer address. */
function isHere({ link, dhcp }: Message, client: Client): boolean {
  return client.exchanges.slice(0, MOST_EXCHANGES).some((one) =>
    one.messages.some(({ fromClient, link: where, packet }) => {
      const own = fromClient ? packet.ethSource : packet.ethDestination;
      return where === link && own === dhcp.chaddr;
    }),
  );
}

/** That the client goes on using the address that somebody gave back or declined in its name, if ARP shows it. */
function goesOnAfter({ dhcp, time }: Message, { neighbours }: World): string | undefined {
  const address = dhcp.ciaddr || dhcp.ip(OPTION.requested);
  const seen =
    address &&
    neighbours.arpSeen
      .get(address)
      ?.find((one) => one.time > time && one.senderIp === address && one.senderMac === dhcp.chaddr);
  return seen ? `${dhcp.chaddr} itself goes on using ${ip(address)} (frame ${seen.frame})` : undefined;
}

/** A message that comes from another link-layer address than its chaddr, and no relay or router explains that. */
interface Mismatch {
  readonly message: Message;
  readonly source: string;
  /** It is unicast from the client's own address. */
  readonly routed: boolean;
}

/** Whether a packet shows its addresses, and no relay has handled it. */
const isDirect = (packet: Packet): boolean =>
  packet.dhcp!.giaddr === 0 && packet.dhcp!.hops === 0 && showsAddresses(packet);

function* mismatchesIn(exchange: Exchange, world: World): Generator<Mismatch> {
  if (world.invented.has(exchange.client)) return;
  for (const message of exchange.requests) {
    const query = message.type >= 10 && message.type !== UNSEEN;
    if (query || isForeign(message.packet)) continue;
    const { dhcp, packet } = message;
    if (dhcp.htype !== 1 || (packet.ethSource === dhcp.chaddr && isDirect(packet))) continue;
    const sources = message
      .packetsSeen()
      .filter(isDirect)
      .map(({ ethSource }) => ethSource);
    if (sources.length === 0 || (dhcp.hlen !== 6 && textIn(dhcp, packet.ethSource) === undefined)) continue;
    if (sources.some((source) => source === undefined || !mac.test(source) || source === dhcp.chaddr)) continue;
    // Forwarded by a router: unicast from the client's own address.
    const routed = packet.source !== '0.0.0.0' && packet.destination !== '255.255.255.255';
    // If two routers share an address (HSRP, VRRP), requests come from a link-layer address other than the one replies go to.
    if (
      routed &&
      (world.survey.routedClients.has(exchange.client) || sources.some((one) => world.survey.routerMacs.has(one!)))
    )
      continue;
    if (routed && comesFromElsewhere(message, exchange, world)) continue;
    yield { message, source: sources[0]!, routed };
  }
}

const OTHER_SOURCE = needsOf({ traits: [TRAIT.otherSource] });

/** The clients whose messages each foreign link-layer address sends. */
function clientsBehind(world: World): ReadonlyMap<string, ReadonlySet<Client>> {
  const behind = new Map<string, Set<Client>>();
  for (const exchange of world.exchanges) {
    if (!exchange.shows(OTHER_SOURCE)) continue;
    for (const { source } of mismatchesIn(exchange, world)) {
      const clients = behind.get(source);
      if (clients) clients.add(exchange.client);
      else behind.set(source, new Set([exchange.client]));
    }
  }
  return behind;
}

/** By link-layer address: the server that sends from it. */
const serversByMac = ({ survey }: World): ReadonlyMap<string, string> =>
  new Map([...survey.servers.values()].flatMap(({ server, macs }) => macs.map(({ mac }) => [mac, server] as const)));

/** A client's message comes from a link-layer address that is neither its chaddr nor a router's. */
export const chaddrMismatch: ExchangeRule = function* (exchange, world) {
  for (const { message, source, routed } of mismatchesIn(exchange, world)) {
    const clients = world.once(clientsBehind).get(source)!;
    yield {
      id: 'chaddr-mismatch',
      severity: 'warning',
      subject: clients.size > 1 ? source : exchange.client.label,
      frames: message.frames,
      detail: () => {
        const { dhcp } = message;
        const here = isHere(message, exchange.client);
        const note = textNote(dhcp, source);
        const ends = message.type === RELEASE || message.type === DECLINE;
        const server = ends ? undefined : world.once(serversByMac).get(source);
        const names = list([...clients].map(({ label }) => label));
        return {
          title:
            clients.size > 1
              ? `Messages of ${clients.size} clients come from one other link-layer address, ${source}`
              : `${exchange.client.label}: ${messageName(message.type, true)} comes from another link-layer address, ${source}${note ? ', and chaddr holds text' : ''}`,
          explanation: `chaddr of the ${where(message)} is ${dhcp.chaddr}, the frame’s source address is ${source}; giaddr and hops are 0, so no relay explains it. ${clients.size > 1 ? `The same is so for ${count(clients.size, 'client')}: ${names}. ` : ''}${note ? `The ${note}. ` : ''}${ends ? `Whoever sent it makes the server ${message.type === RELEASE ? 'give away' : 'set aside'} an address in the name of ${dhcp.chaddr}.` : 'The server leases to chaddr, whoever sends.'}`,
          causes: unlessChanged(
            ranked(
              note !== undefined &&
                cause('likely', 'The client’s program writes its address as text into chaddr', note),
              server !== undefined &&
                cause(
                  'likely',
                  `A program on server ${server} asks in the client’s name, such as a test of that server (dhcptest, dhcping)`,
                  `server ${server} sends from ${source}, too`,
                ),
              cause(
                ends ? 'likely' : 'possible',
                here
                  ? 'Somebody forges messages in the client’s name'
                  : 'Somebody forges messages in the client’s name, or invents clients (starvation)',
                ends && goesOnAfter(message, world),
              ),
              cause(
                ends || routed || note !== undefined || server !== undefined ? 'possible' : 'likely',
                'A bridge, repeater or virtual switch sends under its own address (Wi-Fi client bridge, macvlan, MAC address translation)',
              ),
              cause(
                here || !routed ? 'unlikely' : ends || server !== undefined ? 'possible' : 'likely',
                'A router handed it on',
                here
                  ? 'the client itself is on this link'
                  : routed && `it is unicast from ${message.packet.source ?? UNKNOWN_ADDRESS}`,
                'nothing else in this capture shows the address to be a router’s',
              ),
            ),
            message,
          ),
          steps: [
            ...textSteps(message),
            `Find the port: \`show mac address-table address ${source}\`.`,
            advice.stepFor(
              'switch',
              'ios',
              'Cisco IOS',
              '`ip dhcp snooping verify mac-address` (the default of snooping) drops such messages; `no ip dhcp snooping verify mac-address` lets those of a bridge that is wanted pass.',
            ),
          ],
          reference: 'RFC 2131 §7',
        };
      },
    };
  }
};

/** A FORCERENEW that nobody can verify. */
export const forcerenewUnauthenticated: ExchangeRule = function* (exchange) {
  for (const message of exchange.of(FORCERENEW)) {
    if (message.dhcp.has(OPTION.authentication) || message.packet.cut > 0) continue;
    yield {
      id: 'forcerenew-unauthenticated',
      severity: 'warning',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `${serverSubject(message)} sends FORCERENEW without authentication`,
        explanation: `The ${where(message)} orders ${exchange.client.label} to renew its lease at once, and has no option 90. Clients must drop it: anybody could send it, and then answer the renewal.`,
        causes: ranked(
          cause('likely', 'The server’s authentication (option 90, or the nonce of RFC 6704) is not configured'),
          cause('possible', 'An attacker wants the client to ask, so as to answer it first'),
        ),
        steps: [
          'Use FORCERENEW with nonce authentication (RFC 6704), or let leases be short instead.',
          ...advice.snooping(vlanOf(message.packet)),
        ],
        reference: 'RFC 3203 §6, RFC 6704',
      }),
    };
  }
};

/** Address ranges that are not public on the Internet; a hijack need not cover them. */
const NOT_PUBLIC: readonly (readonly [number, number])[] = [
  [0x00000000, 0x00ffffff],
  [0x0a000000, 0x0affffff],
  [0x7f000000, 0x7fffffff],
  [0xa9fe0000, 0xa9feffff],
  [0xac100000, 0xac1fffff],
  [0xc0a80000, 0xc0a8ffff],
  [0xe0000000, 0xffffffff],
];

/** Whether routes, other than default routes, together cover every public address. */
export function coversEverything(routes: readonly Route[]): boolean {
  const ranges: (readonly [number, number])[] = routes
    .filter((route) => route.prefix > 0)
    .map(({ destination, prefix }) => {
      const mask = maskOfPrefix(prefix);
      return [(destination & mask) >>> 0, (destination | ~mask) >>> 0] as const;
    });
  if (ranges.length === 0) return false;
  const all = [...ranges, ...NOT_PUBLIC].sort((a, b) => a[0] - b[0]);
  let reached = -1;
  for (const [start, end] of all) {
    if (start > reached + 1) return false;
    reached = Math.max(reached, end);
  }
  return reached === 0xffffffff;
}

/** Routes that divert all traffic from a VPN's default route. */
export const routeHijack: ExchangeRule = function* (exchange) {
  for (const message of exchange.messages) {
    if (message.type !== OFFER && message.type !== ACK) continue;
    const code = [OPTION.routes, OPTION.microsoftRoutes].find((one) => coversEverything(routesOf(message, one)));
    if (code === undefined) continue;
    const routes = routesOf(message, code);
    yield {
      id: 'route-hijack',
      severity: 'error',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)} hands out routes that take all traffic (TunnelVision)`,
        explanation: `The ${where(message)} has ${count(routes.length, 'route')} in option ${code}: ${list(
          routes.map((route) => `${ip(route.destination)}/${route.prefix} by ${ip(route.gateway)}`),
          6,
        )}. Together ${routes.some(({ prefix }) => prefix === 0) ? 'those that are no default route' : 'they'} cover the whole address space, each more specific than a default route, so they win over a VPN’s default route: traffic that should go into the tunnel goes to these gateways in the clear.`,
        causes: ranked(
          cause(
            'likely',
            'Somebody attacks VPN users of this network (CVE-2024-3661, “TunnelVision”)',
            `gateways ${list([...new Set(routes.map((route) => ip(route.gateway)))])}`,
          ),
          cause('possible', 'An administrator wants to override default routes on purpose'),
        ),
        steps: [
          ...(message.packet.ethSource === undefined || message.relayed
            ? []
            : [`Find who sends this: \`show mac address-table address ${message.packet.ethSource}\` shows the port.`]),
          ...advice.snooping(vlanOf(message.packet)),
          'On clients: use a VPN that drops traffic outside its tunnel (a firewall rule or network namespace), or ignore option 121: dhclient by leaving `rfc3442-classless-static-routes` out of `request`, NetworkManager by `ipv4.ignore-auto-routes yes`, systemd-networkd by `UseRoutes=no`.',
        ],
        reference: 'RFC 3442; CVE-2024-3661',
      }),
    };
  }
};

/** Option 252 names a proxy configuration file. */
export const wpadOffered: ExchangeRule = function* (exchange) {
  for (const message of exchange.messages) {
    const url = message.fromClient ? undefined : message.dhcp.text(OPTION.wpad);
    // An empty value offers none: it keeps browsers from looking further.
    if (url === undefined || !/[!-~]/.test(url)) continue;
    yield {
      id: 'wpad-offered',
      severity: 'info',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)} offers a proxy configuration (WPAD)`,
        explanation: `Option 252 of the ${where(message)} is ${quote(url)}. Browsers that detect proxies by themselves load this script, and send their traffic where it says.`,
        causes: ranked(
          cause('likely', 'The administrator offers a proxy'),
          cause('possible', 'A rogue server wants the browsers’ traffic'),
        ),
        steps: ['See that the address is your own, and who may change the file there.'],
        reference: 'draft-ietf-wrec-wpad-01 §4.4.1',
      }),
    };
  }
};
