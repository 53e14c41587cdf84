import type { Command, Platform, Recorded } from './model';
import { PORTS } from './ports';
import { PROGRAMS } from './programs';

const PORT_LIST = PORTS.map(({ port }) => port).join(',');

const units = PROGRAMS.flatMap(({ services }) => services)
  .filter((name) => (/^[a-z]/.test(name) && !name.startsWith('com.')) || name === 'NetworkManager')
  .map((name) => `${name}.service`);

const powershell = (id: string, script: string, tells: string): Command => ({
  id,
  program: 'powershell.exe',
  args: ['-NoProfile', '-NonInteractive', '-Command', script],
  tells,
});

const LINUX: readonly Command[] = [
  { id: 'ss', program: 'ss', args: ['-H', '-lunp'], tells: 'who listens on the ports' },
  { id: 'netstat', program: 'netstat', args: ['-lunp'], tells: 'who listens on the ports', instead: 'ss' },
  {
    id: 'ss-packet',
    program: 'ss',
    args: ['-H', '-0', '-lnp'],
    tells: 'which programs read packets past the firewall',
    optional: true,
  },
  { id: 'ip-json', program: 'ip', args: ['-j', 'addr', 'show'], tells: 'the interfaces and their addresses' },
  {
    id: 'ip-text',
    program: 'ip',
    args: ['addr', 'show'],
    tells: 'the interfaces and their addresses',
    instead: 'ip-json',
  },
  { id: 'nft', program: 'nft', args: ['-j', 'list', 'ruleset'], tells: 'the rules of nftables', optional: true },
  { id: 'iptables', program: 'iptables-save', args: [], tells: 'the rules of iptables', optional: true },
  { id: 'ip6tables', program: 'ip6tables-save', args: [], tells: 'the rules of ip6tables', optional: true },
  {
    id: 'firewalld',
    program: 'firewall-cmd',
    args: ['--list-all-zones'],
    tells: 'the zones of firewalld',
    optional: true,
  },
  { id: 'ufw', program: 'ufw', args: ['status', 'verbose'], tells: 'the rules of ufw', optional: true },
  {
    id: 'systemctl',
    program: 'systemctl',
    args: ['show', '--property=Id,LoadState,ActiveState,SubState,MainPID', ...units],
    tells: 'which services of DHCP there are',
    optional: true,
  },
  { id: 'ps', program: 'ps', args: ['-eo', 'pid=,netns=,comm='], tells: 'which programs of DHCP run' },
  { id: 'ps-plain', program: 'ps', args: ['-o', 'pid,comm'], tells: 'which programs of DHCP run', instead: 'ps' },
];

const DARWIN: readonly Command[] = [
  { id: 'lsof', program: 'lsof', args: ['-nP', '-iUDP'], tells: 'who listens on the ports' },
  { id: 'ifconfig', program: 'ifconfig', args: ['-a'], tells: 'the interfaces and their addresses' },
  { id: 'pf-status', program: 'pfctl', args: ['-s', 'info'], tells: 'whether pf is on' },
  { id: 'pf', program: 'pfctl', args: ['-s', 'rules'], tells: 'the rules of pf' },
  {
    id: 'alf',
    program: '/usr/libexec/ApplicationFirewall/socketfilterfw',
    args: ['--getglobalstate', '--getblockall'],
    tells: 'whether the application firewall is on',
    optional: true,
  },
  { id: 'launchctl', program: 'launchctl', args: ['list'], tells: 'which services of DHCP there are' },
  { id: 'ps-plain', program: 'ps', args: ['-axo', 'pid=,comm='], tells: 'which programs of DHCP run' },
];

const WINDOWS: readonly Command[] = [
  powershell(
    'endpoints',
    `Get-NetUDPEndpoint -LocalPort ${PORT_LIST} -ErrorAction SilentlyContinue | Select-Object LocalAddress,LocalPort,OwningProcess,@{n='ProcessName';e={(Get-Process -Id $_.OwningProcess).ProcessName}},@{n='Services';e={(Get-CimInstance Win32_Service -Filter "ProcessId=$($_.OwningProcess)").Name}} | ConvertTo-Json -Compress`,
    'who listens on the ports',
  ),
  powershell(
    'addresses',
    'Get-NetIPAddress | Select-Object InterfaceAlias,IPAddress,PrefixLength | ConvertTo-Json -Compress',
    'the interfaces and their addresses',
  ),
  powershell(
    'adapters',
    'Get-NetAdapter | Select-Object Name,MacAddress,Status | ConvertTo-Json -Compress',
    'the network cards',
  ),
  powershell(
    'profiles',
    'Get-NetFirewallProfile -PolicyStore ActiveStore | Select-Object Name,Enabled,DefaultInboundAction | ConvertTo-Json -Compress',
    'whether the firewall is on',
  ),
  powershell(
    'rules',
    `Get-NetFirewallRule -PolicyStore ActiveStore -Enabled True -Direction Inbound | ForEach-Object { $p = $_ | Get-NetFirewallPortFilter; if ($p.Protocol -in 'UDP','Any',17) { [pscustomobject]@{ DisplayName=$_.DisplayName; Action="$($_.Action)"; Profile="$($_.Profile)"; Protocol="$($p.Protocol)"; LocalPort=@($p.LocalPort); Program=($_ | Get-NetFirewallApplicationFilter).Program; Service=($_ | Get-NetFirewallServiceFilter).Service } } } | ConvertTo-Json -Compress`,
    'the rules of the firewall',
  ),
  powershell(
    'services',
    `Get-Service -Name ${PROGRAMS.flatMap(({ services }) => services)
      .filter((name) => /^[A-Z]/.test(name) && name !== 'NetworkManager')
      .join(',')} -ErrorAction SilentlyContinue | Select-Object Name,Status | ConvertTo-Json -Compress`,
    'which services of DHCP there are',
  ),
];

/** The commands run on each system, in order. */
export const COMMANDS: Readonly<Record<Platform, readonly Command[]>> = {
  linux: LINUX,
  darwin: DARWIN,
  windows: WINDOWS,
};

/** A command line as a person would type it. */
export const typed = ({ program, args }: Command): string =>
  [program, ...args]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');

/** Whether a command gave usable output. */
export const hasGiven = ({ status, output }: Recorded): boolean =>
  status === 0 || (output.trim() !== '' && typeof status === 'number');
export const gave = (recorded: Recorded | undefined): recorded is Recorded =>
  recorded !== undefined && hasGiven(recorded);
