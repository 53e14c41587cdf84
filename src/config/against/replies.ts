import { ACK, NAK, OPTION } from '../../analysis/conversations/names';
import { ipv4ToText } from '../../codec/bytes';
import { REPLY } from '../../codec/dhcpv6/message';
import { optionRow } from '../../codec/optionRows';
import { list } from '../../analysis/words/words';
import { KEYWORDS4, KEYWORDS6 } from '../../codec/optionKeywords';
import { addressText, hostMask, inRange, prefixText, rangeText, type Address, type Family } from '../address';
import type { OptionSetting, Pool, Reservation, Scope, Subnet } from '../model';
import { optionOf } from '../rules/rule';
import { textOf, type Span } from '../source';
import { reserved } from './book';
import { leaseBounds } from './times';
import {
  givenBy,
  hexOfText,
  ipv4,
  readable,
  wantedAddress,
  type Asked,
  type Given,
  type Heard,
  type Heard6,
} from './request';
import type { Client } from './policy';
import { inside, type Selection } from './selection';

/** A statement that contributed to a reply. */
export interface Made {
  readonly span: Span;
  readonly what: string;
  /** Key of the reply's field that it produced. */
  readonly field: string;
}

/** Something in a reply that the configuration lacks or gives differently. */
export interface Difference {
  /** The conflicting statement, if there is one. */
  readonly span?: Span;
  readonly text: string;
}

/** The statements that an address comes from. */
interface Origin {
  readonly reservation?: Reservation | undefined;
  readonly pool?: Pool | undefined;
  readonly subnet?: Subnet | undefined;
}

/** One OFFER, ACK or NAK compared with the configuration. */
export interface Explained {
  readonly reply: Asked;
  /** Addresses and prefixes it gives. */
  readonly address: string;
  readonly statements: readonly Made[];
  readonly differences: readonly Difference[];
}

/** Options that a configuration writes in another form than the wire format, so they are not compared. */
const ENCODED: ReadonlySet<number> = new Set([33, 43, 119, 120, 121, 124, 125, 249]);
/** DHCPv6 options that a server sends only if they are configured. */
const TOLD6: ReadonlySet<number> = new Set([21, 22, 23, 24, 27, 31, 56, 59]);
const TEXTS: ReadonlySet<number> = new Set(
  KEYWORDS4.filter(({ keaType, dhcpdFormat }) => keaType === 'string' || dhcpdFormat === 't').map(({ code }) => code),
);

/** Compares the replies of one server with a configuration. */
export class Replies {
  /** Options that only some clients get, from classes and conditions. */
  private readonly conditional = new Map<number, OptionSetting[]>();

  constructor(private readonly selection: Selection) {
    for (const { kind, options } of selection.document.scopes) {
      if (kind !== 'class') continue;
      for (const option of options) {
        const known = this.conditional.get(option.code);
        if (known) known.push(option);
        else this.conditional.set(option.code, [option]);
      }
    }
  }

  /** Whether this configuration could have given one of the reply's addresses. */
  fits(reply: Asked): boolean {
    const { book, clients } = this.selection;
    return givenBy(reply).some(
      ({ value: { value } }) => book.poolOf(value) ?? clients.holders(value).some((host) => names(host, reply.mac)),
    );
  }

  /** Which statements produced a reply. `request` is the message it answers, if the capture shows it. */
  explain(reply: Asked, request: Asked | undefined): Explained {
    if (reply.family === 4 && reply.type === NAK) return this.refusal(request as Heard | undefined, reply);
    const { clients, document } = this.selection;
    const client = clients.clientOf(request ?? reply);
    const statements: Made[] = [];
    const differences: Difference[] = [];
    const given = givenBy(reply);
    const ciaddr = reply.family === 4 && given.length === 0 ? (reply as Heard).dhcp.ciaddr : 0;
    const where = ciaddr === 0 ? given : [{ value: ipv4(ciaddr), text: ipv4ToText(ciaddr) }];
    const [from = {}] = where.map((one) => this.origin(one, client, ciaddr === 0, statements, differences));
    const { reservation, pool, subnet } = from;
    // A reply without an address has the options of the link that its request came from.
    const heard = where.length === 0 && request ? this.selection.network.whereIs(request) : undefined;
    const links = heard?.kind === 'link' ? heard.subnets : heard?.kind === 'one-of' ? heard.links.flat() : [];
    const scope = reservation ?? pool ?? subnet ?? document.global;
    const around = [...links, scope, ...(reservation ? [pool ?? subnet].filter((one) => one !== undefined) : [])];
    const codes = reply.family === 4 ? (reply as Heard).dhcp.codes() : (reply as Heard6).dhcpv6.codes();
    for (const code of codes) this.option(code, reply, around, subnet, statements, differences);
    if (given.length > 0 || reply.type === (reply.family === 4 ? ACK : REPLY))
      this.lease(reply, request, from, statements, differences);
    return { reply, address: where.map(({ text }) => text).join(' '), statements, differences };
  }

  /** Where an address or a prefix comes from. */
  private origin(
    { value, text }: Given,
    client: Client,
    leased: boolean,
    statements: Made[],
    differences: Difference[],
  ): Origin {
    const { network, book } = this.selection;
    const reservation = client.reservations.find((host) =>
      reserved(host).some((one) => one.family === value.family && one.value === value.value),
    );
    const pool = book.poolOf(value.value);
    const subnet =
      network.at(value) ?? reservation?.subnet ?? (pool?.delegated === undefined ? undefined : network.of(pool));
    const field = value.family === 4 ? 'dhcp.yiaddr' : `dhcpv6.option.${text.includes('/') ? 26 : 5}`;
    if (subnet?.prefix) statements.push({ span: subnet.head, what: `subnet ${prefixText(subnet.prefix)}`, field });
    if (reservation) statements.push({ span: reservation.head, what: `reservation of ${text}`, field });
    else if (pool) {
      statements.push({ span: pool.head, what: `pool ${rangeText(pool.range)}`, field });
      for (const guard of pool.guards)
        statements.push({
          span: guard.span,
          what: `who may have it: ${guard.value.replace(/\s+/g, ' ').slice(0, 80)}`,
          field,
        });
    } else if (leased && client.known !== undefined && !text.includes('/') && !network.elsewhere)
      differences.push(this.strange(value, text, subnet));
    return { reservation, pool, subnet };
  }

  private refusal(request: Heard | undefined, reply: Asked): Explained {
    const { network, policy, clients } = this.selection;
    const address = request ? wantedAddress(request.dhcp) : 0;
    const where = request && network.whereIs(request);
    const subnets = where?.kind === 'link' ? where.subnets : [];
    const [link] = subnets;
    const authority = policy.authority(link);
    const statements: Made[] = [];
    const field = 'dhcp.option.53';
    const at = ipv4(address);
    const stray = address !== 0 && !inside(subnets, at) ? `, and ${ipv4ToText(address)} is not of it` : '';
    if (link?.prefix) statements.push({ span: link.head, what: `subnet ${prefixText(link.prefix)}${stray}`, field });
    for (const gap of subnets.flatMap(({ pools }) => pools))
      if (gap.excluded && inRange(gap.range, at))
        statements.push({ span: gap.head, what: `${rangeText(gap.range)} is excluded`, field });
    const [holder] = request ? clients.holders(at.value) : [];
    if (holder && !names(holder, reply.mac))
      statements.push({ span: holder.head, what: `${ipv4ToText(address)} is reserved for another client`, field });
    if (authority?.is)
      statements.push({ span: authority.span, what: 'authority: what is not of this link is refused', field });
    return { reply, address: ipv4ToText(address), statements, differences: [] };
  }

  private strange({ value }: Address, at: string, subnet: Subnet | undefined): Difference {
    const [holder] = this.selection.clients.holders(value);
    if (holder)
      return { span: holder.head, text: `${at} is reserved for ${holder.identifiers[0]?.value ?? 'another client'}` };
    return {
      ...(subnet ? { span: subnet.head } : {}),
      text: `${at} is in no pool and no reservation${subnet?.prefix ? ` of ${prefixText(subnet.prefix)}` : ', and in none of its subnets'}`,
    };
  }

  private option(
    code: number,
    reply: Asked,
    scopes: readonly Scope[],
    subnet: Subnet | undefined,
    statements: Made[],
    differences: Difference[],
  ): void {
    const { family } = reply;
    const hex = reply.option(code);
    if ((family === 4 ? code === OPTION.lease || code === 53 : code < 6) || hex === null) return;
    const settings = [
      ...scopes.flatMap((scope) => optionOf(scope, code) ?? []),
      ...(this.conditional.get(code) ?? []),
      // dnsmasq uses the last of several lines; dhcpd concatenates appended values.
      ...this.selection.document.global.options.filter((option) => option.code === code),
    ].filter(({ space }) => space === (family === 4 ? 'dhcp' : 'dhcpv6'));
    const field = `dhcp${family === 4 ? '' : 'v6'}.option.${code}`;
    const title = `option ${code} (${optionRow(field)?.name ?? 'unassigned'})`;
    const verdicts = settings.map((setting) => ({ setting, same: sameValue(setting, hex, family) }));
    const right = verdicts.find(({ same }) => same) ?? verdicts.find(({ same }) => same === undefined);
    if (right) {
      statements.push({ span: right.setting.span, what: title, field });
      return;
    }
    const [first] = settings;
    if (hex === undefined) return;
    if (first) {
      const says = textOf(first.value).replace(/\s+/g, ' ').slice(0, 80);
      differences.push({
        span: first.span,
        text: `${title} is ${shown(code, hex, family)}, and the file says ${says}`,
      });
    } else if (family === 6) {
      if (TOLD6.has(code) && this.selection.document.kind !== 'dnsmasq')
        differences.push({ text: `${title} is ${shown(code, hex, 6)}, and the file has no such option` });
    } else if (code === OPTION.mask) this.mask(hex, subnet, statements, differences);
    else if (!this.selection.policy.own.has(code) && !ENCODED.has(code))
      differences.push({ text: `${title} is ${shown(code, hex)}, and the file has no such option` });
  }

  private mask(hex: string, subnet: Subnet | undefined, statements: Made[], differences: Difference[]): void {
    if (!subnet?.prefix) return;
    const wanted = (0xffffffffn & ~hostMask(4, subnet.prefix.length)).toString(16).padStart(8, '0');
    if (hex === wanted) statements.push({ span: subnet.head, what: 'option 1 (Subnet Mask)', field: 'dhcp.option.1' });
    else if (!subnet.assumed)
      differences.push({
        span: subnet.head,
        text: `the subnet mask is ${shown(1, hex)}, and the file says ${shown(1, wanted)}`,
      });
  }

  private lease(
    reply: Asked,
    request: Asked | undefined,
    from: Origin,
    statements: Made[],
    differences: Difference[],
  ): void {
    const { family } = reply;
    const seconds =
      family === 4 ? (reply as Heard).dhcp.u32(OPTION.lease) : (reply as Heard6).dhcpv6.answer?.times?.valid;
    const asked = family === 4 ? (request as Heard | undefined)?.dhcp.u32(OPTION.lease) : undefined;
    const bounds = leaseBounds(this.selection.document, family, from, asked);
    if (seconds === undefined || !bounds) return;
    const time = seconds === 0xffffffff ? Infinity : seconds;
    if (time >= bounds.least && time <= bounds.most) {
      if (bounds.span)
        statements.push({
          span: bounds.span,
          what: 'lease time',
          field: family === 4 ? 'dhcp.option.51' : 'dhcpv6.option.5',
        });
      return;
    }
    const said = bounds.usual === Infinity ? 'infinite' : `${bounds.usual} s`;
    const text = `the lease time is ${time === Infinity ? 'infinite' : `${time} s`}, and the file says ${said}${bounds.most !== bounds.usual ? `, at the most ${bounds.most} s` : ''}`;
    differences.push({ ...(bounds.span ? { span: bounds.span } : {}), text });
  }
}

const names = ({ identifiers }: Reservation, mac: string): boolean =>
  identifiers.some(({ type, value }) => type !== 'hw-address' || value === mac);

/** Hex digits of an address, by family. */
const DIGITS = { 4: 8, 6: 32 } as const;

/** Addresses that dnsmasq replaces with its own: 0.0.0.0 or ::, fe80:: (link-local) and fd00:: (unique local). */
const isOwn = (value: bigint): boolean => value === 0n || value === 0xfe80n << 112n || value === 0xfd00n << 112n;

/** Whether octets match the value of a setting. Undefined if the two cannot be compared. */
function sameValue(
  { addresses, number, text, value, code }: OptionSetting,
  hex: string | undefined,
  family: Family,
): boolean | undefined {
  if (hex === undefined || (family === 4 && ENCODED.has(code))) return undefined;
  if (addresses.length > 0) {
    // dnsmasq replaces 0.0.0.0 with its own address, and the server looks up names among the addresses.
    const written = textOf(value).match(/[^\s,"]+/g)?.length ?? 0;
    if (written !== addresses.length || addresses.some((one) => isOwn(one.value.value))) return undefined;
    return addresses.map((one) => one.value.value.toString(16).padStart(DIGITS[family], '0')).join('') === hex;
  }
  if (number !== undefined && hex.length <= 8)
    return Number.isFinite(number) ? parseInt(hex, 16) === number : undefined;
  if (text === undefined || family === 6 || !TEXTS.has(code)) return undefined;
  const wanted = hexOfText(text);
  if (hex === wanted || hex === `${wanted}00`) return true;
  // The value may be octets written as digits, or an expression.
  return /^(0x)?[\da-f: ]+$/i.test(text) || /[\\${]/.test(text) ? undefined : false;
}

function shown(code: number, hex: string, family: Family = 4): string {
  const rows = family === 4 ? KEYWORDS4 : KEYWORDS6;
  const addresses = rows.some((one) => one.code === code && one.keaType?.startsWith(`ipv${family}-address`));
  const digits = DIGITS[family];
  if (!addresses || hex.length % digits !== 0 || hex === '')
    return hex.length <= 8 && (family === 6 || !TEXTS.has(code)) ? String(parseInt(hex, 16)) : readable(hex);
  return list((hex.match(new RegExp(`.{${digits}}`, 'g')) ?? []).map((one) => addressText(family, BigInt(`0x${one}`))));
}
