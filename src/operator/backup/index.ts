import { SEVERITIES } from '../../analysis/finding';
import { count, list } from '../../analysis/words/words';
import { timeText } from '../../config/leases';
import type { ReportFinding, ReportPage, ReportText } from '../../pages';
import { checkContents } from './check';
import { contentsOf, type Contents } from './contents';
import { backupFiles } from './files';
import type { BackupFile, BackupFiles } from './model';

/** Reads a folder or archive, and reports whether a DHCP server can be restored from it. */
export async function checkBackup(path: string): Promise<ReportPage> {
  return backupPage(path, await backupFiles(path), Date.now() / 1000);
}

/** The report for files already read. `now` is in seconds since 1970. */
export function backupPage(path: string, { files, left }: BackupFiles, now: number): ReportPage {
  const contents = contentsOf(files, now);
  const findings = [...checkContents(contents, files)].sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  );
  const rows = rowsOf(contents, files);
  return {
    title: `Backup ${path.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '')}`,
    summary: summaryOf(contents, findings),
    sections: [
      ...(findings.length > 0 ? [{ title: 'Findings', blocks: [{ kind: 'findings' as const, findings }] }] : []),
      {
        title: 'What is there',
        blocks: [
          rows.length > 0
            ? { kind: 'table', head: ['File', 'What it is', 'Of'], rows }
            : { kind: 'paragraph', text: `${count(files.length, 'file')}, and none of a DHCP server.` },
        ],
      },
      ...(left.length > 0
        ? [{ title: 'What was passed over', blocks: [{ kind: 'list' as const, items: left.slice(0, 100) }] }]
        : []),
    ],
  };
}

function summaryOf({ configs, leases }: Contents, findings: readonly ReportFinding[]): string {
  const what = `${count(configs.length, 'configuration')}, ${count(leases.length, 'lease database')}.`;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  if (errors > 0) return `${what} This cannot be restored as it is: ${count(errors, 'error')} first.`;
  if (warnings > 0) return `${what} This can be restored, with ${count(warnings, 'warning')} to look at.`;
  return `${what} This can be restored together.`;
}

const timeOf = (seconds: number | undefined): string =>
  seconds === undefined ? '' : (timeText(seconds) ?? '').replace('T', ' ').replace(/Z$/, ' UTC');

function rowsOf({ configs, leases, keys, included }: Contents, files: readonly BackupFile[]): ReportText[][] {
  const link = ({ path, place }: BackupFile): ReportText =>
    place === undefined ? path : { text: path, open: { kind: 'file', path: place, line: 1 } };
  const rows: ReportText[][] = [];
  for (const { file, document } of configs)
    rows.push([
      link(file),
      `configuration (${document.kind}), ${list([count(document.subnets.length, 'subnet'), count(document.reservations.length, 'reservation')])}`,
      timeOf(file.modified),
    ]);
  for (const file of included) rows.push([link(file), 'included by a configuration', timeOf(file.modified)]);
  for (const { file, leases: found } of leases) {
    const active = found.leases.filter(({ state }) => state === 'active').length;
    rows.push([
      link(file),
      `leases (${found.kind}), ${count(found.leases.length, 'lease')}, ${active} of them active`,
      found.asOf === undefined ? timeOf(file.modified) : `newest record ${timeOf(found.asOf)}`,
    ]);
  }
  for (const file of keys) if (!included.has(file)) rows.push([link(file), 'key', timeOf(file.modified)]);
  const told = new Set<BackupFile>([...configs, ...leases].map(({ file }) => file).concat(keys, ...included));
  const others = files.filter((file) => !told.has(file)).length;
  if (others > 0 && rows.length > 0) rows.push([`and ${count(others, 'other file')}`, '', '']);
  return rows;
}
