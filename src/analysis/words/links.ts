/** Names of links and VLANs for the reader. */

export { vlanOf } from '../conversations/packet';

/** The name of a link for the reader: `interface 0, VLAN 10`. */
export function linkText(link: string): string {
  const [first, ...networks] = link.split('/');
  return [`interface ${first!}`, ...networks.map((one) => (/^\d+$/.test(one) ? `VLAN ${one}` : one))].join(', ');
}

/** The VLAN of a frame, as `vlanOf` has it, by the name of a link: its parts are the interface, then overlay networks and VLANs. */
export function vlanOfLink(link: string): string | undefined {
  const last = link
    .split(',')[0]!
    .split('/')
    .slice(1)
    .filter((part) => part !== '0')
    .at(-1);
  return last !== undefined && /^\d+$/.test(last) ? last : undefined;
}
