import { v6UnusableAddress, v6UnusableDns } from './addresses';
import { v6MultipleServers, v6ShortTimers, v6TimerOrder } from './answers';
import { v6Decline, v6IaMissing } from './associations';
import { v6DuidOnTwoLinks, v6DuplicateAddress } from './conflicts';
import { v6ServerDuidChanged, v6UselessDuid } from './duids';
import { v6AnswerFlood, v6MessageFlood, v6Starvation } from './floods';
import { v6AnswerIgnored } from './ignored';
import { v6ReplyMismatch, v6ReplyToWrongPort } from './mismatch';
import { v6RelayLoop, v6RelayUnanswered, v6SecondServer } from './relays';
import { v6NoReply } from './silence';
import { v6Status } from './status';
import type { WorldRule } from '../rule';

/** All rules about DHCPv6, one per line. */
export const RULES: readonly WorldRule[] = [
  v6NoReply,
  v6AnswerIgnored,
  v6ReplyMismatch,
  v6ReplyToWrongPort,
  v6Decline,
  v6Status,
  v6IaMissing,
  v6MultipleServers,
  v6DuidOnTwoLinks,
  v6ServerDuidChanged,
  v6UselessDuid,
  v6TimerOrder,
  v6ShortTimers,
  v6RelayLoop,
  v6RelayUnanswered,
  v6SecondServer,
  v6Starvation,
  v6UnusableAddress,
  v6UnusableDns,
  v6DuplicateAddress,
  v6MessageFlood,
  v6AnswerFlood,
];
