import { dispatch } from '../codec/layers';
import { Walk } from '../codec/walk';
import { StoredDigests } from './digests';
import { walkDatagram, walkStored } from './packets';
import { Parties } from './parties';
import type { Scan } from './scan';
import { Interest } from './store';

/** Used again for each frame. */
const looking = new Walk(dispatch);

const isCandidate = (interest: Interest): boolean => interest === Interest.candidate || interest === Interest.transfer;

/**
 * The frames that are of interest, as indexes of the store in capture order: DHCP, BOOTP, DHCPv6 and RARP always; ARP, ICMP
 * and TFTP where they bear on a client or server of this capture. Undefined where that is all that the store has.
 */
export function relevantFrames(scan: Scan): Uint32Array | undefined {
  const { store, parties } = scan;
  // Nobody asks for them again.
  scan.parties = new Parties();
  // Where there is nothing to decide, the parties need not be known.
  if (scan.messageCount === store.count) return undefined;
  let candidates = false;
  for (let i = 0; i < store.count && !candidates; i++) candidates = isCandidate(store.interest(i));
  const digests = new StoredDigests(scan);
  // Of messages that fit a stencil the scan has told the parties of one.
  for (let i = 0; candidates && i < store.count; i++) if (store.stencilId(i) !== 0) parties.learnNext(digests, i);
  const out = new Uint32Array(store.count);
  let count = 0;
  for (let i = 0; i < store.count; i++) {
    const interest = store.interest(i);
    const concerns = isCandidate(interest) && parties.concerns(walkDatagram(scan, i) ?? walkStored(scan, i, looking));
    if (interest === Interest.message || concerns) out[count++] = i;
  }
  return out.slice(0, count);
}
