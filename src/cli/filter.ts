import { displayFilter, type DisplayFilter } from '../filter';

export { passing } from '../engine/list/displayFilter';

/** An invalid display filter. The message is one line for standard error. */
export class FilterMistake extends Error {}

/** Parses `-Y FILTER`; undefined if none is given. Throws FilterMistake. */
export function filterOf(text: string | undefined): DisplayFilter | undefined {
  if (text === undefined) return undefined;
  const filter = displayFilter(text);
  if (!('problem' in filter)) return filter;
  const { message, position } = filter.problem;
  throw new FilterMistake(`the filter, at character ${position + 1}: ${message}`);
}
