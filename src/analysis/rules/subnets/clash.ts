import { isVirtualRouter, rivalsOf, spokenText, type Rival } from '../../evidence/rivals';
import { factoryOf } from '../../evidence/factory';
import * as advice from '../../words/advice';
import { push } from '../../../codec/append';
import { parseIpv4 } from '../../../codec/bytes';
import { cause, ranked, type Draft } from '../../collector';
import type { WorldRule } from '../rule';
import { findHost } from '../../words/hosts';
import type { World } from '../../evidence/world';
import { vlanOfLink } from '../../words/links';
import { count, frames, list } from '../../words/words';
import { ONE_TIME } from '../../conversations/settings';

/** One server identifier, two machines. */

/** Those that are seen not long before or after another: in captures of different days, the machine may have been replaced. */
function atOneTime<T extends { readonly first: number; readonly last: number }>(speakers: readonly T[]): T[] {
  const sorted = [...speakers].sort((a, b) => a.first - b.first);
  const near = new Set<T>();
  let before: T | undefined;
  for (const one of sorted) {
    if (before && one.first - before.last <= ONE_TIME) near.add(before).add(one);
    if (!before || one.last > before.last) before = one;
  }
  return speakers.filter((one) => near.has(one));
}

/** The steps against a machine that has a server's address. */
export const rivalSteps = ({ server, own, other }: Rival): advice.Step[] => [
  `${findHost(other.mac, 'the other machine')} Give it another address, or take it off the network.`,
  `See who has the address: \`arping -D -I INTERFACE ${server}\` on a host of this link. Only ${own.mac} may answer.`,
  `Exclude ${server} from the pools of every DHCP server, so that nobody is given it.`,
];

/** Another machine speaks by ARP or ICMP as a server's address, and does not serve. */
function rivalDraft(rival: Rival): Draft {
  const { server, own, other } = rival;
  return {
    id: 'server-identity-clash',
    severity: 'error',
    subject: server,
    frames: [other.frame, own.frame],
    detail: () => ({
      title: `Two machines have the address of server ${server}: ${own.mac} and ${other.mac}`,
      explanation: `${spokenText(own, server)}; ${spokenText(other, server)}. What clients send to ${server} by unicast, as they do to renew their lease, reaches one machine or the other, by whichever answered their ARP last.`,
      causes: ranked(
        cause(
          'likely',
          `${own.by === 'DHCP' ? `Another machine, ${other.mac},` : 'Another machine'} has the server’s address by a fixed setting, or was given it by another DHCP server`,
          `${spokenText(own, server)}; ${spokenText(other, server)}`,
        ),
        cause('possible', 'A cluster moved the address to its other node, and the DHCP program did not move with it'),
        cause('possible', 'The server has two interfaces on this link (bond, bridge), and answers by both'),
      ),
      steps: rivalSteps(rival),
      reference: 'RFC 5227 §2.4, RFC 2131 §7',
    }),
  };
}

const ANOTHER = 'Another machine answers in the server’s name: an attacker, or a copy of the server’s virtual machine';

/** A link-layer address that speaks for a server, and when. */
interface Speaker {
  readonly link: string;
  readonly mac: string;
  readonly first: number;
  readonly last: number;
  readonly frame: number;
  readonly more: readonly number[];
}

/** So many replies of the new machine alone, without one of the old, are no chance: two clients' OFFERs and ACKs. */
const ALONE = 4;
const MOST_SHOWN = 8;
/** An address that goes through more machines than this is not moved by anybody. */
const MOST_MOVES = 8;

/** The frames that show that a server’s address went from one machine to the next, and that the old ones are heard no more; `speakers` in the order of time. */
function movedBy(server: string, speakers: readonly Speaker[], world: World): readonly number[] | undefined {
  if (speakers.length > MOST_MOVES || speakInTurn(speakers)) return undefined;
  const claims = world.neighbours
    .arpAbout(parseIpv4(server) ?? 0)
    .claims.filter(({ link }) => link === speakers[0]!.link);
  const shown: number[] = [];
  for (const [i, next] of speakers.slice(1).entries()) {
    const old = speakers[i]!;
    const announced = claims.filter(
      ({ senderMac, senderIp, targetIp, time }) => senderMac === next.mac && senderIp === targetIp && time >= old.last,
    );
    if (announced.length === 0 && next.more.length + 1 < ALONE) return undefined;
    const since = announced[0]?.time ?? next.first;
    if (claims.some(({ senderMac, time }) => senderMac === old.mac && time > since)) return undefined;
    for (const { frame } of announced.slice(0, MOST_SHOWN)) shown.push(frame);
  }
  return shown;
}

/** A cluster’s other node, a new card or a new machine has the address, and the old one is gone. */
function movedDraft(server: string, speakers: readonly Speaker[], announced: readonly number[]): Draft {
  const macs = speakers.map(({ mac }) => mac);
  const last = speakers[speakers.length - 1]!;
  return {
    id: 'server-identity-clash',
    severity: 'info',
    subject: server,
    frames: [last.frame, speakers[0]!.frame, ...announced, ...last.more],
    detail: () => ({
      title: `Server ${server} moved from ${list(macs.slice(0, -1))} to ${last.mac}`,
      explanation: `${list(speakers.map(({ mac, frame }) => `${mac} answers as ${server} from frame ${frame} on`))}. ${announced.length > 0 ? `${last.mac} announces the address by ARP (${frames(announced)}). ` : ''}After that, nothing comes from ${list(macs.slice(0, -1))} as ${server}.`,
      causes: [cause('likely', 'A cluster moved the address to its other node, or the server has a new network card')],
      steps: [`If nobody moved it, find its port: \`show mac address-table address ${last.mac}\`.`],
      reference: 'RFC 5227 §2.3',
    }),
  };
}

/** Whether one still speaks after another has begun: no address that was moved. */
function speakInTurn(speakers: readonly Speaker[]): boolean {
  let latest = -Infinity;
  for (const { first, last } of [...speakers].sort((a, b) => a.first - b.first)) {
    if (first < latest) return true;
    latest = Math.max(latest, last);
  }
  return false;
}

/** The octets of an address that name its maker (IEEE 802 §8.2). */
const makerOf = (mac: string): string => mac.slice(0, 8);
/** Whether nobody but its maker gave an address. */
const isUniversal = (mac: string): boolean => (parseInt(mac.slice(0, 2), 16) & 2) === 0;

/** Whether these are machines of one maker that speak in turn, as two nodes of a cluster that are both active. */
const isSplit = (speakers: readonly Speaker[]): boolean =>
  speakers.every(({ mac }) => isUniversal(mac) && makerOf(mac) === makerOf(speakers[0]!.mac)) && speakInTurn(speakers);

/** One server identifier is used from two link-layer addresses. */
export const serverIdentityClash: WorldRule = function* (world) {
  for (const rival of world.once(rivalsOf).values()) yield rivalDraft(rival);
  for (const notes of world.survey.servers.values()) {
    if (notes.macs.length < 2) continue;
    const byLink = new Map<string, (typeof notes.macs)[number][]>();
    for (const one of notes.macs) push(byLink, one.link, one);
    for (const speakersOnLink of byLink.values()) {
      // A relay that forwards a reply without giaddr, or a router's own address, is seen under its own MAC.
      const direct = atOneTime(
        speakersOnLink.filter(
          (one) => !isVirtualRouter(one.mac) && (!world.survey.routerMacs.has(one.mac) || one.source === notes.server),
        ),
      );
      if (direct.length < 2) continue;
      const inTime = [...direct].sort((a, b) => a.first - b.first);
      const moved = movedBy(notes.server, inTime, world);
      if (moved) {
        yield movedDraft(notes.server, inTime, moved);
        continue;
      }
      const factory = factoryOf(notes.server);
      const split = isSplit(direct);
      yield {
        id: 'server-identity-clash',
        severity: 'error',
        subject: notes.server,
        frames: [...direct.map((one) => one.frame), ...direct.flatMap((one) => one.more)],
        detail: () => ({
          title: `Server ${notes.server} speaks from ${count(direct.length, 'link-layer address', 'link-layer addresses')}: ${list(direct.map(({ mac }) => mac))}`,
          explanation: `The server identifier ${notes.server} is used on one link from ${list(direct.map((one) => `${one.mac} (frame ${one.frame}, source ${one.source})`))}. One server has one link-layer address on a link; here ${direct.length === 2 ? 'two' : direct.length} answer in its name.`,
          causes: ranked(
            cause(
              'likely',
              factory !== undefined
                ? `Two devices with the same factory address: ${notes.server} is that of ${factory}, and a second one was plugged in before it was set up`
                : split
                  ? 'Both nodes of a cluster are active at once (“split brain”), or a copy of the server’s virtual machine runs beside it'
                  : ANOTHER,
              `${list(direct.map((one) => `${one.mac} in frame ${one.frame}`))}`,
              split && `both addresses are of one maker (${makerOf(direct[0]!.mac)}), and they speak in turn`,
            ),
            (factory !== undefined || split) && cause('possible', ANOTHER),
            !speakInTurn(direct) &&
              cause('possible', 'A cluster moved the address to its other node: the two do not speak in turn here'),
            cause('possible', 'The server has two interfaces on this link (bond, bridge)'),
          ),
          steps: [
            ...(split
              ? [
                  `If they are the nodes of a cluster, see in its state why both are active: one alone may answer as ${notes.server}.`,
                ]
              : []),
            `Find both ports: ${direct
              .slice(0, 4)
              .map((one) => `\`show mac address-table address ${one.mac}\``)
              .join(', ')}.`,
            ...advice.snooping(vlanOfLink(direct[0]!.link)),
          ],
          reference: 'RFC 2131 §7',
        }),
      };
    }
  }
};
