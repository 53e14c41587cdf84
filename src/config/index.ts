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
export { decodeConfig, isWide } from './source';
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
  if (file.wide && (kind === 'dhcpd' || kind === 'dhcpd6')) return takenForEmpty(file, kind, include);
  const plain = new SourceFile(file.path, ` ${file.text.slice(1)}`, file.mode);
  const document = PARSERS[kind](plain, include);
  if (!STRICT.has(kind)) return document;
  const mark = finding({
    id: 'syntax',
    span: plain.span(0, 1),
    title: 'Byte order mark',
    explanation: 'The file begins with a byte order mark, which an editor has put there. The program stumbles over it.',
    steps: [SAVE],
    refused: true,
  });
  return { ...document, findings: [mark, ...document.findings] };
}

const SAVE = 'Save the file as UTF-8 without a byte order mark.';

/** To dhcpd the octet 0xff is the end of the file, and the mark of UTF-16 begins with it. */
function takenForEmpty(file: SourceFile, kind: ConfigKind, include: ReadInclude): ConfigDocument {
  const mark = finding({
    id: 'syntax',
    severity: 'warning',
    span: file.span(0, 1),
    title: 'dhcpd takes the file for empty',
    explanation:
      'The file is UTF-16. dhcpd takes the first octet of its byte order mark for the end of the file, and starts without any of these lines.',
    steps: [SAVE],
  });
  const document = PARSERS[kind](new SourceFile(file.path, '', file.mode), include);
  return { ...document, files: [file], findings: [mark] };
}

const BYTE_ORDER_MARK = '\ufeff';
/** Programs that reject a file with a byte order mark. */
const STRICT: ReadonlySet<ConfigKind> = new Set(['dhcpd', 'dhcpd6', 'kea4', 'kea6', 'dnsmasq']);
