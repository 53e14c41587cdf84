import * as advice from '../../words/advice';
import { cause, ranked, type Draft } from '../../collector';
import type { Common } from '../../draft';
import {
  ACK,
  NAK,
  OFFER,
  OPTION,
  REQUEST,
  isProxy,
  serverOf,
  type Exchange,
  type Message,
} from '../../conversations/model';
import { parseIpv4 } from '../../../codec/bytes';
import { factoryOf, offOf } from '../../evidence/factory';
import { clientOf } from '../../evidence/subjects';
import type { World } from '../../evidence/world';
import { vlanOf } from '../../words/links';
import { ip, where } from '../../words/words';
import { maskOf, sameSubnet, subnetText } from './subnet';

/** One server refuses what another gives. */

/** A NAK from a server that offered nothing, while another server serves the client. */
export interface Refusal {
  readonly nak: Message;
  readonly stranger: string;
  /** The OFFER or ACK of the other server, and that server. */
  readonly given: Message;
  readonly server: string;
  /** The finding that reports it: a server of another network should not answer here. */
  readonly id: 'rogue-server' | 'multiple-servers';
}

/** The first such refusal of an exchange (RFC 2131 §4.3.2: a server that was not selected stays silent). */
export function refusedByAnother(exchange: Exchange): Refusal | undefined {
  const nak = exchange.of(NAK).find((one) => serverOf(one) !== undefined);
  if (!nak) return undefined;
  const stranger = serverOf(nak)!;
  const giving = exchange.messages.filter(
    (one) => (one.type === OFFER || one.type === ACK) && !isProxy(one) && one.dhcp.yiaddr !== 0,
  );
  if (giving.some((one) => serverOf(one) === stranger)) return undefined;
  const given = giving.find(({ type }) => type === ACK) ?? giving[0];
  const server = given && serverOf(given);
  if (!given || server === undefined) return undefined;
  // A relay that puts its own address into option 54 (RFC 5107) stands for any server behind it.
  if (nak.dhcp.ip(OPTION.server) === nak.dhcp.giaddr || given.dhcp.ip(OPTION.server) === given.dhcp.giaddr)
    return undefined;
  const selected = exchange.of(REQUEST).some((one) => one.dhcp.ip(OPTION.server) === given.dhcp.ip(OPTION.server));
  if (given.type === OFFER && !selected) return undefined;
  const mask = maskOf(given);
  const own = parseIpv4(stranger);
  const foreign =
    !exchange.relayed && mask !== undefined && own !== undefined && !sameSubnet(own, given.dhcp.yiaddr, mask);
  return { nak, stranger, given, server, id: foreign ? 'rogue-server' : 'multiple-servers' };
}

/** What one server refuses to several clients is one thing, and so is what follows from it. */
export const refusedBy = (stranger: string): Common => ({
  subject: `server ${stranger}`,
  trait: `all refused by ${stranger}`,
  reason: 'another server',
  least: 2,
});

/** The refusal as a finding; `findPort` gives the step for locating a server. */
export function refusalDraft(
  refusal: Refusal,
  exchange: Exchange,
  world: World,
  findPort: (server: string, world: World, reply: Message) => string,
): Draft {
  const { nak, stranger, given, server, id } = refusal;
  const client = clientOf(exchange);
  const mask = maskOf(given);
  const subnet = mask === undefined ? ip(given.dhcp.yiaddr) : subnetText(given.dhcp.yiaddr, mask);
  const rogue = id === 'rogue-server';
  const factory = factoryOf(stranger);
  return {
    id,
    severity: rogue ? 'error' : 'warning',
    subject: client,
    common: refusedBy(stranger),
    frames: [...nak.frames, ...given.frames],
    detail: () => ({
      title: `${client}: ${server} gives it ${ip(given.dhcp.yiaddr)}, and ${stranger} refuses that`,
      explanation: `The ${where(given)} is from ${server}; the ${where(nak)} is from ${stranger}, which offered nothing to this client${rogue ? ` and is not in its subnet ${subnet}` : ''}. ${dueText(refusal, exchange)} A client that takes the NAK gives its address up and starts over.`,
      causes: ranked(
        cause(
          rogue ? 'likely' : 'possible',
          'A router, access point or virtual machine with its own DHCP server was plugged in',
          rogue && `${stranger} is not in ${subnet}`,
          factory !== undefined && `${stranger} is the factory address of ${factory}`,
        ),
        cause(
          rogue ? 'possible' : 'likely',
          `The server ${stranger} is set to be authoritative on a link where ${server} serves as well`,
        ),
        cause('possible', 'Somebody attacks the network and keeps its clients from their leases'),
      ),
      steps: [findPort(stranger, world, nak), ...quiet(stranger), ...advice.snooping(vlanOf(nak.packet))],
      servers: [server, stranger],
      reference: 'RFC 2131 §3.1, §4.3.2',
    }),
  };
}

/** What the server that refuses should have done. */
function dueText({ nak, stranger, id }: Refusal, exchange: Exchange): string {
  const asked = exchange.of(REQUEST).findLast(({ time }) => time <= nak.time);
  if (!asked || asked.dhcp.has(OPTION.server)) return 'A server that was not selected must keep silent.';
  return id === 'rogue-server'
    ? `The REQUEST selects no server, so whoever finds the address wrong for its network says NAK (RFC 2131 §4.3.2); what is wrong is that ${stranger} serves another network on this link.`
    : 'The REQUEST selects no server, and one that has no record of the client must keep silent (RFC 2131 §4.3.2).';
}

/** How a server is switched off that comes with a system, as its address tells. */
export function switchOff(server: string): advice.Step[] {
  const [system, step] = offOf(server) ?? [];
  if (system === undefined || step === undefined) return [];
  return [advice.stepFor('system', system, `${system === 'windows' ? 'Windows' : 'Linux'}, on ${server}`, step)];
}

/** How a server is kept from refusing what is not its own. */
export function quiet(server: string): advice.Step[] {
  const off = switchOff(server);
  return off.length > 0
    ? off
    : advice.settings({
        dhcpd: `\`not authoritative;\` on ${server}`,
        kea: `\`"authoritative": false\` on ${server}`,
        dnsmasq: `remove \`dhcp-authoritative\` on ${server}`,
      });
}
