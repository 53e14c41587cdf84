import { BOOTP } from '../../../analysis/conversations/names';
import { push } from '../../../codec/append';
import type { ClassRule, ConfigDocument, Pool, Reservation, Scope, Subnet } from '../../model';
import type { Located } from '../../source';
import { definedOptions, testCondition, type Tested, type Truth } from '../expression';
import { authorityOf, ownOptions, type Client, type Denial, type Judgement, type Policy } from '../policy';
import { readable } from '../request';
import { subnetOf } from '../../rules/rule';
import { anywhere, early, isHeeded, isSpared, late, type Lookup } from './keaHosts';

/** How many classes may refer to each other in a chain. */
const DEEPEST = 16;

/** Members of this class get no answer (Kea ARM, “Client Classification”). */
const DROP = 'DROP';

/** Why a class has no members while the subnet is chosen. */
const TOO_EARLY = 'reservations are not looked up yet';

/** Kea: classes guard shared networks, subnets and pools (Kea ARM, “Client Classification”). */
export class KeaPolicy implements Policy {
  readonly own = ownOptions(1, 12);
  readonly judgesBootp = true;
  private readonly bootp: boolean;
  private readonly classes: ReadonlyMap<string, ClassRule>;
  private readonly defined: ReadonlyMap<string, number>;
  /** The subnets of each shared network. */
  private readonly together = new Map<Scope, Subnet[]>();
  private readonly chosen = new WeakMap<Client, Map<Scope, readonly Subnet[]>>();

  constructor(private readonly document: ConfigDocument) {
    this.defined = definedOptions(document);
    this.bootp = document.files.some(({ text }) => text.includes('libdhcp_bootp'));
    for (const subnet of document.subnets) if (subnet.sharedNetwork) push(this.together, subnet.sharedNetwork, subnet);
    this.classes = new Map((document.classes ?? []).map((rule) => [rule.name, rule]));
  }

  heeds(host: Reservation, subnet: Subnet): boolean {
    return isHeeded(host, subnet);
  }

  spares(host: Reservation): boolean {
    return isSpared(host);
  }

  before(client: Client): Judgement {
    if (client.request.family === 4 && client.request.type === BOOTP && !this.bootp) return this.withoutBootp(client);
    const lookup = anywhere(this.document, client);
    const { truth } = this.tested(DROP, client, lookup);
    if (truth === undefined) return 'unknown';
    if (!truth) return undefined;
    const host = lookup.hosts.flatMap(({ guards = [] }) => guards.filter(({ value }) => value === DROP))[0];
    if (host)
      return {
        reason: 'ignored',
        span: host.span,
        why: `This reservation puts ${client.request.mac} into the class “DROP”, which Kea does not answer.`,
        step: 'Take “DROP” from the “client-classes” of the reservation.',
      };
    const drop = this.classes.get(DROP)!;
    return {
      reason: 'ignored',
      span: (drop.test ?? drop).span,
      why: `The request is in the class “DROP”, which Kea does not answer: ${(drop.test?.value ?? '').slice(0, 100)}.`,
      step: 'Narrow the test of the class “DROP”, or take it out.',
    };
  }

  private withoutBootp({ request: { mac } }: Client): Denial {
    return {
      reason: 'bootp',
      span: this.document.global.head,
      why: `${mac} asks by BOOTP, without option 53. Kea answers BOOTP only with its hook library libdhcp_bootp.so, and “hooks-libraries” does not load it.`,
      step: 'Load the library: `"hooks-libraries": [ { "library": "PATH/libdhcp_bootp.so" } ]`.',
    };
  }

  subnet(subnet: Subnet, client: Client): Judgement {
    const network = subnet.sharedNetwork;
    const first = early(this.document, client);
    const closed = this.guarded(network?.guards ?? [], 'shared network', client, first);
    if (closed !== undefined) return closed;
    if (!subnet.guards?.length) return undefined;
    const chosen = this.chosenWith(subnet, client);
    // Of a shared network Kea first chooses a subnet that may be chosen without reservations, and then goes on to the others.
    const others = chosen.length - (chosen.includes(subnet) ? 1 : 0);
    return this.guarded(subnet.guards, 'subnet', client, others > 0 ? late(chosen, client) : first);
  }

  pool(pool: Pool, client: Client): Judgement {
    const subnet = subnetOf(pool);
    if (pool.guards.length === 0) return undefined;
    const chosen = subnet ? this.chosenWith(subnet, client) : [];
    return this.guarded(pool.guards, 'pool', client, late(chosen, client));
  }

  /** The subnets of the same link that Kea can choose before it looks for reservations. */
  private chosenWith(subnet: Subnet, client: Client): readonly Subnet[] {
    const network = subnet.sharedNetwork;
    let known = this.chosen.get(client);
    if (!known) this.chosen.set(client, (known = new Map<Scope, readonly Subnet[]>()));
    let list = known.get(network ?? subnet);
    if (!list) {
      const first = early(this.document, client);
      list = (network ? (this.together.get(network) ?? []) : [subnet]).filter(
        ({ guards = [] }) => this.guarded(guards, 'subnet', client, first) === undefined,
      );
      known.set(network ?? subnet, list);
    }
    return list;
  }

  /** Membership in one of the classes is enough. */
  private guarded(guards: readonly Located<string>[], what: string, client: Client, lookup: Lookup): Judgement {
    if (guards.length === 0) return undefined;
    let failed: string | undefined;
    for (const { value } of guards) {
      const tested = this.tested(value, client, lookup);
      if (tested.truth === undefined) return 'unknown';
      if (tested.truth) return undefined;
      failed ??= tested.failed;
    }
    const [guard] = guards as [Located<string>];
    const names = guards.map(({ value }) => `“${value.slice(0, 60)}”`).join(', ');
    const { mac } = client.request;
    if (failed === TOO_EARLY)
      return {
        reason: 'class',
        span: guard.span,
        why: `${names}: Kea chooses the ${what} before it looks for reservations, and nobody is in ${guards.length > 1 ? 'these classes' : 'this class'} yet. The ${what} is never chosen.`,
        step: `Take “client-class” from the ${what}, and give it to its pools.`,
      };
    const known = guards.every(({ value }) => value === 'KNOWN');
    return {
      reason: known ? 'unknown-client' : 'class',
      span: guard.span,
      why: known
        ? `This ${what} serves only clients with a reservation (class “KNOWN”), and none names ${mac}.`
        : `This ${what} serves only clients of ${guards.length > 1 ? 'the classes' : 'the class'} ${names}${failed === undefined ? ', and the request does not match' : `: ${failed}`}.`,
      step: known
        ? `Reserve an address for “hw-address” ${mac}, or give the subnet a pool without this class.`
        : `If ${mac} shall be served here, correct the “test” of ${names}, or take “client-class” from the ${what}.`,
    };
  }

  member(name: string, client: Client): Truth {
    return this.tested(name, client, anywhere(this.document, client)).truth;
  }

  private tested(name: string, client: Client, lookup: Lookup, depth = 0): Tested {
    const { request, reservations } = client;
    const { hosts, known } = lookup;
    if (name === 'ALL') return { truth: true };
    if (name === 'KNOWN' || name === 'UNKNOWN') {
      if (known === 'open') return { truth: false, failed: TOO_EARLY };
      return { truth: known === undefined ? undefined : known === (name === 'KNOWN') };
    }
    if (name === 'BOOTP') return { truth: request.type === BOOTP };
    if (name.startsWith('VENDOR_CLASS_')) {
      if (request.family === 6) return { truth: undefined };
      const vendor = request.option(60);
      const wanted = name.slice('VENDOR_CLASS_'.length);
      const have = typeof vendor === 'string' ? readable(vendor) : undefined;
      return have === `“${wanted}”` ? { truth: true } : { truth: false, failed: `option 60 is ${have ?? 'missing'}` };
    }
    const puts = ({ guards }: Reservation): boolean => guards?.some(({ value }) => value === name) === true;
    if (hosts.some(puts)) return { truth: true };
    if (known === undefined && reservations.some(puts)) return { truth: undefined };
    const rule = this.classes.get(name);
    if (!rule)
      return {
        truth: /^(HA_|AFTER_|EXTERNAL_|SPAWN_)/.test(name) ? undefined : false,
        failed: 'no class of that name is defined',
      };
    if (rule.onRequest || depth > DEEPEST) return { truth: undefined };
    if (!rule.test)
      return {
        truth: false,
        failed:
          known === 'open' && reservations.some(puts)
            ? TOO_EARLY
            : 'the class has no test, and no reservation puts the client into it',
      };
    // A class that depends on “KNOWN” has no members before reservations are looked up.
    let open = false;
    const tested = testCondition(rule.test.value, {
      language: 'kea',
      defined: this.defined,
      request,
      member: (other) => {
        const inner = this.tested(other, client, lookup, depth + 1);
        if (inner.failed === TOO_EARLY) open = true;
        return inner.truth;
      },
      known: known === 'open' ? undefined : known,
    });
    return open ? { truth: false, failed: TOO_EARLY } : tested;
  }

  authority(subnet: Subnet | undefined): ReturnType<Policy['authority']> {
    return authorityOf(this.document, subnet, false);
  }
}
