/** The DHCP server that VirtualBox starts for its first host-only network. */
export const VIRTUALBOX = '192.168.56.100';

/** Addresses that devices have before anybody sets them up, as their makers document them. */
const FACTORY: Readonly<Record<string, string>> = {
  '192.168.0.1': 'many home routers (D-Link, TP-Link, Netgear)',
  '192.168.1.1': 'many home routers (Linksys, TP-Link, OpenWrt)',
  '192.168.1.254': 'many home routers of access providers',
  '192.168.2.1': 'many home routers (Belkin, Speedport)',
  '192.168.4.1': 'ESP8266 and ESP32 access points',
  '192.168.8.1': 'Huawei routers for mobile networks',
  '192.168.31.1': 'Xiaomi routers',
  '192.168.43.1': 'Android phones that share their connection',
  '192.168.50.1': 'ASUS routers',
  [VIRTUALBOX]: 'VirtualBox’s own DHCP server in host-only networks',
  '192.168.68.1': 'TP-Link Deco',
  '192.168.86.1': 'Google Wifi',
  '192.168.88.1': 'MikroTik RouterBOARD',
  '192.168.100.1': 'cable modems and Huawei routers',
  '192.168.122.1': 'the default network of libvirt (QEMU/KVM virtual machines)',
  '192.168.137.1': 'Windows where it shares its connection',
  '192.168.178.1': 'FRITZ!Box',
  '172.20.10.1': 'iPhones that share their connection',
};

/** What devices come with an address; undefined if none is known to. */
export const factoryOf = (address: string): string | undefined => FACTORY[address];

/** How the DHCP server that comes with an address is switched off, where that is a program of a computer. */
const OFF: Readonly<Record<string, readonly [system: 'windows' | 'linux', step: string]>> = {
  '192.168.137.1': [
    'windows',
    'take the check mark in “Sharing” off in the properties of the shared connection (`ncpa.cpl`).',
  ],
  '192.168.122.1': ['linux', '`virsh net-destroy default` stops the network of libvirt and its DHCP server.'],
};

export const offOf = (address: string): (typeof OFF)[string] | undefined => OFF[address];
