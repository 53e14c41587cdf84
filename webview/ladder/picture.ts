import type { ShownLadder } from '../../src/protocol';
import { t } from '../l10n';
import { endOf, gapBefore, GAP, laneKind, laneName, span, stepLabel } from './words';

/* The chart as a picture: a list of lines and texts from which both SVG and PNG are made. */

export type Shape =
  | {
      readonly kind: 'line';
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
      readonly look: Look;
    }
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly at: 'start' | 'middle';
      readonly look: Look;
    }
  | { readonly kind: 'head'; readonly x: number; readonly y: number; readonly left: boolean; readonly look: Look };

/** How a shape is drawn. */
export type Look = 'plain' | 'quiet' | 'ghost' | 'error' | 'warning';

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

/** Sizes in px: width of the column of times and of a chart column, height of a row and of the head. */
const TIMES = 90;
const LANE = 220;
const ROW = 44;
const HEAD = 48;
const FONT = 13;

/** Computes the positions of all shapes. */
export function pictureOf(ladder: ShownLadder): Picture {
  const { lanes, steps } = ladder;
  const x = (lane: number): number => TIMES + (lane + 0.5) * LANE;
  const shapes: Shape[] = [];
  lanes.forEach((lane, i) => {
    shapes.push({ kind: 'text', x: x(i), y: 18, text: laneKind(lane), at: 'middle', look: 'quiet' });
    shapes.push({ kind: 'text', x: x(i), y: 36, text: laneName(lane), at: 'middle', look: 'plain' });
  });
  let y = HEAD;
  steps.forEach((step, i) => {
    const gap = gapBefore(steps, i);
    if (gap >= GAP) {
      y += ROW / 2;
      shapes.push({ kind: 'text', x: 8, y, text: t('{0} later', span(gap)), at: 'start', look: 'quiet' });
    }
    y += ROW;
    const { from, ghost, findings, time, seen = [], lost } = step;
    const to = endOf(step);
    const worst = findings[0]?.severity;
    const look: Look = ghost || lost ? 'ghost' : worst === 'error' || worst === 'warning' ? worst : 'plain';
    if (time !== undefined)
      shapes.push({ kind: 'text', x: 8, y: y + 4, text: `${time.toFixed(6)}`, at: 'start', look: 'quiet' });
    shapes.push({ kind: 'line', x1: x(from), y1: y, x2: x(to), y2: y, look });
    if (lost) shapes.push({ kind: 'text', x: x(to), y: y + 5, text: '✕', at: 'middle', look });
    else shapes.push({ kind: 'head', x: x(to), y, left: to < from, look });
    for (const lane of seen) shapes.push({ kind: 'text', x: x(lane), y: y + 5, text: '●', at: 'middle', look });
    const middle = (x(from) + x(to)) / 2;
    shapes.push({ kind: 'text', x: middle, y: y - 7, text: stepLabel(step), at: 'middle', look });
    for (const { title } of findings) {
      y += 18;
      shapes.push({ kind: 'text', x: TIMES, y, text: title, at: 'start', look });
    }
  });
  const height = y + 24;
  const posts = lanes.map((_, i): Shape => ({
    kind: 'line',
    x1: x(i),
    y1: HEAD - 6,
    x2: x(i),
    y2: height - 8,
    look: 'quiet',
  }));
  return { width: TIMES + lanes.length * LANE, height, shapes: [...posts, ...shapes] };
}

/** The present colours of the page's theme. */
export interface Colours extends Readonly<Record<Look, string>> {
  readonly background: string;
  readonly font: string;
}

export function coloursNow(): Colours {
  const style = getComputedStyle(document.body);
  const named = (name: string, fallback: string): string => style.getPropertyValue(name).trim() || fallback;
  return {
    background: style.backgroundColor,
    plain: style.color,
    quiet: named('--vscode-descriptionForeground', style.color),
    ghost: named('--vscode-errorForeground', style.color),
    error: named('--vscode-errorForeground', style.color),
    warning: named('--vscode-editorWarning-foreground', style.color),
    font: style.fontFamily,
  };
}

const markup = (text: string): string => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

/** The picture as a standalone SVG file. */
export function svg({ width, height, shapes }: Picture, colours: Colours): string {
  const drawn = shapes.map((shape) => {
    const colour = markup(colours[shape.look]);
    const dashes = shape.look === 'ghost' ? ' stroke-dasharray="5 4"' : '';
    if (shape.kind === 'line')
      return `<line x1="${shape.x1}" y1="${shape.y1}" x2="${shape.x2}" y2="${shape.y2}" stroke="${colour}"${dashes}/>`;
    if (shape.kind === 'head') return `<path d="${headPath(shape)}" fill="${colour}"/>`;
    return `<text x="${shape.x}" y="${shape.y}" text-anchor="${shape.at}" fill="${colour}">${markup(shape.text)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${markup(colours.font)}" font-size="${FONT}"><rect width="100%" height="100%" fill="${markup(colours.background)}"/>${drawn.join('')}</svg>\n`;
}

function headPath({ x, y, left }: Extract<Shape, { kind: 'head' }>): string {
  const back = left ? x + 8 : x - 8;
  return `M${x} ${y}L${back} ${y - 4}L${back} ${y + 4}Z`;
}

/** Maximum width and height of the canvas in px. */
const MOST_PX = 8000;

/** The picture as PNG; undefined if the page cannot draw. */
export function png({ width, height, shapes }: Picture, colours: Colours): Promise<Blob | undefined> {
  const scale = Math.min(2, MOST_PX / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const context = canvas.getContext('2d');
  if (!context) return Promise.resolve(undefined);
  context.scale(scale, scale);
  context.fillStyle = colours.background;
  context.fillRect(0, 0, width, height);
  context.font = `${FONT}px ${colours.font}`;
  for (const shape of shapes) paint(context, shape, colours[shape.look]);
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), 'image/png'));
}

function paint(context: CanvasRenderingContext2D, shape: Shape, colour: string): void {
  context.strokeStyle = context.fillStyle = colour;
  context.setLineDash(shape.look === 'ghost' ? [5, 4] : []);
  if (shape.kind === 'text') {
    context.textAlign = shape.at === 'middle' ? 'center' : 'start';
    context.fillText(shape.text, shape.x, shape.y);
  } else if (shape.kind === 'head') context.fill(new Path2D(headPath(shape)));
  else {
    context.beginPath();
    context.moveTo(shape.x1, shape.y1);
    context.lineTo(shape.x2, shape.y2);
    context.stroke();
  }
}
