import { append } from '../append';
import type { Field, Problem } from '../field';
import { shiftField, shiftOption, shiftProblems } from '../shift';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { decodeMessage6, type DecodedMessage6 } from './decode';
import { HEADER_LENGTH, Message6 } from './message';

/** DHCPv6 options without the message they belong to. */
export const options6Alone: Layer = {
  id: 'options6',
  name: 'DHCPv6 options',
  walk(walk, at, end) {
    walk.push(options6Alone, at, end, end);
  },
  describe(walk, index, problems) {
    return describeOptions6Alone(walk, index, problems).field;
  },
};

/**
 * The tree of layer `index`, which consists of options alone, and the message it was made from. The options are read as
 * those of a message of type 0, for which there are no rules.
 */
export function describeOptions6Alone(
  walk: Walk,
  index: number,
  problems: Problem[],
): { readonly field: Field; readonly decoded: DecodedMessage6 } {
  const at = walk.atOf(index);
  const octets = walk.bytes.subarray(at, walk.endOf(index));
  const whole = new Uint8Array(HEADER_LENGTH + octets.length);
  whole.set(octets, HEADER_LENGTH);
  const found: Problem[] = [];
  const decoded = decodeMessage6(Message6.read(whole, 0, whole.length), found, walk.cut, 0, walk.dispatch.own);
  const by = walk.offset(at) - HEADER_LENGTH;
  append(problems, shiftProblems(found, HEADER_LENGTH, by));
  const fields = decoded.fields.filter(({ offset }) => offset >= HEADER_LENGTH).map((field) => shiftField(field, by));
  const options = decoded.options.map((option) => shiftOption(option, by));
  return {
    field: layerNode(walk, index, 'options without a message', fields),
    decoded: { ...decoded, fields, options },
  };
}
