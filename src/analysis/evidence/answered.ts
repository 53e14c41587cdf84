import {
  BOOTP,
  DISCOVER,
  OFFER,
  ACK,
  NAK,
  REQUEST,
  stateIn,
  type Client,
  type Exchange,
  type Message,
} from '../conversations/model';
import { apart, Side, type Asked, type Difference } from './apart';
import type { World } from './world';

/* The answered messages of each link, for what is unanswered there to be compared with. */

/** What is compared with its like. */
export type AskedFor = Asked['name'];

/** By kind and link: the side of the answered messages. A kind is looked for when it is first asked for. */
const sidesOf = (): Map<AskedFor, Map<string, Side>> => new Map();

/** By link: the side of the answered messages of one kind, from one pass over all exchanges. */
function answeredOn(world: World, name: AskedFor): Map<string, Side> {
  const byName = world.once(sidesOf);
  let sides = byName.get(name);
  if (sides) return sides;
  byName.set(name, (sides = new Map<string, Side>()));
  for (const exchange of world.exchanges) {
    const message = exchange.replies === 0 ? undefined : answeredIn(exchange, name);
    if (!message) continue;
    let side = sides.get(message.link);
    if (!side) sides.set(message.link, (side = new Side()));
    side.add(message, exchange.client);
  }
  return sides;
}

/** The message of an exchange that was answered: the last before the reply, for those before it may have been lost. */
function answeredIn(exchange: Exchange, name: AskedFor): Message | undefined {
  let asked: Message | undefined;
  for (const message of exchange.messages) {
    if (message.fromClient) {
      if (isOf(exchange, message, name)) asked = message;
    } else if (asked && answers(message, name)) return asked;
  }
  return undefined;
}

const isOf = (exchange: Exchange, message: Message, name: AskedFor): boolean =>
  name === 'BOOTREQUEST'
    ? message.type === BOOTP
    : name === 'DISCOVER'
      ? message.type === DISCOVER
      : message.type === REQUEST && stateIn(exchange, message) === 'selecting';

const answers = (message: Message, name: AskedFor): boolean =>
  !message.proxy &&
  (name === 'BOOTREQUEST'
    ? message.type === BOOTP
    : name === 'DISCOVER'
      ? message.type === OFFER || message.type === ACK
      : message.type === ACK || message.type === NAK);

/** What went unanswered: messages of a client. */
export type Unanswered = readonly [client: Client, messages: readonly Message[]];

/** What tells unanswered messages of one link from those of their kind that were answered there. */
export function apartOn(name: AskedFor, asked: readonly Unanswered[], world: World): Difference | undefined {
  const unanswered = new Side();
  for (const [client, messages] of asked) for (const message of messages) unanswered.add(message, client);
  const link = asked[0]?.[1][0]?.link;
  const answered = link === undefined ? undefined : answeredSide(name, link, world);
  return answered && apart({ name, unanswered, answered });
}

/** The answered messages of one kind on a link; undefined where there are none. */
export const answeredSide = (name: AskedFor, link: string, world: World): Side | undefined =>
  answeredOn(world, name).get(link);
