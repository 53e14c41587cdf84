import { SEVERITIES, SEVERITY_NOUNS, type Severity } from '../analysis/finding';
import { count, list } from '../analysis/words/words';
import { printable } from '../codec/bytes';
import { checkConfig, reservationsBySubnet, type ConfigDocument, type ConfigFinding } from '../config';
import { addressText, prefixText, rangeText } from '../config/address';
import { poolsLeft } from '../config/ranges';
import { readConfig } from './configs';
import { jsonLine } from './json';
import type { Output } from './output';
import { paint, printAdvice, SEVERITY_WORDS } from './text';

interface Checked {
  readonly document: ConfigDocument;
  readonly findings: readonly ConfigFinding[];
}

/** Runs `port67 check`: reads configurations and reports what is wrong. Returns the findings. */
export async function check(
  paths: readonly string[],
  { json, kind }: { readonly json: boolean; readonly kind: string },
  output: Output,
): Promise<readonly ConfigFinding[]> {
  const checked: Checked[] = [];
  for (const path of paths) {
    const document = await readConfig(path, kind);
    checked.push({ document, findings: checkConfig(document) });
  }
  if (json) output.line(jsonLine(checkJson(checked)));
  else for (const [i, one] of checked.entries()) print(one, i > 0, output);
  return checked.flatMap(({ findings }) => findings);
}

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
        pools: poolsLeft(subnet).map(
          (range) => `${addressText(range.family, range.first)}-${addressText(range.family, range.last)}`,
        ),
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
  for (const subnet of subnets.slice(0, 50)) {
    const { prefix, head } = subnet;
    const ranges = poolsLeft(subnet).map(rangeText);
    const line = head.file.position(head.start).line;
    output.line(
      `  ${prefix ? prefixText(prefix) : 'a subnet that the file does not tell'} (line ${line})${ranges.length > 0 ? `: ${ranges.slice(0, 5).join(', ')}${ranges.length > 5 ? ' …' : ''}` : ''}`,
    );
  }
  if (subnets.length > 50) output.line(`  and ${subnets.length - 50} more`);
  output.line(verdictOf({ document, findings }));
  for (const severity of SEVERITIES)
    for (const one of findings) if (one.severity === severity) printFinding(one, output);
}

/** The sum of the findings in one or two sentences. */
function verdictOf({ document: { files, subnets }, findings }: Checked): string {
  if (files[0]!.text.trim() === '') return 'The file is empty.';
  const none = subnets.length === 0 ? ' The file declares no subnet: by it alone, no address is handed out.' : '';
  if (findings.length === 0) return `Nothing is wrong that can be seen here.${none}`;
  const of = (severity: Severity): number => findings.filter((one) => one.severity === severity).length;
  const found = list(SEVERITIES.flatMap((one) => (of(one) > 0 ? [count(of(one), SEVERITY_NOUNS[one])] : [])));
  const refused = findings.some((one) => one.refused);
  return `${found}${refused ? ': the server does not take this file' : ''}.${none}`;
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
