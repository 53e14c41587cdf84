import { ADVERTISE, DECLINE6, messageType6 } from '../../../codec/dhcpv6/message';
import { nameAndDuid, nameOfDuid } from '../../../codec/names/duids';
import { findHost } from '../../words/hosts';
import * as advice from '../../words/advice';
import { POOLS6, poolOf6 } from '../../words/advice6';
import { cause, ranked } from '../../collector';
import type { Client6, Note6 } from '../../conversations/v6model';
import { withFinding } from '../../draft';
import { clonesOf6, givenBefore } from '../../evidence/identity6';
import type { Cause } from '../../finding';
import type { Seen } from '../../conversations/packet';
import { fit6, iaidText } from '../../evidence/fit6';
import type { WorldRule } from '../rule';
import { UNKNOWN_ADDRESS, count, list } from '../../words/words';
import type { World } from '../../evidence/world';
import { lastGiven } from './status';

/** DHCPv6: identity associations that give the client nothing. */

/** How many frames of neighbour discovery are named. */
const MOST = 16;
/** ICMPv6 neighbour advertisement (RFC 4861 §4.4). */
const NEIGHBOR_ADVERTISEMENT = 136;

/** A client declines an address that is in use, as neighbour discovery shows. */
export const v6Decline: WorldRule = function* (world) {
  for (const exchange of world.conversations6.exchanges) {
    for (const note of exchange.of(DECLINE6)) {
      const packet = world.packets.get(note.index);
      const addresses = (packet.dhcpv6?.associations ?? []).flatMap((one) => one.addresses);
      const own = packet.dhcpv6?.isRelay ? undefined : packet.ethSource;
      const shown = addresses.flatMap((address) => holders(address, own, world));
      yield {
        id: 'v6-decline',
        severity: 'error',
        subject: exchange.client.label,
        frames: [...note.frames, ...shown.map(({ frame }) => frame)],
        address: addresses[0],
        detail: () => {
          const what = addresses.length > 0 ? list(addresses) : 'an address it does not name';
          const first = shown.find(({ advertises }) => advertises) ?? shown[0];
          const tests = addresses.some((address) => world.neighbours.discovery.has(address));
          const seen = first && `${first.told} ${first.address} in frame ${first.frame}`;
          const later = laterHolders(exchange.client, note, world);
          const causes = whyInUse(exchange.client, note, first, later, world, tests);
          return {
            title: `${exchange.client.nameIn(note)} declines ${what}: the address is in use`,
            explanation: `In frame ${note.frame} the client sends DECLINE for ${what}: when it looked whether the address is free (duplicate address detection), somebody else had it.${seen ? ` This capture shows who: ${seen}.` : ' This capture does not show by whom: no neighbour solicitation or advertisement of another host for it.'}`,
            causes,
            steps: causes.some(({ finding }) => finding === 'duplicate-client-id')
              ? ['Give each machine a DUID of its own: the finding duplicate-client-id has the steps.']
              : [
                  ...(first ? [findHost(first.mac, 'the host that has it')] : []),
                  ...[...new Set([...addresses, ...later.map(({ address }) => address)])]
                    .slice(0, 3)
                    .map(
                      (address) =>
                        `On a host of that link: \`ping6 -c 3 ${address}\`, then \`ip -6 neigh show ${address}\`.`,
                    ),
                  ...advice.settings({
                    dhcpd: '`range6` without addresses that are set by hand',
                    kea: '`"pools"` without addresses that are set by hand; the log says DHCP6_DECLINE_LEASE',
                    windows: '`Add-DhcpServerv6ExclusionRange`',
                  }),
                ],
            reference: 'RFC 9915 §18.2.8; RFC 4862 §5.4',
          };
        },
      };
    }
  }
};

/** How many exchanges of a client are searched for further addresses that it declines. */
const MOST_EXCHANGES = 50;

/** Who has the addresses that a client declines after this one: one host for each. */
const laterHolders = ({ exchanges }: Client6, note: Note6, world: World): Holder[] =>
  exchanges.slice(0, MOST_EXCHANGES).flatMap((exchange) =>
    exchange.of(DECLINE6).flatMap((other) => {
      if (other.frame <= note.frame) return [];
      const { dhcpv6, ethSource } = world.packets.get(other.index);
      const addresses = (dhcpv6?.associations ?? []).flatMap((one) => one.addresses);
      const own = dhcpv6?.isRelay ? undefined : ethSource;
      return addresses.flatMap((address) => {
        const all = holders(address, own, world);
        return all.find(({ advertises }) => advertises) ?? all[0] ?? [];
      });
    }),
  );

/** Weighs why an address that was given is in use. */
function whyInUse(
  client: Client6,
  note: Note6,
  first: Holder | undefined,
  later: readonly Holder[],
  world: World,
  tests: boolean,
): readonly Cause[] {
  const seen = first && `${first.told} ${first.address} in frame ${first.frame}`;
  const before = first && givenBefore(first.address, first.mac, note.time, world);
  const given =
    before === undefined ? undefined : `the server gave ${first!.address} to ${first!.mac} in frame ${before}`;
  const clones = clonesOf6(world).get(client);
  if (first && clones?.macs.includes(first.mac) && clones.macs.includes(note.sender ?? ''))
    return [
      withFinding(
        'duplicate-client-id',
        clones.frames,
        cause(
          'likely',
          `${list(clones.macs)} use one DUID, so the server takes them for one client, and gives each the same address`,
          given,
          seen,
        ),
      ),
    ];
  return ranked(
    given !== undefined &&
      cause(
        'likely',
        `The server gave the address to ${first!.mac} before, and to this client as well: its database of leases was lost, or a second server keeps one of its own`,
        given,
        seen,
      ),
    cause(
      given ? 'unlikely' : first || !tests ? 'likely' : 'possible',
      first
        ? `Another host, ${first.mac}, has the address, set by hand or left from another server`
        : 'Another host has the address, set by hand or left from another server',
      given === undefined && seen,
      ...later.map(({ told, address, frame }) => `${told} ${address} in frame ${frame}`),
    ),
    // What came back would be a solicitation: an advertisement of another machine is none.
    !first?.advertises &&
      cause(
        first || !tests ? 'possible' : 'likely',
        'The client’s own solicitation came back to it (a loop, a switch or an access point that reflects multicasts), and it took that for another host’s',
        !first && tests && 'the client’s solicitation is here, and no other host is seen with this address',
      ),
    given === undefined &&
      cause('possible', 'The server gave an address that it has given to another: its database of leases was lost'),
  );
}

/** A frame that shows another host with an address, and how it shows that. */
export interface Holder extends Pick<Seen, 'frame' | 'time'> {
  readonly address: string;
  readonly mac: string;
  /** Whether it says that it has the address; otherwise it tests whether the address is free. */
  readonly advertises: boolean;
  readonly told: string;
}

/** Other hosts that claim an address: by an advertisement, or by a solicitation that checks whether it is free (RFC 4862 §5.4.3). */
export function holders(address: string, own: string | undefined, world: World): Holder[] {
  const out: Holder[] = [];
  for (const { index, frame, time } of (world.neighbours.discovery.get(address) ?? []).slice(0, 4 * MOST)) {
    const { icmp, ethSource, source } = world.packets.get(index);
    const advertises = icmp?.type === NEIGHBOR_ADVERTISEMENT;
    if (ethSource === undefined || ethSource === own || (!advertises && source !== '::') || out.length >= MOST)
      continue;
    out.push({
      address,
      frame,
      time,
      advertises,
      mac: ethSource,
      told: advertises ? `${ethSource} advertises` : `${ethSource} tests for itself`,
    });
  }
  return out;
}

/** A REPLY omits an identity association of the request, without a status code. */
export const v6IaMissing: WorldRule = function* (world) {
  for (const { exchange, asked, reply, missing, empty } of world.once(fit6).lacking) {
    const { source, destination } = world.packets.get(reply.index);
    const server = reply.server ?? source ?? UNKNOWN_ADDRESS;
    // What the same server has offered it can give, so it is not that it knows no such thing.
    const offer = (empty ? [] : exchange.of(ADVERTISE)).find(
      (note) =>
        note.server === reply.server &&
        note.time <= reply.time &&
        missing.every(({ code, iaid }) =>
          world.packets.get(note.index).dhcpv6!.associations.some((one) => one.code === code && one.iaid === iaid),
        ),
    );
    yield {
      id: 'v6-ia-missing',
      severity: 'warning',
      subject: exchange.client.label,
      common: {
        subject: `server ${nameOfDuid(server)}`,
        trait: `all of server ${nameOfDuid(server)}`,
        reason: `${missing.map(({ code }) => code).join()} ${offer !== undefined} ${empty}`,
        least: 2,
      },
      frames: [...reply.frames, ...asked.frames],
      detail: () => {
        const names = missing.map(iaidText);
        const prefixes = missing.every(({ code }) => code === 25);
        const pool = poolOf6(missing[0]?.code);
        const relay = reply.relayed ? (destination ?? '') : '';
        const before = lastGiven(
          server,
          { frame: asked.frame, type: asked.type, client: exchange.client },
          { pool, relay },
          world,
        );
        const wanted = world.packets.get(asked.index).dhcpv6?.associations ?? [];
        return {
          title: `${exchange.client.nameIn(asked)}: the REPLY ${empty ? 'has nothing in' : 'leaves out'} ${list(names)}`,
          explanation: empty
            ? `The ${messageType6(asked.type)} in frame ${asked.frame} names ${prefixes ? 'a prefix' : 'an address'} in ${list(names)}; the REPLY of server ${nameAndDuid(server)} in frame ${reply.frame} has ${names.length === 1 ? 'it' : 'them'} without ${prefixes ? 'a prefix' : 'an address'} and without a status code. So it is not given or prolonged: the client may use it for the time that it has left at most, and some clients drop it at once. A server that takes it back must say so, by lifetimes of 0 or a status code (NoBinding).`
            : `The ${messageType6(asked.type)} in frame ${asked.frame} asks for ${count(wanted.length, 'identity association')}; the REPLY of server ${nameAndDuid(server)} in frame ${reply.frame} leaves out ${list(names)} and gives no status code${offer ? `, though its ADVERTISE in frame ${offer.frame} has ${missing.length === 1 ? 'it' : 'them'}` : ''}. The server must answer each of them.`,
          causes: ranked(
            offer &&
              cause(
                'likely',
                `The server offers ${prefixes ? 'a prefix' : 'it'} and then does not give it: it could not set it aside (pool used up meanwhile, database, a limit for this client), or its program forgets it`,
                `offered in frame ${offer.frame}, left out in frame ${reply.frame}`,
                before !== undefined && `another client is given ${prefixes ? 'a prefix' : 'one'} in frame ${before}`,
              ),
            empty &&
              cause(
                'likely',
                `The server does not know this ${prefixes ? 'prefix' : 'address'} any more, or may not give it, and its program leaves out the status code`,
              ),
            !offer &&
              !empty &&
              cause(
                'likely',
                prefixes
                  ? 'The server delegates no prefixes, and passes over what asks for one'
                  : 'The server has no pool for this kind of association, and passes over it',
              ),
            !empty && cause('possible', 'The server’s program has a mistake: it answers the first association only'),
          ),
          steps: empty
            ? [
                `Look at the server’s log for this client at frame ${reply.frame}: it tells why ${prefixes ? 'the prefix' : 'the address'} is not prolonged.`,
                ...advice.settings(POOLS6[pool]),
              ]
            : offer
              ? [
                  `Look at the server’s log for this client at frame ${reply.frame}: it tells why what it offered in frame ${offer.frame} is not given.`,
                  ...advice.settings(POOLS6[pool]),
                ]
              : advice.settings(POOLS6[pool]),
          reference: 'RFC 9915 §18.3.2, §18.3.4, §18.2.10.1',
        };
      },
    };
  }
};
