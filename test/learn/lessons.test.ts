/** Lessons are held against their captures: each answer is there and says what the lesson claims, and so is each likely mistake. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import type { Field } from '../../src/codec/field';
import { Capture } from '../../src/engine/capture';
import { learnHandlers } from '../../src/engine/answers/learn';
import { guide, sentencesOf } from '../../src/guide';
import { judge } from '../../src/learn/check';
import { LESSONS, type Lesson, type Place, type Question } from '../../src/learn/lessons';
import { MADE_CAPTURES, madeCapture } from '../../src/learn/made/captures';
import { SAMPLES } from '../support/samples';

/** A capture, read by the engine as the window reads it. */
async function capture(name: string): Promise<Capture> {
  const bytes = madeCapture(name) ?? new Uint8Array(readFileSync(join(SAMPLES, name)));
  const read = new Capture(name, DEFAULT_SETTINGS);
  const chunks = async function* (): AsyncIterable<Uint8Array> {
    yield await Promise.resolve(bytes);
  };
  await read.read({ name, size: bytes.length, chunks });
  return read;
}

/** The fields of a frame with a key, each with the keys of the way to it. */
function fieldsOf(
  tree: readonly Field[],
  key: string,
  way: readonly string[] = [],
): { field: Field; keys: string[] }[] {
  return tree.flatMap((field) => {
    const keys = field.key === undefined ? [...way] : [...way, field.key];
    return [...(field.key === key ? [{ field, keys }] : []), ...fieldsOf(field.children ?? [], key, keys)];
  });
}

const questionsOf = ({ steps }: Lesson): Question[] => steps.flatMap(({ question }) => question ?? []);

describe('each lesson', () => {
  for (const lesson of LESSONS) {
    test(lesson.id, async () => {
      const read = await capture(lesson.capture);
      const numbers = new Set<number>();
      for (let i = 0; i < read.ofInterest; i++) numbers.add(read.row(i).frame);
      const look = ({ frames, field }: Place): { field: Field; keys: string[] }[] => {
        assert.ok(frames.length > 0);
        return frames.flatMap((frame) => {
          assert.ok(numbers.has(frame), `${lesson.id}: frame ${frame} is in the list`);
          if (field === undefined) return [];
          const found = fieldsOf(read.frame(frame).tree, field);
          assert.ok(found.length > 0, `${lesson.id}: frame ${frame} has a field ${field}`);
          for (const one of found) assert.ok(one.field.length > 0, `${field} has octets`);
          return found;
        });
      };
      for (const { frame, field } of lesson.steps)
        if (frame !== undefined) look({ frames: [frame], ...(field ? { field } : {}) });
      for (const question of questionsOf(lesson)) {
        const where = `${lesson.id}: ${question.ask}`;
        const found = look(question);
        assert.equal(question.field === undefined, question.value === undefined, where);
        if (question.value !== undefined)
          assert.ok(found[0]!.field.text.includes(question.value), `${where}: ${found[0]!.field.text}`);
        // Whatever is right is judged right, by the frame and by each way to the field.
        for (const frame of question.frames) {
          const ways =
            question.field === undefined
              ? [[]]
              : fieldsOf(read.frame(frame).tree, question.field).map(({ keys }) => keys);
          for (const keys of ways)
            assert.deepEqual(judge(question, { frame, keys }), { right: true, reply: question.right }, where);
        }
        for (const mistake of question.mistakes) {
          look(mistake);
          for (const frame of mistake.frames) {
            const ways =
              mistake.field === undefined
                ? [[]]
                : fieldsOf(read.frame(frame).tree, mistake.field).map(({ keys }) => keys);
            // Each gets its own reply, and none of them is right: no mistake hides another.
            for (const keys of ways)
              assert.deepEqual(
                judge(question, { frame, keys }),
                { right: false, reply: mistake.reply },
                `${where} ${frame} ${mistake.field}`,
              );
          }
        }
        assert.equal(judge(question, undefined).right, false);
      }
    });
  }
});

test('there are the lessons that were asked for, each with questions, a page of the guide and a capture', () => {
  assert.deepEqual(
    LESSONS.map(({ id }) => id),
    [
      'four-messages',
      'broadcast-flag',
      'renewing',
      'init-reboot',
      'relay',
      'option-82',
      'decline',
      'blocked-port',
      'wrong-subnet',
      'client-on-67',
      'clones',
      'rogue-server',
      'starvation',
      'pxe',
      'bootp-and-rarp',
      'ipv6',
    ],
  );
  for (const lesson of LESSONS) {
    assert.ok(guide().has(lesson.page), `${lesson.id}: ${lesson.page}`);
    assert.ok(questionsOf(lesson).length >= 2, lesson.id);
    for (const { mistakes } of questionsOf(lesson)) assert.ok(mistakes.length >= 2, lesson.id);
  }
});

test('no sentence stands twice, in the lessons or in the guide, and none is long', () => {
  const seen = new Set<string>();
  for (const { summary, blocks } of guide().values())
    for (const text of [summary, ...blocks.map((block) => ('text' in block ? block.text : ''))])
      for (const sentence of sentencesOf(text)) seen.add(sentence);
  const texts = LESSONS.flatMap(({ goal, steps }) => [
    goal,
    ...steps.flatMap(({ text, question }) => [
      text,
      ...(question
        ? [question.ask, question.right, question.hint, ...question.mistakes.map(({ reply }) => reply)]
        : []),
    ]),
  ]);
  const twice: string[] = [];
  for (const text of texts)
    for (const sentence of sentencesOf(text)) {
      // “Select it.” and the like may be said as often as needed.
      if (sentence.split(' ').length > 6 && seen.has(sentence)) twice.push(sentence);
      seen.add(sentence);
      assert.ok(sentence.split(' ').length <= 30, sentence);
      assert.doesNotMatch(sentence, /`/);
    }
  assert.deepEqual(twice, []);
});

test('nothing is wrong in the octets of the captures that are made', async () => {
  for (const name of MADE_CAPTURES) {
    const read = await capture(name);
    for (let i = 0; i < read.ofInterest; i++) assert.deepEqual(read.frame(read.row(i).frame).problems, [], name);
  }
  assert.equal(madeCapture('none.pcap'), undefined);
});

test('the texts of a lesson lose nothing by their links, which lead to pages', async () => {
  for (const { id, steps } of LESSONS) {
    const { texts } = await learnHandlers.lesson({ id });
    assert.deepEqual(
      texts!.map((pieces) => pieces.map(({ text }) => text).join('')),
      steps.map(({ text }) => text),
    );
    const linked = texts!.flatMap((pieces) => pieces.flatMap(({ page }) => (page === undefined ? [] : [page])));
    assert.equal(new Set(linked).size, linked.length, id);
    for (const page of linked) assert.ok(guide().has(page), page);
  }
});
