import {
  ACK,
  BOOTP,
  DECLINE,
  DISCOVER,
  INFORM,
  OFFER,
  OPTION,
  RELEASE,
  REQUEST,
} from '../../analysis/conversations/names';
import type { Finding, Severity } from '../../analysis/finding';
import { SEVERITY_RANK } from '../../analysis/finding';
import { count } from '../../analysis/words/words';
import { ipv4ToText } from '../../codec/bytes';
import { REPLY } from '../../codec/dhcpv6/message';
import { prefixText, rangeText } from '../address';
import type { Subnet } from '../model';
import { subnetOf } from '../rules/rule';
import { settingOf } from '../scopes';
import { lineOf, type Located, type Span } from '../source';
import { sizeOf } from './book';
import type { Denial } from './policy';
import { givenBy, isAnswer, isReply, keyOf, requestName, wantedAddress, type Asked, type Heard } from './request';
import type { Choice, Selection } from './selection';
import { speakerOf } from './speakers';

/** Why one client got no answer: the statement responsible, or those that may be. */
export interface Silence {
  readonly client: string;
  /** Name of the client's message. */
  readonly type: string;
  /** Set if the server answers with a refusal: the DHCPv6 status. */
  readonly refused?: string;
  readonly frames: number[];
  readonly denial: Denial;
  readonly sure: boolean;
  /** The client got an address later, or from another server. */
  served: boolean;
}

/** How many requests are listed per client and reason, and how many requests are examined in all. */
const MOST_FRAMES = 50;
export const MOST_REQUESTS = 5000;

const ASKS: ReadonlySet<number> = new Set([BOOTP, DISCOVER, REQUEST, INFORM]);

/** Groups the unanswered requests of one client by reason. */
export class Vain {
  /** The frame of the last answer by request, and of the last answer with an address by client. */
  readonly answered = new Map<string, number>();
  private readonly served = new Map<string, number>();
  private readonly found = new Map<string, Silence>();

  constructor(messages: readonly Asked[]) {
    for (const message of messages) {
      const { type, family, who, packet } = message;
      const byBootp = family === 4 && type === BOOTP && isReply(message);
      if (!isAnswer(message) && !byBootp) continue;
      this.answered.set(keyOf(message), packet.frame);
      if (byBootp || (type === (family === 4 ? ACK : REPLY) && (family === 4 || givenBy(message).length > 0)))
        this.served.set(who, packet.frame);
    }
  }

  /** Whether the capture shows an answer after this request. */
  isAnswered(message: Asked): boolean {
    return (this.answered.get(keyOf(message)) ?? 0) >= message.packet.frame;
  }

  tell(
    request: Asked,
    denial: Denial,
    sure: boolean,
    answer?: { readonly status: string; readonly frame: number },
  ): void {
    const { mac, who, type, family, packet } = request;
    const frames = [packet.frame, ...(answer ? [answer.frame] : [])];
    const key = `${who} ${denial.reason} ${denial.span.file.path} ${denial.span.start} ${answer?.status ?? ''}`;
    const known = this.found.get(key);
    if (!known)
      this.found.set(key, {
        client: mac,
        type: requestName(type, family),
        frames,
        denial,
        sure,
        served: (this.served.get(who) ?? 0) > packet.frame,
        ...(answer ? { refused: answer.status } : {}),
      });
    else if (known.frames.length < MOST_FRAMES)
      for (const frame of frames) if (!known.frames.includes(frame)) known.frames.push(frame);
  }

  get silences(): Silence[] {
    return [...this.found.values()];
  }
}

/** Why the model of one server would not answer the unanswered requests of a capture. */
export function silences(
  messages: readonly Heard[],
  selection: Selection,
  ours: ReadonlySet<string>,
  missed: ReadonlySet<number>,
): Silence[] {
  const { book } = selection;
  const vain = new Vain(messages);
  const spoken = messages.some((message) => message.dhcp.op === 2 && ours.has(speakerOf(message)));
  let tried = 0;
  for (const message of messages) {
    const { type, dhcp, packet, mac } = message;
    if (dhcp.op === 2) {
      if ((type === OFFER || type === ACK) && ours.has(speakerOf(message)))
        book.give(BigInt(dhcp.yiaddr), mac, packet.time, type === ACK ? (dhcp.u32(OPTION.lease) ?? 0) : undefined);
    } else if (type === RELEASE) book.giveBack(BigInt(dhcp.ciaddr), packet.time, false);
    else if (type === DECLINE) book.giveBack(BigInt(wantedAddress(dhcp)), packet.time, true);
    else if (ASKS.has(type) && !vain.isAnswered(message) && isFor(message, ours)) {
      if (++tried > MOST_REQUESTS) continue;
      const choice = selection.choose(message);
      if (choice.kind === 'silent') vain.tell(message, choice.denial, choice.sure);
      else if (missed.has(packet.frame))
        for (const denial of possible(choice, message, selection, spoken)) vain.tell(message, denial, false);
    }
  }
  return vain.silences;
}

/** A REQUEST that names another server is not meant for this one. */
function isFor({ type, dhcp }: Heard, ours: ReadonlySet<string>): boolean {
  const server = dhcp.ip(OPTION.server);
  return type !== REQUEST || server === undefined || ours.size === 0 || ours.has(ipv4ToText(server));
}

/** Statements that may be the reason when the model would answer or cannot tell. */
export function possible(
  choice: Choice,
  request: Asked,
  { document, book, network, family }: Selection,
  spoken: boolean,
): Denial[] {
  const out: Denial[] = [];
  const relayed = 'dhcp' in request ? (request as Heard).dhcp.giaddr !== 0 : request.packet.dhcpv6?.isRelay;
  if (choice.kind === 'answers' && choice.pool && (spoken || relayed)) {
    const { pool } = choice;
    const taken = book.taken(pool, pool.range, request.who, request.packet.time);
    out.push({
      reason: 'pool-full',
      span: pool.head,
      why: `The pool ${rangeText(pool.range)} has ${count(sizeOf(pool), 'address', 'addresses')}, of which this capture shows ${taken} with others. Leases from before the capture may hold the rest.`,
      step: 'Look into the lease database: `port67 leases FILE --config CONF`.',
    });
  }
  if (!spoken) {
    for (const [name, span] of interfaces(document)) out.push(onlyOn(name, span));
    for (const { role, name, span, definition } of document.names)
      if (role === 'interface' && !definition) out.push(notOn(name, span));
    const subnet =
      choice.kind === 'answers' && !relayed
        ? (choice.subnet ??
          (choice.pool && subnetOf(choice.pool)) ??
          network.at({ family, value: choice.pool?.range.first ?? 0n }))
        : undefined;
    if (subnet) out.push(subnet.constructed ? fromInterface(subnet.constructed.name) : elsewhere(subnet));
  }
  return out.slice(0, MOST_POSSIBLE);
}

const MOST_POSSIBLE = 4;

function interfaces(document: Selection['document']): [name: string, span: Span][] {
  const named = document.names.filter(
    ({ role, name, definition }) => role === 'interface' && definition && name !== '*',
  );
  const [subnet] = document.subnets;
  const own = subnet && settingOf(subnet, 'interface');
  return [
    ...named.map(({ name, span }): [string, Span] => [name, span]),
    ...(own ? [[own.value, own.span] as [string, Span]] : []),
  ];
}

const onlyOn = (name: string, span: Span): Denial => ({
  reason: 'interface',
  span,
  why: `The server listens on “${name.slice(0, 40)}”. By the rest of its configuration it would answer, and this capture shows nothing from it: the client may be on another interface, or the server may not run.`,
  step: `See whether this link is “${name.slice(0, 40)}” of the server, and whether the server listens there: \`port67 machine\`.`,
});

const notOn = (name: string, span: Span): Denial => ({
  reason: 'interface',
  span,
  why: `The server gives no addresses on “${name.slice(0, 40)}”. By the rest of its configuration it would answer, and this capture shows nothing from it: the client may be on that interface, or the server may not run.`,
  step: `See whether this link is “${name.slice(0, 40)}” of the server: \`ip address\`. If so, take the line out.`,
});

const fromInterface = ({ value: name, span }: Located<string>): Denial => ({
  reason: 'interface',
  span,
  why: `The range gets its prefix from the interface “${name.slice(0, 40)}”. The server serves it only on that link, and only while the interface has an address of a /64 that is not link-local.`,
  step: `See whether this link is “${name.slice(0, 40)}” of the server, and which addresses it has: \`ip -6 address show dev ${name.slice(0, 40)}\`.`,
});

const elsewhere = ({ head, prefix }: Subnet): Denial => ({
  reason: 'no-subnet',
  span: head,
  why: `The server serves ${prefix ? prefixText(prefix) : 'this range'} where an interface of its own has an address in it. This capture shows no address of the server, so its interface on this link may have another.`,
  step: 'Compare the addresses of the server’s interface on this link (`ip address`) with the subnet.',
});

/** Findings of the analysis that report a missing answer or a missing address. */
const SILENT = /^(no-offer|no-ack|v6-no-reply|v6-status|[a-z-]*unanswered)$/;

/** Severity of each missing answer, by frame. */
export function missedFrames(findings: readonly Finding[]): Map<number, Severity> {
  const missed = new Map<number, Severity>();
  for (const { id, severity, frames } of findings) {
    if (!SILENT.test(id)) continue;
    for (const frame of frames) {
      const known = missed.get(frame);
      if (!known || SEVERITY_RANK[severity] > SEVERITY_RANK[known]) missed.set(frame, severity);
    }
  }
  return missed;
}

/** A place as text, such as `dhcpd.conf:41`. */
export const placeText = (span: Span): string => `${span.file.path.replace(/^.*[\\/]/, '')}:${lineOf(span)}`;

export const silentTitle = ({ client, type, denial, sure, refused }: Silence): string =>
  `${client} gets ${refused === undefined ? 'no answer' : refused} to its ${type}: ${sure ? '' : 'perhaps '}${TITLES[denial.reason]} (${placeText(denial.span)})`;

const TITLES: Readonly<Record<Denial['reason'], string>> = {
  'no-subnet': 'no subnet is declared for its link',
  'no-pool': 'its subnet has no pool',
  'not-on-link': 'its addresses are not of this link',
  class: 'its class is not the one that is served',
  'pool-full': 'the pool is used up',
  'unknown-client': 'unknown clients are not served',
  ignored: 'the configuration ignores it',
  'not-authoritative': 'the server is not authoritative',
  interface: 'the server listens on another interface',
  'unknown-lease': 'the address that it asks for is in no pool',
  'lease-limit': 'the limit of leases is reached',
  booting: 'booting is denied',
  bootp: 'BOOTP clients get no address there',
  denied: 'the pool denies it',
  'not-loaded': 'its program refuses this configuration',
};
