import { guide, type Block, type Page } from './index';

/* A page of the guide as Markdown. Links lead to other pages by their places: `../option/82.md`. */

/** Characters that mean something in Markdown. Texts are ours, so this is for looks, not for safety. */
const escaped = (text: string): string => text.replace(/[\\`*_[\]<>|#~]/g, '\\$&');

const linkTo = ({ id, title }: Page): string => `[${escaped(title)}](../${id}.md)`;

const fenced = (text: string): string => `\`\`\`\n${text}\n\`\`\``;

function tableMarkdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [row(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(row)].join('\n');
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return escaped(block.text);
    case 'list': {
      const items = block.items.map((item) => `- ${escaped(item)}`).join('\n');
      return block.title === undefined ? items : `${escaped(block.title)}:\n\n${items}`;
    }
    case 'table':
      return tableMarkdown(block.head ?? (block.rows[0] ?? []).map(() => ''), block.rows);
    case 'code':
      return block.title === undefined ? fenced(block.text) : `${escaped(block.title)}:\n\n${fenced(block.text)}`;
    case 'octets':
      return `${fenced(block.hex)}\n\n${escaped(block.text)}`;
  }
}

/** A page of the guide as Markdown; undefined where there is none of that id. */
export function pageMarkdown(id: string): string | undefined {
  const page = guide().get(id);
  if (!page) return undefined;
  const see = page.see.map((other) => `- ${linkTo(guide().get(other)!)}`);
  return [
    `# ${escaped(page.title)}`,
    escaped(page.summary),
    ...page.blocks.map(blockMarkdown),
    ...(see.length > 0 ? ['## See also', see.join('\n')] : []),
    ...(page.references.length > 0 ? [`*Reference: ${escaped(page.references.join('; '))}*`] : []),
    '',
  ].join('\n\n');
}
