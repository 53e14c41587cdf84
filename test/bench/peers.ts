/** The programs that the benchmark compares: what each is asked to do with a capture, and how the frames that it found are counted. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { REPO } from '../vscode/cache';

/** The command line that `npm run build` makes. */
export const CLI = join(REPO, 'dist', 'cli.js');
const PCAP_PARSER = join(REPO, 'test', 'bench', 'pcap-parser.cjs');
/** What tcpdump is asked for, behind so many VLAN tags: to its filter each tag is a step of its own. */
function filterBehind(tags: number): string {
  const ports = '(udp port 67 or udp port 68 or udp port 546 or udp port 547)';
  return `${'vlan and '.repeat(tags)}${ports}`;
}
/** Ten fields of a DHCP message, and of one of DHCPv6, as somebody would ask tshark for them. */
const FIELDS = [
  'frame.number',
  'frame.time_epoch',
  'ip.src',
  'ip.dst',
  'dhcp.id',
  'dhcp.hw.mac_addr',
  'dhcp.ip.your',
  'dhcp.option.dhcp',
  'dhcp.option.hostname',
  'dhcp.option.ip_address_lease_time',
];
const FIELDS6 = [
  'frame.number',
  'frame.time_epoch',
  'ipv6.src',
  'ipv6.dst',
  'dhcpv6.xid',
  'dhcpv6.duid.bytes',
  'dhcpv6.iaaddr.ip',
  'dhcpv6.msgtype',
  'dhcpv6.iaid',
  'dhcpv6.iaaddr.valid_lifetime',
];
const tsharkFor = (file: string, filter: string, fields: readonly string[]): string[] => [
  ...['tshark', '-n', '-r', file, '-Y', filter, '-T', 'fields'],
  ...fields.flatMap((field) => ['-e', field]),
];

/** A program, and what it is asked. */
export interface Peer {
  readonly name: string;
  readonly command: (file: string, tags?: number) => readonly string[];
}

export const PEERS = {
  ours: { name: 'port67 inspect', command: (file) => [process.execPath, CLI, 'inspect', file] },
  cat: { name: 'cat', command: (file) => ['cat', file] },
  tcpdumpFilter: {
    name: 'tcpdump, filter, -w /dev/null',
    command: (file, tags = 0) => ['tcpdump', '-n', '-r', file, '-w', '/dev/null', filterBehind(tags)],
  },
  tcpdumpVerbose: { name: 'tcpdump -v', command: (file) => ['tcpdump', '-n', '-v', '-r', file] },
  tshark: {
    name: 'tshark -Y dhcp -T fields (10)',
    command: (file) => tsharkFor(file, 'dhcp', FIELDS),
  },
  tshark6: {
    name: 'tshark -Y dhcpv6 -T fields (10)',
    command: (file) => tsharkFor(file, 'dhcpv6', FIELDS6),
  },
  inflate: {
    name: 'Node, decompressing only',
    command: (file) => [process.execPath, join(REPO, 'test', 'bench', 'inflate.cjs'), file],
  },
  gzip: { name: 'gzip -dc', command: (file) => ['gzip', '-dc', file] },
  pcapParser: { name: 'pcap-parser', command: (file) => [process.execPath, PCAP_PARSER, file] },
} as const satisfies Readonly<Record<string, Peer>>;

/** Whether the program of a peer is on this machine. */
export function installed(peer: Peer): boolean {
  return spawnSync(peer.command('x')[0]!, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** Frames with DHCP that we find, and those that tcpdump's filter lets through (undefined without tcpdump), which reads `plain`. */
export function framesFound(file: string, tags = 0, plain = file): { ours: number; tcpdump: number | undefined } {
  const inspected = spawnSync(process.execPath, [CLI, 'inspect', '--json', file], {
    maxBuffer: 1 << 30,
    encoding: 'utf8',
  });
  const { files } = JSON.parse(inspected.stdout) as { files: { ofInterest: number }[] };
  if (!installed(PEERS.tcpdumpFilter)) return { ours: files[0]!.ofInterest, tcpdump: undefined };
  const counted = spawnSync('tcpdump', ['-n', '-r', plain, '--count', filterBehind(tags)], { encoding: 'utf8' });
  const count = /^(\d+) packets?/m.exec(counted.stdout + counted.stderr);
  return { ours: files[0]!.ofInterest, tcpdump: count ? Number(count[1]) : undefined };
}
