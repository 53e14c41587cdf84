import { COMMANDS, GROUPS, guide, type Block, type Group, type Page } from '..';
import { diagramSvg } from '../diagram';
import { Linker } from '../linker';
import { BASE_CSS, DOCUMENT_END, documentStart, escaped, tableHtml } from './document';

/* The guide for a browser: one document, so that the browser's search covers everything. No scripts; nothing is fetched. */

const hrefOf = (id: string): string => `#${id}`;

const linkTo = ({ id, title }: Page): string => `<a href="${hrefOf(id)}">${escaped(title)}</a>`;

const CSS = `${BASE_CSS}body { max-width: 46rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
table { display: block; overflow-x: auto; }
td + td { overflow-wrap: anywhere; }
@media (max-width: 30rem) { th, td { padding-right: 0.4rem; } }
h2, h3 { margin-top: 2.5rem; border-top: 1px solid; padding-top: 1rem; }
pre { overflow-x: auto; padding: 0.5rem; border: 1px solid; }
.index { columns: 20rem; }
small { opacity: 0.8; }
`;

/** Where somebody begins who is new to DHCP, in this order. */
const FIRST = ['topic/dhcp', 'topic/lease', 'topic/broadcast', 'topic/ports', 'topic/troubleshooting'];

/** Groups whose pages are listed at once; those of the others when somebody opens them. */
const OPEN: readonly Group[] = ['topic', 'term', 'claim'];

const STYLE = { source: "'self'", element: '<link rel="stylesheet" href="guide.css">' };

function blockHtml(block: Block, text: (text: string) => string): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${text(block.text)}</p>`;
    case 'list': {
      const title = block.title === undefined ? '' : `<p>${text(block.title)}:</p>\n`;
      return `${title}<ul>\n${block.items.map((item) => `<li>${text(item)}</li>`).join('\n')}\n</ul>`;
    }
    case 'table':
      return tableHtml(
        block.head?.map(text),
        // A table without a head holds data, not prose, so it gets no links.
        block.rows.map((cells) => cells.map(block.head ? text : escaped)),
      );
    case 'code': {
      const title = block.title === undefined ? '' : `<p>${escaped(block.title)}:</p>\n`;
      return `${title}<pre>${escaped(block.text)}</pre>`;
    }
    case 'octets':
      return `<pre>${escaped(block.hex)}</pre>\n<p>${text(block.text)}</p>`;
    case 'command':
      return `<p>On a terminal: <code>${escaped(block.cli)}</code>. In VS Code: the command “${escaped(COMMANDS[block.command])}”.</p>`;
    case 'diagram':
      return diagramSvg(block.of, hrefOf);
  }
}

function pageHtml({ id, title, summary, blocks, see, references }: Page): string {
  const linker = new Linker(id);
  const linked = new Set<string>();
  const text = (one: string): string =>
    linker
      .pieces(one)
      .map((piece) => {
        if (piece.page === undefined) return escaped(piece.text);
        linked.add(piece.page);
        return `<a href="${hrefOf(piece.page)}">${escaped(piece.text)}</a>`;
      })
      .join('');
  const told = [`<p>${text(summary)}</p>`, ...blocks.map((block) => blockHtml(block, text))];
  // What the text links to is not listed once more.
  const links = see.filter((other) => !linked.has(other)).map((other) => linkTo(guide().get(other)!));
  return [
    `<h3 id="${id}">${escaped(title)}</h3>`,
    ...told,
    ...(links.length > 0 ? [`<p>See also: ${links.join(', ')}.</p>`] : []),
    ...(references.length > 0 ? [`<p><small>Reference: ${escaped(references.join('; '))}</small></p>`] : []),
  ].join('\n');
}

/** The files by name: `index.html` and its style sheet. */
export function htmlFiles(): ReadonlyMap<string, string> {
  const all = [...guide().values()];
  const groups = (Object.keys(GROUPS) as Group[]).map((group) => ({
    group,
    title: escaped(GROUPS[group]),
    pages: all.filter((page) => page.group === group),
  }));
  const body = [
    '<h1>Port 67: the guide</h1>',
    '<p>DHCP gives the machines of a network their addresses. New to it? Read these pages first, in this order:</p>',
    `<ol>\n${FIRST.map((id) => `<li>${linkTo(guide().get(id)!)}</li>`).join('\n')}\n</ol>`,
    '<p>A word that may be new to you is a link to its meaning. The lessons of the extension show the same in real captures.</p>',
    '<nav aria-label="All pages">',
    ...groups.map(({ title, group, pages }) => {
      // Sub-options are not listed, because their options link to them.
      const listed = pages.filter(({ id }) => !/^option6?\/.*\./.test(id));
      const list = `<ul class="index">\n${listed.map((page) => `<li>${linkTo(page)}</li>`).join('\n')}\n</ul>`;
      const open = OPEN.includes(group) ? ' open=""' : '';
      return `<details${open}>\n<summary>${title}</summary>\n${list}\n</details>`;
    }),
    '</nav>',
    ...groups.flatMap(({ title, group, pages }) => [`<h2 id="${group}">${title}</h2>`, ...pages.map(pageHtml)]),
  ];
  return new Map([
    ['guide.css', CSS],
    ['index.html', `${documentStart('The guide', STYLE)}${body.join('\n')}\n${DOCUMENT_END}`],
  ]);
}
