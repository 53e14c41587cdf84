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
import { finding } from './report';
import { SourceFile } from './source';

export { CONFIG_FINDINGS } from './catalogue';
export { kindOf } from './kind';
export { KINDS } from './model';
export { checkConfig, reservationsBySubnet } from './rules';
export type { ConfigDocument, ConfigFinding, ConfigKind, ReadInclude } from './model';
export { decodeConfig } from './source';
export { SourceFile };

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

/** Reads a configuration. Never throws on bad content: damage is reported among the findings. */
export function parseConfig(
  file: SourceFile,
  kind: ConfigKind,
  include: ReadInclude = () => undefined,
): ConfigDocument {
  if (!file.text.startsWith(BYTE_ORDER_MARK)) return PARSERS[kind](file, include);
  const plain = new SourceFile(file.path, ` ${file.text.slice(1)}`, file.mode);
  const document = PARSERS[kind](plain, include);
  if (!STRICT.has(kind)) return document;
  const mark = finding({
    id: 'syntax',
    span: plain.span(0, 1),
    title: 'Byte order mark',
    explanation:
      'The file begins with a byte order mark, which an editor has put there. The program stumbles over it. Where the file is UTF-16, dhcpd takes it for empty.',
    steps: ['Save the file as UTF-8 without a byte order mark.'],
    refused: true,
  });
  return { ...document, findings: [mark, ...document.findings] };
}

const BYTE_ORDER_MARK = '\ufeff';
/** Programs that reject a file with a byte order mark. */
const STRICT: ReadonlySet<ConfigKind> = new Set(['dhcpd', 'dhcpd6', 'kea4', 'kea6', 'dnsmasq']);
