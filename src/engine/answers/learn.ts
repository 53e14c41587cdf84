import { FINDINGS } from '../../analysis/catalogue';
import { Linker } from '../../guide/linker';
import { challenge } from '../../learn/challenge';
import { LESSONS } from '../../learn/lessons';
import { MADE_CAPTURES, madeCapture } from '../../learn/made/captures';
import type { LearnHandlers } from '../../learn/questions';
import { SERVER_AT_FIRST } from '../../learn/workshop/server';
import { templateFrame, TEMPLATES } from '../../learn/workshop/templates';
import { hex } from '../../codec/bytes';
import { benchFile, octetsOf, workshop } from './workshop';

/** Answers the questions of the learning pages. None of them concerns the open capture. */
export const learnHandlers: LearnHandlers = {
  lessons: () => ({ lessons: LESSONS.map(({ id, title, goal, steps }) => ({ id, title, goal, steps: steps.length })) }),
  lesson: ({ id }) => {
    const lesson = LESSONS.find((one) => one.id === id);
    if (!lesson) return {};
    const linker = new Linker(lesson.page);
    const texts = lesson.steps.map(({ text }) => linker.pieces(text));
    return { lesson, made: MADE_CAPTURES.includes(lesson.capture), texts };
  },
  challenge: ({ seed }) => {
    const { fault, faultFrames, choices, hints } = challenge(seed);
    const named = choices.map((id) => {
      const { name, meaning } = FINDINGS.get(id)!;
      return { id, name, meaning };
    });
    return { challenge: { fault, faultFrames, choices: named, hints, advice: FINDINGS.get(fault)!.advice } };
  },
  workshop: (asked) => workshop(asked),
  templates: () => ({ templates: TEMPLATES, server: SERVER_AT_FIRST }),
  template: ({ id }) => ({ hex: hex(templateFrame(id)) }),
  benchFile: ({ frames }) => ({ bytes: benchFile(frames.map(octetsOf)) }),
  madeFile: ({ name }) => {
    const seed = /^challenge-(\d{1,6})\.pcap$/.exec(name)?.[1];
    const bytes = seed === undefined ? madeCapture(name) : challenge(Number(seed)).bytes;
    return bytes ? { bytes } : {};
  },
};
