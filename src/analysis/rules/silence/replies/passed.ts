import { messageType6 } from '../../../../codec/dhcpv6/message';
import { cause } from '../../../collector';
import { OPTION, type Message } from '../../../conversations/model';
import type { Taken } from '../../../evidence/taken';
import type { Taken6 } from '../../../evidence/taken6';
import type { Cause } from '../../../finding';
import { endpoint, list, where } from '../../../words/words';
import { nameOf, type Loss } from '../sums';

/** Why a client does not take a reply although one that came the same way reached it. */

/** What remains where such replies get as far as the client’s program: it drops them, or chance. */
export function dropsOnly({ replies, again }: Loss, { reply, by }: Taken, likely: boolean): Cause[] {
  const first = replies[0]!;
  const name = nameOf(first);
  const once = again.length === 1;
  return [
    cause(
      likely || once ? 'possible' : 'likely',
      `The client’s program drops the ${name} itself: it took an OFFER that came the same way`,
      `the ${where(reply)} went to ${endpoint(reply.packet.destination, reply.packet.destinationPort)} from the same sender as the ${name}, and the ${where(by)} takes it`,
      differenceBetween(reply, first),
    ),
    onTheWay(name, 'OFFER'),
    ...(once ? [cause(likely ? 'possible' : 'likely', `This one ${name} was lost by chance`)] : []),
  ];
}

/** What is on the way may tell one type of message from another. */
const onTheWay = (name: string, passes: string): Cause =>
  cause(
    'possible',
    `Something between this point and the client drops the ${name} and lets the ${passes} pass: DHCP inspection, an access list, or a limit of rate`,
  );

/** The options that one of two replies has otherwise than the other, in words. */
function differenceBetween(before: Message, after: Message): string | undefined {
  if (before.packet.cut > 0 || after.packet.cut > 0) return undefined;
  const codes = [...new Set([...before.dhcp.codes(), ...after.dhcp.codes()])].filter(
    (code) => code !== OPTION.type && before.dhcp.option(code)?.hex() !== after.dhcp.option(code)?.hex(),
  );
  if (codes.length === 0) return undefined;
  const told = codes.map((code) => {
    const kind = !after.dhcp.has(code) ? 'missing' : before.dhcp.has(code) ? 'another value' : 'new';
    return `${code} (${kind})`;
  });
  return `options of the ${nameOf(after)} that the ${nameOf(before)} has otherwise: ${list(told)}`;
}

export const logStep = ({ client, replies }: Loss): string =>
  `On client ${client.label}, see in the log of its DHCP program what becomes of the ${nameOf(replies[0]!)}, and update the program if it says nothing.`;

/** What remains where an answer that came the same way was taken: the client’s program, or chance. */
export const dropsOnly6 = (name: string, { reply, by }: Taken6, likely: boolean, once: boolean): Cause[] => [
  cause(
    likely || once ? 'possible' : 'likely',
    `The client’s program drops the ${name} itself: it took an ${messageType6(reply.type)} that came the same way`.replace(
      /an (?=REPLY)/,
      'a ',
    ),
    `the ${messageType6(reply.type)} in frame ${reply.frame} came from the same sender to the same port, and the ${messageType6(by.type)} in frame ${by.frame} follows it`,
  ),
  ...(once ? [cause(likely ? 'possible' : 'likely', `This one ${name} was lost by chance`)] : []),
];
