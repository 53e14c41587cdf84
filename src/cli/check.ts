import { readFile, stat } from 'node:fs/promises';
import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { count } from '../analysis/words/words';
import { printable } from '../codec/bytes';
import {
  checkConfig,
  decodeConfig,
  kindOf,
  KINDS,
  parseConfig,
  reservationsBySubnet,
  SourceFile,
  type ConfigDocument,
  type ConfigFinding,
  type ConfigKind,
  type ReadInclude,
} from '../config';
import { addressText, prefixText, rangeText } from '../config/address';
import { EngineError } from '../engine/capture';
import { jsonLine } from './json';
import type { Output } from './output';
import { paint, printAdvice, SEVERITY_WORDS } from './text';

/** No configuration is larger; what is, is something else. */
const LARGEST = 64 * 1024 * 1024;

interface Checked {
  readonly document: ConfigDocument;
  readonly findings: readonly ConfigFinding[];
}

/** `port67 check`: reads configurations, and says what is wrong in them. Gives what was found. */
export async function check(
  paths: readonly string[],
  { json, kind }: { readonly json: boolean; readonly kind: string },
  output: Output,
): Promise<readonly ConfigFinding[]> {
  const checked: Checked[] = [];
  for (const path of paths) {
    const file = new SourceFile(path === '-' ? 'standard input' : path, decodeConfig(await octetsOf(path)));
    const found = kind === 'auto' ? kindOf(file.path, file.text) : (kind as ConfigKind);
    if (!found)
      throw new EngineError(
        `${printable(file.path)}: this looks like no configuration that is known here; --kind names one of ${KINDS.join(', ')}`,
      );
    const document = parseConfig(file, found, includesOf(path));
    checked.push({ document, findings: checkConfig(document) });
  }
  if (json) output.line(jsonLine(checkJson(checked)));
  else for (const [i, one] of checked.entries()) print(one, i > 0, output);
  return checked.flatMap(({ findings }) => findings);
}

async function octetsOf(path: string): Promise<Uint8Array> {
  if (path !== '-') {
    const { size } = await stat(path);
    if (size > LARGEST) throw new EngineError(`${printable(path)}: this is larger than any configuration`);
    return readFile(path);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > LARGEST) throw new EngineError('standard input: this is larger than any configuration');
  }
  return Buffer.concat(chunks);
}

/** Reads the files that a configuration includes: those that a relative path names are looked for beside it. */
function includesOf(main: string): ReadInclude {
  return (name, from) => {
    const beside = from.path === 'standard input' ? process.cwd() : dirname(resolve(from.path));
    const path = isAbsolute(name) ? name : resolve(beside, name);
    try {
      const facts = statSync(path);
      if (!facts.isFile() || facts.size > LARGEST) return undefined;
      const shown = isAbsolute(name) || main === '-' ? path : relativeTo(from.path, name);
      return { path: shown, text: decodeConfig(readFileSync(path)) };
    } catch {
      return undefined;
    }
  };
}

/** An included file's path as the person named its neighbour's. */
const relativeTo = (from: string, name: string): string => (dirname(from) === '.' ? name : `${dirname(from)}/${name}`);

function placeJson({ span }: ConfigFinding): object {
  const start = span.file.position(span.start);
  const end = span.file.position(Math.max(span.start, span.end));
  return { path: span.file.path, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

function checkJson(checked: readonly Checked[]): object {
  return {
    files: checked.map(({ document, findings }) => ({
      path: document.files[0]!.path,
      kind: document.kind,
      lines: document.files[0]!.lines,
      accepted: !findings.some(({ refused }) => refused),
      ...(document.files.length > 1 ? { includes: document.files.slice(1).map(({ path }) => path) } : {}),
    })),
    subnets: checked.flatMap(({ document }) => {
      const reservations = reservationsBySubnet(document);
      return document.subnets.map((subnet) => ({
        network: subnet.prefix ? prefixText(subnet.prefix) : null,
        pools: subnet.pools
          .filter(({ excluded }) => !excluded)
          .map(({ range }) => `${addressText(range.family, range.first)}-${addressText(range.family, range.last)}`),
        relays: subnet.relays.map(({ value }) => addressText(value.family, value.value)),
        reservations: reservations.get(subnet) ?? 0,
        path: subnet.head.file.path,
        line: subnet.head.file.position(subnet.head.start).line,
      }));
    }),
    findings: checked.flatMap(({ findings }) =>
      findings.map((one) => ({
        id: one.id,
        severity: one.severity,
        title: one.title,
        ...placeJson(one),
        explanation: one.explanation,
        steps: one.steps,
        reference: one.reference,
        ...(one.refused ? { refused: true } : {}),
        ...(one.related
          ? { related: one.related.map(({ file, start }) => ({ path: file.path, line: file.position(start).line })) }
          : {}),
      })),
    ),
  };
}

function print({ document, findings }: Checked, further: boolean, output: Output): void {
  if (further) output.line('');
  const [main] = document.files;
  const { subnets } = document;
  output.line(
    paint(
      output,
      'bold',
      `${printable(main!.path)}: ${document.kind}, ${count(main!.lines, 'line')}, ${count(subnets.length, 'subnet')}`,
    ),
  );
  for (const { prefix, pools, head } of subnets.slice(0, 50)) {
    const ranges = pools.filter(({ excluded }) => !excluded).map(({ range }) => rangeText(range));
    const line = head.file.position(head.start).line;
    output.line(
      `  ${prefix ? prefixText(prefix) : 'a subnet that the file does not tell'} (line ${line})${ranges.length > 0 ? `: ${ranges.slice(0, 5).join(', ')}${ranges.length > 5 ? ' …' : ''}` : ''}`,
    );
  }
  if (subnets.length > 50) output.line(`  and ${subnets.length - 50} more`);
  if (findings.length === 0) output.line('Nothing is wrong that can be seen here.');
  for (const one of findings) printFinding(one, output);
}

function printFinding(one: ConfigFinding, output: Output): void {
  const { file, start } = one.span;
  const { line, column } = file.position(start);
  output.line('');
  const word = paint(output, one.severity, SEVERITY_WORDS[one.severity]);
  output.line(`${word}  ${paint(output, 'bold', printable(one.title))}  [${one.id}]`);
  output.line(`  ${printable(file.path)}:${line}:${column}`);
  output.line(`  ${printable(one.explanation)}`);
  printAdvice({ ...one, steps: one.steps.map(printable) }, output);
}
