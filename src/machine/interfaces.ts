import { linkAddress } from '../config/leases/values';
import { isRow, parseRows } from './json';
import type { NetworkInterface } from './model';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const optional = (name: string | undefined): { readonly mac?: string } =>
  name === undefined || /^(00:)*00$/.test(name) ? {} : { mac: name };

/** Reads `ip -j addr show`. */
export function parseIpJson(output: string): NetworkInterface[] {
  return parseRows(output).flatMap((row) => {
    const name = text(row['ifname']);
    if (name === undefined) return [];
    const flags = [row['flags']].flat();
    const addresses = [row['addr_info']].flat().flatMap((one) => {
      const local = isRow(one) ? text(one['local']) : undefined;
      return isRow(one) && local !== undefined ? [`${local}/${String(one['prefixlen'])}`] : [];
    });
    return [
      {
        name,
        addresses,
        up: flags.includes('UP'),
        loopback: flags.includes('LOOPBACK'),
        ...optional(text(row['address'])),
      },
    ];
  });
}

interface Open {
  readonly name: string;
  readonly addresses: string[];
  readonly up: boolean;
  readonly loopback: boolean;
  mac?: string;
}

/** Reads `ip addr show` of iproute2 and BusyBox, and `ifconfig -a` of macOS and the BSDs: one block per interface. */
export function parseInterfaces(output: string): NetworkInterface[] {
  const out: Open[] = [];
  for (const line of output.split('\n')) {
    const head = /^(?:\d+: )?([^\s:@]+)(?:@\S+)?: (?:flags=\d+)?<([^>]*)>/.exec(line);
    const open = out.at(-1);
    if (head) {
      const flags = head[2]!.split(',');
      out.push({ name: head[1]!, addresses: [], up: flags.includes('UP'), loopback: flags.includes('LOOPBACK') });
      continue;
    }
    if (!open) continue;
    const words = line.trim().split(/\s+/);
    const [keyword, value] = words;
    if (value === undefined) continue;
    if (keyword === 'ether' || keyword === 'link/ether') {
      const mac = linkAddress(value);
      if (mac !== undefined) open.mac = mac;
    } else if (keyword === 'inet' || keyword === 'inet6') {
      const mask = words[words.indexOf('netmask') + 1];
      const prefix = words[words.indexOf('prefixlen') + 1];
      const length = words.includes('netmask') ? maskLength(mask!) : words.includes('prefixlen') ? prefix : undefined;
      const address = value.replace(/%.*/, '');
      open.addresses.push(length === undefined ? address : `${address}/${length}`);
    }
  }
  return out;
}

/** `0xffffff00` → 24. */
function maskLength(mask: string): string | undefined {
  if (!/^0x[0-9a-f]{8}$/.test(mask)) return undefined;
  return String(Number(mask).toString(2).replace(/0*$/, '').length);
}

/** Reads `Get-NetIPAddress` and `Get-NetAdapter`, as JSON. */
export function parseWindowsInterfaces(addresses: string, adapters: string): NetworkInterface[] {
  const out = new Map<string, Open>();
  const open = (name: string): Open => {
    const known = out.get(name) ?? { name, addresses: [], up: true, loopback: name.startsWith('Loopback') };
    out.set(name, known);
    return known;
  };
  for (const row of parseRows(adapters)) {
    const name = text(row['Name']);
    if (name === undefined) continue;
    const mac = linkAddress(text(row['MacAddress']) ?? '');
    out.set(name, {
      name,
      addresses: [],
      up: row['Status'] === 'Up',
      loopback: false,
      ...(mac !== undefined ? { mac } : {}),
    });
  }
  for (const row of parseRows(addresses)) {
    const name = text(row['InterfaceAlias']);
    const address = text(row['IPAddress']);
    if (name !== undefined && address !== undefined)
      open(name).addresses.push(`${address.replace(/%.*/, '')}/${String(row['PrefixLength'])}`);
  }
  return [...out.values()];
}
