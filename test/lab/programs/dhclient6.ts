/** ISC dhclient 4.4 as a DHCPv6 client, with a DUID of link-layer type. */
import { join } from 'node:path';
import type { Client } from './program';

const SCRIPT = `#!/bin/sh
case "$reason" in
BOUND6 | RENEW6 | REBIND6)
  [ -z "$new_ip6_address" ] || ip -6 address replace "$new_ip6_address/\${new_ip6_prefixlen:-128}" dev eth0
  echo "LAB-BOUND $reason $new_ip6_address$new_ip6_prefix"
  ;;
esac
exit 0
`;

export const dhclient6: Client = {
  name: 'dhclient6',
  start(host, config) {
    const folder = host.folder('dhclient6');
    const script = host.file('dhclient6', 'script', SCRIPT, 0o755);
    const leases = host.file('dhclient6', 'leases', '');
    const conf = host.file('dhclient6', 'dhclient.conf', 'request dhcp6.name-servers;\n');
    const files = ['-D', 'LL', '-cf', conf, '-lf', leases, '-pf', join(folder, 'pid'), '-sf', script, 'eth0'];
    const mode = config.asks === 'prefix' ? ['-P'] : config.asks === 'settings only' ? ['-S'] : [];
    const process = host.start('dhclient6', ['dhclient', '-6', '-d', ...mode, ...files]);
    return {
      process,
      bound: (seconds) => process.says(/LAB-BOUND/, seconds),
      renew: () => process.says(/Renew on eth0/, 10),
      release: async () => {
        await process.stop('SIGKILL');
        await host.start('dhclient6 -r', ['dhclient', '-6', '-r', ...files]).end(5);
      },
    };
  },
};
