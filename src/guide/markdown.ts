import { diagramSvg } from './diagram';
import { COMMANDS, guide, type Block, type Page } from './index';
import { Linker } from './linker';

/* A page of the guide as Markdown. Links to other pages are relative paths: `../option/82.md`. */

/** Escapes Markdown characters. The texts are our own, so this is for appearance, not for security. */
const escaped = (text: string): string => text.replace(/[\\`*_[\]<>|#~]/g, '\\$&');

const hrefOf = (id: string): string => `../${id}.md`;

const linkTo = ({ id, title }: Page): string => `[${escaped(title)}](${hrefOf(id)})`;

const fenced = (text: string): string => `\`\`\`\n${text}\n\`\`\``;

/** Writes one page. Links to VS Code commands begin with `commands`. */
class Writer {
  private readonly linker: Linker;

  constructor(
    page: Page,
    private readonly commands: string,
  ) {
    this.linker = new Linker(page.id);
  }

  /** A text with links at glossary words. */
  text(text: string): string {
    return this.linker
      .pieces(text)
      .map((piece) =>
        piece.page === undefined ? escaped(piece.text) : `[${escaped(piece.text)}](${hrefOf(piece.page)})`,
      )
      .join('');
  }

  /** A table without a head holds data, not prose: codes, lengths, names. It gets no links. */
  private table(head: readonly string[] | undefined, rows: readonly (readonly string[])[]): string {
    const cellOf = head ? (cell: string) => this.text(cell) : escaped;
    const row = (cells: readonly string[]): string => `| ${cells.map(cellOf).join(' | ')} |`;
    const heading = head ?? (rows[0] ?? []).map(() => '');
    return [row(heading), `|${' --- |'.repeat(heading.length)}`, ...rows.map(row)].join('\n');
  }

  block(block: Block): string {
    switch (block.kind) {
      case 'paragraph':
        return this.text(block.text);
      case 'list': {
        const items = block.items.map((item) => `- ${this.text(item)}`).join('\n');
        return block.title === undefined ? items : `${this.text(block.title)}:\n\n${items}`;
      }
      case 'table':
        return this.table(block.head, block.rows);
      case 'code':
        return block.title === undefined ? fenced(block.text) : `${escaped(block.title)}:\n\n${fenced(block.text)}`;
      case 'octets':
        return `${fenced(block.hex)}\n\n${this.text(block.text)}`;
      case 'command':
        return `**[${escaped(COMMANDS[block.command])}](${this.commands}${block.command})** \`${block.cli}\``;
      case 'diagram':
        return `<div>\n${diagramSvg(block.of, hrefOf)}\n</div>`;
    }
  }
}

/** A page of the guide as Markdown; undefined if there is no page of that id. */
export function pageMarkdown(id: string, commands = ''): string | undefined {
  const page = guide().get(id);
  if (!page) return undefined;
  const writer = new Writer(page, commands);
  const see = page.see.map((other) => `- ${linkTo(guide().get(other)!)}`);
  return [
    `# ${escaped(page.title)}`,
    writer.text(page.summary),
    ...page.blocks.map((block) => writer.block(block)),
    ...(see.length > 0 ? ['## See also', see.join('\n')] : []),
    ...(page.references.length > 0 ? [`*Reference: ${escaped(page.references.join('; '))}*`] : []),
    '',
  ].join('\n\n');
}
