import { addressInDuid, nameOfDuid } from '../../../codec/names/duids';
import { cause, ranked } from '../../collector';
import { densest } from '../../evidence/floods';
import { requestFloods6, sent6 } from '../../evidence/floods6';
import { count, span } from '../../words/words';
import { typesOf } from '../../words/floods';
import { MOST_FRAMES, answerFlood, findPort } from '../floods';
import type { WorldRule } from '../rule';

/** DHCPv6: clients that ask too often, and servers that answer without end. */

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
