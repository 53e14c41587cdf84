import { append } from '../../../codec/append';
import * as advice from '../../words/advice';
import { between, lastAt, type ArpSeen, type Holder } from '../../evidence/arp';
import { cause, ranked, type Common, type Detail } from '../../collector';
import { ACK, DECLINE, OPTION, type Client, type Exchange, type Message } from '../../conversations/model';
import type { Lease } from '../../conversations/lease';
import { isProbe, probedCauses, probedSteps, PROBING } from './probes';
import { first, routerEvidence } from './holders';
import type { ExchangeRule } from '../rule';
import { subnetAround } from '../pools';
import { clientOf } from '../../evidence/subjects';
import { systemOfHolder } from '../../evidence/systems';
import type { World } from '../../evidence/world';
import { findHost, virtualOf } from '../../words/hosts';
import { frames, ip, list, quote, span, where } from '../../words/words';

/** A client declines its address: the address is in use, or the client thinks so, or it does not want it. */

/** What the capture shows about why a client declines an address. */
interface Evidence {
  readonly message: Message;
  /** The declined address: of the message, else of the ACK before it (`given`); 0 if neither tells. */
  readonly address: number;
  readonly given: Message | undefined;
  /** The other host that has the address, by ARP. */
  readonly holder: readonly [string, Holder] | undefined;
  /** ARP replies that return the client's own hardware address to it, and who sent them. */
  readonly echoes: readonly ArpSeen[];
  readonly echoedBy: string | undefined;
  /** The client's ARP requests for the address, and the time from its ACK to the DECLINE. */
  readonly probes: readonly number[];
  readonly since: number | undefined;
  /** ARP probes of another host for the address, at the time at which the client asks: a conflict by RFC 5227 §2.1.1. */
  readonly foreign: readonly ArpSeen[];
  /** The OFFER or ACK by which the client is given the same address once more. */
  readonly again: Message | undefined;
}

/** Adds how the holder is known to be another network card of the same machine, if it is. */
interface Told extends Evidence {
  readonly ownCard: string | undefined;
}

/** If a DECLINE follows the ACK faster than this, no other host can have been asked: a probe waits for 1 s and more (RFC 5227 §1.1). */
const AT_ONCE = 0.05;
/** How many ARP frames are named. */
const MOST_FRAMES = 64;

/** A client declines the address it was given. */
export const decline: ExchangeRule = function* (exchange, world) {
  const acks = [...(exchange.previous?.of(ACK) ?? []), ...exchange.of(ACK)];
  for (const message of exchange.of(DECLINE)) {
    const evidence = evidenceOf(message, exchange, acks, world);
    const { address, echoes } = evidence;
    const holders = framesOf(othersThan(exchange.client.mac, world.neighbours.arpAbout(address).heldBy), MOST_FRAMES);
    yield {
      id: 'decline',
      severity: 'error',
      subject: clientOf(exchange),
      common: commonHost(evidence, world),
      frames: [...message.frames, ...holders, ...[...echoes, ...evidence.foreign].map(({ frame }) => frame)],
      address: address === 0 ? undefined : `${ip(address)}${evidence.holder ? ` (at ${evidence.holder[0]})` : ''}`,
      detail: () => detailOf(evidence, exchange, world),
    };
  }
};

/** By host: how many of the declined addresses it holds by ARP. */
function heldByHosts({ exchanges, neighbours }: World): ReadonlyMap<string, number> {
  const held = new Map<string, Set<number>>();
  for (const exchange of exchanges)
    for (const { dhcp } of exchange.of(DECLINE)) {
      const address = dhcp.ip(OPTION.requested) ?? 0;
      const [holder] = othersThan(exchange.client.mac, neighbours.arpAbout(address).heldBy);
      if (holder) held.set(holder[0], (held.get(holder[0]) ?? new Set()).add(address));
    }
  return new Map([...held].map(([mac, addresses]) => [mac, addresses.size]));
}

/** The host that answers the ARP of several clients; or the subnet, where each address is held by a host of its own. */
function commonHost({ address, holder, echoedBy, foreign }: Evidence, world: World): Common | undefined {
  const mac = holder?.[0] ?? echoedBy;
  const subnet = holder && world.once(heldByHosts).get(holder[0]) === 1 ? subnetAround(address, world) : undefined;
  if (subnet) {
    const name = `${subnet.network}/${subnet.prefix}`;
    return { subject: name, trait: `each address held by another host, in ${name}` };
  }
  if (mac !== undefined) return { subject: mac, trait: `all answered by ${mac}`, least: 2 };
  const prober = foreign[0]?.senderMac;
  return prober === undefined ? undefined : { subject: prober, trait: `all probed by ${prober}`, least: 2 };
}

function evidenceOf(message: Message, exchange: Exchange, acks: readonly Message[], world: World): Evidence {
  const { mac } = exchange.client;
  // A DECLINE has its own xid, so the ACK that it refuses may belong to the previous exchange.
  const ack = lastAt(acks, message.time);
  const named = (message.dhcp.ip(OPTION.requested) ?? 0) || message.dhcp.yiaddr;
  const address = named || (ack?.dhcp.yiaddr ?? 0);
  const about = world.neighbours.arpAbout(address);
  const [holder] = othersThan(mac, about.heldBy);
  const from = ack?.time ?? message.time - PROBING;
  // An ARP reply about the client's own address that the client did not send itself.
  const own = first(between(about.by(mac), from, message.time), MOST_LOOKED);
  const asked = own.find((one) => isQuestion(one, address))?.time ?? Infinity;
  const echoes = own
    .filter(
      ({ operation, senderIp, targetIp, time, index }) =>
        operation === 2 &&
        senderIp === address &&
        // A reply to the client’s own request (its probe has no address, RFC 5227 §2.1.1) was requested by nobody else.
        (sourceOf(index, world) !== mac || ((targetIp === 0 || targetIp === address) && asked <= time)),
    )
    .slice(0, MOST_FRAMES);
  const probes = own.filter((one) => isQuestion(one, address)).map(({ frame }) => frame);
  return {
    message,
    address,
    given: named === 0 && address !== 0 ? ack : undefined,
    holder,
    echoes,
    echoedBy: echoes[0] && sourceOf(echoes[0].index, world),
    probes,
    since: ack?.timed && message.timed ? message.time - ack.time : undefined,
    foreign: holder || echoes.length > 0 ? [] : about.askedByOthers(mac, from, message.time).filter(isProbe),
    again: givenAgain(exchange, address),
  };
}

/** How many of a client's exchanges after a DECLINE are looked at. */
const MOST_LATER = 4;

/** The reply to one of the client's next exchanges that gives it the declined address once more. */
function givenAgain(exchange: Exchange, address: number): Message | undefined {
  let one = exchange.next;
  for (let i = 0; one && address !== 0 && i < MOST_LATER; i++, one = one.next) {
    const reply = one.messages.find(({ fromClient, dhcp }) => !fromClient && dhcp.yiaddr === address);
    if (reply) return reply;
  }
  return undefined;
}

const isQuestion = ({ operation, targetIp }: ArpSeen, address: number): boolean =>
  operation === 1 && targetIp === address;

/** How many ARP messages of the client before a DECLINE are looked at. */
const MOST_LOOKED = 256;

const sourceOf = (index: number, world: World): string | undefined => world.packets.get(index).ethSource;

/** How a hardware address is known to be another network card of the same machine. */
function ownCardOf(mac: string, client: Client, world: World): string | undefined {
  if (client.exchanges.some((exchange) => exchange.messages.some((one) => one.fromClient && one.dhcp.chaddr === mac)))
    return `${mac} sends the same client identifier`;
  const { hostname } = client;
  const same =
    hostname !== undefined && world.clients.some((other) => other.mac === mac && other.hostname === hostname);
  return same ? `${mac} sends the same host name, ${quote(hostname)}` : undefined;
}

function detailOf(seen: Evidence, exchange: Exchange, world: World): Detail {
  const evidence = { ...seen, ownCard: seen.holder && ownCardOf(seen.holder[0], exchange.client, world) };
  const { message, address, holder, ownCard, echoes, echoedBy, since } = evidence;
  const said = message.dhcp.text(OPTION.message);
  const named = address === 0 ? 'its address' : ip(address);
  const alone = byItself(evidence);
  const foreign = foreignSource(evidence, world);
  const ending =
    echoes.length > 0
      ? echoedBy === exchange.client.mac
        ? 'an ARP answer gives it the client’s own address'
        : `${echoedBy ?? 'another host'} answers for it with the client’s own address`
      : holder
        ? `${holder[0]}${ownCard === undefined ? '' : ', its own other card,'} ${ownCard === undefined && routerEvidence(holder[0], address, world) !== undefined ? 'answers ARP for it' : 'has it'}`
        : evidence.foreign.length > 0
          ? `${evidence.foreign[0]!.senderMac} probes for it at the same time`
          : alone
            ? 'it refuses the address by itself'
            : foreign !== undefined
              ? `the DECLINE comes from ${foreign}`
              : 'this capture does not show who has it';
  return {
    title: `${clientOf(exchange)} declines ${named}: ${ending}`,
    explanation: `${beforeIt(evidence)} ${since === undefined ? 'The' : `${span(since)} after the ACK the`} client sends DECLINE for ${named}${unnamed(evidence)} in frame ${message.frame}${said === undefined ? '' : `, with the message ${quote(said)}`}. ${shownBy(evidence)} ${evidence.again ? `The server gives it the same address again in frame ${evidence.again.frame}: it does not set the address aside, as it must.` : 'The server must set the address aside and give another.'}`,
    causes: causesOf(evidence, world),
    steps: stepsOf(evidence, alone, world),
    reference: 'RFC 2131 §3.1, §4.4.1; RFC 5227 §2.1',
  };
}

/** Where a DECLINE does not name its address (option 50, RFC 2131 table 5): how the address is known, or that it is not. */
const unnamed = ({ address, given }: Evidence): string =>
  given
    ? ` (the message does not say which address; this one was given by the ACK in frame ${given.frame})`
    : address === 0
      ? ' (the message does not say which)'
      : '';

/** Whether the client cannot have asked anybody: there is no ARP at all, and there was no time for an answer. */
const byItself = ({ holder, echoes, foreign, probes, since }: Evidence): boolean =>
  !holder &&
  foreign.length === 0 &&
  echoes.length === 0 &&
  probes.length === 0 &&
  since !== undefined &&
  since >= 0 &&
  since < AT_ONCE;

/** The relay that handled a DECLINE, where the client's own link is not seen; 0 if there is none. */
const relayOf = ({ message }: Evidence): number => message.dhcp.giaddr;

const beforeIt = (evidence: Evidence): string =>
  evidence.probes.length > 0
    ? `The client asks by ARP whether somebody has ${ip(evidence.address)} (${frames(evidence.probes.slice(0, MOST_FRAMES))}).`
    : relayOf(evidence) !== 0
      ? `The client is behind relay ${ip(relayOf(evidence))}, so this capture cannot show the ARP of its link.`
      : 'This capture shows no ARP by which the client asks whether somebody has the address.';

function shownBy(evidence: Told): string {
  const { holder, echoes, echoedBy, ownCard } = evidence;
  if (echoes.length > 0)
    return `The answer in ${frames(echoes.map(({ frame }) => frame))} comes from ${echoedBy === echoes[0]!.senderMac ? 'the client’s own hardware address' : (echoedBy ?? 'another host')} and gives the client’s own hardware address: nobody else has the address.`;
  if (holder)
    return `ARP shows ${holder[0]} holding the address (${frames(holder[1].frames)})${ownCard === undefined ? '' : `, and ${ownCard}`}.`;
  const { foreign } = evidence;
  if (foreign.length > 0)
    return `Meanwhile ${foreign[0]!.senderMac} asks the same by ARP (${frames(foreign.map(({ frame }) => frame))}, sender address 0.0.0.0). A client takes such a probe of another host for a conflict (RFC 5227 §2.1.1). No frame shows a host that has the address.`;
  if (byItself(evidence)) return 'In so short a time nobody can have answered: the client does not want this address.';
  return 'This capture does not show by ARP who holds the address.';
}

function causesOf(evidence: Told, world: World): Detail['causes'] {
  const { address, holder, echoes, echoedBy, message, ownCard, since } = evidence;
  if (echoes.length > 0)
    return ranked(
      cause(
        'likely',
        'An access point or switch answers ARP in place of its clients (proxy ARP), the asking client included',
        `${echoedBy ?? 'another host'} answers with the client’s own address in ${frames(echoes.map(({ frame }) => frame))}`,
      ),
      cause('possible', 'The client has a second card on the same link, or its own frames come back to it (a loop)'),
    );
  if (byItself(evidence)) {
    return ranked(
      cause(
        'likely',
        'The client refuses the address by itself: its program considers it unusable, or sends DECLINE by mistake',
        `${span(since!)} from ACK to DECLINE, and no ARP`,
        endsInZero(address) &&
          `${ip(address)} ends in ${address & 255}, which some programs take for a network or broadcast address whatever the mask is`,
      ),
      cause('possible', 'Another interface of the client has this address already'),
    );
  }
  if (evidence.foreign.length > 0) return probedCauses(evidence.foreign, address, message, world);
  const leasing = [...world.survey.servers.values()].filter((one) => one.offers + one.acks > 0);
  const foreign = foreignSource(evidence, world);
  const router = holder && routerEvidence(holder[0], address, world);
  const lease = holder && leaseOf(holder[0], address, message, world);
  const server = lease?.server === undefined ? 'the server' : ip(lease.server);
  const known = ownCard !== undefined || foreign !== undefined || router !== undefined;
  return ranked(
    foreign !== undefined && {
      ...cause(
        'likely',
        'Somebody forges the DECLINE in the client’s name, so that the server sets its address aside',
        `it comes from ${foreign}, chaddr is ${evidence.message.dhcp.chaddr}`,
        since !== undefined && evidence.probes.length === 0 && `${span(since)} after the ACK, and no ARP before it`,
      ),
      finding: 'chaddr-mismatch',
    },
    ownCard !== undefined && cause('likely', 'The client’s own other card has the address', ownCard),
    lease &&
      cause(
        known ? 'possible' : 'likely',
        `The address was leased to ${lease.mac} before, which still uses it, and ${server} gave it to this client as well: its database of leases was lost`,
        `the ACK in frame ${lease.frame} gives ${ip(address)} to ${lease.mac}`,
      ),
    cause(
      router === undefined ? 'possible' : 'likely',
      'A router answers ARP for addresses that are not its own (proxy ARP)',
      router,
    ),
    // Who got the address from the server did not set it by hand.
    !lease &&
      cause(
        known ? 'possible' : 'likely',
        'Another host uses this address by its own fixed setting, though it lies in the pool’s range',
        holder && `ARP: ${ip(address)} is at ${holder[0]}`,
      ),
    evidence.again &&
      cause(
        'likely',
        'The server does not set a declined address aside, so the client is given it again and again',
        `the ${where(evidence.again)} gives ${ip(address)} again after the DECLINE in frame ${evidence.message.frame}`,
      ),
    cause(
      'possible',
      'Another DHCP server gives out the same range',
      leasing.length > 1 && `${list(leasing.map(({ server }) => server))} speak in this capture`,
    ),
  );
}

/** How many leases of one address are looked at. */
const MOST_LEASES = 64;

/** The lease by which another host got the declined address before. */
const leaseOf = (mac: string, address: number, { frame }: Message, world: World): Lease | undefined =>
  world.survey
    .leasesOf(address)
    .slice(0, MOST_LEASES)
    .filter((lease) => lease.mac === mac && lease.frame < frame)
    .at(-1);

/** The link-layer address that a DECLINE came from, if it is neither the client’s own nor that of a router or relay. */
function foreignSource({ message }: Evidence, world: World): string | undefined {
  const { ethSource, dhcp } = message.packet;
  if (message.relayed || ethSource === undefined || ethSource === dhcp!.chaddr) return undefined;
  return world.survey.routerMacs.has(ethSource) ? undefined : ethSource;
}

/** Whether an address looks like that of a network, or its broadcast, by the last octet alone. */
const endsInZero = (address: number): boolean => ((address + 1) & 255) < 2;

function stepsOf(evidence: Evidence, alone: boolean, world: World): advice.Step[] {
  const { address, given, holder, echoes, echoedBy, message, again } = evidence;
  const { chaddr } = message.dhcp;
  const foreign = foreignSource(evidence, world);
  if (foreign !== undefined)
    return [
      `Find the port of the sender: \`show mac address-table address ${foreign}\` on the switch.`,
      advice.stepFor(
        'switch',
        'ios',
        'Cisco IOS',
        '`ip dhcp snooping verify mac-address` (the default of snooping) drops messages whose source is not chaddr.',
      ),
      `On the server, take ${ip(address)} off the list of declined addresses.`,
    ];
  if (echoes.length > 0 || (holder && routerEvidence(holder[0], address, world) !== undefined)) {
    const mac = echoes.length > 0 ? (echoedBy ?? chaddr) : holder![0];
    return [
      virtualOf(mac)
        ? findHost(mac, 'who answers ARP')
        : `Find who answers ARP: \`show mac address-table address ${mac}\` on the switch${mac === chaddr ? ' shows whether the client’s address moves between ports' : ''}.`,
      advice.stepFor(
        'switch',
        'ios',
        'Cisco IOS',
        '`no ip proxy-arp` and `no ip local-proxy-arp` on the VLAN interface.',
      ),
      'Access points: switch off “proxy ARP”, “ARP suppression” or “ARP caching”.',
      advice.stepFor('switch', 'linux', 'Linux bridge', '`bridge link set dev PORT neigh_suppress off`.'),
    ];
  }
  if (evidence.foreign.length > 0) return probedSteps(evidence.foreign[0]!.senderMac);
  if (alone)
    return [
      'On the client, see its log for why it declines, and whether another interface has the address: `ip -4 addr`.',
      ...(endsInZero(address)
        ? [
            `If the client cannot be changed, take ${ip(address)} out of the pool, and every address that ends in 0 or 255.`,
          ]
        : []),
    ];
  return [
    ...(holder ? [findHost(holder[0], 'the host')] : []),
    address === 0
      ? 'On the client or in the log of the server, see which address it declines, and then who has it.'
      : `See who has the address: \`arping -D -I INTERFACE ${ip(address)}\` on a host of ${relayOf(evidence) === 0 ? 'this link' : `the link of relay ${ip(relayOf(evidence))}`}.`,
    ...(holder && leaseOf(holder[0], address, message, world)
      ? [...advice.leaseLookUp(ip(address)), ...advice.askAnew(holder[0], systemOfHolder(holder[0], address, world))]
      : [
          'Take fixed addresses out of the pool, or make them reservations.',
          ...advice.poolSetting(given ? advice.subnetOfReply(given) : subnetAround(address, world)),
        ]),
    ...(again ? ASIDE : []),
  ];
}

/** For how long each server program sets a declined address aside. */
const ASIDE = advice.settings({
  dhcpd: '`abandon-lease-time 86400;` sets a declined address aside for so many seconds',
  kea: '`"decline-probation-period": 86400` sets a declined address aside for so many seconds',
});

/** The holders of an address other than one client, with the frames that show them. */
function* othersThan(mac: string, heldBy: ReadonlyMap<string, Holder>): Generator<readonly [string, Holder]> {
  for (const one of heldBy) if (one[0] !== mac) yield one;
}

function framesOf(holders: Iterable<readonly [string, Holder]>, most: number): number[] {
  const out: number[] = [];
  for (const [, { frames }] of holders) {
    append(out, frames.slice(0, most - out.length));
    if (out.length >= most) break;
  }
  return out;
}
