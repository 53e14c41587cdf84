import {
  ACK,
  DECLINE,
  INFORM,
  NAK,
  OPTION,
  REQUEST,
  isProxy,
  type Client,
  type Exchange,
  type Message,
} from './conversations/model';
import { Exchange6, type Client6 } from './conversations/v6model';
import { REPLY } from '../codec/dhcpv6/message';
import { timersOf } from './story/life';
import { ip } from './words/words';

/** The history of one client: the addresses that it had, and when. */

/** An address for as long as a client may use it, as far as the capture shows. Times in seconds since the epoch. */
export interface Tenancy {
  readonly address: string;
  readonly from: number;
  /** When the lease ends, T1 and T2; left out if the capture does not say or the lease has no end. */
  readonly until?: number;
  readonly t1?: number;
  readonly t2?: number;
  readonly renewals: number;
  /** What ended it early. */
  readonly ended?: 'released' | 'declined' | 'refused';
  /** The frame that last gave it, and the index of that conversation. */
  readonly frame: number;
  readonly conversation: number;
}

export interface Life {
  /** In time order. */
  readonly tenancies: readonly Tenancy[];
  readonly renewals: number;
  readonly naks: number;
  readonly declines: number;
  readonly unanswered: number;
  /** Indexes of its first and last conversation. */
  readonly first: number;
  readonly last: number;
}

/** How many conversations of a client, counted from the last, are looked at, and how many addresses are listed. */
const MOST_EXCHANGES = 500;
const MOST_TENANCIES = 50;

/** The history of a client; `placeOf` gives the index of a conversation. */
export function lifeOf(client: Client | Client6, placeOf: (exchange: Exchange | Exchange6) => number): Life {
  const all: readonly (Exchange | Exchange6)[] = client.exchanges;
  const looked = all.slice(-MOST_EXCHANGES);
  const count = (outcome: string): number => looked.filter((one) => one.outcome === outcome).length;
  const tenancies: Tenancy[] = [];
  for (const exchange of looked) live(tenancies, exchange, placeOf(exchange));
  return {
    tenancies: tenancies.slice(-MOST_TENANCIES),
    renewals: count('renewed'),
    naks: count('refused'),
    declines: count('declined'),
    unanswered: count('unanswered'),
    first: placeOf(all[0]!),
    last: placeOf(all[all.length - 1]!),
  };
}

type Given = Omit<Tenancy, 'renewals' | 'conversation' | 'ended'>;

/** Adds one exchange to the addresses of a client. */
function live(tenancies: Tenancy[], exchange: Exchange | Exchange6, conversation: number): void {
  const { outcome } = exchange;
  give(tenancies, exchange, conversation);
  const last = tenancies[tenancies.length - 1];
  if (outcome === 'released' || outcome === 'declined' || outcome === 'refused') {
    const time = endOf(exchange);
    // A RELEASE, a DECLINE or a NAK ends one address only (RFC 2131 §4.3.1: a NAK says that the client's notion of its address is wrong).
    const named = addressOf(exchange);
    const mine = named === undefined || named === last?.address;
    if (last && last.ended === undefined && mine && (last.until === undefined || last.until >= time))
      tenancies[tenancies.length - 1] = { ...last, until: time, ended: outcome };
  }
}

/** Adds the address that an exchange gives. */
function give(tenancies: Tenancy[], exchange: Exchange | Exchange6, conversation: number): void {
  const last = tenancies[tenancies.length - 1];
  const given = exchange instanceof Exchange6 ? given6(exchange) : given4(exchange);
  if (!given) return;
  const goesOn = last?.address === given.address && last.ended === undefined && !(last.until! < given.from);
  if (!last || !goesOn) return void tenancies.push({ ...given, renewals: 0, conversation });
  const renewals = last.renewals + 1;
  tenancies[tenancies.length - 1] = { ...given, from: last.from, renewals, conversation };
}

/** The address that an exchange is about; of a refused one, the address that the client asked for. */
function addressOf(exchange: Exchange | Exchange6): string | undefined {
  if (exchange instanceof Exchange6) return exchange.address;
  const asked = exchange.outcome === 'refused' ? exchange.of(REQUEST).at(-1)?.dhcp : undefined;
  const address = asked ? asked.ciaddr || asked.ip(OPTION.requested) : exchange.address;
  return address === undefined || address === 0 ? undefined : ip(address);
}

/** When the message that ended the use of an address was seen. */
function endOf(exchange: Exchange | Exchange6): number {
  if (exchange instanceof Exchange6) return exchange.last.time;
  return (exchange.of(NAK).at(-1) ?? exchange.of(DECLINE).at(-1))?.time ?? exchange.start;
}

const isLease = (message: Message): boolean => message.type === ACK && !isProxy(message) && message.dhcp.yiaddr !== 0;

function given4(exchange: Exchange): Given | undefined {
  const { outcome, address } = exchange;
  const ack = exchange.holds(INFORM) ? undefined : exchange.messages.findLast(isLease);
  if (!ack && (address === undefined || (outcome !== 'bound' && outcome !== 'renewed'))) return undefined;
  if (!ack) return { address: ip(address!), from: exchange.end, frame: exchange.messages.at(-1)!.frame };
  const timers = timersOf(ack);
  const from = ack.time;
  const ends = timers && { until: from + timers.lease, t1: from + timers.t1, t2: from + timers.t2 };
  return { address: ip(ack.dhcp.yiaddr), from, frame: ack.frame, ...ends };
}

const FOR_EVER = 0xffffffff;

function given6({ notes }: Exchange6): Given | undefined {
  const reply = notes.findLast(({ type, answer }) => type === REPLY && answer?.address !== undefined);
  const times = reply?.answer?.times;
  if (!reply || !times) return undefined;
  const from = reply.time;
  const at = (seconds: number): number | undefined =>
    seconds === 0 || seconds === FOR_EVER ? undefined : from + seconds;
  const [until, t1, t2] = [at(times.valid), at(times.t1), at(times.t2)];
  return {
    address: reply.answer.address!,
    from,
    frame: reply.frame,
    ...(until !== undefined ? { until } : {}),
    ...(t1 !== undefined ? { t1 } : {}),
    ...(t2 !== undefined ? { t2 } : {}),
  };
}
