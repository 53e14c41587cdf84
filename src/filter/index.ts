import { compile, openName } from './compile';
import { FilterError } from './language/error';
import type { FieldDef } from './field';
import { FIELDS } from './fields';
import { parse } from './language/parser';
import { valuesAsked } from './language/uses';
import type { Predicate } from './source';

export { readForm } from './fields/dhcp/forms';
export { readDhcp, readHardwareAddress, seconds } from './fields/dhcp';
export { hasParts, PARTS, readOptionFields } from './fields/dhcp/options';
export { IP, UDP } from './fields/ip';
export { ETHERNET, readTrailer, VLAN } from './fields/link';
export { ETHERNET_HARDWARE } from './fields/dhcp/identity';
export { encoded, Octets, utf8, type Header, type Sink } from './fields/sink';
export { OVER_PORTS } from './fields/named';
export { DHCP_PORTS, dissected, encapsulation, isRedirected } from './protocols';
export { binary, octetsOf, placeOf, type Value } from './values/kinds';
export type { FieldDef, FrameFields, LayerTest, Leaf } from './field';
export type { Predicate } from './source';
export { unknownText } from './near';
export { expressionAt, fieldNames, fieldValues } from './expression';
export {
  FrameReader,
  type Duplicate,
  type FrameFacts,
  type History,
  type Own,
  type Stream,
  type Transfer,
} from './frame';

/** A compiled display filter. */
export interface DisplayFilter {
  /** Whether a frame passes. The frame must provide the fields in `names`. */
  readonly matches: Predicate;
  /** The fields that the filter needs, for making a `FrameReader`. */
  readonly names: ReadonlySet<string>;
  /** Protocols are only tested for presence; their octets are not needed. */
  readonly presenceOnly: boolean;
  /** The filter depends on every frame of the capture, not only on the one that is tested. */
  readonly needsAllFrames: boolean;
  /** The filter depends on analysis results: a finding, a conversation, an outcome. */
  readonly needsAnalysis: boolean;
}

/** What is wrong with a filter, in a sentence that also says what would be possible, and where. */
export interface FilterProblem {
  readonly message: string;
  /** Index of the first character concerned. */
  readonly position: number;
  readonly length: number;
}

/** The empty filter passes every frame. */
const ALL: DisplayFilter = {
  matches: () => true,
  names: new Set(),
  presenceOnly: true,
  needsAllFrames: false,
  needsAnalysis: false,
};

const OWN: ReadonlySet<string> = new Set(['finding', 'conversation', 'outcome']);

/** Whether a name is a field or protocol. */
export const isField = (name: string): boolean => FIELDS.get(name) !== undefined;

/** Parses and compiles a display filter in Wireshark's language. Never throws. */
export function displayFilter(text: string): DisplayFilter | { readonly problem: FilterProblem } {
  try {
    const test = parse(text);
    if (!test) return ALL;
    const used = new Map<string, FieldDef>();
    const matches = compile(test, {
      get: (name) => {
        const field = FIELDS.get(name);
        if (field) used.set(field.name, field);
        return field;
      },
      names: FIELDS.names,
    });
    const fields = [...used.values()];
    const names = new Set(fields.flatMap(({ name, kind }) => (kind === 'protocol' ? [name, openName(name)] : [name])));
    return {
      matches,
      names,
      presenceOnly: !valuesAsked(test, (name) => FIELDS.get(name)?.kind === 'protocol'),
      needsAllFrames: fields.some((field) => field.needsAllFrames === true),
      needsAnalysis: fields.some(({ name }) => OWN.has(name)),
    };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { problem: { message: error.message, position: error.position, length: error.length } };
  }
}
