import type { FirewallEntry, Verdict } from '../model';
import { PORTS, portNumber } from '../ports';

/** firewalld's predefined services that open our ports. */
const SERVICES: Readonly<Record<string, readonly number[]>> = {
  dhcp: [67],
  dhcpv6: [547],
  'dhcpv6-client': [546],
  tftp: [69],
  proxydhcp: [4011],
};

const DEFAULTS: Readonly<Record<string, Verdict>> = {
  default: 'reject',
  '%%REJECT%%': 'reject',
  REJECT: 'reject',
  DROP: 'drop',
  ACCEPT: 'accept',
};

/** Reads `firewall-cmd --list-all-zones`: what each active zone does with our ports. */
export function parseFirewalld(output: string): FirewallEntry[] {
  const entries: FirewallEntry[] = [];
  for (const block of output.split(/\n\s*\n/)) {
    const head = /^(\S+)(?: \(([^)]*)\))?\s*$/m.exec(block);
    if (!head || !head[2]?.split(/,\s*/).includes('active')) continue;
    const value = (name: string): string => new RegExp(`^ *${name}: *(.*)$`, 'm').exec(block)?.[1]?.trim() ?? '';
    const zone = `zone ${head[1]!}`;
    const open = new Set<number>();
    const add = (port: number, verdict: Verdict, rule: string): void => {
      open.add(port);
      entries.push({ tool: 'firewalld', verdict, port, rule, where: zone });
    };
    for (const service of value('services').split(/\s+/))
      for (const port of SERVICES[service] ?? []) add(port, 'accept', `service ${service}`);
    for (const part of value('ports').split(/\s+/)) {
      const [range = '', protocol] = part.split('/');
      if (protocol === 'udp')
        for (const { port } of PORTS) if (inRange(range, port)) add(port, 'accept', `port ${part}`);
    }
    for (const [, rule] of block.matchAll(/^\s+(rule .*)$/gm)) {
      const named = /port port="?([\d-]+)"? protocol="?udp/.exec(rule!)?.[1];
      const service = / service name="?([\w-]+)/.exec(rule!)?.[1];
      const verdict = /\b(accept|drop|reject)\b/.exec(rule!.replace(/"[^"]*"/g, ''))?.[1] as Verdict | undefined;
      if (verdict === undefined) continue;
      const ports =
        service !== undefined
          ? (SERVICES[service] ?? [])
          : PORTS.map(({ port }) => port).filter((port) => named !== undefined && inRange(named, port));
      // Of some senders only: the others meet the zone’s target.
      const conditional = / (source|destination) /.test(rule!);
      for (const port of ports)
        if (conditional) entries.push({ tool: 'firewalld', verdict, port, rule: rule!, where: zone, conditional });
        else add(port, verdict, rule!);
    }
    const target = value('target');
    const verdict = DEFAULTS[target] ?? 'reject';
    if (verdict !== 'accept')
      for (const { port } of PORTS)
        if (!open.has(port))
          entries.push({ tool: 'firewalld', verdict, port, rule: `target ${target}`, where: zone, byDefault: true });
  }
  return entries;
}

const ACTIONS: Readonly<Record<string, Verdict>> = { ALLOW: 'accept', LIMIT: 'accept', DENY: 'drop', REJECT: 'reject' };

/** Reads `ufw status verbose`. */
export function parseUfw(output: string): FirewallEntry[] {
  if (!/^Status: active/m.test(output)) return [];
  const entries: FirewallEntry[] = [];
  const named = new Set<number>();
  for (const line of output.split('\n')) {
    const match = /^(.*?)\s{2,}(ALLOW|DENY|REJECT|LIMIT)(?: IN)?\s+(?!OUT|FWD)(.*)$/.exec(line);
    if (!match) continue;
    // The name of an application’s profile stands in parentheses as well.
    const to = match[1]!.replace(/ \([^)]*\)| on \S+/g, '').trim();
    const [, ports, protocol] = /(?:^|\s)([\d:,]+)(?:\/(\w+))?$/.exec(to) ?? [];
    if (ports === undefined || (protocol !== undefined && protocol !== 'udp')) continue;
    const limited = / on \S+/.test(match[1]!) || !/^Anywhere/.test(match[3]!.trim()) || /\s/.test(to);
    for (const { port } of PORTS) {
      if (!ports.split(',').some((part) => inRange(part, port))) continue;
      if (!limited) named.add(port);
      entries.push({
        tool: 'ufw',
        verdict: ACTIONS[match[2]!]!,
        port,
        rule: line.trim().replace(/\s+/g, ' '),
        ...(limited ? { conditional: true as const } : {}),
      });
    }
  }
  const incoming = /^Default: (\w+) \(incoming\)/m.exec(output)?.[1];
  const verdict = ACTIONS[(incoming ?? '').toUpperCase()];
  // ufw always accepts replies to this machine's own DHCP client (before.rules).
  if (verdict !== undefined && verdict !== 'accept')
    for (const { port } of PORTS)
      if (!named.has(port) && port !== 68 && port !== 546)
        entries.push({ tool: 'ufw', verdict, port, rule: `Default: ${incoming!} (incoming)`, byDefault: true });
  return entries;
}

/** Ports that only a server or relay listens on. */
const SERVERS: readonly number[] = [67, 69, 547, 4011];

/**
 * Reads `socketfilterfw --getglobalstate --getblockall` of macOS. Where it blocks everything that is not essential, a server may hear
 * nothing; which programs are essential it does not tell.
 */
export function parseApplicationFirewall(output: string): FirewallEntry[] {
  const line = /^.*(?:State = 2|block all.*\benabled).*$/im.exec(output)?.[0].trim();
  if (line === undefined) return [];
  return SERVERS.map((port) => ({
    tool: 'socketfilterfw',
    verdict: 'drop',
    port,
    rule: line,
    byDefault: true,
    conditional: true,
  }));
}

function inRange(range: string, port: number): boolean {
  const [low, high] = range.split(/[-:]/);
  const from = portNumber(low!);
  const to = high === undefined ? from : portNumber(high);
  return from !== undefined && to !== undefined && port >= from && port <= to;
}
