import { push } from '../../../../codec/append';
import { CROSSED } from '../../../conversations/conversations';
import { isV6Only } from '../../../conversations/lease';
import {
  ACK,
  DISCOVER,
  OFFER,
  OPTION,
  REQUEST,
  serverOf,
  type Client,
  type Exchange,
  type Message,
} from '../../../conversations/model';
import { isContent, repeatsAnswered } from '../../../evidence/taken';
import { commonServer, commonServerNamed, forOneReason, serverSubject } from '../../../evidence/subjects';
import { count, either, frames, ip, list, span } from '../../../words/words';
import type { World } from '../../../evidence/world';
import type { Common, Draft } from '../../../collector';
import type { ExchangeRule, WorldRule } from '../../rule';
import { broadcastOnly } from './broadcastOnly';
import { whyNotTaken } from './loss';
import { leasedAfter, leasedText, notToBoot } from '../noBoot';
import { sumDrafts, type Loss } from '../sums';

/** Replies are in the capture, but the client continues as if they had never come. */

/** OFFERs are sent, yet the client keeps sending DISCOVER. */
export const offerNotTaken: WorldRule = function* (world) {
  for (const client of world.clients) {
    if (client.answers === 0) continue;
    const loss = offersLost(client);
    if (!loss) {
      yield* broadcastOnly(client);
      continue;
    }
    yield* sumDrafts(loss, world);
    yield offerDraft(loss, world);
  }
};

/** The OFFERs to a client since its last REQUEST, and the DISCOVERs that it sent nevertheless. */
function offersLost(client: Client): Loss | undefined {
  let exchanges: Exchange[] = [];
  for (const exchange of client.exchanges) {
    if (exchange.holds(REQUEST) || exchange.holds(ACK)) exchanges = [];
    else if (exchange.holds(DISCOVER)) exchanges.push(exchange);
  }
  if (!exchanges.some((one) => one.leaseAnswers > 0)) return undefined;
  const replies: Message[] = [];
  const again: Message[] = [];
  const all = exchanges.flatMap((one) =>
    one.messages.filter(
      (message) =>
        message.type === DISCOVER || (message.type === OFFER && one.leaseAnswers > 0 && !isV6Only(one, message)),
    ),
  );
  // An OFFER may come after the client has already started again.
  if (all.every(({ timed }) => timed)) all.sort((a, b) => a.time - b.time);
  for (const message of all) {
    const last = replies[replies.length - 1];
    if (message.type === OFFER) replies.push(message);
    else if (last && (!message.timed || message.time - last.time >= CROSSED)) again.push(message);
  }
  return replies.length > 0 && again.length > 0 ? { client, exchanges, replies, again } : undefined;
}

function offerDraft(loss: Loss, world: World): Draft {
  const { client, replies, again } = loss;
  const after = leasedAfter(loss, world);
  return {
    id: 'offer-not-taken',
    severity: after ? 'info' : 'warning',
    subject: client.label,
    get common() {
      return commonCause(loss, world);
    },
    frames: [...replies, ...again].flatMap((one) => one.frames),
    detail: () => ({
      title: after
        ? `The boot firmware of ${client.label} takes no OFFER, and the machine gets its lease later`
        : `${client.label} gets ${count(replies.length, 'OFFER')} and keeps sending DISCOVER`,
      explanation: `This capture shows ${offersText(replies)} to this client (${frames(replies.map((one) => one.frame))}), yet it sent ${count(again.length, 'more DISCOVER')} (${frames(again.map((one) => one.frame))}) and no REQUEST.${after ? leasedText(after) : ' Either the OFFER does not reach the client’s DHCP program, or the client does not want it.'}`,
      ...whyLost(loss, after !== undefined, world),
      reference: 'RFC 2131 §3.1, §4.1',
    }),
  };
}

/** Why no OFFER is taken; for firmware that gave up, before a system on the same card got its lease, that may be as it should be. */
function whyLost(loss: Loss, gaveUp: boolean, world: World): ReturnType<typeof whyNotTaken> {
  const why = whyNotTaken(loss, world, losersLike(loss, world));
  return gaveUp ? { ...why, steps: [notToBoot(loss.client), ...why.steps] } : why;
}

/** The clients of a link that take no OFFER of one server, this one included. */
const losersLike = (loss: Loss, world: World): readonly Client[] => world.once(losers).get(placeOf(loss)) ?? [];
const placeOf = ({ replies }: Loss): string => `${serverSubject(replies[0]!)} ${replies[0]!.link}`;

function losers({ clients }: World): ReadonlyMap<string, readonly Client[]> {
  const all = new Map<string, Client[]>();
  for (const client of clients) {
    const loss = client.answers > 0 ? offersLost(client) : undefined;
    if (loss) push(all, placeOf(loss), client);
  }
  return all;
}

/** The OFFERs and what they offer, by server where there are several: `2 OFFERs of 10.0.0.50`. */
function offersText(replies: readonly Message[]): string {
  const addresses = (of: readonly Message[]): string => either([...new Set(of.map(({ dhcp }) => ip(dhcp.yiaddr)))]);
  const by = new Map<string, Message[]>();
  for (const reply of replies) push(by, serverSubject(reply), reply);
  const all = count(replies.length, 'OFFER');
  return by.size === 1
    ? `${all} of ${addresses(replies)}`
    : `${all}: ${list([...by].map(([server, own]) => `${own.length} of ${addresses(own)} by ${server}`))},`;
}

/**
 * The server; and the cause of the loss where the capture shows one: then a second client with the same cause is no other fault. What is only
 * guessed may differ from client to client.
 */
function commonCause(loss: Loss, world: World): Common | undefined {
  const common = commonServerNamed(serverOf(loss.replies[0]!));
  const { causes, shown } = whyNotTaken(loss, world, losersLike(loss, world));
  const alike = shown ? forOneReason(common, causes[0]) : common;
  return alike?.reason === undefined ? alike : { ...alike, trait: `${alike.trait}, for one reason` };
}

/** How many repetitions are reported. */
const MOST_REPEATED = 50;

/** A REQUEST is repeated although its ACK is in the capture: the ACK does not arrive, or the client drops it. */
export const answerIgnored: ExchangeRule = function* (exchange, world) {
  if (!repeatsAnswered(exchange) || repeatsAnswered(exchange.previous!)) return;
  const exchanges = [exchange.previous!];
  for (let next: Exchange | undefined = exchange; next && exchanges.length < MOST_REPEATED; next = next.next) {
    if (!repeatsAnswered(next)) break;
    exchanges.push(next);
  }
  const replies = exchanges.flatMap((one) => one.of(ACK));
  const again = exchanges.slice(1).flatMap((one) => one.of(REQUEST));
  const loss = { client: exchange.client, exchanges, replies, again };
  const last = exchanges[exchanges.length - 1]!;
  const healed = again.length === 1 && last.holds(ACK) && isContent(last, replies[replies.length - 1]!, world);
  if (!healed) yield* sumDrafts(loss, world);
  yield {
    id: 'answer-ignored',
    severity: healed ? 'info' : 'warning',
    subject: exchange.client.label,
    common: commonServer(replies[0]!.dhcp.ip(OPTION.server)),
    frames: [...replies, ...again].flatMap((one) => one.frames),
    detail: () => ({
      title: `${exchange.client.label} repeats its REQUEST although it was sent an ACK`,
      explanation: `This capture shows ${count(replies.length, 'ACK')} of ${ip(replies[0]!.dhcp.yiaddr)} to this client (${frames(replies.map((one) => one.frame))}), yet it sent the REQUEST again (${frames(again.map((one) => one.frame))}, the first ${span(again[0]!.time - replies[0]!.time)} after the ACK). ${healed ? 'After that it behaved as a client that has its lease, so one ACK was lost.' : 'Either the ACK does not reach the client’s DHCP program, or the client drops it.'}`,
      ...whyNotTaken(loss, world),
      reference: 'RFC 2131 §3.1, §4.4.1',
    }),
  };
};
