import { parseIpv4 } from '../../codec/bytes';
import * as advice from '../words/advice';
import { cause, ranked, type Draft } from '../collector';
import type { Cause } from '../finding';
import { silentServers, type SilentServer } from '../evidence/forwarding';
import { AROUND, hostBy } from '../evidence/silence/scene';
import type { Sign } from '../evidence/alive';
import type { World } from '../evidence/world';
import { scopeSteps } from './smartRelay';
import { count, list } from '../words/words';
import type { WorldRule } from './rule';

/* A relay has several servers: one serves its clients, and another never answers. */

/** A DHCPv4 server that answers no DISCOVER which a relay forwards to it, though another server of that relay does. */
export const secondServer: WorldRule = function* (world) {
  for (const one of silentServers(world)) {
    // `port-unreachable`, `firewall-reject` or `host-unreachable` tells it.
    if (refuses(one.server, world)) continue;
    const address = parseIpv4(one.server) ?? 0;
    const { up, inVain } = hostBy(address, one.from - AROUND, one.to + AROUND, world);
    const down = up === undefined && inVain.length > 0;
    yield draftOf(one, 'DISCOVER', down ? 'warning' : 'info', () => ({
      causes: ranked(
        down &&
          cause(
            'likely',
            `${one.server} is down`,
            `ARP for ${one.server} gets no answer`,
            `frames ${list(inVain.map(String))}`,
          ),
        ...usualCauses(one, down, up),
      ),
      steps: advice.together(
        byDesign(one),
        advice.serverRunning({ server: one.server }),
        one.relays.slice(0, 1).flatMap(scopeSteps),
        one.relays
          .slice(0, 1)
          .map(
            (relay) =>
              `Linux, on server ${one.server}: \`ip route get ${relay}\` shows whether a route leads back to the relay.`,
          ),
        advice.openServerPort({ server: one.server }),
      ),
      reference: 'RFC 1542 §4.1, RFC 2131 §4.3.1, RFC 3074',
    }));
  }
};

/** Whether ICMP quotes a datagram to a server: something on the way refused it. */
export const refuses = (server: string, { neighbours }: World): boolean =>
  neighbours.icmpErrors.some(
    ({ quotedDestination, quotedPort }) => quotedDestination === server && (quotedPort === 67 || quotedPort === 547),
  );

/** The first thing to ask: many networks have such a server on purpose. */
export const byDesign = ({ server }: SilentServer): advice.Step[] => [
  `See what ${server} is for: if it is a standby, a boot server or a service that only listens, nothing needs to be done.`,
];

/** The finding about one such server. */
export function draftOf(
  { server, relays, answering, clients, messages, frames }: SilentServer,
  type: string,
  severity: Draft['severity'],
  why: () => Pick<ReturnType<Draft['detail']>, 'causes' | 'steps' | 'reference'>,
): Draft {
  const who = relays.length === 1 ? `relay ${relays[0]!}` : `${relays.length} relays`;
  return {
    id: 'relay-unanswered',
    severity,
    subject: server,
    frames,
    detail: () => ({
      title: `Server ${server} ${messages === 1 ? `does not answer the ${type}` : `answers none of the ${messages} ${type}s`} that ${who} ${relays.length === 1 ? 'forwards' : 'forward'} to it; ${list(answering)} ${answering.length === 1 ? 'does' : 'do'}`,
      explanation: `${list(relays.map((relay) => `Relay ${relay}`))} forwarded ${count(messages, type)} of ${count(clients.length, 'client')} (${list(clients)}) to ${server}, and this capture shows no reply of ${server} to ${relays.length === 1 ? 'that relay' : 'these relays'}. ${list(answering)} answers, so the clients are served; but if ${list(answering)} fails, nothing here shows that ${server} takes over.`,
      ...why(),
    }),
  };
}

/** What keeps one server of several silent, whatever the protocol. */
export function usualCauses(
  { server, answering, answered, halves, clients, relays }: SilentServer,
  down: boolean,
  up?: Sign,
): (Cause | false)[] {
  const [one, other] = halves;
  const balanced = one + other > 0 && (one === 0 || other === 0);
  const serves = answered.length > 0;
  return [
    cause(
      down || serves ? 'possible' : 'likely',
      `${server} is silent by design: the standby of a failover pair, a boot server that answers only PXE clients, or a service that only listens (access control, inventory)`,
      `${list(answering)} answers`,
      up && `its host is up: it ${up.text}`,
    ),
    balanced &&
      !down &&
      cause(
        'possible',
        `${server} and ${list(answering)} share the clients by a hash (RFC 3074), and ${server} has the other half`,
        `${clients.length === 1 ? 'the only client is' : `all ${clients.length} clients are`} in one half of the hash`,
      ),
    cause(
      serves ? 'likely' : 'possible',
      `${server} has no scope (subnet) for ${list(relays)}`,
      serves && `it answers ${answered.length === 1 ? `relay ${answered[0]!}` : `${answered.length} other relays`}`,
    ),
    !down &&
      cause(
        'possible',
        `${server} ${up ? 'does not listen' : 'is down, does not listen'}, or a firewall between drops what it gets or sends`,
      ),
    cause('possible', `${server} has no route back to ${list(relays)}`),
  ];
}
