import { append } from '../codec/append';
import { COMMANDS, gave, hasGiven, typed } from './commands';
import { findings } from './findings';
import { parseApplicationFirewall, parseFirewalld, parseUfw } from './firewall/frontEnds';
import { isNftBacked, parseIptables } from './firewall/iptables';
import { parseNft } from './firewall/nft';
import { parsePf } from './firewall/pf';
import { askTables, type PortVerdict, type Table } from './firewall/rules';
import { parseWindowsFirewall } from './firewall/windows';
import { parseInterfaces, parseIpJson, parseWindowsInterfaces } from './interfaces';
import { parseEndpoints, parseLsof, parseNetstat, parsePacketSockets, parseSs } from './listeners';
import type {
  FirewallEntry,
  Listener,
  MachineReport,
  NetworkInterface,
  Platform,
  Recorded,
  Service,
  Unseen,
} from './model';
import { PORTS, portRow } from './ports';
import { parseLaunchctl, parsePs, parsePsPlain, parseSystemctl, parseWindowsServices } from './services';

const DENIED =
  /permission denied|not permitted|must be root|need to be root|access is denied|requires elevation|authorization failed|not authorized/i;

/** Builds the report from the recorded outputs of a platform's commands. Pure: the same outputs give the same report. */
export function examine(platform: Platform, recorded: readonly Recorded[]): MachineReport {
  const by = new Map(recorded.map((one) => [one.id, one]));
  /** The output of a command, if it gave any. */
  const output = (id: string): string | undefined => {
    const one = by.get(id);
    return gave(one) ? one.output : undefined;
  };
  const read = <T>(id: string, parse: (text: string) => readonly T[]): readonly T[] => {
    const text = output(id);
    return text === undefined ? [] : parse(text);
  };
  const listeners: Listener[] = [
    ...read('ss', parseSs),
    ...read('netstat', parseNetstat),
    ...read('lsof', parseLsof),
    ...read('endpoints', parseEndpoints),
  ];
  const interfaces: NetworkInterface[] = [
    ...read('ip-json', parseIpJson),
    ...read('ip-text', parseInterfaces),
    ...read('ifconfig', parseInterfaces),
    ...(platform === 'windows' ? parseWindowsInterfaces(output('addresses') ?? '', output('adapters') ?? '') : []),
  ];
  const units: Service[] = [
    ...read('systemctl', parseSystemctl),
    ...read('launchctl', parseLaunchctl),
    ...read('services', parseWindowsServices),
  ];
  const known = new Set(units.map(({ pid }) => pid));
  const services = [
    ...units,
    ...[...read('ps', parsePs), ...read('ps-plain', parsePsPlain)].filter(({ pid }) => !known.has(pid)),
  ];

  const tables = tablesOf(output);
  const firewall: FirewallEntry[] = [];
  const verdicts = new Map<number, PortVerdict>();
  for (const row of PORTS) {
    const { entries, verdict } = askTables(tables, row);
    append(firewall, entries);
    verdicts.set(row.port, verdict);
  }
  frontEnds([...read('firewalld', parseFirewalld), ...read('ufw', parseUfw)], tables.length > 0, firewall, verdicts);
  // The application firewall of macOS stands behind pf.
  frontEnds(read('alf', parseApplicationFirewall), false, firewall, verdicts);

  const unseen = unseenOf(platform, by, listeners);
  const packetReaders = new Set(read('ss-packet', parsePacketSockets).map(({ pid }) => pid));
  const sockets = ['ss', 'netstat', 'lsof', 'endpoints'].some((id) => output(id) !== undefined);
  return {
    platform,
    listeners,
    interfaces,
    firewall,
    services,
    commands: recorded.map(({ command }) => command),
    unseen: unseen.map(({ text }) => text),
    findings: findings({ platform, listeners, interfaces, services, packetReaders, verdicts, unseen, sockets }),
  };
}

function tablesOf(output: (id: string) => string | undefined): Table[] {
  const saved = (['iptables', 'ip6tables'] as const).flatMap((id) => {
    const text = output(id);
    return text === undefined ? [] : [{ text, family: id === 'iptables' ? (4 as const) : (6 as const) }];
  });
  const iptables = saved.flatMap(({ text, family }) => parseIptables(text, family));
  // Rules that iptables keeps in nftables are read from iptables-save, because nft cannot show their match extensions.
  const doubled = new Set(
    saved.flatMap(({ text, family }) =>
      isNftBacked(text) ? parseIptables(text, family).map(({ name }) => `${family === 4 ? 'ip' : 'ip6'} ${name}`) : [],
    ),
  );
  const nft = parseNft(output('nft') ?? '').filter(({ name }) => !doubled.has(name));
  const pf = /Status: Enabled/.test(output('pf-status') ?? '') ? parsePf(output('pf') ?? '') : [];
  const windows =
    output('profiles') === undefined ? [] : parseWindowsFirewall(output('rules') ?? '', output('profiles')!);
  return [...nft, ...iptables, ...pf, ...windows];
}

/** Front ends show the same rules again. They decide only if the rules themselves could not be seen. */
function frontEnds(
  entries: readonly FirewallEntry[],
  seen: boolean,
  firewall: FirewallEntry[],
  verdicts: Map<number, PortVerdict>,
): void {
  append(firewall, entries);
  if (seen) return;
  for (const entry of entries) {
    const known = verdicts.get(entry.port);
    if (entry.verdict === 'accept' || known?.state !== 'open') continue;
    const opened = entries.some(({ port, verdict }) => port === entry.port && verdict === 'accept');
    verdicts.set(entry.port, {
      state: opened || entry.conditional ? 'depends' : 'blocked',
      by: entry,
      named: !entry.byDefault,
    });
  }
}

/** What could not be learnt, and why. */
function unseenOf(platform: Platform, by: ReadonlyMap<string, Recorded>, listeners: readonly Listener[]): Unseen[] {
  const out: Unseen[] = [];
  for (const command of COMMANDS[platform]) {
    const one = by.get(command.id);
    const instead = COMMANDS[platform].find(({ instead }) => instead === command.id);
    if (!one || hasGiven(one) || (instead && gave(by.get(instead.id)))) continue;
    const denied = DENIED.test(one.errors) || DENIED.test(one.output);
    if (!denied && (command.optional || command.instead !== undefined)) continue;
    const name = typed({ ...command, args: [] });
    const why = denied
      ? 'needs more rights'
      : one.status === 'missing'
        ? 'is not installed'
        : one.status === 'timeout'
          ? 'did not end in time'
          : 'gave nothing';
    out.push({
      text: `${name} ${why}: ${command.tells} could not be seen.`,
      remedy: denied ? 'rights' : one.status === 'missing' ? { install: name } : 'again',
    });
  }
  const unnamed = [...new Set(listeners.filter(({ process }) => process === undefined).map(({ port }) => port))];
  for (const port of unnamed)
    out.push({
      text: `Whose the socket on UDP port ${port} (${portRow(port)!.hears}) is could not be seen: that needs more rights.`,
      remedy: 'rights',
    });
  return out;
}
