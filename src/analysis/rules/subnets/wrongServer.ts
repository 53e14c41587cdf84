import * as advice from '../../words/advice';
import { cause, ranked, type Draft } from '../../collector';
import {
  ACK,
  OFFER,
  OPTION,
  REQUEST,
  identifierOf,
  isProxy,
  requestState,
  serverOf,
  type Exchange,
  type Message,
} from '../../conversations/model';
import type { ExchangeRule } from '../rule';
import { clientOf } from '../../evidence/subjects';
import { vlanOf } from '../../words/links';
import { UNKNOWN_ADDRESS, ip } from '../../words/words';
import { differences, sayOf } from './subnet';
import { findPort, oneMachine } from './whereabouts';

/** The ACK that comes from a server other than the one the REQUEST selected. */
export function wrongServerAcked(exchange: Exchange): { readonly request: Message; readonly ack: Message } | undefined {
  let request: Message | undefined;
  const selectedIn = new Set<string>();
  for (const message of exchange.messages) {
    if (message.type === REQUEST && requestState(message) === 'selecting') {
      request = message;
      selectedIn.add(`${message.packet.link} ${identifierOf(message)}`);
    } else if (message.type === ACK && request && !isProxy(message)) {
      const selected = request.dhcp.ip(OPTION.server);
      const from = message.dhcp.ip(OPTION.server);
      // The redundant partner of the selected relay (HSRP, VRRP) puts its own address there (RFC 5107).
      const byRelay = from === message.dhcp.giaddr;
      // A client that is in two VLANs selects a server in each.
      if (
        message.packet.link !== request.packet.link &&
        selectedIn.has(`${message.packet.link} ${identifierOf(message)}`)
      )
        continue;
      if (selected !== undefined && from !== undefined && selected !== from && !byRelay)
        return { request, ack: message };
    }
  }
  return undefined;
}

/** The ACK comes from a server other than the one the REQUEST selected. */
export const wrongServer: ExchangeRule = function* (exchange, world) {
  const found = exchange.holds(ACK) && exchange.holds(REQUEST) ? wrongServerAcked(exchange) : undefined;
  if (!found) return;
  const { request, ack } = found;
  const selected = ip(request.dhcp.ip(OPTION.server)!);
  const offer = exchange.of(OFFER).find((one) => identifierOf(one) === selected);
  const machine = offer && oneMachine([offer, ack]);
  const from = serverOf(ack) ?? UNKNOWN_ADDRESS;
  const both = machine === undefined ? confirmedBySelected(exchange, ack, selected) : undefined;
  if (both) {
    yield sharedDraft(exchange, request, ack, both);
    return;
  }
  yield {
    id: 'wrong-server-acked',
    severity: 'warning',
    subject: clientOf(exchange),
    common: {
      subject: `server ${from}`,
      trait: `all by ${from}, though ${selected} was selected`,
      reason: `${selected} ${machine ?? ''}`,
      least: 2,
    },
    frames: [...ack.frames, ...request.frames],
    detail: () => ({
      title: `${clientOf(exchange)}: the ACK comes from ${from}, though the client selected ${selected}`,
      explanation: `The REQUEST in frame ${request.frame} selects server ${selected} (option 54); the ACK in frame ${ack.frame} is from ${from}. ${machine === undefined ? 'A server that was not selected must keep silent; now both may hold the address for the client.' : `Both come from ${machine}: it is one machine with several addresses, and a client that checks option 54 does not take this ACK.`}`,
      causes: ranked(
        machine !== undefined &&
          cause(
            'likely',
            'One server with several addresses does not keep to one server identifier',
            `the OFFER in frame ${offer!.frame} and the ACK in frame ${ack.frame} come from one link-layer address, ${machine}`,
          ),
        cause(
          machine === undefined ? 'likely' : 'unlikely',
          'The other server takes a REQUEST for its own that selects another server',
          exchange.of(OFFER).some((offer) => serverOf(offer) === serverOf(ack))
            ? 'it had sent an OFFER as well'
            : 'it had sent no OFFER here',
        ),
        machine === undefined &&
          cause('possible', 'One server with several addresses does not keep to one server identifier'),
        cause(
          machine === undefined ? 'possible' : 'unlikely',
          'A server that nobody authorised forges the ACK',
          machine !== undefined && 'the OFFER comes from the same link-layer address',
        ),
      ),
      steps:
        machine !== undefined
          ? [
              `On the server with the addresses ${selected} and ${from}: let it speak as one of them only.`,
              ...advice.settings({
                dhcpd: `\`server-identifier ${selected};\``,
                kea: `\`{ "name": "dhcp-server-identifier", "data": "${selected}" }\` in \`option-data\``,
              }),
            ]
          : [
              `On ${serverOf(ack) ?? 'that server'}, see why it confirms a REQUEST that names ${selected}: both may be set to one server identifier, or share one list of leases.`,
              findPort(serverOf(ack) ?? '', world, ack),
              ...advice.snooping(vlanOf(ack.packet)),
            ],
      reference: 'RFC 2131 §3.1, §4.3.2',
    }),
  };
};

/** The ACK of the selected server, if it gives the same address in the same network: then the two share their leases. */
function confirmedBySelected(exchange: Exchange, ack: Message, selected: string): Message | undefined {
  const own = exchange.of(ACK).find((one) => identifierOf(one) === selected && one.dhcp.yiaddr === ack.dhcp.yiaddr);
  const [one, other] = [own && sayOf(own), sayOf(ack)];
  return one && other && differences(one, other, false).length === 0 ? own : undefined;
}

/** Two servers that share their leases confirm one address: harmless, but only the selected one should answer. */
function sharedDraft(exchange: Exchange, request: Message, ack: Message, own: Message): Draft {
  const selected = ip(request.dhcp.ip(OPTION.server)!);
  const from = serverOf(ack) ?? UNKNOWN_ADDRESS;
  const address = ip(ack.dhcp.yiaddr);
  return {
    id: 'wrong-server-acked',
    severity: 'info',
    subject: clientOf(exchange),
    common: { subject: `server ${from}`, trait: `all by ${from} beside ${selected}`, least: 2 },
    frames: [...ack.frames, ...own.frames, ...request.frames],
    places: ack.frames.slice(0, 1),
    detail: () => ({
      title: `${clientOf(exchange)}: ${from} confirms ${address} as well, which the selected server ${selected} gives`,
      explanation: `The REQUEST in frame ${request.frame} selects server ${selected} (option 54), which confirms ${address} in frame ${own.frame}. ${from} confirms the same address in frame ${ack.frame}, with the same subnet, router and DNS. The client has its address either way.`,
      causes: ranked(
        cause(
          'likely',
          'They are a pair that shares its leases (failover, or one lease database), and the partner answers too',
          `both give ${address} (frames ${own.frame} and ${ack.frame})`,
          'both agree in subnet, router and DNS',
        ),
      ),
      steps: [`If ${from} is meant to be the partner of ${selected}, nothing needs to be done.`],
      servers: [selected, from],
      reference: 'RFC 2131 §3.1, §4.3.2',
    }),
  };
}
