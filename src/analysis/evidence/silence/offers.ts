import { push } from '../../../codec/append';
import { dhcpOptions } from '../../../codec/dhcpv4/options';
import { ipv4ToText } from '../../../codec/bytes';
import { tableInUse } from '../../../codec/option';
import { OVERLOAD } from '../../../codec/dhcpv4/layout';
import { OFFER, OPTION, type Client, type Exchange, type Message } from '../../conversations/model';
import type { World } from '../world';
import { apart, type Difference } from './apart';
import { Side, type Measure } from './side';
import { fieldsApart } from './fields';
import { fileNamed, kind, LIMITS, mark, NOT_COMPARED, optionOf, serverIn, type Kind } from './properties';

/** OFFERs that clients do not take, to compare with those of the same link that clients took. */

/** Options whose values are compared, the most telling first. */
const VALUES = [
  OPTION.lease,
  OPTION.mask,
  OPTION.router,
  OPTION.dns,
  121,
  15,
  OPTION.vendor,
  OPTION.vendorClass,
  66,
  67,
];

const OFFER_KINDS: readonly Kind<Message>[] = [
  kind('offering server', OPTION.server, 2, true, serverIn),
  kind('sending address', undefined, 2, true, ({ dhcp, packet }) => (dhcp.giaddr === 0 ? packet.source : undefined)),
  kind('sending device', undefined, 2, true, ({ dhcp, packet }) => (dhcp.giaddr === 0 ? packet.ethSource : undefined)),
  kind('next server', undefined, 2, false, ({ dhcp }) => (dhcp.siaddr === 0 ? undefined : ipv4ToText(dhcp.siaddr))),
  kind('file', undefined, 2, false, fileNamed),
  ...VALUES.map((code) => kind<Message>('offered option', code, 2, false, optionOf(code))),
];

const MEASURE: Measure<Message> = {
  protocol: 4,
  // A client may want a checksum, and may not look for options in sname and file.
  marks: [
    mark('checksum', undefined, ({ packet }) => (packet.noChecksum === true ? '' : undefined)),
    mark('offered option', OVERLOAD, ({ dhcp }) => dhcp.u8(OVERLOAD)?.toString()),
  ],
  kinds: OFFER_KINDS,
  leastLength: 0,
  limits: LIMITS,
  notCompared: NOT_COMPARED,
  ordinary: new Set([OPTION.mask, OPTION.router, OPTION.dns, 15, OPTION.broadcast, OPTION.lease, OPTION.t1, OPTION.t2]),
  of: ({ frame, packet, dhcp }) => ({
    frame,
    whole: packet.cut === 0,
    length: packet.payloadLength,
    secs: 0,
    hops: 0,
    half: () => 0,
    codes: dhcp.codes(),
  }),
};

interface Offers {
  readonly taken: Side<Message>;
  readonly untaken: Side<Message>;
}

const newSide = (world: World): Side<Message> => new Side(MEASURE, tableInUse(dhcpOptions, world.facts.options));

/** Exchanges with OFFERs, by the links they were seen on, those of one client one after another. */
function offeredByLink({ clients }: World): ReadonlyMap<string, readonly Exchange[]> {
  const all = new Map<string, Exchange[]>();
  for (const { exchanges } of clients)
    for (const exchange of exchanges)
      if (exchange.holds(OFFER)) for (const link of exchange.links) push(all, link, exchange);
  return all;
}

const offersKnown = (): Map<string, Offers> => new Map();

/** Of one link: the OFFERs whose server the client chose, and those to clients that never chose one. */
function offersOn(link: string, world: World): Offers {
  const all = world.once(offersKnown);
  const known = all.get(link);
  if (known) return known;
  const offers = { taken: newSide(world), untaken: newSide(world) };
  all.set(link, offers);
  let client: Client | undefined;
  let choosing = false;
  for (const exchange of world.once(offeredByLink).get(link) ?? []) {
    if (exchange.client !== client) {
      ({ client } = exchange);
      choosing = client.exchanges.some(({ selecting }) => selecting);
    }
    const side = choosing ? offers.taken : offers.untaken;
    if (side.isFull || (choosing && !exchange.selecting)) continue;
    for (const offer of exchange.of(OFFER)) {
      if (offer.link !== link || offer.proxy || (choosing && serverIn(offer) !== exchange.server)) continue;
      side.add(offer, client, offer.index);
    }
  }
  return offers;
}

/** What distinguishes the OFFERs that a client does not take, with those of others that take none, from the OFFERs that were taken. */
export function offersApart(client: Client, replies: readonly Message[], world: World): Difference | undefined {
  const [first] = replies;
  if (!first || replies.some(({ type }) => type !== OFFER)) return undefined;
  const offers = offersOn(first.link, world);
  const of = (untaken: Side<Message>): Difference | undefined =>
    apart({ name: 'OFFER', unanswered: untaken, answered: offers.taken }, undefined, (sides) =>
      fieldsApart(sides, world),
    );
  const together = offers.untaken.clients.has(client) ? of(offers.untaken) : undefined;
  if (together?.likelihood === 'likely') return together;
  const own = newSide(world);
  for (const reply of replies) own.add(reply, client, reply.index);
  return of(own);
}
