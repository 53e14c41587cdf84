import { messageName } from '../conversations/model';
import { askedAbout, whoAsks } from '../words/queries';
import { ip } from '../words/words';
import { clientOf, serverName, the, type Scene } from './scene';
import { follows, type Sentences } from './sentences';

/* LEASEQUERY and its successors (RFC 4388, RFC 6926, RFC 7724): how relays ask a server about leases. */

/** What the messages that go with LEASEQUERY say. */
const MEANING: Readonly<Record<number, string>> = {
  11: 'the address is its own to give, and nobody has it',
  12: 'it knows nothing of what was asked about',
  13: 'the address is leased',
  14: 'it asks for all leases that fit, over a connection of its own',
  15: 'all that was asked for has been sent',
  16: 'it wants to hear of every change of a lease from now on',
  17: 'this is how the request went',
  18: 'the connection is to be encrypted',
};

/** The sentences about a LEASEQUERY. */
export function leaseQuery(scene: Scene): Sentences {
  const { dhcp, after, message, packet } = scene;
  const about = askedAbout(message, clientOf(scene), ' (ciaddr)');
  const who = dhcp.giaddr === 0 ? whoAsks(message) : `${whoAsks(message)} (giaddr)`;
  const answer = after.find(({ fromClient }) => !fromClient);
  return [
    `${who} asks ${packet.destination ?? 'a server'} ${about} (LEASEQUERY)`,
    'It wants to know where a client belongs, for instance after it has restarted; no lease changes by it',
    answer
      ? follows(`the ${messageName(answer.type, false)}`, answer, message)
      : 'Next the server should answer with LEASEACTIVE, LEASEUNASSIGNED or LEASEUNKNOWN; this capture does not show one',
  ];
}

/** The sentences about an answer to LEASEQUERY, or about a message of its successors. */
export function queryAnswer(scene: Scene): Sentences {
  const { message, dhcp, before, packet } = scene;
  const name = messageName(message.type, message.fromClient);
  const meaning = MEANING[message.type] ?? 'what it means is not known to this program';
  const who = message.fromClient ? `Host ${packet.source ?? 'of unknown address'}` : serverName(message);
  const question = before.findLast(({ fromClient }) => fromClient);
  const holder = message.type === 13 ? `: ${ip(dhcp.ciaddr)} by ${clientOf(scene)}` : '';
  return [
    `${who} says by ${name} that ${meaning}${holder}`,
    message.fromClient
      ? undefined
      : question
        ? `It answers ${the(question)}`
        : 'This capture does not show the question that it answers',
    'No lease changes by it',
  ];
}
