import {
  ADVERTISE,
  CONFIRM,
  INFORMATION_REQUEST,
  REBIND,
  RENEW,
  REQUEST6,
  SOLICIT,
  messageType6,
} from '../../../codec/dhcpv6/message';
import { NO_BINDING } from '../../../codec/dhcpv6/answer';
import { nameAndDuid, nameOfDuid } from '../../../codec/names/duids';
import { cause, ranked } from '../../collector';
import { withFinding } from '../../draft';
import { refusalCause6 } from '../../evidence/silence/refusals';
import { reboundIn, type Unanswered6 } from '../../evidence/silence/answered6';
import { linkFacts } from '../../evidence/silence/offered6';
import { icmpSign, type Sign } from '../../evidence/alive';
import { goesAlike6 } from '../../evidence/taken6';
import { oneWayTunnel } from '../../evidence/silence/tunnels';
import { oneWayCause, oneWayStep } from '../silence/oneWay';
import type { World } from '../../evidence/world';
import type { IcmpError } from '../../evidence/neighbours';
import type { Cause } from '../../finding';
import type { Note6 } from '../../conversations/v6model';
import { asksServer6, lookAtServer6, refusalSteps6, routerOffers6 } from '../../words/advice6';
import type { Step } from '../../words/steps';
import { putFirst } from '../../words/difference';
import { UNKNOWN_ADDRESS, frames, list } from '../../words/words';
import { floodCause6 } from '../silence/flooded';
import { checksumSteps6, sumCause6 } from '../silence/sums';
import { together } from '../../words/advice';
import { changeCause, changeSteps, duidChanges } from './duids';

/** Why nobody answers a DHCPv6 message, by its type and the server it names. */

/** The causes of a silence, and the steps. */
export interface Why6 {
  readonly causes: Cause[];
  readonly steps: Step[];
}

/** Weighs why nobody answers. */
export function whySilent6(silent: Unanswered6, world: World): Why6 {
  const refusals = refusalsOf(silent.sent, world);
  const refusal = refusalCause6(refusals, world);
  // Who hears by ICMPv6 that nothing arrives need not ask what the server makes of it.
  if (refusal) return { causes: [refusal], steps: refusalSteps6(refusals[0]!, world) };
  const why = throughTunnel(silent, byQuestion(silent, world), world);
  const sum = sumCause6(silent.sent, world);
  const first = damageCause6(silent.sent, world) ?? (sum?.likelihood === 'likely' ? sum : undefined);
  const flood = floodCause6(silent.sent, world);
  const weighed = flood ? putFirst(flood, why.causes) : why.causes;
  const causes = first ? putFirst(first, weighed) : sum ? ranked(...weighed, sum) : weighed;
  const steps =
    first && first === sum ? together(checksumSteps6(silent.sent[0]!, silent.client.name), why.steps) : why.steps;
  return { causes, steps };
}

/** The same where the replies cannot be in the capture. */
function throughTunnel({ sent: [first] }: Unanswered6, why: Why6, world: World): Why6 {
  const answered = world.once(answeringOn).get(first!.link)?.size ?? 0;
  const tunnel = answered > 0 ? undefined : oneWayTunnel(first!, world);
  return tunnel
    ? { causes: putFirst(oneWayCause(tunnel), why.causes), steps: [oneWayStep(tunnel), ...why.steps] }
    : why;
}

/** Every one of the messages is malformed, so whoever hears it drops it (RFC 9915 §16). */
function damageCause6(sent: readonly Note6[], world: World): Cause | undefined {
  const texts = sent.map(
    ({ index }) => world.packets.get(index).problems.find(({ id }) => id === 'v6-malformed')?.text,
  );
  const [text] = texts;
  if (text === undefined || texts.includes(undefined)) return undefined;
  const all = sent.map(({ frame }) => frame);
  const name = messageType6(sent[0]!.type);
  return withFinding(
    'v6-malformed',
    all,
    cause(
      'likely',
      `The ${name} is malformed, and servers drop it: ${text.replace(/\.$/, '')}`,
      `the same in ${frames(all)}`,
      'see the finding v6-malformed',
    ),
  );
}

function byQuestion(silent: Unanswered6, world: World): Why6 {
  switch (silent.type) {
    case REQUEST6:
      return whyNoReply(silent, world);
    case RENEW:
      return whyNotRenewed(silent, world);
    case REBIND:
    case CONFIRM:
      return whyNobodyKnows(silent);
    default:
      return whyNotHeard(silent, world);
  }
}

const BLOCKED =
  'A firewall blocks UDP 547 to the server, or UDP 546 back to the client; or the switch drops the multicast ff02::1:2 (MLD snooping, DHCPv6 guard)';

/** A SOLICIT or an INFORMATION-REQUEST, which names no server. */
function whyNotHeard({ client, sent, type }: Unanswered6, world: World): Why6 {
  const [first] = sent as readonly [Note6, ...Note6[]];
  const answering = world.once(answeringOn);
  const here = [...(answering.get(first.link) ?? [])].map(nameOfDuid);
  const served = world.conversations6.exchanges.findLast(
    ({ notes, address, outcome }) =>
      address !== undefined && outcome === 'bound' && notes[0]!.link === first.link && notes[0]!.time > first.time,
  );
  const there = here.length > 0;
  const by4 = [...world.survey.servers.values()].flatMap(({ server, offers, acks }) =>
    offers + acks > 0 ? server : [],
  );
  const relayed = sent.some((note) => note.relayed);
  // Flag M tells hosts to get addresses by DHCPv6 (RFC 4861 §4.2): who sets it wants DHCPv6 here.
  const flag = type === INFORMATION_REQUEST ? 'O' : 'M';
  const wanted = world.neighbours.advertisements.find(
    ({ link, managed, other }) => (managed || (flag === 'O' && other)) && link === first.link,
  );
  const told = wanted?.managed === true ? 'M' : 'O';
  const sender = wanted && world.packets.get(wanted.index);
  const router = sender?.ethSource ?? sender?.source;
  return {
    causes: ranked(
      cause(
        there || relayed ? 'unlikely' : 'likely',
        'No DHCPv6 server or relay listens on this link',
        relayed && `relay ${world.packets.get(first.index).source ?? UNKNOWN_ADDRESS} handed them on`,
        there
          ? `${list(here)} answers in this capture`
          : answering.size === 0
            ? 'no DHCPv6 server answers any client in this capture'
            : 'no DHCPv6 server answers any client on this link',
        !there && by4.length > 0 && `${list(by4, 3)} ${by4.length === 1 ? 'answers' : 'answer'} by DHCPv4`,
        wanted &&
          `the router advertisement${router === undefined ? '' : ` of ${router}`} in frame ${wanted.frame} has flag ${told} set: ${told === 'M' ? 'addresses' : 'other settings'} are to be had by DHCPv6 here`,
      ),
      cause(
        there ? 'likely' : 'possible',
        type === INFORMATION_REQUEST
          ? 'The server has no settings for this client’s link, or a filter keeps the client out'
          : served
            ? 'The server does not serve this client: a class, a reservation or a filter keeps the client out'
            : 'The server has no addresses for this client’s link, or a filter keeps the client out',
        type === SOLICIT &&
          there &&
          !world.once(linkFacts)(first.link).stateful &&
          'it answers INFORMATION-REQUESTs here, and gives nobody an address',
        served &&
          `${served.client.name} asks later than this client and gets ${served.address!} (frame ${served.last.frame})`,
      ),
      cause('possible', BLOCKED),
      relayed && cause('possible', 'The server does not reply to the relay'),
      !wanted &&
        !relayed &&
        !there &&
        cause(
          'possible',
          'The network has no DHCPv6 on purpose (only router advertisements), and the client asks all the same',
        ),
    ),
    steps:
      there && !relayed
        ? asksServer6(list(here), client.nameIn(first), messageType6(type))
        : [...(router === undefined ? [] : routerOffers6(router, told)), ...lookAtServer6()],
  };
}

/** A REQUEST, which names a server that has advertised. */
function whyNoReply({ client, sent }: Unanswered6, world: World): Why6 {
  const server = serverNamed(sent, world);
  const exchange = client.exchanges.find(({ notes }) => notes.includes(sent[0]!));
  const advertised = exchange?.of(ADVERTISE).at(-1);
  const later = server === undefined ? undefined : lastWord(server, sent[0]!.time, world);
  const advertising = exchange?.of(ADVERTISE).flatMap((note) => note.server ?? []) ?? [];
  // An ADVERTISE without server identifier shows nothing.
  if (server !== undefined && advertised?.server !== undefined && !advertising.includes(server))
    return {
      causes: ranked(
        cause(
          'likely',
          `The REQUEST names another server than the one that advertised: every server drops what names another (RFC 9915 §16.4)`,
          `server identifier ${nameAndDuid(server)} in frame ${sent[0]!.frame}, ${nameAndDuid(advertised.server)} in the ADVERTISE in frame ${advertised.frame}`,
        ),
        cause('possible', 'Another server has advertised, and this capture does not show it'),
      ),
      steps: [
        `Update the DHCPv6 program of ${client.name}: it must copy the server identifier (option 2) of the ADVERTISE into its REQUEST; keep this capture for its maker.`,
      ],
    };
  const heard = advertised && exchange?.of(SOLICIT).findLast(({ time }) => time <= advertised.time);
  if (heard && sent.every((one) => goesAlike6(heard, one, world))) return notKept6(sent, heard, advertised, later);
  return {
    causes: ranked(
      cause(
        'likely',
        'The REPLY was lost or blocked on its way to the client (UDP port 546)',
        advertised && `the ADVERTISE in frame ${advertised.frame} did reach this point`,
      ),
      cause(
        'possible',
        `The server ${later ? '' : 'stopped, or '}could not keep the lease (disk full, database or failover partner away)`,
        server !== undefined && `the REQUEST names server ${nameAndDuid(server)}`,
        later && `that server still answers others (frame ${later.frame})`,
      ),
      cause('possible', 'The REQUEST did not reach the server (UDP port 547)'),
    ),
    steps: ['Look at the server’s log for this client’s REQUEST.', ...lookAtServer6()],
  };
}

/** No filter can tell the REQUEST from the SOLICIT, or the REPLY from the ADVERTISE: what is left is the server, or chance. */
const notKept6 = (sent: readonly Note6[], heard: Note6, advertised: Note6, later: Note6 | undefined): Why6 => ({
  causes: ranked(
    cause(
      'likely',
      'The server does not keep its ADVERTISE, and keeps silent about it: it could not commit the lease (disk full, database or failover partner away), or drops the REQUEST',
      `the ADVERTISE in frame ${advertised.frame} came to the client, which takes it (frame ${sent[0]!.frame}); a REPLY would come the same way`,
      `the SOLICIT in frame ${heard.frame} went the same way as the REQUEST, and was heard`,
      later && `that server still answers others (frame ${later.frame})`,
    ),
    sent.length === 1 && cause('possible', 'The REQUEST or its REPLY was lost by chance: it was sent once'),
  ),
  steps: ['Look at the server’s log for this client’s REQUEST.', ...lookAtServer6()],
});

/** A RENEW, which names the server that gave the lease. */
function whyNotRenewed({ client, sent }: Unanswered6, world: World): Why6 {
  const server = serverNamed(sent, world);
  const change =
    server === undefined ? undefined : world.once(duidChanges).find(({ before }) => before.server === server);
  if (server !== undefined && change) {
    const { after } = change;
    const unknown = client.exchanges
      .flatMap(({ notes }) => notes)
      .find((note) => note.server === after.server && note.answer?.refusals.some(({ code }) => code === NO_BINDING));
    return {
      causes: [
        changeCause(
          change,
          `The RENEW names DUID ${server}, and the server has another DUID now: it drops what is not for it`,
          unknown && `it knows no such lease either: NoBinding in frame ${unknown.frame}`,
        ),
      ],
      steps: changeSteps(unknown !== undefined, reboundIn({ client, type: RENEW, sent }).length > 0),
    };
  }
  const later = server === undefined ? undefined : lastWord(server, sent[0]!.time, world);
  const up = later || server === undefined ? undefined : signOf6(server, sent[0]!, world);
  const unicast = unicastCause(client, sent, world);
  const who =
    server === undefined ? 'The server that gave the lease' : `Server ${nameOfDuid(server)}, which gave the lease,`;
  return {
    causes: ranked(
      unicast,
      cause(
        later || unicast ? 'possible' : 'likely',
        up
          ? `${who} no longer answers, while its host is up: its DHCPv6 program has stopped, or a firewall blocks UDP 547`
          : `${who} is down, or no longer reached from this link`,
        up && `its host ${up.text}`,
        later
          ? `it answers others in frame ${later.frame}`
          : 'this capture shows no message of it after the first RENEW',
      ),
      cause(
        later && !unicast ? 'likely' : 'possible',
        `${who} does not know the lease any more, or drops what this client sends`,
        later && `it answers others in frame ${later.frame}`,
      ),
      cause('possible', BLOCKED),
    ),
    steps: lookAtServer6(server === undefined ? undefined : nameOfDuid(server)),
  };
}

/** The RENEWs go to the server by unicast (option 12, Server Unicast), and only what the client sends by multicast is answered. */
function unicastCause({ exchanges }: Unanswered6['client'], sent: readonly Note6[], world: World): Cause | undefined {
  const packets = sent.map(({ index }) => world.packets.get(index));
  const [first] = packets;
  if (!first || packets.some(({ destination }) => destination === undefined || destination.startsWith('ff')))
    return undefined;
  const after = exchanges.find(
    ({ notes }) =>
      notes[0]!.time > sent[0]!.time &&
      !notes[0]!.relayed &&
      world.packets.get(notes[0]!.index).destination?.startsWith('ff') === true &&
      notes.some(({ isAnswer }) => isAnswer),
  );
  if (!after) return undefined;
  return cause(
    'likely',
    `What goes to ${first.destination ?? UNKNOWN_ADDRESS} by unicast is not answered: a firewall or a route on the way stops it, or the server does not take unicast though its option 12 (Server Unicast) allows it`,
    `each RENEW goes to ${first.destination ?? UNKNOWN_ADDRESS} (${frames(sent.map(({ frame }) => frame))})`,
    `the ${messageType6(after.notes[0]!.type)} by multicast in frame ${after.notes[0]!.frame} is answered`,
  );
}

/** A REBIND or a CONFIRM, which every server may answer. */
function whyNobodyKnows({ type }: Unanswered6): Why6 {
  return {
    causes: ranked(
      cause(
        'likely',
        type === REBIND
          ? 'No server that hears it knows this lease, or none listens any more'
          : 'No server that hears it serves this link: a server that does says whether the addresses fit',
      ),
      cause('possible', BLOCKED),
    ),
    steps: lookAtServer6(),
  };
}

/** The server whose DUID these messages name. */
const serverNamed = (sent: readonly Note6[], world: World): string | undefined =>
  world.packets.get(sent[0]!.index).dhcpv6?.serverDuid;

/** What a server's host sends by another protocol after a message, from an address that it answered from. */
function signOf6(server: string, { time }: Note6, world: World): Sign | undefined {
  const addresses = new Set<string>();
  for (const { notes } of world.conversations6.exchanges)
    for (const note of notes)
      if (note.isAnswer && note.server === server && !note.relayed)
        addresses.add(world.packets.get(note.index).source ?? '');
  for (const address of addresses) {
    const sign = icmpSign(address, time, Infinity, world);
    if (sign) return sign;
  }
  return undefined;
}

/** The last message of a server after a point in time. */
function lastWord(server: string, after: number, { conversations6 }: World): Note6 | undefined {
  let last: Note6 | undefined;
  for (const { notes } of conversations6.exchanges)
    for (const note of notes) if (note.isAnswer && note.server === server && note.time > after) last = note;
  return last;
}

/** ICMPv6 errors that quote a datagram with the source and destination of these messages. */
function refusalsOf(sent: readonly Note6[], world: World): IcmpError[] {
  const ways = new Set<string>();
  for (const { index } of sent.slice(0, 64)) {
    const { source, destination } = world.packets.get(index);
    ways.add(`${source ?? ''} ${destination ?? ''}`);
  }
  return refusals6(world).filter(({ quotedSource, quotedDestination }) =>
    ways.has(`${quotedSource} ${quotedDestination}`),
  );
}

/** ICMPv6 errors about datagrams to DHCPv6 servers and relays. */
export const refusals6 = (world: World): readonly IcmpError[] =>
  world.neighbours.icmpErrors.filter(
    ({ version, type, quotedPort }) => version === 6 && type === 1 && quotedPort === 547,
  );

/** By link: the servers that answer a client there, in the order in which they are seen. */
function answeringOn({ conversations6 }: World): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const { notes } of conversations6.exchanges)
    for (const { isAnswer, server, link } of notes) {
      if (!isAnswer || server === undefined) continue;
      const servers = all.get(link) ?? new Set();
      all.set(link, servers.add(server));
    }
  return all;
}
