import type { Severity } from '../../analysis/finding';
import type { LeaseKind } from './model';

/** What all findings with one id have in common. */
export interface CatalogueRow {
  readonly severity: Severity;
  readonly reference: string;
  readonly steps: readonly string[] | ((kind: LeaseKind) => readonly string[]);
}

const MANUALS: Readonly<Record<LeaseKind, string>> = {
  dhcpd: 'dhcpd.leases(5)',
  dhcpd6: 'dhcpd.leases(5)',
  kea4: 'Kea Administrator Reference Manual, “Memfile, Basic Storage for Leases”',
  kea6: 'Kea Administrator Reference Manual, “Memfile, Basic Storage for Leases”',
  dnsmasq: 'dnsmasq(8), --dhcp-leasefile',
  udhcpd: 'BusyBox, dumpleases',
  'microsoft-audit': 'Microsoft Learn, “Analyze DHCP server audit log files”',
  'microsoft-leases': 'Microsoft Learn, Get-DhcpServerv4Lease',
  'networkd-server': 'systemd.network(5), [DHCPServer] PersistLeases=',
  'networkd-client': 'systemd.network(5), [DHCPv4]',
  networkmanager: 'NetworkManager.conf(5), dhcp=internal',
  dhclient: 'dhclient.leases(5)',
  dhcpcd: 'dhcpcd(8), FILES',
};

/** Steps to restore an intact file, per server. */
function restore(kind: LeaseKind): readonly string[] {
  switch (kind) {
    case 'dhcpd':
    case 'dhcpd6':
      return [
        'Check that the disk is not full: df -h /var/lib/dhcp',
        'Stop the server and keep a copy of this file before you change it.',
        `Test the file: dhcpd ${kind === 'dhcpd6' ? '-6 ' : ''}-T -lf FILE -cf CONFIGURATION`,
        'Remove the damaged record, or go back to the file with “~” behind its name: dhcpd wrote it when it last rewrote the database.',
      ];
    case 'kea4':
    case 'kea6':
      return [
        'Check that the disk is not full: df -h /var/lib/kea',
        'Stop the server and keep a copy of this file and of its parts (.1, .2, .completed) before you change them.',
        'Remove or mend the row. Kea leaves such rows out when it starts, and says so in its log.',
      ];
    case 'dnsmasq':
      return [
        'Stop dnsmasq before you change the file: it writes the whole file anew with each lease.',
        'Remove or mend the line. dnsmasq leaves lines that it cannot read out, and says so in its log.',
      ];
    case 'udhcpd':
      return [
        'Copy the file anew while udhcpd is stopped, or after it has been sent SIGUSR1, which makes it write.',
        'Check it: dumpleases -f FILE',
      ];
    case 'microsoft-audit':
    case 'microsoft-leases':
      return ['Export or copy the file anew on the server.'];
    default:
      return ['Copy the file anew. The client writes it again with its next lease.'];
  }
}

const lookAtClock = [
  'Check the clock of the server: timedatectl, or date -u',
  'Start the server after time synchronisation.',
];

/** Everything that is reported about lease files, one row per id. */
export const CATALOGUE = {
  'address-leased-twice': {
    severity: 'error',
    reference: 'RFC 2131 §2.2',
    steps: [
      'Find out who uses the address now: ping it, then look at arp -n (ip neigh).',
      'Look for a second server that keeps the same range, and for a lease file that was restored or edited while the server ran.',
      'Let the client that lost the address renew: ipconfig /renew, or dhclient -r and dhclient.',
    ],
  },
  'client-has-two-leases': {
    severity: 'warning',
    reference: 'RFC 2131 §4.3.1',
    steps: [
      'ISC dhcpd: set “one-lease-per-client true;” to have the older lease freed.',
      'Look whether two machines share one identifier (clones), or whether the file was edited by hand.',
    ],
  },
  'lease-outside-pool': {
    severity: 'warning',
    reference: 'RFC 2131 §4.3.1',
    steps: [
      'Check that configuration and lease file belong together.',
      'If the pool was made smaller, the client keeps the address until it renews: it is then given another one.',
    ],
  },
  'end-before-start': { severity: 'error', reference: 'RFC 2131 §3.3', steps: restore },
  'expired-but-active': {
    severity: 'info',
    reference: 'RFC 2131 §2.2',
    steps: [
      'Check that the server runs, and that it is this file which it writes.',
      'Kea: look at expired-leases-processing (reclaim-timer-wait-time 0 turns reclamation off).',
    ],
  },
  'invalid-date': { severity: 'error', reference: 'RFC 2131 §3.3', steps: restore },
  'time-in-future': { severity: 'info', reference: 'RFC 2131 §3.3', steps: lookAtClock },
  'clock-not-set': { severity: 'info', reference: 'RFC 2131 §3.3', steps: lookAtClock },
  'truncated-last-record': { severity: 'error', reference: '', steps: restore },
  'truncated-record': { severity: 'error', reference: '', steps: restore },
  'damaged-record': { severity: 'error', reference: '', steps: restore },
  'bad-address': { severity: 'error', reference: '', steps: restore },
  'bad-hardware-address': { severity: 'warning', reference: '', steps: restore },
  'bad-header': {
    severity: 'error',
    reference: '',
    steps: [
      'Write the first line as this version of the server writes it, or let kea-admin lease-upload and lease-dump convert the file.',
    ],
  },
  'wrong-column-count': { severity: 'error', reference: '', steps: restore },
  'bad-value': { severity: 'error', reference: '', steps: restore },
  crlf: {
    severity: 'error',
    reference: '',
    steps: ['Convert the line ends: dos2unix FILE, or sed -i "s/\\r$//" FILE'],
  },
  'too-many-leases': {
    severity: 'warning',
    reference: '',
    steps: ['Look at the database with the server’s own tools.'],
  },
  'unknown-statement': { severity: 'error', reference: '', steps: restore },
  'missing-final-newline': { severity: 'info', reference: '', steps: ['Compare the last line with the original.'] },
  'no-addresses-left': {
    severity: 'warning',
    reference: 'RFC 2131 §4.3.1',
    steps: [
      'See with port67 leases --config which pool is full.',
      'Make the range larger, or the lease time shorter where clients come and go.',
    ],
  },
  'server-not-authorized': {
    severity: 'error',
    reference: 'Microsoft Learn, Add-DhcpServerInDC',
    steps: [
      'Authorise the server: Add-DhcpServerInDC -DnsName SERVER -IPAddress ADDRESS',
      'Get-DhcpServerInDC lists those that are.',
    ],
  },
  'log-paused': {
    severity: 'warning',
    reference: '',
    steps: ['Free space on the disk that holds the audit log: Get-DhcpServerAuditLog tells the folder.'],
  },
  'address-in-use': {
    severity: 'warning',
    reference: 'RFC 2131 §4.4.1',
    steps: [
      'Find out who uses the address: ping it, then look at arp -a.',
      'Exclude it from the range, or give that host another one.',
    ],
  },
  'pool-full': {
    severity: 'warning',
    reference: 'RFC 2131 §4.3.1',
    steps: ['Make the range larger, or the lease time shorter where clients come and go.'],
  },
  'pool-nearly-full': {
    severity: 'info',
    reference: 'RFC 2131 §4.3.1',
    steps: ['Make the range larger, or the lease time shorter where clients come and go.'],
  },
} as const satisfies Readonly<Record<string, CatalogueRow>>;

export type LeaseFindingId = keyof typeof CATALOGUE;

/** What the catalogue says about an id, for one kind of file. */
export function general(
  id: LeaseFindingId,
  kind: LeaseKind,
): { readonly severity: Severity; readonly steps: readonly string[]; readonly reference: string } {
  const { severity, steps, reference }: CatalogueRow = CATALOGUE[id];
  return {
    severity,
    steps: typeof steps === 'function' ? steps(kind) : steps,
    reference: reference === '' ? MANUALS[kind] : reference,
  };
}
