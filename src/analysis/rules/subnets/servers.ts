import { parseIpv4 } from '../../../codec/bytes';
import * as advice from '../../words/advice';
import { cause, ranked, type Draft } from '../../collector';
import {
  ACK,
  INFORM,
  OFFER,
  behindRelay,
  identifierOf,
  isProxy,
  namesRelay,
  serverOf,
  type Exchange,
  type Message,
} from '../../conversations/model';
import { overlayOf } from '../../conversations/packet';
import { SEVERAL_SERVERS } from '../../conversations/traits';
import type { Settings } from '../../conversations/settings';
import type { ExchangeRule } from '../rule';
import { differences, optionsText, sayOf, type Say } from './subnet';
import { refusalDraft, refusedByAnother, switchOff } from './refusals';
import { withFinding } from '../../draft';
import { VIRTUALBOX } from '../../evidence/factory';
import { givenTwice } from '../../evidence/givenTwice';
import { clientOf } from '../../evidence/subjects';
import { vlanOf } from '../../words/links';
import { frames, ip, list } from '../../words/words';
import type { World } from '../../evidence/world';
import { findPort, findPorts, joinedVlans, macEvidence, takersText } from './whereabouts';
import { intruderAmong, namesItself } from './intruder';
import { wrongServerAcked } from './wrongServer';

/** Security, first part: which hosts act as servers. */

/** The servers that lease in an exchange, each with the first of its replies that describes the network. */
function speakers(exchange: Exchange): Map<string, Say> {
  const says = new Map<string, Say>();
  for (const message of exchange.messages) {
    if (
      message.fromClient ||
      isProxy(message) ||
      (message.type !== OFFER && message.type !== ACK) ||
      (message.dhcp.yiaddr === 0 && !exchange.holds(INFORM))
    )
      continue;
    const say = sayOf(message);
    if (!say) continue;
    const name = standsForUnseen(message) ? BY_RELAY : say.server;
    if (!says.has(name)) says.set(name, say);
  }
  // What the relay says on one of its sides may be from the server that is seen on the other.
  if ([...says.values()].some(({ server, message }) => message.relayed && says.has(server))) says.delete(BY_RELAY);
  return says;
}

/** Stands for the server behind a relay. */
const BY_RELAY = 'by way of a relay';

/**
 * A relay that puts its own address into the server identifier (RFC 5107) stands for a server, and so does its redundant partner (HSRP,
 * VRRP). The capture may not show which server that is.
 */
const standsForUnseen = (message: Message): boolean => namesRelay(message.packet) && behindRelay(message) === undefined;

/**
 * Two servers answer one transaction of a client. If they agree about the network, it is a warning (a failover pair that is not working as
 * one); if they disagree, one of them is wrong or hostile. A second OFFER from the same server does not count.
 */
export const severalServers: ExchangeRule = function* (exchange, world) {
  if (exchange.leaseAnswers < 2 || new Set(exchange.leaseReplies.map(serverOf)).size < 2) return;
  const says = [...speakers(exchange).values()];
  if (says.length < 2) {
    const refusal = refusedByAnother(exchange);
    const listed = refusal && world.once(authorisedOf);
    if (!refusal || !(listed!.size === 0 || listed!.has(refusal.stranger))) return;
    // Where the two also disagree in their offers to one client, that tells more, and it is one thing.
    const quarrel = world.once(quarrelsOf).get(pairOf([refusal.server, refusal.stranger]));
    const told = quarrel?.exchange && severalDraft(quarrel.exchange, world);
    if (!told || told.id !== 'rogue-server') yield refusalDraft(refusal, exchange, world, findPort);
    else yield { ...told, frames: [...told.frames, ...refusal.nak.frames], places: told.frames.slice(0, 1) };
    return;
  }
  const draft = severalDraft(exchange, world);
  if (draft) yield draft;
};

/** Two servers that disagree: the first exchange in which both offer, and what one of them refuses by NAK of what the other gives. */
interface Quarrel {
  exchange: Exchange | undefined;
  readonly naks: Message[];
}

/** By the two servers. */
function quarrelsOf(world: World): ReadonlyMap<string, Quarrel> {
  const found = new Map<string, Quarrel>();
  const of = (servers: readonly string[]): Quarrel => {
    const key = pairOf(servers);
    let known = found.get(key);
    if (!known) found.set(key, (known = { exchange: undefined, naks: [] }));
    return known;
  };
  for (const exchange of world.exchanges) {
    if (exchange.leaseAnswers < 2 || !exchange.shows(SEVERAL_SERVERS)) continue;
    const servers = new Set(exchange.leaseReplies.map(serverOf));
    if (servers.size !== 2) continue;
    const says = [...speakers(exchange).values()];
    const refusal = says.length < 2 ? refusedByAnother(exchange) : undefined;
    if (says.length === 2) of(says.map(({ server }) => server)).exchange ??= exchange;
    else if (refusal) of([refusal.server, refusal.stranger]).naks.push(refusal.nak);
  }
  return found;
}

const pairOf = (servers: readonly string[]): string => list([...servers].sort());

/** Two servers answer one client: what they agree and disagree about. */
function severalDraft(exchange: Exchange, world: World): Draft | undefined {
  const says = [...speakers(exchange).values()];
  // An INFORM may be answered by several servers, each with what it knows.
  const informs = exchange.holds(INFORM);
  const wrong = says.flatMap((say, i) => (i === 0 ? [] : differences(says[0]!, say, informs)));
  const authorised = world.once(authorisedOf);
  const rogue = authorised.size > 0 && says.some((say) => !authorised.has(say.server));
  if (rogue) return undefined; // `unauthorisedServer` reports it.
  if (wrong.length === 0 && wrongServerAcked(exchange)) return undefined;
  const joined = joinedVlans(exchange, says);
  // Each is the server of its own network, and the client is in both.
  if (joined?.inBoth) return undefined;
  const names = says.map((say) => say.server);
  const ofOneRelay = relayedToEach(exchange, says);
  return {
    id: wrong.length > 0 ? 'rogue-server' : 'multiple-servers',
    severity: wrong.length > 0 ? 'error' : 'warning',
    // The findings share their servers, however many clients are answered.
    subject: pairOf(names),
    frames: says.flatMap((say) => say.message.frames),
    detail: () => {
      const twice = givenTwice(
        names.flatMap((name) => parseIpv4(name) ?? []),
        world,
      );
      const network = overlayOf(says[0]!.message.link);
      const suspect = wrong.length > 0 && !ofOneRelay ? intruderAmong(says, world) : undefined;
      const suspects = suspect ? [suspect.say, ...suspect.more] : [];
      const others = says.filter((say) => !suspects.includes(say));
      const inOrder = [...suspects, ...others];
      const than = says.length === 2 ? 'the other' : list(others.map(({ server }) => server));
      // Each is compared with the first; between more than two, the list would say everything twice.
      const about =
        says.length === 2
          ? `: ${list(wrong.map(({ text }) => text))}`
          : ` about ${list([...new Set(wrong.map((one) => one.about))])}`;
      return {
        title:
          wrong.length > 0
            ? `Servers ${list(names)} answer the same client and disagree about the network`
            : `${names.length === 2 ? 'Two' : names.length} servers answer the same client, ${list(names)}`,
        explanation:
          `In one transaction${network === undefined ? '' : ` in ${network}`}, ${clientOf(exchange)} is answered by ${list(says.map((say) => `${say.server} in frame ${say.message.frame} (subnet ${say.subnet}, router ${say.routers}, DNS ${say.dns})`))}. ` +
          (wrong.length > 0
            ? `They disagree${about}. The client may take ${says.length === 2 ? 'either' : 'any'} answer; with ${says.length === 2 ? 'the' : 'a'} wrong one its traffic is lost, or goes through a stranger’s machine.${naksText(world.once(quarrelsOf).get(pairOf(names))?.naks ?? [])}`
            : `${informs ? 'They do not contradict each other' : 'They agree in subnet, router and DNS'}. ${twice ? `But they give one address, ${ip(twice[0].address)}, to two clients.` : 'Nothing is wrong where they share their leases (failover) or have ranges that do not overlap; otherwise they may give one address to two clients.'}`) +
          optionsText(says) +
          (informs ? '' : takersText(names, world)),
        causes:
          wrong.length > 0
            ? ranked(
                joined?.cause,
                ofOneRelay &&
                  cause(
                    'likely',
                    'They are the servers of one relay, and their scopes are set differently',
                    `the relay ${ofOneRelay.relay} forwards the client’s message to each of them (frames ${ofOneRelay.frames.join(' and ')})`,
                  ),
                cause(
                  ofOneRelay ? 'unlikely' : joined?.sure || suspect?.inPlace ? 'possible' : 'likely',
                  suspect && !suspect.inPlace
                    ? `A router, access point or virtual machine with its own DHCP server was plugged in: likelier ${list(suspects.map(({ server }) => server))} than ${than}`
                    : 'A router, access point or virtual machine with its own DHCP server was plugged in',
                  ...(suspect && !suspect.inPlace ? suspect.reasons : []),
                  ...inOrder.map((say) => macEvidence(say, world)),
                ),
                cause(
                  suspect?.inPlace && !joined?.sure ? 'likely' : 'possible',
                  suspect?.inPlace
                    ? `Somebody attacks the network: ${suspect.say.server} leases from the subnet of the other server, and sends all traffic by way of itself`
                    : 'Somebody attacks the network: a server that hands out itself as router or DNS server sees all traffic',
                  ...(suspect?.inPlace
                    ? suspect.reasons
                    : inOrder.flatMap((say) => {
                        const as = namesItself(say);
                        return as === undefined ? [] : [`${say.server} names itself as ${as}`];
                      })),
                ),
                !ofOneRelay &&
                  cause(
                    'possible',
                    says.length === 2
                      ? 'Two servers of one owner are configured differently'
                      : 'Servers of one owner are configured differently',
                  ),
              )
            : ranked(
                joined?.cause,
                twice &&
                  withFinding(
                    'duplicate-address',
                    twice.map(({ frame }) => frame),
                    cause(
                      'likely',
                      'They do not know of each other’s leases, and their ranges overlap',
                      `${ip(twice[0].address)} is leased to ${twice[0].client.label} by ${ip(twice[0].server!)} (frame ${twice[0].frame}) and to ${twice[1].client.label} by ${ip(twice[1].server!)} (frame ${twice[1].frame})`,
                      'see the finding duplicate-address',
                    ),
                  ),
                cause(
                  twice ? 'unlikely' : joined?.sure ? 'possible' : 'likely',
                  'They are a pair of servers (failover, split scope)',
                  informs ? 'they do not contradict each other' : 'both agree in subnet, router and DNS',
                ),
                cause('possible', 'A second server was forgotten'),
              ),
        steps: [
          ...(joined?.steps ?? []),
          ...(ofOneRelay && wrong.length > 0
            ? [`Compare the scopes of ${list(names)} for the network of relay ${ofOneRelay.relay}${about}.`]
            : []),
          ...(names.includes(VIRTUALBOX) ? [VIRTUALBOX_STEP] : []),
          ...(wrong.length > 0
            ? [
                ...findPorts(says, world, suspects),
                ...suspects.flatMap((say) => switchOff(say.server)),
                ...advice.snooping(vlanOf(says[0]!.message.packet)),
              ]
            : [...(twice ? advice.partRanges(names) : advice.shareLeases(names)), ...findPorts(says, world)]),
          'Tell Port 67 which servers are authorised, and it names the others.',
        ],
        servers: names,
        reference: wrong.length > 0 ? 'RFC 2131 §7, RFC 7513 §3' : 'RFC 2131 §3.1, §2.2',
      };
    },
  };
}

/** What one of two servers refuses of the other’s leases. */
const naksText = ([first, ...others]: readonly Message[]): string =>
  first === undefined
    ? ''
    : ` ${serverOf(first)!} also refuses by NAK what the other gives (${frames([first, ...others].map(({ frame }) => frame))}).`;

const VIRTUALBOX_STEP =
  'On the host of the virtual machines: `VBoxManage list dhcpservers` shows whether VirtualBox itself serves this network, and `VBoxManage dhcpserver modify --network=NAME --disable` stops that.';

/** The relay that forwards the client’s message to each of several servers, and one such frame for each. */
function relayedToEach(exchange: Exchange, says: readonly Say[]): { relay: string; frames: number[] } | undefined {
  const asked = exchange.messages.flatMap((one) => (one.fromClient ? one.packetsSeen() : []));
  const [first] = says;
  const giaddr = first!.message.dhcp.giaddr;
  if (giaddr === 0 || says.some(({ message }) => message.dhcp.giaddr !== giaddr)) return undefined;
  const to = says.map(({ message }) =>
    asked.find((packet) => packet.dhcp!.giaddr === giaddr && packet.destination === message.packet.source),
  );
  const frames = to.flatMap((packet) => packet?.frame ?? []);
  return frames.length === says.length ? { relay: ip(giaddr), frames } : undefined;
}

export function authorisedOf({ observed: { settings } }: World): ReadonlySet<string> {
  return new Set(settings.authorisedServers.map((one) => one.trim().toLowerCase()).filter((one) => one !== ''));
}

/** Whether any server has been declared authorised in the settings. */
export const namesAuthorised = ({ authorisedServers }: Settings): boolean => authorisedServers.length > 0;

/** A server answers that is not declared authorised. */
export const unauthorisedServer: ExchangeRule = function* (exchange, world): Generator<Draft> {
  const authorised = world.once(authorisedOf);
  if (authorised.size === 0 || exchange.replies === 0) return;
  for (const message of exchange.messages) {
    if (message.fromClient) continue;
    const server = serverOf(message);
    if (server === undefined || authorised.has(server) || authorised.has(identifierOf(message)!)) continue;
    const say = sayOf(message)!;
    const relay = standsForUnseen(message);
    yield {
      id: 'rogue-server',
      severity: relay ? 'info' : 'error',
      subject: server,
      frames: message.frames,
      detail: () => ({
        title: relay
          ? `Relay ${server} speaks for a server that this capture does not show, so it cannot be held against the list of authorised servers`
          : `Server ${server} answers clients, and is not on the list of authorised servers`,
        explanation: `The servers declared authorised are ${list([...authorised])}. ${server} answered ${exchange.client.label} in frame ${message.frame} (subnet ${say.subnet}, router ${say.routers}, DNS ${say.dns}).${relay ? ` It is the relay itself (giaddr ${ip(message.dhcp.giaddr)}), which has its own address in option 54 in place of the server’s.` : takersText([server], world)}`,
        causes: ranked(
          relay &&
            cause(
              'likely',
              'The relay puts its own address into option 54, so that renewals go by way of it (RFC 5107)',
              `giaddr ${ip(message.dhcp.giaddr)}, option 54 ${identifierOf(message)!}`,
            ),
          cause(
            relay ? 'unlikely' : 'likely',
            'A router, access point or virtual machine with its own DHCP server was plugged in',
            macEvidence(say, world),
          ),
          cause(
            'possible',
            'Somebody attacks the network',
            namesItself(say) !== undefined && `${server} names itself as ${namesItself(say)!}`,
          ),
          !relay &&
            cause(
              'possible',
              'The list of authorised servers is not complete (a failover partner may speak under its own address)',
              message.relayed && `the reply was relayed, giaddr ${ip(message.dhcp.giaddr)}`,
            ),
        ),
        steps: relay
          ? [
              `Capture on the other side of relay ${server}, towards the server: the source address of the replies there is the server’s.`,
            ]
          : [findPort(server, world, message), ...advice.snooping(vlanOf(message.packet))],
        servers: [server],
        reference: 'RFC 2131 §7',
      }),
    };
  }
};
