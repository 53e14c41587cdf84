import * as advice from '../words/advice';
import { openPorts6 } from '../words/advice6';
import { cause, ranked } from '../collector';
import type { Cause } from '../finding';
import { putFirst } from '../words/difference';
import { stepFor, type Step } from '../words/steps';
import type { Event, Matching } from './points';

/** Why messages got lost between two points: what passed for others tells a general block from one that concerns this client. */

/** A message of the same kind of another client that passed. */
interface Passed {
  readonly client: string;
  readonly frame: number;
}

/** What passed a point, by direction and way: the first message of two different clients each. */
export class Passage {
  private readonly passed = new Map<string, Passed[]>();

  constructor(events: readonly Event[], { partner }: Matching) {
    for (const event of events) {
      if (!partner.has(event)) continue;
      const key = keyOf(event);
      const known = this.passed.get(key);
      const one = { client: event.client, frame: event.frames[0]! };
      if (!known) this.passed.set(key, [one]);
      else if (known.length < 2 && known[0]!.client !== event.client) known.push(one);
    }
  }

  /** A message of another client that went the same way as this one, and got through. */
  beside(event: Event): Passed | undefined {
    return this.passed.get(keyOf(event))?.find(({ client }) => client !== event.client);
  }
}

const keyOf = ({ fromClient, broadcast, relays, kind }: Event): string =>
  `${kind.startsWith('v6')} ${fromClient} ${broadcast} ${relays.size > 0}`;

/** Who loses what, between which points, and what passed beside it. */
interface Lost {
  readonly who: string;
  readonly fromClient: boolean;
  readonly six: boolean;
  readonly seen: string;
  readonly missed: string;
  readonly beside: Passed | undefined;
  /** What the messages that passed show of the way between the points, and the relay on it. */
  readonly between: readonly Cause[];
  readonly relay: string | undefined;
}

/** The causes of a loss; what the capture shows of the way comes before what may be on any way. */
export const lostCauses = (lost: Lost): Cause[] =>
  lost.between.reduceRight<Cause[]>((others, one) => putFirst(one, others), anyCauses(lost));

function anyCauses({ who, fromClient, six, seen, missed, beside, relay }: Lost): Cause[] {
  const [serverPort, clientPort] = six ? [547, 546] : [67, 68];
  const through =
    beside && `frame ${beside.frame} of ${seen}, ${fromClient ? 'from' : 'to'} ${beside.client}, passed the same way`;
  const block = fromClient
    ? `A firewall or switch between the two points drops datagrams to UDP port ${serverPort}`
    : `A firewall between the two points drops datagrams to UDP port ${clientPort} (to a relay: ${serverPort})`;
  const drops = cause('unlikely', `The capture ${missed} lost frames (tcpdump says “packets dropped by kernel”)`);
  const special = through !== undefined && [
    cause(
      'likely',
      `Something on the way treats ${who} otherwise than others: its switch port or VLAN, port security, a MAC filter, or DHCP snooping that holds it to another port`,
      through,
    ),
    cause('unlikely', block, through),
  ];
  if (fromClient)
    return ranked(
      ...(special || [cause('likely', block)]),
      cause(
        'possible',
        'The VLAN is not carried all the way, or the port was not forwarding yet (spanning tree, 802.1X)',
      ),
      !special &&
        relay === undefined &&
        cause('possible', 'A relay between them is missing, or does not hand the message on'),
      drops,
    );
  return ranked(
    ...(special || [
      cause('likely', block),
      cause('likely', 'DHCP snooping drops the replies of a server behind a port that is not trusted'),
    ]),
    cause('possible', 'The reply goes to a wrong link-layer address, VLAN or relay'),
    drops,
  );
}

/** What to do about a loss. */
export function lostSteps({ who, fromClient, six, seen, missed, beside, relay }: Lost): (Step | string)[] {
  return [
    ...(relay === undefined
      ? []
      : [`Capture on both sides of relay ${relay}: that shows whether it receives the message and hands it on.`]),
    ...(beside && !six
      ? [
          stepFor(
            'switch',
            'ios',
            'Cisco IOS',
            `\`show mac address-table address ${who}\` shows the port and VLAN of ${who}. Compare them with those of ${beside.client}, whose messages pass, and see \`show port-security\`.`,
          ),
        ]
      : []),
    `Capture at a point half-way between ${seen} and ${missed}, and compare again: each step halves the way.`,
    ...advice.switchPath(),
    ...(beside
      ? []
      : six
        ? openPorts6()
        : fromClient
          ? [advice.otherNetwork(), ...advice.openServerPort()]
          : advice.openClientPort()),
  ];
}
