import * as advice from '../../../words/advice';
import { cause, ranked } from '../../../collector';
import type { Cause } from '../../../finding';
import { ACK, NAK, REQUEST, stateIn, type Exchange, type Message } from '../../../conversations/model';
import type { Lease } from '../../../conversations/lease';
import { answersSince } from '../../../evidence/alive';
import { MOST_IN_VAIN, askedInVain, macsOn } from '../../../evidence/silence/scene';
import { commonServer, forOneReason, speaksForAnother } from '../../../evidence/subjects';
import type { ArpSeen } from '../../../evidence/arp';
import type { World } from '../../../evidence/world';
import { withFinding } from '../../../draft';
import { ip, span, times } from '../../../words/words';
import type { WorldRule } from '../../rule';
import { otherServer } from './renewals';

/** A renewal that is held back because nobody answers the client's ARP for its server. */

/** The part of T1 by which a client may renew early: it adds a random fuzz to T1 (RFC 2131 §4.4.5). */
const FUZZ = 0.1;

/** A lease whose client asks by ARP in vain for the server, and what it does afterwards. */
interface HeldBack {
  readonly lease: Lease;
  readonly server: number;
  /** When the lease was to be renewed. */
  readonly due: number;
  /** The frames of its ARP requests. */
  readonly asked: readonly number[];
  /** The answer to the broadcast by which it renews instead. */
  readonly answer: Message | undefined;
}

/** When a renewal is due, the client asks in vain by ARP for its server: to the end, or until it broadcasts its REQUEST. */
export const renewalArp: WorldRule = function* (world) {
  if (world.neighbours.arpSeen.size === 0) return;
  for (const lease of world.survey.leases) {
    const held = heldBack(lease, world);
    if (!held) continue;
    const { server, due, asked, answer } = held;
    const { client, address } = lease;
    yield {
      id: 'renewal-unanswered',
      severity: 'warning',
      subject: client.label,
      get common() {
        return forOneReason(commonServer(server), whyHeldBack(held, world).causes[0]);
      },
      frames: asked,
      address: ip(address),
      detail: () => {
        const { causes, wrongIdentifier, answers } = whyHeldBack(held, world);
        const often = asked.length < MOST_IN_VAIN ? times(asked.length) : `at least ${times(asked.length)}`;
        return {
          title: answer
            ? `${client.label} gets its renewal of ${ip(address)} answered only after broadcasting`
            : `${client.label} cannot renew ${ip(address)}: server ${ip(server)} does not answer its ARP`,
          explanation:
            `The client holds ${ip(address)} from server ${ip(server)} and should have renewed it ${span(due - lease.time)} after frame ${lease.frame}. Instead it asks by ARP for the server’s link-layer address ${often} and gets no answer, so the REQUEST cannot be sent${answer ? ' by unicast' : ''}.` +
            (answer ? ` Then it asks all servers by broadcast, and frame ${answer.frame} answers.` : ''),
          causes,
          steps: [
            ...(wrongIdentifier ? SERVER_ID_STEPS : []),
            `On client ${client.label}: \`ping ${ip(server)}\` shows whether the server is up and on this link.`,
            ...(answers ? [] : advice.serverRunning({ server: ip(server) })),
          ],
          reference: 'RFC 2131 §4.4.5, RFC 826',
        };
      },
    };
  }
};

/** What a client does when it has to renew a lease, if it asks for its server by ARP in vain. */
function heldBack(lease: Lease, world: World): HeldBack | undefined {
  const { server, seconds } = lease;
  if (server === undefined || !world.neighbours.arpSeen.has(server)) return undefined;
  if (seconds === undefined || seconds === Infinity || lease.giaddr !== 0) return undefined;
  const next = nextAsking(lease.exchange);
  const request = next?.of(REQUEST)[0];
  // A client that asks by unicast has found its server; one that begins anew may have been restarted.
  if (next && !(request && stateIn(next, request) === 'rebinding' && request.dhcp.ciaddr === lease.address))
    return undefined;
  const answer = next?.messages.find(({ type }) => type === ACK || type === NAK);
  // `renewalUnanswered` reports it.
  if (next && !answer) return undefined;
  const wait = lease.t1 ?? seconds / 2;
  const from = lease.time + wait - Math.max(1, FUZZ * wait);
  // Only requests that are repeated at once count: the answers to an occasional request may not be seen here.
  const asked = askedInVain(server, from, next?.start ?? Infinity, world, lease.mac);
  return asked.length > 0 ? { lease, server, due: lease.time + wait, asked, answer } : undefined;
}

/** The exchange in which the client of a lease asks for an address again. */
function nextAsking({ next }: Exchange): Exchange | undefined {
  while (next && !next.holds(REQUEST) && !next.holds(ACK)) ({ next } = next);
  return next;
}

interface Why {
  readonly causes: readonly Cause[];
  /** The server identifier is no address of the server. */
  readonly wrongIdentifier: boolean;
  /** It answers, though not by ARP. */
  readonly answers: boolean;
}

/** Why nobody answers the ARP for a server. */
function whyHeldBack({ lease, server, due, answer }: HeldBack, world: World): Why {
  const partner = answer && otherServer(answer, server, world);
  const wrong = notItsOwn(lease, server, partner === undefined ? answer : undefined, world);
  const alive = answersSince(ip(server), { link: lease.link, time: due, timed: true }, world);
  const answers =
    partner === undefined && answer
      ? `it answers the broadcast in frame ${answer.frame}`
      : alive && `it answers ${alive.client.label} after that`;
  const causes = ranked(
    wrong,
    cause(
      answers !== undefined ? 'unlikely' : wrong ? 'possible' : 'likely',
      partner === undefined
        ? 'The server is down, or has left this link'
        : `The server is down, or has left this link, and another server, ${partner}, ${answer!.type === NAK ? 'does not know its leases and refuses them' : 'takes over its leases'}`,
      answers,
      partner !== undefined &&
        `${partner} answers the broadcast in frame ${answer!.frame}${answer!.type === NAK ? ' by NAK' : ''}`,
      `no ARP reply from ${ip(server)} after the renewal was due`,
    ),
    !wrong && cause('possible', 'The server’s address changed; it is no longer the one that option 54 named'),
    cause(
      answers !== undefined && !wrong ? 'likely' : 'possible',
      'A switch separates the client from the server (VLAN, port isolation, ARP inspection)',
    ),
  );
  return { causes, wrongIdentifier: wrong !== undefined, answers: answers !== undefined };
}

const SERVER_ID_STEPS = advice.settings({
  dhcpd: 'take `server-identifier` out, or let it name an address that the server has on this link',
  kea: 'take option `dhcp-server-identifier` out, or let it name an address that the server has on this link',
});

/** How many addresses of one hardware address are looked at. */
const MOST_OWN = 8;

/** By link and hardware address: the ARP messages in which it speaks as one address or another, the first of each. */
function speakers({ neighbours }: World): ReadonlyMap<string, readonly ArpSeen[]> {
  const found = new Map<string, ArpSeen[]>();
  for (const address of neighbours.arpSeen.keys()) {
    for (const claim of neighbours.arpAbout(address).claims.slice(0, MOST_OWN)) {
      const { link, senderMac } = claim;
      const key = `${link} ${senderMac}`;
      const own = found.get(key) ?? [];
      if (own.length >= MOST_OWN || own.some(({ senderIp }) => senderIp === address)) continue;
      own.push(claim);
      found.set(key, own);
    }
  }
  return found;
}

/** Nobody speaks by ARP as the server identifier, and the server's host is seen with another address: the identifier is not its own. */
function notItsOwn(lease: Lease, server: number, answer: Message | undefined, world: World): Cause | undefined {
  if (world.neighbours.arpAbout(server).claims.length > 0) return undefined;
  const claim = ownByArp(lease.link, server, world);
  const [ack] = lease.exchange.of(ACK).filter(speaksForAnother);
  const reply = ack ?? (answer && speaksForAnother(answer) ? answer : undefined);
  const address = claim ? ip(claim.senderIp) : reply?.packet.source;
  if (address === undefined) return undefined;
  const why = cause(
    'likely',
    `The server identifier ${ip(server)} is no address of the server: its host has ${address}`,
    claim &&
      `${claim.senderMac}, from which the server’s replies come, speaks by ARP as ${address} (frame ${claim.frame})`,
    reply && `the ACK in frame ${reply.frame} comes from ${reply.packet.source!}, and its option 54 says ${ip(server)}`,
    `nobody speaks by ARP as ${ip(server)}`,
  );
  return ack && !lease.exchange.routed ? withFinding('source-not-server-id', ack.frames, why) : why;
}

/** The ARP message by which the host of a server's replies speaks as another address. */
function ownByArp(on: string, server: number, world: World): ArpSeen | undefined {
  const macs = macsOn(ip(server), on, world);
  if (macs.length !== 1) return undefined;
  const [own] = world.once(speakers).get(`${on} ${macs[0]!.mac}`) ?? [];
  return own;
}
