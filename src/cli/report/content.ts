import { SEVERITIES, SEVERITY_NOUNS, type Finding } from '../../analysis/finding';
import type { PairFinding } from '../../analysis/compare/pair';
import { stepsOnce } from '../../analysis/explained';
import { count, list, momentText, span } from '../../analysis/words/words';
import type { Capture } from '../../engine/capture';
import { namesOf, type NamedCapture, type Together } from '../../engine/pair';
import { verdictOver } from '../inspect';
import { framesText, MEMBERS_SHOWN } from '../shown';
import { agreementOf } from '../agreement';
import {
  capital,
  MOST_FINDINGS,
  MOST_SERVERS,
  moreThan,
  paragraph,
  section,
  table,
  type Block,
  type Report,
  type Section,
  type Text,
} from './model';
import { sequenceBlocks } from './sequences';
import { surveyOf, type Survey, type Numbered } from './survey';

/** One capture with its findings. */
interface Chapter {
  readonly path: string;
  readonly name: string;
  readonly capture: Capture;
  readonly found: readonly Finding[];
  /** Those of its own findings that are shown. */
  readonly own: readonly Numbered[];
}

/** A finding about two captures, with its number. */
interface NumberedPair {
  readonly number: number;
  readonly finding: PairFinding;
}

/** The diagnosis of one or more captures, to be attached to a ticket. Its blocks are generated on demand. */
export function reportOf(captures: readonly NamedCapture[], together: Together, version: string): Report {
  const names = namesOf(captures);
  let number = 0;
  const between = together.findings.slice(0, MOST_FINDINGS).map((finding) => ({ number: ++number, finding }));
  const chapters = captures.map(({ path, capture }, i): Chapter => {
    const found = together.findingsOf(capture);
    const own = found.slice(0, MOST_FINDINGS).map((finding) => ({ number: ++number, finding, frames: finding.frames }));
    return { path, name: names[i]!, capture, found, own };
  });
  return {
    title: `DHCP report: ${list(names, 3)}`,
    blocks: blocksOf(),
    foot: `Port 67 ${version}`,
  };

  function* blocksOf(): Generator<Block> {
    const [alone] = chapters as [Chapter];
    const many = chapters.length > 1;
    const surveys = chapters.map((chapter) => surveyOf(chapter.capture, numberedIn(chapter, between)));
    yield many ? factsOver(chapters, together) : factsOf(alone, surveys[0]!);
    yield section('Verdict', [paragraph(verdictOver(captures, together))]);
    yield* glance(chapters, between);
    if (!many) {
      yield* chapterBlocks(alone, surveys[0]!, between, together);
      return;
    }
    yield section('Comparison', comparisonBlocks(together, between, chapters));
    for (const [i, chapter] of chapters.entries()) yield section(chapter.name, wholeChapter(chapter, surveys[i]!));
  }

  function* wholeChapter(chapter: Chapter, survey: Survey): Generator<Block> {
    yield factsOf(chapter, survey);
    yield* chapterBlocks(chapter, survey, between, together);
  }
}

/** The findings that name frames of a capture, including those of a comparison. */
function numberedIn({ path, own }: Chapter, between: readonly NumberedPair[]): Numbered[] {
  const shared = between.flatMap(({ number, finding }) => {
    const frames = finding.framesIn.find(({ file }) => file === path)?.frames;
    return frames ? [{ number, finding, frames }] : [];
  });
  return [...shared, ...own];
}

/** The number of findings of each severity, in words. */
function tally(findings: readonly Finding[]): string {
  const of = SEVERITIES.map(
    (severity) => [severity, findings.filter((one) => one.severity === severity).length] as const,
  );
  return list(of.flatMap(([severity, n]) => (n > 0 ? [count(n, SEVERITY_NOUNS[severity])] : [])));
}

function factsOf({ name, capture, found }: Chapter, survey: Survey): Block {
  const { format, frames, ofInterest, bytesRead, fileProblems, notes } = capture.state();
  return {
    kind: 'facts',
    rows: [
      ['File', `${name} (${format}, ${count(bytesRead, 'octet')})`],
      ['Captured', rangeOf(capture)],
      [
        'Frames',
        `${frames}; ${ofInterest} of them ${ofInterest === 1 ? 'is' : 'are'} DHCP or ${ofInterest === 1 ? 'bears' : 'bear'} on it`,
      ],
      ['Conversations', String(survey.conversationCount)],
      ['Clients', clientsText(survey)],
      ['Servers', String(capture.result.servers.length)],
      ['Findings', tally(found)],
      ...fileProblems.map((text) => ['Damage', text] as const),
      ...notes.map((text) => ['Note', text] as const),
    ],
  };
}

/** Such as `1 (bound)`, `7 (all bound)` or `7 (5 bound, 2 unanswered)`. */
function clientsText({ clientCount, outcomes }: Survey): string {
  const [first, ...more] = outcomes;
  if (!first) return '0';
  if (more.length === 0) return `${clientCount} (${clientCount === 1 ? '' : 'all '}${first[0]})`;
  return `${clientCount} (${outcomes.map(([outcome, n]) => `${n} ${outcome}`).join(', ')})`;
}

function factsOver(chapters: readonly Chapter[], together: Together): Block {
  const all = [...together.findings, ...chapters.flatMap(({ found }) => found)];
  return {
    kind: 'facts',
    rows: [
      ...chapters.map(({ name, capture }) => {
        const { frames } = capture.state();
        return ['File', `${name}: ${rangeOf(capture)}, ${count(frames, 'frame')}`] as const;
      }),
      ['Findings', tally(all)],
    ],
  };
}

/** When the capture started and ended. */
function rangeOf({ scan, durationSeconds }: Capture): string {
  const { firstTime, lastTime } = scan;
  if (firstTime === 0 && lastTime === 0) return 'its frames have no times';
  if (scan.store.clock === 'undated') return 'its times have no date';
  const [from, to] = [firstTime, lastTime].map((time) => momentText(Math.floor(time), scan.store.clock));
  return from === to ? `${from} (${span(durationSeconds)})` : `${from} to ${to} (${span(durationSeconds)})`;
}

/** A table with a row for each finding, if there are several. */
function* glance(chapters: readonly Chapter[], between: readonly NumberedPair[]): Generator<Block> {
  const rows: Text[][] = [];
  const add = (number: number, { severity, title }: Finding, where: string): void => {
    rows.push([String(number), capital(SEVERITY_NOUNS[severity]), { text: title, to: number }, where]);
  };
  for (const { number, finding } of between) add(number, finding, 'comparison');
  for (const { name, own } of chapters)
    for (const { number, finding } of own) add(number, finding, chapters.length > 1 ? name : '');
  if (rows.length < 2) return;
  yield section('Findings at a glance', [table('Findings at a glance', ['No.', 'Severity', 'Finding', 'Where'], rows)]);
}

function* comparisonBlocks(
  together: Together,
  between: readonly NumberedPair[],
  chapters: readonly Chapter[],
): Generator<Block> {
  const { pairs, text, findings } = together;
  if (pairs.length === 0) yield paragraph(text);
  else {
    const rows = pairs.map(({ a, b, outcome }) => [a, b, capital(outcome)]);
    yield table('Comparison', ['One capture', 'The other', 'What both show'], rows);
  }
  const names = new Map(chapters.map(({ path, name }) => [path, name]));
  for (const { number, finding } of between) {
    const where = finding.framesIn
      .filter(({ frames }) => frames.length > 0)
      .map(({ file, frames }) => [`Frames of ${names.get(file) ?? file}`, framesText(frames)] as const);
    yield findingSection(number, finding, where);
  }
  yield* moreThan(between.length, findings.length);
}

function* chapterBlocks(
  chapter: Chapter,
  survey: Survey,
  between: readonly NumberedPair[],
  together: Together,
): Generator<Block> {
  const { capture, own, found } = chapter;
  if (own.length > 0) yield section('Findings', findingsBlocks(own, found.length));
  yield* configBlocks(together, chapter.path);
  yield* serverBlocks(capture);
  yield* clientBlocks(survey);
  yield* sequenceBlocks(capture, survey, numberedIn(chapter, between));
}

function* findingsBlocks(own: readonly Numbered[], all: number): Generator<Block> {
  const told = stepsOnce(own.map(({ finding }) => finding));
  for (const [i, { number, frames }] of own.entries())
    yield findingSection(number, told[i]!, frames.length > 0 ? [['Frames', framesText(frames)]] : []);
  yield* moreThan(own.length, all);
}

function findingSection(number: number, finding: Finding, where: readonly (readonly [string, string])[]): Section {
  return { ...section(finding.title, findingBlocks(finding, where)), severity: finding.severity, number };
}

function* findingBlocks(finding: Finding, where: readonly (readonly [string, string])[]): Generator<Block> {
  const { id, explanation, causes, steps, reference, members = [] } = finding;
  yield { kind: 'facts', rows: [['Id', id], ...where] };
  yield paragraph({ marked: explanation });
  if (members.length > 0) {
    const rows = members.slice(0, MEMBERS_SHOWN).map(({ subject, frames }) => [subject, framesText(frames)]);
    yield table('Each of them', ['Each of them', 'Frames'], rows);
    yield* moreThan(rows.length, members.length);
  }
  if (causes.length > 0)
    yield {
      kind: 'list',
      title: 'Causes',
      ordered: false,
      items: causes.map(({ text, likelihood, evidence }) => ({
        label: capital(likelihood),
        text: { marked: text },
        notes: evidence.map((marked) => ({ marked })),
      })),
    };
  if (steps.length > 0)
    yield { kind: 'list', title: 'What to do', ordered: true, items: steps.map((marked) => ({ text: { marked } })) };
  if (reference !== '') yield paragraph(reference, 'Reference');
}

/** Which replies agree with the configuration, and the lines that made them. */
function* configBlocks(together: Together, path: string): Generator<Block> {
  const agreement = agreementOf(together, path);
  if (!agreement) return;
  const { sentence, kinds, more } = agreement;
  const rows = kinds.map(({ frames, made }) => [frames, made]);
  yield section('Configuration', [
    paragraph(sentence),
    ...(rows.length > 0 ? [table('Configuration', ['Frames', 'Made by'], rows)] : []),
    ...moreThan(kinds.length, kinds.length + more),
  ]);
}

/** A count as a cell; empty for 0. */
const cell = (n: number): string => (n === 0 ? '' : String(n));

function* serverBlocks({ result: { servers } }: Capture): Generator<Block> {
  if (servers.length === 0) return;
  const shown = servers.slice(0, MOST_SERVERS);
  const head = ['Server', 'Link-layer address', 'Protocol', 'Frames', 'Offers', 'Acks', 'NAKs', 'proxyDHCP replies'];
  const rows = shown.map(({ server, macs, protocol, frames, offers, acks, naks, proxyReplies }) => [
    server,
    macs.length > 0 ? list(macs, 3) : '',
    PROTOCOLS[protocol],
    ...[frames, offers, acks, naks, proxyReplies].map(cell),
  ]);
  yield section('Servers', [table('Servers', head, rows), ...moreThan(shown.length, servers.length)]);
}

const PROTOCOLS = { dhcp: 'DHCP', bootp: 'BOOTP', dhcpv6: 'DHCPv6' } as const;

function* clientBlocks({ clients, clientCount }: Survey): Generator<Block> {
  if (clients.length === 0) return;
  const head = ['Client', 'Host name', 'Vendor class', 'Protocol', 'Address', 'Server', 'Outcome', 'Conversations'];
  const rows = clients.map((one) => [
    one.client,
    one.hostname ?? '',
    one.vendorClass ?? '',
    PROTOCOLS[one.protocol],
    one.address ?? '',
    one.server ?? '',
    one.outcome,
    String(one.conversations),
  ]);
  // The order matters only if some clients are left out.
  const order = clientCount > clients.length ? [paragraph('Clients that got no lease stand first.')] : [];
  yield section('Clients', [...order, table('Clients', head, rows), ...moreThan(clients.length, clientCount)]);
}
