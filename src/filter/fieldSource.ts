import { editDistance } from '../analysis/words/distance';
import type { Range } from './language/ast';
import { fail, type Place } from './language/error';
import type { FieldDef, LayerTest } from './field';
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
  const { kind, names, name } = field;
  const wanted = layers && layerTest(layers);
  return {
    kind,
    names,
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

/** Maximum number of names suggested for an unknown one. */
const OFFERED = 5;

/** Throws FilterError for a name that is not a field, and suggests similar names. */
export function unknownField(name: string, place: Place, table: FieldTable): never {
  const near = nearNames(name, table);
  const offer =
    near.length > 0
      ? `; near it: ${near.join(', ')}`
      : '; fields are named as in Wireshark: dhcp.option.dhcp, ip.src, frame.number …';
  return fail(place, `“${name}” is no field${offer}`);
}

/** The known names most similar to `name`: by the last part after the same beginning, otherwise by their letters. */
function nearNames(name: string, table: FieldTable): string[] {
  if (name.length < 2 || name.length > 80) return [];
  const lower = name.toLowerCase().replace(/^bootp\b/, 'dhcp');
  const last = lower.slice(lower.lastIndexOf('.') + 1);
  const likeness = (known: string): number => {
    const distance = editDistance(lower, known);
    // `dhcp.hostname` is close to `dhcp.option.hostname`.
    return last.length > 2 && known.split('.').includes(last) && known.startsWith(lower.split('.')[0]!)
      ? distance / 4
      : distance;
  };
  const near = [...table.names()]
    .map((known) => ({ known, distance: likeness(known) }))
    .filter(({ distance }) => distance <= Math.max(2, lower.length / 3))
    .sort((a, b) => a.distance - b.distance || a.known.localeCompare(b.known, 'en'));
  // If one name is very similar, less similar ones only distract.
  const furthest = (near[0]?.distance ?? 0) + 2;
  return near
    .filter(({ distance }) => distance <= furthest)
    .slice(0, OFFERED)
    .map(({ known }) => known);
}
