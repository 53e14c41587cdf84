import { addressInDuid, nameOfDuid } from '../../../codec/names/duids';
import { cause, ranked } from '../../collector';
import { attacks6, type Attack6 } from '../../evidence/attacks6';
import { densest } from '../../evidence/floods';
import { requestFloods6, sent6 } from '../../evidence/floods6';
import { linkText } from '../../words/links';
import { stepFor } from '../../words/steps';
import { count, frames, list, span } from '../../words/words';
import { typesOf } from '../../words/floods';
import { MOST_FRAMES, answerFlood, findPort } from '../floods';
import type { WorldRule } from '../rule';

/** DHCPv6: clients that ask too often, or do not exist, and servers that answer without end. */

/** One client sends many requests in a short time. */
export const v6MessageFlood: WorldRule = function* (world) {
  for (const { client, sent: flood } of requestFloods6(world)) {
    const [first] = flood;
    const last = flood[flood.length - 1]!;
    const one = flood.every(({ xid }) => xid === first!.xid);
    yield {
      id: 'message-flood',
      severity: 'warning',
      subject: client.label,
      frames: flood.slice(0, MOST_FRAMES).map(({ frame }) => frame),
      detail: () => ({
        title: `${client.name} sends ${count(flood.length, 'DHCPv6 request')} within ${span(last.time - first!.time)}`,
        explanation: `From frame ${first!.frame} on the client sends ${count(flood.length, 'request')} (${typesOf(flood)}) within ${span(last.time - first!.time)}. A client waits longer and longer before it asks again, 1 s at first. Such a flood keeps the server from answering others.`,
        causes: ranked(
          cause(
            one ? 'possible' : 'likely',
            'The client’s DHCPv6 program is in a loop: it starts over at once, or does not wait between its requests',
            typesOf(flood),
          ),
          cause(
            one ? 'likely' : 'possible',
            'A loop in the switched network brings the client’s multicasts back again and again',
            one && 'all have one transaction id',
          ),
          cause('possible', 'A load test, or an attack on the server'),
        ),
        steps: [
          findPort(client.mac ?? client.relayedMac ?? addressInDuid(client.label)),
          'See whether there is a loop in the network: `show spanning-tree detail | include ieee|occurr|from` (Cisco IOS).',
        ],
        reference: 'RFC 9915 §14.1, §15',
      }),
    };
  }
};

/** A server sends one client answer upon answer, though it asks far less often. */
export const v6AnswerFlood: WorldRule = function* (world) {
  for (const client of world.conversations6.clients.values()) {
    const flood = densest(sent6(client, ({ fromServer }) => fromServer, world));
    if (!flood || flood.length < 2 * sent6(client, ({ fromServer }) => !fromServer, world).length) continue;
    const server = client.exchanges.find((exchange) => exchange.server !== undefined)?.server;
    yield answerFlood({
      name: client.name,
      server: server && nameOfDuid(server),
      flood,
      looping: false,
      reference: 'RFC 9915 §18.3',
    });
  }
};

/** Many DUIDs that do not exist ask for addresses until the pool is empty. */
export const v6Starvation: WorldRule = function* (world) {
  for (const { link, asked, incomplete, victims } of attacks6(world)) {
    const sources = [...new Set(asked.map(({ source }) => source ?? 'an unknown source'))];
    yield {
      id: 'v6-starvation',
      severity: 'error',
      subject: linkText(link),
      frames: [...asked, ...victims].map(({ frame }) => frame),
      detail: () => {
        const took = span(asked[asked.length - 1]!.time - asked[0]!.time);
        const share =
          incomplete === 1 ? 'none of them ever completes' : `${Math.round(incomplete * 100)} % of them never complete`;
        return {
          title: `${asked.length} DUIDs ask within ${took}: somebody empties the pool`,
          explanation: `On ${linkText(link)}, ${asked.length} different DUIDs send SOLICIT within ${took}, from ${count(sources.length, 'link-layer source')} (${list(sources, 3)}); ${share}. Each takes an address out of the pool until nothing is left for others.${victimText(victims)}`,
          causes: ranked(
            cause('likely', 'A starvation attack on the DHCPv6 server', `from ${list(sources, 3)}`, share),
            cause('possible', 'A load test (perfdhcp)'),
            cause(
              sources.length <= world.limits.starvationSources ? 'unlikely' : 'possible',
              'Many clients start at once, and no server answers them',
            ),
          ),
          steps: [
            `Find the port: ${list(sources.slice(0, 3).map((one) => `\`show mac address-table address ${one}\``))}.`,
            stepFor(
              'switch',
              'ios',
              'Cisco IOS',
              '`ipv6 dhcp guard`, and `switchport port-security maximum 3` on client ports.',
            ),
          ],
          reference: 'RFC 9915 §22; RFC 7513',
        };
      },
    };
  }
};

/** Who gets no address meanwhile. */
const victimText = (victims: Attack6['victims']): string =>
  victims.length === 0
    ? ''
    : ` Meanwhile ${list(
        victims.map(({ client }) => client.name),
        5,
      )} ${victims.length === 1 ? 'asks' : 'ask'} in vain (${frames(victims.map(({ frame }) => frame))}).`;
