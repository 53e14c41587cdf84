import type { Setting } from '../words/steps';
import { lowerBound } from '../../codec/search';
import { append, push } from '../../codec/append';
import * as advice from '../words/advice';
import { cause, ranked } from '../collector';
import {
  ACK,
  DISCOVER,
  NAK,
  OFFER,
  OPTION,
  REQUEST,
  isProxy,
  serverOf,
  type Exchange,
  type Message,
} from '../conversations/model';
import type { ExchangeRule } from './rule';
import { CLOCK_WAS_SET } from '../conversations/settings';
import { TRAIT, needsOf } from '../conversations/traits';
import { serverSubject } from '../evidence/subjects';
import { frames, ip, span, where } from '../words/words';
import { systemOfClient } from '../evidence/systems';
import type { World } from '../evidence/world';

/** How long a server takes to answer, and what it does in the meantime. */

/** A period in which a server checked whether an address is free, and the frames that show it. */
interface Probing {
  readonly from: number;
  readonly to: number;
  readonly frames: readonly number[];
}

/** All such periods of one server. */
class Probings {
  /** Sorted by their end. */
  private readonly all: Probing[];
  /** The periods merged so that they do not overlap, each with the total length of those before it. */
  private readonly busy: { readonly from: number; to: number; readonly before: number }[] = [];

  constructor(all: readonly Probing[]) {
    this.all = [...all].sort((a, b) => a.to - b.to);
    let last: (typeof this.busy)[number] | undefined;
    for (const { from, to } of [...all].sort((a, b) => a.from - b.from)) {
      if (last && from <= last.to) last.to = Math.max(last.to, to);
      else this.busy.push((last = { from, to, before: last ? last.before + last.to - last.from : 0 }));
    }
  }

  /** Seconds within a period in which the server was probing. */
  within(from: number, until: number): number {
    return this.before(until) - this.before(from);
  }

  private before(time: number): number {
    const { busy } = this;
    const last = busy[lowerBound(busy.length, (i) => busy[i]!.from < time) - 1];
    return last ? last.before + Math.min(last.to, time) - last.from : 0;
  }

  /** The first frames that show the probing. */
  frames(from: number, until: number): number[] {
    const { all } = this;
    const seen: number[] = [];
    for (
      let i = lowerBound(all.length, (at) => all[at]!.to < from);
      i < all.length && all[i]!.from < until && seen.length < MOST_FRAMES;
      i++
    )
      append(seen, all[i]!.frames);
    return seen;
  }
}

/** How many frames of what a server did in the meantime are named; a flood of probes would be repeated for each waiting client. */
const MOST_FRAMES = 128;

/** The periods in which each server probed addresses, from the first probe to the OFFER. */
function probingsOf(world: World): ReadonlyMap<string, Probings> {
  const all = new Map<string, Probing[]>();
  if (world.neighbours.arpSeen.size === 0 && world.neighbours.echoes.size === 0) return new Map();
  for (const exchange of world.exchanges) {
    if (!exchange.holds(DISCOVER) || !exchange.holds(OFFER)) continue;
    const from = exchange.start;
    for (const offer of exchange.of(OFFER)) {
      const { yiaddr } = offer.dhcp;
      const server = serverOf(offer);
      if (yiaddr === 0 || server === undefined) continue;
      const seen = world.neighbours.probes(yiaddr, from, offer.time, exchange.client.mac);
      const first = seen.reduce((least, { time }) => Math.min(least, time), Infinity);
      if (seen.length > 0) push(all, server, { from: first, to: offer.time, frames: seen.map(({ frame }) => frame) });
    }
  }
  return new Map([...all].map(([server, list]) => [server, new Probings(list)]));
}

/**
 * Probes for other clients while this one waited: a server that does one thing at a time (dnsmasq, udhcpd) answers nobody during them.
 * Empty if the rest of the wait is still too long.
 */
function probedForOthers(from: number, until: number, reply: Message, world: World): number[] {
  const made = world.once(probingsOf).get(serverOf(reply) ?? '');
  if (!made || until - from - made.within(from, until) >= world.limits.slowServer) return [];
  return made.frames(from, until);
}

/** A message, and the first reply to that transmission. */
export interface Turn {
  readonly asked: TimedMessage;
  readonly reply: TimedMessage & { readonly yiaddr: number; readonly subject: string };
}

/** What is known about a message without reading it. */
interface TimedMessage {
  readonly time: number;
  readonly frames: readonly number[];
  readonly read: () => Message;
}

/** How far the waits of one client may differ to be one steady delay, as a share of the longest. */
const STEADY = 0.1;

/**
 * What each reply to a repeated request answers: the one whose secs it copies, or, where the server copies none, the one of its place in
 * order, if there is a reply to each after the same wait.
 */
function repeatsAnswered({ messages }: Exchange): ReadonlyMap<Message, Message> {
  const found = new Map<Message, Message>();
  for (const [question, ...answers] of [[DISCOVER, OFFER] as const, [REQUEST, ACK, NAK] as const]) {
    const asked = messages.filter(({ type, timed }) => type === question && timed);
    if (asked.length < 2) continue;
    const bySecs = new Map<number, Message | undefined>();
    for (const one of asked) bySecs.set(one.dhcp.secs, bySecs.has(one.dhcp.secs) ? undefined : one);
    const byServer = new Map<string, Message[]>();
    for (const one of messages)
      if (!one.fromClient && answers.some((type) => type === one.type) && !isProxy(one))
        push(byServer, serverSubject(one), one);
    for (const replies of byServer.values()) {
      const copied = replies.some(({ dhcp }) => dhcp.secs !== 0);
      const pairs = replies.map((reply, i) => [reply, copied ? bySecs.get(reply.dhcp.secs) : asked[i]] as const);
      let [least, most] = [Infinity, 0];
      for (const [reply, one] of pairs) {
        const wait = one ? reply.time - one.time : 0;
        least = Math.min(least, wait);
        most = Math.max(most, wait);
      }
      if (!copied && (replies.length !== asked.length || most - least > STEADY * most)) continue;
      for (const [reply, one] of pairs) if (one && one.time <= reply.time) found.set(reply, one);
    }
  }
  return found;
}

const REPEATED = needsOf({ traits: [TRAIT.again] });
const NONE: ReadonlyMap<Message, Message> = new Map();

/** DISCOVERs with their first OFFERs, and REQUESTs with their answers, if these took from `least` to `most` seconds. */
function* turnsOf(exchange: Exchange, least: number, most: number): Generator<Turn> {
  const known = exchange.shows(REPEATED) ? repeatsAnswered(exchange) : NONE;
  const isWithin = (request: Message, { time }: Message): boolean =>
    time - request.time >= least && time - request.time <= most;
  const answered = new Set<Message>();
  let asked: Message | undefined;
  for (const message of exchange.messages) {
    if (message.type === DISCOVER || message.type === REQUEST) {
      asked = message;
      continue;
    }
    const late = known.get(message);
    if (late && late !== asked) {
      if (!answered.has(late) && isWithin(late, message)) yield turnOf(late, message);
      answered.add(late);
      continue;
    }
    if (!asked?.timed || message.fromClient || isProxy(message) || answered.has(asked)) continue;
    const fits =
      asked.type === DISCOVER
        ? message.type === OFFER || (message.type === ACK && message.dhcp.has(OPTION.rapidCommit))
        : message.type === ACK || message.type === NAK;
    if (!fits) continue;
    // What is left is the reply to the last transmission, as far as the capture tells.
    const request = asked;
    asked = undefined;
    answered.add(request);
    if (isWithin(request, message)) yield turnOf(request, message);
  }
}

const turnOf = (request: Message, message: Message): Turn => ({
  asked: { time: request.time, frames: request.frames, read: () => request },
  reply: {
    time: message.time,
    frames: message.frames,
    read: () => message,
    yiaddr: message.dhcp.yiaddr,
    subject: serverSubject(message),
  },
});

/** An ACK within this many seconds shows that neither the server nor the path is slow. */
const QUICK = 0.1;

/** How many exchanges that begin while a client waits are searched for one that is answered at once. */
const MOST_MEANWHILE = 64;

/** Another client that the same server answers at once while this one waits. */
function answeredMeanwhile({ asked, reply }: Turn, { client }: Exchange, { exchanges }: World): Turn | undefined {
  const first = lowerBound(exchanges.length, (i) => exchanges[i]!.start < asked.time);
  for (const one of exchanges.slice(first, first + MOST_MEANWHILE)) {
    if (one.start > reply.time) return undefined;
    if (one.client === client) continue;
    for (const turn of turnsOf(one, 0, QUICK)) {
      if (turn.reply.time > reply.time) continue;
      if (turn.reply.subject === reply.subject) return turn;
    }
  }
  return undefined;
}

/** How long servers wait for an answer to their probe of an address, in seconds, and how much longer the OFFER may take. */
const PROBE_TIMES = [1, 2, 3];
const PROBE_SPARE = 0.1;

/** That a wait is as long as a probe takes; undefined if it is not. */
function probeText(waited: number): string | undefined {
  const fits = PROBE_TIMES.some((time) => waited >= time && waited <= time + PROBE_SPARE);
  return fits ? `${span(waited)} is as long as such a probe takes` : undefined;
}

/** That the ACK of an exchange comes at once; undefined if it does not. A server writes its lease before the ACK, not before the OFFER. */
function quickText(exchange: Exchange): string | undefined {
  for (const { asked, reply } of turnsOf(exchange, 0, QUICK)) {
    if (asked.read().type !== REQUEST) continue;
    return `the ${where(reply.read())} comes ${span(reply.time - asked.time)} after the REQUEST: only the OFFER is slow`;
  }
  return undefined;
}

/** How long the client waited before it started over with another xid, if the reply comes after that: it drops such a reply. */
function gaveUpAfter({ xid, start, next }: Exchange, reply: TimedMessage): number | undefined {
  return next && next.xid !== xid && next.start < reply.time && next.start > start ? next.start - start : undefined;
}

/** How long clients wait, and how long this one does if it starts over sooner (RFC 2131 §4.1). */
function patienceOf({ client, start, next }: Exchange): string {
  const since = (next?.start ?? Infinity) - start;
  return since > 0 && since < PATIENCE
    ? `Clients should wait ${PATIENCE} s before they ask again; ${client.label} starts over after ${span(since)}.`
    : `Clients should wait ${PATIENCE} s before they ask again.`;
}
/** The first retransmission delay of clients, in seconds. */
const PATIENCE = 4;

const giaddrOf = ({ reply }: Turn): number => reply.read().dhcp.giaddr;

function meanwhileText({ asked, reply }: Turn): string {
  const { dhcp } = reply.read();
  return `meanwhile it answers ${dhcp.chaddr}${dhcp.giaddr === 0 ? '' : ` behind relay ${ip(dhcp.giaddr)}`} after ${span(reply.time - asked.time)} (${where(reply.read())})`;
}

/** Where to look if no probe of the address is seen that would explain the wait. */
const SLOW: Setting = {
  dhcpd:
    'look for slow disks (each lease is written with fsync: `iostat -x 1`), and for a DNS server that does not answer (`ddns-update-style none;` leaves it out); if the server probes unseen, `ping-check false;`',
  kea: 'look at the speed of the lease database (`DHCP4_PACKET_QUEUE_FULL` in the log), and at hooks',
  dnsmasq: 'look at the load, and at scripts (`dhcp-script`); if it probes unseen, `no-ping`',
  windows:
    'look at the load and at dynamic DNS; if it probes unseen, `Set-DhcpServerSetting -ConflictDetectionAttempts 0`',
  ios: '`show processes cpu` shows the load; if it probes unseen, `ip dhcp ping packets 0`',
};

/** The server is slow: from DISCOVER to the first OFFER, or from REQUEST to ACK or NAK, of the same transmission. */
export const slowServer: ExchangeRule = function* (exchange, world) {
  for (const turn of turnsOf(exchange, world.limits.slowServerRemark, CLOCK_WAS_SET)) {
    const { asked, reply } = turn;
    const waited = reply.time - asked.time;
    const { yiaddr, subject } = reply;
    const patience = gaveUpAfter(exchange, reply);
    const mine = yiaddr === 0 ? [] : world.neighbours.probes(yiaddr, asked.time, reply.time, exchange.client.mac);
    const own = mine.map(({ frame }) => frame);
    const probes =
      own.length > 0 || waited < world.limits.slowServer
        ? own
        : probedForOthers(asked.time, reply.time, reply.read(), world);
    const toDiscover = asked.read().type === DISCOVER;
    const quick = toDiscover && quickText(exchange);
    // A slow ACK shows that it is not the probe alone.
    const fits = toDiscover && probes.length === 0 && !exchange.holds(ACK) && probeText(waited);
    yield {
      id: 'slow-server',
      severity: waited >= world.limits.slowServer && probes.length === 0 ? 'warning' : 'info',
      subject,
      // A client that gives up gets nothing of it.
      graver: patience !== undefined,
      frames: [...reply.frames, ...asked.frames, ...probes],
      detail: () => {
        const other = probes.length === 0 ? answeredMeanwhile(turn, exchange, world) : undefined;
        const elsewhere = other !== undefined && !quick && !fits && giaddrOf(other) !== giaddrOf(turn);
        return {
          title: `Server ${subject} takes ${span(waited)} to answer${patience === undefined ? '' : `, and ${exchange.client.label} waits ${span(patience)}`}`,
          explanation: `The ${where(reply.read())} comes ${span(waited)} after the ${where(asked.read())}.${probes.length > 0 ? ` Meanwhile the server asks whether somebody uses ${own.length > 0 ? ip(yiaddr) : 'an address that it offers to another client'} (${frames(probes)}), which is why.` : ''} ${patienceOf(exchange)}${patience === undefined ? '' : ' It drops this answer, because the xid is the old one.'}`,
          causes: ranked(
            cause(
              probes.length > 0 || quick || fits ? 'likely' : 'possible',
              'The server probes the address before it offers it (dnsmasq waits 3 s, udhcpd 2 s, ISC dhcpd 1 s)',
              probes.length > 0 ? `probes in ${frames(probes)}` : 'no probe is seen here',
              probes.length === 0 && quick,
              fits,
            ),
            probes.length === 0 &&
              cause(
                quick || other ? 'unlikely' : fits ? 'possible' : 'likely',
                other
                  ? 'The server is overloaded, or waits for its lease database'
                  : 'The server is overloaded, or waits for its lease database, for dynamic DNS, or for its failover partner',
                quick,
                other && meanwhileText(other),
              ),
            other &&
              cause(
                quick || fits || elsewhere ? 'possible' : 'likely',
                'The server waits for something about this client alone: dynamic DNS for its name, a script or hook, its failover partner',
                meanwhileText(other),
              ),
            patience !== undefined &&
              patience < PATIENCE &&
              cause(
                'likely',
                `The client is too impatient: it should wait ${PATIENCE} s for an answer`,
                `it starts over in frame ${exchange.next!.opening.frame}, ${span(patience)} after frame ${asked.read().frame}`,
              ),
            cause(
              quick ? 'unlikely' : elsewhere ? 'likely' : other ? 'unlikely' : 'possible',
              'The relay or the path is slow',
              quick,
              other && !quick && meanwhileText(other),
              reply.read().relayed && `relayed by ${ip(reply.read().dhcp.giaddr)}`,
            ),
          ),
          steps: [
            ...advice.settings(
              probes.length === 0 && !quick && !fits
                ? SLOW
                : {
                    dhcpd: '`ping-check false;` or a shorter `ping-timeout`',
                    kea: 'look at the settings of the ping-check hook',
                    dnsmasq: '`no-ping` leaves the probe out',
                    windows: '`Set-DhcpServerSetting -ConflictDetectionAttempts 0`',
                    ios: '`ip dhcp ping packets 0`, or a shorter `ip dhcp ping timeout`',
                  },
            ),
            ...(patience === undefined
              ? []
              : [
                  `On ${exchange.client.label}, let the DHCP client wait longer before it starts over${advice.mayBeLinux(systemOfClient(exchange.client)) ? `: \`udhcpc -T ${PATIENCE}\`, \`initial-interval ${PATIENCE};\` in dhclient.conf` : ''}.`,
                ]),
          ],
          reference: 'RFC 2131 §3.1, §4.1',
        };
      },
    };
  }
};
