import { parseIpv4 } from '../../codec/bytes';
import { cause, ranked } from '../collector';
import type { Cause } from '../finding';
import { cannotBeHost, sameSubnet } from '../conversations/masks';
import { isDamaged, messageName, OPTION, type Exchange } from '../conversations/model';
import type { Packet } from '../conversations/packet';
import { linkSelection } from '../conversations/relayAgent';
import { withFinding } from '../draft';
import { comparedScope } from '../evidence/scopes';
import { serverSubject } from '../evidence/subjects';
import * as advice from '../words/advice';
import { UNKNOWN_ADDRESS, count, frames, ip, list, where } from '../words/words';
import type { ExchangeRule } from './rule';
import { leasing, maskOf, subnetText } from './subnets/subnet';

/** What relays say of their network: a giaddr to which no server could reply, and addresses from outside the subnet that is asked for. */

/** What a giaddr is, if it cannot be a relay's address. One in 0.0.0.0/8 is damage rather than a mistake, and is not judged here. */
const kindOf = (giaddr: number): string | undefined => (giaddr === 0 ? undefined : cannotBeHost(giaddr, 0, undefined));

/** Whether a request has such a giaddr. On the loopback interface itself, where servers are tested, 127.0.0.1 is right. */
function isImpossible({ dhcp, source, destination }: Packet): boolean {
  const { giaddr } = dhcp!;
  if (kindOf(giaddr) === undefined) return false;
  return giaddr >>> 24 !== 127 || ![source, destination].some((one) => one?.startsWith('127.'));
}

/** The host that sends a request: its IP address, else its link-layer address. */
const senderOf = ({ source, ethSource }: Packet): string =>
  source === undefined || source === '0.0.0.0' ? (ethSource ?? 'the sender') : source;

const stepOn = (sender: string): string =>
  `On ${sender}, give the interface towards the clients an address, and let the relay put that address into giaddr.`;

/** A request goes to a server with a giaddr that belongs to no relay. */
export const impossibleGiaddr: ExchangeRule = function* (exchange) {
  for (const message of exchange.messages) {
    if (!message.fromClient || isDamaged(message)) continue;
    for (const packet of message.packetsSeen()) {
      if (!isImpossible(packet)) continue;
      const { giaddr } = packet.dhcp!;
      const kind = kindOf(giaddr)!;
      const sender = senderOf(packet);
      yield {
        id: 'forbidden-field',
        severity: 'warning',
        subject: ip(giaddr),
        frames: [packet.frame],
        detail: () => ({
          title: `The relay’s address (giaddr) is ${ip(giaddr)}, ${kind}`,
          explanation: `The ${messageName(message.type, true)} in frame ${packet.frame} of ${exchange.client.label} comes from ${packet.source ?? UNKNOWN_ADDRESS}${packet.ethSource === undefined ? '' : ` (${packet.ethSource})`} and has giaddr ${ip(giaddr)}, ${kind}. A server sends its reply to giaddr, and chooses the subnet by it: it cannot do either here.`,
          causes: ranked(
            cause(
              'likely',
              `The relay on ${sender} does not know its own address on the clients’ network, and fills in another one`,
              `giaddr ${ip(giaddr)}, source ${packet.source ?? UNKNOWN_ADDRESS}`,
            ),
            cause('possible', 'The client itself fills giaddr in', packet.dhcp!.hops === 0 && 'hops is 0'),
          ),
          steps: [stepOn(sender)],
          reference: 'RFC 1542 §4.1.1; RFC 2131 §4.1, §4.3.1',
        }),
      };
    }
  }
};

/** The same as the cause of a relay's silence, with the step against it. */
export function giaddrCause(
  giaddr: number,
  exchanges: Iterable<Exchange>,
): { readonly cause: Cause; readonly step: string } | undefined {
  const kind = kindOf(giaddr);
  if (kind === undefined) return undefined;
  for (const { messages } of exchanges) {
    const packets = messages.flatMap((one) => (one.fromClient ? one.packetsSeen() : []));
    const first = packets.find((packet) => packet.dhcp!.giaddr === giaddr && isImpossible(packet));
    if (!first) continue;
    const text = `No reply can reach giaddr ${ip(giaddr)}: it is ${kind}`;
    const told = withFinding('forbidden-field', [first.frame], cause('likely', text, `giaddr in frame ${first.frame}`));
    return { cause: told, step: stepOn(senderOf(first)) };
  }
  return undefined;
}

/** The address that selects the scope of a relayed request, and where it comes from. */
interface Selector {
  readonly address: number;
  readonly by: string;
}
const LINK_SELECTION = 'link selection (option 82, sub-option 5)';
const SUBNET_SELECTION = 'subnet selection (option 118)';

/** How many other relays are named. */
const MOST_RELAYS = 4;

/**
 * In a relayed reply, the subnet that is handed out does not contain the address that selects the scope. The server chose it by the request:
 * where giaddr of the reply is another one, that of the request counts.
 */
export const addressOutsideScope: ExchangeRule = function* (exchange, world) {
  if (!exchange.relayed) return;
  let selector: Selector | undefined;
  const asked = new Set<number>();
  for (const message of exchange.messages) {
    if (message.fromClient) {
      for (const packet of message.packetsSeen()) {
        const dhcp = packet.dhcp!;
        if (dhcp.giaddr === 0) continue;
        asked.add(dhcp.giaddr);
        const link = linkSelection(packet);
        const subnet = dhcp.ip(OPTION.subnetSelection);
        if (link !== undefined) selector = { address: link, by: LINK_SELECTION };
        else if (subnet !== undefined) selector = { address: subnet, by: SUBNET_SELECTION };
      }
    }
  }
  for (const message of leasing(exchange)) {
    const { dhcp } = message;
    const mask = maskOf(message);
    if (dhcp.giaddr === 0 || dhcp.yiaddr === 0 || mask === undefined) continue;
    const [of = dhcp.giaddr] = asked;
    const giaddr = asked.has(dhcp.giaddr) ? dhcp.giaddr : of;
    const link = linkSelection(message);
    // A server returns the subnet selection (RFC 3011 §2), so it is known even if the request is not seen.
    const echoed = dhcp.ip(OPTION.subnetSelection);
    const by: Selector =
      link !== undefined
        ? { address: link, by: LINK_SELECTION }
        : (selector ??
          (echoed === undefined ? { address: giaddr, by: 'giaddr' } : { address: echoed, by: SUBNET_SELECTION }));
    if (sameSubnet(by.address, dhcp.yiaddr, mask)) continue;
    // The relay removes option 82, and with it the link selection, from replies to the client; but the relay's own address on the link
    // still shows the subnet.
    const from = message.packet.source === undefined ? undefined : parseIpv4(message.packet.source);
    if (
      by.by === 'giaddr' &&
      message.packet.destinationPort === 68 &&
      from !== undefined &&
      sameSubnet(from, dhcp.yiaddr, mask)
    )
      continue;
    const byGiaddr = by.by === 'giaddr';
    const ignored = !byGiaddr && sameSubnet(giaddr, dhcp.yiaddr, mask);
    const impossible = byGiaddr ? giaddrCause(giaddr, [exchange]) : undefined;
    const open = !ignored && !impossible;
    yield {
      id: 'address-outside-scope',
      severity: 'warning',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => {
        const given = comparedScope(dhcp.ip(OPTION.server), by.address, world);
        const alone = open && !given.fit && given.others.length > 0;
        return {
          title: `Server ${serverSubject(message)}: ${ip(dhcp.yiaddr)} does not belong to ${byGiaddr ? `the network of relay ${ip(giaddr)}` : `the network of ${ip(by.address)}, which ${by.by} asks for`}`,
          explanation: `The ${where(message)} gives ${ip(dhcp.yiaddr)} with mask ${ip(mask)}, which is subnet ${subnetText(dhcp.yiaddr, mask)}. The scope should have been chosen by ${by.by}, ${ip(by.address)}, which lies outside it. Where several subnets share one link (a shared network) this is intended; otherwise the client gets an address that does not work on its link.`,
          causes: ranked(
            ignored &&
              cause(
                'likely',
                `The server ignores ${by.by} and takes the scope of giaddr`,
                `giaddr ${ip(giaddr)} is in ${subnetText(dhcp.yiaddr, mask)}, ${ip(by.address)} is not`,
              ),
            impossible && {
              ...impossible.cause,
              text: impossible.cause.text.replace('No reply can reach giaddr', 'No subnet can be chosen by giaddr'),
            },
            alone &&
              cause(
                'likely',
                `The scope that serves ${ip(by.address)} is set to the wrong subnet, or mistyped`,
                given.misfit > 0 &&
                  `${count(given.misfit, 'client')} there ${given.misfit === 1 ? 'is' : 'are'} given an address outside the subnet of ${ip(by.address)}, and none one inside`,
                `what the same server gives to the clients of ${list(
                  given.others.map(({ selector }) => ip(selector)),
                  MOST_RELAYS,
                )} fits (${frames(given.others.slice(0, MOST_RELAYS).map(({ frame }) => frame))})`,
              ),
            cause(
              open && !alone ? 'likely' : 'possible',
              'Several subnets share the client’s link (shared network, superscope), and this one had a free address',
              given.fit &&
                `${given.fit.client.label} of the same relay is given ${ip(given.fit.address)} (frame ${given.fit.frame})`,
            ),
            byGiaddr &&
              !impossible &&
              cause(
                'possible',
                'The relay’s interface has several addresses and puts the wrong one into giaddr',
                `giaddr ${ip(giaddr)}`,
              ),
            cause('possible', 'A reservation gives the client an address of another subnet'),
          ),
          steps: [
            ...(ignored
              ? [
                  `See that the server ${serverSubject(message)} has a scope that holds ${ip(by.address)}, and that it knows ${by.by}.`,
                  ...advice.settings({
                    kea: `it heeds link selection and subnet selection by itself where a \`"subnet4"\` entry holds ${ip(by.address)}`,
                    windows: `\`Get-DhcpServerv4Scope\` must show a scope that holds ${ip(by.address)}; Windows Server 2012 and older do not know link selection`,
                    ios: 'on the relay: without `ip dhcp relay information option subnet-selection` it sends giaddr alone',
                  }),
                ]
              : []),
            ...(impossible ? [impossible.step] : []),
            ...(alone
              ? [
                  `On ${serverSubject(message)}, see which scope serves ${ip(by.address)}: ${subnetText(dhcp.yiaddr, mask)} is right only if both subnets share one link; else it must be ${subnetText(by.address, mask)}.`,
                  ...advice.poolSetting(advice.subnetOf(by.address, mask, [by.address])),
                ]
              : []),
            ...(!open || alone
              ? []
              : advice.settings({
                  dhcpd: `\`shared-network clients { … }\` around the subnets of ${ip(by.address)} and ${ip(dhcp.yiaddr)} joins them; see whether that is meant`,
                  kea: '`"shared-networks"`; see whether that is meant',
                  dnsmasq: `\`shared-network=${ip(by.address)},${ip(dhcp.yiaddr)}\`; see whether that is meant`,
                  windows: '`Get-DhcpServerv4Superscope`; see whether that is meant',
                  ios: 'on the relay: `ip dhcp smart-relay` and secondary addresses of the interface',
                })),
          ],
          reference: 'RFC 2131 §4.3.1, RFC 3527, RFC 3011',
        };
      },
    };
  }
};
