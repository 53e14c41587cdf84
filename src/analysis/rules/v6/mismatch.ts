import { messageType6 } from '../../../codec/dhcpv6/message';
import { nameAndDuid, nameOfDuid } from '../../../codec/names/duids';
import { cause, ranked } from '../../collector';
import { fit6, type Misfit6 } from '../../evidence/fit6';
import type { WorldRule } from '../rule';
import { duidChanges } from './duids';

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
    const server = reply.server ?? world.packets.get(reply.index).source ?? '?';
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
