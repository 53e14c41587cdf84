import { REVERSED, reversedSecs } from '../../codec/dhcpv4/layout';
import type { Dhcp } from '../../ledger/packet';
import { isProxy, messageName, offersBefore, serverOf, type Exchange, type Message } from '../conversations/model';
import { ACK, NAK, OPTION } from '../conversations/names';
import type { Packet } from '../conversations/packet';
import { frames, ip } from '../words/words';
import { follows, later, ordinal } from './sentences';

/** One frame of a DHCPv4 or BOOTP exchange, with what is needed to explain it. */
export interface Scene {
  readonly exchange: Exchange;
  readonly message: Message;
  /** The frame's own packet: one of those that show the message. */
  readonly packet: Packet;
  readonly dhcp: Dhcp;
  /** The messages of the exchange before and after it; OFFERs without a DISCOVER and the REQUEST that takes one belong together. */
  readonly before: readonly Message[];
  readonly after: readonly Message[];
}

/** How many messages of the exchange before and after are looked at. */
const MOST_NEAR = 64;

/** The scene of a packet of an exchange; undefined if the exchange has no such message. */
export function sceneOf(exchange: Exchange, packet: Packet): Scene | undefined {
  const { messages } = exchange;
  const { frame } = packet;
  let at = messages.findIndex((message) => message.frame === frame);
  if (at < 0) at = messages.findIndex((message) => message.frames.includes(frame));
  const message = messages[at];
  if (!message || !packet.dhcp) return undefined;
  const { next } = exchange;
  const answers = next && offersBefore(next) === exchange && next.count <= MOST_NEAR ? next.messages : [];
  const offers = offersBefore(exchange);
  return {
    exchange,
    message,
    packet,
    dhcp: packet.dhcp,
    before: [...(offers && offers.count <= MOST_NEAR ? offers.messages : []), ...messages.slice(0, at)],
    after: [...messages.slice(at + 1), ...answers],
  };
}

/** The client in words: `client 02:00:00:00:00:01`. */
export function clientOf({ exchange, dhcp }: Scene): string {
  if (dhcp.chaddr !== '') return `client ${dhcp.chaddr}`;
  const { label } = exchange.client;
  if (label.startsWith('client identifier')) return `the client with ${label}`;
  return label.startsWith('a client') ? label : `client ${label}`;
}

/** The server in words: `server 10.0.0.1`. */
export function serverName(message: Message): string {
  const server = serverOf(message);
  return server === undefined ? 'a server' : `server ${server}`;
}

/** The server that a client's message names (option 54). */
export function named({ dhcp }: Scene): string | undefined {
  const server = dhcp.ip(OPTION.server);
  return server === undefined ? undefined : ip(server);
}

/** The last message before this one that fits. */
export function lastBefore({ before }: Scene, fits: (message: Message) => boolean): Message | undefined {
  return before.findLast(fits);
}

/** The request that a reply answers: the client's last message before it. */
export function asked(scene: Scene): Message | undefined {
  return lastBefore(scene, ({ fromClient }) => fromClient);
}

/** A message in words: `the REQUEST in frame 3`. */
export function the(message: Message): string {
  return `the ${messageName(message.type, message.fromClient)} in frame ${message.frame}`;
}

/** Whether a reply decides a request: an ACK or a NAK that is not from a boot service. */
export const isVerdict = (message: Message): boolean =>
  (message.type === ACK || message.type === NAK) && !isProxy(message);

/** Earlier messages of the same kind. */
const sameBefore = ({ message, before }: Scene): Message[] =>
  before.filter(({ type, fromClient }) => fromClient && type === message.type);

/** The place of a repeated message: `it is the 2nd REQUEST of this exchange`; undefined for the first one. */
export function which(scene: Scene): string | undefined {
  const earlier = sameBefore(scene).length;
  const name = messageName(scene.message.type, true);
  return earlier === 0 ? undefined : `it is the ${ordinal(earlier + 1)} ${name} of this exchange`;
}

/** The same, with when the first one was sent and whether it was answered. */
export function repeated(scene: Scene): string | undefined {
  const { message, before, dhcp } = scene;
  const [first] = sameBefore(scene);
  if (!first) return undefined;
  const since = later(first, message);
  const answer = before.slice(before.indexOf(first)).findLast(({ fromClient, proxy }) => !fromClient && !proxy);
  const place =
    since === '' ? `; the first is in frame ${first.frame}` : `, ${since}than the first in frame ${first.frame}`;
  const reversed = reversedSecs(dhcp);
  const meant = reversed === undefined ? '' : ` as written, ${reversed} if ${REVERSED}`;
  const secs = dhcp.secs > 0 ? ` (secs ${dhcp.secs}${meant})` : '';
  const came = answer ? `although ${the(answer)} came before it` : 'and this capture shows no answer to those before';
  return `${which(scene)}${place}${secs}, ${came}`;
}

/**
 * What follows a client's message: its answer, if the capture shows one; that the client asks again; or, if neither is seen, `should`,
 * which says what ought to come.
 */
export function answered(scene: Scene, isAnswer: (message: Message) => boolean, should: string): string {
  const { after, exchange, message } = scene;
  const answers = after.filter(isAnswer);
  const [answer] = answers;
  if (exchange.answeredByBootp) {
    const reply = after.find(({ fromClient }) => !fromClient);
    if (reply)
      return `${follows(`the BOOTREPLY of ${serverName(reply)}`, reply, message)}, without option 53: it comes from a BOOTP server, which does not speak DHCP`;
  }
  const again = after.find(({ fromClient, type }) => fromClient && type === message.type);
  if (again && (!answer || after.indexOf(again) < after.indexOf(answer)))
    return `This capture shows no answer before the client asks again ${later(message, again)}in frame ${again.frame}`;
  if (!answer) return `${should}; this capture shows no answer`;
  const name = messageName(answer.type, false);
  const from = serverOf(answer);
  const by = from === undefined ? '' : ` from server ${from}`;
  const others = answers.filter((other) => other.type === answer.type && serverOf(other) !== from);
  const rest =
    others.length === 0 ? '' : `, and an answer of another server in ${frames(others.map((one) => one.frame))}`;
  return `${follows(`the ${name}${by}`, answer, message)}${rest}`;
}
