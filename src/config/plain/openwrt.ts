import { parseAddress } from '../address';
import { assumedPrefix, leaseTime, readOption, isRefusal } from '../dnsmasq/dhcp';
import type { ConfigDocument } from '../model';
import { newReservation, newSubnet } from '../scopes';
import type { SourceFile, Span } from '../source';
import { Builder, plainLines, wordsOf, type Word } from './builder';

interface Section {
  readonly type: string;
  readonly name: Word | undefined;
  readonly head: Span;
  readonly options: { readonly key: string; readonly value: Word; readonly span: Span; readonly list: boolean }[];
}

/** Reads OpenWrt's /etc/config/dhcp. The subnets themselves are in another file, /etc/config/network. */
export function parseOpenwrt(file: SourceFile): ConfigDocument {
  const builder = new Builder('openwrt', file);
  const sections: Section[] = [];
  for (const line of plainLines(file)) {
    const comment = /^\s*#/.test(line.text) ? 0 : line.text.search(/\s#[^'"]*$/);
    const words = wordsOf(file, line.start, comment === -1 ? line.end : line.start + comment);
    const [keyword, key, value] = words;
    if (!keyword) continue;
    const span = { ...keyword.span, end: Math.min(line.end, words.at(-1)!.span.end + 1) };
    if (keyword.text === 'config' && key) {
      sections.push({ type: key.text, name: value, head: span, options: [] });
      builder.statements.push({ keyword: `config ${key.text}`, span, head: span, children: [] });
    } else if ((keyword.text === 'option' || keyword.text === 'list') && key && sections.length > 0)
      sections
        .at(-1)!
        .options.push({ key: key.text, value: value ?? { text: '', span }, span, list: keyword.text === 'list' });
    else if (keyword.text !== 'package')
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
      else if (ip && ip.text !== '' && ip.text !== 'ignore') builder.wrong(ip, 'an IP address');
      const name = get('name');
      if (name) host.hostname = { value: name.text, span: name.span };
      builder.reservations.push(host);
    } else if (section.type === 'dhcp' && get('ignore')?.text !== '1') {
      const subnet = newSubnet(section.head, builder.global, 4);
      if (section.name) subnet.name = section.name.text;
      const lease = get('leasetime');
      if (lease) {
        const seconds = leaseTime(lease.text);
        if (seconds === undefined) builder.wrong(lease, 'a lease time such as 12h');
        else builder.setting(subnet, 'lease-time', { text: lease.text, span: spanOf('leasetime') }, seconds);
      }
      range(builder, get('start'), get('limit'));
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
            // The subnet is in another file: what the router's own address most likely is tells it.
            const router = made.code === 3 ? made.addresses[0] : undefined;
            const usual = router && assumedPrefix(router.value);
            if (usual) Object.assign(subnet, { prefix: usual, assumed: true });
          }
        }
      }
      subnet.passive = true;
      builder.subnets.push(subnet);
    } else if (section.type === 'dnsmasq' && get('authoritative')?.text === '1')
      builder.setting(builder.global, 'authoritative', { text: 'true', span: spanOf('authoritative') });
  }
  return builder.document();
}

/** `start` and `limit` count from the network's address: together they must stay in a subnet. */
function range(builder: Builder, start: Word | undefined, limit: Word | undefined): void {
  for (const word of [start, limit])
    if (word && !/^\d+$/.test(word.text) && !parseAddress(word.text)) builder.wrong(word, 'a number');
  const last = Number(start?.text ?? 100) + Number(limit?.text ?? 150) - 1;
  if (last > 254)
    builder.say({
      id: 'pool-outside-subnet',
      severity: 'info',
      span: (limit ?? start)!.span,
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
}

/** Several options in one value, with white space between them. */
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
