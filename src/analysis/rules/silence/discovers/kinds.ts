import * as advice from '../../../words/advice';
import type { Known } from '../../../words/advice';
import { isLooping, refusalOf, refusedRelay, wrongHelper } from '../../../evidence/silence/refusals';
import type { IcmpError } from '../../../evidence/neighbours';
import { rivalIn } from '../../../evidence/rivals';
import type { World } from '../../../evidence/world';
import { hostDown } from '../../../words/hosts';
import { rivalSteps } from '../../subnets/clash';

/** The kinds of silence, with the possible causes and the steps for each. */

/** The kinds of silence, each named after its likeliest cause. */
export type Kind =
  | 'refused' // ICMP reports that the message does not get through
  | 'wrong port'
  | 'from port 67'
  | 'untimed' // others are answered, and no times show whether that was while the client asked
  | 'late' // it was answered in the end
  | 'pool' // the server is up and answers others
  | 'quiet' // the server answered others until shortly before, and nobody since
  | 'filter' // the server gives leases to others who ask later
  | 'blocked' // the server, or its host, was up, but its DHCP service does not answer
  | 'gone' // the server's host is not up
  | 'elsewhere' // a server answers on another link
  | 'relayed' // a relay forwards the client's messages and gets no answer
  | 'router' // no server is known, but there is a router
  | 'heard' // no server is known, but there is some other host
  | 'nobody';

/**
 * Why nobody hears a client. If not a single reply is seen, these cannot be told apart from here, so they are named together, the likeliest
 * first.
 */
const UNHEARD = {
  server: 'no server runs on this link',
  firewall: 'a firewall in front of the server drops UDP port 67',
  relay: 'the server is in another network and no relay forwards the broadcasts of this link',
} as const;

function unheard(...[first, second, third]: readonly (keyof typeof UNHEARD)[]): string {
  return `No DHCP server hears this client: ${UNHEARD[first!]}, or ${UNHEARD[second!]}, or ${UNHEARD[third!]}`;
}

/** The text of each cause. */
export const TEXTS = {
  nobody: unheard('server', 'firewall', 'relay'),
  heard: unheard('firewall', 'server', 'relay'),
  router: unheard('relay', 'server', 'firewall'),
  filter: 'The server does not serve this client: a class, a reservation or a MAC filter keeps the client out',
  pool: 'The server has no address for this client: its pool is used up, it has no scope for this link, or a class, reservation or MAC filter keeps the client out',
  full: 'The server has no address for this client: its pool is used up, or a class, reservation or MAC filter keeps the client out',
  firewall: 'A firewall on the server, or on the way to it, drops UDP port 67',
  stopped: 'The server’s DHCP program has stopped, or listens on another interface, while its host is up',
  server: 'No DHCP server runs on this link',
  relay: 'The server is on another link or in another network, and no relay forwards the broadcasts of this link',
  gone: 'The server’s host is down or unplugged: it does not answer ARP',
  lost: 'The OFFER was sent and lost: a firewall blocks port 68, the VLAN is not carried all the way, or DHCP snooping drops it on a port that is not trusted',
  started: 'The server or a relay was not ready yet',
  forwarding: 'The switch port was not forwarding yet (spanning tree, 802.1X)',
  'wrong port': 'The client sends to a port on which no server listens',
  'from port 67': 'The client sends from port 67, so replies go to a port on which it may not listen',
  relayed:
    'The server has no scope for the relay’s network or no route back to it, or a firewall between relay and server drops UDP port 67',
} as const;

export type Text = keyof typeof TEXTS;

/** The possible causes of each kind, the likeliest first; what ICMP reports comes before them. */
export const CAUSES: Readonly<Record<Kind, readonly Text[]>> = {
  refused: [],
  'wrong port': ['wrong port', 'lost'],
  'from port 67': ['from port 67', 'firewall', 'server', 'relay', 'lost'],
  untimed: ['server', 'firewall', 'relay', 'pool', 'lost', 'forwarding'],
  late: ['forwarding', 'started', 'lost', 'firewall'],
  filter: ['filter', 'lost', 'forwarding', 'firewall', 'server', 'relay'],
  pool: ['pool', 'lost', 'forwarding', 'firewall', 'server', 'relay'],
  quiet: ['pool', 'stopped', 'firewall', 'lost', 'forwarding'],
  blocked: ['firewall', 'stopped', 'pool', 'lost', 'forwarding'],
  gone: ['gone', 'firewall', 'lost', 'forwarding'],
  elsewhere: ['relay', 'server', 'firewall', 'lost', 'forwarding'],
  relayed: ['relayed', 'firewall', 'lost', 'forwarding'],
  router: ['router', 'lost', 'forwarding'],
  heard: ['heard', 'stopped', 'lost', 'forwarding'],
  nobody: ['nobody', 'lost', 'forwarding'],
};

/** The finding that each kind is told as, too. */
export const FOUND: Readonly<Partial<Record<Kind, string>>> = {
  'wrong port': 'request-to-wrong-port',
  'from port 67': 'client-on-port-67',
};

/** Causes that say that the server hears the client and has nothing for it. */
export const OF_POOL: readonly Text[] = ['pool', 'full', 'filter'];

/** Causes that are unlikely if other clients of the link are answered at the same time. */
export const AGAINST_OTHERS: ReadonlySet<Text> = new Set(['firewall', 'server', 'relay']);

/** For these kinds, other possible causes are not considered. */
export const PLAIN: ReadonlySet<Kind> = new Set<Kind>(['refused', 'wrong port', 'from port 67', 'gone']);

/**
 * Causes that do not fit if the messages are seen behind their relay: they got through the client's switch, and the client's side is not in
 * the capture.
 */
export const BEFORE_RELAY: ReadonlySet<Text> = new Set(['lost', 'forwarding']);

/** The steps for a kind of silence, those for the likeliest cause first; `waits`: the switch port of the client may not forward yet. */
export function stepsFor(kind: Kind, relayed: boolean, waits: boolean, known: Known): advice.Step[] {
  switch (kind) {
    case 'pool':
    case 'filter':
    case 'quiet':
      return [
        ...advice.poolAndFilters(known),
        ...(relayed ? [] : advice.switchPath(waits)),
        advice.captureBothEnds(known),
      ];
    case 'late':
      return [...advice.switchPath(true).reverse(), ...advice.serverRunning(known), advice.captureBothEnds(known)];
    case 'refused':
    case 'blocked':
    case 'heard':
      return [...advice.openServerPort(known), ...advice.serverRunning(known), advice.captureBothEnds(known)];
    case 'gone':
      return [...hostDown(advice.named('server', known.server), known.serverMac), ...advice.serverRunning(known)];
    case 'wrong port':
    case 'from port 67':
      return [
        advice.stepFor(
          'system',
          'linux',
          'Linux, on the client',
          '`ss -ulnp` shows which program sends. A DHCP client sends from port 68 to port 67.',
        ),
        advice.stepFor(
          'system',
          'windows',
          'Windows, on the client',
          '`netstat -ano -p UDP` shows which process sends.',
        ),
        advice.captureBothEnds(known),
      ];
    case 'elsewhere':
    case 'router':
      return [...advice.relay(known), advice.captureBothEnds(known)];
    case 'relayed':
    case 'untimed':
    case 'nobody':
      return [
        advice.captureBothEnds(known),
        ...advice.serverRunning(known),
        ...advice.openServerPort(known),
        ...(relayed ? [] : [advice.otherNetwork(known)]),
      ];
  }
}

/** The steps if ICMP says why a message did not arrive. */
export function refusalSteps(error: IcmpError, world: World): advice.Step[] {
  const { source, quotedDestination: server } = error;
  const refusal = refusalOf(error);
  if (!refusal) return [];
  const rival = rivalIn(error, world);
  if (rival) return rivalSteps(rival);
  const wrong = wrongHelper(error, world);
  if (wrong)
    return [...helperSteps(wrong.relay, server, wrong.other.server), ...advice.serverRunning({ server }).slice(0, 2)];
  if (refusal === 'port-unreachable')
    return [...advice.serverRunning({ server }), ...advice.openServerPort({ server })];
  if (refusal === 'firewall-reject')
    return source === server
      ? advice.openServerPort({ server })
      : advice.openFirewall(67, source, refusedRelay(error, world));
  if (isLooping(error))
    return [
      `From ${error.quotedSource}: \`traceroute ${server}\` shows the routers that pass it round.`,
      ...advice.stepsToward(server, source),
    ];
  return [
    ...advice.stepsToward(server, source),
    advice.stepFor(
      'relay',
      'ios',
      'Cisco IOS, on the relay',
      '`show ip helper-address` shows where requests are sent.',
    ),
  ];
}

/** The steps if a relay is set to a wrong server. */
const helperSteps = (relay: string, to: string, server: string): advice.Step[] => [
  advice.stepFor(
    'relay',
    'ios',
    `Cisco IOS, on relay ${relay}`,
    `\`show ip helper-address\` shows where requests are sent. Put \`ip helper-address ${server}\` in place of ${to} if ${server} is to serve this network as well.`,
  ),
  advice.stepFor(
    'relay',
    'linux',
    `Linux, on relay ${relay}`,
    `\`dhcrelay -4 ${server}\` in place of ${to}, likewise.`,
  ),
  `See that ${server} then has a scope that holds ${relay}.`,
];

/** The step if relays pass a message round in a loop. */
export const LOOP_STEP = advice.stepFor(
  'relay',
  'ios',
  'Cisco IOS, on each router on the way',
  '`show ip helper-address` shows where it forwards to. That must be the server itself, not another relay.',
);
