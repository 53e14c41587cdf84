import type { Configured, Lane, Outcome, ShownLadder, ShownStep } from '../../src/protocol';
import { count, t } from '../l10n';

/* A conversation in words: for the chart, for screen readers, and for tickets. */

/** A duration for display: `0.8 ms`, `12 ms`, `3.2 s`, `5 min`. */
export function span(seconds: number): string {
  const rounded = (value: number, places: number): number => Math.round(value * 10 ** places) / 10 ** places;
  if (seconds < 0.01) return t('{0} ms', rounded(seconds * 1000, 1));
  if (seconds < 1) return t('{0} ms', Math.round(seconds * 1000));
  if (seconds < 120) return t('{0} s', rounded(seconds, 1));
  if (seconds < 7200) return t('{0} min', rounded(seconds / 60, 1));
  if (seconds < 172_800) return t('{0} h', rounded(seconds / 3600, 1));
  return t('{0} days', rounded(seconds / 86_400, 1));
}

export function outcomeName(outcome: Outcome): string {
  return {
    bound: t('has an address'),
    renewed: t('renewed'),
    informed: t('informed'),
    refused: t('refused (NAK)'),
    declined: t('declined'),
    unanswered: t('unanswered'),
    incomplete: t('incomplete'),
    released: t('released'),
  }[outcome];
}

export function laneKind({ kind }: Lane): string {
  return { client: t('Client'), relay: t('Relay'), server: t('Server'), host: t('Host'), point: t('Capture') }[kind];
}

export const laneName = ({ name, kind }: Lane): string =>
  name !== '' ? name : kind === 'server' ? t('none is seen') : t('unknown');

/** The label of an arrow: `REQUEST 10.67.0.100`, `4 × DISCOVER in 9.1 s`. */
export function stepLabel({ name, about, times, seconds, ghost, lost }: ShownStep): string {
  const message = about === '' ? name : `${name} ${about}`;
  if (lost) return times === undefined ? t('{0} is lost', message) : t('{0} × {1} are lost', count(times), message);
  if (ghost === 'missing') return t('{0} is missing', message);
  if (ghost === 'unseen') return t('{0} is not in this capture', message);
  if (times === undefined) return message;
  return seconds === undefined
    ? t('{0} × {1}', count(times), message)
    : t('{0} × {1} in {2}', count(times), message, span(seconds));
}

/** The chart with what configurations say about missing answers: the server’s own reason comes first. */
export function withConfigured(ladder: ShownLadder | undefined, configured?: Configured): ShownLadder | undefined {
  if (!ladder || !configured) return ladder;
  const steps = ladder.steps.map((step, i) => {
    if (step.ghost !== 'missing' || step.frames.length > 0) return step;
    const question = ladder.steps
      .slice(0, i)
      .findLast(({ ghost, icmp, frames }) => !ghost && !icmp && frames.length > 0);
    const frame = question?.frames.find((one) => configured.unsent[one]);
    const said = frame === undefined ? undefined : configured.unsent[frame];
    if (!said) return step;
    const { about, place } = said;
    const name = configured.places[place]?.name ?? '';
    return { ...step, place, about: about === '' ? `(${name})` : about, why: `${name}: ${said.why} ${step.why}` };
  });
  return { ...ladder, steps };
}

/** Sender and receiver: `from client 02:67:… to server 10.67.0.1`. */
export function stepWay({ lanes }: ShownLadder, { from, to, broadcast, seen, lost }: ShownStep): string {
  const [sender, receiver, at] = [lanes[from], lanes[to], lanes[seen?.[0] ?? -1]].map(
    (lane) => lane && `${laneKind(lane)} ${laneName(lane)}`,
  );
  if (lost) return t('{0}, past {1}, gone before {2}', sender ?? '', at ?? '', receiver ?? '');
  return broadcast
    ? t('{0} to all ({1})', sender ?? '', receiver ?? '')
    : t('{0} to {1}', sender ?? '', receiver ?? '');
}

/** The column where the arrow of a step ends: a lost message ends between the point that saw it and the one that did not. */
export const endOf = ({ from, to, lost }: ShownStep): number => (lost ? to + (from < to ? -0.5 : 0.5) : to);

/** Seconds between the previous arrow and this one. */
export function gapBefore(steps: readonly ShownStep[], index: number): number {
  const here = steps[index]?.time;
  const before = steps.slice(0, index).findLast(({ time }) => time !== undefined);
  if (here === undefined || before?.time === undefined) return 0;
  return here - before.time - (before.seconds ?? 0);
}

const titleOf = ({ id, client, outcome }: ShownLadder): string =>
  t('Conversation {0}: {1}, {2}', id, client, outcomeName(outcome));

/** Escapes characters that have a meaning in Markdown. */
const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>|#]/g, '\\$&');

/** The chart as a numbered list, for tickets and mails. */
export function markdown(ladder: ShownLadder): string {
  const lines = ladder.steps.map((step, i) => {
    const time = step.time === undefined ? '' : `${step.time.toFixed(6)} s, `;
    // If two captures are compared, the sentence names the frames of both.
    const named = step.frames.length > 0 && !step.seen;
    const frames = named ? ` (${t('frames {0}', step.frames.slice(0, 6).join(', '))})` : '';
    const found = step.findings.map(({ title }) => `\n   - **${escaped(title)}**`).join('');
    return `${i + 1}. ${time}${escaped(stepWay(ladder, step))}: **${escaped(stepLabel(step))}**${frames}. ${escaped(step.why)}${found}`;
  });
  return [`**${escaped(titleOf(ladder))}**`, '', ...lines, ''].join('\n');
}

/** Replaces characters that have a meaning in Mermaid. */
const plain = (text: string): string => text.replace(/[;#<>{}"\r\n]/g, ' ');

/** The chart as a Mermaid sequence diagram. */
export function mermaid(ladder: ShownLadder): string {
  const lines = ladder.lanes.map((lane, i) => `  participant L${i} as ${plain(`${laneKind(lane)} ${laneName(lane)}`)}`);
  ladder.steps.forEach((step, i) => {
    const gap = gapBefore(ladder.steps, i);
    const over = ladder.lanes.length > 1 ? `L0,L${ladder.lanes.length - 1}` : 'L0';
    if (gap >= GAP) lines.push(`  Note over ${over}: ${plain(t('{0} later', span(gap)))}`);
    const arrow = step.ghost ? '--x' : step.lost ? '-x' : '->>';
    lines.push(`  L${step.from}${arrow}L${step.to}: ${plain(stepLabel(step))}`);
    for (const { title } of step.findings) lines.push(`  Note over L${step.to}: ${plain(title)}`);
  });
  return ['sequenceDiagram', ...lines, ''].join('\n');
}

/** Pauses of at least this many seconds are shown. */
export const GAP = 1;
