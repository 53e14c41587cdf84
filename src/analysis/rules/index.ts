import * as answers from './messages/answers';
import { replyWithoutOptions } from './messages/bare';
import * as addresses from './subnets/addresses';
import { bootArchMismatch } from './boot/architecture';
import { bootFileMismatch } from './boot/files';
import * as pxe from './boot/pxe';
import { rarpUnanswered } from './boot/rarp';
import { tftpError } from './boot/tftp';
import * as capture from './capture';
import * as conflicts from './leases/conflicts';
import { decline } from './leases/decline';
import { damage } from './messages/damage';
import * as floods from './floods';
import * as fields from './messages/fields';
import { hexAsText } from './messages/hexText';
import { replyToOtherChaddr } from './messages/otherChaddr';
import * as identity from './leases/identity';
import * as leases from './leases/leases';
import * as life from './leases/life';
import { ipv6OnlyPreferred } from './leases/v6only';
import * as missing from './subnets/missing';
import { ACK, BOOTP, DECLINE, FORCERENEW, INFORM, NAK, OFFER, OPTION, RELEASE, REQUEST } from '../conversations/model';
import * as ports from './ports';
import * as routers from './subnets/routers';
import { routerSilent } from './subnets/routerSilent';
import { option82FromClient } from './option82';
import { addressOutsideScope, impossibleGiaddr } from './relayAddress';
import * as reboots from './leases/reboots';
import { leasesInTurn } from './leases/turns';
import * as relays from './relays';
import * as requests from './messages/requests';
import { renewalArp } from './silence/requests/renewalArp';
import * as informs from './silence/requests/informs';
import * as renewals from './silence/requests/renewals';
import type { Settings } from '../conversations/settings';
import type { ExchangeRule, WorldRule } from './rule';
import { secondServer } from './secondServer';
import * as security from './security';
import { starvation } from './starvation';
import * as servers from './subnets/servers';
import { wrongServer } from './subnets/wrongServer';
import { serverIdentityClash } from './subnets/clash';
import * as slow from './slow';
import * as contradictions from './subnets/contradictions';
import { serversDisagree } from './subnets/disagreement';
import { serverOutsideSubnet } from './subnets/outside';
import * as subnet from './subnets/subnet';
import { needsOf, TRAIT, type Needs, type When } from '../conversations/traits';
import * as unanswered from './silence/requests/unanswered';
import * as untaken from './silence/replies/untaken';
import { failoverHalfSilent, noOffer } from './silence/discovers/noOffer';
import { icmpErrors } from './silence/unreachable';
import * as v6 from './v6';
import { vlanMismatch } from './silence/replies/vlans';

/** Replies that give an address. */
const REPLIES = [OFFER, ACK];

/** A rule about one exchange, with the conditions under which it can find anything. */
export interface TimelyRule {
  readonly needs: Needs;
  readonly check: ExchangeRule;
  /** Whether it applies under these settings. */
  readonly under: (settings: Settings) => boolean;
}

const when = (condition: When, check: ExchangeRule, under: TimelyRule['under'] = () => true): TimelyRule => ({
  needs: needsOf(condition),
  check,
  under,
});

/** All rules about one exchange, one per line. */
export const EXCHANGE_RULES: readonly TimelyRule[] = [
  when({ types: [REQUEST] }, unanswered.noAck),
  when({ traits: [TRAIT.askedAgain] }, untaken.answerIgnored),
  when({ types: [REQUEST], traits: [TRAIT.hasAddress] }, renewals.renewalUnanswered),
  when({ types: [INFORM] }, informs.informUnanswered),
  when({ types: [BOOTP] }, unanswered.bootpUnanswered),
  when({ traits: [TRAIT.subnet], options: [OPTION.router] }, subnet.routerOutsideSubnet),
  when({ traits: [TRAIT.oddHosts] }, routers.unusableRouter),
  when({ options: [OPTION.routes, OPTION.microsoftRoutes] }, routers.strayGateway),
  when({ types: REPLIES, traits: [TRAIT.relayed] }, addressOutsideScope),
  when({ traits: [TRAIT.subnet] }, serverOutsideSubnet),
  when({ traits: [TRAIT.subnet], options: [OPTION.mask] }, addresses.invalidSubnetMask),
  when({ traits: [TRAIT.lacksBasics] }, missing.missingSubnetMask),
  when({ traits: [TRAIT.subnet] }, addresses.networkOrBroadcastAddress),
  when({ traits: [TRAIT.subnet], options: [OPTION.broadcast] }, addresses.broadcastAddressMismatch),
  when({ traits: [TRAIT.lacksBasics] }, missing.missingRouter),
  when({ types: [ACK], options: [OPTION.routes, OPTION.microsoftRoutes] }, missing.ignoredRouter),
  when({ traits: [TRAIT.lacksBasics] }, missing.missingDns),
  when({ traits: [TRAIT.address] }, addresses.unusableAddress),
  when({ traits: [TRAIT.otherPorts] }, ports.clientOnPort67),
  when({ traits: [TRAIT.otherPorts, TRAIT.relayed] }, ports.replyToWrongPort),
  when({ traits: [TRAIT.otherDestination] }, answers.replyToWrongAddress),
  when({ traits: [TRAIT.otherPorts] }, ports.requestToWrongPort),
  when({ traits: [TRAIT.otherPorts] }, ports.nonstandardPort),
  when({ traits: [TRAIT.servers] }, servers.severalServers),
  when({}, servers.unauthorisedServer, servers.namesAuthorised),
  when({ types: [ACK], traits: [TRAIT.servers] }, wrongServer),
  when({ traits: [TRAIT.otherSource] }, security.chaddrMismatch),
  when({ options: [OPTION.relayAgent] }, option82FromClient),
  when({ types: [FORCERENEW] }, security.forcerenewUnauthenticated),
  when({ options: [OPTION.routes, OPTION.microsoftRoutes] }, security.routeHijack),
  when({ options: [OPTION.wpad] }, security.wpadOffered),
  when({ types: [NAK] }, leases.nak),
  when({ types: [NAK], traits: [TRAIT.otherDestination] }, answers.nakNotBroadcast),
  when({ types: REPLIES, traits: [TRAIT.subnet] }, answers.sourceNotServerId),
  when({ types: [DECLINE] }, decline),
  when({ options: [OPTION.v6Only], types: REPLIES }, ipv6OnlyPreferred),
  when({ options: [OPTION.t1, OPTION.t2] }, leases.timerOrder),
  when({ traits: [TRAIT.lease] }, leases.shortLease),
  when({ traits: [TRAIT.lease] }, leases.infiniteLease),
  when({ traits: [TRAIT.slow] }, slow.slowServer),
  when({ traits: [TRAIT.relayed] }, relays.relayLoop),
  when({ options: [OPTION.relayAgent] }, relays.option82NotEchoed),
  when({ options: [OPTION.relayAgent] }, relays.option82ToClient),
  when({ types: [REQUEST], traits: [TRAIT.misfit] }, requests.requestMismatch),
  when({ types: [RELEASE, DECLINE] }, requests.strangeServerNamed),
  when({ types: [ACK], traits: [TRAIT.misfit] }, answers.ackOtherAddress),
  when({ types: [ACK], traits: [TRAIT.misfit] }, contradictions.ackOtherSubnet),
  when({ types: [OFFER], traits: [TRAIT.relayed] }, contradictions.joinedLinks),
  when({ traits: [TRAIT.misfit] }, answers.replyMismatch),
  when({ traits: [TRAIT.noQuestion] }, replyToOtherChaddr),
  when({ types: [BOOTP] }, replyWithoutOptions),
  when({ traits: [TRAIT.otherFields] }, fields.missingRequiredOption),
  when({ traits: [TRAIT.otherFields] }, fields.forbiddenField),
  when({ types: REPLIES }, hexAsText),
  when({ traits: [TRAIT.otherFields] }, impossibleGiaddr),
  when({ traits: [TRAIT.noQuestion] }, fields.unsolicitedReply),
  when({ traits: [TRAIT.broadcastFlag] }, fields.broadcastFlagIgnored),
  when({ traits: [TRAIT.large] }, fields.messageTooLarge),
  when({ traits: [TRAIT.again] }, fields.secsStuck),
];

/** All rules about a link, a server or the capture, one per line. */
export const WORLD_RULES: readonly WorldRule[] = [
  noOffer,
  failoverHalfSilent,
  renewalArp,
  untaken.offerNotTaken,
  vlanMismatch,
  icmpErrors,
  contradictions.conflictingSubnets,
  serverIdentityClash,
  serversDisagree,
  starvation,
  floods.messageFlood,
  floods.replyFlood,
  floods.addressChurn,
  conflicts.duplicateAddress,
  routerSilent,
  identity.duplicateClientId,
  identity.clientIdChanged,
  identity.identifierChurn,
  leases.leaseLoop,
  leasesInTurn,
  reboots.rebootLoop,
  reboots.confirmLoop,
  leases.earlyRenewal,
  life.leaseShrinks,
  life.usedWithoutLease,
  relays.relayUnanswered,
  secondServer,
  pxe.pxeServerSilent,
  pxe.pxeNoBootFile,
  bootFileMismatch,
  bootArchMismatch,
  tftpError,
  rarpUnanswered,
  ...v6.RULES,
  damage,
  capture.captureTruncated,
  capture.snaplenCut,
  capture.noDhcp,
  capture.oneSided,
];
