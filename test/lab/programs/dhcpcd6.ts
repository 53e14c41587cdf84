/** dhcpcd 9.4 as a DHCPv6 client, without waiting for a router advertisement. */
import type { Client } from './program';

export const dhcpcd6: Client = {
  name: 'dhcpcd6',
  start(host) {
    const script = host.file('dhcpcd6', 'script', '#!/bin/sh\nexit 0\n', 0o755);
    const conf = host.file(
      'dhcpcd6',
      'dhcpcd.conf',
      [
        'ipv6only',
        'noipv6rs',
        'duid',
        'vendclass 40712 "dhcpcd"', // not the machine’s kernel and processor
        'option dhcp6_name_servers',
        'interface eth0',
        'iaid 1',
        'ia_na 1',
        '',
      ].join('\n'),
    );
    // DUID-LL: type 3, hardware type 1, the address of the client's interface.
    host.file('dhcpcd6-db', 'duid', '00:03:00:01:02:67:00:00:00:0c\n');
    const process = host.start('dhcpcd6', ['dhcpcd', '-B', '-d', '-6', '-f', conf, '-c', script, 'eth0'], {
      mounts: { [host.folder('dhcpcd6-db')]: '/var/lib/dhcpcd', [host.folder('dhcpcd6-run')]: '/run' },
    });
    return {
      process,
      bound: (seconds) => process.says(/adding address|REPLY6 received/, seconds),
      renew: () => {
        process.signal('SIGUSR1');
        return Promise.resolve();
      },
      release: async () => {
        const from = process.log.length;
        process.signal('SIGALRM');
        await process.says(/releas/i, 5, from);
      },
    };
  },
};
