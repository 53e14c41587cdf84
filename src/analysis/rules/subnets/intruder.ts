import { parseIpv4 } from '../../../codec/bytes';
import { OPTION, type Message } from '../../conversations/model';
import { factoryOf } from '../../evidence/factory';
import { span } from '../../words/words';
import type { World } from '../../evidence/world';

/** Which of several servers is likelier the one that does not belong here, by what the frames show of each. */

/** A server, and the first of its replies that describes the network. */
interface Speaker {
  readonly server: string;
  readonly message: Message;
  readonly subnet: string;
}

/** The server that stands out, and why. */
export interface Intruder<S> {
  readonly say: S;
  /** Further servers that something speaks against, where nothing speaks against another. */
  readonly more: readonly S[];
  readonly reasons: readonly string[];
  /** It leases from the subnet of the other server, with itself as router: no device does that before it is set up for this network. */
  readonly inPlace: boolean;
}

/** As what a server names itself: `router and DNS server`; undefined if as neither. */
export function namesItself({ server, message }: Pick<Speaker, 'server' | 'message'>): string | undefined {
  const own = parseIpv4(server) ?? 0;
  const as = [
    ...(message.dhcp.ips(OPTION.router).includes(own) ? ['router'] : []),
    ...(message.dhcp.ips(OPTION.dns).includes(own) ? ['DNS server'] : []),
  ];
  return as.length === 0 ? undefined : as.join(' and ');
}

/** A lease of another server is called long from this ratio on. */
const MUCH_LONGER = 10;

/**
 * The server that more speaks against than against every other, or, of more than two, all that something speaks against; undefined if none
 * stands out.
 */
export function intruderAmong<S extends Speaker>(says: readonly S[], world: World): Intruder<S> | undefined {
  const held = says
    .map((say) => ({
      say,
      reasons: reasonsAgainst(
        say,
        says.filter((other) => other !== say),
        world,
      ),
    }))
    .sort((a, b) => b.reasons.length - a.reasons.length);
  const clear = held.filter(({ reasons }) => reasons.length === 0);
  const [first, second] = held;
  if (!first || !second) return undefined;
  const alike = says.length > 2 && clear.length > 0 ? held.filter(({ reasons }) => reasons.length > 0) : [first];
  if (alike.length < 2 && first.reasons.length <= second.reasons.length) return undefined;
  const { say } = first;
  const inPlace =
    namesItself(say)?.startsWith('router') === true &&
    says.some(
      (other) => other !== say && other.subnet === say.subnet && namesItself(other)?.startsWith('router') !== true,
    );
  const suspects = inPlace ? [first] : alike;
  return {
    say,
    more: suspects.slice(1).map((one) => one.say),
    reasons: suspects.flatMap(({ reasons }) => reasons),
    inPlace,
  };
}

/** What the frames show against a server, held against the others. */
function reasonsAgainst(say: Speaker, others: readonly Speaker[], world: World): string[] {
  const reasons: string[] = [];
  const { server, message } = say;
  // Whom another server names as router has its place here.
  if (others.some((other) => other.message.dhcp.ips(OPTION.router).includes(parseIpv4(server) ?? 0))) return [];
  const factory = factoryOf(server);
  if (factory !== undefined && !others.every((other) => factoryOf(other.server) !== undefined))
    reasons.push(`${server} is the factory address of ${factory}`);
  const itself = namesItself(say);
  if (itself?.startsWith('router') && others.every((other) => namesItself(other)?.startsWith('router') !== true))
    reasons.push(`${server} names itself as ${itself}`);
  const own = message.dhcp.u32(OPTION.lease) ?? Infinity;
  const leaseOf = (one: Speaker): number => one.message.dhcp.u32(OPTION.lease) ?? 0;
  const other = others.reduce((least, one) => (leaseOf(one) < leaseOf(least) ? one : least));
  if (own * MUCH_LONGER <= leaseOf(other))
    reasons.push(`${server} leases for ${span(own)}, ${other.server} for ${span(leaseOf(other))}`);
  const before = world.survey.leases.find(
    (lease) => lease.time < message.time && others.some((other) => parseIpv4(other.server) === lease.server),
  );
  const known = world.survey.leases.find((lease) => lease.server === parseIpv4(server));
  if (before && (!known || known.time > message.time) && before.time > 0 && !isFirst(server, before.time, world))
    reasons.push(`the other server leases already in frame ${before.frame}, before ${server} is first seen`);
  return reasons;
}

/** Whether a server was seen before a point in time, as far as its own frames show it. */
const isFirst = (server: string, time: number, world: World): boolean =>
  (world.survey.servers.get(server)?.macs ?? []).some(({ first }) => first <= time);
