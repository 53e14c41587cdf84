import type { Range } from './language/ast';
import { fail, type Place } from './language/error';
import type { FieldDef, LayerTest } from './field';
import { nearest } from './near';
import type { Source } from './source';
import type { Kind } from './values/kinds';

/** The table in which field names are looked up. */
export interface FieldTable {
  get(name: string): FieldDef | undefined;
  names(): Iterable<string>;
}

/** Kinds whose values are octets of the frame as they are. */
const RAW: ReadonlySet<Kind> = new Set(['protocol', 'bytes', 'ether', 'eui64']);

/** The source of a field's values; with `layers`, only from those layers of its protocol. */
export function fieldSource(field: FieldDef, place: Place, layers?: readonly Range[]): Source {
  const { kind, names, texts, name } = field;
  const wanted = layers && layerTest(layers);
  return {
    kind,
    names,
    texts,
    name,
    place,
    field,
    ...(wanted ? {} : { of: field, raw: RAW.has(kind) }),
    values: wanted ? (frame) => frame.values(field, wanted) : (frame) => frame.values(field),
  };
}

/** Layers count from 1, or from -1 for the innermost. */
function layerTest(ranges: readonly Range[]): LayerTest {
  return (layer, count) =>
    ranges.some(({ start, count: many }) => {
      const first = start < 0 ? count + 1 + start : start;
      return layer >= first && (many === undefined || layer < first + many);
    });
}

/** Throws FilterError for a name that is not a field, and suggests similar names. */
export function unknownField(name: string, place: Place, table: FieldTable): never {
  const near = nearest(name.toLowerCase().replace(/^bootp\b/, 'dhcp'), table.names());
  const offer =
    near.length > 0
      ? `; near it: ${near.join(', ')}`
      : '; fields are named as in Wireshark: dhcp.option.dhcp, ip.src, frame.number …';
  return fail(place, `“${name}” is no field${offer}`);
}
