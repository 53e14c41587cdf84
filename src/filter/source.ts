import type { Place } from './language/error';
import type { FieldDef, FrameFields, Leaf, ValueNames } from './field';
import type { Constant } from './values/literals';
import type { Kind, Value } from './values/kinds';

/** Something with values: a field, a slice of one, the result of a function, or a constant. */
export interface Source {
  readonly kind: Kind;
  readonly names?: ValueNames | undefined;
  readonly texts?: readonly string[] | undefined;
  /** Its name in error messages. */
  readonly name: string;
  readonly place: Place;
  values(frame: FrameFields): readonly Value[];
  /** The field whose unchanged values these are. */
  readonly field?: FieldDef;
  /** The field from which these values are made, each from one value of it. */
  readonly of?: FieldDef | undefined;
  /** Set if the values are octets of the frame as they are, each of them in one piece. */
  readonly raw?: boolean;
  /** Set for a slice: it can be compared with whatever has octets. */
  readonly sliced?: true;
  /** Set if the value is the same for every frame. */
  readonly constant?: Constant;
  /** Set for a negative constant that an unsigned field is compared with. */
  readonly negative?: true;
}

/** Whether a frame passes. */
export type Predicate = (frame: FrameFields) => boolean;

/** The predicate of a leaf. Who knows the values by number need not look at them again for each frame. */
export function leafOf(source: Source, all: boolean, test: Leaf['test'], needle?: string): Predicate {
  const { of } = source;
  const values: Leaf['values'] = (frame) => source.values(frame);
  const holds: Predicate = all
    ? (frame) => {
        const found = source.values(frame);
        return found.length > 0 && found.every(test);
      }
    : (frame) => source.values(frame).some(test);
  if (!of) return holds;
  const leaf: Leaf = { field: of, values, test, all, holds, needle };
  return (frame) => frame.decide?.(leaf) ?? holds(frame);
}
