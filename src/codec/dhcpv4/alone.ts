import { append } from '../append';
import { u32 } from '../bytes';
import type { Field, Problem } from '../field';
import { shiftField, shiftOption, shiftProblems } from '../shift';
import { layerNode } from '../tree';
import { tableInUse } from '../option';
import type { Layer, Walk } from '../walk';
import { dhcpOptions } from './options';
import { decodeMessage4, type DecodedMessage4 } from './decode';
import { FIXED_LENGTH, MAGIC_COOKIE, Message4, MESSAGE_TYPES, OPTIONS_AT } from './message';

/** Options without the message they belong to, as people paste them, with or without the magic cookie. */
export const optionsAlone: Layer = {
  id: 'options',
  name: 'DHCP options',
  walk(walk, at, end) {
    walk.push(optionsAlone, at, end, end);
  },
  describe(walk, index, problems) {
    return describeOptionsAlone(walk, index, problems).field;
  },
};

/**
 * The tree of layer `index`, which consists of options alone, and the message it was made from. The options are read as
 * those of a message with empty fixed fields.
 */
export function describeOptionsAlone(
  walk: Walk,
  index: number,
  problems: Problem[],
): { readonly field: Field; readonly decoded: DecodedMessage4 } {
  const at = walk.atOf(index);
  const octets = walk.bytes.subarray(at, walk.endOf(index));
  const cookie = octets.length >= 4 && u32(octets, 0) === MAGIC_COOKIE;
  const front = cookie ? FIXED_LENGTH : OPTIONS_AT;
  const whole = new Uint8Array(front + octets.length);
  new DataView(whole.buffer).setUint32(FIXED_LENGTH, MAGIC_COOKIE);
  whole.set(octets, front);
  const message = Message4.read(whole, 0, whole.length, 0, tableInUse(dhcpOptions, walk.dispatch.own));
  const found: Problem[] = [];
  const { fields, options } = decodeMessage4(message, found, walk.cut);
  const by = walk.offset(at) - front;
  // An excerpt need not have an End option.
  const there = found.filter(({ id }) => id !== 'missing-end-option');
  append(problems, shiftProblems(there, front, by));
  const own = fields.filter(({ offset }) => offset >= front).map((field) => shiftField(field, by));
  const type = message.messageType();
  const summary =
    type === undefined ? 'options without a message' : `options of ${MESSAGE_TYPES[type] ?? `type ${type}`}`;
  return {
    field: layerNode(walk, index, summary, own),
    decoded: { message, fields: own, options: options.map((option) => shiftOption(option, by)) },
  };
}
