/**
 * How well `port67 check` does on real configurations, in figures: agreement with the programs themselves on what is accepted, labelled
 * faults that are found at their line, and what is said above info of files that the programs accept.
 *
 *     npx tsx test/config/measure.ts [--all]
 */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import {
  checkConfig,
  decodeConfig,
  parseConfig,
  SourceFile,
  type ConfigFinding,
  type ConfigKind,
} from '../../src/config';
import { sharedConfigs } from '../support/needs';
import { FITTING } from './labels';
import { FOLDERS as KINDS } from './samples';

interface Label {
  readonly file: string;
  readonly kind: string;
  readonly fault: string;
  readonly line: number;
}

export interface Figures {
  readonly verdicts: { readonly agree: number; readonly all: number; readonly differ: readonly string[] };
  readonly faults: { readonly found: number; readonly all: number; readonly missed: readonly string[] };
  readonly natural: { readonly found: number; readonly all: number; readonly missed: readonly string[] };
  /** What is said above info of accepted files, without the faults that are labelled in them. */
  readonly alarms: readonly string[];
}

const lineOf = ({ span }: ConfigFinding): number => span.file.position(span.start).line;

/** The figures of a folder of configurations such as `../shared/configs`. */
export function measure(folder: string): Figures {
  const read = (name: string): unknown => JSON.parse(readFileSync(resolve(folder, name), 'utf8'));
  const checked = new Map<string, ConfigFinding[]>();
  const check = (file: string, kind: ConfigKind): ConfigFinding[] => {
    let findings = checked.get(file);
    if (!findings) {
      const text = decodeConfig(readFileSync(resolve(folder, file)));
      const include = (path: string): { path: string; text: string } | undefined => {
        try {
          const full = resolve(folder, file, '..', path);
          return { path: full, text: readFileSync(full, 'utf8') };
        } catch {
          return undefined;
        }
      };
      findings = checkConfig(parseConfig(new SourceFile(basename(file), text), kind, include));
      checked.set(file, findings);
    }
    return findings;
  };
  const labels = read('labels.json') as {
    faulty: Label[];
    natural: { file: string; findings: { line: number; fault: string }[] }[];
  };
  const verdicts = read('verdicts.json') as Record<string, Record<string, { verdict: string }>>;

  const differ: string[] = [];
  const alarms: string[] = [];
  let all = 0;
  const known = new Map(labels.natural.map(({ file, findings }) => [file, findings]));
  for (const [file, said] of Object.entries(verdicts)) {
    const kind = KINDS[file.split('/')[0]!];
    if (!kind) continue;
    const findings = check(file, kind);
    const refused = findings.some((one) => one.refused);
    // Refused where every release refuses it; one that stumbled over this machine's files or interfaces does not count as such.
    const wanted = Object.values(said).every(({ verdict }) => verdict === 'rejected');
    all++;
    if (refused !== wanted)
      differ.push(
        `${file}: ${refused ? `we refuse it: ${findings.find((one) => one.refused)!.title}` : 'the program refuses it'}`,
      );
    if (wanted) continue;
    for (const finding of findings) {
      if (finding.severity === 'info') continue;
      const labelled = known.get(file)?.some(({ line, fault }) => line === lineOf(finding) && fits(fault, finding.id));
      if (!labelled) alarms.push(`${file}:${lineOf(finding)} ${finding.severity} ${finding.id}: ${finding.title}`);
    }
  }
  const missed: string[] = [];
  const faulty = labels.faulty.filter(({ kind }) => kind in KINDS);
  for (const { file, kind, fault, line } of faulty) {
    const findings = check(file, KINDS[kind]!);
    if (!findings.some((one) => lineOf(one) === line && fits(fault, one.id)))
      missed.push(`${file}:${line} ${fault}; said: ${findings.map((one) => `${lineOf(one)} ${one.id}`).join(', ')}`);
  }
  const overlooked: string[] = [];
  let natural = 0;
  for (const { file, findings } of labels.natural)
    for (const { fault, line } of findings) {
      natural++;
      const said = check(file, KINDS[file.split('/')[0]!]!);
      if (!said.some((one) => lineOf(one) === line && fits(fault, one.id)))
        overlooked.push(`${file}:${line} ${fault}; said: ${said.map((one) => `${lineOf(one)} ${one.id}`).join(', ')}`);
    }
  return {
    verdicts: { agree: all - differ.length, all, differ },
    faults: { found: faulty.length - missed.length, all: faulty.length, missed },
    natural: { found: natural - overlooked.length, all: natural, missed: overlooked },
    alarms,
  };
}

const fits = (fault: string, id: string): boolean => fault === id || (FITTING[fault]?.includes(id) ?? false);

if (process.argv[1]?.endsWith('measure.ts')) {
  if (sharedConfigs === undefined) throw new Error('there are no shared configurations: set PORT67_CONFIGS');
  const { verdicts, faults, natural, alarms } = measure(sharedConfigs);
  const percent = (part: number, whole: number): string =>
    `${part} of ${whole} (${((100 * part) / whole).toFixed(1)} %)`;
  console.log(`Accepted or refused as by the program: ${percent(verdicts.agree, verdicts.all)}`);
  for (const one of verdicts.differ) console.log(`  ${one}`);
  console.log(`Labelled faults found at their line: ${percent(faults.found, faults.all)}`);
  for (const one of faults.missed) console.log(`  ${one}`);
  console.log(`Faults of untouched files found: ${percent(natural.found, natural.all)}`);
  for (const one of natural.missed) console.log(`  ${one}`);
  console.log(`Said above info of accepted files: ${alarms.length}`);
  for (const one of alarms) console.log(`  ${one}`);
}
