import type { Family } from '../address';
import type { ConfigDocument, ConfigKind, Pool, Reservation, Setting, SettingName, Subnet } from '../model';
import { optionOf } from '../rules/rule';
import { settingOf } from '../scopes';
import type { Span } from '../source';

/** The range of lease times that a configuration allows, in seconds. */
export interface Bounds {
  readonly least: number;
  readonly usual: number;
  readonly most: number;
  /** The statement that sets the usual time; undefined if the program's default applies. */
  readonly span?: Span;
}

/** Default lease times of the programs, in seconds: dhcpd.conf(5), Kea ARM, dnsmasq(8), udhcpd's sample file. */
const USUAL: Partial<Readonly<Record<ConfigKind, number>>> = {
  dhcpd: 43_200,
  dhcpd6: 43_200,
  kea4: 7200,
  kea6: 7200,
  dnsmasq: 3600,
  udhcpd: 864_000,
};
const DHCPD_MOST = 86_400;
/** dhcpd and Kea answer early renewals with the rest of the lease, down to this share of it (`dhcp-cache-threshold`). */
const LEFT = 0.7;

/** Lease times that a client may be given. Undefined if the program is not modelled, or if conditions set their own times. */
export function leaseBounds(
  { kind, scopes, global }: ConfigDocument,
  family: Family,
  from: {
    readonly reservation?: Reservation | undefined;
    readonly pool?: Pool | undefined;
    readonly subnet?: Subnet | undefined;
  },
  requested: number | undefined,
): Bounds | undefined {
  const usual = USUAL[kind];
  if (usual === undefined || scopes.some((scope) => scope.kind === 'class' && scope.settings.has('lease-time')))
    return undefined;
  const around = from.pool ?? from.subnet ?? global;
  const setting = (name: SettingName): Setting | undefined =>
    from.reservation?.settings.get(name) ??
    settingOf(around, name) ??
    (from.reservation && settingOf(from.reservation, name));
  const own = setting('lease-time');
  // dnsmasq’s manual gives a default for DHCPv4. Releases differ in whether it applies to DHCPv6.
  if (family === 6 && kind === 'dnsmasq' && !own) return undefined;
  const option = kind === 'udhcpd' ? optionOf(around, 51) : undefined;
  const time = own?.number ?? option?.number ?? usual;
  const span = own?.span ?? option?.span;
  const asked = requested === undefined ? time : requested === 0xffffffff ? Infinity : requested;
  const low = setting('min-lease-time')?.number;
  const high = setting('max-lease-time')?.number ?? (kind.startsWith('dhcpd') ? DHCPD_MOST : time);
  // A DHCPv6 client asks for a lifetime per address, which is not examined here.
  if (family === 6)
    return {
      least: low ?? (kind === 'kea6' ? time : 0),
      usual: time,
      most: Math.max(time, high),
      ...(span ? { span } : {}),
    };
  const most = Math.max(time, Math.min(asked, high), low ?? 0);
  const least = Math.max(Math.min(time, asked, kind === 'dhcpd' ? high : Infinity), low ?? 0) * LEFT;
  return { least, usual: time, most, ...(span ? { span } : {}) };
}
