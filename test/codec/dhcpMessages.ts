import { CLIENT, eth, ip4, ip6, SERVER, udp } from './frames';

/** Frames with a message whose options are given as hex; white space is for the reader. */

/** A BOOTREPLY of a server: the cookie, option 53 (OFFER), the options, End. */
export function message4(options: string): string {
  const fixed = `02010600deadbeef0000800000000000 0a430064 0a430001 00000000 ${CLIENT}${'00'.repeat(10 + 64 + 128)}`;
  const message = `${fixed}63825363350102${options}ff`.replace(/\s/g, '');
  const datagram = ip4(17, udp(67, 68, message), { source: '0a430001', destination: 'ffffffff' });
  return eth(0x0800, datagram, 'ffffffffffff', SERVER);
}

/** A REPLY of a server. */
export function message6(options: string): string {
  const message = `07abcdef${options}`.replace(/\s/g, '');
  return eth(0x86dd, ip6(17, udp(547, 546, message, 0xffff)), '333300010002', SERVER);
}
