import * as advice from '../../../words/advice';
import { cause, ranked } from '../../../collector';
import type { Cause } from '../../../finding';
import { ALIKE } from '../../../grouping';
import {
  ACK,
  OPTION,
  PROXY_PORT,
  isUnicast,
  type Client,
  type Exchange,
  type Message,
} from '../../../conversations/model';
import { astrayIn } from '../../../evidence/delivery';
import { misfitOf, otherAddressAcked, unechoedIn, unechoedText, type Unechoed } from '../../../evidence/fit';
import { takenAlike, takenLater } from '../../../evidence/taken';
import { replySender, serverSubject } from '../../../evidence/subjects';
import { isForeign, type Packet } from '../../../conversations/packet';
import { withFinding } from '../../../draft';
import { knownOf } from '../../../evidence/systems';
import type { World } from '../../../evidence/world';
import { endpoint, ip, portText } from '../../../words/words';
import { tooLargeCause } from '../tooLarge';
import { sharedIdentityCause } from '../../leases/identity';
import { astrayText, oneAddressStep } from '../../messages/answers';
import { misfitCause } from '../../messages/requests';
import { wrongPortOf } from '../../ports';
import {
  brokenCause,
  faultyCause,
  flagCause,
  largeCause,
  lateCause,
  misfitIn,
  otherAddressCause,
  portCause,
  rapidOfferCause,
  replyMisfitCause,
  textCause,
  textSteps,
  turnedCause,
} from '../compared';
import { noBoot } from '../noBoot';
import { checksumSteps, nameOf, sumCause, type Loss } from '../sums';
import type { Difference } from '../../../evidence/silence/apart';
import type { About } from '../../../evidence/silence/properties';
import { offersApart } from '../../../evidence/silence/offers';
import { differenceCause, putFirst } from '../../../words/difference';
import { differenceSteps } from '../../../words/differenceSteps';
import { cardCause } from './cards';
import { keptByRelay, padStep, type Kept } from './kept';
import { isTaggedAlone, portStep, priorityTagSteps, senderOf, vlanCauseOf } from './vlans';
import { dropsOnly, logStep } from './passed';
import { SHARED_WAY_STEP, alwaysBroadcast, commonWay, otherFlagCause, shortCause, wayCause } from './ways';

/** Why a client does not take the replies in the capture: they are compared with the requests before anything is guessed. */

export type { Loss } from '../sums';

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
  const other = exchanges.map(otherAddressAcked).find((one) => one !== undefined);
  const passed =
    takenAlike(exchanges[0]!, loss.replies[0]!, loss.again[0]!) ??
    (other && takenLater(exchanges.at(-1)!, loss.replies[0]!, loss.again[0]!));
  const given = other && otherAddressCause(loss, other, passed);
  // The ACK may give what was offered, and the client ask for something else.
  const unfit =
    given &&
    exchanges
      .map((one) => misfitOf(one, world))
      .find((one) => one?.differs === 'address' && one.offer.dhcp.yiaddr === other.ack.dhcp.yiaddr);
  const text = textCause(loss.again);
  const rapid = rapidOfferCause(loss);
  const sum = sumCause(loss, world);
  const short = arrives ? shortCause(loss, world) : undefined;
  // Where chaddr is no address, nothing can be said of the card that a reply goes to.
  const compared =
    arrives && !passed && !text ? (otherFlagCause(loss) ?? cardCause(loss) ?? wayCause(loss, world)) : undefined;
  const boot = noBoot(loss);
  const refused = [
    misfit && replyMisfitCause(misfit),
    unfit && misfitCause(unfit),
    given,
    turnedCause(loss),
    brokenCause(loss),
    faultyCause(loss),
    rapid,
    boot?.cause,
    sum,
    largeCause(loss),
    lateCause(loss),
    text,
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
    short,
  ].filter((one) => one !== undefined);
  const shown = found.some(({ likelihood }) => likelihood === 'likely');
  const likely = shown || together !== undefined;
  const differing = shown || !arrives ? undefined : offersApart(loss.client, loss.replies, world);
  const clear = differing?.likelihood === 'likely' ? differing : undefined;
  const weighed = ranked(
    // The difference says the same, and with whom it was compared.
    ...(isAbout(clear, 'checksum') ? found.filter((one) => one !== sum) : found),
    together && { ...together, likelihood: shown || clear ? 'possible' : 'likely' },
    ...(passed && arrives
      ? given?.likelihood === 'likely'
        ? []
        : dropsOnly(loss, passed, likely)
      : guesses(loss, likely, arrives || (kept !== undefined && !kept.seesClient), arrives)),
  );
  const causes = differing ? putFirst(differenceCause(differing), weighed) : weighed;
  const known = {
    ...knownOf(loss.client),
    server: serverSubject(loss.replies[0]!),
  };
  const [top] = causes;
  const own = advice.together(
    compared && top?.text === compared.cause.text ? compared.steps : [],
    top && top.text === text?.text ? textSteps(loss.again[0]!) : [],
    top && top.text === rapid?.text ? [withoutRapidCommit(serverSubject(loss.replies[0]!))] : [],
    top && top.text === short?.text ? [padStep(loss.replies[0]!)] : [],
    top?.finding === 'request-mismatch' ? [advice.updateClient(loss.client.label)] : [],
    other && top?.finding === 'ack-other-address' ? [oneAddressStep(loss.client.label, other)] : [],
    clear ? differenceSteps(clear, known) : [],
    top?.likelihood === 'likely' ? lossSteps(top, loss) : [],
  );
  // What the capture shows needs no search of the way.
  const general = !(shown || clear) || own.length === 0;
  return {
    causes,
    /** Whether the capture shows a likely cause, or what the untaken replies have in common: all others are guessed. */
    shown: shown || differing !== undefined,
    // Where the firmware wants what no OFFER has, nothing on the way needs to be looked at.
    steps:
      boot && top?.text === boot.cause.text
        ? boot.steps
        : advice.together(
            own,
            kept?.steps ?? [],
            passed && arrives ? [logStep(loss)] : [],
            together && !shown && !clear ? [SHARED_WAY_STEP] : [],
            arrives && !likely && !passed && general ? advice.openClientPort(known) : [],
            arrives && !passed && general
              ? advice.switchPath()
              : elsewhere.some(({ finding }) => finding === 'vlan-mismatch') &&
                  !isTaggedAlone(loss.replies[0]!, loss.again[0]!)
                ? advice.trunks()
                : [],
            found.some((one) => one.finding === 'bad-checksum')
              ? checksumSteps(loss.replies[0]!, replySender(loss.replies[0]!))
              : [],
            arrives && likely && !passed && general ? advice.openClientPort(known) : [],
            [advice.captureBothEnds(known)],
          ),
  };
}

const isAbout = (difference: Difference | undefined, about: About): boolean =>
  difference !== undefined && 'property' in difference.trait && difference.trait.property.about === about;

const isTold = (causes: readonly (Cause | undefined)[]): boolean => causes.some((one) => one?.likelihood === 'likely');

const withoutRapidCommit = (server: string): string =>
  `On ${server}, switch Rapid Commit off, or update its DHCP program: an OFFER must not have option 80.`;

/** Whether a reply on its client’s link goes to the right IP address and port, and to another card than the client's. */
const toOtherCard = ({ packet, dhcp, relayed }: Message): boolean =>
  !relayed &&
  packet.destinationPort === 68 &&
  packet.ethDestination !== undefined &&
  packet.ethDestination !== dhcp.chaddr &&
  isUnicast(packet) &&
  packet.destination === ip(dhcp.yiaddr || dhcp.ciaddr);

/** The steps for the likely cause of a loss. */
function lossSteps({ finding }: Cause, { client, replies, again }: Loss): advice.Step[] {
  const first = replies[0]!;
  const sender = serverSubject(first);
  const name = nameOf(first);
  switch (finding) {
    case 'bad-checksum':
      return checksumSteps(first, replySender(first));
    case 'option82-not-echoed':
      return [`Update the DHCP server on ${sender}: its ${name} must copy option 82 as it came (RFC 3046 §2.2).`];
    case 'reply-mismatch':
      return [
        `Update the software of ${sender}: its ${name} must copy what the request has (RFC 2131 table 3, RFC 6842).`,
      ];
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
        `On ${sender}, find out why it sends the ${name} to ${endpoint(first.packet.destination, first.packet.destinationPort)}${first.relayed ? ` and not to ${ip(first.dhcp.giaddr)}:67` : ''}: look for NAT and port settings of its DHCP program.`,
      ];
    case 'message-too-large':
      return [advice.FEWER_OPTIONS];
    case 'vlan-mismatch':
      return isTaggedAlone(first, again[0]!)
        ? priorityTagSteps(senderOf(first))
        : [portStep(senderOf(first), client.mac)];
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
          `The ${nameOf(port)} goes to ${portText(packet.destinationPort)}, and ${listener}`,
          `${nameOf(port)} in frame ${packet.frame} goes from ${endpoint(packet.source, packet.sourcePort)} to ${endpoint(packet.destination, packet.destinationPort)}`,
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

/** A relay that put option 82 into the request finds the client's port by it in the reply. */
const unechoedCause = ({ message, packet, before, hex }: Unechoed): Cause =>
  withFinding(
    'option82-not-echoed',
    [packet.frame, before.frame],
    cause(
      'likely',
      unechoedText(`The relay ${ip(packet.dhcp!.giaddr)}`, nameOf(message), hex === undefined),
      `option 82 is ${before.hex} in frame ${before.frame}, ${hex === undefined ? 'missing' : hex} in frame ${packet.frame}`,
      'see the finding option82-not-echoed',
    ),
  );

/** What remains possible if the replies are correct. */
function guesses({ replies, again }: Loss, likely: boolean, reaches: boolean, arrives: boolean): (Cause | false)[] {
  const first = replies[0]!;
  const { packet, dhcp } = first;
  const toClient = packet.destinationPort === 68;
  const unicast = isUnicast(packet);
  const saysSo = unicast && again[0]!.dhcp.broadcast && again[0]!.dhcp.ciaddr === 0;
  const needs = first.type === ACK ? 'lease time, server identifier' : 'PXE boot file, lease time, server identifier';
  return [
    (arrives || reaches) &&
      cause(
        likely ? 'possible' : 'likely',
        'A firewall on the client, or DHCP snooping on a switch, drops datagrams to port 68',
        arrives && `${nameOf(first)} to ${endpoint(packet.destination, packet.destinationPort)}`,
      ),
    arrives &&
      toClient &&
      packet.destination !== undefined &&
      !saysSo &&
      again[0]!.dhcp.ciaddr === 0 &&
      cause(
        unicast ? 'possible' : 'unlikely',
        `The client cannot take unicast before it has an address, and the ${nameOf(first)} is unicast`,
        `broadcast flag ${again[0]!.dhcp.broadcast ? 'set' : 'not set'}, ${nameOf(first)} sent ${unicast ? 'unicast' : 'broadcast'}`,
      ),
    arrives &&
      !likely &&
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
