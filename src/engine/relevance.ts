import { emptyDigest } from '../analysis/digest';
import { MacTable, macNumbers } from '../analysis/macTable';
import { readArp } from '../codec/arp';
import { parseIpv4 } from '../codec/bytes';
import { ipDestination, ipSource } from '../codec/endpoints';
import { dhcpOf, innermost } from '../codec/frame';
import { dispatch } from '../codec/layers';
import { Walk } from '../codec/walk';
import { StoredDigests } from './digests';
import { icmpOf, walkDatagram, walkStored } from './packets';
import type { Scan } from './scan';
import { Interest } from './store';

/** UDP ports whose datagrams an ICMP error may quote to matter here: BOOTP and DHCP, TFTP, DHCPv6, proxyDHCP. */
const OUR_PORTS: ReadonlySet<number> = new Set([67, 68, 69, 546, 547, 4011]);

/** Who takes part in the DHCP of a capture: hardware addresses of clients, IP addresses of clients, servers and relays. */
class Parties {
  private readonly macs = new MacTable();
  /** Hardware addresses of other lengths than Ethernet's, as text. */
  private readonly otherMacs = new Set<string>();
  /** IPv4 addresses that messages name or come from, as numbers; IPv6 addresses that messages come from, as text. */
  private readonly addresses = new Set<number>();
  private readonly sources6 = new Set<string>();
  speaksV6 = false;
  private readonly next = emptyDigest();

  /** Learns from the walk of a message: no more of it is read than is needed here. */
  learn(walk: Walk): void {
    const source = ipSource(walk);
    const dhcp = dhcpOf(walk);
    if (dhcp) {
      if (dhcp.htype === 1 && dhcp.hlen === 6) this.meet(dhcp.chaddr);
      for (const address of [dhcp.ciaddr, dhcp.yiaddr, dhcp.siaddr, dhcp.giaddr, dhcp.ip(50), dhcp.ip(54)]) {
        if (address) this.addresses.add(address);
      }
      // A reply's source is a server or a relay; a request's is a client that has an address, or a relay.
      if (source !== undefined && source !== '0.0.0.0') this.comesFrom(source);
      return;
    }
    const last = innermost(walk);
    if (last < 0) return;
    const { id } = walk.layers[last]!;
    if (id === 'dhcpv6') {
      this.speaksV6 = true;
      if (source !== undefined) this.comesFrom(source);
    } else if (id === 'rarp') {
      const arp = readArp(walk.bytes, walk.atOf(last), walk.endOf(last));
      if (arp) this.meet(arp.targetMac);
    }
  }

  /** Learns from message `index`, of whose stencil one was learnt from already: the client is what differs. */
  learnNext(digests: StoredDigests, index: number): void {
    const { next } = this;
    digests.read(index, next);
    this.macs.numberOf(next.macHigh, next.macLow);
    if (next.address !== 0) this.addresses.add(next.address);
    const ciaddr = digests.ciaddr(index);
    if (ciaddr !== 0) this.addresses.add(ciaddr);
  }

  private comesFrom(source: string): void {
    const number = parseIpv4(source);
    if (number === undefined) this.sources6.add(source);
    else this.addresses.add(number);
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
    const source = ipSource(walk);
    const destination = ipDestination(walk);
    return (
      (source !== undefined && this.holdsText(source)) || (destination !== undefined && this.holdsText(destination))
    );
  }

  private holds(address: number): boolean {
    return this.addresses.has(address);
  }
  private holdsText(address: string): boolean {
    const number = parseIpv4(address);
    return number === undefined ? this.sources6.has(address) : this.holds(number);
  }
}

/** Used again for each frame. */
const looking = new Walk(dispatch);

const isCandidate = (interest: Interest): boolean => interest === Interest.candidate || interest === Interest.transfer;

/**
 * The frames that are of interest, as indexes of the store in capture order: DHCP, BOOTP, DHCPv6 and RARP always; ARP, ICMP
 * and TFTP where they bear on a client or server of this capture. Undefined where that is all that the store has.
 */
export function relevantFrames(scan: Scan): Uint32Array | undefined {
  const { store } = scan;
  // Where there is nothing to decide, the parties need not be known.
  if (scan.messageCount === store.count) return undefined;
  const parties = new Parties();
  let candidates = false;
  for (let i = 0; i < store.count && !candidates; i++) candidates = isCandidate(store.interest(i));
  const digests = new StoredDigests(scan);
  const met = new Uint8Array(scan.stencils.all.length);
  for (let i = 0; candidates && i < store.count; i++) {
    if (store.interest(i) !== Interest.message) continue;
    const stencil = store.stencilId(i);
    if (stencil !== 0 && met[stencil] !== 0) parties.learnNext(digests, i);
    else parties.learn(walkDatagram(scan, i) ?? walkStored(scan, i, looking));
    met[stencil] = 1;
  }
  const out = new Uint32Array(store.count);
  let count = 0;
  for (let i = 0; i < store.count; i++) {
    const interest = store.interest(i);
    const concerns = isCandidate(interest) && parties.concerns(walkDatagram(scan, i) ?? walkStored(scan, i, looking));
    if (interest === Interest.message || concerns) out[count++] = i;
  }
  return out.slice(0, count);
}
