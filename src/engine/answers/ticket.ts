import type { VerdictParts } from '../../analysis/words/verdict';
import { count, span } from '../../analysis/words/words';
import type { ShownFinding } from '../../protocol';
import type { Capture } from '../capture';

/** Maximum number of frames named in a ticket. */
const MOST_FRAMES = 20;

/** What whoever has to fix the problem needs to know, as Markdown that also reads well as plain text. */
export function ticketOf(
  capture: Capture,
  { what, beside }: VerdictParts,
  /** The finding that the ticket is about, and indexes of the steps to name; without a finding, the ticket says what happened. */
  finding: ShownFinding | undefined,
  steps: readonly number[],
): string {
  const { name, format, frames } = capture.state();
  const length = capture.durationSeconds > 0 ? [span(capture.durationSeconds)] : [];
  const lines = [`**${plain(name)}** (${[format, count(frames, 'frame'), ...length].join(', ')})`, ''];
  if (!finding) return [...lines, plain(`${what} ${beside}`.trim()), ''].join('\n');
  lines.push(`**What is wrong:** ${plain(finding.title)} (${finding.severity}, ${finding.id})`, '');
  lines.push(plain(finding.explanation), '');
  const doing = steps.flatMap((step) => finding.steps[step] ?? []);
  const numbered = doing.map((step, i) => `${i + 1}. ${plain(step)}`).join('\n');
  if (doing.length > 0) lines.push('**Do this:**', '', numbered, '');
  const shown = finding.frames.slice(0, MOST_FRAMES).sort((a, b) => a - b);
  const all = finding.frameCount ?? finding.frames.length;
  if (shown.length > 0)
    lines.push('**Frames:**', '', shown.map((frame) => `    ${frameLine(capture, frame)}`).join('\n'));
  if (all > shown.length) lines.push(`    … and ${all - shown.length} more`);
  if (finding.reference !== '') lines.push('', finding.reference);
  return `${lines.join('\n')}\n`;
}

/** A frame in one line: number, time, sender, receiver, summary. Indentation makes it code, so nothing in it is treated as markup. */
function frameLine(capture: Capture, frame: number): string {
  const { store } = capture.scan;
  const index = store.indexOf(frame);
  if (index < 0) return String(frame);
  const { source, destination, type, client, info } = capture.row(index);
  const parts = [store.isoTime(index) ?? '', `${source} → ${destination}`, type, client, info];
  return [frame, ...parts].filter((part) => part !== '').join('  ');
}

/** Escapes text so that nothing from a packet is treated as markup. */
const plain = (text: string): string => text.replace(/[<[\]*_\\]/g, '\\$&');
