import { QUERY_TYPES6, RELAY_FORW, RELAY_REPL, REQUEST6 } from '../../../codec/dhcpv6/message';
import { cause, ranked } from '../../collector';
import { silentServers6 } from '../../evidence/forwarding';
import { refusalCause6 } from '../../evidence/silence/refusals';
import type { World } from '../../evidence/world';
import type { IcmpError } from '../../evidence/neighbours';
import type { Cause } from '../../finding';
import { settings } from '../../words/advice';
import type { Setting } from '../../words/steps';
import { listens6, routeBack6 } from '../../words/advice6';
import { putFirst } from '../../words/difference';
import { count, list } from '../../words/words';
import type { WorldRule } from '../rule';
import { byDesign, draftOf, refuses, usualCauses } from '../secondServer';
import { icmpSign } from '../../evidence/alive';
import { hidden } from './hidden';
import { refusals6 } from './whySilent';

/* DHCPv6 between relays and servers. */

/** What one relay forwards, and where to, if no answer comes back. */
export interface SilentRelay {
  readonly relay: string;
  readonly frames: readonly number[];
  /** When the first of them was sent. */
  readonly since: number;
  readonly to: ReadonlySet<string>;
  /** The link-addresses that it sends. */
  readonly links: ReadonlySet<string>;
  /** Relays that the same servers answer. */
  readonly answered: readonly string[];
}

/** What one relay forwards, and where to. */
interface ForwardedBy {
  readonly frames: number[];
  readonly since: number;
  readonly to: Set<string>;
  readonly links: Set<string>;
  /** By transaction id: how often it was sent, and when first and last. */
  readonly questions: Map<number, { times: number; readonly first: number; time: number; readonly timed: boolean }>;
}

/** How many link-addresses of one relay are named. */
const MOST_LINKS = 4;

/** Relays whose RELAY-FORW messages nobody answers; to be asked for with `world.once(silentRelays)`. */
export function silentRelays(world: World): readonly SilentRelay[] {
  const sent = new Map<string, ForwardedBy>();
  const answered = new Set<string>();
  /** The servers that answer a relay. */
  const answering = new Map<string, Set<string>>();
  // A REQUEST that a relay forwards names the server that answered through it, so the replies are not seen here.
  for (const exchange of world.conversations6.exchanges) {
    if (!hidden(exchange, world)) continue;
    const request = world.packets.get(exchange.of(REQUEST6)[0]!.index);
    if (request.dhcpv6?.isRelay && request.source !== undefined) answered.add(request.source);
  }
  for (const index of world.observed.relayed6) {
    const packet = world.packets.get(index);
    const type = packet.dhcpv6?.outerType;
    if (type === RELAY_REPL && packet.destination !== undefined) {
      answered.add(packet.destination);
      const servers = answering.get(packet.destination) ?? new Set();
      answering.set(packet.destination, servers.add(packet.source ?? '?'));
    }
    // A question about leases is no client’s.
    if (type !== RELAY_FORW || packet.source === undefined || QUERY_TYPES6.has(packet.dhcpv6!.type)) continue;
    let entry = sent.get(packet.source);
    if (!entry)
      sent.set(
        packet.source,
        (entry = { frames: [], since: packet.time, to: new Set(), links: new Set(), questions: new Map() }),
      );
    entry.frames.push(packet.frame);
    const { xid } = packet.dhcpv6!;
    const asked = entry.questions.get(xid);
    if (!asked) entry.questions.set(xid, { times: 1, first: packet.time, time: packet.time, timed: packet.timed });
    else {
      if (packet.time - asked.time > world.limits.copyWindow || !packet.timed) asked.times++;
      asked.time = packet.time;
    }
    entry.to.add(packet.destination ?? '?');
    const link = packet.dhcpv6?.linkAddress;
    if (link !== undefined && entry.links.size < MOST_LINKS) entry.links.add(link);
  }
  const silent: SilentRelay[] = [];
  for (const [relay, { frames, since, to, links, questions }] of sent) {
    const proves = [...questions.values()].some((one) =>
      world.observed.silenceProves(one.times, one.time, one.timed, one.first),
    );
    if (answered.has(relay) || !proves) continue;
    const others = [...answering].filter(([, servers]) => [...servers].some((server) => to.has(server)));
    silent.push({ relay, frames, since, to, links, answered: others.map(([other]) => other) });
  }
  return silent;
}

/** The given causes, preceded by what ICMPv6 reports about the relay's datagrams. */
function relayCauses(errors: readonly IcmpError[], ...causes: readonly Cause[]): Cause[] {
  const refusal = refusalCause6(errors);
  return refusal ? putFirst(refusal, ranked(...causes)) : ranked(...causes);
}

/** How each server program knows which subnet a relay’s clients are in. */
const subnets6 = (link: string): Setting => ({
  dhcpd: `a \`subnet6\` must hold the link-address ${link}`,
  kea: `a \`"subnet6"\` entry must hold the link-address ${link}, or name the relay: \`"relay": { "ip-addresses": [ … ] }\``,
  dnsmasq: `a \`dhcp-range=\` must lie in the subnet of the link-address ${link}`,
  windows: `\`Get-DhcpServerv6Scope\` must list a scope that holds the link-address ${link}`,
});

const relaysText = (relays: readonly string[]): string =>
  relays.length === 1 ? `relay ${relays[0]!}` : `${relays.length} other relays`;

/** The ICMPv6 errors about what a relay sends to its servers. */
const errorsAbout = (relay: string, to: ReadonlySet<string>, world: World): readonly IcmpError[] =>
  refusals6(world).filter((one) => one.quotedSource === relay && to.has(one.quotedDestination));

/** Whether ICMPv6 tells that the relay's messages do not arrive: then the server's subnets are not the question. */
const refused = (relay: string, to: ReadonlySet<string>, world: World): boolean =>
  errorsAbout(relay, to, world).length > 0;

/** The link-addresses that the relay sends, for a step. */
const linkText6 = (links: ReadonlySet<string> = new Set()): string =>
  links.size === 0 ? 'that the relay sends' : list([...links]);

/** RELAY-FORW messages go to a server, but no RELAY-REPL comes back to that relay. */
export const v6RelayUnanswered: WorldRule = function* (world) {
  for (const { relay, frames, to, links, answered, since } of world.once(silentRelays)) {
    const up = [...to].map((server) => icmpSign(server, since, Infinity, world)).find((sign) => sign !== undefined);
    yield {
      id: 'relay-unanswered',
      severity: 'error',
      subject: relay,
      frames,
      detail: () => ({
        title: `DHCPv6 relay ${relay} gets no answer from ${list([...to])}`,
        explanation: `The relay forwarded ${count(frames.length, 'message')} as RELAY-FORW to ${list([...to])}, and this capture shows no RELAY-REPL to it.`,
        causes: relayCauses(
          errorsAbout(relay, to, world),
          cause(
            'likely',
            `The server has no subnet for the link-address${links.size === 0 ? '' : ` ${list([...links])}`}, so it does not know which pool to take`,
            answered.length > 0 && `${list([...to])} answers ${relaysText(answered)}`,
          ),
          cause(
            answered.length > 0 ? 'possible' : 'likely',
            up
              ? 'The server’s DHCPv6 program has stopped while its host is up, or a firewall between relay and server blocks UDP port 547'
              : answered.length > 0
                ? 'A firewall between relay and server blocks UDP port 547'
                : 'The server is down, or a firewall between relay and server blocks UDP port 547',
            up && `its host ${up.text}`,
          ),
          cause('possible', 'The server has no route back to the relay'),
        ),
        steps: refused(relay, to, world)
          ? [listens6([...to][0]), ...settings(subnets6(linkText6(links)))]
          : [...settings(subnets6(linkText6(links))), listens6([...to][0]), routeBack6(relay)],
        reference: 'RFC 9915 §19',
      }),
    };
  }
};

/** A DHCPv6 server that answers no SOLICIT which a relay forwards to it, though another server of that relay does. */
export const v6SecondServer: WorldRule = function* (world) {
  for (const one of silentServers6(world)) {
    if (refuses(one.server, world)) continue;
    yield draftOf(one, 'SOLICIT', 'info', () => ({
      causes: ranked(...usualCauses(one, false)),
      steps: [
        ...byDesign(one),
        listens6(one.server),
        ...settings(subnets6(linkText6())),
        ...one.relays.slice(0, 1).map(routeBack6),
      ],
      reference: 'RFC 9915 §19',
    }));
  }
};
