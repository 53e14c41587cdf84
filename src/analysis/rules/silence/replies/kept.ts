import { cause } from '../../../collector';
import { type Exchange, type Message } from '../../../conversations/model';
import { shortestHandedOn } from '../../../evidence/delivery';
import { serverSubject } from '../../../evidence/subjects';
import { takenBehind } from '../../../evidence/taken';
import type { World } from '../../../evidence/world';
import type { Cause } from '../../../finding';
import { stepFor, type Step } from '../../../words/steps';
import { count, frames, ip, where } from '../../../words/words';
import { nameOf, type Loss } from '../sums';

/** Replies that reach the relay and are not seen on the client's side of it. */

/** Minimum length of a BOOTP message (RFC 951 §3); some relays drop shorter ones. */
const LEAST_BOOTP = 300;
/** How many exchanges are searched for the client's side of the relay. */
const MOST_EXCHANGES = 50;

export interface Kept extends Cause {
  /** Whether the capture shows the client's side of the relay at all. */
  readonly seesClient: boolean;
  readonly steps: readonly Step[];
}

export function keptByRelay(loss: Loss, world: World): Kept | undefined {
  const { client, replies, again, exchanges } = loss;
  const [first] = replies;
  if (!first || !replies.every(staysAtRelay)) return undefined;
  const { giaddr } = first.dhcp;
  const relay = ip(giaddr);
  const front = clientsSide(exchanges, again);
  const longest = replies.reduce((most, { packet }) => Math.max(most, packet.payloadLength), 0);
  const handedOn = shortestHandedOn(world).get(giaddr) ?? Infinity;
  const short = longest < LEAST_BOOTP && handedOn > longest;
  const others = [...(takenBehind(world).get(giaddr) ?? [])].filter(([one]) => one !== client);
  const works = others.length > 0;
  const name = nameOf(first);
  const text = short
    ? `The relay ${relay} drops the ${name}: it has ${longest} octets, and some relays drop what is shorter than ${LEAST_BOOTP}`
    : !works
      ? `The relay ${relay} does not forward the ${name} to the client, or it is lost behind the relay`
      : front
        ? `The relay ${relay} does not forward this ${name}, though it forwards those to other clients`
        : `The ${name} is lost behind the relay ${relay}, on the way to this client alone`;
  return {
    ...cause(
      // From the server's side nothing shows that a relay which serves others keeps this reply back.
      works && !short && !front ? 'possible' : 'likely',
      text,
      `the ${where(first)} goes to the relay ${relay}`,
      front
        ? `the capture shows the client’s side of the relay (frame ${front}), and no ${name} there`
        : 'the capture does not show the client’s side of the relay',
      short && `the ${name} has ${longest} octets, fewer than the ${LEAST_BOOTP} of BOOTP`,
      short && handedOn < Infinity && `the relay forwards replies of ${handedOn} octets and more`,
      works &&
        `${count(others.length, 'other client')} behind the relay took ${others.length === 1 ? 'its OFFER' : 'their OFFERs'} (${frames(others.slice(0, 2).map(([, { by }]) => by.frame))})`,
    ),
    seesClient: front !== undefined,
    steps: short ? lengthSteps(relay, first) : returnSteps(relay, first, works || front === undefined),
  };
}

/** Whether a reply is seen on its way to the relay, and nowhere else. */
const staysAtRelay = (reply: Message): boolean =>
  reply
    .packetsSeen()
    .every(
      ({ dhcp, destination, destinationPort }) =>
        dhcp!.giaddr !== 0 && destination === ip(dhcp!.giaddr) && destinationPort !== 68,
    );

/** The frame of a client's message before the relay has handled it. */
const clientsSide = (exchanges: readonly Exchange[], again: readonly Message[]): number | undefined =>
  [...exchanges.slice(0, MOST_EXCHANGES).flatMap((one) => one.messages), ...again]
    .filter((one) => one.fromClient)
    .flatMap((one) => one.packetsSeen())
    .find(({ dhcp }) => dhcp!.giaddr === 0 && dhcp!.hops === 0)?.frame;

export const padStep = (reply: Message): string =>
  `Let ${serverSubject(reply)} pad its replies to ${LEAST_BOOTP} octets, as ISC dhcpd and dnsmasq do by themselves. Where it cannot, one option more (a domain name) makes the ${nameOf(reply)} longer.`;

const lengthSteps = (relay: string, reply: Message): Step[] => [
  padStep(reply),
  `Update the relay ${relay}, or lift its least length of DHCP messages: RFC 2131 asks for none.`,
];

/** What a relay that forwards requests may do with a reply; if it forwards the replies to others, it hears the server. */
function returnSteps(relay: string, reply: Message, hears: boolean): Step[] {
  const server = serverSubject(reply);
  const name = nameOf(reply);
  return [
    `Linux, on the relay ${relay}: \`tcpdump -ni any "udp port 67 or udp port 68"\` shows whether the ${name} leaves it towards the client.`,
    stepFor(
      'relay',
      'ios',
      `Cisco IOS, on relay ${relay}`,
      `\`debug ip dhcp server packet\` shows what it does with the ${name}.`,
    ),
    ...(hears
      ? []
      : [
          stepFor(
            'relay',
            'linux',
            `Linux, on relay ${relay}`,
            `\`dhcrelay\` with \`-i\` takes replies only from interfaces that it names: that towards ${server} must be one. \`nft list ruleset\` shows whether UDP port 67 is let in from ${server}.`,
          ),
          stepFor(
            'relay',
            'dnsmasq',
            `dnsmasq, on relay ${relay}`,
            `an interface that \`dhcp-relay=${relay},${server},…\` names must be the one towards ${server}.`,
          ),
        ]),
  ];
}
