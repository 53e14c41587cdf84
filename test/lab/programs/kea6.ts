/** Kea DHCPv6 2.2, with an identifier that does not change from run to run. */
import type { Server } from './program';

export const kea6: Server = {
  name: 'kea6',
  async start(host, config) {
    const six = config.six;
    if (!six) throw new Error('kea6 needs a DHCPv6 scope');
    const conf = host.file(
      'kea6',
      'kea-dhcp6.conf',
      JSON.stringify({
        Dhcp6: {
          // Relays send to the server's own address, which Kea hears only where it is named.
          'interfaces-config': { interfaces: [six.relayed ? 'eth0/fd67::1' : 'eth0'] },
          'lease-database': { type: 'memfile', persist: false },
          'server-id': { type: 'LL', htype: 1, identifier: '026700000001', persist: false },
          'preferred-lifetime': six.preferred,
          'valid-lifetime': six.valid,
          'renew-timer': six.t1,
          'rebind-timer': six.t2,
          subnet6: [
            {
              id: 1,
              subnet: six.subnet,
              ...(six.relayed ? {} : { interface: 'eth0' }),
              ...(six.prefixes === undefined
                ? {}
                : { 'pd-pools': [{ prefix: six.prefixes, 'prefix-len': 56, 'delegated-len': 64 }] }),
              pools: six.pool === undefined ? [] : [{ pool: six.pool }],
              'option-data': [{ name: 'dns-servers', data: six.dns }],
            },
          ],
          loggers: [{ name: 'kea-dhcp6', output_options: [{ output: 'stdout', flush: true }], severity: 'INFO' }],
        },
      }),
    );
    const process = host.start('kea6', ['kea-dhcp6', '-c', conf], {
      env: { KEA_LOCKFILE_DIR: 'none', KEA_PIDFILE_DIR: host.folder('kea6') },
    });
    await process.says(/DHCP6_STARTED/, 10);
    return process;
  },
};
