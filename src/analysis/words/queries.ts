import { LEASEACTIVE } from '../../codec/dhcpv4/options/message-types';
import {
  CLIENT_DATA,
  LQ_QUERY,
  STATUS_CODE,
  readClientData,
  readLeaseQuery,
  readStatus,
} from '../../codec/dhcpv6/leasequery';
import { messageType6 } from '../../codec/dhcpv6/message';
import { STATUS_CODES } from '../../codec/dhcpv6/values/identity';
import { nameOfDuid } from '../../codec/names/duids';
import { messageName, serverOf, type Message } from '../conversations/model';
import type { Packet } from '../conversations/packet';
import { leaseQueries6Of, leaseQueriesOf, type LeaseQuery, type LeaseQuery6 } from '../evidence/queries';
import type { World } from '../evidence/world';
import { count, ip, list } from './words';

/* What is asked about leases (LEASEQUERY), by DHCPv4 and by DHCPv6. */

/** What a LEASEQUERY asks (RFC 4388 §6.2); `client` names the client whose chaddr it has, `field` the field of an address. */
export const askedAbout = ({ dhcp }: Message, client: string, field = ''): string =>
  dhcp.ciaddr !== 0
    ? `who has ${ip(dhcp.ciaddr)}${field}`
    : dhcp.chaddr !== ''
      ? `which address ${client} has`
      : 'which address the client with the identifier in option 61 has';

/** Who sends a LEASEQUERY. */
export const whoAsks = ({ dhcp, packet }: Message): string =>
  dhcp.giaddr === 0 ? `Host ${packet.source ?? 'of unknown address'}` : `Relay ${ip(dhcp.giaddr)}`;

/** Who asks about leases by DHCPv6. */
export const whoAsks6 = ({ source, dhcpv6 }: Packet): string =>
  `Host ${(dhcpv6?.isRelay ? dhcpv6.peerAddress : source) ?? 'of unknown address'}`;

/** What a LEASEQUERY of DHCPv6 asks (RFC 5007 §4.1.2.1, RFC 5460 §5.4). */
export function askedAbout6({ dhcpv6, cut }: Packet): string {
  const view = dhcpv6?.option(LQ_QUERY);
  const query = view && readLeaseQuery(view);
  if (!query) return `about leases${cut > 0 ? '' : ', without saying which (it has no option 44)'}`;
  const { type, client, relay, leases, link } = query;
  const on = link === undefined ? '' : ` on the link of ${link}`;
  if (type === 1 && leases.length > 0) return `who has ${list(leases)}${on}`;
  if (type === 2 && client !== undefined) return `which addresses client ${nameOfDuid(client)} has${on}`;
  if (type === 3)
    return `which leases were given through relay ${relay === undefined ? 'without identifier' : nameOfDuid(relay)}${on}`;
  if (type === 4) return `which leases there are${on}`;
  if (type === 5) return `which leases were given with a certain remote identifier${on}`;
  return `about leases by query type ${type}`;
}

/** What an answer to a LEASEQUERY of DHCPv6 tells: `client 02:… has 2001:db8::42`. */
export function answeredAbout6({ dhcpv6 }: Packet): string {
  const status = dhcpv6?.option(STATUS_CODE);
  const code = status && readStatus(status);
  if (code !== undefined && code !== 0) return `${STATUS_CODES[code] ?? `status ${code}`}`;
  const data = dhcpv6?.option(CLIENT_DATA);
  if (!data) return 'it knows of no such lease';
  const { client, leases } = readClientData(data);
  return `client ${client === undefined ? 'without DUID' : nameOfDuid(client)} has ${leases.length === 0 ? 'no address' : list(leases)}`;
}

/** One question about leases, in words. */
interface Asked {
  readonly who: string;
  readonly to: string;
  readonly about: () => string;
  /** The name of the answer, and what it tells; undefined if there is none. */
  readonly answer: string | undefined;
  readonly told: () => string;
}

const asked4 = ({ question, answer }: LeaseQuery): Asked => ({
  who: whoAsks(question),
  to: question.packet.destination ?? 'a server',
  about: () => askedAbout(question, question.dhcp.chaddr),
  answer: answer && messageName(answer.type, false),
  told: () => {
    const { dhcp, type } = answer!;
    const told = `${serverOf(answer!) ?? 'the server'} answers ${messageName(type, false)}`;
    return type === LEASEACTIVE ? `${told}: ${dhcp.chaddr} has ${ip(dhcp.ciaddr)}` : told;
  },
});

const asked6 = ({ question, answer }: LeaseQuery6): Asked => ({
  who: whoAsks6(question),
  to: question.destination ?? 'a server',
  about: () => askedAbout6(question),
  answer: answer && messageType6(answer.dhcpv6!.type),
  told: () =>
    `${answer!.source ?? 'the server'} answers ${messageType6(answer!.dhcpv6!.type)}: ${answeredAbout6(answer!)}`,
});

/** What was asked about leases, as a clause; empty if nothing was. */
export function queriesText(world: World): string {
  const all = [...leaseQueriesOf(world).queries.map(asked4), ...leaseQueries6Of(world).map(asked6)];
  const [first] = all;
  if (!first) return '';
  if (all.length === 1)
    return `${first.who} asks ${first.to} by LEASEQUERY ${first.about()}, and ${first.answer === undefined ? 'gets no answer in this capture' : first.told()}`;
  const who = list([...new Set(all.map((one) => one.who))], 3);
  const answers = new Map<string, number>();
  for (const { answer = 'no answer' } of all) answers.set(answer, (answers.get(answer) ?? 0) + 1);
  const told = [...answers].map(([name, n]) => `${name} (${n})`);
  return `${who} ${who.includes(' and ') ? 'ask' : 'asks'} ${count(all.length, 'time')} about leases by LEASEQUERY: ${list(told)}`;
}

/** Whether a question about a lease is left without an answer. */
export const queriesUnanswered = (world: World): boolean =>
  leaseQueriesOf(world).queries.some(
    ({ question, answer }) =>
      !answer && world.observed.silenceProves(question.timesSeen, question.time, question.timed),
  ) ||
  leaseQueries6Of(world).some(
    ({ question, answer, times, last }) =>
      !answer && world.observed.silenceProves(times, last, question.timed, question.time),
  );
