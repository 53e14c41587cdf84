/**
 * ISC dhclient 4.4. It has no signal to renew: give the server a small T1. Started again with its lease file it goes through INIT-REBOOT.
 * It cannot ask for replies by broadcast. Keeps one xid from its first REQUEST through all renewals. Reads packet sockets; the replies to its unicasts come to a UDP socket.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../process';
import { CLIENT_SCRIPT, colons, type Client } from './program';

export const dhclient: Client = {
  name: 'dhclient',
  start(host, config) {
    const folder = host.folder('dhclient');
    const script = host.file('dhclient', 'script', CLIENT_SCRIPT, 0o755);
    const leases = join(folder, 'leases');
    const codes = Object.entries(config.options ?? {});
    const conf = host.file(
      'dhclient',
      'dhclient.conf',
      [
        ...codes.map(([code]) => `option lab-${code} code ${code} = string;`),
        ...codes.map(([code, hex]) => `send lab-${code} ${colons(hex)};`),
        `send host-name "${config.hostname}";`,
        'request subnet-mask, broadcast-address, routers, domain-name, domain-name-servers;',
        `timeout 20; retry 5; initial-interval ${config.retry}; backoff-cutoff ${config.retry + 1}; initial-delay 0; reboot 4;`,
        config.vendorClass === undefined ? '' : `send vendor-class-identifier "${config.vendorClass}";`,
      ].join('\n'),
    );
    const files = ['-4', '-cf', conf, '-lf', leases, '-pf', join(folder, 'pid'), '-sf', script, 'eth0'];
    if (!existsSync(leases)) host.file('dhclient', 'leases', '');
    const process = host.start('dhclient', ['dhclient', '-d', ...files]);
    const asked = (): number => process.log.match(/DHCPREQUEST/g)?.length ?? 0;
    return {
      process,
      bound: (seconds) => process.says(/bound to/, seconds),
      renew: async () => {
        const before = asked();
        await until('dhclient to renew by itself', 10, () => asked() > before);
      },
      release: async () => {
        await process.stop();
        await host.start('dhclient -r', ['dhclient', '-r', ...files]).end(5);
      },
    };
  },
};
