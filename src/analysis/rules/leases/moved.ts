import { cause } from '../../collector';
import type { Common } from '../../draft';
import type { Lease } from '../../conversations/lease';
import { OPTION, requestState, type Client, type Message } from '../../conversations/model';
import { scopeSelector } from '../../conversations/relayAgent';
import { askAnew, type Step } from '../../words/advice';
import { systemOfClient } from '../../evidence/systems';
import type { World } from '../../evidence/world';
import type { Cause } from '../../finding';
import { linkText, vlanOfLink } from '../../words/links';
import { ip } from '../../words/words';
import { isContiguous, sameSubnet, subnetText } from '../subnets/subnet';

/** Where a client is that a server refuses: one server has many subnets, and what counts is the one of this request. */

export interface Subnet {
  readonly address: number;
  readonly mask: number;
}

/** The network that a NAK is for: the link of its client, and the address by which a relay names it (0 if none does). */
interface Place {
  readonly link: string;
  readonly selector: number;
}

function placeOf(nak: Message, request: Message | undefined): Place {
  const relayed = [...(request?.packetsSeen() ?? []), ...nak.packetsSeen()].map((packet) => scopeSelector(packet));
  return { link: nak.link, selector: relayed.find((one) => one !== 0) ?? 0 };
}

/** How the reader calls a place. */
function placeText(link: string, selector: number): string {
  if (selector !== 0) return `relay ${ip(selector)}`;
  const vlan = vlanOfLink(link);
  return vlan === undefined ? linkText(link) : `VLAN ${vlan}`;
}

/** The subnet in which the server of a NAK leases where the client is, judged by the leases seen. */
export function servedSubnet(nak: Message, request: Message | undefined, world: World): Subnet | undefined {
  const server = nak.dhcp.ip(OPTION.server);
  const { link, selector } = placeOf(nak, request);
  const lease = server === undefined ? undefined : world.survey.leaseAt(server, link, selector);
  if (!lease || !isContiguous(lease.mask!)) return undefined;
  const { address } = lease;
  // A renewal may come from another network through a router, and no relay says which one.
  if (selector === 0 && request && requestState(request) === 'renewing') {
    const wanted = request.dhcp.ciaddr;
    if (!sameSubnet(wanted, address, lease.mask!)) return undefined;
  }
  return { address, mask: lease.mask! };
}

/** A client that asks, somewhere else, for the address that it got before. */
export interface Moved {
  readonly lease: Lease;
  readonly from: string;
  readonly to: string;
  readonly cause: Cause;
  readonly common: Common;
}

/** Whether a client had the address that it is refused in another network; `served` is the subnet of the place where it is now. */
export function movedFrom(
  client: Client,
  nak: Message,
  request: Message | undefined,
  wanted: number,
  served: Subnet | undefined,
  world: World,
): Moved | undefined {
  const lease = world.survey
    .leasesOf(wanted)
    .findLast((one) => one.client === client && one.time <= nak.time && one.frame !== nak.frame);
  const mask = lease?.mask;
  if (!lease || mask === undefined || !isContiguous(mask)) return undefined;
  const here = placeOf(nak, request);
  const there = lease.selector;
  if (there === 0 ? lease.relayed : !sameSubnet(there, wanted, mask)) return undefined;
  const other =
    here.selector === 0
      ? (there !== 0 || lease.link !== here.link) &&
        served !== undefined &&
        !sameSubnet(wanted, served.address, served.mask)
      : !sameSubnet(here.selector, wanted, mask);
  if (!other) return undefined;
  const [from, to] = [placeText(lease.link, there), placeText(here.link, here.selector)];
  const server = nak.dhcp.ip(OPTION.server);
  return {
    lease,
    from,
    to,
    cause: cause(
      'likely',
      `The client moved from ${from} to ${to} and asks for its old address, which does not belong there: the NAK is right`,
      `it got ${ip(wanted)} through ${from} in frame ${lease.frame}; the NAK in frame ${nak.frame} is for ${to}`,
      here.selector !== 0
        ? `${ip(wanted)} is in ${subnetText(wanted, mask)}, giaddr ${ip(here.selector)} is not`
        : served && `${ip(wanted)} is not in ${subnetText(served.address, served.mask)}, which is served there`,
    ),
    common: {
      subject: server === undefined ? to : `server ${ip(server)}`,
      trait: `all moved from ${from} to ${to}`,
      least: 2,
    },
  };
}

/** What to do about it. */
export const movedSteps = ({ from, to }: Moved, after: Lease | undefined, client: Client): Step[] => [
  ...(after
    ? [
        `Nothing needs to be done if ${client.label} was meant to move from ${from} to ${to}: it has ${ip(after.address)} there since frame ${after.frame}.`,
      ]
    : [
        `Let ${client.label} ask for a new address, as it moved from ${from} to ${to}.`,
        ...askAnew(client.label, systemOfClient(client)),
      ]),
  `If it was not, see why the port or Wi-Fi network of ${client.label} leads to ${to} now.`,
];
