import type { Place } from './language/error';
import type { FieldDef, FrameFields, ValueNames } from './field';
import type { Constant } from './values/literals';
import type { Kind, Value } from './values/kinds';

/** Something with values: a field, a part of one, what a function makes of it, or a constant. */
export interface Source {
  readonly kind: Kind;
  readonly names?: ValueNames | undefined;
  /** As errors call it. */
  readonly name: string;
  readonly place: Place;
  values(frame: FrameFields): readonly Value[];
  /** The field whose values these are, unchanged. */
  readonly field?: FieldDef;
  /** The same for every frame. */
  readonly constant?: Constant;
  /** A constant below 0 that an unsigned field is compared with. */
  readonly negative?: true;
}

/** Whether a frame is one that is asked for. */
export type Predicate = (frame: FrameFields) => boolean;
