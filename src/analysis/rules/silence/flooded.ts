import { cause } from '../../collector';
import { lowerBound } from '../../../codec/search';
import type { Message } from '../../conversations/model';
import type { Note6 } from '../../conversations/v6model';
import { withFinding } from '../../draft';
import { requestFloods, type Flood, type Sent } from '../../evidence/floods';
import { requestFloods6, type Flood6 } from '../../evidence/floods6';
import type { World } from '../../evidence/world';
import type { Cause } from '../../finding';
import { count, span } from '../../words/words';

/** A flood of requests keeps a server from answering, the client that floods and others. */

/** How many frames of a flood show that it is the one, and how many floods are looked at. */
const MOST_FRAMES = 10;
const MOST_FLOODS = 1000;

/**
 * The flood during which messages were asked in vain: it was there when the first was sent, and the last was sent before the server can have
 * recovered.
 */
function floodAround(asked: readonly Message[], world: World): Flood | undefined {
  const [first] = asked;
  const last = asked[asked.length - 1];
  if (!first?.timed) return undefined;
  return requestFloods(world)
    .slice(0, MOST_FLOODS)
    .find(
      ({ client, sent }) =>
        sent[0]!.time <= first.time &&
        last!.time <= sent[sent.length - 1]!.time + world.limits.answerWithin &&
        client.linksAsked.includes(first.link),
    );
}

/** How many exchanges before and after the beginning of a flood are searched for answers. */
const MOST_EXCHANGES = 2000;

/** Whether somebody on a link is answered before a flood and again after it, but nobody while it lasts. */
function pausesFor(flood: Flood, link: string, world: World): boolean {
  const known = world.once(pausesKnown);
  let links = known.get(flood);
  if (!links) known.set(flood, (links = new Map<string, boolean>()));
  let pauses = links.get(link);
  if (pauses === undefined) links.set(link, (pauses = findPause(flood, link, world)));
  return pauses;
}
/** By flood and link, as far as it was asked. */
const pausesKnown = (): Map<Flood, Map<string, boolean>> => new Map();

function findPause({ sent }: Flood, link: string, { exchanges }: World): boolean {
  const from = sent[0]!.time;
  const to = sent[sent.length - 1]!.time;
  const begin = lowerBound(exchanges.length, (i) => exchanges[i]!.start < from);
  const around = exchanges.slice(Math.max(0, begin - MOST_EXCHANGES), begin + MOST_EXCHANGES);
  const answers = around.flatMap((one) =>
    one.leaseAnswers > 0 && one.links.includes(link) ? one.leaseReplies.map(({ time }) => time) : [],
  );
  return (
    answers.some((time) => time < from) &&
    answers.some((time) => time > to) &&
    !answers.some((time) => time >= from && time <= to)
  );
}

/** What speaks against a flood as the cause. */
export interface Besides {
  /** Something else is known to be the cause. */
  readonly known?: boolean;
  /** The server answers others on the link, be it before the flood or after it. */
  readonly answersOthers?: boolean;
}

/** The flood during which messages were asked in vain, as their cause. */
export function floodCause(
  asked: readonly Message[],
  world: World,
  { known = false, answersOthers = false }: Besides,
): Cause | undefined {
  const flood = floodAround(asked, world);
  if (!flood) return undefined;
  const pauses = answersOthers && pausesFor(flood, asked[0]!.link, world);
  const served = known || (answersOthers && !pauses);
  return causeOf(flood.client.label, flood.sent, asked[0]!.frame, served, pauses);
}

/** The flood during which DHCPv6 messages were asked in vain, as their cause. */
export function floodCause6(asked: readonly Note6[], world: World): Cause | undefined {
  const [first] = asked;
  if (!first?.timed) return undefined;
  const flood = requestFloods6(world)
    .slice(0, MOST_FLOODS)
    .find(
      ({ sent, links }) =>
        sent[0]!.time <= first.time &&
        asked[asked.length - 1]!.time <= sent[sent.length - 1]!.time + world.limits.answerWithin &&
        links.has(first.link),
    );
  if (!flood) return undefined;
  const { before, meanwhile, after } = answersAround(flood, first.link, world);
  return causeOf(flood.client.name, flood.sent, first.frame, meanwhile, before && after && !meanwhile);
}

/** Whether anybody on a link is answered by DHCPv6 before a flood, while it lasts, and after it. */
interface Answers {
  before: boolean;
  meanwhile: boolean;
  after: boolean;
}

function answersAround(flood: Flood6, link: string, world: World): Answers {
  const known = world.once(answersKnown);
  let links = known.get(flood);
  if (!links) known.set(flood, (links = new Map<string, Answers>()));
  let answers = links.get(link);
  if (!answers) {
    links.set(link, (answers = { before: false, meanwhile: false, after: false }));
    const { sent } = flood;
    for (const { notes } of world.conversations6.exchanges)
      for (const { isAnswer, link: own, time } of notes) {
        if (!isAnswer || own !== link) continue;
        if (time < sent[0]!.time) answers.before = true;
        else if (time > sent[sent.length - 1]!.time) answers.after = true;
        else answers.meanwhile = true;
      }
  }
  return answers;
}
/** By flood and link, as far as it was asked. */
const answersKnown = (): Map<Flood6, Map<string, Answers>> => new Map();

/** A flood as the cause of a silence. `served`: somebody is answered all the same, or something else is known to be the cause. */
function causeOf(client: string, sent: readonly Sent[], begins: number, served: boolean, pauses: boolean): Cause {
  const [first] = sent as readonly [Sent];
  const last = sent[sent.length - 1]!;
  return withFinding(
    'message-flood',
    sent.slice(0, MOST_FRAMES).map(({ frame }) => frame),
    cause(
      served ? 'possible' : 'likely',
      `The flood of ${client} is more than the server can answer, or than a rate limit on the way lets through (DHCP snooping drops the rest, or shuts the port)`,
      `${count(sent.length, 'request')} within ${span(last.time - first.time)}, from frame ${first.frame} to frame ${last.frame}`,
      begins !== first.frame && `what is asked in vain begins within it, in frame ${begins}`,
      pauses && 'others are answered before the flood and after it, and nobody while it lasts',
      'see the finding message-flood',
    ),
  );
}
