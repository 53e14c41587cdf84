import { isV6Only } from '../conversations/lease';
import {
  ACK,
  BOOTP,
  DECLINE,
  DISCOVER,
  INFORM,
  OFFER,
  OPTION,
  REQUEST,
  isBroadcast,
  isProxy,
  requestState,
  serverOf,
  stateIn,
  type Message,
} from '../conversations/model';
import { count, frames, ip, leaseTime, span } from '../words/words';
import { forTime, timersOf } from './life';
import { asked, clientOf, lastBefore, serverName, the, type Scene } from './scene';
import { asWay, between, excerpt, follows, later, percent, type Sentences } from './sentences';
import { UNTOLD, wayBack } from './ways';

/** What a server does (RFC 2131 §4.3), and why its replies travel as they do. */

/** The request that a reply answers: `, in answer to the DISCOVER in frame 1 (10 ms after it)`. */
function inAnswer(scene: Scene, question: Message | undefined, name: string): string {
  if (!question) return `; this capture does not show the ${name} that it answers`;
  const wait = between(question, scene.message);
  return `, in answer to ${the(question)}${wait === undefined ? '' : ` (${span(wait)} after it)`}`;
}

/** The sentences about an OFFER. */
export function offer(scene: Scene): Sentences {
  const { message, dhcp } = scene;
  const question = lastBefore(scene, ({ type }) => type === DISCOVER) ?? asked(scene);
  if (isProxy(message)) return bootOffer(scene, question);
  const seconds = dhcp.u32(OPTION.v6Only);
  if (isV6Only(scene.exchange, message))
    return [
      `${serverName(message)} tells ${clientOf(scene)} by option 108 that this network works without IPv4${inAnswer(scene, question, 'DISCOVER')}`,
      asWay(wayBack(scene)),
      `A client that can do without IPv4 now stops asking${seconds === undefined ? '' : ` for ${leaseTime(seconds)}`}; others go on with a REQUEST`,
    ];
  return [
    `${serverName(message)} offers ${ip(dhcp.yiaddr)} to ${clientOf(scene)}${forTime(message)}${inAnswer(scene, question, 'DISCOVER')}`,
    asWay(wayBack(scene)),
    rivals(scene),
    taken(scene),
  ];
}

const isOffer = (message: Message): boolean => message.type === OFFER && !isProxy(message);

/** Says that other servers made OFFERs as well. */
function rivals(scene: Scene): string | undefined {
  const { exchange, message } = scene;
  const server = serverOf(message);
  const others = exchange.messages.filter((other) => isOffer(other) && serverOf(other) !== server);
  const names = [...new Set(others.map((other) => serverName(other)))];
  const [first] = names;
  if (first === undefined) return undefined;
  const who = names.length === 1 ? first : count(names.length, 'other server');
  return `${who} ${names.length === 1 ? 'makes' : 'make'} an OFFER as well, in ${frames(others.map(({ frame }) => frame))}; the client takes one of them at most`;
}

/** What the client does with an OFFER. */
function taken(scene: Scene): string {
  const { message, after, dhcp } = scene;
  const next = after.find(({ fromClient }) => fromClient);
  if (!next) return 'Next the client should take it with a REQUEST; this capture does not show one';
  if (next.type === DISCOVER)
    return `The client does not take it: it sends DISCOVER again ${later(message, next)}in frame ${next.frame}`;
  if (next.type !== REQUEST) return follows(`${the(next).split(' in ')[0]} of the client`, next, message);
  const server = next.dhcp.ip(OPTION.server);
  const own = serverOf(message);
  if (server !== undefined && own !== undefined && ip(server) !== own)
    return `The client takes another OFFER, that of server ${ip(server)}, with the REQUEST ${later(message, next)}in frame ${next.frame}`;
  const wanted = next.dhcp.ip(OPTION.requested);
  if (wanted !== undefined && wanted !== dhcp.yiaddr)
    return `The client asks for ${ip(wanted)} instead, with the REQUEST ${later(message, next)}in frame ${next.frame}`;
  return `The client takes it with the REQUEST ${later(message, next)}in frame ${next.frame}`;
}

/** What a boot service tells the client to load. */
function bootFile({ dhcp }: Scene): string {
  const file = dhcp.file || dhcp.text(OPTION.bootFile) || '';
  if (file === '') return dhcp.has(OPTION.vendor) ? 'the boot menu in option 43' : 'no boot file';
  const host = dhcp.siaddr === 0 ? '' : ` from ${ip(dhcp.siaddr)} (siaddr)`;
  return `the boot file ${excerpt(file)}${host}`;
}

function bootOffer(scene: Scene, question: Message | undefined): Sentences {
  const { message, exchange } = scene;
  const leased = exchange.messages.find(isOffer);
  return [
    `${serverName(message)} is a boot service (proxyDHCP): it names ${bootFile(scene)} and gives no address${inAnswer(scene, question, 'DISCOVER')}`,
    asWay(wayBack(scene)),
    leased
      ? `The address comes from ${serverName(leased)}, by ${the(leased)}`
      : 'The address must come from a DHCP server; this capture does not show its OFFER',
  ];
}

/** The sentences about an ACK, by what it answers. */
export function ack(scene: Scene): Sentences {
  const { message, dhcp, exchange } = scene;
  const question = asked(scene);
  const server = serverName(message);
  const client = clientOf(scene);
  if (isProxy(message))
    return [
      `${server} is a boot service: it tells ${client} to load ${bootFile(scene)}${inAnswer(scene, question, 'REQUEST')}`,
      asWay(wayBack(scene)),
      'This is not about a lease: the client keeps its address and loads the file next, usually by TFTP',
    ];
  if (question?.type === INFORM || (!question && dhcp.yiaddr === 0))
    return [
      `${server} gives ${client} the settings that it asked for, and no lease, because the client has its address already${inAnswer(scene, question, 'INFORM')}`,
      asWay(wayBack(scene)),
      'That ends the exchange: settings are not leased, so the client asks again when it wants to',
    ];
  const answers = inAnswer(scene, question, 'REQUEST');
  const time = forTime(message);
  const address = ip(dhcp.yiaddr);
  const other = mistaken(scene, question);
  // Who gets another address than asked for keeps nothing.
  const state = question?.type === REQUEST && other === undefined ? stateIn(exchange, question) : undefined;
  const first =
    question?.type === DISCOVER
      ? `${server} gives ${address} to ${client}${time} at once, without OFFER and REQUEST (rapid commit)${answers}`
      : state === 'renewing' || state === 'rebinding'
        ? `${server} prolongs the lease: ${client} keeps ${address}${time} from now on${answers}`
        : state === 'init-reboot'
          ? `${server} confirms that ${client} may keep using ${address}${time}${answers}`
          : `${server} gives ${address} to ${client}${time}${answers}`;
  return [first, asWay(wayBack(scene)), other ?? repeats(scene), afterwards(scene)];
}

/** Says that the ACK gives an address other than the one asked for. */
function mistaken({ dhcp }: Scene, question: Message | undefined): string | undefined {
  if (question?.type !== REQUEST) return undefined;
  const wanted = question.dhcp.ip(OPTION.requested) ?? question.dhcp.ciaddr;
  if (wanted === 0 || wanted === dhcp.yiaddr) return undefined;
  return `That is not what the client asked for: the REQUEST in frame ${question.frame} names ${ip(wanted)}`;
}

/** Says that there was an earlier ACK. */
function repeats(scene: Scene): string | undefined {
  const before = lastBefore(scene, (other) => other.type === ACK && !isProxy(other));
  if (!before) return undefined;
  const same = serverOf(before) === serverOf(scene.message);
  return same
    ? `The same server sent an ACK before, in frame ${before.frame}`
    : `${serverName(before)} sent an ACK before, in frame ${before.frame}`;
}

/** What the client does with its lease. */
function afterwards(scene: Scene): string {
  const { exchange, message, after, dhcp } = scene;
  const refused = after.find(({ type }) => type === DECLINE);
  if (refused)
    return `The client refuses the address with the DECLINE ${later(message, refused)}in frame ${refused.frame}`;
  const timers = timersOf(message);
  if (!timers) return 'The client may use the address now (state BOUND)';
  const next = exchange.next;
  const renewal = next && next.count <= 64 ? next.messages[0] : undefined;
  const renews = renewal?.type === REQUEST && renewal.dhcp.ciaddr === dhcp.yiaddr && requestState(renewal) !== 'pxe';
  const seen = renews ? `; it asks again in frame ${renewal.frame}` : '';
  const { t1, t2, lease } = timers;
  if (t1 >= t2 || t2 >= lease)
    return `The client may use it now (state BOUND), but the times do not fit: T1 is ${t1} s and T2 ${t2} s of ${lease} s${seen}`;
  return `The client may use it now (state BOUND) and should ask this server to prolong it after ${t1} s (T1, ${percent(t1 / lease)}), then any server after ${t2} s (T2, ${percent(t2 / lease)})${seen}`;
}

/** Why a NAK is broadcast on the server’s own link (RFC 2131 §4.1). */
const LOST_NAK = 'a client on the wrong link would not get a unicast to the address that it names';

/** The sentences about a NAK. */
export function nak(scene: Scene): Sentences {
  const { message, dhcp, exchange, packet } = scene;
  const question = asked(scene);
  const wanted = question ? (question.dhcp.ip(OPTION.requested) ?? question.dhcp.ciaddr) : 0;
  const what = wanted === 0 ? 'the address that it asked for' : ip(wanted);
  const text = dhcp.text(OPTION.message);
  const first = exchange.next?.count === 1 || exchange.next?.holds(DISCOVER) ? exchange.next.messages[0] : undefined;
  const anew =
    first?.type === DISCOVER
      ? `; it does so ${later(message, first)}in frame ${first.frame}`
      : '; this capture does not show that it does';
  return [
    `${serverName(message)} refuses (NAK): ${clientOf(scene)} may not use ${what}${inAnswer(scene, question, 'REQUEST')}`,
    text ? `Its reason is ${excerpt(text)}` : undefined,
    asWay(
      dhcp.giaddr !== 0
        ? wayBack(scene)
        : isBroadcast(packet)
          ? `It goes by broadcast, because ${LOST_NAK}`
          : packet.destination === undefined
            ? UNTOLD
            : `It goes by unicast to ${packet.destination}, although it should go by broadcast: ${LOST_NAK}`,
    ),
    `The client must give the address up and start again with DISCOVER${anew}`,
  ];
}

/** The sentences about a FORCERENEW (RFC 3203). */
export function forceRenew(scene: Scene): Sentences {
  const { message, dhcp, exchange } = scene;
  const signed = dhcp.has(OPTION.authentication)
    ? 'It is signed (option 90), so that the client can tell who sent it'
    : 'It is not signed (no option 90), so a client should not obey: anybody could have sent it';
  const next = exchange.next?.messages[0];
  const obeys = next?.type === REQUEST && next.fromClient;
  return [
    `${serverName(message)} tells ${clientOf(scene)} to ask for its lease now, before its time (FORCERENEW)`,
    asWay(
      scene.packet.destination === undefined
        ? UNTOLD
        : `It goes to ${scene.packet.destination}, the address that the client has`,
    ),
    signed,
    obeys
      ? follows('the REQUEST of the client', next, message)
      : 'Next the client should send a REQUEST (state RENEWING); this capture does not show one',
  ];
}

/** The sentences about a BOOTREPLY (RFC 951). */
export function bootReply(scene: Scene): Sentences {
  const { message, dhcp } = scene;
  const question = asked(scene);
  const what = dhcp.yiaddr === 0 ? 'no address' : ip(dhcp.yiaddr);
  const plain = question !== undefined && question.type !== BOOTP;
  const file = dhcp.file === '' ? '' : ` and the boot file ${excerpt(dhcp.file)}`;
  return [
    `${serverName(message)} gives ${clientOf(scene)} ${what}${file} by BOOTP, the protocol before DHCP${inAnswer(scene, question, 'BOOTREQUEST')}`,
    asWay(wayBack(scene)),
    plain
      ? 'The client asked by DHCP: without option 53 it cannot tell what this answers, and drops it'
      : 'BOOTP knows no lease: the client may keep the address, and nothing more follows',
  ];
}
