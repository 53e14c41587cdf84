import { cause } from '../../../collector';
import type { Cause } from '../../../finding';
import { OFFER, isBroadcast, isUnicast, type Client, type Message } from '../../../conversations/model';
import type { World } from '../../../evidence/world';
import { BROADCASTS } from '../../../words/advice';
import { settings, type Step } from '../../../words/steps';
import { UNKNOWN_ADDRESS, count, frames } from '../../../words/words';
import { nameOf, type Loss } from '../sums';

/** OFFERs that a client does not take, held against the OFFERs of the same link that clients took. */

/** How a reply goes to its client. */
type Way = 'broadcast' | 'unicast';

/** The OFFERs of one link that were taken: by way, one frame for each client, and the octets of the shortest one. */
interface Taken {
  readonly broadcast: Map<string, number>;
  readonly unicast: Map<string, number>;
  shortest: number;
}

/** Minimum length of a BOOTP message in octets (RFC 951 §3). */
const LEAST_BOOTP = 300;
/** From this many other clients on, what they have in common is more than chance. */
const SEVERAL = 2;
/** How many clients of one link are looked at. */
const MOST_CLIENTS = 1000;

/** The way of a reply to port 68; undefined if its sightings differ, or if it is seen on the way to a relay only. */
export function wayOf(message: Message): Way | undefined {
  const packets = message.packetsSeen().filter(({ destinationPort }) => destinationPort === 68);
  const broadcast = packets.filter((packet) => isBroadcast(packet)).length;
  if (broadcast === 0 && !packets.every(isUnicast)) return undefined;
  if (packets.length === 0 || (broadcast > 0 && broadcast < packets.length)) return undefined;
  return broadcast > 0 ? 'broadcast' : 'unicast';
}

/** By link: the OFFERs that clients took. */
function takenOffers(world: World): ReadonlyMap<string, Taken> {
  const found = new Map<string, Taken>();
  for (const exchange of world.exchanges) {
    if (!exchange.holds(OFFER) || !exchange.selecting) continue;
    for (const offer of exchange.only(OFFER)) {
      const way = wayOf(offer);
      if (way === undefined) continue;
      let taken = found.get(offer.link);
      if (!taken) found.set(offer.link, (taken = { broadcast: new Map(), unicast: new Map(), shortest: Infinity }));
      if (taken[way].size < MOST_CLIENTS && !taken[way].has(exchange.client.label))
        taken[way].set(exchange.client.label, offer.frame);
      taken.shortest = Math.min(taken.shortest, offer.packet.payloadLength);
    }
  }
  return found;
}

/** A cause, and what to do if it is the likely one. */
export interface Found {
  readonly cause: Cause;
  readonly steps: readonly Step[];
}

/**
 * Every OFFER to this client goes by broadcast, and every one that was taken by unicast; or the reverse. The same for an ACK to a client
 * that has no address yet.
 */
export function wayCause({ client, replies, again }: Loss, world: World): Found | undefined {
  const [first] = replies;
  const way = again.every(({ dhcp }) => dhcp.ciaddr === 0) && first ? wayOf(first) : undefined;
  if (!first || way === undefined || replies.some((one) => wayOf(one) !== way)) return undefined;
  const taken = world.once(takenOffers).get(first.link);
  const other = way === 'broadcast' ? 'unicast' : 'broadcast';
  if (!taken || taken[way].size > 0) return undefined;
  // That the client itself takes OFFERs that come the other way is telling enough.
  const before = taken[other].get(client.label);
  if (before === undefined && taken[other].size < SEVERAL) return undefined;
  const shown = before === undefined ? [...taken[other].values()].slice(0, 2) : [before];
  const who = before === undefined ? `${count(taken[other].size, 'other client')}` : 'the same client';
  const others = `${who} took an OFFER that went by ${other} (${frames(shown)})`;
  const name = nameOf(first);
  const own = `each ${name} to this client goes by ${way} (${frames(replies.slice(0, 4).map(({ frame }) => frame))})`;
  return way === 'broadcast'
    ? {
        cause: cause(
          'likely',
          `Broadcasts do not get through to the client: only OFFERs by unicast were taken on this link, and the ${name}s to this client go by broadcast`,
          own,
          others,
        ),
        steps: [
          BROADCASTS,
          `Let client ${client.label} ask without the broadcast flag, if it can take unicast before it has an address.`,
        ],
      }
    : {
        cause: cause(
          'likely',
          `The client cannot take unicast before it has an address: only OFFERs by broadcast were taken on this link, and the ${name}s to this client go by unicast`,
          own,
          others,
        ),
        steps: [`Let client ${client.label} set the broadcast flag (0x8000), or let the server always broadcast.`],
      };
}

/** A reply shorter than BOOTP's 300 octets, which some programs drop. It is likely if only longer ones were taken on this link. */
export function shortCause({ replies }: Loss, world: World): Cause | undefined {
  const [first] = replies;
  if (!first || first.packet.cut > 0) return undefined;
  const longest = replies.reduce((most, { packet }) => Math.max(most, packet.payloadLength), 0);
  const shortest = world.once(takenOffers).get(first.link)?.shortest;
  if (longest >= LEAST_BOOTP || (shortest !== undefined && shortest <= longest)) return undefined;
  return cause(
    shortest === undefined ? 'possible' : 'likely',
    `The client drops the ${nameOf(first)} because it is short: some programs want the ${LEAST_BOOTP} octets of BOOTP`,
    `the ${nameOf(first)} has ${longest} octets`,
    shortest !== undefined && `the shortest OFFER that was taken on this link has ${shortest} octets`,
  );
}

/** How servers are made to broadcast their replies to clients that cannot take unicast. */
export const alwaysBroadcast = (subject: string): Step[] =>
  settings({
    dhcpd: `\`always-broadcast on;\` in the subnet of ${subject}`,
    dnsmasq: '`dhcp-broadcast`',
  });

/** The client sets a flag bit other than the broadcast flag, and its replies go by unicast: it may have meant that flag. */
export function otherFlagCause({ replies, again }: Loss): Found | undefined {
  const [first] = replies;
  const { flags, ciaddr } = again[0]!.dhcp;
  if (!first || flags === 0 || ciaddr !== 0 || again.some(({ dhcp }) => dhcp.flags !== flags)) return undefined;
  if ((flags & 0x8000) !== 0 || replies.some((one) => wayOf(one) !== 'unicast')) return undefined;
  const hex = `0x${flags.toString(16).padStart(4, '0')}`;
  return {
    cause: cause(
      'likely',
      `The client means to ask for broadcast but sets the wrong bit: its flags are ${hex}, the broadcast flag is 0x8000, so the ${nameOf(first)} goes by unicast, which it cannot take`,
      `flags ${hex} in ${frames(again.slice(0, 4).map(({ frame }) => frame))}`,
      `${nameOf(first)} to ${first.packet.destination ?? UNKNOWN_ADDRESS} in frame ${first.frame}`,
    ),
    steps: [
      'Correct the client’s program: the broadcast flag is the highest bit of flags, 0x8000 (RFC 2131 figure 2).',
    ],
  };
}

/** What many clients have on their way in common: that each of them refuses the OFFER by itself is unlikely. */
export function commonWay(losers: readonly Client[]): Cause {
  const [maker] = [...new Set(losers.map(({ mac }) => mac.slice(0, 8)))];
  const alike = maker !== undefined && losers.every(({ mac }) => mac.startsWith(maker));
  return cause(
    'likely',
    'A switch that these clients share, physical or virtual, does not let the OFFERs through (DHCP snooping, a port filter, the VLAN of a trunk)',
    `${losers.length} clients of this link take no OFFER of this server`,
    alike && `the MAC addresses of all of them begin with ${maker}`,
  );
}

export const SHARED_WAY_STEP =
  'Find the switch port behind which all these clients are (of virtual machines: the uplink of their virtual switch), and capture on both sides of it: the OFFER is lost where it is seen last.';
