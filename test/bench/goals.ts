/** Figures beside their goals, printed as they come and written as a table. */

interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** At most (or at least) this much; undefined where the figure is told for comparison only. */
  readonly goal: { readonly most: number } | { readonly least: number } | undefined;
}

export class Goals {
  private readonly figures: Figure[] = [];

  /** At most `most` is the goal. */
  most(what: string, value: number, most: number, unit = 'ms'): void {
    this.add({ what, value, unit, goal: { most } });
  }

  least(what: string, value: number, least: number, unit = ''): void {
    this.add({ what, value, unit, goal: { least } });
  }

  /** No goal: told so that others can be understood. */
  tell(what: string, value: number, unit = 'ms'): void {
    this.add({ what, value, unit, goal: undefined });
  }

  private add(figure: Figure): void {
    this.figures.push(figure);
    console.log(
      [figure.what, valueOf(figure), goalOf(figure), verdictOf(figure)].filter((one) => one !== '').join(' · '),
    );
  }

  get missed(): number {
    return this.figures.filter((one) => isMet(one) === false).length;
  }

  /** The table in Markdown. */
  table(): string {
    return [
      '| what | measured | goal | |',
      '| --- | ---: | ---: | --- |',
      ...this.figures.map((one) => `| ${one.what} | ${valueOf(one)} | ${goalOf(one)} | ${verdictOf(one)} |`),
    ].join('\n');
  }
}

function isMet({ value, goal }: Figure): boolean | undefined {
  if (!goal) return undefined;
  return 'most' in goal ? value <= goal.most : value >= goal.least;
}

function valueOf({ value, unit }: Figure): string {
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${unit}`.trimEnd();
}

function goalOf({ goal, unit }: Figure): string {
  if (!goal) return '';
  return ('most' in goal ? `≤ ${goal.most} ${unit}` : `≥ ${goal.least} ${unit}`).trimEnd();
}

function verdictOf(figure: Figure): string {
  const met = isMet(figure);
  return met === undefined ? '' : met ? 'met' : '**not met**';
}

/** The middle one; of an even number the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!;
}
