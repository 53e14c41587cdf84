import { CONFIRM, REBIND, SOLICIT } from '../../../codec/dhcpv6/message';
import { parseHex } from '../../../codec/bytes';
import type { View } from '../../../codec/view';
import type { Packet } from '../../conversations/packet';
import { addressInDuid } from '../../../codec/names/duids';
import { idParts, kind, makerOf, mark, valueShown, type Kind, type Property } from './properties';

/** Properties that may distinguish unanswered DHCPv6 messages from answered ones. */

const RAPID_COMMIT = 14;
/** Ids of what is wrong with a message, the most serious first. */
const BROKEN = ['v6-malformed', 'bad-option-length', 'bad-option-value'] as const;

const DUID_KINDS: Readonly<Record<number, string>> = {
  1: 'DUID-LLT (link-layer address and time)',
  2: 'DUID-EN (a maker’s number)',
  3: 'DUID-LL (link-layer address)',
  4: 'DUID-UUID',
};
const ASSOCIATIONS: Readonly<Record<number, string>> = {
  3: 'an address (IA_NA)',
  4: 'a temporary address (IA_TA)',
  25: 'a prefix (IA_PD)',
};

/** Messages to every server on the link; the others may go to one server by unicast (RFC 9915 §18.2). */
const TO_ALL: ReadonlySet<number> = new Set([SOLICIT, CONFIRM, REBIND]);
const asksAll = ({ isRelay, type }: NonNullable<Packet['dhcpv6']>): boolean => !isRelay && TO_ALL.has(type);

/** Properties known to prevent answers, the surest first. */
export const MARKS6: readonly Property<Packet>[] = [
  ...BROKEN.map((id) =>
    mark<Packet>('broken', undefined, ({ problems }) => problems.find((one) => one.id === id)?.text, id),
  ),
  mark<Packet>('sender6', undefined, ({ dhcpv6, source }) =>
    !asksAll(dhcpv6!) || source?.startsWith('fe80:') ? undefined : source,
  ),
  mark<Packet>('destination6', undefined, ({ dhcpv6, destination }) =>
    !asksAll(dhcpv6!) || destination === 'ff02::1:2' ? undefined : destination,
  ),
  mark<Packet>('rapid commit', RAPID_COMMIT, ({ dhcpv6 }) => (dhcpv6!.rapidCommit ? '' : undefined)),
];

/** Properties that sort clients into kinds, the most telling first. */
export const KINDS6: readonly Kind<Packet>[] = [
  kind('relay6', undefined, 2, true, ({ dhcpv6, source }) => (dhcpv6!.isRelay ? source : undefined)),
  kind('interface id', 18, 2, false, ({ dhcpv6 }) => valueShown(dhcpv6!.option(18))),
  kind('remote id', 37, 2, false, ({ dhcpv6 }) => valueShown(dhcpv6!.option(37))),
  ...idParts<Packet>('interface part', 18, ({ dhcpv6 }) => dhcpv6!.option(18)),
  ...idParts<Packet>('remote id part', 37, ({ dhcpv6 }) => afterMaker(dhcpv6!.option(37))),
  kind('associations', undefined, 2, true, askedFor),
  kind('option', 16, 2, true, vendorClass),
  ...[15, 61].map((code) => kind<Packet>('option', code, 2, true, ({ dhcpv6 }) => valueShown(dhcpv6!.option(code)))),
  kind('duid', undefined, 2, true, ({ dhcpv6 }) => DUID_KINDS[parseInt(dhcpv6!.clientDuid?.slice(0, 4) ?? '', 16)]),
  kind('maker', undefined, 3, false, ({ dhcpv6, ethSource }) =>
    makerOf(macOf(dhcpv6!.clientDuid, ethSource, dhcpv6!.isRelay)),
  ),
  kind('iaid', undefined, 3, false, ({ dhcpv6 }) => {
    const [first] = dhcpv6!.associations;
    return first && `0x${first.iaid.toString(16)}`;
  }),
  kind('option', 6, 3, false, ({ dhcpv6 }) => valueShown(dhcpv6!.option(6))),
];

/** Options whose presence says nothing or is compared above: identity, time, relays, and those that every message has. */
export const NOT_COMPARED6: ReadonlySet<number> = new Set([1, 2, 3, 4, 8, 9, RAPID_COMMIT, 18, 25, 37, 79]);

/** Option 16: the enterprise number and the first of its texts (RFC 9915 §21.16). */
function vendorClass({ dhcpv6 }: Packet): string | undefined {
  const view = dhcpv6!.option(16);
  if (!view || view.length < 6) return valueShown(view);
  const length = Math.min(view.u16(4), view.length - 6);
  return `${valueShown(view.sub(6, length))} of maker ${view.u32(0)}`;
}

/** Option 37 without the enterprise number it begins with (RFC 4649 §3). */
const afterMaker = (view: View | undefined): View | undefined =>
  view && view.length > 4 ? view.sub(4, view.length - 4) : undefined;

function askedFor({ dhcpv6 }: Packet): string | undefined {
  const codes = [...new Set(dhcpv6!.associations.map(({ code }) => code))].sort((a, b) => a - b);
  const names = codes.flatMap((code) => ASSOCIATIONS[code] ?? []);
  return names.length === 0 ? undefined : names.join(' and ');
}

/** The client's own link-layer address if no relay is in between; else the one in its DUID. */
function macOf(duid: string | undefined, source: string | undefined, relayed: boolean): string {
  const own = relayed ? undefined : source;
  return own ?? (duid !== undefined && parseHex(duid) ? addressInDuid(duid) : undefined) ?? '';
}
