import * as advice from '../words/advice';
import { cause, ranked, type Draft } from '../collector';
import type { Exchange } from '../conversations/model';
import type { Sent } from '../evidence/facts';
import { count, ip, list } from '../words/words';

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
