import type { Conversation } from '../../analysis/summaries';
import { count } from '../../analysis/words/words';
import type { Capture } from '../../engine/capture';
import { rowAt } from '../../engine/list/rows';
import { MOST_CONVERSATIONS, MOST_MESSAGES, moreThan, paragraph, section, table, type Block, type Text } from './model';
import type { Survey, Numbered } from './survey';
import { utc } from './time';

const HEAD = ['Frame', 'Time', 'From', 'To', 'Message', 'Details', 'Finding'];
/** Limit on the details of a message, because a host name or error text may be long. */
const LONGEST = 160;
/** How many of the last messages of a truncated conversation are shown, because they tell how it ended. */
const LAST = MOST_MESSAGES / 4;

/** The messages of the conversations that findings name, one conversation after the other. */
export function* sequenceBlocks(capture: Capture, survey: Survey, findings: readonly Numbered[]): Generator<Block> {
  const { conversations, others, cut } = survey;
  if (conversations.length === 0 && others.length === 0) return;
  yield section('Message sequences', blocksOf());

  function* blocksOf(): Generator<Block> {
    yield paragraph(
      `The conversations that findings name${cut ? `: the first ${MOST_CONVERSATIONS} of them` : ''}. Times are in seconds since the first frame of the capture; the last column has the numbers of the findings that name a frame.`,
    );
    const citing = citingOf([...conversations.flatMap(({ frames }) => cutFrames(frames).flat()), ...others], findings);
    for (const one of conversations) yield section(titleOf(one), conversationBlocks(capture, one, citing));
    if (others.length > 0) yield section('Other frames that findings name', otherBlocks(capture, others, citing));
  }
}

const titleOf = ({ id, client, outcome }: Conversation): string => `Conversation ${id}: ${client}, ${outcome}`;

function* conversationBlocks(capture: Capture, conversation: Conversation, citing: Citing): Generator<Block> {
  const { frames, address, server } = conversation;
  const { store } = capture.scan;
  const time = store.isoTime(store.indexOf(frames[0]!));
  const parts = [
    ...(time === undefined ? [] : [`Begins at ${utc(time, 6)}`]),
    ...(address === undefined ? [] : [`address ${address}`]),
    ...(server === undefined ? [] : [`server ${server}`]),
  ];
  if (parts.length > 0) yield paragraph(`${parts.join('; ').replace(/^./, (first) => first.toUpperCase())}.`);
  const [first, last] = cutFrames(frames);
  const left = frames.length - first.length - last.length;
  const gap = left > 0 ? [['', '', '', '', `… ${count(left, 'more frame')} …`, '', '']] : [];
  const rowsOf = (some: readonly number[]): Text[][] => some.flatMap((frame) => rowOf(capture, frame, citing));
  yield table(`Messages of conversation ${conversation.id}`, HEAD, [...rowsOf(first), ...gap, ...rowsOf(last)]);
}

function* otherBlocks(capture: Capture, others: readonly number[], citing: Citing): Generator<Block> {
  const shown = others.slice(0, MOST_MESSAGES);
  yield table(
    'Other frames',
    HEAD,
    shown.flatMap((frame) => rowOf(capture, frame, citing)),
  );
  yield* moreThan(shown.length, others.length);
}

/** The first and last frames to show of a conversation that is too long. Otherwise all of them, and an empty second list. */
const cutFrames = (frames: readonly number[]): [first: readonly number[], last: readonly number[]] =>
  frames.length <= MOST_MESSAGES ? [frames, []] : [frames.slice(0, MOST_MESSAGES - LAST), frames.slice(-LAST)];

/** Numbers of the findings that name each frame. */
type Citing = ReadonlyMap<number, readonly number[]>;

function citingOf(shown: readonly number[], findings: readonly Numbered[]): Citing {
  const citing = new Map(shown.map((frame) => [frame, [] as number[]]));
  for (const { number, frames } of findings)
    for (const frame of frames) {
      const numbers = citing.get(frame);
      if (numbers && numbers.at(-1) !== number) numbers.push(number);
    }
  return citing;
}

/** The row of a frame. Empty if the capture does not keep the frame. */
function rowOf(capture: Capture, frame: number, citing: Citing): Text[][] {
  const { scan } = capture;
  const index = scan.store.indexOf(frame);
  if (index < 0) return [];
  const { time, source, destination, type, info } = rowAt(scan, index, undefined);
  const details = info.length > LONGEST ? `${info.slice(0, LONGEST)}…` : info;
  const numbers = citing.get(frame) ?? [];
  return [[String(frame), time, source, destination, type, details, numbers.join(', ')]];
}
