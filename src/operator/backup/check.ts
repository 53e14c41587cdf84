import { count, list } from '../../analysis/words/words';
import type { ConfigKind } from '../../config';
import { poolUse, timeText, type LeaseKind } from '../../config/leases';
import { lineOf, type SourceFile } from '../../config/source';
import type { ReportFinding, ReportText } from '../../pages';
import type { BackupConfig, BackupLeases, Contents } from './contents';
import type { BackupFile } from './model';
import { partnersIn, type Partners } from './partners';
import { leaseStoreOf } from './settings';

/** Which kinds of leases belong to a configuration. Programs not listed keep their leases in no file that could be copied. */
const LEASES_OF: Partial<Readonly<Record<ConfigKind, readonly LeaseKind[]>>> = {
  dhcpd: ['dhcpd'],
  dhcpd6: ['dhcpd6'],
  kea4: ['kea4'],
  kea6: ['kea6'],
  dnsmasq: ['dnsmasq'],
  openwrt: ['dnsmasq'],
  udhcpd: ['udhcpd'],
  'microsoft-xml': ['microsoft-leases', 'microsoft-audit'],
  networkd: ['networkd-server'],
};

const HOUR = 3600;
/** How many findings are listed that would keep a server from starting. */
const MOST_REFUSALS = 5;

type Report = Omit<ReportFinding, 'causes' | 'reference' | 'where' | 'steps'> & Partial<ReportFinding>;

const report = (one: Report): ReportFinding => ({
  causes: [],
  where: [],
  steps: [],
  reference: 'The server’s manual',
  ...one,
});

/** A line of a file in the backup, as a link if the backup is a folder. */
function at({ path, place }: BackupFile, line: number): ReportText {
  const text = `${path}:${line}`;
  return place === undefined ? text : { text, open: { kind: 'file', path: place, line } };
}

/** Everything wrong with a backup: what is missing, what does not fit together, what would not start. */
export function* checkContents(
  { configs, leases, included }: Contents,
  files: readonly BackupFile[],
): Generator<ReportFinding> {
  if (configs.length === 0)
    yield report({
      id: 'backup-no-configuration',
      severity: 'error',
      title: 'There is no configuration of a DHCP server',
      explanation:
        'No file looks like the configuration of a server that is known here: nothing can be restored from this.',
      steps: [
        'Add the folder of the server’s configuration: /etc/dhcp, /etc/kea, /etc/dnsmasq.conf and /etc/dnsmasq.d.',
      ],
    });
  const partners = [...partnersIn(configs.map(({ document }) => document))];
  yield* pairs(partners, configs);
  const paired = new Set(partners.flatMap(({ spans }) => spans.map(({ file }) => file)));
  for (const config of configs) {
    yield* refusals(config);
    yield* includes(config);
    yield* leasesOf(config, leases, paired);
  }
  for (const one of leases) yield* damage(one);
  yield* secrets(configs, included, files);
}

/** Checks whether the servers of a pair match. */
function* pairs(partners: readonly Partners[], configs: readonly BackupConfig[]): Generator<ReportFinding> {
  for (const { name, spans, problems } of partners) {
    const where = spans.flatMap((span) => {
      const config = configs.find(({ document }) => document.files.includes(span.file));
      return config ? [at(config.file, lineOf(span))] : [];
    });
    const fits = problems.length === 0;
    yield report({
      id: 'backup-partners',
      severity: fits ? 'info' : 'error',
      title: fits
        ? `Both servers of ${name} are there, and fit each other`
        : `The servers of ${name} do not fit each other`,
      where,
      explanation: fits
        ? 'Names, roles and addresses of the two configurations belong together, and they have the same pools.'
        : `${list(problems, 10)}. Servers that do not agree do not share their leases.`,
      steps: fits ? [] : ['Correct one of the two, or take both configurations from the same time.'],
    });
  }
}

function* refusals({ file, findings }: BackupConfig): Generator<ReportFinding> {
  const refused = findings.filter((one) => one.refused);
  const [first] = refused;
  if (!first) return;
  yield report({
    id: 'backup-config-refused',
    severity: 'error',
    title: `The server would refuse ${file.path}: ${first.title}`,
    where: refused.slice(0, MOST_REFUSALS).map(({ span }) => at(file, lineOf(span))),
    explanation: `${first.explanation} A server that is restored with this file does not start.`,
    steps: first.steps,
  });
}

function* includes({ file, missing }: BackupConfig): Generator<ReportFinding> {
  const paths = [...new Set(missing)];
  if (paths.length === 0) return;
  yield report({
    id: 'backup-include-missing',
    severity: 'error',
    title: `${list(paths, 3)} ${paths.length === 1 ? 'is' : 'are'} missing`,
    where: [file.path],
    explanation: `${file.path} includes ${paths.length === 1 ? 'a file that is' : `${paths.length} files that are`} not in the backup: ${list(paths, 10)}. Without ${paths.length === 1 ? 'it' : 'them'} the server does not start.`,
    steps: ['Back up these files, too.'],
  });
}

function* leasesOf(
  config: BackupConfig,
  all: readonly BackupLeases[],
  paired: ReadonlySet<SourceFile>,
): Generator<ReportFinding> {
  const { file, document } = config;
  const kinds = LEASES_OF[document.kind];
  if (!kinds || !document.subnets.some(({ pools }) => pools.length > 0)) return;
  const store = leaseStoreOf(document);
  if (store.partner)
    yield report({
      id: 'backup-partner',
      severity: 'info',
      title: 'The server is one of a pair',
      where: [at(file, lineOf(store.partner))],
      explanation: `${paired.has(store.partner.file) ? '' : 'The configuration of its partner is not in the backup, so it is not known whether the two fit. '}Its partner has leases, too, and they are newer than those of any backup.`,
      steps: [
        'Let a restored server take its leases from the partner that runs; use those of the backup only where both are lost.',
      ],
    });
  const own = all.filter(({ leases }) => kinds.includes(leases.kind));
  if (own.length === 0) {
    yield noLeases(config, store.database, store.volatile === true);
    return;
  }
  const wanted = store.file?.replace(/^.*\//, '');
  if (wanted !== undefined && !own.some(({ file: one }) => one.path.endsWith(wanted)))
    yield report({
      id: 'backup-lease-name',
      severity: 'warning',
      title: `The server looks for its leases in ${store.file}`,
      where: [file.path, ...own.map(({ file: one }) => one.path)],
      explanation: `The backup has ${list(
        own.map(({ file: one }) => one.path),
        3,
      )}, and no file of the name that the configuration gives. A server that does not find its leases begins without any.`,
      steps: [`Restore the leases as ${store.file}.`],
    });
  for (const one of own) yield* together(config, one);
}

function noLeases({ file, document }: BackupConfig, database: string | undefined, volatile: boolean): ReportFinding {
  if (database !== undefined)
    return report({
      id: 'backup-no-leases',
      severity: 'warning',
      title: `The leases are in a database (${database})`,
      where: [file.path],
      explanation:
        'The backup has no lease file, and needs none: the configuration keeps leases in a database, which is backed up by its own tools.',
      steps: [database === 'mysql' ? 'Dump the database with `mysqldump`.' : 'Dump the database with `pg_dump`.'],
    });
  if (volatile)
    return report({
      id: 'backup-no-leases',
      severity: 'warning',
      title: 'The server keeps no leases',
      where: [file.path],
      explanation:
        'The configuration turns the lease file off: whenever the server starts, it knows no lease, and gives away addresses that are in use.',
      steps: ['Set `"persist": true`.'],
    });
  return report({
    id: 'backup-no-leases',
    severity: 'error',
    title: `The leases of ${file.path} are missing`,
    where: [file.path],
    explanation: `No file of the backup is a lease database of ${document.kind}. A server that is restored without its leases gives addresses away that are in use.`,
    steps: [
      'Back up the lease database with the configuration: the guide’s page “Backing up a DHCP server” says where it is.',
    ],
  });
}

/** Checks a configuration together with the leases that belong to it. */
function* together(
  { file, document }: BackupConfig,
  { file: leaseFile, leases }: BackupLeases,
): Generator<ReportFinding> {
  const { leaseFindings } = poolUse([document], leases);
  const [first] = leaseFindings;
  if (first) {
    const active = leases.leases.filter(({ state }) => state === 'active').length;
    yield report({
      id: 'backup-lease-outside',
      severity: 'warning',
      title: `${count(leaseFindings.length, 'active lease')} of ${active} ${leaseFindings.length === 1 ? 'is' : 'are'} in no pool of ${file.path}`,
      where: leaseFindings.slice(0, 5).map(({ place }) => at(leaseFile, place.line)),
      explanation: `${first.title}. The configuration and the leases are not of the same time, or not of the same server.`,
      steps: ['Look for the configuration that the server ran with when the leases were written.'],
    });
  }
  const { asOf } = leases;
  if (asOf === undefined) return;
  const written = timeText(asOf) ?? '';
  if (file.modified !== undefined && file.modified > asOf + HOUR)
    yield report({
      id: 'backup-config-newer',
      severity: 'info',
      title: 'The configuration was changed after the newest lease',
      where: [file.path, leaseFile.path],
      explanation: `${file.path} is of ${timeText(file.modified)}, and the newest record of ${leaseFile.path} of ${written}.`,
      steps: ['Make sure that the leases were copied after the server was started with this configuration.'],
    });
  const ends = leases.leases.map(({ ends: end }) => end);
  const over =
    ends.length > 0 && ends.every((end) => typeof end === 'number' && end < (leaseFile.modified ?? 0) - HOUR);
  if (over)
    yield report({
      id: 'backup-leases-over',
      severity: 'warning',
      title: 'All leases were over when they were copied',
      where: [leaseFile.path],
      explanation: `The newest record is of ${written}, and the copy of ${timeText(leaseFile.modified!)}. The server has long written elsewhere, or was not running.`,
      steps: ['Look where the running server keeps its leases: its command line and its configuration tell.'],
    });
}

/** Findings of a lease file that mean lost records. */
const DAMAGE = /^(truncated-|damaged-record|bad-header|wrong-column-count)/;

function* damage({ file, leases }: BackupLeases): Generator<ReportFinding> {
  const found = leases.findings.filter(({ id }) => DAMAGE.test(id));
  const [first] = found;
  if (!first) return;
  yield report({
    id: 'backup-leases-damaged',
    severity: 'error',
    title: `${file.path} is damaged: ${first.title}`,
    where: found.slice(0, 5).map(({ place }) => at(file, place.line)),
    explanation: `${first.explanation} ${count(leases.leases.length, 'lease')} could be read whole.`,
    steps: ['Copy the leases while the server is stopped, or by its own command, so that the file is whole.'],
  });
}

/** Reports files with secrets that every user may read. */
function* secrets(
  configs: readonly BackupConfig[],
  included: ReadonlySet<BackupFile>,
  files: readonly BackupFile[],
): Generator<ReportFinding> {
  const open = files.filter(({ mode, path, bytes }) => {
    if (mode === undefined || (mode & 0o004) === 0 || !bytes) return false;
    if (/\.key$|^(.*\/)?rndc\.key/.test(path)) return true;
    const config =
      configs.find(({ file }) => file.path === path) !== undefined || [...included].some((one) => one.path === path);
    return config && SECRET.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
  });
  if (open.length === 0) return;
  yield report({
    id: 'backup-secret-readable',
    severity: 'warning',
    title: `${list(
      open.map(({ path }) => path),
      3,
    )}: everybody may read the secret in it`,
    where: open.slice(0, 5).map(({ path }) => path),
    explanation:
      'The file holds a key or a password, and its rights let every user of the machine read it. They are restored with it.',
    steps: ['Take the rights away: `chmod 640 FILE`, with the server’s group.'],
  });
}

/** Finds `secret ABC=;` in dhcpd.conf, and `"password": "…"` and `"secret": "…"` in Kea’s. */
const SECRET = /^[^#\n]*(\bsecret\s+"?[A-Za-z\d+/=]{8,}"?\s*;|"(password|secret)"\s*:\s*"[^"]+")/m;
