import type { Client, Exchange } from '../conversations/model';
import { isForeign } from '../conversations/packet';
import { TRAIT, needsOf } from '../conversations/traits';

/** Datagrams of other programs that are laid out as DHCP messages: beacons of controllers, discovery of devices. */

const NEEDS = needsOf({ traits: [TRAIT.otherPorts] });

/** Whether an exchange is such: between ports that are not DHCP’s, without a reply, and from a host that has an address already. */
const isAnothers = (exchange: Exchange): boolean =>
  exchange.shows(NEEDS) &&
  exchange.replies === 0 &&
  exchange.messages.every(
    ({ packet }) => isForeign(packet) && packet.source !== undefined && packet.source !== '0.0.0.0',
  );

/** Whether all that a client sends is such: then it is none. */
export const isAnotherProgram = ({ exchanges }: Client): boolean => exchanges.every(isAnothers);
