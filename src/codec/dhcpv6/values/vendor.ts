import { concat } from '../../bytes';
import type { Field } from '../../field';
import { ENTERPRISES } from '../../names/enterprises';
import { uintOctets } from '../../values/scalar';
import { atLeast, cannotEncode } from '../../values/type';
import {
  decodeOptions6,
  encodeOptions6,
  optionsData,
  type ContainerType,
  type Decoded6,
  type OptionTable6,
} from '../tlv';
import { enterpriseNumber } from '../../values/duid';
import { prefixed, prefixedBy, sequence, struct } from '../../values/struct';
import { textOrOctets } from '../../values/text-or-octets';

const item = prefixed(2, textOrOctets(atLeast(0)));

/** One or more items of data that classify the client's user (RFC 9915 §21.15). Data: an array. */
export const userClass = sequence(item, 'User class data', { measure: prefixedBy(2), name: 'list of user classes' });

/** Enterprise number, then the vendor's data about the client (RFC 9915 §21.16). Some clients send the number alone. */
export const vendorClass = struct(
  'enterprise number and vendor class data',
  [
    { key: 'enterprise', name: 'Enterprise number', type: enterpriseNumber },
    {
      key: 'classes',
      name: 'Vendor classes',
      type: sequence(item, 'Vendor class data', { measure: prefixedBy(2), min: 0 }),
    },
  ],
  { summary: (_, values) => [values['enterprise'], values['classes']].filter(Boolean).join(': ') },
);

const NONE: OptionTable6 = new Map();

/**
 * Enterprise number, then options that the vendor defined, in the format of DHCPv6 options (RFC 9915 §21.17). `tables`
 * holds the known vendors' options; those of others stay octets. Data: `{ enterprise, options }`.
 */
export function vendorOptions(tables: ReadonlyMap<number, OptionTable6>): ContainerType {
  const tableOf = (enterprise: number): OptionTable6 => tables.get(enterprise) ?? NONE;
  return {
    name: 'enterprise number and its options',
    size: atLeast(4),
    spaces: [...tables.values()].map((table) => () => table),
    nested: { at: () => 4, table: (view) => tableOf(view.u32(0)) },
    decode(view, context): Decoded6 {
      const enterprise = view.u32(0);
      const owner = enterpriseNumber.decode(view.sub(0, 4), context);
      const from = view.start + 4;
      const inside = { ...context, key: `${context.key}.${enterprise}` };
      const nested = decodeOptions6(
        view.bytes,
        from,
        view.start + view.length,
        inside,
        tableOf(enterprise),
        view.buffer,
      );
      const head = view.field(0, 4, 'Enterprise number', owner.text ?? owner.value, {
        key: `${context.key}.enterprise`,
      });
      const children: Field[] = [head, ...nested.fields];
      const said = nested.options.map((option) => `${option.name} ${option.value}`.trim()).join(', ');
      const value = [ENTERPRISES[enterprise] ?? String(enterprise), said].filter(Boolean).join(': ');
      return { data: { enterprise, options: optionsData(nested.options) }, value, children, options: nested.options };
    },
    encode(data) {
      if (data === null || typeof data !== 'object' || Array.isArray(data)) return cannotEncode('vendor options', data);
      const { enterprise } = data;
      const head = uintOctets(enterprise ?? null, 4);
      return concat([head, encodeOptions6(data['options'] ?? [], tableOf(enterprise as number))]);
    },
  };
}
