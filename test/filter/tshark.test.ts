/** The filter language against tshark: the same frames for every expression, over every frame of the committed captures and of those made here. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { FilterHistory } from '../../src/engine/list/filterFacts';
import { fileSource } from '../../src/engine/node';
import { displayFilter, FrameReader } from '../../src/filter';
import { FIELDS } from '../../src/filter/fields';
import { valueText } from '../../src/filter/functions';
import type { FieldDef } from '../../src/filter/field';
import { searchable, sliceable, type Value } from '../../src/filter/values/kinds';
import { needs } from '../support/needs';
import { output } from '../support/tshark';
import { REPO } from '../vscode/cache';
import { mergedCaptures } from './captures';
import { EXPRESSIONS } from './expressions';
import { craftedFrames } from './frames';
import { tsharkAnswers, type Answer } from './oracle';

/** Fields that Wireshark does not have, or that hang on what `-Y` let pass before. */
const APART: ReadonlySet<string> = new Set([
  'finding',
  'conversation',
  'outcome',
  'rarp',
  'frame.time_delta_displayed',
]);

const fields = [...FIELDS.all()].filter(({ name }) => !APART.has(name));

async function opened(path: string): Promise<Capture> {
  const capture = new Capture('merged', DEFAULT_SETTINGS, { everything: true });
  await capture.read(await fileSource(path));
  return capture;
}

/** What this project says of each filter. */
function ourAnswers({ scan }: Capture, filters: readonly string[]): Answer[] {
  const compiled = filters.map((text) => displayFilter(text));
  const reader = new FrameReader(new Set(compiled.flatMap((one) => ('problem' in one ? [] : [...one.names]))));
  const history = new FilterHistory(scan);
  const answers: (number[] | 'mistake')[] = compiled.map((one) => ('problem' in one ? 'mistake' : []));
  for (let i = 0; i < scan.store.count; i++) {
    reader.read(history.next(i));
    compiled.forEach((one, k) => {
      if (!('problem' in one) && one.matches(reader)) (answers[k] as number[]).push(scan.store.number(i));
    });
  }
  return answers;
}

/** Frames that Wireshark calls malformed. Its extensions do not get them, so they cannot be asked about in bulk. */
async function malformed(path: string): Promise<ReadonlySet<number>> {
  const { stdout } = await output('tshark', [
    '-n',
    '-r',
    path,
    '-Y',
    '_ws.malformed',
    '-T',
    'fields',
    '-e',
    'frame.number',
  ]);
  return new Set(stdout.split('\n').filter(Boolean).map(Number));
}

async function differences(filters: readonly string[]): Promise<string[]> {
  const path = mergedCaptures(craftedFrames());
  const apart = await malformed(path);
  const theirs = await tsharkAnswers(path, filters);
  const ours = ourAnswers(await opened(path), filters);
  const shown = (answer: Answer): string =>
    answer === 'mistake' ? answer : answer.filter((frame) => !apart.has(frame)).join(' ');
  return filters.flatMap((filter, i) => {
    const [a, b] = [shown(theirs[i]!), shown(ours[i]!)];
    return a === b ? [] : [`${filter}: tshark ${a.slice(0, 60)}, ours ${b.slice(0, 60)}`];
  });
}

/** A value as a filter writes it; undefined for one that has no simple form. */
function written(value: Value, { kind }: FieldDef): string | undefined {
  switch (kind) {
    case 'none':
    case 'protocol':
      return undefined;
    case 'time':
      return `"${new Date(Number((value as bigint) / 1_000_000n)).toISOString().replace('Z', '')}"`;
    case 'duration':
      return (value as bigint) < 0n
        ? undefined
        : `${(value as bigint) / 1_000_000_000n}.${String((value as bigint) % 1_000_000_000n).padStart(9, '0')}`;
    case 'string':
      return `"${String(value).replace(/[^ !#-[\]-~]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;
    case 'bytes':
      return String(value).length > 1 ? valueText(value, kind) : undefined;
    default:
      return valueText(value, kind);
  }
}

/** Filters for one field: that it is there, its least and greatest values compared in every way, and parts of them. */
function filtersFor(field: FieldDef, values: readonly Value[]): string[] {
  const { name, kind } = field;
  const filters = [name, `not ${name}`];
  if (kind !== 'none') filters.push(`count(${name}) > 1`, `count(${name}) == 1`);
  const some = [...new Set(values)].sort((a, b) => (a < b ? -1 : 1));
  const [low, high] = [some[0], some.at(-1)].map((value) => (value === undefined ? undefined : written(value, field)));
  if (low === undefined || high === undefined) return filters;
  for (const operator of ['==', '!=', '!==', '<', '>=']) filters.push(`${name} ${operator} ${low}`);
  filters.push(`${name} == ${high}`, `${name} in {${low} .. ${high}}`, `${name} not in {${low}, ${high}}`);
  filters.push(`any ${name} > ${low}`, `all ${name} < ${high}`, `all ${name} in {${low}, ${high}}`);
  if (sliceable(kind)) filters.push(`${name}[0:2] == 00:01`, `${name}[-1:] > 20`, `${name}[1] == 00`);
  if (searchable(kind))
    filters.push(
      `${name} matches "[a-f]\\\\d"`,
      `${name} contains "e"`.replace('"e"', kind === 'string' ? '"e"' : '01'),
    );
  if (kind === 'string') filters.push(`upper(${name}) contains "A"`, `len(${name}) > 3`);
  if (kind.startsWith('uint') && kind !== 'uint64')
    filters.push(`${name} & 1`, `${name} % 3 == 1`, `string(${name}) contains "1"`);
  return filters;
}

test('every expression finds the frames that tshark finds, and what it refuses is refused', async (t) => {
  if (!needs(t, 'tshark')) return;
  const more = readFileSync(join(REPO, 'test', 'filter', 'expressions.txt'), 'utf8');
  assert.deepEqual(await differences([...EXPRESSIONS, ...more.split('\n').filter(Boolean)]), []);
});

test('every field is there, equal, ordered and searched as tshark has it', async (t) => {
  if (!needs(t, 'tshark')) return;
  const { scan } = await opened(mergedCaptures(craftedFrames()));
  const reader = new FrameReader(fields.map(({ name }) => name));
  const history = new FilterHistory(scan);
  const values = new Map<string, Set<Value>>(fields.map(({ name }) => [name, new Set()]));
  for (let i = 0; i < scan.store.count; i++) {
    reader.read(history.next(i));
    for (const field of fields) for (const value of reader.values(field)) values.get(field.name)!.add(value);
  }
  const filters = fields.flatMap((field) => filtersFor(field, [...values.get(field.name)!]));
  assert.deepEqual(await differences(filters), []);
});
