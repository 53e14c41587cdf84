import { ARROWS, STATES, statePage } from './states';

/* The life of a lease as SVG. Its links are embedded HTML, because VS Code’s Markdown preview follows only those; its colours
   are those of the surrounding text. It has no style attributes, because the page’s policy forbids them. */

const WIDTH = 492;
const HEIGHT = 328;
/** Room for a character of a label, enough for capitals of a wide font. */
const CHARACTER = 10;
const BOX = { width: 100, height: 30, right: 182, down: 120, left: 4, top: 10 };

const link = (x: number, y: number, width: number, href: string, name: string, text: string): string =>
  `<foreignobject x="${x}" y="${y}" width="${width}" height="24"><div align="center"><small><a href="${href}" title="${name}">${text}</a></small></div></foreignobject>`;

/** The drawing; `hrefOf` gives the address of a page. It is one line, so that Markdown treats it as one block. */
export function diagramSvg(hrefOf: (page: string) => string): string {
  const boxes = STATES.map(({ name, column, row }) => {
    const x = BOX.left + column * BOX.right;
    const y = BOX.top + row * BOX.down;
    return `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6"></rect>${link(x, y + 4, BOX.width, hrefOf(statePage(name)), `The state ${name}`, name)}`;
  });
  const lines = ARROWS.flatMap(({ line }) => {
    if (line === '') return [];
    const corners = line.split(' ').map(Number);
    const [x1, y1, x, y] = corners.slice(-4) as [number, number, number, number];
    const turn = Math.round((Math.atan2(y - y1, x - x1) * 180) / Math.PI);
    return [
      `<polyline points="${line}"></polyline><path d="M4 0L-4 -4V4z" fill="currentcolor" transform="translate(${x} ${y}) rotate(${turn})"></path>`,
    ];
  });
  const labels = ARROWS.map(({ from, to, label, page, at: [x, y] }) => {
    const width = label.length * CHARACTER + 10;
    return link(x - width / 2, y, width, hrefOf(page), `From ${from} to ${to}: ${label}`, label);
  });
  return `<svg role="group" aria-label="The life of a lease; the table below says the same" viewbox="0 0 ${WIDTH} ${HEIGHT}" width="100%" height="${HEIGHT}" fill="none" stroke="currentcolor">${[...lines, ...boxes, ...labels].join('')}</svg>`;
}
