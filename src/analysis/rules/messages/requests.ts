import * as advice from '../../words/advice';
import { parseIpv4 } from '../../../codec/bytes';
import { swappedAs } from '../../evidence/byteOrder';
import { cause, ranked } from '../../collector';
import { withFinding } from '../../draft';
import type { Cause } from '../../finding';
import {
  ACK,
  DECLINE,
  DISCOVER,
  OPTION,
  RELEASE,
  REQUEST,
  messageName,
  serverOf,
  type Exchange,
  type Message,
} from '../../conversations/model';
import { askedOtherXid, hex, leasesBefore, misfitOf, type Selection } from '../../evidence/fit';
import { clientOf, commonServer, commonServerNamed, commonWith, oneThing } from '../../evidence/subjects';
import { ip, list, where } from '../../words/words';
import type { World } from '../../evidence/world';
import type { ExchangeRule } from '../rule';

/** Compares a client's message with what it refers to: a REQUEST with the OFFER, RELEASE and DECLINE with the lease. */

/** A REQUEST in SELECTING fits no OFFER to its client (RFC 2131 table 5). */
export const requestMismatch: ExchangeRule = function* (exchange, world) {
  const misfit = misfitOf(exchange, world);
  if (!misfit) return;
  const { differs, request, offer, asked, offered } = misfit;
  const order = orderOf(misfit);
  const client = clientOf(exchange);
  // Servers that check only client and address accept it anyway, and small devices rely on that.
  const acked = exchange.holds(ACK);
  const apart = differs === 'xid' ? eachItsOwn(exchange, offer, world) : undefined;
  yield {
    id: 'request-mismatch',
    severity: acked ? 'info' : 'error',
    subject: client,
    // One fault of all that a server offers addresses to.
    common: oneThing(
      commonWith(
        `all by the ${differs}${order === undefined ? '' : ', in another order'}`,
        commonServerNamed(serverOf(offer)),
      ),
    ),
    // The client repeats it as long as nobody answers.
    frames: [
      ...request.frames,
      ...offer.frames,
      ...repetitions(exchange.of(REQUEST), request),
      ...(apart?.frames ?? []),
    ],
    detail: () => ({
      title:
        apart === undefined
          ? `${client}: ${differs} of the REQUEST is ${asked}, that of the OFFER ${offered}`
          : `${client} and its server: each message has an xid of its own`,
      explanation: `The ${where(request)} selects a server, and has ${differs} ${asked}; the ${where(offer)} has ${offered}. ${CONSEQUENCE[differs]}${acked ? ' Here it is answered by an ACK all the same.' : ''}${apart === undefined ? '' : ` ${apart.text}`}`,
      causes: ranked(
        apart !== undefined &&
          cause(
            'likely',
            'One program, such as a test, makes the messages of both sides, each with an xid of its own',
            'the client takes an OFFER that has the xid of none of its requests',
          ),
        cause(
          apart === undefined ? 'likely' : 'possible',
          `The DHCP client’s program ${order === undefined ? faultOf(misfit, exchange) : `writes the octets of the ${differs} in another order`}`,
          order !== undefined && `${offered} and ${asked} are ${order}`,
          differs === 'server identifier' && asked === ip(offer.dhcp.siaddr) && `siaddr of the OFFER is ${asked}`,
        ),
        cause('possible', 'A relay, proxy or access point on the way changes the message'),
      ),
      steps: [
        ...(apart === undefined
          ? []
          : ['If a test makes these messages, let it copy the xid of the DISCOVER into all of them.']),
        advice.updateClient(client),
      ],
      reference: 'RFC 2131 §4.4.1, table 5; §4.3.2',
    }),
  };
};

/** Where the OFFER that a REQUEST takes has the xid of no request: what else has an xid of its own. */
function eachItsOwn(
  { next, previous }: Exchange,
  offer: Message,
  { observed: { conversations } }: World,
): { readonly text: string; readonly frames: readonly number[] } | undefined {
  if (conversations.usesXid(offer.dhcp.xid)) return undefined;
  const discover = previous?.previous?.firstOf(DISCOVER);
  const ack = next && !conversations.usesXid(next.xid) && askedOtherXid(next) && next.firstOf(ACK);
  const others = [discover, ack].filter((one): one is Message => typeof one === 'object');
  const told = others.map((one) => `${hex(one.dhcp.xid)} in the ${where(one)}`);
  return {
    text: `No request in this capture has the xid of that OFFER${told.length > 0 ? `; the xid is ${list(told)}` : ''}. A client drops such replies.`,
    frames: others.flatMap(({ frames }) => frames),
  };
}

/** Frames of later REQUESTs that ask the same server for the same address. */
const repetitions = (all: readonly Message[], first: Message): number[] =>
  all.filter((one) => one !== first && takesSame(one, first)).flatMap((one) => one.frames);

/** Whether two REQUESTs ask the same server for the same address. */
const takesSame = (one: Message, other: Message): boolean =>
  [OPTION.server, OPTION.requested].every((code) => one.dhcp.ip(code) === other.dhcp.ip(code));

const CONSEQUENCE: Readonly<Record<Selection['differs'], string>> = {
  xid: 'The REQUEST must have the xid of the OFFER; a server takes it for part of another transaction, and may keep silent.',
  'server identifier':
    'The REQUEST must name the server whose OFFER it takes; that server reads that another was chosen, and keeps silent.',
  address: 'The REQUEST must ask for the address that was offered; the server refuses another, or keeps silent.',
};

/** What the client does, as far as its REQUESTs show it. */
function faultOf({ differs, request }: Selection, { next, previous }: Exchange): string {
  if (differs === 'address') return 'asks for another address than yiaddr of the OFFER';
  if (differs !== 'xid') return 'takes the server identifier from another field than option 54 of the OFFER';
  // The same REQUEST again, under yet another xid.
  const anew = [previous, next].some((one) => {
    const other = one?.messages[0];
    return other?.type === REQUEST && takesSame(other, request) && one!.xid !== request.dhcp.xid;
  });
  return anew ? 'chooses a new xid for each message' : 'gives the REQUEST another xid than the OFFER has';
}

/** In which other order the REQUEST has the octets of the OFFER’s value, in words. */
function orderOf({ differs, asked, offered }: Selection): string | undefined {
  const [own, due] = [asked, offered].map((text) => (differs === 'xid' ? Number(text) : parseIpv4(text)!));
  return swappedAs(own!, due!);
}

/** The misfit as the cause of a silence. */
export function misfitCause(misfit: Selection): Cause {
  const { differs, request, offer, asked, offered } = misfit;
  const order = orderOf(misfit);
  return withFinding(
    'request-mismatch',
    [request.frame, offer.frame],
    cause(
      'likely',
      `The REQUEST does not fit the OFFER: its ${differs} is ${asked}, that of the OFFER is ${offered}${order === undefined ? '' : ` (${order})`}`,
      `REQUEST in frame ${request.frame}, OFFER in frame ${offer.frame}`,
      'see the finding request-mismatch',
    ),
  );
}

/** A RELEASE or DECLINE names a server that did not give the lease. */
export const strangeServerNamed: ExchangeRule = function* (exchange) {
  for (const message of exchange.messages) {
    const named = message.dhcp.ip(OPTION.server);
    const address = addressOf(message);
    if (named === undefined || address === undefined) continue;
    const acks = [...leasesBefore(exchange, address)].filter((ack) => ack.time <= message.time);
    const servers = acks.map((ack) => ack.dhcp.ip(OPTION.server));
    if (acks.length === 0 || servers.includes(undefined) || servers.includes(named)) continue;
    const given = [...new Set(servers.map((server) => ip(server!)))];
    const client = clientOf(exchange);
    const name = messageName(message.type, true);
    yield {
      id: 'request-mismatch',
      severity: 'warning',
      subject: client,
      common: commonWith(`all by a ${name}`, commonServer(servers[0])),
      frames: [...message.frames, ...acks[0]!.frames],
      detail: () => ({
        title: `${client}: the ${name} names server ${ip(named)}, the lease is of ${list(given)}`,
        explanation: `The ${where(message)} is about ${ip(address)} and has server identifier ${ip(named)}; the ACK in frame ${acks[0]!.frame} gave the address in the name of ${list(given)}. That server does not take the message for its own: the address stays leased${message.type === DECLINE ? ', and may be offered again' : ''}.`,
        causes: ranked(
          cause(
            'likely',
            `The DHCP client’s program takes the server identifier from another place than option 54 of the ACK`,
          ),
          cause('possible', `${ip(named)} is another address or the failover partner of ${list(given)}`),
        ),
        steps: [advice.updateClient(client)],
        reference: 'RFC 2131 §4.3.3, §4.3.4; table 5',
      }),
    };
  }
};

/** The address that a RELEASE or DECLINE is about. */
function addressOf({ type, dhcp, fromClient }: Message): number | undefined {
  if (!fromClient) return undefined;
  if (type === DECLINE) return dhcp.ip(OPTION.requested);
  return type === RELEASE && dhcp.ciaddr !== 0 ? dhcp.ciaddr : undefined;
}
