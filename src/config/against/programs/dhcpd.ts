import { DISCOVER } from '../../../analysis/conversations/names';
import { list } from '../../../analysis/words/words';
import type { ClassRule, ConfigDocument, Pool, Scope, Setting, Subnet } from '../../model';
import { settingOf } from '../../scopes';
import { definedOptions, testCondition, valueOf, type Context, type Tested, type Truth } from '../expression';
import { authorityOf, ownOptions, type Client, type Denial, type Judgement, type Policy } from '../policy';
import { hexOfText, readable, type Heard } from '../request';

/** ISC dhcpd: classes, pool permit lists, unknown clients (dhcpd.conf(5)). */
export class DhcpdPolicy implements Policy {
  readonly own = ownOptions(1, 12);
  spares(): boolean {
    return false;
  }

  private readonly classes: ReadonlyMap<string, ClassRule>;
  private readonly values = new Map<ClassRule, ReadonlySet<string>>();

  private readonly defined: ReadonlyMap<string, number>;

  constructor(private readonly document: ConfigDocument) {
    this.defined = definedOptions(document);
    this.denied = document.scopes.flatMap(({ kind, name, settings }) => {
      const own = kind === 'class' ? settings.get('booting') : undefined;
      return own?.value === 'false' && name !== undefined ? [[name, own] as const] : [];
    });
    this.classes = new Map((document.classes ?? []).map((rule) => [rule.name, rule]));
  }

  /** Classes whose members must not boot. */
  private readonly denied: readonly (readonly [name: string, setting: Setting])[];

  before(client: Client): Judgement {
    const denied = client.reservations.map((host) => settingOf(host, 'booting')).find((one) => one?.value === 'false');
    if (denied) return booting(denied);
    let unsure = false;
    for (const [name, setting] of this.denied) {
      const truth = this.member(name, client);
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
    return booted?.value === 'false' ? booting(booted) : tooEarly(settingOf(subnet, 'delay'), client);
  }

  /** If a pool has allow statements, only those clients may have its addresses. A deny always wins. */
  pool(pool: Pool, client: Client): Judgement {
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
    if (/^dynamic bootp/.test(who)) return { truth: client.request.type === 0 };
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
    const context: Context = {
      language: 'dhcpd',
      defined: this.defined,
      request: client.request,
      member: () => undefined,
      known: client.known,
    };
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
  const what = byHost
    ? client.known
      ? `a host declaration names ${mac}`
      : `no host declaration names ${mac}`
    : (failed ?? `the request ${/^deny/i.test(words) ? 'matches' : 'does not match'}`);
  return {
    reason: byHost ? 'unknown-client' : 'class',
    span,
    why: `The pool says “${words.slice(0, 100)}”, and ${list([what])}.`,
    step:
      byHost && !client.known
        ? `Declare the client: \`host NAME { hardware ethernet ${mac}; }\`.`
        : `If ${mac} shall be served from this pool, correct the condition of the class, or allow the client in a pool of its own.`,
  };
}
