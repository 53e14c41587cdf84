import { parseDhcpd } from './dhcpd';
import { parseDnsmasq } from './dnsmasq';
import { parseKea } from './kea';
import type { ConfigDocument, ConfigKind, ReadInclude } from './model';
import { parseIos } from './plain/ios';
import { parseMicrosoftXml, parseNetsh } from './plain/microsoft';
import { parseNetworkd } from './plain/networkd';
import { parseOpenwrt } from './plain/openwrt';
import { parseRouteros } from './plain/routeros';
import { parseUdhcpd } from './plain/udhcpd';
import type { SourceFile } from './source';

export { CONFIG_FINDINGS } from './catalogue';
export { kindOf } from './kind';
export { KINDS } from './model';
export { checkConfig, reservationsBySubnet } from './rules';
export type { ConfigDocument, ConfigFinding, ConfigKind, ReadInclude } from './model';
export { decodeConfig, SourceFile } from './source';

const PARSERS: Readonly<Record<ConfigKind, (file: SourceFile, include: ReadInclude) => ConfigDocument>> = {
  dhcpd: (file, include) => parseDhcpd(file, 'dhcpd', include),
  dhcpd6: (file, include) => parseDhcpd(file, 'dhcpd6', include),
  kea4: (file, include) => parseKea(file, 'kea4', include),
  kea6: (file, include) => parseKea(file, 'kea6', include),
  dnsmasq: parseDnsmasq,
  openwrt: parseOpenwrt,
  'microsoft-xml': parseMicrosoftXml,
  netsh: parseNetsh,
  ios: parseIos,
  routeros: parseRouteros,
  udhcpd: parseUdhcpd,
  networkd: parseNetworkd,
};

/** Reads a configuration. Never throws on what a file holds; what is damaged is among its findings. */
export function parseConfig(
  file: SourceFile,
  kind: ConfigKind,
  include: ReadInclude = () => undefined,
): ConfigDocument {
  return PARSERS[kind](file, include);
}
