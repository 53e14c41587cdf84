import { isVirtual } from '../words/hosts';
import * as advice from '../words/advice';
import { cause, ranked } from '../draft';
import type { Cause } from '../finding';
import { putFirst } from '../words/difference';
import { stepFor, type Step } from '../words/steps';
import { push } from '../../codec/append';
import { nameOfDuid } from '../../codec/names/duids';
import { UNKNOWN_ADDRESS, portText } from '../words/words';
import type { Event, Matching } from './points';
import type { Unheard } from './unheard';
import { letPass, unicastText, type Reason } from './way';

/** Why messages got lost between two points: what passed for others tells a general block from one that concerns this client. */

/** A message of the same kind of another client that passed. */
export interface Passed {
  readonly client: string;
  readonly frame: number;
  /** What shows that it came to the client, if the other point lacks it. */
  readonly got?: string | undefined;
}

/** A message as one that passed. */
export const passedAs = ({ client, frames }: Event): Passed => ({ client, frame: frames[0]! });

/** How many messages of one name that passed are kept, and of how many clients one each by way. */
const MOST_PASSED = 256;
const MOST_CLIENTS = 8;

/** What passed a point, by direction and way. */
export class Passage {
  private readonly passed = new Map<string, Passed[]>();
  private readonly byName = new Map<string, Event[]>();
  private readonly toPort = new Map<string, Passed[]>();
  private readonly byWay = new Map<string, Event[]>();
  private readonly byRelay = new Map<string, Event>();
  private readonly aloud = new Map<string, Event>();
  private readonly lastTo = new Map<string, Event>();
  private readonly bySource = new Map<string, Event[]>();

  /** `got`: replies that the other point lacks and the clients got, with what shows it. */
  constructor(
    events: readonly Event[],
    { partner }: Matching,
    readonly got: ReadonlyMap<Event, string>,
  ) {
    for (const event of events) {
      const server = event.fromClient || !(partner.has(event) || got.has(event)) ? undefined : serverOf(event);
      if (server !== undefined && (this.bySource.get(server)?.length ?? 0) < MOST_PASSED)
        push(this.bySource, server, event);
      if (!partner.has(event)) continue;
      const one = passedAs(event);
      this.lastTo.set(portOf(event), event);
      for (const [map, key] of [
        [this.passed, keyOf(event)],
        [this.toPort, portOf(event)],
      ] as const) {
        const known = map.get(key) ?? [];
        if (known.length < MOST_CLIENTS && !known.some(({ client }) => client === one.client)) push(map, key, one);
      }
      for (const relay of event.relays)
        for (const key of [relayKey(event.fromClient), relayKey(event.fromClient, relay)])
          if (!this.byRelay.has(key)) this.byRelay.set(key, event);
      if (event.fromClient && event.broadcast && event.relays.size === 0) this.aloud.set(event.client, event);
      const way = wayOf(event);
      if ((this.byWay.get(way)?.length ?? 0) < MOST_PASSED) push(this.byWay, way, event);
      if ((this.byName.get(event.name)?.length ?? 0) < MOST_PASSED) push(this.byName, event.name, event);
    }
  }

  /** A message of a client that is none of these, which went the same way as this one, and got through. */
  beside(event: Event, lost: ReadonlySet<string>): Passed | undefined {
    return this.passed.get(keyOf(event))?.find(({ client }) => !lost.has(client));
  }

  /** The last that passed to the port of these, if all of these come later. */
  before(lost: readonly Event[]): Event | undefined {
    const last = this.lastTo.get(portOf(lost[0]!));
    return last && lost.every(({ time }) => time > last.time) ? last : undefined;
  }

  /** Replies of the same server, by the same relay and in the same VLAN, that passed or came to their client. */
  replies(event: Event): readonly Event[] {
    return this.bySource.get(serverOf(event)) ?? [];
  }

  /** A message of this relay, or of any, that passed in this direction. */
  relayed(fromClient: boolean, relay?: string): Event | undefined {
    return this.byRelay.get(relayKey(fromClient, relay));
  }

  /** The last broadcast of a message’s client that passed, if it went the same way as the message, and later. */
  aloudSince({ client, time, link, vlans, destinationPort }: Event): Event | undefined {
    const last = this.aloud.get(client);
    return last?.link === link && last.vlans === vlans && last.destinationPort === destinationPort && last.time > time
      ? last
      : undefined;
  }

  /** Messages of this name that passed, some of them. */
  named(name: string): readonly Event[] {
    return this.byName.get(name) ?? [];
  }

  /** What went the same way as all of these, of whatever client, while the way was open: before the last of them. */
  sameWay(lost: readonly Event[]): readonly Event[] {
    const way = wayOf(lost[0]!);
    if (lost.some((event) => wayOf(event) !== way)) return [];
    const [from, to] = [lost[0]!.time - OPEN_WITHIN, lost[lost.length - 1]!.time];
    return (this.byWay.get(way) ?? []).filter(({ time }) => time >= from && time < to);
  }

  /** A frame of such a client in this direction to the same port that got through. */
  samePort(event: Event, lost: ReadonlySet<string>): number | undefined {
    return this.toPort.get(portOf(event))?.find(({ client }) => !lost.has(client))?.frame;
  }
}

const relayKey = (fromClient: boolean, relay = ''): string => `${fromClient} ${relay}`;

/** So many seconds before a loss, the way was the same as then. */
const OPEN_WITHIN = 60;

/** What a filter of addresses, ports and VLANs goes by; `sidesOf`: where each client has its own address. */
const wayOf = (event: Event): string => `${sidesOf(event)},${event.broadcast ? '' : (event.destination ?? '')}`;
export const sidesOf = (event: Event): string =>
  [keyOf(event), event.vlans, event.sourcePort, event.destinationPort].join();
const keyOf = ({ fromClient, broadcast, unicast, relays, kind }: Event): string =>
  `${kind.startsWith('v6')} ${fromClient} ${broadcast} ${unicast} ${relays.size > 0}`;
const serverOf = ({ kind, source, relays, vlans }: Event): string =>
  [kind.startsWith('v6'), source, vlans, ...relays].join();
const portOf = ({ fromClient, destinationPort }: Event): string => `${fromClient} ${destinationPort}`;

/** Who loses what, between which points, and what passed beside it. */
interface Lost {
  readonly who: string;
  /** Whether they are several. */
  readonly many: boolean;
  /** A client that it is about. */
  readonly client: string;
  readonly event: Event;
  readonly six: boolean;
  readonly seen: string;
  readonly missed: string;
  readonly beside: Passed | undefined;
  /** A reply of the same server that got through, as evidence that its port is trusted. */
  readonly trusted: string | undefined;
  /** All of it comes after the last that passed. */
  readonly turned: boolean;
  /** A frame to the same port that passed. */
  readonly samePort: number | undefined;
  /** The last frame to the same port that passed, if all that is lost comes later. */
  readonly before: number | undefined;
  /** What passed the same way, by addresses, ports and VLAN, whoever it was of. */
  readonly same: Event | undefined;
  /** One of them that is of a client that loses others. */
  readonly own: Event | undefined;
  /** Whether a reason tells that their type is what tells them apart. */
  readonly typed: boolean;
  /** What tells the lost messages from those of the same name that passed. */
  readonly apart: readonly (string | false)[];
  /** A message of the same client and type that passed between two that were lost. */
  readonly part: Event | undefined;
  /** What the messages show of the way between the points, the likeliest first, and the relay on it. */
  readonly reasons: readonly Reason[];
  readonly relay: string | undefined;
  /** A broadcast of ARP by the same sender that gets through. */
  readonly arp: string | undefined;
  /** Nothing is in both captures. */
  readonly unheard: Unheard | undefined;
}

/** The causes of a loss; what the capture shows of the way comes before what may be on any way. */
export const lostCauses = (lost: Lost): Cause[] =>
  lost.reasons.reduceRight<Cause[]>((others, one) => putFirst(one.cause, others), anyCauses(lost));

/** A message that passed between two of the same name and client that were lost. */
export const partOf = (lost: readonly Event[], same: readonly Event[]): Event | undefined =>
  same.find(
    ({ name, client, time }) =>
      lost.some((one) => one.name === name && one.client === client && one.time < time) &&
      lost.some((one) => one.name === name && one.client === client && one.time > time),
  );

/** What passed beside a message, as evidence. */
export const besideText = ({ client, frame, got }: Passed, { fromClient, kind }: Event, seen: string): string =>
  `frame ${frame} of ${seen}, ${fromClient ? 'from' : 'to'} ${kind.startsWith('v6') ? nameOfDuid(client) : client}, ${got ?? 'passed the same way'}`;

/** Clients send by unicast in vain, and their broadcasts pass since: their port, their VLAN and their link-layer address are let through. */
export function unicastTrait(
  lost: readonly Event[],
  passage: Passage,
  seen: string,
  beside: Passed | undefined,
): Reason | undefined {
  const [event] = lost as [Event];
  const aloud = passage.aloudSince(event);
  if (!aloud || !lost.every((one) => one.fromClient && one.unicast && one.relays.size === 0 && passage.aloudSince(one)))
    return undefined;
  const clientsSend = lost.every(({ client }) => client === event.client) ? 'this client sends' : 'these clients send';
  return {
    cause: cause(
      'likely',
      `A firewall, router or access list on the way stops what ${beside ? clientsSend : 'is sent'} by unicast to ${portText(event.destinationPort, 'UDP ')}, and lets broadcasts pass`,
      unicastText(event, seen),
      `the ${aloud.name} of the same client in frame ${aloud.frames[0]!} of ${seen}, by ${event.kind.startsWith('v6') ? 'multicast' : 'broadcast'}, passed after that, so its port, VLAN and link-layer address are let through`,
      beside && besideText(beside, event, seen),
    ),
    steps: [letPass(event)],
  };
}

function anyCauses(loss: Lost): Cause[] {
  const { who, event, six, seen, missed, beside, samePort, same, own, apart, part, reasons, relay, arp, unheard } =
    loss;
  const { turned, typed, trusted, before } = loss;
  const { fromClient, destinationPort, broadcast, unicast } = event;
  const known = reasons.some(({ cause: { likelihood } }) => likelihood === 'likely');
  const through = beside && besideText(beside, event, seen);
  const port = same?.frames[0] ?? samePort;
  const passes = through ?? (port === undefined ? undefined : `frame ${port} of ${seen} passed to that port`);
  const open = through !== undefined || same !== undefined || turned;
  const block = `A firewall${fromClient ? ' or switch' : ''} between the two points drops datagrams to ${portText(destinationPort, 'UDP ')}`;
  const arrives = unheard?.arrives;
  const blocked =
    !known &&
    (unheard && arrives
      ? cause(
          'likely',
          `A rule or a route on the way keeps back what ${unheard.source} sends to ${unheard.server}, and not what others send`,
          `what ${arrives.source} sends to ${unheard.server} arrives (frame ${arrives.frame} of ${missed})`,
        )
      : through === undefined && before !== undefined
        ? cause(
            'likely',
            block,
            `frame ${before} of ${seen} is the last that passed to that port, and frame ${event.frames[0]!} the first that is lost, so it may have begun between the two`,
          )
        : cause(passes === undefined ? 'likely' : 'unlikely', block, passes));
  const untrusted =
    !fromClient &&
    (!open || trusted !== undefined) &&
    cause(
      trusted !== undefined ? 'unlikely' : known ? 'possible' : 'likely',
      `${six ? 'DHCPv6 guard (RFC 7610)' : 'DHCP snooping'} drops the replies of a server behind a port that is not trusted`,
      trusted,
    );
  const noBroadcasts =
    !fromClient &&
    broadcast &&
    !open &&
    !known &&
    cause(
      arp === undefined ? 'likely' : 'unlikely',
      'Broadcasts do not get through in this direction: storm control, a broadcast filter, or client isolation stops them',
      arp,
    );
  const drops = cause('unlikely', `The capture ${missed} lost frames (tcpdump says “packets dropped by kernel”)`);
  return ranked(
    through !== undefined &&
      own !== undefined &&
      !typed &&
      cause(
        known ? 'possible' : 'likely',
        `Something on the way looks at what these messages hold: DHCP inspection, an access list, or a limit of length`,
        `the ${own.name} in frame ${own.frames[0]!} of ${seen}, of ${own.client === event.client ? 'the same client' : own.client}, passed the same way`,
        through,
        ...apart,
      ),
    through !== undefined &&
      own === undefined &&
      cause(
        known ? 'possible' : 'likely',
        `Something on the way treats ${who} otherwise than others: ${special(loss)}`,
        through,
      ),
    part !== undefined &&
      !known &&
      cause(
        'likely',
        'Only a part gets through: a bad cable or port, an overload, or a limit of rate',
        `the ${part.name} in frame ${part.frames[0]!} of ${seen} passed between those that are lost`,
      ),
    ...(relay === undefined ? [untrusted, noBroadcasts, blocked] : [blocked, untrusted, noBroadcasts]),
    fromClient &&
      broadcast &&
      same?.client !== event.client &&
      !known &&
      cause(
        'possible',
        'The VLAN is not carried all the way, or the port was not forwarding yet (spanning tree, 802.1X)',
      ),
    fromClient &&
      broadcast &&
      !open &&
      relay === undefined &&
      cause('possible', 'A relay between them is missing, or does not hand the message on'),
    unheard !== undefined &&
      cause(
        'possible',
        `A port of a switch between the two points is in another VLAN, or ${missed} was captured where datagrams to ${event.destination ?? UNKNOWN_ADDRESS} do not come by`,
      ),
    !fromClient &&
      unicast &&
      same === undefined &&
      !turned &&
      cause('possible', 'The reply goes to a wrong link-layer address, VLAN or relay'),
    drops,
  );
}

/** What may treat some clients otherwise than others. */
const special = ({ event: { fromClient, relays }, relay, many, six, trusted }: Lost): string =>
  relays.size > 0
    ? `DHCP inspection, or a filter of ${six ? 'DUIDs' : 'hardware addresses (chaddr)'}`
    : `${relay === undefined ? `${many ? 'their' : 'its'} switch port or VLAN, ` : ''}port security${trusted === undefined ? `, a MAC filter, or DHCP snooping${fromClient ? ` that holds ${many ? 'them' : 'it'} to another port` : ''}` : ' or a MAC filter'}`;

/** Step to see whether DHCPv6 guard lets the server’s port send replies. */
const v6Guard = (): Step =>
  stepFor(
    'switch',
    'ios',
    'Cisco IOS',
    '`show ipv6 dhcp guard policy` shows the policies and their ports. The port towards the server needs one with `device-role server`.',
  );

/** What to do about a loss. */
export function lostSteps({
  who,
  client,
  event,
  six,
  seen,
  missed,
  beside,
  same,
  own,
  reasons,
  relay,
  arp,
  trusted,
}: Lost): (Step | string)[] {
  const { fromClient, broadcast, unicast } = event;
  const likely = reasons.some(({ cause: { likelihood } }) => likelihood === 'likely');
  const reply = !fromClient && relay === undefined;
  // The first of them is about ports that are not trusted.
  const ofSwitches = six
    ? reply && !beside
      ? [v6Guard()]
      : []
    : advice.switchPath(fromClient && broadcast && relay === undefined);
  const switches = likely || same || (fromClient && unicast) ? [] : ofSwitches.slice(trusted === undefined ? 0 : 1);
  const open =
    beside || likely || same
      ? []
      : [letPass(event), ...(fromClient && broadcast && !six ? [advice.otherNetwork()] : [])];
  return [
    ...reasons.flatMap(({ steps }) => steps),
    ...(beside && own === undefined && event.relays.size === 0 && !six && !likely
      ? [
          stepFor(
            'switch',
            'ios',
            'Cisco IOS',
            `\`show mac address-table address ${client}\` shows the port and VLAN of ${client}. Compare them with those of ${beside.client}, whose messages pass, and see \`show port-security\`.`,
          ),
          ...(isVirtual(client)
            ? [
                `On the hypervisor of ${who}, let the port group or bridge pass frames from all link-layer addresses (VMware: forged transmits, MAC learning).`,
              ]
            : []),
        ]
      : []),
    ...(reply ? switches : []),
    ...(reply && broadcast && arp === undefined && switches.length > 0 ? [advice.BROADCASTS] : []),
    ...(own && beside
      ? [
          `Compare frame ${event.frames[0]!} of ${seen} with frame ${beside.frame}, which passed, and look on the way for DHCP inspection or filters that tell them apart.`,
        ]
      : []),
    ...(fromClient && unicast ? open : []),
    `Capture at a point half-way between ${seen} and ${missed}, and compare again: each step halves the way.`,
    ...(reply ? [] : switches),
    ...(fromClient && unicast ? [] : open),
  ];
}
