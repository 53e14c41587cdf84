import { append } from '../../append';
import { concat } from '../../bytes';
import { problem, type Data, type Field } from '../../field';
import type { OptionTable } from '../../option';
import { ENTERPRISES } from '../../names/enterprises';
import { atLeast, cannotEncode, inner, uintOctets, type ValueType } from '../../values';
import type { DecodedOption, Nested } from '../decoded';
import { damaged } from './damage';
import { readTextOrOctets, writeTextOrOctets } from '../../values/text-or-octets';
import { looksLikeTlv, tlv } from './tlv';

/** Sub-options of option 43 that belong to one vendor class. */
export interface VendorSpace {
  /** Whether a vendor class (option 60) is this vendor's. */
  readonly applies: (vendorClass: string) => boolean;
  readonly table: OptionTable;
  readonly name: string;
}

const nothingKnown: OptionTable = new Map();
const unknownVendor = tlv({
  name: 'vendor sub-options',
  table: nothingKnown,
  unknown: 'Vendor-specific',
  padAndEnd: true,
});

/**
 * Vendor-specific information (RFC 2132 §8.4): sub-options of the vendor given in option 60. For other vendors,
 * sub-options if all the octets have that form, else text or hex. Data: an array of sub-options, text, or `{hex}`.
 */
export function vendorSpecific(spaces: readonly VendorSpace[]): ValueType {
  const types = spaces.map((space) => ({
    applies: space.applies,
    type: tlv({ name: space.name, table: space.table, unknown: 'Vendor-specific', padAndEnd: true }),
    table: space.table,
  }));
  return {
    name: 'vendor-specific sub-options or octets',
    size: atLeast(1),
    decode(view, context): Nested {
      const vendorClass = context.vendorClass?.();
      const known = vendorClass === undefined ? undefined : types.find(({ applies }) => applies(vendorClass));
      // Even with a known vendor class, the octets need not be sub-options: some PXE servers send text here.
      if (looksLikeTlv(view)) return (known?.type ?? unknownVendor).decode(view, context);
      if (known && !isText(view)) return known.type.decode(view, context);
      return readTextOrOctets(view);
    },
    encode(data) {
      if (!Array.isArray(data)) return writeTextOrOctets(data);
      // The vendor is given in another option, so use the first table that accepts the sub-options.
      for (const { type } of types) {
        try {
          return type.encode(data);
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
        }
      }
      return unknownVendor.encode(data);
    },
  };
}

function isText(view: Parameters<typeof readTextOrOctets>[0]): boolean {
  return typeof readTextOrOctets(view).data === 'string';
}

/** A number of octets, and the octet that says it. */
const octets = (size: number): string => `${size} octets (0x${size.toString(16).padStart(2, '0')})`;

export function enterpriseName(number: number): string {
  const name = ENTERPRISES[number];
  return `${name ?? 'unknown enterprise'} (${number})`;
}

/**
 * Blocks, each with an enterprise number, a length octet and that many octets (RFC 3925 §3, §4). Data: an array of
 * `{enterprise, data}`, where `data` is text, `{hex}`, or an array of sub-options.
 */
export function enterpriseBlocks(tables: ReadonlyMap<number, OptionTable> | undefined): ValueType {
  const known = new Map([...(tables ?? [])].map(([number, table]) => [number, subOptions(table)]));
  const other = subOptions(nothingKnown);
  return {
    name: 'blocks of vendor data, each behind its enterprise number',
    size: atLeast(5),
    spaces: [...(tables?.values() ?? [])].map((table) => () => table),
    decode(view, context): Nested {
      const data: Data[] = [];
      const values: string[] = [];
      const texts: string[] = [];
      const children: Field[] = [];
      const options: DecodedOption[] = [];
      let at = 0;
      while (at < view.length) {
        const size = at + 5 <= view.length ? view.u8(at + 4) : 0;
        if (at + 5 > view.length) {
          children.push(damaged(view, at, context, 'A block of vendor data ends before its length octet.'));
          break;
        }
        const enterprise = view.u32(at);
        // The available part: `sub` clips to the value.
        const rest = view.sub(at + 5, size);
        const cut = rest.length < size;
        const asOptions = tables !== undefined && (known.has(enterprise) || looksLikeTlv(rest)) && rest.length > 0;
        const one: Nested = asOptions
          ? (known.get(enterprise) ?? other).decode(rest, inner(context, enterprise))
          : readTextOrOctets(rest);
        data.push({ enterprise, data: one.data });
        values.push(`${enterprise}: ${one.value}`);
        texts.push(`${enterpriseName(enterprise)}: ${one.text ?? one.value}`);
        if (one.options) append(options, one.options);
        const key = context.key;
        children.push(
          view.field(at, 4, 'Enterprise number', enterpriseName(enterprise), { key: `${key}.enterprise` }),
          view.field(at + 4, 1, 'Data length', `${size} octets`, { key: `${key}.length` }),
        );
        if (cut) {
          const text = `The data of enterprise ${enterpriseName(enterprise)} says it has ${octets(size)}, but only ${octets(rest.length)} are left.`;
          const span = rest.spans()[0]!;
          context.problems.push(problem('malformed-message', span.offset, span.length, text, span.buffer));
        }
        if (one.children) append(children, one.children);
        else if (rest.length > 0) children.push(rest.field(0, rest.length, 'Data', one.text ?? one.value, { key }));
        at += 5 + size;
      }
      const nested = tables ? { options } : {};
      return { data, value: values.join('; '), text: texts.join('; '), children, ...nested };
    },
    encode(data) {
      if (!Array.isArray(data)) return cannotEncode('blocks of vendor data', data);
      return concat(
        data.map((block) => {
          if (block === null || typeof block !== 'object' || Array.isArray(block))
            return cannotEncode('a block', block);
          const { enterprise, data: body } = block;
          const octets =
            Array.isArray(body) && typeof enterprise === 'number'
              ? (known.get(enterprise) ?? other).encode(body)
              : writeTextOrOctets(body ?? null);
          return concat([uintOctets(enterprise ?? null, 4), uintOctets(octets.length, 1), octets]);
        }),
      );
    },
  };
}

function subOptions(table: OptionTable): ValueType {
  return tlv({ name: 'vendor sub-options', table, unknown: 'Vendor-specific', size: atLeast(0) });
}
