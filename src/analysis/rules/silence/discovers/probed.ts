import { parseIpv4 } from '../../../../codec/bytes';
import { cause } from '../../../collector';
import { OPTION, type Client, type Message } from '../../../conversations/model';
import { between, type ArpSeen } from '../../../evidence/arp';
import { subnetAround } from '../../pools';
import type { World } from '../../../evidence/world';
import type { Cause } from '../../../finding';
import * as advice from '../../../words/advice';
import { findHost } from '../../../words/hosts';
import { frames, ip } from '../../../words/words';

/** A server that checks by ARP whether an address is free, as it does before an OFFER (RFC 2131 §2.2), and then offers nothing. */

/** The ARP requests that follow a client's DISCOVERs, all for one address and from one host. */
export interface Probed {
  readonly address: number;
  /** The host that asks, and whether it is known to be a DHCP server. */
  readonly asker: string;
  readonly server: boolean;
  readonly requests: readonly ArpSeen[];
  /** How many of the DISCOVERs they follow, and of how many. */
  readonly followed: number;
  readonly sent: number;
  /** The answer of the host that has the address. */
  readonly answer: ArpSeen | undefined;
}

/** A server probes within this many seconds after the DISCOVER, and a host answers within as many. */
const AT_ONCE = 1;
/** How many DISCOVERs of one client, ARP messages after each, and servers are looked at. */
const MOST_DISCOVERS = 8;
const MOST_ARP = 32;
const MOST_SERVERS = 8;

/** The probe that comes after most of a client's unanswered DISCOVERs. */
export function probedFor(client: Client, run: readonly Message[], world: World): Probed | undefined {
  if (world.neighbours.arpSeen.size === 0) return undefined;
  const asked = run.slice(0, MOST_DISCOVERS).filter(({ timed }) => timed);
  const found = new Map<string, { readonly requests: ArpSeen[]; readonly after: Set<Message>; server: boolean }>();
  for (const discover of asked) {
    for (const [arp, server] of requestsAfter(discover, client, world)) {
      const key = `${arp.senderMac} ${arp.targetIp}`;
      let one = found.get(key);
      if (!one) found.set(key, (one = { requests: [], after: new Set(), server }));
      one.requests.push(arp);
      one.after.add(discover);
      one.server ||= server;
    }
  }
  const [first] = [...found.values()]
    .filter(({ after }) => 2 * after.size >= asked.length)
    .sort((a, b) => Number(b.server) - Number(a.server) || b.after.size - a.after.size);
  if (!first) return undefined;
  const { requests, after, server } = first;
  const { targetIp: address, senderMac: asker } = requests[0]!;
  return {
    ...{ address, asker, server, requests, followed: after.size, sent: asked.length },
    answer: requests.map((one) => answerTo(one, client, world)).find((one) => one !== undefined),
  };
}

/** ARP requests of a known server soon after a DISCOVER, and those of anybody for the address that the client asks for. */
function* requestsAfter(
  { time, link, dhcp }: Message,
  client: Client,
  world: World,
): Generator<readonly [arp: ArpSeen, server: boolean]> {
  const { neighbours } = world;
  const servers = world.once(firstServers);
  const wanted = dhcp.ip(OPTION.requested) ?? 0;
  const isProbe = ({ operation, senderMac, senderIp, targetIp, link: place }: ArpSeen): boolean =>
    operation === 1 && place === link && senderMac !== client.mac && targetIp !== 0 && targetIp !== senderIp;
  for (const server of servers)
    for (const arp of soonAfter(neighbours.arpAbout(server).claims, time))
      if (isProbe(arp) && isFree(arp.targetIp, client, world)) yield [arp, true];
  if (wanted !== 0)
    for (const arp of soonAfter(neighbours.arpAbout(wanted).questions, time))
      if (isProbe(arp) && !servers.includes(arp.senderIp)) yield [arp, false];
}

/** The addresses of the first servers; a forged capture may name a million. */
function firstServers({ survey }: World): readonly number[] {
  const servers: number[] = [];
  for (const name of survey.servers.keys()) {
    if (servers.length === MOST_SERVERS) break;
    const address = parseIpv4(name);
    if (address !== undefined) servers.push(address);
  }
  return servers;
}

function* soonAfter(all: readonly ArpSeen[], time: number): Generator<ArpSeen> {
  let left = MOST_ARP;
  for (const arp of between(all, time, time + AT_ONCE)) {
    if (left-- === 0) return;
    yield arp;
  }
}

/** Whether no other client and no server has the address as far as DHCP shows: a server asks for its clients on other grounds, too. */
const isFree = (address: number, client: Client, { survey }: World): boolean =>
  !survey.servers.has(ip(address)) && survey.leasesOf(address).every((lease) => lease.client === client);

/** The first answer to an ARP request that is not the client's. */
function answerTo({ time, targetIp }: ArpSeen, client: Client, world: World): ArpSeen | undefined {
  for (const arp of soonAfter(world.neighbours.arpAbout(targetIp).claims, time))
    if (arp.operation === 2 && arp.senderMac !== client.mac) return arp;
  return undefined;
}

/** Why no OFFER comes after the probe. */
export function probeCause({ address, asker, server, requests, followed, sent, answer }: Probed): Cause {
  const who = server ? 'The server' : `${asker}, perhaps the server,`;
  const found = [...new Set(requests.map(({ frame }) => frame))];
  const asks = `${asker} asks by ARP for ${ip(address)} (${frames(found)}) right after ${followed === sent ? 'each DISCOVER' : `${followed} of ${sent} DISCOVERs`}`;
  return answer
    ? cause(
        server ? 'likely' : 'possible',
        `${who} receives the DISCOVER, but the address that it would offer is in use: ${answer.senderMac} has ${ip(address)}`,
        asks,
        `${answer.senderMac} answers in frame ${answer.frame}`,
      )
    : cause(
        server ? 'likely' : 'possible',
        `${who} receives the DISCOVER and checks whether ${ip(address)} is free, but sends no OFFER after that: it still waits for an answer, its program has stopped, or the OFFER is lost on the way`,
        asks,
        'this capture shows no answer to it',
      );
}

/** The steps where a server probes an address and offers nothing. */
export const probeSteps = ({ address, answer }: Probed, known: advice.Known, world: World): advice.Step[] =>
  answer
    ? [
        findHost(answer.senderMac, `the host that has ${ip(address)}`),
        'Take fixed addresses out of the pool, or make them reservations.',
        ...advice.poolSetting(subnetAround(address, world)),
      ]
    : [...advice.serverRunning(known), ...advice.switchPath()];
