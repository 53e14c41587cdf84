import * as addresses from './addresses';
import * as boot from './boot';
import * as capture from './capture';
import * as conflicts from './conflicts';
import { damage } from './damage';
import * as fields from './fields';
import * as leases from './leases';
import * as missing from './missing';
import * as ports from './ports';
import * as relays from './relays';
import * as renewals from './renewals';
import type { ExchangeRule, WorldRule } from './rule';
import * as security from './security';
import { starvation } from './starvation';
import * as servers from './servers';
import * as slow from './slow';
import * as subnet from './subnet';
import * as unanswered from './unanswered';
import { icmpErrors } from './unreachable';
import * as v6 from './v6';
import * as v6silence from './v6silence';

/** Every rule about one exchange, one line each. */
export const EXCHANGE_RULES: readonly ExchangeRule[] = [
  unanswered.noAck,
  renewals.renewalUnanswered,
  renewals.informUnanswered,
  unanswered.bootpUnanswered,
  subnet.routerOutsideSubnet,
  subnet.addressOutsideScope,
  subnet.serverOutsideSubnet,
  addresses.invalidSubnetMask,
  missing.missingSubnetMask,
  addresses.networkOrBroadcastAddress,
  addresses.broadcastAddressMismatch,
  missing.missingRouter,
  missing.missingDns,
  addresses.unusableAddress,
  ports.clientOnPort67,
  ports.replyToWrongPort,
  ports.requestToWrongPort,
  ports.nonstandardPort,
  servers.severalServers,
  servers.unauthorisedServer,
  servers.wrongServer,
  security.chaddrMismatch,
  security.option82FromClient,
  security.forcerenewUnauthenticated,
  security.routeHijack,
  security.wpadOffered,
  leases.nak,
  conflicts.decline,
  leases.timerOrder,
  leases.shortLease,
  leases.infiniteLease,
  slow.slowServer,
  relays.relayLoop,
  relays.option82NotEchoed,
  relays.option82ToClient,
  fields.missingRequiredOption,
  fields.forbiddenField,
  fields.unsolicitedReply,
  fields.broadcastFlagIgnored,
  fields.messageTooLarge,
  fields.secsStuck,
];

/** Every rule about a link, a server or the capture, one line each. */
export const WORLD_RULES: readonly WorldRule[] = [
  unanswered.noOffer,
  renewals.renewalArp,
  unanswered.offerNotTaken,
  icmpErrors,
  subnet.conflictingSubnets,
  servers.serverIdentityClash,
  starvation,
  conflicts.duplicateAddress,
  leases.leaseLoop,
  leases.earlyRenewal,
  relays.relayUnanswered,
  boot.pxeNoBootFile,
  boot.tftpError,
  boot.rarpUnanswered,
  v6silence.v6NoReply,
  v6.v6Status,
  v6.v6MultipleServers,
  v6.v6TimerOrder,
  v6silence.v6RelayUnanswered,
  damage,
  capture.captureTruncated,
  capture.snaplenCut,
  capture.noDhcp,
  capture.oneSided,
];
