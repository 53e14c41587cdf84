/** Names of links and VLANs for the reader. */

/** The name of a link for the reader: `interface 0, VLAN 10`. */
export function linkText(link: string): string {
  const [first, ...networks] = link.split('/');
  return [`interface ${first!}`, ...networks.map((one) => (/^\d+$/.test(one) ? `VLAN ${one}` : one))].join(', ');
}

/**
 * The VLAN that a frame's tags name, for a setting of the switch next to the client: the innermost one. Undefined without a tag; VLAN 0 is a
 * priority only (IEEE 802.1Q §9.6).
 */
export const vlanOf = ({ vlans }: { readonly vlans?: string | undefined }): string | undefined =>
  vlans
    ?.split('/')
    .filter((vlan) => vlan !== '0')
    .at(-1);

/** The same by the name of a link: its parts are the interface, then overlay networks and VLANs. */
export function vlanOfLink(link: string): string | undefined {
  const last = link
    .split(',')[0]!
    .split('/')
    .slice(1)
    .filter((part) => part !== '0')
    .at(-1);
  return last !== undefined && /^\d+$/.test(last) ? last : undefined;
}
