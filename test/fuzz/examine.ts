/** What must be true of the codec, whatever the octets: the judge of the fuzzer. */
import assert from 'node:assert/strict';
import { hex } from '../../src/codec/bytes';
import { checkMessage4, decodeMessage4, Message4, summary4 } from '../../src/codec/dhcpv4';
import { checkMessage6, decodeMessage6, Message6, summary6 } from '../../src/codec/dhcpv6';
import type { Field, Problem } from '../../src/codec/field';
import { describeFrame, dhcpOf, dhcpv6Of } from '../../src/codec/frame';
import { dispatch } from '../../src/codec/layers';
import { Walk } from '../../src/codec/walk';
import { assertCovered } from '../codec/dhcpv4/coverage';

/** Nearly every frame of a real network is at most so long. */
export const LONGEST_REAL = 4096;
/** No call may take longer than this, in milliseconds, once the code is compiled: whatever the frame's length. */
const SLOWEST = 50;

/** One call on one run of octets that did not do as it must. */
export class Defect extends Error {
  constructor(
    readonly call: string,
    readonly what: string,
    readonly octets: Uint8Array,
    readonly linkType: number | undefined,
  ) {
    super(
      `${call}: ${what}\n  ${octets.length} octets${linkType === undefined ? '' : ` of link type ${linkType}`}: ${hex(octets)}`,
    );
  }
}

/** What is asked of an examination beside the calls themselves. */
export interface Wanted {
  /** Whether times count: not while the code is still being compiled. */
  readonly timed: boolean;
  /** Whether the trees' leaves are held against the octets. */
  readonly covered: boolean;
}

const walk = new Walk(dispatch);

/**
 * The time that a call took, in milliseconds. Where that is too long it is repeated once, and the least counts: of both times, and of
 * the processor's time, for on a busy machine the clock also runs while others are at work.
 */
function clock<T>(work: () => T, limit: number): { result: T; milliseconds: number } {
  let from = performance.now();
  const result = work();
  const first = performance.now() - from;
  if (first <= limit) return { result, milliseconds: first };
  const before = process.cpuUsage();
  from = performance.now();
  work();
  const second = performance.now() - from;
  const { user, system } = process.cpuUsage(before);
  return { result, milliseconds: Math.min(first, second, (user + system) / 1000) };
}

/** Problems lie inside the octets that they speak of. */
function assertInside(problems: readonly Problem[], length: number): void {
  for (const { id, offset, length: size, text, buffer } of problems) {
    if (buffer) continue;
    const inside = Number.isInteger(offset) && offset >= 0 && size >= 0 && offset + size <= length;
    assert.ok(inside, `${id} at ${offset}, ${size} octets, of ${length}: ${text}`);
    assert.ok(id.length > 0 && text.length > 0, `a problem at ${offset} without id or text`);
  }
}

/** The octets of a frame are each in a leaf of the tree, and no node lies outside the frame. */
function assertFrameCovered(tree: readonly Field[], length: number): void {
  const covered = new Uint8Array(length);
  const visit = (field: Field): void => {
    for (const { offset, length: size, buffer } of [field, ...(field.more ?? [])]) {
      if (buffer) continue;
      assert.ok(offset >= 0 && size >= 0 && offset + size <= length, `${field.name} at ${offset}, ${size} octets`);
      if (!field.children?.length) covered.fill(1, offset, offset + size);
    }
    field.children?.forEach(visit);
  };
  tree.forEach(visit);
  const at = covered.indexOf(0);
  assert.ok(at < 0, `octet ${at} is in no leaf`);
}

/** Runs one call, and gives its time. Throws Defect where it throws, is slow, or `judge` does not like what it gives. */
function call<T>(
  name: string,
  octets: Uint8Array,
  linkType: number | undefined,
  wanted: Wanted,
  work: () => T,
  judge: (result: T) => void,
): number {
  try {
    const { result, milliseconds } = clock(work, SLOWEST);
    if (wanted.timed && milliseconds > SLOWEST) throw new Error(`took ${milliseconds.toFixed(1)} ms`);
    judge(result);
    return milliseconds;
  } catch (error) {
    const { message, stack } = error as Error;
    const where = error instanceof assert.AssertionError ? '' : `\n${stack?.split('\n').slice(1, 6).join('\n')}`;
    throw new Defect(name, `${message}${where}`, octets, linkType);
  }
}

/** Takes a frame apart, and checks its message as the scan does. Gives the time of the slowest call, in milliseconds. */
export function examineFrame(bytes: Uint8Array, linkType: number, wireLength: number, wanted: Wanted): number {
  const { length } = bytes;
  let slowest = call(
    'describeFrame',
    bytes,
    linkType,
    wanted,
    () => describeFrame(walk.run(bytes, 0, length, linkType, wireLength)),
    ({ tree, problems }) => {
      assertInside(problems, length);
      if (wanted.covered) assertFrameCovered(tree, length);
    },
  );
  const check = (name: string, work: (problems: Problem[]) => void): void => {
    const run = (): Problem[] => {
      const problems: Problem[] = [];
      work(problems);
      return problems;
    };
    const time = call(name, bytes, linkType, wanted, run, (problems) => assertInside(problems, length));
    slowest = Math.max(slowest, time);
  };
  walk.run(bytes, 0, length, linkType, wireLength);
  const { cut } = walk;
  if (dhcpOf(walk)) check('checkMessage4', (problems) => checkMessage4(dhcpOf(walk)!, problems, cut));
  if (dhcpv6Of(walk)) check('checkMessage6', (problems) => checkMessage6(dhcpv6Of(walk)!, problems, cut));
  return slowest;
}

/** Decodes a DHCPv4 message that fills its array. Gives the time that it took, in milliseconds. */
export function examineMessage4(bytes: Uint8Array, cut: number, wanted: Wanted): number {
  const { length } = bytes;
  return call(
    'decodeMessage4',
    bytes,
    undefined,
    wanted,
    () => {
      const problems: Problem[] = [];
      const message = Message4.read(bytes, 0, length);
      return { ...decodeMessage4(message, problems, cut), problems, summary: summary4(message) };
    },
    ({ fields, problems, summary }) => {
      assertInside(problems, length);
      assert.ok(summary.length > 0, 'no summary');
      if (wanted.covered) assertCovered(fields, 0, length);
    },
  );
}

/** Decodes a DHCPv6 message that fills its array. Gives the time that it took, in milliseconds. */
export function examineMessage6(bytes: Uint8Array, cut: number, wanted: Wanted): number {
  const { length } = bytes;
  return call(
    'decodeMessage6',
    bytes,
    undefined,
    wanted,
    () => {
      const problems: Problem[] = [];
      const message = Message6.read(bytes);
      return { ...decodeMessage6(message, problems, cut), problems, summary: summary6(message) };
    },
    ({ fields, problems, summary }) => {
      assertInside(problems, length);
      assert.ok(summary.length > 0, 'no summary');
      if (wanted.covered) assertCovered(fields, 0, length);
    },
  );
}
