import * as advice from '../../words/advice';
import { cause, ranked, type Detail } from '../../collector';
import {
  ACK,
  DECLINE,
  INFORM,
  NAK,
  OFFER,
  OPTION,
  RELEASE,
  REQUEST,
  identifierOf,
  serverOf,
  stateIn,
  type Exchange,
  type Message,
} from '../../conversations/model';
import type { Cause } from '../../finding';
import type { ExchangeRule } from '../rule';
import { sameSubnet, subnetText } from '../subnets/subnet';
import { movedFrom, movedSteps, servedSubnet, type Moved, type Subnet } from './moved';
import { misfitCause } from '../messages/requests';
import { quiet, refusedBy, refusedByAnother, type Refusal } from '../subnets/refusals';
import { misfitOf } from '../../evidence/fit';
import { leaseAsAnotherAfter } from '../../evidence/identity';
import { clientOf, commonServer, forOneReason } from '../../evidence/subjects';
import { changedAsk, otherMachineCause, proxyTaken, unheardCause } from './nakCauses';
import { ip, quote, where } from '../../words/words';
import { changedIdentityCause } from './identity';
import { systemOfClient } from '../../evidence/systems';
import type { World } from '../../evidence/world';
import type { Lease } from '../../conversations/lease';

/** A NAK: the server refuses the address, more or less clearly saying why. */

/** What the capture shows about why a server refuses. */
interface Why {
  readonly exchange: Exchange;
  readonly message: Message;
  readonly server: string;
  readonly said: string | undefined;
  readonly wanted: number | undefined;
  /** The subnet in which the server leases, if the requested address is not in it. */
  readonly outside: Subnet | undefined;
  /** The subnet in which the server leases, if the requested address is in it: then the client comes from no other. */
  readonly inside: Subnet | undefined;
  /** The requested address has nothing in common with the server’s own, which is on the client’s link. */
  readonly far: boolean;
  readonly holder: Lease | undefined;
  /** The client had the address in another network. */
  readonly moved: Moved | undefined;
  /** The lease of this address that the same server gave to this client, and that is not over. */
  readonly before: Lease | undefined;
  /** The lease that the client got after the NAK. */
  readonly after: Lease | undefined;
  readonly offered: boolean;
  /** An option in which the REQUEST differs from the DISCOVER, in words. */
  readonly changedAsk: string | undefined;
  readonly selected: number | undefined;
  /** The OFFER without an address that the client takes. */
  readonly proxy: Message | undefined;
  readonly refusal: Refusal | undefined;
  /** The client asks on, as the NAK goes where it does not hear it. */
  readonly unheard: Cause | undefined;
  /** The NAK is from another machine than what it refuses. */
  readonly machine: Cause | undefined;
  /** What the client itself does wrong. */
  readonly misfit: Cause | undefined;
  readonly changed: Cause | undefined;
}

/** The address that a request is about. */
const wantedBy = ({ dhcp }: Message): number | undefined => dhcp.ip(OPTION.requested) || dhcp.ciaddr || undefined;

/** A NAK, with its message text (option 56). */
export const nak: ExchangeRule = function* (exchange, world) {
  for (const [i, message] of exchange.messages.entries()) {
    if (message.type !== NAK) continue;
    const request = exchange.messages
      .slice(0, i)
      .reverse()
      .find((one) => one.type === REQUEST || one.type === INFORM);
    const refused = request?.type === REQUEST ? wantedBy(request) : undefined;
    yield {
      id: 'nak',
      severity: 'warning',
      subject: clientOf(exchange),
      get common() {
        const why = whyOf(exchange, message, request, world);
        const foreign = why.refusal;
        if (foreign && foreign.stranger === serverOf(message)) return refusedBy(foreign.stranger);
        const causes = request?.type === INFORM ? informRefused(why, request).causes : causesOf(why);
        if (why.moved?.cause === causes[0]) return why.moved?.common;
        const common = forOneReason(commonServer(message.dhcp.ip(OPTION.server)), causes[0]);
        // What a server says tells its reasons apart.
        return common && why.said !== undefined
          ? { ...common, reason: `${common.reason ?? ''} ${why.said}`, least: 2 }
          : common;
      },
      frames: [...message.frames, ...(request?.frames ?? [])],
      address: refused === undefined ? undefined : ip(refused),
      detail: () => toldBy(whyOf(exchange, message, request, world), request),
    };
  }
};

function toldBy(why: Why, request: Message | undefined): Detail {
  const { exchange, message, server, said, wanted } = why;
  if (request?.type === INFORM) return informRefused(why, request);
  const state = request && stateIn(exchange, request);
  const address = wanted === undefined ? 'an address' : ip(wanted);
  return {
    title: `${clientOf(exchange)}: server ${server} refuses ${wanted === undefined ? 'its address' : ip(wanted)} (NAK)`,
    explanation:
      `${request ? `The client asked for ${address}${state === undefined || state === 'unclear' ? '' : ` in state ${state.toUpperCase()}`} (${where(request)}); server` : 'Server'} ${server} answered NAK in frame ${message.frame}` +
      `${said === undefined ? ', without a reason' : `, with the message ${quote(said)}`}. ${endingOf(why)}`,
    causes: causesOf(why),
    steps: stepsOf(why),
    reference: 'RFC 2131 §3.1, §4.3.2',
  };
}

/** A NAK answers an INFORM, which asks for no address: RFC 2131 §4.3.5 knows only the ACK as its answer. */
function informRefused({ exchange, message, server, said }: Why, inform: Message): Detail {
  const client = clientOf(exchange);
  return {
    title: `${client}: server ${server} answers an INFORM with NAK`,
    explanation: `The client has ${ip(inform.dhcp.ciaddr)} and asks for the other settings only (${where(inform)}); server ${server} answers NAK in frame ${message.frame}${said === undefined ? '' : `, with the message ${quote(said)}`}. An INFORM asks for no address, so there is nothing to refuse: its answer is an ACK, or none. A client that takes the NAK gives up its address.`,
    causes: ranked(
      cause(
        'likely',
        'The server’s program treats the INFORM as a REQUEST for an address that it does not know',
        `INFORM in frame ${inform.frame}, NAK in frame ${message.frame}`,
      ),
      cause('possible', 'The server is set to refuse whoever has an address that it did not lease'),
    ),
    steps: [
      `Update the DHCP program on ${server}, or let it keep silent about INFORM.`,
      `On client ${client}, see which program sends INFORM although the system has a lease.`,
    ],
    reference: 'RFC 2131 §3.4, §4.3.5',
  };
}

function whyOf(exchange: Exchange, message: Message, request: Message | undefined, world: World): Why {
  const server = serverOf(message) ?? 'a server';
  const wanted = request && wantedBy(request);
  const subnet = servedSubnet(message, request, world);
  const outside = wanted !== undefined && subnet !== undefined && !sameSubnet(wanted, subnet.address, subnet.mask);
  const misfit = misfitOf(exchange, world);
  // A server on the client's own link has an address there: one that differs in its first octet shares no subnet with the address asked for.
  const own = message.dhcp.ip(OPTION.server);
  const onLink = message.dhcp.giaddr === 0 && !exchange.routed;
  const far = onLink && !outside && own !== undefined && wanted !== undefined && own >>> 24 !== wanted >>> 24;
  return {
    exchange,
    message,
    server,
    said: message.dhcp.text(OPTION.message),
    wanted,
    outside: outside ? subnet : undefined,
    inside: wanted !== undefined && !outside ? subnet : undefined,
    far,
    holder:
      wanted === undefined ? undefined : world.survey.leasesOf(wanted).find(({ client }) => client !== exchange.client),
    moved: wanted === undefined ? undefined : movedFrom(exchange.client, message, request, wanted, subnet, world),
    before: wanted === undefined ? undefined : leaseBefore(exchange, message, wanted, world),
    after: leaseAfter(exchange, message, world),
    offered: exchange.of(OFFER).some((offer) => offer.dhcp.yiaddr === wanted && serverOf(offer) === server),
    changedAsk: request && changedAsk(exchange, request),
    selected: request?.dhcp.ip(OPTION.server),
    proxy: request && proxyTaken(exchange, request),
    refusal: refusedByAnother(exchange),
    unheard: unheardCause(exchange, message, world),
    machine: otherMachineCause(exchange, message),
    misfit: misfit && misfitCause(misfit),
    changed: changedIdentityCause(exchange, world),
  };
}

/** How many of a client's exchanges after a NAK are searched for its next lease. */
const MOST_EXCHANGES = 8;

/** The lease that a server gave to a client before it refused the same address, if it was neither over nor given back. */
function leaseBefore({ client }: Exchange, nak: Message, wanted: number, world: World): Lease | undefined {
  const lease = world.survey
    .leasesOf(wanted)
    .findLast(
      (one) =>
        one.client === client &&
        one.time <= nak.time &&
        one.server !== undefined &&
        ip(one.server) === identifierOf(nak),
    );
  if (!lease || !nak.timed || nak.time - lease.time >= (lease.seconds ?? 0)) return undefined;
  const ended = client.exchanges.some(
    (one) => (one.holds(RELEASE) || one.holds(DECLINE)) && one.end >= lease.time && one.start <= nak.time,
  );
  return ended ? undefined : lease;
}

/** The next lease of a client after a NAK, also under another client identifier. */
function leaseAfter(exchange: Exchange, nak: Message, world: World): Lease | undefined {
  let one: Exchange | undefined = exchange;
  for (let i = 0; one && i < MOST_EXCHANGES; i++, one = one.next) {
    const lease = leaseIn(one, nak, world);
    if (lease) return lease;
  }
  const other = nak.timed ? leaseAsAnotherAfter(exchange.client, nak.time, world) : undefined;
  return other && leaseIn(other, nak, world);
}

/** The lease that an exchange gives after a NAK. */
function leaseIn(exchange: Exchange, { time, frame }: Message, world: World): Lease | undefined {
  const ack = exchange.of(ACK).find((one) => one.dhcp.yiaddr !== 0 && one.time >= time && one.frame !== frame);
  return ack && world.survey.leasesOf(ack.dhcp.yiaddr).find((lease) => lease.frame === ack.frame);
}

function endingOf({ after, exchange }: Why): string {
  if (after?.exchange === exchange)
    return `The ACK in frame ${after.frame} gives the client ${ip(after.address)} all the same.`;
  const must = 'The client must stop using the address and start over with DISCOVER';
  return after ? `${must}; it has ${ip(after.address)} since frame ${after.frame}.` : `${must}.`;
}

function causesOf(why: Why): Cause[] {
  const {
    message,
    server,
    said,
    wanted,
    outside,
    inside,
    far,
    holder,
    moved,
    before,
    offered,
    changedAsk,
    selected,
    proxy,
    refusal,
    unheard,
    machine,
    misfit,
    changed,
    after,
  } = why;
  const other = isOther(why);
  const taken = said !== undefined && TAKEN.test(said);
  const again = after && after.address === wanted ? after : undefined;
  const elsewhere = outside !== undefined || far || (inside === undefined && saysOtherNetwork(said));
  const explained =
    moved !== undefined ||
    elsewhere ||
    holder !== undefined ||
    other ||
    offered ||
    machine !== undefined ||
    changed !== undefined ||
    misfit !== undefined;
  // A server that gave the lease a while ago has a record of it, unless it says otherwise.
  const known = before !== undefined && !(said !== undefined && NO_RECORD.test(said));
  return ranked(
    machine,
    misfit,
    changed,
    unheard,
    known &&
      !explained &&
      cause(
        taken ? 'possible' : 'likely',
        'The server has given up a lease that is not over: its database was cleared or restored, or somebody deleted the lease or changed its pool or reservation meanwhile',
        `the same server gave it to this client in frame ${before.frame}, and that lease is not over`,
      ),
    proxy &&
      cause(
        'likely',
        'The client takes the OFFER of a proxyDHCP service as if it gave an address, and asks for none',
        `the ${where(proxy)} has yiaddr 0.0.0.0 and comes from ${serverOf(proxy) ?? 'a server'}`,
      ),
    other && {
      ...cause(
        'likely',
        'Another server speaks for a lease that is not its own',
        selected !== undefined &&
          ip(selected) !== server &&
          `the REQUEST selects ${ip(selected)}, the NAK is from ${server}`,
      ),
      ...(refusal ? { finding: refusal.id } : {}),
    },
    moved?.cause,
    (outside !== undefined || far || !refusal) &&
      !misfit &&
      !proxy &&
      !moved &&
      // Another server of this link gives the very address.
      refusal?.given.dhcp.yiaddr !== wanted &&
      cause(
        inside || (again && !elsewhere) ? 'unlikely' : elsewhere && !other ? 'likely' : 'possible',
        'The client comes from another subnet, with an address that does not belong here',
        again && `the ACK in frame ${again.frame} gives it ${ip(wanted!)} again`,
        inside && `${ip(wanted!)} is in ${subnetText(inside.address, inside.mask)}, which ${server} serves`,
        outside && `${ip(wanted!)} is not in ${subnetText(outside.address, outside.mask)}, which ${server} serves`,
        far && `${ip(wanted!)} has nothing in common with the server’s own address ${server}`,
        message.dhcp.giaddr !== 0 && `giaddr ${ip(message.dhcp.giaddr)}`,
        saysOtherNetwork(said) && `the server says ${quote(said)}`,
      ),
    (holder !== undefined || !(refusal || moved || misfit)) &&
      cause(
        holder || (taken && !explained) ? 'likely' : 'possible',
        'The address was leased to another client meanwhile, or the lease ended',
        holder && `${holder.client.label} got ${ip(holder.address)} in frame ${holder.frame}`,
        taken && `the server says ${quote(said)}`,
      ),
    // Without the request, nothing tells which of these it is.
    !moved &&
      !misfit &&
      cause(
        known ? 'unlikely' : explained || taken || wanted === undefined ? 'possible' : 'likely',
        'The server has no record of the lease (its database was lost or it is new), and is set to be authoritative',
        said !== undefined && NO_RECORD.test(said) && `the server says ${quote(said)}`,
        before && `the same server gave it to this client in frame ${before.frame}, and that lease is not over`,
      ),
    offered &&
      !machine &&
      cause(
        'likely',
        'The server could not keep its own OFFER: the address was taken, or the client’s identity changed between OFFER and REQUEST',
        `${server} had offered ${ip(wanted!)}`,
        changedAsk,
      ),
  );
}

/** What servers say in option 56 of an address that another client has, of one of another network, and of a lease that they do not know. */
const TAKEN = /\bin use\b|\bnot available\b/i;
const OTHER_NETWORK = /\bwrong (network|subnet)\b|\bnot (on|in) .*(net|subnet|range)/i;
const saysOtherNetwork = (said: string | undefined): said is string => said !== undefined && OTHER_NETWORK.test(said);
const NO_RECORD = /\bnot found\b|\bno (such )?lease\b|\bunknown\b/i;

/** Whether the NAK comes from another server than the client selected. */
const isOther = ({ refusal, selected, server }: Why): boolean =>
  refusal !== undefined || (selected !== undefined && ip(selected) !== server);

function stepsOf(why: Why): advice.Step[] {
  const { exchange, server, selected, wanted, outside, far, after, refusal, misfit, changed, changedAsk, proxy } = why;
  const client = clientOf(exchange);
  const lookUp = wanted === undefined ? [] : advice.leaseLookUp(ip(wanted));
  if (refusal)
    return [
      `Switch the DHCP server on ${server} off, or let it say nothing about leases that are not its own.`,
      ...quiet(server),
    ];
  if (why.machine)
    return [
      `Find out why two machines answer as ${server}, and let one alone do so: see the finding server-identity-clash.`,
    ];
  if (changed)
    return [`Let ${client} send the same client identifier (option 61) in all messages of a lease.`, ...lookUp];
  if (proxy)
    return [
      `Correct the DHCP client of ${client}: it must not take an OFFER without an address (yiaddr 0.0.0.0, no lease time).`,
      `Leave option 60 “PXEClient” out of its messages if it does not boot from the network: ${serverOf(proxy) ?? 'the proxyDHCP service'} then keeps silent.`,
    ];
  if (isOther(why) && selected !== undefined)
    return [
      `Find out which of ${ip(selected)} and ${server} belongs on this link, and switch the other one off there.`,
      ...quiet(server),
    ];
  if (changedAsk !== undefined && why.offered)
    return [
      `Let ${client} send the same options in DISCOVER and REQUEST, or see on ${server} who else has the reservation: ${changedAsk}.`,
      ...lookUp,
    ];
  if (misfit) return [advice.updateClient(client)];
  if (why.moved) return movedSteps(why.moved, after, exchange.client);
  if (outside || far)
    return [
      ...(after
        ? [
            `Find out whether ${client} moved here from another network: if so, this needs no action, and it has ${ip(after.address)} since frame ${after.frame}.`,
          ]
        : advice.askAnew(client, systemOfClient(exchange.client))),
      outside
        ? `If it did not move, compare the subnet of its link with ${subnetText(outside.address, outside.mask)}, which ${server} serves.`
        : `If it did not move, see on ${server} which subnet it serves on this link.`,
    ];
  return [
    wanted === undefined
      ? `On ${server}, see in its log which address of ${client} it refuses, and why: this capture does not show what the client asked for.`
      : `On ${server}, look up who holds ${ip(wanted)}.`,
    ...advice.together(lookUp, why.wanted === undefined ? advice.authoritative() : []),
  ];
}
