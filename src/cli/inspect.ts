import type { Configured } from './against';
import { jsonLine } from './json';
import { lower } from '../analysis/words/sentence';
import { verdictOf, type Story } from '../analysis/words/verdict';
import { list as listed } from '../analysis/words/words';
import { push } from '../codec/append';
import { allFindings, compareCaptures, type NamedCapture, type Together } from '../engine/pair';

/**
 * `inspect --json`: one object for all files. It is written in pieces, because a large capture has many conversations. If there are several
 * files, each item names the file its frame numbers belong to. A finding about two files has its frames in both in `framesIn`.
 */
export function* inspectJson(
  captures: readonly NamedCapture[],
  together: Together = compareCaptures(captures),
): Generator<string> {
  const many = captures.length > 1;
  const tagged = function* <T extends object>(
    of: (capture: NamedCapture['capture']) => Iterable<T>,
  ): Generator<object> {
    for (const { path, capture } of captures)
      for (const item of of(capture)) yield many ? { ...item, file: path } : item;
  };
  const files = captures.map(({ path, capture }) => {
    const state = capture.state();
    return {
      path,
      format: capture.fileSummary?.format ?? state.format,
      frames: state.frames,
      ofInterest: state.ofInterest,
      bytes: state.bytesRead,
      durationSeconds: state.durationSeconds,
      ...(state.fileProblems.length > 0 ? { problems: state.fileProblems } : {}),
      ...(state.notes.length > 0 ? { notes: state.notes } : {}),
    };
  });
  const verdict = verdictOver(captures, together);
  yield `{"files":${jsonLine(files)},"verdict":${jsonLine(verdict)}`;
  yield* list(
    'servers',
    tagged((capture) => capture.result.servers),
  );
  yield* list(
    'clients',
    tagged((capture) => capture.eachClient()),
  );
  yield* list(
    'conversations',
    tagged((capture) => capture.result.eachConversation()),
  );
  const between = together.findings.map((finding) => ({ ...finding, file: finding.framesIn[0]!.file }));
  yield* list('findings', many ? allFindings(captures, together, between) : together.findingsOf(captures[0]!.capture));
  if ('config' in together) yield `,"config":${jsonLine((together as Configured).config)}`;
  yield '}\n';
}

/** The verdict over all captures. If there are several, each story is preceded by the capture's name. */
export function verdictOver(captures: readonly NamedCapture[], together: Together): string {
  const found = allFindings(captures, together, together.findings);
  const stories = captures.map(({ capture }) => {
    const { name, result } = capture;
    return captures.length > 1
      ? {
          ...result.story,
          of: { name, ids: new Set(capture.findings.map(({ id }) => id)) },
          text: `${name}: ${lower(result.story.text)}`,
          aside: result.story.aside || result.story.text.replace(/\.$/, ''),
        }
      : result.story;
  });
  return verdictOf(alike(stories, together.findings.length > 0), found, together.rest);
}

/**
 * Stories with the names of their captures before what they say in brief; those that say the same, once. Where messages are lost between
 * captures, what one of them shows alone may not be what became of the clients (`isPart`).
 */
function alike(stories: readonly Story[], isPart: boolean): Story[] {
  const by = new Map<string, Story[]>();
  for (const story of stories) push(by, story.aside, story);
  return stories.map((story) => {
    const all = by.get(story.aside)!;
    if (!story.of) return story;
    const names = all.flatMap(({ of }) => of?.name ?? []);
    return { ...story, aside: all[0] === story ? `${listed(names)}${isPart ? ' alone' : ''}: ${story.aside}` : '' };
  });
}

/** How many items of a list are written at once. */
const TOGETHER = 256;

/** Writes another key of an object, with a list as its value. */
export function* list(key: string, items: Iterable<object>): Generator<string> {
  yield `,"${key}":[`;
  let some: object[] = [];
  let comma = '';
  const written = (): string => {
    const text = `${comma}${jsonLine(some).slice(1, -1)}`;
    comma = ',';
    some = [];
    return text;
  };
  for (const item of items) if (some.push(item) === TOGETHER) yield written();
  if (some.length > 0) yield written();
  yield ']';
}
