import type { ComponentType } from 'preact';
import type { VsCodeApi } from '../bridge';
import { ChallengeApp } from './ChallengeApp';
import { LessonApp } from './LessonApp';
import { WorkshopApp } from './WorkshopApp';

/** The learning pages, by the name that the host has put into the page. */
export const LEARN_PAGES: Readonly<Record<string, ComponentType<{ api: VsCodeApi }>>> = {
  lesson: LessonApp,
  challenge: ChallengeApp,
  workshop: WorkshopApp,
};
