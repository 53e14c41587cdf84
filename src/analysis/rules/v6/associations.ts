import { DECLINE6, REBIND, RENEW, REPLY, REQUEST6, SOLICIT, messageType6 } from '../../../codec/dhcpv6/message';
import { nameAndDuid } from '../../../codec/names/duids';
import * as advice from '../../words/advice';
import { POOLS6 } from '../../words/advice6';
import { cause, ranked } from '../../collector';
import type { Seen } from '../../conversations/packet';
import type { Exchange6, Note6 } from '../../conversations/v6model';
import type { WorldRule } from '../rule';
import { count, list } from '../../words/words';
import type { World } from '../../evidence/world';

/* DHCPv6: identity associations that come to nothing. */

/** So many frames of neighbour discovery are told. */
const MOST = 16;
/** ICMPv6 neighbour advertisement (RFC 4861 §4.4). */
const NEIGHBOR_ADVERTISEMENT = 136;

/** A DECLINE: an address is in use, as neighbour discovery shows it. */
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
        detail: () => {
          const what = addresses.length > 0 ? list(addresses) : 'an address it does not name';
          const [first] = shown;
          const seen = first && `${first.told} ${first.address} in frame ${first.frame}`;
          return {
            title: `${exchange.client.name} declines ${what}: the address is in use`,
            explanation: `In frame ${note.frame} the client sends DECLINE for ${what}: when it looked whether the address is free (duplicate address detection), somebody else had it.${seen ? ` This capture shows who: ${seen}.` : ' This capture does not show by whom: no neighbour solicitation or advertisement of another host for it.'}`,
            causes: ranked(
              cause(
                first ? 'likely' : 'possible',
                first
                  ? `Another host, ${first.mac}, has the address, set by hand or left from another server`
                  : 'Another host has the address, set by hand or left from another server',
                seen,
              ),
              cause(
                first ? 'possible' : 'likely',
                'The client’s own solicitation came back to it (a loop, a switch or an access point that reflects multicasts), and it took that for another host’s',
                !first && 'no other host is seen with this address',
              ),
              cause(
                'possible',
                'The server gave an address that it has given to another: its database of leases was lost',
              ),
            ),
            steps: [
              ...addresses
                .slice(0, 3)
                .map(
                  (address) =>
                    `On a host of that link: \`ping6 -c 3 ${address}\`, then \`ip -6 neigh show ${address}\`.`,
                ),
              ...advice.settings({
                dhcpd: '`range6 FIRST LAST;` without addresses that are set by hand',
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

/** A frame that shows another host with an address, and how. */
interface Holder extends Pick<Seen, 'frame'> {
  readonly address: string;
  readonly mac: string;
  readonly told: string;
}

/** Other hosts that claim an address: by an advertisement, or by a solicitation that looks whether it is free (RFC 4862 §5.4.3). */
function holders(address: string, own: string | undefined, world: World): Holder[] {
  const out: Holder[] = [];
  for (const { index, frame } of (world.discovery.get(address) ?? []).slice(0, 4 * MOST)) {
    const { icmp, ethSource, source } = world.packets.get(index);
    const advertises = icmp?.type === NEIGHBOR_ADVERTISEMENT;
    if (ethSource === undefined || ethSource === own || (!advertises && source !== '::') || out.length >= MOST)
      continue;
    out.push({
      address,
      frame,
      mac: ethSource,
      told: advertises ? `${ethSource} advertises` : `${ethSource} tests for itself`,
    });
  }
  return out;
}

const NAMES: Readonly<Record<number, string>> = { 3: 'IA_NA', 4: 'IA_TA', 25: 'IA_PD' };
/** What a server answers with the same identity associations (RFC 9915 §18.3). */
const ASKS: ReadonlySet<number> = new Set([SOLICIT, REQUEST6, RENEW, REBIND]);

/** A REPLY leaves out an identity association that the request had, without a status code. */
export const v6IaMissing: WorldRule = function* (world) {
  for (const exchange of world.conversations6.exchanges) {
    for (const [asked, reply] of answersIn(exchange)) {
      // A status of the whole message says why (RFC 8415 §18.3.2: UseMulticast, UnspecFail …).
      if (reply.answer?.refusals.some(({ within }) => within.length === 0)) continue;
      const given = new Set(associationsOf(reply, world).map(({ code, iaid }) => `${code} ${iaid}`));
      const missing = associationsOf(asked, world).filter(({ code, iaid }) => !given.has(`${code} ${iaid}`));
      if (missing.length === 0) continue;
      const server = reply.server ?? world.packets.get(reply.index).source ?? '?';
      yield {
        id: 'v6-ia-missing',
        severity: 'warning',
        subject: exchange.client.label,
        frames: [...reply.frames, ...asked.frames],
        detail: () => {
          const names = missing.map(({ code, iaid }) => `${NAMES[code]!} with IAID 0x${iaid.toString(16)}`);
          const prefixes = missing.every(({ code }) => code === 25);
          return {
            title: `${exchange.client.name}: the REPLY leaves out ${list(names)}`,
            explanation: `The ${messageType6(asked.type)} in frame ${asked.frame} asks for ${count(associationsOf(asked, world).length, 'identity association')}; the REPLY of server ${nameAndDuid(server)} in frame ${reply.frame} leaves out ${list(names)} and gives no status code. The server must answer each of them, and the client asks again and again.`,
            causes: ranked(
              cause(
                'likely',
                prefixes
                  ? 'The server delegates no prefixes, and passes over what asks for one'
                  : 'The server has no pool for this kind of association, and passes over it',
              ),
              cause('possible', 'The server’s program has a mistake: it answers the first association only'),
            ),
            steps: advice.settings(POOLS6),
            reference: 'RFC 9915 §18.3.2, §18.3.4, §18.2.10.1',
          };
        },
      };
    }
  }
};

const associationsOf = (
  note: Note6,
  world: World,
): NonNullable<ReturnType<World['packets']['get']>['dhcpv6']>['associations'] =>
  world.packets.get(note.index).dhcpv6?.associations ?? [];

/** Each REPLY with what it answers: the client's last message before it that asks for associations. */
function* answersIn({ notes }: Exchange6): Generator<readonly [asked: Note6, reply: Note6]> {
  let asked: Note6 | undefined;
  for (const note of notes) {
    if (note.type === REPLY) {
      if (asked) yield [asked, note];
      asked = undefined;
    } else if (ASKS.has(note.type)) asked = note;
    else if (note.answer === undefined) asked = undefined;
  }
}
