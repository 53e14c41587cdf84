import {
  identifierOf,
  ACK,
  BOOTP,
  DECLINE,
  NAK,
  OFFER,
  OPTION,
  isProxy,
  isUnicast,
  requestState,
  stateIn,
  type Message,
} from '../conversations/model';
import { count, ip, span } from '../words/words';
import { grantOf, howFar, timersOf } from './life';
import { answered, clientOf, isVerdict, lastBefore, named, repeated, the, which, type Scene } from './scene';
import { asWay, between, excerpt, percent, type Sentences } from './sentences';
import { UNTOLD, onTheWay, wayOut } from './ways';

/** What a client does (RFC 2131 §4.4): which client, in which state, what for, and what follows. */

const TO_ALL = 'because it does not know which servers there are';

/** The sentences about a DISCOVER. */
export function discover(scene: Scene): Sentences {
  const { dhcp } = scene;
  // 0.0.0.0 names no address.
  const wanted = dhcp.ip(OPTION.requested) || undefined;
  const rapid = dhcp.has(OPTION.rapidCommit);
  // With a wish for rapid commit in the sentence, there is no room for more.
  const again = rapid ? which(scene) : repeated(scene);
  const wish = [
    wanted === undefined
      ? undefined
      : `it would like ${ip(wanted)} (option 50)${again === undefined ? ', which a server may give or not' : ''}`,
    rapid
      ? 'with option 80 (rapid commit) it lets a server answer with the ACK at once, without OFFER and REQUEST'
      : undefined,
  ];
  const pxe = dhcp.text(OPTION.vendorClass)?.startsWith('PXEClient')
    ? ', and, to start from the network, a boot file'
    : '';
  const { source } = scene.message.packet;
  const own = dhcp.giaddr === 0 && source !== undefined && source !== '0.0.0.0' ? source : undefined;
  return [
    `${clientOf(scene)} ${own === undefined ? 'has no address (state INIT)' : `sends from ${own}`} and looks for a server that gives it ${own === undefined ? 'one' : 'an address'}${pxe}`,
    asWay(wayOut(scene, TO_ALL, 'to that server alone')),
    joined(again ?? startsAnew(scene), ...wish),
    answered(
      scene,
      (message) => !isProxy(message) && (message.type === OFFER || (rapid && message.type === ACK)),
      `Next a server should make an OFFER${rapid ? ', or send the ACK at once' : ''}`,
    ),
  ];
}

/** What made a client start anew; undefined if nothing shows it. */
function startsAnew({ exchange }: Scene): string | undefined {
  const { previous } = exchange;
  if (!previous || previous.count > 64 || !(previous.holds(NAK) || previous.holds(DECLINE))) return undefined;
  const last = previous.messages[previous.count - 1];
  return last && (last.type === NAK || last.type === DECLINE) ? `it starts anew after ${the(last)}` : undefined;
}

/** Joins the parts of a sentence that are not undefined. */
const joined = (...parts: (string | undefined)[]): string => parts.filter((one) => one !== undefined).join('; ');

/** The sentences about a REQUEST, by the state of the client. */
export function request(scene: Scene): Sentences {
  const state = stateIn(scene.exchange, scene.message);
  switch (state) {
    case 'selecting':
      return selecting(scene);
    case 'init-reboot':
      return rebooting(scene);
    case 'renewing':
      return renewing(scene);
    case 'rebinding':
      return rebinding(scene);
    case 'pxe':
      return askBootServer(scene);
    case 'unclear':
      return [
        `${clientOf(scene)} asks for an address, but names neither the address (option 50 or ciaddr) nor a server (option 54): what state it is in cannot be told`,
        asWay(wayOut(scene, 'so that every server hears it', 'to that server alone')),
        repeated(scene),
        answered(scene, isVerdict, 'Next a server should answer with an ACK or a NAK'),
      ];
  }
}

function selecting(scene: Scene): Sentences {
  const { dhcp } = scene;
  const address = dhcp.ip(OPTION.requested) ?? dhcp.ciaddr;
  const server = named(scene);
  const taken = lastBefore(
    scene,
    (message) =>
      message.type === OFFER &&
      !isProxy(message) &&
      (server === undefined || identifierOf(message) === server) &&
      (address === 0 || message.dhcp.yiaddr === address),
  );
  const what = address === 0 ? 'an address' : ip(address);
  const from = server === undefined ? 'a server that it does not name' : `server ${server} (option 54)`;
  const shown = taken ? `from frame ${taken.frame}` : 'which this capture does not show';
  return [
    `${clientOf(scene)} takes the OFFER of ${what} by ${from}, ${shown}, and asks that server to confirm it (state SELECTING)`,
    asWay(
      wayOut(
        scene,
        'so that every other server hears that its OFFER is not taken',
        'so that other servers do not hear which OFFER is taken',
      ),
    ),
    repeated(scene),
    answered(
      scene,
      isVerdict,
      'Next that server should answer with an ACK, or with a NAK if the address is no longer free',
    ),
  ];
}

function rebooting(scene: Scene): Sentences {
  const address = scene.dhcp.ip(OPTION.requested) ?? 0;
  const grant = grantOf(scene, address);
  const from = grant
    ? `the ACK in frame ${grant.frame} gave it ${ip(address)}`
    : `this capture does not show who gave it ${ip(address)}`;
  return [
    `${clientOf(scene)} has started again, or joined the network again, and asks whether it may keep using ${ip(address)} (option 50, state INIT-REBOOT); ${from}`,
    asWay(wayOut(scene, 'because any server that knows the lease may answer', 'to that server alone')),
    repeated(scene),
    answered(
      scene,
      isVerdict,
      'Next a server should answer with an ACK, or with a NAK if the address does not fit here; if no server knows the client, none answers, and it starts with DISCOVER',
    ),
  ];
}

function renewing(scene: Scene): Sentences {
  const { dhcp, packet } = scene;
  const address = dhcp.ciaddr;
  const grant = grantOf(scene, address);
  const timers = grant && timersOf(grant);
  const rebind = timers ? `at ${percent(timers.t2 / timers.lease)} of the time (T2)` : 'at T2';
  return [
    asWay(
      packet.destination === undefined
        ? `${clientOf(scene)} has ${ip(address)} from before (ciaddr) and asks to prolong the lease: by unicast the server that gave it (state RENEWING), or by broadcast any server (REBINDING). ${UNTOLD}`
        : `${clientOf(scene)} has ${ip(address)} from before (ciaddr) and asks the server that gave it, ${packet.destination}, by unicast to prolong the lease (state RENEWING)`,
    ),
    howFar(scene, address),
    onTheWay(scene) === undefined ? repeated(scene) : joined(onTheWay(scene), which(scene)),
    answered(
      scene,
      isVerdict,
      `Next that server should answer with an ACK; if none comes, the client asks any server by broadcast ${rebind}`,
    ),
  ];
}

function rebinding(scene: Scene): Sentences {
  const { dhcp } = scene;
  const address = dhcp.ciaddr;
  const tried = unansweredRenewal(scene);
  const why = tried
    ? `its unicast to server ${tried.packet.destination!} in frame ${tried.frame} got no answer that this capture shows`
    : 'this capture does not show its unicast to the server before';
  return [
    `${clientOf(scene)} still has ${ip(address)} (ciaddr) and asks any server to prolong the lease (state REBINDING); ${why}`,
    howFar(scene, address),
    asWay(joined(wayOut(scene, 'because any server that knows the lease may answer', 'to that host'), which(scene))),
    answered(
      scene,
      isVerdict,
      'Next a server should answer with an ACK or a NAK; without one the client gives the address up when the lease ends',
    ),
  ];
}

/** The last renewing REQUEST before a rebinding one, if nobody answered it. */
function unansweredRenewal({ exchange, before }: Scene): Message | undefined {
  const { previous } = exchange;
  const earlier = before.length > 0 || !previous || previous.count > 64 ? before : previous.messages;
  if (earlier.some(isVerdict)) return undefined;
  return earlier.findLast(
    (message) => message.fromClient && requestState(message) === 'renewing' && isUnicast(message.packet),
  );
}

function askBootServer(scene: Scene): Sentences {
  const { packet, dhcp } = scene;
  const to = packet.destination === undefined ? 'its boot server' : `boot server ${packet.destination}`;
  const has = dhcp.ciaddr === 0 ? '' : ` has ${ip(dhcp.ciaddr)} (ciaddr) and`;
  return [
    `${clientOf(scene)}, a computer that starts from the network (PXE),${has} asks ${to} which file to load`,
    `It asks on UDP port 4011, where boot servers listen that give no addresses; this is not about a lease`,
    repeated(scene),
    answered(
      scene,
      (message) => message.type === ACK,
      'Next the boot server should answer with an ACK that names the boot file',
    ),
  ];
}

/** The sentences about a DECLINE. */
export function decline(scene: Scene): Sentences {
  const { dhcp, message } = scene;
  const address = dhcp.ip(OPTION.requested);
  const grant = address === undefined ? undefined : grantOf(scene, address);
  const wait = grant && between(grant, message);
  const since = grant
    ? `, which the ACK in frame ${grant.frame} gave it${wait === undefined ? '' : ` ${span(wait)} before`}`
    : '; this capture does not show the ACK that gave it';
  const text = dhcp.text(OPTION.message);
  return [
    `${clientOf(scene)} refuses ${address === undefined ? 'an address that it does not name' : `${ip(address)} (option 50)`}${since}: it says that another host uses that address`,
    text ? `Its reason is ${excerpt(text)}` : undefined,
    asWay(wayOut(scene, 'because the client has no address of its own that it may use', 'to the server')),
    `No answer comes to a DECLINE; ${named(scene) === undefined ? 'the server' : `server ${named(scene)}`} should set the address aside, and the client waits 10 s at least and starts again with DISCOVER`,
  ];
}

/** The sentences about a RELEASE. */
export function release(scene: Scene): Sentences {
  const { dhcp } = scene;
  const server = named(scene);
  return [
    `${clientOf(scene)} gives ${dhcp.ciaddr === 0 ? 'an address that it does not name' : `${ip(dhcp.ciaddr)} (ciaddr)`} back to ${server === undefined ? 'its server' : `server ${server} (option 54)`} before the lease ends`,
    dhcp.ciaddr !== 0 && howFar(scene, dhcp.ciaddr),
    asWay(
      wayOut(
        scene,
        'although it should go to the server alone',
        'because only the server that gave the lease can end it',
      ),
    ),
    'No answer comes to a RELEASE; the client may no longer use the address and starts with DISCOVER when it needs one',
  ];
}

/** The sentences about an INFORM. */
export function inform(scene: Scene): Sentences {
  const { dhcp } = scene;
  const asks = dhcp.option(OPTION.parameters)?.length ?? 0;
  const what = asks > 0 ? ` (${count(asks, 'option')} by the list in option 55)` : '';
  return [
    `${clientOf(scene)} has an address already, ${dhcp.ciaddr === 0 ? 'which it does not name (ciaddr 0.0.0.0)' : `${ip(dhcp.ciaddr)} (ciaddr)`}, and asks only for other settings${what}`,
    asWay(wayOut(scene, 'because any server may answer', 'to the server that it knows')),
    repeated(scene),
    answered(
      scene,
      (message) => message.type === ACK,
      'Next a server should answer with an ACK that has settings and no lease, sent to the address of the client',
    ),
  ];
}

/** The sentences about a BOOTREQUEST: BOOTP, the protocol before DHCP (RFC 951). */
export function bootRequest(scene: Scene): Sentences {
  const { dhcp } = scene;
  const file = dhcp.file === '' ? '' : `, and the boot file ${excerpt(dhcp.file)}`;
  const has =
    dhcp.ciaddr === 0 ? 'asks for an address' : `has ${ip(dhcp.ciaddr)} (ciaddr) and asks for what it needs to start`;
  return [
    `${clientOf(scene)} ${has}${file} by BOOTP, the protocol before DHCP: the message has no option 53`,
    asWay(wayOut(scene, TO_ALL, 'to that server alone')),
    repeated(scene),
    answered(
      scene,
      (message) => !message.fromClient && message.type === BOOTP,
      `Next a server should answer with a BOOTREPLY${dhcp.ciaddr === 0 ? ' and an address, which has no lease time in BOOTP' : ''}`,
    ),
  ];
}
