import { checkedList, checkedSettings, type Checked, type Settings } from '../analysis/conversations/settings';
import { customOptionOf, type CustomOption } from '../codec/customTypes';

/** All that the person can set, as the engine takes it. */
export interface EditorSettings {
  readonly settings: Settings;
  readonly customOptions: readonly CustomOption[];
}

/** The settings of section `port67` by name, whatever stands there. What makes no sense has no effect, and a sentence says so. */
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

/** Problems that a notice has room for. */
const TOLD = 3;

/** What makes no sense in the settings, as one notice; undefined where all does. */
export function noticeOf(problems: readonly string[]): string | undefined {
  if (problems.length === 0) return undefined;
  const more = problems.length > TOLD ? ` (and ${problems.length - TOLD} more)` : '';
  return `${problems
    .slice(0, TOLD)
    .map((problem) => `port67.${problem}`)
    .join(' ')}${more}`;
}
