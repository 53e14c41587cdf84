import { ACK, OFFER, OPTION } from '../../analysis/conversations/names';
import { parseIpv4 } from '../../codec/bytes';
import type { ConfigDocument } from '../model';
import { linesOf } from '../dnsmasq/lines';
import type { Heard } from './request';
import type { Replies } from './replies';

/** Replies of one server of the capture. */
export interface Speaker {
  /** Option 54, else the address that it sends from. */
  readonly address: number;
  readonly replies: Heard[];
}

/** The server of a reply. */
export const speakerOf = ({ dhcp, packet }: Heard): number =>
  dhcp.ip(OPTION.server) ?? (packet.source === undefined ? undefined : parseIpv4(packet.source)) ?? 0;

/** So many replies of a server tell whether a configuration fits it. */
const LOOKED_AT = 200;

/** Addresses that the configuration gives the server itself; empty where it says nothing of them. */
function ownAddresses(document: ConfigDocument): Set<number> {
  const options = document.global.options.filter(({ code, space }) => code === OPTION.server && space === 'dhcp');
  const own = new Set(options.flatMap(({ addresses }) => addresses.map(({ value }) => Number(value.value))));
  if (document.kind !== 'dnsmasq') return own;
  for (const file of document.files)
    for (const { key, parts = [] } of linesOf(file)) {
      if (key !== 'listen-address') continue;
      for (const { text } of parts) {
        const address = parseIpv4(text);
        if (address !== undefined && address >>> 24 !== 127) own.add(address);
      }
    }
  return own;
}

/** The speakers that a configuration can be of: by its own words, else by what they lease; where only one speaks, that one. */
export function speakersOf(document: ConfigDocument, speakers: readonly Speaker[], replies: Replies): Speaker[] {
  const own = ownAddresses(document);
  const named = speakers.filter(({ address }) => own.has(address));
  if (named.length > 0) return named;
  if (speakers.length <= 1) return [...speakers];
  return speakers.filter((speaker) => {
    const some = speaker.replies
      .filter(({ type, dhcp }) => (type === OFFER || type === ACK) && dhcp.yiaddr !== 0)
      .slice(0, LOOKED_AT);
    return 2 * some.filter((reply) => replies.fits(reply)).length > some.length;
  });
}
