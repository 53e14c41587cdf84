import { parseAddress } from '../address';
import { assumedPrefix, leaseTime, readOption, isRefusal } from '../dnsmasq/dhcp';
import type { ConfigDocument, Subnet } from '../model';
import { newPool, newReservation, newSubnet, type Open } from '../scopes';
import type { SourceFile, Span } from '../source';
import { Builder, isBadQuad, plainLines, wordsOf, type Word } from './builder';
import { checkOption, checkSection } from './openwrtWords';

interface Section {
  readonly type: string;
  readonly name: Word | undefined;
  readonly head: Span;
  readonly options: { readonly key: string; readonly value: Word; readonly span: Span; readonly list: boolean }[];
}

/** Reads OpenWrt's /etc/config/dhcp. The subnets are in another file, /etc/config/network. */
export function parseOpenwrt(file: SourceFile): ConfigDocument {
  const builder = new Builder('openwrt', file);
  const sections: Section[] = [];
  for (const line of plainLines(file)) {
    const comment = /^\s*#/.test(line.text) ? 0 : line.text.search(/\s#[^'"]*$/);
    const words = wordsOf(file, line.start, comment === -1 ? line.end : line.start + comment);
    const [keyword, key, value] = words;
    if (!keyword) continue;
    const span = { ...keyword.span, end: Math.min(line.end, words.at(-1)!.span.end + 1) };
    const { span: last } = words.at(-1)!;
    const mark = file.text[last.start - 1] ?? '';
    if (/["']/.test(mark) && (last.end >= line.end || file.text[last.end] !== mark))
      builder.say({
        id: 'syntax',
        span,
        title: 'Quotation mark missing',
        explanation: 'A quotation mark in this line has no partner, and UCI reads nothing of such a file.',
      });
    if (keyword.text === 'config' && key) {
      sections.push({ type: key.text, name: value, head: span, options: [] });
      checkSection(key, builder);
      builder.statements.push({ keyword: `config ${key.text}`, span, head: span, children: [] });
    } else if ((keyword.text === 'option' || keyword.text === 'list') && key && sections.length > 0) {
      const section = sections.at(-1)!;
      const given = value ?? { text: '', span };
      section.options.push({ key: key.text, value: given, span, list: keyword.text === 'list' });
      checkOption(section.type, key, given, builder);
    } else if (keyword.text !== 'package')
      builder.say({
        id: 'syntax',
        severity: 'warning',
        span,
        title: 'No statement',
        explanation: 'A line of UCI is “config type name”, “option key value” or “list key value”.',
      });
  }
  for (const section of sections) {
    const get = (key: string): Word | undefined => section.options.findLast((one) => one.key === key)?.value;
    const spanOf = (key: string): Span => section.options.findLast((one) => one.key === key)?.span ?? section.head;
    if (section.type === 'host') {
      const host = newReservation(section.head, builder.global);
      if (section.name) host.name = section.name.text;
      for (const word of (get('mac')?.text ?? '').split(/\s+/).filter(Boolean))
        host.identifiers.push({ type: 'hw-address', value: word.toLowerCase(), span: spanOf('mac') });
      const ip = get('ip');
      const address = ip && parseAddress(ip.text);
      if (address) host.addresses.push({ value: address, span: spanOf('ip') });
      else if (ip?.text === 'ignore')
        host.closed = {
          reason: 'ignored',
          span: spanOf('ip'),
          why: 'This host has “ignore” for its address, so it is not served.',
          step: 'Give the host an address, or take the section out.',
        };
      else if (ip && ip.text !== '') builder.wrong(ip, 'an IP address');
      const name = get('name');
      if (name) host.hostname = { value: name.text, span: name.span };
      builder.reservations.push(host);
    } else if (section.type === 'domain') {
      const ip = get('ip');
      if (ip && isBadQuad(ip.text)) builder.wrong(ip, 'an IP address');
    } else if (section.type === 'dhcp') {
      const name = section.name?.text ?? '';
      const ignored = get('ignore')?.text === '1';
      // On WAN interfaces the router is a client, so it is not expected to serve.
      if (ignored && /^wan/.test(name)) continue;
      const subnet = newSubnet(section.head, builder.global, 4);
      if (section.name) subnet.name = name;
      if (ignored || get('dhcpv4')?.text === 'disabled')
        subnet.closed = {
          reason: 'ignored',
          span: spanOf(ignored ? 'ignore' : 'dhcpv4'),
          why: `DHCP is switched off for the interface “${name}”.`,
          step: `\`uci delete dhcp.${name}.${ignored ? 'ignore' : 'dhcpv4'}; uci commit dhcp; service dnsmasq restart\``,
        };
      else if (get('dynamicdhcp')?.text === '0')
        subnet.reservedOnly = {
          reason: 'unknown-client',
          span: spanOf('dynamicdhcp'),
          why: 'Only hosts with a section of their own get an address here.',
          step: 'Add a section `config host` for the client, or take “dynamicdhcp” out.',
        };
      const lease = get('leasetime');
      if (lease) {
        const seconds = leaseTime(lease.text);
        if (seconds === undefined) builder.wrong(lease, 'a lease time such as 12h');
        else builder.setting(subnet, 'lease-time', { text: lease.text, span: spanOf('leasetime') }, seconds);
      }
      const last = range(builder, get('start'), get('limit'));
      for (const { key, value, span } of section.options) {
        if (key !== 'dhcp_option' && key !== 'dhcp_option_force') continue;
        for (const part of pieces(value)) {
          const read = readOption(parts(part), part);
          if (isRefusal(read))
            builder.say({
              id: read.id,
              severity: 'warning',
              span,
              title: 'Damaged DHCP option',
              explanation: read.text,
            });
          else if (read.tags.length === 0 && read.family === 4) {
            const made = builder.option(subnet, read.code, read.name, span, read.values);
            // The subnet is in another file, so it is guessed from the router's likely address.
            const router = made.code === 3 ? made.addresses[0] : undefined;
            const usual = router && assumedPrefix(router.value);
            if (usual) Object.assign(subnet, { prefix: usual, assumed: true });
            if (usual && last && !subnet.reservedOnly)
              subnet.pools.splice(
                0,
                Infinity,
                newPool(spanOf('start'), subnet, {
                  family: 4,
                  first: usual.network + BigInt(last.first),
                  last: usual.network + BigInt(last.last),
                }),
              );
          }
        }
      }
      subnet.passive = true;
      builder.subnets.push(subnet);
    } else if (section.type === 'dnsmasq' && get('authoritative')?.text === '1')
      builder.setting(builder.global, 'authoritative', { text: 'true', span: spanOf('authoritative') });
  }
  closeInterfaces(builder, sections);
  return builder.document();
}

/** Closes the subnets of interfaces that dnsmasq does not listen on. */
function closeInterfaces({ subnets }: Builder, sections: readonly Section[]): void {
  const named = (key: string): Section['options'] =>
    sections
      .filter(({ type }) => type === 'dnsmasq')
      .flatMap(({ options }) => options.filter((one) => one.key === key));
  const only = named('interface');
  for (const subnet of subnets as Open<Subnet>[]) {
    const not = named('notinterface').find(({ value }) => value.text === subnet.name);
    const off = not ?? (only.some(({ value }) => value.text === subnet.name) ? undefined : only[0]);
    if (off && subnet.name !== undefined)
      subnet.closed ??= {
        reason: 'interface',
        span: off.span,
        why: `dnsmasq does not listen on the interface “${subnet.name}”.`,
        step: not ? 'Take the line out.' : `Add \`list interface '${subnet.name}'\`.`,
      };
  }
}

/** First and last host number of `start` and `limit`, which count from the network address. Reports a range that is empty or too long. */
function range(
  builder: Builder,
  start: Word | undefined,
  limit: Word | undefined,
): { readonly first: number; readonly last: number } | undefined {
  for (const word of [start, limit])
    if (word && !/^\d+$/.test(word.text) && !parseAddress(word.text)) builder.wrong(word, 'a number');
  const first = Number(start?.text ?? 100);
  const last = first + Number(limit?.text ?? 150) - 1;
  if (last > 254)
    builder.say({
      id: 'pool-outside-subnet',
      severity: 'info',
      span: (first > 254 ? start! : (limit ?? start)!).span,
      title: `The pool ends at host ${last}`,
      explanation: `start and limit count hosts of the network: the last is number ${last}, which a network of mask 255.255.255.0 does not have.`,
    });
  if (limit && Number(limit.text) === 0)
    builder.say({
      id: 'pool-emptied',
      span: limit.span,
      title: 'The pool is empty',
      explanation: 'limit is how many addresses are leased: 0 leases none.',
    });
  return last >= first && last < 255 ? { first, last } : undefined;
}

/** Splits a value at white space into several options. */
function pieces(value: Word): Word[] {
  return [...value.text.matchAll(/\S+/g)].map((match) => ({
    text: match[0],
    span: {
      ...value.span,
      start: value.span.start + match.index,
      end: value.span.start + match.index + match[0].length,
    },
  }));
}

function parts(word: Word): Word[] {
  let at = word.span.start;
  return word.text.split(',').map((text) => {
    const made = { text, span: { ...word.span, start: at, end: at + text.length } };
    at += text.length + 1;
    return made;
  });
}
