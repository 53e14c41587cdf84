/**
 * udhcpd of BusyBox 1.35. Reads a UDP socket. Looks by ARP for a holder of an address (2 s) before it offers it. Knows one scope only and
 * no relay agents' subnets: it offers what it has.
 */
import { until } from '../process';
import { readFileSync } from 'node:fs';
import type { Server } from './program';

export const udhcpd: Server = {
  name: 'udhcpd',
  async start(host, config) {
    const s = config.scopes[0]!;
    const folder = host.folder('udhcpd');
    const leases = host.file('udhcpd', 'leases', '');
    const conf = host.file(
      'udhcpd',
      'udhcpd.conf',
      [
        `start ${s.first}`,
        `end ${s.last}`,
        'interface eth0',
        `lease_file ${leases}`,
        `pidfile ${folder}/pid`,
        'max_leases 50',
        // With this at 0 a declined or conflicting address is free again at once, and the ARP probe still runs.
        `conflict_time 60`,
        `min_lease 1`,
        `option subnet ${s.sentMask ?? s.mask}`,
        ...s.router.map((r) => `option router ${r}`),
        ...s.dns.map((d) => `option dns ${d}`),
        `option domain ${s.domain}`,
        `option lease ${s.lease === 'infinite' ? 0xffffffff : s.lease}`,
        s.broadcast === undefined ? '' : `option broadcast ${s.broadcast}`,
        s.t1 === undefined ? '' : `option 0x3a ${s.t1.toString(16).padStart(8, '0')}`,
        s.t2 === undefined ? '' : `option 0x3b ${s.t2.toString(16).padStart(8, '0')}`,
        s.bootFile === undefined ? '' : `boot_file ${s.bootFile}`,
        s.bootServer === undefined ? '' : `siaddr ${s.bootServer}`,
        ...Object.entries(s.options ?? {}).map(([code, hex]) => `option 0x${Number(code).toString(16)} ${hex}`),
      ]
        .filter(Boolean)
        .join('\n') + '\n',
    );
    const process = host.start('udhcpd', ['udhcpd', '-f', conf]);
    // It logs “started” before it opens its socket, so the kernel's table of sockets is asked (0043 is port 67).
    await until('udhcpd to listen', 5, () => {
      if (!process.running) throw new Error(`udhcpd ended\n${process.log}`);
      return process.pid !== undefined && /:0043 /.test(readFileSync(`/proc/${process.pid}/net/udp`, 'latin1'));
    });
    return process;
  },
};
