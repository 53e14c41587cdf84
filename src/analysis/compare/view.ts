import { push } from '../../codec/append';
import { lowerBound } from '../../codec/search';
import { CROSSED } from '../conversations/conversations';
import { DEFAULT_THRESHOLDS } from '../conversations/settings';
import { Passage } from './lost';
import { lastArps, macsOf, samePlaces, type PointEvents, type Through } from './point';
import type { Event, Matching } from './points';
import { Way } from './way';

/** What one point saw and the other did not, though it should have. */

/** Times in two files may differ by this many seconds through rounding alone. */
const CLOCK_TICK = 2e-6;

/**
 * Which point is nearer to the clients: positive for the first, negative for the second, 0 if unknown. The far side of a relay is the
 * server's; without a relay, the time from request to reply is longer nearer to the client.
 */
export function nearerToClient(a: readonly Event[], { partner }: Matching): number {
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

/** Messages by which a client begins anew. */
const BEGINS: ReadonlySet<string> = new Set(['DISCOVER', 'SOLICIT']);

/** From so many VLANs on, a point that shows them with their tags is on a trunk. */
const LEAST_TAGS = 2;

/** What one point saw, compared with the other. */
export class View {
  private readonly domains = new Set<string>();
  /** The tags of requests that keep them on the way, and the tags under which this point shows a reply. */
  private readonly tagsPassed = new Set<string>();
  private readonly tagsAnswered = new Set<string>();
  private readonly tagsThere = new Set<string>();
  private readonly unicastTo = new Set<string>();
  private readonly unicastWith = new Set<string>();
  private readonly asking = new Map<string, Event[]>();
  private found: readonly Event[] | undefined;
  /** Whether most of the client broadcasts seen at this point do not reach the other. */
  readonly isElsewhere: boolean;
  private passing: Passage | undefined;
  private between: Way | undefined;
  private arps: ReadonlyMap<string | undefined, Through> | undefined;
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
      if (!event.fromClient && event.vlans !== undefined) this.tagsAnswered.add(event.vlans);
      if (!event.fromClient) continue;
      const { vlans } = event;
      if (vlans !== undefined && matching.partner.get(event)?.vlans === vlans) this.tagsPassed.add(vlans);
      push(this.asking, event.client, event);
      const matched = matching.partner.has(event);
      if (matched) for (const domain of domainsOf(event)) this.domains.add(domain);
      if (!event.broadcast || event.time < from || event.time > to) continue;
      broadcasts++;
      if (matched) passed++;
    }
    this.isElsewhere = 2 * passed < broadcasts;
    for (const event of there.events) {
      if (event.vlans !== undefined) this.tagsThere.add(event.vlans);
      if (!event.unicast) continue;
      if (!event.fromClient) this.unicastTo.add(event.client);
      if (event.source !== undefined) this.unicastWith.add(event.source);
      if (event.destination !== undefined) this.unicastWith.add(event.destination);
    }
  }

  /** What of this point reached the other. */
  get passage(): Passage {
    return (this.passing ??= new Passage(this.here.events, this.matching, this.got()));
  }

  /** What lies on the way from this point to the other. */
  get way(): Way {
    return (this.between ??= new Way(this.here.events, this.matching));
  }

  /** What reached the other. */
  passed(): Event[] {
    return this.here.events.filter((event) => this.matching.partner.has(event));
  }

  /** An ARP broadcast that reached the other after this message, in its VLAN, as evidence; `ahead`: the other clock. */
  arpSince({ time, vlans }: Event, ahead: number): string | undefined {
    const last = (this.arps ??= lastArps(this.here, this.there, ahead)).get(vlans);
    return last && last[0].time > time
      ? `ARP gets through since: ${samePlaces(last, this.here, this.there)}`
      : undefined;
  }

  /** Replies that the other lacks, and that came to their client all the same: it goes on, or is content. */
  private got(): Map<Event, string> {
    const lost = new Set(this.lost());
    const got = new Map<Event, string>();
    for (const event of this.here.events) {
      if (event.fromClient || this.matching.partner.has(event) || lost.has(event)) continue;
      const shown = event.time >= this.from && event.time <= this.to ? this.gotText(event) : undefined;
      if (shown !== undefined) got.set(event, shown);
    }
    return got;
  }

  /** What shows that a client got a reply: it takes the offer, or does not ask again after the address was granted. */
  private gotText(event: Event): string | undefined {
    const asked = requestOf(event);
    if (!asked || !this.matching.partner.has(asked)) return undefined;
    const next = this.nextAfter(event, asked);
    if (event.name === 'OFFER' || event.name === 'ADVERTISE')
      return next?.name === 'REQUEST' &&
        this.matching.partner.has(next) &&
        event.transaction.every(({ name, source }) => name !== event.name || source === event.source)
        ? `came to it, for it goes on with the REQUEST in frame ${next.frames[0]!}`
        : undefined;
    return (event.name === 'ACK' || event.name === 'REPLY') &&
      asked.name === 'REQUEST' &&
      next === undefined &&
      this.to - event.time >= CONTENT
      ? 'came to it, for it does not ask again'
      : undefined;
  }

  /** What is not counted among these, of the same clients and kinds: before and after the time that both cover, and within it. */
  leftOut(lost: readonly Event[]): Readonly<Record<'before' | 'after' | 'within', readonly Event[]>> {
    const gone = new Set(lost);
    const kinds = new Set(lost.map(kindOf));
    const left = [...new Set(lost.map(({ client }) => client))].flatMap((client) =>
      (this.here.byClient.get(client) ?? []).filter(
        (event) => kinds.has(kindOf(event)) && !gone.has(event) && !this.matching.partner.has(event),
      ),
    );
    return {
      before: left.filter(({ time }) => time < this.from),
      after: left.filter(({ time }) => time > this.to),
      within: left.filter(({ time }) => time >= this.from && time <= this.to),
    };
  }

  /** Messages of this point that should have reached the other but did not. */
  lost(): readonly Event[] {
    return (this.found ??= this.allLost());
  }

  private allLost(): readonly Event[] {
    const unmatched = this.here.events.filter(
      (event) => !this.matching.partner.has(event) && event.time >= this.from && event.time <= this.to,
    );
    const lost = new Set(unmatched.filter((one) => (one.fromClient ? this.requestIsLost(one) : this.replyIsLost(one))));
    // A reply after which the client is silent proves nothing alone, but others of its kind to this client were lost.
    const kinds = new Set([...lost].map(kindOf));
    return unmatched.filter(
      (one) => lost.has(one) || (!one.fromClient && kinds.has(kindOf(one)) && this.mayBeLost(one)),
    );
  }

  /** Whether the request of a reply came from the other point, and the client was silent since, or began anew. */
  private mayBeLost(event: Event): boolean {
    const asked = requestOf(event);
    if (!asked || !this.matching.partner.has(asked)) return false;
    const next = this.nextAfter(event, asked);
    return next === undefined || BEGINS.has(next.name);
  }

  /** Whether the client sent, or was sent, the same again after a message that was lost, and that one passed. */
  isMadeUp(lost: readonly Event[]): boolean {
    const [event] = lost;
    if (!event || lost.length > 1) return false;
    const all = this.here.byClient.get(event.client) ?? [];
    const next = all.find(
      (one) => one.time > event.time && one.fromClient === event.fromClient && one.kind === event.kind,
    );
    return next !== undefined && this.matching.partner.has(next) && next.time - event.time <= REPEATS_WITHIN;
  }

  /** Whether nothing of a client comes to the other point in the direction of this message. */
  losesAll({ client, fromClient }: Event): boolean {
    const all = this.here.byClient.get(client) ?? [];
    return all.every((one) => one.fromClient !== fromClient || !this.matching.partner.has(one));
  }

  private requestIsLost(event: Event): boolean {
    // The point nearer to the server sees the message later, so it cannot have been lost on the way there.
    if (this.nearer === false) return false;
    // A server that answers has received the request, one way or another.
    const at = event.transaction.indexOf(event);
    const next = event.transaction[at + 1];
    if (next && !next.fromClient) return false;
    // A unicast passes only if its server is reached through that point.
    const reached =
      event.unicast &&
      (this.unicastWith.has(event.destination!) ||
        this.there.unicasts().has(macsOf(this.here.point.packets.get(event.index))));
    if (reached || (!event.broadcast && event.relays.size === 0)) return reached;
    return this.tagIsLost(event) || domainsOf(event, this.sharesLink).some((domain) => this.domains.has(domain));
  }

  /** Whether nothing of a VLAN comes to the other point, nor an answer from anywhere, while other VLANs pass with their tags. */
  private tagIsLost({ vlans, broadcast }: Event): boolean {
    return (
      broadcast &&
      vlans !== undefined &&
      this.tagsPassed.size >= LEAST_TAGS &&
      !this.tagsThere.has(vlans) &&
      !this.tagsAnswered.has(vlans)
    );
  }

  private replyIsLost(event: Event): boolean {
    if (this.nearer === true) return false;
    const asked = requestOf(event);
    // If the request did not pass, the answer need not.
    if (!asked || !this.matching.partner.has(asked)) return false;
    const next = this.nextAfter(event, asked);
    if (next) return this.whole(next).kind === this.whole(asked).kind;
    // The client is silent. After an OFFER it would have continued at once; after an ACK it is satisfied, and got the ACK by a way that
    // avoids the other point.
    if (this.to - event.time >= CONTENT) return event.name === 'OFFER' || event.name === 'ADVERTISE';
    return event.unicast && this.unicastTo.has(event.client);
  }

  /** A message whose type is cut off, as the other point shows it. */
  private whole(event: Event): Event {
    return event.cut ? (this.matching.partner.get(event) ?? event) : event;
  }

  /** The client's next message after a reply, ignoring a repetition that crossed with the reply. */
  private nextAfter(reply: Event, asked: Event): Event | undefined {
    const all = this.asking.get(reply.client) ?? [];
    const next = lowerBound(all.length, (i) => all[i]!.time <= reply.time);
    for (let i = next; i < Math.min(all.length, next + 64); i++) {
      const since = all[i]!.time - reply.time;
      if (since > REPEATS_WITHIN) return undefined;
      if (this.whole(all[i]!).kind !== this.whole(asked).kind || since >= CROSSED) return all[i];
    }
    return undefined;
  }
}

const kindOf = ({ client, fromClient, kind }: Event): string => `${client} ${fromClient} ${kind}`;

/** The places that a request comes from: its client, the network behind its relay, its link. */
function domainsOf(event: Event, withLink = true): string[] {
  const client = `client ${event.client}`;
  if (event.relays.size > 0) return [client, ...[...event.relays].map((relay) => `relay ${relay}`)];
  return event.ethernet && event.broadcast && withLink ? [client, `link ${event.link}`] : [client];
}
