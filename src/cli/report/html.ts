import { SEVERITY_NOUNS } from '../../analysis/finding';
import { createHash } from 'node:crypto';
import { partsOf } from '../../analysis/words/marked';
import { escaped as visible } from '../../codec/bytes';
import { BASE_CSS, DOCUMENT_END, documentStart, escaped, tableHtml } from '../../guide/html/document';
import { capital, type Block, type Item, type Report, type Section, type Text } from './model';

/** Named colours for paper and for dark screens. Each except `line` has a contrast of at least 4.5 : 1 on `paper` (WCAG 2.2, 1.4.3). */
const CSS = `${BASE_CSS}:root { --paper: #ffffff; --ink: #1b1f24; --muted: #57606a; --line: #d0d7de; --link: #0550ae;
  --error: #b3131f; --warning: #7d4e00; --info: #0550ae; }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #16191d; --ink: #e6e9ed; --muted: #a3abb5; --line: #3d444d; --link: #86bcff;
    --error: #ff9b94; --warning: #f0c060; --info: #86bcff; }
}
body { background: var(--paper); color: var(--ink); max-width: 64rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.75rem; border-bottom: 1px solid var(--line); padding-bottom: 0.25rem; }
h3, h4, h5 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; }
p, ul, ol, dl { margin: 0.5rem 0; }
p, li, dd { max-width: 48rem; }
a { color: var(--link); }
code { background: color-mix(in srgb, var(--ink) 8%, var(--paper)); padding: 0.1em 0.3em; border-radius: 3px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; }
dt, .foot, .notes { color: var(--muted); }
dd { margin: 0; }
li { margin: 0.3rem 0; }
.title { font-weight: 600; margin: 0.75rem 0 0; }
.scroll { overflow-x: auto; margin: 0.5rem 0; }
table { width: max-content; max-width: 62rem; font-size: 0.875rem; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
th, td { border-bottom: 1px solid var(--line); }
th { white-space: nowrap; }
.finding { border-left: 4px solid var(--line); padding-left: 1rem; margin: 1.5rem 0; }
.error { border-color: var(--error); }
.warning { border-color: var(--warning); }
.info { border-color: var(--info); }
.severity { border: 1px solid; border-radius: 3px; padding: 0.05em 0.4em; font-size: 0.8em; }
.severity.error { color: var(--error); }
.severity.warning { color: var(--warning); }
.severity.info { color: var(--info); }
.foot { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 0.5rem; font-size: 0.875rem; }
@media (max-width: 36rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.4rem; }
  .finding { padding-left: 0.6rem; }
}
@media print {
  :root { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  table { width: auto; max-width: none; overflow-wrap: anywhere; }
  .scroll { overflow: visible; }
  h2, h3, h4, h5, .title, thead { break-after: avoid; }
  tr, li, .severity { break-inside: avoid; }
  a { color: inherit; text-decoration: none; }
}
`;

/** A report as a single HTML file for browser or printer. It runs no scripts and fetches nothing. */
export function* htmlPieces({ title, blocks, foot }: Report): Generator<string> {
  const hash = createHash('sha256').update(CSS).digest('base64');
  const style = { source: `'sha256-${hash}'`, element: `<style>${CSS}</style>` };
  yield `${documentStart(visible(title), style)}<main>\n<h1>${plain(title)}</h1>\n`;
  for (const block of blocks) yield* blockHtml(block, 2);
  yield `</main>\n<footer class="foot">${plain(foot)}</footer>\n${DOCUMENT_END}`;
}

/** Any text, safe for HTML. Control and bidi characters are shown as escapes. */
const plain = (text: string): string => escaped(visible(text));

function inline(text: Text): string {
  if (typeof text === 'string') return plain(text);
  if ('to' in text) return `<a href="#finding-${text.to}">${plain(text.text)}</a>`;
  return partsOf(text.marked)
    .map((part) => (part.code ? `<code>${plain(part.text)}</code>` : plain(part.text)))
    .join('');
}

function* blockHtml(block: Block, level: number): Generator<string> {
  switch (block.kind) {
    case 'section':
      yield* sectionHtml(block, level);
      return;
    case 'paragraph': {
      const label = block.label === undefined ? '' : `<strong>${plain(block.label)}:</strong> `;
      yield `<p>${label}${inline(block.text)}</p>\n`;
      return;
    }
    case 'facts':
      yield `<dl>\n${block.rows.map(([name, text]) => `<dt>${plain(name)}</dt><dd>${inline(text)}</dd>\n`).join('')}</dl>\n`;
      return;
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul';
      yield `<p class="title">${plain(block.title)}</p>\n<${tag}>\n${block.items.map(itemHtml).join('')}</${tag}>\n`;
      return;
    }
    case 'table': {
      const rows = block.rows.map((cells) => cells.map(inline));
      // `tabindex` lets keyboard users scroll a table that is too wide.
      yield `<div class="scroll" role="group" tabindex="0" aria-label="${plain(block.title)}">\n${tableHtml(block.head.map(plain), rows)}\n</div>\n`;
    }
  }
}

function* sectionHtml({ title, severity, number, blocks }: Section, level: number): Generator<string> {
  const heading = `h${Math.min(level, 6)}`;
  const opening = severity === undefined ? '<section>' : `<section id="finding-${number}" class="finding ${severity}">`;
  const badge =
    severity === undefined
      ? ''
      : `<span class="severity ${severity}">${capital(SEVERITY_NOUNS[severity])}</span> ${number === undefined ? '' : `${number}. `}`;
  yield `${opening}\n<${heading}>${badge}${plain(title)}</${heading}>\n`;
  for (const block of blocks) yield* blockHtml(block, level + 1);
  yield '</section>\n';
}

function itemHtml({ label, text, notes = [] }: Item): string {
  const first = label === undefined ? '' : `<strong>${plain(label)}:</strong> `;
  const more =
    notes.length === 0
      ? ''
      : `\n<ul class="notes">\n${notes.map((note) => `<li>${inline(note)}</li>\n`).join('')}</ul>\n`;
  return `<li>${first}${inline(text)}${more}</li>\n`;
}
