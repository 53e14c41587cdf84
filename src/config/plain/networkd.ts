import { lastOf, parseAddress, parsePrefix, prefixAt, type Address } from '../address';
import type { ConfigDocument } from '../model';
import { newPool, newReservation, newSubnet } from '../scopes';
import type { Located, SourceFile } from '../source';
import { Builder, durationOf, isBadQuad, plainLines, wordsOf, type Word } from './builder';

interface Entry {
  readonly key: string;
  readonly values: readonly Word[];
  readonly span: Word['span'];
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Settings of the sections that say something of the DHCP server; systemd.network(5), release 257. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  Network: words('DHCPServer DHCP Address Gateway DNS Domains'),
  DHCPServer:
    words(`ServerAddress PoolOffset PoolSize DefaultLeaseTimeSec MaxLeaseTimeSec UplinkInterface EmitDNS DNS EmitNTP NTP EmitSIP SIP
    EmitPOP3 POP3 EmitSMTP SMTP EmitLPR LPR EmitRouter Router EmitTimezone Timezone BootServerAddress BootServerName BootFilename SendOption
    SendVendorOption BindToInterface RelayTarget RelayAgentCircuitId RelayAgentRemoteId RapidCommit IPv6OnlyPreferredSec PersistLeases
    LocalLeaseDomain`),
  DHCPServerStaticLease: words('MACAddress Address Hostname'),
};
const SECTIONS =
  words(`Match Link Network Address Route DHCPv4 DHCPv6 DHCP DHCPServer DHCPServerStaticLease DHCPPrefixDelegation
  IPv6SendRA IPv6AcceptRA IPv6Prefix IPv6RoutePrefix Bridge BridgeVLAN BridgeFDB Neighbor NextHop SR-IOV`);
const FLAG = /^(1|0|yes|no|y|n|true|false|t|f|on|off)$/i;
const SPAN =
  /^(infinity|(\d+(\.\d+)?\s*(usec|us|µs|msec|ms|seconds?|sec|s|minutes?|min|m|hours?|hr|h|days?|d|weeks?|w|months?|M|years?|y)?\s*)+)$/;

/** Reports mistyped words, and values that systemd passes over. */
function checkEntry(builder: Builder, section: string, { key, values, span }: Entry): void {
  const known = KEYS[section];
  const word = { text: key, span: { ...span, end: span.start + key.length } };
  if (known && !known.includes(key)) builder.mistyped(word, known, 'systemd');
  const value = values[0];
  if (!known || !value) return;
  const text = values.map((one) => one.text).join(' ');
  const whole = { text, span: { ...value.span, end: values.at(-1)!.span.end } };
  const flag = section === 'Network' ? key === 'DHCPServer' : /^Emit|^(BindToInterface|RapidCommit)$/.test(key);
  if (flag && !FLAG.test(value.text)) builder.wrong(whole, 'yes or no');
  if (key.endsWith('LeaseTimeSec') && !SPAN.test(text)) builder.wrong(whole, 'a time such as 12h');
  if (/^Pool(Offset|Size)$/.test(key) && !/^\d+$/.test(text)) builder.wrong(whole, 'a number');
  const addressed = section === 'DHCPServer' && /^(DNS|NTP|SIP|POP3|SMTP|LPR|Router|BootServerAddress)$/.test(key);
  for (const one of addressed ? values : [])
    if (!one.text.startsWith('_') && parseAddress(one.text)?.family !== 4) builder.wrong(one, 'an IPv4 address');
  if (section === 'Network' && key === 'DNS')
    for (const one of values) if (isBadQuad(one.text)) builder.wrong(one, 'an IP address');
}

/** Reads a systemd .network file: its DHCP server, if it has one. */
export function parseNetworkd(file: SourceFile): ConfigDocument {
  const builder = new Builder('networkd', file);
  const sections: { readonly name: string; readonly entries: Entry[]; readonly span: Word['span'] }[] = [];
  for (const line of plainLines(file)) {
    const text = line.text.trim();
    if (text === '' || /^[#;]/.test(text)) continue;
    const from = line.start + line.text.indexOf(text);
    const span = file.span(from, from + text.length);
    const section = /^\[(.*)\]$/.exec(text);
    if (section) {
      const name = { text: section[1]!, span: { ...span, start: span.start + 1, end: span.end - 1 } };
      if (!SECTIONS.includes(name.text)) builder.mistyped(name, SECTIONS, 'systemd');
      sections.push({ name: name.text, entries: [], span });
      builder.statements.push({ keyword: text, span, head: span, children: [] });
      continue;
    }
    const equals = text.indexOf('=');
    if (equals === -1 || sections.length === 0) {
      builder.say({
        id: 'syntax',
        severity: 'warning',
        span,
        title: 'No setting',
        explanation: 'A line is a section “[Name]” or a setting “Key=value”; systemd passes over this one.',
      });
      continue;
    }
    const entry = { key: text.slice(0, equals).trim(), values: wordsOf(file, from + equals + 1, span.end), span };
    sections.at(-1)!.entries.push(entry);
    checkEntry(builder, sections.at(-1)!.name, entry);
  }
  const all = (name: string): Entry[] => sections.filter((one) => one.name === name).flatMap(({ entries }) => entries);
  const network = all('Network');
  const yes = network.some(
    ({ key, values }) => key === 'DHCPServer' && /^(yes|true|on|1)$/i.test(values[0]?.text ?? ''),
  );
  if (!yes) return builder.document();
  const server = all('DHCPServer');
  const own =
    server.find(({ key }) => key === 'ServerAddress') ??
    network.find(({ key }) => key === 'Address') ??
    all('Address').find(({ key }) => key === 'Address');
  const head =
    sections.find(({ name }) => name === 'DHCPServer')?.span ?? sections.find(({ name }) => name === 'Network')!.span;
  const subnet = newSubnet(head, builder.global, 4);
  builder.subnets.push(subnet);
  const parsed = own?.values[0] && parsePrefix(own.values[0].text);
  if (own?.values[0]?.text.includes('/') && !parsed)
    builder.wrong(own.values[0], 'an address with the length of its prefix');
  const offset = server.find(({ key }) => key === 'PoolOffset');
  const size = server.find(({ key }) => key === 'PoolSize');
  const number = (entry: Entry | undefined): number | undefined =>
    /^\d+$/.test(entry?.values[0]?.text ?? '') ? Number(entry!.values[0]!.text) : undefined;
  // The address 0.0.0.0 makes networkd take any network of this size that is free (systemd.network(5)).
  if (own && parsed?.address.family === 4 && parsed.address.value !== 0n) {
    const prefix = (subnet.prefix = prefixAt(parsed.address, parsed.length));
    subnet.ownAddresses.push({ value: parsed.address, span: own.values[0]!.span });
    const first = prefix.network + BigInt(number(offset) || 1);
    const count = number(size) ?? 0;
    const last = count === 0 ? lastOf(prefix) - 1n : first + BigInt(count) - 1n;
    const pool = newPool((offset ?? size)?.span ?? head, subnet, { family: 4, first, last });
    // A pool that is longer than its subnet would not fit wherever it begins.
    if (size && BigInt(count) > lastOf(prefix) - prefix.network) pool.lastSpan = size.span;
    subnet.pools.push(pool);
  }
  const addresses = (values: readonly Word[]): Word[] => values.filter(({ text }) => !text.startsWith('_'));
  for (const { key, values, span } of server) {
    const code = { Router: 3, DNS: 6, NTP: 42 }[key];
    if (code !== undefined) builder.option(subnet, code, key, span, addresses(values));
    if ((key === 'DefaultLeaseTimeSec' || key === 'MaxLeaseTimeSec') && values[0])
      builder.setting(
        subnet,
        key.startsWith('Max') ? 'max-lease-time' : 'lease-time',
        { text: values[0].text, span },
        durationOf(values[0].text),
      );
    if (key === 'BootServerAddress' && values[0])
      builder.setting(subnet, 'next-server', { text: values[0].text, span });
    if (key === 'BootFilename' && values[0]) builder.setting(subnet, 'boot-file', { text: values[0].text, span });
  }
  for (const { name, entries, span } of sections) {
    if (name !== 'DHCPServerStaticLease') continue;
    const host = newReservation(span, builder.global);
    for (const { key, values } of entries) {
      const address: Located<Address> | undefined = key === 'Address' ? builder.ipv4(values[0]) : undefined;
      if (address) host.addresses.push(address);
      if (key === 'MACAddress' && values[0])
        host.identifiers.push({ type: 'hw-address', value: values[0].text.toLowerCase(), span: values[0].span });
    }
    host.subnet = subnet;
    (subnet.reservations as unknown[]).push(host);
    builder.reservations.push(host);
  }
  return builder.document();
}
