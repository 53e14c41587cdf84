import { cause } from '../../collector';
import type { Message } from '../../conversations/model';
import { unicastOnly, type UnicastOnly } from '../../evidence/silence/unicastOnly';
import type { World } from '../../evidence/world';
import type { Cause } from '../../finding';
import * as advice from '../../words/advice';
import { count, frames } from '../../words/words';

/** A server that answers unicasts, and not one broadcast: what keeps broadcasts from it is the reason, not what they ask for. */

/** How the link of these messages is served, if by unicast only; undefined where one of them is no broadcast in vain. */
export function deafTo(asked: readonly Message[], world: World): UnicastOnly | undefined {
  const deaf = asked[0] && world.once(unicastOnly).get(asked[0].link);
  return deaf && asked.every(({ packet }) => packet.destination === '255.255.255.255') ? deaf : undefined;
}

/** That as a cause: likely where a broadcast is in vain that needs no free address. */
export function deafCause({ server, near, heard, broadcasts, keeping }: UnicastOnly): Cause {
  const framesOf = (messages: readonly Message[]): string => frames(messages.map(({ frame }) => frame));
  return cause(
    keeping.length > 0 ? 'likely' : 'possible',
    near === false
      ? `No relay forwards the broadcasts of this link: server ${server} is in another network, and hears only what is sent to its own address`
      : `Server ${server} hears unicasts and no broadcasts: its firewall drops what goes to 255.255.255.255, its program listens on its own address only, or a switch holds broadcasts back (storm control)`,
    `${server} answers ${count(heard.length, 'unicast')} (${framesOf(heard)}), and none of the ${broadcasts.length} broadcasts (${framesOf(broadcasts)})`,
    keeping.length > 0 &&
      `${framesOf(keeping)} only ${keeping.length === 1 ? 'asks' : 'ask'} to keep an address, which needs no free one`,
  );
}

/** The steps for it. */
export const deafSteps = ({ server, near }: UnicastOnly): advice.Step[] =>
  near === false
    ? advice.relay({ server })
    : [
        `On server ${server}: \`tcpdump -ni any "udp dst port 67 and dst host 255.255.255.255"\` shows whether broadcasts reach it. If they do, look at its firewall and at where its program listens; if not, at the switches.`,
        ...advice.openServerPort({ server }),
        ...advice.settings({
          kea: '`"dhcp-socket-type": "raw"` under `"interfaces-config"`: with `"udp"`, Kea hears only relays and unicasts.',
        }),
        advice.stepFor(
          'switch',
          'ios',
          'Cisco IOS',
          '`show storm-control broadcast` shows whether the port of the server, or one on the way to it, holds broadcasts back.',
        ),
      ];
