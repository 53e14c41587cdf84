import * as advice from '../../../words/advice';
import { cause, ranked } from '../../../collector';
import type { Cause } from '../../../finding';
import { ALIKE } from '../../../grouping';
import {
  ACK,
  OPTION,
  PROXY_PORT,
  isBroadcast,
  type Client,
  type Exchange,
  type Message,
} from '../../../conversations/model';
import { astrayIn, shortestHandedOn } from '../../../evidence/delivery';
import { unechoedIn, type Unechoed } from '../../../evidence/fit';
import { takenAlike } from '../../../evidence/taken';
import { replySender, serverSubject } from '../../../evidence/subjects';
import { isForeign, type Packet } from '../../../conversations/packet';
import { withFinding } from '../../../draft';
import { systemOfClient } from '../../../summaries';
import type { World } from '../../../evidence/world';
import { ip, where } from '../../../words/words';
import { tooLargeCause } from '../tooLarge';
import { sharedIdentityCause } from '../../leases/identity';
import { astrayText } from '../../messages/answers';
import { wrongPortOf } from '../../ports';
import {
  brokenCause,
  faultyCause,
  flagCause,
  largeCause,
  lateCause,
  misfitIn,
  portCause,
  rapidOfferCause,
  replyMisfitCause,
  textCause,
  turnedCause,
} from '../compared';
import { noBoot } from '../noBoot';
import { checksumSteps, nameOf, sumCause, type Loss } from '../sums';
import { offersApart } from '../../../evidence/silence/offers';
import { differenceCause, putFirst } from '../../../words/difference';
import { cardCause } from './cards';
import { vlanCauseOf } from './vlans';
import { dropsOnly, logStep } from './passed';
import { SHARED_WAY_STEP, alwaysBroadcast, commonWay, otherFlagCause, shortCause, wayCause } from './ways';

/** Why a client does not take the replies in the capture: they are compared with the requests before anything is guessed. */

export type { Loss } from '../sums';

/** Minimum length of a BOOTP message (RFC 951 §3); some relays drop shorter ones. */
const LEAST_BOOTP = 300;
/** How many exchanges are compared for a client that keeps asking. */
const MOST_EXCHANGES = 50;

/** The causes of a loss, and the steps. `losers` are the clients of the link that take no OFFER of this server. */
export function whyNotTaken(
  loss: Loss,
  world: World,
  losers: readonly Client[] = [],
): { readonly causes: Cause[]; readonly steps: advice.Step[]; readonly shown: boolean } {
  const exchanges = loss.exchanges.slice(0, MOST_EXCHANGES);
  const elsewhere = goneElsewhere(loss, exchanges, world);
  const misfit = misfitIn(exchanges);
  const [unechoed] = elsewhere.length > 0 || misfit ? [] : exchanges.flatMap(unechoedIn);
  const withoutIt = keptByRelay(loss, world);
  const kept: Kept | undefined =
    elsewhere.length > 0 || misfit
      ? undefined
      : withoutIt && unechoed
        ? { ...withoutIt, likelihood: 'possible' }
        : withoutIt;
  // A reply that goes to another port, address or VLAN, or stops at the relay, does not get as far as the client's firewall.
  const arrives = elsewhere.length === 0 && !kept && misfit?.field !== 'giaddr';
  // An OFFER that came the same way was taken: then no filter on that way keeps these replies back.
  const passed = takenAlike(exchanges[0]!, loss.replies[0]!, loss.again[0]!);
  const compared = arrives && !passed ? (otherFlagCause(loss) ?? cardCause(loss) ?? wayCause(loss, world)) : undefined;
  const boot = noBoot(loss);
  const refused = [
    misfit && replyMisfitCause(misfit),
    turnedCause(loss),
    brokenCause(loss),
    faultyCause(loss),
    rapidOfferCause(loss),
    boot?.cause,
    sumCause(loss, world),
    largeCause(loss),
    lateCause(loss),
    textCause(loss.again),
  ];
  const together = losers.length >= ALIKE && arrives && !passed ? commonWay(losers) : undefined;
  const found = [
    sharedIdentityCause(loss.client, loss.replies, world),
    ...elsewhere,
    unechoed && unechoedCause(unechoed),
    kept,
    ...refused,
    ...(passed ? [] : [portCause(loss), flagCause(loss)]),
    // A fault of the reply itself says more than how it goes.
    compared && { ...compared.cause, likelihood: isTold(refused) ? 'possible' : compared.cause.likelihood },
    arrives ? shortCause(loss, world) : undefined,
  ].filter((one) => one !== undefined);
  const shown = found.some(({ likelihood }) => likelihood === 'likely');
  const likely = shown || together !== undefined;
  const differing = shown || !arrives ? undefined : offersApart(loss.client, loss.replies, world);
  const weighed = ranked(
    ...found,
    together && { ...together, likelihood: shown || differing ? 'possible' : 'likely' },
    ...(passed && arrives
      ? dropsOnly(loss, passed, likely)
      : guesses(loss, likely, arrives || (kept !== undefined && !kept.seesClient), arrives)),
  );
  const causes = differing ? putFirst(differenceCause(differing), weighed) : weighed;
  const known = {
    client: loss.client.mac === '' ? undefined : loss.client.mac,
    system: systemOfClient(loss.client),
  };
  return {
    causes,
    /** Whether the capture shows a likely cause, or what the untaken replies have in common: all others are guessed. */
    shown: shown || differing !== undefined,
    // Where the firmware wants what no OFFER has, nothing on the way needs to be looked at.
    steps:
      boot && causes[0]?.text === boot.cause.text
        ? boot.steps
        : advice.together(
            compared && causes[0]?.text === compared.cause.text ? compared.steps : [],
            causes[0]?.likelihood === 'likely' ? lossSteps(causes[0], loss) : [],
            kept ? relaySteps(loss, kept) : [],
            passed && arrives ? [logStep(loss)] : [],
            together && !shown && !differing ? [SHARED_WAY_STEP] : [],
            arrives && !likely && !passed ? advice.openClientPort(known) : [],
            (arrives && !passed) || elsewhere.length > 0 ? advice.switchPath() : [],
            found.some((one) => one.finding === 'bad-checksum')
              ? checksumSteps(loss.replies[0]!, replySender(loss.replies[0]!))
              : [],
            arrives && likely && !passed ? advice.openClientPort(known) : [],
            [advice.captureBothEnds(known)],
          ),
  };
}

const isTold = (causes: readonly (Cause | undefined)[]): boolean => causes.some((one) => one?.likelihood === 'likely');

/** Whether a reply goes to the right IP address and port, and to another card than the client's. */
const toOtherCard = ({ packet, dhcp }: Message): boolean =>
  packet.destinationPort === 68 &&
  packet.ethDestination !== undefined &&
  packet.ethDestination !== dhcp.chaddr &&
  !isBroadcast(packet) &&
  packet.destination === ip(dhcp.yiaddr || dhcp.ciaddr);

/** The steps for the likely cause of a loss. */
function lossSteps({ finding }: Cause, { client, replies }: Loss): advice.Step[] {
  const first = replies[0]!;
  const sender = serverSubject(first);
  const name = nameOf(first);
  switch (finding) {
    case 'bad-checksum':
      return checksumSteps(first, replySender(first));
    case 'reply-mismatch':
      return [`Update the software of ${sender}: its ${name} must copy what the request has (RFC 2131 table 3).`];
    case 'op-type-mismatch':
      return [`Update the software of ${sender}: its ${name} must have op 2 (BOOTREPLY).`];
    case 'malformed-message':
    case 'bad-option-length':
    case 'unusable-address':
    case 'missing-required-option':
      return [`Correct the configuration of ${sender}, or update its DHCP program, so that its ${name} is complete.`];
    case 'reply-to-wrong-port':
    case 'reply-to-wrong-address':
      if (toOtherCard(first))
        return [
          `On ${sender}, find out why it sends the ${name} to link-layer address ${first.packet.ethDestination!}: \`ip neigh show ${first.packet.destination ?? ''}\` shows an old or fixed entry.`,
        ];
      return [
        `On ${sender}, find out why it sends the ${name} to ${first.packet.destination ?? '?'}:${first.packet.destinationPort ?? '?'}: look for NAT and port settings of its DHCP program.`,
      ];
    case 'message-too-large':
      return [advice.FEWER_OPTIONS];
    case 'vlan-mismatch':
      return [
        `Find the switch port of ${sender} by \`show mac address-table address ${first.packet.ethSource ?? 'MAC'}\`, and compare its VLAN with that of ${client.mac}.`,
      ];
    case 'client-on-port-67':
      return [`Linux, on client ${client.label}: \`ss -ulnp "sport = :67"\` shows which program sends from port 67.`];
    case 'broadcast-flag-ignored':
      return first.relayed
        ? [
            `Update the relay ${ip(first.dhcp.giaddr)}: it must broadcast a reply that has the broadcast flag set (RFC 1542 §4.1.2).`,
          ]
        : alwaysBroadcast(sender);
    case 'slow-server':
      return advice.settings({
        dhcpd: '`ping-check false;` saves the wait before each OFFER',
        dnsmasq: '`no-ping` saves the wait before each OFFER',
        windows: '`Set-DhcpServerSetting -ConflictDetectionAttempts 0` saves the wait before each OFFER',
        ios: '`ip dhcp ping packets 0` saves the wait before each OFFER',
      });
    default:
      return [];
  }
}

const misses = (packet: Packet): boolean => {
  const wrong = wrongPortOf(packet);
  return packet.destinationPort !== PROXY_PORT && !isForeign(packet) && (wrong === 'client' || wrong === 'relay');
};

/** Replies that cannot reach their client: wrong port, address or VLAN. */
function goneElsewhere(loss: Loss, exchanges: readonly Exchange[], world: World): Cause[] {
  const causes: Cause[] = [];
  const port =
    misfitIn(exchanges)?.field === 'giaddr'
      ? undefined
      : loss.replies.find((one) => one.packetsArriving().every((packet) => misses(packet)));
  if (port) {
    const [packet] = port.packetsArriving() as [Packet];
    const { giaddr } = packet.dhcp!;
    const listener =
      wrongPortOf(packet) === 'relay'
        ? `the relay${giaddr === 0 ? '' : ` ${ip(giaddr)}`} listens on port 67`
        : 'a client listens on port 68';
    causes.push(
      withFinding(
        'reply-to-wrong-port',
        port.frames,
        cause(
          'likely',
          `The ${nameOf(port)} goes to port ${packet.destinationPort ?? '?'}, and ${listener}`,
          `${nameOf(port)} in frame ${packet.frame} goes from ${packet.source ?? '?'}:${packet.sourcePort ?? '?'} to ${packet.destination ?? '?'}:${packet.destinationPort ?? '?'}`,
          'see the finding reply-to-wrong-port',
        ),
      ),
    );
  }
  const [astray] = exchanges.flatMap((one) => astrayIn(one, world));
  if (astray)
    causes.push(
      withFinding(
        'reply-to-wrong-address',
        astray.message.frames,
        cause(
          'likely',
          `The ${nameOf(astray.message)} goes to ${astray.found} instead of ${astray.due}`,
          astrayText(astray)
            .replace(/^The (?=OFFER|ACK|NAK)/, 'the ')
            .replace(/\.$/, ''),
          'see the finding reply-to-wrong-address',
        ),
      ),
    );
  const others = [vlanCauseOf(exchanges, world), tooLargeCause(loss.replies, world)];
  return [...causes, ...others.filter((one) => one !== undefined)];
}

/** A reply that reaches the relay but is not seen on the client's side. */
interface Kept extends Cause {
  /** Whether the capture shows the client's side of the relay at all. */
  readonly seesClient: boolean;
}

function keptByRelay({ replies, again, exchanges }: Loss, world: World): Kept | undefined {
  const kept = replies.filter((one) => {
    const packets = one.packetsSeen();
    return packets.every(
      ({ dhcp, destination, destinationPort }) =>
        dhcp!.giaddr !== 0 && destination === ip(dhcp!.giaddr) && destinationPort !== 68,
    );
  });
  const [first] = kept;
  if (!first || kept.length < replies.length) return undefined;
  const { giaddr } = first.dhcp;
  const relay = ip(giaddr);
  const asked = [...exchanges.slice(0, MOST_EXCHANGES).flatMap((one) => one.messages), ...again];
  const front = asked
    .filter((one) => one.fromClient)
    .flatMap((one) => one.packetsSeen())
    .find(({ dhcp }) => dhcp!.giaddr === 0 && dhcp!.hops === 0);
  const longest = kept.reduce((most, { packet }) => Math.max(most, packet.payloadLength), 0);
  const handedOn = shortestHandedOn(world).get(giaddr) ?? Infinity;
  const short = longest < LEAST_BOOTP && handedOn > longest;
  const seen = [
    `the ${where(first)} goes to the relay ${relay}`,
    front
      ? `the capture shows the client’s side of the relay (frame ${front.frame}), and no ${nameOf(first)} there`
      : 'the capture does not show the client’s side of the relay',
    short && `the ${nameOf(first)} has ${longest} octets, fewer than the ${LEAST_BOOTP} of BOOTP`,
    short && handedOn < Infinity && `the relay forwards replies of ${handedOn} octets and more`,
  ].filter((one): one is string => one !== false);
  const text = short
    ? `The relay ${relay} drops the ${nameOf(first)}: it has ${longest} octets, and some relays drop what is shorter than ${LEAST_BOOTP}`
    : `The relay ${relay} does not forward the ${nameOf(first)} to the client, or it is lost behind the relay`;
  return { text, likelihood: 'likely', evidence: seen, seesClient: front !== undefined };
}

/** A relay that put option 82 into the request finds the client's port by it in the reply. */
const unechoedCause = ({ message, packet, before, hex }: Unechoed): Cause =>
  withFinding(
    'option82-not-echoed',
    [packet.frame, before.frame],
    cause(
      'likely',
      `The relay ${ip(packet.dhcp!.giaddr)} drops the ${nameOf(message)}: the server ${hex === undefined ? 'leaves out' : 'changes'} the option 82 that the relay added`,
      `option 82 is ${before.hex} in frame ${before.frame}, ${hex === undefined ? 'missing' : hex} in frame ${packet.frame}`,
      'see the finding option82-not-echoed',
    ),
  );

/** What remains possible if the replies are correct. */
function guesses({ replies, again }: Loss, likely: boolean, reaches: boolean, arrives: boolean): (Cause | false)[] {
  const first = replies[0]!;
  const { packet, dhcp } = first;
  const toClient = packet.destinationPort === 68;
  const unicast = !isBroadcast(packet);
  const saysSo = unicast && again[0]!.dhcp.broadcast && again[0]!.dhcp.ciaddr === 0;
  const needs = first.type === ACK ? 'lease time, server identifier' : 'PXE boot file, lease time, server identifier';
  return [
    (arrives || reaches) &&
      cause(
        likely ? 'possible' : 'likely',
        'A firewall on the client, or DHCP snooping on a switch, drops datagrams to port 68',
        arrives && `${nameOf(first)} to ${packet.destination ?? '?'}:${packet.destinationPort ?? '?'}`,
      ),
    arrives &&
      toClient &&
      !saysSo &&
      again[0]!.dhcp.ciaddr === 0 &&
      cause(
        unicast ? 'possible' : 'unlikely',
        `The client cannot take unicast before it has an address, and the ${nameOf(first)} is unicast`,
        `broadcast flag ${again[0]!.dhcp.broadcast ? 'set' : 'not set'}, ${nameOf(first)} sent ${unicast ? 'unicast' : 'broadcast'}`,
      ),
    arrives &&
      cause(
        'possible',
        `The client refuses the ${nameOf(first)}: an option that it needs is missing (${needs})`,
        !dhcp.has(OPTION.lease) && `the ${nameOf(first)} has no lease time`,
        !dhcp.has(OPTION.server) && `the ${nameOf(first)} has no server identifier`,
      ),
    arrives &&
      toClient &&
      cause(
        'possible',
        `The ${nameOf(first)} is lost between this point and the client: a trunk on the way does not carry the VLAN`,
        packet.ethDestination !== undefined && `sent to ${packet.ethDestination}`,
      ),
  ];
}

function relaySteps({ replies }: Loss, { seesClient }: Kept): advice.Step[] {
  const { giaddr } = replies[0]!.dhcp;
  // Where the capture shows the client’s side, it is known already that nothing leaves the relay there.
  if (seesClient) return advice.relayRunning(ip(giaddr), serverSubject(replies[0]!));
  return [
    `Linux, on the relay ${ip(giaddr)}: \`tcpdump -ni any "udp port 67 or udp port 68"\` shows whether the ${nameOf(replies[0]!)} leaves it towards the client.`,
  ];
}
