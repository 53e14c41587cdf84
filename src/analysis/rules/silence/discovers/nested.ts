import { cause } from '../../../collector';
import type { Message } from '../../../conversations/model';
import type { Cause } from '../../../finding';
import type { World } from '../../../evidence/world';
import { stepFor, type Step } from '../../../words/steps';

/** Guests and containers of the capturing host, of which only the host itself is answered. */

/** By link: the link-layer addresses with which the capturing host sends and is answered. */
function answeredHere({ exchanges }: World): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const exchange of exchanges) {
    if (exchange.leaseAnswers === 0 || exchange.opening.sentHere !== true) continue;
    const { link, dhcp } = exchange.opening;
    const known = all.get(link);
    if (known) known.add(dhcp!.chaddr);
    else all.set(link, new Set([dhcp!.chaddr]));
  }
  return all;
}

/** The capturing host sends for several link-layer addresses, and only one of them is answered: its own, as a switch sees it. */
export function nestedCause(run: readonly Message[], world: World): Cause | undefined {
  const { link, dhcp, frame } = run[0]!;
  const answered = world.once(answeredHere).get(link);
  if (answered?.size !== 1 || answered.has(dhcp.chaddr) || !run.every(({ sentHere }) => sentHere)) return undefined;
  return cause(
    'likely',
    'The switch behind this host, virtual or physical, lets through the host’s own MAC address only (forged transmits and MAC changes of a virtual switch, port security, 802.1X)',
    `this host sends the DISCOVER in frame ${frame} for ${dhcp.chaddr}; only ${[...answered].join()} is answered here`,
  );
}

export const nestedSteps = (): Step[] => [
  'In the virtual switch behind this host, allow further MAC addresses: “Forged transmits” and “MAC address changes” in VMware, MAC spoofing in Hyper-V.',
  stepFor(
    'switch',
    'ios',
    'Cisco IOS',
    '`show port-security address` shows which MAC addresses the port lets through.',
  ),
  'Capture behind that switch: if the DISCOVER is not there, the switch drops it.',
];
