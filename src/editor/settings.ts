import { checkedList, checkedSettings, type Checked, type Settings } from '../analysis/conversations/settings';
import { customOptionOf, type CustomOption } from '../codec/customTypes';

/** All settings, in the form the engine takes. */
export interface EditorSettings {
  readonly settings: Settings;
  readonly customOptions: readonly CustomOption[];
}

/** Reads the settings in section `port67`, by name. Invalid values are ignored and reported in a sentence each. */
export function editorSettings(get: (name: string) => unknown): Checked<EditorSettings> {
  const settings = checkedSettings({
    authorisedServers: get('authorisedServers'),
    suppressedFindings: get('suppressedFindings'),
    thresholds: get('thresholds'),
  });
  const options = checkedList('customOptions', get('customOptions'), 'options', customOptionOf);
  return {
    taken: { settings: settings.taken, customOptions: options.taken },
    problems: [...settings.problems, ...options.problems],
  };
}

/** How many problems fit into a notice. */
const TOLD = 3;

/** The problems of the settings as one notice. Undefined if there are none. */
export function noticeOf(problems: readonly string[]): string | undefined {
  if (problems.length === 0) return undefined;
  const more = problems.length > TOLD ? ` (and ${problems.length - TOLD} more)` : '';
  return `${problems
    .slice(0, TOLD)
    .map((problem) => `port67.${problem}`)
    .join(' ')}${more}`;
}
