import { ipv4ToText } from '../../codec/bytes';
import { cause } from '../collector';
import type { Cause } from '../finding';
import { stepFor, type Step } from '../words/steps';
import { relaySteps as relaySteps4 } from '../words/relayed';
import { UNKNOWN_ADDRESS, list, portText } from '../words/words';
import type { Event, Matching } from './points';

/** What lies on the way between two points, by what changes in the messages that pass both: relays, VLANs, NAT, a filter of ports. */

/** A message that both points show: at this point, and at the other. */
interface Pair {
  readonly here: Event;
  readonly there: Event;
}

/** The names of the two points, for the evidence. */
interface Names {
  readonly seen: string;
  readonly missed: string;
}

/** How many different VLANs, or pairs of ports, are told apart. */
const MOST_KINDS = 256;

/** Why messages may not have passed, and what to do about that. */
export interface Reason {
  readonly cause: Cause;
  readonly steps: readonly Step[];
}

/** The way from one point to the other. */
export class Way {
  /** By relay that lies between: a message that shows it. The same by client. */
  private readonly relays = new Map<string, Pair>();
  private readonly relayOf = new Map<string, string>();
  /** By direction and by VLAN, or by ports: the first message that passed. */
  private readonly vlans = new Map<boolean, Map<string, Pair>>();
  private readonly ports = new Map<boolean, Map<string, Pair>>();
  private nat: Pair | undefined;
  /** The same of a reply, which a relay may send on from its own address. */
  private natBack: Pair | undefined;

  constructor(events: readonly Event[], { partner }: Matching) {
    for (const here of events) {
      const there = partner.get(here);
      if (!there) continue;
      const pair = { here, there };
      note(this.vlans, here, vlanText(here), pair);
      note(this.ports, here, portsText(here), pair);
      const relay = here.fromClient ? relayBetween(pair) : undefined;
      if (relay !== undefined) {
        if (!this.relays.has(relay)) this.relays.set(relay, pair);
        if (!this.relayOf.has(here.client)) this.relayOf.set(here.client, relay);
      } else if (isTranslated(pair)) {
        if (here.fromClient) this.nat ??= pair;
        else this.natBack ??= pair;
      }
    }
  }

  /** The relay that lies between, where the client's own messages show it, or where there is only one. */
  relayFor({ client }: Event): string | undefined {
    return this.relayOf.get(client) ?? (this.relays.size === 1 ? [...this.relays.keys()][0] : undefined);
  }

  /** What may keep these messages back, all of one client and one direction, the likeliest first. */
  reasonsFor(lost: readonly Event[], names: Names): Reason[] {
    return [
      this.vlanCause(lost, names),
      this.portCause(lost, names),
      this.natCause(lost, names),
      this.routedCause(lost, names) ?? this.relayCause(lost[0]!, names),
    ].filter((one) => one !== undefined);
  }

  /** What a client sends by unicast is routed, and no relay handles it: only what the relay itself sends passes. */
  private routedCause(lost: readonly Event[], names: Names): Reason | undefined {
    const [event] = lost as [Event];
    const relay = this.relayFor(event);
    if (relay === undefined || !lost.every((one) => one.fromClient && one.unicast && one.relays.size === 0))
      return undefined;
    const destination = event.destination!;
    const { there } = this.relays.get(relay)!;
    if (destination === relay) return undefined;
    return {
      cause: cause(
        'likely',
        `A firewall or router on the way lets what relay ${relay} sends pass, but not what clients send themselves: it is routed, and no relay handles it`,
        unicastText(event, names.seen),
        `the ${there.name} that passes comes from ${there.source ?? UNKNOWN_ADDRESS}, ${portText(there.sourcePort)} (${placeIn(there, names.missed)})`,
      ),
      steps: [
        letPass(event),
        stepFor(
          'relay',
          'linux',
          `Linux, on ${relay}`,
          `\`ip route get ${destination}\` shows whether it routes to the server, \`nft list ruleset\` what it forwards.`,
        ),
      ],
    };
  }

  private relayCause(event: Event, names: Names): Reason | undefined {
    const relay = this.relayFor(event);
    if (relay === undefined) return undefined;
    const { here, there } = this.relays.get(relay)!;
    return {
      cause: cause(
        'likely',
        `Relay ${relay}, which lies between the two points, does not hand the ${event.name} on, or does not receive it`,
        `the ${here.name} passes it: ${relayText(here)} in ${placeIn(here, names.seen)}, ${relayText(there)} in ${placeIn(there, names.missed)}`,
      ),
      steps: relaySteps(relay, event),
    };
  }

  private vlanCause(lost: readonly Event[], { seen }: Names): Reason | undefined {
    const all = this.vlans.get(lost[0]!.fromClient);
    const vlan = same(lost, vlanText);
    if (!all || vlan === undefined || all.has(vlan)) return undefined;
    const [pair] = [...all.values()] as [Pair];
    return {
      cause: cause(
        'likely',
        vlan === NO_VLAN
          ? 'Frames without a VLAN tag are not carried from one point to the other'
          : `${vlan} is not carried from one point to the other`,
        `what passes is in ${list([...all.keys()], 3)} (the first is ${placeIn(pair.here, seen)}), and what is lost in ${vlan}`,
      ),
      steps: [
        stepFor(
          'switch',
          'ios',
          'Cisco IOS',
          `\`show interfaces trunk\`, on each switch between the two points, shows whether ${vlan === NO_VLAN ? 'the native VLAN' : vlan} is allowed and active on the trunk.`,
        ),
      ],
    };
  }

  private portCause(lost: readonly Event[], { seen }: Names): Reason | undefined {
    const all = this.ports.get(lost[0]!.fromClient);
    const ports = same(lost, portsText);
    if (!all || ports === undefined || all.has(ports)) return undefined;
    return {
      cause: cause(
        'likely',
        `A filter on the way lets messages pass by their UDP ports: not those ${ports}`,
        `what passes goes ${list([...all.keys()], 3)} (the first is ${placeIn([...all.values()][0]!.here, seen)})`,
      ),
      steps: [letPass(lost[0]!)],
    };
  }

  private natCause(lost: readonly Event[], { seen, missed }: Names): Reason | undefined {
    const nat = this.nat ?? (this.relays.size === 0 ? this.natBack : undefined);
    if (!nat) return undefined;
    const { here, there } = nat;
    const toRelay = !lost[0]!.fromClient && lost[0]!.relays.size > 0;
    const giaddr = [...lost[0]!.relays].map((one) => ipv4ToText(Number(one)))[0];
    const told = cause(
      toRelay ? 'likely' : 'possible',
      toRelay
        ? 'A NAT lies between the two points: it does not change giaddr, so the reply goes to an address that only the other side knows'
        : 'A NAT lies between the two points, and does not know where to send this message',
      `the ${here.name} comes from ${endText(here)} in ${placeIn(here, seen)}, and from ${endText(there)} in ${placeIn(there, missed)}`,
    );
    return {
      cause: told,
      steps: toRelay
        ? [
            `On the router that translates, exempt UDP port 67 of ${giaddr} from NAT.`,
            `On the server’s side, add a route to ${giaddr}, by a tunnel if it is a private address.`,
          ]
        : ['On the router that translates, see whether it has an entry for this message.'],
    };
  }
}

function note(all: Map<boolean, Map<string, Pair>>, { fromClient }: Event, key: string | undefined, pair: Pair): void {
  if (key === undefined) return;
  let known = all.get(fromClient);
  if (!known) all.set(fromClient, (known = new Map<string, Pair>()));
  if (known.size < MOST_KINDS && !known.has(key)) known.set(key, pair);
}

/** What all the messages have in common; undefined if they differ. */
function same(events: readonly Event[], of: (event: Event) => string | undefined): string | undefined {
  const first = of(events[0]!);
  return events.every((event) => of(event) === first) ? first : undefined;
}

/**
 * The relay between the two sightings of a request: the first one writes its address into giaddr (RFC 1542 §4.1.1), a second one only counts
 * hops and sends from its own address. In DHCPv6, it sends a RELAY-FORW.
 */
function relayBetween({ here, there }: Pair): string | undefined {
  const [near, far] =
    here.relays.size < there.relays.size || (here.hops ?? 0) < (there.hops ?? 0) ? [here, there] : [there, here];
  const added = [...far.relays].find((relay) => !near.relays.has(relay));
  if (added !== undefined) return far.hops === undefined ? far.source : ipv4ToText(Number(added));
  const passed = near.hops ?? 0;
  return passed > 0 && (far.hops ?? 0) > passed ? far.source : undefined;
}

/** Whether a message leaves a host at one address or port and arrives from another, with no relay between. */
const isTranslated = ({ here, there }: Pair): boolean =>
  here.source !== undefined &&
  there.source !== undefined &&
  here.hops === there.hops &&
  here.unicast &&
  there.unicast &&
  here.relays.size === there.relays.size &&
  (here.source !== there.source || here.sourcePort !== there.sourcePort);

/** How to see what a relay does with a message. */
const relaySteps = (relay: string, { name, hops }: Event): Step[] =>
  hops === undefined
    ? [
        stepFor(
          'relay',
          'linux',
          `Linux, on relay ${relay}`,
          `\`tcpdump -ni any "udp port 546 or udp port 547"\` shows whether the ${name} comes to it, and whether it goes on.`,
        ),
      ]
    : relaySteps4(relay, name);

const NO_VLAN = 'no VLAN (no tag)';
const vlanText = ({ vlans }: Event): string => (vlans === undefined ? NO_VLAN : `VLAN ${vlans}`);
/** The ports of a message; undefined where a text does not tell both. */
const portsText = ({ sourcePort, destinationPort }: Event): string | undefined =>
  sourcePort === undefined || destinationPort === undefined
    ? undefined
    : `from port ${sourcePort} to port ${destinationPort}`;
/** The step that opens the way for a message. */
export function letPass(event: Event): string {
  const { source, destination } = event;
  const ports = portsText(event);
  const ends = source === undefined || destination === undefined ? '' : `, as from ${source} to ${destination}`;
  return `On the firewalls and routers between the two points, let ${ports === undefined ? 'DHCP' : `UDP ${ports}`} pass${ends}.`;
}
const endText = ({ source = UNKNOWN_ADDRESS, sourcePort }: Event): string =>
  sourcePort === undefined ? source : `${source}, port ${sourcePort},`;
/** A lost unicast, as evidence. */
export const unicastText = (event: Event, seen: string): string =>
  `the lost ${event.name} goes by unicast from ${endText(event)} to ${event.destination ?? UNKNOWN_ADDRESS} (${placeIn(event, seen)})`;
const placeIn = ({ frames }: Event, name: string): string => `frame ${frames[0]!} of ${name}`;

/** What shows whether a relay has handled a message. */
function relayText({ relays, hops, source = UNKNOWN_ADDRESS }: Event): string {
  if (hops === undefined) return relays.size > 0 ? `a RELAY-FORW from ${source}` : `sent by ${source} itself`;
  const giaddr = relays.size > 0 ? list([...relays].map((one) => ipv4ToText(Number(one)))) : '0.0.0.0';
  return `giaddr ${giaddr} and hops ${hops}`;
}
