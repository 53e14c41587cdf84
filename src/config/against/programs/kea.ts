import type { ClassRule, ConfigDocument, Pool, Scope, Subnet } from '../../model';
import type { Located } from '../../source';
import { definedOptions, testCondition, type Tested, type Truth } from '../expression';
import { authorityOf, ownOptions, type Client, type Judgement, type Policy } from '../policy';
import { readable } from '../request';

/** How many classes may refer to each other in a chain. */
const DEEPEST = 16;

/** Kea: classes guard shared networks, subnets and pools (Kea ARM, “Client Classification”). */
export class KeaPolicy implements Policy {
  readonly own = ownOptions(1, 12);
  readonly sparesReserved = true;
  private readonly classes: ReadonlyMap<string, ClassRule>;
  private readonly global: ReadonlySet<Scope>;

  private readonly defined: ReadonlyMap<string, number>;

  constructor(private readonly document: ConfigDocument) {
    this.defined = definedOptions(document);
    this.classes = new Map((document.classes ?? []).map((rule) => [rule.name, rule]));
    this.global = new Set(document.reservations.filter(({ subnet }) => !subnet));
  }

  before(client: Client): Judgement {
    const drop = this.classes.get('DROP');
    if (!drop) return undefined;
    const { truth } = this.tested('DROP', client, 0);
    if (truth === undefined) return 'unknown';
    if (!truth) return undefined;
    return {
      reason: 'ignored',
      span: (drop.test ?? drop).span,
      why: `The request is in the class “DROP”, which Kea does not answer: ${(drop.test?.value ?? '').slice(0, 100)}.`,
      step: 'Narrow the test of the class “DROP”, or take it out.',
    };
  }

  subnet(subnet: Subnet, client: Client): Judgement {
    const network = subnet.sharedNetwork;
    return (
      this.guarded(network?.guards ?? [], 'shared network', client, true) ??
      this.guarded(subnet.guards ?? [], 'subnet', client, true)
    );
  }

  pool(pool: Pool, client: Client): Judgement {
    return this.guarded(pool.guards, 'pool', client, false);
  }

  /** Membership in one of the classes is enough. */
  private guarded(guards: readonly Located<string>[], what: string, client: Client, early: boolean): Judgement {
    if (guards.length === 0) return undefined;
    let failed: string | undefined;
    for (const { value } of guards) {
      // Reservations are looked up after the subnet is chosen, so until then it is open who is in these classes.
      const late = early && /^(KNOWN|UNKNOWN)$/.test(value);
      const tested: Tested = late ? { truth: undefined } : this.tested(value, client, 0);
      if (tested.truth === undefined) return 'unknown';
      if (tested.truth) return undefined;
      failed ??= tested.failed;
    }
    const [guard] = guards as [Located<string>];
    const names = guards.map(({ value }) => `“${value.slice(0, 60)}”`).join(', ');
    const known = guards.every(({ value }) => value === 'KNOWN');
    const { mac } = client.request;
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
    return this.tested(name, client, 0).truth;
  }

  private tested(name: string, client: Client, depth: number): Tested {
    const { request, reservations, known } = client;
    if (name === 'ALL') return { truth: true };
    // A global reservation counts only if a parameter enables it.
    const sure = known === true && reservations.every((host) => this.global.has(host)) ? undefined : known;
    if (name === 'KNOWN') return { truth: sure };
    if (name === 'UNKNOWN') return { truth: sure === undefined ? undefined : !sure };
    if (name === 'BOOTP') return { truth: request.type === 0 };
    if (name.startsWith('VENDOR_CLASS_')) {
      if (request.family === 6) return { truth: undefined };
      const vendor = request.option(60);
      const wanted = name.slice('VENDOR_CLASS_'.length);
      const have = typeof vendor === 'string' ? readable(vendor) : undefined;
      return have === `“${wanted}”` ? { truth: true } : { truth: false, failed: `option 60 is ${have ?? 'missing'}` };
    }
    if (reservations.some(({ guards }) => guards?.some(({ value }) => value === name))) return { truth: true };
    const rule = this.classes.get(name);
    if (!rule)
      return {
        truth: /^(HA_|AFTER_|EXTERNAL_|SPAWN_)/.test(name) ? undefined : false,
        failed: 'no class of that name is defined',
      };
    if (rule.onRequest || depth > DEEPEST) return { truth: undefined };
    if (!rule.test)
      return { truth: false, failed: 'the class has no test, and no reservation puts the client into it' };
    return testCondition(rule.test.value, {
      language: 'kea',
      defined: this.defined,
      request,
      member: (other) => this.tested(other, client, depth + 1).truth,
      known: sure,
    });
  }

  authority(subnet: Subnet | undefined): ReturnType<Policy['authority']> {
    return authorityOf(this.document, subnet, false);
  }
}
