import { parseIpv4 } from '../codec/bytes';
import { SNAPLEN_CUT } from '../codec/field';
import { IdForm, type Digests, type Kind } from './digest';
import {
  ACK,
  DISCOVER,
  INFORM,
  OFFER,
  OPTION,
  RELEASE,
  REQUEST,
  isBroadcast,
  isProxy,
  requestState,
  serverOf,
  type Message,
} from './model';
import type { Packet } from './packet';

/** What a message of some kind can be in an exchange that goes as it should. */
export const enum Step {
  /** Nothing: messages of this kind are read one by one. */
  None = 0,
  Offer = 1,
  /** A REQUEST that selects an offer. */
  Select = 2,
  Ack = 3,
  /** The ACK to an INFORM, which gives no address. */
  Told = 4,
  /** A REQUEST that was cut before it says for what it is sent: behind an OFFER, it selects that. */
  Unclear = 5,
  /** A reply that the snapshot length cut before its type: it looks like BOOTP. */
  BootReply = 6,
  // From here on they begin an exchange.
  Discover = 7,
  /** A REQUEST: renewing, rebinding, or in INIT-REBOOT. */
  Again = 8,
  Inform = 9,
  /** RELEASE, which nobody answers. */
  Release = 10,
  /** A request that was cut before its type. */
  BootRequest = 11,
}

/** What all messages of one kind have in common, as far as exchanges and rules about more than one message need to know it. */
export interface Character {
  readonly step: Step;
  readonly kind: Kind;
  /** One message of the kind, as it was first seen. */
  readonly packet: Packet;
  readonly link: string;
  readonly cut: boolean;
  readonly giaddr: number;
  /** On which side of a relay it is seen. */
  readonly side: number;
  /** The client has an address and says so (ciaddr). */
  readonly routed: boolean;
  /** Of a REQUEST that begins an exchange: whether it renews. */
  readonly renews: boolean;
  readonly server: string | undefined;
  /** Option 54, option 1. */
  readonly serverId: number | undefined;
  readonly mask: number | undefined;
  readonly vendorClass: string | undefined;
  /** Addresses of routers that it hands out, where its way to the client may show them. */
  readonly routers: readonly number[];
}

/** Looks at the first message of a kind. */
export function characterOf(message: Message, kind: number, digests: Digests): Character {
  const { packet } = message;
  const { dhcp } = message;
  const about = digests.about(kind);
  const unicast = packet.destination !== '255.255.255.255' && packet.ethDestination !== undefined;
  return {
    step: stepOf(message, about),
    kind: about,
    packet,
    link: packet.link,
    cut: packet.cut > 0,
    giaddr: dhcp.giaddr,
    side: message.sightings[0]!.side,
    routed: dhcp.ciaddr !== 0,
    renews: message.type === REQUEST && dhcp.ciaddr !== 0,
    server: message.fromClient ? undefined : serverOf(message),
    serverId: dhcp.ip(OPTION.server),
    mask: dhcp.ip(OPTION.mask),
    vendorClass: dhcp.text(OPTION.vendorClass),
    routers: !message.fromClient && unicast ? dhcp.ips(OPTION.router).slice(0, 8) : [],
  };
}

function stepOf(message: Message, about: Kind): Step {
  const { packet, dhcp, fromClient } = message;
  const plain =
    packet.protocol === (about.id === IdForm.Untyped ? 'bootp' : 'dhcp') &&
    packet.problems.every(({ id }) => packet.cut > 0 && id === SNAPLEN_CUT) &&
    fromClient === (dhcp.op === 1) &&
    about.oneAddress &&
    about.id !== IdForm.Fixed &&
    // What a relay did not handle has no hops; 0.0.0.0/8 is nobody's address (RFC 6890 §2.2.2).
    (dhcp.giaddr === 0 ? dhcp.hops === 0 : dhcp.giaddr >>> 24 !== 0);
  if (!plain) return Step.None;
  // Boot clients and services have a story of their own.
  if (/^(PXE|HTTP)Client/.test(dhcp.text(OPTION.vendorClass) ?? '')) return Step.None;
  if (packet.sourcePort === 4011 || packet.destinationPort === 4011) return Step.None;
  return fromClient ? requestStep(message, about) : replyStep(message, about);
}

function requestStep(message: Message, about: Kind): Step {
  const { packet, dhcp, type } = message;
  // Whoever sends in another's name is looked at one by one.
  if (dhcp.giaddr === 0 && packet.ethSource !== undefined && !about.fromChaddr) return Step.None;
  if (dhcp.yiaddr !== 0) return Step.None;
  if (about.id === IdForm.Untyped) return Step.BootRequest;
  if (type === DISCOVER) return dhcp.ciaddr === 0 ? Step.Discover : Step.None;
  const requested = dhcp.ip(OPTION.requested);
  if (type === RELEASE || type === INFORM) {
    const own = dhcp.ciaddr !== 0 && requested === undefined && dhcp.giaddr === 0 && packet.cut === 0;
    return !own ? Step.None : type === RELEASE ? Step.Release : Step.Inform;
  }
  if (type !== REQUEST) return Step.None;
  switch (requestState(message)) {
    case 'selecting':
      return dhcp.ciaddr === 0 && requested ? Step.Select : Step.None;
    case 'init-reboot':
      return requested ? Step.Again : Step.None;
    case 'renewing':
    case 'rebinding':
      return requested === undefined ? Step.Again : Step.None;
    case 'unclear':
      return packet.cut > 0 ? Step.Unclear : Step.None;
    default:
      return Step.None;
  }
}

function replyStep(message: Message, about: Kind): Step {
  const { packet, dhcp, type } = message;
  const told = type === ACK && dhcp.yiaddr === 0 && dhcp.ciaddr !== 0 && dhcp.giaddr === 0 && packet.cut === 0;
  if ((dhcp.yiaddr === 0 && !told) || isProxy(message) || serverOf(message) === undefined) return Step.None;
  if (dhcp.has(OPTION.requested) || dhcp.has(OPTION.rapidCommit)) return Step.None;
  // To the client itself, to everybody, or to its relay.
  const away = packet.ethDestination !== undefined && dhcp.giaddr === 0 && !about.toChaddr && !isBroadcast(packet);
  const elsewhere = !about.toClient && !isBroadcast(packet) && parseIpv4(packet.destination ?? '') !== dhcp.giaddr;
  if (away || elsewhere) return Step.None;
  if (about.id === IdForm.Untyped) return Step.BootReply;
  if (told) return Step.Told;
  return type === OFFER ? Step.Offer : type === ACK ? Step.Ack : Step.None;
}
