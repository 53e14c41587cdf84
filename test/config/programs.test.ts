/** The servers themselves say what they accept: mutants of configurations, and small ones made up for it, are given to them and to us. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkConfig, parseConfig, SourceFile, type ConfigKind } from '../../src/config';
import { Random } from '../fuzz/random';
import { needs } from '../support/needs';
import { mutated } from './mutate';
import { PROGRAMS, refusedBy, refusedByUs } from './program';
import { OWN } from './samples';

for (const { kind, text, file } of OWN)
  test(`${file}: agreement on what is accepted`, (t) => {
    const command = PROGRAMS[kind]!;
    if (!needs(t, command[0]!)) return;
    const ours = refusedByUs(kind);
    assert.equal(refusedBy(command, text), false, 'the program takes it as it is');
    assert.equal(
      checkConfig(parseConfig(new SourceFile(file, text), kind)).some((one) => one.refused),
      false,
    );
    const random = new Random(67);
    const differ: string[] = [];
    let all = 0;
    for (let i = 0; i < 120; i++) {
      random.reseed(4, i);
      const mutant = mutated(text, random);
      if (mutant.includes('\0')) continue;
      const real = refusedBy(command, mutant);
      if (real === undefined) continue;
      all++;
      if (ours(mutant) !== real) differ.push(`mutant ${i}: ${real ? 'only the program' : 'only we'} refuse it`);
    }
    assert.ok(differ.length <= all * 0.05, `${differ.length} of ${all} differ: ${differ.join('; ')}`);
  });

/** Small configurations by kind: one statement or value each, right or wrong. */
const INVENTED = JSON.parse(readFileSync(new URL('invented.json', import.meta.url), 'utf8')) as Record<
  string,
  readonly string[]
>;

for (const [kind, texts] of Object.entries(INVENTED))
  test(`${kind}: agreement on statements and values that were made up`, (t) => {
    const command = PROGRAMS[kind as ConfigKind]!;
    if (!needs(t, command[0]!)) return;
    const ours = refusedByUs(kind as ConfigKind);
    const differ: string[] = [];
    let all = 0;
    for (const text of texts) {
      const real = refusedBy(command, text);
      if (real === undefined) continue;
      all++;
      if (ours(text) !== real) differ.push(`${real ? 'only the program' : 'only we'} refuse ${text.slice(-120)}`);
    }
    assert.ok(differ.length <= all * 0.02, `${differ.length} of ${all} differ: ${differ.join('; ')}`);
  });
