import { formatMac, hex, printable } from '../../codec/bytes';
import * as advice from '../words/advice';
import { cause, ranked } from '../collector';
import { OPTION, type Client } from '../conversations/model';
import { SUB_OPTION, snoopingSwitch, subOption } from '../conversations/relayAgent';
import type { Packet } from '../conversations/packet';
import { needsOf } from '../conversations/traits';
import type { World } from '../evidence/world';
import { push } from '../../codec/append';
import { linkText } from '../words/links';
import { count, quote, where } from '../words/words';
import type { ExchangeRule } from './rule';

/** Option 82 in messages that no relay handled: a switch put it there, or a client forges it. */

const HOLDS_AGENT = needsOf({ options: [OPTION.relayAgent] });

const isText = (octets: Uint8Array): boolean =>
  octets.length >= 3 && octets.every((octet) => octet > 0x1f && octet < 0x7f);
const textOf = (octets: Uint8Array): string => String.fromCharCode(...octets);

/** A remote id for the reader: a hardware address (with or without a type before it), text, or hex digits. */
function nameOf(remote: Uint8Array): string {
  const mac = remote.length === 8 && remote[0] === 0 && remote[1] === 6 ? remote.subarray(2) : remote;
  if (mac.length === 6) return formatMac(mac, 0);
  return isText(remote) ? quote(printable(textOf(remote))) : hex(remote).slice(0, 40);
}

/** By remote id: the clients in whose messages it stands although no relay handled them. */
function clientsByRemote(world: World): ReadonlyMap<string, ReadonlySet<Client>> {
  const clients = new Map<string, Client[]>();
  for (const exchange of world.exchanges) {
    if (!exchange.shows(HOLDS_AGENT)) continue;
    for (const { fromClient, packet } of exchange.messages) {
      const remote = fromClient && packet.dhcp!.giaddr === 0 ? subOption(packet, SUB_OPTION.remoteId) : undefined;
      if (remote && remote.length > 0) push(clients, hex(remote), exchange.client);
    }
  }
  return new Map([...clients].map(([remote, all]) => [remote, new Set(all)]));
}

/** A device between the clients and this point that plausibly wrote the option. */
interface Writer {
  /** Its name, if it names itself. */
  readonly name: string | undefined;
  /** How many clients’ messages name it, and what speaks for a device rather than a client. */
  readonly clients: number;
  readonly evidence: string;
}

/** Text that names a port as switches, OLTs and DSLAMs do: `ge-0/0/7`, `olt1 1/1/3:7`, `Eth1/12`. */
const NAMES_PORT = /\d+[/:]\d+/;

function writerOf(packet: Packet, world: World): Writer | undefined {
  const remote = subOption(packet, SUB_OPTION.remoteId);
  const circuit = subOption(packet, SUB_OPTION.circuitId);
  const own = remote !== undefined && hex(remote).endsWith(packet.dhcp!.chaddr.replaceAll(':', ''));
  const clients = remote && !own ? (world.once(clientsByRemote).get(hex(remote))?.size ?? 0) : 0;
  const name = remote && remote.length > 0 && !own ? nameOf(remote) : undefined;
  const cisco = snoopingSwitch(packet);
  if (cisco !== undefined)
    return {
      name: cisco,
      clients,
      evidence: `it is written as Cisco’s snooping does: VLAN, module and port, and switch ${cisco}`,
    };
  if (clients > 1) return { name, clients, evidence: `the messages of ${count(clients, 'client')} name ${name!}` };
  if (circuit && isText(circuit) && NAMES_PORT.test(textOf(circuit)))
    return { name, clients, evidence: `its circuit ID names a port: ${quote(textOf(circuit))}` };
  return undefined;
}

/** Option 82 in a message that no relay handled. */
export const option82FromClient: ExchangeRule = function* (exchange, world) {
  for (const message of exchange.messages) {
    if (!message.fromClient) continue;
    for (const packet of message.packetsSeen()) {
      const dhcp = packet.dhcp!;
      const option = dhcp.giaddr === 0 ? dhcp.option(OPTION.relayAgent) : undefined;
      if (!option) continue;
      const by = writerOf(packet, world);
      const inVain = exchange.outcome === 'unanswered';
      // One device writes it into the messages of many clients: that is one thing.
      const shared = by?.name !== undefined && by.clients > 1 ? by : undefined;
      yield {
        id: 'option82-from-client',
        severity: by === undefined || inVain ? 'warning' : 'info',
        subject: shared?.name ?? exchange.client.label,
        common: {
          subject: linkText(packet.link),
          trait: `all on ${linkText(packet.link)}`,
          ...(inVain ? { least: 2 } : {}),
        },
        frames: [packet.frame],
        detail: () => ({
          title: shared
            ? `${shared.name!} puts option 82 into messages of ${count(shared.clients, 'client')}, and is no relay`
            : `${exchange.client.label}: option 82 in a message that no relay handled`,
          explanation: `The ${where(message)} of ${exchange.client.label} holds option 82 (${option.hex().slice(0, 120)}), which relays add; but giaddr is 0.0.0.0. ${inVain ? 'The message is not answered: relays and servers drop such a message unless they are told to trust it.' : by ? 'The server answers, so it trusts the device that adds it: a switch with DHCP snooping, a DSLAM or an OLT.' : 'A server that trusts it gives the sender what belongs to another port or customer.'}`,
          causes: ranked(
            cause(
              'likely',
              inVain
                ? 'A switch with DHCP snooping adds the option without being a relay, and the relay or server behind it does not trust it'
                : 'A switch with DHCP snooping, a DSLAM or an OLT adds the option without being a relay',
              'giaddr is 0.0.0.0',
              by?.evidence,
            ),
            cause(
              by === undefined ? 'possible' : 'unlikely',
              'The client forges it to look as if it were on another port',
            ),
          ),
          steps: [
            ...(inVain
              ? [
                  advice.stepFor(
                    'relay',
                    'ios',
                    'Cisco IOS, on the relay',
                    '`ip dhcp relay information trusted` on the interface of the clients’ VLAN lets it accept the option.',
                  ),
                  advice.stepFor(
                    'switch',
                    'ios',
                    'Cisco IOS, on the switch that adds it',
                    '`no ip dhcp snooping information option` leaves the option out.',
                  ),
                ]
              : [
                  ...(by ? ['Where that device is meant to add it, nothing needs to be done.'] : []),
                  advice.stepFor(
                    'switch',
                    'ios',
                    'Cisco IOS',
                    '`no ip dhcp snooping information option` leaves the option out, where the switch adds it and no relay needs it.',
                  ),
                ]),
            'On client ports the switch should drop messages that come with option 82.',
          ],
          reference: 'RFC 3046 §2.1',
        }),
      };
      break;
    }
  }
};
