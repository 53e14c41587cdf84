import { ACK, NAK, OPTION } from '../../analysis/conversations/names';
import { list } from '../../analysis/words/words';
import { ipv4ToText } from '../../codec/bytes';
import { KEYWORDS4 } from '../../codec/optionKeywords';
import { dhcpOptions } from '../../codec/dhcpv4';
import { hostMask, prefixText, rangeText } from '../address';
import type { OptionSetting, Pool, Reservation, Scope, Subnet } from '../model';
import { optionOf } from '../rules/rule';
import { textOf, type Span } from '../source';
import { leaseBounds } from './times';
import { wantedAddress, hexOfText, readable, type Heard } from './request';
import type { Selection } from './selection';

/** A statement that a reply comes from. */
export interface Made {
  readonly span: Span;
  readonly what: string;
}

/** Something that a reply has and the configuration has not, or has otherwise. */
export interface Difference {
  /** The statement that says otherwise, where there is one. */
  readonly span?: Span;
  readonly text: string;
}

/** One OFFER, ACK or NAK held against the configuration. */
export interface Explained {
  readonly reply: Heard;
  readonly address: number;
  readonly statements: readonly Made[];
  readonly differences: readonly Difference[];
}

/** Values that are written in another form than the wire has. */
const ENCODED: ReadonlySet<number> = new Set([33, 43, 119, 120, 121, 124, 125, 249]);
const TEXTS: ReadonlySet<number> = new Set(
  KEYWORDS4.filter(({ keaType, dhcpdFormat }) => keaType === 'string' || dhcpdFormat === 't').map(({ code }) => code),
);

/** Holds the replies of one server against a configuration. */
export class Replies {
  /** Options that only some clients get: of classes and conditions. */
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

  /** Whether an address can be of this configuration. */
  fits({ dhcp, mac }: Heard): boolean {
    const { book, clients } = this.selection;
    const { yiaddr } = dhcp;
    if (book.poolOf(yiaddr)) return true;
    return clients.holders(yiaddr).some((host) => names(host, mac));
  }

  /** What made a reply. `request` is what it answers, where the capture shows it. */
  explain(reply: Heard, request: Heard | undefined): Explained {
    const { network, book, clients } = this.selection;
    const { dhcp } = reply;
    const client = clients.clientOf(request ?? reply);
    if (reply.type === NAK) return this.refusal(reply, request);
    const address = dhcp.yiaddr === 0 ? dhcp.ciaddr : dhcp.yiaddr;
    const subnet = network.at(address);
    const reservation = client.reservations.find(({ addresses }) =>
      addresses.some(({ value }) => value.value === BigInt(address)),
    );
    const pool = book.poolOf(address);
    const statements: Made[] = [];
    const differences: Difference[] = [];
    if (subnet?.prefix) statements.push({ span: subnet.head, what: `subnet ${prefixText(subnet.prefix)}` });
    if (reservation) statements.push({ span: reservation.head, what: `reservation of ${ipv4ToText(address)}` });
    else if (pool) {
      statements.push({ span: pool.head, what: `pool ${rangeText(pool.range)}` });
      for (const { span, value } of pool.guards)
        statements.push({ span, what: `who may have it: ${value.replace(/\s+/g, ' ').slice(0, 80)}` });
    } else if (dhcp.yiaddr !== 0 && client.known !== undefined) differences.push(this.strange(address, subnet));
    const scope = reservation ?? pool ?? subnet ?? this.selection.document.global;
    const around = [scope, ...(reservation ? [pool ?? subnet].filter((one) => one !== undefined) : [])];
    for (const code of dhcp.codes()) this.option(code, reply, around, subnet, statements, differences);
    if (reply.type === ACK || dhcp.yiaddr !== 0)
      this.lease(reply, request, { reservation, pool, subnet }, statements, differences);
    return { reply, address, statements, differences };
  }

  private refusal(reply: Heard, request: Heard | undefined): Explained {
    const { network, policy } = this.selection;
    const address = request ? wantedAddress(request.dhcp) : 0;
    const subnet = request && network.whereIs(request);
    const link = subnet?.kind === 'link' ? subnet.subnets[0] : undefined;
    const authority = policy.authority(link);
    const statements: Made[] = [];
    if (link?.prefix) statements.push({ span: link.head, what: `subnet ${prefixText(link.prefix)}` });
    if (authority?.is)
      statements.push({ span: authority.span, what: 'authority: what is not of this link is refused' });
    return { reply, address, statements, differences: [] };
  }

  private strange(address: number, subnet: Subnet | undefined): Difference {
    const at = ipv4ToText(address);
    const [holder] = this.selection.clients.holders(address);
    if (holder)
      return { span: holder.head, text: `${at} is reserved for ${holder.identifiers[0]?.value ?? 'another client'}` };
    return {
      ...(subnet ? { span: subnet.head } : {}),
      text: `${at} is in no pool and no reservation${subnet?.prefix ? ` of ${prefixText(subnet.prefix)}` : ', and in none of its subnets'}`,
    };
  }

  private option(
    code: number,
    { dhcp }: Heard,
    scopes: readonly Scope[],
    subnet: Subnet | undefined,
    statements: Made[],
    differences: Difference[],
  ): void {
    if (code === OPTION.lease || code === 53) return;
    const hex = dhcp.option(code)!.hex();
    const settings = [
      ...scopes.flatMap((scope) => optionOf(scope, code) ?? []),
      ...(this.conditional.get(code) ?? []),
      // dnsmasq takes the last of several lines; dhcpd adds up what it is told to append.
      ...this.selection.document.global.options.filter((option) => option.code === code),
    ].filter(({ space }) => space === 'dhcp');
    const title = `option ${code} (${nameOf(code)})`;
    const verdicts = settings.map((setting) => ({ setting, same: sameValue(setting, hex) }));
    const right = verdicts.find(({ same }) => same) ?? verdicts.find(({ same }) => same === undefined);
    if (right) {
      statements.push({ span: right.setting.span, what: title });
      return;
    }
    const [first] = settings;
    if (first) {
      const says = textOf(first.value).replace(/\s+/g, ' ').slice(0, 80);
      differences.push({ span: first.span, text: `${title} is ${shown(code, hex)}, and the file says ${says}` });
    } else if (code === OPTION.mask) this.mask(hex, subnet, statements, differences);
    else if (!this.selection.policy.own.has(code) && !ENCODED.has(code))
      differences.push({ text: `${title} is ${shown(code, hex)}, and the file has no such option` });
  }

  private mask(hex: string, subnet: Subnet | undefined, statements: Made[], differences: Difference[]): void {
    if (!subnet?.prefix) return;
    const wanted = (0xffffffffn & ~hostMask(4, subnet.prefix.length)).toString(16).padStart(8, '0');
    if (hex === wanted) statements.push({ span: subnet.head, what: 'option 1 (Subnet Mask)' });
    else if (!subnet.assumed)
      differences.push({
        span: subnet.head,
        text: `the subnet mask is ${shown(1, hex)}, and the file says ${shown(1, wanted)}`,
      });
  }

  private lease(
    { dhcp }: Heard,
    request: Heard | undefined,
    from: {
      readonly reservation: Reservation | undefined;
      readonly pool: Pool | undefined;
      readonly subnet: Subnet | undefined;
    },
    statements: Made[],
    differences: Difference[],
  ): void {
    const seconds = dhcp.u32(OPTION.lease);
    const bounds = leaseBounds(this.selection.document, from, request?.dhcp.u32(OPTION.lease));
    if (seconds === undefined || !bounds) return;
    const time = seconds === 0xffffffff ? Infinity : seconds;
    if (time >= bounds.least && time <= bounds.most) {
      if (bounds.span) statements.push({ span: bounds.span, what: 'lease time' });
      return;
    }
    const said = bounds.usual === Infinity ? 'infinite' : `${bounds.usual} s`;
    const text = `the lease time is ${time === Infinity ? 'infinite' : `${time} s`}, and the file says ${said}${bounds.most !== bounds.usual ? `, at the most ${bounds.most} s` : ''}`;
    differences.push({ ...(bounds.span ? { span: bounds.span } : {}), text });
  }
}

const names = ({ identifiers }: Reservation, mac: string): boolean =>
  identifiers.some(({ type, value }) => type !== 'hw-address' || value === mac);

const nameOf = (code: number): string => dhcpOptions.get(code)?.name ?? 'unassigned';

/** Whether octets are the value of a setting; undefined where the two cannot be compared. */
function sameValue({ addresses, number, text, value, code }: OptionSetting, hex: string): boolean | undefined {
  if (ENCODED.has(code)) return undefined;
  if (addresses.length > 0) {
    // 0.0.0.0 stands for the server itself in dnsmasq; a name among the addresses is looked up by the server.
    const written = textOf(value).match(/[^\s,"]+/g)?.length ?? 0;
    if (written !== addresses.length || addresses.some((one) => one.value.value === 0n)) return undefined;
    return addresses.map((one) => one.value.value.toString(16).padStart(8, '0')).join('') === hex;
  }
  if (number !== undefined && hex.length <= 8)
    return Number.isFinite(number) ? parseInt(hex, 16) === number : undefined;
  if (text === undefined || !TEXTS.has(code)) return undefined;
  const wanted = hexOfText(text);
  if (hex === wanted || hex === `${wanted}00`) return true;
  // It may be octets that are written as digits, or as an expression.
  return /^(0x)?[\da-f: ]+$/i.test(text) || /[\\${]/.test(text) ? undefined : false;
}

function shown(code: number, hex: string): string {
  const addresses = KEYWORDS4.some((one) => one.code === code && one.keaType?.startsWith('ipv4-address'));
  if (!addresses || hex.length % 8 !== 0 || hex === '')
    return hex.length <= 8 && !TEXTS.has(code) ? String(parseInt(hex, 16)) : readable(hex);
  return list((hex.match(/.{8}/g) ?? []).map((one) => ipv4ToText(parseInt(one, 16))));
}
