import { OFFER, OPTION, requestState, type Exchange, type Message } from '../../conversations/model';

/** Which server a REQUEST chooses, held against the OFFERs that the capture shows. */

/** Server identifiers of a message in all its sightings: a relay may put its own address there (RFC 5107). */
export const serversIn = (message: Message): (number | undefined)[] =>
  message.packetsSeen().map(({ dhcp }) => dhcp!.ip(OPTION.server));

/** The OFFERs before a REQUEST. */
const offersBefore = (exchange: Exchange, request: Message): Message[] =>
  exchange.of(OFFER).filter(({ time }) => time <= request.time);

/** Whether a server identifier can be no server’s: no host has it, or an OFFER gives it to the client or has it for its relay. */
export const isNoServer = (server: number, offers: readonly Message[]): boolean =>
  server === 0 || server === 0xffffffff || offers.some(({ dhcp }) => server === dhcp.yiaddr || server === dhcp.giaddr);

/**
 * Whether a REQUEST chooses none of the servers whose OFFERs the capture shows. Every server hears such a broadcast (RFC 2131 §3.1, step 3),
 * but the OFFER and the ACK of the chosen one may go by unicast, and be seen by nobody else.
 */
export function choosesUnheard(exchange: Exchange, request: Message): boolean {
  if (requestState(request) !== 'selecting') return false;
  const offers = offersBefore(exchange, request);
  const named = serversIn(request);
  if (offers.length === 0 || named.some((server) => server === undefined || isNoServer(server, offers))) return false;
  return offers.every(
    (offer) =>
      offer.packet.cut === 0 &&
      serversIn(offer).every((server) => server !== undefined && !named.includes(server)) &&
      !named.includes(offer.dhcp.siaddr),
  );
}

/** Whether a REQUEST asks for an address that an OFFER in the capture gives. */
export const asksForOffered = (exchange: Exchange, request: Message): boolean =>
  offersBefore(exchange, request).some(({ dhcp }) => dhcp.yiaddr === request.dhcp.ip(OPTION.requested));
