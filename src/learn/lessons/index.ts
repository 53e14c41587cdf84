import { ATTACKS } from './attacks';
import { BASICS } from './basics';
import { BOOT } from './boot';
import { FAULTS } from './faults';
import type { Lesson } from './lesson';
import { RELAYS } from './relays';

export type { Lesson, Place, Question, Step } from './lesson';

/** All lessons, ordered so that each builds on those before it. */
export const LESSONS: readonly Lesson[] = [...BASICS, ...RELAYS, ...FAULTS, ...ATTACKS, ...BOOT];
