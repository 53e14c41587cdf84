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
export { readIp, readUdp } from './fields/ip';
export { readEthernet, readTrailer } from './fields/link';
export { ETHERNET_HARDWARE } from './fields/dhcp/identity';
export { Octets, utf8, type Sink } from './fields/sink';
export { DHCP_PORTS, encapsulation } from './protocols';
export { binary, type Value } from './values/kinds';
export type { FieldDef, FrameFields, LayerTest } from './field';
export type { Predicate } from './source';
export { expressionAt, fieldNames } from './expression';
export { FrameReader, type FrameFacts, type History, type Own, type Stream, type Transfer } from './frame';

/** A filter that can be asked of frames. */
export interface DisplayFilter {
  /** Whether a frame passes; its fields must be those of `names`. */
  readonly matches: Predicate;
  /** The fields that it asks for, by which a `FrameReader` is made. */
  readonly names: ReadonlySet<string>;
  /** Protocols are only asked whether they are there, not what their octets are. */
  readonly presenceOnly: boolean;
  /** It asks for something that only one who sees every frame of the capture knows. */
  readonly needsAllFrames: boolean;
  /** It asks for what the analysis found: a finding, a conversation, an outcome. */
  readonly needsAnalysis: boolean;
}

/** What is wrong with a filter: a sentence that says what, and what would be possible; and where. */
export interface FilterProblem {
  readonly message: string;
  /** Index of the first character that it is about. */
  readonly position: number;
  readonly length: number;
}

/** Everything passes an empty filter. */
const ALL: DisplayFilter = {
  matches: () => true,
  names: new Set(),
  presenceOnly: true,
  needsAllFrames: false,
  needsAnalysis: false,
};

const OWN: ReadonlySet<string> = new Set(['finding', 'conversation', 'outcome']);

/** Whether a name is that of a field or protocol. */
export const isField = (name: string): boolean => FIELDS.get(name) !== undefined;

/** Understands a display filter, in Wireshark's language. Never throws. */
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
