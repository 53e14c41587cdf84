import {
  checkConfig,
  decodeConfig,
  kindOf,
  parseConfig,
  SourceFile,
  type ConfigDocument,
  type ConfigFinding,
  type ConfigKind,
} from '../../config';
import { NotLeases, readLeases, type LeaseFile, type LeaseKind } from '../../config/leases';
import type { BackupFile } from './model';

export interface BackupConfig {
  readonly file: BackupFile;
  readonly document: ConfigDocument;
  readonly findings: readonly ConfigFinding[];
  /** Included paths that are not in the backup. */
  readonly missing: readonly string[];
}

export interface BackupLeases {
  readonly file: BackupFile;
  readonly leases: LeaseFile;
}

/** The files of a backup by their role. */
export interface Contents {
  readonly configs: readonly BackupConfig[];
  readonly leases: readonly BackupLeases[];
  readonly keys: readonly BackupFile[];
  /** Files included by a configuration. */
  readonly included: ReadonlySet<BackupFile>;
}

/** No configuration is larger than this. */
const LARGEST_CONFIG = 16 << 20;
const CLIENTS: ReadonlySet<LeaseKind> = new Set(['networkd-client', 'networkmanager', 'dhclient', 'dhcpcd']);

const NAMED_LEASES = /leases?\b|SrvLog/i;
/** Documents and scripts, which may quote configurations. */
const NO_CONFIG = /\.(md|txt|log|sh|service|html?)$/i;

const nameOf = (path: string): string => path.replace(/^.*\//, '');

/** The text of a file; undefined if it is not text. */
function textOf({ bytes }: BackupFile): string | undefined {
  if (!bytes || bytes.length > LARGEST_CONFIG) return undefined;
  const text = decodeConfig(bytes);
  return text.slice(0, 4096).includes('\0') ? undefined : text;
}

/** Sorts the files of a backup into leases, configurations, keys and others. */
export function contentsOf(files: readonly BackupFile[], now: number): Contents {
  const leases: BackupLeases[] = [];
  const texts: { readonly file: BackupFile; readonly text: string; readonly kind: ConfigKind }[] = [];
  const keys: BackupFile[] = [];
  for (const file of files) {
    if (!file.bytes || file.bytes.length === 0) continue;
    if (/\.(key|pem)$|^rndc\.key/.test(nameOf(file.path))) {
      keys.push(file);
      continue;
    }
    const text = textOf(file);
    const kind = text === undefined ? undefined : kindOf(file.path, text);
    // Leases may look like a dhcpd.conf, because they repeat its hosts and groups. An export of Microsoft’s contains both.
    const found =
      !kind || NAMED_LEASES.test(nameOf(file.path)) || kind === 'microsoft-xml' ? leasesIn(file, now) : undefined;
    if (found && !CLIENTS.has(found.kind) && (kind !== 'microsoft-xml' || found.leases.length > 0))
      leases.push({ file, leases: found });
    if (text !== undefined && kind && (!found || kind === 'microsoft-xml') && !NO_CONFIG.test(file.path))
      texts.push({ file, text, kind });
  }
  const included = new Set<BackupFile>();
  const configs = texts.map(({ file, text, kind }): BackupConfig => {
    const missing: string[] = [];
    const document = parseConfig(new SourceFile(file.path, text), kind, (path, from) => {
      const there = placeOf(path, from.path, files);
      if (!there?.bytes) {
        missing.push(path);
        return undefined;
      }
      included.add(there);
      return { path: there.path, text: decodeConfig(there.bytes) };
    });
    return { file, document, findings: checkConfig(document), missing };
  });
  return { configs: configs.filter(({ file }) => !included.has(file)), leases, keys, included };
}

function leasesIn(file: BackupFile, now: number): LeaseFile | undefined {
  try {
    return readLeases(file.bytes!, { name: nameOf(file.path), modified: file.modified }, now);
  } catch (error) {
    if (error instanceof NotLeases) return undefined;
    throw error;
  }
}

/** Finds an included file in a backup, by the end of its path or beside the including file. */
function placeOf(path: string, from: string, files: readonly BackupFile[]): BackupFile | undefined {
  const wanted = path.replaceAll('\\', '/').replace(/^([a-z]:)?\/+/i, '');
  const folder = from.includes('/') ? from.slice(0, from.lastIndexOf('/') + 1) : '';
  const beside = files.find((one) => one.path === folder + wanted);
  if (beside) return beside;
  const parts = wanted.split('/');
  // `/etc/dhcp/hosts.conf` may have been packed as `etc/dhcp/hosts.conf`, `dhcp/hosts.conf` or `hosts.conf`.
  for (let from = 0; from < parts.length; from++) {
    const end = parts.slice(from).join('/');
    const found = files.filter(({ path: one }) => one === end || one.endsWith(`/${end}`));
    if (found.length === 1) return found[0];
    if (found.length > 1) return undefined;
  }
  return undefined;
}
