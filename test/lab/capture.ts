import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from './net';
import type { Process } from './process';

/** What the samples keep. IPv6 router solicitations and the switches' own chatter are left out; DHCPv6 is UDP. */
const PLAIN = 'udp or arp or icmp or (icmp6 and ip6[40] < 128)';
const FILTER = `${PLAIN} or ether proto 0x8035`;
/** The same for a capture of all interfaces, which has no link-layer protocol to ask for. */
export const ANY_FILTER = PLAIN;

/** tcpdump at one interface of one host: classic pcap, microseconds, whole frames. */
export class Capture {
  private constructor(
    readonly point: string,
    readonly file: string,
    private readonly tcpdump: Process,
  ) {}

  /** Starts it; when this returns, tcpdump listens. */
  static async start(point: string, host: Host, iface: string, filter = FILTER): Promise<Capture> {
    const file = join(host.folder('capture'), `${point}.pcap`);
    const argv = ['tcpdump', '-i', iface, '-U', '-s', '0', '-n', '-p', '--immediate-mode', '-Z', 'root', '-w', file];
    const tcpdump = host.start('tcpdump', [...argv, filter]);
    await tcpdump.says(/listening on/, 5);
    return new Capture(point, file, tcpdump);
  }

  /** Stops it, after all that was on the wire is in the file, and gives the file's octets. */
  async stop(): Promise<Buffer> {
    // Frames reach tcpdump's ring at once; it only has to be scheduled to write them.
    let size = -1;
    for (;;) {
      const now = existsSync(this.file) ? statSync(this.file).size : 0;
      if (now === size) break;
      size = now;
      await sleep(100);
    }
    await this.tcpdump.stop('SIGINT');
    return readFileSync(this.file);
  }
}
