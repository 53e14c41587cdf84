import * as advice from '../words/advice';
import { cause, ranked, type Draft } from '../collector';
import type { Exchange } from '../conversations/model';
import type { Sent } from '../evidence/facts';
import { count, ip, list } from '../words/words';
import { append } from '../../codec/append';

/** A relay that tries its other addresses: what gets no answer with one giaddr gets it with the next. */

/**
 * The giaddr with which a relay, under its other address, gets an answer for the same exchange: with “smart relay” it takes the next address of
 * its interface after some requests in vain.
 */
export function otherGiaddr(exchange: Exchange, giaddr: number): number | undefined {
  const macs = new Set<string>();
  const others = new Map<number, Set<string>>();
  const answered = new Set<number>();
  for (const message of exchange.messages)
    for (const { dhcp, ethSource } of message.packetsSeen()) {
      const own = dhcp!.giaddr;
      if (!message.fromClient) answered.add(own);
      else if (ethSource !== undefined && own === giaddr) macs.add(ethSource);
      else if (ethSource !== undefined && own !== 0) others.set(own, (others.get(own) ?? new Set()).add(ethSource));
    }
  for (const [other, by] of others) if (answered.has(other) && [...by].some((mac) => macs.has(mac))) return other;
  return undefined;
}

/** A relay that gets no answer, by the address that it tries first. */
interface SilentRelay {
  readonly giaddr: number;
  /** Its other addresses, which it tries for the same clients. */
  readonly also: readonly number[];
  readonly sent: readonly Sent[];
}

/**
 * What is forwarded in vain, relay by relay: a host that forwards the messages of one client now with one giaddr and now with another is one relay.
 */
export function smartRelays(silent: ReadonlyMap<number, readonly Sent[]>): SilentRelay[] {
  const relays: { giaddr: number; also: number[]; sent: Sent[] }[] = [];
  const known = new Map<string, (typeof relays)[number]>();
  for (const [giaddr, sent] of silent) {
    const keys = silent.size > 1 ? forwardersOf(giaddr, sent) : [];
    const relay = keys.map((key) => known.get(key)).find((one) => one !== undefined);
    if (relay) {
      relay.also.push(giaddr);
      append(relay.sent, sent);
    } else relays.push({ giaddr, also: [], sent: [...sent] });
    for (const key of keys) if (!known.has(key)) known.set(key, relay ?? relays[relays.length - 1]!);
  }
  for (const { also, sent } of relays) if (also.length > 0) sent.sort((a, b) => a.time - b.time);
  return relays;
}

/** The hosts that forward with a giaddr, each with the client and link for which they do. */
function forwardersOf(giaddr: number, sent: readonly Sent[]): string[] {
  const keys = new Set<string>();
  for (const exchange of new Set(sent.map((one) => one.exchange)))
    for (const message of exchange.messages)
      for (const { dhcp, ethSource, link } of message.fromClient ? message.packetsSeen() : [])
        if (ethSource !== undefined && dhcp!.giaddr === giaddr)
          keys.add(`${exchange.client.number} ${link} ${ethSource}`);
  return [...keys];
}

/** That a relay tries other addresses in vain, too: a sentence. */
export const alsoText = (giaddr: number, also: readonly number[]): string =>
  also.length === 0
    ? ''
    : ` The same relay, by its link-layer address, forwards for the same client with giaddr ${ip(giaddr)} and with ${list(also.map(ip))}, as a smart relay does, and no reply to any of them is seen.`;

/** A relay that is answered under another of its addresses. */
export function answeredElsewhere(giaddr: number, sent: readonly Sent[], other: number): Draft {
  const [relay, next] = [ip(giaddr), ip(other)];
  return {
    id: 'relay-unanswered',
    severity: 'info',
    subject: relay,
    frames: sent.flatMap((one) => one.frames),
    detail: () => ({
      title: `Relay ${relay} gets an answer only as ${next}`,
      explanation: `The relay forwarded ${count(sent.length, 'message')} with giaddr ${relay} to ${list([...new Set(sent.flatMap((one) => one.to))])}, and this capture shows no reply to ${relay}. The same relay, by its link-layer address, then forwards the same exchange with giaddr ${next}, and the server answers. Clients get their addresses, but later than they could.`,
      causes: ranked(
        cause(
          'likely',
          `Smart relay: the server has no scope or no free address for ${relay}, and the relay goes on to its secondary address`,
          `the same xid with giaddr ${relay} and ${next}`,
        ),
        cause('possible', `The server has no route back to ${relay}`),
      ),
      steps: [
        `If clients are to get addresses of ${next}’s network, nothing needs to be done, or that address may be made the relay’s first.`,
        ...scopeSteps(relay),
      ],
      reference: 'RFC 1542 §4.1.1, RFC 2131 §4.3.1',
    }),
  };
}

/** How to add a scope for the relay's network, for each server program. */
export const scopeSteps = (relay: string): advice.Step[] =>
  advice.settings({
    dhcpd: `dhcpd.conf needs a \`subnet\` that holds ${relay}; without one the log says “unknown network segment”.`,
    kea: `a \`"subnet4"\` entry must hold ${relay}, or name it: \`"relay": { "ip-addresses": [ "${relay}" ] }\`. Without one the log says DHCP4_SUBNET_SELECTION_FAILED.`,
    dnsmasq: `a \`dhcp-range=\` must lie in the subnet of ${relay}.`,
    windows: `\`Get-DhcpServerv4Scope\` must list a scope that holds ${relay}.`,
    ios: `\`show running-config | section ip dhcp pool\` must list a \`network\` that holds ${relay}.`,
  });
