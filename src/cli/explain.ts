import { printable } from '../codec/bytes';
import { EngineError } from '../engine/capture';
import { COMMANDS, GROUPS, guide, type Block, type Group, type Page } from '../guide';
import { lookUp } from '../guide/lookup';
import { jsonLine } from './json';
import type { Output } from './output';
import { tableLines, wrapped, WIDTH } from './paper';
import { paint } from './text';

/** Longest topic that is looked up. */
const LONGEST = 200;

/** Runs `port67 explain`: prints the guide's page for a topic, or an overview without one. Throws EngineError if the topic is unknown. */
export function explain(words: readonly string[], json: boolean, output: Output): void {
  const topic = words.join(' ').trim();
  if (topic === '') {
    if (json) output.line(jsonLine(contents()));
    else printContents(output);
    return;
  }
  const found = topic.length > LONGEST ? { near: [] } : lookUp(topic);
  if ('near' in found) throw new EngineError(unknownText(topic.slice(0, LONGEST), found.near));
  const [page, ...others] = found.pages;
  const see = linksOf(page, others);
  if (json) output.line(jsonLine(pageJson(topic, page, see)));
  else printPage(page, see, output);
}

function unknownText(topic: string, near: readonly string[]): string {
  const text = `“${printable(topic)}” is not known`;
  if (near.length === 0) return `${text}; port67 explain lists the topics`;
  const words = near.length > 1 ? `${near.slice(0, -1).join(', ')} or ${near.at(-1)}` : near[0];
  return `${text}; did you mean ${words}?`;
}

/** Related pages: first those with the same name, then those that the page links to. */
function linksOf(page: Page, others: readonly Page[]): readonly Page[] {
  const linked = page.see.map((id) => guide().get(id)!);
  return [...new Set([...others, ...linked])];
}

const linkJson = ({ id, title }: Page): object => ({ id, title });

const pageJson = (topic: string, { id, title, summary, blocks, references }: Page, see: readonly Page[]): object => ({
  topic,
  id,
  title,
  summary,
  blocks,
  seeAlso: see.map(linkJson),
  references,
});

function pagesByGroup(): readonly (readonly [Group, readonly Page[]])[] {
  const all = [...guide().values()];
  return (Object.keys(GROUPS) as Group[]).map((group) => [group, all.filter((page) => page.group === group)]);
}

const contents = (): object => ({
  groups: pagesByGroup().map(([group, pages]) => ({ group, title: GROUPS[group], topics: pages.map(linkJson) })),
});

const nameOf = ({ id }: Page): string => id.slice(id.indexOf('/') + 1);

/** `Option 82, Relay Agent Information` → `82 Relay Agent Information`. */
function optionName({ title }: Page): string {
  return title.replace(/^.*?ptions? (.*), /, '$1 ');
}

/** How a page is named when its group is printed as one paragraph. Groups not listed print a line per page, with its title. */
const SHORT: Partial<Readonly<Record<Group, (page: Page) => string>>> = {
  message: ({ title }) => title,
  message6: ({ title }) => title.replace(/^DHCPv6 /, ''),
  field: nameOf,
  option: optionName,
  option6: optionName,
  finding: nameOf,
  check: nameOf,
};

function printContents(output: Output): void {
  output.line('port67 explain TOPIC tells what is known of any of these.');
  for (const [group, pages] of pagesByGroup()) {
    output.line('');
    output.line(paint(output, 'bold', GROUPS[group]));
    const short = SHORT[group];
    if (!short) {
      for (const line of tableLines(pages.map((page) => [nameOf(page), page.title]))) output.line(`  ${line}`);
    } else {
      // Sub-options are covered by the pages of their options.
      const names = pages.filter(({ title }) => !/^(DHCPv6 s|S)ub-option/.test(title)).map(short);
      // No-break spaces keep each name on one line during wrapping.
      const run = names.map((name) => name.replaceAll(' ', '\u00a0')).join(', ');
      for (const line of wrapped(run, WIDTH - 2)) output.line(`  ${line.replaceAll('\u00a0', ' ')}`);
    }
  }
}

function printPage(page: Page, see: readonly Page[], output: Output): void {
  output.line(paint(output, 'bold', page.title));
  output.line('');
  for (const line of wrapped(page.summary, WIDTH)) output.line(line);
  for (const block of page.blocks) {
    // The table after a diagram has the same content.
    if (block.kind === 'diagram') continue;
    output.line('');
    printBlock(block, output);
  }
  if (see.length > 0) {
    output.line('');
    output.line(paint(output, 'bold', 'See also'));
    for (const line of tableLines(seeRows(page, see))) output.line(`  ${line}`);
  }
  if (page.references.length > 0) {
    output.line('');
    for (const line of wrapped(`Reference: ${page.references.join('; ')}`, WIDTH))
      output.line(paint(output, 'dim', line));
  }
}

/** Sub-options of a page that are listed one by one; more are listed as one row for each vendor. */
const MOST_SUB_OPTIONS = 24;

/** The rows under “See also”: the id and the title of each page. */
function seeRows(page: Page, see: readonly Page[]): readonly (readonly [string, string])[] {
  const own = see.filter(({ id }) => id.startsWith(`${page.id}.`));
  if (own.length <= MOST_SUB_OPTIONS) return see.map(({ id, title }) => [id, title]);
  const vendors = new Map<string, Page[]>();
  for (const one of own) {
    const vendor = one.id.slice(0, one.id.lastIndexOf('.'));
    vendors.set(vendor, [...(vendors.get(vendor) ?? []), one]);
  }
  const rows = [...vendors.values()].map((pages): [string, string] => {
    const [first, last] = [pages[0]!, pages.at(-1)!];
    return [first.id, pages.length > 1 ? `${first.title}, and so on to ${nameOf(last)}` : first.title];
  });
  return [...see.filter((one) => !own.includes(one)).map(({ id, title }) => [id, title] as const), ...rows];
}

function printBlock(block: Block, output: Output): void {
  switch (block.kind) {
    case 'paragraph':
      for (const line of wrapped(block.text, WIDTH)) output.line(line);
      return;
    case 'list':
      if (block.title !== undefined) output.line(`${block.title}:`);
      for (const item of block.items)
        for (const [i, line] of wrapped(item, WIDTH - 4).entries()) output.line(`${i === 0 ? '  – ' : '    '}${line}`);
      return;
    case 'table':
      for (const [i, line] of tableLines(block.rows, block.head).entries())
        output.line(`  ${i === 0 && block.head ? paint(output, 'bold', line) : line}`);
      return;
    case 'code':
      if (block.title !== undefined) output.line(`${block.title}:`);
      // Commands are not wrapped, so that they can be copied.
      for (const line of block.text.split('\n')) output.line(`    ${line}`);
      return;
    case 'octets':
      output.line(`    ${paint(output, 'info', block.hex)}`);
      for (const line of wrapped(block.text, WIDTH - 4)) output.line(`    ${line}`);
      return;
    case 'command':
      output.line(`${COMMANDS[block.command].replace('…', '')}:`);
      output.line(`    ${block.cli}`);
      return;
  }
}
