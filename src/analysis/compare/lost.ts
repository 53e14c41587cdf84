import { isVirtual } from '../../codec/names/hardware';
import * as advice from '../words/advice';
import { openPorts6 } from '../words/advice6';
import { cause, ranked } from '../draft';
import type { Cause } from '../finding';
import { putFirst } from '../words/difference';
import { stepFor, type Step } from '../words/steps';
import { push } from '../../codec/append';
import type { Event, Matching } from './points';
import type { Reason } from './way';

/** Why messages got lost between two points: what passed for others tells a general block from one that concerns this client. */

/** A message of the same kind of another client that passed. */
interface Passed {
  readonly client: string;
  readonly frame: number;
}

/** How many messages of one name that passed are kept, and of how many clients one each by way. */
const MOST_PASSED = 256;
const MOST_CLIENTS = 8;

/** What passed a point, by direction and way. */
export class Passage {
  private readonly passed = new Map<string, Passed[]>();
  private readonly byName = new Map<string, Event[]>();
  private readonly toPort = new Map<string, Passed[]>();

  constructor(events: readonly Event[], { partner }: Matching) {
    for (const event of events) {
      if (!partner.has(event)) continue;
      const one = { client: event.client, frame: event.frames[0]! };
      for (const [map, key] of [
        [this.passed, keyOf(event)],
        [this.toPort, portOf(event)],
      ] as const) {
        const known = map.get(key) ?? [];
        if (known.length < MOST_CLIENTS && !known.some(({ client }) => client === one.client)) push(map, key, one);
      }
      if ((this.byName.get(event.name)?.length ?? 0) < MOST_PASSED) push(this.byName, event.name, event);
    }
  }

  /** A message of a client that is none of these, which went the same way as this one, and got through. */
  beside(event: Event, lost: ReadonlySet<string>): Passed | undefined {
    return this.passed.get(keyOf(event))?.find(({ client }) => !lost.has(client));
  }

  /** Messages of this name that passed, some of them. */
  named(name: string): readonly Event[] {
    return this.byName.get(name) ?? [];
  }

  /** A frame of such a client in this direction to the same port that got through. */
  samePort(event: Event, lost: ReadonlySet<string>): number | undefined {
    return this.toPort.get(portOf(event))?.find(({ client }) => !lost.has(client))?.frame;
  }
}

const keyOf = ({ fromClient, broadcast, relays, kind }: Event): string =>
  `${kind.startsWith('v6')} ${fromClient} ${broadcast} ${relays.size > 0}`;
const portOf = ({ fromClient, destinationPort }: Event): string => `${fromClient} ${destinationPort ?? '?'}`;

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
  /** A frame to the same port that passed. */
  readonly samePort: number | undefined;
  /** What the messages show of the way between the points, the likeliest first, and the relay on it. */
  readonly reasons: readonly Reason[];
  readonly relay: string | undefined;
}

/** The causes of a loss; what the capture shows of the way comes before what may be on any way. */
export const lostCauses = (lost: Lost): Cause[] =>
  lost.reasons.reduceRight<Cause[]>((others, one) => putFirst(one.cause, others), anyCauses(lost));

function anyCauses({ who, many, event, seen, missed, beside, samePort, reasons, relay }: Lost): Cause[] {
  const { fromClient, destinationPort, broadcast } = event;
  const known = reasons.some(({ cause: { likelihood } }) => likelihood === 'likely');
  const through =
    beside && `frame ${beside.frame} of ${seen}, ${fromClient ? 'from' : 'to'} ${beside.client}, passed the same way`;
  const passes = through ?? (samePort === undefined ? undefined : `frame ${samePort} of ${seen} passed to that port`);
  const block = `A firewall${fromClient ? ' or switch' : ''} between the two points drops datagrams to UDP port ${destinationPort ?? '?'}`;
  const drops = cause('unlikely', `The capture ${missed} lost frames (tcpdump says “packets dropped by kernel”)`);
  return ranked(
    through !== undefined &&
      cause(
        known ? 'possible' : 'likely',
        `Something on the way treats ${who} otherwise than others: ${special(event, relay, many)}`,
        through,
      ),
    !known && cause(passes === undefined ? 'likely' : 'unlikely', block, passes),
    !fromClient &&
      through === undefined &&
      cause(
        known ? 'possible' : 'likely',
        'DHCP snooping drops the replies of a server behind a port that is not trusted',
      ),
    fromClient &&
      broadcast &&
      !known &&
      cause(
        'possible',
        'The VLAN is not carried all the way, or the port was not forwarding yet (spanning tree, 802.1X)',
      ),
    fromClient &&
      broadcast &&
      through === undefined &&
      relay === undefined &&
      cause('possible', 'A relay between them is missing, or does not hand the message on'),
    !fromClient && cause('possible', 'The reply goes to a wrong link-layer address, VLAN or relay'),
    drops,
  );
}

/** What may treat some clients otherwise than others. */
const special = ({ fromClient }: Event, relay: string | undefined, many: boolean): string =>
  `${relay === undefined ? `${many ? 'their' : 'its'} switch port or VLAN, ` : ''}port security, a MAC filter, or DHCP snooping${fromClient ? ` that holds ${many ? 'them' : 'it'} to another port` : ''}`;

/** What to do about a loss. */
export function lostSteps({ who, client, event, six, seen, missed, beside, reasons }: Lost): (Step | string)[] {
  const likely = reasons.some(({ cause: { likelihood } }) => likelihood === 'likely');
  return [
    ...reasons.flatMap(({ steps }) => steps),
    ...(beside && !six && !likely
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
    `Capture at a point half-way between ${seen} and ${missed}, and compare again: each step halves the way.`,
    ...(likely || six ? [] : advice.switchPath()),
    ...(beside || likely
      ? []
      : six
        ? openPorts6()
        : event.fromClient
          ? [advice.otherNetwork(), ...advice.openServerPort()]
          : advice.openClientPort()),
  ];
}
