import { RELAY_FORW, RELAY_REPL, REQUEST6 } from '../../../codec/dhcpv6/message';
import { cause, ranked } from '../../collector';
import { refusalCause6 } from '../../evidence/silence/refusals';
import type { World } from '../../evidence/world';
import type { IcmpError } from '../../evidence/neighbours';
import type { Cause } from '../../finding';
import { settings } from '../../words/advice';
import { listens6, routeBack6 } from '../../words/advice6';
import { putFirst } from '../../words/difference';
import { count, list } from '../../words/words';
import type { WorldRule } from '../rule';
import { hidden } from './hidden';
import { refusals6 } from './whySilent';

/* DHCPv6 between relays and servers. */

/** What one relay forwards, and where to, if no answer comes back. */
export interface SilentRelay {
  readonly relay: string;
  readonly frames: readonly number[];
  readonly to: ReadonlySet<string>;
}

/** What one relay forwards, and where to. */
interface ForwardedBy {
  readonly frames: number[];
  readonly to: Set<string>;
  /** By transaction id: how often it was sent, and when last. */
  readonly questions: Map<number, { times: number; time: number; readonly timed: boolean }>;
}

/** Relays whose RELAY-FORW messages nobody answers; to be asked for with `world.once(silentRelays)`. */
export function silentRelays(world: World): readonly SilentRelay[] {
  const sent = new Map<string, ForwardedBy>();
  const answered = new Set<string>();
  // A REQUEST that a relay forwards names the server that answered through it, so the replies are not seen here.
  for (const exchange of world.conversations6.exchanges) {
    if (!hidden(exchange, world)) continue;
    const request = world.packets.get(exchange.of(REQUEST6)[0]!.index);
    if (request.dhcpv6?.isRelay && request.source !== undefined) answered.add(request.source);
  }
  for (const index of world.observed.relayed6) {
    const packet = world.packets.get(index);
    const type = packet.dhcpv6?.outerType;
    if (type === RELAY_REPL && packet.destination !== undefined) answered.add(packet.destination);
    if (type !== RELAY_FORW || packet.source === undefined) continue;
    let entry = sent.get(packet.source);
    if (!entry) sent.set(packet.source, (entry = { frames: [], to: new Set(), questions: new Map() }));
    entry.frames.push(packet.frame);
    const { xid } = packet.dhcpv6!;
    const asked = entry.questions.get(xid);
    if (!asked) entry.questions.set(xid, { times: 1, time: packet.time, timed: packet.timed });
    else {
      if (packet.time - asked.time > world.limits.copyWindow || !packet.timed) asked.times++;
      asked.time = packet.time;
    }
    entry.to.add(packet.destination ?? '?');
  }
  const silent: SilentRelay[] = [];
  for (const [relay, { frames, to, questions }] of sent) {
    const proves = [...questions.values()].some((one) => world.observed.silenceProves(one.times, one.time, one.timed));
    if (!answered.has(relay) && proves) silent.push({ relay, frames, to });
  }
  return silent;
}

/** The given causes, preceded by what ICMPv6 reports about the relay's datagrams. */
function relayCauses(errors: readonly IcmpError[], ...causes: readonly Cause[]): Cause[] {
  const refusal = refusalCause6(errors);
  return refusal ? putFirst(refusal, ranked(...causes)) : ranked(...causes);
}

/** How each server program knows which subnet a relay’s clients are in. */
const SUBNETS6 = {
  dhcpd: 'a `subnet6` must hold the link-address that the relay sends',
  kea: 'a `"subnet6"` entry must hold the link-address that the relay sends, or name the relay: `"relay": { "ip-addresses": [ … ] }`',
  dnsmasq: 'a `dhcp-range=` must lie in the subnet of the link-address that the relay sends',
  windows: '`Get-DhcpServerv6Scope` must list a scope that holds the link-address that the relay sends',
} as const;

/** RELAY-FORW messages go to a server, but no RELAY-REPL comes back to that relay. */
export const v6RelayUnanswered: WorldRule = function* (world) {
  for (const { relay, frames, to } of world.once(silentRelays))
    yield {
      id: 'relay-unanswered',
      severity: 'error',
      subject: relay,
      frames,
      detail: () => ({
        title: `DHCPv6 relay ${relay} gets no answer from ${list([...to])}`,
        explanation: `The relay forwarded ${count(frames.length, 'message')} as RELAY-FORW to ${list([...to])}, and this capture shows no RELAY-REPL to it.`,
        causes: relayCauses(
          refusals6(world).filter((one) => one.quotedSource === relay && to.has(one.quotedDestination)),
          cause('likely', 'The server has no subnet for the link-address, so it does not know which pool to take'),
          cause('likely', 'The server is down, or a firewall between relay and server blocks UDP port 547'),
          cause('possible', 'The server has no route back to the relay'),
        ),
        steps: [...settings(SUBNETS6), listens6([...to][0]), routeBack6(relay)],
        reference: 'RFC 9915 §19',
      }),
    };
};
