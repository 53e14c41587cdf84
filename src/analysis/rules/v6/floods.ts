import { messageType6 } from '../../../codec/dhcpv6/message';
import { addressInDuid, nameOfDuid } from '../../../codec/names/duids';
import { cause, ranked } from '../../collector';
import type { Client6, Note6 } from '../../conversations/v6model';
import { invented6 } from '../../evidence/attacks6';
import type { World } from '../../evidence/world';
import { count, span } from '../../words/words';
import { FLOOD, densest, type Sent } from '../../evidence/floods';
import { typesOf } from '../../words/floods';
import { MOST_FRAMES, answerFlood, findPort } from '../floods';
import type { WorldRule } from '../rule';

/** DHCPv6: clients that ask too often, and servers that answer without end. */

/** One client sends many requests in a short time. */
export const v6MessageFlood: WorldRule = function* (world) {
  const invented = invented6(world);
  for (const client of world.conversations6.clients.values()) {
    if (invented.has(client)) continue;
    const flood = densest(sent(client, ({ fromServer }) => !fromServer, world));
    if (!flood) continue;
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
    const flood = densest(sent(client, ({ fromServer }) => fromServer, world));
    if (!flood || flood.length < 2 * sent(client, ({ fromServer }) => !fromServer, world).length) continue;
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

/**
 * A client's messages of one direction; empty if there are too few for a flood. The copies of one message, as several interfaces show it,
 * count as one, but a message that keeps coming for longer than copies do counts each time.
 */
function sent({ exchanges }: Client6, wanted: (note: Note6) => boolean, { packets, limits }: World): Sent[] {
  const all: Sent[] = [];
  for (const { notes } of exchanges) {
    for (const note of notes) {
      if (!note.timed || !wanted(note)) continue;
      const lasts = note.lastTime - note.time;
      const frames = lasts > limits.relayWindow ? note.frames : [note.frame];
      const type = messageType6(note.type);
      const xid = packets.get(note.index).dhcpv6!.xid;
      const step = frames.length > 1 ? lasts / (frames.length - 1) : 0;
      for (const [i, frame] of frames.entries()) all.push({ frame, time: note.time + i * step, type, xid });
    }
  }
  return all.length < FLOOD.messages ? [] : all.sort((a, b) => a.time - b.time);
}
