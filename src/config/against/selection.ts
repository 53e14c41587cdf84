import { BOOTP, DISCOVER, INFORM, OPTION, REQUEST } from '../../analysis/conversations/names';
import { count } from '../../analysis/words/words';
import { ipv4ToText } from '../../codec/bytes';
import { contains, rangeText, type Address, type Family } from '../address';
import type { ConfigDocument, Pool, Reservation, Subnet } from '../model';
import { compare, leasing } from '../rules/rule';
import { lineOf } from '../source';
import { Book, sizeOf } from './book';
import { Clients } from './clients';
import { Network, type Where } from './network';
import { isDenial, type Client, type Denial, type Judgement, type Policy } from './policy';
import { ipv4, wantedAddress, type Asked, type Heard } from './request';

/** How a server handles one request. */
export type Choice =
  | { readonly kind: 'answers'; readonly subnet?: Subnet; readonly pool?: Pool; readonly reservation?: Reservation }
  /** `sure`: the capture proves that the statement decides it. Otherwise it is only a possible reason. */
  | { readonly kind: 'silent'; readonly denial: Denial; readonly sure: boolean }
  | { readonly kind: 'unknown' };

export const UNKNOWN: Choice = { kind: 'unknown' };
const ANSWERS: Choice = { kind: 'answers' };
export const silent = (denial: Denial, sure = true): Choice => ({ kind: 'silent', denial, sure });

/** What a client asks for: where it comes from, and which reservations give it to the client in a subnet. */
interface Sought {
  pools(subnet: Subnet): readonly Pool[];
  isReserved(host: Reservation, subnet: Subnet): boolean;
}
const ADDRESS: Sought = {
  pools: leasing,
  isReserved: ({ addresses, subnet: bound }, subnet) =>
    addresses.length > 0 && (bound === subnet || (!bound && addresses.some(({ value }) => inside([subnet], value)))),
};
export const PREFIX: Sought = {
  pools: ({ pools }) => pools.filter(({ delegated }) => delegated !== undefined),
  // A prefix is not of the link to which it is delegated.
  isReserved: ({ prefixes, subnet: bound }, subnet) => prefixes.length > 0 && (!bound || bound === subnet),
};

/** How many subnets and pools are examined per capture. A large file together with a flood would take forever. */
const MOST_STEPS = 2_000_000;

/** Models how one server chooses a subnet, a pool or a reservation, or why it finds none. It never guesses what it cannot work out. */
export class Selection {
  readonly network: Network;
  readonly book: Book;
  readonly clients: Clients;
  private steps = 0;

  constructor(
    readonly document: ConfigDocument,
    readonly policy: Policy,
    readonly family: Family = 4,
  ) {
    this.network = new Network(document, family);
    this.book = new Book(document, (host) => policy.spares(host), family);
    this.clients = new Clients(document);
  }

  /** Why the server does not run with this configuration, if the program refuses it and the capture shows no server that does. */
  notLoaded: Denial | undefined;

  /** What decides before the choice of a subnet. */
  before(client: Client): Judgement {
    return this.notLoaded ?? this.policy.before(client);
  }

  choose(request: Asked): Choice {
    const { type } = request;
    const bootp = request.family === 4 && type === BOOTP && this.policy.judgesBootp === true;
    if (type !== DISCOVER && type !== REQUEST && type !== INFORM && !bootp) return UNKNOWN;
    const client = this.clients.clientOf(request);
    const before = this.before(client);
    if (isDenial(before)) return silent(before);
    const choice = this.atWhere(client, (subnets) => this.onLink(subnets, client));
    // If the request may have been ignored earlier, an answer is not certain.
    return before === 'unknown' && choice.kind === 'answers' ? UNKNOWN : choice;
  }

  /** How the server handles a request on the link it comes from. */
  atWhere(client: Client, onLink: (subnets: readonly Subnet[]) => Choice): Choice {
    const where = this.network.whereIs(client.request);
    if (where.kind === 'unknown') return UNKNOWN;
    if (where.kind === 'nowhere') return this.nowhere(where, client);
    if (where.kind === 'link') return onLink(where.subnets);
    const choices = where.links.map(onLink);
    const mute = choices.filter((one) => one.kind === 'silent');
    const [first] = mute;
    if (!first || choices.some(({ kind }) => kind === 'unknown')) return UNKNOWN;
    // On another of these links the server would answer, so this is only a possible reason.
    const same =
      mute.length === choices.length && mute.every((one) => one.denial.span.start === first.denial.span.start);
    return silent(first.denial, same && first.sure);
  }

  private nowhere({ what, nearest, like, unsure }: Where & { readonly kind: 'nowhere' }, client: Client): Choice {
    return silent(
      {
        reason: 'no-subnet',
        span: like?.span ?? (nearest ?? this.document.global).head,
        why: `The request of ${client.request.mac} ${what}.`,
        step: 'Declare the subnet of that link with a pool of addresses. Or correct what names the link: the relay’s address, the interface.',
      },
      unsure !== true,
    );
  }

  private onLink(subnets: readonly Subnet[], client: Client): Choice {
    const { type, dhcp } = client.request as Heard;
    const [subnet] = subnets;
    if (type === INFORM) return this.inform(subnets, client);
    const rebooting = type === REQUEST && !dhcp.has(OPTION.server) && dhcp.ciaddr === 0 && dhcp.has(OPTION.requested);
    if (rebooting && this.document.kind === 'udhcpd') return ANSWERS;
    const early = rebooting && this.document.kind === 'dhcpd';
    if (early) return this.reboot(subnets, client);
    const renewing = type === REQUEST && dhcp.ciaddr !== 0;
    const { kind } = this.document;
    if (renewing && (kind === 'dhcpd' || kind === 'kea4') && !inside(subnets, ipv4(dhcp.ciaddr)))
      return this.reboot(subnets, client);
    const choice = this.lease(subnets, client);
    if (choice.kind === 'answers' && rebooting) return this.reboot(subnets, client);
    if (!renewing || choice.kind !== 'silent') return choice;
    // In dnsmasq and Kea, a client may keep the address it has, or gets a NAK.
    return choice.denial.reason === 'pool-full' ? { ...ANSWERS, ...(subnet ? { subnet } : {}) } : choice;
  }

  /** dhcpd answers INFORM only if it is authoritative (dhcpd.conf(5), “authoritative”). */
  private inform(subnets: readonly Subnet[], client: Client): Choice {
    const [subnet] = subnets;
    const refused = subnet && this.policy.subnet(subnet, client);
    if (this.document.kind === 'kea4' && isDenial(refused)) return silent(refused);
    const authority = this.document.kind === 'dhcpd' ? this.policy.authority(subnet) : undefined;
    if (!authority || authority.is) return refused === 'unknown' ? UNKNOWN : ANSWERS;
    return silent({
      reason: 'not-authoritative',
      span: authority.span,
      why: `The server is not authoritative here, and dhcpd then does not answer INFORM.`,
      step: 'Write `authoritative;` if this server is the one for the subnet.',
    });
  }

  /** INIT-REBOOT (RFC 2131 §4.3.2): a server without a record of the client must stay silent, unless it is authoritative. */
  private reboot(subnets: readonly Subnet[], client: Client): Choice {
    const { dhcp, mac, packet } = client.request as Heard;
    const wanted = ipv4(wantedAddress(dhcp));
    const [subnet] = subnets;
    const authority = this.policy.authority(subnet);
    if (!authority) return UNKNOWN;
    const at = ipv4ToText(Number(wanted.value));
    const known = this.book.poolOf(wanted.value) ?? client.reservations.find((host) => holds(host, wanted));
    if (!inside(subnets, wanted) || (this.document.kind !== 'dhcpd' && !known)) {
      if (authority.is) return ANSWERS;
      const where = inside(subnets, wanted)
        ? 'in no pool of this configuration'
        : `not of this link’s ${subnets.length > 1 ? 'subnets' : 'subnet'}`;
      return silent(notAuthoritative(authority.span, `${mac} asks for ${at}, which is ${where}`));
    }
    if (this.document.kind === 'dhcpd') {
      if (known) return UNKNOWN;
      return silent({
        reason: 'unknown-lease',
        span: (subnet?.pools[0] ?? subnet ?? this.document.global).head,
        why: `${mac} asks for ${at}, which is of this subnet, but in no range and no host declaration for it. dhcpd says nothing to such a request.`,
        step: `Release the lease on the client, so that it begins with DISCOVER. Or put ${at} into a range.`,
      });
    }
    if (authority.is || this.book.has(wanted.value, mac, packet.time)) return ANSWERS;
    // With a record of the lease the server would answer. So it has none, and must not send a NAK.
    return silent(
      notAuthoritative(authority.span, `${mac} asks for ${at}, of which the server seems to have no record`),
    );
  }

  /** Chooses a new lease: a reservation, else the first pool that admits this client and has something free. */
  lease(subnets: readonly Subnet[], client: Client, sought = ADDRESS): Choice {
    const { packet, who } = client.request;
    const refused: Denial[] = [];
    let full: Denial | undefined;
    let unsure = false;
    let open: Pool | undefined;
    for (const subnet of subnets) {
      if (++this.steps > MOST_STEPS) return UNKNOWN;
      const judged = this.policy.subnet(subnet, client);
      if (judged !== undefined) {
        if (isDenial(judged)) refused.push(judged);
        else unsure = true;
        continue;
      }
      const heeded = client.reservations.filter((host) => this.policy.heeds?.(host, subnet) ?? true);
      const reservation = heeded.find((host) => sought.isReserved(host, subnet));
      if (reservation) return { kind: 'answers', subnet, reservation };
      // Kea 2.2 gives a global reservation’s address even where it is not of the subnet; later releases differ.
      if (this.policy.heeds && heeded.some((host) => !host.subnet && host.addresses.length > 0)) unsure = true;
      for (const pool of sought.pools(subnet)) {
        if (++this.steps > MOST_STEPS) return UNKNOWN;
        const may = this.policy.pool(pool, client);
        if (isDenial(may)) refused.push(may);
        else if (may !== undefined) unsure = true;
        else {
          const parts = this.policy.parts?.(pool, client) ?? [pool];
          if (parts === 'unknown') unsure = true;
          else if (parts.some((part) => !this.isFull(pool, part, subnet, who, packet.time))) open ??= pool;
          else if (parts[0])
            full ??= fullOf(
              pool,
              parts[0],
              subnet,
              this.book.taken(pool, parts[0].range, who, packet.time, gapsOf(subnet)),
            );
        }
      }
    }
    if (open) return this.limited(client) ?? { kind: 'answers', pool: open };
    if (unsure) return UNKNOWN;
    const denial = full ?? allOf(refused) ?? withoutPool(subnets, client, sought);
    return denial ? silent(denial) : UNKNOWN;
  }

  private isFull(pool: Pool, part: Pool, subnet: Subnet, who: string, time: number): boolean {
    const size = roomOf(part, subnet);
    if (this.book.hasRoom(pool, size)) return false;
    this.steps += size;
    return this.book.taken(pool, part.range, who, time, gapsOf(subnet)) >= size;
  }

  private limited({ request: { mac, packet } }: Client): Choice | undefined {
    const { limit } = this.policy;
    if (!limit || this.book.ever < limit.most) return undefined;
    this.steps += this.book.ever;
    const running = this.book.running(mac, packet.time);
    if (running < limit.most) return undefined;
    return silent({
      reason: 'lease-limit',
      span: limit.span,
      why: `The server keeps ${count(limit.most, 'lease')} at the most, and the capture shows ${running} that others have.`,
      step: 'Raise the limit, or shorten the lease time.',
    });
  }
}

export const inside = (subnets: readonly Subnet[], address: Address): boolean =>
  subnets.some(
    ({ prefix, pools, constructed }) =>
      (prefix && contains(prefix, address)) ||
      // Any address may be of a prefix that the file does not name.
      (!prefix && constructed !== undefined) ||
      (!prefix && pools.some(({ range }) => range.first >> 8n === address.value >> 8n)),
  );

const holds = ({ addresses }: Reservation, { family, value }: Address): boolean =>
  addresses.some((one) => one.value.family === family && one.value.value === value);

const notAuthoritative = (span: Denial['span'], what: string): Denial => ({
  reason: 'not-authoritative',
  span,
  why: `${what}; the server is not authoritative, so it says nothing where it could say NAK.`,
  step: 'Make the server authoritative if it is the one for this link: it then refuses such requests, and clients begin anew at once.',
});

const gapsOf = ({ pools }: Subnet): Pool[] => pools.filter(({ excluded }) => excluded);

/** How many addresses of a pool remain after exclusions. */
function roomOf(pool: Pool, subnet: Subnet): number {
  let { first } = pool.range;
  let gone = 0n;
  for (const { range } of gapsOf(subnet).sort((a, b) => compare(a.range.first, b.range.first))) {
    const from = range.first > first ? range.first : first;
    const last = range.last < pool.range.last ? range.last : pool.range.last;
    if (last < from) continue;
    gone += last - from + 1n;
    first = last + 1n;
  }
  return sizeOf(pool) - Number(gone);
}

function fullOf(pool: Pool, part: Pool, subnet: Subnet, taken: number): Denial {
  const room = roomOf(part, subnet);
  const size = sizeOf(part);
  const others =
    room === 0
      ? 'every one of them is excluded'
      : `all ${room === size ? '' : `${room} that are not excluded `}are given to others, reserved or declined`;
  const left =
    sizeOf(pool) === size
      ? `The pool ${rangeText(pool.range)}`
      : `What policies and classes leave this client of the pool ${rangeText(pool.range)} is ${rangeText(part.range)}. It`;
  return {
    reason: 'pool-full',
    span: room === 0 ? gapsOf(subnet)[0]!.head : part.head,
    why: `${left} has ${count(size, 'address', 'addresses')}, and ${room > 0 && taken === 1 ? 'it is given to another, reserved or declined' : others}.`,
    step: 'Enlarge the pool, or shorten the lease time so that addresses come back sooner.',
  };
}

/** The first of several refusals, which tells of the others: to let the client in at any of these lines is enough. */
function allOf(refusals: readonly Denial[]): Denial | undefined {
  const [first] = refusals;
  const lines = new Set(refusals.slice(0, 20).map(({ span }) => lineOf(span)));
  if (!first || lines.size < 2) return first;
  const others = [...lines].slice(1);
  const named = others.length > 3 ? `${others.slice(0, 3).join(', ')} …` : others.join(', ');
  return {
    ...first,
    why: `${first.why} ${others.length > 1 ? `Lines ${named} refuse` : `Line ${named} refuses`} it as well.`,
  };
}

/** The choice for a subnet with neither a pool nor a reservation for the client. */
function withoutPool(subnets: readonly Subnet[], client: Client, sought: Sought): Denial | undefined {
  const subnet = subnets.find((one) => sought.pools(one).length === 0);
  if (!subnet) return undefined;
  if (sought === PREFIX)
    return {
      reason: 'no-pool',
      span: subnet.head,
      why: `This subnet has no pool of prefixes to delegate, and no reservation has one for ${client.request.mac}.`,
      step: 'Give the subnet a pool of prefixes (Kea: “pd-pools”, dhcpd: `prefix6`; dnsmasq delegates none).',
    };
  return {
    reason: 'no-pool',
    span: subnet.head,
    why: `This subnet has no pool of addresses, and no reservation names ${client.request.mac}.`,
    step: `Give the subnet a pool, or reserve an address for ${client.request.mac}.`,
  };
}
