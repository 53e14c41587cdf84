import type { Names } from '../values/scalar';

/**
 * Hardware types, which say what kind of link an address belongs to (IANA “ARP Parameters”, Hardware Types). Used in
 * DHCPv4's `htype`, ARP's `ar$hrd`, DHCPv6's DUIDs and its client link-layer address option.
 */
export const HARDWARE_TYPES: Names = {
  1: 'Ethernet',
  2: 'Experimental Ethernet',
  3: 'Amateur Radio AX.25',
  4: 'Proteon ProNET Token Ring',
  5: 'Chaos',
  6: 'IEEE 802',
  7: 'ARCNET',
  8: 'Hyperchannel',
  9: 'Lanstar',
  10: 'Autonet Short Address',
  11: 'LocalTalk',
  12: 'LocalNet',
  13: 'Ultra link',
  14: 'SMDS',
  15: 'Frame Relay',
  16: 'ATM (16)',
  17: 'HDLC',
  18: 'Fibre Channel',
  19: 'ATM (19)',
  20: 'Serial Line',
  21: 'ATM (21)',
  22: 'MIL-STD-188-220',
  23: 'Metricom',
  24: 'IEEE 1394.1995',
  25: 'MAPOS',
  26: 'Twinaxial',
  27: 'EUI-64',
  28: 'HIPARP',
  29: 'IP and ARP over ISO 7816-3',
  30: 'ARPSec',
  31: 'IPsec tunnel',
  32: 'InfiniBand',
  33: 'TIA-102 Project 25 Common Air Interface',
  34: 'Wiegand Interface',
  35: 'Pure IP',
  36: 'Experimental 1',
  37: 'HFI',
  38: 'Unified Bus',
  256: 'Experimental 2',
  257: 'AEthernet',
};

/** Whether VMware, QEMU, Hyper-V, Xen or VirtualBox gives such an address to its guests. */
export const isVirtual = (mac: string): boolean =>
  /^(00:50:56|00:0c:29|52:54:00|00:15:5d|00:16:3e|08:00:27):/.test(mac);
