import { cause } from '../../collector';
import type { Cause } from '../../finding';
import { withFinding } from '../../draft';
import { forwards6 } from '../forwarding';
import type { IcmpError } from '../neighbours';
import { rivalCause, rivalIn } from '../rivals';
import type { World } from '../world';
import { parseIpv4 } from '../../../codec/bytes';
import { helpedElsewhere, relaysServed, type Helped } from './helpers';

/** What an ICMP error about a DHCP message says about the cause of a silence. */

/** The findings that an ICMP error can lead to. */
export type Refusal = 'port-unreachable' | 'firewall-reject' | 'host-unreachable';

/** Whether the time to live of an IPv4 datagram ran out on its way: routers pass it round (RFC 792). */
export const isLooping = ({ version, type, code }: IcmpError): boolean => version === 4 && type === 11 && code === 0;

/** Whether an IPv4 datagram was larger than a link on its way takes, and its DF flag forbade to fragment it (RFC 792). */
export const isTooLarge = ({ version, type, code }: IcmpError): boolean => version === 4 && type === 3 && code === 4;

/** How an IPv4 datagram is refused, to whatever port (RFC 792, RFC 1812 §5.2.7.1). */
export function refusalKind(error: IcmpError): Refusal | undefined {
  const { version, type, code } = error;
  if (isLooping(error)) return 'host-unreachable';
  if (version !== 4 || type !== 3) return undefined;
  if (code === 3) return 'port-unreachable';
  if (code === 9 || code === 10 || code === 13) return 'firewall-reject';
  return code === 0 || code === 1 ? 'host-unreachable' : undefined;
}

/** The finding that an ICMP error leads to (RFC 792, RFC 1812 §5.2.7.1, RFC 4443 §3.1). */
export function refusalOf(error: IcmpError): Refusal | undefined {
  const { version, type, code, quotedPort } = error;
  if (version === 6) {
    if (type !== 1 || (quotedPort !== 546 && quotedPort !== 547)) return undefined;
    return code === 4 ? 'port-unreachable' : code === 1 ? 'firewall-reject' : undefined;
  }
  return quotedPort === 67 || quotedPort === 68 ? refusalKind(error) : undefined;
}

/** Two hosts whose datagrams a firewall refuses, one of which is a relay; other relays of the same server are answered. */
export interface RefusedRelay {
  readonly from: string;
  readonly to: string;
  readonly relay: string;
  readonly server: string;
  /** How many others there are, the first of them, and the first frame in which it is answered. */
  readonly others: number;
  readonly other: string;
  readonly frame: number;
}

/** The ends of a datagram between relay and server that a firewall refuses, whichever sends it. */
function endsOf(error: IcmpError, world: World): { readonly relay: string; readonly server: string } | undefined {
  const { version, quotedSource: from, quotedDestination: to, quotedPort } = error;
  if (refusalOf(error) !== 'firewall-reject' || quotedPort === 68 || quotedPort === 546) return undefined;
  const isRelay = (address: string): boolean =>
    version === 6 ? world.once(forwards6).has(address) : world.observed.giaddrs.has(parseIpv4(address) ?? 0);
  if (isRelay(from)) return { relay: from, server: to };
  return isRelay(to) ? { relay: to, server: from } : undefined;
}

/** By server: the relays with which it cannot speak, because a firewall refuses that. */
function relaysRefused(world: World): ReadonlyMap<string, ReadonlySet<string>> {
  const refused = new Map<string, Set<string>>();
  for (const error of world.neighbours.icmpErrors) {
    const ends = endsOf(error, world);
    if (!ends) continue;
    const known = refused.get(ends.server);
    if (known) known.add(ends.relay);
    else refused.set(ends.server, new Set([ends.relay]));
  }
  return refused;
}

/** By server that answers relays: those of which nothing is refused. */
function relaysPassing(world: World): ReadonlyMap<string, readonly (readonly [relay: string, frame: number])[]> {
  const refused = world.once(relaysRefused);
  const served = [...world.once(relaysServed)];
  return new Map(
    served.map(([server, relays]) => [server, [...relays].filter(([relay]) => !refused.get(server)?.has(relay))]),
  );
}

/** The relay whose datagrams, or the replies to it, a firewall refuses, where the server answers others; undefined if it refuses all. */
export function refusedRelay(error: IcmpError, world: World): RefusedRelay | undefined {
  const ends = endsOf(error, world);
  if (!ends) return undefined;
  const { quotedSource: from, quotedDestination: to } = error;
  const others = world.once(relaysPassing).get(ends.server) ?? [];
  const [first] = others;
  return first && { ...ends, from, to, other: first[0], others: others.length, frame: first[1] };
}

/** What shows that a rule is about one relay alone. */
export const othersPass = ({ server, others, other, frame }: RefusedRelay): string =>
  `${server} answers ${others === 1 ? `relay ${other}` : `${others} other relays`} (frame ${frame})`;

/** ICMP errors about the messages of a client, matched by chaddr or, if too little is quoted, by source and destination. */
export const refusalsOf = (
  icmp: readonly IcmpError[],
  chaddr: string,
  { source, destination }: { readonly source?: string | undefined; readonly destination?: string | undefined } = {},
): readonly IcmpError[] =>
  icmp.filter((error) =>
    error.chaddr === undefined
      ? error.quotedSource === source && error.quotedDestination === destination
      : error.chaddr === chaddr,
  );

/** The cause that an ICMP error reports, with the finding that explains it. */
function refused(error: IcmpError, protocol: string, text: string, ...more: readonly string[]): Cause {
  const told = cause('likely', text, ...more, icmpText(error, protocol));
  const finding = refusalOf(error);
  return finding ? withFinding(finding, [error.frame], told) : told;
}

/** An ICMP error, as evidence. */
export const icmpText = ({ type, code, source, frame }: IcmpError, protocol = 'ICMP'): string =>
  `${protocol} from ${source} (type ${type}, code ${code}) in frame ${frame}`;

/** The relay that sent what an error quotes, and a relay that another server answers, where the host asked never speaks DHCP. */
export function wrongHelper(
  error: IcmpError,
  world: World,
): { readonly relay: string; readonly other: Helped } | undefined {
  const { quotedSource: relay, quotedDestination: to, quotedPort } = error;
  const refusal = refusalOf(error);
  if (quotedPort !== 67 || (refusal !== 'port-unreachable' && refusal !== 'host-unreachable')) return undefined;
  if (!world.observed.giaddrs.has(parseIpv4(relay) ?? 0)) return undefined;
  const other = helpedElsewhere(to, world);
  return other && { relay, other };
}

/** That a relay is set to a wrong server. */
export function wrongHelperCause(error: IcmpError, world: World): Cause | undefined {
  const wrong = wrongHelper(error, world);
  return wrong && helperCause('likely', wrong.relay, error.quotedDestination, wrong.other);
}

/** That a relay is set to a wrong server, as one answers `other`. */
export const helperCause = (
  likelihood: Cause['likelihood'],
  relay: string,
  to: string,
  { relay: another, server, frame }: Helped,
): Cause =>
  cause(
    likelihood,
    `Relay ${relay} is set to a wrong server address: ${to} is not seen to serve DHCP`,
    `this capture holds no DHCP message of ${to}`,
    `relay ${another} sends to ${server} and is answered (frame ${frame})`,
  );

/** The cause that ICMP errors about datagrams to port 67 report; undefined if there are none. */
export function refusalCause(errors: readonly IcmpError[], world: World): Cause | undefined {
  const [error] = errors;
  if (!error) return undefined;
  const rival = rivalIn(error, world);
  if (rival) return rivalCause(rival, icmpText(error));
  const wrong = wrongHelperCause(error, world);
  const one = refusedRelay(error, world);
  if (wrong) return refused(error, 'ICMP', wrong.text, ...wrong.evidence);
  return one ? refused(error, 'ICMP', ruleText(one, error), othersPass(one)) : refusedAt(error, 'DHCP program');
}

/** The cause that an ICMP error about a datagram to a server reports; `program` should listen at the quoted port. */
export function refusedAt(error: IcmpError, program: string): Cause {
  const { code, source, quotedDestination, quotedPort: port } = error;
  return refused(
    error,
    'ICMP',
    isLooping(error)
      ? `Datagrams to ${quotedDestination} go round among routers until their time to live is used up, and ${source} says so by ICMP: a routing loop`
      : isTooLarge(error)
        ? `Datagrams to ${quotedDestination} are larger than the link behind ${source} takes, and it says so by ICMP`
        : code === 3
          ? `A host refuses datagrams to UDP port ${port}, and says so by ICMP: at ${source} no ${program} listens, or a firewall rejects them as if none did`
          : code === 0 || code === 1
            ? `There is no way to ${quotedDestination}, and ${source} says so by ICMP: its host is down, or a route is missing`
            : `A firewall refuses datagrams to UDP port ${port}, and says so by ICMP: a rule at ${source} rejects them`,
  );
}

/** What a rule about one relay alone does. */
export const ruleText = ({ from, to }: RefusedRelay, { source, quotedPort }: IcmpError): string =>
  `A rule at ${source} rejects UDP port ${quotedPort} from ${from} to ${to}, and nothing of other relays`;

/** The cause that ICMPv6 errors about datagrams to port 547, or 546, report; undefined if there are none. */
export function refusalCause6(errors: readonly IcmpError[], world: World): Cause | undefined {
  const [error] = errors;
  if (!error) return undefined;
  const one = refusedRelay(error, world);
  if (one) return refused(error, 'ICMPv6', ruleText(one, error), othersPass(one));
  const { code, source, quotedDestination, quotedPort: port } = error;
  return refused(
    error,
    'ICMPv6',
    code === 4
      ? `A host refuses datagrams to UDP port ${port}, and says so by ICMPv6: at ${source} no DHCPv6 program listens, or a firewall rejects them as if none did`
      : code === 0 || code === 3
        ? `There is no way to ${quotedDestination}, and ${source} says so by ICMPv6: its host is down, or a route is missing`
        : `A firewall refuses datagrams to UDP port ${port}, and says so by ICMPv6: a rule at ${source} rejects them`,
  );
}
