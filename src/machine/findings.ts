import { list } from '../analysis/words/words';
import type { Severity } from '../analysis/finding';
import type { PortVerdict } from './firewall/rules';
import type { FirewallEntry, Listener, MachineFinding, NetworkInterface, Platform, Service, Unseen } from './model';
import { portRow, type PortRow } from './ports';
import { programOf, programOfService, type ProgramRow, type Role } from './programs';

/** Everything observed that findings need. */
export interface Sight {
  readonly platform: Platform;
  readonly listeners: readonly Listener[];
  readonly interfaces: readonly NetworkInterface[];
  readonly services: readonly Service[];
  /** Process numbers of programs that read packets before the firewall does. */
  readonly packetReaders: ReadonlySet<number>;
  readonly verdicts: ReadonlyMap<number, PortVerdict>;
  readonly unseen: readonly Unseen[];
  /** Whether sockets could be listed. */
  readonly sockets: boolean;
}

/** Ports of servers, and the role of the programs that serve them. */
const SERVED: readonly (readonly [port: number, role: Role])[] = [
  [67, 'server'],
  [547, 'server6'],
];

const listenerText = ({ process, pid, address, interface: on, port }: Listener): string =>
  `${process ?? 'A process of another user'}${pid === undefined ? '' : ` (${pid})`} listens on ${address.includes(':') ? `[${address}]` : address}:${port}${on === undefined ? '' : ` of ${on}`}`;

const programFor = ({ process }: Listener): ProgramRow | undefined =>
  process === undefined ? undefined : (programOf(process) ?? programOfService(process));

/** All problems on this machine, the most severe first; causes before consequences. */
export function findings(sight: Sight): MachineFinding[] {
  const out = [
    ...failedServices(sight),
    ...conflicts(sight),
    ...blockedPorts(sight),
    ...silentServers(sight),
    ...withoutAddress(sight),
    ...nobody(sight),
    ...notSeen(sight),
  ];
  const order: readonly Severity[] = ['error', 'warning', 'info'];
  return order.flatMap((severity) => out.filter((finding) => finding.severity === severity));
}

function* failedServices({ services }: Sight): Generator<MachineFinding> {
  for (const { name, state } of services) {
    if (state !== 'failed' || !programOfService(name)) continue;
    yield {
      id: 'service-failed',
      severity: 'error',
      title: `The service ${name} has failed`,
      explanation: 'It was started and has ended with an error. As long as it does not run, it answers no client.',
      steps: [
        `Read why: journalctl -u ${name} -n 50`,
        'Check its configuration: port67 check FILE',
        `Start it again: systemctl restart ${name}`,
      ],
      reference: 'systemctl(1)',
    };
  }
}

/** Whether two sockets receive the same packets. */
function overlap(a: Listener, b: Listener): boolean {
  if (a.interface !== undefined && b.interface !== undefined && a.interface !== b.interface) return false;
  const any = (address: string): boolean => address === '0.0.0.0' || address === '::';
  return any(a.address) || any(b.address) || a.address === b.address;
}

function* conflicts({ listeners }: Sight): Generator<MachineFinding> {
  for (const [port] of SERVED) {
    const heard = listeners.filter(
      (one) => one.port === port && programFor(one)?.roles.some((role) => role !== 'client'),
    );
    const pairs = heard.flatMap((a, i) =>
      heard
        .slice(i + 1)
        .filter((b) => a.pid !== b.pid && overlap(a, b))
        .map((b) => [a, b] as const),
    );
    const pair = pairs[0];
    if (!pair) continue;
    const involved = [...new Map(pairs.flat().map((one) => [one.pid, one])).values()];
    const relays = involved.filter((one) => programFor(one)?.roles.includes('relay'));
    const relayed = relays.length > 0 && relays.length < involved.length;
    const names = involved.map(({ process }) => process ?? 'unknown');
    // One that listens everywhere need not serve the interface of the other: libvirt has a dnsmasq for its own bridge.
    const apart = pairs.every(([a, b]) => (a.interface === undefined) !== (b.interface === undefined));
    yield relayed
      ? {
          id: 'relay-and-server',
          severity: 'error',
          title: `A relay and a server both want UDP port ${port}: ${list([...new Set(names)])}`,
          explanation: `${list(involved.map(listenerText))}. A request that reaches this machine is heard by one of them only, or is both answered and passed on.`,
          steps: [
            'Stop the one that is not wanted here: systemctl disable --now isc-dhcp-relay (or the server).',
            'Or bind each to interfaces of its own: dhcrelay -i eth1 …; INTERFACESv4="eth0" in /etc/default/isc-dhcp-server; interface=eth0 and bind-dynamic in dnsmasq.conf.',
          ],
          reference: portRow(port)!.reference,
        }
      : {
          id: 'two-servers-on-port',
          severity: apart ? 'warning' : 'error',
          title: `Several servers ${apart ? 'may ' : ''}hear UDP port ${port}: ${list(names)}`,
          explanation: `${list(involved.map(listenerText))}. ${apart ? 'Where they serve the same interface, they' : 'They'} hear the same requests, so that clients get answers from both, and two leases for one network that know nothing of each other.`,
          steps: [
            'Decide which one is to serve, and stop the other: systemctl disable --now NAME',
            'Or bind each to interfaces of its own (dnsmasq: interface= and bind-dynamic; ISC dhcpd: INTERFACESv4=; Kea: "interfaces-config").',
            'libvirt and LXC start dnsmasq for their own bridges: virsh net-list --all',
          ],
          reference: 'RFC 2131 §3.1',
        };
  }
}

function* blockedPorts({ verdicts, listeners, packetReaders, services, platform }: Sight): Generator<MachineFinding> {
  for (const [port, { state, by, named, first }] of verdicts) {
    if (state === 'open' || !by) continue;
    const row = portRow(port)!;
    const heard = listeners.filter((one) => one.port === port);
    // A machine that blocks every port it does not need is configured correctly.
    if (heard.length === 0 && !(named && SERVED.some(([served]) => served === port))) continue;
    const past =
      heard.length > 0 &&
      heard.every((one) => programFor(one)?.raw === true || (one.pid !== undefined && packetReaders.has(one.pid)));
    const role = SERVED.find(([served]) => served === port)?.[1];
    // A program with several services may have this one turned off.
    const wanted = services.some(
      ({ name, state }) =>
        (state === 'active' || state === 'running') &&
        (programOfService(name) ?? programOf(name))?.roles.every((one) => one === role),
    );
    const severity = blockedSeverity(port, first === 'blocked' ? first : state, heard.length > 0, past, wanted);
    const rule = `${by.tool}${by.where === undefined ? '' : ` (${by.where})`}: ${by.rule}`;
    const who = heard.length > 0 ? `${list(heard.map(listenerText))}.` : `Nobody listens on this port now.`;
    yield {
      id: `port-${port}-blocked`,
      severity,
      title: `The firewall ${by.verdict === 'reject' ? 'rejects' : 'drops'} ${dropped(row, state, first)} to UDP port ${port}${heard[0]?.process === undefined ? '' : `, on which ${heard[0].process} listens`}`,
      explanation: `The rule in force is “${rule}”. UDP port ${port} is for ${row.hears}. ${who}${past ? ' It reads the packets of its links before the firewall sees them, so that clients there are answered all the same; what is sent to it through its socket is lost.' : ''}${state === 'depends' ? ` ${dependsText(row, first)}` : ''}`,
      steps: openSteps(platform, port, by),
      reference: row.reference,
    };
  }
}

const dropped = ({ first }: PortRow, state: PortVerdict['state'], of: PortVerdict['first']): string =>
  state !== 'depends' ? 'packets' : first && of === 'blocked' ? `the ${first.title}` : 'some packets';

/** What gets through where not everything does. The first packets of clients matter most. */
function dependsText({ first }: PortRow, of: PortVerdict['first']): string {
  const rest = 'depends on its interface or sender.';
  if (!first || of === undefined || of === 'depends') return `Whether a packet is let through ${rest}`;
  return of === 'blocked'
    ? `${first.text}: none of these packets gets through, whatever network the client is in. Whether another packet does ${rest}`
    : `${first.text}: these packets get through. Whether another packet does ${rest}`;
}

/** A program that already receives nothing is worse off than one that would receive nothing. */
function blockedSeverity(
  port: number,
  state: 'blocked' | 'depends',
  heard: boolean,
  past: boolean,
  wanted: boolean,
): Severity {
  if (!heard) return wanted ? 'warning' : 'info';
  if (past) return 'info';
  // A DHCPv4 client gets its replies before it has an address, and usually reads the packets itself, past the firewall.
  if (port === 68) return state === 'depends' ? 'info' : 'warning';
  return state === 'depends' ? 'warning' : 'error';
}

/** How to open a port with the tool whose rule blocks it. */
function openSteps(platform: Platform, port: number, { tool, where }: FirewallEntry): string[] {
  const watch = platform === 'windows' ? [] : [`See whether packets arrive: tcpdump -ni any udp port ${port}`];
  switch (tool) {
    case 'nft':
      return [
        `Show the rules with their numbers: nft -a list ruleset`,
        `Put a rule before it: nft insert rule ${where ?? 'inet filter input'} udp dport ${port} accept`,
        ...watch,
      ];
    case 'iptables':
    case 'ip6tables': {
      const [table = 'filter', chain = 'INPUT'] = where?.split(' ') ?? [];
      const at = table === 'filter' ? '' : ` -t ${table}`;
      return [
        `Show the rules with their numbers: ${tool}${at} -L -n -v --line-numbers`,
        `Put a rule before it: ${tool}${at} -I ${chain} -p udp --dport ${port} -j ACCEPT`,
        ...watch,
      ];
    }
    case 'firewalld': {
      const service = { 67: 'dhcp', 546: 'dhcpv6-client', 547: 'dhcpv6', 69: 'tftp' }[port];
      return [
        `Open it: firewall-cmd --permanent --zone=${where?.replace(/^zone /, '') ?? 'ZONE'} ${service === undefined ? `--add-port=${port}/udp` : `--add-service=${service}`}`,
        'firewall-cmd --reload',
        ...watch,
      ];
    }
    case 'ufw':
      return [`Open it: ufw allow ${port}/udp`, ...watch];
    case 'pf':
      return [
        `Add to /etc/pf.conf: pass in quick proto udp to any port ${port}`,
        'Load it: pfctl -f /etc/pf.conf',
        ...watch,
      ];
    default:
      return [
        `Open it: New-NetFirewallRule -DisplayName "UDP ${port}" -Direction Inbound -Protocol UDP -LocalPort ${port} -Action Allow`,
      ];
  }
}

/** Reports servers that run but have no socket on their port. */
function* silentServers({ services, listeners, sockets }: Sight): Generator<MachineFinding> {
  if (!sockets) return;
  for (const { name, state, namespace } of services) {
    if (namespace === 'unknown') continue;
    const program = programOfService(name) ?? programOf(name);
    // A program with several services may have DHCP turned off.
    const only = program && !['dnsmasq', 'systemd-network', 'SharedAccess', 'dhcpd'].includes(program.process);
    if ((state !== 'active' && state !== 'running') || !only) continue;
    const ports = SERVED.filter(([, role]) => program.roles.includes(role)).map(([port]) => port);
    if (ports.length === 0 || listeners.some(({ port }) => ports.includes(port))) continue;
    yield {
      id: 'server-does-not-listen',
      severity: 'warning',
      title: `${program.title} runs and does not listen on UDP port ${list(ports.map(String))}`,
      explanation: 'Its configuration names no interface that is up and has an address, or it could not open the port.',
      steps: [
        `Read why: journalctl -u ${program.services[0] ?? name} -n 50`,
        'Kea: look at “interfaces-config”; each interface needs an IPv4 address before the server starts.',
      ],
      reference: 'RFC 2131 §4.1',
    };
    return;
  }
}

function* withoutAddress({ listeners, interfaces }: Sight): Generator<MachineFinding> {
  const server = listeners.find((one) => one.port === 67 && programFor(one)?.roles.includes('server'));
  const links = interfaces.filter(({ loopback }) => loopback !== true);
  if (!server || links.length === 0) return;
  if (server.interface !== undefined && !links.some(({ name }) => name === server.interface)) return;
  const addressed = links.filter(({ addresses }) => addresses.some((address) => !address.includes(':')));
  const own =
    server.interface === undefined ? addressed.length > 0 : addressed.some(({ name }) => name === server.interface);
  if (own) return;
  yield {
    id: 'server-without-address',
    severity: 'error',
    title: `${server.process ?? 'The server'} listens where this machine has no IPv4 address`,
    explanation: `${server.interface === undefined ? 'No interface has an IPv4 address' : `${server.interface} has no IPv4 address`}. A server chooses the subnet of a client by the address of the interface on which it hears it, and has nothing to send from.`,
    steps: [
      'Give the interface a fixed address within the subnet that is served: ip addr add 10.0.0.1/24 dev INTERFACE',
      'Then restart the server.',
    ],
    reference: 'RFC 2131 §4.3.1',
  };
}

function* nobody({ listeners, sockets, services }: Sight): Generator<MachineFinding> {
  if (!sockets || listeners.some(({ port }) => SERVED.some(([served]) => served === port))) return;
  const stopped = services.filter(
    ({ name, state }) =>
      state === 'inactive' &&
      programOfService(name)?.roles.some((role) => role.startsWith('server') || role === 'relay') &&
      !/networkd|SharedAccess|RemoteAccess/.test(name),
  );
  yield {
    id: 'nobody-listens',
    severity: stopped.length > 0 ? 'warning' : 'info',
    title: 'Nobody listens on UDP port 67 or 547',
    explanation: `This machine answers and relays no request of a DHCP client.${stopped.length > 0 ? ` Installed, and not started: ${list(stopped.map(({ name }) => name))}.` : ''}`,
    steps:
      stopped.length > 0
        ? stopped.map(({ name }) => `If it is to serve: systemctl enable --now ${name}`)
        : ['If this machine is to be a server, install and start one; if not, nothing is wrong.'],
    reference: 'RFC 2131 §4.1',
  };
}

function* notSeen({ unseen, platform }: Sight): Generator<MachineFinding> {
  if (unseen.length === 0) return;
  yield {
    id: 'not-all-seen',
    severity: 'info',
    title: 'Not everything could be seen',
    explanation: unseen.map(({ text }) => text).join(' '),
    steps: [...new Set(unseen.map(({ remedy }) => remedyText(remedy, platform)))],
    reference: 'Port 67',
  };
}

function remedyText(remedy: Unseen['remedy'], platform: Platform): string {
  if (remedy === 'again')
    return 'Run it again. If a command gives nothing again, run that command by itself and see what it says.';
  if (remedy !== 'rights')
    return `Install the program “${remedy.install}” for this once, or ask another tool what it would show.`;
  return platform === 'windows'
    ? 'Run it again from a terminal that was started as administrator.'
    : 'Run it again with rights: sudo port67 machine';
}
