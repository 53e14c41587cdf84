import { append } from '../../append';
import { concat } from '../../bytes';
import { tableInUse } from '../../option';
import { leftover } from '../../values/type';
import { endOfParts, partsSize, partsText, readParts, writeParts, type Part, type Summary } from '../../values/struct';
import {
  decodeOptions6,
  encodeOptions6,
  optionsData,
  type ContainerType,
  type Decoded6,
  type OptionTable6,
} from '../tlv';

/** The options inside a value, in one line. */
function optionsText(decoded: readonly { readonly name: string; readonly value: string }[]): string {
  return decoded.map((option) => (option.value ? `${option.name} ${option.value}` : option.name)).join(', ');
}

/** A structure that ends with options. Data: an object; the options are in its `options`. */
export function container(
  name: string,
  parts: readonly Part[],
  config: {
    /** The table of the options. */
    readonly options: () => OptionTable6;
    readonly summary?: Summary;
  },
): ContainerType {
  const { options: table, summary } = config;
  return {
    name,
    size: { ...partsSize(parts), max: Infinity },
    spaces: [table],
    nested: { at: (view) => endOfParts(parts, view), table },
    decode(view, context): Decoded6 {
      const read = readParts(parts, view, context);
      const { data, children, at } = read;
      const head = partsText(read, summary);
      if (!read.whole) {
        if (at < view.length) children.push(leftover(view, at));
        return { data, value: head, children };
      }
      const nested = decodeOptions6(
        view.bytes,
        view.start + at,
        view.start + view.length,
        context,
        tableInUse(table(), context.own),
        view.buffer,
      );
      data['options'] = optionsData(nested.options);
      append(children, nested.fields);
      const tail = optionsText(nested.options);
      return { data, value: [head, tail].filter(Boolean).join(': '), children, options: nested.options };
    },
    encode(data) {
      const head = writeParts(name, parts, data);
      const options = (data as { options?: Parameters<typeof encodeOptions6>[0] }).options ?? [];
      return concat([head, encodeOptions6(options, table())]);
    },
  };
}
