import { DEFAULT_SETTINGS } from '../analysis';
import { findingsOf, readDatabases } from '../cli/leases';
import { holdAgainst } from '../config/against';
import { poolUse, readLeases, type PoolReport } from '../config/leases';
import { gunzip } from '../capture/node';
import { Capture, EngineError, type Source } from '../engine/capture';
import { fileSource, heapExceeds, vendors } from '../engine/node';
import { packetsOf } from '../engine/scan/packets';
import { examine } from '../machine';
import { COMMANDS, typed } from '../machine/commands';
import { runCommands, thisPlatform } from '../machine/run';
import { checkBackup } from './backup';
import { Documents, kindOfText, problemsOf, readText, type Read } from './documents';
import { reportFinding } from './findings';
import { completionsAt } from './language/completion';
import { definitionsAt } from './language/definition';
import { hoverAt } from './language/hover';
import { outlineOf } from './language/outline';
import { LeaseTable, type Database } from './leaseTable';
import type { LeaseOrigin, Problem, Questions } from './questions';
import { againstPage, isConfigured } from './reports/against';
import { configuredOf } from './reports/configured';
import { machinePage } from './reports/machine';
import { reportMarkdown } from './reports/markdown';
import { Seen } from './seen';

declare const PORT67_VERSION: string;

type Handlers = {
  readonly [N in keyof Questions]: (
    params: Questions[N]['params'],
  ) => Questions[N]['result'] | Promise<Questions[N]['result']>;
};

/** How many findings of a lease database its page shows. */
const MOST_FINDINGS = 200;

/** The worker's side for configurations, leases and this machine. Answers one question at a time. */
export class OperatorService {
  private readonly documents = new Documents();
  private readonly seen = new Seen();
  private readonly tables = new Map<number, LeaseTable>();

  readonly handlers: Handlers = {
    check: (text) => {
      const read = this.documents.take(text);
      return read ? { kind: read.document.kind, problems: problemsOf(read) } : { problems: [] };
    },
    forget: ({ uri }) => {
      this.documents.forget(uri);
      return {};
    },
    outline: ({ uri, version }) => {
      const read = this.documents.get(uri, version);
      return { items: read ? outlineOf(read) : [] };
    },
    hover: ({ uri, version, offset }) => {
      const read = this.documents.get(uri, version);
      const hover = read && hoverAt(read, offset);
      return hover ? { hover: this.seen.addTo(hover, read) } : {};
    },
    definition: ({ uri, version, offset }) => {
      const read = this.documents.get(uri, version);
      return { places: read ? definitionsAt(read, offset) : [] };
    },
    complete: ({ uri, before, offset, ...of }) => {
      const kind = kindOfText(of);
      if (!kind) return { items: [] };
      const document = this.documents.get(uri)?.document;
      return { items: completionsAt({ kind, before, offset, text: of.text, document }) };
    },
    against: async ({ capture: { name, origin }, configs }) => {
      const read = configs.map((config) => {
        const one = readText(config);
        if (!one) throw new EngineError(`${config.path}: this looks like no configuration that is known here.`);
        return one;
      });
      const capture = new Capture(name, DEFAULT_SETTINGS, { limits: { memory: heapExceeds }, vendors });
      await capture.read(origin.kind === 'path' ? await fileSource(origin.path) : inMemory(name, origin.bytes));
      const documents = read.map(({ document }) => document);
      const against = holdAgainst(documents, packetsOf(capture.scan, capture.indexes), capture.findings);
      this.seen.take(name, read, against);
      return {
        report: againstPage(name, documents, against),
        problems: placedProblems(read, against.findings.filter(isConfigured)),
        configured: configuredOf(against),
      };
    },
    leases: async ({ config, table, ...from }) => {
      const made = new LeaseTable(from.name, await readDatabase(from));
      this.tables.set(table, made);
      return summaryOf(made, config && readText(config));
    },
    leaseRows: ({ table, from, to, ...view }) => this.tables.get(table)?.rows(view, from, to) ?? { rows: [], total: 0 },
    closeLeases: ({ table }) => {
      this.tables.delete(table);
      return {};
    },
    machineCommands: () => {
      const platform = thisPlatform();
      if (!platform) return {};
      return { commands: COMMANDS[platform].map((one) => ({ text: typed(one), tells: one.tells })) };
    },
    machine: async () => {
      const platform = thisPlatform();
      if (!platform) throw new EngineError('Only Linux, macOS and Windows can be examined.');
      return { report: machinePage(examine(platform, await runCommands(platform))) };
    },
    backup: async ({ path }) => ({ report: await checkBackup(path) }),
    markdown: ({ report }) => ({ text: reportMarkdown(report, PORT67_VERSION) }),
  };
}

/** Summary of a database: its findings, and how full the pools of a configuration are. */
function summaryOf(table: LeaseTable, config: Read | undefined): Questions['leases']['result'] {
  const { database } = table;
  const report: PoolReport | undefined = config && poolUse([config.document], database, Date.now() / 1000);
  const findings = findingsOf(database, report).slice(0, MOST_FINDINGS);
  const shown = findings.map((one) => reportFinding(one));
  return table.summary(shown, config?.text.path, report);
}

/** Makes a capture source of octets already in memory. */
function inMemory(name: string, bytes: Uint8Array): Source {
  return {
    name,
    size: bytes.length,
    // eslint-disable-next-line @typescript-eslint/require-await
    chunks: async function* () {
      yield bytes;
    },
    gunzip,
  };
}

async function readDatabase({ name, path, origin }: LeaseOrigin): Promise<Database> {
  if (origin.kind === 'bytes') return { ...readLeases(origin.bytes, { name }, Date.now() / 1000), paths: [path] };
  const [database] = await readDatabases([origin.path]);
  return database!;
}

/** The deciding lines as entries of *Problems*, by file. */
function placedProblems(
  configs: readonly Read[],
  findings: readonly {
    readonly id: string;
    readonly severity: Problem['severity'];
    readonly title: string;
    readonly explanation: string;
    readonly path: string;
    readonly line: number;
    readonly column: number;
  }[],
): { path: string; problems: Problem[] }[] {
  const files = configs.flatMap(({ document }) => document.files);
  return files.map(({ path, text }) => {
    const lines = text.split('\n');
    const problems = findings
      .filter((one) => one.path === path)
      .map(({ id, severity, title, explanation, line, column }): Problem => {
        const end = (lines[line - 1] ?? '').trimEnd().length;
        const area = [line - 1, column - 1, line - 1, Math.max(end, column)] as const;
        return { id, severity, area, message: `${title}. ${explanation}`, related: [] };
      });
    return { path, problems };
  });
}
