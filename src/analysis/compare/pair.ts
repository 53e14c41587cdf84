import { CROSSED } from '../conversations/conversations';
import { lowerBound } from '../../codec/search';
import { FINDINGS, fieldsOf } from '../catalogue';
import { nameOfDuid } from '../../codec/names/duids';
import { told } from '../words/steps';
import type { Finding } from '../finding';
import type { Packets } from '../conversations/packet';
import { lostCauses, lostSteps, Passage } from './lost';
import { Way } from './way';
import { eventsOf, match, type Event, type Matching } from './points';
import { DEFAULT_THRESHOLDS, limitsOf, type Settings } from '../conversations/settings';
import { count, frames, list, span } from '../words/words';
import { push } from '../../codec/append';

/** Two captures of the same exchanges, taken at two points: which messages passed one point but did not reach the other. */

/** A capture to be compared with another. */
export interface Point {
  /** The file, and its name in the findings. */
  readonly file: string;
  readonly name: string;
  readonly packets: Packets;
  /** Times of its first and last frame of any kind, in seconds; 0 if frames have none. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** The findings of this capture alone. */
  readonly findings: readonly Finding[];
}

/** A finding about two captures. `frames` are those of the first one named. */
export interface PairFinding extends Finding {
  readonly framesIn: readonly { readonly file: string; readonly frames: readonly number[] }[];
}

/** The messages of a point, for comparison with several others. */
export interface PointEvents {
  readonly point: Point;
  readonly events: readonly Event[];
  readonly byClient: ReadonlyMap<string, readonly Event[]>;
  /** By frame: indexes, in the point's findings, of those that a comparison may answer. */
  readonly open: ReadonlyMap<number, readonly number[]>;
}

export function readPoint(point: Point, settings: Settings): PointEvents {
  const events = eventsOf(point.packets, limitsOf(settings));
  const byClient = new Map<string, Event[]>();
  for (const event of events) push(byClient, event.client, event);
  const open = new Map<number, number[]>();
  point.findings.forEach(({ id, frames }, i) => {
    if (OPEN_QUESTIONS.has(id)) for (const frame of frames) push(open, frame, i);
  });
  return { point, events, byClient, open };
}

/** If more clients than this lost messages on one way, they are reported together: nobody reads further. */
const MOST_CLIENTS = 100;

/** What two capture points show about each other. */
export interface Comparison {
  /** Whether both captures show the same network. If not, nothing can be concluded from what one of them lacks. */
  readonly related: boolean;
  /** Number of messages that both show, and of those that one shows and the other should have. */
  readonly common: number;
  readonly lost: number;
  readonly findings: readonly PairFinding[];
  /** Findings of one capture alone that leave open what a finding here answers. */
  readonly settled: ReadonlyMap<Finding, PairFinding>;
  /** The messages one by one, if the captures are related. */
  readonly between?: Matching & {
    /** Messages of either point that should have reached the other but did not. */
    readonly gone: ReadonlySet<Event>;
    /** Which point is nearer to the clients: above 0 the first, below 0 the second, 0 if unknown. */
    readonly nearer: number;
  };
}

/**
 * Captures of one network share more than this part of the messages of the smaller one. A smaller share is chance, or was copied by a
 * monitor.
 */
const COMMON_SHARE = 0.01;

/** Compares two capture points. `check` is called now and then, and may throw to end it. */
export function comparePoints(a: PointEvents, b: PointEvents, check = (): void => undefined): Comparison {
  const nothing = { common: 0, lost: 0, findings: [], settled: new Map() };
  const matching = match(a.events, b.events, check);
  if (!matching) return { ...nothing, related: false };
  const { offset } = matching;
  const common = matching.partner.size / 2;
  // The period that both captures cover, by the first one's clock.
  const from = Math.max(a.point.firstTime, b.point.firstTime - offset);
  const to = Math.min(a.point.lastTime, b.point.lastTime - offset);
  const within = ({ events }: PointEvents, by: number): number =>
    events.filter(({ time }) => time >= from + by && time <= to + by).length;
  if (common < COMMON_SHARE * Math.min(within(a, 0), within(b, offset))) return { ...nothing, common, related: false };
  const nearer = nearerToClient(a.events, matching);
  check();
  const views = [
    new View(a, b, matching, from, to, nearer === 0 ? undefined : nearer > 0),
    new View(b, a, matching, from + offset, to + offset, nearer === 0 ? undefined : nearer < 0),
  ];
  // If each sees mostly what the other does not, they are in different networks; a client that was in both does not make them one network.
  if (nearer === 0 && views.every((view) => view.isElsewhere)) for (const view of views) view.sharesLink = false;
  const answersLost = views.map((view) => {
    check();
    return view.lost().some((event) => !event.fromClient);
  });
  // Replies that only one point sees, in both directions: the points are the ports of two servers, and neither sees the other’s unicasts.
  const twoServers = nearer === 0 && answersLost[0]! && answersLost[1]!;
  const settled = new Map<Finding, PairFinding>();
  const gone = new Set<Event>();
  const findings = views.flatMap((view) => {
    const groups = new Map<string, { readonly who: string; readonly lost: Event[] }>();
    for (const event of view.lost()) {
      if (twoServers && !event.fromClient) continue;
      gone.add(event);
      const way = event.fromClient ? 'asks' : 'is answered';
      let who = event.client;
      if (!groups.has(`${who} ${way}`) && groups.size >= MOST_CLIENTS) who = OTHERS;
      const key = `${who} ${way}`;
      let group = groups.get(key);
      if (!group) groups.set(key, (group = { who, lost: [] }));
      group.lost.push(event);
    }
    return [...groups.values()].map(({ who, lost }) => findingOf(who, lost, view, a, b, matching, settled));
  });
  const between = { ...matching, gone, nearer };
  return { related: true, common, lost: gone.size, findings, settled, between };
}

const OTHERS = `all others (more than ${MOST_CLIENTS} clients)`;

/** Times in two files may differ by this many seconds through rounding alone. */
const CLOCK_TICK = 2e-6;

/**
 * Which point is nearer to the clients: positive for the first, negative for the second, 0 if unknown. The far side of a relay is the
 * server's; without a relay, the time from request to reply is longer nearer to the client.
 */
function nearerToClient(a: readonly Event[], { partner }: Matching): number {
  let relays = 0;
  let rounds = 0;
  let measured = 0;
  for (const event of a) {
    const other = partner.get(event);
    if (!other) continue;
    relays += Math.sign(other.relays.size - event.relays.size);
    if (event.fromClient) continue;
    const asked = requestOf(event);
    const askedThere = asked && partner.get(asked);
    if (!asked || !askedThere) continue;
    const longer = event.time - asked.time - (other.time - askedThere.time);
    measured++;
    if (Math.abs(longer) > CLOCK_TICK) rounds += Math.sign(longer);
  }
  if (relays !== 0) return relays;
  // Measurements that point both ways are chance.
  return 2 * Math.abs(rounds) > measured ? rounds : 0;
}

/** The request that a reply answers: the client's last message before it. */
function requestOf(reply: Event): Event | undefined {
  let found: Event | undefined;
  for (const event of reply.transaction) {
    if (event === reply) break;
    if (event.fromClient) found = event;
  }
  return found;
}

/** A client that repeats its request within this many seconds has not got the answer; later it no longer repeats but asks again. */
const REPEATS_WITHIN = 60;
/** Seconds of silence that show the client has accepted the answer (RFC 2131 §4.1: the first retransmission delay). */
const CONTENT = DEFAULT_THRESHOLDS.answerWithin;

/** What one point saw, compared with the other. */
class View {
  private readonly domains = new Set<string>();
  private readonly unicastTo = new Set<string>();
  private readonly unicastWith = new Set<string>();
  private readonly asking = new Map<string, Event[]>();
  private found: Event[] | undefined;
  /** Whether most of the client broadcasts seen at this point do not reach the other. */
  readonly isElsewhere: boolean;
  private passing: Passage | undefined;
  private between: Way | undefined;
  /** Whether the broadcasts of all clients on a link must reach the other point because those of one client do. */
  sharesLink = true;

  constructor(
    readonly here: PointEvents,
    readonly there: PointEvents,
    private readonly matching: Matching,
    /** The period that both captures cover, by this point's clock. */
    private readonly from: number,
    private readonly to: number,
    /** Whether this point is nearer to the clients; undefined if unknown. */
    private readonly nearer: boolean | undefined,
  ) {
    let broadcasts = 0;
    let passed = 0;
    for (const event of here.events) {
      if (!event.fromClient) continue;
      push(this.asking, event.client, event);
      const matched = matching.partner.has(event);
      if (matched) for (const domain of domainsOf(event)) this.domains.add(domain);
      if (!event.broadcast || event.time < from || event.time > to) continue;
      broadcasts++;
      if (matched) passed++;
    }
    this.isElsewhere = 2 * passed < broadcasts;
    for (const event of there.events) {
      if (event.broadcast) continue;
      if (!event.fromClient) this.unicastTo.add(event.client);
      if (event.source !== undefined) this.unicastWith.add(event.source);
      if (event.destination !== undefined) this.unicastWith.add(event.destination);
    }
  }

  /** What of this point reached the other. */
  get passage(): Passage {
    return (this.passing ??= new Passage(this.here.events, this.matching));
  }

  /** What lies on the way from this point to the other. */
  get way(): Way {
    return (this.between ??= new Way(this.here.events, this.matching));
  }

  /** Messages of this point that should have reached the other but did not. */
  lost(): readonly Event[] {
    return (this.found ??= this.here.events.filter(
      (event) =>
        !this.matching.partner.has(event) &&
        event.time >= this.from &&
        event.time <= this.to &&
        (event.fromClient ? this.requestIsLost(event) : this.replyIsLost(event)),
    ));
  }

  private requestIsLost(event: Event): boolean {
    // The point nearer to the server sees the message later, so it cannot have been lost on the way there.
    if (this.nearer === false) return false;
    // A server that answers has received the request, one way or another.
    const at = event.transaction.indexOf(event);
    const next = event.transaction[at + 1];
    if (next && !next.fromClient) return false;
    // A unicast passes only if its server is reached through that point.
    if (!event.broadcast && event.relays.size === 0)
      return event.destination !== undefined && this.unicastWith.has(event.destination);
    return domainsOf(event, this.sharesLink).some((domain) => this.domains.has(domain));
  }

  private replyIsLost(event: Event): boolean {
    if (this.nearer === true) return false;
    const asked = requestOf(event);
    // If the request did not pass, the answer need not.
    if (!asked || !this.matching.partner.has(asked)) return false;
    const next = this.nextAfter(event, asked);
    if (next) return next.kind === asked.kind;
    // The client is silent. After an OFFER it would have continued at once; after an ACK it is satisfied, and got the ACK by a way that
    // avoids the other point.
    if (this.to - event.time >= CONTENT) return event.name === 'OFFER' || event.name === 'ADVERTISE';
    return !event.broadcast && this.unicastTo.has(event.client);
  }

  /** The client's next message after a reply, ignoring a repetition that crossed with the reply. */
  private nextAfter(reply: Event, asked: Event): Event | undefined {
    const all = this.asking.get(reply.client) ?? [];
    const next = lowerBound(all.length, (i) => all[i]!.time <= reply.time);
    for (let i = next; i < Math.min(all.length, next + 64); i++) {
      const since = all[i]!.time - reply.time;
      if (since > REPEATS_WITHIN) return undefined;
      if (all[i]!.kind !== asked.kind || since >= CROSSED) return all[i];
    }
    return undefined;
  }
}

/** The places that a request comes from: its client, the network behind its relay, its link. */
function domainsOf(event: Event, withLink = true): string[] {
  const client = `client ${event.client}`;
  if (event.relays.size > 0) return [client, ...[...event.relays].map((relay) => `relay ${relay}`)];
  return event.ethernet && event.broadcast && withLink ? [client, `link ${event.link}`] : [client];
}

/** Findings of one capture alone that a comparison can answer. */
const OPEN_QUESTIONS: ReadonlySet<string> = new Set([
  'no-offer',
  'no-ack',
  'renewal-unanswered',
  'inform-unanswered',
  'bootp-unanswered',
  'offer-not-taken',
  'relay-unanswered',
  'v6-no-reply',
]);

/** What the findings of one point leave open about these frames. */
function answeredBy(
  { point, open }: PointEvents,
  near: ReadonlySet<number>,
): { readonly finding: Finding; readonly text: string }[] {
  const places = new Set<number>();
  for (const frame of near) for (const place of open.get(frame) ?? []) places.add(place);
  return [...places]
    .sort((a, b) => a - b)
    .map((place) => {
      const finding = point.findings[place]!;
      return { finding, text: `“${FINDINGS.get(finding.id)!.name}” in ${point.name}` };
    });
}

function findingOf(
  client: string,
  lost: readonly Event[],
  { here, there, passage, way }: View,
  a: PointEvents,
  b: PointEvents,
  { offset, partner }: Matching,
  settled: Map<Finding, PairFinding>,
): PairFinding {
  const { fromClient, kind } = lost[0]!;
  const six = kind.startsWith('v6');
  const who = six ? nameOfDuid(client) : client;
  const names = [...new Set(lost.map((event) => event.name))];
  const what = list(names.map((name) => count(lost.filter((event) => event.name === name).length, name)));
  const seen = here.point.name;
  const missed = there.point.name;
  const lostFrames = lost.flatMap((event) => event.frames);
  // The other point has no frame of the lost message itself; the messages around it show that it is missing.
  const around = new Set<Event>();
  for (const event of lost) {
    for (const one of event.transaction) {
      const other = partner.get(one);
      if (other) around.add(other);
    }
  }
  if (around.size === 0)
    for (const one of new Set(lost.map((event) => event.client)))
      for (const other of there.byClient.get(one) ?? []) around.add(other);
  const aroundFrames = [...around].flatMap((event) => event.frames).slice(0, 1000);
  const framesOf = (one: PointEvents): number[] =>
    [...new Set(one === here ? lostFrames : aroundFrames)].sort((x, y) => x - y);
  const clocks =
    Math.abs(offset) < 0.5
      ? 'The clocks of both captures agree.'
      : `The clock of ${b.point.name} is ${span(Math.abs(offset))} ${offset > 0 ? 'ahead of' : 'behind'} that of ${a.point.name}.`;
  const nearHere = new Set(lost.flatMap((event) => event.transaction.flatMap((one) => one.frames)));
  const answered = [...answeredBy(here, nearHere), ...answeredBy(there, new Set(aroundFrames))];
  const answers = answered.map(({ text }) => text);
  const beside = client === OTHERS ? undefined : passage.beside(lost[0]!);
  const between = way.causesOf(lost, { seen, missed });
  const loss = { who, fromClient, six, seen, missed, beside, between, relay: way.relayFor(lost[0]!) };
  const found: PairFinding = {
    id: 'lost-between',
    severity: 'error',
    fields: fieldsOf('lost-between'),
    subject: client,
    title: `${who}: ${what} lost between ${seen} and ${missed}`,
    frames: framesOf(a),
    framesIn: [a, b].map((one) => ({ file: one.point.file, frames: framesOf(one) })),
    explanation:
      `${seen} shows ${what} (${frames(lostFrames)}) ${fromClient ? 'from' : 'to'} ${who}. ${missed} was capturing at the same time: it shows ` +
      `${fromClient ? 'other messages from there' : `the request that ${lost.length === 1 ? 'it answers' : 'they answer'}`}, but not ${lost.length === 1 ? 'this message' : 'these messages'}. ${clocks} ` +
      (fromClient
        ? `The fault lies between these two points, on the way to the server. The server’s pool, filters and leases are not the cause: ${lost.length === 1 ? 'the message' : 'these messages'} never reached ${missed}.`
        : `The fault lies between these two points, on the way back to the client. The server received the request and answered it: its pool, its filters, port ${six ? 547 : 67} and the way there are not the cause.`) +
      (answers.length > 0 ? ` This answers what one capture alone leaves open: ${list([...new Set(answers)])}.` : ''),
    causes: lostCauses(loss),
    ...told(lostSteps(loss)),
    reference: 'RFC 2131 §3.1, §4.1',
  };
  for (const { finding } of answered) if (!settled.has(finding)) settled.set(finding, found);
  return found;
}
