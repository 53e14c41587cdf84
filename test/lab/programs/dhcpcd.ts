/**
 * dhcpcd 9.4. Probes by ARP before it takes an address (about 5 s), and announces it. Left alone it sends the machine's kernel version as
 * vendor class and an identifier made of the machine's identity: both are set here. SIGUSR1 renews, SIGALRM releases.
 */
import { colons, CLIENT_SCRIPT, type Client } from './program';

export const dhcpcd: Client = {
  name: 'dhcpcd',
  start(host, config) {
    const script = host.file('dhcpcd', 'script', CLIENT_SCRIPT, 0o755);
    const lines = [
      `hostname ${config.hostname}`,
      'clientid', // hardware type and address
      `vendorclassid ${config.vendorClass ?? 'dhcpcd'}`,
      'option subnet_mask, routers, domain_name_servers, domain_name, broadcast_address',
      config.probe ? '' : 'noarp',
      'ipv4only',
      'noipv4ll',
      config.broadcast ? 'broadcast' : '',
      'timeout 20',
      'reboot 4',
      ...Object.entries(config.options ?? {}).flatMap(([code, hex]) => [
        `define ${code} binhex lab_${code}`,
        `setoption lab_${code} ${colons(hex)}`,
      ]),
    ];
    const conf = host.file('dhcpcd', 'dhcpcd.conf', lines.filter(Boolean).join('\n') + '\n');
    const process = host.start('dhcpcd', ['dhcpcd', '-B', '-d', '-4', '-f', conf, '-c', script, 'eth0'], {
      mounts: { [host.folder('dhcpcd-db')]: '/var/lib/dhcpcd', [host.folder('dhcpcd-run')]: '/run' },
    });
    return {
      process,
      bound: (seconds) => process.says(/LAB-BOUND/, seconds),
      renew: () => {
        process.signal('SIGUSR1');
        return Promise.resolve();
      },
      release: async () => {
        const from = process.log.length;
        process.signal('SIGALRM');
        await process.says(/releasing lease/, 5, from);
      },
    };
  },
};
