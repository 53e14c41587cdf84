import { messageType6 } from '../../../codec/dhcpv6/message';
import { cause, ranked } from '../../collector';
import type { Note6 } from '../../conversations/v6model';
import { withFinding } from '../../draft';
import { loops6 } from '../../evidence/loops6';
import { stepFor } from '../../words/steps';
import { frames, list } from '../../words/words';
import type { WorldRule } from '../rule';
import type { Why6 } from './whySilent';

/** DHCPv6: relays that pass a message round in a loop. */

/** A message returns with growing hop counts to a relay that it has passed. */
export const v6RelayLoop: WorldRule = function* (world) {
  for (const { client, frames: all, hops, relays, again } of world.once(loops6)) {
    const who = relays.length === 1 ? `Relay ${relays[0]!}` : `Relays ${list(relays)}`;
    const most = hops.reduce((a, b) => Math.max(a, b), 0);
    yield {
      id: 'relay-loop',
      severity: 'error',
      subject: list(relays),
      frames: all,
      detail: () => ({
        title: `Relay loop: ${who.replace('R', 'r')} ${relays.length === 1 ? 'passes' : 'pass'} a DHCPv6 message round`,
        explanation: `A message of ${client} is seen as RELAY-FORW with hop counts ${hops[0]!} to ${most} (${frames(all)}). The relay that sent it in frame ${again[0]} sends it again in frame ${again[1]}: it came back to a relay that it had passed. Each round loads every relay on the way.`,
        causes: ranked(
          cause(
            'likely',
            relays.length === 1
              ? 'The relay has itself as destination, or a multicast address that it hears itself'
              : 'The relays have each other as destination, and none of them the server',
          ),
        ),
        steps: relays.map((relay) =>
          stepFor(
            'relay',
            'ios',
            `Cisco IOS, on relay ${relay}, in the clients’ interface`,
            '`ipv6 dhcp relay destination SERVER` must name the server itself, and no other relay.',
          ),
        ),
        reference: 'RFC 9915 §7.6, §19.1',
      }),
    };
  }
};

/** Why a message that goes round among relays is not answered. */
export const loopWhy6 = ({ type, frames: all }: Note6): Why6 => ({
  causes: [
    withFinding(
      'relay-loop',
      all,
      cause(
        'likely',
        `Relays send the ${messageType6(type)} round in a circle: none of them may hand it on to a server`,
        `hop counts grow in ${frames(all)}`,
        'see the finding relay-loop',
      ),
    ),
  ],
  steps: ['Let the relays send to the server: the finding relay-loop has the steps.'],
});
