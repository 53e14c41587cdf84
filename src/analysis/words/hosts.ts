import { stepFor, type Step } from './steps';

/** How a host is found by its link-layer address: behind a port of a switch, or on the machine that it is virtual on. */

/** A kind of virtual machine or container: what gives it its address, and the command that finds it by that. */
interface Virtual {
  readonly name: string;
  readonly find: (mac: string) => string;
}

const bare = (mac: string): string => mac.replaceAll(':', '').toUpperCase();
const ofBridge = (mac: string): string =>
  `\`bridge fdb show | grep ${mac}\` on the host names its port of the virtual bridge`;
const VMWARE: Virtual = {
  name: 'a VMware guest',
  find: (mac) => `\`net-stats -l | grep -i ${mac}\` on the ESXi host names its port of the virtual switch`,
};
/** By the prefixes of link-layer addresses that each takes by default. */
const VIRTUAL: Readonly<Record<string, Virtual>> = {
  '52:54:00': { name: 'a guest of QEMU or KVM', find: ofBridge },
  '00:16:3e': { name: 'a guest of Xen, or a container of LXC or Incus', find: ofBridge },
  '00:50:56': VMWARE,
  '00:0c:29': VMWARE,
  '08:00:27': {
    name: 'a guest of VirtualBox',
    find: (mac) => `\`VBoxManage list -l vms\` on the host lists it as ${bare(mac)}`,
  },
  '00:15:5d': {
    name: 'a guest of Hyper-V',
    find: (mac) => `\`Get-VMNetworkAdapter -VMName * | Where-Object MacAddress -eq ${bare(mac)}\` on the host names it`,
  },
};
/** Docker’s addresses go on with the IPv4 address. */
const DOCKER: Virtual = {
  name: 'a container of Docker',
  find: (mac) => `\`docker inspect $(docker ps -q) | grep -B 20 ${mac}\` on the host shows which`,
};

/** Whether VMware, QEMU, Hyper-V, Xen or VirtualBox gives such an address to its guests. */
export const isVirtual = (mac: string): boolean => Object.hasOwn(VIRTUAL, mac.slice(0, 8));

/** What a link-layer address says of a host that is virtual; undefined for others. */
export const virtualOf = (mac: string): Virtual | undefined =>
  VIRTUAL[mac.slice(0, 8)] ?? (mac.startsWith('02:42:') ? DOCKER : undefined);

/** The step for finding a host: `who` names it. */
export function findHost(mac: string, who: string): string {
  const virtual = virtualOf(mac);
  return virtual
    ? `Find ${who} on its virtual switch or bridge: by its prefix, ${mac} is ${virtual.name}. ${virtual.find(mac)}; on the physical switch, \`show mac address-table address ${mac}\` leads to the host that it runs on.`
    : `Find the port of ${who}: \`show mac address-table address ${mac}\` on the switch.`;
}

/** The steps for a host that does not answer ARP: nothing can be asked on it before it runs and is connected. */
export function hostDown(who: string, mac: string | undefined): Step[] {
  const virtual = mac === undefined ? undefined : virtualOf(mac);
  return [
    virtual
      ? `See whether ${who} runs, and whether its network card is connected: by its prefix, ${mac!} is ${virtual.name}. ${virtual.find(mac!)}.`
      : `See whether ${who} has power, and whether the lamps at its network port and at its switch port show a link.`,
    stepFor(
      'switch',
      'ios',
      'Cisco IOS',
      `\`show interfaces status\` shows whether the port of ${who} is connected, and in which VLAN.${mac === undefined ? '' : ` \`show mac address-table address ${mac}\` names that port; a port that went down is in \`show logging\` only.`}`,
    ),
  ];
}
