import { cause } from '../../draft';
import type { Cause } from '../../finding';
import { identifierOf, messageName, type Exchange, type Message } from '../../conversations/model';
import * as advice from '../../words/advice';
import { vlanOf } from '../../words/links';
import type { World } from '../../evidence/world';
import { count, ip, list } from '../../words/words';

/** Where servers are, on which machine, and who takes what they give. */

/** A server, and a reply of it. */
export interface Placed {
  readonly server: string;
  readonly message: Message;
}

const offersOf = ({ server }: Placed, world: World): number => world.survey.servers.get(server)?.offers ?? 0;
export const macsOf = (server: string, world: World): string[] => [
  ...new Set((world.survey.servers.get(server)?.macs ?? []).map(({ mac }) => mac)),
];

export function macEvidence(say: Placed, world: World): string | undefined {
  const macs = macsOf(say.server, world);
  return macs.length > 0 ? `${say.server} speaks from link-layer address ${list(macs)}` : undefined;
}

/** The one link-layer address from which all of these replies come, where no relay or router hides their senders: each comes from its own server’s address. */
export function oneMachine(replies: readonly Message[]): string | undefined {
  const mac = replies[0]!.packet.ethSource;
  const one = replies.every(
    (reply) =>
      !reply.relayed &&
      reply.dhcp.ciaddr === 0 &&
      reply.packet.ethSource === mac &&
      reply.packet.source === identifierOf(reply),
  );
  return one ? mac : undefined;
}

/** Where the servers are: first those that stand out, else the one that answers fewer clients. */
export const findPorts = (says: readonly Placed[], world: World, suspects: readonly Placed[] = []): string[] =>
  says
    .toSorted(
      (a, b) => Number(suspects.includes(b)) - Number(suspects.includes(a)) || offersOf(a, world) - offersOf(b, world),
    )
    .map((say) => findPort(say.server, world, say.message));

/**
 * Whether a reply comes straight from its sender. The notes hold no MAC from replies to clients that may be behind a router; but a reply sent
 * to chaddr itself is not routed, nor is one to a client without an address. A capture of all interfaces knows only the sender.
 */
const isDirect = ({ packet, dhcp }: Message): boolean =>
  packet.ethDestination === undefined ? dhcp.ciaddr === 0 && dhcp.giaddr === 0 : packet.ethDestination === dhcp.chaddr;

/** The step for locating a server. */
export function findPort(server: string, world: World, reply?: Message): string {
  const here = reply && !reply.relayed && isDirect(reply) ? reply : undefined;
  if (here?.sentHere)
    return `${server} is the host on which this capture was taken: it sent frame ${here.frame} itself.`;
  const mac = here?.packet.ethSource;
  const noted = macsOf(server, world).slice(0, 4);
  const macs = noted.length === 0 && mac !== undefined ? [mac] : noted;
  return macs.length > 0
    ? `Find the port of ${server}: ${macs.map((mac) => `\`show mac address-table address ${mac}\``).join(', ')}.`
    : `${server} is behind a relay or router: \`traceroute ${server}\` shows the way to it.`;
}

/** By server: the clients that it gave a lease by ACK. */
function takers({ survey }: World): ReadonlyMap<string, ReadonlySet<string>> {
  const by = new Map<string, Set<string>>();
  for (const { exchange, client, server, relayed } of survey.leases) {
    // A relay may stand for its server in option 54.
    const name = relayed || server === undefined ? exchange.server : ip(server);
    if (name === undefined) continue;
    const known = by.get(name);
    if (known) known.add(client.label);
    else by.set(name, new Set([client.label]));
  }
  return by;
}

/** Who has a lease of each of these servers, as a sentence to follow others. */
export function takersText(servers: readonly string[], world: World): string {
  const by = world.once(takers);
  const told = servers.map((server) => {
    const clients = [...(by.get(server) ?? [])];
    return clients.length === 0
      ? `no ACK of ${server} gives anybody a lease`
      : `${count(clients.length, 'client')} got a lease by ACK from ${server} (${list(clients, 3)})`;
  });
  return ` In this capture, ${list(told)}.`;
}

/** Two VLANs in which one message of a client is seen, each with a server of its own that answers there. */
export interface Joined {
  /** Neither server is heard in the VLAN of the other; else they may be one network, which has another tag further on. */
  readonly sure: boolean;
  /** The client requests an address in each, by itself: it is in both networks, or there are two of it. */
  readonly inBoth: boolean;
  readonly cause: Cause;
  readonly steps: readonly advice.Step[];
}

/**
 * Whether two servers answer in two VLANs what the client sent once, so that neither is a stranger in its own: a broadcast does not leave its
 * VLAN (IEEE 802.1Q §8.8), so the two are joined, unless the client goes on in both.
 */
export function joinedVlans(exchange: Exchange, says: readonly Placed[]): Joined | undefined {
  const vlans = says.map(({ message }) => vlanOf(message.packet)).filter((one) => one !== undefined);
  if (says.length !== 2 || vlans.length !== 2 || vlans[0] === vlans[1] || exchange.relayed) return undefined;
  const sent = exchange.messages.filter(({ fromClient }) => fromClient);
  const frameIn = (message: Message, vlan: string): number | undefined =>
    message.packetsSeen().find((packet) => vlanOf(packet) === vlan)?.frame;
  const spread = sent.map((message) => vlans.flatMap((vlan) => frameIn(message, vlan) ?? []));
  const at = spread.findIndex(({ length }) => length === 2);
  if (at < 0) return undefined;
  const inBoth = says.every(({ server }, i) =>
    sent.some(
      (message) =>
        identifierOf(message) === server &&
        frameIn(message, vlans[i]!) !== undefined &&
        frameIn(message, vlans[1 - i]!) === undefined,
    ),
  );
  const sure = says.every(({ message }, i) => frameIn(message, vlans[1 - i]!) === undefined);
  const [one, other] = vlans as [string, string];
  const { type, fromClient } = sent[at]!;
  return {
    sure,
    inBoth,
    cause: cause(
      sure ? 'likely' : 'possible',
      `VLANs ${one} and ${other} are joined: what the client sends in one gets into the other, and the server of each answers`,
      `the ${messageName(type, fromClient)} is in VLAN ${one} (frame ${spread[at]![0]!}) and in VLAN ${other} (frame ${spread[at]![1]!})`,
      ...says.map(({ server, message }, i) => `${server} answers in VLAN ${vlans[i]!} (frame ${message.frame})`),
    ),
    steps: [
      advice.stepFor(
        'switch',
        'ios',
        'Cisco IOS',
        `\`show interfaces trunk\` on the switches between: look for trunks whose ends have different native VLANs, and for a port of VLAN ${one} that is cabled to one of VLAN ${other}.`,
      ),
    ],
  };
}
