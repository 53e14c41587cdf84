import * as advice from '../../../words/advice';
import { cause, ranked } from '../../../collector';
import {
  DISCOVER,
  OFFER,
  OPTION,
  serverOf,
  type Client,
  type Exchange,
  type Message,
} from '../../../conversations/model';
import { timesSent } from '../../../conversations/copies';
import type { Cause } from '../../../finding';
import { apartOn } from '../../../evidence/silence/answered';
import { refusalOf } from '../../../evidence/silence/refusals';
import { answersSince } from '../../../evidence/alive';
import { askAlike } from '../../../evidence/taken';
import { refusalSteps } from '../discovers/kinds';
import { differenceSteps } from '../../../words/differenceSteps';
import { checksumSteps } from '../sums';
import { differenceCause, putFirst } from '../../../words/difference';
import { count, ip } from '../../../words/words';
import { knownOf } from '../../../evidence/systems';
import type { World } from '../../../evidence/world';
import type { IcmpError } from '../../../evidence/neighbours';

/** Why a REQUEST that takes an OFFER gets no answer. */

/**
 * Weighs why a REQUEST in SELECTING is unanswered. `told` holds the causes that the capture shows; `known` says whether one of them is
 * likely.
 */
export function whyNoAck(
  exchange: Exchange,
  requests: readonly Message[],
  world: World,
  refusal: IcmpError | undefined,
  told: readonly (Cause | undefined)[],
  known: boolean,
): { readonly causes: Cause[]; readonly steps: advice.Step[] } {
  const { client } = exchange;
  const { dhcp } = requests[requests.length - 1]!;
  const named = dhcp.ip(OPTION.server);
  const offer = exchange.of(OFFER).find((one) => one.dhcp.ip(OPTION.server) === named);
  const [first] = told.filter((one) => one?.likelihood === 'likely');
  // No server has the address that the client took for the server's: who made the OFFER must not answer.
  const mistaken = !offer && first?.finding === 'request-mismatch' ? exchange.of(OFFER).at(-1) : undefined;
  const server = mistaken ? serverOf(mistaken) : named === undefined || named === 0 ? undefined : ip(named);
  const heard = offer && exchange.of(DISCOVER).findLast(({ time }) => time <= offer.time);
  const difference = known ? undefined : apartOn('REQUEST', [[client, requests]], world, { heard });
  const again = offer && offeredAgain(exchange, offer);
  // The REQUEST fits the OFFER and goes as the DISCOVER did: both ways are free.
  const free = heard !== undefined && askAlike(heard, requests);
  const weighed = ranked(
    ...told,
    ...(offer && free
      ? notKept(offer, again, heard, requests, known)
      : mistaken
        ? []
        : notReached(offer, again, requests, known, server, world)),
  );
  const here = {
    server,
    ...knownOf(client),
    address: wantedIn(requests),
  };
  const refused = refusal && refusalOf(refusal);
  return {
    causes: difference ? putFirst(differenceCause(difference), weighed) : weighed,
    steps: advice.together(
      refused ? refusalSteps(refusal, world) : [],
      first && !refused ? noAckSteps(first, client, requests) : [],
      difference?.likelihood === 'likely' ? differenceSteps(difference, here) : [],
      offer && (free || !again) && !refused && !first ? advice.requestInLog(here) : [],
      known || free ? [] : [...advice.openClientPort(here), ...advice.switchPath()],
      // Whom the server offers an address, it does not keep out, and has one for.
      refused || offer || first?.finding === 'request-mismatch' ? [] : advice.poolAndFilters(here),
      [advice.captureBothEnds(here)],
    ),
  };
}

const wantedIn = (requests: readonly Message[]): string | undefined => {
  const wanted = requests[requests.length - 1]!.dhcp.ip(OPTION.requested);
  return wanted === undefined ? undefined : ip(wanted);
};

const NOT_KEPT =
  'The server does not keep its OFFER, and keeps silent about it: the address is outside its range or reserved for another, or it could not commit the lease (disk full, database or failover partner away)';

const offersAgain = (again: Message): string => `offers ${ip(again.dhcp.yiaddr)} again (frame ${again.frame})`;

/** No filter can tell the REQUEST from the DISCOVER, or the ACK from the OFFER: what is left is the server, or chance. */
function notKept(
  offer: Message,
  again: Message | undefined,
  heard: Message,
  requests: readonly Message[],
  known: boolean,
): (Cause | false)[] {
  const sent = timesSent(requests);
  return [
    cause(
      known ? 'possible' : 'likely',
      NOT_KEPT,
      `the OFFER in frame ${offer.frame} came to the client, which takes it (frame ${requests[0]!.frame}); an ACK would come the same way`,
      `the DISCOVER in frame ${heard.frame} went the same way as the REQUEST, and was heard`,
      sent > 1 && `${count(sent, 'REQUEST')} for what it offers get no answer`,
      again && `the server ${offersAgain(again)}, as one that has no lease of it`,
    ),
    sent === 1 && cause('possible', 'The REQUEST or its ACK was lost by chance: it was sent once'),
  ];
}

/** The REQUEST, or its ACK, may go another way than DISCOVER and OFFER. */
function notReached(
  offer: Message | undefined,
  again: Message | undefined,
  requests: readonly Message[],
  known: boolean,
  server: string | undefined,
  world: World,
): (Cause | undefined | false)[] {
  const { packet } = requests[requests.length - 1]!;
  const alive = server === undefined ? undefined : answersSince(server, requests[0]!, world);
  return [
    again &&
      cause(
        known ? 'possible' : 'likely',
        'The REQUEST does not reach the server, or its ACK gets lost, though DISCOVER and OFFER get through: a firewall, DHCP snooping or a relay on the way drops it',
        `after the REQUEST in frame ${requests[0]!.frame} the server ${offersAgain(again)}, so it still has that address for this client`,
      ),
    offer &&
      cause(
        known || again ? 'possible' : 'likely',
        NOT_KEPT,
        `the OFFER in frame ${offer.frame} came through to this point`,
        requests.length > 1 && `${count(timesSent(requests), 'REQUEST')} for what it offers get no answer`,
      ),
    !again &&
      cause(
        known || offer ? 'possible' : 'likely',
        'The ACK was lost or blocked on its way to the client (port 68, DHCP snooping, VLAN)',
      ),
    !offer &&
      cause(
        'possible',
        `The server ${alive ? '' : 'stopped, or '}could not commit the lease (disk full, database or failover partner away)`,
        server !== undefined && `the REQUEST names server ${server}`,
        alive &&
          `${server!} answers ${alive.client.label} after that (frame ${alive.messages.find(({ fromClient }) => !fromClient)!.frame})`,
      ),
    !again &&
      cause(
        'possible',
        'The REQUEST did not reach the server: another VLAN or relay path than the DISCOVER',
        packet.dhcp!.giaddr !== 0 && `relayed by ${ip(packet.dhcp!.giaddr)}`,
      ),
  ];
}

/** How many exchanges after an unanswered REQUEST are searched for another OFFER. */
const MOST_LATER = 8;

/** The OFFER by which a server offers the same address again, after it was asked for it in vain. */
function offeredAgain(exchange: Exchange, offer: Message): Message | undefined {
  let next = exchange.next;
  for (let i = 0; next && i < MOST_LATER; i++, next = next.next) {
    const again = next
      .of(OFFER)
      .find(({ dhcp }) => dhcp.yiaddr === offer.dhcp.yiaddr && dhcp.ip(OPTION.server) === offer.dhcp.ip(OPTION.server));
    if (again) return again;
  }
  return undefined;
}

/** The steps for a fault in the REQUEST itself. */
function noAckSteps({ finding }: Cause, client: Client, requests: readonly Message[]): advice.Step[] {
  if (finding === 'message-flood') return [];
  if (finding === 'bad-checksum') return checksumSteps(requests[0]!, client.label);
  if (finding === 'reply-mismatch')
    return ['Update the firmware of the server or relay that sends these replies; keep this capture for its maker.'];
  return [advice.updateClient(client.label)];
}
