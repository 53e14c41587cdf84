import { maskLength, prefixAt } from '../address';
import type { ConfigDocument } from '../model';
import { rename } from '../fix';
import { nearest } from '../nearest';
import { newPool, newReservation, newSubnet } from '../scopes';
import type { SourceFile } from '../source';
import { Builder, plainLines, wordsOf, type Word } from './builder';

/** udhcpd's option names, with their codes. */
const OPTIONS: Readonly<Record<string, number>> = {
  subnet: 1,
  timezone: 2,
  router: 3,
  timesrv: 4,
  namesrv: 5,
  dns: 6,
  logsrv: 7,
  cookiesrv: 8,
  lprsrv: 9,
  hostname: 12,
  bootsize: 13,
  domain: 15,
  swapsrv: 16,
  rootpath: 17,
  ipttl: 23,
  mtu: 26,
  broadcast: 28,
  routes: 33,
  nisdomain: 40,
  nissrv: 41,
  ntpsrv: 42,
  wins: 44,
  lease: 51,
  serverid: 54,
  tftp: 66,
  bootfile: 67,
  search: 119,
  sipsrv: 120,
  staticroutes: 121,
  vlanid: 132,
  vlanpriority: 133,
  pxeconffile: 209,
  pxepathprefix: 210,
  reboottime: 211,
  ip6rd: 212,
  msstaticroutes: 249,
  wpad: 252,
};

const KEYWORDS = new Set(
  'start end interface max_leases auto_time decline_time conflict_time offer_time min_lease lease_file pidfile siaddr sname boot_file notify_file remaining option opt static_lease'.split(
    ' ',
  ),
);

/** Options and keywords whose value is one number, with the largest that fits. */
const NUMBERS: Readonly<Record<string, number>> = {
  bootsize: 0xffff,
  ipttl: 0xff,
  mtu: 0xffff,
  lease: 0xffffffff,
  vlanid: 0xffffffff,
  vlanpriority: 0xffffffff,
  reboottime: 0xffffffff,
  max_leases: 0xffffffff,
  auto_time: 0xffffffff,
  decline_time: 0xffffffff,
  conflict_time: 0xffffffff,
  offer_time: 0xffffffff,
  min_lease: 0xffffffff,
};

/** Reports a value that udhcpd passes over with “can't parse line”, or cuts off. */
function checkNumber(builder: Builder, name: string, value: Word | undefined): void {
  const most = NUMBERS[name];
  if (most === undefined || !value) return;
  if (!/^(0x[\da-f]+|\d+)$/i.test(value.text) || Number(value.text) > most)
    builder.wrong(value, `a number from 0 to ${most}`);
}

/** Reads BusyBox's udhcpd.conf. Like udhcpd, it ignores what it does not know, but reports it. */
export function parseUdhcpd(file: SourceFile): ConfigDocument {
  const builder = new Builder('udhcpd', file);
  const subnet = newSubnet(file.span(0, 0), builder.global, 4);
  let start: Word | undefined;
  let end: Word | undefined;
  let mask: Word | undefined;
  for (const line of plainLines(file)) {
    const comment = line.text.search(/#/);
    const words = wordsOf(file, line.start, comment === -1 ? line.end : line.start + comment);
    const [keyword, value] = words;
    if (!keyword) continue;
    const span = { ...keyword.span, end: words.at(-1)!.span.end };
    const known = KEYWORDS.has(keyword.text);
    builder.statements.push({
      keyword: keyword.text,
      span,
      head: span,
      children: [],
      ...(known ? {} : { unknown: true }),
    });
    if (!known) {
      const near = nearest(keyword.text, KEYWORDS);
      builder.say({
        id: 'unknown-keyword',
        severity: 'info',
        span: keyword.span,
        title: `Unknown keyword “${keyword.text.slice(0, 60)}”`,
        explanation: `udhcpd passes over “${keyword.text.slice(0, 60)}”, which it does not know${near ? `; “${near}” is the nearest word` : ''}.`,
        ...rename(keyword.span, near),
      });
    }
    checkNumber(builder, keyword.text, value);
    if (keyword.text === 'start') start = value;
    else if (keyword.text === 'end') end = value;
    else if (keyword.text === 'interface' && value) builder.setting(subnet, 'interface', value);
    else if (keyword.text === 'siaddr' && value) builder.setting(builder.global, 'next-server', value);
    else if (keyword.text === 'boot_file' && value) builder.setting(builder.global, 'boot-file', value);
    else if (/^opt(ion)?$/.test(keyword.text) && value) {
      const code = OPTIONS[value.text] ?? (/^(0x[\da-f]+|\d+)$/i.test(value.text) ? Number(value.text) : undefined);
      if (code === undefined) {
        const near = nearest(value.text, Object.keys(OPTIONS));
        builder.say({
          id: 'unknown-option',
          severity: near ? 'warning' : 'info',
          span: value.span,
          title: `Unknown option “${value.text.slice(0, 60)}”`,
          explanation: `udhcpd knows no option “${value.text.slice(0, 60)}”, and passes over it${near ? `; “${near}” is the nearest name` : ''}.`,
          ...rename(value.span, near),
        });
        continue;
      }
      checkNumber(builder, value.text, words[2]);
      if (code === 1) mask = words[2];
      builder.option(
        subnet,
        code,
        value.text,
        span,
        words.slice(2).flatMap((word) => split(word)),
      );
    } else if (keyword.text === 'static_lease') {
      const host = newReservation(span, builder.global);
      const address = builder.ipv4(words[2]);
      if (value) host.identifiers.push({ type: 'hw-address', value: value.text.toLowerCase(), span: value.span });
      if (address) host.addresses.push(address);
      builder.reservations.push(host);
      host.subnet = subnet;
      (subnet.reservations as unknown[]).push(host);
    }
  }
  const first = builder.ipv4(start);
  const last = builder.ipv4(end);
  const length = mask ? maskLength(builder.ipv4(mask)?.value ?? { family: 4, value: 1n }) : undefined;
  if (first) subnet.head = first.span;
  if (first && length !== undefined) subnet.prefix = prefixAt(first.value, length);
  if (first && last) {
    const pool = newPool(first.span, subnet, { family: 4, first: first.value.value, last: last.value.value });
    pool.firstSpan = first.span;
    pool.lastSpan = last.span;
    subnet.pools.push(pool);
    builder.subnets.push(subnet);
  }
  return builder.document();
}

/** Splits `1.1.1.1,8.8.8.8` into two words. */
function split(word: Word): Word[] {
  let at = word.span.start;
  return word.text.split(',').map((text) => {
    const made = { text, span: { ...word.span, start: at, end: at + text.length } };
    at += text.length + 1;
    return made;
  });
}
