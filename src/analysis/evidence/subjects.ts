import { ipv4ToText, parseIpv4 } from '../../codec/bytes';
import type { Common } from '../draft';
import type { Cause } from '../finding';
import { OPTION, isBehindRelay, serverOf, type Exchange, type Message } from '../conversations/model';
import type { Packet } from '../conversations/packet';

/** The subject of a finding: the same name for the same party everywhere. */

/** The client of an exchange. */
export function clientOf(exchange: Exchange): string {
  return exchange.client.label;
}

/** The server that a reply is from; its link-layer address if nothing else is known. */
export function serverSubject(message: Message): string {
  return serverOf(message) ?? message.packet.ethSource ?? 'a server of unknown address';
}

/** The machine that sends a frame, whoever wrote the message in it. */
export const frameSender = ({ source, ethSource }: Packet): string =>
  source !== undefined && source !== '0.0.0.0' ? source : (ethSource ?? source ?? 'an unknown sender');

/** The machine that sends a reply to its receiver: the relay that hands it on, else its server. */
export const replySender = (message: Message): string =>
  isBehindRelay(message.packet, message.fromClient) ? frameSender(message.packet) : serverSubject(message);

/** A server that several subjects may have in common; undefined if a message names none. */
export const commonServer = (server: number | undefined): Common | undefined =>
  server === undefined || server === 0
    ? undefined
    : { subject: `server ${ipv4ToText(server)}`, trait: `all of server ${ipv4ToText(server)}` };

/** The same for a server by its name. */
export const commonServerNamed = (server: string | undefined): Common | undefined =>
  commonServer(server === undefined ? undefined : parseIpv4(server));

/** The same, where one cause is likely: then a second subject with this cause is no other fault. */
export const forOneReason = (common: Common | undefined, first: Cause | undefined): Common | undefined =>
  common && first?.likelihood === 'likely' ? { ...common, reason: first.finding ?? first.text, least: 2 } : common;

/** The same, where the finding has one cause: then a second subject is no other fault. */
export const oneThing = (common: Common | undefined): Common | undefined => common && { ...common, least: 2 };

/** What a server and what else the subjects have in common; `how` goes before the server in the title. */
export const commonWith = (how: string, common: Common | undefined): Common | undefined =>
  common && { ...common, trait: `${how}, ${common.trait}` };

/** The sender of a message: the client or the server. */
export function senderOf(message: Message, exchange: Exchange): string {
  return message.fromClient ? clientOf(exchange) : serverSubject(message);
}

/** Whether option 54 of a message differs from the address that the message came from. */
export function speaksForAnother(message: Message): boolean {
  const server = message.dhcp.ip(OPTION.server);
  return (
    server !== undefined &&
    server !== 0 &&
    message.packet.source !== undefined &&
    message.packet.source !== ipv4ToText(server)
  );
}
