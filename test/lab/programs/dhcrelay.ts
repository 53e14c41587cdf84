/** ISC dhcrelay 4.4: from clients on eth0 to a server reached over eth1. Reads packet sockets. */
import type { Host } from '../net';
import type { Process } from '../process';

/** @param option82 add the relay agent information option (circuit identifier: the interface's name) */
export async function dhcrelay(host: Host, server: string, option82: boolean): Promise<Process> {
  const process = host.start('dhcrelay', [
    ...['dhcrelay', '-4', '-d', '--no-pid', ...(option82 ? ['-a'] : [])],
    ...['-id', 'eth0', '-iu', 'eth1', server],
  ]);
  await process.says(/Sending on +Socket\/fallback/, 5);
  return process;
}

/** The same for DHCPv6: `server` is the server's address or that of the next relay. */
export async function dhcrelay6(host: Host, server: string): Promise<Process> {
  const process = host.start('dhcrelay6', [
    ...['dhcrelay', '-6', '-d', '--no-pid', '-l', 'eth0', '-u', `${server}%eth1`],
  ]);
  await process.says(/Sending on +Socket\/eth1/, 5);
  return process;
}
