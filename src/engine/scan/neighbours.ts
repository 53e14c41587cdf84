import type { Neighbour } from '../../analysis/conversations/packet';
import { ipv4ToText } from '../../codec/bytes';
import { packetAt } from './packets';
import type { Scan } from './scan';
import { Interest } from './store';

/** Limits on the hosts and frames examined. It only matters whether any other host is there. */
const MOST_HOSTS = 256;
const MOST_FRAMES = 100_000;
/** ICMP echo reply and request (RFC 792). */
const ECHO: ReadonlySet<number> = new Set([0, 8]);
/** ICMPv6 router advertisement (RFC 4861 §4.2). */
const ROUTER_ADVERTISEMENT = 134;
/** Link-layer addresses of virtual routers: VRRP (RFC 9568 §7.3), Cisco's HSRP and GLBP. */
const VIRTUAL_ROUTER = /^(00:00:5e:00:0[12]|00:00:0c:07:ac|00:00:0c:9f:f.|00:07:b4:0.):/;
/** What Linux writes for frames that a host sends to itself. */
const LOOPBACK = '00:00:00:00:00:00';
/** 169.254.0.0/16: the address that a host assigns itself if it got none (RFC 3927 §2.1). */
const LINK_LOCAL = 0xa9fe;

/**
 * The hosts seen in ARP, pings and router advertisements, whether or not these frames are of interest. When nobody
 * answers, they show who else is there. Hosts without an address of their own are left out.
 */
export function neighboursOf(scan: Scan): Neighbour[] {
  const { store } = scan;
  const hosts = new Map<string, { -readonly [K in keyof Neighbour]: Neighbour[K] }>();
  for (let i = 0, looked = 0; i < store.count && looked < MOST_FRAMES; i++) {
    if (store.interest(i) !== Interest.candidate) continue;
    looked++;
    const { arp, icmp, ethSource: mac, source, frame, time, link } = packetAt(scan, i, 0);
    const router =
      (icmp?.version === 6 && icmp.type === ROUTER_ADVERTISEMENT) || (mac !== undefined && VIRTUAL_ROUTER.test(mac));
    const pings = icmp?.version === 4 && ECHO.has(icmp.type);
    const names = arp !== undefined && arp.senderIp !== 0 && arp.senderIp >>> 16 !== LINK_LOCAL;
    if (mac === undefined || !(router || pings || names)) continue;
    const answers = arp ? arp.operation === 2 : icmp?.version === 4 && icmp.type === 0;
    if (mac === LOOPBACK) continue;
    const key = `${link} ${mac}`;
    const known = hosts.get(key);
    if (known) {
      known.last = time;
      // Keep the frame that proves most about the host.
      if (router && !known.router) Object.assign(known, { router, frame });
      else if (answers && !known.answers && !known.router) Object.assign(known, { answers, frame });
    } else if (hosts.size < MOST_HOSTS)
      hosts.set(key, {
        link,
        mac,
        address: arp ? ipv4ToText(arp.senderIp) : source,
        frame,
        first: time,
        last: time,
        router,
        answers,
      });
  }
  return [...hosts.values()];
}
