import { OPTION } from '../../analysis/conversations/names';
import { ipv4ToText, parseIpv4 } from '../../codec/bytes';
import { nameOfDuid } from '../../codec/names/duids';
import type { ConfigDocument } from '../model';
import { textOfAddress } from '../address';
import { linesOf } from '../dnsmasq/lines';
import { givenBy, type Asked, type Heard, type Heard6 } from './request';
import type { Replies } from './replies';

/** One server of the capture with its replies. */
export interface Speaker {
  /** Option 54, else the source address; for DHCPv6 the server's DUID. */
  readonly name: string;
  readonly replies: Asked[];
}

/** Name of the server that sent a reply. */
export function speakerOf(reply: Asked): string {
  const { source = '' } = reply.packet;
  if (reply.family === 6) return nameOfDuid((reply as Heard6).dhcpv6.serverDuid ?? source);
  const server = (reply as Heard).dhcp.ip(OPTION.server);
  return server === undefined ? source : ipv4ToText(server);
}

/** How many replies of a server are examined to tell whether a configuration fits it. */
const LOOKED_AT = 200;

/** Addresses of the server itself according to the configuration; empty if it gives none. */
function ownAddresses(document: ConfigDocument): Set<string> {
  const options = document.global.options.filter(({ code, space }) => code === OPTION.server && space === 'dhcp');
  const own = new Set(options.flatMap(({ addresses }) => addresses.map(({ value }) => textOfAddress(value))));
  if (document.kind !== 'dnsmasq') return own;
  for (const file of document.files)
    for (const { key, parts = [] } of linesOf(file)) {
      if (key !== 'listen-address') continue;
      for (const { text } of parts) {
        const address = parseIpv4(text);
        if (address !== undefined && address >>> 24 !== 127) own.add(ipv4ToText(address));
      }
    }
  return own;
}

/**
 * The servers that a configuration may belong to: by its own addresses, else by the addresses they lease. If there is only one server, that
 * one.
 */
export function speakersOf(document: ConfigDocument, speakers: readonly Speaker[], replies: Replies): Speaker[] {
  const own = ownAddresses(document);
  const named = speakers.filter(({ name }) => own.has(name));
  if (named.length > 0) return named;
  if (speakers.length <= 1) return [...speakers];
  return speakers.filter((speaker) => {
    const some = speaker.replies.filter((reply) => givenBy(reply).length > 0).slice(0, LOOKED_AT);
    return 2 * some.filter((reply) => replies.fits(reply)).length > some.length;
  });
}
