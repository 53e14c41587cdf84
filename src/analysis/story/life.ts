import { isProxy, type Exchange, type Message } from '../conversations/model';
import { ACK, OPTION } from '../conversations/names';
import { ip, leaseTime } from '../words/words';
import { between, percent } from './sentences';
import type { Scene } from './scene';

/** At which point in the life of its lease a client is. */

/** How many exchanges of a client are searched for the ACK that gave it its lease. */
const MOST_EXCHANGES = 16;
/** An exchange with more messages than this is a storm and is not searched for a lease. */
const MOST_MESSAGES = 64;
const FOREVER = 0xffffffff;

/** The ACK that gave a client the address that a message mentions; undefined if the capture does not show it. */
export function grantOf({ exchange, before }: Scene, address: number): Message | undefined {
  const gives = (message: Message): boolean =>
    message.type === ACK && message.dhcp.yiaddr === address && message.dhcp.has(OPTION.lease) && !isProxy(message);
  let found = before.findLast(gives);
  let earlier: Exchange | undefined = exchange.previous;
  for (let looked = 0; !found && earlier && looked < MOST_EXCHANGES; looked++, earlier = earlier.previous)
    if (earlier.holds(ACK) && earlier.count <= MOST_MESSAGES) found = earlier.messages.findLast(gives);
  return found;
}

/** How far a lease has run: `That is at 50 % of its 3600 s (1 hour), counted from the ACK in frame 4`. */
export function howFar(scene: Scene, address: number): string {
  const grant = grantOf(scene, address);
  if (!grant) return `When the lease of ${ip(address)} began, this capture does not show`;
  const seconds = grant.dhcp.u32(OPTION.lease);
  if (seconds === undefined || seconds === 0 || seconds === FOREVER)
    return `The ACK in frame ${grant.frame} gave the address ${seconds === FOREVER ? 'for ever' : 'without a usable lease time'}`;
  const gone = between(grant, scene.message);
  const whole = `its ${leaseTime(seconds)}`;
  return gone === undefined
    ? `The ACK in frame ${grant.frame} gave the address for ${leaseTime(seconds)}`
    : `That is at ${percent(gone / seconds)} of ${whole}, counted from the ACK in frame ${grant.frame}`;
}

/** T1 and T2 of a lease in seconds: as sent by the server, else the defaults of RFC 2131 §4.4.5. */
export function timersOf(ack: Message): { t1: number; t2: number; lease: number } | undefined {
  const lease = ack.dhcp.u32(OPTION.lease);
  if (lease === undefined || lease === 0 || lease === FOREVER) return undefined;
  return {
    lease,
    t1: ack.dhcp.u32(OPTION.t1) ?? Math.floor(lease * 0.5),
    t2: ack.dhcp.u32(OPTION.t2) ?? Math.floor(lease * 0.875),
  };
}

/** A lease time for a sentence: ` for …`, or ` for ever` if it has no end; empty if the message has none. */
export function forTime(message: Message): string {
  const seconds = message.dhcp.u32(OPTION.lease);
  if (seconds === undefined) return '';
  return seconds === FOREVER ? ' for ever' : ` for ${leaseTime(seconds)}`;
}
