const WIDTH = 640;
const HEIGHT = 360;
const MARGIN = { left: 70, right: 20, top: 20, bottom: 50 };

/** A plot of seconds over frames, both logarithmic, as SVG. */
export function growthSvg(points: readonly { readonly x: number; readonly y: number }[]): string {
  const xs = points.map(({ x }) => Math.log10(x));
  const ys = points.map(({ y }) => Math.log10(y));
  const [x0, x1] = [Math.floor(Math.min(...xs)), Math.ceil(Math.max(...xs))];
  const [y0, y1] = [Math.floor(Math.min(...ys)), Math.ceil(Math.max(...ys))];
  const px = (log: number): number =>
    MARGIN.left + ((log - x0) / Math.max(1, x1 - x0)) * (WIDTH - MARGIN.left - MARGIN.right);
  const py = (log: number): number =>
    HEIGHT - MARGIN.bottom - ((log - y0) / Math.max(1, y1 - y0)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const grid = [
    ...range(x0, x1).map(
      (log) =>
        `<path d="M${px(log)} ${py(y0)}V${py(y1)}"/><text x="${px(log)}" y="${py(y0) + 20}" text-anchor="middle">${(10 ** log).toLocaleString('en')}</text>`,
    ),
    ...range(y0, y1).map(
      (log) =>
        `<path d="M${px(x0)} ${py(log)}H${px(x1)}"/><text x="${px(x0) - 8}" y="${py(log) + 4}" text-anchor="end">${10 ** log} s</text>`,
    ),
  ];
  const line = xs.map((x, i) => `${i === 0 ? 'M' : 'L'}${px(x).toFixed(1)} ${py(ys[i]!).toFixed(1)}`).join('');
  const dots = xs.map((x, i) => `<circle cx="${px(x).toFixed(1)}" cy="${py(ys[i]!).toFixed(1)}" r="4"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img" aria-label="Seconds over frames">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<g fill="#444" stroke="none"><g stroke="#ddd">${grid.join('').replaceAll('<text', '<text stroke="none"')}</g>`,
    `<text x="${WIDTH / 2}" y="${HEIGHT - 10}" text-anchor="middle">frames</text></g>`,
    `<path d="${line}" fill="none" stroke="#06c" stroke-width="2"/><g fill="#06c">${dots.join('')}</g>`,
    '</svg>',
    '',
  ].join('\n');
}
