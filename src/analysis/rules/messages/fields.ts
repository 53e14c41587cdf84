import * as advice from '../../words/advice';
import { cause, ranked, type Draft } from '../../collector';
import { leasesNothing } from '../../conversations/lease';
import {
  ACK,
  DECLINE,
  DISCOVER,
  INFORM,
  NAK,
  OFFER,
  OPTION,
  PROXY_PORT,
  RELEASE,
  REQUEST,
  isProxy,
  messageName,
  offerTaken,
  stateIn,
  type Exchange,
  type Message,
} from '../../conversations/model';
import { isForeign } from '../../conversations/packet';
import { swappedOf } from '../../evidence/byteOrder';
import { changesXids } from '../../evidence/fit';
import type { ExchangeRule } from '../rule';
import { senderOf, serverSubject } from '../../evidence/subjects';
import { makerCauses, ofOneMaker } from './makers';
import { hasStrangeXid, tooLargeIn, towardsClient } from '../../evidence/delivery';
import { UNKNOWN_ADDRESS, count, frames, ip, list, span, times, where } from '../../words/words';

/** Options and fields that a message must or must not have (RFC 2131 tables 3 and 5). */

const NAMES: Readonly<Record<number, string>> = {
  50: 'option 50 (requested IP address)',
  51: 'option 51 (lease time)',
  54: 'option 54 (server identifier)',
};

/** Whether something missing from a message may have been lost in the capture, or lies behind damage that is reported separately. */
function incomplete(message: Message): boolean {
  return message.packet.cut > 0 || message.dhcp.truncated || !message.dhcp.hasCookie;
}

/** Whether an ACK answers an INFORM; such an ACK leases nothing. */
function answersInform(exchange: Exchange, ack: Message): boolean {
  return exchange.holds(INFORM) || (!exchange.holds(REQUEST) && !exchange.holds(DISCOVER) && ack.dhcp.yiaddr === 0);
}

/** Options that a message must have. */
function requiredOf(exchange: Exchange, message: Message): number[] {
  switch (message.type) {
    case OFFER:
    case ACK:
      if (
        isProxy(message) ||
        leasesNothing(exchange, message) ||
        (message.type === ACK && answersInform(exchange, message))
      )
        return [OPTION.server];
      return [OPTION.lease, OPTION.server];
    case NAK:
    case RELEASE:
      return [OPTION.server];
    case REQUEST: {
      const state = stateIn(exchange, message);
      if (state === 'selecting') return [OPTION.requested, OPTION.server];
      // Neither option 50 nor 54 nor ciaddr: whatever the client's state, the message asks for nothing.
      return state === 'unclear' ? [OPTION.requested] : [];
    }
    case DECLINE:
      return [OPTION.requested, OPTION.server];
    default:
      return [];
  }
}

const missingIn = (exchange: Exchange, message: Message): number[] =>
  incomplete(message) ? [] : requiredOf(exchange, message).filter((code) => !message.dhcp.has(code));

const updateProgram = ({ fromClient }: Message, sender: string): string =>
  fromClient
    ? advice.updateClient(sender)
    : `Update the firmware or DHCP program of ${sender}; keep this capture for its maker.`;

/** Says that a REQUEST takes an OFFER and is built as a renewal. */
function asRenewal(exchange: Exchange, message: Message): string {
  const offer = message.type === REQUEST && message.dhcp.ciaddr !== 0 ? offerTaken(exchange, message) : undefined;
  return offer
    ? `It takes ${ip(message.dhcp.ciaddr)}, which the ${where(offer)} has just offered, but has that address in ciaddr, as a client has that renews a lease. `
    : '';
}

/** A message lacks a required option. */
export const missingRequiredOption: ExchangeRule = function* (exchange, world) {
  for (const message of exchange.messages) {
    const missing = missingIn(exchange, message);
    if (missing.length === 0) continue;
    const sender = senderOf(message, exchange);
    yield {
      id: 'missing-required-option',
      severity: 'error',
      subject: sender,
      common: ofOneMaker(message, `without ${list(missing.map((code) => NAMES[code]!))}`),
      of: messageName(message.type, message.fromClient),
      frames: message.frames,
      detail: () => ({
        title: `${sender}: ${messageName(message.type, message.fromClient)} without ${list(missing.map((code) => NAMES[code]!))}`,
        explanation: `The ${where(message)} must have ${list(missing.map((code) => NAMES[code]!))} and does not. ${asRenewal(exchange, message)}${message.fromClient ? (exchange.of(ACK).some(({ frame }) => frame > message.frame) ? 'Many servers drop it; here an ACK follows all the same.' : 'The server cannot tell what is asked of whom, and drops it.') : `The client cannot tell ${list(missing.map((code) => (code === OPTION.lease ? 'for how long it may use the address' : 'which server it is from')))}, and drops it.`}`,
        causes: makerCauses(message, exchange, world, (one, of) => missingIn(of, one).length > 0),
        steps: [updateProgram(message, sender)],
        reference: message.fromClient ? 'RFC 2131 §4.4.1, table 5' : 'RFC 2131 §4.3.1, table 3',
      }),
    };
  }
};

/** The field or option that a text of `forbiddenIn` begins with, without its value. */
const FIELD = /^(option )?\w+/;

/** What a message has but must not have, in words. */
function forbiddenIn(exchange: Exchange, message: Message): string[] {
  const { dhcp } = message;
  const out: string[] = [];
  const no = (condition: boolean, what: string): void => {
    if (condition) out.push(what);
  };
  const option = (code: number): boolean => dhcp.has(code);
  if (message.fromClient) {
    if (message.type === 0 || message.type >= 10) return out;
    no(dhcp.yiaddr !== 0, `yiaddr ${ip(dhcp.yiaddr)} (only servers fill it)`);
    no(dhcp.siaddr !== 0, `siaddr ${ip(dhcp.siaddr)} (only servers fill it)`);
  }
  switch (message.type) {
    case DISCOVER:
      no(dhcp.ciaddr !== 0, `ciaddr ${ip(dhcp.ciaddr)}`);
      no(option(OPTION.server), 'option 54 (server identifier)');
      break;
    case REQUEST: {
      const state = stateIn(exchange, message);
      // A client that sends from its address has it: option 54 does not make a first REQUEST of its renewal.
      const renews = dhcp.ciaddr !== 0 && message.packet.source === ip(dhcp.ciaddr) && !offerTaken(exchange, message);
      if (state === 'selecting' && !renews) no(dhcp.ciaddr !== 0, `ciaddr ${ip(dhcp.ciaddr)} in state SELECTING`);
      else if (renews || state === 'renewing' || state === 'rebinding') {
        no(option(OPTION.requested), `option 50 (requested IP address) in a renewal`);
        no(option(OPTION.server), `option 54 (server identifier) in a renewal`);
      }
      break;
    }
    case DECLINE:
    case RELEASE:
      if (message.type === DECLINE) no(dhcp.ciaddr !== 0, `ciaddr ${ip(dhcp.ciaddr)}`);
      else no(option(OPTION.requested), 'option 50 (requested IP address)');
      no(option(OPTION.lease), 'option 51 (lease time)');
      no(option(OPTION.parameters), 'option 55 (parameter request list)');
      no(option(OPTION.maxSize), 'option 57 (maximum message size)');
      break;
    case INFORM:
      no(option(OPTION.requested), 'option 50 (requested IP address)');
      no(option(OPTION.lease), 'option 51 (lease time)');
      no(option(OPTION.server), 'option 54 (server identifier)');
      break;
    case OFFER:
      no(option(OPTION.requested), 'option 50 (requested IP address)');
      no(option(OPTION.parameters), 'option 55 (parameter request list)');
      no(option(OPTION.maxSize), 'option 57 (maximum message size)');
      break;
    case ACK:
      no(option(OPTION.requested), 'option 50 (requested IP address)');
      no(option(OPTION.parameters), 'option 55 (parameter request list)');
      no(option(OPTION.maxSize), 'option 57 (maximum message size)');
      if (exchange.holds(INFORM)) {
        no(dhcp.yiaddr !== 0, `yiaddr ${ip(dhcp.yiaddr)} in answer to an INFORM`);
        no(option(OPTION.lease), 'option 51 (lease time) in answer to an INFORM');
      }
      break;
    case NAK:
      no(dhcp.yiaddr !== 0, `yiaddr ${ip(dhcp.yiaddr)}`);
      no(option(OPTION.lease), 'option 51 (lease time)');
      no(option(OPTION.requested), 'option 50 (requested IP address)');
      no(option(OPTION.parameters), 'option 55 (parameter request list)');
      no(option(OPTION.maxSize), 'option 57 (maximum message size)');
      break;
  }
  return out;
}

/** A message has something that tables 3 and 5 of RFC 2131 forbid. */
export const forbiddenField: ExchangeRule = function* (exchange, world) {
  for (const message of exchange.messages) {
    const found = forbiddenIn(exchange, message);
    if (found.length === 0) continue;
    const sender = senderOf(message, exchange);
    yield {
      id: 'forbidden-field',
      severity: 'warning',
      subject: sender,
      common: ofOneMaker(message, `with ${list(found.map((one) => FIELD.exec(one)![0]))}`),
      of: messageName(message.type, message.fromClient),
      frames: message.frames,
      detail: () => ({
        title: `${sender}: ${messageName(message.type, message.fromClient)} with ${list(found)}`,
        explanation: `The ${where(message)} has ${list(found)}, which RFC 2131 forbids there. ${message.fromClient ? 'Strict servers drop it, or take it for another kind of request.' : 'Clients may misunderstand it.'}`,
        causes: makerCauses(message, exchange, world, (one, of) => forbiddenIn(of, one).length > 0),
        steps: [updateProgram(message, sender)],
        reference: message.fromClient ? 'RFC 2131 §4.4.1, table 5' : 'RFC 2131 §4.3.1, table 3; §4.3.5',
      }),
    };
  }
};

const hex32 = (n: number): string => `0x${n.toString(16).padStart(8, '0')}`;

/** A reply with an xid that no client used, although the capture shows that client asking. */
export const unsolicitedReply: ExchangeRule = function* (exchange, world) {
  const first = exchange.messages[0]!;
  if (!hasStrangeXid(exchange, world.observed)) return;
  // `request-mismatch` tells of both.
  if (changesXids(exchange, world)) return;
  const swapped = world.observed.conversations.usesXid(swappedOf(exchange.xid));
  yield {
    id: 'unsolicited-reply',
    severity: 'warning',
    subject: serverSubject(first),
    of: messageName(first.type, first.fromClient),
    frames: exchange.messages.flatMap((message) => message.frames),
    detail: () => ({
      title: `${serverSubject(first)}: reply to ${exchange.client.label} has an xid that the client did not use`,
      explanation: `The ${where(first)} to ${exchange.client.label} has xid ${hex32(exchange.xid)}, which no client used in this capture, though this client’s requests are in it. The client drops it.`,
      causes: ranked(
        swapped &&
          cause(
            'likely',
            'The server or relay writes the octets of the xid in swapped order',
            `the request has xid ${hex32(swappedOf(exchange.xid))}, the reply ${hex32(exchange.xid)}`,
          ),
        cause(
          swapped ? 'unlikely' : 'likely',
          'The server or relay damages the xid, or answers a request from before this capture',
        ),
        cause(swapped ? 'unlikely' : 'possible', 'Somebody forges replies without having seen the request'),
        !swapped && cause('possible', 'The request went by where this capture does not look'),
      ),
      steps: [
        swapped
          ? `Update the DHCP server on ${serverSubject(first)}: it must give back the xid as it came.`
          : 'Compare the xid with the requests on the server’s side of the relay.',
      ],
      reference: 'RFC 2131 §4.4.1',
    }),
  };
};

const isGroup = (address: string | undefined): boolean =>
  address !== undefined && (parseInt(address.slice(0, 2), 16) & 1) === 1;

/** The client asked for broadcast, but the reply is unicast at both the IP and the link layer. */
export const broadcastFlagIgnored: ExchangeRule = function* (exchange) {
  let asked: Message | undefined;
  for (const message of exchange.messages) {
    if (message.fromClient) {
      asked = message;
      continue;
    }
    if (!asked?.dhcp.broadcast || asked.dhcp.ciaddr !== 0 || message.type >= 9) continue;
    const [packet] = towardsClient(message, exchange);
    if (packet?.destination === undefined || packet.ethDestination === undefined) continue;
    if (
      packet.destination === '255.255.255.255' ||
      isGroup(packet.ethDestination) ||
      packet.destination.endsWith('.255')
    )
      continue;
    const request = asked;
    yield {
      id: 'broadcast-flag-ignored',
      severity: 'warning',
      subject: message.relayed ? ip(message.dhcp.giaddr) : serverSubject(message),
      frames: [...message.frames, ...request.frames],
      detail: () => ({
        title: `${exchange.client.label} asks for broadcast replies and gets a unicast`,
        explanation: `The ${where(request)} has the broadcast flag set, so the client cannot take unicast before it has an address; the ${where(message)} goes to ${packet.destination ?? UNKNOWN_ADDRESS} at ${packet.ethDestination ?? UNKNOWN_ADDRESS}. Such a client may never see it.`,
        causes: ranked(
          cause(
            'likely',
            message.relayed ? 'The relay ignores the flag' : 'The server ignores the flag',
            message.relayed && `giaddr ${ip(message.dhcp.giaddr)}`,
          ),
          cause('possible', 'A wireless access point or switch turns broadcasts of DHCP into unicasts'),
        ),
        steps: [
          ...(message.relayed
            ? [
                `On the relay ${ip(message.dhcp.giaddr)}, update its software: it must broadcast a reply to a client that set the flag.`,
              ]
            : advice.settings({
                dhcpd: '`always-broadcast on;` in the subnet or host declaration',
                dnsmasq: '`dhcp-broadcast`',
              })),
          'Wireless controllers: look for “broadcast to unicast” or “DHCP proxy”.',
        ],
        reference: 'RFC 2131 §4.1; RFC 1542 §4.1.2, §5.4',
      }),
    };
  }
};

/** A reply is larger than the size the client said it accepts. */
export const messageTooLarge: ExchangeRule = function* (exchange) {
  for (const { message, size, most, told } of tooLargeIn(exchange)) {
    yield {
      id: 'message-too-large',
      severity: 'warning',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)} sends ${exchange.client.label} a reply of ${size} octets; the client takes ${most} at most`,
        explanation: `The ${where(message)} has ${size} octets as an IP datagram; ${told ? `the client said in option 57 that it takes ${most}` : `the client sent no option 57, so it need not take more than ${most}`}. It may drop the reply or cut it.`,
        causes: ranked(
          cause('likely', 'More options are configured than fit'),
          cause('possible', 'The server ignores option 57, or is told a size of its own'),
        ),
        steps: [
          advice.FEWER_OPTIONS,
          ...advice.settings({
            dhcpd: 'look for `dhcp-max-message-size`',
            dnsmasq: 'look for `dhcp-option-force`',
          }),
        ],
        reference: 'RFC 2131 §2; RFC 2132 §9.10',
      }),
    };
  }
};

/** The secs field does not grow between retransmissions. */
export const secsStuck: ExchangeRule = function* (exchange): Generator<Draft> {
  for (const type of [DISCOVER, REQUEST]) {
    const sent = exchange.of(type);
    if (sent.length < 2 || isForeign(sent[0]!.packet)) continue;
    const first = sent[0]!;
    // No relay passes on what goes to a boot service.
    if (first.packet.destinationPort === PROXY_PORT) continue;
    const last = sent[sent.length - 1]!;
    const time = last.time - first.time;
    if (!first.timed || time < 2 || sent.some((message) => message.dhcp.secs !== first.dhcp.secs)) continue;
    yield {
      id: 'secs-stuck',
      severity: 'info',
      subject: exchange.client.label,
      common: { subject: 'secs', trait: 'none of them counts it up', least: 2 },
      frames: sent.flatMap((message) => message.frames),
      detail: () => ({
        title: `${exchange.client.label}: secs stays ${first.dhcp.secs} over ${count(sent.length, 'transmission')}`,
        explanation: `The client sent ${messageName(type, true)} ${times(sent.length)} within ${span(time)} (${frames(sent.map((message) => message.frame))}), and secs is ${first.dhcp.secs} each time. Relays and second servers that wait for secs to grow (“min-secs”, secs threshold) never help this client.`,
        causes: ranked(cause('likely', 'The client’s program never updates the field secs')),
        steps: [
          'Cisco IOS: `ip dhcp relay … threshold`; ISC dhcpd: `min-secs`; Microsoft DHCP relay: “boot threshold”: leave them at 0 for such clients.',
        ],
        reference: 'RFC 2131 §2; RFC 1542 §3.2',
      }),
    };
  }
};
