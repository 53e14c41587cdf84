import type { Order, Row } from '../../src/protocol';
import { t } from '../l10n';

export type ColumnName = 'time' | 'source' | 'destination' | 'type' | 'client' | 'info';

/** A visible column, with its `width` in characters if the user has set one. */
export interface Column {
  readonly name: ColumnName;
  readonly width?: number;
}

/** All columns after the frame number in default order, with their CSS widths. */
export const WIDTHS: Readonly<Record<ColumnName, string>> = {
  time: 'var(--time)',
  source: 'minmax(8ch, 16ch)',
  destination: 'minmax(8ch, 16ch)',
  type: 'minmax(9ch, 11ch)',
  client: 'minmax(9ch, 18ch)',
  info: 'minmax(18ch, 1fr)',
};
export const COLUMNS = Object.keys(WIDTHS) as ColumnName[];

export function columnTitle(name: ColumnName): string {
  return {
    time: t('Time'),
    source: t('Source'),
    destination: t('Destination'),
    type: t('Type'),
    client: t('Client'),
    info: t('Info'),
  }[name];
}

/** Limits of a column's width, in characters. */
const LEAST = 4;
const MOST = 200;
export const clampedWidth = (width: number): number => Math.min(Math.max(Math.round(width), LEAST), MOST);

/** Parses a saved choice of columns such as `time:12,type,info`; undefined if nothing, or nothing known, was chosen. */
export function columnsOf(choice: string): Column[] | undefined {
  const columns = choice.split(',').flatMap((one): Column[] => {
    const [name, width] = one.split(':');
    const known = COLUMNS.find((column) => column === name);
    if (!known) return [];
    const set = Number(width);
    return [set > 0 ? { name: known, width: clampedWidth(set) } : { name: known }];
  });
  const names = new Set(columns.map(({ name }) => name));
  return columns.length > 0 && names.size === columns.length ? columns : undefined;
}

/** The saved form of a choice of columns. */
export const choiceOf = (columns: readonly Column[]): string =>
  columns.map(({ name, width }) => (width === undefined ? name : `${name}:${width}`)).join(',');

/** The column widths for a CSS grid, including the frame number. */
export const gridOf = (columns: readonly Column[]): string =>
  ['var(--number)', ...columns.map(({ name, width }) => (width === undefined ? WIDTHS[name] : `${width}ch`))].join(' ');

/** Minimum widths in characters for columns whose width the user has not set. */
const LEAST_WIDTHS: Readonly<Record<ColumnName, number>> = {
  time: 11,
  source: 8,
  destination: 8,
  type: 9,
  client: 9,
  info: 18,
};
/** In px: the gap between two columns, and the margins with the frame number. */
const GAP = 12;
const AROUND = 80;

/** The minimum width of a row with these columns. */
export function leastOf(columns: readonly Column[]): string {
  const characters = columns.reduce((sum, { name, width }) => sum + (width ?? LEAST_WIDTHS[name]), 0);
  return `calc(${characters}ch + ${columns.length * GAP + AROUND}px)`;
}

/** The columns that the list can be sorted by: those whose texts many rows share. */
const SORTED: ReadonlySet<string> = new Set<Order['column']>(['frame', 'source', 'destination', 'type', 'client']);
export const isSorted = (column: string): column is Order['column'] => SORTED.has(column);

/** Parses a saved sort order; `-client` means descending by client. Undefined for the order of the capture. */
export function orderOf(choice: string): Order | undefined {
  const descending = choice.startsWith('-');
  const column = descending ? choice.slice(1) : choice;
  return isSorted(column) && (column !== 'frame' || descending) ? { column, descending } : undefined;
}

/** The time formats. */
export const TIME_FORMATS = ['relative', 'delta', 'waited', 'utc', 'local'] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];
export const timeFormatOf = (choice: string): TimeFormat =>
  TIME_FORMATS.find((format) => format === choice) ?? 'relative';

export function timeFormatTitle(format: TimeFormat): string {
  return {
    relative: t('Seconds since the first frame'),
    delta: t('Seconds since the row before'),
    waited: t('Seconds since the request'),
    utc: t('Date and time, UTC'),
    local: t('Date and time here'),
  }[format];
}

/** The time of a row in the given format; empty if it has none. */
export function timeText({ time, epoch, delta, waited }: Row, format: TimeFormat): string {
  if (format === 'delta') return delta === undefined ? '' : delta.toFixed(6);
  if (format === 'waited') return waited === undefined ? '' : waited.toFixed(6);
  if (format === 'relative') return time;
  return epoch === undefined ? '' : dateText(epoch, format === 'utc');
}

/** `2026-11-24 21:22:07.349708`. */
function dateText(epoch: number, utc: boolean): string {
  const whole = Math.floor(epoch);
  const date = new Date(whole * 1000);
  const shifted = utc ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  if (Number.isNaN(shifted.getTime())) return '';
  const micros = Math.round((epoch - whole) * 1e6);
  const fraction = String(Math.min(micros, 999_999)).padStart(6, '0');
  return `${shifted.toISOString().slice(0, 19).replace('T', ' ')}.${fraction}`;
}
