import type { Place } from './language/error';
import type { FieldDef, FrameFields, ValueNames } from './field';
import type { Constant } from './values/literals';
import type { Kind, Value } from './values/kinds';

/** Something with values: a field, a slice of one, the result of a function, or a constant. */
export interface Source {
  readonly kind: Kind;
  readonly names?: ValueNames | undefined;
  /** Its name in error messages. */
  readonly name: string;
  readonly place: Place;
  values(frame: FrameFields): readonly Value[];
  /** The field whose unchanged values these are. */
  readonly field?: FieldDef;
  /** Set if the value is the same for every frame. */
  readonly constant?: Constant;
  /** Set for a negative constant that an unsigned field is compared with. */
  readonly negative?: true;
}

/** Whether a frame passes. */
export type Predicate = (frame: FrameFields) => boolean;
