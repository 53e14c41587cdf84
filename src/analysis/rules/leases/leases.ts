import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import { ACK, DECLINE, NAK, OFFER, OPTION, RELEASE, REQUEST, isProxy, serverOf, stateIn, type Client, type Message } from '../../conversations/model'; // prettier-ignore
import type { ExchangeRule, WorldRule } from '../rule';
import { isContiguous, subnetText } from '../subnets/subnet';
import { misfitCause } from '../messages/requests';
import { misfitOf } from '../../evidence/fit';
import { clientOf, serverSubject } from '../../evidence/subjects';
import { count, ip, list, quote, span, where } from '../../words/words';
import { clonesOf } from '../../evidence/identity';
import { changedIdentityCause } from './identity';
import { push, type Lease, type World } from '../../evidence/world';

/* Leases and conflicts. */

/** A NAK: the server refuses the address, and says more or less why. */
export const nak: ExchangeRule = function* (exchange, world) {
  for (const [i, message] of exchange.messages.entries()) {
    if (message.type !== NAK) continue;
    const request = exchange.messages
      .slice(0, i)
      .reverse()
      .find((one) => one.type === REQUEST);
    const said = message.dhcp.text(OPTION.message);
    yield {
      id: 'nak',
      severity: 'warning',
      subject: clientOf(exchange),
      frames: [...message.frames, ...(request?.frames ?? [])],
      detail: () => {
        const server = serverOf(message) ?? 'a server';
        const wanted = request && (request.dhcp.ip(OPTION.requested) ?? (request.dhcp.ciaddr || undefined));
        const state = request && stateIn(exchange, request);
        const subnet = servedSubnet(world, message);
        const outside =
          wanted !== undefined &&
          subnet !== undefined &&
          (wanted & subnet.mask) >>> 0 !== (subnet.address & subnet.mask) >>> 0;
        const changed = changedIdentityCause(exchange, world);
        const selected = request?.dhcp.ip(OPTION.server);
        const other = selected !== undefined && ip(selected) !== server;
        const holder =
          wanted === undefined ? undefined : world.leasesOf(wanted).find((lease) => lease.client !== exchange.client);
        const offered =
          wanted !== undefined &&
          exchange.of(OFFER).some((offer) => offer.dhcp.yiaddr === wanted && serverOf(offer) === server);
        const misfit = misfitOf(exchange, world);
        return {
          title: `${clientOf(exchange)}: server ${server} refuses ${wanted === undefined ? 'its address' : ip(wanted)} (NAK)`,
          explanation:
            `${request ? `The client asked for ${wanted === undefined ? 'an address' : ip(wanted)} in state ${stateName(state)} (${where(request)}); ` : ''}server ${server} answered NAK in frame ${message.frame}` +
            `${said === undefined ? ', without saying why' : `, with the message ${quote(said)}`}. The client must stop using the address and start anew with DISCOVER.`,
          causes: ranked(
            misfit && misfitCause(misfit),
            changed,
            cause(
              outside ? 'likely' : 'possible',
              'The client comes from another subnet, with an address that does not belong here',
              outside && `${ip(wanted)} is not in ${subnetText(subnet.address, subnet.mask)}, which ${server} serves`,
              message.dhcp.giaddr !== 0 && `giaddr ${ip(message.dhcp.giaddr)}`,
              wrongNetwork(said) && `the server says ${quote(said!)}`,
            ),
            cause(
              holder ? 'likely' : 'possible',
              'The address was leased to somebody else meanwhile, or the lease ended',
              holder && `${holder.client.label} got ${ip(holder.address)} in frame ${holder.frame}`,
            ),
            other &&
              cause(
                'likely',
                'Another server speaks for a lease that is not its own',
                `the REQUEST selects ${ip(selected)}, the NAK is from ${server}`,
              ),
            cause(
              !outside && !holder && !other && !offered && !changed ? 'likely' : 'possible',
              'The server has no record of the lease (its database was lost or it is new), and is set to be authoritative',
            ),
            offered &&
              cause(
                'likely',
                'The server could not keep its own OFFER: the address was taken, or the client’s identity changed between OFFER and REQUEST',
                `${server} had offered ${ip(wanted)}`,
              ),
          ),
          steps: [
            ...(outside ? ['Where the client moved between networks this is in order, and heals itself.'] : []),
            ...advice.together(advice.authoritative(), advice.poolAndFilters()),
          ],
          reference: 'RFC 2131 §3.1, §4.3.2',
        };
      },
    };
  }
};

function stateName(state: ReturnType<typeof stateIn> | undefined): string {
  return state === undefined || state === 'unclear' ? 'unknown' : state.toUpperCase();
}

function wrongNetwork(said: string | undefined): boolean {
  return said !== undefined && /wrong (network|address)|not (on|in) .*(net|subnet|range)|requested address/i.test(said);
}

/** The subnet that the NAK's server leases on the NAK's link, by the leases seen. */
function servedSubnet(world: World, message: Message): { readonly address: number; readonly mask: number } | undefined {
  const server = message.dhcp.ip(OPTION.server);
  const lease = server === undefined ? undefined : world.leaseBy(server);
  const fits =
    lease?.mask !== undefined &&
    isContiguous(lease.mask) &&
    lease.link === message.link &&
    (!lease.relayed || message.relayed);
  return fits ? { address: lease.address, mask: lease.mask } : undefined;
}

/** OFFERs and ACKs with a lease time. */
function* timed(exchange: Parameters<ExchangeRule>[0]): Generator<{ message: Message; lease: number }> {
  for (const message of exchange.messages) {
    if (message.type !== OFFER && message.type !== ACK) continue;
    const lease = message.dhcp.u32(OPTION.lease);
    if (lease !== undefined && !isProxy(message)) yield { message, lease };
  }
}

/** T1 < T2 < lease time, by the values sent or by their defaults. */
export const timerOrder: ExchangeRule = function* (exchange) {
  for (const { message, lease } of timed(exchange)) {
    const { dhcp } = message;
    const sent1 = dhcp.u32(OPTION.t1);
    const sent2 = dhcp.u32(OPTION.t2);
    if (sent1 === undefined && sent2 === undefined) continue;
    // A lease without end is never renewed; servers send the timers as infinite as well.
    if (lease === 0xffffffff) continue;
    const t1 = sent1 ?? lease * 0.5;
    const t2 = sent2 ?? lease * 0.875;
    if (t1 < t2 && t2 < lease) continue;
    yield {
      id: 'timer-order',
      severity: 'error',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)}: T1 ${t1} s, T2 ${t2} s, lease ${lease} s are not in order`,
        explanation: `The ${where(message)} gives T1 (renewal) ${t1} s${sent1 === undefined ? ' (by default, half the lease)' : ''}, T2 (rebinding) ${t2} s${sent2 === undefined ? ' (by default, 0.875 of the lease)' : ''} and a lease of ${lease} s. T1 must be earlier than T2, and T2 earlier than the end of the lease; a client may refuse these, or renew too late and lose its address.`,
        causes: ranked(
          cause(
            'likely',
            'The lease time was changed and the timers were left',
            `T1 ${sent1 ?? 'not sent'}, T2 ${sent2 ?? 'not sent'}, lease ${lease}`,
          ),
          cause('possible', 'Timers and lease time come from different scopes or classes'),
        ),
        steps: advice.leaseSetting(),
        reference: 'RFC 2131 §4.4.5; RFC 2132 §9.11, §9.12',
      }),
    };
  }
};

/** Lease time under a minute. */
export const shortLease: ExchangeRule = function* (exchange, world) {
  for (const { message, lease } of timed(exchange)) {
    if (lease >= world.limits.shortLease) continue;
    yield {
      id: 'short-lease',
      severity: 'warning',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)} leases for ${lease} s only`,
        explanation: `The ${where(message)} gives ${ip(message.dhcp.yiaddr)} for ${lease} s. The client renews every ${span(lease / 2)}, and loses its address at the first short outage of the server.`,
        causes: ranked(
          cause('likely', 'A value in seconds was meant as minutes, or is left from a test'),
          cause(
            'possible',
            'A failover pair in the state of having lost its partner gives short leases (maximum client lead time)',
          ),
        ),
        steps: advice.leaseSetting(),
        reference: 'RFC 2131 §3.3; RFC 2132 §9.2',
      }),
    };
  }
};

/** A lease without end. */
export const infiniteLease: ExchangeRule = function* (exchange) {
  for (const { message, lease } of timed(exchange)) {
    if (lease !== 0xffffffff) continue;
    yield {
      id: 'infinite-lease',
      severity: 'info',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)} leases for ever`,
        explanation: `The ${where(message)} gives ${ip(message.dhcp.yiaddr)} with lease time 0xffffffff, which means without end. The client never renews, so it never learns of changes, and the address is never free again.`,
        causes: ranked(
          cause('likely', 'It is set so on purpose, for a reservation'),
          cause('possible', 'The lease time was set to “unlimited” for the whole scope: the pool runs dry in time'),
        ),
        steps: advice.leaseSetting(),
        reference: 'RFC 2131 §3.3; RFC 2132 §9.2',
      }),
    };
  }
};

/** A client's leases in runs: each was given while the one before it had time left, and was not given back. */
function runsOf(leases: readonly Lease[]): Lease[][] {
  const runs: Lease[][] = [];
  let before: Lease | undefined;
  for (const lease of leases) {
    if (before && lease.exchange === before.exchange) continue;
    const goesOn =
      before?.seconds !== undefined &&
      lease.time < before.time + before.seconds &&
      before.vendorClass === lease.vendorClass &&
      !gaveBack(before, lease);
    if (goesOn) runs[runs.length - 1]!.push(lease);
    else runs.push([lease]);
    before = lease;
  }
  return runs;
}

/**
 * A client completes DISCOVER…ACK again and again within the lease it was just given, under one vendor class: firmware, boot
 * loader and system each begin anew, and say who they are by option 60.
 */
export const leaseLoop: WorldRule = function* (world) {
  const byClient = new Map<Client, Lease[]>();
  for (const lease of world.leases)
    if (lease.client.exchanges.length >= world.limits.leaseLoop && lease.fresh && lease.time > 0) push(byClient, lease.client, lease); // prettier-ignore
  for (const [client, leases] of byClient) {
    // Two machines, each of which asks for itself: `duplicate-client-id`.
    if (clonesOf(world).has(client)) continue;
    for (const loop of runsOf(leases)) {
      if (loop.length < world.limits.leaseLoop) continue;
      yield {
        id: 'lease-loop',
        severity: 'warning',
        subject: client.label,
        frames: loop.map((one) => one.frame),
        detail: () => ({
          title: `${client.label} gets a lease again and again`,
          explanation: `The client completed DISCOVER to ACK ${count(loop.length, 'time')} within ${span(loop[loop.length - 1]!.time - loop[0]!.time)} (${list([...new Set(loop.map((one) => ip(one.address)))])}), though each lease had time left and none was given back.`,
          causes: ranked(
            cause(
              'likely',
              'The client restarts: power, link or driver goes down and up',
              client.vendorClass !== undefined && `vendor class ${quote(client.vendorClass)}`,
            ),
            cause(
              'possible',
              'The client takes the ACK, and cannot use what it says (wrong subnet, an option it needs is missing, address conflict)',
            ),
            cause(
              'possible',
              'A boot chain: each stage (firmware, loader, system) asks anew',
              client.vendorClass?.startsWith('PXEClient') === true && 'the client is a PXE client',
            ),
          ),
          steps: [
            'On the client: `journalctl -u NetworkManager -u systemd-networkd -g dhcp`, `dmesg | grep -i link`; on Windows the event log “Microsoft-Windows-Dhcp-Client”.',
            'On the switch: `show interfaces PORT | include line protocol|resets`, `show logging | include UPDOWN`.',
          ],
          reference: 'RFC 2131 §4.4.1',
        }),
      };
    }
  }
};

/** Whether the client released, declined or was refused an address between two leases. */
function gaveBack(before: Lease, after: Lease): boolean {
  for (let next = before.exchange.next; next && next !== after.exchange; next = next.next) {
    if (next.holds(RELEASE) || next.holds(DECLINE) || next.holds(NAK)) return true;
  }
  return before.exchange.holds(DECLINE);
}

/** A client renews before half of T1 has gone. */
export const earlyRenewal: WorldRule = function* (world) {
  const latest = new Map<Client, Lease>();
  for (const lease of world.leases) {
    if (lease.client.exchanges.length < 2) continue;
    const before = latest.get(lease.client);
    latest.set(lease.client, lease);
    if (
      !before ||
      lease.exchange === before.exchange ||
      before.address !== lease.address ||
      lease.exchange.outcome !== 'renewed'
    )
      continue;
    if (before.seconds === undefined || before.time === 0) continue;
    const t1 = before.t1 !== undefined && before.t1 < before.seconds ? before.t1 : before.seconds / 2;
    const asked = lease.exchange.start - before.time;
    if (t1 === Infinity || asked >= t1 / 2 || asked < 0) continue;
    yield {
      id: 'early-renewal',
      severity: 'info',
      subject: lease.client.label,
      frames: [lease.exchange.messages[0]!.frame, before.frame],
      detail: () => ({
        title: `${lease.client.label} renews ${ip(lease.address)} early`,
        explanation: `The lease of frame ${before.frame} says T1 ${span(t1)}; the client renewed it after ${span(asked)} already (frame ${lease.exchange.messages[0]!.frame}).`,
        causes: ranked(
          cause('likely', 'Somebody or some program asked for it (`ipconfig /renew`, a network manager after sleep)'),
          cause('possible', 'The link went down and up'),
          cause('possible', 'The server asked for it by FORCERENEW'),
        ),
        steps: ['Nothing need be done, unless it repeats itself.'],
        reference: 'RFC 2131 §4.4.5',
      }),
    };
  }
};
