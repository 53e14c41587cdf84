import { parseDhcpd } from './dhcpd';
import { parseDnsmasq } from './dnsmasq';
import { parseKea } from './kea';
import type { ConfigDocument, ConfigKind, ReadInclude } from './model';
import { newScope } from './scopes';
import type { SourceFile } from './source';

export { CONFIG_FINDINGS } from './catalogue';
export { KINDS } from './model';
export { checkConfig } from './rules';
export type { ConfigDocument, ConfigFinding, ConfigKind, ReadInclude } from './model';
export { decodeConfig, SourceFile } from './source';

/** Reads a configuration. Never throws on what a file holds; what is damaged is among its findings. */
export function parseConfig(
  file: SourceFile,
  kind: ConfigKind,
  include: ReadInclude = () => undefined,
): ConfigDocument {
  switch (kind) {
    case 'dhcpd':
    case 'dhcpd6':
      return parseDhcpd(file, kind, include);
    case 'kea4':
    case 'kea6':
      return parseKea(file, kind, include);
    case 'dnsmasq':
      return parseDnsmasq(file, include);
    default:
      return {
        kind,
        files: [file],
        statements: [],
        global: newScope('global', file.span(0, 0), undefined),
        subnets: [],
        reservations: [],
        scopes: [],
        relays: [],
        names: [],
        findings: [],
      };
  }
}
