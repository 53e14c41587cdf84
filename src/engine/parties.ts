import { emptyDigest } from '../analysis/digest';
import { MacTable, macNumbers } from '../analysis/macTable';
import { readArp } from '../codec/arp';
import { u16, u32 } from '../codec/bytes';
import { OFFSET } from '../codec/dhcpv4/layout';
import { ipAddresses } from '../codec/endpoints';
import { dhcpOf, innermost } from '../codec/frame';
import type { Walk } from '../codec/walk';
import type { StoredDigests } from './digests';
import { icmpOf } from './packets';

/** UDP ports whose datagrams an ICMP error may quote to matter here: BOOTP and DHCP, TFTP, DHCPv6, proxyDHCP. */
const OUR_PORTS: ReadonlySet<number> = new Set([67, 68, 69, 546, 547, 4011]);

/** Who takes part in the DHCP of a capture: hardware addresses of clients, IP addresses of clients, servers and relays. */
export class Parties {
  private readonly macs = new MacTable();
  /** Hardware addresses of other lengths than Ethernet's, as text. */
  private readonly otherMacs = new Set<string>();
  /** IPv4 addresses that messages name or come from; IPv6 addresses that messages come from, as `ipAddresses` writes them. */
  private readonly addresses = new Set<number>();
  private readonly sources6 = new Set<string>();
  speaksV6 = false;
  private readonly next = emptyDigest();

  /** Learns from the walk of a message: no more of it is read than is needed here. */
  learn(walk: Walk): void {
    const dhcp = dhcpOf(walk);
    if (dhcp) {
      const chaddr = dhcp.at + OFFSET.chaddr;
      if (dhcp.htype === 1 && dhcp.hlen === 6 && dhcp.length >= OFFSET.chaddr + 6)
        this.macs.numberOf(u16(dhcp.bytes, chaddr), u32(dhcp.bytes, chaddr + 2));
      for (const address of [dhcp.ciaddr, dhcp.yiaddr, dhcp.siaddr, dhcp.giaddr, dhcp.ip(50), dhcp.ip(54)]) {
        if (address) this.addresses.add(address);
      }
      // A reply's source is a server or a relay; a request's is a client that has an address, or a relay.
      this.comesFrom(ipAddresses(walk)?.source);
      return;
    }
    const last = innermost(walk);
    if (last < 0) return;
    const { id } = walk.layers[last]!;
    if (id === 'dhcpv6') {
      this.speaksV6 = true;
      this.comesFrom(ipAddresses(walk)?.source);
    } else if (id === 'rarp') {
      const arp = readArp(walk.bytes, walk.atOf(last), walk.endOf(last));
      if (arp) this.meet(arp.targetMac);
    }
  }

  /** Learns from message `index`, of whose stencil one was learnt from already: the client is what differs. */
  learnNext(digests: StoredDigests, index: number): void {
    const { next } = this;
    digests.read(index, next);
    if (next.six) {
      this.comesFrom(digests.source6(index));
      return;
    }
    this.macs.numberOf(next.macHigh, next.macLow);
    if (next.address !== 0) this.addresses.add(next.address);
    const ciaddr = digests.ciaddr(index);
    if (ciaddr !== 0) this.addresses.add(ciaddr);
  }

  private comesFrom(source: number | string | undefined): void {
    if (typeof source === 'string') this.sources6.add(source);
    else if (source) this.addresses.add(source);
  }

  private meet(mac: string): void {
    const [high, low] = macNumbers(mac);
    if (high >= 0) this.macs.numberOf(high, low);
    else this.otherMacs.add(mac);
  }
  private knows(mac: string): boolean {
    const [high, low] = macNumbers(mac);
    return high >= 0 ? this.macs.find(high, low) >= 0 : this.otherMacs.has(mac);
  }

  /** Whether an ARP, ICMP or TFTP frame bears on one of them. */
  concerns(walk: Walk): boolean {
    const last = innermost(walk);
    const id = last < 0 ? '' : walk.layers[last]!.id;
    if (id === 'arp') {
      const arp = readArp(walk.bytes, walk.atOf(last), walk.endOf(last));
      // A frame too short to say whom it is about concerns nobody.
      if (!arp) return false;
      return this.holds(arp.targetIp) || (arp.senderIp !== 0 && this.holds(arp.senderIp)) || this.knows(arp.senderMac);
    }
    const icmp = id === 'icmp' || id === 'icmpv6' ? icmpOf(walk, last) : undefined;
    if (icmp) {
      const { quoted } = icmp;
      if (quoted) {
        return OUR_PORTS.has(quoted.destinationPort ?? -1) || OUR_PORTS.has(quoted.sourcePort ?? -1);
      }
      // Router advertisements say whether DHCPv6 is to be used at all (RFC 4861 §4.2, flags M and O).
      if (icmp.version === 6 && (icmp.type === 133 || icmp.type === 134)) return this.speaksV6;
    }
    const addresses = ipAddresses(walk);
    return addresses !== undefined && (this.holds(addresses.source) || this.holds(addresses.destination));
  }

  private holds(address: number | string): boolean {
    return typeof address === 'string' ? this.sources6.has(address) : this.addresses.has(address);
  }
}
