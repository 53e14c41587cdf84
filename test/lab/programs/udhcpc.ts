/** udhcpc of BusyBox 1.35. Sends no ARP probe unless told to. SIGUSR1 renews at once, SIGUSR2 releases. */
import { CLIENT_SCRIPT, type Client } from './program';

export const udhcpc: Client = {
  name: 'udhcpc',
  start(host, config) {
    const script = host.file('udhcpc', 'script', CLIENT_SCRIPT, 0o755);
    const process = host.start('udhcpc', [
      ...['udhcpc', '-f', '-i', 'eth0', '-s', script, '-p', `${host.folder('udhcpc')}/pid`],
      ...[
        '-t',
        '4',
        '-T',
        String(config.retry),
        '-A',
        '3',
        '-V',
        config.vendorClass ?? 'udhcp',
        '-x',
        `hostname:${config.hostname}`,
      ],
      ...(config.probe ? ['-a'] : []),
      ...(config.broadcast ? ['-B'] : []),
      ...Object.entries(config.options ?? {}).flatMap(([code, hex]) => ['-x', `0x${Number(code).toString(16)}:${hex}`]),
    ]);
    return {
      process,
      bound: (seconds) => process.says(/LAB-BOUND/, seconds),
      renew: () => {
        process.signal('SIGUSR1');
        return Promise.resolve();
      },
      release: async () => {
        const from = process.log.length;
        process.signal('SIGUSR2');
        await process.says(/releas/, 3, from);
      },
    };
  },
};
