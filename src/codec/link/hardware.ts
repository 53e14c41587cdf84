import { named } from '../header';
import { HARDWARE_TYPES } from '../names/hardware';

/** Types that Linux adds to the registered hardware types, for links without a registered number (`<linux/if_arp.h>`). */
export const IEEE80211_HARDWARE = 801;
export const RADIOTAP_HARDWARE = 803;
const LINUX_HARDWARE: Readonly<Record<number, string>> = {
  512: 'PPP',
  513: 'Cisco HDLC',
  519: 'raw HDLC',
  768: 'IP tunnel',
  769: 'IPv6 tunnel',
  770: 'Frame Relay access device',
  772: 'loopback',
  774: 'FDDI',
  776: 'IPv6-in-IPv4 tunnel',
  778: 'GRE over IPv4',
  [IEEE80211_HARDWARE]: '802.11',
  802: '802.11 with Prism header',
  [RADIOTAP_HARDWARE]: '802.11 with radiotap header',
  823: 'GRE over IPv6',
  824: 'netlink',
  65534: 'none',
};

/** A kernel hardware type for the tree: `Ethernet (1)`. */
export function hardwareText(type: number): string {
  return named(type in HARDWARE_TYPES ? HARDWARE_TYPES : LINUX_HARDWARE, type);
}
