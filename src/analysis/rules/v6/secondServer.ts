import { ranked } from '../../collector';
import { silentServers6 } from '../../evidence/forwarding';
import { settings } from '../../words/advice';
import { listens6, routeBack6 } from '../../words/advice6';
import type { WorldRule } from '../rule';
import { byDesign, draftOf, refuses, usualCauses } from '../secondServer';
import { SUBNETS6 } from './relays';

/** A DHCPv6 server that answers no SOLICIT which a relay forwards to it, though another server of that relay does. */
export const v6SecondServer: WorldRule = function* (world) {
  for (const one of silentServers6(world)) {
    if (refuses(one.server, world)) continue;
    yield draftOf(one, 'SOLICIT', 'info', () => ({
      causes: ranked(...usualCauses(one, false)),
      steps: [...byDesign(one), listens6(one.server), ...settings(SUBNETS6), ...one.relays.slice(0, 1).map(routeBack6)],
      reference: 'RFC 9915 §19',
    }));
  }
};
