import { concat, ipv4ToText, parseIpv4 } from '../../bytes';
import type { Data, Field } from '../../field';
import { atLeast, cannotEncode, ipv4, multipleOf, type ValueType } from '../../values';
import { quiet } from './basic';
import { damaged } from './damage';

/** Octets needed for a subnet after its prefix length (RFC 3442 §“Classless Route Option Format”). */
function significant(prefixLength: number): number {
  return Math.ceil(prefixLength / 8);
}

function record(data: Data, what: string): { [key: string]: Data } {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) return cannotEncode(what, data);
  return data;
}

/** Writes `10.0.0.0/8` as a prefix length and its significant octets. */
export function writePrefix(data: Data): Uint8Array {
  const match = typeof data === 'string' ? /^([^/]+)\/(\d{1,2})$/.exec(data) : null;
  const address = match ? parseIpv4(match[1]!) : undefined;
  const length = Number(match?.[2]);
  if (address === undefined || length > 32) return cannotEncode('a subnet as address/length', data);
  const octets = ipv4.encode(ipv4ToText(address)).subarray(0, significant(length));
  return concat([Uint8Array.of(length), octets]);
}

/** Classless static routes (RFC 3442). Data: an array of `{destination: "10.0.0.0/8", router: "10.0.0.1"}`. */
export const classlessRoutes: ValueType = {
  name: 'list of routes, each a subnet and a router',
  size: atLeast(5),
  decode(view, context) {
    const data: Data[] = [];
    const values: string[] = [];
    const children: Field[] = [];
    let at = 0;
    while (at < view.length) {
      const width = view.u8(at);
      const octets = significant(width);
      if (width > 32 || at + 1 + octets + 4 > view.length) {
        const text = width > 32 ? `A prefix length of ${width} is more than 32 bits.` : 'A route runs past the end.';
        children.push(damaged(view, at, context, text));
        break;
      }
      let address = 0;
      for (let i = 0; i < 4; i++) address = address * 256 + (i < octets ? view.u8(at + 1 + i) : 0);
      const destination = `${ipv4ToText(address)}/${width}`;
      const router = ipv4ToText(view.u32(at + 1 + octets));
      data.push({ destination, router });
      const shown = router === '0.0.0.0' ? `${destination} on link` : `${destination} via ${router}`;
      values.push(shown);
      const key = context.key;
      children.push(
        view.field(at, 5 + octets, 'Route', shown, {
          key,
          children: [
            view.field(at, 1, 'Prefix length', String(width), { key }),
            ...(octets > 0 ? [view.field(at + 1, octets, 'Destination', destination, { key })] : []),
            view.field(at + 1 + octets, 4, 'Router', router, { key }),
          ],
        }),
      );
      at += 5 + octets;
    }
    return { data, value: values.join(', '), children };
  },
  encode(data) {
    if (!Array.isArray(data)) return cannotEncode('a list of routes', data);
    return concat(
      data.map((route) => {
        const { destination, router } = record(route, 'a route');
        return concat([writePrefix(destination ?? null), ipv4.encode(router ?? null)]);
      }),
    );
  },
};

/** Pairs of addresses (RFC 2132 §4.3, §5.8). Data: an array of objects with the two keys. */
export function addressPairs(
  first: string,
  second: string,
  names: readonly [string, string],
  between: string,
): ValueType {
  return quiet({
    name: `list of pairs of IPv4 addresses, ${names[0]} and ${names[1]}`,
    size: multipleOf(8),
    element: 8,
    decode(view, context) {
      const data: Data[] = [];
      const values: string[] = [];
      const children: Field[] = [];
      for (let at = 0; at + 8 <= view.length; at += 8) {
        const one = ipv4ToText(view.u32(at));
        const two = ipv4ToText(view.u32(at + 4));
        data.push({ [first]: one, [second]: two });
        values.push(`${one}${between}${two}`);
        children.push(
          view.field(at, 4, names[0], one, { key: context.key }),
          view.field(at + 4, 4, names[1], two, { key: context.key }),
        );
      }
      return { data, value: values.join(', '), children };
    },
    encode(data) {
      if (!Array.isArray(data)) return cannotEncode('a list of pairs of addresses', data);
      return concat(
        data.map((pair) => {
          const parts = record(pair, 'a pair of addresses');
          return concat([ipv4.encode(parts[first] ?? null), ipv4.encode(parts[second] ?? null)]);
        }),
      );
    },
  });
}
