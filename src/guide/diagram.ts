import { STEPS, stepPage } from './exchange';
import { ARROWS, STATES, statePage } from './states';

/* Drawings as SVG. Their links are embedded HTML, because VS Code’s Markdown preview follows only those; their colours are
   those of the surrounding text. They have no style attributes, because the page’s policy forbids them. */

const WIDTH = 492;
const HEIGHT = 328;
/** Room for a character of a label, enough for capitals of a wide font. */
const CHARACTER = 10;
const BOX = { width: 100, height: 30, right: 182, down: 120, left: 4, top: 10 };

/** A label that is HTML, in the middle of its box. */
const label = (x: number, y: number, width: number, html: string): string =>
  `<foreignobject x="${x}" y="${y}" width="${width}" height="24"><div align="center"><small>${html}</small></div></foreignobject>`;

const link = (x: number, y: number, width: number, href: string, name: string, text: string): string =>
  label(x, y, width, `<a href="${href}" title="${name}">${text}</a>`);

/** Gives the address of a page. */
type HrefOf = (page: string) => string;

/** A line through corners, `x y x y …`, with an arrowhead at its end. */
function arrow(line: string): string {
  const [x1, y1, x, y] = line.split(' ').map(Number).slice(-4) as [number, number, number, number];
  const turn = Math.round((Math.atan2(y - y1, x - x1) * 180) / Math.PI);
  return `<polyline points="${line}"></polyline><path d="M4 0L-4 -4V4z" fill="currentcolor" transform="translate(${x} ${y}) rotate(${turn})"></path>`;
}

/** A drawing of what the table below it says. It is one line, so that Markdown treats it as one block. */
const drawing = (name: string, height: number, parts: readonly string[]): string =>
  `<svg role="group" aria-label="${name}; the table below says the same" viewbox="0 0 ${WIDTH} ${height}" width="100%" height="${height}" fill="none" stroke="currentcolor">${parts.join('')}</svg>`;

function leaseSvg(hrefOf: HrefOf): string {
  const boxes = STATES.map(({ name, column, row }) => {
    const x = BOX.left + column * BOX.right;
    const y = BOX.top + row * BOX.down;
    return `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6"></rect>${link(x, y + 4, BOX.width, hrefOf(statePage(name)), `The state ${name}`, name)}`;
  });
  const lines = ARROWS.flatMap(({ line }) => (line === '' ? [] : [arrow(line)]));
  const labels = ARROWS.map(({ from, to, label, page, at: [x, y] }) => {
    const width = label.length * CHARACTER + 10;
    return link(x - width / 2, y, width, hrefOf(page), `From ${from} to ${to}: ${label}`, label);
  });
  return drawing('The life of a lease', HEIGHT, [...lines, ...boxes, ...labels]);
}

/** Client and server as two lines downwards, and each message as an arrow between them. */
const LADDER = { client: 60, server: 432, top: 34, step: 46 };

function exchangeSvg(hrefOf: HrefOf): string {
  const bottom = LADDER.top + STEPS.length * LADDER.step + 10;
  const sides = (['client', 'server'] as const).map((side) => {
    const x = LADDER[side];
    return `${label(x - 50, 4, 100, side)}<polyline points="${x} ${LADDER.top} ${x} ${bottom}"></polyline>`;
  });
  const messages = STEPS.map((step, i) => {
    const y = LADDER.top + (i + 1) * LADDER.step;
    const [from, to] = step.fromClient ? [LADDER.client, LADDER.server - 4] : [LADDER.server, LADDER.client + 4];
    const way = step.broadcast ? 'broadcast' : 'unicast';
    const left = LADDER.client + 10;
    const named = link(
      left,
      y - 26,
      LADDER.server - 10 - left,
      hrefOf(stepPage(step)),
      `${step.message}: ${way}`,
      `${i + 1}. ${step.message} (${way})`,
    );
    return `${arrow(`${from} ${y} ${to} ${y}`)}${named}`;
  });
  return drawing('The four messages', bottom + 4, [...sides, ...messages]);
}

/** The drawing of a block. */
export const diagramSvg = (of: 'exchange' | 'lease', hrefOf: HrefOf): string =>
  of === 'lease' ? leaseSvg(hrefOf) : exchangeSvg(hrefOf);
