import { BOOTP, DISCOVER } from '../../../analysis/conversations/names';
import { push } from '../../../codec/append';
import type { ClassRule, ConfigDocument, Pool, Scope, Setting, Subnet } from '../../model';
import { settingOf } from '../../scopes';
import { definedOptions, testCondition, valueOf, type Context, type Tested, type Truth } from '../expression';
import { authorityOf, ownOptions, type Client, type Denial, type Judgement, type Policy } from '../policy';
import { hexOfText, readable, type Heard } from '../request';
import { appliesTo, placeOf } from './dhcpdBlocks';

/** A block of statements in which booting is denied. */
interface Denying {
  readonly scope: Scope;
  readonly setting: Setting;
}

/** ISC dhcpd: classes, pool permit lists, unknown clients (dhcpd.conf(5)). */
export class DhcpdPolicy implements Policy {
  readonly own = ownOptions(1, 12);
  readonly judgesBootp = true;
  spares(): boolean {
    return false;
  }

  private readonly classes: ReadonlyMap<string, ClassRule>;
  private readonly values = new Map<ClassRule, ReadonlySet<string>>();

  private readonly defined: ReadonlyMap<string, number>;

  constructor(private readonly document: ConfigDocument) {
    this.defined = definedOptions(document);
    for (const scope of document.scopes) {
      const setting = scope.kind === 'class' ? scope.settings.get('booting') : undefined;
      if (setting?.value === 'false') push(this.denied, placeOf(scope), { scope, setting });
    }
    this.classes = new Map((document.classes ?? []).map((rule) => [rule.name, rule]));
  }

  /** Blocks in which booting is denied, classes and conditions, by the subnet or shared network around them. */
  private readonly denied = new Map<Scope | undefined, Denying[]>();

  before(client: Client): Judgement {
    const denied = client.reservations.map((host) => settingOf(host, 'booting')).find((one) => one?.value === 'false');
    return denied ? booting(denied) : this.deniedBy(this.denied.get(undefined), client);
  }

  private deniedBy(blocks: readonly Denying[] = [], client: Client, subnet?: Subnet): Judgement {
    let unsure = false;
    for (const { scope, setting } of blocks) {
      const truth = appliesTo(scope, client, subnet, this);
      if (truth) return booting(setting);
      if (truth === undefined) unsure = true;
    }
    return unsure ? 'unknown' : undefined;
  }

  subnet(subnet: Subnet, client: Client): Judgement {
    // For DHCPv6, only pools check whether a client is known.
    if (subnet.family === 6) return undefined;
    const unknown = settingOf(subnet, 'unknown-clients');
    if (unknown?.value === 'false') {
      if (client.known === undefined) return 'unknown';
      if (!client.known)
        return {
          reason: 'unknown-client',
          span: unknown.span,
          why: `Unknown clients are denied here, and no host declaration names ${client.request.mac}.`,
          step: `Declare the client: \`host NAME { hardware ethernet ${client.request.mac}; }\`. Or allow unknown clients.`,
        };
    }
    const booted = settingOf(subnet, 'booting');
    if (booted?.value === 'false') return booting(booted);
    const refused = tooEarly(settingOf(subnet, 'delay'), client) ?? bootpDenied(subnet, client);
    if (refused) return refused;
    const { sharedNetwork } = subnet;
    return (
      this.deniedBy(this.denied.get(subnet), client, subnet) ??
      (sharedNetwork && this.deniedBy(this.denied.get(sharedNetwork), client, subnet))
    );
  }

  /** If a pool has allow statements, only those clients may have its addresses. A deny always wins. */
  pool(pool: Pool, client: Client): Judgement {
    if (client.request.type === BOOTP && !pool.bootp) return noDynamicBootp(pool, client);
    let allowed: Truth = pool.guards.some(({ value }) => /^allow\b/i.test(value)) ? false : true;
    let unsure = false;
    let reason: Denial | undefined;
    for (const guard of pool.guards) {
      const [, verb, who] = /^(allow|deny)\s+([\s\S]*)$/i.exec(guard.value) ?? [];
      if (verb === undefined || who === undefined) continue;
      const { truth, failed } = this.permitted(who.replace(/\s+/g, ' '), client);
      const allows = verb.toLowerCase() === 'allow';
      if (truth === undefined) unsure = true;
      else if (allows && truth) allowed = true;
      else if (allows ? !truth : truth) {
        const found = denial(guard.span, `${verb} ${who}`, client, failed, /known-clients/.test(who));
        if (!allows) return found;
        reason ??= found;
      }
    }
    if (unsure) return 'unknown';
    return allowed ? undefined : reason;
  }

  private permitted(who: string, client: Client): Tested {
    const name = /^members of "((?:[^"\\]|\\.)*)"/.exec(who)?.[1];
    if (name !== undefined) return this.tested(name, client);
    if (/^(known-clients|known clients)/.test(who)) return { truth: client.known };
    if (/^(unknown-clients|unknown clients)/.test(who))
      return { truth: client.known === undefined ? undefined : !client.known };
    if (/^all clients/.test(who)) return { truth: true };
    if (/^dynamic bootp/.test(who)) return { truth: client.request.type === BOOTP };
    if (/^after /.test(who)) {
      const truth = isAfter(who, client);
      return { truth, failed: `that time had ${truth ? '' : 'not yet '}come when ${client.request.mac} asked` };
    }
    if (/^authenticated/.test(who)) return { truth: false };
    if (/^unauthenticated/.test(who)) return { truth: true };
    return { truth: undefined };
  }

  member(name: string, client: Client): Truth {
    return this.tested(name, client).truth;
  }

  private tested(name: string, client: Client): Tested {
    const rule = this.classes.get(name);
    if (!rule || this.addedByStatement(name)) return { truth: undefined };
    const context = this.contextOf(client);
    if (rule.test) return testCondition(rule.test.value, context);
    if (!rule.match) return { truth: undefined };
    const value = valueOf(rule.match.value, context);
    if (value === undefined) return { truth: undefined };
    const truth = value !== null && this.valuesOf(rule).has(value);
    return truth
      ? { truth }
      : {
          truth,
          failed: `${rule.match.value} is ${value === null ? 'missing' : readable(value)}, and no subclass has that value`,
        };
  }

  holds(condition: string, client: Client): Truth {
    return testCondition(condition, this.contextOf(client)).truth;
  }

  private contextOf({ request, known }: Client): Context {
    return { language: 'dhcpd', defined: this.defined, request, member: () => undefined, known };
  }

  /** `add "class";` puts clients into a class under its own conditions. */
  private addedByStatement(name: string): boolean {
    const definitions = this.document.names.filter((one) => one.role === 'class' && one.name === name);
    return definitions.some(({ span }) =>
      /\badd\s+$/.test(span.file.text.slice(Math.max(0, span.start - 20), span.start)),
    );
  }

  private valuesOf(rule: ClassRule): ReadonlySet<string> {
    let known = this.values.get(rule);
    if (!known) this.values.set(rule, (known = new Set(rule.values.map(({ value }) => hexOf(value)))));
    return known;
  }

  authority(subnet: Subnet | undefined): ReturnType<Policy['authority']> {
    return authorityOf(this.document, subnet, false);
  }
}

const hexOf = (text: string): string =>
  text.startsWith('"')
    ? hexOfText(text.slice(1, -1).replace(/\\(.)/g, '$1'))
    : text
        .replace(/\s/g, '')
        .toLowerCase()
        .split(':')
        .map((octet) => octet.padStart(2, '0'))
        .join('');

/** `min-secs`: a DISCOVER of a client that has not tried for so long gets no OFFER (dhcpd.conf(5)). */
function tooEarly(delay: Setting | undefined, { request }: Client): Judgement {
  if (request.type !== DISCOVER || delay?.number === undefined || !('dhcp' in request)) return undefined;
  const { secs } = (request as Heard).dhcp;
  if (secs >= delay.number) return undefined;
  return {
    reason: 'ignored',
    span: delay.span,
    why: `dhcpd waits here until a client has tried for ${delay.number} seconds, and this DISCOVER says ${secs}.`,
    step: 'Lower min-secs where no other server is to answer first.',
  };
}

const booting = ({ span }: Setting): Denial => ({
  reason: 'booting',
  span,
  why: 'Booting is denied here, so the client gets no answer.',
  step: 'Write `allow booting;`, or leave the statement out.',
});

function denial(
  span: Scope['span'],
  guard: string,
  client: Client,
  failed: string | undefined,
  byHost: boolean,
): Denial {
  const { mac } = client.request;
  const words = guard.replace(/\s+/g, ' ').replace(/;$/, '');
  const denies = /^deny/i.test(words);
  const what = byHost
    ? client.known
      ? `a host declaration names ${mac}`
      : `no host declaration names ${mac}`
    : (failed ?? `${mac} is ${denies ? '' : 'not '}one of them`);
  return {
    reason: byHost ? (client.known ? 'denied' : 'unknown-client') : denies ? 'denied' : 'class',
    span,
    why: `The pool says “${words.slice(0, 100)}”, and ${what}.`,
    step:
      byHost && !client.known
        ? `Declare the client: \`host NAME { hardware ethernet ${mac}; }\`.`
        : denies
          ? `If ${mac} shall be served from this pool, take the statement out, or give the client a pool of its own.`
          : `If ${mac} shall be served from this pool, correct the condition of the class, or allow the client in a pool of its own.`,
  };
}

/** Whether the time of a pool’s `after` has come when a client asks (dhcpd.conf(5)). Times are in UTC. */
function isAfter(who: string, { request: { packet } }: Client): Truth {
  if (!packet.timed) return undefined;
  const [, epoch] = /^after epoch (\d+)$/.exec(who) ?? [];
  const [, year, month, day, hour, minute, second] =
    /^after [0-6] (\d+)\/(\d+)\/(\d+) (\d+):(\d+):(\d+)$/.exec(who) ?? [];
  const at =
    epoch === undefined
      ? Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) / 1000
      : Number(epoch);
  return Number.isNaN(at) ? (/^after never$/.test(who) ? false : undefined) : packet.time >= at;
}

function bootpDenied(subnet: Subnet, { request }: Client): Denial | undefined {
  const allowed = settingOf(subnet, 'bootp');
  if (request.type !== BOOTP || allowed?.value !== 'false') return undefined;
  return {
    reason: 'bootp',
    span: allowed.span,
    why: `${request.mac} asks by BOOTP, without option 53, and BOOTP is denied here.`,
    step: 'Write `allow bootp;`, or leave the statement out.',
  };
}

const noDynamicBootp = ({ head }: Pool, { request: { mac } }: Client): Denial => ({
  reason: 'bootp',
  span: head,
  why: `${mac} asks by BOOTP, without option 53. This range is for DHCP clients only, because it does not say \`dynamic-bootp\`, and no host declaration gives ${mac} an address.`,
  step: `Give the client an address of its own: \`host NAME { hardware ethernet ${mac}; fixed-address ADDRESS; }\`. Or write \`range dynamic-bootp\`.`,
});
