import type { Kind, Value } from './values/kinds';

/** Names of a number's values (such as `Boot Request` for 1), or of a boolean's 0 and 1. */
export type ValueNames = Readonly<Record<number, string>>;

/** One field of the filter language, as defined in the tables of `fields/`. */
export interface FieldDef {
  /** Its name in filters, such as `dhcp.ip.your`. */
  readonly name: string;
  readonly kind: Kind;
  readonly names?: ValueNames;
  /** The only texts that a text field can have. */
  readonly texts?: readonly string[];
  /** Its value depends on every frame of the capture, such as the time since the previous frame, or a stream's number. */
  readonly needsAllFrames?: true;
}

/** Selects some of a protocol's layers in a frame: `layer` counts from 1, outermost first; `count` is their number. */
export type LayerTest = (layer: number, count: number) => boolean;

/** The fields of one frame, as a filter reads them. */
export interface FrameFields {
  /** Every value of the field, in octet order; none if the frame does not have the field. */
  values(field: FieldDef, layers?: LayerTest): readonly Value[];
  /** Whether a leaf holds, where that is known without looking at every value. */
  decide?(leaf: Leaf): boolean | undefined;
}

/** The smallest part of a filter: a test of the values of one field, each by itself. */
export interface Leaf {
  readonly field: FieldDef;
  /** The values to test, each made from one value of the field. */
  values(frame: FrameFields): readonly Value[];
  test(value: Value): boolean;
  /** Whether all values must pass, and there must be one; otherwise any. */
  readonly all: boolean;
  /** The same for a whole frame. */
  holds(frame: FrameFields): boolean;
  /** Octets that a value must contain to pass. */
  readonly needle?: string | undefined;
}
