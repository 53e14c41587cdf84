import type { NameUse, Subnet } from '../model';
import type { Open } from '../scopes';
import type { Part } from './lines';

/** Closes the ranges where `no-dhcp-interface` leaves no interface on which dnsmasq serves. */
export function closeInterfaces(
  subnets: readonly Open<Subnet>[],
  names: readonly NameUse[],
  without: readonly Part[],
): void {
  const named = names.filter(({ role, definition }) => role === 'interface' && definition);
  const off = named.map(({ name }) => without.find(({ text }) => text === name));
  const [first] = off;
  if (!first || off.includes(undefined)) return;
  for (const subnet of subnets)
    subnet.closed ??= {
      reason: 'interface',
      span: first.span,
      why: `dnsmasq listens only on ${named.map(({ name }) => `“${name.slice(0, 40)}”`).join(', ')}, and serves no DHCP there by this line.`,
      step: 'Take the line out where the server is to lease addresses.',
    };
}
