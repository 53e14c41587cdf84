import { CROSSED } from '../../../conversations/conversations';
import { knownOf } from '../../../evidence/systems';
import { isV6Only } from '../../../conversations/lease';
import { DISCOVER, OFFER, OPTION, REQUEST, type Client, type Message } from '../../../conversations/model';
import { cause, ranked, type Draft } from '../../../collector';
import { commonServer, serverSubject } from '../../../evidence/subjects';
import * as advice from '../../../words/advice';
import { UNKNOWN_ADDRESS, count, frames, ip, span } from '../../../words/words';
import { alwaysBroadcast, wayOf } from './ways';

/** A client that goes on asking after OFFERs by unicast, sets the broadcast flag, and takes the OFFER that comes by broadcast. */

/** So many OFFERs in vain are no chance: one may be lost, or cross with the next DISCOVER. */
const LEAST_IN_VAIN = 2;

interface BroadcastOnly {
  /** The OFFERs by unicast after which the client asked again. */
  readonly inVain: readonly Message[];
  /** The DISCOVERs that they answer. */
  readonly asked: readonly Message[];
  /** The DISCOVER with the broadcast flag, and the OFFER by broadcast that the client took. */
  readonly flagged: Message;
  readonly taken: Message;
  readonly request: Message;
}

/** What shows that a client takes OFFERs by broadcast only; undefined if nothing does. */
function broadcastOnlyIn(client: Client): BroadcastOnly | undefined {
  // Cheap to know, and true of few clients: more replies than one OFFER and one ACK, or OFFERs without a REQUEST.
  const asks = client.exchanges.filter((one) => one.holds(DISCOVER) && one.leaseAnswers > 0);
  if (!asks.some((one) => one.leaseAnswers > 2 || !one.holds(REQUEST))) return undefined;
  let inVain: Message[] = [];
  let asked: Message[] = [];
  let offer: Message | undefined;
  let discover: Message | undefined;
  for (const message of asks.flatMap((one) => one.messages.filter((message) => !isV6Only(one, message)))) {
    if (message.type === OFFER) offer = message;
    else if (message.type === DISCOVER) {
      if (discover && offer && message.time - offer.time >= CROSSED) {
        inVain.push(offer);
        asked.push(discover);
      }
      offer = undefined;
      discover = message;
    } else if (message.type === REQUEST) {
      const found = discover && offer && { inVain, asked, flagged: discover, taken: offer, request: message };
      if (found && showsIt(found)) return found;
      [inVain, asked, offer] = [[], [], undefined];
    }
  }
  return undefined;
}

/** The same program of the client asks for broadcast where it did not before, and takes what the same server offers. */
function showsIt({ inVain, asked, flagged, taken, request }: BroadcastOnly): boolean {
  const server = taken.dhcp.ip(OPTION.server);
  return (
    inVain.length >= LEAST_IN_VAIN &&
    inVain.every((one) => wayOf(one) === 'unicast' && !one.dhcp.broadcast && one.link === taken.link) &&
    inVain.every(({ dhcp }) => dhcp.ip(OPTION.server) === server) &&
    wayOf(taken) === 'broadcast' &&
    flagged.dhcp.broadcast &&
    asked.every(({ dhcp }) => dhcp.text(OPTION.vendorClass) === flagged.dhcp.text(OPTION.vendorClass)) &&
    request.dhcp.ip(OPTION.server) === server
  );
}

/** The finding about a client that takes OFFERs by broadcast only. */
export function* broadcastOnly(client: Client): Generator<Draft> {
  const found = broadcastOnlyIn(client);
  if (!found) return;
  const { inVain, flagged, taken, request } = found;
  const { label } = client;
  yield {
    id: 'offer-not-taken',
    severity: 'warning',
    subject: label,
    common: commonServer(taken.dhcp.ip(OPTION.server)),
    frames: [...inVain, flagged, taken, request].flatMap((one) => one.frames),
    detail: () => ({
      title: `${label} takes an OFFER by broadcast only, ${span(taken.time - inVain[0]!.time)} after it was offered one by unicast`,
      explanation: `The client went on with DISCOVER after ${count(inVain.length, 'OFFER')} of ${ip(inVain[0]!.dhcp.yiaddr)} by unicast (${frames(inVain.map(({ frame }) => frame))}). Then it set the broadcast flag (frame ${flagged.frame}), and took the OFFER that came by broadcast (frame ${taken.frame}) with the REQUEST in frame ${request.frame}. Each start costs it this time.`,
      causes: ranked(
        cause(
          'likely',
          'OFFERs by unicast do not reach the client’s DHCP program, and OFFERs by broadcast do',
          `by unicast to ${inVain[0]!.packet.destination ?? UNKNOWN_ADDRESS}, without a REQUEST: ${frames(inVain.slice(0, 4).map(({ frame }) => frame))}`,
          `by broadcast, taken at once: frame ${taken.frame}`,
        ),
        cause(
          'possible',
          'The client cannot take unicast before it has an address, and tries the broadcast flag too late',
        ),
      ),
      steps: advice.together(
        [`Let client ${label} set the broadcast flag (0x8000) from its first DISCOVER on.`],
        alwaysBroadcast(serverSubject(taken)),
        advice.switchPath(),
        [advice.captureBothEnds(knownOf(client))],
      ),
      reference: 'RFC 2131 §4.1',
    }),
  };
}
