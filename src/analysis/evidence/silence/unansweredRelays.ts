import {
  ACK,
  DECLINE,
  INFORM,
  RELEASE,
  isDamaged,
  type Client,
  type Exchange,
  type Message,
} from '../../conversations/model';
import { ipv4ToText as ip } from '../../../codec/bytes';
import { hiddenReply } from '../survey';
import type { Sent } from '../facts';
import type { Surveyed } from '../surveyed';
import { push } from '../../../codec/append';
import { UNKNOWN_ADDRESS } from '../../conversations/packet';

/**
 * Exchanges whose relayed messages no server answered, by giaddr: none of them got a reply, and no reply at all goes to that giaddr. Found
 * before the rules run, because `relay-unanswered` is reported instead of `no-offer`.
 */
export function findUnansweredRelays(world: Surveyed): Map<number, Sent[]> {
  const sent = new Map<number, Sent[]>();
  const answered = new Set<number>();
  const answer = (giaddr: number): void => {
    answered.add(giaddr);
    sent.delete(giaddr);
  };
  for (const exchange of world.exchanges) {
    if (!exchange.relayed) continue;
    // The client selects an offer that it got through this relay, so the replies are not seen here.
    const hidden = exchange.selecting ? hiddenReply(exchange, world) : undefined;
    for (const packet of hidden?.request.packetsSeen() ?? []) answer(packet.dhcp!.giaddr);
    for (const message of exchange.messages) {
      if (isDamaged(message) || isAnsweredStraight(message, exchange)) continue;
      // A message counts once, whatever the number of sides and relays on which it is seen.
      let seen: Map<number, Sent> | undefined;
      for (const packet of message.packetsSeen()) {
        const { giaddr, ciaddr, hops } = packet.dhcp!;
        // 0.0.0.0/8 cannot be a host's address (RFC 6890 §2.2.2): such a giaddr is damage, not a relay.
        if (giaddr >>> 24 === 0) continue;
        // A client that sends by itself with giaddr set (it has an address, and no relay has counted a hop) is no relay.
        if (message.fromClient && ciaddr !== 0 && hops === 0 && packet.source === ip(ciaddr)) continue;
        if (!message.fromClient) answer(giaddr);
        if (answered.has(giaddr)) continue;
        const { frame, time, timed } = packet;
        const to = packet.destination ?? UNKNOWN_ADDRESS;
        const known = seen?.get(giaddr);
        if (known) {
          known.frames.push(frame);
          if (!known.to.includes(to)) known.to.push(to);
        } else
          (seen ??= new Map()).set(giaddr, { exchange, frames: [frame], time, timed, to: [to], type: message.type });
      }
      for (const [giaddr, one] of seen ?? []) push(sent, giaddr, one);
    }
  }
  for (const [giaddr, messages] of sent) {
    // DECLINE and RELEASE await no reply, and LEASEQUERY is not sent by clients.
    const awaited = messages.filter((one) => one.type !== DECLINE && one.type !== RELEASE && one.type < 10);
    if (!isSilent(awaited, world)) sent.delete(giaddr);
  }
  return sent;
}

/**
 * Whether a client that has an address was answered there, past the relay: a server answers an INFORM like that (RFC 2131 §4.3.5), and also
 * a renewal that the relay overheard and forwarded.
 */
function isAnsweredStraight(message: Message, exchange: Exchange): boolean {
  if (!message.fromClient || exchange.replies === 0) return false;
  if (message.type === INFORM) return exchange.holds(ACK);
  const { ciaddr } = message.dhcp;
  return ciaddr !== 0 && exchange.messages.some((one) => !one.fromClient && one.packet.destination === ip(ciaddr));
}

/** Whether the silence proves anything. Judged client by client: two clients that ask once each are not one client that asks again. */
function isSilent(awaited: readonly Sent[], world: Surveyed): boolean {
  const byClient = new Map<Client, Sent[]>();
  for (const one of awaited) push(byClient, one.exchange.client, one);
  return [...byClient.values()].some((own) => world.observed.silenceAfter(own));
}
