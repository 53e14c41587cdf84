import { concat, parseHex } from '../../bytes';
import type { Data, Field } from '../../field';
import type { OptionRow, OptionTable } from '../../option';
import { atLeast, cannotEncode, inner, leftover, opaque, type Size, type ValueType } from '../../values';
import type { View } from '../../view';
import { decodeOption, readCutOption, type DecodedOption, type Nested } from '../decoded';
import { damaged } from './damage';

/** A space of sub-options: each a code octet, a length octet and a value. */
export interface TlvSpace {
  readonly name: string;
  /** The known sub-options; others are shown as octets. */
  readonly table: OptionTable;
  /** Name for a sub-option that is not in the table. */
  readonly unknown?: string;
  /** Whether codes 0 (Pad) and 255 (End) are single octets, as in encapsulated vendor options (RFC 2132 §8.4). */
  readonly padAndEnd?: boolean;
  /** What the tree calls an element. */
  readonly label?: string;
  readonly size?: Size;
}

/** A sequence of sub-options. Data: an array of `{code, data}`, or `{code, hex}` if the octets are not of the known type. */
export function tlv(space: TlvSpace): ValueType {
  const label = space.label ?? 'Sub-option';
  return {
    name: space.name,
    size: space.size ?? atLeast(2),
    spaces: [() => space.table],
    decode(view, context): Nested {
      const options: DecodedOption[] = [];
      const children: Field[] = [];
      let at = 0;
      while (at < view.length) {
        const code = view.u8(at);
        if (space.padAndEnd && (code === 0 || code === 255)) {
          at = padOrEnd(view, at, children, context.key);
          continue;
        }
        const length = at + 1 < view.length ? view.u8(at + 1) : 0;
        const available = view.length - at - 2;
        if (length > available || available < 0) {
          const text =
            available < 0
              ? `${label} ${code} ends before its length octet.`
              : `${label} ${code} says it has ${length} octets, but only ${available} are left.`;
          const node = damaged(view, at, context, text);
          if (available < 0) children.push(node);
          else {
            const row = space.table.get(code);
            const found = { row, code, name: nameOf(space, row), label, area: 'options' } as const;
            const cut = readCutOption(found, view.sub(at), inner(context, code).key, text);
            options.push(cut);
            children.push(cut.field);
          }
          break;
        }
        const option = decodeSub(space, label, view, at, length, inner(context, code));
        options.push(option);
        children.push(option.field);
        at += 2 + length;
      }
      return {
        data: options.filter((option) => option.declared === undefined).map((option) => optionData(option)),
        value: options.map((option) => `${option.code}=${option.value}`).join(', '),
        text: options.map((option) => `${option.name}: ${option.text}`).join('; '),
        children,
        options,
      };
    },
    encode: (data) => encodeTlv(space, data),
  };
}

/** An option in the encoder's form: `{code, data}`, or `{code, hex}` if its octets are not of its row's type. */
export function optionData(option: DecodedOption): { [key: string]: Data } {
  return option.typed ? { code: option.code, data: option.data } : { code: option.code, hex: option.hex };
}

function nameOf(space: TlvSpace, row: OptionRow | undefined): string {
  return row?.name ?? space.unknown ?? 'Unassigned';
}

function decodeSub(
  space: TlvSpace,
  label: string,
  view: View,
  at: number,
  length: number,
  context: Parameters<typeof decodeOption>[1],
): DecodedOption {
  const code = view.u8(at);
  const row = space.table.get(code);
  const [first, ...more] = view.spans(at, 2 + length);
  return decodeOption(
    {
      row,
      code,
      name: nameOf(space, row),
      label,
      value: view.sub(at + 2, length),
      whole: more.length > 0 ? { ...first!, more } : first!,
      header: [
        view.field(at, 1, 'Code', String(code)),
        view.field(at + 1, 1, 'Length', `${length} octet${length === 1 ? '' : 's'}`),
      ],
      area: 'options',
    },
    context,
  );
}

/** Adds the node for a run of Pad, or for End and what follows it. Returns the position after it. */
function padOrEnd(view: View, at: number, children: Field[], key: string): number {
  let next = at;
  if (view.u8(at) === 0) {
    while (next < view.length && view.u8(next) === 0) next++;
    children.push(view.field(at, next - at, 'Padding', `${next - at} octets`));
    return next;
  }
  children.push(view.field(at, 1, 'End', '', { key: `${key}.255` }));
  next = at + 1;
  if (next < view.length) {
    let zero = true;
    for (let i = next; i < view.length; i++) if (view.u8(i) !== 0) zero = false;
    children.push(leftover(view, next, zero ? 'Padding' : 'Unexplained octets'));
  }
  return view.length;
}

/** Whether all the octets are sub-options: at least one, none with code 0 or 255, none past the end. */
export function looksLikeTlv(view: View): boolean {
  let at = 0;
  let count = 0;
  while (at < view.length) {
    const code = view.u8(at);
    if (code === 255) {
      // Only padding may follow End.
      for (let i = at + 1; i < view.length; i++) if (view.u8(i) !== 0 && view.u8(i) !== 255) return false;
      return count > 0;
    }
    if (code === 0 || at + 1 >= view.length) return false;
    at += 2 + view.u8(at + 1);
    count++;
  }
  return count > 0 && at === view.length;
}

/** The value octets of one option from `{code, data}` or `{code, hex}`. Throws RangeError if it is neither. */
export function encodeValue(table: OptionTable, item: Data): { code: number; octets: Uint8Array } {
  if (item === null || typeof item !== 'object' || Array.isArray(item)) return cannotEncode('an option', item);
  const { code, data, hex } = item;
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 0 || code > 255)
    return cannotEncode('an option', item);
  if (hex !== undefined) {
    const octets = typeof hex === 'string' ? parseHex(hex) : undefined;
    return octets ? { code, octets } : cannotEncode('a string of hex digits', hex);
  }
  if (data === undefined) return cannotEncode('an option with data or hex', item);
  return { code, octets: (table.get(code)?.type ?? opaque).encode(data) };
}

function encodeTlv(space: TlvSpace, data: Data): Uint8Array {
  if (!Array.isArray(data)) return cannotEncode(space.name, data);
  const parts: Uint8Array[] = [];
  for (const item of data) {
    const { code, octets } = encodeValue(space.table, item);
    if (octets.length > 255) return cannotEncode('a sub-option of at most 255 octets', item);
    parts.push(Uint8Array.of(code, octets.length), octets);
  }
  return concat(parts);
}
