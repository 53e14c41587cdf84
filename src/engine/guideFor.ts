import { guide } from '../guide';

/** How the guide names the families of what a key of a field begins with. */
const FAMILIES: readonly (readonly [string, string])[] = [
  ['dhcpv6.option.', 'option6/'],
  ['dhcp.option.', 'option/'],
  ['finding.', 'finding/'],
  ['dhcp.', 'field/'],
];

/** The page of the guide on a field (`Field.key`) or a finding (`finding.no-offer`), else on what it is part of; undefined without one. */
export function guideFor(key: string): string | undefined {
  const pages = guide();
  for (let part = key; part !== ''; part = part.slice(0, Math.max(part.lastIndexOf('.'), 0))) {
    const named = FAMILIES.filter(([family]) => part.startsWith(family)).map(
      ([family, group]) => `${group}${part.slice(family.length)}`,
    );
    const found = [...named, `field/${part}`, `neighbour/${part}`].find((id) => pages.has(id));
    if (found !== undefined) return found;
  }
  return undefined;
}
