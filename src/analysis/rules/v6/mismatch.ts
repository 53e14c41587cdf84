import { messageType6 } from '../../../codec/dhcpv6/message';
import { nameAndDuid, nameOfDuid } from '../../../codec/names/duids';
import { cause, ranked } from '../../collector';
import { fit6, type Misfit6 } from '../../evidence/fit6';
import type { WorldRule } from '../rule';

/** An answer does not give back what its question had: whose it is, which one, for which server, or what was asked for. */
export const v6ReplyMismatch: WorldRule = function* (world) {
  for (const misfit of world.once(fit6).misfits) {
    const { client, asked, reply } = misfit;
    const server = reply.server ?? world.packets.get(reply.index).source ?? '?';
    yield {
      id: 'reply-mismatch',
      severity: 'error',
      subject: server,
      frames: [...reply.frames, ...asked.frames],
      detail: () => {
        const question = `The ${messageType6(asked.type)} in frame ${asked.frame}`;
        const answer = `the ${messageType6(reply.type)} in frame ${reply.frame}`;
        const { title, difference, consequence, blame, reference } = wordsOf(misfit);
        return {
          title: `DHCPv6 server ${nameOfDuid(server)}: ${title}`,
          explanation: `${question} from ${client.name} has ${difference[0]}; ${answer} from ${nameAndDuid(server)} has ${difference[1]}. ${consequence}`,
          causes: ranked(
            cause('likely', blame, `${difference[0]} in frame ${asked.frame}, ${difference[1]} in frame ${reply.frame}`), // prettier-ignore
            cause('possible', 'A relay, proxy or switch on the way changes the message'),
          ),
          steps: [
            `Update the program of DHCPv6 server ${nameOfDuid(server)}; keep this capture for its maker.`,
            'Capture on the server itself as well: that tells whether the message leaves it as it is here.',
          ],
          reference,
        };
      },
    };
  }
};

interface Words {
  readonly title: string;
  /** What the question has, and what the answer has. */
  readonly difference: readonly [string, string];
  readonly consequence: string;
  readonly blame: string;
  readonly reference: string;
}

function wordsOf({ field, client, had, given }: Misfit6): Words {
  const to = client.name;
  switch (field) {
    case 'client DUID':
      return {
        title: `the answer to ${to} has the client DUID ${given}`,
        difference: [`client DUID ${had}`, `the same transaction id, and client DUID ${given}`],
        consequence: 'The client must discard an answer that does not have its own DUID.',
        blame: 'The server does not copy option 1 (Client Identifier) into its answer',
        reference: 'RFC 8415 §16.3, §16.10',
      };
    case 'transaction id':
      return {
        title: `the answer to ${to} has transaction id ${given} instead of ${had}`,
        difference: [`transaction id ${had}`, `transaction id ${given}, which this client never used`],
        consequence: 'The client must discard an answer with another transaction id than its own.',
        blame: 'The server does not copy the transaction id into its answer',
        reference: 'RFC 8415 §16.1, §16.3, §16.10',
      };
    case 'server DUID':
      return {
        title: `a REPLY to ${to}, which asks server ${nameOfDuid(had)}`,
        difference: [`server DUID ${had}`, `server DUID ${given}`],
        consequence: 'Only the server that is named may answer, and the others must discard the message.',
        blame:
          'The server takes messages for another server for its own, or puts another DUID into its answers than the one that it advertises',
        reference: 'RFC 8415 §16.4, §16.6, §18.3.2',
      };
    case 'IAID':
      return {
        title: `the answer to ${to} is for ${given} instead of ${had}`,
        difference: [had, given],
        consequence: 'The client has no such identity association: it takes nothing from it, and asks again.',
        blame: 'The server does not copy the IAID into its answer',
        reference: 'RFC 8415 §21.4, §18.3.9, §18.3.2',
      };
    case 'rapid commit':
      return {
        title: `a REPLY ${given} Rapid Commit answers the SOLICIT of ${to}${had === 'with' ? ', which asks for it' : ', which does not ask for it'}`,
        difference: [
          `${had === 'with' ? 'option' : 'no option'} 14 (Rapid Commit)`,
          `${given === 'with' ? 'option' : 'no option'} 14`,
        ],
        consequence:
          'Such a SOLICIT is answered by ADVERTISE. A client discards a REPLY to it unless both have option 14.',
        blame: 'The server answers every SOLICIT by REPLY at once',
        reference: 'RFC 8415 §18.2.1, §18.3.1, §21.14',
      };
  }
}
