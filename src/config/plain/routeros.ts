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
  /** The names of the values, each with its place. */
  readonly keys: readonly Word[];
  readonly span: Span;
}

/** Properties of the menus that are read here; RouterOS manual, versions 6 and 7. */
const PROPERTIES: Readonly<Record<string, string>> = {
  'ip pool': 'name ranges next-pool comment',
  'ip address': 'address interface network netmask broadcast comment disabled',
  'ip dhcp-server': `name interface address-pool lease-time disabled authoritative relay bootp-support bootp-lease-time lease-script add-arp
    always-broadcast delay-threshold src-address use-radius use-framed-as-classless conflict-detection parent-queue insert-queue-before
    allow-dual-stack-queue client-mac-limit dhcp-option-set server-address dynamic-lease-identifiers address-lists comment copy-from
    place-before support-broadband-tr101 use-reconfigure`,
  'ip dhcp-server network': `address gateway dns-server dns-none domain netmask ntp-server ntp-none wins-server boot-file-name next-server
    dhcp-option dhcp-option-set caps-manager comment`,
  'ip dhcp-server lease': `address mac-address client-id server lease-time comment disabled block-access rate-limit insert-queue-before
    always-broadcast use-src-mac address-lists allow-dual-stack-queue dhcp-option dhcp-option-set parent-queue queue-type agent-circuit-id
    agent-remote-id`,
};

/** Reports mistyped properties of a command, and a lease time that is none. */
function checkValues(builder: Builder, { menu, keys, values }: Command): void {
  const known = PROPERTIES[menu]?.split(/\s+/);
  if (!known) return;
  for (const key of keys) if (!known.includes(key.text)) builder.mistyped(key, known, 'RouterOS');
  const lease = values.get('lease-time');
  if (lease && !/^(\d+[wdhms])*(\d+:\d\d:\d\d)?$|^never$|^\d+$/.test(lease.text))
    builder.wrong(lease, 'a lease time such as 1d12h');
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
    const keys: Word[] = [];
    for (const token of tokens.slice(i + 1)) {
      const equals = token.text.indexOf('=');
      if (equals === -1) continue;
      const value = token.text.slice(equals + 1).replace(/^"|"$/g, '');
      const at = token.span.start + equals + 1;
      // After a continued line, the value starts later.
      const skipped = /^(?:"|\\\r?\n\s*)*/.exec(file.text.slice(at, token.span.end))![0].length;
      const key = token.text.slice(0, equals);
      keys.push({ text: key, span: { ...token.span, end: token.span.start + equals } });
      values.set(key, { text: value, span: { ...token.span, start: at + skipped } });
    }
    yield { menu, verb: verb.text, values, keys, span: file.span(tokens[0]!.span.start, end) };
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
  /** Servers that leases name. */
  const named: Word[] = [];
  for (const command of commands(file)) {
    const { menu, verb, values, span } = command;
    if (menu === 'ip dhcp-server' && verb !== 'add') changed = true;
    if (!menu.startsWith('ip ') || verb !== 'add') continue;
    builder.statements.push({ keyword: menu, span, head: span, children: [] });
    checkValues(builder, command);
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
      const server = values.get('server');
      if (server && server.text !== 'all') named.push(server);
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
  const names = servers.map(({ values }) => values.get('name')?.text);
  for (const { text, span } of names.length === 0 || changed ? [] : named)
    if (!names.includes(text))
      builder.say({
        id: 'name-not-defined',
        severity: 'warning',
        span,
        title: `DHCP server “${text.slice(0, 60)}” is not defined`,
        explanation: `The lease is for the server “${text.slice(0, 60)}”, which is not in this file: it is never given.`,
      });
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
