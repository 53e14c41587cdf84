/* What tests of the workshop share: one frame or several on the bench, changed one after another. */
import assert from 'node:assert/strict';
import { workshop } from '../../src/engine/answers/workshop';
import { SERVER_AT_FIRST } from '../../src/learn/workshop/server';
import type { Edit, ServerSettings } from '../../src/learn/workshop/types';

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** One frame, or several, with a change of the last. */
export const work = (frames: readonly string[], edit?: Edit, over: Partial<ServerSettings> = {}) =>
  workshop({
    bench: { frames, open: frames.length - 1 },
    server: { ...SERVER_AT_FIRST, ...over },
    ...(edit ? { edit } : {}),
  });

/** Applies changes one after another; none may fail. */
export async function after(frame: string, edits: readonly Edit[]): Promise<string> {
  let now = frame;
  for (const edit of edits) {
    const { bench, view } = await work([now], edit);
    assert.equal(view.error, undefined);
    now = bench.frames[0]!;
  }
  return now;
}

export const field = (id: string, value: string): Edit => ({ kind: 'field', id, value });

/** The place of an option among those of a frame. */
export async function place(frame: string, code: number): Promise<number> {
  const { view } = await work([frame]);
  return view.form!.options!.find((option) => option.code === code)!.index;
}
