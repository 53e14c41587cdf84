import { messageType6 } from '../../../codec/dhcpv6/message';
import { cause, ranked } from '../../collector';
import type { Note6 } from '../../conversations/v6model';
import { withFinding, type Draft } from '../../draft';
import { loops6 } from '../../evidence/loops6';
import { silentServers6 } from '../../evidence/forwarding';
import { refusalCause6 } from '../../evidence/silence/refusals';
import { silentRelays, type SilentRelay } from '../../evidence/silence/unansweredRelays6';
import type { World } from '../../evidence/world';
import { icmpSign } from '../../evidence/alive';
import type { IcmpError } from '../../evidence/neighbours';
import type { Cause } from '../../finding';
import { ruleMissing, settings, together } from '../../words/advice';
import { stepFor, type Setting, type Step } from '../../words/steps';
import { listens6, refusalSteps6, routeBack6 } from '../../words/advice6';
import { putFirst } from '../../words/difference';
import { count, frames, list } from '../../words/words';
import type { WorldRule } from '../rule';
import { byDesign, draftOf, refuses, usualCauses } from '../secondServer';
import { refusals6, type Why6 } from './whySilent';

/* DHCPv6 between relays and servers. */

/** How each server program knows which subnet a relay’s clients are in. */
function subnets6(links: readonly string[]): Setting {
  const link = links.length === 0 ? 'that the relay sends' : list(links);
  return {
    dhcpd: `a \`subnet6\` must hold the link-address ${link}`,
    kea: `a \`"subnet6"\` entry must hold the link-address ${link}, or name the relay: \`"relay": { "ip-addresses": [ … ] }\``,
    dnsmasq: `a \`dhcp-range=\` must lie in the subnet of the link-address ${link}`,
    windows: `\`Get-DhcpServerv6Scope\` must list a scope that holds the link-address ${link}`,
  };
}

const relaysText = (relays: readonly string[]): string =>
  relays.length === 1 ? `relay ${relays[0]!}` : `${relays.length} other relays`;

/** The ICMPv6 errors about what a relay sends to its servers. */
export const refusalsTo = ({ relay, to }: SilentRelay, world: World): readonly IcmpError[] =>
  refusals6(world).filter((one) => one.quotedSource === relay && to.has(one.quotedDestination));

/** Whether ICMPv6 tells of each server that nothing arrives there: then there is nothing else to be known about its silence. */
const allRefuse = ({ to }: SilentRelay, errors: readonly IcmpError[]): boolean =>
  [...to].every((server) => errors.some(({ quotedDestination }) => quotedDestination === server));

/** What a relay gets no answer to, where it gets answers to the rest. */
export const forLinks = ({ partly, links }: SilentRelay): string =>
  !partly || links.length === 0 ? '' : ` for link-address ${list(links)}`;

/** RELAY-FORW messages go to a server, but no RELAY-REPL comes back to that relay, or none for some of its links. */
export const v6RelayUnanswered: WorldRule = function* (world) {
  for (const silent of world.once(silentRelays)) {
    const { relay, frames, bare } = silent;
    const servers = list([...silent.to]);
    if (bare.length > 0) {
      yield answeredBare(silent);
      continue;
    }
    yield {
      id: 'relay-unanswered',
      severity: 'error',
      subject: relay,
      frames,
      detail: () => ({
        title: `DHCPv6 relay ${relay} gets no answer from ${servers}${forLinks(silent)}`,
        explanation: `The relay forwarded ${count(frames.length, 'message')} as RELAY-FORW to ${servers}${forLinks(silent)}, and this capture shows no RELAY-REPL to it${forLinks(silent) === '' ? '' : ' that names it'}.`,
        ...whySilentTo(silent, world),
        reference: 'RFC 9915 §19',
      }),
    };
  }
};

/** Weighs why a relay gets no answer, and gives the steps for the likely cause first. */
function whySilentTo(silent: SilentRelay, world: World): { readonly causes: Cause[]; readonly steps: Step[] } {
  const { relay, to, links, served, meanwhile, answered, since } = silent;
  const servers = list([...to]);
  const errors = refusalsTo(silent, world);
  const refusal = refusalCause6(errors, world);
  if (refusal && allRefuse(silent, errors)) return { causes: [refusal], steps: refusalSteps6(errors[0]!, world) };
  const own = served.length > 0 && `${servers} answers this relay for link-address ${list(served)}`;
  const up = [...to].map((server) => icmpSign(server, since, Infinity, world)).find((sign) => sign !== undefined);
  const others = answered.length > 0 && `${servers} answers ${relaysText(answered)}`;
  const beside = own === false && others !== false;
  const causes = ranked(
    cause(
      'likely',
      `The server has no subnet for the link-address${links.length === 0 ? '' : ` ${list(links)}`}, so it does not know which pool to take`,
      own,
      others,
    ),
    own !== false &&
      cause(
        'possible',
        'The server has that subnet, and does not serve it: it is switched off, or a class or a filter keeps its clients out',
      ),
    cause(
      meanwhile ? 'unlikely' : own !== false || others !== false ? 'possible' : 'likely',
      beside
        ? `A rule of a firewall or router on the way drops UDP port 547 between ${relay} and ${servers}, and lets other relays through`
        : up
          ? 'The server’s DHCPv6 program has stopped while its host is up, or a firewall between relay and server blocks UDP port 547'
          : 'The server is down, or a firewall between relay and server blocks UDP port 547',
      !beside && up && `its host ${up.text}`,
      beside && others,
      meanwhile && `${servers} answers this relay in the meantime`,
    ),
    own === false && cause('possible', 'The server has no route back to the relay'),
  );
  return {
    causes: refusal ? putFirst(refusal, causes) : causes,
    steps: together(refusal ? refusalSteps6(errors[0]!, world) : [], [
      ...settings(subnets6(links)),
      listens6([...to][0]),
      ...(own === false ? [routeBack6(relay)] : []),
      ...(beside && !refusal ? [ruleMissing(relay, servers, list(answered, 2), 547)] : []),
    ]),
  };
}

/** The server answers the relay as if it were a client. */
function answeredBare({ relay, to, frames: asked, bare }: SilentRelay): Draft {
  const servers = list([...to]);
  const own = bare.map(({ frame }) => frame);
  const name = messageType6(bare[0]!.type);
  return {
    id: 'relay-unanswered',
    severity: 'error',
    subject: relay,
    frames: [...own, ...asked],
    detail: () => ({
      title: `DHCPv6 server ${servers} answers relay ${relay} without RELAY-REPL`,
      explanation: `The relay forwarded ${count(asked.length, 'message')} as RELAY-FORW to ${servers} (${frames(asked)}). What comes back is ${count(bare.length, name)} as for a client (${frames(own)}), and no RELAY-REPL. An answer to a relay must be wrapped in RELAY-REPL, and go to UDP port 547; a relay does not take it otherwise, so it does not get to the client.`,
      causes: ranked(
        cause(
          'likely',
          'The program on the server takes the relay for a client, as one that does not support relays would',
          `RELAY-FORW in frame ${asked[0]!}, ${name} without RELAY-REPL in ${frames(own)}`,
        ),
        cause('possible', 'A proxy or another relay on the way unwraps the answer'),
      ),
      steps: [
        `Update the DHCPv6 program on ${servers}, or replace it by one that supports relays; keep this capture for its maker.`,
        `Capture on ${servers} as well: that tells whether the RELAY-REPL is missing there already.`,
      ],
      reference: 'RFC 9915 §7.2, §19.3',
    }),
  };
}

/** A DHCPv6 server that answers no SOLICIT which a relay forwards to it, though another server of that relay does. */
export const v6SecondServer: WorldRule = function* (world) {
  for (const one of silentServers6(world)) {
    if (refuses(one.server, world)) continue;
    yield draftOf(one, 'SOLICIT', 'info', () => ({
      causes: ranked(...usualCauses(one, false)),
      steps: [
        ...byDesign(one),
        listens6(one.server),
        ...settings(subnets6([])),
        ...one.relays.slice(0, 1).map(routeBack6),
      ],
      reference: 'RFC 9915 §19',
    }));
  }
};

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
