import { append } from '../../codec/append';
import {
  maskLength,
  parseAddress,
  prefixAt,
  prefixText,
  rangeOf,
  textOfAddress,
  type Address,
  type Prefix,
} from '../address';
import type { ConfigDocument, Denial, Scope, Subnet } from '../model';
import { newPool, newReservation, newScope, newSubnet, type Open } from '../scopes';
import type { Located, SourceFile, Span } from '../source';
import { Builder, durationOf, plainLines, wordsOf, type Word } from './builder';
import { classData, policiesOf } from './microsoftPolicies';
import { parseXml, type XmlElement } from './xml';

/** Normalises a hardware address written with hyphens or without separators. */
const macOf = (text: string): string =>
  (
    text
      .toLowerCase()
      .replace(/[^\da-f]/g, '')
      .match(/../g) ?? []
  ).join(':');

const wordOf = ({ text, textSpan }: XmlElement): Word => ({ text, span: textSpan });

/** Prefix length of a scope's mask. Reports an invalid mask. */
function lengthOf(builder: Builder, mask: Word | undefined): number | undefined {
  const address = mask && parseAddress(mask.text);
  const length = address?.family === 4 ? maskLength(address) : undefined;
  if (mask && length === undefined)
    builder.say({
      id: 'invalid-subnet-mask',
      span: mask.span,
      title: `${mask.text.slice(0, 40)} is no subnet mask`,
      explanation: 'A mask is ones followed by zeros: 255.255.255.0 and the like.',
    });
  return length;
}

/** The network of a scope. Reports bits behind its mask. */
function networkOf(builder: Builder, { value, span }: Located<Address>, length: number): Prefix {
  const prefix = prefixAt(value, length);
  if (prefix.network !== value.value)
    builder.say({
      id: 'host-bits-in-network',
      severity: 'warning',
      span,
      title: `${textOfAddress(value)} is no network`,
      explanation: `With this mask the network is ${prefixText(prefix)}; a scope is known by its network.`,
    });
  return prefix;
}

function addRange(
  builder: Builder,
  subnet: Open<Subnet>,
  first: Word | undefined,
  last: Word | undefined,
  excluded: boolean,
): void {
  const [low, high] = [builder.ipv4(first), builder.ipv4(last)];
  if (!low || !high) return;
  const pool = newPool(low.span, subnet, { family: 4, first: low.value.value, last: high.value.value });
  pool.firstSpan = low.span;
  pool.lastSpan = high.span;
  if (excluded) pool.excluded = true;
  subnet.pools.push(pool);
}

/** Reads what Microsoft's `Export-DhcpServer` writes. */
export function parseMicrosoftXml(file: SourceFile): ConfigDocument {
  const builder = new Builder('microsoft-xml', file);
  const top = parseXml(file, (span, explanation) =>
    builder.say({ id: 'syntax', span, title: 'Damaged XML', explanation, refused: true }),
  );
  const server = top.find(({ name }) => name === 'DHCPServer');
  const part = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
    element?.children.find((one) => one.name === name);
  const word = (element: XmlElement, name: string): Word | undefined => {
    const found = part(element, name);
    return found && found.text !== '' ? wordOf(found) : undefined;
  };
  const optionsOf = (element: XmlElement | undefined, scope: Scope): void => {
    for (const option of part(element, 'OptionValues')?.children ?? []) {
      const code = Number(word(option, 'OptionId')?.text);
      // Options for a vendor or user class do not apply to everybody.
      if (
        !Number.isInteger(code) ||
        word(option, 'VendorClass') ||
        word(option, 'UserClass') ||
        word(option, 'PolicyName')
      )
        continue;
      const values = option.children.filter(({ name, text }) => name === 'Value' && text !== '').map(wordOf);
      const span = values[0] ? { ...values[0].span, end: values.at(-1)!.span.end } : option.span;
      builder.option(scope, code, `option ${code}`, span, values);
    }
  };
  const four = part(server, 'IPv4');
  const data = classData(part(four, 'Classes')?.children ?? []);
  optionsOf(four, builder.global);
  for (const element of part(four, 'Scopes')?.children ?? []) {
    const id = word(element, 'ScopeId');
    if (!id) continue;
    const subnet = newSubnet(id.span, builder.global, 4);
    const name = word(element, 'Name');
    if (name) subnet.name = name.text;
    subnet.span = element.span;
    const address = builder.ipv4(id);
    const length = lengthOf(builder, word(element, 'SubnetMask'));
    if (address && length !== undefined) subnet.prefix = networkOf(builder, address, length);
    addRange(builder, subnet, word(element, 'StartRange'), word(element, 'EndRange'), false);
    for (const range of part(element, 'ExclusionRanges')?.children ?? [])
      addRange(builder, subnet, word(range, 'StartRange'), word(range, 'EndRange'), true);
    const state = word(element, 'State');
    if (state && /^inactive/i.test(state.text)) subnet.closed = inactive(state.span);
    share(builder, subnet, word(element, 'SuperScopeName'));
    if (word(element, 'ActivatePolicies')?.text.toLowerCase() !== 'false')
      subnet.policies = policiesOf(builder, part(element, 'Policies')?.children ?? [], subnet, data);
    const lease = word(element, 'LeaseDuration');
    if (lease) builder.setting(subnet, 'lease-time', lease, durationOf(lease.text));
    optionsOf(element, subnet);
    for (const one of part(element, 'Reservations')?.children ?? []) {
      const host = newReservation(one.span, subnet);
      const ip = word(one, 'IPAddress');
      const client = word(one, 'ClientId');
      if (word(one, 'Name')) host.name = word(one, 'Name')!.text;
      // Six octets are the hardware address. The server also finds it inside a client identifier.
      if (client) {
        const value = macOf(client.text);
        host.identifiers.push({ type: value.length === 17 ? 'hw-address' : 'client-id', value, span: client.span });
      }
      const reserved = builder.ipv4(ip);
      if (reserved) host.addresses.push(reserved);
      host.subnet = subnet;
      optionsOf(one, host);
      (subnet.reservations as unknown[]).push(host);
      builder.reservations.push(host);
    }
    builder.subnets.push(subnet);
    builder.statements.push({ keyword: `Scope ${id.text}`, span: element.span, head: id.span, children: [] });
  }
  const filters = part(four, 'Filters');
  for (const list of ['allow', 'deny'] as const) {
    const on = filters?.children.find(({ name }) => name.toLowerCase() === list);
    if (on?.text.toLowerCase() === 'true') builder.filters[list] = [];
  }
  for (const one of filters?.children ?? []) {
    const mac = word(one, 'MacAddress');
    if (mac) builder.filter(word(one, 'List')?.text, mac);
  }
  for (const element of part(part(server, 'IPv6'), 'Scopes')?.children ?? []) scope6(builder, element, word);
  return builder.document();
}

const inactive = (span: Span): Denial => ({
  reason: 'ignored',
  span,
  why: 'This scope is not active.',
  step: '`Set-DhcpServerv4Scope -ScopeId … -State Active`',
});

/** Scopes of one superscope share a link. */
function share({ scopes, global }: Builder, subnet: Open<Subnet>, name: Word | undefined): void {
  if (!name) return;
  const known = scopes.find((one) => one.kind === 'shared-network' && one.name === name.text);
  subnet.sharedNetwork = known ?? newScope('shared-network', name.span, global, name.text);
  if (!known) scopes.push(subnet.sharedNetwork);
}

function scope6(
  builder: Builder,
  element: XmlElement,
  word: (element: XmlElement, name: string) => Word | undefined,
): void {
  const id = word(element, 'Prefix');
  const address = id && parseAddress(id.text);
  if (!id || address?.family !== 6) return;
  const subnet = newSubnet(id.span, builder.global, 6);
  subnet.prefix = prefixAt(address, 64);
  subnet.span = element.span;
  for (const [name, setting] of [
    ['ValidLifetime', 'lease-time'],
    ['PreferredLifetime', 'preferred-lifetime'],
    ['T1', 't1'],
    ['T2', 't2'],
  ] as const) {
    const value = word(element, name);
    if (value) builder.setting(subnet, setting, value, durationOf(value.text));
  }
  subnet.passive = true;
  builder.subnets.push(subnet);
}

/** Reads the output of `netsh dhcp server dump`: the commands that would recreate the server. */
export function parseNetsh(file: SourceFile): ConfigDocument {
  const builder = new Builder('netsh', file);
  const scopes = new Map<string, Open<Subnet>>();
  for (const line of plainLines(file)) {
    if (!/^\s*dhcp\s+server/i.test(line.text)) continue;
    const words = wordsOf(file, line.start, line.end);
    const at = words.findIndex((word, i) => i >= 2 && !/^(\\\\.*|v4)$/i.test(word.text));
    if (at === -1) continue;
    const span = { ...words[0]!.span, end: words.at(-1)!.span.end };
    command(builder, scopes, words.slice(at), span);
  }
  append(builder.subnets, scopes.values());
  return builder.document();
}

/**
 * Reads one command after `Dhcp Server \
 * ame`.
 */
function command(builder: Builder, scopes: Map<string, Open<Subnet>>, words: readonly Word[], span: Span): void {
  const [first, second, third, fourth, fifth] = words;
  const verb = first!.text.toLowerCase();
  if (verb === 'add' && second?.text.toLowerCase() === 'scope') {
    const address = builder.ipv4(third);
    const length = lengthOf(builder, fourth);
    if (!address) return;
    const subnet = newSubnet(span, builder.global, 4);
    if (fifth) subnet.name = fifth.text;
    if (length !== undefined) subnet.prefix = networkOf(builder, address, length);
    scopes.set(third!.text, subnet);
    builder.statements.push({ keyword: 'add scope', span, head: span, children: [] });
  } else if (verb === 'set' && second?.text.toLowerCase() === 'optionvalue')
    option(builder, builder.global, words.slice(2), span);
  else if (verb === 'set' && second?.text.toLowerCase() === 'filter') {
    for (const { text } of words.slice(2)) {
      const list = /^enforce(allow|deny)list=1$/i.exec(text)?.[1]?.toLowerCase();
      if (list === 'allow' || list === 'deny') builder.filters[list] ??= [];
    }
  } else if (verb === 'add' && second?.text.toLowerCase() === 'filter' && fourth) builder.filter(third?.text, fourth);
  else if (verb === 'scope' && second) {
    const subnet = scopes.get(second.text);
    if (!subnet) {
      if (scopes.size > 0 && parseAddress(second.text))
        builder.say({
          id: 'name-not-defined',
          severity: 'warning',
          span: second.span,
          title: `Scope ${second.text} is not added`,
          explanation: `No line above adds the scope ${second.text}, so the server refuses this command.`,
        });
      return;
    }
    const what = `${third?.text ?? ''} ${fourth?.text ?? ''}`.toLowerCase();
    const rest = words.slice(4);
    if (what === 'add iprange') addRange(builder, subnet, rest[0], rest[1], false);
    else if (what === 'add excluderange') addRange(builder, subnet, rest[0], rest[1], true);
    else if (what === 'set optionvalue') option(builder, subnet, rest, span);
    else if (subnet.prefix && /policy/.test(what)) {
      // No document says how a dump writes policies, so it is open for whom they keep addresses.
      const kept = newPool(span, subnet, rangeOf(subnet.prefix));
      subnet.policies = [{ ...kept, guards: [{ value: '', span }] }];
    } else if (what === 'set superscope') share(builder, subnet, rest[0]);
    else if (what === 'set state' && /^[02]$/.test(rest[0]?.text ?? '')) subnet.closed = inactive(span);
    else if (what === 'add reservedip') {
      const host = newReservation(span, subnet);
      const address = builder.ipv4(rest[0]);
      if (address) host.addresses.push(address);
      if (rest[1]) host.identifiers.push({ type: 'hw-address', value: macOf(rest[1].text), span: rest[1].span });
      if (rest[2]) host.name = rest[2].text;
      host.subnet = subnet;
      (subnet.reservations as unknown[]).push(host);
      builder.reservations.push(host);
    }
  }
}

/** Reads `3 IPADDRESS "10.0.0.1"`. Options for a class (`user=`, `vendor=`) do not apply to everybody. */
function option(builder: Builder, scope: Scope, words: readonly Word[], span: Span): void {
  const code = Number(words[0]?.text);
  if (!Number.isInteger(code) || words.some(({ text }) => /^(user|vendor|policy)=/i.test(text))) return;
  const values = words.slice(2);
  builder.option(scope, code, `option ${code}`, span, values);
}
