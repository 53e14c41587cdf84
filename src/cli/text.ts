import type { Finding, Severity } from '../analysis/finding';
import type { PairFinding } from '../analysis/compare/pair';
import { stepsOnce } from '../analysis/explained';
import { escaped, printable } from '../codec/bytes';
import type { Field } from '../codec/field';
import { summaryOf } from '../codec/frame';
import type { Capture } from '../engine/capture';
import { describeStored } from '../engine/answers/describe';
import { walkDatagram, walkStored } from '../engine/scan/packets';
import type { NamedCapture, Together } from '../engine/pair';
import { verdictOver } from './inspect';
import type { ConfiguredFinding } from '../config/against';
import { agreementOf, type Agreement } from './agreement';
import type { Output } from './output';
import { utc } from './report/time';
import { framesText, MEMBERS_SHOWN } from './shown';

const STYLES = { bold: '1', dim: '2', error: '31', warning: '33', info: '36' } as const;

/** Styles a text if colours are wanted. */
export function paint(output: Output, style: keyof typeof STYLES, text: string): string {
  return output.colours ? `\x1b[${STYLES[style]}m${text}\x1b[0m` : text;
}

/** Prints a frame as indented text: every field and what happened in it (`story`). A frame that is not of interest is one line. */
export function printFrame(capture: Capture, index: number, full: boolean, output: Output, story?: string): void {
  const { store } = capture.scan;
  const time = store.isoTime(index);
  const head = `Frame ${store.number(index)}${time === undefined ? '' : `  ${utc(time, 9)}`}`;
  if (!full) {
    output.line(`${head}  ${summaryOf(walkDatagram(capture.scan, index) ?? walkStored(capture.scan, index))}`);
    return;
  }
  const view = describeStored(capture.scan, index);
  output.line(paint(output, 'bold', `${head}  ${view.summary}`));
  for (const field of view.tree) printField(field, 1, output);
  for (const one of view.problems) {
    const end = one.offset + one.length - 1;
    const where = one.length > 1 ? `octets ${one.offset}–${end}` : `octet ${one.offset}`;
    output.line(paint(output, 'warning', `  ! ${where}: ${one.text}`));
  }
  if (story !== undefined) output.line(`  ${paint(output, 'bold', 'What just happened:')} ${story}`);
  output.line('');
}

function printField(field: Field, depth: number, output: Output): void {
  const indent = '  '.repeat(depth);
  const name = paint(output, 'dim', `${field.name}${field.text ? ':' : ''}`);
  output.line(`${indent}${name}${field.text ? ` ${field.text}` : ''}`);
  for (const child of field.children ?? []) printField(child, depth + 1, output);
}

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = { error: 'ERROR', warning: 'WARNING', info: 'note' };

/** Prints what is wrong in each capture and between captures, and what to do about it. */
export function printInspection(captures: readonly NamedCapture[], together: Together, output: Output): void {
  // What was lost between captures explains what is missing from each.
  if (together.text !== '') {
    output.line(paint(output, 'bold', 'Compared with each other:'));
    output.prose(verdictOver(captures, together));
    for (const finding of stepsOnce(together.findings)) printFinding(finding, output);
    output.line('');
  }
  for (const [i, { path, capture }] of captures.entries()) {
    if (i > 0) output.line('');
    const { frames, ofInterest, format, notes } = capture.state();
    const count = `${frames} frame${frames === 1 ? '' : 's'}, ${ofInterest} of interest`;
    output.line(paint(output, 'bold', `${printable(path)}: ${format}, ${count}`));
    const own = together.findingsOf(capture);
    const toldAbove = together.findings.some(({ framesIn }) => framesIn.some(({ file }) => file === path));
    output.prose(toldAbove ? capture.result.story.text : capture.result.verdictWith(own));
    printClients(capture, output);
    for (const note of notes) output.prose(`Note: ${note}`, 2);
    printAgreement(agreementOf(together, path), output);
    for (const finding of stepsOnce(own)) printFinding(finding, output);
  }
}

function printAgreement(agreement: Agreement | undefined, output: Output): void {
  if (!agreement) return;
  output.prose(agreement.sentence);
  for (const { frames, made } of agreement.kinds) output.prose(`  Frames ${frames}: ${made}`, 4);
  if (agreement.more > 0) output.line(`  and ${agreement.more} more: see --json`);
}

const CLIENTS_SHOWN = 8;

/** Lists the first clients of which more than the address is known. */
function printClients(capture: Capture, output: Output): void {
  let shown = 0;
  for (const { client, vendor, system } of capture.eachClient()) {
    const words = [vendor, system].filter((one) => one !== undefined);
    if (words.length === 0) continue;
    if (shown++ === CLIENTS_SHOWN) return output.line('Further clients: see --json.');
    output.prose(`Client ${client}: ${words.join(', ')}`, 2);
  }
}

function printFinding(finding: Finding | PairFinding, output: Output): void {
  output.line('');
  const word = paint(output, finding.severity, SEVERITY_WORDS[finding.severity]);
  output.prose(`${word}  ${paint(output, 'bold', finding.title)}  [${finding.id}]`, 2);
  if ('framesIn' in finding) {
    for (const { file, frames } of finding.framesIn)
      if (frames.length > 0) output.prose(`  Frames of ${printable(file)}: ${framesText(frames)}`, 4);
  } else if (finding.frames.length > 0) output.prose(`  Frames: ${framesText(finding.frames)}`, 4);
  if ('line' in finding) {
    const { path, line, column } = finding as ConfiguredFinding;
    output.line(`  ${printable(path)}:${line}:${column}`);
  }
  output.prose(`  ${escaped(finding.explanation)}`, 2);
  const { members = [] } = finding;
  if (members.length > 0) output.line('  Each of them:');
  for (const { subject, frames } of members.slice(0, MEMBERS_SHOWN))
    output.prose(`    ${subject}: ${framesText(frames)}`, 6);
  if (members.length > MEMBERS_SHOWN) output.line(`    and ${members.length - MEMBERS_SHOWN} more`);
  if (finding.causes.length > 0) output.line('  Causes:');
  for (const cause of finding.causes) {
    output.prose(`    ${cause.likelihood}: ${cause.text}`, 6);
    for (const evidence of cause.evidence) output.prose(`      – ${evidence}`, 8);
  }
  printAdvice(finding, output);
}

/** Prints the steps for a finding, and its reference. */
export function printAdvice(
  { steps, reference }: { readonly steps: readonly string[]; readonly reference: string },
  output: Output,
): void {
  if (steps.length > 0) output.line('  What to do:');
  for (const [i, step] of steps.entries()) {
    const [first = '', ...further] = step.split('\n');
    output.prose(`    ${i + 1}. ${first}`, 7);
    for (const line of further) output.prose(`       ${line}`, 7);
  }
  output.prose(`  Reference: ${reference}`, 4);
}
