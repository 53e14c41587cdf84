import type { Listener } from './model';
import { portRow } from './ports';
import { parseRows } from './json';

/** Splits `0.0.0.0%eth0:67`, `[fe80::1%eth0]:546`, `*:67` or `:::547`. Undefined if the port is not one of ours. */
function endpoint(
  text: string,
): { readonly address: string; readonly port: number; readonly interface?: string } | undefined {
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  if (colon === -1 || !portRow(port)) return undefined;
  const [address = '', scope] = text.slice(0, colon).replace(/[[\]]/g, '').split('%');
  return { port, address: address === '*' ? '0.0.0.0' : address, ...(scope !== undefined ? { interface: scope } : {}) };
}

/** Reads `ss -H -lunp` of iproute2. Without privileges, `ss` does not show the processes of other users. */
export function parseSs(output: string): Listener[] {
  const out: Listener[] = [];
  for (const line of output.split('\n')) {
    const words = line.trim().split(/\s+/);
    // State, two queues, local address, peer. A “Netid” column comes first if several socket types were requested.
    const at = words[0] === 'udp' || words[0] === 'udp6' ? 4 : 3;
    const found = endpoint(words[at] ?? '');
    if (!found || !/^(UNCONN|ESTAB)/.test(words[at - 3] ?? '')) continue;
    // Before iproute2 4, the number has no name.
    const users = [...line.matchAll(/\("([^"]*)",(?:pid=)?(\d+)/g)];
    if (users.length === 0) out.push(found);
    // Several descriptors of one process count as one listener.
    const seen = new Set<string>();
    for (const [, process, pid] of users) {
      if (seen.has(pid!)) continue;
      seen.add(pid!);
      out.push({ ...found, process: process!, pid: Number(pid) });
    }
  }
  return out;
}

/** Reads `netstat -lunp` of net-tools and BusyBox. */
export function parseNetstat(output: string): Listener[] {
  return output.split('\n').flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const found = /^udp6?$/.test(words[0] ?? '') ? endpoint(words[3] ?? '') : undefined;
    if (!found) return [];
    // A process may write its own title: "dhclient: eth0".
    const owner = /\s(\d+)\/([^\s:]+)/.exec(line);
    return [owner ? { ...found, pid: Number(owner[1]), process: owner[2]! } : found];
  });
}

/** Reads `ss -H -0 -lnp`: programs with packet sockets. */
export function parsePacketSockets(output: string): { readonly process: string; readonly pid: number }[] {
  return [...output.matchAll(/\("([^"]*)",pid=(\d+)/g)].map(([, process, pid]) => ({
    process: process!,
    pid: Number(pid),
  }));
}

/** Reads `lsof -nP -iUDP` of macOS and others. */
export function parseLsof(output: string): Listener[] {
  return output.split('\n').flatMap((line) => {
    const match = /^(\S+)\s+(\d+)\s+\S+\s+\S+\s+IPv([46])\s.*\sUDP\s+(\S+)$/.exec(line.trimEnd());
    const found = match && !match[4]!.includes('->') ? endpoint(match[4]!) : undefined;
    if (!match || !found) return [];
    const address = match[3] === '6' && found.address === '0.0.0.0' ? '::' : found.address;
    // lsof writes a space in a command name as \x20.
    return [{ ...found, address, process: match[1]!.replaceAll('\\x20', ' '), pid: Number(match[2]) }];
  });
}

/** Reads `Get-NetUDPEndpoint` with the process and its services, as JSON. */
export function parseEndpoints(output: string): Listener[] {
  return parseRows(output).flatMap((row) => {
    const port = Number(row['LocalPort']);
    if (!portRow(port) || typeof row['LocalAddress'] !== 'string') return [];
    const [address = '', scope] = row['LocalAddress'].split('%');
    const services = [row['Services']].flat().filter((name): name is string => typeof name === 'string');
    const process = services[0] ?? row['ProcessName'];
    return [
      {
        port,
        address,
        ...(scope !== undefined ? { interface: scope } : {}),
        ...(typeof process === 'string' ? { process } : {}),
        ...(Number.isInteger(row['OwningProcess']) ? { pid: row['OwningProcess'] as number } : {}),
      },
    ];
  });
}
