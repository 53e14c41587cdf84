import { optionName } from '../../codec/dhcpv4/options';
import { cause } from '../draft';
import type { Packets } from '../conversations/packet';
import * as advice from '../words/advice';
import { frames, ip } from '../words/words';
import type { Event } from './points';
import type { Reason } from './way';

/** What the messages that were lost have in common, and none of those that passed has. */

/** So many clients with an option lose their messages, and so many without it do not, before it is taken for the reason. */
const LEAST_LOSING = 2;
const LEAST_PASSING = 3;
/** Lost messages that are looked at. */
const MOST_LOST = 64;

/** The reason that what was lost shows beside what passed, all of one name; undefined if it shows none. `relay`: the one between the points. */
export function traitOf(
  lost: readonly Event[],
  passed: readonly Event[],
  packets: Packets,
  relay: string | undefined,
): Reason | undefined {
  if (passed.length === 0 || new Set(lost.map(({ name }) => name)).size > 1) return undefined;
  const some = lost.slice(0, MOST_LOST);
  const { name, fromClient } = lost[0]!;
  const beside = `what passes goes by unicast (frame ${passed[0]!.frames[0]!})`;
  const inFrames = frames(some.map((event) => event.frames[0]!));
  if (!fromClient && some.every(({ broadcast }) => broadcast) && !passed.some(({ broadcast }) => broadcast))
    return {
      cause: cause(
        'likely',
        'Broadcasts do not get through between the two points: storm control, a broadcast filter, or client isolation stops them',
        `each lost ${name} goes by broadcast (${inFrames}); ${beside}`,
      ),
      steps: [advice.BROADCASTS],
    };
  const asked = (event: Event): boolean => packets.get(event.index).dhcp?.broadcast === true;
  if (!fromClient && some.every(asked) && !passed.some(asked))
    return {
      cause: cause(
        'likely',
        `${relay === undefined ? 'Something on the way' : `Relay ${relay}, or a switch behind it,`} does not hand on what the clients ask to get by broadcast`,
        `each lost ${name} has the broadcast flag (${inFrames}), and none that passes has it`,
      ),
      steps: [advice.BROADCASTS],
    };
  const toRelay = relay === undefined && !fromClient ? relayAsked(some, passed, packets) : undefined;
  if (toRelay !== undefined)
    return {
      cause: cause(
        'likely',
        `Nothing to relay ${toRelay} gets from one point to the other: a route, an access list or a firewall`,
        `each lost ${name} goes to ${toRelay} (${inFrames}), and none that passes does (frame ${passed[0]!.frames[0]!} goes to ${passed[0]!.destination ?? '?'})`,
      ),
      steps: [
        `On the routers and firewalls between the two points, look at the route to ${toRelay}, and for rules about it.`,
      ],
    };
  const clients = (events: readonly Event[]): number => new Set(events.map(({ client }) => client)).size;
  if (clients(some) < LEAST_LOSING || clients(passed) < LEAST_PASSING) return undefined;
  const codes = (event: Event): readonly number[] => packets.get(event.index).dhcp?.codes() ?? [];
  const passing = new Set(passed.flatMap(codes));
  const sets = some.map((event) => new Set(codes(event)));
  const code = [...sets[0]!].find((one) => !passing.has(one) && sets.every((own) => own.has(one)));
  if (code === undefined) return undefined;
  const title = `option ${code} (${optionName(code)})`;
  return {
    cause: cause(
      'likely',
      `Something on the way drops messages with ${title}`,
      `it is in each lost ${name} (${inFrames}), and in none of the ${passed.length} that pass`,
    ),
    steps: [`On the firewalls and switches between the two points, look for DHCP inspection that drops ${title}.`],
  };
}

/** The relay to which all lost replies go, and none of those that pass; undefined if there is none. */
function relayAsked(lost: readonly Event[], passed: readonly Event[], packets: Packets): string | undefined {
  const { destination, index } = lost[0]!;
  const giaddr = packets.get(index).dhcp?.giaddr ?? 0;
  if (destination === undefined || giaddr === 0 || destination !== ip(giaddr)) return undefined;
  const goes = (event: Event): boolean => event.destination === destination;
  return lost.every(goes) && !passed.some(goes) ? destination : undefined;
}
