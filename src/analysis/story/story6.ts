import { NO_BINDING } from '../../codec/dhcpv6/answer';
import {
  ADVERTISE,
  CONFIRM,
  DECLINE6,
  INFORMATION_REQUEST,
  QUERY_TYPES6,
  REBIND,
  RECONFIGURE,
  RELEASE6,
  RENEW,
  REPLY,
  REQUEST6,
  SOLICIT,
  messageType6,
} from '../../codec/dhcpv6/message';
import { STATUS_CODES } from '../../codec/dhcpv6/values/identity';
import type { Dhcpv6 } from '../../ledger/packet';
import type { Note6 } from '../conversations/v6model';
import type { Frames } from './frames';
import type { Packet } from '../conversations/packet';
import type { World } from '../evidence/world';
import { count, leaseTime, list, span } from '../words/words';
import { leaseQuery6 } from './queries6';
import {
  answered6,
  client6,
  grantOf6,
  howFar6,
  repeated6,
  sceneOf6,
  server6,
  the6,
  wanted,
  way6,
  type Scene6,
} from './scene6';
import { asWay, between, excerpt, follows, later, type Sentences } from './sentences';

/* DHCPv6 (RFC 9915 §18): what happened in one message. */

/** The sentences about a DHCPv6 message. */
export function happened6(world: World, all: Frames, packet: Packet, dhcpv6: Dhcpv6): Sentences {
  const scene = sceneOf6(world, all, packet, dhcpv6);
  const teller = TELLERS[dhcpv6.type];
  if (scene && teller) return teller(scene);
  if (QUERY_TYPES6.has(dhcpv6.type)) return leaseQuery6(world, packet, dhcpv6.type);
  return outside(packet, dhcpv6);
}

const ALL = 'which reaches all servers and relays on the link';

function solicit(scene: Scene6): Sentences {
  const { dhcpv6 } = scene;
  const rapid = dhcpv6.rapidCommit;
  return [
    `${client6(scene)} looks for DHCPv6 servers and asks for ${wanted(scene) ?? 'an offer, without naming what for'}`,
    asWay(way6(scene, `${ALL}, because it does not know a server yet`, 'although it should go to all servers')),
    [repeated6(scene), rapid && 'With rapid commit (option 14) it lets a server answer with the REPLY at once']
      .filter((one) => typeof one === 'string')
      .join('. '),
    answered6(scene, rapid ? [ADVERTISE, REPLY] : [ADVERTISE], 'Next a server should make its offer by ADVERTISE'),
  ];
}

function request6(scene: Scene6): Sentences {
  const { dhcpv6, before } = scene;
  const server = dhcpv6.serverDuid;
  const offer = before.findLast((note) => note.type === ADVERTISE && note.server === server);
  const shown = offer ? `made by ${the6(offer)}` : 'which this capture does not show';
  return [
    `${client6(scene)} takes the offer of ${server6(server)}, ${shown}, and asks that server for ${wanted(scene) ?? 'settings, without naming an address or prefix (it has no IA)'}`,
    asWay(
      way6(scene, 'so that the other servers hear by the DUID in it that they were not chosen', 'to that server alone'),
    ),
    repeated6(scene),
    answered6(scene, [REPLY], 'Next that server should answer with a REPLY that gives it, or says why not'),
  ];
}

function confirm(scene: Scene6): Sentences {
  return [
    `${client6(scene)} may have moved to another link and asks whether the addresses that it has still fit there (CONFIRM)`,
    asWay(way6(scene, 'because any server of this link may answer', 'although any server may answer')),
    repeated6(scene),
    answered6(scene, [REPLY], 'Next a server should answer with a REPLY that says yes (Success) or no (NotOnLink)'),
  ];
}

function renew(scene: Scene6): Sentences {
  const server = scene.dhcpv6.serverDuid;
  return [
    `${client6(scene)} asks ${server6(server)}, which gave it ${held(scene)}, to prolong the lease (RENEW, after T1)`,
    howFar6(scene),
    asWay(
      [way6(scene, 'but only the server that it names by DUID answers', 'to that server alone'), repeated6(scene)]
        .filter((one) => one !== undefined)
        .join('. '),
    ),
    answered6(
      scene,
      [REPLY],
      'Next that server should answer with a REPLY; if none comes, the client asks any server by REBIND after T2',
    ),
  ];
}

function rebind(scene: Scene6): Sentences {
  const { exchange, before } = scene;
  const previous = exchange.client.exchanges[exchange.position - 1];
  const earlier = before.length > 0 ? before : (previous?.notes ?? []);
  const tried = earlier.some(({ type }) => type === REPLY) ? undefined : earlier.findLast(({ type }) => type === RENEW);
  const why = tried
    ? `its ${the6(tried).slice(4)} got no answer that this capture shows`
    : 'this capture does not show its RENEW before';
  return [
    `${client6(scene)} asks any server to prolong ${held(scene)} (REBIND, after T2); ${why}`,
    howFar6(scene),
    asWay(
      [way6(scene, 'because any server that knows the lease may answer', 'to that host'), repeated6(scene)]
        .filter((one) => one !== undefined)
        .join('. '),
    ),
    answered6(
      scene,
      [REPLY],
      'Next a server should answer with a REPLY; without one the client gives up what it has when its time is over',
    ),
  ];
}

/** What a client has, as far as the capture shows: its address or prefix, else what its message names. */
function held(scene: Scene6): string {
  const address = grantOf6(scene)?.answer?.address;
  return address ?? wanted(scene)?.replace(/^an? /, 'its ') ?? 'what it has';
}

function release6(scene: Scene6): Sentences {
  return [
    scene.packet.cut > 0 || scene.dhcpv6.associations.some(({ addresses }) => addresses.length > 0)
      ? `${client6(scene)} gives ${held(scene)} back to ${server6(scene.dhcpv6.serverDuid)} before its time is over (RELEASE)`
      : `${client6(scene)} sends a RELEASE that names nothing to give back`,
    howFar6(scene),
    asWay(way6(scene, 'but only the server that it names by DUID acts on it', 'to that server alone')),
    answered6(scene, [REPLY], 'Next that server should confirm it with a REPLY'),
  ];
}

function decline6(scene: Scene6): Sentences {
  const addresses = scene.dhcpv6.associations.flatMap((one) => one.addresses);
  return [
    `${client6(scene)} refuses ${addresses.length === 0 ? 'an address that it does not name' : list(addresses)}: it says that another host uses that address (DECLINE)`,
    asWay(way6(scene, 'but only the server that it names by DUID acts on it', 'to that server alone')),
    repeated6(scene),
    answered6(scene, [REPLY], 'Next that server should confirm it with a REPLY and set the address aside'),
  ];
}

function informationRequest(scene: Scene6): Sentences {
  return [
    `${client6(scene)} asks for settings only, such as DNS servers, and not for an address (INFORMATION-REQUEST)`,
    asWay(way6(scene, `${ALL}; any of them may answer`, 'to that server alone')),
    repeated6(scene),
    answered6(scene, [REPLY], 'Next a server should answer with a REPLY that has the settings'),
  ];
}

const TO_CLIENT = 'the address that the client sent from';

function advertise(scene: Scene6): Sentences {
  const { note, exchange } = scene;
  const question = scene.before.findLast((other) => other.type === SOLICIT);
  const others = exchange.notes.filter((other) => other.type === ADVERTISE && other.server !== note.server);
  const servers = new Set(others.map(({ server }) => server)).size;
  const what = given(note) ?? `no ${missing(note)}`;
  return [
    `${server6(note.server)} offers ${what} to ${client6(scene)}${inAnswer6(scene, question, 'SOLICIT')}`,
    refusal(note),
    asWay(way6(scene, 'although it should go to the client alone', TO_CLIENT)),
    `${servers > 0 ? `${count(servers, 'other server')} made an offer as well. ` : ''}${chosen(scene)}`,
  ];
}

/** What the client does with an ADVERTISE. */
function chosen({ note, after }: Scene6): string {
  const next = after.find((other) => !other.fromServer);
  const empty = given(note) === undefined;
  if (!next)
    return empty
      ? 'Next the client should go on looking; this capture does not show that it does'
      : 'Next the client should take it with a REQUEST; this capture does not show one';
  if (next.type !== REQUEST6)
    return follows(
      `${empty ? 'the client has nothing to take' : 'the client does not take it'}: its ${messageType6(next.type)}`,
      next,
      note,
    );
  return next.server === note.server
    ? `The client ${empty ? 'asks for it all the same' : 'takes it'} with the REQUEST ${later(note, next)}in frame ${next.frame}`
    : `The client takes the offer of another server with the REQUEST ${later(note, next)}in frame ${next.frame}`;
}

function reply(scene: Scene6): Sentences {
  const { note } = scene;
  const question = scene.before.findLast((other) => !other.fromServer);
  const server = server6(note.server);
  const client = client6(scene);
  return [
    `${server} ${done(note, question, client)}${inAnswer6(scene, question, 'message')}`,
    refusal(note),
    asWay(way6(scene, 'although it should go to the client alone', TO_CLIENT)),
    afterwards6(note, question),
  ];
}

/** What a REPLY does, by what it answers. */
function done(note: Note6, question: Note6 | undefined, client: string): string {
  const what = given(note);
  const refused = (note.answer?.refusals.length ?? 0) > 0;
  switch (question?.type) {
    case SOLICIT:
      return what === undefined
        ? `answers ${client} at once (rapid commit), but gives no ${missing(note)}`
        : `gives ${what} to ${client} at once, without ADVERTISE and REQUEST (rapid commit)`;
    case RENEW:
    case REBIND:
      return what === undefined ? `does not prolong what ${client} has` : `prolongs ${what} for ${client}`;
    case CONFIRM:
      return refused
        ? `tells ${client} that its addresses do not fit this link`
        : `confirms to ${client} that its addresses fit this link`;
    case RELEASE6:
      return `confirms to ${client} that it has taken back what the client released`;
    case DECLINE6:
      return `confirms to ${client} that it sets the address aside`;
    case INFORMATION_REQUEST:
      return `gives ${client} the settings that it asked for, and no address`;
    default:
      return what === undefined ? `answers ${client}, but gives no ${missing(note)}` : `gives ${what} to ${client}`;
  }
}

/** What the client does after a REPLY. */
function afterwards6(note: Note6, question: Note6 | undefined): string {
  const times = note.answer?.times;
  switch (question?.type) {
    case RELEASE6:
    case DECLINE6:
      return 'That ends the exchange; the client may not use the address any more';
    case CONFIRM:
      return (note.answer?.refusals.length ?? 0) > 0
        ? 'Next the client should look for a server again with SOLICIT'
        : 'The client keeps using its addresses for the time that they have left';
    case INFORMATION_REQUEST:
      return 'That ends the exchange; the client asks again when the settings are out of date';
  }
  if (!times && !question && (note.answer?.refusals.length ?? 0) === 0)
    return 'A client that asked only for settings has what it wanted; one that asked for an address has to ask again';
  if (!times)
    return (question?.type === RENEW || question?.type === REBIND) &&
      note.answer?.refusals.some(({ code }) => code === NO_BINDING)
      ? 'The client should ask for a new lease with REQUEST'
      : `Without ${an(missing(note))} the client has to look for a server again`;
  const { t1, t2 } = times;
  if (t1 === 0 || t2 === 0) return 'When to ask to prolong it is left to the client (T1 or T2 is 0)';
  if (t1 === 0xffffffff) return 'The client need never ask to prolong it (T1 is for ever)';
  return `The client may use it now and should ask this server to prolong it after ${t1} s (T1), then any server after ${t2} s (T2)`;
}

/** What a message gives: `2001:db8::42 for 4000 s`; undefined if it gives nothing. */
function given({ answer }: Note6): string | undefined {
  if (answer?.address === undefined) return undefined;
  const what = answer.address.includes('/') ? `prefix ${answer.address}` : answer.address;
  const valid = answer.times?.valid;
  return valid === undefined ? what : `${what} ${valid === 0xffffffff ? 'for ever' : `for ${leaseTime(valid)}`}`;
}

/** Status codes (RFC 9915 §21.13). */
const NO_PREFIX = 6;
const MEANING: Readonly<Record<number, string>> = {
  1: 'it could not do this, for a reason that it does not name',
  2: 'it has no address for the client',
  [NO_BINDING]: 'it knows of no such lease',
  4: 'an address does not fit the link of the client',
  5: 'the client should ask by multicast',
  [NO_PREFIX]: 'it has no prefix for the client',
};

/** What an answer that gives nothing does not give. */
const missing = ({ answer }: Note6): string =>
  answer?.refusals.length && answer.refusals.every(({ code }) => code === NO_PREFIX) ? 'prefix' : 'address';

const an = (what: string): string => `${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}`;

/** What a server refuses, by its status code. */
function refusal({ answer }: Note6): string | undefined {
  const [first] = answer?.refusals ?? [];
  if (!first) return undefined;
  const name = STATUS_CODES[first.code] ?? 'unknown';
  return `Status code ${first.code} (${name}) says that ${MEANING[first.code] ?? 'it refuses something'}${first.text === '' ? '' : `; in its words: ${excerpt(first.text)}`}`;
}

function inAnswer6(scene: Scene6, question: Note6 | undefined, name: string): string {
  if (!question) return `; this capture does not show the ${name} that it answers`;
  const wait = between(question, scene.note);
  return `, in answer to ${the6(question)}${wait === undefined ? '' : ` (${span(wait)} after it)`}`;
}

function reconfigure(scene: Scene6): Sentences {
  const { exchange, note } = scene;
  const next =
    scene.after.find((other) => !other.fromServer) ?? exchange.client.exchanges[exchange.position + 1]?.notes[0];
  return [
    `${server6(note.server)} tells ${client6(scene)} to ask for its settings or its lease anew (RECONFIGURE)`,
    asWay(way6(scene, 'although it should go to the client alone', 'the address of the client')),
    'A client obeys only if the message is signed and it said before that it takes such messages',
    next && !next.fromServer
      ? follows(`the ${messageType6(next.type)} of the client`, next, note)
      : 'Next the client should send RENEW, REBIND or INFORMATION-REQUEST; this capture does not show one',
  ];
}

const TELLERS: Readonly<Record<number, (scene: Scene6) => Sentences>> = {
  [SOLICIT]: solicit,
  [ADVERTISE]: advertise,
  [REQUEST6]: request6,
  [CONFIRM]: confirm,
  [RENEW]: renew,
  [REBIND]: rebind,
  [REPLY]: reply,
  [RELEASE6]: release6,
  [DECLINE6]: decline6,
  [RECONFIGURE]: reconfigure,
  [INFORMATION_REQUEST]: informationRequest,
};

/** The purpose of messages that belong to no client's exchange. */
const PURPOSE: Readonly<Record<number, string>> = {
  12: 'a relay hands on something to a server, but no message of a client can be read in it',
  13: 'a server sends something to a relay, but no message for a client can be read in it',
  18: 'a relay asks a server to have a client ask again',
  19: 'a server tells a relay whether it will have a client ask again',
  20: 'a client sends a DHCPv4 message over IPv6',
  21: 'a server sends a DHCPv4 message over IPv6',
  36: 'a host tells a server an address that it chose itself',
  37: 'a server confirms that it took note of an address that a host chose itself',
};

/** The sentences about a message that belongs to no client's exchange: between relays and servers, or of a kind that leases nothing. */
function outside({ source, destination }: Packet, { type, outerType }: Dhcpv6): Sentences {
  const name = messageType6(type);
  const carried = outerType === type ? '' : `, inside a ${messageType6(outerType)}`;
  const purpose = PURPOSE[type] ?? 'it belongs to no exchange of a client';
  return [
    `${source ?? 'A host'} sends a message ${name} to ${destination ?? 'another host'}${carried}: ${purpose}`,
    'No address is given or taken by it',
  ];
}
