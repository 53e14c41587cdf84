import {
  ACK,
  DISCOVER,
  OFFER,
  OPTION,
  identifierOf,
  isProxy,
  type Exchange,
  type Message,
} from '../../conversations/model';
import { cause } from '../../collector';
import { withFinding } from '../../draft';
import { asksAfterNak } from '../../evidence/taken';
import type { World } from '../../evidence/world';
import type { Cause } from '../../finding';
import { UNKNOWN_ADDRESS, frames, where } from '../../words/words';
import { nakUnicast } from '../messages/answers';
import { isVirtualRouter } from '../../evidence/rivals';

/** What of a REQUEST, and of the NAK that answers it, may explain the refusal. */

/** The OFFER without an address that a REQUEST selects, as of a proxyDHCP service. */
export function proxyTaken(exchange: Exchange, { dhcp }: Message): Message | undefined {
  const selected = dhcp.ip(OPTION.server);
  if (selected === undefined || (dhcp.ip(OPTION.requested) ?? 0) !== 0) return undefined;
  const own = exchange.of(OFFER).filter((offer) => offer.dhcp.ip(OPTION.server) === selected);
  return own.every((offer) => offer.dhcp.yiaddr === 0) ? own[0] : undefined;
}

/** Windows sends its full name in the REQUEST only. */
const FQDN = 81;
/** Options by which servers tell clients and leases apart. */
const TELLING: readonly (readonly [number, string])[] = [
  [12, 'host name'],
  [OPTION.vendorClass, 'vendor class'],
  [FQDN, 'Client FQDN'],
  [OPTION.userClass, 'user class'],
];

/** What a REQUEST has otherwise than the DISCOVER of the same exchange. */
export function changedAsk(exchange: Exchange, request: Message): string | undefined {
  const discover = exchange.of(DISCOVER).findLast(({ time }) => time <= request.time);
  if (!discover || discover.packet.cut > 0 || request.packet.cut > 0) return undefined;
  for (const [code, name] of TELLING) {
    const [before, after] = [discover, request].map(({ dhcp }) => dhcp.option(code)?.hex());
    if (before === after || (code === FQDN && before === undefined)) continue;
    const has = before === undefined ? 'appears only in' : after === undefined ? 'is missing in' : 'changes in';
    return `option ${code} (${name}) ${has} the REQUEST (frame ${request.frame}; DISCOVER in frame ${discover.frame})`;
  }
  return undefined;
}

/** The NAK is from another machine than the OFFER or ACK of the same server identifier (`server-identity-clash`). */
export function otherMachineCause(exchange: Exchange, nak: Message): Cause | undefined {
  const mac = nak.packet.ethSource;
  if (nak.relayed || exchange.routed || mac === undefined || isVirtualRouter(mac)) return undefined;
  const server = identifierOf(nak);
  const given = exchange.messages.findLast(
    (one) => (one.type === OFFER || one.type === ACK) && !isProxy(one) && identifierOf(one) === server && !one.relayed,
  );
  const other = given?.packet.ethSource;
  if (!given || other === undefined || other === mac || isVirtualRouter(other)) return undefined;
  return withFinding(
    'server-identity-clash',
    [nak.frame, given.frame],
    cause(
      'likely',
      `Two machines answer as ${server ?? 'one server'}, and one refuses what the other gives`,
      `the ${where(given)} is from ${other}, the ${where(nak)} from ${mac}`,
      'see the finding server-identity-clash',
    ),
  );
}

/** Why the client gets one NAK after the other. */
export function unheardCause(exchange: Exchange, nak: Message, world: World): Cause | undefined {
  const again = asksAfterNak(exchange, nak).map(({ frame }) => frame);
  if (again.length === 0 || !nakUnicast(exchange, nak, world)) return undefined;
  return withFinding(
    'nak-not-broadcast',
    nak.frames,
    cause(
      'likely',
      `The client does not hear the NAK, which goes to ${nak.packet.destination ?? UNKNOWN_ADDRESS} instead of all hosts, and asks on for the same address`,
      `the ${where(nak)}, and the same REQUEST again in ${frames(again)}`,
      'see the finding nak-not-broadcast',
    ),
  );
}
