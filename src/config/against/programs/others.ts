import { ipv4ToText } from '../../../codec/bytes';
import { contains, type Range } from '../../address';
import type { ClassRule, ConfigDocument, Pool, Subnet } from '../../model';
import { subnetOf } from '../../rules/rule';
import { settingOf } from '../../scopes';
import type { Span } from '../../source';
import { DhcpdPolicy } from './dhcpd';
import { DnsmasqPolicy } from './dnsmasq';
import type { Truth } from '../expression';
import { KeaPolicy } from './kea';
import { meets } from './octets';
import { ownOptions, type Client, type Judgement, type Policy } from '../policy';
import type { Asked, Heard } from '../request';

/** A program with no statement about clients that it does not serve. */
abstract class Open implements Policy {
  abstract readonly own: ReadonlySet<number>;
  spares(): boolean {
    return true;
  }

  before(_: Client): Judgement {
    void _;
    return undefined;
  }
  subnet(_: Subnet, client: Client): Judgement {
    void client;
    return undefined;
  }
  pool(_: Pool, client: Client): Judgement {
    void client;
    return undefined;
  }
  member(): Truth {
    return undefined;
  }
  authority(_: Subnet | undefined): ReturnType<Policy['authority']> {
    void _;
    return undefined;
  }
}

/** udhcpd serves any client as long as it has addresses. */
class UdhcpdPolicy extends Open {
  readonly own = ownOptions(66, 67);
  readonly limit?: { readonly most: number; readonly span: Span };

  constructor({ statements }: ConfigDocument) {
    super();
    const line = statements.filter(({ keyword }) => keyword === 'max_leases').at(-1);
    const most = line && /\d+/.exec(line.span.file.text.slice(line.span.start, line.span.end))?.[0];
    if (line && most !== undefined) this.limit = { most: Number(most), span: line.span };
  }
}

/** How many conditions are tested per capture. */
const MOST_STEPS = 2_000_000;

/** Whether a hardware address matches a pattern, which may end in a star. */
const isLike = (mac: string, pattern: string): boolean => {
  const digits = mac.replaceAll(':', '');
  return pattern.endsWith('*') ? digits.startsWith(pattern.slice(0, -1)) : digits === pattern;
};

/** The part of a pool that lies in a range. */
function cut(pool: Pool, { family, first, last }: Range): Pool[] {
  const { range } = pool;
  const low = first > range.first ? first : range.first;
  const high = last < range.last ? last : range.last;
  return low <= high ? [{ ...pool, range: { family, first: low, last: high } }] : [];
}

/** OpenWrt, Microsoft, IOS, RouterOS: the model already holds what their files say about who is served. */
class PlainPolicy extends Open {
  // It is not known which options such a program adds by itself, so any option may be.
  override readonly own: ReadonlySet<number> = new Set(Array.from({ length: 255 }, (_, code) => code));

  private readonly classes: ReadonlyMap<string, ClassRule>;

  constructor(private readonly document: ConfigDocument) {
    super();
    this.classes = new Map((document.classes ?? []).map((rule) => [rule.name, rule]));
  }

  override before({ request: { mac }, reservations }: Client): Judgement {
    const closed = this.document.global.closed ?? reservations.find((host) => host.closed)?.closed;
    if (closed) return closed;
    const { allow, deny } = this.document.filters ?? {};
    const denied = deny?.find(({ value }) => isLike(mac, value));
    if (denied)
      return {
        reason: 'ignored',
        span: denied.span,
        why: `${mac} is on the list of addresses that are denied.`,
        step: 'Take the address out of the list.',
      };
    if (!allow || allow.some(({ value }) => isLike(mac, value))) return undefined;
    return {
      reason: 'unknown-client',
      span: allow[0]?.span ?? this.document.global.head,
      why: `Only addresses on the list are allowed, and ${mac} is not on it.`,
      step: `Add ${mac} to the list, or switch the list off.`,
    };
  }

  override subnet(subnet: Subnet, { request, reservations }: Client): Judgement {
    if (subnet.closed) return subnet.closed;
    const own = reservations.some(
      ({ addresses, subnet: bound }) =>
        bound === subnet || addresses.some(({ value }) => subnet.prefix && contains(subnet.prefix, value)),
    );
    const { giaddr, secs } = (request as Heard).dhcp;
    const wait = subnet.settings.get('delay');
    if (wait && request.type === 1 && secs < (wait.number ?? 0))
      return {
        reason: 'ignored',
        span: wait.span,
        why: `The server waits until a client has asked for ${wait.value}, and this one says ${secs} s (secs).`,
        step: 'Lower delay-threshold where no other server is to answer first.',
      };
    if (this.document.kind === 'routeros' && subnet.served) {
      const relays = subnet.relays.map(({ value }) => Number(value.value));
      const any = relays.includes(0xffffffff);
      if (!any && (relays.length > 0 ? !relays.includes(giaddr) : giaddr !== 0))
        return {
          reason: 'no-subnet',
          span: subnet.relays[0]?.span ?? subnet.served,
          why:
            giaddr === 0
              ? 'The server takes only what its relay hands on, and this request comes straight from the client.'
              : `The server does not take what the relay ${ipv4ToText(giaddr)} hands on: “relay” names ${relays.length > 0 ? 'another' : 'none'}.`,
          step: '`/ip dhcp-server set … relay=` the relay’s address, or none for clients on the link.',
        };
    }
    if (subnet.reservedOnly && !own) return subnet.reservedOnly;
    if (own) return undefined;
    // OpenWrt keeps the addresses of its networks in another file.
    if (this.document.kind === 'openwrt' && subnet.pools.length === 0) return 'unknown';
    const [guard] = subnet.guards ?? [];
    if (!guard) return undefined;
    const truths = subnet.guards!.map(({ value }) => this.isIn(value, request));
    if (truths.includes(true)) return undefined;
    if (truths.includes(undefined)) return 'unknown';
    const names = subnet.guards!.map(({ value }) => `“${value.slice(0, 60)}”`).join(', ');
    return {
      reason: 'class',
      span: guard.span,
      why: `This pool serves only members of the classes ${names}, and the request of ${request.mac} matches none of their patterns.`,
      step: 'Correct the patterns of the class (`relay-information hex`, `option … hex`), or take the class out of the pool.',
    };
  }

  private steps = 0;

  /** Whether a request meets the condition of a class. */
  private isIn(name: string, request: Asked): Truth {
    const rule = this.classes.get(name)?.octets;
    return rule && (this.steps += rule.tests.length + 1) < MOST_STEPS ? meets(rule, request) : undefined;
  }

  override pool(pool: Pool, client: Client): Judgement {
    const parts = this.parts(pool, client);
    if (parts === undefined || parts === 'unknown' || parts.length > 0) return undefined;
    const around = subnetOf(pool)?.policies?.find(({ range }) => range.last >= pool.range.first);
    const [guard] = around?.guards ?? [];
    return {
      reason: 'class',
      span: (guard ?? pool).span,
      why: `All addresses of this pool are kept for whom a policy is for, and ${client.request.mac} is not one of them.`,
      step: 'Leave some addresses of the scope out of the policy’s ranges.',
    };
  }

  /** What the classes of a client, or of others, leave to it. */
  parts(pool: Pool, { request }: Client): readonly Pool[] | 'unknown' | undefined {
    const { policies = [], guards = [] } = subnetOf(pool) ?? {};
    if (policies.length === 0) return undefined;
    if ((this.steps += policies.length) > MOST_STEPS) return 'unknown';
    const truthOf = ({ guards: [guard] }: Pool): Truth => guard && this.isIn(guard.value, request);
    const truths = policies.map(truthOf);
    const classes = guards.map(({ value }) => this.isIn(value, request));
    if (truths.includes(undefined) || classes.includes(undefined)) return 'unknown';
    const whole = guards.some(
      ({ value }, i) => classes[i] && !policies.some(({ guards: [of] }) => of?.value === value),
    );
    if (whole) return undefined;
    const own = policies.filter((_, i) => truths[i]).flatMap((policy) => cut(policy, pool.range));
    if (own.length > 0 || guards.length > 0) return own;
    let left: Pool[] = [pool];
    for (const { range } of policies)
      left = left.flatMap((part) => [
        ...cut(part, { ...range, first: part.range.first, last: range.first - 1n }),
        ...cut(part, { ...range, first: range.last + 1n, last: part.range.last }),
      ]);
    return left;
  }

  override authority(subnet: Subnet | undefined): ReturnType<Policy['authority']> {
    const setting = settingOf(subnet ?? this.document.global, 'authoritative');
    return setting && { is: setting.value === 'true', span: setting.span };
  }
}

/** The policy of the program that reads a configuration. */
export function policyOf(document: ConfigDocument): Policy {
  switch (document.kind) {
    case 'dhcpd':
    case 'dhcpd6':
      return new DhcpdPolicy(document);
    case 'kea4':
    case 'kea6':
      return new KeaPolicy(document);
    case 'dnsmasq':
      return new DnsmasqPolicy(document);
    case 'udhcpd':
      return new UdhcpdPolicy(document);
    default:
      return new PlainPolicy(document);
  }
}
