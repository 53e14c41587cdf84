/** Names of links for the reader. */

/** The name of a link for the reader: `interface 0, VLAN 10`. */
export function linkText(link: string): string {
  const [first, ...networks] = link.split('/');
  return [`interface ${first!}`, ...networks.map((one) => (/^\d+$/.test(one) ? `VLAN ${one}` : one))].join(', ');
}
