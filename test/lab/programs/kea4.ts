/** Kea DHCPv4 2.2. Like dhcpd it reads packet sockets. It leases an address to a client again after the lease's time only. */
import { prefixLength, type Scope, type Server } from './program';

function scope(s: Scope, id: number): object {
  const data = (name: string, value: string | undefined): object[] =>
    value === undefined || value === '' ? [] : [{ name, data: value, 'always-send': false }];
  const lease = s.lease === 'infinite' ? 0xffffffff : s.lease;
  return {
    id,
    subnet: `${s.network}/${prefixLength(s.mask)}`,
    pools: [{ pool: `${s.first} - ${s.last}` }],
    'valid-lifetime': lease,
    ...(s.t1 === undefined ? {} : { 'renew-timer': s.t1 }),
    ...(s.t2 === undefined ? {} : { 'rebind-timer': s.t2 }),
    ...(s.bootFile === undefined ? {} : { 'boot-file-name': s.bootFile }),
    ...(s.bootServer === undefined ? {} : { 'next-server': s.bootServer }),
    'option-data': [
      ...data('subnet-mask', s.sentMask),
      ...data('routers', s.router.join(', ')),
      ...data('domain-name-servers', s.dns.join(', ')),
      ...data('domain-name', s.domain),
      ...data('broadcast-address', s.broadcast),
      ...Object.entries(s.options ?? {}).map(([code, hex]) => ({
        code: Number(code),
        space: 'dhcp4',
        'csv-format': false,
        data: hex,
        'always-send': true,
      })),
    ],
  };
}

export const kea4: Server = {
  name: 'kea4',
  async start(host, config) {
    const conf = host.file(
      'kea4',
      'kea-dhcp4.conf',
      JSON.stringify({
        Dhcp4: {
          authoritative: config.authoritative,
          'interfaces-config': { interfaces: ['eth0'], 'dhcp-socket-type': 'raw' },
          'lease-database': { type: 'memfile', persist: false },
          subnet4: config.scopes.map((s, i) => scope(s, i + 1)),
          'dhcp-ddns': { 'enable-updates': false },
          loggers: [{ name: 'kea-dhcp4', output_options: [{ output: 'stdout', flush: true }], severity: 'INFO' }],
        },
      }),
    );
    const folder = host.folder('kea4');
    const process = host.start('kea4', ['kea-dhcp4', '-c', conf], {
      env: { KEA_LOCKFILE_DIR: 'none', KEA_PIDFILE_DIR: folder },
    });
    await process.says(/DHCP4_STARTED/, 10);
    return process;
  },
};
