import { GROUPS, guide, type Block, type Group, type Page } from './index';

/* The guide as files for a browser: one for each group, and a table of contents. No scripts; nothing is fetched. */

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => ESCAPES[one]!);

const nameOf = (id: string): string => id.slice(id.indexOf('/') + 1);

/** Where a page stands: `option.html#82`. */
const hrefOf = ({ id, group }: Page): string => `${group}.html#${encodeURIComponent(nameOf(id))}`;

const linkTo = (page: Page): string => `<a href="${hrefOf(page)}">${escaped(page.title)}</a>`;

const CSS = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 2.5rem; border-top: 1px solid; padding-top: 1rem; }
pre, code { font: 0.9rem/1.4 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.5rem; border: 1px solid; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 1rem 0.2rem 0; }
.index { columns: 20rem; }
small { opacity: 0.8; }
`;

function documentOf(title: string, body: readonly string[]): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)} – Port 67</title>
<link rel="stylesheet" href="guide.css">
</head>
<body>
${body.join('\n')}
</body>
</html>
`;
}

const row = (cells: readonly string[], tag: 'td' | 'th'): string =>
  `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${escaped(block.text)}</p>`;
    case 'list': {
      const title = block.title === undefined ? '' : `<p>${escaped(block.title)}:</p>\n`;
      return `${title}<ul>\n${block.items.map((item) => `<li>${escaped(item)}</li>`).join('\n')}\n</ul>`;
    }
    case 'table': {
      const head = block.head ? `<thead>${row(block.head, 'th')}</thead>\n` : '';
      return `<table>\n${head}<tbody>\n${block.rows.map((cells) => row(cells, 'td')).join('\n')}\n</tbody>\n</table>`;
    }
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
