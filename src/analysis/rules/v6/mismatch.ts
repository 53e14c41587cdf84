import { messageType6 } from '../../../codec/dhcpv6/message';
import { nameAndDuid, nameOfDuid } from '../../../codec/names/duids';
import { cause, ranked } from '../../collector';
import type { Packet } from '../../conversations/packet';
import { fit6, type Misfit6 } from '../../evidence/fit6';
import { forwards6 } from '../../evidence/forwarding';
import { answersToRelays } from '../../evidence/silence/unansweredRelays6';
import type { World } from '../../evidence/world';
import { updateServer6 } from '../../words/advice6';
import type { WorldRule } from '../rule';
import { duidChanges } from './duids';
import { UNKNOWN_ADDRESS } from '../../words/words';

/** An answer does not return what its request had: the client DUID, the transaction id, the server DUID, or what was asked for. */
export const v6ReplyMismatch: WorldRule = function* (world) {
  for (const misfit of world.once(fit6).misfits) {
    const { client, asked, reply, field, had, given } = misfit;
    // A server that was reinstalled is not a different server: `v6-server-duid-changed` reports that.
    if (
      field === 'server DUID' &&
      world.once(duidChanges).some(({ before, after }) => before.server === had && after.server === given)
    )
      continue;
    const server = reply.server ?? world.packets.get(reply.index).source ?? UNKNOWN_ADDRESS;
    yield {
      id: 'reply-mismatch',
      severity: 'error',
      subject: server,
      frames: [...reply.frames, ...asked.frames],
      detail: () => {
        const name = nameOfDuid(server);
        const [title, blame] = wordsOf(misfit);
        return {
          title: `DHCPv6 server ${name}: ${title}`,
          explanation: `In the ${messageType6(asked.type)} in frame ${asked.frame} from ${client.nameIn(asked)}, ${field} is ${had}; in the ${messageType6(reply.type)} in frame ${reply.frame} from ${nameAndDuid(server)} it is ${given}. A client must discard an answer that does not fit its question.`,
          causes: ranked(
            cause('likely', blame, `${field}: asked ${had}, answered ${given}`),
            cause('possible', 'A relay, proxy or switch on the way changes the message'),
          ),
          steps: [`Update the program of DHCPv6 server ${name}; keep this capture for its maker.`],
          reference: 'RFC 9915 §16, §18.2.10, §21.4',
        };
      },
    };
  }
};

/** What is wrong, and who is to blame. */
function wordsOf({ field, client, asked, had, given }: Misfit6): readonly [title: string, blame: string] {
  switch (field) {
    case 'server DUID':
      return [
        `a REPLY to ${client.nameIn(asked)}, which asks server ${nameOfDuid(had)}`,
        'The server takes messages for another server for its own, or changes its DUID between ADVERTISE and REPLY',
      ];
    case 'Rapid Commit':
      return [
        `a REPLY answers the ${messageType6(asked.type)} of ${client.nameIn(asked)}, and not both have Rapid Commit`,
        'The server answers every SOLICIT by REPLY at once; without option 14 in both, an ADVERTISE is due',
      ];
    default:
      return [
        `the answer to ${client.nameIn(asked)} has ${field} ${given} instead of ${had}`,
        `The server does not copy the ${field} into its answer`,
      ];
  }
}

/** UDP ports of clients, and of servers and relays (RFC 9915 §7.2). */
const CLIENT_PORT = 546;
const SERVER_PORT = 547;

/** The port to which an answer must go: that of clients or relays, or the one that its question came from (RFC 8357); undefined if it does. */
export function wrongPort6(came: Packet, asked: Packet | undefined, world: World): 546 | 547 | undefined {
  const { dhcpv6, destination = '', destinationPort: to } = came;
  const due = dhcpv6?.isRelay ? SERVER_PORT : CLIENT_PORT;
  const sent = dhcpv6?.isRelay ? world.once(forwards6).get(destination)?.get(dhcpv6.xid) : asked;
  return to === undefined || to === due || to === sent?.sourcePort ? undefined : due;
}

/** An answer goes to a port on which its receiver does not listen, and the client does not get it. */
export const v6ReplyToWrongPort: WorldRule = function* (world) {
  for (const { notes, client, outcome } of world.conversations6.exchanges) {
    if (outcome !== 'incomplete' && outcome !== 'unanswered') continue;
    let asked: Packet | undefined;
    for (const note of notes) {
      const packet = world.packets.get(note.index);
      if (!note.fromServer) asked = packet;
      if (!note.isAnswer || world.once(answersToRelays).has(note)) continue;
      const due = wrongPort6(packet, asked, world);
      if (due === undefined) continue;
      const { source = UNKNOWN_ADDRESS, destination = UNKNOWN_ADDRESS, destinationPort: to = 0 } = packet;
      const server = note.server ?? source;
      const what = due === SERVER_PORT ? 'RELAY-REPL' : messageType6(note.type);
      const receiver = due === SERVER_PORT ? 'a relay' : 'a client';
      yield {
        id: 'reply-to-wrong-port',
        severity: 'error',
        subject: server,
        frames: note.frames,
        detail: () => ({
          title: `DHCPv6 server ${nameOfDuid(server)} sends its ${what} to UDP port ${to}, not ${due}`,
          explanation: `The ${what} in frame ${note.frame} for ${client.name} goes from ${source} to [${destination}]:${to}; ${receiver} listens on port ${due}, so it does not hear it.`,
          causes: ranked(
            cause('likely', `The DHCPv6 program on ${source} sends to a wrong port`, `frame ${note.frame}: port ${to}`),
            cause('possible', 'A rule on the way rewrites the port'),
          ),
          steps: [
            updateServer6(source),
            `Capture on ${source} as well: if the port is ${due} there, look for a rule that rewrites it on the way (\`nft list ruleset\`).`,
          ],
          reference: 'RFC 9915 §7.2',
        }),
      };
    }
  }
};
