import { append } from '../../codec/append';
import { contains, parseAddress, parsePrefix, prefixAt, type Address } from '../address';
import type { ConfigDocument, Subnet } from '../model';
import { newPool, newReservation, newSubnet, type Open } from '../scopes';
import type { Located, SourceFile, Span } from '../source';
import { Builder, durationOf, type Word } from './builder';

/** One command with its menu. */
interface Command {
  readonly menu: string;
  readonly verb: string;
  readonly values: ReadonlyMap<string, Word>;
  readonly span: Span;
}

const VERBS = /^(add|set|remove|enable|disable|print|edit|find|export|import|move)$/;

/** The commands of an export or a script. A backslash at the end of a line continues it. */
function* commands(file: SourceFile): Generator<Command> {
  const { text } = file;
  let menu = '';
  for (let start = 0; start < text.length;) {
    let end = start;
    let quoted = false;
    for (; end < text.length; end++) {
      const c = text[end]!;
      if (c === '\\') end += text[end + 1] === '\r' ? 2 : 1;
      else if (c === '"') quoted = !quoted;
      else if (c === '\n' || (c === ';' && !quoted)) break;
    }
    end = Math.min(end, text.length);
    const tokens = tokensOf(file, start, end);
    start = end + 1;
    if (tokens.length === 0 || tokens[0]!.text.startsWith('#')) continue;
    let i = 0;
    if (tokens[0]!.text.startsWith('/')) {
      menu = '';
      for (; i < tokens.length && !VERBS.test(tokens[i]!.text) && !tokens[i]!.text.includes('='); i++)
        menu += ` ${tokens[i]!.text.replaceAll('/', ' ').trim()}`;
      menu = menu.trim().replace(/\s+/g, ' ');
    }
    const verb = tokens[i];
    if (!verb) continue;
    const values = new Map<string, Word>();
    for (const token of tokens.slice(i + 1)) {
      const equals = token.text.indexOf('=');
      if (equals === -1) continue;
      const value = token.text.slice(equals + 1).replace(/^"|"$/g, '');
      const at = token.span.start + equals + 1;
      // After a continued line, the value starts later.
      const skipped = /^(?:"|\\\r?\n\s*)*/.exec(file.text.slice(at, token.span.end))![0].length;
      values.set(token.text.slice(0, equals), { text: value, span: { ...token.span, start: at + skipped } });
    }
    yield { menu, verb: verb.text, values, span: file.span(tokens[0]!.span.start, end) };
  }
}

/** The words of a command. A continuation inside a word joins both parts. */
function tokensOf(file: SourceFile, start: number, end: number): Word[] {
  const tokens: Word[] = [];
  const pattern = /(?:"(?:[^"\\]|\\[^])*"?|\\\r?\n\s*(?=\S)|[^\s"\\]|\\.)+/g;
  for (const match of file.text.slice(start, end).matchAll(pattern)) {
    const text = match[0].replace(/\\\r?\n\s*/g, '');
    if (text !== '') tokens.push({ text, span: file.span(start + match.index, start + match.index + match[0].length) });
  }
  return tokens;
}

/** The comma-separated parts of a value. */
function listed(word: Word | undefined): Word[] {
  if (!word) return [];
  let at = word.span.start;
  return word.text.split(',').map((text) => {
    const made = { text, span: { ...word.span, start: at, end: at + text.length } };
    at += text.length + 1;
    return made;
  });
}

/** Reads MikroTik RouterOS: `/ip pool`, `/ip dhcp-server` with its networks and leases, `/ip dhcp-relay`. */
export function parseRouteros(file: SourceFile): ConfigDocument {
  const builder = new Builder('routeros', file);
  const pools = new Map<string, Command>();
  const servers: Command[] = [];
  /** Set if later commands change a server, so its original settings are no longer certain. */
  let changed = false;
  const own: { readonly interface: string; readonly address: Located<Address>; readonly length: number }[] = [];
  const networks: Open<Subnet>[] = [];
  for (const command of commands(file)) {
    const { menu, verb, values, span } = command;
    if (menu === 'ip dhcp-server' && verb !== 'add') changed = true;
    if (!menu.startsWith('ip ') || verb !== 'add') continue;
    builder.statements.push({ keyword: menu, span, head: span, children: [] });
    const name = values.get('name')?.text;
    if (menu === 'ip pool' && name !== undefined) pools.set(name, command);
    else if (menu === 'ip dhcp-server') {
      servers.push(command);
    } else if (menu === 'ip address') {
      const word = values.get('address');
      const parsed = word && parsePrefix(word.text);
      if (parsed?.address.family === 4)
        own.push({
          interface: values.get('interface')?.text ?? '',
          address: { value: parsed.address, span: word!.span },
          length: parsed.length,
        });
    } else if (menu === 'ip dhcp-server network') {
      const subnet = network(builder, command);
      if (subnet) networks.push(subnet);
    } else if (menu === 'ip dhcp-server lease') {
      if (values.get('disabled')?.text === 'yes') continue;
      const host = newReservation(span, builder.global);
      const blocked = values.get('block-access');
      if (blocked?.text === 'yes')
        host.closed = {
          reason: 'ignored',
          span: blocked.span,
          why: 'This lease says “block-access=yes”, so its client is not served.',
          step: '`/ip dhcp-server lease set … block-access=no`',
        };
      const address = values.get('address') && parseAddress(values.get('address')!.text);
      const mac = values.get('mac-address');
      if (address) host.addresses.push({ value: address, span: values.get('address')!.span });
      if (mac) host.identifiers.push({ type: 'hw-address', value: mac.text.toLowerCase(), span: mac.span });
      const id = values.get('client-id');
      if (id) host.identifiers.push({ type: 'client-id', value: id.text.toLowerCase(), span: id.span });
      builder.reservations.push(host);
    } else if (menu === 'ip dhcp-relay') {
      const local = values.get('local-address') && parseAddress(values.get('local-address')!.text);
      const servers = listed(values.get('dhcp-server')).flatMap(({ text, span: place }) => {
        const value = parseAddress(text);
        return value ? [{ value, span: place }] : [];
      });
      builder.relays.push({
        span,
        servers,
        ...(local ? { own: { value: local, span: values.get('local-address')!.span } } : {}),
      });
    }
  }
  for (const { address } of own)
    networks.find(({ prefix }) => prefix && contains(prefix, address.value))?.ownAddresses.push(address);
  for (const server of servers) {
    const word = server.values.get('address-pool');
    const name = word?.text ?? 'static-only';
    const pool = pools.get(name);
    const served = networks.filter(
      ({ prefix }) =>
        prefix &&
        (listed(pool?.values.get('ranges')).some(({ text }) => {
          const first = parseAddress(text.replace(/[-/].*/, ''));
          return first && contains(prefix, first);
        }) ||
          own.some(
            (one) => one.interface === server.values.get('interface')?.text && contains(prefix, one.address.value),
          )),
    );
    if (!changed) for (const subnet of served) serve(subnet, server);
    if (name === 'static-only') continue;
    if (!pool) {
      if (pools.size > 0)
        builder.say({
          id: 'name-not-defined',
          severity: 'warning',
          span: word!.span,
          title: `Pool “${name}” is not defined`,
          explanation: `The DHCP server leases from the pool “${name}”, which is not in this file.`,
        });
      continue;
    }
    addRanges(builder, networks, pool, server);
  }
  append(builder.subnets, networks);
  return builder.document();
}

/** Sets what a server says about a network that it serves. */
function serve(subnet: Open<Subnet>, { values, span }: Command): void {
  const value = (name: string): Word | undefined => values.get(name);
  subnet.served = span;
  if (value('disabled')?.text === 'yes')
    subnet.closed = {
      reason: 'ignored',
      span: value('disabled')!.span,
      why: 'The DHCP server of this network is disabled.',
      step: `\`/ip dhcp-server enable ${value('name')?.text ?? ''}\``,
    };
  if (value('address-pool')?.text === 'static-only')
    subnet.reservedOnly = {
      reason: 'unknown-client',
      span: value('address-pool')!.span,
      why: 'The server has no pool (address-pool=static-only): it serves only clients with a lease of their own.',
      step: 'Add the client under `/ip dhcp-server lease`, or give the server an address-pool.',
    };
  const relay = value('relay');
  const address = relay && parseAddress(relay.text);
  if (address) subnet.relays.push({ value: address, span: relay.span });
  const authority = value('authoritative');
  if (authority)
    subnet.settings.set('authoritative', { value: String(authority.text === 'yes'), span: authority.span });
  const delay = value('delay-threshold');
  const seconds = delay && durationOf(delay.text);
  if (delay && seconds && Number.isFinite(seconds))
    subnet.settings.set('delay', { value: delay.text, span: delay.span, number: seconds });
}

function network(builder: Builder, { values, span }: Command): Open<Subnet> | undefined {
  const word = values.get('address');
  const parsed = word && parsePrefix(word.text);
  if (!word || parsed?.address.family !== 4) {
    if (word) builder.wrong(word, 'a network such as 192.168.88.0/24');
    return undefined;
  }
  const subnet = newSubnet(span, builder.global, 4);
  subnet.prefix = prefixAt(parsed.address, parsed.length);
  if (subnet.prefix.network !== parsed.address.value)
    builder.say({
      id: 'host-bits-in-network',
      severity: 'info',
      span: word.span,
      title: `${word.text} is no network`,
      explanation: 'The address has bits set behind its prefix.',
    });
  const gateway = values.get('gateway');
  if (gateway) builder.option(subnet, 3, 'gateway', span, listed(gateway));
  const dns = values.get('dns-server');
  if (dns) builder.option(subnet, 6, 'dns-server', span, listed(dns));
  const next = values.get('next-server');
  if (next) builder.setting(subnet, 'next-server', next);
  const file = values.get('boot-file-name');
  if (file) builder.setting(subnet, 'boot-file', file);
  return subnet;
}

function addRanges(builder: Builder, networks: readonly Open<Subnet>[], pool: Command, server: Command): void {
  for (const part of listed(pool.values.get('ranges'))) {
    const [low, high] = part.text.split('-');
    const slash = parsePrefix(part.text);
    const first = parseAddress((low ?? '').trim());
    const last = high === undefined ? first : parseAddress(high.trim());
    if (slash || !first || !last || first.family !== 4) {
      if (!slash) builder.wrong(part, 'a range of addresses');
      continue;
    }
    const subnet =
      networks.find(({ prefix }) => prefix && contains(prefix, first)) ??
      networks.find(({ prefix }) => prefix && contains(prefix, last));
    if (!subnet) {
      if (networks.length > 0)
        builder.say({
          id: 'pool-outside-subnet',
          severity: 'warning',
          span: part.span,
          title: `${part.text} is in none of the networks`,
          explanation:
            'No entry of /ip dhcp-server network holds these addresses: their clients get no router and no DNS.',
        });
      continue;
    }
    subnet.pools.push(newPool(part.span, subnet, { family: 4, first: first.value, last: last.value }));
    const lease = server.values.get('lease-time');
    if (lease) builder.setting(subnet, 'lease-time', lease, durationOf(lease.text));
  }
}
