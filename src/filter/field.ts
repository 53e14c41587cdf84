import type { Kind, Value } from './values/kinds';

/** Names of a number's values (`Boot Request` for 1); of a boolean's 0 and 1. */
export type ValueNames = Readonly<Record<number, string>>;

/** One field of the filter language. The tables of `fields/` have one for each. */
export interface FieldDef {
  /** As a filter names it: `dhcp.ip.your`. */
  readonly name: string;
  readonly kind: Kind;
  readonly names?: ValueNames;
  /** It can only be told by one who has seen every frame of the capture: the time since the frame before, a stream's number. */
  readonly needsAllFrames?: true;
}

/** Which of a protocol's layers in a frame are meant: `layer` counts from 1, outermost first; there are `count`. */
export type LayerTest = (layer: number, count: number) => boolean;

/** What a filter asks: the values of one frame's fields. */
export interface FrameFields {
  /** Every value of the field, in the order of the octets; none where the frame has no such field. */
  values(field: FieldDef, layers?: LayerTest): readonly Value[];
}
