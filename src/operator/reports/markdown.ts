import { markdownPieces } from '../../cli/report/markdown';
import { capital, paragraph, section, type Block, type Item, type Text } from '../../cli/report/model';
import type { ReportBlock, ReportFinding, ReportPage, ReportText } from '../../pages';

/** Keeps only the text of a link, because links lead nowhere from a saved file. */
const textOf = (text: ReportText): Text => (typeof text === 'object' && 'open' in text ? text.text : text);

const plain = (text: ReportText): string =>
  typeof text === 'string' ? text : 'marked' in text ? text.marked : text.text;

function* findingBlocks({ id, where, explanation, causes, steps, reference }: ReportFinding): Generator<Block> {
  yield {
    kind: 'facts',
    rows: [['Id', id], ...(where.length > 0 ? [['Where', where.map(plain).join(' ')] as const] : [])],
  };
  yield paragraph({ marked: explanation });
  const list = (title: string, ordered: boolean, items: readonly Item[]): Block => ({
    kind: 'list',
    title,
    ordered,
    items,
  });
  if (causes.length > 0)
    yield list(
      'Causes',
      false,
      causes.map(({ likelihood, text }) => ({ label: capital(likelihood), text: { marked: text } })),
    );
  if (steps.length > 0)
    yield list(
      'What to do',
      true,
      steps.map((marked) => ({ text: { marked } })),
    );
  if (reference !== '') yield paragraph(reference, 'Reference');
}

function* blocksOf(title: string, blocks: readonly ReportBlock[]): Generator<Block> {
  for (const block of blocks) {
    if (block.kind === 'paragraph') yield paragraph(textOf(block.text));
    else if (block.kind === 'list')
      yield { kind: 'list', title, ordered: false, items: block.items.map((item) => ({ text: textOf(item) })) };
    else if (block.kind === 'table')
      yield { kind: 'table', title, head: block.head, rows: block.rows.map((row) => row.map(textOf)) };
    else
      for (const [i, finding] of block.findings.entries())
        yield { ...section(finding.title, findingBlocks(finding)), severity: finding.severity, number: i + 1 };
  }
}

/** A report as GitHub Flavored Markdown, to save or to paste into a ticket. */
export function reportMarkdown({ title, summary, sections }: ReportPage, version: string): string {
  const all = [paragraph(summary), ...sections.map((one) => section(one.title, blocksOf(one.title, one.blocks)))];
  return [...markdownPieces({ title, blocks: all, foot: `Port 67 ${version}` })].join('');
}
