import { ipv4ToText, parseIpv4 } from '../../codec/bytes';
import type { Ledger } from '../../ledger/ledger';
import type { Scan } from './scan';
import { Interest } from './store';

/** An ICMP error matters here if it quotes a datagram of one of these UDP ports: BOOTP and DHCP, TFTP, DHCPv6, proxyDHCP. */
const OUR_PORTS: ReadonlySet<number> = new Set([67, 68, 69, 546, 547, 4011]);
/** ICMPv6 router solicitation and advertisement (RFC 4861 §4.1, §4.2). */
const ROUTER_SOLICITATION = 133;
const ROUTER_ADVERTISEMENT = 134;

const isCandidate = (interest: Interest): boolean => interest === Interest.candidate || interest === Interest.transfer;

/**
 * The frames that are of interest, as store indexes in capture order: DHCP, BOOTP, DHCPv6 and RARP always; ARP, ICMP and TFTP
 * if they concern a client or server of this capture; router advertisements also where there is none. Undefined if every stored frame is of interest.
 */
export function relevantFrames(scan: Scan): Uint32Array | undefined {
  const { store } = scan;
  if (scan.messageCount === store.count) return undefined;
  let parties: Parties | undefined;
  const out = new Uint32Array(store.count);
  let count = 0;
  for (let i = 0; i < store.count; i++) {
    const interest = store.interest(i);
    if (interest !== Interest.message) {
      if (!isCandidate(interest)) continue;
      parties ??= new Parties(scan);
      if (!parties.concerns(i)) continue;
    }
    out[count++] = i;
  }
  return out.slice(0, count);
}

/** The parties of the DHCP traffic: hardware addresses of clients, IP addresses of clients, servers and relays. */
class Parties {
  private readonly ledger: Ledger;
  private readonly macs = new Set<string>();
  private readonly addresses = new Set<number>();
  private readonly hosts = new Set<string>();
  /** Whether router advertisements matter: DHCPv6 is spoken, or nothing at all, and they say whether it is wanted. */
  private heedsRouters: boolean;
  /** IPv6 addresses that were given or declined: whoever uses them or answers for them is of interest. */
  private readonly leased6 = new Set<string>();
  /** Clients of transfers by TFTP, with their ports: servers answer from ports that say nothing. */
  private readonly transfers = new Set<string>();

  constructor({ store, messageCount }: Scan) {
    this.ledger = store.ledger;
    this.heedsRouters = messageCount === 0;
    for (let i = 0; i < store.count; i++) if (store.interest(i) === Interest.message) this.learn(i);
  }

  private learn(index: number): void {
    const packet = this.ledger.packet(index);
    const { dhcp, arp, source } = packet;
    if (packet.protocol === 'dhcpv6') {
      this.heedsRouters = true;
      for (const { addresses } of packet.dhcpv6?.associations ?? []) for (const one of addresses) this.leased6.add(one);
      const { address, others = [] } = packet.dhcpv6?.answer ?? {};
      for (const one of [address, ...others]) if (one !== undefined) this.leased6.add(one);
    }
    if (arp) {
      this.macs.add(arp.targetMac);
      return;
    }
    if (dhcp) {
      if (dhcp.htype === 1 && dhcp.hlen === 6 && dhcp.length >= 34) this.macs.add(dhcp.chaddr);
      for (const address of [dhcp.ciaddr, dhcp.yiaddr, dhcp.siaddr, dhcp.giaddr, dhcp.ip(50), dhcp.ip(54)])
        if (address) this.addresses.add(address);
    }
    // The source of a reply is a server or a relay; that of a request is a client that has an address, or a relay.
    if (source !== undefined && source !== '0.0.0.0') this.hosts.add(source);
  }

  /** Whether an ARP, ICMP or TFTP frame concerns one of the parties. */
  concerns(index: number): boolean {
    const packet = this.ledger.packet(index);
    const { protocol, arp, icmp } = packet;
    if (protocol === 'arp') {
      // A frame too short to name its hosts concerns nobody.
      if (!arp) return false;
      return (
        this.holds(arp.targetIp) || (arp.senderIp !== 0 && this.holds(arp.senderIp)) || this.macs.has(arp.senderMac)
      );
    }
    if (icmp) {
      const { quoted } = icmp;
      if (quoted)
        return [
          [quoted.source, quoted.sourcePort] as const,
          [quoted.destination, quoted.destinationPort] as const,
        ].some(([host, port]) => OUR_PORTS.has(port ?? -1) || this.transfers.has(`${host} ${port}`));
      // Router advertisements say whether to use DHCPv6 at all (RFC 4861 §4.2, flags M and O).
      if (icmp.version === 6 && (icmp.type === ROUTER_SOLICITATION || icmp.type === ROUTER_ADVERTISEMENT))
        return this.heedsRouters;
      if (icmp.target !== undefined && this.leased6.has(icmp.target)) return true;
    }
    if (!this.isParty(packet.source) && !this.isParty(packet.destination)) return false;
    if (packet.tftp && packet.destinationPort === 69) this.transfers.add(`${packet.source} ${packet.sourcePort}`);
    return true;
  }

  private holds(address: number): boolean {
    return this.addresses.has(address) || this.hosts.has(ipv4ToText(address));
  }
  private isParty(host: string | undefined): boolean {
    if (host === undefined) return false;
    if (this.hosts.has(host) || this.leased6.has(host)) return true;
    const address = parseIpv4(host);
    return address !== undefined && this.addresses.has(address);
  }
}
