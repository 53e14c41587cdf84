import type { Kind, Value } from './values/kinds';

/** Names of a number's values (such as `Boot Request` for 1), or of a boolean's 0 and 1. */
export type ValueNames = Readonly<Record<number, string>>;

/** One field of the filter language, as defined in the tables of `fields/`. */
export interface FieldDef {
  /** Its name in filters, such as `dhcp.ip.your`. */
  readonly name: string;
  readonly kind: Kind;
  readonly names?: ValueNames;
  /** Its value depends on every frame of the capture, such as the time since the previous frame, or a stream's number. */
  readonly needsAllFrames?: true;
}

/** Selects some of a protocol's layers in a frame: `layer` counts from 1, outermost first; `count` is their number. */
export type LayerTest = (layer: number, count: number) => boolean;

/** The fields of one frame, as a filter reads them. */
export interface FrameFields {
  /** Every value of the field, in octet order; none if the frame does not have the field. */
  values(field: FieldDef, layers?: LayerTest): readonly Value[];
}
