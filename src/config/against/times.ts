import type { Family } from '../address';
import type { ConfigDocument, ConfigKind, Pool, Reservation, Setting, SettingName, Subnet } from '../model';
import { optionOf } from '../rules/rule';
import { settingOf } from '../scopes';
import type { Span } from '../source';

/** Which lease times a configuration allows. */
export interface Bounds {
  readonly least: number;
  readonly usual: number;
  readonly most: number;
  /** The statement about the usual time; undefined where the program's own default counts. */
  readonly span?: Span;
}

/** Lease times of the programs where the file says nothing: dhcpd.conf(5), Kea ARM, dnsmasq(8), udhcpd's own sample. */
const USUAL: Partial<Readonly<Record<ConfigKind, number>>> = {
  dhcpd: 43_200,
  dhcpd6: 43_200,
  kea4: 7200,
  kea6: 7200,
  dnsmasq: 3600,
  udhcpd: 864_000,
};
const DHCPD_MOST = 86_400;
/** dhcpd and Kea answer early renewals with what is left of the lease, down to this part of it (`dhcp-cache-threshold`). */
const LEFT = 0.7;

/** Undefined where the program is not modelled, or conditions set times of their own. */
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
  // dnsmasq’s manual names a default for DHCPv4 that releases give to DHCPv6 as well, or not.
  if (family === 6 && kind === 'dnsmasq' && !own) return undefined;
  const option = kind === 'udhcpd' ? optionOf(around, 51) : undefined;
  const time = own?.number ?? option?.number ?? usual;
  const span = own?.span ?? option?.span;
  const asked = requested === undefined ? time : requested === 0xffffffff ? Infinity : requested;
  const low = setting('min-lease-time')?.number;
  const high = setting('max-lease-time')?.number ?? (kind.startsWith('dhcpd') ? DHCPD_MOST : time);
  // With DHCPv6 what the client asks for stands in each of its addresses, which is not looked at.
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
