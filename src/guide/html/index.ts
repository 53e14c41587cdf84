import { GROUPS, guide, type Block, type Group, type Page } from '..';
import { BASE_CSS, DOCUMENT_END, documentStart, escaped, tableHtml } from './document';

/* The guide as files for a browser: one for each group, and a table of contents. No scripts; nothing is fetched. */

const nameOf = (id: string): string => id.slice(id.indexOf('/') + 1);

/** Where a page stands: `option.html#82`. */
const hrefOf = ({ id, group }: Page): string => `${group}.html#${encodeURIComponent(nameOf(id))}`;

const linkTo = (page: Page): string => `<a href="${hrefOf(page)}">${escaped(page.title)}</a>`;

const CSS = `${BASE_CSS}body { max-width: 46rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 2.5rem; border-top: 1px solid; padding-top: 1rem; }
pre { overflow-x: auto; padding: 0.5rem; border: 1px solid; }
.index { columns: 20rem; }
small { opacity: 0.8; }
`;

const STYLE = { source: "'self'", element: '<link rel="stylesheet" href="guide.css">' };

const documentOf = (title: string, body: readonly string[]): string =>
  `${documentStart(title, STYLE)}${body.join('\n')}\n${DOCUMENT_END}`;

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${escaped(block.text)}</p>`;
    case 'list': {
      const title = block.title === undefined ? '' : `<p>${escaped(block.title)}:</p>\n`;
      return `${title}<ul>\n${block.items.map((item) => `<li>${escaped(item)}</li>`).join('\n')}\n</ul>`;
    }
    case 'table':
      return tableHtml(
        block.head?.map(escaped),
        block.rows.map((cells) => cells.map(escaped)),
      );
    case 'code': {
      const title = block.title === undefined ? '' : `<p>${escaped(block.title)}:</p>\n`;
      return `${title}<pre>${escaped(block.text)}</pre>`;
    }
    case 'octets':
      return `<pre>${escaped(block.hex)}</pre>\n<p>${escaped(block.text)}</p>`;
  }
}

function pageHtml({ id, title, summary, blocks, see, references }: Page): string {
  const links = see.map((other) => linkTo(guide().get(other)!));
  return [
    `<h2 id="${escaped(nameOf(id))}">${escaped(title)}</h2>`,
    `<p>${escaped(summary)}</p>`,
    ...blocks.map(blockHtml),
    ...(links.length > 0 ? [`<p>See also: ${links.join(', ')}.</p>`] : []),
    ...(references.length > 0 ? [`<p><small>Reference: ${escaped(references.join('; '))}</small></p>`] : []),
  ].join('\n');
}

/** The files by name: `index.html`, one a group, and their style sheet. */
export function htmlFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>([['guide.css', CSS]]);
  const all = [...guide().values()];
  const contents = ['<h1>Port 67: the guide</h1>'];
  for (const group of Object.keys(GROUPS) as Group[]) {
    const title = GROUPS[group];
    const pages = all.filter((page) => page.group === group);
    contents.push(
      `<h2><a href="${group}.html">${escaped(title)}</a></h2>`,
      `<ul class="index">\n${pages.map((page) => `<li>${linkTo(page)}</li>`).join('\n')}\n</ul>`,
    );
    const up = '<p><a href="index.html">Port 67: the guide</a></p>';
    files.set(`${group}.html`, documentOf(title, [up, `<h1>${escaped(title)}</h1>`, ...pages.map(pageHtml)]));
  }
  files.set('index.html', documentOf('The guide', contents));
  return files;
}
